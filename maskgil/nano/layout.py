"""Where a scene's things stand: sizes true to life, relations, overlap, whole cells of the grid."""

# Units are cells of 8 x 8 pixels at 192: the picture is 24 by 24 of them. y grows downward.

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .nouns import Noun, noun
from .scene import Relation, Scene, Thing
from .settings import Place, place

GRID = 24
SMALLEST, LARGEST = 4, 18
SIZE_WORDS = {
    "tiny": 0.6, "small": 0.75, "little": 0.75, "big": 1.3, "large": 1.3, "huge": 1.55,
    "giant": 1.7,
}  # fmt: skip
MIRRORED = ("animal", "marine", "person", "vehicle", "watercraft", "insect", "plant", "nature")


@dataclass(frozen=True)
class Sprite:
    """One drawing in the picture: `left`, `bottom`, `width`, `height` in cells."""

    thing: int
    code: str
    left: int
    bottom: int
    width: int
    height: int
    stands: bool = True  # casts a shadow where it touches the ground
    mirrored: bool = False
    part: tuple[float, float] = (0.0, 1.0)  # the rows that are drawn, in shares of its height

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom in cells."""
        return self.left, self.bottom - self.height, self.left + self.width, self.bottom


@dataclass
class _Cluster:
    """Sprites that stand together, back to front; `kind`: where it stands, a letter of places."""

    sprites: list[Sprite] = field(default_factory=list)
    kind: str = "g"
    spread: bool = False

    def extent(self) -> tuple[int, int, int, int]:
        boxes = [sprite.box for sprite in self.sprites]
        return (
            min(box[0] for box in boxes), min(box[1] for box in boxes),
            max(box[2] for box in boxes), max(box[3] for box in boxes),
        )  # fmt: skip

    def moved(self, dx: int, dy: int) -> list[Sprite]:
        return [replace(s, left=s.left + dx, bottom=s.bottom + dy) for s in self.sprites]

    def of(self, things: set[int]) -> tuple[int, int, int, int]:
        """The box of these things' sprites."""
        return _Cluster([s for s in self.sprites if s.thing in things]).extent()


AspectOf = Callable[[str], float]  # width / height of a drawing


class Layout:
    """Arranges scenes. `aspect` tells a drawing's width over its height by its code."""

    def __init__(self, aspect: AspectOf) -> None:
        self.aspect = aspect

    def arrange(self, scene: Scene, rng: random.Random) -> list[Sprite]:
        """The sprites of a scene, back to front, all inside the picture."""
        where = place(scene.setting)
        codes = [_code(thing, scene, index) for index, thing in enumerate(scene.things)]
        flips = [noun(t.noun).category in MIRRORED and rng.random() < 0.4 for t in scene.things]
        state = rng.getstate()
        total = sum(_weight(thing.count) for thing in scene.things)
        factor = rng.uniform(0.9, 1.05) * (15.0 if total <= 1 else 12.5 / total**0.38)
        for _ in range(14):
            rng.setstate(state)
            clusters = self._clusters(scene, codes, flips, factor, rng)
            placed = _place(clusters, where, rng)
            if placed is not None:
                return placed
            factor *= 0.88
        rng.setstate(state)
        clusters = self._clusters(scene, codes, flips, factor, rng)
        return _inside(_place(clusters, where, rng, force=True) or [])

    def _clusters(
        self, scene: Scene, codes: list[str], flips: list[bool], factor: float, rng: random.Random
    ) -> list[_Cluster]:
        sizes = self._sizes(scene, codes, factor)
        clusters = [
            _row(i, thing, codes[i], sizes[i], flips[i], rng)
            for i, thing in enumerate(scene.things)
        ]
        owner = list(range(len(clusters)))
        order = {name: rank for rank, name in enumerate(_ORDER)}
        for relation in sorted(scene.relations, key=lambda each: order[each.name]):
            first = owner[relation.subject]
            others = list(dict.fromkeys(owner[i] for i in relation.objects))
            if first in others:
                continue
            merged = _combine(relation, scene, clusters, owner, rng)
            clusters[others[0]] = merged
            for index, each in enumerate(owner):
                if each == first or each in others:
                    owner[index] = others[0]
        return [clusters[index] for index in dict.fromkeys(owner)]

    def _sizes(self, scene: Scene, codes: list[str], factor: float) -> list[tuple[int, int]]:
        """Cells of each thing's drawings, width and height."""
        nouns = [noun(thing.noun) for thing in scene.things]
        largest = max((n.size for n in nouns), default=1.0)
        sizes = []
        for thing, one, code in zip(scene.things, nouns, codes, strict=True):
            longer = factor * (one.size / largest) ** 0.3
            longer *= SIZE_WORDS.get(thing.size or "", 1.0)
            limit = LARGEST if thing.count == 1 else {2: 10, 3: 8, 4: 8}.get(thing.count, 6)
            sizes.append(self.cells(code, min(limit, max(SMALLEST, longer))))
        for relation in scene.relations:
            first, second = relation.subject, relation.objects[0]
            if relation.name in ("wearing", "holding"):
                first, second = second, first
            share = _SHARES.get(relation.name)
            if share is None:
                continue
            other = sizes[second]
            mine = nouns[first].size / nouns[second].size
            low, high = share
            goal = max(other) * min(high, max(low, mine**0.5 * 0.75))
            count = scene.things[first].count
            if count > 1 and relation.name in ("on", "in"):
                goal = min(goal, other[0] / min(count, 3) * 1.2)
            sizes[first] = self.cells(codes[first], max(3, goal))
        return sizes

    def cells(self, code: str, longer: float) -> tuple[int, int]:
        """Width and height in whole cells of a drawing whose longer side has so many."""
        aspect, whole = self.aspect(code), max(3, round(longer))
        if aspect >= 1:
            return whole, max(1, -int(-whole / aspect // 1))
        return max(1, -int(-whole * aspect // 1)), whole


# How large a subject is drawn beside what it is on, in …: least and most, of the longer sides.
_SHARES = {
    "on": (0.34, 0.85), "in": (0.4, 0.8), "wearing": (0.3, 0.5), "holding": (0.3, 0.5),
    "riding": (0.7, 1.0), "around": (0.3, 0.6),
}  # fmt: skip
_SHARES["wearing"] = (0.4, 0.5)
_ORDER = (
    "wearing", "holding", "riding", "on", "in", "under", "around", "behind", "in front of",
    "next to", "between", "above", "below", "left of", "right of",
)  # fmt: skip


def _weight(count: int) -> float:
    return 1.0 if count == 1 else 0.8 + 0.55 * count


def _code(thing: Thing, scene: Scene, index: int) -> str:
    art = noun(thing.noun).art
    wears = any(r.name in ("wearing", "holding") and r.subject == index for r in scene.relations)
    if wears:
        art = tuple(code for code in art if code[-1] in "^~_=") or art
    return art[thing.variant % len(art)]


def _kind(one: Noun) -> str:
    return next((letter for letter in one.places if letter in "gawl"), "g")


def _row(
    index: int, thing: Thing, code: str, size: tuple[int, int], flip: bool, rng: random.Random
) -> _Cluster:
    """The copies of one thing: side by side, in rows of at most five that stand apart."""
    width, height = size
    kind = _kind(noun(thing.noun))
    rows = 1 if thing.count <= 3 else 2 if thing.count <= 8 else 3
    if thing.count == 4 and height > width * 1.4:
        rows = 1
    each = [thing.count // rows + (r < thing.count % rows) for r in range(rows)]
    if rng.random() < 0.5:
        each.reverse()
    across = max(each) * (width + 1)
    sprites = []
    for row, many in enumerate(each):
        left = (across - many * (width + 1)) // 2
        up = (rows - 1 - row) * height
        for copy in range(many):
            jitter = -rng.randint(0, 1) if thing.count <= 6 else 0
            sprites.append(
                Sprite(
                    index,
                    code,
                    left + copy * (width + 1),
                    jitter - up,
                    width,
                    height,
                    kind != "a" and kind != "l",
                    flip,
                )
            )
    return _Cluster(sprites, kind)


def _combine(
    relation: Relation,
    scene: Scene,
    clusters: list[_Cluster],
    owner: list[int],
    rng: random.Random,
) -> _Cluster:
    """The subject's cluster and the objects' as one, arranged as the relation says."""
    subject = clusters[owner[relation.subject]]
    others = [clusters[i] for i in dict.fromkeys(owner[i] for i in relation.objects)]
    target, things = others[0], set(relation.objects)
    name = relation.name
    if name == "wearing" or name == "holding":
        # the subject wears: the worn thing joins the wearer
        return _carried(relation, scene, subject, target, rng)
    box, mine = target.of(things & {s.thing for s in target.sprites}), subject.extent()
    width, height = mine[2] - mine[0], mine[3] - mine[1]
    middle = (box[0] + box[2]) // 2
    thing = noun(scene.things[relation.objects[0]].noun)
    tall = box[3] - box[1]
    if name in ("left of", "right of", "next to"):
        whole, gap = target.extent(), rng.randint(0, 1)
        left = name == "left of" or (name == "next to" and rng.random() < 0.5)
        dx = whole[0] - gap - mine[2] if left else whole[2] + gap - mine[0]
        return _Cluster(target.sprites + subject.moved(dx, _level(subject, target)), target.kind)
    if name == "between" and len(others) > 1:
        second = others[1]
        dx = target.extent()[2] + rng.randint(0, 1) - mine[0]
        inner = subject.moved(dx, 0)
        right = _Cluster(inner).extent()[2] + rng.randint(0, 1) - second.extent()[0]
        return _Cluster(target.sprites + inner + second.moved(right, 0), target.kind)
    if name == "between":
        return _between_copies(subject, target, things)
    if name in ("above", "below"):
        gap = rng.randint(0, 1)
        whole = target.extent()
        if name == "above":
            dy = whole[1] - gap - mine[3]
            lifted = _Cluster(subject.moved(middle - (mine[0] + mine[2]) // 2, dy)).sprites
            return _Cluster(target.sprites + _floating(lifted), target.kind, True)
        dy = whole[3] + gap - mine[1]
        lower = subject.moved(middle - (mine[0] + mine[2]) // 2, dy)
        return _Cluster(_floating(target.sprites) + lower, subject.kind, True)
    if name == "on":
        base = box[1] + round(tall * thing.anchor("on", 0.12))
        room = max(0, (box[2] - box[0] - width) // 2)
        dx = middle - (mine[0] + mine[2]) // 2 + rng.randint(-room, room)
        seated = [replace(s, stands=False) for s in subject.moved(dx, base - mine[3])]
        return _Cluster(target.sprites + seated, target.kind)
    if name == "in":
        return _contained(subject, target, box, thing, rng)
    if name == "riding":
        dx = middle - (mine[0] + mine[2]) // 2
        base = box[1] + round(tall * thing.anchor("ride", 0.35)) + round(height * 0.42)
        rider = [replace(s, stands=False) for s in subject.moved(dx, base - mine[3])]
        return _Cluster(rider + target.sprites, target.kind)
    if name == "under":
        if tall > height * 1.15:
            dx = middle - (mine[0] + mine[2]) // 2 + rng.randint(-1, 1)
            below = subject.moved(dx, box[3] - mine[3] + (thing.category != "furniture"))
            if thing.category == "furniture":
                return _Cluster(below + target.sprites, target.kind)
            return _Cluster(target.sprites + below, target.kind)
        dy = mine[1] - box[3] + rng.randint(0, 1)
        above = target.moved((mine[0] + mine[2]) // 2 - middle, dy)
        return _Cluster(subject.sprites + _floating(above), subject.kind)
    if name in ("behind", "in front of"):
        hidden = name == "behind"
        side = rng.choice((-1, 1)) * max(1, round((box[2] - box[0] + width) * 0.22))
        dx = middle - (mine[0] + mine[2]) // 2 + side
        if hidden:
            rise = max(1, round(tall * 0.18)) if height > tall else max(2, tall - height // 2)
            back = subject.moved(dx, box[3] - mine[3] - rise)
            return _Cluster(back + target.sprites, target.kind)
        front = subject.moved(dx, box[3] - mine[3] + max(1, round(height * 0.15)))
        return _Cluster(target.sprites + front, target.kind)
    return _around(subject, target, box, rng)


def _level(subject: _Cluster, target: _Cluster) -> int:
    """How far the subject moves down to stand beside the target: in the air to its middle."""
    mine, other = subject.extent(), target.extent()
    if subject.kind in "al" and target.kind not in "al":
        return (other[1] + other[3]) // 2 - (mine[1] + mine[3]) // 2
    return other[3] - mine[3]


def _floating(sprites: list[Sprite]) -> list[Sprite]:
    return [replace(sprite, stands=False) for sprite in sprites]


def _between_copies(subject: _Cluster, target: _Cluster, things: set[int]) -> _Cluster:
    """The subject in a gap that the target's copies open."""
    box, mine = target.of(things), subject.extent()
    middle, width = (box[0] + box[2]) // 2, mine[2] - mine[0]
    parted = [
        replace(
            s,
            left=s.left + (-(width // 2) - 1 if s.left + s.width / 2 < middle else width // 2 + 1),
        )
        for s in target.sprites
    ]
    inner = subject.moved(middle - (mine[0] + mine[2]) // 2, box[3] - mine[3])
    return _Cluster(parted + inner, target.kind)


def _contained(
    subject: _Cluster, target: _Cluster, box: tuple[int, int, int, int], thing: Noun,
    rng: random.Random,
) -> _Cluster:  # fmt: skip
    """Contents before the container's upper part, its lower part drawn over them."""
    mine, tall = subject.extent(), box[3] - box[1]
    rim = thing.anchor("in", 0.55)
    height = mine[3] - mine[1]
    base = (
        box[1] + round(tall * rim) + max(1, min(round(height * 0.4), round(tall * (1 - rim)) - 1))
    )
    dx = (box[0] + box[2]) // 2 - (mine[0] + mine[2]) // 2
    inside = _floating(subject.moved(dx, base - mine[3]))
    lower = [replace(s, part=(rim, 1.0), stands=False) for s in target.sprites]
    return _Cluster(target.sprites + inside + lower, target.kind)


def _around(
    subject: _Cluster, target: _Cluster, box: tuple[int, int, int, int], rng: random.Random
) -> _Cluster:
    """The subject's copies on a ring round the target, those behind it first."""
    import math

    count = len(subject.sprites)
    width, height = subject.sprites[0].width, subject.sprites[0].height
    reach = (box[2] - box[0]) / 2 + width * 0.7
    middle, ground = (box[0] + box[2]) / 2, box[3] - 1
    rise = max(height * 0.6, (box[3] - box[1]) * 0.3)
    start = rng.uniform(0, 6.28)
    back: list[Sprite] = []
    front: list[Sprite] = []
    for copy, sprite in enumerate(subject.sprites):
        angle = start + 2 * math.pi * copy / count
        left = round(middle + reach * math.cos(angle) - width / 2)
        moved = replace(sprite, left=left, bottom=round(ground + rise * math.sin(angle)))
        (front if math.sin(angle) >= 0 else back).append(moved)
    back.sort(key=lambda s: s.bottom)
    front.sort(key=lambda s: s.bottom)
    return _Cluster(back + target.sprites + front, target.kind)


# Where worn things sit on the wearer: the worn thing's middle, in shares of the wearer's box.
_WORN = {
    "hat": (0.5, 0.06), "eyes": (0.5, 0.27), "neck": (0.5, 0.5), "chest": (0.5, 0.6),
}  # fmt: skip
_WHERE = {
    "glasses": "eyes", "sunglasses": "eyes", "goggles": "eyes", "diving mask": "eyes",
    "scarf": "neck", "tie": "chest", "ribbon": "neck", "beads": "neck", "medal": "chest",
    "backpack": "chest",
}  # fmt: skip


def _carried(
    relation: Relation, scene: Scene, subject: _Cluster, target: _Cluster, rng: random.Random
) -> _Cluster:
    """What a thing wears or holds, in place on each of its copies."""
    item = target.sprites[0]
    worn = _WHERE.get(scene.things[relation.objects[0]].noun, "hat")
    sprites = []
    for holder in subject.sprites:
        sprites.append(holder)
        if holder.thing != relation.subject:
            continue
        if relation.name == "holding":
            x = 0.88 if not holder.mirrored else 0.12
            y = 0.62
        else:
            x, y = _WORN[worn]
        left = round(holder.left + holder.width * x - item.width / 2)
        top = round(holder.bottom - holder.height * (1 - y) - item.height / 2)
        if worn == "hat" and relation.name == "wearing":
            top = round(holder.bottom - holder.height * 0.9 - item.height)
        sprites.append(
            replace(item, left=left, bottom=top + item.height, stands=False, mirrored=False)
        )
    return _Cluster(sprites, subject.kind)


def _place(
    clusters: list[_Cluster], where: Place, rng: random.Random, force: bool = False
) -> list[Sprite] | None:
    """The clusters in the picture, back to front; None when there is no room."""
    order = list(range(len(clusters)))
    rng.shuffle(order)
    boxes = [cluster.extent() for cluster in clusters]
    low = [i for i in order if not _in_air(clusters[i], where)]
    high = [i for i in order if _in_air(clusters[i], where)]
    if not force and any(box[2] - box[0] > GRID or box[3] - box[1] > GRID for box in boxes):
        return None
    placed: dict[int, list[Sprite]] = {}
    for band, members in (("low", low), ("high", high)):
        if not members:
            continue
        total = sum(boxes[i][2] - boxes[i][0] for i in members)
        overlap = 0.16 * total if len(members) > 1 else 0
        if total - overlap > GRID and not force:
            return None
        free = max(0, GRID - total)
        cuts = sorted(rng.randint(0, free) for _ in members)
        squeeze = max(0.0, total - GRID) / max(1, len(members) - 1)
        x, tops = 0.0, []
        for position, i in enumerate(members):
            box = boxes[i]
            left = round(x) + cuts[position]
            x += box[2] - box[0] - squeeze
            bottom = _bottom(clusters[i], where, rng, len(members), position)
            height = box[3] - box[1]
            if bottom - height < 0:
                bottom = height
            placed[i] = clusters[i].moved(left - box[0], bottom - box[3])
            tops.append(bottom - height)
        if band == "high" and low and not force:
            floor = max(s.bottom for i in members for s in placed[i])
            roof = min(s.box[1] for i in low for s in placed[i])
            if floor > roof + 3:
                return None
    ordered = sorted(placed, key=lambda i: (i in low, max(s.bottom for s in placed[i])))
    return [sprite for i in ordered for sprite in placed[i]]


def _in_air(cluster: _Cluster, where: Place) -> bool:
    return cluster.kind in "al" and not where.floats


def _bottom(
    cluster: _Cluster, where: Place, rng: random.Random, members: int, position: int
) -> int:
    """The row on which a cluster stands, hangs or floats."""
    box = cluster.extent()
    height = box[3] - box[1]
    if where.floats or _in_air(cluster, where):
        top = rng.randint(0, max(0, min(where.horizon - height // 2, GRID - height)))
        if where.floats:
            top = rng.randint(0, max(0, GRID - height))
        return min(GRID, top + height)
    first, last = where.water if cluster.kind == "w" and where.water else where.ground
    if height > 12:
        first = max(first, last - 3)
    return max(min(rng.randint(first, last), GRID), min(height, GRID))


def _inside(sprites: list[Sprite]) -> list[Sprite]:
    """Pushed into the picture where they reach outside."""
    pushed = []
    for sprite in sprites:
        left = max(0, min(sprite.left, GRID - sprite.width))
        bottom = min(GRID, max(sprite.bottom, sprite.height))
        pushed.append(replace(sprite, left=left, bottom=bottom))
    return pushed
