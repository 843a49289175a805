"""Hollows: things inside others, fitted to and seen through doors, mouths or panes."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from maskgil.nano.world.clusters import HEAPED, SLOT, Box, Sprite, snapped
from maskgil.nano.world.scene import Relation, Scene
from maskgil.utils.assets import table_rows

CLOSE, LOOSE, APART = (0.6, 0.5), (0.75, 0.6), (1.1, 0.9)
"""Of a copy's width and height, what the next leaves free: in a hollow, on a dish, on a table."""
_OVER = 0.5  # cells by which what is in a hollow may reach over its edge
_HEAPED_HIGH = 0.9  # of a held container, how high what is in it is heaped

VESSELS = ("vase", "pot", "flower pot", "jar", "bucket", "mug", "cup", "glass of water", "pitcher",
           "watering can", "bottle")  # fmt: skip
"""In which flowers are a bunch."""
_STALK, _BUNCH, _SPREAD = 0.8, 0.55, 1.5
"""Of many flowers in a vase: how high each is, of it; how close they are, of their width; how wide
all of them are, of its width."""
_SUNK, _RISE, _DOME = 0.25, 0.4, 0.3
"""Of their height, how deep they are in it, how much higher those behind are; how much lower the
middle is."""

DISHES = ("plate", "tray", "baking tray")
"""On which many of one lie within the rim."""
_MOST_ON_DISH = 8  # copies, more are heaped
TABLES = ("table", "round table")
"""On whose top many that are flat lie in rows."""
FLAT = ("plate",)

CellsOf = Callable[[int], tuple[int, int]]  # of a drawing whose longer side is so long


@functools.cache
def _hollows() -> dict[str, Box]:
    """Noun -> its hollow, in shares of its drawing."""
    found = {}
    for name, box in table_rows(Path(__file__).parents[1] / "hollows.tsv"):
        left, top, right, bottom = map(float, box.split(","))
        found[name] = left, top, right, bottom
    return found


def hollow_of(name: str, who: str = "") -> Box | None:
    """The opening of a thing, for some things their own, as fractions of its drawing, or None."""
    return _hollows().get(f"{who} in {name}") or _hollows().get(name)


def hollow_in(scene: Scene, relation: Relation) -> Box | None:
    """The hollow for a relation's subject: in a thing, or on a dish."""
    name = scene.things[relation.objects[0]].noun
    if relation.name == "in" and name not in (*DISHES, *TABLES):
        return hollow_of(name, scene.things[relation.subject].noun)
    laid = scene.things[relation.subject]
    lies = relation.name == "on" and lies_on(laid.noun, name, laid.count)
    return hollow_of(name) if lies else None


def closeness(name: str) -> tuple[float, float]:
    """The minimal spacing of copies in a thing, or lying on it."""
    return LOOSE if name in DISHES else APART if name in TABLES else CLOSE


def lies_on(name: str, dish: str, count: int) -> bool:
    """Whether copies lie in rows within a dish's rim, or flat on a table top."""
    if dish in TABLES:
        return name in FLAT and count > HEAPED
    return dish in DISHES and HEAPED < count <= _MOST_ON_DISH


def room_in(hollow: Box, size: tuple[float, float]) -> tuple[float, float]:
    """Width and height of the hollow at a given drawing size."""
    return (hollow[2] - hollow[0]) * size[0], (hollow[3] - hollow[1]) * size[1]


def fitting(
    count: int, room: tuple[float, float], cells: CellsOf, sizes: Sequence[int],
    free: tuple[float, float] = CLOSE,
) -> int:  # fmt: skip
    """The largest size at which all copies fit, else the smallest one."""
    for size in sorted(sizes, reverse=True):
        wide, tall = cells(size)
        if wide > room[0] + _OVER or tall > room[1] + _OVER:
            continue
        across = 1 + math.floor((room[0] + _OVER - wide) / (wide * free[0]))
        down = 1 + math.floor((room[1] + _OVER - tall) / (tall * free[1]))
        if across * down >= count:
            return size
    return min(sizes)


def laid_in(sprites: list[Sprite], box: Box, close: tuple[float, float] = CLOSE) -> list[Sprite]:
    """Copies on the ground of a box in as many rows as needed, back to front."""
    wide = max(sprite.width for sprite in sprites)
    tall = max(sprite.height for sprite in sprites)
    free = max(0.0, box[2] - box[0] - wide), max(0.0, box[3] - box[1] - tall)
    across = min(len(sprites), 1 + math.floor((free[0] + _OVER) / (wide * close[0])))
    down = -(-len(sprites) // across)
    rise = max(1.0, min(tall * close[1], free[1] / max(1, down - 1)))
    rows = [len(sprites) // down + (row >= down - len(sprites) % down) for row in range(down)]
    found: list[Sprite] = []
    for row, many in enumerate(rows):
        step = min(wide * 1.1, free[0] / max(1, across - 1))
        start = (box[0] + box[2] - wide - step * (many - 1)) / 2
        if close == LOOSE and many == across:  # each in the gaps of the row before it
            start += step / 2 * ((down - 1 - row) % 2)
        bottom = round(box[3] - rise * (down - 1 - row))
        for copy in range(many):
            sprite = sprites[len(found)]
            left = round(start + copy * step + (wide - sprite.width) / 2)
            found.append(replace(sprite, left=left, bottom=bottom, stands=False))
    return found


def box_of(hollow: Box, sprite: Sprite) -> Box:
    """The box of a sprite's hollow in the picture."""
    left, right = hollow[0], hollow[2]
    if sprite.mirrored:
        left, right = 1 - right, 1 - left
    top = sprite.bottom - sprite.height
    return (
        sprite.left + left * sprite.width,
        top + hollow[1] * sprite.height,
        sprite.left + right * sprite.width,
        top + hollow[3] * sprite.height,
    )


def heaped_in_hand(sprites: list[Sprite], box: Box, rim: float, nearest: CellsOf) -> list[Sprite]:
    """Copies in the box of a held thing, no wider than that."""
    wide, tall = box[2] - box[0], box[3] - box[1]
    room = wide, tall * _HEAPED_HIGH
    size = fitting(len(sprites), room, nearest, range(4, 9, 2))
    width, height = nearest(size)
    small = [replace(each, width=width, height=height) for each in sprites]
    foot = box[1] + tall * rim + max(1.0, height / 3)
    return laid_in(small, (box[0], foot - room[1], box[2], foot))


def bunched(sprites: list[Sprite], box: Box, rim: float, nearest: CellsOf) -> list[Sprite]:
    """Many flowers in a vessel: close together in two rows, their stems in its opening."""
    tall, middle = box[3] - box[1], (box[0] + box[2]) / 2
    width, height = nearest(max(SLOT, round(_STALK * tall)))
    found: list[Sprite] = []
    front = len(sprites) // 2
    for row, many in enumerate((len(sprites) - front, front)):
        step = min(width * _BUNCH, _SPREAD * (box[2] - box[0]) / many)
        foot = box[1] + tall * rim + height * (_SUNK if row else _SUNK - _RISE)
        for place in range(many):
            aside = (place - (many - 1) / 2) * step
            bottom = round(foot - abs(aside) * _DOME)
            left = round(middle + aside - width / 2)
            found.append(replace(sprites[len(found)], left=left, bottom=bottom, width=width,
                                 height=height, stands=False))  # fmt: skip
    return found


def is_filled(scene: Scene, relation: Relation) -> bool:
    """Whether a held thing contains something."""
    return any(each.name == "in" and each.objects == relation.objects for each in scene.relations)


def beside_paws(item: Sprite, holder: Sprite) -> Sprite:
    """On the ground beside a sitting animal, as its contents would hide the face."""
    left = snapped(holder.left + holder.width - item.width / 4)
    return replace(item, left=left, bottom=holder.bottom)
