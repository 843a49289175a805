"""Rows of copies of a thing: on a line, in front of something, around a ring."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from maskgil.nano.world.arranging.pairs import BORNE, SPANNING, RelatedPair, wades
from maskgil.nano.world.arranging.tops import span_of, top_of
from maskgil.nano.world.clusters import (
    GRID,
    SLOT,
    Box,
    Cluster,
    Sprite,
    abreast,
    extent,
    floating,
    joint,
    moved,
    snapped,
)
from maskgil.nano.world.nouns import LIVING, PEOPLE, noun
from maskgil.nano.world.scene import Relation, Scene

SEEN = 2 / 3  # of a copy, how much of its width the next one on the line leaves free
BUNCHED = 0.5  # the same of flowers in a vase, and where a line would not fit into the picture
RING = 6  # copies on a ring, more are on a half before and one behind what they are around
_CLOSE_TO, _STEP_OUT, _STEP_LEAST, _OFF_DOOR = 0.4, 0.6, 0.48, 0.3
"""Of a copy's width, how far beside a high thing the first one's middle is, and how much farther
the next one's, at most and at least; of that thing's width, where the one before it is."""
_BEHIND_TABLE, _STEP_BEHIND = 0.4, 0.75
"""Of a table's height, how much farther up who is behind it stands; of a width, how close."""
_AT_END = 0.7  # of who is at a table's end, how much is beside it
_OVERLAP, _CLIFF, _FOOTING = 0.24, 4.0, 0.4
"""Of its length, how much of it is before both; metres of those on whose tops it ends; how much of
its height is lower than they are."""
_SHEER, _SLOPE = ("cliff",), 0.45
"""What of nature is as wide at its top; of others, how much lower and farther in it ends."""
_AMID, _WIDE, _CLOSE_BY = 4, 5, 0.85
"""Copies amid which one is in the front row, more than so many are two to each side there; how
close they are."""
HANDS, _IN_HAND = 0.3, 0.3
"""How high what two carry is, of their height; how much of it is before each, of their width."""
ON_TOP = 0.85  # of its width, how wide a line on a thing is
_INSIDE = 0.9  # the same of one in it


def _step(count: int, width: int) -> int:
    """The least from one copy on a line to the next."""
    fitting = (GRID - width) // max(1, count - 1)
    return max(math.ceil(width * BUNCHED), min(math.ceil(width * SEEN), fitting))


def line_width(count: int, width: int) -> int:
    """The minimal width of a line of copies."""
    return width + (count - 1) * _step(count, width)


def room_in_line(wide: float, on: bool) -> float:
    """The available width of a line on, or in, a thing of a given width."""
    return (ON_TOP if on else _INSIDE) * wide


def squeezed(sprites: list[Sprite], width: float, *, bunch: bool = False) -> list[Sprite]:
    """Copies moved closer evenly, so that each row fits a width if possible.

    Each leaves most of the previous one visible, half in a `bunch`.
    """
    left, _, right, _ = extent(sprites)
    widest = max(round(sprite.width) for sprite in sprites)
    if right - left <= max(width, widest):
        return sprites
    rows = [[s for s in sprites if s.bottom == row] for row in sorted({s.bottom for s in sprites})]
    most = max(map(len, rows))
    least = math.ceil(widest * BUNCHED) if bunch else _step(most, widest)
    step = max(least, math.floor((width - widest) / max(1, most - 1)))
    closer = []
    for row in rows:
        start = left + (most - len(row)) * step // 2
        ordered = sorted(row, key=lambda sprite: sprite.left)
        closer += [replace(s, left=start + place * step) for place, s in enumerate(ordered)]
    return closer


def with_others(closer: list[Sprite], sprites: Sequence[Sprite]) -> list[Sprite]:
    """All `sprites`, with the things nearest to each one moved `closer` along."""
    thing = closer[0].thing
    own = sorted((s for s in sprites if s.thing == thing), key=lambda s: (s.bottom, s.left))
    moved = dict(zip(own, sorted(closer, key=lambda s: (s.bottom, s.left)), strict=True))
    found = []
    for sprite in sprites:
        near = min(own, key=lambda each: abs(each.middle - sprite.middle))
        found.append(replace(sprite, left=sprite.left + moved[near].left - near.left))
    return found


def closed_ranks(relation: Relation, scene: Scene, subject: Cluster, target: Cluster) -> Cluster:
    """Several on, in or under a thing as close together as the room there demands."""
    if relation.name in ("on", "in"):
        left, _, right, _ = target.of(set(relation.objects) & {s.thing for s in target.sprites})
        own = [each for each in subject.sprites if each.thing == relation.subject]
        worn = all(each.thing == relation.subject or not each.stands for each in subject.sprites)
        if own and worn and len({each.bottom for each in own}) == 1:
            on = noun(scene.things[relation.objects[0]].noun)
            room = room_in_line(right - left, relation.name == "on")
            bunch = False
            if relation.name == "on" and (edge := top_of(on.name)):
                ends = span_of(edge)
                room, bunch = (right - left) * (ends[1] - ends[0]), True
            bunch |= relation.name == "in" and noun(scene.things[relation.subject].noun).grows
            row = with_others(squeezed(own, room, bunch=bunch), subject.sprites)
            return Cluster(row, subject.kind)
    in_line = len({(each.thing, each.bottom) for each in subject.sprites}) == 1
    if relation.name == "under" and in_line:
        return Cluster(squeezed(subject.sprites, GRID - SLOT), subject.kind)
    return subject


def laid_out(clusters: Sequence[Cluster], room: float) -> Cluster:
    """Several things side by side on furniture, copies of one as close as the room demands."""
    widths = [right - left for left, _, right, _ in (each.extent() for each in clusters)]
    share = min(1.0, room / sum(widths))
    closer = [
        Cluster(squeezed(each.sprites, width * share), each.kind)
        for each, width in zip(clusters, widths, strict=True)
    ]
    return abreast(closer, room)


def served(clusters: Sequence[Cluster]) -> Cluster:
    """Several kinds on a dish: side by side, more than two in two rows, lower ones in front."""
    groups = [sorted(each.sprites, key=lambda sprite: sprite.left) for each in clusters]
    lined = [sprite for group in groups for sprite in group]
    places = sorted(range(len(lined)), key=lambda at: -lined[at].height)
    far = sorted(places[: len(lined) // 2] if len(lined) > 2 else [])
    rows = [lined[at] for at in far], [s for at, s in enumerate(lined) if at not in far]
    across = max(sum(s.width for s in row) for row in rows)
    rise = max(SLOT, snapped(max(s.height for s in lined) / 3)) if far else 0
    found = []
    for row, up in zip(rows, (rise, 0), strict=True):
        x = (across - sum(sprite.width for sprite in row)) // 2
        for sprite in row:
            found.append(replace(sprite, left=x, bottom=-up))
            x += sprite.width
    return Cluster(found, clusters[0].kind)


def served_width(widths: Sequence[int]) -> int:
    """The maximal width of the wider row of `served`."""
    few = len(widths) // 2 if len(widths) > 2 else 0
    return sum(sorted(widths, reverse=True)[: len(widths) - few])


def parted(front: list[Sprite], box: Box) -> list[Sprite] | None:
    """Rows of copies in front of a `box`, all but the foremost at both sides of it.

    Copies without room there join the foremost row. None for a single row or without room.
    """
    low = max(sprite.bottom for sprite in front)
    if len({(s.thing, s.width) for s in front}) > 1 or all(s.bottom == low for s in front):
        return None
    width = front[0].width
    inner = box[0] + SLOT, box[2] - SLOT
    room = max(0, int((GRID - (inner[1] - inner[0])) // width))
    rows = [[s for s in front if s.bottom == row] for row in sorted({s.bottom for s in front})]
    aside: list[Sprite] = []
    spare: list[Sprite] = []
    for row in rows[:-1]:
        for place, sprite in enumerate(row[:room]):
            outward = place // 2
            left = inner[0] - (outward + 1) * width if place % 2 else inner[1] + outward * width
            aside.append(replace(sprite, left=left))
        spare += row[room:]
    foremost = [*rows[-1], *(replace(sprite, bottom=low) for sprite in spare)]
    for step in (width + SLOT, width):
        across = (len(foremost) - 1) * step + width
        start = snapped((box[0] + box[2] - across) / 2)
        lined = [replace(s, left=start + place * step) for place, s in enumerate(foremost)]
        left, _, right, _ = extent([*aside, *lined])
        if max(right, box[2]) - min(left, box[0]) <= GRID:
            return [*sorted(aside, key=lambda s: (s.bottom, s.left)), *lined]
    return None


def ring(
    sprites: Sequence[Sprite], box: Box, turn: float, *, floats: bool
) -> tuple[list[Sprite], list[Sprite]]:
    """Copies around a box: those behind and those before it, each farthest first.

    `turn`: by which angle, up to half a step, the first one is off the middle of the front.
    Floating ones surround the box's centre, others its foot.
    """
    width, height, tall = sprites[0].width, sprites[0].height, box[3] - box[1]
    reach = (box[2] - box[0]) / 2 + width * (0.3 if floats else 0.7)
    rise = (tall + height) / 2 if floats else max(height * 0.7, tall * 0.3)
    ground = box[1] + rise if floats else box[3] - 1
    if len(sprites) > RING:
        reach = max(reach, -(-len(sprites) // 2) * width / 2)
    back: list[Sprite] = []
    front: list[Sprite] = []
    start = math.pi / 2 + turn
    for sprite, (x, y) in zip(sprites, _around(len(sprites), start), strict=True):
        left = snapped((box[0] + box[2]) / 2 + reach * x - width / 2)
        placed = replace(sprite, left=left, bottom=snapped(ground + rise * y))
        (front if y >= 0 else back).append(placed)
    return sorted(back, key=_bottom), sorted(front, key=_bottom)


def flanking(sprites: Sequence[Sprite], box: Box) -> tuple[list[Sprite], list[Sprite]]:
    """Copies to both sides of a high box, an odd one before it; those behind, those before."""
    width, height, sides = sprites[0].width, sprites[0].height, len(sprites) // 2
    room = (GRID - SLOT - (box[2] - box[0])) / 2 - width * (0.5 + _CLOSE_TO)
    step = width * min(_STEP_OUT, max(_STEP_LEAST, room / width / max(1, sides - 1)))
    placed = []
    for place, sprite in enumerate(sprites[: 2 * sides]):
        out = _CLOSE_TO * width + step * (place // 2)
        middle = box[2] + out if place % 2 else box[0] - out
        near = box[3] + (-SLOT if place // 2 % 2 else SLOT // 2)
        placed.append(replace(sprite, left=round(middle - width / 2), bottom=near))
    for sprite in sprites[2 * sides :]:
        middle = box[0] + _OFF_DOOR * (box[2] - box[0])
        low = box[3] + max(SLOT, snapped(height * _STEP_OUT))
        placed.append(replace(sprite, left=round(middle - width / 2), bottom=low))
    placed.sort(key=_bottom)
    return [s for s in placed if s.bottom < box[3]], [s for s in placed if s.bottom >= box[3]]


def bed(sprites: Sequence[Sprite], left: float, right: float, foot: float) -> list[Sprite]:
    """Low plants along the foot of what is between two columns, farthest first."""
    apart = (right - left - sprites[0].width) / (len(sprites) - 1)
    row = [
        replace(s, left=round(left + n * apart), bottom=round(foot + SLOT - (n % 2)))
        for n, s in enumerate(sprites)
    ]
    return sorted(row, key=_bottom)


def at_table(sprites: Sequence[Sprite], box: Box) -> tuple[list[Sprite], list[Sprite]]:
    """Figures around a table: one at each end, as many as are visible behind it,

    the others before it.
    """
    width, tall = sprites[0].width, box[3] - box[1]
    foot = box[3] - max(SLOT, snapped(tall * _BEHIND_TABLE))
    ends = min(2, len(sprites) - 1) if len(sprites) != 2 else 2
    rest = len(sprites) - ends
    behind = min(rest, 1 + int((box[2] - box[0] - width) // (width * _STEP_BEHIND)))
    back, front = list(sprites[:behind]), list(sprites[behind:rest])
    placed = []
    for row, bottom in ((back, foot), (front, box[3] + SLOT)):
        step = min(width + SLOT, (box[2] - box[0] - width) / max(1, len(row) - 1))
        start = (box[0] + box[2] - width - step * (len(row) - 1)) / 2
        placed.append(
            [
                replace(each, left=round(start + step * n), bottom=bottom)
                for n, each in enumerate(row)
            ]
        )
    reach = width * _AT_END
    for each, left in zip(sprites[rest:], (box[0] - reach, box[2] - width + reach), strict=False):
        placed[0].append(replace(each, left=round(left), bottom=box[3] - SLOT // 2))
    return placed[0], placed[1]


def _bottom(sprite: Sprite) -> float:
    return sprite.bottom


def _around(count: int, start: float) -> Iterator[tuple[float, float]]:
    """Points of a circle, one for each copy; of many, as far from each other sidewise."""
    if count <= RING:
        for copy in range(count):
            angle = start + 2 * math.pi * copy / count
            yield math.cos(angle), math.sin(angle)
        return
    for half, many in ((-1, count // 2), (1, count - count // 2)):
        for copy in range(many):
            x = (2 * copy + 1) / many - 1
            yield x, half * math.sqrt(1 - x * x)


def between_copies(pair: RelatedPair) -> Cluster:
    """The subject in a gap between the target's copies; for many, at the middle of the front."""
    if len(pair.target.sprites) >= _AMID:
        return _amid(pair)
    middle = (pair.box[0] + pair.box[2]) / 2
    wide = pair.mine[2] - pair.mine[0]
    spans = pair.who.name in SPANNING
    high = spans and pair.thing.size >= _CLIFF and not pair.thing.grows
    slopes = high and pair.thing.category == "nature" and pair.thing.name not in _SHEER
    gap = -wide * _OVERLAP if spans else SLOT * (not pair.tight)
    gap -= slopes * pair.target.sprites[0].width * _SLOPE
    borne = pair.who.name in BORNE and pair.thing.category in PEOPLE
    gap = -_IN_HAND * pair.target.sprites[0].width if borne else gap
    half = math.floor((wide + gap) / 2)
    inward = [s.left + s.width / 2 < middle for s in pair.target.sprites]
    edges = [
        s.box[2] if left else s.left for s, left in zip(pair.target.sprites, inward, strict=True)
    ]
    parted = [
        replace(s, left=s.left + round(middle - edge) + (-half if left else half))
        for s, left, edge in zip(pair.target.sprites, inward, edges, strict=True)
    ]
    dy = pair.box[3] - pair.mine[3]
    if borne:
        dy -= round(HANDS * pair.tall)
    elif high:
        top = pair.box[1] + slopes * pair.tall * _SLOPE
        dy = snapped(top + pair.height * _FOOTING) - pair.mine[3]
    elif _flies(pair):
        dy = round((pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]) / 2) - SLOT
    dx = round(middle - (pair.mine[0] + pair.mine[2]) / 2)
    inner = moved(pair.subject.sprites, dx, dy)
    inner = floating(inner) if spans or borne or _flies(pair) else inner
    return Cluster(parted + inner, joint(pair.subject, pair.target))


def _flies(pair: RelatedPair) -> bool:
    """Whether somebody who is between two flies there."""
    return pair.flies or pair.subject.kind in "ac"


def _amid(pair: RelatedPair) -> Cluster:
    """The subject at the middle of the front row, all others about it."""
    others, step = pair.target.sprites, max(1.0, pair.target.sprites[0].width * _CLOSE_BY)
    tall, front = others[0].height, 2 + 2 * (len(others) > _WIDE)
    beside, behind = others[:front], others[front:]
    middle, foot = pair.subject.sprites[0].middle, pair.mine[3]
    found = []
    if wades(pair.who, pair.thing) and pair.who.category not in LIVING:
        row = bed(others, pair.mine[0] - SLOT, pair.mine[2] + SLOT, foot)  # a mill in tulips
        return pair.joined([*pair.subject.sprites, *row])
    for place, sprite in enumerate(behind):
        x = middle + (place - (len(behind) - 1) / 2) * step - sprite.width / 2
        found.append(replace(sprite, left=round(x), bottom=foot - max(SLOT, snapped(tall * 0.6))))
    for place, sprite in enumerate(beside):
        x = middle + (1 + place // 2) * step * (-1 if place % 2 else 1) - sprite.width / 2
        found.append(replace(sprite, left=round(x), bottom=foot - SLOT // 2))
    return Cluster([*found, *pair.subject.sprites], joint(pair.subject, pair.target))
