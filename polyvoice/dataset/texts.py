"""PolyVoice's texts: loading and validation of English descriptions and translations.

The shipped ones are assets/polyvoice/texts/{scenes,nano}.jsonl, one JSON object a line:
`{"id", "split", "seed", "en", "zh", "pt", "fr", "es"}`. More of them come from a language model,
through `polyvoice.dataset.generate_texts.generate_texts`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from maskgil.utils.assets import ASSETS

TEXTS = ASSETS / "polyvoice" / "texts"
LANGUAGES = ("en", "zh", "pt", "fr", "es")  # of the shipped texts
ENGLISH = "en"
WORD_LIMITS = {"scenes": (20, 50), "nano": (4, 12)}  # English words of a split's texts
SPLITS = tuple(WORD_LIMITS)
# Similarity from which texts count as duplicates. Shipped ones are below 0.15 and 0.45.
NEAR_DUPLICATE = {"scenes": 0.4, "nano": 0.6}

# Plausible length ratio of a translation to the English.
LENGTH_RATIO = (0.15, 4.0)

_KEYS = ("id", "split", "seed")
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LITTLE_WORDS = (
    "a an the of in on at to with by from for and or is are its his her their there as into over"
    " under near next i see me show draw want picture drawing image"
)


class TextsError(ValueError):
    """Unusable or unavailable texts; the message is one line for the user."""


@lru_cache
def language_code(language: str) -> str:
    """Whisper's code of a language; `cn`, as the paper writes it, is zh.

    Raises:
        TextsError: nobody knows such a language.
    """
    from app.languages import check_language

    try:
        return "zh" if language.strip().lower() == "cn" else check_language(language)
    except ValueError as error:
        raise TextsError(str(error).removesuffix(" Or leave it to auto")) from None


def check_split(split: str) -> str:
    """`split` itself.

    Raises:
        TextsError: it is none of `SPLITS`.
    """
    if split not in SPLITS:
        raise TextsError(f"unknown split {split!r}; choose from {', '.join(SPLITS)}")
    return split


@dataclass(frozen=True)
class TextRow:
    """One description in English and in other languages.

    `texts` goes from Whisper's codes to the texts and holds "en"; `seed` is for drawing.
    """

    id: str
    split: str
    seed: int
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "texts", MappingProxyType(dict(self.texts)))

    @property
    def english(self) -> str:
        return self.texts[ENGLISH]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.texts)

    def text(self, language: str) -> str:
        """The text in a language, by code, alias or name.

        Raises:
            TextsError: this row has none in that language.
        """
        code = language_code(language)
        if code not in self.texts:
            raise TextsError(
                f"text {self.id} has no {language!r}; choose from {', '.join(self.texts)}"
            )
        return self.texts[code]

    def to_json(self) -> str:
        """The row as one line, without a line end."""
        head = {"id": self.id, "split": self.split, "seed": self.seed}
        return json.dumps(head | dict(self.texts), ensure_ascii=False)


def load_texts(
    split: str = "nano", *, path: str | Path | None = None, languages: Iterable[str] = LANGUAGES
) -> list[TextRow]:
    """The checked texts of a split, in order; shipped ones without a `path`.

    `languages` are those every row must have beside English (`cn` counts as zh).

    Raises:
        TextsError: no such split or file, or a text that breaks the rules of `check_row`, an id
            given twice, two texts too much alike.
    """
    check_split(split)
    file = Path(path) if path is not None else TEXTS / f"{split}.jsonl"
    rows = read_rows(file)
    wanted = [language_code(language) for language in languages]
    seen = Seen(split)
    for row in rows:
        if row.split != split:
            raise TextsError(f"{file}: text {row.id} is of split {row.split!r}, not {split!r}")
        check_row(row, wanted)
        seen.add(row)
    return rows


def read_rows(file: Path) -> list[TextRow]:
    """The rows of a JSON-lines file, each one's form checked and nothing more.

    Raises:
        TextsError: the file cannot be read, is empty, or a line is not a row.
    """
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise TextsError(f"cannot read the texts {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise TextsError(f"the texts {file} are not UTF-8") from None
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append(parse_row(line))
            except TextsError as error:
                raise TextsError(f"{file} line {number}: {error}") from None
    if not rows:
        raise TextsError(f"{file} holds no texts")
    return rows


def parse_row(line: str) -> TextRow:
    """A row from its JSON.

    Raises:
        TextsError: no JSON object, a key missing or of another type, an unknown language.
    """
    try:
        fields: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TextsError(f"not JSON ({error})") from None
    if not isinstance(fields, dict):
        raise TextsError("not a JSON object")
    for key, kind in (("id", str), ("split", str), ("seed", int), (ENGLISH, str)):
        if not isinstance(fields.get(key), kind) or isinstance(fields[key], bool):
            raise TextsError(f"{key!r} must be {'text' if kind is str else 'an integer'}")
    texts = {}
    for key, text in fields.items():
        if key not in _KEYS:
            if not isinstance(text, str):
                raise TextsError(f"{key!r} must be text")
            code = language_code(key)
            if code in texts:
                raise TextsError(f"two texts in {code!r}")
            texts[code] = text
    return TextRow(fields["id"], fields["split"], fields["seed"], texts)


def check_row(row: TextRow, languages: Iterable[str] = LANGUAGES) -> None:
    """Check one row alone: split, languages, English words, and that all can be read aloud.

    Raises:
        TextsError: naming the row and the first thing wrong.
    """
    low, high = WORD_LIMITS[check_split(row.split)]
    if not row.id.strip():
        raise TextsError("a text without an id")
    if row.seed < 0:
        raise TextsError(f"text {row.id}: the seed is {row.seed}, below 0")
    for language in (ENGLISH, *languages):
        if not row.texts.get(language, "").strip():
            raise TextsError(f"text {row.id} has no {language!r}")
    count = len(row.english.split())
    if not low <= count <= high:
        raise TextsError(
            f"text {row.id} has {count} English words; {row.split} takes {low} to {high}"
        )
    for language, text in row.texts.items():
        if fault := _fault(text, language, row.english):
            raise TextsError(f"text {row.id}, {language}: {fault}")


def _fault(text: str, language: str, english: str) -> str:
    if text != text.strip() or not text.isprintable():
        return "it has line breaks, control characters or space around it"
    if any(letter.isdigit() for letter in text):
        return "it has digits; numbers are written as words"
    if language == ENGLISH:
        return ""
    if text.casefold() == english.casefold():
        return "it is the English text"
    if language == "zh" and not _HAN.search(text):
        return "it has no Chinese characters"
    low, high = LENGTH_RATIO
    if not low <= len(text) / len(english) <= high:
        return f"it has {len(text)} characters for {len(english)} of English"
    return ""


class Seen:
    """Detects duplicate and near-duplicate texts.

    Similarity is the Jaccard index of their content words.
    """

    def __init__(self, split: str) -> None:
        self._limit = NEAR_DUPLICATE[check_split(split)]
        self._ids: set[str] = set()
        self._words: dict[frozenset[str], str] = {}

    def twin(self, english: str) -> str | None:
        """The name of a near-duplicate text, or None."""
        words = telling_words(english)
        for others, name in self._words.items():
            if likeness(words, others) >= self._limit:
                return name
        return None

    def remember(self, english: str, name: str) -> None:
        self._words.setdefault(telling_words(english), name)

    def add(self, row: TextRow) -> None:
        """Remember a row.

        Raises:
            TextsError: a duplicate id, or a near-duplicate text.
        """
        if row.id in self._ids:
            raise TextsError(f"two texts have the id {row.id!r}")
        twin = self.twin(row.english)
        if twin is not None:
            raise TextsError(f"text {row.id} says nearly the same as {twin}: {row.english!r}")
        self._ids.add(row.id)
        self.remember(row.english, row.id)


def telling_words(english: str) -> frozenset[str]:
    """The lower-case content words of a text."""
    words = frozenset(word.lower() for word in _WORD.findall(english))
    return words - set(_LITTLE_WORDS.split()) or words


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The Jaccard index of two sets: 0 nothing in common, 1 the same."""
    union = len(one | other)
    return len(one & other) / union if union else 1.0
