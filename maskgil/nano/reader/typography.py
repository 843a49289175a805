"""Unicode normalisation of prompts: canonical forms, no invisible characters.

`clean` leaves a text that reads as it was written; `plain` also writes out emoji, digits and signs,
for whoever reads words alone.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from maskgil.nano.world.inflection import plural
from maskgil.utils.assets import table_rows
from maskgil.utils.typography import clean

EMOJI_NAMES = Path(__file__).with_name("emoji_names.tsv")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SKIN_OR_KEYCAP = re.compile("[\U0001f3fb-\U0001f3ff\u20e3\ufe0f]")
_QUOTES = str.maketrans(dict.fromkeys("‘’‚‛′ʼ`´", "'") | dict.fromkeys('“”„‟″«»‹›"', " "))
_SIGNS = str.maketrans(
    dict.fromkeys("[]{}*_~#", " ") | dict.fromkeys("()<>", " , ") | dict.fromkeys("&+", " and ")
)
_QUOTE_MARKS = re.compile(r"(?<!\w)'|'(?![\w-])")
_WEIGHTED = re.compile(r"\(([^()]{1,80}?)\s*:\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*\)")
_WEIGHT = re.compile(r"\s*:\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*(?=[\])}>])|::\s*-?[\d.]+")
_OPTION = re.compile(r"(?<!\S)--(?!no\b)[a-z]+(?:\s+[\d:.]+(?!\w))?", re.IGNORECASE)
_FRACTION = re.compile("\\d+\u2044\\d+")  # what NFKC makes of one sign
_LOOSE = re.compile(r"\s+(?=[.,!?;:])")
_NO_PAUSE = re.compile(r"^[\s,]+|[\s,]+$|(?<=,)[\s,]+(?=,)|,+(?=[.!?;:])|(?<=,),")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?!\w|[.,]\d)")
_WORD = re.compile(r"\d[\d.,]*\d|[^\W_]+(?:'[^\W_]+)*")
_SMALL_LETTERS = re.compile(r"[a-z ]*")
_SENTENCE_ENDS = re.compile(r"[.!?;:…。！？\n]")
_PAUSE = re.compile(r"[,/|\\—–、，؛،]|\s-\s")


@dataclass(frozen=True)
class Word:
    """A word as it was `said` and as it is looked up; `pause`: 1 behind a comma, 2 a full stop."""

    said: str
    text: str
    pause: int = 0


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """`clean` in words: without quotes, weights in brackets and options, digits to ten spelled.

    What stands in round brackets stands between commas.

    Emoji become what they show, by `names` or by the Unicode CLDR: "the cat", in a row "two cats".
    """
    text = _WEIGHT.sub("", _WEIGHTED.sub(r"\1", clean(html.unescape(text))))
    text = _FRACTION.sub(" half ", _OPTION.sub(" ", text))
    text = "".join(_emoji_as_words(text, names or {}))
    text = _QUOTE_MARKS.sub(" ", text.translate(_QUOTES).translate(_SIGNS))
    text = _NUMBER.sub(lambda found: _spelled(found[0]), text)
    return _NO_PAUSE.sub("", _LOOSE.sub("", " ".join(text.split())))


def has_emoji(text: str) -> bool:
    """Whether `plain` writes out emoji of `text`."""
    return any(char in _first_characters() for char in text)


@functools.cache
def emoji_names() -> dict[str, str]:
    """Emoji, without the marks of form and skin, -> their short names in English."""
    return {emoji: name for emoji, name in table_rows(EMOJI_NAMES)}


def bare(emoji: str) -> str:
    """An emoji without the marks of form and skin."""
    return _SKIN_OR_KEYCAP.sub("", emoji)


@functools.cache
def _first_characters() -> frozenset[str]:
    return frozenset(emoji[0] for emoji in emoji_names())


@functools.cache
def _longest() -> int:
    return max(map(len, emoji_names()))


def _emoji_as_words(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """`text` in parts, a row of one emoji as one part."""
    text, at = bare(text), 0
    while at < len(text):
        found = _emoji_at(text, at)
        if not found:
            yield text[at]
            at += 1
            continue
        row = re.compile(rf"(?:{re.escape(found)}\s*)+").match(text, at)
        assert row is not None
        count, at = row[0].count(found), row.end()
        name = names.get(found) or emoji_names()[found].replace("’", "'").removesuffix(" face")
        yield f" the {name} " if count == 1 else f" {_spelled(str(count))} {plural(name)} "


def _emoji_at(text: str, at: int) -> str:
    """The longest emoji that stands at `at`, or nothing."""
    if text[at] not in _first_characters():
        return ""
    lengths = range(min(_longest(), len(text) - at), 0, -1)
    return next((text[at : at + n] for n in lengths if text[at : at + n] in emoji_names()), "")


def _spelled(digits: str) -> str:
    """Digits as a word up to ten."""
    value = digits.lstrip("0") or "0"
    return DIGITS[int(value)] if len(value) < 3 and int(value) < len(DIGITS) else digits


def lookup_words(text: str) -> list[Word]:
    """The words of a `plain` text, looked up in small letters without accents."""
    shadow = text
    if not text.isascii():  # marks belong to their letters, in whatever script
        shadow = "".join("x" if unicodedata.category(c)[0] == "M" else c for c in text)
    words: list[Word] = []
    end = 0
    for found in _WORD.finditer(shadow):
        gap = text[end : found.start()]
        pause = 2 if _SENTENCE_ENDS.search(gap) else 1 if _PAUSE.search(gap) else 0
        end = found.end()
        said = text[found.start() : end].lower()
        if looked_up := fold(said):  # more than marks without a letter
            words.append(Word(said, looked_up, pause if words else 0))
    return words


def fold(word: str) -> str:
    """`word` in small letters without accents."""
    if word.isascii():
        return word.lower()
    kept = (
        c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn"
    )
    return unicodedata.normalize("NFC", "".join(kept))


def split(text: str) -> list[str]:
    """The words of a text, as they are looked up."""
    if _SMALL_LETTERS.fullmatch(text):  # as below, in a third of the time
        return text.split()
    return [word.text for word in lookup_words(text.replace("’", "'"))]
