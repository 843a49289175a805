"""Drafts for training: reference tokens of a scene's drawings, laid out back to front."""

# h, w grid of the picture's tokens.

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.drafts.references import References, Size, look_of
from maskgil.nano.world.arranging.sizes.cell_sizes import SIZES
from maskgil.nano.world.clusters import GRID, Sprite, moved
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Scene

OUTSIDE = 3  # cells of the hole that a frame must gain for each cell outside of it
NOBODY = -1  # owner of an empty cell
WHOLE_HOLE = np.ones((GRID, GRID), bool)


class Drafts:
    """Lays drafts of scenes out of `references`."""

    def __init__(self, references: References) -> None:
        self.references, self.layout = references, Layout(references.aspect)

    def of(self, scene: Scene, seed: int | str, hole: np.ndarray = WHOLE_HOLE) -> np.ndarray:
        """The draft (h, w) int64 of a scene laid out by `seed`, NO_CODE where it is empty.

        It fills the largest part of the `hole` (h, w) bool and is empty outside.
        """
        left, top, width, height = frame_in(hole)
        sprites = Layout(self.references.aspect, (width, height)).arranged(scene, seed)[1]
        draft = self.lay(scene, moved(sprites, left, top), hole.shape)
        return np.where(hole, draft, NO_CODE)

    def lay(
        self, scene: Scene, sprites: Iterable[Sprite], shape: tuple[int, ...] = (GRID, GRID)
    ) -> np.ndarray:
        """The draft (h, w) int64 of sprites already laid out, rounded to whole cells."""
        grid = np.full(shape, NO_CODE, np.int64)
        owners = np.full(shape, NOBODY)
        for sprite in sprites:
            size = self._size(sprite)
            look = look_of(scene.things[sprite.thing])
            codes = self.references.tokens(sprite.code, size, look, sprite.mirrored)
            left = round(sprite.left + (sprite.width - size[0]) / 2)
            top = round(sprite.bottom - (sprite.height + size[1]) / 2)
            first, last = (round(share * size[1]) for share in sprite.part)
            thin = (codes != NO_CODE) & self.references.thin[codes]
            place = left, top + first
            _paste(grid, owners, codes[first:last], thin[first:last], place, sprite.thing)
        return grid

    def _size(self, sprite: Sprite) -> Size:
        """Cells of the drawing: what is worn or held has no size of its own, but the nearest."""
        longer = max(sprite.width, sprite.height)
        if longer in SIZES:
            return int(sprite.width), int(sprite.height)
        nearest = min(SIZES, key=lambda size: abs(size - longer))
        return self.layout.cells(sprite.code, nearest)


def frame_in(hole: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, width and height of the rectangle that best covers a `hole` (h, w).

    It covers the largest of several parts.
    """
    rows, columns = hole.shape
    if hole.all():
        return 0, 0, columns, rows
    gains = np.where(hole, 1, -OUTSIDE)
    sums = np.zeros((rows + 1, columns + 1), np.int64)
    sums[1:, 1:] = gains.cumsum(0).cumsum(1)
    strips = sums[None] - sums[:, None]  # (top, bottom, w + 1)
    gained = strips[:, :, None, :] - strips[:, :, :, None]  # (top, bottom, left, right)
    ordered = np.triu(np.ones((rows + 1, rows + 1), bool), 1)[:, :, None, None]
    ordered = ordered & np.triu(np.ones((columns + 1, columns + 1), bool), 1)
    best = np.where(ordered, gained, np.iinfo(np.int64).min).argmax()
    top, bottom, left, right = np.unravel_index(best, gained.shape)
    return int(left), int(top), int(right - left), int(bottom - top)


def _paste(
    grid: np.ndarray, owners: np.ndarray, codes: np.ndarray, thin: np.ndarray,
    place: tuple[int, int], thing: int,
) -> None:  # fmt: skip
    """Lay `codes` (h, w) of a thing over the grid where they are any, cut off at its edges.

    Another thing that stands there, as `owners` tells, stays where they are `thin`: their paper
    would be seen before it. Between copies of one it shows where each ends.
    """
    (left, top), (height, width) = place, codes.shape
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(grid.shape[0], top + height), min(grid.shape[1], left + width)
    if y1 <= y0 or x1 <= x0:
        return
    window, whose = grid[y0:y1, x0:x1], owners[y0:y1, x0:x1]
    inside = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
    shown, others = codes[inside], (whose != NOBODY) & (whose != thing)
    laid = (shown != NO_CODE) & ~(thin[inside] & others)
    np.copyto(window, shown, where=laid)
    whose[laid] = thing
