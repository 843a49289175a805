"""Pictures of scenes beyond the model's own grid: what is behind their things goes on around them.

Beside it, its mirror image; above it and below, its edge, drawn out. A model that learned one grid
draws no such part of a scene: where it sees the foot of a picture it draws another foot below.
"""

# h, w token grid; N = h · w; H, W pixels.

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from app.imaging.canvas import Grid
from app.imaging.outpaint import Draw, Show, Window, draw_windows, middle_window, surroundings

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.pipelines.previews import Preview

EDGE = 1  # cells of the edge that are drawn out above and below
WEATHER = 7  # the same where something falls, which is nowhere drawn out by much
SOFT = 1.0  # blur of what is drawn out, in cells, at a distance of one cell; grows with it


def extended(
    picture: np.ndarray, window: Window, grid: Grid, *, weather: bool = False
) -> np.ndarray:
    """`picture` (H, W, 3) uint8 of a `window` of a grid (h, w), gone on with over all of the grid.

    The window has at least half of each side. `weather`: rain, snow or fog is all over it.
    """
    from PIL import Image as images

    rows, columns = window
    cell = picture.shape[0] / (rows.stop - rows.start)
    left, right = (round(cell * n) for n in (columns.start, grid[1] - columns.stop))
    top, bottom = (round(cell * n) for n in (rows.start, grid[0] - rows.stop))
    wide = np.pad(picture, ((0, 0), (left, right), (0, 0)), mode="symmetric")
    edge = max(1, round((WEATHER if weather else EDGE) * cell))
    parts = [wide]
    if top:
        band = images.fromarray(wide[:edge][::-1]).resize((wide.shape[1], top))
        parts.insert(0, np.asarray(band) if weather else _softened(band, cell, upward=True))
    if bottom:
        band = images.fromarray(wide[-edge:][::-1]).resize((wide.shape[1], bottom))
        parts.append(np.asarray(band) if weather else _softened(band, cell, upward=False))
    return np.concatenate(parts)


def _softened(band: Image, cell: float, *, upward: bool) -> np.ndarray:
    """A band (H, W, 3) whose rows are blurred the more, the farther they are from its picture."""
    made = np.asarray(band).astype(np.float32)
    for row in range(len(made)):
        distance = (len(made) - 1 - row if upward else row) / cell
        reach = int(SOFT * distance * cell)
        if reach:
            padded = np.pad(made[row], ((reach, reach + 1), (0, 0)), mode="reflect").cumsum(0)
            made[row] = (padded[2 * reach + 1 :] - padded[: -2 * reach - 1])[: len(made[row])] / (
                2 * reach + 1
            )
    return made.round().clip(0, 255).astype(np.uint8)


def falls(prompt: str) -> bool:
    """Whether there is weather in the scene of `prompt`."""
    from maskgil.nano.reader.reader import read_scene

    return read_scene(prompt).scene.weather != "clear"


def known_part(known: np.ndarray) -> Window:
    """The smallest window that holds all `known` cells (h, w)."""
    rows, columns = np.nonzero(known)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


def draw_extended(
    draw: Draw,
    show: Show,
    extend: Callable[[np.ndarray, Window], np.ndarray],
    prompt: str,
    given: np.ndarray | None,
    grid: Grid,
    *,
    usual: Grid,
    mask_id: int,
    part: str | None = None,
    draft: np.ndarray | None = None,
    share: float | None = None,
    details: np.ndarray | None = None,
) -> Generator[Preview, None, None]:
    """A new picture on a `grid` larger than the `usual` one, or `given` tokens (N,) that grow.

    `draw`, `share` and `details` are as in `draw_wide`. `extend(tokens, window)` goes on with the
    tokens of a window over the whole grid (h, w). `draft`: the drawings (h, w, P, P, 4) of a new
    picture, None for the drafter's own, or those that are in what is given, where that is known.
    """
    middle = middle_window(grid, usual)
    behind: list[np.ndarray] = []
    tokens = np.full(grid, mask_id, np.int64)
    if given is not None:
        tokens = given.reshape(grid).copy()
        if draft is not None:
            tokens[middle][draft[middle][..., 3].max((2, 3)) > 0] = mask_id

    def window(turn: int, there: np.ndarray) -> Generator[Preview, None, None]:
        if given is not None:
            stream = draw(surroundings(prompt), there, "", None)
        else:
            stream = draw(prompt, there, part, None if draft is None else draft[middle])
        for preview in stream:
            now = preview.tokens.cpu().numpy().reshape(usual)
            if not behind and (now != mask_id).all():  # before the things are laid over it
                behind.append(now)
            yield preview if given is None else replace(preview, details=None)

    def finish(now: np.ndarray) -> np.ndarray:
        scenery = now.copy()
        scenery[middle] = behind[0]
        inside = middle if given is None else known_part(given.reshape(grid) != mask_id)
        around = extend(scenery[inside], inside)
        if given is None:
            around[middle] = now[middle]
            return around
        return np.where(given.reshape(grid) == mask_id, around, given.reshape(grid))

    return draw_windows(tokens, [middle], window, show, share, finish, details)
