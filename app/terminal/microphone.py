"""Microphones through PortAudio: the list of devices, and recording in blocks.

PortAudio is the only system library the app ever needs (`python app.py --mic`); it is loaded on
first use.
"""

# n samples of one block.

from __future__ import annotations

import contextlib
import os
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from app.speech.audio import SAMPLE_RATE, AudioError

BLOCK_SECONDS = 0.05
DEAF_SECONDS = 3.0  # time-out of a silent device
_LOUD = 3e-3  # RMS of a block that may be speech (-50 dBFS)
_DROP = 0.1  # a pause is 20 dB below the preceding speech
_LOUD_BLOCKS = 5  # a quarter of a second; anything shorter is a click


@dataclass(frozen=True)
class Device:
    """A microphone: PortAudio's index and name, channels and native rate in Hz."""

    number: int
    name: str
    channels: int
    rate: int
    is_default: bool


def list_devices() -> list[Device]:
    """All microphones of this computer. Raises AudioError if PortAudio is missing."""
    sounddevice = _portaudio()
    with _hushed():
        found = sounddevice.query_devices()
        default = _default_number(sounddevice)
    return [
        Device(
            number,
            str(device["name"]),
            int(device["max_input_channels"]),
            round(device["default_samplerate"]),
            number == default,
        )
        for number, device in enumerate(found)
        if device["max_input_channels"] > 0
    ]


def find_device(wanted: str | None = None) -> Device:
    """The microphone with this index, or whose name contains `wanted`; None: the default device.

    Raises AudioError listing the available microphones.
    """
    devices = list_devices()
    if not devices:
        raise AudioError(
            "no microphone is connected to this computer: plug one in, or give an audio file"
        )
    if wanted is None:
        return next((device for device in devices if device.is_default), devices[0])
    asked = wanted.strip().lower()
    for matches in (
        [device for device in devices if str(device.number) == asked],
        [device for device in devices if device.name.lower() == asked],
        [device for device in devices if asked and asked in device.name.lower()],
    ):
        if matches:
            return matches[0]
    offer = ", ".join(f"{device.number} ({device.name})" for device in devices)
    raise AudioError(f"no microphone {wanted!r}: choose one of {offer}")


class Microphone:
    """An open microphone, to be used in a `with` statement.

    `rate` is 16 kHz if the device supports it, else its native rate. Opening raises AudioError.
    """

    def __init__(self, device: Device):
        self.device = device
        self.rate = SAMPLE_RATE
        self._blocks: queue.SimpleQueue[np.ndarray] = queue.SimpleQueue()
        self._stream: Any = None

    def __enter__(self) -> Microphone:
        sounddevice = _portaudio()
        device, reason = self.device, ""
        wishes = [(SAMPLE_RATE, 1), (device.rate, 1), (device.rate, min(2, device.channels))]
        for rate, channels in dict.fromkeys(wishes):
            try:
                with _hushed():
                    self._stream = sounddevice.InputStream(
                        samplerate=rate,
                        channels=channels,
                        device=device.number,
                        dtype="float32",
                        blocksize=round(rate * BLOCK_SECONDS),
                        callback=self._take,
                    )
                    self._stream.start()
            except (sounddevice.PortAudioError, ValueError) as error:
                self._close()
                reason = " ".join(str(error.args[0] if error.args else error).split())
                continue
            self.rate = rate
            return self
        raise AudioError(f"the microphone {device.name!r} cannot be opened: {reason}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def read(self) -> np.ndarray:
        """The next block (n,) float32, blocking. Raises AudioError on time-out."""
        try:
            return self._blocks.get(timeout=DEAF_SECONDS)
        except queue.Empty:
            raise AudioError(
                f"the microphone {self.device.name!r} sends nothing: is it still plugged in?"
            ) from None

    def _take(self, block: np.ndarray, frames: int, time: Any, status: Any) -> None:
        """PortAudio's callback, on its own thread: block (n, channels)."""
        self._blocks.put(block.mean(axis=1))

    def _close(self) -> None:
        if self._stream is not None:
            with _hushed():
                self._stream.close(ignore_errors=True)
            self._stream = None


class PauseWatch:
    """End-of-speech detector, fed block by block.

    Its threshold is relative: a pause is `pause_seconds` of blocks 20 dB below the loudest quarter
    of a second so far, so that a click neither starts nor ends anything.
    """

    def __init__(self, *, pause_seconds: float = 1.2):
        self._tail = max(1, round(pause_seconds / BLOCK_SECONDS))
        self._loudness: list[float] = []

    @property
    def speech(self) -> float:
        """The RMS that all but the loudest moments stay below."""
        return sorted(self._loudness)[-_LOUD_BLOCKS] if len(self._loudness) >= _LOUD_BLOCKS else 0.0

    @property
    def has_begun(self) -> bool:
        """Whether anything as long and as loud as speech has been heard."""
        return self.speech >= _LOUD

    def has_ended(self, block: np.ndarray) -> bool:
        """Feed the next block (n,); whether speech was heard and has ended."""
        self._loudness.append(loudness(block))
        if len(self._loudness) <= self._tail or not self.has_begun:
            return False
        return max(self._loudness[-self._tail :]) < _DROP * self.speech


def loudness(block: np.ndarray) -> float:
    """The RMS of a block (n,), 0 for an empty one."""
    return float(np.sqrt(np.square(block, dtype=np.float64).mean())) if len(block) else 0.0


def _portaudio() -> ModuleType:
    """Import sounddevice, which starts PortAudio. Raises AudioError if that is missing."""
    try:
        with _hushed():
            import sounddevice
    except ImportError as error:
        raise AudioError(
            "the microphone needs the package sounddevice: pip install sounddevice, or give an "
            "audio file"
        ) from error
    except OSError as error:
        raise AudioError(
            "the microphone needs PortAudio, which is missing: install it (Debian, Ubuntu: "
            "apt install libportaudio2), or give an audio file"
        ) from error
    return sounddevice


def _default_number(sounddevice: ModuleType) -> int:
    try:
        return int(sounddevice.query_devices(kind="input")["index"])
    except (sounddevice.PortAudioError, ValueError):
        return -1


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Silence the stderr of sound libraries (ALSA lists each device it cannot open)."""
    try:
        kept = os.dup(2)
    except OSError:  # no stderr
        yield
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
