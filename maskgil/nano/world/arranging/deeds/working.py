"""Work at a table: the worker behind it, the workpiece on it, at true sizes."""

# Units are cells; y grows downward.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.clusters import (
    SLOT,
    Box,
    Cluster,
    Sprite,
    extent,
    joint,
    mirrored,
    moved,
    snapped,
)
from maskgil.nano.world.nouns import PEOPLE, noun
from maskgil.nano.world.scene import Relation, Scene

WORKTOPS = ("table", "dining table", "round table", "desk", "school desk", "stove", "oven",
            "ironing board")  # fmt: skip
"""Behind which somebody works."""
_ON_IT, _SMALL, _TINY = 6, 4, 0.35
"""Cells of the longer side of what is worked on, of what is small, in metres, and of several."""
_SHARE = 0.55  # of a table's width, what is worked on
_SERVED = ("laptop", "desktop computer", "typewriter", "sewing machine")
_LARGER, _HANDY, _PAIR = 8, 0.6, 2  # cells of these, and of what is so long, in metres
_LOW = 0.7  # of who stands behind it, how tall a table is at most
_RISE = 0.3  # of a table's height, how much farther up the feet of who is behind it are
_BEFORE = 0.3  # of what is worked on, how much is before the worker
_HAND = 0.42  # of who works, the row where the middle of their tool is

CellsOf = Callable[[str, float], tuple[int, int]]


def workers(scene: Scene) -> dict[int, int]:
    """Tables with a single worker and something on them -> the worker."""
    laden = {each.objects[0] for each in scene.relations if each.name == "on"}
    return {
        table: each.subject
        for each in scene.relations
        for table in each.objects[:1]
        if each.name == "behind"
        and table in laden
        and scene.things[table].noun in WORKTOPS
        and scene.things[table].count == scene.things[each.subject].count == 1
        and noun(scene.things[each.subject].noun).category in PEOPLE
    }


def fit_worktops(
    scene: Scene, codes: list[str], cells: CellsOf, sizes: list[tuple[int, int]]
) -> None:
    """Sizes of tables: half as tall as who is at them."""
    for table, who in (workers(scene) | _company(scene)).items():
        wide, tall = sizes[table]
        most = _LOW * sizes[who][1]
        if tall > most:
            sizes[table] = cells(codes[table], max(wide, tall) * most / tall)


def worked_on(scene: Scene, relation: Relation) -> float | None:
    """The longest side of what is on a table at which people are, in cells; None elsewhere."""
    table = relation.objects[0]
    if relation.name != "on" or table not in workers(scene) | _company(scene):
        return None
    thing = scene.things[relation.subject]
    if thing.noun in _SERVED or noun(thing.noun).size > _HANDY:
        return _LARGER
    small = thing.count > _PAIR or noun(thing.noun).size < _TINY
    return _SMALL if small else _ON_IT


def _company(scene: Scene) -> dict[int, int]:
    """Tables that people are around, or on both sides of -> one of them."""
    found = {}
    for each in scene.relations:
        pair = {
            "between": (each.subject, each.objects[0]),
            "around": (each.objects[0], each.subject),
        }
        table, who = pair.get(each.name, (each.subject, each.subject))
        people = noun(scene.things[who].noun).category in PEOPLE
        if scene.things[table].noun in WORKTOPS and people:
            found[table] = who
    return found


def at_work(scene: Scene, relation: Relation, subject: Cluster, target: Cluster) -> Cluster:
    """The worker behind the table, the workpiece on it before their hands.

    Of who is in no pose the tool is raised between both.
    """
    top, who = target.of(set(relation.objects)), relation.subject
    worker = next(s for s in subject.sprites if s.thing == who)
    pose = pose_of(worker.code)
    away = subject.of({who})[0] > subject.extent()[0]
    if (not worker.mirrored) if pose else away:
        subject = mirrored(subject)
    body = subject.of({who})
    tall, wide = top[3] - top[1], body[2] - body[0]
    foot = top[3] - max(SLOT, snapped(_RISE * tall))
    within = {each.subject: each.objects[0] for each in scene.relations if each.name == "in"}
    laid = [s for s in target.sprites if s.thing not in relation.objects]
    laid = _with_contents(laid, _in_line([s for s in laid if s.thing not in within], top), within)
    tools = [s for s in subject.sprites if _is_in_hand(s, who, body)]
    middle = body[1] + _HAND * (body[3] - body[1])
    raised = tools if pose else [replace(s, bottom=round(middle + s.height / 2)) for s in tools]
    ahead = extent(tools)[0] + (extent(tools)[2] - extent(tools)[0]) / 2 if pose and tools else 0.0
    broad = extent(laid)[2] - extent(laid)[0] if laid else 0.0
    reach = max(ahead - body[0], wide - _BEFORE * broad)
    left = round(top[0] + max(0.0, top[2] - top[0] - reach - broad) / 2)
    if laid:  # within reach
        laid = moved(laid, round(min(top[2] - broad, left + reach) - extent(laid)[0]), 0)
    back = [s for s in subject.sprites if s not in tools]
    back, front = (
        moved(those, round(left - body[0]), round(foot - body[3])) for those in (back, raised)
    )
    own = [s for s in target.sprites if s.thing in relation.objects]
    return Cluster([*back, *own, *laid, *front], joint(subject, target))


def _is_in_hand(sprite: Sprite, who: int, body: Box) -> bool:
    """Whether it is beside the body of who works, not on it."""
    return sprite.thing != who and sprite.left >= (body[0] + body[2]) / 2


def _with_contents(
    before: list[Sprite], lined: list[Sprite], within: dict[int, int]
) -> list[Sprite]:
    """Things that were moved to a line, with what is in them, in their order."""
    holders = [each for each in before if each.thing not in within]
    places = dict(zip(sorted(holders, key=lambda s: s.left), lined, strict=True))
    found = []
    for each in before:
        holder = next((s for s in holders if s.thing == within.get(each.thing)), None)
        if holder is None:
            found.append(places.get(each, each))
            continue
        dx, dy = places[holder].left - holder.left, places[holder].bottom - holder.bottom
        found.append(replace(each, left=each.left + dx, bottom=each.bottom + dy))
    return found


def _in_line(sprites: list[Sprite], top: Box) -> list[Sprite]:
    """What is on a table in one line that ends where the table does."""
    line = sorted(sprites, key=lambda sprite: sprite.left)
    right, found = top[2], []
    room = _SHARE * (top[2] - top[0]) - (line[-1].width if line else 0)
    for place, sprite in enumerate(reversed(line)):
        step = min(sprite.width, max(1, round(room / max(1, len(line) - 1))))
        right = right if not place else right - step
        found.append(replace(sprite, left=round(right - sprite.width), bottom=line[0].bottom))
    return found[::-1]
