"""Touching figures: distance and facing for hugging, holding hands, petting."""

# Units are cells; y grows downward. Shares are of the narrower one's width.

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from maskgil.nano.world.arranging.carried.carrying import ARMFUL
from maskgil.nano.world.arranging.pairs import is_open_below
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.clusters import GRID, Box, Cluster, Sprite, floating, joint, mirrored, moved
from maskgil.nano.world.nouns import facing, noun
from maskgil.nano.world.scene import TOUCHING, Relation, Scene

_OVERLAPS = {"hugging": 0.3, "kissing": 0.3, "petting": 0.15, "arm in arm with": 0.15,
             "leaning on": 0.25, "whispering to": 0.25}  # fmt: skip
"""By how much two overlap; others stand edge to edge, and only their hands meet."""
_HEADLONG, _ARMLESS = 0.4, 0.8
"""As much of that for who is seen from the side, whose head is in front; where nobody has arms."""
_CLASPED = ("hugging", "kissing")
_IN_ARMS = 0.5  # of who hugs it: what is no larger is in their arms
_ROUND_THE_TRUNK = 0.05  # the share of who hugs a tree that is beyond its middle
_INTO_THE_CROWN, _INTO, _TILTED = 0.4, 0.16, 0.06
"""How far what leans is from a side: shares of the width of a tree, of all else, of its height."""
_TO_THE_TRUNK, _CROWN = 0.5, 0.5  # the same of what is lower than a crown, from that height on
_IN_A_TREE = ("tree house",)  # whose walls are as far inside as a crown's leaves
_UNDER_THE_ROOF = 0.25  # the same of a building, whose roof is wider below
_ASLANT = 0.3  # cells sidewise, of each cell of what leans above what it leans against
_REACHES_UP = 0.1  # of a tree, the size of who eats from it standing
_INTO_LEAVES = 0.25  # of a tree's width, how far the mouth is within that eats from it
_TRUNK = 0.06  # of a tree's width, from its middle to the mouth of who gnaws at it
_SMALL = 6  # cells of drawings that are made no smaller for a row of them to have room
_APART = 2  # cells between two drawings that still touch: what is not filled of their boxes


def is_mutual(relation: Relation) -> bool:
    """Whether copies of one thing do it to each other: "two bears hugging"."""
    return relation.name in TOUCHING and relation.subject in relation.objects


def is_armful(relation: Relation, scene: Scene, code: str) -> bool:
    """Whether the hugged one is held in both arms by a figure of the drawing `code`: a baby."""
    hugged = scene.things[relation.objects[0]]
    one, other = noun(hugged.noun), noun(scene.things[relation.subject].noun)
    small = one.size <= _IN_ARMS * other.size
    return (
        relation.name in _CLASPED
        and not is_mutual(relation)
        and small
        and hugged.count == 1
        and figure(code) not in (None, "^")
    )


def is_held_before(relation: Relation, scene: Scene, holder: Sprite) -> bool:
    """Whether an animate thing is held before the holder's chest."""
    kind, held = figure(holder.code), noun(scene.things[relation.objects[0]].noun)
    both_arms = kind not in (None, "^") and not pose_of(holder.code)
    return relation.name == "holding" and held.category in ARMFUL and both_arms


def touching(
    relation: Relation, scene: Scene, subject: Cluster, target: Cluster, rng: random.Random
) -> Cluster:
    """Two figures side by side at the relation's distance, the smaller one in front."""
    mine, other = relation.subject, relation.objects[0]
    to_the_left = rng.random() < 0.5
    subject = _turned(subject, mine, at_the_right=to_the_left)
    target = _turned(target, other, at_the_right=not to_the_left)
    one, two = subject.of({mine}), target.of({other})
    grown = noun(scene.things[other].noun).grows and two[3] - two[1] > one[3] - one[1]
    if grown:
        middle = (two[0] + two[2]) / 2
        beyond = _ROUND_THE_TRUNK * (one[2] - one[0])
        dx = middle + beyond - one[2] if to_the_left else middle - beyond - one[0]
    else:
        widths = [s.width for s in (*subject.sprites, *target.sprites) if s.thing in (mine, other)]
        clusters = ((subject, mine), (target, other))
        codes = [next(s.code for s in c.sprites if s.thing == n) for c, n in clusters]
        share = _overlap_of(relation.name, codes)
        close = round(share * min(widths))
        dx = two[0] + close - one[2] if to_the_left else two[2] - close - one[0]
    placed = moved(subject.sprites, round(dx), two[3] - one[3])
    behind = one[3] - one[1] > two[3] - two[1] and not grown
    both = [*placed, *target.sprites] if behind else [*target.sprites, *placed]
    return Cluster(both, joint(subject, target))


def leant(relation: Relation, scene: Scene, cluster: Cluster) -> Cluster:
    """A leaning thing whose upper end touches its support."""
    mine, other = relation.subject, relation.objects[0]
    two = {sprite.thing for sprite in cluster.sprites} == {mine, other}
    if scene.things[mine].state != "leaning" or not two:
        return cluster
    one, what = cluster.of({mine}), cluster.of({other})
    to_the_left = one[0] < what[0]
    crown = noun(scene.things[other].noun).grows or scene.things[other].noun in _IN_A_TREE
    low = one[3] - one[1] < _CROWN * (what[3] - what[1])
    built = noun(scene.things[other].noun).category == "building"
    into = _UNDER_THE_ROOF if built else _INTO
    share = (_TO_THE_TRUNK if low else _INTO_THE_CROWN) if crown else into
    near = share * (what[2] - what[0])
    higher = max(0.0, what[1] - one[1])
    close = round(near - _TILTED * (one[3] - one[1]) + _ASLANT * higher)
    dx = what[0] + close - one[2] if to_the_left else what[2] - close - one[0]
    own = [s for s in cluster.sprites if s.thing == mine]
    rest = [s for s in cluster.sprites if s.thing == other]
    return Cluster([*rest, *moved(own, round(dx), 0)], cluster.kind)


def is_browsing(relation: Relation, scene: Scene) -> bool:
    """Whether an animal eats from what it is beside: leaves of a tree."""
    who, tree = (noun(scene.things[n].noun) for n in (relation.subject, relation.objects[0]))
    eats = any(
        each.subject == relation.subject
        and each.name == "eating"
        and noun(scene.things[each.objects[0]].noun).category in ("plant", "fruit")
        for each in scene.relations
    )
    high = tree.grows and tree.category == "plant" and tree.size > 1
    reaches = who.category == "animal" and who.size > _REACHES_UP * tree.size
    return relation.name == "next to" and eats and high and reaches


def browsed(relation: Relation, scene: Scene, cluster: Cluster) -> Cluster:
    """An animal eating from a tree, with its mouth among the leaves."""
    mine, other = relation.subject, relation.objects[0]
    if not is_browsing(relation, scene):
        return _at_the_trunk(relation, scene, cluster)
    eaten = {
        n
        for each in scene.relations
        if (each.subject, each.name) == (mine, "eating")
        for n in each.objects
    }
    if {sprite.thing for sprite in cluster.sprites} != {mine, other, *eaten}:
        return cluster
    one, tree = cluster.of({mine, *eaten}), cluster.of({other})
    near = round(_INTO_LEAVES * (tree[2] - tree[0])) + round(
        one[2] - one[0] - (cluster.of({mine})[2] - cluster.of({mine})[0])
    )
    dx = tree[0] + near - one[2] if one[0] < tree[0] else tree[2] - near - one[0]
    rest = [s for s in cluster.sprites if s.thing == other]
    own = [s for s in cluster.sprites if s.thing != other]
    return Cluster([*rest, *moved(own, round(dx), 0)], cluster.kind)


def _at_the_trunk(relation: Relation, scene: Scene, cluster: Cluster) -> Cluster:
    """An animal that bends to a tree, with its mouth at the trunk."""
    who, tree = (noun(scene.things[n].noun) for n in (relation.subject, relation.objects[0]))
    gnaws = scene.things[relation.subject].state == "bending" and who.category == "animal"
    alone = len(cluster.sprites) == 2
    if not (gnaws and alone and is_open_below(tree) and tree.size > who.size):
        return cluster
    one, trunk = sorted(cluster.sprites, key=lambda s: s.thing != relation.subject)
    left = one.middle < trunk.middle
    edge = trunk.middle + (-1 if left else 1) * _TRUNK * trunk.width
    dx = round(edge - (one.left + one.width if left else one.left))
    turned = replace(one, left=one.left + dx, mirrored=left and one.code in facing())
    return Cluster([trunk, turned], cluster.kind)


def _overlap_of(name: str, codes: Sequence[str]) -> float:
    """By how much drawings of two who touch overlap: none hides the other's head."""
    share = _OVERLAPS.get(name, 0.0)
    if not any(figure(code) is None and code in facing() for code in codes):
        return share
    seen = name == "kissing" or any(figure(code) for code in codes)
    return share * (_HEADLONG if seen else _ARMLESS)


def _turned(cluster: Cluster, thing: int, *, at_the_right: bool) -> Cluster:
    """The cluster with a thing at an edge of it, and looking that way if it is alone there."""
    left, _, right, _ = cluster.extent()
    box = cluster.of({thing})
    aside = box[0] + box[2] - left - right
    if len({s.thing for s in cluster.sprites if s.stands}) > 1 and aside:
        return mirrored(cluster) if (aside > 0) != at_the_right else cluster
    own = next(s for s in cluster.sprites if s.thing == thing)
    ahead = own.code in facing() and own.mirrored != at_the_right
    return mirrored(cluster) if ahead else cluster


def on_shoulders(relation: Relation, scene: Scene, subject: Cluster, target: Cluster) -> Cluster:
    """A figure on another's shoulders, behind the head, with hips and legs hidden."""
    one, two = subject.of({relation.subject}), target.of(set(relation.objects))
    dx = round((two[0] + two[2] - one[0] - one[2]) / 2)
    dy = round(two[1] + (1 - _CHEST) * (one[3] - one[1])) - one[3]
    rider = [
        replace(each, part=(each.part[0], _HIPS)) if each.thing == relation.subject else each
        for each in floating(moved(subject.sprites, dx, dy))
    ]
    return Cluster([*rider, *target.sprites], target.kind)


def closer(relation: Relation, cluster: Cluster) -> Cluster:
    """Two figures among others moved together so that they touch."""
    ends = {relation.subject, *relation.objects}
    if not ends <= {sprite.thing for sprite in cluster.sprites}:
        return cluster
    boxes = sorted(cluster.of({thing}) for thing in ends)
    gap = boxes[1][0] - boxes[0][2]
    between = any(boxes[0][2] <= s.left < boxes[1][0] for s in cluster.sprites if s.stands)
    if between or gap < 0:
        return cluster
    width = min(sprite.width for sprite in cluster.sprites if sprite.thing in ends)
    dx = gap + round(_OVERLAPS.get(relation.name, 0.0) * width)
    beyond = [s for s in cluster.sprites if s.left >= boxes[1][0]]
    rest = [s for s in cluster.sprites if s.left < boxes[1][0]]
    return Cluster([*rest, *moved(beyond, -dx, 0)], cluster.kind)


def closed_up(relation: Relation, cluster: Cluster) -> Cluster:
    """Copies of one thing on a line, touching each other, the left ones facing right."""
    ordered = sorted(cluster.sprites, key=lambda sprite: sprite.left)
    width = ordered[0].width
    share = _overlap_of(relation.name, [ordered[0].code])
    step = width - round(share * width)
    if max(width, ordered[0].height) <= _SMALL:
        step = min(step, (GRID - width) // max(1, len(ordered) - 1))
    foot = max(sprite.bottom for sprite in ordered)
    lined = [
        replace(
            each,
            left=ordered[0].left + place * step,
            bottom=foot,
            mirrored=each.code in facing() and 2 * place + 1 < len(ordered),
        )
        for place, each in enumerate(ordered)
    ]
    return Cluster(lined, cluster.kind)


_REACHES = {
    "hugging": "round", "kissing": "round", "petting": "onto", "holding hands with": "low",
    "shaking hands with": "middle", "arm in arm with": "middle", "high fiving": "high",
    "leaning on": "shoulder", "whispering to": "mouth", "dancing with": "high",
    "fighting with": "", "arguing with": "",
}  # fmt: skip
_LEANS = {"hugging": 0.03, "kissing": 0.05, "petting": 0.04, "leaning on": 0.12,
          "whispering to": 0.06, "dancing with": -0.08, "fighting with": 0.06}  # fmt: skip
"""By how much of their height they lean to each other, or the one who does it to the other."""
SIGNS = {
    "kissing": "heart",
    "dancing with": "musical notes",
    "fighting with": "explosion",
    "arguing with": "speech bubble",
}
"""What comics have over those who touch so."""
_ONE_SIDED = ("petting", "leaning on", "whispering to")
_HIPS, _CHEST = 0.62, 0.5  # rows of who sits on shoulders: hidden below; at the other's crown


def reach_of(name: str) -> str:
    """Where arms of touching figures go: round the other, onto it, to meeting hands.

    "" if the pose shows it.
    """
    return _REACHES[name]


def leans(scene: Scene, sprites: Sequence[Sprite]) -> dict[int, float]:
    """Sprite indices that lean towards a touched figure, and their lean to the right."""
    found: dict[int, float] = {}
    for relation, left, right in pairs(scene, sprites):
        lean = _LEANS.get(relation.name, 0.0)
        for at, way in ((left, 1), (right, -1)):
            own = sprites[at]
            alone = relation.name in _ONE_SIDED and own.thing != relation.subject
            if not (alone or figure(own.code) is None):
                found[at] = found.get(at, 0.0) + way * lean
    return {at: lean for at, lean in found.items() if lean}


def reaches(scene: Scene, sprites: Sequence[Sprite]) -> dict[int, tuple[int, ...]]:
    """Sprite indices with outstretched arms, and their sides."""
    found: dict[int, tuple[int, ...]] = {}
    for relation, left, right in pairs(scene, sprites):
        if not reach_of(relation.name):
            continue
        both = relation.name not in _ONE_SIDED
        for at, side in ((left, 1), (right, -1)):
            if both or sprites[at].thing == relation.subject:
                found[at] = (*found.get(at, ()), side)
    for _, holder, _ in held(scene, sprites):
        found[holder] = (-1, 1)
    return found


def held(scene: Scene, sprites: Sequence[Sprite]) -> list[tuple[Relation, int, int]]:
    """Pairs of sprite indices: holder and figure held in both arms."""
    found = []
    for relation in scene.relations:
        for at, sprite in enumerate(sprites[1:]):
            holder = sprites[at]
            if sprite.thing in relation.objects and holder.thing == relation.subject and (
                is_armful(relation, scene, holder.code) or is_held_before(relation, scene, holder)
            ):  # fmt: skip
                found.append((relation, at, at + 1))
    return found


def shouldered(scene: Scene, sprites: Sequence[Sprite]) -> list[tuple[int, int]]:
    """Pairs of sprite indices: carried on shoulders and carrier."""
    return [
        (at, other)
        for relation in scene.relations
        if relation.name == "on the shoulders of"
        for at, rider in enumerate(sprites)
        for other, carrier in enumerate(sprites)
        if rider.thing == relation.subject
        and carrier.thing in relation.objects
        and abs(rider.middle - carrier.middle) <= _APART
    ]


def pairs(scene: Scene, sprites: Sequence[Sprite]) -> list[tuple[Relation, int, int]]:
    """Pairs of sprite indices of touching figures, the left one first."""
    found = []
    for relation in scene.relations:
        if relation.name not in TOUCHING:
            continue
        code = next((s.code for s in sprites if s.thing == relation.subject), "")
        if is_armful(relation, scene, code):
            continue
        subjects, objects = {relation.subject}, set(relation.objects)
        those = [at for at, s in enumerate(sprites) if s.thing in subjects | objects]
        those.sort(key=lambda at: sprites[at].middle)
        for left, right in pairwise(those):
            ends = sprites[left].thing, sprites[right].thing
            joined = is_mutual(relation) or (ends[0] in subjects) != (ends[1] in subjects)
            if joined and _meet(sprites[left].box, sprites[right].box):
                found.append((relation, left, right))
    return found


def _meet(one: Box, other: Box) -> bool:
    across = max(one[0], other[0]) - min(one[2], other[2])
    return across <= _APART and min(one[3], other[3]) > max(one[1], other[1])
