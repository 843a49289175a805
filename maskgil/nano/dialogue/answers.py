"""Answers: what a question about the picture is told, from the scene that stands."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import is_whole, leads, without_marks, words_of
from maskgil.nano.dialogue.editing.classes import ThingClass, class_phrase
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.wording import is_asked
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene

_PROGRAM = ("you", "your", "i", "me", "we", "help")
_SEEING = ("see", "tell", "know", "draw", "drawn", "drew", "painted", "made")  # … is the picture
_VERBS = ("is", "are", "was", "were", "do", "does", "did", "can", "could", "you", "i", "has")
_MODALS = ("can", "could", "may", "must")  # no tins
_ASKING = ("what", "who", "whose", "where")  # begin nothing but a question
_COUNTS = (["how", "many"], ["how", "much"])
_THERE = ("is", "are", "do", "does", "can", "did", "was", "were", "there", "any")


def asks_only(words: Sequence[str], text: str) -> bool:
    """Whether `words` of a text ask about the picture or the program, and wish for nothing."""
    if leads(words, "want"):
        return False  # "how about a boat?"
    if is_whole(words, "help") or (is_asked(words) and text.rstrip().endswith(("?", "？"))):
        return True
    asked = words_of(text)
    length = leads(asked, "asks")
    if length and text.rstrip().endswith(("?", "？")):
        return True
    begun = without_marks(asked[length:]) if length else list(words)  # without a mark at the end
    return begun[:2] in _COUNTS or _begins_asking(begun)


def _begins_asking(words: Sequence[str]) -> bool:
    """Whether words begin as nothing but a question does: "where is the dog", "what do you see"."""
    first = words[0].removesuffix("'s") if words else ""
    said = words[1:4]
    if first in _ASKING and said[:1] not in (["a"], ["an"]):  # "what a nice picture"
        return first != words[0] or any(word in _VERBS for word in said)
    return first[-1:] == "s" and first[:-1] in _ASKING  # "whats this"


def answer(words: Sequence[str], scene: Scene) -> Remark:
    """What a question in `words` without marks comes to."""
    if is_whole(words, "help"):
        return Remark("help")
    words = [word for word in words if word not in _MODALS]
    if not words:
        return Remark("help")
    counted = list(words[:2]) in _COUNTS
    named = _named_in(words)
    there = [thing for thing in scene.things if thing.noun in named]
    if colours := _asks_look(words):
        looks = {t.colour or t.texture or noun(t.noun).colour for t in there} - {None}
        if len({t.noun for t in there}) == 1 and len(looks) == 1:
            count = sum(thing.count for thing in there)
            return Remark("look", there[0].noun, count=count, look=str(looks.pop()))
    if counted or (words[0] in _THERE and not colours) or leads(words, "asks"):
        kind = _class_in(words)
        if kind is not None:
            there = [thing for thing in scene.things if kind.has(thing.noun)]
            if len({thing.noun for thing in there}) > 1 or not (there or named):
                return Remark("shows", scene=scene)
        if there:
            total = sum(thing.count for thing in there)
            return Remark("counted", there[0].noun, count=total)
        if named:
            return Remark("absent", named[0])
    program = set(words) & set(_PROGRAM) and not set(words) & set(_SEEING)
    if program and not counted and not named:
        return Remark("help")
    return Remark("shows", scene=scene)


def _named_in(words: Sequence[str]) -> list[str]:
    """The nouns that a question names, whatever else it says."""
    found, at = list[str](), 0
    while at < len(words):
        at, roles = roles_at(words, at)
        found += [roles[role] for role in ("noun", "many", "near") if role in roles][:1]
    return found


def _class_in(words: Sequence[str]) -> ThingClass | None:
    """The class of things that a question names: "how many animals"."""
    found = (class_phrase(words[at:]) for at in range(len(words)))
    return next((each.kind for each in found if each is not None), None)


def _asks_look(words: Sequence[str]) -> bool:
    """Whether it asks for a colour: "what colour is the cat", "is the cat black"."""
    asks = {"colour", "color"} & set(words)
    told = [at for at in range(len(words)) if "colour" in roles_at(words, at)[1]]
    return bool(asks or told)
