"""Company at a table: two face to face, others around it, what they have upon it."""

# Units are cells; y grows downward.

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.world.arranging.deeds.working import WORKTOPS
from maskgil.nano.world.arranging.people.belongings import drawing_with
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.clusters import Cluster, Sprite, joint, moved
from maskgil.nano.world.nouns import PEOPLE, noun
from maskgil.nano.world.scene import Relation, Scene

AT_TABLE = "at table"
TABLES = tuple(each for each in WORKTOPS if each not in ("stove", "oven", "ironing board"))
_BESIDE, _TWO = ("behind", "next to"), 2
_SET_DOWN = ("holding", "eating")
_SERVED = ("food", "kitchen", "fruit", "game")
CUTLERY = ("knife", "fork", "spoon", "chopsticks", "teaspoon", "ladle", "whisk", "rolling pin")
"""What stays in the hands of who is at a table."""
_OVER = 0.3  # of who sits at a table, how much is over its edge


def seated_at(scene: Scene) -> Scene:
    """The scene with people who are at a table on both sides of it, and what they have on it."""
    found = list(scene.relations)
    for table, thing in enumerate(scene.things):
        if thing.noun not in TABLES or thing.count > 1:
            continue
        at_it = [each for each in found if each.name in _BESIDE and each.objects == (table,)
                 and noun(scene.things[each.subject].noun).category in PEOPLE]  # fmt: skip
        people = tuple(dict.fromkeys(each.subject for each in at_it))
        count = sum(scene.things[n].count for n in people)
        if count == _TWO:
            at = found.index(at_it[0])
            found[at] = Relation(table, "between", people)
            found = [each for each in found if each not in at_it]
    sides = {n: each.subject for each in found if each.name == "between"
             and scene.things[each.subject].noun in TABLES for n in each.objects}  # fmt: skip
    return replace(scene, relations=tuple(_set_down(scene, each, sides) for each in found))


def _set_down(scene: Scene, relation: Relation, sides: dict[int, int]) -> Relation:
    """What somebody at a table eats or holds is on it."""
    held = noun(scene.things[relation.objects[0]].noun)
    if (
        relation.subject in sides
        and relation.name in _SET_DOWN
        and held.category in _SERVED
        and (held.name not in CUTLERY)
    ):
        return Relation(relation.objects[0], "on", (sides[relation.subject],))
    return relation


def face_to_face(
    relation: Relation, scene: Scene, subject: Cluster, target: Cluster, others: list[Cluster]
) -> Cluster | None:
    """Two who sit at the ends of a table and face each other; None for others."""
    if scene.things[relation.subject].noun not in TABLES:
        return None
    table = subject.of({relation.subject})
    people = [s for cluster in (target, *others) for s in cluster.sprites]
    bodies = sorted((s for s in people if _is_at_table(s)), key=lambda s: s.left)
    if len(bodies) != _TWO:
        return None
    found: list[Sprite] = []
    for body, rightward in zip(bodies, (True, False), strict=True):
        over = round(body.width * _OVER)
        left = table[0] + over - body.width if rightward else table[2] - over
        own = [
            s for s in people if s is body or (not _is_at_table(s) and _nearest(s, bodies) is body)
        ]
        turned = [replace(s, mirrored=rightward) if s is body else s for s in own]
        found += moved(turned, round(left - body.left), round(table[3] - body.bottom))
    return Cluster([*found, *subject.sprites], joint(subject, target))


def _is_at_table(sprite: Sprite) -> bool:
    pose = pose_of(sprite.code)
    return pose is not None and pose.name == AT_TABLE


def _nearest(sprite: Sprite, among: list[Sprite]) -> Sprite:
    return min(among, key=lambda each: abs(each.middle - sprite.middle))


def on_tray_of(scene: Scene, relation: Relation) -> int | None:
    """Who has the tray in their drawing on which something is."""
    return next((
        each.subject for each in scene.relations
        if each.name == "holding" and each.objects == relation.objects
        and drawing_with(scene, each.subject) is not None
    ), None)  # fmt: skip


def served_at(scene: Scene, relation: Relation) -> int | None:
    """The table behind which somebody is who has food, which is on it then."""
    tables = [
        each.objects[0]
        for each in scene.relations
        if each.name == "behind"
        and each.subject == relation.subject
        and scene.things[each.objects[0]].noun in WORKTOPS
    ]
    held = noun(scene.things[relation.objects[0]].noun)
    served = held.category == "food" and held.name not in CUTLERY
    return tables[0] if tables and served else None
