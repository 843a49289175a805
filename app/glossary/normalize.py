"""Text normalisation across languages: folding, splitting, matching despite inflection."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from app.thresholds import STEM_LETTERS
from maskgil.utils.assets import table_rows

TABLE = Path(__file__).with_name("endings.tsv")

# What is written in two ways; of Hindi nasal vowels, of Arabic alif with and without its hamza.
_LETTERS = str.maketrans(
    {"ँ": "ं", "أ": "ا", "إ": "ا", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d",
     "ı": "i", "ʻ": "", "ʼ": ""}
)  # fmt: skip
_CEDILLA = 0x327  # ç is a letter of its own
_PLAIN_WORD = re.compile(r"[0-9A-Za-z]+")
_NUKTA = 0x93C  # a dot of Hindi's letters, which many leave out
# Languages of one-syllable words, which marks tell apart.
TONAL = frozenset({"vi", "yo"})


def fold(text: str, language: str = "") -> str:
    """Lower case, without accents of Latin, Greek, Cyrillic, Arabic and Hebrew; words spaced."""
    return " ".join(folded_words(text, language))


# Words that nothing but an accent tells from another: té and te, dés and des, pañal and panal.
_TELLING = frozenset({
    "té", "dé", "dés", "avó", "avô", "avós", "avôs", "vovó", "vovô", "vovós", "vovôs", "è", "é",
    "pañal", "pañales", "moño", "moños", "cocô", "cocôs",
})  # fmt: skip


_MARKED = frozenset("".join(_TELLING)) - frozenset("abcdefghijklmnopqrstuvwxyz")


def folded_words(text: str, language: str = "") -> list[str]:
    """Split into folded words: runs of letters, marks and digits. Tonal languages keep accents."""
    return list(_folded(text, language in TONAL))


@lru_cache(maxsize=1 << 12)  # a line is read in all languages
def _folded(text: str, is_tonal: bool) -> Sequence[str]:
    plain = unicodedata.normalize("NFC", text.casefold())
    if is_tonal:
        return re.findall(r"[^\W_]+", plain)
    if _MARKED.isdisjoint(plain):
        return _fold_words(plain)
    return [
        w
        for part in re.split(r"([^\W_]+)", plain)
        for w in ([part] if part in _TELLING else _fold_words(part))
    ]


def as_written(folded: Iterable[str], text: str) -> tuple[str, ...]:
    """Words of `folded_words(text)` as they stand in `text`; what is none of them as it is."""
    words = re.findall(r"[^\W_][\w\u0300-\u036f]*", unicodedata.normalize("NFC", text))
    written = {"".join(folded_words(word)): word for word in words}
    return tuple(written.get(each, each) for each in folded)


def _fold_words(text: str) -> list[str]:
    if text.isascii():  # as below, in a tenth of the time
        return _PLAIN_WORD.findall(text)
    letters = unicodedata.normalize("NFKD", text.replace("\u00ad", "")).translate(_KEPT)
    return unicodedata.normalize("NFC", letters).translate(_LETTERS).split()


class _Kept(dict[int, str]):
    """What is kept of a character, by its code: accents go, and what is in no word is a space."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_word = unicodedata.category(char)[0] in "LMN" or char == "\u200d"
        is_accent = (
            (0x300 <= code < 0x370 and code != _CEDILLA)
            or 0x5B0 <= code < 0x5C8
            or 0x64B <= code < 0x653
            or code == _NUKTA
        )
        self[code] = "" if is_accent else char if is_word else " "
        return self[code]


_KEPT = _Kept()


# What plurals end in, in the languages of `_ENDINGS`, and German's inflected nouns.
_PLURALS = {"fr": "sx", "es": "s", "pt": "s", "gl": "s", "ca": "s", "it": "ie", "de": "enrs"}
Endings = dict[str, list[tuple[str, str, str]]]


def _read() -> dict[str, Endings]:
    """Kind -> language -> the rows of endings.tsv: form, dictionary, colour."""
    found: dict[str, Endings] = {}
    for kind, codes, form, dictionary, colour in table_rows(TABLE):
        for code in codes.split():
            found.setdefault(kind, {}).setdefault(code, []).append((form, dictionary, colour))
    return found


_ROWS = _read()
_ENDINGS, _PREFIXES, _DUALS = _ROWS["ending"], _ROWS["prefix"], _ROWS["dual"]
_INFLECTED = _ROWS["inflected"]
_OTHERS = [(".{1,2}", "", ".{1,2}")]


def inflects(form: str, known: str, language: str, *, colour: bool) -> bool:
    """Whether `form` is an inflection of a dictionary's word, judged by their endings."""
    common = 0
    for letter, other in zip(form, known, strict=False):
        if letter != other:
            break
        common += 1
    if language not in _INFLECTED and common < min(STEM_LETTERS, len(known)):
        return False
    ends_form, ends_known = _ends(language, colour)
    return any(ends_known(known, stem) and ends_form(form, stem) for stem in range(common, 0, -1))


@cache
def _ends(language: str, colour: bool) -> tuple[Callable, Callable]:
    """Match what an inflected word ends in, and a dictionary's, from a letter on."""
    ((noun, usual, painted),) = _INFLECTED.get(language, _OTHERS)
    if colour:
        usual, noun = f"{usual}|{painted}", f"{noun}|{painted}"
    return re.compile(noun).fullmatch, re.compile(usual).fullmatch


def has_endings(language: str) -> bool:
    """Whether it is known what a language's words end in; of others any ending is a guess."""
    return language in _INFLECTED or language in _ENDINGS


def singulars(word: str, language: str) -> Iterator[str]:
    """What a word is two of, by its ending, in a language that has such a form: قطتان."""
    for form in variants(word, language) if language in _DUALS else ():
        for ending, instead, _ in _DUALS[language]:
            one = form.removesuffix(ending) + instead
            if form.endswith(ending) and len(one) > 2:
                yield one


def is_plural(form: str, known: str, language: str) -> bool:
    """Whether a form of a dictionary's noun, in one language of a few, looks like its plural."""
    return form != known and form[-1] in _PLURALS.get(language, "") and form[-1] != known[-1]


@lru_cache(maxsize=1 << 14)
def variants(word: str, language: str) -> tuple[str, ...]:
    """The folded word and the dictionary forms it may be an inflection of."""
    return tuple(_variants(word, language))


def _variants(word: str, language: str) -> Iterator[str]:
    yield word
    if language == "de" and (letters := _UMLAUT.sub(r"\1", word)) != word:
        yield letters  # "gruen"
    for ending, instead, _ in _ENDINGS.get(language, ()):
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= 3:
            yield word[: len(word) - len(ending)] + instead
    for prefix, *_ in _PREFIXES.get(language, ()):
        if word.startswith(prefix) and len(word) - len(prefix) >= 2:
            yield word[len(prefix) :]


_UMLAUT = re.compile(r"([aou])e")  # as it is written where there are no such keys


@lru_cache(maxsize=2)
def _converter(way: str) -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC(way).convert
    return convert


def simplified(text: str) -> str:
    """Chinese in simplified characters, whichever it is written in."""
    return _converter("t2s")(text)


def traditional(text: str) -> str:
    """Chinese in traditional characters."""
    return _converter("s2t")(text)
