"""Marks: comic signs beside a head, by activity and mood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from maskgil.nano.world.scene import Relation, Scene, Thing

DOINGS = {
    "sleep symbol": "sleeping", "thought bubble": "thinking", "speech bubble": "talking",
    "musical notes": "humming", "heart": "affectionate", "storm cloud": "angry",
    "water drop": "crying",
}  # fmt: skip
"""What each mark tells of whom it is beside."""
AND = " and "
"""Between several states of one thing: "jumping and crying"."""


def marks_of(
    index: int, things: Sequence[Thing | None], relations: Iterable[Relation]
) -> list[int]:
    """Indices of the marks beside the head of the thing at `index`."""
    return [
        other for each in relations if each.subject == index and each.name == "with"
        for other in each.objects if (sign := things[other]) is not None and sign.noun in DOINGS
    ]  # fmt: skip


def as_told(scene: Scene) -> tuple[Scene, list[int]]:
    """A scene with marks turned into states of their owners, and the indices of what is left.

    "A lying dog with a sleep symbol" is a dog that is "sleeping"; who has a speech bubble says it.
    """
    marks = {i: marks_of(i, scene.things, scene.relations) for i in range(len(scene.things))}
    signs = {mark for found in marks.values() for mark in found}
    left = [index for index in marks if index not in signs]
    things = [
        replace(
            thing,
            state=_state(thing, [scene.things[i].noun for i in marks[index]]),
            lettering=next(
                filter(None, (thing.lettering, *(scene.things[i].lettering for i in marks[index]))),
                None,
            ),
        )
        for index in left
        for thing in (scene.things[index],)
    ]
    places = {index: place for place, index in enumerate(left)}
    relations = [
        Relation(places[each.subject], each.name, objects)
        for each in scene.relations
        if each.subject in places
        and (objects := tuple(places[i] for i in each.objects if i in places))
    ]
    return replace(scene, things=tuple(things), relations=tuple(relations)), left


def _state(thing: Thing, signs: Sequence[str]) -> str | None:
    """What a thing does and is like, each told once: who sleeps lies, who dances has music."""
    told = list(filter(None, (thing.state, *(DOINGS[sign] for sign in signs))))
    if "sleeping" in told and "lying" in told:
        told.remove("lying")
    if "humming" in told and "dancing" in (*told, *thing.noun.split()):
        told.remove("humming")
    return AND.join(dict.fromkeys(told)) or None
