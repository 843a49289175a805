"""Microphones: which one is meant, when a speaker has finished, and what is said without one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.speech.audio import SAMPLE_RATE, AudioError, load_audio
from app.terminal import microphone
from app.terminal.microphone import BLOCK_SECONDS, Device, PauseWatch, find_device, loudness

CLIPS = Path(__file__).parents[2] / "fixtures" / "clips"
WIDTH = round(SAMPLE_RATE * BLOCK_SECONDS)


def ended_at(*parts: np.ndarray) -> float | None:
    """The second at which a recording of `parts` is taken to be over, None if it never is."""
    audio, watch = np.concatenate(parts), PauseWatch()
    for number in range(len(audio) // WIDTH):
        if watch.has_ended(audio[number * WIDTH : (number + 1) * WIDTH]):
            return (number + 1) * BLOCK_SECONDS
    return None


def room(seconds: float, level: float = 1e-4) -> np.ndarray:
    size = round(seconds * SAMPLE_RATE)
    return np.random.default_rng(0).normal(0, level, size).astype(np.float32)


def click() -> np.ndarray:
    sound = room(1.0)
    sound[4000:4400] += 0.9
    return sound


def test_recording_ends_with_the_pause_after_speech():
    speech = load_audio(CLIPS / "en_stars.ogg")
    seconds = len(speech) / SAMPLE_RATE
    assert ended_at(room(5)) is None
    assert ended_at(room(2), speech) is None
    end = ended_at(room(2), speech, room(3))
    assert end is not None and 2 + seconds < end < 2 + seconds + 1.5


def test_one_click_neither_starts_nor_ends_a_recording():
    speech = load_audio(CLIPS / "en_stars.ogg")
    assert ended_at(click(), room(5)) is None
    end = ended_at(click(), 0.05 * speech, room(3))
    assert end is not None and end > 1 + len(speech) / SAMPLE_RATE


def test_loudness_is_the_root_mean_square():
    assert loudness(np.zeros(0)) == 0.0
    assert loudness(np.full(100, -0.5)) == pytest.approx(0.5)


DEVICES = [
    Device(2, "Built-in Audio", 2, 48_000, False),
    Device(5, "USB Headset", 1, 44_100, True),
    Device(12, "Webcam C2", 2, 32_000, False),
]


@pytest.mark.parametrize(
    ("wanted", "number"), [(None, 5), ("2", 2), ("12", 12), ("headset", 5), ("webcam c2", 12)]
)
def test_microphones_by_number_and_name(monkeypatch, wanted: str | None, number: int):
    monkeypatch.setattr(microphone, "list_devices", lambda: DEVICES)
    assert find_device(wanted).number == number


def test_an_unknown_microphone_names_those_there_are(monkeypatch):
    monkeypatch.setattr(microphone, "list_devices", lambda: DEVICES)
    for wanted in ("7", "piano", ""):
        with pytest.raises(AudioError, match=r"2 \(Built-in Audio\), 5 \(USB Headset\)"):
            find_device(wanted)
    monkeypatch.setattr(microphone, "list_devices", lambda: [])
    with pytest.raises(AudioError, match="no microphone is connected"):
        find_device()


def test_a_missing_portaudio_is_one_line(monkeypatch):
    import sys

    class Finder:
        def find_spec(self, name, path=None, target=None):
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    with pytest.raises(AudioError, match="needs PortAudio, which is missing: install it") as error:
        find_device()
    assert "\n" not in str(error.value)
