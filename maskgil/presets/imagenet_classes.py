"""ImageNet's 1,000 classes: names and hypernyms from WordNet, and lookup by phrase.

Names, definitions and kinds are WordNet's, in the order of the labels of ILSVRC 2012.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from maskgil.utils.assets import table_rows

LONGEST_NAME = 5  # words
Words = tuple[str, ...]
ANIMAL = "animal"
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
END_OF_KIND = re.compile(r"[,;(]| (?:of|with|that|which|having|used|for|in|on|from|to|by) ")
ESSES = re.compile(r"(?:s|x|z|ch|sh)es")


@dataclass(frozen=True)
class ImagenetClass:
    """A class: its names, the usual one first, definition and hypernyms of WordNet.

    `kinds`: its hypernyms, the nearest first, each with all its names.
    """

    label: int
    names: tuple[str, ...]
    definition: str
    kinds: tuple[tuple[str, ...], ...]

    @property
    def is_animal(self) -> bool:
        return any(ANIMAL in names for names in self.kinds)


def _lines(name: str) -> list[str]:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()


@lru_cache(1)
def imagenet_classes() -> tuple[ImagenetClass, ...]:
    """All 1,000 classes by label."""
    rows = zip(_lines("imagenet_classes.tsv"), _lines("imagenet_kinds.tsv"), strict=True)
    found = []
    for label, (row, kinds) in enumerate(rows):
        names, definition = row.split("\t")
        levels = tuple(tuple(level.split(", ")) for level in kinds.split("; "))
        found.append(ImagenetClass(label, tuple(names.split(", ")), definition, levels))
    return tuple(found)


def singular_words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without plural s."""
    found = [word.replace("-", " ").lower() for word in WORD.findall(text)]
    return tuple(_singular(word) for part in found for word in part.split())


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if ESSES.search(word[-4:]) and word[-4] != "u" and not word.endswith(("oses", "uses", "ases")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


@lru_cache(1)
def names() -> Mapping[Words, tuple[int, ...]]:
    """Class names as words -> labels, those with it as usual name first."""
    found: dict[Words, list[tuple[int, int]]] = {}
    for each in imagenet_classes():
        for number, name in enumerate(each.names):
            found.setdefault(singular_words(name), []).append((number, each.label))
    return {
        name: tuple(dict.fromkeys(label for _, label in sorted(labels)))
        for name, labels in found.items()
    }


@lru_cache(1)
def kinds() -> Mapping[Words, Mapping[int, int]]:
    """Hypernyms as words -> labels below them, with the distance in steps."""
    found: dict[Words, dict[int, int]] = {}
    for each in imagenet_classes():
        for steps, level in enumerate(each.kinds, 1):
            for name in level:
                found.setdefault(singular_words(name), {}).setdefault(each.label, steps)
    return found


@lru_cache(1)
def compounds() -> Mapping[Words, Mapping[int, int]]:
    """Heads of compounds that are no hypernyms in WordNet, like `kinds`: a comic book is a book."""
    found: dict[Words, dict[int, int]] = {}
    for each in imagenet_classes():
        for name in each.names:
            *before, head = singular_words(name)
            if before and (head,) not in kinds() and not name[0].isupper():
                found.setdefault((head,), {}).setdefault(each.label, 1)
    return found


@lru_cache(1)
def everyday_words() -> Mapping[Words, Words]:
    """Words of nano's lexicon -> the closest class or hypernym."""
    rows = table_rows(Path(__file__).with_name("everyday_words.tsv"))
    return {singular_words(word): singular_words(nearest) for word, nearest in rows}


def named_class(prompt: str | Sequence[str]) -> int | None:
    """The class of the first longest name in `prompt`, or None."""
    words, known = singular_words(prompt) if isinstance(prompt, str) else tuple(prompt), names()
    for length in range(min(len(words), LONGEST_NAME), 0, -1):
        for start in range(len(words) - length + 1):
            labels = known.get(tuple(words[start : start + length]))
            if labels is not None:
                return labels[0]
    return None


def kinship(text: str, each: ImagenetClass) -> int:
    """1 if the class is a kind of what `text` names, -1 if its name only mentions it.

    By the head of the compound (a tree frog is no tree), or the first words of the definition ("a
    horse of a brownish orange …").
    """
    asked, known = singular_words(text)[-1], [singular_words(name) for name in each.names]
    told = {*(name[-1] for name in known), *singular_words(END_OF_KIND.split(each.definition)[0])}
    if asked in told:
        return 1
    return -1 if any(asked in name for name in known) else 0
