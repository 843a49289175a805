"""Labels: what a text says is written on a thing or said by somebody, its words as they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from maskgil.utils.assets import table_rows

_QUOTES = "\"“”«»„‘’'「」『』 "
_QUOTED = re.compile(r"[\"“„«「『](?P<text>[^\"“”„«»」』]{1,80})[\"”“»」』](?P<behind>.*)")
_BLANK = {"shield": "placard", "sign post": "placard"}
"""What a word for a sign may mean as well, where nothing can be written."""


@dataclass(frozen=True)
class Label:
    """What bears words, the words, and what is said behind them, which may be of the words."""

    before: str
    text: str
    behind: str = ""
    is_whole: bool = False

    def cuts(self, language: str) -> Iterator[tuple[str, str]]:
        """The words and what follows, cut wherever the words may be over; the whole last."""
        words = self.text.split()
        for at in range(1, 0 if self.is_whole else len(words)):
            if words[at].casefold() in _ends(language):
                yield " ".join(words[:at]), " ".join((*words[at:], self.behind)).strip()
        yield self.text, self.behind

    def english(self, bearer: str, text: str, behind: str) -> str:
        """The same in English, of the English of what bears the words and what is behind them."""
        for name, sign in _BLANK.items():
            bearer = re.sub(rf"\b{name}\b", sign, bearer)
        return " ".join(filter(None, (bearer, f"that says “{text}”", behind)))


def label_told(text: str, language: str) -> Label | None:
    """What is written or said by a text: "ein Schild mit der Aufschrift Eis"; None for nothing."""
    plain = text.strip().rstrip(".。")
    for kind, pattern in _patterns(language):
        if (found := pattern.fullmatch(plain)) is None:
            continue
        told = {key: value or "" for key, value in found.groupdict().items()}
        if kind == "ahead":
            return Label(told["ahead"] + told["bearer"], told["text"].strip(_QUOTES), is_whole=True)
        behind = told.get("behind", "")
        quoted = _QUOTED.match(told["text"].strip())
        if quoted is not None:
            behind = f"{quoted['behind']} {behind}".strip(" ,")
            return Label(told["before"], quoted["text"], behind, is_whole=True)
        return Label(told["before"], told["text"].strip(_QUOTES), behind.strip(" ,"),
                     is_whole=kind == "around")  # fmt: skip
    return None


def label_languages() -> tuple[str, ...]:
    """Languages in which it is known how a text says what is written."""
    return tuple(_rows())


@cache
def _rows() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for language, kind, pattern in table_rows(Path(__file__).with_name("labels.tsv")):
        found[language].append((kind, pattern))
    return dict(found)


@cache
def _ends(language: str) -> frozenset[str]:
    rows = _rows().get(language, [])
    return frozenset(word for kind, words in rows if kind == "cut" for word in words.split())


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    forms = {
        "behind": r"(?P<before>.+?),? (?:{}):? (?P<text>.+)",
        "around": r"(?P<before>.+?),? {}(?P<behind>.*)", "tells": r"{}[,:]? (?P<text>.+)",
        "ahead": "{}",
    }  # fmt: skip
    return tuple(
        (kind, re.compile(forms[kind].replace("{}", pattern), re.IGNORECASE))
        for kind, pattern in _rows().get(language, ())
        if kind in forms
    )
