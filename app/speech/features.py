"""Whisper's log-mel spectrogram in numpy, the same for every engine.

Radford et al. 2022, Sec. 2.2: 25 ms windows every 10 ms, 80 or 128 mel bands, values scaled to
about [-1, 1]. Mel bands follow Slaney's scale: linear below 1 kHz, logarithmic above.
"""

# n samples at 16 kHz, F frames of 10 ms, M mel bands.

from __future__ import annotations

from functools import lru_cache

import numpy as np

from app.speech.audio import SAMPLE_RATE

HOP = 160
WINDOW = 400
FRAMES_PER_SECOND = SAMPLE_RATE // HOP


def log_mel(audio: np.ndarray, num_frames: int, num_mels: int = 80) -> np.ndarray:
    """The spectrogram (M, F) float32 of `audio` (n,), filled up with silence to `num_frames`."""
    total = num_frames * HOP
    padded = np.zeros(total + WINDOW, np.float32)
    padded[WINDOW // 2 : WINDOW // 2 + min(len(audio), total)] = audio[:total]
    # The centred first window sees the start mirrored, as in the training data.
    mirror = padded[WINDOW // 2 + 1 : WINDOW + 1][::-1]
    padded[: WINDOW // 2] = mirror
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[:total:HOP]  # (F, 400)
    hann = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(windows * hann)).astype(np.float32) ** 2  # (F, 201)
    mel = mel_bands(num_mels) @ power.T  # (M, F)
    log = np.log10(np.maximum(mel, 1e-10))
    log = np.maximum(log, log.max() - 8.0)
    return np.ascontiguousarray((log + 4.0) / 4.0, dtype=np.float32)


@lru_cache
def mel_bands(num_mels: int) -> np.ndarray:
    """Triangular filters (M, 201) over the FFT bins, each of unit area per Hz."""
    bins = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)  # (201,)
    edges = _to_hertz(np.linspace(0.0, _to_mel(SAMPLE_RATE / 2), num_mels + 2))  # (M + 2,)
    low, mid, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.minimum((bins - low) / (mid - low), (high - bins) / (high - mid))
    return (np.maximum(0.0, triangles) * 2.0 / (high - low)).astype(np.float32)


_LOG_STEP = np.log(6.4) / 27.0
_KNEE_HERTZ, _KNEE_MEL = 1000.0, 15.0


def _to_mel(hertz: float) -> float:
    if hertz < _KNEE_HERTZ:
        return hertz * _KNEE_MEL / _KNEE_HERTZ
    return _KNEE_MEL + float(np.log(hertz / _KNEE_HERTZ)) / _LOG_STEP


def _to_hertz(mel: np.ndarray) -> np.ndarray:
    linear = mel * _KNEE_HERTZ / _KNEE_MEL
    curved = _KNEE_HERTZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, linear, curved)
