"""N-best rescoring: scores similar-sounding alternatives of implausible transcripts on the audio.

The words of pictures that sound like what Whisper wrote (`app.glossary.candidates`), and Whisper's
next best texts, are scored by Whisper itself on the same encoding; so is what it writes of the clip
in a longer window. A text with fewer strange words is taken if it fits the sound nearly as well.
Texts that are understood cost nothing more, and so do those that are no pictures: with more strange
words than a picture has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, Protocol

from app.glossary.candidates import Guesser
from app.glossary.lexicon import GlossaryLexicon
from app.glossary.normalize import fold
from app.glossary.repair import Glossary
from app.thresholds import GUESSES, MOST_UNKNOWN, NEARLY, WORTH


class HypothesisScorer(Protocol):
    """The part of `app.speech.engine.Engine` that is needed here."""

    def score(self, encoding: Any, language: str, texts: list[str]) -> list[float]:
        """Log-probability of each text as the transcript of what was encoded."""
        ...


def hear_again(
    engine: HypothesisScorer,
    encoding: Any,
    language: str,
    texts: Sequence[str],
    more: Callable[[], Sequence[str]] | None = None,
) -> str:
    """The best of `texts`, of what `more` hears and of what sounds like them.

    Args:
        engine: scores texts on `encoding`.
        encoding: the clip's, from the same engine.
        language: Whisper's code.
        texts: what Whisper heard, best first, at least one.
        more: what Whisper hears of the clip in another way; called where `texts` are in doubt.

    Returns:
        str: `texts[0]` wherever it is understood or nothing better fits the sound.
    """
    heard = texts[0]
    if not Guesser.knows(language):
        return heard
    guesser = guesser_of(language)
    doubts = strange_words(heard, guesser.lexicon)
    if not 0 < doubts <= MOST_UNKNOWN or not guesser.takes(heard):
        return heard
    candidates: dict[str, str] = {}  # by their words: capitals and full stops are not scored apart
    for written in (texts, more() if more else ()):
        alike = list(written)
        for text, limit in zip(written, GUESSES, strict=False):
            guesses = guesser.guesses(text, limit)
            alike += [g.text for g in guesses if g.cost <= guesses[0].cost + NEARLY]
        for text in alike:
            candidates.setdefault(fold(text), text)
    strange = {text: strange_words(text, guesser.lexicon) for text in candidates.values()}
    if min(strange.values()) >= doubts:
        return heard
    scores = dict(zip(strange, engine.score(encoding, language, list(strange)), strict=True))
    best = max(scores, key=lambda text: scores[text] - WORTH * strange[text])
    return best if strange[best] < doubts else heard


def strange_words(text: str, lexicon: GlossaryLexicon) -> int:
    """How many words of a text the glossary does not know.

    Where words have no spaces between them, strange characters in a row are one word.
    """
    items = lexicon.scan(text)
    strange = [item.get("unknown") is not None for item in items]
    if lexicon.unspaced:
        return sum(now and not before for before, now in pairwise([False, *strange]))
    return sum(strange)


@lru_cache(maxsize=16)
def guesser_of(language: str, said: tuple[str, ...] = ()) -> Guesser:
    """Guesses texts of the glossary's words, and of others that may be `said`."""
    words = Glossary.load().words
    characters = {char: syllable for syllable, chars in words.syllables.items() for char in chars}
    return Guesser(words, language, characters, said)
