"""The table of phrases: what people say to a picture in each language, from dialogue.tsv."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.glossary.normalize import as_written, folded_words, simplified
from app.glossary.parts.joints import RELATIVE
from app.glossary.repair import Glossary
from app.glossary.vocabulary import DATA, GlossaryError
from app.languages import UNSPACED
from maskgil.utils.assets import table_rows

FRAMED = {
    "ar": re.compile("[\u0600-\u06ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "ja": re.compile("[\u3040-\u30ff\u4e00-\u9fff]"),
    "ru": re.compile("[\u0400-\u04ff]"),
}
"""Languages of which the table has what asks for a change and no more (see `frames`): letters."""
_APART = ("ask", "question", "begin", "step", "call", "alone")  # kinds that translate nothing
TABLE = DATA / "dialogue.tsv"


@dataclass(frozen=True)
class CommandPhrase:
    """What a phrase is in English, and its kind: a column of the table."""

    kind: str
    english: str


Table = dict[tuple[str, ...], CommandPhrase]


@functools.cache
def sentences() -> dict[tuple[str, str], str]:
    """(language, English) -> the first way to say it, as written. Raises GlossaryError."""
    found: dict[tuple[str, str], str] = {}
    for language, kind, english, phrases in _rows():
        said = phrases if kind == "ask" else phrases.split(", ")[0]
        found.setdefault((language, english), said)
    return found


@functools.cache
def _spoken() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    for language, kind, english, phrases in _rows():
        if kind not in _APART:
            found[language, english] += tuple(phrases.split(", "))
    return dict(found)


def spoken_phrases(language: str, english: str) -> tuple[str, ...]:
    """All ways of the table to say something in a language, the usual ones first."""
    return _spoken().get((language, english), ())


@functools.cache
def spoken_words(language: str) -> tuple[str, ...]:
    """The words of all phrases of a language, as written."""
    phrases = (phrase for (code, _), many in _spoken().items() if code == language
               for phrase in many)  # fmt: skip
    return tuple(dict.fromkeys(word for phrase in phrases for word in phrase.split()))


def places_said(language: str) -> list[tuple[str, str]]:
    """Where, when and in which weather all may be: each way to say it, with its English."""
    return [
        (said, english)
        for code, kind, english, phrases in _rows()
        if (code, kind) == (language, "place")
        for said in phrases.split(", ")[:2]
    ]


def _rows() -> list[list[str]]:
    try:
        return [row for row in table_rows(TABLE) if len(row) == 4]
    except (OSError, ValueError) as error:
        raise GlossaryError(f"cannot read {TABLE}: {error}") from None


@functools.cache
def tables() -> dict[str, Table]:
    """Language -> its phrases, in folded words. Raises GlossaryError."""
    found: dict[str, Table] = defaultdict(dict)
    for language, kind, english, phrases in _rows():
        if kind not in _APART:
            for phrase in phrases.split(", "):
                words = tuple(parts_of(phrase, language))
                found[language].setdefault(words, CommandPhrase(kind, english))
    for row in Glossary.load().words.rows:
        if row.kind == "~relation" and row.language in found.keys() - FRAMED.keys() and (
            row.english.endswith(RELATIVE)
        ):  # fmt: skip
            for said in row.words:
                words = tuple(parts_of(said, row.language))
                found[row.language].setdefault(words, CommandPhrase("prep", row.english))
    return dict(found)


@functools.cache
def asking(language: str) -> Table:
    """The phrases of a language where it asks: what begins a question counts as that."""
    asks = [row for row in _rows() if row[:2] == [language, "question"]]
    return tables()[language] | {
        tuple(parts_of(phrase, language)): CommandPhrase(kind, english)
        for _, kind, english, phrases in asks
        for phrase in phrases.split(", ")
    }


@functools.cache
def beginnings(language: str) -> dict[str, str]:
    """Verbs of change of a language that has no table, each with its English."""
    return {
        part: english
        for code, kind, english, phrases in _rows()
        if (code, kind) == (language, "begin")
        for word in phrases.split(", ")
        for part in parts_of(word, language)
    }


@functools.cache
def beginning_languages() -> tuple[str, ...]:
    """Languages of which no more than such verbs is in the table."""
    return tuple(dict.fromkeys(row[0] for row in _rows() if row[1] == "begin"))


@functools.cache
def step_words(language: str) -> dict[str, str]:
    """Words around how many steps are to be undone, each with the number that it is, or ""."""
    return {
        word: english if english.isdecimal() else ""
        for code, kind, english, phrases in _rows()
        if (code, kind) == (language, "step")
        for phrase in phrases.split(", ")
        for word in parts_of(phrase, language)
    }


@functools.cache
def whole_phrases(language: str) -> dict[tuple[str, ...], str]:
    """Phrases that mean something where nothing else is said: "encore un peu", each in English."""
    return {
        tuple(parts_of(phrase, language)): english
        for code, kind, english, phrases in _rows()
        if (code, kind) == (language, "alone")
        for phrase in phrases.split(", ")
    }


@functools.cache
def hearers(language: str) -> frozenset[tuple[str, ...]]:
    """What those are called who are spoken to: "Kinder, wir malen …"."""
    return frozenset(
        tuple(parts_of(phrase, language))
        for code, kind, _, phrases in _rows()
        if (code, kind) == (language, "call")
        for phrase in phrases.split(", ")
    )


def languages() -> tuple[str, ...]:
    """Languages that a dialogue may be in, beside English."""
    return tuple(tables())


def parts_of(text: str, language: str) -> list[str]:
    if language in UNSPACED:
        plain = text if language == "ja" else simplified(text)
        return [char for word in folded_words(plain) for char in word]
    return folded_words(text, language)


def phrases_in(parts: Sequence[str], table: Table) -> Iterator[CommandPhrase]:
    """The phrases of the table from the left, the longest at each place; other parts are left."""
    return (phrase for phrase, _ in spans_in(parts, table))


def spans_in(parts: Sequence[str], table: Table) -> Iterator[tuple[CommandPhrase, tuple[str, ...]]]:
    """The same, each with the parts that it is."""
    longest, at = max(map(len, table)), 0
    while at < len(parts):
        lengths = range(min(longest, len(parts) - at), 0, -1)
        length = next((n for n in lengths if tuple(parts[at : at + n]) in table), 0)
        said = tuple(parts[at : at + max(1, length)])
        yield table[said] if length else CommandPhrase("thing", parts[at]), said
        at += len(said)


def phrases_told(text: str, language: str) -> tuple[tuple[str, str], ...]:
    """The English of phrases of a text, with the words as they are written."""
    if language not in tables():
        return ()
    joint = "" if language in UNSPACED else " "
    return tuple(
        (phrase.english, joint.join(as_written(list(said), text)))
        for phrase, said in spans_in(parts_of(text, language), tables()[language])
        if phrase.kind == "word"
    )


def joined_verb(parts: Sequence[str], language: str, is_deed: Callable[[str], bool]) -> list[str]:
    """The words of a clause with its German verb whole: "er hebt den Ball auf", "aufhebt"."""
    if language != "de" or len(parts) < 2:
        return list(parts)
    *before, last = parts
    for at, word in enumerate(before):
        whole = f"{last}{word}"
        phrase = tables()[language].get((whole,))
        if is_deed(whole) or (phrase is not None and phrase.kind == "word"):  # no "aber"
            return [*before[:at], whole, *before[at + 1 :]]
    return list(parts)
