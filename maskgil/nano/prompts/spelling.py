"""Spelling correction: the one known word that is a letter away, or two where words are long.

Only what no common word of English is counts as misspelled: "a fence" is no fencer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

SHORTEST = 4  # letters of a word that may be misspelled
_ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ly", "y")
LONG = 7  # letters from which two may be wrong


class Speller:
    """Knows `words` and what else is a `common` word, which is never taken for one of them."""

    def __init__(self, words: Iterable[str], common: Collection[str]) -> None:
        self.common = common
        self._by_first: dict[str, list[str]] = {}
        for word in words:
            if len(word) > SHORTEST and word.isalpha():
                self._by_first.setdefault(word[0], []).append(word)

    def _is_common(self, word: str) -> bool:
        """Whether it is a common word, or a form of one."""
        stems = (word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending))
        return word in self.common or any(stem in self.common for stem in stems)

    def meant(self, word: str) -> str | None:
        """The word that `word` misspells, None where there is none or more than one."""
        if len(word) < SHORTEST or not word.isalpha() or self._is_common(word):
            return None
        allowed = 2 if len(word) >= LONG else 1
        near = [
            (distance, other)
            for other in self._by_first.get(word[0], ())
            if abs(len(other) - len(word)) <= allowed
            and (distance := edits(word, other)) <= allowed
        ]
        best = min(near, default=(0, ""))[0]
        closest = [other for distance, other in near if distance == best]
        return closest[0] if len(closest) == 1 else None


def edits(first: str, second: str) -> int:
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
