"""Words of many languages made comparable: folding, splitting, and matching despite inflection."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Literal

from app.languages import UNSPACED

Kind = Literal["noun", "colour", "number", "relation", "place", "and", "measure", "skip", "unknown"]

_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ʻ": "", "ʼ": ""}
)


_CEDILLA = 0x327  # ç is a letter of its own


def fold(text: str) -> str:
    """Lower case, without accents of Latin, Greek, Cyrillic, Arabic and Hebrew; words spaced."""
    return " ".join(words_of(text))


# Words that nothing but an accent tells from another: té and te, dés and des, avó and avô.
_TELLING = frozenset({
    "té", "dé", "dés", "avó", "avô", "avós", "avôs", "vovó", "vovô", "vovós", "vovôs",
})  # fmt: skip


def words_of(text: str) -> list[str]:
    """Split into folded words: runs of letters, marks and digits."""
    plain = unicodedata.normalize("NFC", text.casefold())
    if not any(word in plain for word in _TELLING):
        return _fold_words(plain)
    return [w for part in re.split(r"([^\W_]+)", plain)
            for w in ([part] if part in _TELLING else _fold_words(part))]  # fmt: skip


def _fold_words(text: str) -> list[str]:
    letters = []
    for char in unicodedata.normalize("NFKD", text.replace("\u00ad", "")):
        code = ord(char)
        if (
            (0x300 <= code < 0x370 and code != _CEDILLA)
            or 0x5B0 <= code < 0x5C8
            or 0x64B <= code < 0x653
        ):
            continue
        word = unicodedata.category(char)[0] in "LMN" or char == "\u200d"
        letters.append(char if word else " ")
    folded = unicodedata.normalize("NFC", "".join(letters)).translate(_LETTERS)
    return folded.split()


# Endings of inflected forms and what the dictionary form ends in instead.
_ENDINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "fr": (
        ("eaux", "eau"), ("aux", "al"), ("s", ""), ("x", ""), ("es", ""), ("e", ""), ("ches", "c"),
        ("che", "c"), ("ves", "f"), ("ve", "f"), ("nnes", "n"), ("nne", "n"), ("ettes", "et"),
        ("ette", "et"), ("ttes", "t"), ("tte", "t"),
    ),
    "es": (("s", ""), ("es", ""), ("ces", "z"), ("as", "o"), ("a", "o"), ("itos", "o"),
           ("ito", "o"), ("itas", "a"), ("ita", "a")),
    "pt": (
        ("oes", "ao"), ("aes", "ao"), ("ais", "al"), ("eis", "el"), ("ois", "ol"), ("ns", "m"),
        ("s", ""), ("es", ""), ("as", "o"), ("a", "o"), ("inhos", "o"), ("inho", "o"),
        ("inhas", "a"), ("inha", "a"),
    ),
    "it": (("i", "o"), ("i", "e"), ("i", "io"), ("e", "a"), ("e", "o"), ("a", "o"), ("he", "a"),
           ("hi", "o")),
}  # fmt: skip
_ENDINGS["gl"] = _ENDINGS["pt"]
_ENDINGS["ca"] = (("s", ""), ("es", "a"), ("es", ""), ("a", ""), ("ns", ""), ("ques", "ca"))
_PREFIXES = {
    "ar": ("وال", "بال", "ال", "و", "ب", "لل"),
    "fa": (),
    "he": ("וה", "ה", "ו", "ב", "ל", "מ", "ש"),
}
_LONG_SUFFIXES = {"tr", "fi", "hu", "et", "az", "kk", "uz", "tk", "tt", "eu", "ka", "ko", "ta"}


def variants(word: str, language: str) -> Iterator[str]:
    """The folded word and the dictionary forms it may be an inflection of."""
    yield word
    for ending, instead in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= 3:
            yield word[: len(word) - len(ending)] + instead
    for prefix in _PREFIXES.get(language, ()):
        if word.startswith(prefix) and len(word) - len(prefix) >= 2:
            yield word[len(prefix) :]


@dataclass(frozen=True)
class Entry:
    """One meaning of some words: an English noun, a colour, a count …"""

    kind: Kind
    value: str | int


@dataclass(frozen=True)
class Item:
    """A stretch of a text with its meanings (several where words are ambiguous)."""

    text: str
    entries: tuple[Entry, ...]

    def get(self, *kinds: Kind) -> Entry | None:
        """The first meaning of one of these kinds."""
        return next((e for e in self.entries if e.kind in kinds), None)


UNKNOWN = (Entry("unknown", ""),)


@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


def simplified(text: str) -> str:
    """Chinese in simplified characters, whichever it is written in."""
    return _converter()(text)


@dataclass
class Lexicon:
    """The words of one language, looked up longest match first."""

    language: str
    _entries: dict[tuple[str, ...], list[Entry]] = field(default_factory=dict)
    _stems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _longest: int = 1

    @property
    def unspaced(self) -> bool:
        """Written without spaces: characters are looked up, not words."""
        return self.language in UNSPACED

    def add(self, words: str, entry: Entry, *, replace: bool = False) -> None:
        """Add a meaning of `words`; `replace` drops others: for a noun other nouns, else all."""
        parts = words_of(self._script(words))
        key = tuple("".join(parts)) if self.unspaced else tuple(parts)
        if not key:
            return
        known = self._entries.setdefault(key, [])
        if replace:
            known[:] = [e for e in known if entry.kind == "noun" and e.kind != "noun"]
        if entry not in known:
            known.append(entry)
        self._longest = max(self._longest, len(key))
        if len(key) == 1 and not self.unspaced and key[0] not in self._stems[key[0][:2]]:
            self._stems[key[0][:2]].append(key[0])

    def _script(self, text: str) -> str:
        return simplified(text) if self.language in ("zh", "yue") else text

    def words(self, kind: Kind) -> Iterable[tuple[str, Entry]]:
        """All words of a kind."""
        joint = "" if self.unspaced else " "
        for key, entries in self._entries.items():
            for entry in entries:
                if entry.kind == kind:
                    yield joint.join(key), entry

    def scan(self, text: str) -> list[Item]:
        """Cut `text` into items, the longest known words first."""
        if self.unspaced:
            return self._scan_characters(words_of(self._script(text)))
        items, words, at = [], words_of(text), 0
        while at < len(words):
            for length in range(min(self._longest, len(words) - at), 0, -1):
                entries = self._find(words[at : at + length])
                if entries:
                    items.append(Item(" ".join(words[at : at + length]), entries))
                    at += length
                    break
            else:
                items.append(Item(words[at], _digits(words[at]) or UNKNOWN))
                at += 1
        return items

    def _find(self, words: list[str]) -> tuple[Entry, ...]:
        exact = self._entries.get(tuple(words))
        if exact:
            return tuple(exact)
        for candidate in product(*(tuple(variants(word, self.language)) for word in words)):
            if candidate in self._entries:
                return tuple(self._entries[candidate])
        if len(words) == 1 and self.language not in ("fr", "es", "pt", "it", "ca", "gl"):
            near = self._nearest(words[0])
            if near:
                return tuple(self._entries[(near,)])
        return ()

    def _nearest(self, word: str) -> str | None:
        """The known word that `word` is an inflection of, judged by their common beginning."""
        best, longest = None, 0
        allowed = 4 if self.language in _LONG_SUFFIXES else 2
        for form in variants(word, self.language):
            for known in self._stems.get(form[:2], ()):
                common = _common_prefix(form, known)
                tail = len(form) - common
                whole = common == len(known) and (common > 2 or known[0] >= "\uac00")  # Hangul
                most = allowed if whole and len(known) >= 4 else 2
                enough = whole or common >= max(4, len(known) - 2)
                if enough and tail <= most and common > longest:
                    best, longest = known, common
        return best

    def _scan_characters(self, runs: list[str]) -> list[Item]:
        items: list[Item] = []
        for run in runs:
            at = 0
            while at < len(run):
                for length in range(min(self._longest, len(run) - at), 0, -1):
                    entries = self._entries.get(tuple(run[at : at + length]))
                    if entries:
                        items.append(Item(run[at : at + length], tuple(entries)))
                        at += length
                        break
                else:
                    items.append(Item(run[at], _digits(run[at]) or UNKNOWN))
                    at += 1
        return items


def _common_prefix(a: str, b: str) -> int:
    return next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )


def _digits(word: str) -> tuple[Entry, ...]:
    """1 to 10 in any script's digits."""
    try:
        number = int(word)
    except ValueError:
        return ()
    return (Entry("number", number),) if 1 <= number <= 10 else ()
