"""Spots: anchor points on drawings for other things: shoulders, towers, windows, doors."""

# Units are cells; y grows downward. Points are in shares of the drawing, which faces left.

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from maskgil.nano.world.arranging.carried.carrying import RAISED
from maskgil.nano.world.arranging.people.anatomy import figure, rows_of
from maskgil.nano.world.clusters import Cluster, Sprite, joint
from maskgil.nano.world.nouns import LIVING, Noun, facing, noun
from maskgil.nano.world.scene import SPOTS, Relation, Scene
from maskgil.utils.assets import table_rows

_MARGIN = 0.25  # cells around a drawing
_USUAL = {
    "at the door of": 1.7, "on the shoulder of": 0.3, "on the arm of": 0.4, "on the head of": 0.3,
    "on the roof of": 1.5,
}  # fmt: skip
"""Metres of who is as large as their spot says; who is smaller is so there."""
_LEAST = 0.5  # of that, at least
_ROOMY, _ALONE = ("on the towers of", "in the back of"), 1.7
"""Where one alone has the room of several, and is so many times as large."""
_BUST = 0.5  # of its height, what is seen in a window of who has no neck
_BUNCHED = 0.18  # the same of those that hang from one hook
_APART = 0.6  # the same of different things that do
_IN_WINDOW = 4  # cells of what somebody in a window has before them
_COLLAR = 0.06  # of who looks out of a window, what is seen below the neck
_SHOWN = 0.65  # of who looks out of a window, what is shown in it
_POLE = 0.12  # of its width, where the pole of a flag is
_NEXT = 0.8  # of its width, from one to the next of those that share a point


class Measure(Protocol):
    """Measures of drawings: aspect ratio, and size in cells near a given one."""

    def aspect(self, code: str, /) -> float: ...

    def nearest(self, code: str, longer: float) -> tuple[int, int]: ...


@dataclass(frozen=True)
class PartSpot:
    """Anchor points of a whole, the relative size of things there, and their own anchor."""

    points: tuple[tuple[float, float], ...]
    share: float
    way: str


@functools.cache
def _rows() -> dict[tuple[str, str], PartSpot]:
    """Relation and whole -> the spot."""
    found = {}
    for name, wholes, points, share, way in table_rows(Path(__file__).parents[1] / "spots.tsv"):
        pairs = (point.split(",") for point in points.split())
        at = tuple((float(x), float(y)) for x, y in pairs)
        for whole in wholes.split(", "):
            found[name, whole] = PartSpot(at, float(share), way)
    return found


def spot_of(name: str, whole: Noun, code: str | None = None) -> PartSpot | None:
    """The spot named `name` on a whole's drawing, or None."""
    kinds = [figure(each) for each in ((code,) if code else whole.art)]
    keys = (whole.name, *(f"figure {kind}" for kind in kinds if kind), whole.category)
    return next((_rows()[name, key] for key in keys if (name, key) in _rows()), None)


def is_one_sided(code: str) -> bool:
    """Whether an asymmetric drawing is never mirrored."""
    return code not in facing() and figure(code) is None


def share_at(relation: Relation, scene: Scene, code: str) -> float:
    """The relative longer side of a thing at a spot; 0 without a spot."""
    if relation.name not in SPOTS:
        return 0.0
    who, whole = (noun(scene.things[i].noun) for i in (relation.subject, relation.objects[0]))
    spot = spot_of(relation.name, whole, code)
    if spot is None:
        return 0.4
    spot = _spread(spot, relation, scene)
    share, usual = spot.share, _USUAL.get(relation.name)
    if usual:
        share *= min(1.0, max(_LEAST, (who.size / usual) ** 0.3))
    if spot.way == "bust" and who.category not in LIVING:
        share *= _SHOWN
    alone = len(spot.points) > 1 and scene.things[relation.subject].count == 1
    return share * (_ALONE if alone and relation.name in _ROOMY else 1.0)


def _spread(spot: PartSpot, relation: Relation, scene: Scene) -> PartSpot:
    """A spot with as many points as hang from its line, evenly apart; more are smaller."""
    many = sum(
        scene.things[each.subject].count
        for each in scene.relations
        if (each.name, each.objects) == (relation.name, relation.objects)
    )
    if spot.way != "top" or many in (1, len(spot.points)) or len(spot.points) < 3:
        return spot
    line = sorted(spot.points)
    step = (line[-1][0] - line[0][0]) / (many - 1)
    across = [line[0][0] + step * n for n in range(many)]
    points = tuple((x, min(line, key=lambda point: abs(point[0] - x))[1]) for x in across)
    return replace(spot, points=points, share=spot.share * min(1.0, len(spot.points) / many))


def on_spots(
    relation: Relation, scene: Scene, subject: Cluster, target: Cluster, measure: Measure
) -> Cluster:
    """The subject's sprites at the target's anchor points, each at a different one if possible."""
    wholes = [s for s in target.sprites if s.thing in relation.objects and s.part[0] == 0]
    taken = sum(
        scene.things[each.subject].count
        for each in scene.relations[: scene.relations.index(relation)]
        if (each.name, each.objects) == (relation.name, relation.objects)
    )
    one = noun(scene.things[relation.subject].noun)
    whole = noun(scene.things[relation.objects[0]].noun)
    spot = spot_of(relation.name, whole, wholes[0].code) or PartSpot(((0.5, 0.1),), 0.4, "foot")
    if spot.way == "bust" and one.category not in LIVING:  # cakes in a baker's window
        spot = replace(spot, way="foot")
    own = [s for s in subject.sprites if s.thing == relation.subject and s.part[0] == 0]
    hung = [
        scene.things[each.subject].count
        for each in scene.relations
        if (each.name, each.objects) == (relation.name, relation.objects)
    ]
    spot = _spread(spot, relation, scene)
    moves, rows = {}, -(-(taken + len(own)) // (len(wholes) * len(spot.points)))
    for number, sprite in enumerate(own, taken):
        x, y = _point(number, spot, wholes, sprite, measure, rows)
        if spot.way == "top" and len(spot.points) == 1 and len(hung) > 1:
            x = wholes[0].middle + _APART * (number - (sum(hung) - 1) / 2) * sprite.width
        moves[sprite] = _placed(sprite, x, y, spot.way, raised=one.name in RAISED)
    first = own[0]
    dx, dy = moves[first].left - first.left, moves[first].bottom - first.bottom
    placed = [
        moves.get(s) or replace(s, left=s.left + dx, bottom=s.bottom + dy, stands=False)
        for s in subject.sprites
    ]
    if spot.way == "bust":
        holder = moves[first]
        placed = [s if s.thing == first.thing else _before(s, holder, measure) for s in placed]
    return Cluster(target.sprites + placed, joint(target))


def _before(item: Sprite, holder: Sprite, measure: Measure) -> Sprite:
    """What somebody in a window has, at its sill, below their face or beside it."""
    seen = holder.part[1] * holder.height
    sill = holder.box[1] + round(seen)
    if item.bottom <= sill:
        return item
    width, height = measure.nearest(item.code, _IN_WINDOW)
    left = round(item.middle - width / 2)
    if seen < _IN_WINDOW:  # too little for it to be before them
        left = round(holder.box[2] - 1)
    return replace(item, left=left, bottom=sill + height // 2, width=width, height=height)


def _point(
    number: int, spot: PartSpot, wholes: list[Sprite], sprite: Sprite, measure: Measure, rows: int
) -> tuple[float, float]:
    """Where the next of several is, in cells; those for whom no point is left are beside others.

    `rows`: how many there are at one point.
    """
    number, copy = divmod(number, len(wholes))
    again, at = divmod(number, len(spot.points))
    whole, (x, y) = wholes[copy], spot.points[at]
    turned = whole.mirrored and whole.code in facing()
    aspect = measure.aspect(whole.code)
    tall = min(whole.height - _MARGIN, (whole.width - _MARGIN) / aspect)
    x = (1 - x if turned else x) - 0.5
    beside = again * _NEXT * (-1 if turned else 1)
    if spot.way == "top" and len(spot.points) == 1:  # a bunch on one hook
        beside = (again + 1) // 2 * _BUNCHED * (-1 if again % 2 else 1)
    if spot.way == "bust":  # in one window
        beside = (again - (rows - 1) / 2) * _BUST
    across = whole.middle + x * tall * aspect + beside * sprite.width
    return across, whole.bottom - _MARGIN / 2 - (1 - y) * tall


def _placed(sprite: Sprite, x: float, y: float, way: str, *, raised: bool) -> Sprite:
    """A sprite whose foot, top, middle or bust is at a place; a flag's foot is its pole's."""
    left = x - sprite.width / 2
    if raised:
        left = x - sprite.width * (_POLE if not sprite.mirrored else 1 - _POLE)
    part, bottom = sprite.part, y
    if way == "middle":
        bottom = y + sprite.height / 2
    elif way == "top":
        bottom = y + sprite.height
    elif way == "bust":
        neck = rows_of(sprite.code)["neck"] + _COLLAR if figure(sprite.code) else _BUST
        bottom = round(y - neck * sprite.height) + sprite.height
        part = 0.0, min(1.0, (y - bottom + sprite.height) / sprite.height)
    return replace(sprite, left=round(left), bottom=round(bottom), part=part, stands=False)
