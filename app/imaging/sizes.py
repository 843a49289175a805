"""Aspect ratios: grids of tokens near a ratio, and which of them a model can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.imaging.canvas import Grid

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    pass


def fits(grid: Grid, largest: Grid) -> bool:
    """Whether a model whose grids reach to `largest` draws `grid` at once."""
    return grid[0] <= largest[0] and grid[1] <= largest[1]


def grids(usual: Grid, ratios: tuple[tuple[int, int], ...]) -> list[Grid]:
    """Grids of `ratios` (width, height) that the square `usual` fits into, sides rounded."""
    side = usual[0]
    found = [
        (round(side * max(1.0, tall / wide)), round(side * max(1.0, wide / tall)))
        for wide, tall in ratios
    ]
    return list(dict.fromkeys(found))


RATIOS = ((1, 1), (4, 3), (3, 4), (16, 9), (9, 16))  # width to height, as offered


def largest_of(generator: Any) -> Grid:
    """The largest grid (rows, columns) that is drawn at once."""
    model = getattr(generator, "masked", None)
    usual: Grid = generator.grid_size
    return tuple(model.config.max_grid_size) if model is not None else usual  # type: ignore[return-value]


def sizes_of(generator: Any) -> list[Grid]:
    """Grids (rows, columns) to choose from, the usual one first; one where there is no choice.

    A model that draws its usual grid alone grows pictures around it (see `app.imaging.outpaint`).
    One that is elsewhere, and cannot show tokens here, has no choice.
    """
    from app.imaging.sizes import grids
    from maskgil.data.aspect_buckets import buckets, nearest_bucket

    usual: Grid = generator.grid_size
    largest = largest_of(generator)
    if usual[0] != usual[1] or usual[0] % 2 or not hasattr(generator, "to_images"):
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
