"""Leads, ropes and strings: where they are tied in leading, pulling, flying, holding up."""

# Places are shares of a drawing's width and height, as it is drawn.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from maskgil.nano.world.arranging.carried.grips import ARMED, has_free_arms
from maskgil.nano.world.arranging.deeds.throwing import LOAD, hoists
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.arranging.people.posing import may_pose
from maskgil.nano.world.clusters import LAID, Cluster, Sprite, drawing_of, mirrored
from maskgil.nano.world.nouns import PEOPLE, facing, noun
from maskgil.nano.world.scene import (
    ACTIONS,
    ARMS_UP,
    LOOKING,
    POINTING,
    TIED,
    TOUCHING,
    Relation,
    Scene,
)

HITCHES = {
    "sled": (0.97, 0.4), "cart": (0.98, 0.27), "wagon": (0.95, 0.08), "carriage": (0.97, 0.5),
}  # fmt: skip
"""What is pulled, its front to the right, and where the rope is tied to it."""
_LED = ("dog", "puppy", "poodle", "rescue dog", "horse", "donkey", "cow", "ox", "goat", "sheep",
        "ram", "llama", "camel", "bactrian camel", "elephant", "pig", "unicorn", "zebra", "bear",
        "water buffalo", "wolf", "lion", "tiger")  # fmt: skip
"""Who goes on a lead with somebody who walks."""
_FORWARD = ("dog", "puppy", "poodle", "rescue dog")
"""Who goes before who leads them."""
_POURS = ("watering can",)
_NECK, _SITTING_NECK, _FLANK = (0.28, 0.4), (0.5, 0.62), (0.6, 0.5)
_BOW, _KNOT, _POST = 0.62, 0.45, 0.8
"""Rows where a boat has its rope, where that is tied to a dock, to a tree."""
_KITE, _BALLOON = (0.3, 0.45), (0.03, 0.96)
_RUNNING = "running"
_GOING = ("walking", _RUNNING)
_RAISING = {ARMS_UP: 2, "waving": 1, POINTING: 1}  # how many arms

Place = tuple[float, float]


class Tie(NamedTuple):
    """A cord between two sprites: their indices, and its end points on them.

    `start` None is a hand on the other's side.
    """

    holder: int
    other: int
    end: tuple[float, float]
    start: tuple[float, float] | None = None
    raised: bool = False


def ties(scene: Scene, sprites: Sequence[Sprite]) -> list[Tie]:
    """All cords of a picture."""
    found = []
    for relation in scene.relations:
        for at, holder in enumerate(sprites):
            for to, other in enumerate(sprites):
                if holder.thing == relation.subject and other.thing in relation.objects:
                    found += _tie(relation, scene, (at, holder), (to, other))
    several = [each for each in found if scene.things[sprites[each.other].thing].noun in HITCHES]
    hoisted = [Tie(at, to, LOAD, start) for at, to, start in hoists(scene, sprites)]
    nearest: dict[int, Tie] = {}
    tied = [each for each in found if scene.things[sprites[each.holder].thing].state == TIED]
    for each in found:  # each is led by one
        if each in tied:
            continue
        known = nearest.get(each.other)
        if known is None or _apart(sprites, each) < _apart(sprites, known):
            nearest[each.other] = each
    led = [each for each in nearest.values() if each not in several]
    return [*led, *several, *tied, *hoisted]


def is_tied(relation: Relation, scene: Scene) -> bool:
    """Whether a thing is tied to another: a boat to a dock, balloons to a chair."""
    return relation.name in ("next to", "above") and scene.things[relation.subject].state == TIED


def _tied(holder: Sprite, other: Sprite, own: str, name: str) -> tuple[Place, Place]:
    """Where what is tied has its cord, and where that ends on the other one."""
    if own == "balloon":
        return _BALLOON, (0.5, _KNOT)
    rightward = other.middle > holder.middle
    end = (0.5, _POST) if noun(name).grows else (0.15 if rightward else 0.85, _KNOT)
    if own in _LED:
        profile = figure(holder.code) is None and drawing_of(holder.code) in facing()
        return (_NECK if profile else _SITTING_NECK), end
    x = 0.94 if rightward else 0.06
    return (1 - x if holder.mirrored else x, _BOW), end


def _apart(sprites: Sequence[Sprite], tie: Tie) -> float:
    return abs(sprites[tie.holder].middle - sprites[tie.other].middle)


def _tie(
    relation: Relation, scene: Scene, one: tuple[int, Sprite], two: tuple[int, Sprite]
) -> list[Tie]:
    (at, holder), (to, other) = one, two
    name = scene.things[other.thing].noun
    person = noun(scene.things[holder.thing].noun).category in PEOPLE
    if is_tied(relation, scene):
        start, end = _tied(holder, other, scene.things[holder.thing].noun, name)
        return [Tie(at, to, end, start, raised=start == _BALLOON)]
    if relation.name == "flying" and name == "kite" and person:
        return [Tie(at, to, _KITE, raised=True)]
    if relation.name == "holding" and name == "balloon" and person:
        return [Tie(at, to, _BALLOON)]
    if relation.name != "next to" or not is_going(scene, holder.thing):
        return []
    if name in HITCHES:
        return [Tie(at, to, HITCHES[name], None if person else _FLANK)]
    if person and is_going(scene, other.thing) and name in _LED:
        profile = figure(other.code) is None and drawing_of(other.code) in facing()
        return [Tie(at, to, _NECK if profile else _SITTING_NECK)]
    return []


def arms_up(scene: Scene, sprites: Sequence[Sprite]) -> dict[int, tuple[int, ...]]:
    """Indices of sprites that raise arms, and which arms: not one that holds something.

    Waving raises one arm, pointing the one on the target's side.
    """
    found = {}
    for at, sprite in enumerate(sprites):
        most = _RAISING.get(scene.things[sprite.thing].state or "", 0)
        bound = sprite.code.endswith(LAID) or not has_free_arms(sprite)
        looks_out = sprite.part != (0.0, 1.0) and figure(sprite.code) not in (None, "^")
        if not most or bound or not (looks_out or figure(sprite.code) in ARMED):
            continue
        held = {
            other for each in scene.relations for other in each.objects
            if each.name in (*ACTIONS, "holding", *TOUCHING) and each.subject == sprite.thing
        }  # fmt: skip
        busy = {1 if s.middle > sprite.middle else -1 for s in sprites if s.thing in held}
        sides = (1, -1)
        if scene.things[sprite.thing].state == POINTING:
            sides = _sides_towards(scene, sprites, at)
        found[at] = tuple(side for side in sides if side not in busy)[:most]
    return found


def _sides_towards(scene: Scene, sprites: Sequence[Sprite], at: int) -> tuple[int, int]:
    """The side on which is what a sprite's thing is related to, then the other one."""
    mine = sprites[at].thing
    others = {n for each in scene.relations for n in (each.subject, *each.objects)
              if mine in (each.subject, *each.objects)} - {mine}  # fmt: skip
    middles = [sprite.middle for sprite in sprites if sprite.thing in others]
    left = bool(middles) and sum(middles) / len(middles) < sprites[at].middle
    return (-1, 1) if left else (1, -1)


def is_going(scene: Scene, index: int) -> bool:
    """Whether a thing walks."""
    thing = scene.things[index]
    return thing.state in _GOING or thing.noun.endswith(" walking")


def holds_leftward(scene: Scene, subject: Cluster) -> bool:
    """Whether a held thing is drawn pouring to the left."""
    return any(scene.things[sprite.thing].noun in _POURS for sprite in subject.sprites)


def at_hand(relation: Relation, subject: Cluster, *, left: bool) -> Cluster:
    """A figure `left` or right of something, with held things on that side."""
    bodies = [s for s in subject.sprites if s.thing == relation.subject]
    held = [s for s in subject.sprites if s.thing != relation.subject and not s.stands]
    if relation.name != "next to" or not held or len(bodies) + len(held) < len(subject.sprites):
        return subject
    far = sum(s.middle for s in held) / len(held) - sum(s.middle for s in bodies) / len(bodies)
    return mirrored(subject) if far and (far > 0) != left else subject


def towards(
    relation: Relation, scene: Scene, subject: Cluster, target: Cluster, *, left: bool
) -> tuple[Cluster, Cluster]:
    """A pursuer facing its target, and a pursued one facing away.

    `left`: the subject is on the left. Those who run together are unchanged.
    """
    who, what = relation.subject, relation.objects[0]
    if relation.name != "next to" or (is_going(scene, who) and is_going(scene, what)):
        return subject, target
    if {scene.things[index].noun for index in (who, what)} & {*HITCHES}:
        return subject, target
    posed = any(pose_of(each.code) for each in subject.sprites if each.thing == who)
    if posed or scene.things[who].state == LOOKING:
        subject = _looking(subject, who, rightward=left)
    if is_going(scene, who) == is_going(scene, what):
        return subject, target
    runs = [scene.things[index].state == _RUNNING for index in (who, what)]
    if runs[0]:
        subject = _looking(subject, who, rightward=left)
        if is_run_after(scene, what) and all(s.thing == what for s in target.sprites):
            target = _looking(target, what, rightward=left)
    elif runs[1]:
        target = _looking(target, what, rightward=not left)
    return subject, target


def is_run_after(scene: Scene, index: int) -> bool:
    """Whether a figure without own activity is the target of a runner."""
    thing = scene.things[index]
    return (
        thing.state is None
        and (noun(thing.noun).category == "animal" or may_pose(noun(thing.noun)))
        and any(
            each.name == "next to"
            and index in each.objects
            and scene.things[each.subject].state == _RUNNING
            for each in scene.relations
        )
    )


def _looking(cluster: Cluster, thing: int, *, rightward: bool) -> Cluster:
    """Somebody's cluster with them looking to a side, where their drawing looks to one."""
    own = [s for s in cluster.sprites if s.thing == thing and s.code in facing()]
    if not own:
        return cluster
    if len(own) == len(cluster.sprites):
        return Cluster([replace(s, mirrored=rightward) for s in own], cluster.kind)
    return cluster if own[0].mirrored == rightward else mirrored(cluster)


def aligned(relation: Relation, scene: Scene, cluster: Cluster) -> Cluster:
    """A leading or pulling figure facing its direction, with the led thing behind or before it."""
    who, what = relation.subject, relation.objects[0]
    name = scene.things[what].noun
    pulls = name in HITCHES and (
        is_going(scene, who) or noun(scene.things[who].noun).category == "animal"
    )
    leads = name in _LED and is_going(scene, who) and is_going(scene, what)
    if relation.name != "next to" or not (pulls or leads):
        return cluster
    left = cluster.of({who})[0] < cluster.of({what})[0]
    rightward = left if leads and name in _FORWARD else not left
    looks = {who: rightward, what: left if pulls else rightward}
    turned = [
        replace(s, mirrored=looks[s.thing]) if s.thing in looks and s.code in facing() else s
        for s in cluster.sprites
    ]
    return Cluster(turned, cluster.kind)
