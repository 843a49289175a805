"""`python app.py --mic` with a real sound server: a voice played into a virtual microphone."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.imaging.png import read_settings
from app.speech.audio import SAMPLE_RATE, load_audio

pexpect = pytest.importorskip("pexpect", reason="needs the package pexpect")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
PATIENCE = 300  # seconds for each step, on a busy machine
SETUP = """
load-module module-native-protocol-unix
load-module module-null-sink sink_name=mouth rate=48000
set-default-sink mouth
set-default-source mouth.monitor
"""
ALSA = """
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


def missing() -> str:
    """What this machine lacks for the test, in one line; nothing if it has all."""
    for program in ("pulseaudio", "pactl", "paplay"):
        if shutil.which(program) is None:
            return f"needs {program} (apt install pulseaudio pulseaudio-utils)"
    if not glob.glob("/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so"):
        return "needs ALSA's way to PulseAudio (apt install libasound2-plugins)"
    try:
        import sounddevice  # noqa: F401
    except OSError:
        return "needs PortAudio (apt install libportaudio2)"
    return ""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a sound server of its own, whose microphone hears what is played."""
    if lacks := missing():
        pytest.skip(lacks)
    run = tmp_path / "run"
    run.mkdir(mode=0o700)
    (tmp_path / "pulse.pa").write_text(SETUP)
    (tmp_path / ".asoundrc").write_text(ALSA)
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(run),
        "MASKGIL_SPEECH_CACHE": str(cache()),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    environment.pop("NO_COLOR", None)
    command = ["pulseaudio", "-n", "-F", tmp_path / "pulse.pa", "--exit-idle-time=-1"]
    with subprocess.Popen(
        [str(word) for word in command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            for _ in range(100):
                answer = subprocess.run(["pactl", "info"], env=environment, capture_output=True)
                if answer.returncode == 0:
                    break
                time.sleep(0.2)
            else:
                pytest.fail("the sound server did not start")
            yield environment
        finally:
            server.terminate()
            server.wait(10)


def cache() -> Path:
    """Where Whisper's weights lie joined, whatever the home folder is."""
    from app.speech.weights import cache_folder

    return cache_folder()


def say(clip: Path, room: dict[str, str], folder: Path) -> None:
    """Play `clip` into the microphone, from the first to the last sample."""
    samples = np.pad(load_audio(clip), SAMPLE_RATE // 4)
    path = folder / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    subprocess.run(["paplay", "--device=mouth", str(path)], env=room, check=True, timeout=PATIENCE)


def talk_to(words: list[str], room: dict[str, str], folder: Path):
    child = pexpect.spawn(
        sys.executable,
        [str(ROOT / "app.py"), "--mic", *words],
        cwd=str(folder),
        env=room,
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(50, 120),
    )
    child.delaybeforesend = None
    return child


def test_a_voice_becomes_a_picture_on_the_terminal(room, clips, tmp_path):
    child = talk_to([], room, tmp_path)
    child.expect("microphone: ")
    child.expect("Space or Enter: speak")

    # A French voice; the pause after it ends the recording.
    child.send(" ")
    child.expect("listening ·")
    say(clips["fr_cat_apple"]["path"], room, tmp_path)
    child.expect(r"listening █+·* +\d")
    child.expect(r"heard \(fr, French \d+%; else \w+ \d+%, \w+ \d+%\): .*pomme rouge")
    child.expect(r"prompt: .*apple")
    child.expect("▀")
    child.expect(r"drawing \d/8")
    child.expect(r"picture: pictures/picture-001.png \(\d+\.\d s\)")

    # A Spanish voice; a key ends the recording.
    child.expect("Space or Enter: speak")
    child.send("\r")
    child.expect("listening ·")
    say(clips["es_stars"]["path"], room, tmp_path)
    child.send(" ")
    child.expect(r"heard \(es, Spanish .*estrellas")
    child.expect(r"picture: pictures/picture-002.png")

    # Dropped, and silence.
    child.expect("Space or Enter: speak")
    child.send(" ")
    child.expect("listening ·")
    child.send("\x1b")
    child.expect("dropped")
    child.expect("Space or Enter: speak")
    child.send(" ")
    child.expect("listening ·")
    child.send(" ")
    child.expect("is it muted")
    child.expect("Space or Enter: speak")
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0

    pictures = sorted((tmp_path / "pictures").iterdir())
    assert [path.name for path in pictures] == ["picture-001.png", "picture-002.png"]
    texts = [read_settings(path) for path in pictures]
    assert [text["language"] for text in texts] == ["fr", "es"]
    assert "apple" in texts[0]["prompt"] and "star" in texts[1]["prompt"]


def test_microphones_are_named_and_chosen(room, tmp_path):
    child = talk_to(["--microphone", "list"], room, tmp_path)
    child.expect(pexpect.EOF)
    assert "default" in child.before and "* " in child.before
    child.close()
    assert child.exitstatus == 0

    child = talk_to(["--microphone", "default"], room, tmp_path)
    child.expect("microphone: default")
    child.send("d")
    child.expect(r"\* \d+: default")
    child.send("\x1b")
    child.expect("microphone: default")
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0

    child = talk_to(["--microphone", "piano"], room, tmp_path)
    child.expect(r"no microphone 'piano': choose one of \d+ \(")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
