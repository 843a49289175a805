"""The wheel: built, installed into a fresh environment without network, and drawn with."""

import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent


def run(*words: object, cwd: Path) -> str:
    """What a command prints; it must succeed."""
    command = [str(word) for word in words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.timeout(600)
def test_an_installed_wheel_draws(tmp_path):
    pytest.importorskip("setuptools", minversion="77")
    tree, out, home = tmp_path / "tree", tmp_path / "wheel", tmp_path / "home"
    for name in ("app", "maskgil", "polyvoice", "assets"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (*ROOT.glob("*.txt"), *ROOT.glob("*.md"), ROOT / "setup.py"):
        shutil.copy(path, tree)
    shutil.copy(ROOT / "pyproject.toml", tree)
    shutil.copy(ROOT / "LICENSE", tree)
    pip = [sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--no-build-isolation"]
    quick = "--build-option=--compression=stored"  # the weights are no smaller otherwise
    run(*pip, "--config-settings", quick, "--no-index", "-w", out, tree, cwd=tmp_path)
    shutil.rmtree(tree)
    (wheel,) = out.glob("*.whl")

    venv.create(home, with_pip=False)
    bin_folder = home / ("Scripts" if sys.platform == "win32" else "bin")
    (site,) = home.glob("lib/python*/site-packages")
    # What the wheel depends on comes from the environment of the tests, itself not: no network.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"])
    install = [sys.executable, "-m", "pip", "--quiet", "--python", bin_folder / "python", "install"]
    run(*install, "--no-compile", "--no-index", "--no-deps", wheel, cwd=tmp_path)

    python = bin_folder / "python"
    where = run(python, "-c", "import maskgil; print(maskgil.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(home)
    run(
        python,
        "-m",
        "app",
        "--text",
        "a red apple",
        "-o",
        "apple.png",
        "--steps",
        "1",
        cwd=tmp_path,
    )
    assert Image.open(tmp_path / "apple.png").size == (768, 768)
    assert "--preset" in run(bin_folder / "speak-and-see", "--help", cwd=tmp_path)
    assert "sample" in run(bin_folder / "maskgil", "--help", cwd=tmp_path)
    assert "--lang" in run(bin_folder / "polyvoice", "--help", cwd=tmp_path)
