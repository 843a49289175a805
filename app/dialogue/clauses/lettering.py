"""Orders to write, and what somebody says, in other languages: the words stay as they are."""

from __future__ import annotations

import re

_QUOTES = "\"“”«»„‘’'「」 "
_ORDERS = {
    "de": (r"schreibe?(?: mal)? (?P<text>.+?) (?:auf|an) (?P<where>.+)",
           r"auf (?P<where>.+?) soll (?P<text>.+?) stehen"),
    "fr": (r"(?:écris|ecris|écrivez|écrire) (?P<text>.+?) sur (?P<where>.+)",),
    "es": (r"(?:escribe|escribir|escriba|pon escrito) (?P<text>.+?) (?:en|sobre) (?P<where>.+)",),
    "pt": (r"(?:escreve|escreva|escrever) (?P<text>.+?) (?:em|na|no|sobre) (?P<where>.+)",),
    "zh": (r"在(?P<where>.+?)上(?:面)?写上?(?P<text>.+)",),
}  # fmt: skip
_SAYINGS = {
    "de": r"(?P<who>(?:der|die|das) .+?|er|sie|es) sagt,?:? (?P<text>.+)",
    "fr": r"(?P<who>(?:le|la|les|l') ?.+?|il|elle) (?:dit|disent),?:? (?P<text>.+)",
    "es": r"(?P<who>(?:el|la|los|las) .+?|él|ella) (?:dice|dicen),?:? (?P<text>.+)",
    "pt": r"(?P<who>(?:o|a|os|as) .+?|ele|ela) (?:diz|dizem),?:? (?P<text>.+)",
    "zh": r"(?P<who>.+?)说[：:，,]?(?P<text>.+)",
}
_HE = ("er", "sie", "es", "il", "elle", "él", "ella", "ele", "ela", "他", "她", "它")


def is_pronoun(who: str) -> bool:
    """Whether a pronoun tells who says something."""
    return who.casefold() in _HE


def lettering_told(text: str, language: str) -> tuple[str, str, str] | None:
    """The order in English, what is written or said, and the words for where or by whom.

    The order has a place for each: "write {} on {}".
    """
    plain = text.strip().rstrip(".!。！")
    for order in _ORDERS.get(language, ()):
        if found := re.fullmatch(order, plain, re.IGNORECASE):
            return "write “{}” on {}", found["text"].strip(_QUOTES), found["where"]
    saying = _SAYINGS.get(language)
    if saying and (found := re.fullmatch(saying, plain, re.IGNORECASE)):
        return "{1} says “{0}”", found["text"].strip(_QUOTES), found["who"]
    return None
