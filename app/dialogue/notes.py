"""Notes on a transcript, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from app.i18n import Translations, tables
from app.languages import LANGUAGES, OWN_NAMES

_KEYS = ("note.turns", "note.doubt", "note.unheard", "note.track", "note.silent")
_NAMES = {name: OWN_NAMES[code] for code, name in LANGUAGES.items()}


def noted(note: str, words: Translations) -> str:
    """A note of `Heard`, which is English, in a language of the page; one of other words as it is.

    Languages are called as their speakers call them.
    """
    if words.language == "en":
        return note
    for key, pattern in _patterns():
        if found := pattern.fullmatch(note):
            values = found.groupdict()
            if "languages" in values:
                values["languages"] = ", ".join(_named(values["languages"], words))
            return words(key, **{name: _number(text, words) for name, text in values.items()})
    return note


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """The English of each note, its holes as groups."""
    return [
        (key, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(tables()["en"][key]))))
        for key in _KEYS
    ]


def _named(languages: str, words: Translations) -> Iterator[str]:
    """Languages, each with its share or without."""
    for each in languages.split(", "):
        name, _, share = each.rpartition(" ") if each.endswith("%") else (each, "", "")
        own = _NAMES.get(name, name)
        yield f"{own} {words.percent(float(share[:-1]) / 100)}" if share else own


def _number(text: str, words: Translations) -> str:
    """A number with the decimal sign of the language, other text as it is."""
    return words.number(float(text)) if re.fullmatch(r"\d+\.\d", text) else text
