"""Views: a window, door or balcony that fills the picture, and what is seen through it."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from maskgil.nano.world.clusters import GRID, Frame, Sprite, kind_of, moved
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import SPOTS, Relation, Scene, Thing
from maskgil.nano.world.settings import Setting, place
from maskgil.utils.assets import table_rows

_ROOM = replace(place("living room"), horizon=20, ground=(23, 23))
"""Where those stand who are before a view, whatever is behind it."""
_FLOOR, _LOW, _SMALL = 15, 11, 1.2
"""Cells of height that those have who stand before it; if all are smaller than so many metres."""
_ON_SILL = 9  # the same of what is on its sill
_AT_IT = ("on", "in")  # the sill, if it has one
_FAR = ("celestial", "building", "structure", "vehicle", "aircraft", "watercraft")
"""Categories of what is outside unless it is told to be at the window."""
_TALL, _BED = 2.0, 4  # metres, and copies, from which what grows, or is of nature, is outside

Arranger = Callable[[Scene, Setting | None, Frame, random.Random], list[Sprite]]
"""The sprites of a scene in a frame: on the ground of a setting, of its own for None."""


@dataclass(frozen=True)
class Opening:
    """The see-through part of a thing that fills the picture; `sill`: a row or None."""

    panes: tuple[int, int, int, int]
    sill: int | None


@functools.cache
def views() -> dict[str, Opening]:
    """Nouns that fill the picture."""
    rows = table_rows(Path(__file__).parents[1] / "views.tsv")
    found = {}
    for name, panes, sill in rows:
        left, top, right, bottom = map(int, panes.split(","))
        found[name] = Opening((left, top, right, bottom), int(sill) if sill else None)
    return found


def view_in(scene: Scene) -> int | None:
    """The thing through which a scene's setting is seen, or None."""
    things = enumerate(scene.things)
    return next((n for n, thing in things if thing.noun in views() and thing.count == 1), None)


def is_far(thing: Thing) -> bool:
    """Whether a thing without further relations is outside, seen through a window."""
    one = noun(thing.noun)
    wild = one.category == "nature" or one.grows
    tall = one.size >= _TALL or thing.count >= _BED
    return one.category in _FAR or kind_of(one) in "wcr" or (wild and tall)


def seen_through(
    scene: Scene, index: int, code: str, rng: random.Random, arrange: Arranger
) -> list[Sprite]:
    """The sprites of a scene whose setting is seen through one of its things.

    Things behind it are outside, the others on its sill or before it.
    """
    view = views()[scene.things[index].noun]
    outside = _outside(scene, index)
    rest = set(range(len(scene.things))) - outside - {index}
    at_it = {r.subject for r in scene.relations if r.name in _AT_IT and r.objects == (index,)}
    at_it = _joined(scene, at_it & rest, {index}) if view.sill is not None else set()
    left, top, right, bottom = view.panes
    far = _part(scene, outside, None, (right - left, bottom - top), rng, arrange)
    found = moved(far, left, top)
    found.append(Sprite(index, code, 0, GRID, GRID, GRID, stands=False))
    if at_it and view.sill is not None:
        on_it = _part(scene, at_it, _ROOM, (right - left, _ON_SILL), rng, arrange)
        found += moved(on_it, left, view.sill - max((s.bottom for s in on_it), default=0))
    rest -= at_it
    grown = any(noun(scene.things[n].noun).size >= _SMALL for n in rest)
    high = _FLOOR if grown else _LOW
    return found + moved(_part(scene, rest, _ROOM, (GRID, high), rng, arrange), 0, GRID - high)


def _outside(scene: Scene, index: int) -> set[int]:
    """What is behind the view, and all that is with it; what is far if nothing else is told."""
    far = {n for n, thing in enumerate(scene.things) if is_far(thing)}
    near = {
        r.subject
        for r in scene.relations
        if index in r.objects
        and r.name not in ("behind", *SPOTS)
        and (r.subject not in far or r.name in _AT_IT)
    }
    behind = {r.subject for r in scene.relations if r.name == "behind" and index in r.objects}
    behind |= {n for r in scene.relations if r.name == "in front of" and r.subject == index
               for n in r.objects}  # fmt: skip
    near |= _joined(scene, near, {index} | behind)
    return _joined(scene, behind | far - near, {index} | near) - {index} - near


def _joined(scene: Scene, some: Collection[int], but: Collection[int]) -> set[int]:
    """Things with all that is joined to them, not by way of those `but`."""
    found, before = set(some), set[int]()
    while found != before:
        before = set(found)
        for each in scene.relations:
            ends = {each.subject, *each.objects}
            if found & ends and not ends & set(but):
                found |= ends
    return found


def _part(
    scene: Scene, some: Collection[int], where: Setting | None, frame: Frame,
    rng: random.Random, arrange: Arranger,
) -> list[Sprite]:  # fmt: skip
    """The sprites of some of a scene's things alone."""
    kept = sorted(some)
    if not kept:
        return []
    relations = tuple(
        Relation(kept.index(r.subject), r.name, tuple(map(kept.index, r.objects)))
        for r in scene.relations
        if {r.subject, *r.objects} <= set(kept)
    )
    setting = scene.setting if where is None else where.name
    things = tuple(scene.things[n] for n in kept)
    part = replace(scene, things=things, relations=relations, setting=setting)
    return [replace(s, thing=kept[s.thing]) for s in arrange(part, where, frame, rng)]
