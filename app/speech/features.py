"""Whisper's log-mel spectrogram, by faster-whisper's FeatureExtractor, the same for every engine.

Radford et al. 2022, Sec. 2.2: 25 ms windows every 10 ms, 80 or 128 mel bands.
"""

# n samples at 16 kHz, F frames of 10 ms, M mel bands.

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from app.thresholds import MIN_FRAMES

HOP = 160


def log_mel(audio: np.ndarray, num_frames: int, num_mels: int = 80) -> np.ndarray:
    """The spectrogram (M, F) float32 of `audio` (n,), filled up with silence to `num_frames`."""
    padded = np.zeros(num_frames * HOP, np.float32)
    heard = audio[: len(padded)]
    padded[: len(heard)] = heard
    features: np.ndarray = _extractor(num_mels)(padded, padding=0)
    return np.ascontiguousarray(features[:, :num_frames], dtype=np.float32)


def silent_mel(num_mels: int = 80) -> np.ndarray:
    """The spectrogram (M, F) float32 of 7.5 s without a sound."""
    return log_mel(np.zeros(0, np.float32), MIN_FRAMES, num_mels)


@lru_cache
def _extractor(num_mels: int) -> Any:
    from faster_whisper.feature_extractor import FeatureExtractor

    return FeatureExtractor(feature_size=num_mels)
