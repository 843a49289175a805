"""Language identification of short texts by letter trigrams.

Naive Bayes over the letters of each word, given the two before, with additive smoothing; learnt of
the words that the glossary has of each language.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from app.glossary.repair import Glossary
from app.thresholds import SMOOTHING

ENGLISH = "en"
_WORD = re.compile(r"[^\W\d_]+'?")
_ALPHABET = 40  # letters, accented ones among them, between which a rare one is shared out


@dataclass(frozen=True)
class Spelling:
    """How often a language has a letter behind two others, and those two at all."""

    letters: Counter[tuple[str, str]]
    before: Counter[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> Spelling:
        """The spelling of some words, each of which counts once."""
        pairs = [pair for word in set(words) for pair in _trigrams(word)]
        return cls(Counter(pairs), Counter(before for before, _ in pairs))

    def nats(self, text: str) -> float:
        """The logarithm of how likely the words of `text` are spelt so."""
        return sum(
            math.log(
                (self.letters[before, letter] + SMOOTHING)
                / (self.before[before] + SMOOTHING * _ALPHABET)
            )
            for word in _words(text)
            for before, letter in _trigrams(word)
        )


@lru_cache(maxsize=128)
def spelling_of(language: str) -> Spelling:
    """The spelling of a language, by its words of the glossary; of English by the world's."""
    if language == ENGLISH:
        from maskgil.nano.reader.lexicon import COMMON_WORDS, lexicon

        common = COMMON_WORDS.read_text(encoding="utf-8").split()
        return Spelling.of([*common, *lexicon().known_words])
    words = Glossary.load().words
    rows = (phrase for row in words.rows_of(language) for phrase in row.words)
    return Spelling.of(word for said in (*words.written(language), *rows) for word in _words(said))


def spelt_like(text: str, languages: Iterable[str]) -> dict[str, float]:
    """How many nats the spelling of a text is behind that of the language it is most like."""
    nats = {language: spelling_of(language).nats(text) for language in languages}
    return {language: max(nats.values()) - found for language, found in nats.items()}


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold().replace("’", "'"))


def _trigrams(word: str) -> Iterator[tuple[str, str]]:
    framed = f"^{word}$"
    for at in range(1, len(framed)):
        yield framed[max(0, at - 2) : at], framed[at]
