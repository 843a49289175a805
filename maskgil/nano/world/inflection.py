"""Inflection: English plurals and articles."""

from __future__ import annotations

import re
from pathlib import Path

from maskgil.utils.assets import table_rows

_ROWS = table_rows(Path(__file__).with_name("inflection.tsv"))
IRREGULAR_PLURALS = {noun: many for noun, many, _ in _ROWS if many}
PLURAL_FORMS = {noun for noun, _, kind in _ROWS if kind == "several"}
"""Words that are plurals already: the drawing shows several, or the thing comes in pairs."""
NO_ARTICLE = PLURAL_FORMS | {noun for noun, _, kind in _ROWS if kind == "uncounted"}
"""Words that take no "a": the plural ones and what is not counted."""
DEFINITE = {noun for noun, _, kind in _ROWS if kind == "the"}

_INDEFINITE = re.compile(r"^(?:an?|some) ")


def with_article(words: str) -> str:
    """'apple' -> 'an apple', 'hourglass' -> 'an hourglass'."""
    vowel = words[0] in "aeiouAEIOU" and not words.lower().startswith(("uni", "one", "ufo"))
    return f"{'an' if vowel or words.startswith('hour') else 'a'} {words}"


def without_article(words: str) -> str:
    """'an apple' -> 'apple', 'some rice' -> 'rice'."""
    return _INDEFINITE.sub("", words)


def definite(words: str) -> str:
    """'an apple' -> 'the apple'; what has no indefinite article as it is: 'two apples'."""
    bare = without_article(words)
    return words if bare == words else f"the {bare}"


def plural(noun: str) -> str:
    """'box' -> 'boxes', 'wolf' -> 'wolves', 'glass of water' -> 'glasses of water',
    'man with a beard' -> 'men with a beard'."""
    if noun in IRREGULAR_PLURALS:
        return IRREGULAR_PLURALS[noun]
    if noun in PLURAL_FORMS or noun == "broccoli":
        return noun
    for joint in (" of ", " with "):
        head, joined, rest = noun.partition(joint)
        if joined:
            several = joint == " with " and head.endswith("s")  # "parents with a child"
            return f"{head if several else plural(head)}{joint}{rest}"
    before, space, last = noun.rpartition(" ")
    if space:
        return f"{before} {plural(last)}"
    if noun.endswith("man") and noun not in ("human", "german"):
        return noun[:-3] + "men"
    if noun.endswith("child"):
        return noun + "ren"
    if noun.endswith(("shelf", "thief", "leaf")):
        return noun[:-1] + "ves"
    if noun.endswith("fish"):
        return noun
    if noun.endswith(("s", "x", "ch", "sh")) or noun in ("potato", "tomato", "volcano"):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
