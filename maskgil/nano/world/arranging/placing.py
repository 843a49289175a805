"""Where what stands together is put in a frame: rows, feet on the ground, things side by side."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import random
from dataclasses import replace

from maskgil.nano.world.clusters import GRID, SLOT, Cluster, Frame, Sprite, moved, snapped
from maskgil.nano.world.settings import Setting


def placed_in(
    clusters: list[Cluster], where: Setting, frame: Frame, rng: random.Random, force: bool = False
) -> list[Sprite] | None:
    """The clusters in the frame, back to front; None when there is no room."""
    width, height = frame
    boxes = [cluster.extent() for cluster in clusters]
    tallest = max((box[3] - box[1] for box in boxes), default=0.0)
    margin = SLOT if height >= GRID else 0
    if not force and (tallest > height - margin or any(box[2] - box[0] > width for box in boxes)):
        return None
    order = list(range(len(clusters)))
    rng.shuffle(order)
    high = [i for i in order if clusters[i].kind in "al" and len(clusters) > 1 and not where.floats]
    low = [i for i in order if i not in high]
    rows = _rows(low, boxes, width)
    room = width * (1.12 if len(clusters) > 2 else 1.04)
    for members in (*rows, high):
        if sum(boxes[i][2] - boxes[i][0] for i in members) > room and not force:
            return None
    placed: dict[int, list[Sprite]] = {}
    for depth, members in enumerate(rows):
        standing = [clusters[i] for i in members]
        feet = _feet(standing, where, height, depth, len(rows), bool(high), rng)
        _spread(members, feet, clusters, placed, width, rng)
    if high:
        roof = min((s.box[1] for i in low for s in placed[i]), default=height - 4)
        if max(boxes[i][3] - boxes[i][1] for i in high) > roof + 2 and not force:
            return None
        feet = []
        for i in high:
            tall = boxes[i][3] - boxes[i][1]
            feet.append(snapped(rng.randint(0, max(0, round(roof - tall)))) + tall)
        _spread(high, feet, clusters, placed, width, rng)
    ordered = [*high, *(i for members in rows for i in members)]
    return [sprite for i in ordered for sprite in placed[i]]


def _rows(low: list[int], boxes: list, width: int) -> list[list[int]]:
    """One row of things, or a row of the taller behind one of the smaller."""
    total = sum(boxes[i][2] - boxes[i][0] for i in low)
    if len(low) < 3 or total <= width * 0.9:
        return [low]
    tallest = sorted(low, key=lambda i: boxes[i][1] - boxes[i][3])
    half = (len(low) + 1) // 2
    back, front = tallest[:half], tallest[half:]
    return [[i for i in low if i in back], [i for i in low if i in front]]


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
        if where.floats or cluster.kind in "al":
            foot: float = snapped(rng.randint(0, max(0, int(whole - height)))) + height
        elif where.deep == GRID:
            middle = (whole + height) / 2 + (3 if high else 1)
            foot = round(min(whole - 1, max(middle, height + 1))) + (level if rows == 1 else 0)
            foot = foot + 3 if rows > 1 and depth else foot - 3 if rows > 1 else foot
        elif rows > 1:
            foot = first if depth == 0 else last
        else:
            foot = rng.randint(first, last) if len(clusters) < 3 else first + level
        if where.deep < GRID and cluster.kind not in "al":  # no row of feet in the sky
            feet_apart = cluster.depth()
            foot = max(foot, min(last, where.horizon + 1 + feet_apart))
        margin = SLOT if SLOT + height <= whole == GRID and cluster.kind not in "al" else 0
        feet.append(max(height + margin, min(foot // SLOT * SLOT, whole)))
    return feet


def _spread(
    members: list[int], feet: list[float], clusters: list[Cluster],
    placed: dict[int, list[Sprite]], whole: int, rng: random.Random,
) -> None:  # fmt: skip
    """Side by side across `whole` cells, the free cells shared out before, between and behind."""
    boxes = [clusters[i].extent() for i in members]
    widths = [box[2] - box[0] for box in boxes]
    free = whole - sum(widths)
    if free >= 0:
        ends = 0.7 if len(members) == 1 else 0.5
        shares = [rng.uniform(0.1, 1) * (ends if k in (0, len(members)) else 1)
                  for k in range(len(members) + 1)]  # fmt: skip
        gaps = [free * share / sum(shares) for share in shares]
    else:
        gaps = [0.0, *([free / max(1, len(members) - 1)] * (len(members) - 1)), 0.0]
    x = 0.0
    for i, box, width, foot, gap in zip(members, boxes, widths, feet, gaps, strict=False):
        x += gap
        placed[i] = moved(clusters[i].sprites, snapped(x - box[0]), snapped(foot - box[3]))
        x += width


def inside(sprites: list[Sprite], frame: Frame) -> list[Sprite]:
    """Pushed into the frame where a whole drawing reaches outside."""
    pushed = []
    for sprite in sprites:
        left = max(0, min(sprite.left, frame[0] - sprite.width))
        bottom = min(frame[1], max(sprite.bottom, sprite.height))
        if (left, bottom) != (sprite.left, sprite.bottom):
            sprite = replace(sprite, left=left, bottom=bottom)
        pushed.append(sprite)
    return pushed
