"""Contextual biasing: searches an unclear clip for likely utterances.

Short commands are what Whisper base knows least of: "quita el dragon" is heard as "pizza el
dragon". Where a picture stands, what may be said to it is known (`app.dialogue.expected`), and
the decoder chooses among what a grammar makes of that; the free transcript stays unless a phrase
fits the sound nearly as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Protocol

from app.speech.words.prefix_trees import Grammar
from app.thresholds import (
    ALIKE,
    DOUBTED_WORTH,
    EXPECTED_WORTH,
    LIKELIEST,
    LONGEST_COMMAND,
    SAID_ALIKE,
)

if TYPE_CHECKING:
    from app.speech.engine import Decoding


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

    def alike(self, texts: Sequence[str], language: str) -> list[str]:
        """What may be said and sounds like texts of which words are not known."""
        ...

    def homophones(self, text: str, language: str) -> list[str]:
        """A text that is known with things that stand for what sounds the same."""
        ...

    def num_new(self, text: str, language: str) -> int:
        """How many things a text names that do not stand: each is less likely to be meant."""
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
    free = spoken.mean_logprob * (len(spoken.tokens) + 1)
    sure = understood == spoken.text
    alike = expected.homophones(spoken.text, language) if sure else expected.alike(
        spoken.texts, language)  # fmt: skip
    if sure and not alike:
        return understood
    few = Grammar(tuple(alike))
    scores = engine.phrase_scores(encoding, language, few, free) if alike else {}
    if not sure and len(spoken.text.split()) <= LONGEST_COMMAND:
        scores |= engine.phrase_scores(encoding, language, expected.grammar(language), free)
    size = len(spoken.text)
    worth = EXPECTED_WORTH if understood is None else DOUBTED_WORTH
    likely = [
        text
        for text, score in scores.items()
        if score >= free - worth
        and ALIKE * size <= len(text) <= size / ALIKE
        and (_is_written_alike(text, spoken.text) or not expected.replaces_all(text, language))
    ]
    fits = {
        text: scores[text] - DOUBTED_WORTH * expected.num_new(text, language)
        for text in sorted(likely, key=scores.__getitem__)[-LIKELIEST:]
    }
    near = [text for text in fits if text not in alike or fits[text] >= free - worth]
    best = max(near, key=fits.__getitem__, default=None)
    if best is None:
        return understood
    is_sure = scores[best] >= free - DOUBTED_WORTH or expected.understands(best, language)
    return best if is_sure else understood


def _is_written_alike(text: str, heard: str) -> bool:
    """Whether a phrase has enough letters of what was heard, in their order."""
    said, written = ("".join(filter(str.isalpha, each.lower())) for each in (heard, text))
    return SequenceMatcher(None, said, written).ratio() >= SAID_ALIKE
