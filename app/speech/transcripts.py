"""Transcripts: windows, single-language turns, and the whole."""

# n samples at 16 kHz.

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from app.languages import LANGUAGES, UNSPACED
from app.speech.audio import SAMPLE_RATE
from app.speech.hallucinations import without_credits
from app.thresholds import UNSURE

Span: TypeAlias = tuple[int, int]  # first sample, last + 1


@dataclass(frozen=True)
class LanguagePart:
    """What was said in one language, from one change of language to the next."""

    language: str
    text: str
    translation: str


@dataclass(frozen=True)
class Transcript:
    """What was said, in the speaker's language and in Whisper's English.

    Where the speaker changed languages, `language` is that of the longest part, and `parts` has
    them all in order; it is empty where one language was heard. `notes`: what was not understood,
    and that the language is in doubt, one line each.
    """

    language: str
    language_probability: float
    alternatives: tuple[tuple[str, float], ...]
    text: str
    translation: str
    seconds: float
    parts: tuple[LanguagePart, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def guesses(self) -> tuple[tuple[str, float], ...]:
        """The languages it may be, up to three codes with probabilities, best first.

        One guess of probability 1 when the language was given; none when nobody spoke.
        """
        best = ((self.language, self.language_probability),) if self.language else ()
        return best + self.alternatives

    @property
    def in_doubt(self) -> bool:
        """Whether it is more likely than not that another language was spoken."""
        return bool(self.language) and self.language_probability < UNSURE

    @property
    def in_languages(self) -> tuple[LanguagePart, ...]:
        """What was said, a part for each language in turn, at least one."""
        return self.parts or (LanguagePart(self.language, self.text, self.translation),)

    @property
    def is_empty(self) -> bool:
        """No speech heard."""
        return not self.text and not self.translation


@dataclass(frozen=True)
class Piece:
    """One window's transcript and translation."""

    text: str
    translation: str


@dataclass
class Turn:
    """What was heard of a stretch in one language: windows that hold no speech have no piece."""

    guesses: list[tuple[str, float]]
    pieces: dict[Span, Piece | None]

    @property
    def language(self) -> str:
        return self.guesses[0][0] if self.guesses else ""

    @property
    def part(self) -> LanguagePart:
        """The pieces in order, as one text."""
        pieces = [piece for _, piece in sorted(self.pieces.items()) if piece is not None]
        joint = "" if self.language in UNSPACED else " "
        return LanguagePart(
            self.language,
            joint.join(piece.text for piece in pieces),
            " ".join(piece.translation for piece in pieces if piece.translation),
        )

    @property
    def num_samples(self) -> int:
        """How long was spoken."""
        return sum(end - start for (start, end), piece in self.pieces.items() if piece is not None)


def piece_of(text: str, translation: str) -> Piece | None:
    """A window's texts without invented credits, or None if either was nothing else."""
    piece = Piece(without_credits(text), without_credits(translation))
    return piece if piece.text and (piece.translation or not translation) else None


def transcript_of(said: list[Turn], seconds: float) -> Transcript:
    """What was heard in each turn as one transcript, told apart by language."""
    spoken = [turn for turn in said if turn.num_samples]
    main = max(spoken or said, key=lambda turn: turn.num_samples, default=Turn([], {}))
    parts: list[LanguagePart] = []
    for turn in spoken:
        part = turn.part
        if parts and parts[-1].language == part.language:
            part = _as_one([parts.pop(), part])
        parts.append(part)
    whole = _as_one(parts)
    code, probability = main.guesses[0] if main.guesses else ("", 0.0)
    transcript = Transcript(
        language=code,
        language_probability=probability,
        alternatives=tuple(main.guesses[1:3]),
        text=whole.text,
        translation=whole.translation,
        seconds=seconds,
        parts=tuple(parts) if len(parts) > 1 else (),
    )
    notes = (*_doubt(transcript), *_notes(said, parts)) if spoken else ()
    return replace(transcript, notes=notes)


def _doubt(transcript: Transcript) -> tuple[str, ...]:
    """That the language is in doubt, where it is."""
    if not transcript.in_doubt:
        return ()
    shares = [f"{LANGUAGES.get(code, code)} {share:.0%}" for code, share in transcript.guesses]
    return (f"the language is in doubt: {', '.join(shares)}",)


def _as_one(parts: list[LanguagePart]) -> LanguagePart:
    """Parts one after another; the language of the first."""
    language = parts[0].language if parts else ""
    joint = "" if {part.language for part in parts} <= UNSPACED else " "
    text = joint.join(part.text for part in parts)
    return LanguagePart(
        language, text, " ".join(part.translation for part in parts if part.translation)
    )


def _notes(said: list[Turn], parts: list[LanguagePart]) -> tuple[str, ...]:
    """What to say of a recording in several languages, or of which not all was understood."""
    notes = []
    if len(parts) > 1:
        names = [LANGUAGES[part.language] for part in parts]
        notes.append(f"heard in turn: {', '.join(names)}")
    for turn in said:
        for (start, end), piece in sorted(turn.pieces.items()):
            if piece is None:
                first, last = round(start / SAMPLE_RATE, 1), round(end / SAMPLE_RATE, 1)
                notes.append(f"not understood: what sounds from {first} to {last} s")
    return tuple(notes)
