"""Clusters: sprites laid out together, and rows of copies of one thing."""

# Units are cells of 8 x 8 pixels at 192: the picture is 24 by 24 of them. y grows downward.

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from maskgil.nano.world.nouns import Noun, drawings_of, facing
from maskgil.nano.world.scene import CIRCLED, LINED_UP, STACKED

GRID = 24
LAID, SEATED, UP, TURNED = "|lying", "|sitting", "|up", "|turned"
"""What follows the code of a drawing that lies on its side, whose legs are bent, that climbs."""
SLOT = (
    2  # cells: a drawing's corner and sides are multiples, so that its tokens are always the same
)
HEAPED = 3  # of one thing on a plate or in a basket, more are heaped
SMALL = 4  # cells of which a heap hides nothing sidewise
STACK = 0.62  # of the height, from one of a stack to the next
STAGGER, DENSE = 0.75, 0.5  # of the height, between two rows of copies on the ground, or three
BEHIND = 0.6  # the same of two rows, where those behind are smaller
CROWD = 7  # copies that may stand on ground a slot deeper
_HALF_SEEN = 0.5  # of a thing in a row, at least
ALOFT = "alcr"
"""Kinds that touch no ground: in the air, on a wall, in a corner of the sky, all over the sky."""
Box = tuple[float, float, float, float]  # left, top, right, bottom
Frame = tuple[int, int]  # width, height of what is filled
WHOLE: Frame = (GRID, GRID)
_IN_A_CORNER = (
    "sun", "smiling sun", "full moon", "crescent moon", "moon with a face", "star",
    "glowing star", "cloud", "rain cloud", "storm cloud", "snow cloud", "lightning cloud",
)  # fmt: skip


@dataclass(frozen=True)
class Sprite:
    """One drawing in the picture: `left`, `bottom`, `width`, `height` in cells.

    All are whole.
    """

    thing: int
    code: str
    left: float
    bottom: float
    width: float
    height: float
    stands: bool = True  # casts a shadow where it touches the ground
    mirrored: bool = False
    part: tuple[float, float] = (0.0, 1.0)  # the rows that are drawn, in shares of its height

    @property
    def box(self) -> Box:
        return self.left, self.bottom - self.height, self.left + self.width, self.bottom

    @property
    def middle(self) -> float:
        """How far to the right its middle is."""
        return self.left + self.width / 2


def drawing_of(code: str) -> str:
    """The code of the plain drawing behind a sprite's code."""
    return code.partition("|")[0]


def snapped(cells: float) -> int:
    """The nearest whole slot, in cells."""
    return SLOT * round(cells / SLOT)


def slots_up(cells: float) -> int:
    """The next whole slot upwards: lower things overlap, higher ones would float."""
    return SLOT * math.ceil(cells / SLOT - 0.1)


def extent(sprites: Iterable[Sprite]) -> Box:
    """The outline of all of them."""
    left, top, right, bottom = zip(*(sprite.box for sprite in sprites), strict=True)
    return min(left), min(top), max(right), max(bottom)


def moved(sprites: Iterable[Sprite], dx: float, dy: float) -> list[Sprite]:
    return [replace(s, left=s.left + dx, bottom=s.bottom + dy) for s in sprites]


def floating(sprites: Iterable[Sprite]) -> list[Sprite]:
    """Without shadows on the ground."""
    return [replace(sprite, stands=False) for sprite in sprites]


@dataclass
class Cluster:
    """Sprites laid out together, back to front; `kind`: its support, a letter of places."""

    sprites: list[Sprite] = field(default_factory=list)
    kind: str = "g"

    def extent(self) -> Box:
        return extent(self.sprites)

    def depth(self) -> float:
        """How far apart the feet of what stands are."""
        feet = [sprite.bottom for sprite in self.sprites if sprite.stands]
        return max(feet) - min(feet) if feet else 0.0

    def of(self, things: set[int]) -> Box:
        """The outline of these things' sprites."""
        return extent(s for s in self.sprites if s.thing in things)


def abreast(clusters: list[Cluster], room: float = GRID) -> Cluster:
    """Several things side by side on one line; without `room` they hide each other in part."""
    sprites: list[Sprite] = []
    widths = [right - left for left, _, right, _ in (each.extent() for each in clusters)]
    step = min(1.0, max(_HALF_SEEN, (room - widths[-1]) / max(1, sum(widths[:-1]))))
    x = 0.0
    for cluster, width in zip(clusters, widths, strict=True):
        left, _, _, bottom = cluster.extent()
        sprites += moved(cluster.sprites, round(x) - left, -bottom)
        x += width * step
    return Cluster(sprites, clusters[0].kind)


def mirrored(cluster: Cluster) -> Cluster:
    """The mirrored cluster; drawings that face no side are unchanged."""
    left, _, right, _ = cluster.extent()
    turned = [
        replace(
            sprite,
            left=left + right - sprite.left - sprite.width,
            mirrored=sprite.mirrored != (sprite.code.removesuffix(TURNED) in facing()),
        )
        for sprite in cluster.sprites
    ]
    return Cluster(turned, cluster.kind)


def joint(*clusters: Cluster) -> str:
    """The common support of several: the ground if any is on it, else water."""
    kinds = [cluster.kind for cluster in clusters]
    return next((kind for kind in "gwlacr" if kind in kinds), "g")


def shows(cluster: Cluster, categories: tuple[str, ...]) -> bool:
    """Whether something of these categories is in it."""
    return any(drawing_of(sprite.code) in drawings_of(categories) for sprite in cluster.sprites)


def kind_of(noun: Noun) -> str:
    """A noun's support by itself: g, w, or one of `ALOFT`."""
    if noun.name in _IN_A_CORNER:
        return "c"
    if noun.name == "rainbow":
        return "r"
    return next((letter for letter in noun.places if letter in "gawl"), "g")


def apart_for(rows: int, height: float, count: int, deep: float) -> float:
    """The scale at which rows of drawings fit ground of depth `deep`."""
    if deep >= GRID or rows == 1:
        return GRID
    return (deep + SLOT * (count >= CROWD)) / ((rows - 1) * stagger(rows, count) * height)


def stagger(rows: int, count: int) -> float:
    """The rise from one row of copies on the ground to the next, as a share of their height.

    Of three rows of different lengths each is visible in the gaps of the one before it.
    """
    return DENSE if rows > 2 and count % rows else STAGGER


def rows_for(
    count: int, width: float, height: float, deep: float = GRID, frame: Frame = WHOLE
) -> int:
    """The number of rows that maximises the copies' size; feet at most `deep` cells apart."""
    if count <= 2:
        return 1
    best, chosen = 0.0, 1
    for rows in (1, 2, 3):
        across = -(-count // rows)
        apart = apart_for(rows, height, count, deep)
        wide, tall = across * (width + 0.6), rows * height + (rows > 1)
        scale = min((frame[0] - 1) / wide, (frame[1] - 4) / tall, apart)
        if scale > best * 1.08:
            best, chosen = scale, rows
    return chosen


def rows_afloat(count: int, size: tuple[int, int], deep: float, wide: int = GRID) -> int | None:
    """In how many rows so many find room on water of depth `deep`; None for no room."""
    for rows in (1, 2, 3):
        rise = max(SLOT, snapped(size[1] * stagger(rows, count)))
        if -(-count // rows) * size[0] <= wide and (rows - 1) * rise <= deep:
            return rows
    return None


def heap_rows(count: int) -> list[int]:
    """The numbers per row of a heap, back first: each row has one less than the row before it."""
    front = math.ceil((math.sqrt(8 * count + 1) - 1) / 2)
    rows = []
    while count > 0:
        rows.append(min(front, count))
        count, front = count - rows[-1], front - 1
    return rows[::-1]


def _heap_step(width: int) -> int:
    return max(SMALL, width - SLOT)


def heap_width(count: int, width: int) -> int:
    """The width of a heap."""
    return width + (heap_rows(count)[-1] - 1) * _heap_step(width)


def _heap(index: int, code: str, size: tuple[int, int], count: int, kind: str) -> Cluster:
    """Copies in rows that overlap, each in the gaps of the one before it."""
    width, height = size
    rise = max(SLOT, snapped(height / 2))
    rows = heap_rows(count)
    sprites = []
    for row, many in enumerate(rows):
        left = snapped((rows[-1] - many) * _heap_step(width) / 2)
        up = rise * (len(rows) - 1 - row)
        sprites += [
            Sprite(index, code, left + copy * _heap_step(width), -up, width, height, kind in "gwt")
            for copy in range(many)
        ]
    return Cluster(sprites, kind)


def _ordered(
    index: int, code: str, size: tuple[int, int], count: int, kind: str, order: str, room: int
) -> Cluster:
    """Copies in a line, one on the other, or in a circle."""
    width, height = size
    if order == LINED_UP:
        step = line_step(count, width, room)
        places = [(copy * step, 0) for copy in range(count)]
    elif order == STACKED:
        up = stack_step(height)
        places = [(copy % 2, -copy * up) for copy in range(count)]
    else:
        across, down = circle_of(count, size, grounded=kind in "gwt")
        turns = [2 * math.pi * copy / count - math.pi / 2 for copy in range(count)]
        places = [(round(across * math.cos(t)), round(down * math.sin(t))) for t in turns]
        places.sort(key=lambda place: place[1])
    stands = kind in "gwt"
    sprites = [
        Sprite(index, code, x, y, width, height, stands and (order != STACKED or y == 0))
        for x, y in places
    ]
    return Cluster(sprites, kind)


def line_step(count: int, width: int, room: int) -> int:
    """The step between copies in a line: apart if there is room, else overlapping."""
    fitting = (room - width) // max(1, count - 1)
    return max(math.ceil(width * 0.5), min(width + SLOT // 2, fitting))


def stack_step(height: int) -> int:
    """The vertical step of a stack."""
    return max(1, round(height * STACK))


def circle_of(count: int, size: tuple[int, int], *, grounded: bool) -> tuple[float, float]:
    """Semi-axes of the perspective circle on the ground with room for all copies."""
    across = max(size[0], count * size[0] * 0.9 / math.pi) / (1 if count > 2 else 1.5)
    return across, max(size[1] * 0.75, across * (0.45 if grounded else 0.8))


def copies(
    index: int, code: str, size: tuple[int, int], count: int, kind: str, *,
    rng: random.Random, deep: float = GRID, order: str = "", frame: Frame = WHOLE,
    tight: bool = False, far: tuple[int, int] | None = None,
) -> Cluster:  # fmt: skip
    """The copies of one thing, in rows that maximise their size, or in an `order`: line, heap.

    `tight`: without gaps. `far`: the size of more distant ones on the ground.
    """
    if order == "heap":
        return _heap(index, code, size, count, kind)
    if order in (STACKED, CIRCLED, LINED_UP) and count > 1:
        return _ordered(index, code, size, count, kind, order, frame[0])
    width, height = size
    rows = 1 if order == "line" else rows_for(count, width, height, deep, frame)
    if kind == "w" and deep < GRID and order != "line":
        rows = rows_afloat(count, size, deep, frame[0]) or rows
    grounded = deep < GRID and kind in "gwt"
    rise = max(SLOT, snapped(height * stagger(rows, count))) if grounded else height
    deeper = far is not None and grounded and far != size
    rise = min(rise, max(SLOT, snapped(height * BEHIND))) if deeper and rows == 2 else rise
    each = [count // rows + (row < count % rows) for row in range(rows)]
    if rng.random() < 0.5:
        each.reverse()
    if rows > 2 and grounded:
        few, most = min(each), max(each)
        each = [most, few, most] if count % rows == 2 else [few, most, few]
    widest = max(each)
    step = width + (SLOT if not tight and widest * (width + SLOT) <= frame[0] + SLOT else 0)
    across = widest * step
    loose = count <= 4 and rows == 1 and order != "line"
    room = (
        int(frame[0] - across + step - width) if deeper and rows == 2 and each[0] == each[1] else 0
    )
    aside = min(snapped(step / 2), room // SLOT * SLOT)  # who is behind is seen in the gaps
    sprites = []
    for row, many in enumerate(each):
        left = snapped((across - many * step) / 2) + (aside if row < rows - 1 else 0)
        up = (rows - 1 - row) * rise
        wide, tall = far if far and deeper and row < rows - 1 else size
        inner = (width - wide) // 2
        for copy in range(many):
            jitter = rng.choice((0, 0, SLOT)) if loose else 0
            sprites.append(
                Sprite(
                    index, code, left + inner + copy * step, -jitter - up, wide, tall,
                    kind in "gwt",
                )
            )  # fmt: skip
    return Cluster(sprites, kind)
