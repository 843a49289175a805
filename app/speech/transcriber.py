"""Speech to text: recordings in any of Whisper's languages become a transcript and its English.

A clip is encoded once, in a window hardly longer than itself, and decoded twice from the same
encoding: in the spoken language and translated. Silence and noise give an empty transcript.
"""

# n samples at 16 kHz, F frames of 10 ms.

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from app.errors import SpeechError
from app.languages import LANGUAGES, check_language
from app.speech.audio import SAMPLE_RATE
from app.speech.hallucinations import sounds_invented
from app.speech.transcripts import (
    Piece,
    Span,
    Transcript,
    Turn,
    piece_of,
    transcript_of,
)
from app.speech.vad import (
    even_loudness,
    joined,
    latest_speech,
    spans_if_loud,
    speech_spans,
)
from app.thresholds import (
    CLEAR,
    FLUENT,
    LONGER_FRAMES,
    LONGEST_SECONDS,
    MARGIN_SECONDS,
    MAX_TURNS,
    MIN_FRAMES,
    RIVALS,
    SILENCE_SECONDS,
    SPARE_FRAMES,
)

if TYPE_CHECKING:
    from app.speech.engine import Decoding, Engine, Task
    from app.speech.words.expected import Expectation
    from app.speech.words.word_search import SpokenWord

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
PARTIAL_SECONDS = 30.0  # of a growing recording are looked at, the newest


class Translator(Protocol):
    """Anything that turns speech into text and English."""

    def warm_up(self) -> None:
        """Run everything once, so that the first clip is heard as fast as the others."""
        ...

    def transcribe(
        self,
        audio: np.ndarray,
        *,
        language: str | None = None,
        speaks: Sequence[str] = (),
        expected: Expectation | None = None,
    ) -> Transcript:
        """Hear mono float32 samples (n,) at 16 kHz.

        `language` is a code, None to detect it; `speaks` are languages that it is likely to be
        (see `app.speech.language_id`). `expected`: what may be said to a picture that stands.
        """
        ...

    def partial(
        self, audio: np.ndarray, *, language: str | None = None, speaks: Sequence[str] = ()
    ) -> Transcript | None:
        """Hear quickly what a recording that still grows holds so far; None if nothing yet."""
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
    from app.speech.engine_ctranslate2 import CTranslate2Engine
    from app.speech.engine_openai import OpenAIWhisperEngine
    from app.speech.weights import resolve_weights

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


class WhisperTranslator:
    """A Translator on either engine; safe to share between threads if they take turns."""

    def __init__(self, engine: Engine, *, again: bool = True):
        self.engine = engine
        self.again = again  # whether a text that makes no sense is heard a second time

    def warm_up(self) -> None:
        """Run every part once on silence, so that the first clip is not the slow one."""
        speech_spans(np.zeros(SAMPLE_RATE, np.float32))
        encoding = self._encode(np.zeros(SAMPLE_RATE, np.float32), MIN_FRAMES)
        self.engine.detect(encoding)
        self.engine.decode(encoding, "en", "transcribe", max_tokens=2)
        self.engine.word_scores(encoding, "es", 0.0)

    def transcribe(
        self,
        audio: np.ndarray,
        *,
        language: str | None = None,
        speaks: Sequence[str] = (),
        expected: Expectation | None = None,
    ) -> Transcript:
        """Hear mono float32 samples (n,) at 16 kHz; see `Translator.transcribe`.

        Raises SpeechError for a language this model does not know.
        """
        started = time.perf_counter()
        language = self._check_known(language)
        audio = even_loudness(audio)
        spans = spans_if_loud(audio)
        turns = [spans] if language or len(spans) < 2 else self._turns(audio, spans, speaks)
        said = [self._hear_turn(audio, turn, language, speaks, expected) for turn in turns if turn]
        return transcript_of(said, time.perf_counter() - started)

    def _turns(
        self, audio: np.ndarray, spans: list[Span], speaks: Sequence[str]
    ) -> list[list[Span]]:
        """The stretches of speech, parted where the language changes."""
        from app.speech.language_id import languages_in_turn

        total = sum(end - start for start, end in spans) / SAMPLE_RATE
        spans = joined(spans, total / MAX_TURNS)
        clips = [audio[start:end] for start, end in spans]
        heard = [dict(self._guesses(self._encode(clip, _window(clip)), speaks)) for clip in clips]
        seconds = [len(clip) / SAMPLE_RATE - 2 * MARGIN_SECONDS for clip in clips]
        turns: list[list[Span]] = []
        last = None
        for span, code in zip(spans, languages_in_turn(heard, seconds), strict=True):
            if code != last:
                turns.append([])
            turns[-1].append(span)
            last = code
        return turns

    def _hear_turn(
        self, audio: np.ndarray, spans: list[Span], language: str | None, speaks: Sequence[str],
        expected: Expectation | None,
    ) -> Turn:  # fmt: skip
        """What was said in one language, which is told from the sound where it is None."""
        windows = joined(spans)
        said = Turn([(language, 1.0)] if language else [], dict.fromkeys(windows))
        # The longest part first: it tells the language of all, unless it is no speech after all.
        for start, end in sorted(windows, key=lambda window: window[0] - window[1]):
            clip = audio[start:end]
            encoding = self._encode(clip, _window(clip))
            if language is None and said.num_samples == 0:
                said.guesses = self._tell_language(clip, encoding, speaks)
            said.pieces[start, end] = self._hear(clip, encoding, said.language, expected)
        return said

    def partial(
        self, audio: np.ndarray, *, language: str | None = None, speaks: Sequence[str] = ()
    ) -> Transcript | None:
        """Hear quickly what a recording that still grows holds so far: samples (n,) as above.

        Made to be called about every second: the last sentences alone are heard, at most
        `JOINED_SECONDS` of the newest `PARTIAL_SECONDS`, decoded greedily and never twice. None
        while nobody has spoken, or where Whisper is not sure that anybody has. The language is
        detected anew each time. Raises SpeechError for a language this model does not know.
        """
        started = time.perf_counter()
        language = self._check_known(language)
        clip = latest_speech(even_loudness(audio[-int(PARTIAL_SECONDS * SAMPLE_RATE) :]))
        if not len(clip):
            return None
        encoding = self._encode(clip, _window(clip))
        guesses = [(language, 1.0)] if language else self._guesses(encoding, speaks)
        limit = _token_limit(clip)
        wanted = _wanted(guesses[0][0])
        heard = self.engine.decode_all(encoding, wanted, max_tokens=limit, greedy=True)
        if sounds_invented(heard[0]) or any(runs_in_circles(text.tokens, limit) for text in heard):
            return None
        piece = piece_of(heard[0].text, heard[-1].text)
        if piece is None:
            return None
        said = Turn(guesses, {(0, len(clip)): piece})
        return transcript_of([said], time.perf_counter() - started)

    def _check_known(self, language: str | None) -> str | None:
        """The Whisper code of a language by code or name, None for None; raises SpeechError."""
        if language is None:
            return None
        code = check_language(language)
        if code not in self.engine.languages:
            raise SpeechError(f"this Whisper model does not know {LANGUAGES[code]}")
        return code

    def _encode(self, clip: np.ndarray, num_frames: int) -> Any:
        from app.speech.features import log_mel

        return self.engine.encode(log_mel(clip, num_frames, self.engine.num_mels))

    def _guesses(self, encoding: Any, speaks: Sequence[str]) -> list[tuple[str, float]]:
        """Whisper's languages with probabilities, the speaker's likelier."""
        from app.speech.language_id import with_prior

        return with_prior(self.engine.detect(encoding), speaks)

    def _tell_language(
        self, clip: np.ndarray, encoding: Any, speaks: Sequence[str]
    ) -> list[tuple[str, float]]:
        """The languages it may be, best first.

        Where none is clear the clip is heard behind some silence too, and the likeliest languages
        are compared by what Whisper writes of it in each of them, and by the words that fit it.
        """
        from app.speech.language_id import (
            evidence_of_words,
            mean_posterior,
            weigh_languages,
            with_prior,
        )

        heard_now = self.engine.detect(encoding)
        guesses = with_prior(heard_now, speaks)
        if guesses[0][1] >= CLEAR:
            return guesses
        later = np.concatenate([np.zeros(int(SILENCE_SECONDS * SAMPLE_RATE), np.float32), clip])
        heard_later = self.engine.detect(self._encode(later, _window(later)))
        guesses = with_prior(mean_posterior([heard_now, heard_later]), speaks)
        rivals = [code for code, _ in guesses[:RIVALS]]
        wanted: list[tuple[str, Task]] = [(code, "transcribe") for code in rivals]
        limit = _token_limit(clip[:0])  # its beginning is enough
        texts = self.engine.decode_all(encoding, wanted, max_tokens=limit, greedy=True)
        heard = dict(zip(rivals, texts, strict=True))
        if not _may_be_a_word(clip):
            sure = {code: FLUENT * text.mean_logprob for code, text in heard.items()}
            return weigh_languages(guesses, sure)
        fits = self.engine.language_scores(encoding, rivals)
        written = {code: text.text for code, text in heard.items()}
        return weigh_languages(guesses, evidence_of_words(written, fits))

    def _hear(
        self, clip: np.ndarray, encoding: Any, language: str, expected: Expectation | None
    ) -> Piece | None:
        """One window's texts, or None if it holds no speech after all."""
        from app.speech.words.expected import hear_expected
        from app.speech.words.rescoring import hear_again
        from app.speech.words.word_search import only_drops_words

        heard = self._decode(clip, encoding, _wanted(language))
        spoken, english = heard[0], heard[-1]
        if sounds_invented(spoken):
            return None
        if self.again and expected is not None:
            phrase = hear_expected(self.engine, encoding, language, spoken, expected)
            if phrase is not None:
                return piece_of(phrase, phrase if language == "en" else english.text)
        word = self._hear_word(clip, encoding, language, spoken)
        if word is not None and not only_drops_words(word.text, spoken.text, language):
            return piece_of(word.text, word.english)
        if language == "en" or not (self.again and spoken.texts):
            return piece_of(spoken.text, english.text)

        def longer(task: Task) -> list[str]:
            window = self._encode(clip, max(LONGER_FRAMES, _window(clip)))
            return self._decode(clip, window, [(language, task)])[0].texts

        text = hear_again(
            self.engine, encoding, language, spoken.texts, lambda: longer("transcribe")
        )
        if word is None:
            return piece_of(text, english.text)
        if text == spoken.text:  # no more was understood of the words beside it
            return piece_of(word.text, word.english)
        return piece_of(text, [*longer("translate"), english.text][0])

    def _hear_word(
        self, clip: np.ndarray, encoding: Any, language: str, spoken: Decoding
    ) -> SpokenWord | None:
        """The single word that a short clip is, told by the lexicon; None if it is none."""
        from app.speech.words.word_search import hear_word

        if not self.again or language == "en" or not _may_be_a_word(clip):
            return None
        return hear_word(self.engine, encoding, language, spoken)

    def _decode(
        self, clip: np.ndarray, encoding: Any, wanted: list[tuple[str, Task]]
    ) -> list[Decoding]:
        """Decode; a text that runs in circles again from a full window, and then by force."""
        limit = _token_limit(clip)
        decodings = self.engine.decode_all(encoding, wanted, max_tokens=limit)
        for place, (language, task) in enumerate(wanted):
            if not runs_in_circles(decodings[place].tokens, limit):
                continue
            full = self._encode(clip, FULL_WINDOW)
            again = self.engine.decode(full, language, task, max_tokens=limit)
            if runs_in_circles(again.tokens, limit):
                again = self.engine.decode(full, language, task, max_tokens=limit, no_repeat=3)
            decodings[place] = again
        return decodings


def _wanted(language: str) -> list[tuple[str, Task]]:
    """What has to be decoded: English is its own translation."""
    if language == "en":
        return [("en", "transcribe")]
    return [(language, "transcribe"), (language, "translate")]


def _window(clip: np.ndarray) -> int:
    """Frames to encode for a clip, at most Whisper's 30 s."""
    frames = len(clip) * 100 // SAMPLE_RATE + SPARE_FRAMES
    return min(FULL_WINDOW, max(MIN_FRAMES, frames + frames % 2))


def _may_be_a_word(clip: np.ndarray) -> bool:
    return len(clip) <= LONGEST_SECONDS * SAMPLE_RATE


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
