"""Tidying: corrects the English of phrases that a table translates one by one."""

from __future__ import annotations

import re

from maskgil.nano.reader.lexicon import lexicon

_DOUBLED = {"undo back to the start": "back to the start", "is burning": "is on fire",
            "change make it": "make it", "add there should be": "there should be",
            "i want should be": "it should be", "make it is": "it is", "in in": "in",
            "should be should be": "should be", "i want there should be": "there should be",
            "put in watercolour": "in watercolour", "add add": "add",
            "change put": "put", "a animals": "an animal", "a birds": "a bird",
            "a vehicles": "a vehicle", "a insects": "an insect", "a plants": "a plant",
            "a buildings": "a building", "one of them the": "one of the",
            "to the left there": "on the left there", "flying above": "flying over",
            "to the right there": "on the right there"}  # fmt: skip
_ANOTHER = re.compile(r"(?:another|one more) (.+)")
_BEFORE_DEED = re.compile(r"(?:,? is|,) (?=\w+ing\b)")
_NOBODY = re.compile(r"^(?:should be (?=\w+ing\b)|is (?=at |in ))")  # "está paseando", "是晚上"
_TURNED_FRUIT = re.compile(r"\b(is|are|be|it|them) (?:an orange|oranges)\b")
_AS_PAINT = {"a rose": "pink", "a cup of coffee": "brown", "a violet": "purple",
             "a chestnut": "brown", "roses": "pink", "oranges": "orange"}  # fmt: skip
_IS_A_PAINT = re.compile(rf"\b(is|are|be) ({'|'.join(_AS_PAINT)})$")
_BUT_ONE = re.compile(r"\b(?:except|less) (?:an?|one)$")


def tidied(text: str) -> str:
    """A clause without words that were said twice over."""
    for many, one in _DOUBLED.items():
        text = re.sub(rf"\b{many}\b", one, text)
    text = _NOBODY.sub("it is ", text)
    return _BUT_ONE.sub("except one", text) if text.startswith("remove ") else text


def as_coloured(text: str) -> str:
    """Somebody is orange, not an orange: "la mariposa es naranja"; a fruit told is "a orange"."""
    text = _TURNED_FRUIT.sub(r"\1 orange", text)
    return _IS_A_PAINT.sub(lambda found: f"{found[1]} {_AS_PAINT[found[2]]}", text)


def of_another(text: str) -> str:
    """One more that does something is to come: nobody who is there does it.

    "Another dog, sleeping", "one more sleeping dog" as "add another dog sleeping".
    """
    found = _ANOTHER.fullmatch(text)
    if found is None or not any(map(_is_deed, re.findall(r"\w+", found[1]))):
        return text
    return "add another " + _BEFORE_DEED.sub(" ", found[1])


def _is_deed(word: str) -> bool:
    roles = lexicon().roles(word).keys()
    return word.endswith("ing") and "noun" not in roles and bool(roles & {"verb", "still"})
