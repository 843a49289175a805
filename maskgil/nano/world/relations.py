"""How things stand to each other: on, under, in, behind, around, worn, held, ridden, to a side."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from maskgil.nano.world.arranging.carrying import PERSON, Fit, carried
from maskgil.nano.world.arranging.rows import parted, ring, room_for_line, squeezed
from maskgil.nano.world.arranging.touching import is_armful, on_shoulders, touching
from maskgil.nano.world.clusters import (
    ALOFT,
    GRID,
    SLOT,
    Box,
    Cluster,
    Sprite,
    extent,
    floating,
    joint,
    kind_of,
    moved,
    slots_up,
    snapped,
)
from maskgil.nano.world.nouns import Noun, facing, noun
from maskgil.nano.world.scene import CARRIED, TOUCHING, Relation, Scene, is_piled

# Relations are arranged in this order, what belongs closest together first.
ORDER = (
    "wearing", "with", "reading", "eating", "breathing", "holding", *TOUCHING,
    "on the shoulders of", "riding", "kicking", "throwing", "catching", "flying", "on", "in",
    "under", "around", "behind", "in front of", "next to", "between", "above", "below", "left of",
    "right of",
)  # fmt: skip
# The longer side of what is on, in … another, as a share of the other's: least and most.
SHARES = {
    "on": (0.6, 0.9), "in": (0.6, 0.9), "riding": (0.8, 1.05), "around": (0.5, 0.7),
}  # fmt: skip
_SOLID = ("furniture", "building", "structure", "vehicle", "household", "music", "appliance")

_FLOWN = ("broom",)  # what stands on the ground, and flies with who rides on it
_SLATTED = ("fence", "gate")  # behind which nothing but what is higher can be made out
_ENTERED = ("tunnel", "cave", "igloo", "tent", "archway")  # on whose ground who is in them is seen
_SUNK, _LYING, _TUCKED = 0.35, 0.2, 0.5
"""Of its height, how much is hidden of who is in a container, what is in it, who is in bed."""
SWUM_IN = ("aquarium", "empty aquarium", "fish bowl")
"""What is full of water, in the middle of which who is in it swims."""
SMOKE = "puff of smoke"
"""What comes from behind a vehicle, and from the foot of a rocket."""
_RIPPLES = "ripples"
_WADING = 1 / 3  # of who is in ripples, as much as is under water at most
_SEEN_THROUGH = ("birdcage", "jar", "glass of water", "crib", "snow globe", "hammock")
_PERCH = 0.5  # of the height at which a tree's fruit hangs, where who is in it sits
LIVING = ("person", "people", "animal")
SEATS = frozenset(
    ("bench", "couch", "sofa", "armchair", "chair", "stool", "rocking chair", "beach chair",
     "swing", "seat", "throne", "log", "stump", "rock", "boulder", "picnic blanket", "staircase")
)  # fmt: skip
"""What somebody sits on."""
_PEOPLE = ("person", "people")
_PUSHED = ("wheelbarrow", "stroller", "shopping cart", "lawn mower")
"""What has its handle behind, where who is next to it stands."""
_COVERING = 0.7  # of the width of what is behind: what is wider would hide it
_TABLEWARE = 0.8  # metres: what is under something so small is below it


@dataclass
class _Pair:
    """A subject and what it stands to."""

    subject: Cluster
    target: Cluster
    box: Box  # of the relation's objects within the target
    who: Noun
    thing: Noun  # the first object
    rng: random.Random
    tight: bool = False  # without gaps

    @property
    def mine(self) -> Box:
        return self.subject.extent()

    @property
    def height(self) -> float:
        return self.mine[3] - self.mine[1]

    @property
    def tall(self) -> float:
        return self.box[3] - self.box[1]

    def centred(self) -> int:
        """How far the subject moves to stand at the object's middle."""
        return snapped((self.box[0] + self.box[2] - self.mine[0] - self.mine[2]) / 2)

    def aside(self) -> int:
        """How far the subject moves from there to be beside the object's trunk."""
        spare = self.box[2] - self.box[0] - self.mine[2] + self.mine[0]
        return self.rng.choice((-1, 1)) * max(0, snapped(spare * 0.35))

    def off_the_middle(self) -> int:
        """How far the subject moves from there so that both are seen, to a side by chance."""
        widths = self.box[2] - self.box[0], self.mine[2] - self.mine[0]
        room = max(0, (GRID - SLOT - sum(widths) / 2) // SLOT * SLOT)
        return self.rng.choice((-1, 1)) * round(min(room, snapped(max(widths) / 2)))

    def joined(self, sprites: list[Sprite]) -> Cluster:
        return Cluster(sprites, joint(self.target))


def is_open_below(thing: Noun) -> bool:
    """Whether something has room between its legs."""
    return "under" in dict(thing.anchors)


def is_closed_below(thing: Noun) -> bool:
    """Whether what is under it has no room to be seen there, and looks out before it."""
    solid = thing.category in _SOLID and thing.size > _TABLEWARE
    return solid and not is_open_below(thing) and kind_of(thing) != "w"


def combine(
    relation: Relation,
    scene: Scene,
    subject: Cluster,
    others: list[Cluster],
    rng: random.Random,
    fit: Fit,
    tight: bool = False,
) -> Cluster:
    """The subject's cluster and the objects' as one, arranged as the relation says.

    `tight`: without gaps.
    """
    name, target = relation.name, others[0]
    if name in ("on", "in"):
        left, _, right, _ = target.of(set(relation.objects) & {s.thing for s in target.sprites})
        if len({(sprite.thing, sprite.bottom) for sprite in subject.sprites}) == 1:
            top = noun(scene.things[relation.objects[0]].noun).anchor("on", 1.0)
            room = room_for_line(name, right - left, top)
            bunch = name == "in" and noun(scene.things[relation.subject].noun).grows
            subject = Cluster(squeezed(subject.sprites, room, bunch=bunch), subject.kind)
    if name in TOUCHING and not is_armful(relation, scene, subject.sprites[0].code):
        return touching(relation, scene, subject, target, rng)
    if name == "on the shoulders of":
        return on_shoulders(relation, scene, subject, target)
    if name in (*CARRIED, *TOUCHING):
        return carried(relation, scene, subject, target, fit)
    if name == "between" and len(others) > 1:
        return _in_the_middle(subject, target, others[1], rng, tight)
    held = {s.thing for s in target.sprites}
    pair = _Pair(
        subject,
        target,
        target.of(set(relation.objects) & held),
        noun(scene.things[relation.subject].noun),
        noun(scene.things[relation.objects[0]].noun),
        rng,
        tight,
    )
    if name in ("on", "in") and is_piled(scene.things[relation.objects[0]]):
        return _amid(pair, upon=name == "on")
    if name in ("left of", "right of", "next to"):
        left = name == "left of" or (name == "next to" and rng.random() < 0.5)
        if name == "next to" and SMOKE in (pair.who.name, pair.thing.name):
            left = _is_left_at_the_rear(pair, left)
        return _beside(pair, left)
    return _WAYS[name](pair)


def _gap(rng: random.Random, tight: bool) -> int:
    """Free cells between what stands side by side."""
    return rng.choice((0, 0, SLOT)) * (not tight)


def _beside(pair: _Pair, left: bool) -> Cluster:
    whole, mine, gap = pair.target.extent(), pair.mine, _gap(pair.rng, pair.tight)
    dx = whole[0] - gap - mine[2] if left else whole[2] + gap - mine[0]
    high = [cluster.kind in ALOFT for cluster in (pair.subject, pair.target)]
    dy = whole[3] - mine[3]
    if high[0] != high[1]:
        dy = snapped((whole[1] + whole[3] - mine[1] - mine[3]) / 2)
    target = pair.target.sprites
    if pair.thing.name in _PUSHED and pair.who.category in _PEOPLE:
        target = [
            replace(each, mirrored=left) if each.code in facing() else each for each in target
        ]
    both = target + moved(pair.subject.sprites, dx, dy)
    return Cluster(both, joint(pair.subject, pair.target))


def _is_left_at_the_rear(pair: _Pair, left: bool) -> bool:
    """Whether smoke beside what goes somewhere leaves the subject of the pair to the left."""
    smoke = pair.who.name == SMOKE
    goes = (pair.target if smoke else pair.subject).sprites[0]
    return goes.mirrored == smoke if goes.code in facing() else left


def _in_the_middle(
    subject: Cluster, target: Cluster, second: Cluster, rng: random.Random, tight: bool
) -> Cluster:
    mine = subject.extent()
    inner = moved(subject.sprites, target.extent()[2] + _gap(rng, tight) - mine[0], 0)
    right = extent(inner)[2] + _gap(rng, tight) - second.extent()[0]
    sprites = target.sprites + inner + moved(second.sprites, right, 0)
    return Cluster(sprites, joint(subject, target, second))


def _between(pair: _Pair) -> Cluster:
    """The subject in a gap that the target's copies open."""
    middle = (pair.box[0] + pair.box[2]) / 2
    half = snapped((pair.mine[2] - pair.mine[0]) / 2) + SLOT * (not pair.tight)
    parted = [
        replace(s, left=s.left + (-half if s.left + s.width / 2 < middle else half))
        for s in pair.target.sprites
    ]
    inner = moved(pair.subject.sprites, pair.centred(), pair.box[3] - pair.mine[3])
    return Cluster(parted + inner, joint(pair.subject, pair.target))


def _above(pair: _Pair) -> Cluster:
    if pair.subject.kind == "r":
        return _arched(pair)
    dy = pair.target.extent()[1] - _gap(pair.rng, pair.tight) - pair.mine[3]
    lifted = floating(moved(pair.subject.sprites, pair.centred(), dy))
    return pair.joined(pair.target.sprites + lifted)


def _arched(pair: _Pair) -> Cluster:
    """A rainbow behind what it is over, more than half of it higher."""
    dx = pair.centred() + SLOT * pair.rng.choice((-1, 1))
    dy = pair.box[1] - pair.mine[1] - snapped(pair.height * 0.6)
    dy = max(dy, pair.box[3] - (GRID - SLOT) - pair.mine[1])
    return pair.joined(floating(moved(pair.subject.sprites, dx, dy)) + pair.target.sprites)


def _below(pair: _Pair) -> Cluster:
    dy = pair.target.extent()[3] + _gap(pair.rng, pair.tight) - pair.mine[1]
    dx, over = pair.centred(), pair.target.sprites[0]
    if pair.who.name == SMOKE:  # at the foot of what is drawn aslant
        dy = pair.target.extent()[3] - SLOT - pair.mine[1]
        dx += (over.code in facing()) * (-1 if over.mirrored else 1) * snapped(over.width / 4)
    lower = moved(pair.subject.sprites, dx, dy)
    return Cluster(floating(pair.target.sprites) + lower, joint(pair.subject))


def _on(pair: _Pair) -> Cluster:
    beast = pair.thing.category == "animal"
    top = pair.thing.anchor("on", pair.thing.anchor("ride", 0.1) if beast else 0.1)
    base = pair.box[1] + slots_up(pair.tall * top)
    spare = pair.box[2] - pair.box[0] - (pair.mine[2] - pair.mine[0])
    room = max(0, int(spare * (0.3 if pair.thing.name in SEATS else 0.8)) // 2)
    room = 0 if pair.thing.category == "building" or beast else room  # roofs slope
    dx = pair.centred() + snapped(pair.rng.randint(-room, room)) + _behind_the_head(pair)
    seated = floating(moved(pair.subject.sprites, dx, base - pair.mine[3]))
    return pair.joined(pair.target.sprites + seated)


def _in(pair: _Pair) -> Cluster:
    """Contents before the container's upper part, its lower part drawn over them.

    What is in a tree is before its crown.
    """
    rim = pair.thing.anchor("in", 0.55)
    if pair.thing.name in _ENTERED:
        dx, dy = pair.centred(), pair.box[3] - pair.mine[3]
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, dx, dy))
    if pair.thing.name in SWUM_IN:
        middle = pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]
        swimming = floating(moved(pair.subject.sprites, pair.centred(), round(middle / 2)))
        return pair.joined(pair.target.sprites + swimming)
    if pair.thing.grows:
        rim *= _PERCH if pair.who.category in LIVING else 1.0
        base = pair.box[1] + slots_up(pair.tall * rim)
        perched = floating(moved(pair.subject.sprites, pair.centred(), base - pair.mine[3]))
        return pair.joined(pair.target.sprites + perched)
    row = max(sprite.height for sprite in pair.subject.sprites)
    opaque = pair.thing.name not in _SEEN_THROUGH
    tucked = opaque and pair.thing.category == "furniture"
    sunk = _SUNK if pair.who.category in LIVING else _LYING
    deep = round(row * (_TUCKED if tucked else sunk))
    deep = min(deep, round(pair.tall * (1 - rim)) - 1)
    base = pair.box[1] + round(pair.tall * rim) + max(1, deep)
    if pair.thing.name == _RIPPLES:  # who is low is no lower than that
        drawn = row - SLOT / 2
        base = min(base, math.floor(pair.box[1] + pair.tall * rim + drawn * _WADING))
    inside = floating(moved(pair.subject.sprites, pair.centred(), base - pair.mine[3]))
    if opaque:
        inside = _cut(inside, pair.box[1] + round(pair.tall * rim) + 1)
    lower = [replace(s, part=(rim, 1.0), stands=False) for s in pair.target.sprites]
    return pair.joined(pair.target.sprites + inside + lower)


def _amid(pair: _Pair, *, upon: bool) -> Cluster:
    """Before the middle of a heap, the foremost row of which hides the feet; `upon`: on its top."""
    front = max(sprite.bottom for sprite in pair.target.sprites)
    back = [sprite for sprite in pair.target.sprites if upon or sprite.bottom < front]
    before = [sprite for sprite in pair.target.sprites if sprite not in back]
    high = min(back or before, key=lambda sprite: sprite.bottom)
    foot = high.bottom - high.height / 2 if upon else front - high.height / 2
    inner = floating(moved(pair.subject.sprites, pair.centred(), round(foot - pair.mine[3])))
    return pair.joined(back + inner + before)


def _cut(sprites: list[Sprite], below: float) -> list[Sprite]:
    """The sprites without their rows under the row `below`, which something hides."""
    return [
        replace(s, part=(s.part[0], max(0.0, min(s.part[1], 1 - (s.bottom - below) / s.height))))
        for s in sprites
    ]


def _riding(pair: _Pair) -> Cluster:
    base = pair.box[1] + snapped(pair.tall * pair.thing.anchor("ride", 0.35) + pair.height * 0.3)
    back = _behind_the_head(pair)
    if len(pair.subject.sprites) == len(pair.target.sprites) > 1 and pair.thing.name not in _FLOWN:
        return _each_riding(pair, back)
    rider = floating(moved(pair.subject.sprites, pair.centred() + back, base - pair.mine[3]))
    if pair.thing.name in _FLOWN:
        return Cluster(floating(rider + pair.target.sprites), "a")
    return pair.joined(rider + pair.target.sprites)


def _behind_the_head(pair: _Pair) -> int:
    """Cells by which what is on an animal's back is farther from its head, which is to the left."""
    headed = any(s.code in facing() and s.width >= PERSON for s in pair.target.sprites)
    ridden = "ride" in dict(pair.thing.anchors) and pair.thing.category == "animal"
    return SLOT if headed and ridden else 0


def _each_riding(pair: _Pair, back: int) -> Cluster:
    """Everybody on one of their own."""
    found: list[Sprite] = []
    riders = sorted(pair.subject.sprites, key=lambda s: s.left)
    mounts = sorted(pair.target.sprites, key=lambda s: s.left)
    both = sorted(zip(riders, mounts, strict=True), key=lambda each: each[1].bottom)
    for rider, mount in both:
        seat = pair.thing.anchor("ride", 0.35) * mount.height + 0.3 * rider.height
        dx = snapped(mount.left + (mount.width - rider.width) / 2 - rider.left) + back
        dy = round(mount.bottom - mount.height + snapped(seat) - rider.bottom)
        found += [*floating(moved([rider], dx, dy)), mount]
    return Cluster(found, joint(pair.target))


def _under(pair: _Pair) -> Cluster:
    """Beneath what is taller: before a tree's trunk, between a table's legs; else below it."""
    if is_open_below(pair.thing) and pair.tall > pair.height:
        aside = pair.aside() if pair.height >= PERSON else 0
        dx, dy = pair.centred() + aside, pair.box[3] - pair.mine[3]
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, dx, dy))
    taller = pair.tall > pair.height * 1.15 and pair.target.kind not in (*ALOFT, "w")
    if taller or is_closed_below(pair.thing):
        lower = snapped(pair.height) - SLOT if is_closed_below(pair.thing) else SLOT
        dy = pair.box[3] - pair.mine[3] + lower
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, pair.centred(), dy))
    rise = pair.mine[1] - pair.box[3]
    above = floating(moved(pair.target.sprites, -pair.centred(), rise))
    return Cluster(pair.subject.sprites + above, joint(pair.subject))


def _is_free(pair: _Pair) -> bool:
    """Whether somebody has room at a table: one alone, and nothing is on it."""
    alone = len(pair.subject.sprites) == len(pair.target.sprites) == 1
    return alone and is_open_below(pair.thing) and pair.thing.category == "furniture"


def _behind(pair: _Pair) -> Cluster:
    dx = pair.centred() + pair.off_the_middle()
    rise = max(SLOT, snapped(pair.tall * 0.25))
    slatted = pair.thing.name in _SLATTED
    if slatted:
        dx = pair.centred() + pair.aside()
        rise = max(rise, snapped(pair.tall - pair.height * 0.4))
    elif pair.who.category in LIVING and _is_free(pair):  # at a table
        dx, rise = pair.centred(), max(SLOT, snapped(pair.tall * 0.3))
    back = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3] - rise)
    back = _cut(back, pair.box[1] + SLOT + 1) if slatted else back
    return Cluster(back + pair.target.sprites, joint(pair.subject, pair.target))


def _before(pair: _Pair) -> Cluster:
    if pair.target.kind == "r":  # higher, that its arch is seen
        dx, dy = -pair.centred(), pair.mine[1] + snapped(pair.tall * 0.4) - pair.box[3]
        bow = floating(moved(pair.target.sprites, dx, dy))
        return Cluster(bow + pair.subject.sprites, joint(pair.subject))
    if pair.thing.category == "celestial":  # a bat in the middle of the moon
        dy = snapped((pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]) / 2)
        front = floating(moved(pair.subject.sprites, pair.centred(), dy))
        return Cluster(pair.target.sprites + front, joint(pair.target))
    dx = pair.centred() + pair.off_the_middle()
    lower = max(SLOT, snapped(pair.height * 0.3))
    if pair.mine[2] - pair.mine[0] > (pair.box[2] - pair.box[0]) * _COVERING:
        lower = max(lower, slots_up(pair.height - pair.tall * 0.5))  # half of it is to be seen
    front = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3] + lower)
    front = parted(front, pair.box) or front
    return Cluster(pair.target.sprites + front, joint(pair.subject, pair.target))


def _around(pair: _Pair) -> Cluster:
    """The subject's copies on a ring round the target, those behind it first."""
    sprites = pair.subject.sprites
    start = pair.rng.uniform(0, 2 * math.pi / len(sprites))
    back, front = ring(sprites, pair.box, start, floats=pair.subject.kind != "g")
    return Cluster(back + pair.target.sprites + front, joint(pair.target))


def _in_the_air(pair: _Pair) -> Cluster:
    """Beside the subject's head, where what is thrown and caught is seen to fly."""
    return _aside(pair, pair.mine[1], floats=True)


def _in_the_sky(pair: _Pair) -> Cluster:
    """High beside the subject's head: a kite on its string."""
    return _aside(pair, pair.mine[1] - pair.tall * 0.6, floats=True)


def _at_the_feet(pair: _Pair) -> Cluster:
    return _aside(pair, pair.mine[3] - pair.tall, floats=False)


def _aside(pair: _Pair, top: float, *, floats: bool) -> Cluster:
    """The object to the right of the subject, from the row `top`."""
    dx = pair.mine[2] - pair.box[0]
    sprites = moved(pair.target.sprites, dx, round(top - pair.box[1]))
    return Cluster(
        pair.subject.sprites + (floating(sprites) if floats else sprites), joint(pair.subject)
    )


_WAYS: dict[str, Callable[[_Pair], Cluster]] = {
    "between": _between, "above": _above, "below": _below, "on": _on, "in": _in,
    "riding": _riding, "under": _under, "behind": _behind, "in front of": _before,
    "around": _around, "throwing": _in_the_air, "catching": _in_the_air, "flying": _in_the_sky,
    "kicking": _at_the_feet,
}  # fmt: skip
