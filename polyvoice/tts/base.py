"""Text-to-speech: the protocol of a voice and its errors."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np

Engine = Literal["kokoro", "gtts"]


ENGINES: tuple[Engine, ...] = ("kokoro", "gtts")


class VoiceError(ValueError):
    """A voice is unavailable or cannot speak; the message is one line for the user."""


class Voice(Protocol):
    """Something that reads a text of one language aloud."""

    @property
    def engine(self) -> Engine: ...

    @property
    def language(self) -> str:
        """ISO 639-1."""

    @property
    def name(self) -> str: ...

    @property
    def sample_rate(self) -> int:
        """Hz."""

    def speak(self, text: str, *, speed: float = 1.0) -> np.ndarray:
        """Return mono float32 (S,) in [-1, 1] at `sample_rate`, silence trimmed, loudness level.

        Raises:
            VoiceError: nothing to say, or a part the engine needs is missing.
        """
