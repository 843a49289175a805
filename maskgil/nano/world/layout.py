"""Where a scene's things stand: sizes true to life, relations, overlap, whole cells of the grid."""

# Units are cells of 8 x 8 pixels at 192: a whole picture is 24 by 24 of them. y grows downward.

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.clusters import (
    GRID,
    HEAPED,
    SLOT,
    WHOLE,
    Cluster,
    Frame,
    Sprite,
    abreast,
    apart_for,
    copies,
    heap_width,
    kind_of,
    mirrored,
    moved,
    rows_for,
    snapped,
)
from maskgil.nano.world.nouns import Noun, noun
from maskgil.nano.world.relations import (
    ORDER,
    PERSON,
    SHARES,
    combine,
    figure,
    is_closed_below,
    is_open_below,
)
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import VARIANTS, Setting, place

SIZES = (4, 6, 8, 12, 16)  # cells of a drawing's longer side
SMALLEST, LARGEST = SIZES[0], SIZES[-1]
FILLS = 2  # times as much of a small frame as of the whole picture may be filled
SIZE_WORDS = {
    "tiny": 0.6, "small": 0.75, "little": 0.75, "big": 1.3, "large": 1.3, "huge": 1.55,
    "giant": 1.7,
}  # fmt: skip

FRUIT = 0.35  # of a tree, the longer side of what hangs in it
_PEOPLE = ("person", "people")
_USUAL = 13  # cells that the largest thing has at least where there is room
LINED = 5  # copies that are under a thing in one line; more are in rows
OVERHANG = 2 * SLOT  # by which a line of things is wider than what they are under
CROWDED = 12.0  # cells of the largest thing from which on gaps are given up for larger drawings
TINY = 6  # cells of a drawing that is called tiny: smaller ones are lumps
MOON = 2.0  # metres as which what is in the sky is drawn at most
MANY, FAR_LARGER = 3, 2.5  # copies, and times their size, of what they stand in front of
PLAIN = 8  # cells at which a drawing's tokens show what it is

_CLOSE = ("wearing", "holding", "riding", "on", "in", "under")  # stand as one thing does

_TOGETHER = ("on", "in", "under", "in front of", "behind")  # side by side, where several are

AspectOf = Callable[[str], float]  # width / height of a drawing


class Layout:
    """Arranges scenes in a frame, the whole picture or a part of it.

    `aspect` tells a drawing's width over its height by its code.
    """

    def __init__(self, aspect: AspectOf, frame: Frame = WHOLE) -> None:
        self.aspect, self.frame = aspect, frame

    def arrange(self, scene: Scene, rng: random.Random) -> list[Sprite]:
        """The sprites of a scene, back to front, all inside the frame where it has the room."""
        where = place(scene.setting)
        scene = _with_many_in_front(scene, where)
        codes = [code_of(thing, scene, index) for index, thing in enumerate(scene.things)]
        state = rng.getstate()
        carried = sum(relation.name in _CLOSE for relation in scene.relations)
        factor = 16.5 * max(1, len(scene.things) - carried) ** -0.2
        factor *= min(1.0, FILLS * max(self.frame) / GRID)
        for _ in range(9):
            for tight in (False, True)[: 1 + (factor < CROWDED)]:
                rng.setstate(state)
                clusters = self._clusters(scene, codes, factor, where.deep, rng, tight)
                placed = _place(clusters, where, self.frame, rng)
                if placed is not None:
                    return inside(placed, self.frame)
            factor *= 0.88
        return inside(_place(clusters, where, self.frame, rng, force=True) or [], self.frame)

    def arranged(self, scene: Scene, seed: int | str) -> tuple[int, list[Sprite]]:
        """Which variant of its scenery a scene has for this seed, and where its things stand."""
        rng = random.Random(f"{seed}")
        return rng.randrange(VARIANTS), self.arrange(scene, rng)

    def _clusters(
        self, scene: Scene, codes: list[str], factor: float, deep: float,
        rng: random.Random, tight: bool = False,
    ) -> list[Cluster]:  # fmt: skip
        """What stands together; `tight`: without gaps, so that it is larger."""
        sizes = self.sizes(scene, codes, factor, deep)
        lined = {
            relation.subject: self.frame
            if relation.name == "on"
            else (sizes[relation.objects[0]][0], self.frame[1])
            for relation in scene.relations
            if relation.name == "on"
            or (relation.name == "under" and scene.things[relation.subject].count <= LINED)
        }
        heaped = _heaped(scene)
        clusters = [
            copies(
                index, codes[index], sizes[index], thing.count, kind_of(noun(thing.noun)),
                rng=rng, deep=deep,
                frame=lined.get(index, self.frame),
                order="heap" if index in heaped else "line" if index in lined else "",
                tight=tight,
            )
            for index, thing in enumerate(scene.things)
        ]  # fmt: skip
        owner = list(range(len(clusters)))
        for row in _companions(scene).values():
            clusters[row[0]] = abreast([clusters[index] for index in row])
            for index in row:
                owner[index] = row[0]
        close = True
        for relation in sorted(scene.relations, key=lambda each: ORDER.index(each.name)):
            if close and relation.name not in _CLOSE:
                close, clusters = False, _turned(clusters, rng)
            first = owner[relation.subject]
            others = list(dict.fromkeys(owner[i] for i in relation.objects))
            if first in others:
                continue
            together = [clusters[index] for index in others]
            clusters[others[0]] = combine(
                relation, scene, clusters[first], together, rng, self.nearest, tight
            )
            owner = [others[0] if each == first or each in others else each for each in owner]
        if close:
            clusters = _turned(clusters, rng)
        return [clusters[index] for index in dict.fromkeys(owner)]

    def sizes(
        self, scene: Scene, codes: list[str], factor: float, deep: float
    ) -> list[tuple[int, int]]:
        """Cells of each thing's drawings, width and height."""
        nouns = [as_seen(noun(thing.noun)) for thing in scene.things]
        largest = max((one.size for one in nouns), default=1.0)
        sizes = []
        for thing, one, code in zip(scene.things, nouns, codes, strict=True):
            longer = factor * (one.size / largest) ** 0.3
            plain = PERSON if one.category in _PEOPLE else PLAIN
            longer = max(longer, min(plain, factor * 0.7 * plain / PLAIN))
            longer *= SIZE_WORDS.get(thing.size or "", 1.0)
            limit = self._limit(code, thing.count, deep) * min(1.0, factor / 11)
            sizes.append(self.cells(code, min(limit, max(TINY, longer))))
        companions = _companions(scene)
        for relation in scene.relations:
            if relation.name == "under":
                row = companions.get((relation.name, relation.objects), [relation.subject])
                self._sheltered(scene, codes, row, relation.objects[0], factor, sizes)
        for relation in scene.relations:
            first, second = relation.subject, relation.objects[0]
            if relation.name in ("above", "below", "under"):
                for index in (first, second):
                    aloft = nouns[index].category == "celestial"
                    if relation.name == "under" and not aloft:
                        continue
                    most = min(PLAIN, self.frame[1] / 2) if aloft else self.frame[1] / 2
                    sizes[index] = self.cells(codes[index], min(most, max(sizes[index])))
            if relation.name not in SHARES:
                continue
            other = sizes[second]
            low, high = SHARES[relation.name]
            if nouns[second].category == "plant" and nouns[first].category == "fruit":
                low = high = FRUIT
            mine = (nouns[first].size / nouns[second].size) ** 0.3 * 0.8
            mine *= SIZE_WORDS.get(scene.things[first].size or "", 1.0)
            goal = max(other) * min(high, max(low, mine))
            together = companions.get((relation.name, relation.objects), [first])
            count = sum(scene.things[index].count for index in together)
            if count > 1 and relation.name in ("on", "in"):
                alone = relation.name == "on"
                if first in _heaped(scene):
                    sizes[second] = self.cells(codes[second], LARGEST * min(1.0, factor / _USUAL))
                    room = sizes[second][0]
                    sizes[first] = self._heap_size(codes[first], count, room, goal)
                    continue
                rows = (
                    1
                    if alone or len(together) > 1
                    else rows_for(count, *sizes[first], frame=self.frame)
                )
                across = -(-count // rows)
                goal = min(goal, other[0] / across * (1.6 if alone and len(together) > 1 else 1.15))
                if not alone and nouns[first].category == "plant":
                    goal = max(goal, min(PLAIN, max(other) * high))  # a bunch: they overlap
            sizes[first] = self.cells(codes[first], goal)
        return sizes

    def _sheltered(
        self, scene: Scene, codes: list[str], row: list[int], roof: int, factor: float,
        sizes: list[tuple[int, int]],
    ) -> None:  # fmt: skip
        """Sizes of what is under a thing, so that all of the `row` is whole, and of the thing."""
        over = noun(scene.things[roof].noun)
        opened = is_open_below(over)
        if not opened and not is_closed_below(over):
            return
        scale = min(1.0, factor / _USUAL)
        longest = self._roof(codes[roof], opened) * scale
        width, height = sizes[roof] = self.cells(codes[roof], longest)
        space = height * (1 - over.anchor("under", 0.4))
        room = max(PLAIN - SLOT, space, min(PLAIN, space + 1))  # a row that is covered does no harm
        people = all(noun(scene.things[index].noun).category in _PEOPLE for index in row)
        if people and over.category == "plant":
            room = max(room, PERSON)  # a face before the crown does no harm
        wanted = {index: max(sizes[index]) for index in row}
        for size in reversed(SIZES):
            for index in row:
                sizes[index] = self.cells(codes[index], min(size, wanted[index]))
            wide = sum(sizes[index][0] * min(LINED, scene.things[index].count) for index in row)
            most = width if size >= PLAIN else max(width, LARGEST)
            if wide <= most + OVERHANG and all(sizes[index][1] <= room for index in row):
                return

    def _roof(self, code: str, opened: bool) -> float:
        """Cells of what something is under: large, but what is below it in the picture has room."""
        return LARGEST if opened else min(LARGEST, LARGEST * 0.75 * max(1.0, self.aspect(code)))

    def _heap_size(self, code: str, count: int, room: int, most: float) -> tuple[int, int]:
        """The largest drawings of which a heap is no wider than `room`."""
        fitting = [
            size
            for size in SIZES
            if size <= most * 1.15 and heap_width(count, self.cells(code, size)[0]) <= room + SLOT
        ]
        return self.cells(code, max(fitting, default=SMALLEST))

    def _limit(self, code: str, count: int, deep: float) -> float:
        """The longest side with which so many copies find room."""
        if count == 1:
            return LARGEST
        aspect = self.aspect(code)
        width, height = min(1.0, aspect), min(1.0, 1 / aspect)
        rows = rows_for(count, width * 8, height * 8, deep, self.frame)
        across = -(-count // rows)
        apart = apart_for(rows, height, count, deep)
        wide, tall = self.frame[0], self.frame[1] - SLOT
        most = LARGEST if rows == 1 else GRID / 2
        return min(most, wide / across / width, tall / rows / height, apart)

    def nearest(self, code: str, longer: float) -> tuple[int, int]:
        """As `cells`, the longer side the nearest of `SIZES`."""
        return self.cells(code, min(SIZES, key=lambda size: abs(size - longer)))

    def cells(self, code: str, longer: float) -> tuple[int, int]:
        """Width and height in whole slots; the longer side is the size of `SIZES` near `longer`."""
        aspect = self.aspect(code)
        whole = max((size for size in SIZES if size <= longer * 1.15), default=SMALLEST)
        shorter = SLOT * math.ceil(whole * min(aspect, 1 / aspect) / SLOT - 0.05)
        return (whole, max(SLOT, shorter)) if aspect >= 1 else (max(SLOT, shorter), whole)


def _with_many_in_front(scene: Scene, where: Setting) -> Scene:
    """The scene with many in front of one that is far larger, where nothing says how they stand.

    Beside each other a castle would be no larger than each of its knights.
    """
    if len(scene.things) != 2 or scene.relations or where.floats:
        return scene
    for many, one in ((0, 1), (1, 0)):
        nouns = noun(scene.things[many].noun), noun(scene.things[one].noun)
        counts = scene.things[many].count, scene.things[one].count
        grounded = all(kind_of(each) == "g" for each in nouns)
        larger = nouns[1].size >= FAR_LARGER * nouns[0].size
        if grounded and larger and counts[0] >= MANY and counts[1] == 1:
            return replace(scene, relations=(Relation(many, "in front of", (one,)),))
    return scene


def as_seen(one: Noun) -> Noun:
    """A noun as large as it is seen to be: a moon is no larger than who howls at it."""
    return replace(one, size=min(one.size, MOON)) if one.category == "celestial" else one


def _companions(scene: Scene) -> dict[tuple[str, tuple[int, ...]], list[int]]:
    """The different things that stand to the same one alike: all on it, all in front of it."""
    found: dict[tuple[str, tuple[int, ...]], list[int]] = {}
    for relation in scene.relations:
        if relation.name in _TOGETHER:
            found.setdefault((relation.name, relation.objects), []).append(relation.subject)
    return {key: subjects for key, subjects in found.items() if len(set(subjects)) > 1}


def _heaped(scene: Scene) -> set[int]:
    """Things of which many are on a plate, in a basket."""
    companions = {index for row in _companions(scene).values() for index in row}
    return {
        relation.subject
        for relation in scene.relations
        if (relation.name == "in" or _is_dish(scene, relation))
        and scene.things[relation.subject].count > HEAPED
        and relation.subject not in companions
    }


def _is_dish(scene: Scene, relation: Relation) -> bool:
    """Whether something is on a plate, a pan."""
    under = noun(scene.things[relation.objects[0]].noun)
    return relation.name == "on" and under.category in ("food", "kitchen")


def _turned(clusters: list[Cluster], rng: random.Random) -> list[Cluster]:
    """Each as it is or in a mirror, by chance."""
    return [mirrored(cluster) if rng.random() < 0.5 else cluster for cluster in clusters]


def code_of(thing: Thing, scene: Scene, index: int) -> str:
    """The drawing that shows a thing: one that can wear things where it does."""
    art = noun(thing.noun).art
    wears = any(r.name in ("wearing", "holding") and r.subject == index for r in scene.relations)
    if wears:
        art = tuple(code for code in art if figure(code)) or art
    return art[0]


def _place(
    clusters: list[Cluster], where: Setting, frame: Frame, rng: random.Random, force: bool = False
) -> list[Sprite] | None:
    """The clusters in the frame, back to front; None when there is no room."""
    width, height = frame
    boxes = [cluster.extent() for cluster in clusters]
    tallest = max((box[3] - box[1] for box in boxes), default=0.0)
    margin = SLOT if height >= GRID else 0
    if not force and (tallest > height - margin or any(box[2] - box[0] > width for box in boxes)):
        return None
    order = list(range(len(clusters)))
    rng.shuffle(order)
    high = [i for i in order if clusters[i].kind in "al" and len(clusters) > 1 and not where.floats]
    low = [i for i in order if i not in high]
    rows = _rows(low, boxes, width)
    room = width * (1.12 if len(clusters) > 2 else 1.04)
    for members in (*rows, high):
        if sum(boxes[i][2] - boxes[i][0] for i in members) > room and not force:
            return None
    placed: dict[int, list[Sprite]] = {}
    for depth, members in enumerate(rows):
        standing = [clusters[i] for i in members]
        feet = _feet(standing, where, height, depth, len(rows), bool(high), rng)
        _spread(members, feet, clusters, placed, width, rng)
    if high:
        roof = min((s.box[1] for i in low for s in placed[i]), default=height - 4)
        if max(boxes[i][3] - boxes[i][1] for i in high) > roof + 2 and not force:
            return None
        feet = []
        for i in high:
            tall = boxes[i][3] - boxes[i][1]
            feet.append(snapped(rng.randint(0, max(0, round(roof - tall)))) + tall)
        _spread(high, feet, clusters, placed, width, rng)
    ordered = [*high, *(i for members in rows for i in members)]
    return [sprite for i in ordered for sprite in placed[i]]


def _rows(low: list[int], boxes: list, width: int) -> list[list[int]]:
    """One row of things, or a row of the taller behind one of the smaller."""
    total = sum(boxes[i][2] - boxes[i][0] for i in low)
    if len(low) < 3 or total <= width * 0.9:
        return [low]
    tallest = sorted(low, key=lambda i: boxes[i][1] - boxes[i][3])
    half = (len(low) + 1) // 2
    back, front = tallest[:half], tallest[half:]
    return [[i for i in low if i in back], [i for i in low if i in front]]


def _feet(
    clusters: list[Cluster], where: Setting, whole: int, depth: int, rows: int, high: bool,
    rng: random.Random,
) -> list[float]:  # fmt: skip
    """The row on which each cluster stands or floats, of `whole` rows."""
    feet = []
    level = rng.choice((0, SLOT))
    for cluster in clusters:
        box = cluster.extent()
        height = box[3] - box[1]
        on_water = cluster.kind == "w" and where.water
        first, last = (row * whole // GRID for row in (on_water or where.ground))
        if where.floats or cluster.kind in "al":
            foot: float = snapped(rng.randint(0, max(0, int(whole - height)))) + height
        elif where.deep == GRID:
            middle = (whole + height) / 2 + (3 if high else 1)
            foot = round(min(whole - 1, max(middle, height + 1))) + (level if rows == 1 else 0)
            foot = foot + 3 if rows > 1 and depth else foot - 3 if rows > 1 else foot
        elif rows > 1:
            foot = first if depth == 0 else last
        else:
            foot = rng.randint(first, last) if len(clusters) < 3 else first + level
        if where.deep < GRID and cluster.kind not in "al":  # no row of feet in the sky
            feet_apart = cluster.depth()
            foot = max(foot, min(last, where.horizon + 1 + feet_apart))
        margin = SLOT if SLOT + height <= whole == GRID and cluster.kind not in "al" else 0
        feet.append(max(height + margin, min(foot // SLOT * SLOT, whole)))
    return feet


def _spread(
    members: list[int], feet: list[float], clusters: list[Cluster],
    placed: dict[int, list[Sprite]], whole: int, rng: random.Random,
) -> None:  # fmt: skip
    """Side by side across `whole` cells, the free cells shared out before, between and behind."""
    boxes = [clusters[i].extent() for i in members]
    widths = [box[2] - box[0] for box in boxes]
    free = whole - sum(widths)
    if free >= 0:
        ends = 0.7 if len(members) == 1 else 0.5
        shares = [rng.uniform(0.1, 1) * (ends if k in (0, len(members)) else 1)
                  for k in range(len(members) + 1)]  # fmt: skip
        gaps = [free * share / sum(shares) for share in shares]
    else:
        gaps = [0.0, *([free / max(1, len(members) - 1)] * (len(members) - 1)), 0.0]
    x = 0.0
    for i, box, width, foot, gap in zip(members, boxes, widths, feet, gaps, strict=False):
        x += gap
        placed[i] = moved(clusters[i].sprites, snapped(x - box[0]), snapped(foot - box[3]))
        x += width


def inside(sprites: list[Sprite], frame: Frame) -> list[Sprite]:
    """Pushed into the frame where a whole drawing reaches outside."""
    pushed = []
    for sprite in sprites:
        left = max(0, min(sprite.left, frame[0] - sprite.width))
        bottom = min(frame[1], max(sprite.bottom, sprite.height))
        if (left, bottom) != (sprite.left, sprite.bottom):
            sprite = replace(sprite, left=left, bottom=bottom)
        pushed.append(sprite)
    return pushed
