"""Multilingual lexicon: the words of one language, looked up longest match first."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from app.glossary.normalize import (
    TONAL,
    folded_words,
    inflects,
    simplified,
    singulars,
    variants,
)
from app.glossary.parts.plurals import MANY_BEHIND, says_many
from app.languages import UNSPACED
from app.thresholds import MOST_COUNTED

KEPT = (
    1000  # words, and texts, of a language that are remembered: a line is read several times over
)
LETTERS_ARE_NO_WORDS = frozenset({"th", "lo"})  # alphabets without a word of one letter
_DECLINED = frozenset({"ru", "uk", "be", "bg", "pl", "cs", "sk", "sl", "hr", "sr"})


Kind = Literal[
    "noun", "plural", "colour", "number", "size", "look", "doing", "relation", "place", "and", "of",
    "measure", "one", "not", "unlike", "skip", "first", "unknown",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """One meaning of some words: an English noun, a colour, a count …"""

    kind: Kind
    value: str | int


@dataclass(frozen=True)
class LexiconItem:
    """A stretch of a text with its meanings (several where words are ambiguous).

    `many`: its words are the plural of a name. `is_form`: they are an inflection of it.
    """

    text: str
    entries: tuple[LexiconEntry, ...]
    many: bool = False
    is_form: bool = False

    def get(self, *kinds: Kind) -> LexiconEntry | None:
        """The first meaning of one of these kinds."""
        return next((e for e in self.entries if e.kind in kinds), None)


UNKNOWN = (LexiconEntry("unknown", ""),)
NOT = LexiconEntry("not", "-")


@dataclass
class GlossaryLexicon:
    """The words of one language, looked up longest match first."""

    language: str
    _entries: dict[tuple[str, ...], list[LexiconEntry]] = field(default_factory=dict)
    _stems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _phrases: dict[tuple[str, int], list[tuple[str, ...]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _firsts: dict[str, str] = field(default_factory=dict)
    _begun: dict[str, int] = field(default_factory=dict)
    """The words of the longest name by its first word, or in declined languages how that begins."""
    plurals: Mapping[str, str] = field(default_factory=dict)
    """Names of several that are known as they are, and of one of them."""
    _near: dict[str, str | None] = field(default_factory=dict)  # of words looked up lately
    _scanned: dict[str, tuple[LexiconItem, ...]] = field(default_factory=dict)  # of late

    @property
    def unspaced(self) -> bool:
        """Written without spaces: characters are looked up, not words."""
        return self.language in UNSPACED

    def add(self, words: str, entry: LexiconEntry, *, replace: bool = False) -> None:
        """Add a meaning of `words`; `replace` drops others: for a noun other nouns, else all."""
        parts = folded_words(self._script(words), self.language)
        self._scanned.clear()
        if entry.kind == "first":
            self._firsts[parts[0]] = str(entry.value)
            return
        key = tuple("".join(parts)) if self.unspaced else tuple(parts)
        letters = sum(map(str.isalnum, "".join(key)))  # without vowel signs and tone marks
        if letters < (2 if self.language in LETTERS_ARE_NO_WORDS else 1):
            return  # what the names of a colour share by chance
        self._near.clear()
        known = self._entries.setdefault(key, [])
        if replace:
            known[:] = [e for e in known if entry.kind == "noun" and e.kind != "noun"]
        if entry not in known:
            known.append(entry)
        begin = self._begin(key[0])
        self._begun[begin] = max(self._begun.get(begin, 1), len(key))
        if len(key) == 1 and not self.unspaced and key[0] not in self._stems[key[0][:2]]:
            self._stems[key[0][:2]].append(key[0])
        if len(key) > 1 and not self.unspaced and entry.kind == "noun":
            self._phrases[key[0][:2], len(key)].append(key)

    def _script(self, text: str) -> str:
        return simplified(text) if self.language in ("zh", "yue") else text

    def words(self, kind: Kind) -> Iterable[tuple[str, LexiconEntry]]:
        """All words of a kind."""
        joint = "" if self.unspaced else " "
        for key, entries in self._entries.items():
            for entry in entries:
                if entry.kind == kind:
                    yield joint.join(key), entry

    def has(self, word: str) -> bool:
        """Whether it knows a word, or more of them, without guessing at its ending."""
        parts = folded_words(self._script(word), self.language)
        if self.unspaced:
            return bool(parts)
        forms = (variants(part, self.language) for part in parts)
        return any(key in self._entries for key in itertools.product(*forms))

    def scan(self, text: str) -> list[LexiconItem]:
        """Cut `text` into items, the longest known words first."""
        items = self._scanned.get(text)
        if items is None:
            items = tuple(self._items_of(text))
            if len(self._scanned) >= KEPT:
                self._scanned.clear()
            self._scanned[text] = items
        return list(items)

    def _items_of(self, text: str) -> list[LexiconItem]:
        if self.unspaced:
            runs = folded_words(self._script(text))
            return [item for run in runs for item in self._longest_first(run, "")]
        return self._longest_first(folded_words(text, self.language), " ")

    def _longest_first(self, parts: Sequence[str], joint: str) -> list[LexiconItem]:
        """Words, or the characters of a run, as items."""
        items, at = [], 0
        while at < len(parts):
            if two := self._two_of(parts[at]) or self._compound(parts[at]):
                items += two
                at += 1
                continue
            for length in range(min(self._reach(parts[at]), len(parts) - at), 0, -1):
                key = self._find(said := parts[at : at + length])
                if key is not None:
                    many = self._is_many(said, key, parts[at - 1] if at else "", items)
                    entries, is_form = self._meanings(key), tuple(said) != key
                    items.append(LexiconItem(joint.join(said), entries, many, is_form))
                    if len(items) > 1 and joint.join(said) in MANY_BEHIND:
                        items[-2] = replace(items[-2], many=True)
                    break
            else:
                length = 1
                items.append(LexiconItem(parts[at], _digits(parts[at]) or UNKNOWN))
            at += length
        return items

    def _begin(self, word: str) -> str:
        """By what names are looked up that begin with a word: all letters that its forms share."""
        return word[:2] if self.language in _DECLINED else word

    def _reach(self, word: str) -> int:
        """The words of the longest name that may begin with a word."""
        forms = (word,) if self.unspaced else variants(word, self.language)
        return max(self._begun.get(self._begin(form), 1) for form in forms)

    def _is_many(
        self, said: Sequence[str], key: Sequence[str], before: str, items: Sequence[LexiconItem]
    ) -> bool:
        """Whether words are the plural of a name, behind the word `before` and some items."""
        is_behind = bool(items) and items[-1].get("noun", "unknown") is not None
        return any(
            says_many(form, self.plurals.get(known, known), self.language, before, is_behind)
            for form, known in zip(said, key, strict=True)
        )

    def _meanings(self, key: tuple[str, ...]) -> tuple[LexiconEntry, ...]:
        """All that a key means; of a verb that is a form of a noun as well that too: "Fliegen"."""
        entries = tuple(self._entries[key])
        if len(key) > 1 or any(entry.kind != "doing" for entry in entries) or self.unspaced:
            return entries
        noun = self._nearest(key[0])
        return entries if noun is None else (*entries, *self._entries[(noun,)])

    def _two_of(self, word: str) -> list[LexiconItem]:
        """A word that says two of a thing as the number and the thing; empty for any other.

        A colour of two things is that colour.
        """
        ones = (one for one in singulars(word, self.language) if (one,) in self._entries)
        one = next((one for one in ones if self._means(one, "noun", "colour")), None)
        forms = variants(word, self.language)
        if one is None or any((form,) in self._entries for form in forms):
            return []
        said = LexiconItem(word, tuple(self._entries[(one,)]))
        two = LexiconItem("", (LexiconEntry("number", 2),))
        return [two, said] if said.get("noun") else [said]

    def _compound(self, word: str) -> list[LexiconItem]:
        """A compound as what its first member says of the thing, and the thing: "Holztisch"."""
        if not self._firsts or self._find((word,)):
            return []
        for first, look in self._firsts.items():
            thing = self._find((rest,)) if len(rest := word.removeprefix(first)) > 2 else None
            if rest != word and thing and self._means(thing[0], "noun"):
                told = LexiconItem(first, (LexiconEntry("look", look),))
                return [told, LexiconItem(rest, tuple(self._entries[thing]))]
        return []

    def _find(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """The words as the lexicon has them."""
        if self._entries.get(key := tuple(words)):
            return key
        if self.unspaced:
            return None
        for candidate in itertools.product(*(variants(word, self.language) for word in words)):
            if candidate in self._entries:
                return candidate
        if len(words) == 1 and self.language not in ("fr", "es", "pt", "it", "ca", "gl", *TONAL):
            near = self._nearest(words[0])
            return (near,) if near else None
        if self.language not in _DECLINED:
            return None
        return next((key for key in self._alike(words) if self._is_form(words, key)), None)

    def _alike(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        """Names of as many words that begin like the first one."""
        return self._phrases.get((words[0][:2], len(words)), [])

    def _is_form(self, words: Sequence[str], name: Sequence[str]) -> bool:
        """Whether words are another case of a name of several: "эйфелеву башню"."""
        return all(
            word == known or inflects(word, known, self.language, colour=True)
            for word, known in zip(words, name, strict=True)
        )

    def _nearest(self, word: str) -> str | None:
        """The known word of which `word` is an inflection, the longest of several."""
        near = self._near.get(word, "")
        if near == "":  # never asked
            near = self._longest_of(word)
            if len(self._near) >= KEPT:
                self._near.clear()
            self._near[word] = near
        return near

    def _longest_of(self, word: str) -> str | None:
        known = (
            known
            for form in variants(word, self.language)
            for begin in {form[:2], form[:1]}
            for known in self._stems.get(begin, ())
            if self._means(known, "noun", "colour", "number", "look")
            and inflects(form, known, self.language, colour=self._means(known, "colour", "look"))
        )
        return max(known, key=len, default=None)

    def _means(self, word: str, *kinds: Kind) -> bool:
        return any([entry.kind in kinds for entry in self._entries[(word,)]])


def _digits(word: str) -> tuple[LexiconEntry, ...]:
    """None, or a count, in any script's digits."""
    try:
        number = int(word)
    except ValueError:
        return ()
    if not number:
        return (NOT,)
    return (LexiconEntry("number", number),) if number <= MOST_COUNTED else ()
