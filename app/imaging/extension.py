"""Outpainting of scenes: scenery beyond the model's grid is extended by mirroring and stretching.

Mirrored to the sides; above and below its edge rows are stretched. A model that learned one grid
cannot extend a scene: given the ground of a picture it draws another ground below it. `outpaint` is
for models that can.
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

EDGE = 1  # rows of cells stretched above and below
WEATHER = 7  # the same with rain or snow, which must not be stretched much
SOFT = 1.0  # blur of stretched parts, in cells for each cell of distance


def extended(
    picture: np.ndarray, window: Window, grid: Grid, *, weather: bool = False
) -> np.ndarray:
    """`picture` (H, W, 3) uint8 of a `window` of a grid (h, w), extended over the whole grid.

    The window has at least half of each side. `weather`: it shows rain, snow or fog.
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
    """A band (H, W, 3) blurred row by row, more with the distance from the picture."""
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
    """Whether the scene of `prompt` has weather."""
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
    """Draw on a `grid` larger than the `usual` one: a new picture, or `given` tokens (N,) extended.

    `draw`, `share` and `details` are as in `draw_wide`. `extend(tokens, window)` extends the tokens
    of a window over the whole grid (h, w). `draft`: the drawings (h, w, P, P, 4) of a new picture,
    None for the drafter's own, or those within the given tokens, if known.
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
            if not behind and (now != mask_id).all():  # the scenery, before things are laid over it
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
