"""Furnished settings: requested things cover their counterparts in the scenery."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

from maskgil.nano.world.clusters import GRID, Box, Sprite, extent, kind_of, moved
from maskgil.nano.world.nouns import PEOPLE, Noun, noun
from maskgil.nano.world.scene import Scene, Thing
from maskgil.nano.world.settings import Setting
from maskgil.utils.assets import table_rows

_ANY, _NONE = "-", "-"
_HUNG = "lcr"
"""Kinds that cover by their middle, not by where they stand."""
_CEILING = ("ceiling fan", "ceiling lamp", "chandelier", "disco ball")
_CROWDED = 0.3  # of who is near, what may be hidden by that
_ALOFT = (8, 6, 4)  # cells of what is in the sky
_HIGHEST = 8  # rows in which it is
_LOST = 0.12  # of it, what may be before the scenery or behind others
Cells = Callable[[str, float], tuple[float, float]]  # of a drawing whose longer side is so long


@functools.cache
def _boxes() -> dict[tuple[str, str, str], tuple[Box | None, ...]]:
    """Setting, time, noun -> where it is in each view of the scenery."""
    found: dict[tuple[str, str, str], tuple[Box | None, ...]] = {}
    rows = table_rows(Path(__file__).with_name("furnished.tsv"))
    for setting, time, names, *views in rows:
        boxes = tuple(None if view == _NONE else _box(view) for view in views)
        found |= {(setting, time, name): boxes for name in names.split(", ")}
    return found


def _box(text: str) -> Box:
    left, top, right, bottom = map(float, text.split())
    return left, top, right, bottom


def own_box(scene: Scene, name: str, view: int) -> Box | None:
    """The box in which the setting's scenery already shows a noun, or None."""
    for time in (_ANY, "sunset" if scene.time == "dawn" else scene.time):  # the sun is as low
        boxes = _boxes().get((scene.setting or "", time, name))
        if boxes is not None:
            return boxes[view]
    return None


def hangs_high(one: Noun, where: Setting) -> bool:
    """Whether it hangs from the ceiling or on the wall of a room, fully visible."""
    return bool(where.name) and not where.outdoors and (one.name in _CEILING or kind_of(one) == "l")


def dangles(thing: Thing) -> bool:
    """Whether something hangs down: a spider, a plant, nobody by the hands."""
    return thing.state == "hanging" and noun(thing.noun).category not in PEOPLE


def from_the_ceiling(scene: Scene, where: Setting, sprites: list[Sprite]) -> list[Sprite]:
    """The sprites, with a room's lamps and fans at the ceiling unless placed elsewhere."""
    related = {n for each in scene.relations for n in (each.subject, *each.objects)}
    high = {
        index
        for index, thing in enumerate(scene.things)
        if index not in related
        and where.name
        and not where.outdoors
        and (thing.noun in _CEILING or dangles(thing))
    }
    return [replace(s, bottom=s.height, stands=False) if s.thing in high else s for s in sprites]


@functools.cache
def _skylines() -> dict[str, tuple[tuple[int, ...], ...]]:
    """Setting -> in each view the row above which there is only sky, for every two cells."""
    rows = table_rows(Path(__file__).with_name("skylines.tsv"))
    return {name: tuple(tuple(map(int, view.split())) for view in views) for name, *views in rows}


def in_the_free_sky(scene: Scene, sprites: list[Sprite], view: int, cells: Cells) -> list[Sprite]:
    """The sprites, with sun, moon and stars in free sky.

    They shrink if there is no room, and stay above what they are said to be above.
    """
    skyline = _skylines().get(scene.setting or "")
    if skyline is None:
        return sprites
    found = list(sprites)
    for at, sprite in enumerate(found):
        one = noun(scene.things[sprite.thing].noun)
        ways = {r.name for r in scene.relations if sprite.thing in (r.subject, *r.objects)}
        own = own_box(scene, one.name, view) and scene.things[sprite.thing].count == 1
        if kind_of(one) == "c" and ways <= {"above"} and not own:
            others = [*found[:at], *found[at + 1 :]]
            found[at] = _where_seen(sprite, others, skyline[view], cells, bool(ways))
    return found


def _where_seen(
    sprite: Sprite, others: list[Sprite], skyline: Sequence[int], cells: Cells, above: bool
) -> Sprite:
    """A sprite where least of it is before the scenery or behind others, else a smaller one."""
    best: tuple[float, Sprite] | None = None
    for longer in (size for size in _ALOFT if size <= max(sprite.width, sprite.height)):
        wide, tall = cells(sprite.code, longer)
        middle = round(sprite.middle - wide / 2)
        lefts = range(middle - 2, middle + 3) if above else range(int(GRID - wide) + 1)
        for left, top in product(lefts, range(max(1, int(_HIGHEST - tall) + 1))):
            one = replace(sprite, left=left, bottom=top + tall, width=wide, height=tall)
            if not 0 <= left <= GRID - wide:
                continue
            lost = sum(_shared(one, other) for other in others) + sum(
                max(0, one.bottom - skyline[column // 2])
                for column in range(left, int(left + wide))
            )
            cost = lost / (wide * tall) + 0.01 * abs(one.middle - sprite.middle) / GRID
            if best is None or cost < best[0] - 1e-9:
                best = cost, one
        if best and best[0] < _LOST:
            break
    return best[1] if best else sprite


def _shared(one: Sprite, other: Sprite) -> float:
    """Cells that two have in common."""
    across = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    down = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    return max(0.0, across) * max(0.0, down)


def over_its_own(scene: Scene, sprites: list[Sprite], view: int, cells: Cells) -> list[Sprite]:
    """The sprites, with things that the scenery already has moved to cover those.

    Related things move along. A thing stays if it would hide others there.
    """
    for index, thing in enumerate(scene.things):
        box = own_box(scene, thing.noun, view)
        if box is not None and thing.count == 1:
            sprites = _moved_over(scene, sprites, index, box, cells)
    return sprites


def _moved_over(
    scene: Scene, sprites: list[Sprite], index: int, box: Box, cells: Cells
) -> list[Sprite]:
    group_of = connected_to(scene, index)
    mine = [sprite for sprite in sprites if sprite.thing == index]
    if not mine or (len(group_of) > 1 and kind_of(noun(scene.things[index].noun)) in "cr"):
        return sprites
    if group_of == {index} and len(mine) == 1:
        mine = [_grown(mine[0], box, cells)]
    first = extent(mine)
    dx = _across(first, box)
    dy = round(box[3] + 0.3 - first[3])
    if kind_of(noun(scene.things[index].noun)) in _HUNG:
        dy = round((box[1] + box[3] - first[1] - first[3]) / 2)
    grown = [mine[0] if group_of == {index} and s.thing == index else s for s in sprites]
    group = extent([sprite for sprite in grown if sprite.thing in group_of])
    dx = round(max(-group[0], min(dx, GRID - group[2])))
    dy = round(max(-group[1], min(dy, GRID - group[3])))
    found = [moved([s], dx, dy)[0] if s.thing in group_of else s for s in grown]
    return sprites if _hides(found, group_of) else found


def _across(mine: Box, box: Box) -> int:
    """How far to the right it covers the box; at the picture's edge it touches that."""
    if box[0] <= 0:
        return round(-mine[0])
    if box[2] >= GRID:
        return round(GRID - mine[2])
    return round((box[0] + box[2] - mine[0] - mine[2]) / 2)


def _grown(sprite: Sprite, box: Box, cells: Cells) -> Sprite:
    """As large as it has to be to cover a box, if it can be."""
    longer: float = max(sprite.width, sprite.height)
    wide, tall = box[2] - box[0] - 1, box[3] - box[1] - 1
    while (sprite.width < wide or sprite.height < tall) and longer < GRID - 8:
        longer += 2
        width, height = cells(sprite.code, longer)
        sprite = replace(sprite, width=width, height=height)
    return sprite


def connected_to(scene: Scene, index: int) -> set[int]:
    """All things connected to a thing by relations."""
    found, before = {index}, set[int]()
    while found != before:
        before = set(found)
        for each in scene.relations:
            if found & {each.subject, *each.objects}:
                found |= {each.subject, *each.objects}
    return found


def _hides(sprites: list[Sprite], together: set[int]) -> bool:
    """Whether those who are together cover too much of others, or others of them."""
    group = [sprite for sprite in sprites if sprite.thing in together]
    for other in (sprite for sprite in sprites if sprite.thing not in together):
        for sprite in group:
            least = min(sprite.width * sprite.height, other.width * other.height)
            if _shared(sprite, other) > _CROWDED * least:
                return True
    return False
