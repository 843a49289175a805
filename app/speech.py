"""Listening: recorded speech in any of Whisper's languages becomes a transcript and its English.

A clip is encoded once, in a window hardly longer than itself, and decoded twice from the same
encoding: in the spoken language and translated. Silence and noise give an empty transcript.
"""

# n samples at 16 kHz, F frames of 10 ms.

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from app.audio import SAMPLE_RATE
from app.errors import SpeechError
from app.languages import LANGUAGES, UNSPACED, check_language

if TYPE_CHECKING:
    from app.whisper_engines import Decoding, Engine, Task

__all__ = [
    "LANGUAGES",
    "SpeechError",
    "Transcript",
    "Translator",
    "WhisperTranslator",
    "check_language",
    "load_translator",
]

EngineName = Literal["auto", "faster-whisper", "openai-whisper"]
ENGINES = ("auto", "faster-whisper", "openai-whisper")

FULL_WINDOW = 3000  # Whisper's 30 s
MAX_TOKENS = 224  # Whisper keeps half of its 448 positions for what was said before
MIN_FRAMES = 750  # shorter windows made Whisper base loop
SPARE_FRAMES = 300  # silence after the clip, so that the end is heard as an end
UNSURE = 0.5  # a language less likely than this is looked for again in a full window
JOINED_SECONDS = 12.0  # sentences parted by pauses share a window up to this length
MAX_SPAN_SECONDS = (
    27.0  # of unbroken speech in one window; with the spare frames it fills Whisper's 30 s
)
_FAINT = 0.1  # recordings whose peak is lower are amplified
_QUIET = 4e-4  # the loudest 30 ms of a recording with nobody in it (about -68 dBFS)


@dataclass(frozen=True)
class Transcript:
    """What was said, in the speaker's language and in Whisper's English."""

    language: str
    language_probability: float
    alternatives: tuple[tuple[str, float], ...]
    text: str
    translation: str
    seconds: float

    @property
    def is_empty(self) -> bool:
        """No speech heard."""
        return not self.text and not self.translation


class Translator(Protocol):
    """Anything that turns speech into text and English."""

    def transcribe(self, audio: np.ndarray, *, language: str | None = None) -> Transcript:
        """Hear mono float32 samples (n,) at 16 kHz; `language` is a code, None to detect it."""
        ...


def load_translator(
    model: str | Path = "base",
    *,
    engine: EngineName = "auto",
    device: str = "cpu",
    compute_type: str | None = None,
) -> WhisperTranslator:
    """Load Whisper `model` (a name, a path or a hub id) into `engine`.

    "auto" is faster-whisper's CTranslate2, or openai-whisper for its own `.pt` files.
    `compute_type` is CTranslate2's (int8, float32, float16; None: the fastest for the device).
    Raises SpeechError, in one line, for unknown, missing, damaged or untranslating weights.
    """
    from app.weights import resolve_weights
    from app.whisper_engines import CTranslate2Engine, OpenAIWhisperEngine

    if engine not in ENGINES:
        raise SpeechError(f"unknown speech engine {engine!r}: choose {', '.join(ENGINES)}")
    path = resolve_weights(model)
    if engine == "auto":
        engine = "openai-whisper" if path.suffix == ".pt" else "faster-whisper"
    try:
        if engine == "openai-whisper":
            return WhisperTranslator(OpenAIWhisperEngine(path, device=device))
        return WhisperTranslator(CTranslate2Engine(path, device=device, compute_type=compute_type))
    except ImportError as error:
        raise SpeechError(f"the engine {engine} is missing: pip install {engine}") from error


@dataclass(frozen=True)
class _Piece:
    """One window's transcript and translation."""

    text: str
    translation: str


class WhisperTranslator:
    """A Translator on either engine; safe to share between threads if they take turns."""

    def __init__(self, engine: Engine):
        self.engine = engine

    def warm_up(self) -> None:
        """Run every part once on silence, so that the first clip is not the slow one."""
        speech_spans(np.zeros(SAMPLE_RATE, np.float32))
        encoding = self._encode(np.zeros(SAMPLE_RATE, np.float32), MIN_FRAMES)
        self.engine.detect(encoding)
        self.engine.decode(encoding, "en", "transcribe", max_tokens=2)

    def transcribe(self, audio: np.ndarray, *, language: str | None = None) -> Transcript:
        """Hear mono float32 samples (n,) at 16 kHz; `language` is a code, None to detect it.

        Raises SpeechError for a language this model does not know.
        """
        started = time.perf_counter()
        if language is not None:
            language = check_language(language)
            if language not in self.engine.languages:
                raise SpeechError(f"this Whisper model does not know {LANGUAGES[language]}")
        clips = split_speech(_even_loudness(audio))
        guesses: list[tuple[str, float]] = [(language, 1.0)] if language else []
        pieces: list[_Piece] = []
        for clip in clips:
            encoding = self._encode(clip, _window(clip))
            if not guesses:
                guesses = self.engine.detect(encoding)
                if guesses[0][1] < UNSURE:
                    encoding = self._encode(clip, FULL_WINDOW)
                    guesses = self.engine.detect(encoding)
            piece = self._hear(clip, encoding, guesses[0][0])
            if piece is not None:
                pieces.append(piece)
        code, probability = guesses[0] if guesses else ("", 0.0)
        joint = "" if code in UNSPACED else " "
        return Transcript(
            language=code,
            language_probability=probability,
            alternatives=tuple(guesses[1:3]),
            text=joint.join(piece.text for piece in pieces),
            translation=" ".join(piece.translation for piece in pieces),
            seconds=time.perf_counter() - started,
        )

    def _encode(self, clip: np.ndarray, num_frames: int) -> Any:
        from app.spectrogram import log_mel

        return self.engine.encode(log_mel(clip, num_frames, self.engine.num_mels))

    def _hear(self, clip: np.ndarray, encoding: Any, language: str) -> _Piece | None:
        """One window's texts, or None if it holds no speech after all."""
        spoken = self._decode(clip, encoding, language, "transcribe")
        if sounds_invented(spoken):
            return None
        if language == "en":
            return _Piece(spoken.text, spoken.text)
        english = self._decode(clip, encoding, language, "translate")
        return _Piece(spoken.text, english.text)

    def _decode(self, clip: np.ndarray, encoding: Any, language: str, task: Task) -> Decoding:
        """Decode; if the text runs in circles, again from a full window, and then by force."""
        limit = _token_limit(clip)
        decoding = self.engine.decode(encoding, language, task, max_tokens=limit)
        if not runs_in_circles(decoding.tokens, limit):
            return decoding
        full = self._encode(clip, FULL_WINDOW)
        decoding = self.engine.decode(full, language, task, max_tokens=limit)
        if not runs_in_circles(decoding.tokens, limit):
            return decoding
        return self.engine.decode(full, language, task, max_tokens=limit, no_repeat=3)


def speech_spans(audio: np.ndarray) -> list[tuple[int, int]]:
    """Where somebody speaks in `audio` (n,): (first, last + 1) sample, by Silero's detector.

    Spans carry 0.3 s of margin; pauses of half a second part them.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=0.35,
        min_speech_duration_ms=120,
        min_silence_duration_ms=500,
        max_speech_duration_s=MAX_SPAN_SECONDS,
        speech_pad_ms=300,
    )
    found = get_speech_timestamps(audio, options)
    return [(int(span["start"]), int(span["end"])) for span in found]


def split_speech(audio: np.ndarray) -> list[np.ndarray]:
    """The parts of `audio` (n,) with speech, short ones joined: each fits a window of Whisper."""
    if len(audio) < SAMPLE_RATE // 10 or not audio.any():
        return []
    limit = int(JOINED_SECONDS * SAMPLE_RATE)
    joined: list[tuple[int, int]] = []
    for start, end in speech_spans(audio):
        if joined and end - joined[-1][0] <= limit:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [audio[start:end] for start, end in joined]


def _even_loudness(audio: np.ndarray) -> np.ndarray:
    """`audio` (n,), a quiet one brought up by at most 30 dB; all zeros if nothing is in it."""
    audio = np.asarray(audio, np.float32)
    width = SAMPLE_RATE * 3 // 100
    blocks = audio[: len(audio) // width * width].reshape(-1, width)  # (blocks, 480)
    loudest = float(np.sqrt(np.square(blocks).mean(axis=1)).max(initial=0.0))
    if loudest < _QUIET:
        return np.zeros_like(audio)
    peak = float(np.abs(audio).max())
    return audio if peak > _FAINT else audio * min(30.0, _FAINT / peak)


def _window(clip: np.ndarray) -> int:
    """Frames to encode for a clip, at most Whisper's 30 s."""
    frames = len(clip) * 100 // SAMPLE_RATE + SPARE_FRAMES
    return min(FULL_WINDOW, max(MIN_FRAMES, frames + frames % 2))


def _token_limit(clip: np.ndarray) -> int:
    """More tokens than anybody says in the clip's time, in any script."""
    return min(MAX_TOKENS, 24 + 30 * len(clip) // SAMPLE_RATE)


def runs_in_circles(tokens: tuple[int, ...], limit: int) -> bool:
    """Whether a text hit its length limit or ends in the same words over and over.

    That is one token five times, a group of two to four three times, or a longer one twice.
    """
    if len(tokens) >= limit:
        return True
    for size in range(1, len(tokens) // 2 + 1):
        times = 5 if size == 1 else 3 if size < 5 else 2
        tail = tokens[-size * times :]
        if len(tail) == size * times and tail == tail[-size:] * times:
            return True
    return False


# What Whisper writes over music, noise and silence: the ends of the videos it learned from.
_INVENTED = re.compile(
    r"(thanks?( you)?( (all|so much|very much))? for (watching|listening|your attention)"
    r"|(please )?(like and )?subscribe( to (my|our|the) channel)?.*"
    r"|subtitles? (by|edited by|created by).*|.*amara org.*|.*sous titr(es|age).*"
    r"|merci d avoir regarde.*|gracias por ver( el video)?|obrigad[oa] por assistir"
    r"|untertitel (der|im|von).*|legendas? (por|pela).*|subtitulos? (por|realizados).*"
    r"|ご視聴ありがとうございました|请不吝点赞.*|請不吝點贊.*|字幕.*|谢谢(观看|大家)|謝謝(觀看|大家)"
    r"|see you (in the )?next (time|video)|продолжение следует|субтитры.*|music|applause)"
)
_WEAK = re.compile(
    r"you|thank you|thanks|(bye )?bye|ok|okay|oh|h?mm+|uh|um|so|the|i|merci|gracias|obrigado"
    r"|谢谢|謝謝|嗯"
)


def sounds_invented(decoding: Decoding) -> bool:
    """Whether a transcript is none: no letters, unlikely, or a phrase Whisper makes up.

    The first rule for unlikely is Whisper's own (no-speech probability and mean log probability,
    Radford et al. 2022, Sec. 4.5).
    """
    words = _plain_words(decoding.text)
    if not words or _INVENTED.fullmatch(words):
        return True
    if decoding.no_speech > 0.6 and decoding.mean_logprob < -1.0:
        return True
    doubtful = decoding.no_speech > 0.3 or decoding.mean_logprob < -0.8
    return doubtful and _WEAK.fullmatch(words) is not None


def _plain_words(text: str) -> str:
    """Lower-case words without accents on Latin letters and without punctuation."""
    from app.languages import plain

    return " ".join(re.findall(r"\w+", plain(text)))
