"""Faces: positions of eyes and mouth, and expressions of activities and moods."""

# Places are shares of a drawing's width and height.

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from maskgil.nano.world.nouns import Noun, facing
from maskgil.nano.world.scene import Scene
from maskgil.utils.assets import table_rows

MOUTHED = ("laughing", "open mouthed", "tongue out", "drinking", "frowning")
"""States that the mouth shows."""
LEFT, RIGHT, AWAY = "looking left", "looking right", "looking away"
GAZES = (LEFT, RIGHT, AWAY)
"""Where the head is turned of who looks at something."""
_MARKED = {"water drop": "crying", "sleep symbol": "sleeping"}
"""What the face shows of whom a mark is beside."""
_FIERCE, _SHOUTING = ("fighting with", "arguing with"), "open mouthed"
_TEARS = "water drop"
Place = tuple[float, float]


@dataclass(frozen=True)
class Face:
    """The centres of visible eyes, from the left, and of the mouth, with its width."""

    eyes: tuple[Place, ...]
    mouth: tuple[float, float, float] | None = None


@functools.cache
def _faces() -> dict[str, Face]:
    found = {}
    for code, eyes, mouth in table_rows(Path(__file__).with_name("faces.tsv")):
        places = [tuple(map(float, each.split(","))) for each in eyes.split()]
        middle = None if mouth == "-" else tuple(map(float, mouth.split(",")))
        found[code] = Face(tuple((x, y) for x, y in places), middle)  # type: ignore[arg-type]
    return found


def face_of(code: str) -> Face | None:
    """The face of a drawing, or None."""
    return _faces().get(code)


def may_show(one: Noun, state: str) -> bool:
    """Whether a noun's drawing has a mouth that can show a state."""
    face = face_of(one.art[0])
    return state in MOUTHED and face is not None and face.mouth is not None


def may_turn(one: Noun) -> bool:
    """Whether a noun's drawing can look to a side: its head turns, or all of it faces that way."""
    face = face_of(one.art[0])
    return one.art[0] in facing() or (face is not None and len(face.eyes) > 1)


def expression(scene: Scene, index: int) -> str:
    """The facial expression of a thing, "" for the drawing's own."""
    state = scene.things[index].state
    marks = [
        shown for each in scene.relations if each.subject == index and each.name == "with"
        for other in each.objects if (shown := _MARKED.get(scene.things[other].noun))
    ]  # fmt: skip
    fights = any(
        each.name in _FIERCE and index in (each.subject, *each.objects) for each in scene.relations
    )
    if fights and not marks:
        return _SHOUTING
    return next(iter(marks), state if state in MOUTHED else "") or ""


def weeps(scene: Scene, mark: int, codes: dict[int, str]) -> bool:
    """Whether a mark is shown as tears in the face; `codes`: things' drawings."""
    return scene.things[mark].noun == _TEARS and any(
        mark in each.objects and each.name == "with" and face_of(codes.get(each.subject, ""))
        for each in scene.relations
    )
