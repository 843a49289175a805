"""Class nouns: "the animals", "both vehicles", from classes.tsv."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.reader.lexicon import Roles, lexicon
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import LOOKS
from maskgil.utils.assets import table_rows

TABLE = Path(__file__).with_name("classes.tsv")
_MASSES = ("fruit", "food", "furniture", "clothing", "fowl", "aircraft", "veg")
LONGEST = 3  # words of a name
_ONE = ("the", "this", "that", "a", "an", "any", "every", "each", "other")


@dataclass(frozen=True)
class ThingClass:
    """A class of nouns: categories, further nouns, and exceptions."""

    categories: frozenset[str]
    more: frozenset[str]
    less: frozenset[str]

    def has(self, name: str) -> bool:
        """Whether a noun is of the class."""
        known = noun(name).category in self.categories and name not in self.less
        return known or name in self.more


@dataclass(frozen=True)
class ClassPhrase:
    """A phrase that names a class: its `length`, whether plural (`several`), and `looks`.

    `names`: nouns of the same name.
    """

    kind: ThingClass
    names: frozenset[str]
    length: int
    several: bool
    count: int
    new: bool
    other: bool
    looks: tuple[tuple[str, str], ...]


@functools.cache
def _classes() -> dict[tuple[str, ...], tuple[ThingClass, bool]]:
    """Words -> the class that they name, and whether they name several of it."""
    found: dict[tuple[str, ...], tuple[ThingClass, bool]] = {}
    for row in table_rows(TABLE):
        one, more, categories, *rest = map(str.strip, row)
        added, taken = (frozenset(filter(None, cell.split(", "))) for cell in rest)
        kind = ThingClass(frozenset(categories.split()), added, taken)
        for words in (one, *more.split(", ")):
            several = words in _MASSES or words == "people" or words.endswith("s")
            found[tuple(words.split())] = (kind, several)
    return found


def class_phrase(words: Sequence[str]) -> ClassPhrase | None:
    """The class phrase at the start: "all the red birds", "the other vehicle", "fruit"."""
    at, count, determined, all_of_them, new, other = 0, 0, False, False, False, False
    looks: list[tuple[str, str]] = []
    while at < len(words):
        if found := _named(words, at):
            kind, several, length = found
            if not (several or determined):
                return None
            name = " ".join(words[at : at + length])
            names = frozenset((name, name.removesuffix("s")))
            return ClassPhrase(
                kind, names, at + length, several or all_of_them, count, new, other, tuple(looks)
            )
        rest = words[at:]
        if length := leads(rest, "both", "everything"):
            count = 2 if leads(rest, "both") else count
            all_of_them = determined = True
        elif rest[0] in _ONE:
            length, determined = 1, True
            new |= rest[0] in ("a", "an")
            other |= rest[0] == "other"
            all_of_them |= rest[0] in ("any", "every", "each")
        elif rest[0] in ("of", "those", "these", "my", "their"):
            length, determined = 1, True
        else:
            end, roles = roles_at(words, at)
            told = _look(roles)
            count = int(roles["count"]) if roles.get("count", "").isdecimal() else count
            if told is None:
                return None
            length = end - at
            looks += told
        at += length
    return None


def _named(words: Sequence[str], at: int) -> tuple[ThingClass, bool, int] | None:
    for length in range(min(LONGEST, len(words) - at), 0, -1):
        if found := _classes().get(tuple(words[at : at + length])):
            return *found, length
    return None


def _look(roles: Roles) -> list[tuple[str, str]] | None:
    """What a word before the name of a class tells of a look; None for another word."""
    if "count" in roles:
        return []
    told = [(mark, roles[mark]) for mark in LOOKS if mark in roles]
    return told or None


def ends_in_noun(words: Sequence[str]) -> bool:
    """Whether the last of the words name a thing."""
    known = lexicon()
    texts = list(words)
    for at in range(len(texts)):
        found = known.match(texts, at, len(texts))
        if found and found[0] == len(texts) and {"noun", "many", "near"} & set(found[1]):
            return True
    return bool({"noun", "many", "near"} & set(known.roles(*texts[-1:])))
