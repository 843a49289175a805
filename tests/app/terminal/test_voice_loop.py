"""Talking in the terminal, without a microphone: what it says, and what becomes of a recording."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from app.imaging.png import read_settings
from app.speech.audio import SAMPLE_RATE, load_audio
from app.speech.transcriber import Transcript
from app.terminal import voice_loop
from app.terminal.microphone import Device

ROOT = Path(__file__).parents[3]
HEADSET = Device(3, "Headset", 1, SAMPLE_RATE, True)


class Recording:
    """Stands in for an open microphone: plays what it is given, then silence without end."""

    said: list[np.ndarray] = []  # noqa: RUF012

    def __init__(self, device: Device):
        assert device == HEADSET
        self.rate, self.audio = SAMPLE_RATE, Recording.said.pop(0)

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *error) -> None:
        pass

    def read(self) -> np.ndarray:
        block, self.audio = np.split(self.audio, [min(800, len(self.audio))])
        return np.pad(block, (0, 800 - len(block)))


@pytest.fixture
def headset(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(voice_loop, "find_device", lambda wanted=None: HEADSET)
    monkeypatch.setattr(voice_loop, "list_devices", lambda: [HEADSET])
    monkeypatch.setattr(voice_loop, "Microphone", Recording)
    return tmp_path


def test_talking_draws_what_was_said(pipeline, clips, headset):
    noise = np.random.default_rng(0).normal(0, 0.05, 2 * SAMPLE_RATE).astype(np.float32)
    Recording.said = [noise, load_audio(clips["en_stars"]["path"]), np.zeros(8000, np.float32)]
    out = io.StringIO()
    voice_loop.talk(pipeline, keys=io.StringIO("\n\n\nd\n3\n\nq\n"), out=out)
    said = out.getvalue().splitlines()
    assert said[0] == "microphone: Headset"
    assert any("no speech heard" in line for line in said)
    assert any(line.startswith("heard (en, English 9") for line in said)
    assert any("is it muted" in line for line in said)
    assert "* 3: Headset" in said and said[-2] == "microphone: Headset"
    (picture,) = (headset / "pictures").iterdir()
    assert f"picture: pictures/{picture.name}" in out.getvalue()
    assert "star" in read_settings(picture)["prompt"].lower()


def test_microphones_are_listed(pipeline, headset):
    out = io.StringIO()
    voice_loop.talk(pipeline, device="list", out=out)
    assert out.getvalue() == "* 3: Headset\n" and not (headset / "pictures").exists()


def test_what_was_heard_is_one_line():
    said = Transcript("fr", 0.97, (("ca", 0.02), ("it", 0.004)), "un chat", "a cat", 0.5)
    assert (
        voice_loop.heard_line(said)
        == "heard (fr, French 97%; else Catalan 2%, Italian 0%): un chat"
    )
    sure = Transcript("fr", 1.0, (), "un chat", "a cat", 0.5)
    assert voice_loop.heard_line(sure) == "heard (fr, French 100%): un chat"


def call(*words: str, cwd: Path) -> subprocess.CompletedProcess:
    silent = {name: value for name, value in os.environ.items() if name != "XDG_RUNTIME_DIR"}
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py"), *words],
        cwd=cwd,
        env={**silent, "HOME": str(cwd)},
        input="\n",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_without_a_microphone_one_line_says_so(tmp_path):
    done = call("--mic", cwd=tmp_path)
    if "Space or Enter" in done.stdout:
        pytest.skip("this machine has a microphone")
    assert done.returncode == 2 and done.stdout == ""
    assert "microphone" in done.stderr and len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "pictures").exists()


def test_a_device_without_the_microphone_mode_is_refused(tmp_path):
    done = call("--microphone", "list", cwd=tmp_path)
    assert done.returncode == 2 and "--mic listens to" in done.stderr
