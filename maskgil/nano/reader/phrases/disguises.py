"""Animals in a human role as in a costume: "a bear who is a chef", "a cat pirate"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.typography import Word
from maskgil.nano.reader.words import pairs, table, words_of_kind
from maskgil.nano.world.nouns import PEOPLE

_WHO = ("who", "that", "which")
_COSTUMED = ("animal", "marine", "dinosaur")
_DRESSED = (Word("", "dressed"), Word("", "as"))
_WORN = ("in", "wearing", "wears", "wear", "wore")


def disguised(words: Sequence[Word]) -> list[Word]:
    """The words with "dressed as" before the role of an animal."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        found.append(words[at])
        at += 1
        texts = [word.text for word in words[at : at + 4]]
        is_one = len(texts) == 4 and texts[0] in _WHO and texts[1] in table("be")
        is_one = is_one and texts[2] in ("a", "an")
        if is_one and _is_of(words[at - 1], PEOPLE) and _is_of(words[at + 3], PEOPLE):
            found[-1], at = words[at + 3], at + 4  # "a man who is a chef"
        if not _is_of(words[at - 1], _COSTUMED):
            continue
        if is_one and _role(texts[3]):
            said = " ".join(word.said for word in words[at : at + 2])
            found += [replace(_DRESSED[0], said=said), _DRESSED[1]]
            at += 2
        elif texts and not words[at].pause and _role(texts[0]) in words_of_kind("animal role"):
            named = lexicon().roles(f"{words[at - 1].text} {texts[0]}")
            found += [] if {"noun", "many"} & named.keys() else _DRESSED
    return found


def costumed(words: Sequence[Word]) -> list[Word]:
    """The words with "costume" for a role's suit worn: "in a spacesuit", "a chef's suit"."""
    found: list[Word] = []
    for at, word in enumerate(words):
        if word.text in words_of_kind("costume word") and _is_worn_by_role(found):
            found[-1:] = []  # "in a chef's outfit"
        if word.text not in ("suit", "suits", "spacesuit", "spacesuits"):
            found.append(word)
            continue
        whole = word.text.startswith("space")
        before = words[max(0, at - (3 if whole else 4)) : at]
        worn = any(each.text in _WORN for each in before) and not any(w.pause for w in before)
        if worn and whole:
            found += [Word("", "astronaut"), replace(word, text="costume")]
        elif worn and (before[-1].text == "space" or _role(before[-1].text)):
            if before[-1].text == "space":
                found[-1] = replace(before[-1], text="astronaut")
            found.append(replace(word, text="costume"))
        else:
            found.append(word)
    return found


def _is_worn_by_role(before: Sequence[Word]) -> bool:
    """Whether the words end as in "in a chef's"."""
    if len(before) < 4 or before[-1].text != "'s" or not _role(before[-2].text):
        return False
    return any(w.text in _WORN for w in before[-5:-2]) and not any(w.pause for w in before[-4:])


def _noun(text: str) -> str:
    roles = lexicon().roles(text)
    return str(roles.get("noun") or roles.get("many") or "")


def _role(text: str) -> str:
    """The costume of a role, one's or several's; "" for other words."""
    name = _noun(text)
    return name if any(name == who for who, _ in pairs("costume")) else ""


def _is_of(word: Word, categories: Sequence[str]) -> bool:
    noun = lexicon().nouns.get(_noun(word.text))
    return noun is not None and noun.category in categories
