"""Lettering: phrases that ask for text in the picture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maskgil.nano.reader.typography import DIGITS

_MARK = "wr'tn"  # with a number: stands for a phrase that asks for lettering
QUOTED = (
    r"(?:[\"“”«„][^\"“”»\n]{1,80}[\"”»“]"
    r"|(?<![\w])['‘][^\s'‘’](?:[^\n'‘’]|['’](?=\w)){0,60}['’](?!\w))"
)
CAPITALS = r"(?-i:[A-Z][A-Z!?'&]+(?:\s+(?:[A-Z][A-Z!?'&]*|&|\d+)(?![\w'])){0,5}(?![\w']))"
_PREPOSITIONS = (
    "in|on|at|next|behind|near|under|above|with|and|by|beside|between|over|below|to|across|from|"
    "that"
)
_WRITTEN = (
    r"(?:written|painted|printed|spelled|spelt|engraved|stamped|drawn|embroidered|carved|"
    r"on\s+display)"
)
_PLAIN = (
    rf"(?!(?:{_PREPOSITIONS}|a|an|the)\b)[^\s,.;:\"“”]+"
    rf"(?:\s+(?!(?:{_PREPOSITIONS}|{_WRITTEN})\b)[^\s,.;:\"“”]+){{0,5}}"
)
WORD = r"(?:words?|text|letters?|numbers?|inscription|message|title|slogan|name|date)"
PART = r"(?:front|side|back|top|surface|chest|cover|screen|shirt|t-shirt|jersey|sweater|dress)"
_IT = rf"(?:it|them|top|(?:the|its|his|her|their)\s+{PART}(?:\s+of\s+it)?)"
_ON_IT = (
    rf"(?:(?:{_WRITTEN}\s+)?(?:on|across|over|in)\s+{_IT}\b|{_WRITTEN}(?!\s+(?:in|on|across)\b))"
)
_NUMBER = rf"(?:\d{{1,4}}|{'|'.join(DIGITS)})(?!\w)"
_SAYS = r"(?:(?:that|which)\s+)?(?:says?|reads?|saying|reading|labelled|labeled|titled|spelling)"
_SAID = (
    r"(?:titled|labell?ed)\s+(?P<text>(?-i:[A-Z][\w']*(?:\s+[A-Z][\w']*){0,4}))",
    rf"{_SAYS}\s+(?:the\s+)?(?:{WORD}\s+)?(?P<text>{QUOTED}|{CAPITALS})(?:\s+{_ON_IT})?",
    rf"(?:(?:that|which)\s+(?:say|read)s?|saying)\s+(?:the\s+)?(?:{WORD}\s+)?(?P<text>{_PLAIN})(?:\s+{_ON_IT})?",
)
"""Of what was named before: "a sign that says OPEN"; who lives says so."""
_BEHIND = (
    rf"with\s+(?:the\s+|a\s+)?(?:{WORD}\s+)(?P<text>{QUOTED}|{CAPITALS})(?:\s+{_ON_IT})?",
    rf"with\s+(?P<text>{QUOTED}|{CAPITALS})\s+{_ON_IT}",
    rf"with\s+(?:the\s+|a\s+)(?:{WORD}\s+)(?P<text>{_PLAIN})\s+{_ON_IT}",
    rf"with\s+(?:the\s+)?numbers?\s+(?P<text>{_NUMBER})",
    r"with\s+(?:the\s+|a\s+)letters?\s+(?P<text>[a-z])(?!\w)",
    rf"with\s+(?:the\s+|a\s+)words?\s+(?P<text>{_PLAIN})",
    rf"with\s+(?P<text>{_PLAIN})\s+{_WRITTEN}\s+(?:on|across|over|in)\s+{_IT}\b",
)
"""Of what was named before, too: "a cake with the number 7 on it"."""
_AHEAD = (
    rf"(?:the\s+)?{WORD}\s+(?P<text>{QUOTED}|{CAPITALS}|\w+)\s+{_WRITTEN}\s+(?:in|on|across)\b",
    rf"the\s+(?:words?|text|letters?|numbers?)\s+(?P<text>{QUOTED}|{CAPITALS}|\w+)\s+(?:on|across)\b",
    rf"(?P<text>{QUOTED}|{CAPITALS})\s+{_WRITTEN}\s+(?:in|on|across)\b",
)
"""Of what is named behind: "the word HELLO painted on a wall"."""
_ALONE = (
    rf"the\s+(?:words?|text|letters?|numbers?)\s+(?P<text>{QUOTED}|{CAPITALS})",
    r"the\s+letter\s+(?P<text>[a-z])(?!\w)",
    rf"the\s+number\s+(?P<text>{_NUMBER})",
)
"""Of nothing else: "the letter A"."""
_FORMS = {"said": _SAID, "behind": _BEHIND, "ahead": _AHEAD, "alone": _ALONE}
_ASKED = {
    way: [re.compile(rf"(?<!\w){form}", re.IGNORECASE) for form in forms]
    for way, forms in _FORMS.items()
}
_QUOTES = "\"“”«»„‘’'"
_TEXTS = re.compile(rf"{_MARK}\d+")


@dataclass(frozen=True)
class Lettering:
    """Words that are to be written: of what is named before, which bears them ("behind") or
    has "said" them, or behind ("ahead"); of nothing else ("alone").

    `said`: the phrase that asks for them.
    """

    text: str
    way: str
    said: str


def is_mark(word: str) -> bool:
    """Whether a word stands for a phrase that asks for lettering."""
    return _TEXTS.fullmatch(word) is not None


def asks_for_lettering(text: str) -> bool:
    """Whether a text asks in English for words in the picture."""
    return bool(without_lettering(text)[1])


def without_lettering(text: str) -> tuple[str, dict[str, str]]:
    """The text with a mark for each of its wishes for words in the picture; mark -> wish."""
    written: dict[str, str] = {}
    if text.isupper():
        return text, written

    def mark(found: re.Match[str]) -> str:
        name = f"{_MARK}{len(written)}"
        written[name] = found[0]
        return f" {name} "

    for forms in _ASKED.values():
        for form in forms:
            text = form.sub(mark, text)
    return text, written


def lettering_of(said: str) -> Lettering | None:
    """What a phrase asks to have written; None where it asks for nothing."""
    for way, forms in _ASKED.items():
        for form in forms:
            if found := form.fullmatch(said):
                words = unquoted(found["text"])
                if words.lower() in DIGITS and "number" in said.lower().split():
                    words = str(DIGITS.index(words.lower()))
                return Lettering(words, way, said)
    return None


def unquoted(text: str) -> str:
    """A text without the quotes around it."""
    return text.strip(_QUOTES + " ")
