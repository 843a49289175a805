"""The glossary's words: read from assets/glossary, and put together as one lexicon a language."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.glossary.normalize import Entry, Kind, Lexicon, fold

DATA = Path(__file__).resolve().parents[2] / "assets" / "glossary"
BACKGROUND = "background"


class GlossaryError(ValueError):
    """The glossary's data cannot be read; one line for the user."""


@dataclass(frozen=True)
class Row:
    """One meaning and the words for it in one language."""

    language: str
    kind: str
    english: str
    words: tuple[str, ...]


@dataclass
class Words:
    """All that is known of all languages' words.

    `concepts` are things, each with its English; the last one is a plain background.
    """

    cldr: Mapping[str, Any]
    rows: list[Row]
    syllables: Mapping[str, str]
    _lexicons: dict[str, Lexicon] = field(default_factory=dict)

    def __post_init__(self) -> None:
        concepts = self.cldr["concepts"]
        self.names: list[str] = [name for name, _, _ in concepts] + [BACKGROUND]
        self.drawn: list[int] = [i for i, (_, _, drawn) in enumerate(concepts) if drawn]
        self.background = len(self.names) - 1
        self.concept_of = {name: i for i, name in reversed(list(enumerate(self.names)))}
        drawn_names = {concepts[index][0]: index for index in self.drawn}
        self.one_of = {  # "books" is a concept of its own; what is drawn is a book
            index: drawn_names[singular]
            for index, (name, _, drawn) in enumerate(concepts)
            if not drawn and (singular := name.removesuffix("s")) in drawn_names
        }
        self.synonyms: list[set[str]] = [{name, *others} for name, others, _ in concepts]
        self.synonyms.append({BACKGROUND, "backdrop", "wall"})

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages with words."""
        return tuple(sorted(self.cldr["languages"]))

    def rows_of(self, language: str, *kinds: str) -> Iterator[Row]:
        """The hand-written rows of a language, of some kinds or of all."""
        own = "zh" if language == "yue" else language
        for row in self.rows:
            if row.language == own and (not kinds or row.kind in kinds):
                yield row

    def value_of(self, row: Row) -> str | int:
        """What a row's words mean: a concept's number, a count, or English."""
        if row.kind == "noun":
            return self.concept_of.get(row.english, -1)
        return int(row.english) if row.kind == "number" else row.english

    def lexicon(self, language: str) -> Lexicon:
        """All known words of a language; empty for an unknown one."""
        if language not in self._lexicons:
            self._lexicons[language] = self._build(language)
        return self._lexicons[language]

    def _build(self, language: str) -> Lexicon:
        lexicon = Lexicon(language)
        written = {self.value_of(row) for row in self.rows_of(language, "noun")}
        table = self.cldr["languages"].get(language, {})
        kinds: tuple[tuple[Kind, str], ...] = (
            ("noun", "nouns"), ("colour", "colours"), ("number", "numbers"),
        )  # fmt: skip
        for kind, key in kinds:
            for words, meaning in table.get(key, {}).items():
                if kind == "noun":
                    meaning = self.one_of.get(meaning, meaning)
                    if meaning in written or (len(words) == 1 and language in ("zh", "yue")):
                        continue  # single characters are parts of other words
                lexicon.add(words, Entry(kind, meaning))
        for row in self.rows_of(language):
            value = self.value_of(row)
            for words in row.words if value != -1 else ():
                lexicon.add(words, Entry(row.kind, value), replace=True)  # type: ignore[arg-type]
        return lexicon

    def english_nouns(self, colours: Mapping[str, str]) -> dict[str, int]:
        """English words -> concept. Other English for things that are not drawn is left out."""
        nouns: dict[str, int] = {}
        drawn = {self.names[index] for index in self.drawn}
        for index, (name, others, is_drawn) in enumerate(self.cldr["concepts"]):
            first, _, rest = name.partition(" ")
            if not is_drawn and first in colours and rest in drawn:
                continue  # "green book" is a book, painted
            for words in (name, *(others if is_drawn else ())):
                nouns.setdefault(words.lower(), self.one_of.get(index, index))
        nouns.update({word: self.background for word in self.synonyms[-1]})
        return nouns

    def spoken(self, language: str) -> Iterator[tuple[str, str, str | int]]:
        """(words as written, kind, value) of every hand-written row, and of the counts 1 to 4."""
        numbers = self.cldr["languages"].get(language, {}).get("numbers", {})
        for words, number in numbers.items():
            if number <= 4:
                yield words, "number", number
        seen = {fold(words) for words in numbers}
        for row in self.rows_of(language):
            for words in row.words:
                if row.kind != "number" or fold(words) not in seen:
                    yield words, row.kind, self.value_of(row)


def load_words(folder: Path = DATA) -> Words:
    """Read the data shipped in `folder`.

    Raises:
        GlossaryError: a file is missing or damaged.
    """
    try:
        cldr = json.loads(gzip.decompress((folder / "cldr.json.gz").read_bytes()))
        syllables = json.loads(gzip.decompress((folder / "syllables.json.gz").read_bytes()))
        rows = read_supplement((folder / "supplement.tsv").read_text(encoding="utf-8"))
        rows += read_nouns((folder / "nouns.tsv").read_text(encoding="utf-8"))
        return Words(cldr, rows, syllables)
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise GlossaryError(f"cannot read the glossary in {folder}: {error}") from None


def read_supplement(text: str) -> list[Row]:
    """Rows of supplement.tsv: language, kind, English, words.

    Raises:
        ValueError: a line has not four columns.
    """
    rows = _lines(text, "supplement.tsv", 4)
    return [Row(language, kind, english, _split(cell)) for language, kind, english, cell in rows]


def read_nouns(text: str) -> list[Row]:
    """Rows of nouns.tsv: English, then one column a language, named in the last comment line.

    Raises:
        ValueError: a line has not as many columns as the heading, or there is no heading.
    """
    headings = [line for line in text.splitlines() if line.startswith("# English\t")]
    if not headings:
        raise ValueError("nouns.tsv has no line '# English' and languages")
    languages = headings[-1].split("\t")[1:]
    return [
        Row(language, "noun", parts[0], _split(cell))
        for parts in _lines(text, "nouns.tsv", len(languages) + 1)
        for language, cell in zip(languages, parts[1:], strict=True)
    ]


def _lines(text: str, file: str, columns: int) -> Iterator[list[str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            parts = line.split("\t")
            if len(parts) != columns:
                raise ValueError(
                    f"{file} line {number}: {columns} columns wanted, {len(parts)} found"
                )
            yield parts


def _split(cell: str) -> tuple[str, ...]:
    return tuple(words for part in cell.split(",") if (words := part.strip()))
