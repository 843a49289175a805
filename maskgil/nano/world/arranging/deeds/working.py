"""Work at a table: the worker behind it, the workpiece on it, at true sizes."""

# Units are cells; y grows downward.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.clusters import (
    SLOT,
    Box,
    Cluster,
    Sprite,
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
_ON_IT, _SEVERAL = 6, 4  # cells of the longer side of what is worked on, of one and of each
_SHARE = 0.55  # of a table's width, what is worked on
_SERVED = ("laptop", "desktop computer", "typewriter", "sewing machine", "chess board")
_LARGER, _HANDY, _PAIR = 8, 0.4, 2  # cells of these, and of what is so long, in metres
_LOW = 0.7  # of who stands behind it, how tall a table is at most
_RISE = 0.3  # of a table's height, how much farther up the feet of who is behind it are
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
    """Sizes of work tables: half as tall as the worker."""
    for table, who in workers(scene).items():
        wide, tall = sizes[table]
        most = _LOW * sizes[who][1]
        if tall > most:
            sizes[table] = cells(codes[table], max(wide, tall) * most / tall)


def worked_on(scene: Scene, relation: Relation) -> float | None:
    """The longest side of a workpiece, in cells; None without a worker."""
    if relation.name != "on" or relation.objects[0] not in workers(scene):
        return None
    thing = scene.things[relation.subject]
    if thing.noun in _SERVED or noun(thing.noun).size > _HANDY:
        return _LARGER
    return _ON_IT if thing.count <= _PAIR else _SEVERAL


def at_work(scene: Scene, relation: Relation, subject: Cluster, target: Cluster) -> Cluster:
    """The worker behind the left end of the table, the workpiece at its right end.

    The tool is raised between both.
    """
    top, who = target.of(set(relation.objects)), relation.subject
    if subject.of({who})[0] > subject.extent()[0]:
        subject = mirrored(subject)
    body = subject.of({who})
    tall, wide = top[3] - top[1], top[2] - top[0]
    foot = top[3] - max(SLOT, snapped(_RISE * tall))
    laid = _in_line([s for s in target.sprites if s.thing not in relation.objects], top)
    tools = [s for s in subject.sprites if _is_in_hand(s, who, body)]
    middle = body[1] + _HAND * (body[3] - body[1])
    raised = [replace(s, bottom=round(middle + s.height / 2)) for s in tools]
    room = min(s.left for s in laid) - top[0] if laid else wide
    left = top[0] + min(SLOT, room - (body[2] - body[0]))
    back = [s for s in subject.sprites if s not in tools]
    back, front = (
        moved(those, round(left - body[0]), round(foot - body[3])) for those in (back, raised)
    )
    own = [s for s in target.sprites if s.thing in relation.objects]
    return Cluster([*back, *own, *laid, *front], joint(subject, target))


def _is_in_hand(sprite: Sprite, who: int, body: Box) -> bool:
    """Whether it is beside the body of who works, not on it."""
    return sprite.thing != who and sprite.left >= (body[0] + body[2]) / 2


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
