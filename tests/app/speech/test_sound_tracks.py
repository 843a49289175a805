"""Films with several sound tracks: which of them is heard."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition

from app.speech.audio import SAMPLE_RATE, read_sound


def tone(rate: int, seconds: float) -> np.ndarray:
    return 0.4 * np.sin(2 * np.pi * 440.0 * np.arange(round(rate * seconds)) / rate)


def film(path: Path, tracks: Sequence[float], default: int | None) -> Path:
    """A film with sound tracks of so many hertz each, 0 for silence."""
    with av.open(str(path), "w") as file:
        for number, _ in enumerate(tracks):
            sound = file.add_stream("libopus" if path.suffix == ".mkv" else "aac", rate=48_000)
            sound.layout = "mono"
            sound.disposition = Disposition.default if number == default else Disposition(0)
        for hertz, sound in zip(tracks, file.streams.audio, strict=True):
            size = sound.codec_context.frame_size or 960
            whole = 0.4 * np.sin(2 * np.pi * hertz * np.arange(48_000) / 48_000)
            for start in range(0, len(whole) - size + 1, size):
                piece = whole[None, start : start + size].astype(np.float32)
                frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
                frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
                resampler = av.AudioResampler(sound.codec_context.format, "mono", 48_000)
                for ready in resampler.resample(frame):
                    file.mux(sound.encode(ready))
            file.mux(sound.encode(None))
    return path


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
@pytest.mark.parametrize(
    ("tracks", "default", "pitch", "note"),
    [
        ((300, 600), None, 300, "of 2 audio tracks, track 1 was heard"),
        ((300, 600), 1, 600, "of 2 audio tracks, track 2 was heard"),
        ((0, 600), 0, 600, "audio track 1 is silent: track 2 was heard"),
        ((300, 600, 0), 2, 300, "audio track 3 is silent: track 1 was heard"),
        ((0, 0), 1, 0, ""),
        ((300,), 0, 300, ""),
    ],
)
def test_the_default_track_is_heard_or_one_that_is_not_silent(
    tmp_path: Path, suffix: str, tracks: Sequence[float], default: int, pitch: float, note: str
):
    if suffix == "mp4" and default is None:
        pytest.skip("in mp4 one track is always flagged")
    sound = read_sound(film(tmp_path / f"film.{suffix}", tracks, default))
    spectrum = np.abs(np.fft.rfft(sound.samples))
    peak = np.fft.rfftfreq(len(sound.samples), 1 / SAMPLE_RATE)[spectrum.argmax()]
    assert peak == pytest.approx(pitch, abs=5) or (pitch == 0 and spectrum.max() < 1)
    assert sound.notes == ((note,) if note else ())
