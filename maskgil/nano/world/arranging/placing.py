"""Placement of clusters in a frame: rows, ground line, side by side."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from maskgil.nano.world.arranging.shores import ashore as dry_land
from maskgil.nano.world.clusters import (
    ALOFT,
    GRID,
    SLOT,
    Box,
    Cluster,
    Frame,
    Sprite,
    extent,
    moved,
    shows,
    snapped,
)
from maskgil.nano.world.nouns import PEOPLE
from maskgil.nano.world.settings import ROADS, Setting

LEAST = 6  # cells of drawings that are made no smaller for free cells beside them
SIDE_BY_SIDE = 3  # copies that stand in a row of their own before something higher
_ASTRAY = 1.5  # hidden cells that a cell beside its column costs what is all over the sky
_STREWN = (1, 4, 0, 3)  # free cells over copies in the sky, one after the other
_APART = 6  # cells that each of two rows is moved where no ground tells which is behind
_UNSEEN = 0.7  # the share of a thing behind others that may be hidden by them
SEEN = 0.7  # the share of a thing that is to be seen where there is room
_PIT = "🕳️"  # all on the ground, whoever is in it
_PLATFORM = "platform"  # behind which the rails are
_RIPPLES = "svg:ripples"  # all on the water, whoever is in them
_FLOORED = ("underwater", "sky")  # where all is afloat but who stands on the bottom, on clouds
_NEAR = 0.6  # of the height of what is alone on the water, how far before the far bank it is
EDGE = 1  # free cells before and behind what stands side by side


def placed_in(
    clusters: list[Cluster], where: Setting, frame: Frame, rng: random.Random, *,
    force: bool = False, tight: bool = False, lift: int = 0,
) -> list[Sprite] | None:  # fmt: skip
    """The clusters placed in the frame, back to front; None if there is no room.

    `lift`: cells by which each further row is higher, as far as the ground allows.
    """
    width, height = frame
    boxes = [cluster.extent() for cluster in clusters]
    tallest = max((box[3] - box[1] for box in boxes), default=0.0)
    margin = SLOT if height >= GRID else 0
    largest = max((max(s.width, s.height) for c in clusters for s in c.sprites), default=0)
    crowded = tight and largest <= LEAST and any(len(cluster.sprites) > 1 for cluster in clusters)
    edge = 0 if crowded or width < GRID else EDGE
    room = width - 2 * edge
    wide = [_is_too_wide(cluster, width, room) for cluster in clusters]
    if not force and (tallest > height - margin or any(wide)):
        return None
    order = list(range(len(clusters)))
    rng.shuffle(order)
    aloft = [i for i in order if clusters[i].kind in ALOFT and len(clusters) > 1]
    high = [] if where.floats else aloft
    if len(clusters) == 1 and where.has_sky and clusters[0].kind == "c":
        high = order
    low = [i for i in order if i not in high]
    sky = [i for i in high if _is_alike(clusters[i]) and clusters[i].kind in "cr"]
    high = [i for i in high if i not in sky]
    rows = _rows(low, clusters, where, width)
    most = room * (1.08 if len(clusters) > 2 else 1)
    for members in (*rows, high):
        total = sum(boxes[i][2] - boxes[i][0] for i in members)
        if total > most and len(members) > 1 and not force:
            return None
    placed: dict[int, list[Sprite]] = {}
    for depth, members in enumerate(rows):
        standing = [clusters[i] for i in members]
        feet = _feet(standing, where, height, depth, len(rows), bool(high), rng)
        if lift and depth == 0 and len(rows) > 1:
            feet = [_lifted(foot, lift, c, where) for foot, c in zip(feet, standing, strict=True)]
        _spread(members, feet, clusters, placed, width, rng, edge)
    if _is_bare(where) and len(rows) > 1 and len(rows[1]) == 1:
        behind = [s for i in rows[0] for s in placed[i]]
        placed[rows[1][0]] = _seen_best(placed[rows[1][0]], behind, width, edge)
    shore = where.has_shore and len(rows) > 1 and clusters[rows[0][0]].kind == "w"
    if shore:
        _part(rows, placed, width, edge, rng)
    if len(rows) > 1 and not force:
        before = [sprite for i in rows[1] for sprite in placed[i]]
        if _unseen([sprite for i in rows[0] for sprite in placed[i]], before, shore):
            return None
    if high:
        roof = min((s.box[1] for i in low for s in placed[i]), default=height - 4)
        if max(boxes[i][3] - boxes[i][1] for i in high) > roof + 2 and not force:
            return None
        feet = []
        for i in high:
            tall = boxes[i][3] - boxes[i][1]
            up = snapped(rng.randint(0, max(0, round(roof - tall))))
            free = EDGE if clusters[i].kind in "al" and tall + EDGE <= roof + 2 else 0
            feet.append(max(up, free) + tall)
        _spread(high, feet, clusters, placed, width, rng, edge)
    for i in sky:
        placed[i] = in_the_sky(clusters[i], [s for i in low for s in placed[i]], frame, edge)
    ordered = [*sky, *high, *(i for members in rows for i in members)]
    return [sprite for i in ordered for sprite in placed[i]]


def _lifted(foot: float, lift: int, cluster: Cluster, where: Setting) -> float:
    """A foot higher on the ground, as far as that reaches and nothing leaves the picture."""
    if where.deep == GRID or cluster.kind != "g" or where.has_shore or where.name == _PLATFORM:
        return foot
    _, top, _, bottom = cluster.extent()
    least = max(where.horizon + SLOT + cluster.depth(), bottom - top)
    return max(foot - lift, min(foot, least))


def lost_share(clusters: Sequence[Cluster], placed: list[Sprite]) -> float:
    """The total visibility deficit of things, by the least visible copy of each.

    Things of one cluster hide each other on purpose.
    """
    together = [{sprite.thing for sprite in cluster.sprites} for cluster in clusters]
    lost: dict[int, float] = {}
    for at, sprite in enumerate(placed):
        own = next(things for things in together if sprite.thing in things)
        others = [s for s in placed[at + 1 :] if s.thing not in own]
        short = _hidden(sprite, others) - (1 - SEEN)
        lost[sprite.thing] = max(short, lost.get(sprite.thing, 0.0))
    return sum(lost.values())


def _is_alike(cluster: Cluster) -> bool:
    return len({sprite.thing for sprite in cluster.sprites}) == 1


def _is_too_wide(cluster: Cluster, width: int, room: int) -> bool:
    """Whether there is no room for what stands together; copies may reach the picture's edges."""
    left, _, right, _ = cluster.extent()
    return right - left > (width if _is_alike(cluster) else room)


def in_the_sky(cluster: Cluster, below: list[Sprite], frame: Frame, edge: int) -> list[Sprite]:
    """At the top of the picture, behind everything, on the side where it is most visible."""
    if len(cluster.sprites) > 1:
        return _strewn(cluster.sprites, below, frame[0])
    box = cluster.extent()
    wide, tall = box[2] - box[0], box[3] - box[1]
    top = edge if tall + edge <= frame[1] else 0
    lefts = [edge, max(edge, frame[0] - edge - wide)]
    if cluster.kind == "r":
        lefts = sorted({*lefts, (frame[0] - wide) // 2})
    hidden = [
        sum(_overlap(s.box, (left, top, left + wide, top + tall)) for s in below) for left in lefts
    ]
    left = lefts[hidden.index(min(hidden))]
    return moved(cluster.sprites, left - box[0], top - box[1])


def _seen_best(
    sprites: list[Sprite], before: list[Sprite], width: int, edge: int = 0
) -> list[Sprite]:
    """What stands in another row than others, moved sideways to where least of both is hidden."""
    left, _, right, _ = extent(sprites)
    free = int(width - (right - left))
    edge = edge if free >= 2 * edge else 0
    places = [moved(sprites, x - left, 0) for x in range(edge, free - edge + 1)]
    costs = [
        sum(_overlap(mine.box, other.box) for mine in each for other in before) for each in places
    ]
    best = [x for x, cost in enumerate(costs) if cost == min(costs)]
    return places[min(best, key=lambda x: abs(2 * (x + edge) - free))] if places else sprites


def _strewn(sprites: list[Sprite], below: list[Sprite], width: int) -> list[Sprite]:
    """Copies all over the sky, not on one line, each near its column where most of it is seen."""
    column = width / len(sprites)
    strewn: list[Sprite] = []
    for place, sprite in enumerate(sprites):
        middle = column * (place + 0.5) - sprite.width / 2
        usual = sprite.height + _STREWN[place % 4]
        lefts = range(int(width - sprite.width) + 1)
        bottoms = (sprite.height + top for top in range(max(_STREWN) + SLOT))
        anywhere = [
            replace(sprite, left=left, bottom=bottom) for bottom, left in product(bottoms, lefts)
        ]
        costs = [
            sum(_overlap(each.box, other.box) for other in (*below, *strewn))
            + (abs(each.left - middle) + abs(each.bottom - usual)) * _ASTRAY
            for each in anywhere
        ]
        strewn.append(anywhere[costs.index(min(costs))])
    return strewn


def _part(
    rows: list[list[int]], placed: dict[int, list[Sprite]], width: int, edge: int,
    rng: random.Random,
) -> None:  # fmt: skip
    """Moves what is ashore, by chance, to where little of what is on the water behind is hidden."""
    afloat, ashore = rows[0], {i: placed[i] for i in rows[1]}
    left, _, right, _ = extent([s for sprites in ashore.values() for s in sprites])
    ways: list[tuple[float, dict[int, list[Sprite]]]] = []
    for shift in range(int(edge - left), int(width - edge - right) + 1):
        found = {i: moved(sprites, shift, 0) for i, sprites in ashore.items()}
        before = [s for sprites in found.values() for s in sprites]
        found |= {i: placed[i] for i in afloat}
        if len(afloat) == 1:
            found[afloat[0]] = _seen_best(placed[afloat[0]], before, width)
        ways.append((max(_hidden(s, before) for i in afloat for s in found[i]), found))
    most = max(1 - SEEN, min((lost for lost, _ in ways), default=0.0))
    good = [found for lost, found in ways if lost <= most]
    placed |= rng.choice(good) if good else {}


def _unseen(sprites: list[Sprite], before: list[Sprite], shore: bool = False) -> bool:
    """Whether hardly anything of a thing, of all its copies, is seen behind others.

    On the `shore`: whether it is not seen well.
    """
    most = 1 - SEEN if shore else _UNSEEN
    things: dict[int, list[float]] = {}
    for sprite in sprites:
        things.setdefault(sprite.thing, []).append(_hidden(sprite, before))
    return any(sum(shares) / len(shares) > most for shares in things.values())


def _hidden(sprite: Sprite, before: list[Sprite]) -> float:
    """The share of a thing's box that the boxes of those before it hide."""
    seen = np.ones((int(sprite.height), int(sprite.width)), bool)
    for other in before:
        left, top = int(other.left - sprite.left), int(other.box[1] - sprite.box[1])
        right, bottom = left + int(other.width), top + int(other.height)
        seen[max(0, top) : max(0, bottom), max(0, left) : max(0, right)] = False
    return 1 - float(seen.mean())


def _overlap(first: Box, second: Box) -> float:
    """Cells that two boxes share."""
    across, down = (min(first[n + 2], second[n + 2]) - max(first[n], second[n]) for n in (0, 1))
    return max(0.0, across) * max(0.0, down)


def _rows(low: list[int], clusters: list[Cluster], where: Setting, width: int) -> list[list[int]]:
    """One row of things, or a row of the taller behind one of the smaller.

    What is on water that ends at the ground, or drives where people walk, has the row behind.
    """
    if where.has_shore:
        afloat = [i for i in low if clusters[i].kind == "w"]
        ashore = [i for i in low if i not in afloat]
        if afloat and ashore:
            return [afloat, ashore]
    boxes = [cluster.extent() for cluster in clusters]
    total = sum(boxes[i][2] - boxes[i][0] for i in low)
    driven = [i for i in low if where.name in ROADS and shows(clusters[i], ("vehicle",))]
    afoot = [i for i in low if i not in driven and shows(clusters[i], PEOPLE)]
    if total > width * 0.9 and driven and afoot and len(driven) + len(afoot) == len(low):
        return [driven, afoot]
    kinds = sum(len({sprite.thing for sprite in clusters[i].sprites}) for i in low)
    several = kinds > 2 or _is_one_behind_many([clusters[i] for i in low])
    if len(low) < 2 or not several or total <= width * 0.9:
        return [low]
    wide = {i: boxes[i][2] - boxes[i][0] for i in low}
    if _is_bare(where) and len(low) == 3 and all(len(clusters[i].sprites) == 1 for i in low):
        narrow = min(low, key=wide.__getitem__)
        return [[i for i in low if i != narrow], [narrow]]
    tallest = sorted(low, key=lambda i: (-_height(clusters[i]), wide[i]))
    splits = [(tallest[:at], tallest[at:]) for at in range(1, len(low))]
    back = min(splits, key=lambda rows: max(sum(wide[i] for i in row) for row in rows))[0]
    return [[i for i in low if i in back], [i for i in low if i not in back]]


def _is_bare(where: Setting) -> bool:
    """Whether there is no ground whose depth could be seen."""
    return where.deep == GRID and not where.floats


def _height(cluster: Cluster) -> float:
    """How high one of its copies is, where they stand on a line; else all that stands together."""
    _, top, _, bottom = cluster.extent()
    lined = _is_alike(cluster) and cluster.depth() <= SLOT
    return cluster.sprites[0].height if lined else bottom - top


def _is_one_behind_many(clusters: list[Cluster]) -> bool:
    """Whether one thing is higher than several others, which hide little of it."""
    if len(clusters) != 2:
        return False
    one, many = sorted(clusters, key=lambda cluster: len(cluster.sprites))
    in_a_row = len(many.sprites) >= SIDE_BY_SIDE and many.depth() <= SLOT
    return (
        in_a_row
        and len(one.sprites) == 1
        and one.sprites[0].height > max(sprite.height for sprite in many.sprites)
    )


def _feet(
    clusters: list[Cluster], where: Setting, whole: int, depth: int, rows: int, high: bool,
    rng: random.Random,
) -> list[float]:  # fmt: skip
    """The row on which each cluster stands or floats, of `whole` rows."""
    feet = []
    level = rng.choice((0, SLOT))
    for cluster in clusters:
        box = cluster.extent()
        height = box[3] - box[1]
        on_water = cluster.kind == "w" and where.water
        first, last = (row * whole // GRID for row in (on_water or where.ground))
        if where.name in _FLOORED and cluster.kind == "g":
            foot: float = whole - 1
        elif where.floats or cluster.kind in ALOFT:
            lowest: float = whole
            if not where.floats and where.deep < GRID:  # no balloon on the lawn
                lowest = max(height, where.horizon * whole // GRID)
            highest = 0.0
            if where.floats and rows > 1:  # the upper half, or the lower one
                lowest, highest = (whole, whole // 2) if depth else (whole // 2, 0.0)
            spare = max(0, int(lowest - highest - height))
            foot = snapped(rng.randint(0, spare)) + min(highest + height, whole)
        elif where.deep == GRID:
            middle = (whole + height) / 2 + (3 if high else 1)
            foot = round(min(whole - 1, max(middle, height + 1))) + (level if rows == 1 else 0)
            foot += (rows > 1) * (_APART if depth else -_APART)
        elif rows > 1:
            back = (first + last) // 2 if on_water and where.has_shore else first
            foot = back if depth == 0 else last
            if where.has_shore and depth == 0:  # hardly any place beside each other is free
                foot = max(first, foot - rng.choice((0, SLOT)))
        else:
            foot = rng.randint(first, last) if len(clusters) < 3 else first + level
            if on_water and where.has_shore:  # what is large is near
                foot = max(foot, min(last, where.horizon + round(_NEAR * height)))
        if where.deep < GRID and cluster.kind not in ALOFT:  # no row of feet in the sky, or the sea
            feet_apart = cluster.depth()
            ashore = where.water is not None and where.has_shore and cluster.kind != "w"
            farthest = where.water[1] if ashore and where.water else where.horizon
            if on_water or where.name in ROADS:
                farthest = first - 1
            foot = max(foot, min(last, farthest + 1 + feet_apart))
            if pit := next((s for s in cluster.sprites if s.code == _PIT), None):
                foot = max(foot, min(last, farthest + 1 + pit.height))
            ring = next((s for s in cluster.sprites if s.code == _RIPPLES), None)
            if ring is not None and on_water:
                foot = max(foot, min(last, farthest + 1 + ring.height))
                foot += round(box[3] - ring.bottom)  # of who is under water
            if ashore and cluster.kind == "g" and (rows == 1 or depth):
                foot = max(foot, min(whole, dry_land(where) * whole // GRID + feet_apart))
        edged = cluster.kind not in "cr" or where.floats
        margin = EDGE if EDGE + height <= whole == GRID and edged else 0
        deep = where.has_shore and cluster.kind == "g" and cluster.depth() > SLOT
        most = whole - SLOT if height + SLOT <= whole and not deep else whole
        feet.append(max(height + margin, min(foot // SLOT * SLOT, most)))
    return feet


def _spread(
    members: list[int], feet: list[float], clusters: list[Cluster],
    placed: dict[int, list[Sprite]], whole: int, rng: random.Random, edge: int = 0,
) -> None:  # fmt: skip
    """Side by side across `whole` cells, the free cells shared out before, between and behind.

    `edge` cells at least are free at both ends where there is room.
    """
    boxes = [clusters[i].extent() for i in members]
    widths = [box[2] - box[0] for box in boxes]
    edge = edge if sum(widths) <= whole - 2 * edge or len(members) > 1 else 0
    free = whole - 2 * edge - sum(widths)
    if free >= 0:
        ends = 0.7 if len(members) == 1 else 0.5
        shares = [
            rng.uniform(0.1, 1) * (ends if k in (0, len(members)) else 1)
            for k in range(len(members) + 1)
        ]
        gaps = [free * share / sum(shares) for share in shares]
    else:
        gaps = [0.0, *([free / max(1, len(members) - 1)] * (len(members) - 1)), 0.0]
    x = float(edge)
    for i, box, width, foot, gap in zip(members, boxes, widths, feet, gaps, strict=False):
        x += gap
        placed[i] = moved(clusters[i].sprites, round(x - box[0]), round(foot - box[3]))
        x += width


def inside(sprites: list[Sprite], frame: Frame) -> list[Sprite]:
    """The sprites shifted into the frame if whole drawings are outside."""
    pushed = []
    for sprite in sprites:
        left = max(0, min(sprite.left, frame[0] - sprite.width))
        bottom = min(frame[1], max(sprite.bottom, sprite.height))
        if (left, bottom) != (sprite.left, sprite.bottom):
            sprite = replace(sprite, left=left, bottom=bottom)
        pushed.append(sprite)
    return pushed
