"""As a Hugging Face Space: front matter, requirements, where it serves, ZeroGPU's decorator."""

import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from app.backends import zero_gpu
from app.server import spaces
from maskgil.pipelines.request import DrawRequest

ROOT = Path(__file__).resolve().parents[3]
ZERO_GPU_TORCH = Version("2.11.0")  # the newest that ZeroGPU takes


@pytest.fixture(scope="module")
def front_matter() -> dict:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    assert found, "README.md does not begin with the Space's front matter"
    return yaml.safe_load(found[1])


def requirements(name: str = "requirements.txt") -> dict[str, Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    kept = [line.split("#")[0].strip() for line in lines]
    found = [Requirement(line) for line in kept if line and not line.startswith("-")]
    return {each.name: each for each in found}


def test_front_matter_names_what_is_here(front_matter):
    assert front_matter["sdk"] == "gradio" and (ROOT / front_matter["app_file"]).is_file()
    assert len(front_matter["short_description"]) <= 60, "the hub's limit"
    assert front_matter["license"] == "mit"
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", str(front_matter["sdk_version"]))
    python = str(front_matter["python_version"])
    assert Version("3.10") <= Version(python) < Version("3.14")
    assert {"colorFrom", "colorTo", "emoji", "title"} <= set(front_matter)


def test_the_spaces_gradio_is_one_we_allow(front_matter):
    ours = requirements()["gradio"].specifier
    assert Version(str(front_matter["sdk_version"])) in ours


def test_requirements_admit_zero_gpus_torch():
    assert ZERO_GPU_TORCH in requirements()["torch"].specifier
    assert not any(each.url for each in requirements().values()), "all come from the registry"


def run(code: str, **environ: str) -> subprocess.CompletedProcess:
    clean = {k: v for k, v in os.environ.items() if k not in ("GRADIO_SERVER_NAME", "SPACE_ID")}
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**clean, **offline, **environ},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


def test_the_space_imports_with_the_hub_offline(front_matter):
    """Everything app_file imports, and the page built, with no hub and no way out."""
    code = (
        "import socket\n"
        "def no(*_, **__): raise OSError('no network here')\n"
        "socket.getaddrinfo = socket.create_connection = no\n"
        "import importlib.util as u\n"
        f"s = u.spec_from_file_location('entry', {front_matter['app_file']!r})\n"
        "m = u.module_from_spec(s); s.loader.exec_module(m)\n"
        "a = m.build_parser().parse_args([])\n"
        "from app.server import spaces; spaces.prepare()\n"
        "from app.config import load_config; from app.pipeline import SpeechToImage\n"
        "from app.web.page import Page\n"
        "p = SpeechToImage(load_config(a.preset)); p.check_weights()\n"
        "page = Page(p)\n"
        "warning = m.serving_of(a, m.config_of(a)).warning()\n"
        "print(a.host, a.preset, warning, page.blocks._queue.max_size > 0)\n"
    )
    done = run(code, SPACE_ID="somebody/speak", SYSTEM="spaces")
    assert done.stdout.split("\n")[-2] == "0.0.0.0 nano None True", done.stderr[-2000:]


def test_where_a_space_serves_and_what():
    assert spaces.usual_host({}) == "127.0.0.1"
    assert spaces.usual_host({"SPACE_ID": "a/b"}) == "0.0.0.0"
    assert spaces.usual_host({"SPACE_ID": "a/b", "GRADIO_SERVER_NAME": "::"}) == "::"
    assert spaces.usual_preset({"SPACE_ID": "a/b"}) == "nano"
    assert spaces.usual_preset({"MASKGIL_PRESET": "paper"}) == "paper"
    environ = {"SPACE_ID": "a/b"}
    spaces.prepare(environ)
    assert environ["FORWARDED_ALLOW_IPS"].startswith("127.0.0.1,10.")
    assert "*" not in environ["FORWARDED_ALLOW_IPS"], "anybody could name any address"
    local: dict[str, str] = {}
    spaces.prepare(local)
    assert not local


def test_zero_gpu_draws_photographs_where_diffusers_is(monkeypatch):
    environ = {"SPACE_ID": "a/b", "SPACES_ZERO_GPU": "true"}
    monkeypatch.setattr(spaces, "find_spec", lambda name: object())
    assert spaces.usual_preset(environ) == "photo"
    monkeypatch.setattr(spaces, "find_spec", lambda name: None)
    assert spaces.usual_preset(environ) == "nano"


@pytest.fixture(scope="module")
def generator(pipeline):
    return pipeline.generator


def sent(value):
    """What another process would get."""
    return pickle.loads(pickle.dumps(value))


def apart(task):
    """ZeroGPU's decorator in small: arguments and answers go through pickle, as between processes.

    The real one needs its host's service; where there is none it hands the task back.
    """
    import inspect

    if inspect.isgeneratorfunction(task):

        def stream(*given):
            for value in task(*sent(given)):
                yield sent(value)

        return stream
    return lambda *given: sent(task(*sent(given)))


def test_what_a_lent_gpu_draws_is_the_same(generator):
    lent = zero_gpu.ZeroGPUGenerator(generator, decorate=apart)
    options = {"seed": [3], "sampling": generator.sampling, "given": None, "previews": True}
    ours = list(generator.stream(DrawRequest(["a red apple"], **options)))
    theirs = list(lent.stream(DrawRequest(["a red apple"], **options)))
    assert len(ours) == len(theirs) > 1
    assert all(torch.equal(a.tokens, b.tokens) for a, b in zip(ours, theirs, strict=True))
    assert ours[-1].images[0].tobytes() == theirs[-1].images[0].tobytes()
    pixels = torch.zeros(1, 3, 96, 96)
    assert torch.equal(lent.tokenizer.encode(pixels), generator.tokenizer.encode(pixels))
    assert lent.mask_id == generator.mask_id and lent.grid_size == generator.grid_size
    assert lent.device == "cpu" and lent.has_ratio is generator.has_ratio


def test_the_real_decorator_changes_nothing_here(generator):
    pytest.importorskip("spaces", reason="spaces is not installed")
    lent = zero_gpu.ZeroGPUGenerator(generator)
    *_, last = lent.stream(DrawRequest(["a dog"], seed=[1], previews=False))
    assert last.stage == "done"


def test_nobody_pays_for_zero_gpu_elsewhere():
    done = run(
        "import app.backends.factory, app.server.spaces, sys; print('spaces' in sys.modules)"
    )
    assert done.stdout.strip() == "False", done.stderr
