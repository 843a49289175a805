"""Sizes in cells: those available, and the largest that fit."""

# Units are cells of 8 x 8 pixels at 192: a whole picture is 24 by 24 of them.

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from maskgil.nano.world.arranging.hollows import fitting
from maskgil.nano.world.arranging.rows import ON_TOP, line_width, served_width
from maskgil.nano.world.clusters import (
    GRID,
    SLOT,
    WHOLE,
    Frame,
    apart_for,
    circle_of,
    heap_width,
    rows_afloat,
    rows_for,
    stack_step,
)
from maskgil.nano.world.scene import LINED_UP, STACKED

SIZES = (4, 6, 8, 10, 12, 14, 16)  # cells of a drawing's longer side
SMALLEST, LARGEST = SIZES[0], SIZES[-1]
VAST = (18, 20, 22)
"""Cells of what is said to be larger than all else."""
PLAIN = 8  # cells at which a drawing's tokens show what it is
MANY = 6  # copies of which those behind are no smaller than can be made out
FEWEST, FEW = 2, 3  # copies that are side by side in a container
_NEARLY, _CLOSELY = 0.8, 2 / 3  # of the width of a copy in a line, what the next one leaves free
_ROWS_ON_IT = 0.85  # of a dish, how wide two rows on it are
_SUPPORTING, _SHRUNK = 0.75, 0.5
"""How wide a support of many grows, of the frame; how small they become at least, of their size."""
IN_SIGHT = 4  # copies in a line that hardly hide each other

AspectOf = Callable[[str], float]  # width / height of a drawing


class CellSizes:
    """Sizes of drawings in cells, in a frame: the whole picture or a part of it.

    `aspect`: code -> a drawing's width over its height.
    """

    def __init__(self, aspect: AspectOf, frame: Frame = WHOLE) -> None:
        self.aspect, self.frame = aspect, frame

    def heap_size(self, code: str, count: int, room: int, most: float) -> tuple[int, int]:
        """The largest drawings of which a heap is no wider than `room`."""
        fitting = [
            size
            for size in SIZES
            if size <= most * 1.15 and heap_width(count, self.cells(code, size)[0]) <= room + SLOT
        ]
        return self.cells(code, max(fitting, default=SMALLEST))

    def side_by_side(
        self, codes: list[str], row: dict[int, int], below: int, sizes: list[tuple[int, int]]
    ) -> None:
        """Sizes of things, index -> how many, that are no wider than what all of them are on.

        That grows, as far as it may.
        """
        wide = sum(count * sizes[index][0] for index, count in row.items())
        room = ON_TOP * sizes[below][0]
        if wide <= room:
            return
        most = self.frame[0] * _SUPPORTING / room
        grown = max(sizes[below]) * max(1.0, min(math.sqrt(wide / room), most))
        sizes[below] = self.cells(codes[below], grown)
        share = max(_SHRUNK, ON_TOP * sizes[below][0] / wide)
        for index in row if share < 1 else ():
            sizes[index] = self.cells(codes[index], max(SMALLEST, max(sizes[index]) * share))

    def in_hollow(
        self, code: str, count: int, room: tuple[float, float], free: tuple[float, float]
    ) -> tuple[int, int]:
        """The largest drawings of which so many are within a hollow that has so much room."""
        return self.cells(code, fitting(count, room, partial(self.cells, code), SIZES, free))

    def served_size(self, codes: list[str], room: int) -> int:
        """The largest side with which drawings on a dish so wide are within its edges."""
        room = round(room * _ROWS_ON_IT) if len(codes) > 2 else room
        fitting = [
            size
            for size in SIZES
            if served_width([self.cells(code, size)[0] for code in codes]) <= room
        ]
        return max(fitting, default=SMALLEST)

    def on_a_line(self, code: str, count: int, room: float, most: float) -> float:
        """The largest drawings of which a line is no wider than the room, or smallest ones."""
        wide = min(self.frame[0], room)
        fitting = [
            size
            for size in SIZES
            if size <= most * 1.15 and line_width(count, self.cells(code, size)[0]) <= wide
        ]
        return max(fitting, default=SMALLEST)

    def limit(self, code: str, count: int, deep: float, *, alone: bool = False) -> float:
        """The longest side with which so many copies find room."""
        if count == 1:
            return LARGEST
        aspect = self.aspect(code)
        width, height = min(1.0, aspect), min(1.0, 1 / aspect)
        rows = rows_for(count, width * 8, height * 8, deep, self.frame)
        across = -(-count // rows)
        apart = apart_for(rows, height, count, deep)
        wide, tall = self.frame[0], self.frame[1] - SLOT
        if (
            alone and across == FEWEST and deep < GRID == wide
        ):  # in a place nobody is cut off by its edges
            wide -= 2 * SLOT
        most = LARGEST if rows == 1 else GRID / 2
        return min(most, wide / across / width, tall / rows / height, apart)

    def most_afloat(self, code: str, count: int, deep: float) -> int:
        """The longest side with which so many find room on water, in rows of their own."""
        return next(
            (size for size in reversed(SIZES)
             if rows_afloat(count, self.cells(code, size), deep, self.frame[0])),
            SMALLEST,
        )  # fmt: skip

    def farther(self, code: str, size: tuple[int, int], count: int) -> tuple[int, int]:
        """The next smaller size, of who stands behind others on the ground; small ones stay."""
        longer = max(size)
        return self.cells(code, longer - SLOT) if longer > PLAIN - (count < MANY) else size

    def most_in(self, order: str, code: str, count: int, room: int) -> float:
        """The longest side with which so many in an order find room."""
        for size in reversed(SIZES):
            width, height = self.cells(code, size)
            if order == LINED_UP:
                free = _CLOSELY if count > IN_SIGHT else _NEARLY
                fits = width + (count - 1) * math.ceil(width * free) <= room
            elif order == STACKED:
                fits = height + (count - 1) * stack_step(height) <= self.frame[1] - SLOT
            else:
                across, down = circle_of(count, (width, height), grounded=True)
                fits = 2 * across + width <= self.frame[0] and (
                    2 * down + height <= self.frame[1] - SLOT
                )
            if fits:
                return size
        return SMALLEST

    def nearest(self, code: str, longer: float) -> tuple[int, int]:
        """As `cells`, the longer side the nearest of `SIZES`."""
        return self.cells(code, min(SIZES, key=lambda size: abs(size - longer)))

    def cells(self, code: str, longer: float, among: tuple[int, ...] = SIZES) -> tuple[int, int]:
        """Width and height in whole slots; the longer side is one `among` some, near `longer`."""
        aspect = self.aspect(code)
        near = longer * 1.15 if longer <= LARGEST else longer
        whole = max((size for size in among if size <= near), default=SMALLEST)
        shorter = SLOT * math.ceil(whole * min(aspect, 1 / aspect) / SLOT - 0.05)
        return (whole, max(SLOT, shorter)) if aspect >= 1 else (max(SLOT, shorter), whole)
