"""Contextual biasing: a clip that is not understood is searched for what is likely to be said next.

Short commands are what Whisper base knows least of: "quita el dragon" is heard as "pizza el
dragon". Where a picture stands, what may be said to it is known (`app.dialogue.expected`), and
the decoder chooses among that; the free transcript stays unless a phrase fits the sound nearly as
well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from app.thresholds import ALIKE, EXPECTED_WORTH, LONGEST_COMMAND

if TYPE_CHECKING:
    from app.speech.engine import Decoding


class Expectation(Protocol):
    """What is likely to be said."""

    def understands(self, text: str, language: str) -> bool:
        """Whether all of a text is known, so that nothing else need be looked for."""
        ...

    def phrases(self, language: str) -> tuple[str, ...]:
        """What is likely to be said, each in full; nothing in a language without a table."""
        ...


class PhraseScorer(Protocol):
    """The part of `app.speech.engine.Engine` that is needed here."""

    def phrase_scores(
        self, encoding: Any, language: str, phrases: tuple[str, ...], lowest: float
    ) -> dict[str, float]:
        """How likely phrases are, as all that was said."""
        ...


def hear_expected(
    engine: PhraseScorer, encoding: Any, language: str, spoken: Decoding, expected: Expectation
) -> str | None:
    """What was said to a picture; None where it is neither understood nor like what is expected.

    Args:
        engine: scores phrases on `encoding`.
        encoding: the clip's, from the same engine.
        language: Whisper's code.
        spoken: Whisper's free transcript of speech, which stays where all of it is understood.
        expected: what may be said next.
    """
    understood = next((t for t in spoken.texts if expected.understands(t, language)), None)
    if understood == spoken.text or len(spoken.text.split()) > LONGEST_COMMAND:
        return understood
    free = spoken.mean_logprob * (len(spoken.tokens) + 1)
    scores = engine.phrase_scores(encoding, language, expected.phrases(language), free)
    size = len(spoken.text)
    alike = [text for text in scores if ALIKE * size <= len(text) <= size / ALIKE]
    best = max(alike, key=scores.__getitem__, default=None)
    if best is not None and scores[best] >= free - EXPECTED_WORTH:
        return best
    return understood
