"""Relations as positions: on, under, in, behind, around, worn, held, ridden, to a side."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.arranging.carried.carrying import carried
from maskgil.nano.world.arranging.deeds.dining import face_to_face
from maskgil.nano.world.arranging.deeds.juggling import in_an_arc, is_juggled
from maskgil.nano.world.arranging.deeds.leading import (
    HITCHES,
    aligned,
    at_hand,
    holds_leftward,
    towards,
)
from maskgil.nano.world.arranging.deeds.riding import set_riding
from maskgil.nano.world.arranging.deeds.throwing import (
    at_the_feet,
    ball_ahead,
    in_the_air,
    in_the_sky,
    is_hoisted,
    is_played_with,
    is_thrown_in,
    over_the_hand,
    thrown_in,
)
from maskgil.nano.world.arranging.deeds.working import WORKTOPS, at_work, workers
from maskgil.nano.world.arranging.occlusion import BUSTS, put_before, put_behind
from maskgil.nano.world.arranging.pairs import BORNE, SMOKE, RelatedPair, wades
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.belongings import is_dressed, is_shown_by
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.arranging.rows import (
    HANDS,
    RING,
    at_table,
    bed,
    between_copies,
    closed_ranks,
    flanking,
    ring,
    squeezed,
)
from maskgil.nano.world.arranging.spots import Measure, on_spots
from maskgil.nano.world.arranging.supports import (
    gathered,
    is_gathered,
    is_overgrown,
    put_amid,
    put_among,
    put_in,
    put_under,
    set_on,
)
from maskgil.nano.world.arranging.touching import browsed, is_armful, leant, on_shoulders, touching
from maskgil.nano.world.clusters import (
    ALOFT,
    GRID,
    SLOT,
    Cluster,
    Sprite,
    extent,
    floating,
    joint,
    moved,
    snapped,
)
from maskgil.nano.world.nouns import ALIVE, PEOPLE, facing, noun
from maskgil.nano.world.scene import CARRIED, SPOTS, TOUCHING, Relation, Scene, is_piled

# Relations are arranged in this order, what belongs closest together first.
ORDER = (
    "wearing", "with", "reading", "eating", "breathing", "holding", *TOUCHING,
    "on the shoulders of", "riding", "kicking", "throwing", "catching", "hitting", "flying",
    "on", "in",
    *SPOTS, "under", "around", "behind", "in front of", "next to", "between", "above", "below",
    "left of", "right of",
)  # fmt: skip

_PUSHED = (
    "wheelbarrow",
    "stroller",
    "shopping cart",
    "shopping cart full of groceries",
    "lawn mower",
    "wheelchair",
)
"""What has its handle behind, where who is next to it stands."""
_HUNG_FROM = ("branch", "rope", "clothesline", "vine")
_STRUCK = 0.5  # of who hits a ball, how high it is
_FALLING = 0.3  # of what somebody falls from, how far they are above the ground
_BATTERS = ("baseball player", "cricketer", "hockey player")
_BEFORE = 0.75  # of the sun's width, how much of it is beside who it is above
_FLIES = 0.55  # of what is on either side, how high somebody flies there
PUSH = 1  # cells by which hands are on what is pushed
_CLIFFS = (
    "cliff",
    "rock",
    "boulder",
    "mountain",
    "bridge",
    "stone bridge",
    "balcony",
    "castle wall",
)


def combine(
    relation: Relation,
    scene: Scene,
    subject: Cluster,
    others: list[Cluster],
    rng: random.Random,
    measure: Measure,
    tight: bool = False,
) -> Cluster:
    """Combine the subject's and the objects' clusters, laid out by the relation.

    `tight`: without gaps.
    """
    name, target = relation.name, others[0]
    if _has_each_its_own(relation, scene, subject, target):
        return _one_by_one(relation, scene, subject, target, rng, measure)
    subject = closed_ranks(relation, scene, subject, target)
    done = _by_what_is_done(relation, scene, subject, target, rng, measure)
    if done is not None:
        return done
    if name == "between" and (both := face_to_face(relation, scene, subject, target, others[1:])):
        return both
    if name == "between" and len(others) > 1:
        borne = scene.things[relation.subject].noun in BORNE
        return _in_the_middle(subject, target, others[1], rng, tight, borne=borne)
    thing, held = scene.things[relation.subject], {s.thing for s in target.sprites}
    pair = RelatedPair(
        subject,
        target,
        target.of(set(relation.objects) & held),
        noun(thing.noun),
        noun(scene.things[relation.objects[0]].noun),
        rng,
        tight,
        thing.state == "flying",
        thing.state == "jumping",
        thing.state == "climbing" and noun(thing.noun).category == "animal",
        thing.state == "falling",
    )
    if name == "in" and is_gathered(pair, scene, relation):
        return gathered(pair, measure)
    if name in ("on", "in") and is_piled(scene.things[relation.objects[0]]):
        return put_amid(pair, upon=name == "on")
    if name in ("between", "in") and is_overgrown(pair):
        return put_among(pair)
    if name == "next to" and is_played_with(pair, thing.state):
        return at_the_feet(pair)
    if name in ("left of", "right of", "next to"):
        return _at_a_side(relation, scene, pair)
    return _WAYS[name](pair)


def _by_what_is_done(
    relation: Relation,
    scene: Scene,
    subject: Cluster,
    target: Cluster,
    rng: random.Random,
    measure: Measure,
) -> Cluster | None:
    """The clusters of those who work, throw, juggle, touch, carry or are at a spot; else None."""
    name, grouped = relation.name, scene.things[relation.subject].noun in BUSTS
    if name == "behind" and relation.objects[0] in workers(scene) and not grouped:
        return at_work(scene, relation, subject, target)
    if is_thrown_in(relation, scene):
        return thrown_in(relation, subject, target)
    if is_juggled(relation, scene):
        return in_an_arc(relation, subject, target)
    if name in TOUCHING and not is_armful(relation, scene, subject.sprites[0].code):
        return touching(relation, scene, subject, target, rng)
    if name == "on the shoulders of":
        return on_shoulders(relation, scene, subject, target)
    owner = next((s for s in subject.sprites if s.thing == relation.subject), subject.sprites[0])
    if is_shown_by(relation, scene, owner.code) or is_dressed(relation, scene, owner.code):
        return subject
    if name in (*CARRIED, *TOUCHING):
        return carried(relation, scene, subject, target, measure.nearest)
    if name in SPOTS:
        return on_spots(relation, scene, subject, target, measure)
    return None


def _at_a_side(relation: Relation, scene: Scene, pair: RelatedPair) -> Cluster:
    """A thing left or right of another one; by chance where no side is said."""
    beside = relation.name == "next to"
    left = relation.name == "left of" or (beside and pair.rng.random() < 0.5)
    if beside and SMOKE in (pair.who.name, pair.thing.name):
        left = _is_left_at_the_rear(pair, left)
    left = left and not (beside and holds_leftward(scene, pair.subject))
    subject = at_hand(relation, pair.subject, left=left)
    subject = ball_ahead(relation, scene, subject, left=left)
    pair.subject, pair.target = towards(relation, scene, subject, pair.target, left=left)
    both = aligned(relation, scene, _beside(pair, left))
    return browsed(relation, scene, leant(relation, scene, both))


def _has_each_its_own(relation: Relation, scene: Scene, subject: Cluster, target: Cluster) -> bool:
    """Whether as many are on or in as many, with nothing else: "three cats in three baskets"."""
    upon, pair = relation.name in ("on", "in"), (relation.subject, *relation.objects)
    counts = [scene.things[index].count for index in pair]
    alone = [
        [s.thing for s in each.sprites] == [index] * counts[0]
        for each, index in zip((subject, target), pair, strict=False)
    ]
    return upon and len(pair) == 2 and counts[0] == counts[1] > 1 and all(alone)


def _one_by_one(
    relation: Relation, scene: Scene, subject: Cluster, target: Cluster, rng: random.Random,
    measure: Measure,
) -> Cluster:  # fmt: skip
    pairs = [
        combine(relation, scene, Cluster([one], subject.kind), [Cluster([other], target.kind)], rng,
                measure)
        for one, other in zip(subject.sprites, target.sprites, strict=True)
    ]  # fmt: skip
    return Cluster([sprite for each in pairs for sprite in each.sprites], pairs[0].kind)


def _gap(rng: random.Random, tight: bool) -> int:
    """Free cells between what stands side by side."""
    return rng.choice((0, 0, SLOT)) * (not tight)


def _beside(pair: RelatedPair, left: bool) -> Cluster:
    whole, gap = pair.target.extent(), _gap(pair.rng, pair.tight)
    if pair.thing.name in HITCHES and len(pair.subject.sprites) > 1:
        room = GRID - SLOT - (whole[2] - whole[0])
        pair.subject = Cluster(squeezed(pair.subject.sprites, room), pair.subject.kind)
    mine = pair.mine
    if _is_swung_at(pair):
        rise = snapped(pair.height * _STRUCK)
        pair.target = Cluster(floating(moved(pair.target.sprites, 0, -rise)), pair.target.kind)
    gap -= PUSH * any(
        (pose := pose_of(s.code)) and pose.name == "pushing" for s in pair.subject.sprites
    )
    dx = whole[0] - gap - mine[2] if left else whole[2] + gap - mine[0]
    high = [cluster.kind in ALOFT for cluster in (pair.subject, pair.target)]
    dy = whole[3] - mine[3]
    if high[0] != high[1]:
        dy = snapped((whole[1] + whole[3] - mine[1] - mine[3]) / 2)
    target = pair.target.sprites
    if pair.falls:
        rise = max(SLOT, snapped(_FALLING * (whole[3] - whole[1])))
        pair.subject = Cluster(floating(moved(pair.subject.sprites, 0, -rise)), pair.subject.kind)
    if pair.thing.name in _PUSHED and pair.who.category in PEOPLE:
        target = [
            replace(each, mirrored=left) if each.code in facing() else each for each in target
        ]
    both = target + moved(pair.subject.sprites, dx, dy)
    return Cluster(both, joint(pair.subject, pair.target))


def _is_swung_at(pair: RelatedPair) -> bool:
    """Whether somebody is about to hit a ball, which is in the air."""
    lunges = any((pose := pose_of(s.code)) and pose.name == "lunging" for s in pair.subject.sprites)
    return (lunges or pair.who.name in _BATTERS) and pair.thing.category == "sport"


def _is_left_at_the_rear(pair: RelatedPair, left: bool) -> bool:
    """Whether smoke beside what goes somewhere leaves the subject of the pair to the left."""
    smoke = pair.who.name == SMOKE
    goes = (pair.target if smoke else pair.subject).sprites[0]
    return goes.mirrored == smoke if goes.code in facing() else left


def _in_the_middle(
    subject: Cluster, target: Cluster, second: Cluster, rng: random.Random, tight: bool, *,
    borne: bool = False,
) -> Cluster:  # fmt: skip
    """One thing between two others; `borne`: carried by those if they are people."""
    mine, whole = subject.extent(), target.extent()
    borne &= all(figure(each.sprites[0].code) is not None for each in (target, second))
    rise = round(HANDS * (whole[3] - whole[1])) if borne else _raised_between(subject, target)
    inner = moved(subject.sprites, whole[2] + _gap(rng, tight or borne) - mine[0], -rise)
    inner = floating(inner) if rise else inner
    right = extent(inner)[2] + _gap(rng, tight or borne) - second.extent()[0]
    sprites = target.sprites + inner + moved(second.sprites, right, 0)
    return Cluster(sprites, joint(subject, target, second))


def _raised_between(subject: Cluster, target: Cluster) -> int:
    """How far up somebody flies between what stands on the ground."""
    flies = all((pose := pose_of(s.code)) and pose.name == "flying" for s in subject.sprites)
    _, top, _, foot = target.extent()
    return round((foot - top) * _FLIES) if flies else 0


def _above(pair: RelatedPair) -> Cluster:
    if pair.subject.kind == "r":
        return _arched(pair)
    if pair.subject.kind == "c" and len(pair.subject.sprites) == 1 and pair.thing.category in ALIVE:
        return _overhead(pair)
    gap = 0 if pair.jumps else _gap(pair.rng, pair.tight)
    dy = pair.target.extent()[1] - gap - pair.mine[3]
    lifted = floating(moved(pair.subject.sprites, pair.centred(), dy))
    return pair.joined(pair.target.sprites + lifted)


def _overhead(pair: RelatedPair) -> Cluster:
    """The moon in the sky before who looks up at it; who is drawn from the side looks that way."""
    whole, wide = pair.target.extent(), snapped((pair.mine[2] - pair.mine[0]) * _BEFORE)
    ahead = any(sprite.mirrored for sprite in pair.target.sprites)
    dx = whole[2] + wide - pair.mine[2] if ahead else whole[0] - wide - pair.mine[0]
    lifted = floating(moved(pair.subject.sprites, dx, whole[1] + SLOT - pair.mine[3]))
    return pair.joined(pair.target.sprites + lifted)


def _arched(pair: RelatedPair) -> Cluster:
    """A rainbow behind what it is over, more than half of it higher."""
    dx = pair.centred() + SLOT * pair.rng.choice((-1, 1))
    dy = pair.box[1] - pair.mine[1] - snapped(pair.height * 0.6)
    dy = max(dy, pair.box[3] - (GRID - SLOT) - pair.mine[1])
    return pair.joined(floating(moved(pair.subject.sprites, dx, dy)) + pair.target.sprites)


def _below(pair: RelatedPair) -> Cluster:
    dy = pair.target.extent()[3] + _gap(pair.rng, pair.tight) - pair.mine[1]
    dx, over = pair.centred(), pair.target.sprites[0]
    if pair.thing.name in _HUNG_FROM and pair.who.category in ALIVE:
        long = over.height > 2 * over.width  # a rope, of which some is above them
        dy = pair.box[1] + snapped(pair.tall * (0.42 if long else 0.6)) - pair.mine[1]
        hung = floating(moved(pair.subject.sprites, dx, dy))
        rope = floating(pair.target.sprites)
        return Cluster([*rope, *hung] if long else [*hung, *rope], pair.target.kind)
    if pair.thing.name in _CLIFFS and any(pose_of(each.code) for each in pair.subject.sprites):
        dy = pair.box[1] + snapped(pair.tall * 0.1) - pair.mine[1]
        return pair.joined(pair.target.sprites + floating(moved(pair.subject.sprites, dx, dy)))
    if is_hoisted(pair.who, pair.thing):
        dy += SLOT
    if pair.who.name == SMOKE:  # at the foot of what is drawn aslant
        dy = pair.target.extent()[3] - SLOT - pair.mine[1]
        dx += (over.code in facing()) * (-1 if over.mirrored else 1) * snapped(over.width / 4)
    lower = moved(pair.subject.sprites, dx, dy)
    return Cluster(floating(pair.target.sprites) + lower, joint(pair.subject))


def _around(pair: RelatedPair) -> Cluster:
    """The subject's copies on a ring round the target, those behind it first, each with its own."""
    sprites = pair.subject.sprites
    main = next((each for each in sprites if each.stands), sprites[0]).thing
    copies = [each for each in sprites if each.thing == main]
    if len(sprites) % len(copies):
        copies = sprites
    if pair.thing.name in WORKTOPS and pair.who.category in (*PEOPLE, "furniture"):
        rows = at_table(copies, pair.box)
    elif pair.subject.kind == "g" and wades(pair.thing, pair.who) and len(copies) > 2:
        reach = copies[0].width  # flowers about a house
        rows = [], bed(copies, pair.box[0] - reach, pair.box[2] + reach, pair.box[3])
    elif pair.subject.kind == "g" and pair.tall > copies[0].height and len(copies) <= RING:
        rows = flanking(copies, pair.box)
    else:
        turn = pair.rng.uniform(-0.5, 0.5) * math.pi / len(copies)
        rows = ring(copies, pair.box, turn, floats=pair.subject.kind != "g")
    first = copies[0]
    own, rank = list[Sprite](), sorted(copies, key=_left).index(first)
    for other in {each.thing for each in sprites} - {main}:
        theirs = sorted((each for each in sprites if each.thing == other), key=_left)
        many = len(theirs) // len(copies)
        own += theirs[rank * many : (rank + 1) * many]
    back, front = (
        [
            each
            for copy in row
            for each in (
                copy,
                *moved(own, copy.left - first.left, round(copy.bottom - first.bottom)),
            )
        ]
        for row in rows
    )
    return Cluster(back + pair.target.sprites + front, joint(pair.target))


def _left(sprite: Sprite) -> float:
    return sprite.left


_WAYS: dict[str, Callable[[RelatedPair], Cluster]] = {
    "between": between_copies, "above": _above, "below": _below, "on": set_on, "in": put_in,
    "riding": set_riding, "under": put_under, "behind": put_behind, "in front of": put_before,
    "around": _around, "throwing": in_the_air, "catching": in_the_air, "hitting": over_the_hand,
    "flying": in_the_sky, "kicking": at_the_feet,
}  # fmt: skip
