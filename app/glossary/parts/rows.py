"""Rows of the glossary's tables: one meaning and the words for it in one language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TRAITS = ("look", "doing", "first")  # rows of what is told of things
TOLD_OF = ("also", *TRAITS)  # rows that nothing is guessed from, as of those of a kind with …
TYPED = "~"  # … this before it: words that are known where they are typed
WIDE = {"nouns.tsv": "noun", "names.tsv": "also", "looks.tsv": "look", "doings.tsv": "doing",
        "relatives.tsv": "~relation"}  # fmt: skip
"""Files with a column for each language, and the kind of their rows."""


@dataclass(frozen=True, slots=True)
class LexiconRow:
    """One meaning and the words for it in one language."""

    language: str
    kind: str
    english: str
    words: tuple[str, ...]


def is_told_of(row: LexiconRow) -> bool:
    """Whether a row's words are known only where they are typed."""
    return row.kind in TOLD_OF or row.kind.startswith(TYPED)


def read_supplement(text: str) -> list[LexiconRow]:
    """Rows of supplement.tsv: language, kind, English, words.

    Raises:
        ValueError: a line has not four columns.
    """
    rows = _lines(text, "supplement.tsv", 4)
    return [
        LexiconRow(language, kind, english, _split(cell)) for language, kind, english, cell in rows
    ]


def read_nouns(text: str, file: str = "nouns.tsv", kind: str = "noun") -> list[LexiconRow]:
    """Rows of a kind: English, then one column a language, named in the last comment line.

    Raises:
        ValueError: a line has not as many columns as the heading, or there is no heading.
    """
    headings = [line for line in text.splitlines() if line.startswith("# English\t")]
    if not headings:
        raise ValueError(f"{file} has no line '# English' and languages")
    languages = headings[-1].split("\t")[1:]
    return [
        LexiconRow(language, kind, parts[0], _split(cell))
        for parts in _lines(text, file, len(languages) + 1)
        for language, cell in zip(languages, parts[1:], strict=True)
        if cell or kind == "noun"
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
