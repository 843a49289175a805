"""The languages Whisper knows: code, English name and the name its speakers use.

Codes are Whisper's own (ISO 639-1 where one exists; `jw` is its code for Javanese, `haw` Hawaiian,
`yue` Cantonese, which only large-v3 knows).
"""

from __future__ import annotations

import difflib
import locale
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from app.errors import SpeechError

_TABLE = Path(__file__).with_name("languages.tsv").read_text(encoding="utf-8")
_ROWS = [line.split("\t") for line in _TABLE.splitlines()[1:]]
LANGUAGES = {code: english for code, english, _ in _ROWS}
OWN_NAMES = {code: own for code, _, own in _ROWS}
# Languages written without spaces between words.
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})
_ALIASES = {
    "jv": "jw", "nb": "no", "iw": "he", "in": "id", "cmn": "zh", "mandarin": "zh", "fil": "tl",
    "filipino": "tl", "castilian": "es", "flemish": "nl", "valencian": "ca", "myanmar": "my",
    "moldovan": "ro", "farsi": "fa", "haitian": "ht", "sinhalese": "si", "panjabi": "pa",
    "pushto": "ps", "letzeburgesch": "lb", "maori": "mi",
}  # fmt: skip
_LONGEST = 40  # letters of a language's name


def check_language(name: str) -> str:
    """The Whisper code for a code ("fr", "pt-BR") or a name ("French", "Français").

    Raises SpeechError, with names of the same beginning or similar spelling as suggestions.
    """
    code = language_code(name)
    if code is not None:
        return code
    known, asked = _names(), plain(name)
    near = [key for key in known if len(asked) > 2 and key.startswith(asked)]
    near += difflib.get_close_matches(asked, known, n=3, cutoff=0.6)
    codes = list(dict.fromkeys(known[key] for key in near))[:3]
    offer = ", ".join(f"{code} ({LANGUAGES[code]})" for code in codes)
    if offer:
        raise SpeechError(f"unknown language {name!r}: did you mean {offer}? Or leave it to auto")
    raise SpeechError(
        f"unknown language {name!r}: give a code or a name (fr, French, Français), or auto"
    )


def language_code(name: str) -> str | None:
    """As `check_language`, but None for an unknown language."""
    asked = plain(name)
    for key in (asked, asked.replace("_", "-").split("-")[0]):
        if key in _names():
            return _names()[key]
    return None


def known_languages(names: Iterable[object]) -> tuple[str, ...]:
    """The Whisper codes of `names` (codes, or browsers' tags such as "pt-BR"), unique, in order."""
    found = (language_code(name[:_LONGEST]) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(code for code in found if code is not None))


def locale_languages() -> tuple[str, ...]:
    """The language of this computer's locale; empty for "C" and unknown ones."""
    name, _ = locale.getlocale()
    return known_languages([name] if name else [])


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Codes by codes, aliases and names, as `plain` writes them."""
    known = {code: code for code in LANGUAGES} | _ALIASES
    for table in (LANGUAGES, OWN_NAMES):
        known |= {plain(own): code for code, own in table.items()}
    return known


def plain(name: str) -> str:
    """Lower case, no accents on Latin letters: 'Français' -> 'francais'."""
    letters = unicodedata.normalize("NFKD", name.strip().lower())
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFKC", bare)
