"""Contextual biasing: searches an unclear clip for likely utterances.

Short commands are what Whisper base knows least of: "quita el dragon" is heard as "pizza el
dragon". Where a picture stands, what may be said to it is known (`app.dialogue.expected`). A clip
is heard as it is and behind the names of what stands, and of the texts of both that counts which is
understood and speaks of what is there. Where that is none, the decoder chooses among what a grammar
makes of it; the free transcript stays unless a phrase fits the sound nearly as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from app.glossary.normalize import fold, simplified
from app.languages import UNSPACED
from app.thresholds import (
    ALIKE,
    DOUBTED_WORTH,
    EXPECTED_WORTH,
    LONGEST_COMMAND,
    MISSING,
    SAID_ALIKE,
    STRANGER,
    WORTH,
)

if TYPE_CHECKING:
    from app.speech.engine import Decoding
    from app.speech.words.prefix_trees import Grammar


class Expectation(Protocol):
    """What is likely to be said."""

    @property
    def stands(self) -> bool:
        """Whether there is a picture to which it is said."""
        ...

    def understands(self, text: str, language: str) -> bool:
        """Whether all of a text is known, so that nothing else need be looked for."""
        ...

    def replaces_all(self, text: str, language: str) -> bool:
        """Whether all that stands goes for it, so that it is not to be guessed."""
        ...

    def strangers(self, text: str, language: str) -> int:
        """How many things a text names that are not there."""
        ...

    def before(self, language: str) -> str:
        """What stands, as somebody would have named it; nothing in a language without a table."""
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
    engine: PhraseScorer,
    encoding: Any,
    language: str,
    heard: Sequence[Decoding],
    expected: Expectation,
) -> str | None:
    """What was said to a picture; None where it is neither understood nor like what is expected.

    Args:
        engine: scores phrases on `encoding`.
        encoding: the clip's, from the same engine.
        language: Whisper's code.
        heard: Whisper's free transcript of speech, and what it writes behind what stands. Where
            nothing stands (`app.speech.words.rescoring` is next) what it writes is not weighed.
        expected: what may be said next.
    """
    texts = together(heard, language)
    likeliest, spoken = next(iter(texts), ""), heard[0]
    understood = _understood(texts, language, expected) if expected.stands else None
    if understood == likeliest or len(spoken.text.split()) > LONGEST_COMMAND:
        return understood
    free = spoken.logprob
    scores = engine.phrase_scores(encoding, language, expected.grammar(language), free)
    size = len(spoken.text)
    worth = EXPECTED_WORTH if expected.stands else WORTH
    worth = worth if understood is None else DOUBTED_WORTH
    likely = [
        text
        for text, score in scores.items()
        if score >= free - worth and ALIKE * size <= len(text) <= size / ALIKE
        and (_is_written_alike(text, spoken.text) or not expected.replaces_all(text, language))
    ]  # fmt: skip
    best = max(likely, key=scores.__getitem__, default=None)
    if best is None:
        return understood
    is_sure = scores[best] >= free - DOUBTED_WORTH or expected.understands(best, language)
    return best if is_sure else understood


def together(heard: Sequence[Decoding], language: str) -> dict[str, float]:
    """The texts of several decodings, each with the mean of its log-probabilities, best first.

    Those that differ in capitals, marks and accents are one. A text that is missing in a beam is a
    little less likely there than the last of it.
    """
    written: dict[str, str] = {}  # by letters
    beams: list[dict[str, float]] = []
    for decoding in heard:
        beam: dict[str, float] = {}
        behind = (0.0, *decoding.behind)
        for text, less in zip((decoding.text, *decoding.others), behind, strict=False):
            plain = fold(simplified(text) if language in UNSPACED else text)
            letters = "".join(filter(str.isalnum, plain))
            if letters:
                written.setdefault(letters, text)
                score = decoding.logprob - less
                beam[letters] = float(np.logaddexp(beam.get(letters, -np.inf), score))
        beams += [beam] if beam else []
    means = {
        text: sum(beam.get(letters, min(beam.values()) - MISSING) for beam in beams) / len(beams)
        for letters, text in written.items()
    }
    return dict(sorted(means.items(), key=lambda item: -item[1]))


def _understood(texts: dict[str, float], language: str, expected: Expectation) -> str | None:
    """The best of `texts` (likeliest first) if it is understood: that it is counts for it.

    What names things that are not there is that much less likely to be said.
    """
    best, value, is_known = None, -np.inf, False
    for text, score in texts.items():
        if score + EXPECTED_WORTH <= value:
            break
        knows = expected.understands(text, language)
        worth = score + EXPECTED_WORTH * knows - STRANGER * expected.strangers(text, language)
        if worth > value:
            best, value, is_known = text, worth, knows
    return best if is_known else None


def _is_written_alike(text: str, heard: str) -> bool:
    """Whether a phrase has enough letters of what was heard, in their order."""
    said, written = ("".join(filter(str.isalpha, each.lower())) for each in (heard, text))
    return SequenceMatcher(None, said, written).ratio() >= SAID_ALIKE
