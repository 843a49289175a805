"""Audio tools for synthesised speech: decode, trim, normalise, write as Opus."""

# S samples; all sound here is mono float32 in [-1, 1].

from __future__ import annotations

import re
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

    resampler = av.AudioResampler(format="s16", layout="mono", rate=CLIP_RATE)
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples, np.float32)[None], format="flt", layout="mono"
    )
    frame.sample_rate = rate
    same = {"fflags": "bitexact"}  # avoids a random stream number, for a reproducible hash
    with av.open(str(path), "w", format="ogg", container_options=same) as container:
        stream = container.add_stream("libopus", rate=CLIP_RATE, layout="mono")
        stream.bit_rate = CLIP_BIT_RATE
        stream.options = {"application": "voip"}
        for narrow in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(narrow))
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


_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")  # kana, Han, Hangul: syllables
DURATION_RATIO = (0.5, 2.0)  # of a clip to `expected_seconds`


def expected_seconds(text: str) -> float:
    """About how long reading `text` takes: 0.19 s a Chinese character, 0.055 s any other letter."""
    wide = len(_WIDE.findall(text))
    return 0.3 + 0.19 * wide + 0.055 * (len(text) - wide)


def fault_of(samples: np.ndarray, rate: int, text: str) -> str:
    """The fault of speech (S,) for `text`: empty, clipped, implausible duration; "" if none.

    Clipped: three times or more, three samples in a row lie within 0.05 % of the peak.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak < 0.05 or len(samples) < rate // 5:
        return "it came out empty"
    top = np.abs(samples) >= 0.9995 * peak
    flat = top[2:] & top[1:-1] & top[:-2]
    if int((flat[1:] & ~flat[:-1]).sum()) + int(flat[:1].sum()) >= 3:
        return "it is clipped"
    seconds, expected = len(samples) / rate, expected_seconds(text)
    if not DURATION_RATIO[0] <= seconds / expected <= DURATION_RATIO[1]:
        return f"it takes {seconds:.1f} s where about {expected:.1f} s were expected"
    return ""
