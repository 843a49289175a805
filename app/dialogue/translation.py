"""Translation of what is said to a picture: its phrases by a table, its things by the glossary."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.glossary.english import written
from app.glossary.lexicon import DATA, GlossaryError
from app.glossary.normalize import simplified, words_of
from app.glossary.repair import Glossary
from app.languages import UNSPACED

TABLE = DATA / "dialogue.tsv"
_MARKS = {"，": ",", "、": ",", "。": ".", "；": ".", ";": ".", "!": ".", "！": ".", "…": "."}
LEAST_HEARD = 0.8  # share of the letters heard that the table and the glossary know
_ARTICLES = ("a", "an", "the")
_BEHIND = frozenset({"zh"})  # languages that say where before what: told behind it in English


@dataclass(frozen=True)
class Utterance:
    """What was said in `language`, in English; `known`: letters of it that are understood."""

    language: str
    english: str
    known: int
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Phrase:
    kind: str
    english: str


Table = dict[tuple[str, ...], _Phrase]


@functools.cache
def _tables() -> dict[str, Table]:
    """Language -> its phrases, in folded words. Raises GlossaryError."""
    try:
        rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise GlossaryError(f"cannot read {TABLE}: {error}") from None
    found: dict[str, Table] = defaultdict(dict)
    for row in rows:
        if len(row) == 4 and not row[0].startswith("#"):
            language, kind, english, phrases = row
            for phrase in phrases.split(", "):
                words = tuple(_parts(phrase, language))
                found[language].setdefault(words, _Phrase(kind, english))
    return dict(found)


def languages() -> tuple[str, ...]:
    """Languages that a dialogue may be in, beside English."""
    return tuple(_tables())


def _parts(text: str, language: str) -> list[str]:
    if language in UNSPACED:
        return [char for word in words_of(simplified(text)) for char in word]
    return words_of(text, language)


def translated(text: str, language: str, glossary: Glossary) -> Utterance:
    """`text` in English, clause by clause."""
    for mark, plain in _MARKS.items():
        text = text.replace(mark, plain)
    said, known, unknown = [], 0, list[str]()
    for sentence in text.split("."):
        clauses = []
        for clause in sentence.split(","):
            found = _Clause(language, glossary).read(_parts(clause, language))
            clauses.append(found.english())
            known += found.known
            unknown += found.unknown
        said.append(", ".join(filter(None, clauses)))
    return Utterance(language, ". ".join(filter(None, said)), known, tuple(unknown))


class _Clause:
    """One clause: phrases of the table, and what stands between them."""

    def __init__(self, language: str, glossary: Glossary) -> None:
        self.language, self.glossary = language, glossary
        self.table = _tables()[language]
        self.longest = max(map(len, self.table))
        self.joint = "" if language in UNSPACED else " "
        self.told: list[_Phrase] = []
        self.behind: list[str] = []
        self.unknown: list[str] = []
        self.known = 0

    def read(self, parts: Sequence[str]) -> _Clause:
        """Takes the words or characters of the clause."""
        at, start = 0, 0
        while at < len(parts):
            length = self._match(parts, at)
            if not length:
                at += 1
                continue
            self._between(parts[start:at])
            self._take(self.table[tuple(parts[at : at + length])])
            self.known += sum(map(len, parts[at : at + length]))
            at = start = at + length
        self._between(parts[start:])
        return self

    def _match(self, parts: Sequence[str], at: int) -> int:
        """The length of the longest phrase from `at` that is no part of a longer noun."""
        noun = self._noun_length(parts, at)
        for length in range(min(self.longest, len(parts) - at), 0, -1):
            if tuple(parts[at : at + length]) in self.table:
                return length if length >= noun else 0
        return 0

    def _noun_length(self, parts: Sequence[str], at: int) -> int:
        """The length of the glossary's longest noun from `at`."""
        lexicon = self.glossary.lexicon(self.language)
        items = lexicon.scan(self.joint.join(parts[at : at + self.longest]))
        first = items[0] if items else None
        if first is None or first.get("noun") is None:
            return 0
        return len(_parts(first.text, self.language))

    def _take(self, phrase: _Phrase) -> None:
        if phrase.kind == "place":
            while self.told and self.told[-1].kind in ("det", "prep"):
                self.told.pop()
            if self.language in _BEHIND:
                self.behind.append(phrase.english)
                return
        if phrase.kind != "drop":
            self.told.append(phrase)

    def _between(self, parts: Sequence[str]) -> None:
        """What no phrase of the table is: things with what they are told."""
        if not parts:
            return
        text = self.joint.join(parts)
        lexicon = self.glossary.lexicon(self.language)
        items = lexicon.scan(text)
        scene = self.glossary.read(text, self.language)
        self.unknown += scene.unknown
        self.known += sum(
            len(item.text.replace(" ", "")) for item in items if not item.get("unknown")
        )
        english = written(scene, self.glossary.words.names)
        if not english:
            return
        first, _, rest = english.partition(" ")
        counted = any(item.get("number") for item in items)
        things = [phrase for phrase in scene.phrases if phrase.noun is not None]
        if self.told and self._is_bound():
            english = rest if first in _ARTICLES and rest else english
        elif self.language in UNSPACED and len(things) == 1 and not counted:
            english = f"the {rest if first in _ARTICLES else english}"
        self.told.append(_Phrase("thing", english))

    def _is_bound(self) -> bool:
        """Whether an article, or what stands for one, is before what follows."""
        return self.told[-1].english.split()[-1] in (*_ARTICLES, "more", "another")

    def english(self) -> str:
        """The clause in English."""
        words = [phrase.english for phrase in self.told] + self.behind
        text = " ".join(words)
        return text.removeprefix("into ")


def understood(text: str, glossary: Glossary, english: int, usual: str = "") -> Utterance | None:
    """What is said in whichever language of the table knows most of it; None for English.

    `english`: letters of it that are English. `usual`: the language of what was said before, which
    wins where several know as much.
    """
    best: Utterance | None = None
    for language in sorted(languages(), key=lambda code: code != usual):
        found = translated(text, language, glossary)
        if found.english and found.known > (best.known if best else 0):
            best = found
    if best is None or best.known < english:
        return None
    return best if best.known > english or best.language == usual else None


def heard_as(text: str, language: str, prompt: str, glossary: Glossary) -> Utterance:
    """What was heard, in English: by the table where it knows nearly all, else as translated."""
    if language in languages():
        found = translated(text, language, glossary)
        letters = sum(map(len, _parts(text, language)))
        if found.english and found.known >= LEAST_HEARD * letters:
            return found
    return Utterance(language, prompt, len(prompt))
