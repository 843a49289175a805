"""Aspect ratios: grids of tokens near a ratio, and which of them a model can draw."""

from __future__ import annotations

from typing import Protocol

from app.imaging.canvas import Grid

RATIOS = ((1, 1), (4, 3), (3, 4), (16, 9), (9, 16))  # width to height, as offered


class GridGenerator(Protocol):
    """The properties of a generator that sizes depend on."""

    @property
    def grid_size(self) -> Grid: ...

    @property
    def largest_grid(self) -> Grid: ...


def fits(grid: Grid, largest: Grid) -> bool:
    """Whether a model with grids up to `largest` draws `grid` in one pass."""
    return grid[0] <= largest[0] and grid[1] <= largest[1]


def grids(usual: Grid, ratios: tuple[tuple[int, int], ...]) -> list[Grid]:
    """Grids of `ratios` (width, height) that contain the square `usual`, sides rounded."""
    side = usual[0]
    found = [
        (round(side * max(1.0, tall / wide)), round(side * max(1.0, wide / tall)))
        for wide, tall in ratios
    ]
    return list(dict.fromkeys(found))


def sizes_of(generator: GridGenerator) -> list[Grid]:
    """Grids (rows, columns) on offer, the usual one first.

    A model with only one grid outpaints around it (see `app.imaging.outpaint`).
    """
    from maskgil.data.aspect_buckets import buckets, nearest_bucket

    usual: Grid = generator.grid_size
    largest = generator.largest_grid
    if usual[0] != usual[1] or usual[0] % 2:
        return [usual]
    if largest == usual:
        return list(dict.fromkeys([usual, *grids(usual, RATIOS)]))
    fitting = [
        size
        for size in buckets(usual[0], step=2)
        if size[0] <= largest[0] and size[1] <= largest[1]
    ]
    near = [nearest_bucket((tall, wide), fitting) for wide, tall in RATIOS if fitting]
    return list(dict.fromkeys([usual, *near]))
