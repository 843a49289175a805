"""How things stand to each other: on, under, in, behind, around, worn, held, ridden, to a side."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from maskgil.nano.world.clusters import (
    SLOT,
    Box,
    Cluster,
    Sprite,
    extent,
    floating,
    joint,
    moved,
    snapped,
    squeezed,
)
from maskgil.nano.world.nouns import Noun, facing, noun
from maskgil.nano.world.scene import Relation, Scene

# Relations are arranged in this order, what belongs closest together first.
ORDER = (
    "wearing", "holding", "riding", "on", "in", "under", "around", "behind", "in front of",
    "next to", "between", "above", "below", "left of", "right of",
)  # fmt: skip
# The longer side of what is on, in … another, as a share of the other's: least and most.
SHARES = {
    "on": (0.5, 0.9), "in": (0.5, 0.9), "riding": (0.8, 1.05), "around": (0.4, 0.6),
}  # fmt: skip
_FLAT = 0.2  # share of the height above which a table's top, a shelf's board lies
_SOLID = ("furniture", "building", "structure", "vehicle", "household", "music", "appliance")

_COVERING = 0.7  # of the width of what is behind: what is wider would hide it
PERSON = 12  # cells at which a person's face is seen
_TABLEWARE = 0.8  # metres: what is under something so small is below it


@dataclass
class _Pair:
    """A subject and what it stands to."""

    subject: Cluster
    target: Cluster
    box: Box  # of the relation's objects within the target
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

    def joined(self, sprites: list[Sprite]) -> Cluster:
        return Cluster(sprites, joint(self.target))


def is_open_below(thing: Noun) -> bool:
    """Whether something has room between its legs."""
    return "under" in dict(thing.anchors)


def is_closed_below(thing: Noun) -> bool:
    """Whether what is under it has no room to be seen there, and looks out before it."""
    return thing.category in _SOLID and thing.size > _TABLEWARE and not is_open_below(thing)


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
            room = right - left + SLOT if top < _FLAT and name == "on" else (right - left) * 0.9
            subject = Cluster(squeezed(subject.sprites, room), subject.kind)
    if name in ("wearing", "holding"):
        return _carried(relation, scene, subject, target, fit)
    if name == "between" and len(others) > 1:
        return _in_the_middle(subject, target, others[1], rng, tight)
    held = {s.thing for s in target.sprites}
    pair = _Pair(
        subject,
        target,
        target.of(set(relation.objects) & held),
        noun(scene.things[relation.objects[0]].noun),
        rng,
        tight,
    )
    if name in ("left of", "right of", "next to"):
        left = name == "left of" or (name == "next to" and rng.random() < 0.5)
        return _beside(pair, left)
    return _WAYS[name](pair)


def _gap(rng: random.Random, tight: bool) -> int:
    """Free cells between what stands side by side."""
    return rng.choice((0, 0, SLOT)) * (not tight)


def _beside(pair: _Pair, left: bool) -> Cluster:
    whole, mine, gap = pair.target.extent(), pair.mine, _gap(pair.rng, pair.tight)
    dx = whole[0] - gap - mine[2] if left else whole[2] + gap - mine[0]
    high = [cluster.kind in "al" for cluster in (pair.subject, pair.target)]
    dy = whole[3] - mine[3]
    if high[0] != high[1]:
        dy = snapped((whole[1] + whole[3] - mine[1] - mine[3]) / 2)
    both = pair.target.sprites + moved(pair.subject.sprites, dx, dy)
    return Cluster(both, joint(pair.subject, pair.target))


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
    dy = pair.target.extent()[1] - _gap(pair.rng, pair.tight) - pair.mine[3]
    lifted = floating(moved(pair.subject.sprites, pair.centred(), dy))
    return pair.joined(pair.target.sprites + lifted)


def _below(pair: _Pair) -> Cluster:
    dy = pair.target.extent()[3] + _gap(pair.rng, pair.tight) - pair.mine[1]
    lower = moved(pair.subject.sprites, pair.centred(), dy)
    return Cluster(floating(pair.target.sprites) + lower, joint(pair.subject))


def _slots_up(cells: float) -> int:
    """The next whole slot: what sits lower overlaps, what sits higher would float."""
    return SLOT * math.ceil(cells / SLOT - 0.1)


def _on(pair: _Pair) -> Cluster:
    base = pair.box[1] + _slots_up(pair.tall * pair.thing.anchor("on", 0.1))
    spare = pair.box[2] - pair.box[0] - (pair.mine[2] - pair.mine[0])
    room = max(0, int(spare * 0.8) // 2)
    dx = pair.centred() + snapped(pair.rng.randint(-room, room))
    seated = floating(moved(pair.subject.sprites, dx, base - pair.mine[3]))
    return pair.joined(pair.target.sprites + seated)


def _in(pair: _Pair) -> Cluster:
    """Contents before the container's upper part, its lower part drawn over them.

    What is in a tree is before its crown.
    """
    rim = pair.thing.anchor("in", 0.55)
    if pair.thing.category == "plant":
        base = pair.box[1] + _slots_up(pair.tall * rim)
        perched = floating(moved(pair.subject.sprites, pair.centred(), base - pair.mine[3]))
        return pair.joined(pair.target.sprites + perched)
    row = max(sprite.height for sprite in pair.subject.sprites)
    deep = min(round(row * 0.35), round(pair.tall * (1 - rim)) - 1)
    base = pair.box[1] + _slots_up(pair.tall * rim + max(1, deep))
    inside = floating(moved(pair.subject.sprites, pair.centred(), base - pair.mine[3]))
    lower = [replace(s, part=(rim, 1.0), stands=False) for s in pair.target.sprites]
    return pair.joined(pair.target.sprites + inside + lower)


def _riding(pair: _Pair) -> Cluster:
    base = pair.box[1] + snapped(pair.tall * pair.thing.anchor("ride", 0.35) + pair.height * 0.3)
    rider = floating(moved(pair.subject.sprites, pair.centred(), base - pair.mine[3]))
    return pair.joined(rider + pair.target.sprites)


def _under(pair: _Pair) -> Cluster:
    """Beneath what is taller: before a tree's trunk, between a table's legs; else below it."""
    if is_open_below(pair.thing) and pair.tall > pair.height:
        aside = pair.aside() if pair.height >= PERSON else 0
        dx, dy = pair.centred() + aside, pair.box[3] - pair.mine[3]
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, dx, dy))
    taller = pair.tall > pair.height * 1.15 and pair.target.kind not in "al"
    if taller or is_closed_below(pair.thing):
        lower = snapped(pair.height) - SLOT if is_closed_below(pair.thing) else SLOT
        dy = pair.box[3] - pair.mine[3] + lower
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, pair.centred(), dy))
    rise = pair.mine[1] - pair.box[3]
    above = floating(moved(pair.target.sprites, -pair.centred(), rise))
    return Cluster(pair.subject.sprites + above, joint(pair.subject))


def _behind(pair: _Pair) -> Cluster:
    side = pair.rng.choice((-1, 1)) * (pair.box[2] - pair.box[0] + pair.mine[2] - pair.mine[0])
    dx = pair.centred() + snapped(side * 0.24)
    rise = max(SLOT, snapped(pair.tall * 0.25))
    if pair.height <= pair.tall:
        rise = max(rise, snapped(pair.tall - pair.height * 0.6))
    back = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3] - rise)
    return Cluster(back + pair.target.sprites, joint(pair.subject, pair.target))


def _before(pair: _Pair) -> Cluster:
    if pair.thing.category == "celestial":  # a bat in the middle of the moon
        dy = snapped((pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]) / 2)
        front = floating(moved(pair.subject.sprites, pair.centred(), dy))
        return Cluster(pair.target.sprites + front, joint(pair.target))
    side = pair.rng.choice((-1, 1)) * (pair.box[2] - pair.box[0] + pair.mine[2] - pair.mine[0])
    dx = pair.centred() + snapped(side * 0.2)
    lower = max(SLOT, snapped(pair.height * 0.2))
    if pair.mine[2] - pair.mine[0] > (pair.box[2] - pair.box[0]) * _COVERING:
        lower = max(lower, _slots_up(pair.height - pair.tall * 0.5))  # half of it is to be seen
    front = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3] + lower)
    return Cluster(pair.target.sprites + front, joint(pair.subject, pair.target))


def _around(pair: _Pair) -> Cluster:
    """The subject's copies on a ring round the target, those behind it first."""
    sprites = pair.subject.sprites
    reach = (pair.box[2] - pair.box[0]) / 2 + sprites[0].width * 0.7
    middle, ground = (pair.box[0] + pair.box[2]) / 2, pair.box[3] - 1
    rise = max(sprites[0].height * 0.7, pair.tall * 0.3)
    start = pair.rng.uniform(0, 2 * math.pi / len(sprites))
    back: list[Sprite] = []
    front: list[Sprite] = []
    for copy, sprite in enumerate(sprites):
        angle = start + 2 * math.pi * copy / len(sprites)
        left = snapped(middle + reach * math.cos(angle) - sprite.width / 2)
        placed = replace(sprite, left=left, bottom=snapped(ground + rise * math.sin(angle)))
        (front if math.sin(angle) >= 0 else back).append(placed)
    back.sort(key=lambda s: s.bottom)
    front.sort(key=lambda s: s.bottom)
    return Cluster(back + pair.target.sprites + front, joint(pair.target))


_WAYS: dict[str, Callable[[_Pair], Cluster]] = {
    "between": _between, "above": _above, "below": _below, "on": _on, "in": _in,
    "riding": _riding, "under": _under, "behind": _behind, "in front of": _before,
    "around": _around,
}  # fmt: skip

# Where worn things sit, by the kind of the drawing: the row of the hat's rim, the eyes' middle,
# the neck and the chest in shares of the height, and the head's share of the width.
_FIGURES = {
    "^": {"hat": 0.11, "eyes": 0.3, "neck": 0.6, "chest": 0.7, "head": 0.78},
    "~": {"hat": 0.1, "eyes": 0.2, "neck": 0.42, "chest": 0.53, "head": 0.62},
    "_": {"hat": 0.08, "eyes": 0.19, "neck": 0.36, "chest": 0.47, "head": 0.62},
    "=": {"hat": 0.08, "eyes": 0.2, "neck": 0.38, "chest": 0.48, "head": 0.5},
    "s": {"hat": 0.1, "eyes": 0.21, "neck": 0.42, "chest": 0.52, "head": 0.8},
    "t": {"hat": 0.1, "eyes": 0.24, "neck": 0.42, "chest": 0.52, "head": 0.57},
    "k": {"hat": 0.12, "eyes": 0.26, "neck": 0.46, "chest": 0.56, "head": 0.68},
}  # fmt: skip
# The project's own drawings with the head in the middle: sitting animals; people bare-headed,
# sitting, with a hat.
_HEADED = {
    "^": ("panda", "bear", "frog"),
    "s": ("man", "woman", "boy", "girl", "skeleton", "white-bearded-man", "old-woman", "astronaut"),
    "t": ("sitting-man", "sitting-woman", "baby"),
    "k": ("king", "queen", "knight", "pirate", "soldier", "sailor", "baker", "painter", "clown",
          "cowboy"),
}  # fmt: skip
_DRAWN_AS = {f"svg:{name}": kind for kind, names in _HEADED.items() for name in names}
_WHERE = {
    "glasses": ("eyes", 0.8), "sunglasses": ("eyes", 0.8), "goggles": ("eyes", 0.85),
    "diving mask": ("eyes", 0.85), "scarf": ("neck", 0.62), "tie": ("chest", 0.3),
    "ribbon": ("neck", 0.5), "beads": ("neck", 0.6), "medal": ("chest", 0.3),
    "belt": ("legs", 0.5),
    **dict.fromkeys(("jeans", "shorts", "briefs", "skirt"), ("legs", 0.9)),
    **dict.fromkeys(
        ("shirt", "blouse", "sweater", "coat", "lab coat", "suit", "safety vest", "dress", "kimono",
         "sari", "swimsuit", "bikini", "running shirt", "karate uniform"), ("torso", 0.95),
    ),
    **dict.fromkeys(
        ("shoe", "leather shoe", "flat shoe", "hiking boot", "boot", "high heel", "woman's sandal",
         "ballet shoes", "flip flop", "slipper", "sock", "ice skate", "roller skate"),
        ("feet", 0.5),
    ),
}  # fmt: skip
_BAGS = ("backpack", "purse", "handbag", "clutch bag", "shopping bags", "wallet", "gloves", "ring")
_RAISED = {
    "kite": 0.6, "balloon": 0.6, "umbrella": 0.75, "beach umbrella": 0.75, "parasol": 0.75,
    "red flag": 0.7, "white flag": 0.7, "black flag": 0.7, "checkered flag": 0.7,
    "pirate flag": 0.7,
}  # fmt: skip
"""What is held up by its lower end: its longer side as a share of the holder's height."""
_HAND, _MOUTH = 0.62, 0.12  # of the holder's width: where what is held begins, or ends
_BAG = 0.5  # of its holder's height at most
_LOWER = {"legs": 0.8, "feet": 0.95}  # rows as of _FIGURES, alike in all kinds
_HAT = ("hat", 0.82)
# A held thing's longer side as a share of its holder's height: least, and of a thing of its size.
_HELD = (0.42, 0.7)
Fit = Callable[[str, float], tuple[int, int]]  # cells of a drawing, its longer side nearest so many


def figure(code: str) -> str | None:
    """The kind of figure that may wear and hold things; None for other drawings."""
    if code.startswith("svg:"):
        return _DRAWN_AS.get(code.rstrip("-123456789"))
    return code[-1] if code[-1] in "^~_=" else None


def _carried(
    relation: Relation, scene: Scene, subject: Cluster, target: Cluster, fit: Fit
) -> Cluster:
    """What a thing wears or holds, in place on each of its copies, in whole cells."""
    item = target.sprites[0]
    carried, carrier = (noun(scene.things[i].noun) for i in (relation.objects[0], relation.subject))
    where, share = _WHERE.get(carried.name, _HAT)
    least, most = _HELD
    held = max(least, most * min(1.0, carried.size / carrier.size) ** 0.2)
    held = min(held, _BAG) if carried.name in _BAGS else held
    sprites = []
    for holder in subject.sprites:
        sprites.append(holder)
        if holder.thing == relation.subject:
            kind = figure(holder.code) or "~"
            if carried.name in _RAISED:
                sprites.insert(-1, _raised(item, holder, _RAISED[carried.name], fit))  # behind
            elif relation.name == "holding" or carried.name in _BAGS:
                sprites.append(_held(item, holder, kind, held, fit))
            else:
                worn = _worn(item, holder, _FIGURES[kind] | _LOWER, where, share, fit)
                sprites += _pair_of(worn, holder) if where == "feet" else [worn]
    return Cluster(sprites, subject.kind)


def _worn(
    item: Sprite, holder: Sprite, body: dict[str, float], where: str, share: float, fit: Fit
) -> Sprite:
    torso = where == "torso"
    wanted = holder.width * share * (1.0 if torso else body["head"])
    longer = wanted * max(1.0, item.height / item.width)
    if torso:
        longer = min(longer, holder.height / 2 * max(1.0, item.width / item.height))
    width, height = fit(item.code, longer)
    top = holder.bottom - holder.height + holder.height * body["neck" if torso else where]
    bottom = top + height * {"hat": 0.12, "torso": 1.0}.get(where, 0.5)
    left = holder.left + (holder.width - width) / 2
    bottom = min(bottom, holder.bottom) if torso else bottom
    return replace(
        item, left=round(left), bottom=round(bottom), width=width, height=height, stands=False
    )


def _pair_of(shoe: Sprite, holder: Sprite) -> list[Sprite]:
    """One on each foot, turned outward."""
    middle = round(holder.left + holder.width / 2)
    turned = shoe.code in facing()
    return [
        replace(shoe, left=middle - shoe.width, bottom=holder.bottom, mirrored=turned),
        replace(shoe, left=middle, bottom=holder.bottom, mirrored=False),
    ]


def _held(item: Sprite, holder: Sprite, kind: str, share: float, fit: Fit) -> Sprite:
    """In a sitting animal's paws, at the mouth of one in profile, beside who stands."""
    width, height = fit(item.code, share * holder.height)
    x, y = (0.5, 0.84) if kind == "^" else (0.9, 0.6)
    left = holder.width * x - width / 2
    if figure(holder.code) is None and holder.code in facing():  # to the left, as it is drawn
        left, y = holder.width * _MOUTH - width, 0.55 if holder.width > holder.height else 0.35
    elif kind != "^":
        left = max(left, _slots_up(holder.width * _HAND))
    return replace(
        item,
        left=round(holder.left + left) if kind == "^" else snapped(holder.left + left),
        bottom=round(holder.bottom - holder.height * (1 - y) + height / 2),
        width=width,
        height=height,
        stands=False,
    )


def _raised(item: Sprite, holder: Sprite, share: float, fit: Fit) -> Sprite:
    """Held up by its lower end, so that no face is behind it."""
    width, height = fit(item.code, share * holder.height)
    left: float = _slots_up(holder.width * _HAND)
    if figure(holder.code) is None and holder.code in facing():
        left = holder.width * _MOUTH - width  # an elephant's trunk
    return replace(
        item,
        left=snapped(holder.left + left),
        bottom=round(holder.bottom - holder.height * 0.4),
        width=width,
        height=height,
        stands=False,
    )
