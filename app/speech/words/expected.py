"""Contextual biasing: searches an unclear clip for likely utterances.

Short commands are what Whisper base knows least of: "quita el dragon" is heard as "pizza el
dragon". Where a picture stands, what may be said to it is known (`app.dialogue.expected`), and
the decoder chooses among what a grammar makes of that; the free transcript stays unless a phrase
fits the sound nearly as well.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Protocol

from app.thresholds import (
    ALIKE,
    DOUBTED_WORTH,
    EXPECTED_WORTH,
    LONGEST_COMMAND,
    SAID_ALIKE,
)

if TYPE_CHECKING:
    from app.speech.engine import Decoding
    from app.speech.words.prefix_trees import Grammar


class Expectation(Protocol):
    """What is likely to be said."""

    def understands(self, text: str, language: str) -> bool:
        """Whether all of a text is known, so that nothing else need be looked for."""
        ...

    def replaces_all(self, text: str, language: str) -> bool:
        """Whether all that stands goes for it, so that it is not to be guessed."""
        ...

    def grammar(self, language: str) -> Grammar:
        """What is likely to be said, in full; nothing in a language without a table."""
        ...


class PhraseScorer(Protocol):
    """The part of `app.speech.engine.Engine` that is needed here."""

    def phrase_scores(
        self, encoding: Any, language: str, grammar: Grammar, lowest: float
    ) -> dict[str, float]:
        """How likely the texts of a grammar are, as all that was said."""
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
    scores = engine.phrase_scores(encoding, language, expected.grammar(language), free)
    size = len(spoken.text)
    worth = EXPECTED_WORTH if understood is None else DOUBTED_WORTH
    likely = [
        text
        for text, score in scores.items()
        if score >= free - worth
        and ALIKE * size <= len(text) <= size / ALIKE
        and (_is_written_alike(text, spoken.text) or not expected.replaces_all(text, language))
    ]
    best = max(likely, key=scores.__getitem__, default=None)
    if best is None:
        return understood
    is_sure = scores[best] >= free - DOUBTED_WORTH or expected.understands(best, language)
    return best if is_sure else understood


def _is_written_alike(text: str, heard: str) -> bool:
    """Whether a phrase has enough letters of what was heard, in their order."""
    said, written = ("".join(filter(str.isalpha, each.lower())) for each in (heard, text))
    return SequenceMatcher(None, said, written).ratio() >= SAID_ALIKE
