"""Audio decoding: any recording or file becomes mono float32 at 16 kHz, what Whisper hears.

Files are decoded by PyAV, whose wheel brings its own FFmpeg libraries, so no ffmpeg program is
needed. This machine's own microphone is app/terminal/microphone.py's.
"""

# n samples at 16 kHz, S samples at the source's rate, C channels.

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from app.speech.wav import WavHeader
from app.thresholds import QUIET

SAMPLE_RATE = 16_000
# Containers whose header states the exact length, so that a missing end can be noticed.
_EXACT_LENGTH = {"wav", "flac", "aiff", "au", "w64", "mov"}
_RATES = (1_000, 768_000)
# The containers that sound comes in, by FFmpeg's names; its playlists and devices are left out.
_FORMATS = (
    "wav", "w64", "mp3", "ogg", "flac", "mov", "mp4", "m4a", "3gp", "matroska", "webm", "aac",
    "aiff", "au", "caf", "amr", "asf", "avi", "flv", "mpegts", "mpeg", "ac3", "eac3", "ape", "wv",
    "tta", "g722", "gsm", "voc",
)  # fmt: skip
_PATIENCE = 5.0  # seconds that FFmpeg may search for sound without finding any
_MAX_DAMAGED = 50  # packets
_MAX_TRACKS = 8  # of a file that are listened to, where one after another is silent


class AudioError(ValueError):
    """A recording that cannot be used; the message is one line for the person who gave it."""


class NotAudioError(AudioError):
    """A file that is no recording."""

    def __init__(self, name: str) -> None:
        super().__init__(name)  # the exception's argument, so that it can be pickled
        self.name = name

    def __str__(self) -> str:
        return (
            f"{self.name} is not an audio file that can be decoded: give a wav, mp3, ogg, m4a, "
            "flac or webm recording"
        )


@dataclass(frozen=True)
class Sound:
    """Mono float32 samples (n,) at 16 kHz in [-1, 1], and what to say of them, one line each."""

    samples: np.ndarray
    notes: tuple[str, ...] = ()


Source: TypeAlias = "str | Path | tuple[int, np.ndarray]"  # a file, or rate and samples


def load_audio(source: Source, *, max_seconds: float = 120.0) -> np.ndarray:
    """The samples (n,) of `read_sound`."""
    return read_sound(source, max_seconds=max_seconds).samples


def read_sound(source: Source, *, max_seconds: float = 120.0) -> Sound:
    """Read `source` as mono float32 samples (n,) at 16 kHz in [-1, 1].

    `source` is an audio or video file, or a pair (rate in Hz, samples (S,) or (S, C)) of integers
    or floats. Of several audio tracks the one flagged as the default is read, else the first, and
    where that is silent another, which the notes then say. Decoding stops at `max_seconds`: a
    longer recording is refused, not cut. Raises AudioError, in one line, for anything that holds
    no usable sound.
    """
    if isinstance(source, (str, Path)):
        return _load_file(Path(source), max_seconds)
    if isinstance(source, tuple) and len(source) == 2:
        return Sound(_load_samples(source[0], source[1], max_seconds))
    if source is None:
        raise AudioError("no recording given: record something or choose an audio file")
    raise AudioError(
        f"cannot read audio from {type(source).__name__}: give a file or a pair (rate, samples)"
    )


def is_silent(audio: np.ndarray) -> bool:
    """Whether nobody can be heard in `audio` (n,): its loudest 30 ms are too quiet."""
    width = SAMPLE_RATE * 3 // 100
    blocks = audio[: len(audio) // width * width].reshape(-1, width)  # (blocks, 480)
    return float(np.sqrt(np.square(blocks).mean(axis=1)).max(initial=0.0)) < QUIET


def _load_file(path: Path, max_seconds: float) -> Sound:
    import av

    try:
        _check_file(path)
        return _load_tracks(path, max_seconds)
    except AudioError:
        raise
    except (av.FFmpegError, EOFError, ValueError, RuntimeError, OSError, MemoryError) as error:
        if isinstance(error, OSError):  # FFmpeg's own of that kind, too
            raise AudioError(f"{path.name} cannot be read: {error.strerror or error}") from error
        raise NotAudioError(path.name) from error


def _load_tracks(path: Path, max_seconds: float) -> Sound:
    """The sound of the first of a file's audio tracks that is not silent, the default one first."""
    header = WavHeader.read(path)
    tracks = _tracks(path, header, max_seconds)
    silent: np.ndarray | None = None
    for track in tracks[:_MAX_TRACKS]:
        audio = _load_track(path, header, track, max_seconds)
        if silent is None:
            silent = audio
        if not is_silent(audio):
            return Sound(audio, _notes_on(tracks, track))
    assert silent is not None
    return Sound(silent)


def _notes_on(tracks: list[int], heard: int) -> tuple[str, ...]:
    """What to say of a file with several audio tracks."""
    if len(tracks) == 1:
        return ()
    if heard == tracks[0]:
        return (f"of {len(tracks)} audio tracks, track {heard + 1} was heard",)
    return (f"audio track {tracks[0] + 1} is silent: track {heard + 1} was heard",)


def _load_track(path: Path, header: WavHeader | None, track: int, max_seconds: float) -> np.ndarray:
    """One audio track as samples (n,). Raises AudioError where it is empty, long or cut off."""
    with _open(path, header, max_seconds) as container:
        stream = container.streams.audio[track]
        declared = _declared_seconds(path, header, container, stream)
        pieces = _mono_pieces(_frames(path, container, stream))
        audio = _gather(pieces, max_seconds, path.name)
    if not len(audio):
        raise AudioError(f"{path.name} has no sound in it: the audio track is empty")
    seconds = len(audio) / SAMPLE_RATE
    if declared is not None and seconds < 0.9 * declared - 0.25:
        raise AudioError(
            f"{path.name} ends early: {seconds:.1f} s of {declared:.1f} s are there; "
            "copy or upload it again"
        )
    return _finish(audio)


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise AudioError(f"{path} is a folder: give an audio file")
    if not path.exists():
        raise AudioError(f"{path} does not exist: give an audio file")
    if not path.is_file():
        raise AudioError(f"{path} is no regular file: give an audio file")
    if path.stat().st_size == 0:
        raise AudioError(f"{path.name} is empty (0 bytes): record it again")


def _open(path: Path, header: WavHeader | None, max_seconds: float) -> Any:
    """A file's container, to be closed.

    Nothing but the file itself is read: FFmpeg's playlists, which name other files and addresses,
    are not among the formats, and "file:" keeps a colon in a name from being a protocol.
    """
    import av

    source: str | io.BytesIO = f"file:{path.absolute()}"
    if header is not None and header.byte_order == "big":
        source = header.as_riff(path, max_seconds)
    return av.open(
        source,
        metadata_errors="ignore",
        options={"format_whitelist": ",".join(_FORMATS), "protocol_whitelist": "file"},
        timeout=_PATIENCE,
    )


def _tracks(path: Path, header: WavHeader | None, max_seconds: float) -> list[int]:
    """The numbers of a file's audio tracks, the one to be heard first. Raises AudioError."""
    from av.stream import Disposition

    with _open(path, header, max_seconds) as container:
        streams = container.streams.audio
        if not streams:
            raise AudioError(f"{path.name} has no sound in it: give an audio file")
        flagged = [bool(stream.disposition & Disposition.default) for stream in streams]
    return sorted(range(len(flagged)), key=lambda number: not flagged[number])


def _load_samples(rate: Any, samples: Any, max_seconds: float) -> np.ndarray:
    from av.audio.frame import AudioFrame

    _check_rate(rate)
    samples = np.asarray(samples)
    if samples.ndim == 2 and 0 < samples.shape[0] < samples.shape[1]:
        samples = samples.T  # (C, S) -> (S, C)
    if samples.ndim not in (1, 2):
        raise AudioError(f"samples of shape {samples.shape}: give (samples,) or (samples, 2)")
    if samples.size == 0:
        raise AudioError("the recording is empty: record it again")
    if len(samples) > max_seconds * rate:
        raise _too_long("the recording", max_seconds)
    audio = _to_mono(_to_float(samples).reshape(len(samples), -1))  # (S,)
    if rate != SAMPLE_RATE:
        frame = AudioFrame.from_ndarray(audio[None], format="fltp", layout="mono")
        frame.sample_rate = int(rate)
        audio = np.concatenate([np.zeros(0, np.float32), *_mono_pieces(iter([frame]))])
    return _finish(audio)


def _check_rate(rate: Any) -> None:
    """Raise AudioError unless `rate` is a whole number of Hz that sound is recorded at."""
    if not isinstance(rate, (int, np.integer)) or not _RATES[0] <= rate <= _RATES[1]:
        raise AudioError(f"{rate!r} is not a sample rate: give {_RATES[0]} to {_RATES[1]} Hz")


def _to_float(samples: np.ndarray) -> np.ndarray:
    """Samples of any number type as float32, full scale 1."""
    if np.issubdtype(samples.dtype, np.floating):
        return np.nan_to_num(samples.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if samples.dtype == np.uint8:
        return (samples.astype(np.float32) - 128.0) / 128.0
    if np.issubdtype(samples.dtype, np.signedinteger):
        return (samples / (float(np.iinfo(samples.dtype).max) + 1.0)).astype(np.float32)
    raise AudioError(f"samples of type {samples.dtype}: give int16, int32 or float32")


def _to_mono(samples: np.ndarray) -> np.ndarray:
    """The mean of the channels (S, C) -> (S,), or the loudest one where the channels cancel."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    mean = samples.mean(axis=1)
    energy = np.square(samples).mean(axis=0)  # (C,)
    if np.square(mean).mean() < 0.01 * energy.max():
        return np.ascontiguousarray(samples[:, int(energy.argmax())])
    result: np.ndarray = mean
    return result


def _frames(path: Path, container: Any, stream: Any) -> Iterator[Any]:
    """Decoded frames; damaged packets are left out, and many of them end the sound."""
    import av

    good, bad = 0, 0
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                bad += 1
                if bad > _MAX_DAMAGED:
                    break
                continue
            good += len(frames)
            yield from frames
    except av.InvalidDataError:
        bad += 1
    if bad and not good:
        raise NotAudioError(path.name)


def _mono_pieces(frames: Iterator[Any]) -> Iterator[np.ndarray]:
    """Resample frames to 16 kHz and mix them down, piece by piece: arrays (n,) float32."""
    from av.audio.resampler import AudioResampler

    resampler, shape = None, None
    for frame in frames:
        _check_rate(frame.sample_rate)
        key = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or key != shape:  # may change midway
            yield from _mono(resampler.resample(None) if resampler else ())
            shape = key
            resampler = AudioResampler(format="flt", layout=frame.layout, rate=SAMPLE_RATE)
        frame.pts = None
        yield from _mono(resampler.resample(frame))
    if resampler is not None:
        yield from _mono(resampler.resample(None))


def _mono(frames: Any) -> Iterator[np.ndarray]:
    """Mix down packed frames: of planar ones, PyAV reads no more than eight channels safely."""
    for frame in frames:
        yield _to_mono(frame.to_ndarray().reshape(frame.samples, -1))


def _gather(pieces: Iterator[np.ndarray], max_seconds: float, name: str) -> np.ndarray:
    limit, count = int(max_seconds * SAMPLE_RATE), 0
    kept: list[np.ndarray] = [np.zeros(0, np.float32)]
    for piece in pieces:
        count += len(piece)
        if count > limit:
            raise _too_long(name, max_seconds)
        kept.append(piece)
    return np.concatenate(kept)


def _declared_seconds(
    path: Path, header: WavHeader | None, container: Any, stream: Any
) -> float | None:
    """The length the header promises, for the formats whose promise is exact."""
    if not _EXACT_LENGTH & set(container.format.name.split(",")):
        return None
    if not stream.duration or not stream.time_base:
        return None
    seconds = float(stream.duration * stream.time_base)
    return seconds if header is None else seconds * header.missing_share(path)


def _too_long(name: str, max_seconds: float) -> AudioError:
    return AudioError(f"{name} is longer than {max_seconds:g} s: give a shorter recording")


def _finish(audio: np.ndarray) -> np.ndarray:
    audio = np.nan_to_num(audio, nan=0.0, posinf=0.0, neginf=0.0)
    peak = float(np.abs(audio).max(initial=0.0))
    if peak > 1.0:
        audio = audio / peak
    return np.ascontiguousarray(audio, dtype=np.float32)
