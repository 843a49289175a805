"""Answers: what a question about the picture is told, from the scene that stands."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.changes import named
from maskgil.nano.dialogue.commands import is_whole, leads, without_marks, words_of
from maskgil.nano.dialogue.editing.referents.classes import ThingClass, class_phrase
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.dialogue.wording.framing import is_asked
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import place

_PROGRAM = ("you", "your", "i", "me", "we", "help")
_SEEING = ("see", "tell", "know", "draw", "drawn", "drew", "painted", "made")  # … is the picture
_SKILLS = ("draw", "paint", "sketch")
_ABLE = ("can", "could", "able", "know")
_VERBS = ("is", "are", "was", "were", "do", "does", "did", "can", "could", "you", "i", "has")
_MODALS = ("can", "could", "may", "must")  # no tins
_ASKING = ("what", "who", "whose", "where", "why")  # begin nothing but a question
_WHERE = ("where", "wheres")
_SIDES = {"left": "on the left", "middle": "in the middle", "right": "on the right"}
_BEARING = {"wearing": "worn by", "holding": "held by", "eating": "eaten by", "reading": "read by"}
_SAID = {"left of": "to the left of", "right of": "to the right of", "riding": "on"}
Row = Sequence[tuple[int, float]]
"""Things from left to right, each with the share of the picture left of its middle."""
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


def asks_skill(words: Sequence[str]) -> bool:
    """Whether words without marks ask what can be drawn: "what can you draw"."""
    asked = [word.removesuffix("'s") for word in words]
    ends = asked[-1:] in ([skill] for skill in _SKILLS)
    return asked[:1] == ["what"] and ends and bool({*_ABLE} & {*asked})


def _begins_asking(words: Sequence[str]) -> bool:
    """Whether words begin as nothing but a question does: "where is the dog", "what do you see"."""
    first = words[0].removesuffix("'s") if words else ""
    said = words[1:4]
    if first in _ASKING and said[:1] not in (["a"], ["an"]):  # "what a nice picture"
        return first != words[0] or any(word in _VERBS for word in said)
    return first[-1:] == "s" and first[:-1] in _ASKING  # "whats this"


def answer(words: Sequence[str], scene: Scene, focus: Sequence[int] = (), row: Row = ()) -> Remark:
    """What a question in `words` without marks comes to.

    `focus`: places of the things that "it" means. `row`: where all that stands is.
    """
    if is_whole(words, "help"):
        return Remark("help")
    if asks_skill(words):
        return Remark("draws")
    if where := _asked_where(words, scene, focus):
        return _where(where, scene, row)
    words = [word for word in words if word not in _MODALS]
    if not words:
        return Remark("help")
    counted = list(words[:2]) in _COUNTS
    names = _named_in(words)
    if names and any(word.removesuffix("'s") in _WHERE for word in words):
        return Remark("absent", names[0])
    there = [thing for thing in scene.things if thing.noun in names]
    if colours := _asks_look(words):
        looks = {t.colour or t.texture or noun(t.noun).colour for t in there} - {None}
        if len({t.noun for t in there}) == 1 and len(looks) == 1:
            count = sum(thing.count for thing in there)
            return Remark("look", there[0].noun, count=count, look=str(looks.pop()))
    if counted or (words[0] in _THERE and not colours) or leads(words, "asks"):
        kind = _class_in(words)
        if kind is not None:
            there = [thing for thing in scene.things if kind.has(thing.noun)]
            if len({thing.noun for thing in there}) > 1 or not (there or names):
                return Remark("shows", scene=scene)
        if there:
            total = sum(thing.count for thing in there)
            return Remark("counted", there[0].noun, count=total)
        if names:
            return Remark("absent", names[0])
    program = set(words) & set(_PROGRAM) and not set(words) & set(_SEEING)
    if program and not counted and not names:
        return Remark("help")
    return Remark("shows", scene=scene)


def _asked_where(words: Sequence[str], scene: Scene, focus: Sequence[int]) -> list[int]:
    """Places of what it is asked where it is; [] for another question."""
    at = next((n for n, word in enumerate(words) if word.removesuffix("'s") in _WHERE), None)
    if at is None:
        return []
    named, behind = _named_in(words), words[at + 1 :]
    there = [index for index, thing in enumerate(scene.things) if thing.noun in named]
    meant = any(leads(behind[n:], "pronoun") for n in range(len(behind))) and not named
    return there or (list(focus) if meant else [])


def _where(asked: Sequence[int], scene: Scene, row: Row) -> Remark:
    """Where things of one noun are: what they stand to, on which side, in which place."""
    name = scene.things[asked[0]].noun
    asked = [index for index in asked if scene.things[index].noun == name]
    stands = [
        f"{_SAID.get(each.name, each.name)} {_all_of(each.objects, scene)}"
        for each in scene.relations
        if each.subject in asked and each.name not in _BEARING
    ]
    stands += [
        f"{_BEARING[each.name]} {_all_of((each.subject,), scene)}"
        for each in scene.relations
        if set(each.objects) & {*asked} and each.name in _BEARING
    ]
    middles = [middle for index, middle in row if index in asked]
    side = _side(sum(middles) / len(middles)) if middles else ""
    around = [_SIDES[side]] if side else []
    around += place(scene.setting).phrases[:1] if scene.setting else []
    said = ", ".join(dict.fromkeys((*stands, *around)))
    count = sum(scene.things[index].count for index in asked)
    return Remark("where", name, said=said or "in the picture", count=count, look=side, scene=scene)


def _all_of(indices: Sequence[int], scene: Scene) -> str:
    return " and ".join(named(scene.things[index], definite=True) for index in indices)


def _side(middle: float) -> str:
    """In which third of the picture something is."""
    return "left" if middle < 1 / 3 else "right" if middle > 2 / 3 else "middle"


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
