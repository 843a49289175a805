"""Voice activity detection: an RMS gate, then Silero VAD.

What neither hears is not shown to Whisper, which makes up sentences for silence and noise.
"""

# n samples at 16 kHz.

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.speech.audio import SAMPLE_RATE, is_silent
from app.thresholds import (
    FAINT,
    JOINED_SECONDS,
    MARGIN_SECONDS,
    PAUSE_SECONDS,
    SHORTEST_SECONDS,
    SPARE_FRAMES,
    SPOKEN,
)

MAX_SPAN_SECONDS = 30.0 - SPARE_FRAMES / 100  # of unbroken speech, to fill Whisper's 30 s


def even_loudness(audio: np.ndarray) -> np.ndarray:
    """`audio` (n,), a quiet one brought up by at most 30 dB; all zeros if nothing is in it.

    What is no number counts as silence.
    """
    audio = np.nan_to_num(np.asarray(audio, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    audio = audio - audio.mean(dtype=np.float64).astype(np.float32) if len(audio) else audio
    if is_silent(audio):
        return np.zeros_like(audio)
    peak = float(np.abs(audio).max())
    return audio if peak > FAINT else audio * min(30.0, FAINT / peak)


def speech_spans(audio: np.ndarray) -> list[tuple[int, int]]:
    """Where somebody speaks in `audio` (n,): (first, last + 1) sample, by Silero's detector.

    Spans carry `MARGIN_SECONDS` on both sides; pauses of `PAUSE_SECONDS` part them.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=SPOKEN,
        min_speech_duration_ms=round(1000 * SHORTEST_SECONDS),
        min_silence_duration_ms=round(1000 * PAUSE_SECONDS),
        max_speech_duration_s=MAX_SPAN_SECONDS,
        speech_pad_ms=round(1000 * MARGIN_SECONDS),
    )
    found = get_speech_timestamps(audio, options)
    return [(int(span["start"]), int(span["end"])) for span in found]


def spans_if_loud(audio: np.ndarray) -> list[tuple[int, int]]:
    """`speech_spans` of `audio` (n,); none where it is next to nothing."""
    if len(audio) < SHORTEST_SECONDS * SAMPLE_RATE or not audio.any():
        return []
    return speech_spans(audio)


def joined(
    spans: Sequence[tuple[int, int]], seconds: float = JOINED_SECONDS
) -> list[tuple[int, int]]:
    """`spans`, neighbours made one as far as both together last no longer than `seconds`."""
    result: list[tuple[int, int]] = []
    for start, end in spans:
        if result and end - result[-1][0] <= seconds * SAMPLE_RATE:
            result[-1] = (result[-1][0], end)
        else:
            result.append((start, end))
    return result


def latest_speech(audio: np.ndarray) -> np.ndarray:
    """The last of the speech in `audio` (n,), as much as one short window holds; perhaps nothing.

    At most `JOINED_SECONDS`, beginning after a pause where there is one.
    """
    spans = spans_if_loud(audio)
    if not spans:
        return audio[:0]
    start, end = spans[-1]
    for earlier, _ in reversed(spans[:-1]):
        if end - earlier > JOINED_SECONDS * SAMPLE_RATE:
            break
        start = earlier
    return audio[max(start, end - int(JOINED_SECONDS * SAMPLE_RATE)) : end]
