"""Misspelt words: the one known word at an edit distance of one, or two where it is long.

Candidates come from an index of words with letters left out (symmetric deletion), so that a text of
unknown words takes linear time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from maskgil.nano.prompts.spelling import LONG, SHORTEST, Speller, edits

_LONGEST = 24  # letters; what is longer is no word


class TypoIndex(Speller):
    """A `Speller` that answers in constant time."""

    def __init__(self, words: Iterable[str], common: Collection[str]) -> None:
        super().__init__((), common)
        self._by_rest: defaultdict[str, set[str]] = defaultdict(set)
        self._meant: dict[str, str | None] = {}
        for word in words:
            if SHORTEST < len(word) <= _LONGEST and word.isalpha():
                for rest in _rests(word):
                    self._by_rest[rest].add(word)

    def meant(self, word: str) -> str | None:
        """The word that `word` misspells, None where there is none or more than one."""
        if not SHORTEST <= len(word) <= _LONGEST or not word.isalpha() or self._is_common(word):
            return None
        allowed = 2 if len(word) >= LONG else 1
        near: dict[str, int] = {}
        for rest in _rests(word):
            for other in self._by_rest.get(rest, ()):
                if other[0] == word[0] and other not in near:
                    near[other] = edits(word, other)
        best = min(near.values(), default=allowed + 1)
        closest = [other for other, distance in near.items() if distance == best]
        return closest[0] if best <= allowed and len(closest) == 1 else None


def _rests(word: str) -> Iterator[str]:
    """`word`, and what is left of it without one letter (two of a long one)."""
    yield word
    for dropped in range(1, (2 if len(word) >= LONG else 1) + 1):
        for at in combinations(range(len(word)), dropped):
            yield "".join(letter for i, letter in enumerate(word) if i not in at)
