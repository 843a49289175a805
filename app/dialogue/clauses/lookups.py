"""Lookups: words of a clause found in the phrase table and in the glossary."""

from __future__ import annotations

from collections.abc import Sequence

from app.dialogue.phrase_table import parts_of, tables
from app.glossary.english import NUMBERS
from app.glossary.lexicon import LexiconItem
from app.glossary.repair import Glossary
from app.languages import UNSPACED
from maskgil.nano.dialogue.fragments import read_fragment

NOBODY_KNOWS = "something"  # stands for a word that English would misread
NAMES = {number: word for word, number in NUMBERS.items()} | {1: "one"}


class ClauseLookups:
    """The table and the glossary of one language, asked about parts of a clause."""

    def __init__(self, language: str, glossary: Glossary) -> None:
        self.language, self.glossary = language, glossary
        self.table = tables()[language]
        self.longest = max(map(len, self.table))
        self.joint = "" if language in UNSPACED else " "
        self.taken = 0  # parts up to the end of the last phrase

    def _denies_look(self, parts: Sequence[str], at: int) -> int:
        """The length of "not red", and of what has not the colour behind it; 0 for other words."""
        items = self.glossary.lexicon(self.language).scan(
            self.joint.join(parts[at : at + self.longest])
        )
        kinds = [item.get("unlike", "colour", "of", "noun") for item in items[:4]]
        said = [entry.kind if entry else "" for entry in kinds]
        if said[:2] != ["unlike", "colour"]:
            return 0
        end = 4 if said[2:] == ["of", "noun"] and self.language in UNSPACED else 1
        return sum(len(parts_of(item.text, self.language)) for item in items[:end])

    def _joins_colours(self, parts: Sequence[str], at: int) -> bool:
        """Whether colours of one thing stand around this part."""
        around = [*parts[at - 1 : at], *parts[at + 1 : at + 2]]
        if self.taken == at or len(around) < 2 or not self.joint:
            return False
        scan = self.glossary.lexicon(self.language).scan
        return all(scan(part)[0].get("colour") for part in around)

    def _joins_look(self, parts: Sequence[str], at: int) -> bool:
        """Whether 的 stands here between a look that was told last and the thing that has it."""
        if parts[at : at + 1] != ["的"] or not self._noun_length(parts, at + 1):
            return False
        items = self.glossary.lexicon(self.language).scan("".join(parts[self.taken : at]))
        return bool(items) and items[-1].get("colour", "size") is not None

    def _is_measured(self, parts: Sequence[str], at: int) -> bool:
        """Whether a number stands before this part, in a language that counts by measure words."""
        before = self.glossary.lexicon(self.language).scan("".join(parts[:at][-1:]))
        return self.language in UNSPACED and any(item.get("number") for item in before)

    def _noun_length(self, parts: Sequence[str], at: int) -> int:
        """The length of the glossary's longest noun from `at`, or of a look of several words."""
        if at >= len(parts):
            return 0
        lexicon = self.glossary.lexicon(self.language)
        items = lexicon.scan(self.joint.join(parts[at : at + self.longest]))
        first = items[0] if items else None
        length = 0 if first is None else len(parts_of(first.text, self.language))
        told = length > 1 and self.joint and first and first.get("look", "doing")  # "en feu"
        return length if first is not None and (first.get("noun") or told) else 0

    def _is_article(self, parts: Sequence[str]) -> bool:
        phrase = self.table.get(tuple(parts))
        return phrase is not None and (phrase.kind == "det" or phrase.english in ("it", "the"))


def unread(word: str) -> str:
    """A word that nobody knows, which is not to be read as one of English that is spelt alike."""
    found = read_fragment(word)
    return NOBODY_KNOWS if found.mentions or found.scenery else word


def told_alone(items: Sequence[LexiconItem]) -> str:
    """Looks and doings, where some items are nothing else: "triste"."""
    told = [entry for item in items if (entry := item.get("look", "doing"))]
    if not told or len(told) < sum(not item.get("skip") for item in items):
        return ""
    is_noun = any(item.get("noun") for item in items)
    return "" if is_noun else " ".join(str(entry.value) for entry in told)


def amount_of(items: Sequence[LexiconItem]) -> str:
    """A count or a size that nothing is named with: "deux", "两只"."""
    for item in items:
        if number := item.get("number"):
            return NAMES.get(int(number.value), str(number.value))
    return next((str(size.value) for item in items if (size := item.get("size"))), "")
