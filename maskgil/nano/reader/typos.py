"""Spelling correction: the unique known word of the same sound or within two edits.

Only what no common word of English is counts as misspelt: "a fence" is no fencer. Candidates come
from indexes of words by their sound and with letters left out (symmetric deletion), so that a text
of unknown words takes linear time. The latter are long: each is made when a word with that first
letter is first looked up, and holds numbers, 6 MB of all where the letters themselves took 147.
"""

# n rests: what is left of words without a letter or two.

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

_SHORTEST = 3  # letters of a word that may be misspelt
_SHORT = 4  # letters up to which none may be another; of three two may only be swapped
_LONG = 8  # letters from which two may be wrong
_LONGEST = 24  # letters; what is longer is no word
_ALIKE, _SWAPPED, _MISSING = 0.5, 0.6, 0.8  # cost of what sounds alike, of a swap, of one letter
_ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ly", "y", "ie")
_SPELLINGS = (
    ("ph", "f"), ("tch", "ch"), ("ck|qu?", "k"), ("c(?=[eiy])", "s"), ("c(?!h)", "k"), ("x", "ks"),
    ("z", "s"), ("^kn", "n"), ("^wr", "r"), ("^wh", "w"), ("igh", "I"), ("(?<!^)y", "i"),
    (r"(.)\1", r"\1"), ("a[iy]|a(?=[^aeiou]e$)", "A"), ("ea|ie", "e"),
    ("oa|o(?=[^aeiou]e$)", "O"), ("i(?=[^aeiou]e$)", "I"), ("(?<=[^aeiou])e$", ""),
)  # fmt: skip
_SOUNDS = tuple((re.compile(spelling), letters) for spelling, letters in _SPELLINGS)


class TypoIndex:
    """An index of `words` for correction; `common` words are never corrected.

    Words of `second` lose ties.
    """

    def __init__(
        self, words: Iterable[str], common: Collection[str], second: Collection[str] = ()
    ) -> None:
        self.common, self._second = common, second
        self._by_sound: defaultdict[str, set[str]] = defaultdict(set)
        self._by_first: defaultdict[str, list[str]] = defaultdict(list)
        self._by_rest: dict[str, tuple[np.ndarray, np.ndarray]] = {}  # of that first letter
        for word in words:
            if _SHORTEST <= len(word) <= _LONGEST and word.isalpha():
                self._by_sound[sound(word)].add(word)
                self._by_first[word[0]].append(word)

    def meant(self, word: str) -> str | None:
        """The word that `word` misspells, None where there is none or more than one."""
        closest = [] if self.is_common(word) else self.closest(word)
        if len(closest) > 1:
            closest = [other for other in closest if other not in self._second]
        return closest[0] if len(closest) == 1 else None

    def closest(self, word: str) -> list[str]:
        """The words that are least unlike `word`, near enough to be meant by it."""
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return []
        near = dict.fromkeys(self._sounds_alike(word), _ALIKE)
        for other in self._with_a_rest(word):
            if other not in near:
                near[other] = _cost(word, other)
        swapped = word[1::-1] + word[2:]
        if swapped not in near and swapped in self._by_first.get(swapped[0], ()):
            near[swapped] = _cost(word, swapped)
        if len(word) == _SHORTEST:
            return [other for other, cost in near.items() if cost == _SWAPPED]
        best = min(near.values(), default=2.0)
        allowed = 2.0 if len(word) >= _LONG else 1.0 if len(word) > _SHORT else _MISSING
        return [other for other, cost in near.items() if cost == best <= allowed]

    def is_common(self, word: str) -> bool:
        """Whether it is a common word, or a form of one."""
        stems = [word, *(word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending))]
        if len(word) >= _LONG:
            stems.append(word.removeprefix("re"))  # "rerecord"
        if any(len(stem) >= _SHORTEST and stem in self.common for stem in stems):
            return True
        halves = range(_SHORT, len(word) - _SHORT + 1)  # "blackboard" is no blackbird
        return any(word[:at] in self.common and word[at:] in self.common for at in halves)

    def _with_a_rest(self, word: str) -> Iterator[str]:
        """The words with its first letter of which the same may be left as of `word`."""
        if not (known := self._by_first.get(word[0])):
            return
        if word[0] not in self._by_rest:
            self._by_rest[word[0]] = _index(known)
        hashes, places = self._by_rest[word[0]]
        asked = _hashes(word)
        starts, ends = hashes.searchsorted(asked), hashes.searchsorted(asked, "right")
        for start, end in zip(starts, ends, strict=True):
            yield from (known[place] for place in places[start:end])

    def _sounds_alike(self, word: str) -> Iterator[str]:
        for other in self._by_sound.get(sound(word), ()):
            most = len(word) // 2 if word[0] == other[0] else 0
            if _edits(word, other) <= max(2, most):
                yield other


def sound(word: str) -> str:
    """A phonetic key of `word`: equal for "elefant" and "elephant"."""
    for spelling, letters in _SOUNDS:
        word = spelling.sub(letters, word)
    return word


def _rests(word: str) -> Iterator[str]:
    """`word`, and what is left of it without one letter (two of a long one)."""
    yield word
    for at in range(len(word)):
        one = word[:at] + word[at + 1 :]
        yield one
        if len(word) >= _LONG:
            for then in range(at, len(one)):
                yield one[:then] + one[then + 1 :]


def _hashes(word: str) -> np.ndarray:
    """The hashes (n,) int64 of what may be left of `word`."""
    return np.array([hash(rest) for rest in dict.fromkeys(_rests(word))], np.int64)


def _index(words: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Hashes (n,) int64 of what may be left of words, in order, and of which word (n,) each is."""
    each = [_hashes(word) for word in words]
    hashes = np.concatenate(each)
    places = np.repeat(np.arange(len(words), dtype=np.int32), [len(one) for one in each])
    order = hashes.argsort(kind="stable")
    return hashes[order], places[order]


def _cost(word: str, other: str) -> float:
    """Letters that are wrong; one that changed places with the next, or is missing, counts less."""
    edits = _edits(word, other)
    if edits != 1:
        return float(edits)
    if len(word) != len(other):
        return _MISSING
    return _SWAPPED if sorted(word) == sorted(other) else 1.0


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
