"""Misspelt words: the one known word at an edit distance of one, or two where it is long.

Only what no common word of English is counts as misspelt: "a fence" is no fencer. Candidates come
from an index of words with letters left out (symmetric deletion), so that a text of unknown words
takes linear time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

_SHORTEST = 4  # letters of a word that may be misspelt
_LONG = 7  # letters from which two may be wrong
_LONGEST = 24  # letters; what is longer is no word
_ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ly", "y")


class TypoIndex:
    """Knows `words` and what else is a `common` word, which is never taken for one of them."""

    def __init__(self, words: Iterable[str], common: Collection[str]) -> None:
        self.common = common
        self._by_rest: defaultdict[str, set[str]] = defaultdict(set)
        for word in words:
            if _SHORTEST < len(word) <= _LONGEST and word.isalpha():
                for rest in _rests(word):
                    self._by_rest[rest].add(word)

    def meant(self, word: str) -> str | None:
        """The word that `word` misspells, None where there is none or more than one."""
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha() or self._is_common(word):
            return None
        allowed = 2 if len(word) >= _LONG else 1
        near: dict[str, int] = {}
        for rest in _rests(word):
            for other in self._by_rest.get(rest, ()):
                if other[0] == word[0] and other not in near:
                    near[other] = _edits(word, other)
        best = min(near.values(), default=allowed + 1)
        closest = [other for other, distance in near.items() if distance == best]
        return closest[0] if best <= allowed and len(closest) == 1 else None

    def _is_common(self, word: str) -> bool:
        """Whether it is a common word, or a form of one."""
        stems = (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending))
        if word in self.common or any(stem in self.common for stem in stems):
            return True
        halves = range(_SHORTEST, len(word) - _SHORTEST + 1)  # "blackboard" is no blackbird
        return any(word[:at] in self.common and word[at:] in self.common for at in halves)


def _rests(word: str) -> Iterator[str]:
    """`word`, and what is left of it without one letter (two of a long one)."""
    yield word
    for dropped in range(1, (2 if len(word) >= _LONG else 1) + 1):
        for at in combinations(range(len(word)), dropped):
            yield "".join(letter for i, letter in enumerate(word) if i not in at)


def _edits(first: str, second: str) -> int:
    """Letters to insert, leave out, change or swap with the next (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(second, start=1):
            cost = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
