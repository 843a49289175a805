"""Multilingual lexicon of nouns, colours and numbers, read from assets/glossary."""

from __future__ import annotations

import gzip
import itertools
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from app.glossary.normalize import (
    TONAL,
    fold,
    inflects,
    is_plural,
    simplified,
    singulars,
    variants,
    words_of,
)
from app.glossary.parts.rows import (
    TRAITS,
    TYPED,
    WIDE,
    LexiconRow,
    is_told_of,
    read_nouns,
    read_supplement,
)
from app.languages import UNSPACED
from app.thresholds import MOST_COUNTED
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
LETTERS_ARE_NO_WORDS = frozenset({"th", "lo"})  # alphabets without a word of one letter


_DECLINED = frozenset({"ru", "uk", "be", "bg", "pl", "cs", "sk", "sl", "hr", "sr"})
_DAMAGED = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, zlib.error)


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
        named = dict.fromkeys(row.english for row in self.rows if row.kind in ("noun", "also"))
        return [(name, (), False, ()) for name in named if name not in known]

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages with words."""
        return tuple(sorted(self.cldr["languages"]))

    def rows_of(self, language: str, *kinds: str) -> Iterator[LexiconRow]:
        """The hand-written rows of a language, of some kinds or of all."""
        own = "zh" if language == "yue" else language
        for row in self.rows:
            if row.language == own and (row.kind in kinds or not (kinds or row.kind == COURTESY)):
                yield row

    def courtesies(self) -> Iterator[LexiconRow]:
        """What is said out of courtesy, in every language."""
        return (row for row in self.rows if row.kind == COURTESY)

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
                lexicon.add(words, LexiconEntry(kind, meaning))
        for row in sorted(self.rows_of(language), key=lambda row: _ORDER.get(row.kind, 1)):
            value = self.value_of(row)
            known = value != -1 and not (heard and is_told_of(row))
            said = "noun" if row.kind == "also" else row.kind.removeprefix(TYPED)
            for words in row.words if known else ():
                entry = LexiconEntry(said, value)  # type: ignore[arg-type]
                lexicon.add(words, entry, replace=said not in ("plural", *TRAITS))
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


Kind = Literal[
    "noun", "plural", "colour", "number", "size", "look", "doing", "relation", "place", "and", "of",
    "measure", "one", "not", "unlike", "skip", "first", "unknown",
]  # fmt: skip


@dataclass(frozen=True)
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
    _longest: int = 1

    @property
    def unspaced(self) -> bool:
        """Written without spaces: characters are looked up, not words."""
        return self.language in UNSPACED

    def add(self, words: str, entry: LexiconEntry, *, replace: bool = False) -> None:
        """Add a meaning of `words`; `replace` drops others: for a noun other nouns, else all."""
        parts = words_of(self._script(words), self.language)
        if entry.kind == "first":
            self._firsts[parts[0]] = str(entry.value)
            return
        key = tuple("".join(parts)) if self.unspaced else tuple(parts)
        letters = sum(map(str.isalnum, "".join(key)))  # without vowel signs and tone marks
        if letters < (2 if self.language in LETTERS_ARE_NO_WORDS else 1):
            return  # what the names of a colour share by chance
        known = self._entries.setdefault(key, [])
        if replace:
            known[:] = [e for e in known if entry.kind == "noun" and e.kind != "noun"]
        if entry not in known:
            known.append(entry)
        self._longest = max(self._longest, len(key))
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
        parts = words_of(self._script(word), self.language)
        if self.unspaced:
            return bool(parts)
        forms = (variants(part, self.language) for part in parts)
        return any(key in self._entries for key in itertools.product(*map(tuple, forms)))

    def scan(self, text: str) -> list[LexiconItem]:
        """Cut `text` into items, the longest known words first."""
        if self.unspaced:
            runs = words_of(self._script(text))
            return [item for run in runs for item in self._longest_first(run, "")]
        return self._longest_first(words_of(text, self.language), " ")

    def _longest_first(self, parts: Sequence[str], joint: str) -> list[LexiconItem]:
        """Words, or the characters of a run, as items."""
        items, at = [], 0
        while at < len(parts):
            if two := self._two_of(parts[at]) or self._compound(parts[at]):
                items += two
                at += 1
                continue
            for length in range(min(self._longest, len(parts) - at), 0, -1):
                key = self._find(said := parts[at : at + length])
                if key is not None:
                    many = any(
                        is_plural(a, b, self.language) for a, b in zip(said, key, strict=True)
                    )
                    entries, is_form = self._meanings(key), tuple(said) != key
                    items.append(LexiconItem(joint.join(said), entries, many, is_form))
                    break
            else:
                length = 1
                items.append(LexiconItem(parts[at], _digits(parts[at]) or UNKNOWN))
            at += length
        return items

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
        if any((form,) in self._entries for form in variants(word, self.language)):
            return []
        for one in singulars(word, self.language):
            if (one,) not in self._entries or not self._means(one, "noun", "colour"):
                continue
            said = LexiconItem(word, tuple(self._entries[(one,)]))
            two = LexiconItem("", (LexiconEntry("number", 2),))
            return [two, said] if said.get("noun") else [said]
        return []

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
        for candidate in itertools.product(
            *(tuple(variants(word, self.language)) for word in words)
        ):
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
        return any(entry.kind in kinds for entry in self._entries[(word,)])


def _is_plural_of(word: str, own: set[str], language: str) -> bool:
    """Whether a word is a plural of everyday names, by an ending and nothing else."""
    return word not in own and any(
        known in own and is_plural(word, known, language) and abs(len(word) - len(known)) < 2
        for known in variants(word, language)
    )


def _digits(word: str) -> tuple[LexiconEntry, ...]:
    """None, or a count, in any script's digits."""
    try:
        number = int(word)
    except ValueError:
        return ()
    if not number:
        return (NOT,)
    return (LexiconEntry("number", number),) if number <= MOST_COUNTED else ()
