"""Small tools for synthesized speech: decode, trim, level, write as Opus."""

# S samples; all sound here is mono float32 in [-1, 1].

from __future__ import annotations

from pathlib import Path
from typing import IO

import numpy as np

CLIP_RATE = 16000  # Hz, what Whisper hears
CLIP_BIT_RATE = 24000  # bit/s


def decode(source: str | Path | IO[bytes], rate: int) -> np.ndarray:
    """Any sound file PyAV reads -> mono float32 (S,) at `rate` Hz."""
    import av

    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    blocks = []
    with av.open(str(source) if isinstance(source, str | Path) else source) as container:
        for frame in container.decode(audio=0):
            blocks += resampler.resample(frame)
    blocks += resampler.resample(None)
    if not blocks:
        return np.zeros(0, np.float32)
    return np.concatenate([block.to_ndarray().reshape(-1) for block in blocks])


def write_ogg(path: str | Path, samples: np.ndarray, rate: int) -> None:
    """Write `samples` (S,) at `rate` Hz as Ogg Opus: 16 kHz mono, about 24 kbit/s."""
    import av

    to_clip = av.AudioResampler(format="s16", layout="mono", rate=CLIP_RATE)
    to_opus = av.AudioResampler(format="flt", layout="mono", rate=48000)  # Opus' own clock
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples, np.float32)[None], format="flt", layout="mono"
    )
    frame.sample_rate = rate
    with av.open(str(path), "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48000, layout="mono")
        stream.bit_rate = CLIP_BIT_RATE
        stream.options = {"application": "voip"}
        for narrow in [*to_clip.resample(frame), *to_clip.resample(None)]:
            for wide in to_opus.resample(narrow):
                container.mux(stream.encode(wide))
        for wide in to_opus.resample(None):
            container.mux(stream.encode(wide))
        container.mux(stream.encode(None))


def trim_silence(
    samples: np.ndarray, rate: int, *, threshold: float = 0.01, margin: float = 0.08
) -> np.ndarray:
    """Cut what lies below `threshold` of full scale at both ends, leaving `margin` seconds."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    if not loud.size:
        return samples[:0]
    pad = int(margin * rate)
    return samples[max(0, loud[0] - pad) : loud[-1] + 1 + pad]


def normalise_loudness(
    samples: np.ndarray, *, level: float = -20.0, ceiling: float = 0.95
) -> np.ndarray:
    """Scale so that the root mean square of the voiced part is `level` dBFS, peaks < `ceiling`."""
    voiced = samples[np.abs(samples) > 0.01]
    if not voiced.size:
        return samples.astype(np.float32)
    gain = 10 ** (level / 20) / float(np.sqrt(np.mean(voiced.astype(np.float64) ** 2)))
    peak = float(np.abs(samples).max())
    return (samples * min(gain, ceiling / peak)).astype(np.float32)
