"""Framing of a wish: a new start, questions before it, courtesy, what is to stay."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import (
    DETERMINERS,
    JOINTS,
    MARKS,
    courteous,
    leads,
    without_marks,
)
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.reader.reader import read_scene

_INTERROGATIVES = ("is", "are", "was", "do", "does", "did", "what", "which", "who", "whose",
                   "where", "why", "how", "when")  # fmt: skip
_MODALS = ("can", "could", "should", "may", "might", "shall", "must")


def fresh_start(words: Sequence[str]) -> str:
    """The new wish of "start over with a cactus", "a new picture: a cactus"; "" for none."""
    plain = courteous(words)
    length = leads(plain, "restart", "new one")
    behind = plain[length:]
    if not (length and behind) or behind[0] not in ("with", "and", "then", *MARKS):
        return ""
    while behind and (
        skip := int(behind[0] in MARKS) or leads(behind, "going on", "joint", "only")
    ):
        behind = behind[skip:]
    behind = courteous(behind)
    behind = behind[leads(behind, "add", "want", "paint", "make") :]
    scene = read_scene(" ".join(behind)).scene
    return " ".join(behind) if scene.things or scene.setting else ""


def is_asked(words: Sequence[str]) -> bool:
    """Whether words begin as a question about the picture or the program: "where's his hat"."""
    denied = list(words[:2]) in (["there", "is"], ["there's", "no"])  # "there's no man?"
    return words[0].removesuffix("'s") in _INTERROGATIVES or denied or bool(leads(words, "asks"))


def asides_of(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Questions before a wish, and the wish: "where is his hat? give him one"."""
    found = list(words)
    while "?" in found[:-1]:
        at = found.index("?")
        asked = without_marks(courteous(found[:at]))
        if not asked or not is_asked(asked):
            break
        found = found[at + 1 :]
    return list(words[: len(words) - len(found)]), found


def asked_to_be(words: Sequence[str]) -> list[str]:
    """ "Could they be black?" as "they should be black"."""
    plain = courteous(words)
    plain = plain[int(plain[:1] in (["and"], ["but"])) :]
    if plain[:1] and plain[0] in _MODALS and "be" in plain[2:6] and plain[1] not in ("there", "be"):
        at = plain.index("be")
        return [*plain[1:at], "should", *plain[at:]]
    return list(words)


def kept_alone(words: Sequence[str]) -> list[str]:
    """What keeps some things and no others, told as what goes: "leave only the dog"."""
    words = list(words)
    length, at = leads(words, "keep alone"), 0
    named = words[length:]
    while length and at < len(named):
        after, roles = roles_at(named, at)
        if not {"noun", "many"} & roles.keys() and named[at] not in (*DETERMINERS, *JOINTS):
            return words  # "just the dog bigger"
        at = max(after, at + 1)
    return ["remove", "everything", "except", *named] if length and named else words
