"""Vocabulary of all languages: nouns, colours, numbers and traits, read from assets/glossary."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from app.glossary.lexicon import NOT, GlossaryLexicon, Kind, LexiconEntry
from app.glossary.normalize import fold, folded_words, is_plural, variants
from app.glossary.parts.plurals import PLURALS_TOLD, plurals_among
from app.glossary.parts.rows import (
    TRAITS,
    TYPED,
    WIDE,
    LexiconRow,
    is_told_of,
    read_nouns,
    read_supplement,
)
from maskgil.nano.world.nouns import load_nouns
from maskgil.utils.assets import ASSETS

DATA = ASSETS / "glossary"
BACKGROUND = "background"
_ORDER = {
    "also": 0,
    "~noun": 2,
    "look": 3,
    "doing": 3,
    "first": 3,
}  # of rows: later ones come before
COURTESY = "courtesy"
MINUS = "minus"  # before a count below none, in every language: see `reader.text.below_none`
_DAMAGED = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zlib.error)


_entry = functools.cache(LexiconEntry)  # one object for all words that mean it


class GlossaryError(ValueError):
    """The glossary's data cannot be read; one line for the user."""


@dataclass
class LexiconWords:
    """All that is known of all languages' words.

    `concepts` are things, each with its English; the last one is a plain background.
    """

    cldr: Mapping[str, Any]
    rows: list[LexiconRow]
    syllables: Mapping[str, str]
    _lexicons: dict[tuple[str, bool], GlossaryLexicon] = field(default_factory=dict)

    def __post_init__(self) -> None:
        concepts = [*self.cldr["concepts"], *self._further_concepts()]
        self.names: list[str] = [name for name, *_ in concepts] + [BACKGROUND]
        self.drawn: list[int] = [i for i, (_, _, drawn, _) in enumerate(concepts) if drawn]
        self.background = len(self.names) - 1
        self.concept_of = {name: i for i, name in reversed(list(enumerate(self.names)))}
        drawn_names = {concepts[index][0]: index for index in self.drawn}
        self.one_of = {  # "books" is a concept of its own; what is drawn is a book
            index: drawn_names[singular]
            for index, (name, _, drawn, _) in enumerate(concepts)
            if not drawn and (singular := name.removesuffix("s")) in drawn_names
        }
        world = {noun.name: noun.synonyms for noun in load_nouns()}
        self.synonyms: list[set[str]] = [
            {name, *(others if drawn else world.get(name, ()))}
            for name, others, drawn, _ in concepts
        ]
        self.related: list[set[str]] = [set(keywords) for *_, keywords in concepts]
        self.related.append(set())
        self.synonyms.append({BACKGROUND, "backdrop", "wall"})
        self._share(len(self.cldr["concepts"]))

    def _share(self, first: int) -> None:
        """Concepts from `first` on have the other names and keywords of the same thing of CLDR."""
        things = {name: noun for noun in load_nouns() for name in (*noun.synonyms, noun.name)}
        named: dict[str, list[int]] = defaultdict(list)
        for at in range(first):
            for name in self.synonyms[at]:
                named[name].append(at)
        for at in range(first, len(self.names) - 1):
            thing = things.get(self.names[at])
            for name in (thing.name, *thing.synonyms) if thing is not None else ():
                for other in named.get(name, ()):
                    self.synonyms[at] |= self.synonyms[other]
                    self.related[at] |= self.related[other]

    def _further_concepts(self) -> list[tuple[str, tuple[str, ...], bool, tuple[str, ...]]]:
        """Nouns of the rows that no emoji shows, as CLDR's are written."""
        known = {name for name, *_ in self.cldr["concepts"]} | {BACKGROUND}
        kinds = ("noun", "also", f"{TYPED}noun")
        named = dict.fromkeys(row.english for row in self.rows if row.kind in kinds)
        return [(name, (), False, ()) for name in named if name not in known]

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages with words."""
        return tuple(sorted(self.cldr["languages"]))

    def rows_of(self, language: str, *kinds: str) -> Iterator[LexiconRow]:
        """The hand-written rows of a language, of some kinds or of all."""
        own = "zh" if language == "yue" else language
        for row in self._rows_by_language.get(own, ()):
            if row.kind in kinds or not (kinds or row.kind == COURTESY):
                yield row

    @cached_property
    def _rows_by_language(self) -> dict[str, list[LexiconRow]]:
        found = defaultdict[str, list[LexiconRow]](list)
        for row in self.rows:
            found[row.language].append(row)
        return dict(found)

    @cached_property
    def courtesies(self) -> list[tuple[LexiconRow, frozenset[tuple[str, ...]]]]:
        """What is said out of courtesy, in every language, with the words of each phrase."""
        rows = (row for row in self.rows if row.kind == COURTESY)
        return [(row, frozenset(tuple(folded_words(said)) for said in row.words)) for row in rows]

    def value_of(self, row: LexiconRow) -> str | int:
        """What a row's words mean: a concept's number, a count, or English."""
        if row.kind.removeprefix(TYPED) in ("noun", "also", "plural"):
            return self.concept_of.get(row.english, -1)
        return int(row.english) if row.kind == "number" else row.english

    def lexicon(self, language: str, *, heard: bool = False) -> GlossaryLexicon:
        """All known words of a language; empty for an unknown one.

        `heard`: those that what was heard is compared by, which thresholds were chosen on: no rows
        of `TOLD_OF` among them.
        """
        if (language, heard) not in self._lexicons:
            self._lexicons[language, heard] = self._build(language, heard=heard)
        return self._lexicons[language, heard]

    def _build(self, language: str, *, heard: bool) -> GlossaryLexicon:
        lexicon = GlossaryLexicon(language)
        lexicon.add(MINUS, NOT)
        written = {self.value_of(row) for row in self.rows_of(language, "noun")}
        own = {
            fold(words, language) for row in self.rows_of(language, "noun") for words in row.words
        }
        table = self.cldr["languages"].get(language, {})
        kinds: tuple[tuple[Kind, str], ...] = (
            ("noun", "nouns"), ("colour", "colours"), ("number", "numbers"),
        )  # fmt: skip
        for kind, key in kinds:
            for words, meaning in table.get(key, {}).items():
                if kind == "noun":
                    meaning = self.one_of.get(meaning, meaning)
                    if meaning in written or _is_part(words, language):
                        continue
                    if _is_plural_of(fold(words, language), own, language):
                        continue  # "fiori" are flowers, not the suit of cards
                lexicon.add(words, _entry(kind, meaning))
        for row in sorted(self.rows_of(language), key=lambda row: _ORDER.get(row.kind, 1)):
            value = self.value_of(row)
            known = value != -1 and not (heard and is_told_of(row))
            said = "noun" if row.kind == "also" else row.kind.removeprefix(TYPED)
            for words in row.words if known else ():
                entry = _entry(said, value)  # type: ignore[arg-type]
                lexicon.add(words, entry, replace=said not in ("plural", *TRAITS))
        if language in PLURALS_TOLD:
            named = defaultdict[str | int, list[str]](list)
            for word, entry in lexicon.words("noun"):
                if language != "ar" or word in own:  # whose consonants are another's by chance
                    named[entry.value].append(word)
            lexicon.plurals = plurals_among(named.values(), language)
        return lexicon

    def names_in(self, language: str) -> dict[str, str]:
        """What a language calls things and colours, by the English: of several words the first.

        Of a thing and a colour of one name, such as an orange, the thing.
        """
        found: dict[str, str] = {}
        table = self.cldr["languages"].get(language, {})
        written = table.get("written", {})
        kinds: tuple[str, ...] = ("noun", "also", "colour")
        for row in (row for kind in kinds for row in self.rows_of(language, kind)):
            if row.words:
                name = row.words[0]
                as_noun = written.get(fold(name, language), "")
                if as_noun.casefold() != name.casefold():
                    as_noun = _with_capitals(name) if language == "de" else name
                found.setdefault(row.english, name if row.kind == "colour" else as_noun)
        for words, meaning in table.get("nouns", {}).items():
            if not _is_part(words, language):
                found.setdefault(self.names[meaning], written.get(words, words))
        for words, colour in table.get("colours", {}).items():
            found.setdefault(colour, words)
        return found

    def written(self, language: str) -> Iterator[str]:
        """All nouns, colours and numbers of a language as they are written down here."""
        table = self.cldr["languages"].get(language, {})
        for kind in ("nouns", "colours", "numbers"):
            yield from table.get(kind, {})
        for row in self.rows_of(language, "noun", "colour", "number"):
            yield from row.words

    def spoken(self, language: str) -> Iterator[tuple[str, str, str | int]]:
        """(words as written, kind, value) of every hand-written row, and of the counts 1 to 4."""
        numbers = self.cldr["languages"].get(language, {}).get("numbers", {})
        for words, number in numbers.items():
            if number <= 4:
                yield words, "number", number
        seen = {fold(words) for words in numbers}
        for row in self.rows_of(language):
            for words in row.words if not is_told_of(row) else ():
                if row.kind != "number" or fold(words) not in seen:
                    yield words, row.kind, self.value_of(row)


_SMALL = {"mit", "von", "vom", "auf", "aus", "im", "in", "und", "für", "am", "an", "zu", "zum"}


def _with_capitals(name: str) -> str:
    """A German name as it is written: nouns with capitals, adjectives before them without."""
    words = name.split(" ")
    small = {
        word
        for word, following in itertools.pairwise(words)
        if word in _SMALL or (word[-2:] in ("er", "es") and following not in _SMALL)
    }
    return " ".join(word if word in small else word[:1].upper() + word[1:] for word in words)


def _is_part(words: str, language: str) -> bool:
    """Whether it is rather a part of other words: a single character of Chinese."""
    return len(words) == 1 and language in ("zh", "yue")


def load_words(folder: Path | None = None) -> LexiconWords:
    """Read the data shipped in `folder`, `DATA` where none is named.

    Raises:
        GlossaryError: a file is missing or damaged.
    """
    folder = folder or DATA
    try:
        cldr = json.loads(gzip.decompress((folder / "cldr.json.gz").read_bytes()))
        syllables = json.loads(gzip.decompress((folder / "syllables.json.gz").read_bytes()))
        rows = read_supplement((folder / "supplement.tsv").read_text(encoding="utf-8"))
        for file, kind in WIDE.items():
            rows += read_nouns((folder / file).read_text(encoding="utf-8"), file, kind)
        return LexiconWords(cldr, rows, syllables)
    except _DAMAGED as error:
        raise GlossaryError(f"cannot read the glossary in {folder}: {error}") from None


def _is_plural_of(word: str, own: set[str], language: str) -> bool:
    """Whether a word is a plural of everyday names, by an ending and nothing else."""
    return word not in own and any(
        known in own and is_plural(word, known, language) and abs(len(word) - len(known)) < 2
        for known in variants(word, language)
    )
