"""Stage: a scene with its picture's tokens, and planning of which cells a change redraws."""

# h, w grid of the picture's tokens; N = h · w.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.edits import Edits
from maskgil.nano.dialogue.rearranging import Rearranger
from maskgil.nano.drafts.collage import Collage
from maskgil.nano.drafts.draft import frame_in
from maskgil.nano.drafts.references import may_look_so
from maskgil.nano.reader.items import MOST
from maskgil.nano.reader.reader import THINGS
from maskgil.nano.rendering.looks import HALVES, PATTERNS, TEXTURES
from maskgil.nano.rendering.states import STATES
from maskgil.nano.world.arranging.people.belongings import tints_of
from maskgil.nano.world.arranging.sizes.sizing import SIZE_WORDS
from maskgil.nano.world.clusters import GRID, Sprite, moved
from maskgil.nano.world.drawn.faces import MOUTHED
from maskgil.nano.world.drawn.regions import parts_told
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.paints import SURFACES
from maskgil.nano.world.scene import LOOKS, POSTURES, Relation, Scene, Thing
from maskgil.nano.world.settings import place

MOSTLY = 0.8  # share of a thing in a hole, from which it is painted over
OPAQUE = 250  # alpha from which nothing is seen of what is behind
FARTHEST = 4 * GRID  # cells that anything of an arrangement is from the picture's corner
_LOOKS = {
    "size": SIZE_WORDS, "state": (*STATES, *POSTURES, *MOUTHED),
    "texture": (*TEXTURES, *PATTERNS, *HALVES, *SURFACES),
}  # fmt: skip


@dataclass(frozen=True)
class Arrangement:
    """A scene with its layout: `sprites` back to front, arranged by `seed`."""

    scene: Scene
    sprites: tuple[Sprite, ...]
    seed: int

    def text(self) -> str:
        """As one line of JSON, which `read` understands."""
        return _stored().dump_json(self, exclude_defaults=True).decode()

    @classmethod
    def read(cls, text: str) -> Arrangement:
        """What `text` wrote. Raises ValueError for what no planner makes."""
        arrangement: Arrangement = _stored().validate_json(text, strict=False)
        scene, sprites = arrangement.scene, arrangement.sprites
        place(scene.setting)
        for thing in scene.things:
            if not may_look_so(thing):
                raise ValueError(f"no {thing.noun} looks so")
            for look, known in _LOOKS.items():
                parts = look == "state" and parts_told(thing.state)
                if getattr(thing, look) not in (None, *known) and not parts:
                    raise ValueError(f"no {look} is {getattr(thing, look)!r}")
        if len(scene.things) > THINGS or len(sprites) > MOST * THINGS:
            raise ValueError("more than a picture has")
        for sprite in sprites:
            ends = (*sprite.box, sprite.width, sprite.height, *sprite.part)
            if not all(abs(end) <= FARTHEST for end in ends) or min(ends[4:6]) <= 0:
                raise ValueError("out of the picture")
            if not 0 <= sprite.thing < len(scene.things):
                raise ValueError("a drawing of nothing")
        return arrangement

    def row(self) -> tuple[tuple[int, float], ...]:
        """The things of all drawings from left to right, each with the share left of its middle."""
        return tuple(
            (s.thing, s.middle / GRID) for s in sorted(self.sprites, key=lambda each: each.middle)
        )

    def boxes(self) -> list[tuple[float, float, float, float] | None]:
        """Left, top, right and bottom of each thing in shares of the picture."""
        found: list[tuple[float, float, float, float] | None] = []
        for index in range(len(self.scene.things)):
            boxes = [sprite.box for sprite in self.sprites if sprite.thing == index]
            if not boxes:
                found.append(None)
                continue
            left, top, right, bottom = zip(*boxes, strict=True)
            ends = min(left), min(top), max(right), max(bottom)
            found.append(tuple(round(end / GRID, 3) for end in ends))  # type: ignore[arg-type]
        return found


_SEEN = tuple(look for look in LOOKS if look != "size")  # the size of a drawing shows that


@cache
def _stored() -> Any:
    """Arrangements as JSON, their types checked."""
    from pydantic import TypeAdapter

    return TypeAdapter(Arrangement)


@dataclass(frozen=True)
class Plan:
    """What to draw: the `draft` (h, w, P, P, 4) uint8, and the `hole` (h, w) of cells to redraw.

    `is_elsewhere`: the whole scenery changes, also outside of the frame.
    """

    arrangement: Arrangement
    draft: np.ndarray
    hole: np.ndarray
    is_elsewhere: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the picture before stays."""
        return bool(self.hole.all())


class Planner:
    """Plans the drawing of scenes and of changes, with the drawings of a `collage`."""

    def __init__(self, collage: Collage) -> None:
        self.collage = collage

    def first(self, scene: Scene, seed: int) -> Plan:
        """A scene laid out anew, as it is without any dialogue."""
        arrangement = self.arranged(scene, seed)
        return Plan(arrangement, self.draft(arrangement), np.ones((GRID, GRID), bool), True)

    def arranged(self, scene: Scene, seed: int) -> Arrangement:
        """Where the things of a scene stand that nobody has changed."""
        return Arrangement(scene, tuple(self.collage.layout.arranged(scene, seed)[1]), seed)

    def here(self, wish: Scene, before: Arrangement, hole: np.ndarray) -> Plan | None:
        """The things of `wish` in the `hole` (h, w) bool, instead of what is mostly in it.

        What of them stands elsewhere already is not drawn twice. None where they are too many for
        one picture.
        """
        edits = Edits(before.scene)
        for index in _mostly_in(hole, before):
            if edits.things[index] is not None:
                edits.remove(index)
        wish = _without(wish, [edits[index] for index in edits.there])
        first = len(edits.things)
        if None in [edits.add(thing) for thing in wish.things]:
            return None
        edits.relations += [_later(each, first) for each in wish.relations]
        change = edits.change()
        places = {o: i for i, o in enumerate(change.origins) if o is not None}
        new = len(change.after.things) - len(wish.things)
        left, top, width, height = frame_in(hole)
        inside = Layout(self.collage.layout.aspect, (width, height))
        there = replace(wish, setting=before.scene.setting)
        arranged = inside.arranged(there, before.seed)[1] if wish.things else []
        sprites = [replace(s, thing=places[s.thing]) for s in before.sprites if s.thing in places]
        sprites += [replace(s, thing=s.thing + new) for s in moved(arranged, left, top)]
        after = Arrangement(change.after, tuple(sprites), before.seed)
        return Plan(after, self.draft(after), hole)

    def next(self, change: Change, before: Arrangement) -> Plan:
        """What a change redraws of the scene before it."""
        layout = self.collage.layout
        sprites = tuple(Rearranger(layout, change, before.sprites, before.seed).run())
        after = Arrangement(change.after, sprites, before.seed)
        draft = self.draft(after)
        if change.before.style != change.after.style:
            return Plan(after, draft, np.ones((GRID, GRID), bool), True)
        opacity = draft[..., 3]
        same = (self.draft(before) == draft).all((2, 3, 4))
        if self._is_another_place(change):
            return Plan(after, draft, ~(same & (opacity.min((2, 3)) > OPAQUE)), True)
        kept = same & (opacity.max((2, 3)) > 0)
        touched = self._touched(change, before, after) | ~same  # a drawing may be beyond its box
        return Plan(after, draft, touched & ~kept)

    def draft(self, arrangement: Arrangement) -> np.ndarray:
        """The drawings (h, w, P, P, 4) that are in a picture of it, by cell."""
        return self.collage.lay(arrangement.scene, arrangement.sprites)

    @staticmethod
    def _is_another_place(change: Change) -> bool:
        """Whether all behind the things looks otherwise: the setting, time or weather."""
        before, after = change.before, change.after
        names = ("setting", "time", "weather")
        return any(getattr(before, name) != getattr(after, name) for name in names)

    @staticmethod
    def _touched(change: Change, before: Arrangement, after: Arrangement) -> np.ndarray:
        """Cells (h, w) of the drawings that came, went or look otherwise."""
        looks_before, looks_after = (
            {
                (_where(sprite), tuple(getattr(thing, look) for look in _SEEN), tints)
                for sprite in each.sprites
                for thing in (each.scene.things[sprite.thing],)
                for tints in (tints_of(each.scene, sprite.thing),)
            }
            for each in (before, after)
        )
        touched = np.zeros((GRID, GRID), bool)
        for box, *_ in looks_before ^ looks_after:
            _, left, top, right, bottom, _ = box
            rows = slice(max(0, round(top)), max(0, round(bottom)))
            touched[rows, max(0, round(left)) : max(0, round(right))] = True
        return touched


def _mostly_in(hole: np.ndarray, before: Arrangement) -> list[int]:
    """Things of which nearly all is in the hole: a rest outside would stay as it is."""
    found = []
    for index in range(len(before.scene.things)):
        inside = size = 0.0
        for sprite in before.sprites:
            if sprite.thing == index:
                left, top, right, bottom = (max(0, min(GRID, round(end))) for end in sprite.box)
                inside += hole[top:bottom, left:right].sum()
                size += (bottom - top) * (right - left)
        if inside > MOSTLY * size:
            found.append(index)
    return found


def _without(wish: Scene, there: Sequence[Thing]) -> Scene:
    """A wish without the things that are there already."""
    known = {replace(thing, variant=0) for thing in there}
    left = [i for i, thing in enumerate(wish.things) if replace(thing, variant=0) not in known]
    places = {index: place for place, index in enumerate(left)}
    relations = tuple(
        Relation(places[r.subject], r.name, tuple(places[i] for i in r.objects))
        for r in wish.relations
        if {r.subject, *r.objects} <= places.keys()
    )
    return replace(wish, things=tuple(wish.things[i] for i in left), relations=relations)


def _later(relation: Relation, places: int) -> Relation:
    """A relation of things that now stand so many places later."""
    return Relation(
        relation.subject + places, relation.name, tuple(i + places for i in relation.objects)
    )


def _where(sprite: Sprite) -> tuple[str, float, float, float, float, bool]:
    """What of a drawing is seen, and where."""
    return sprite.code, *sprite.box, sprite.mirrored
