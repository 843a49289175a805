"""Outpainting: pictures larger than the model's grid, grown outward window by window.

A model that learned one grid (nano: a square) sees only what lies in a window of that size; each
window holds mostly what is there already, so that what is added goes on with it.
"""

# h, w token grid; N = h · w.

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from app.imaging.canvas import Canvas, Grid
from maskgil.utils.images import window_starts

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.pipelines.image_generator import Preview

STRIDE = 6  # a window moves on by this part of its side: the rest of it is known
Window = tuple[slice, slice]  # rows, columns
PLAIN = "a white background"


def placed(canvas: Canvas, wanted: Grid) -> tuple[Canvas, np.ndarray]:
    """`canvas`, token by token, in the middle of a larger grid; and the cells (h, w) around it."""
    top, left = ((wanted[axis] - canvas.grid[axis]) // 2 for axis in (0, 1))
    middle = slice(top, top + canvas.grid[0]), slice(left, left + canvas.grid[1])
    tokens, marked = np.zeros(wanted, np.int64), np.ones(wanted, bool)
    tokens[middle] = canvas.tokens.reshape(canvas.grid)
    marked[middle] = False
    return Canvas(canvas.prompt, tokens.ravel(), wanted), marked


def windows(unknown: np.ndarray, size: Grid) -> list[Window]:
    """Windows of `size` in the order they are drawn, together over all `unknown` cells (h, w).

    From the middle outward, so that each one holds as much as can be of what is there.
    """
    starts = [
        window_starts(unknown.shape[axis], size[axis], max(1, size[axis] // STRIDE))
        for axis in (0, 1)
    ]
    order = sorted(
        (max(row_turn, column_turn), row_turn, column_turn, row, column)
        for row_turn, row in enumerate(starts[0])
        for column_turn, column in enumerate(starts[1])
    )
    left, found = unknown.copy(), []
    for *_, row, column in order:
        window = slice(row, row + size[0]), slice(column, column + size[1])
        if left[window].any():
            left[window] = False
            found.append(window)
    return found


def draw_windows(
    given: np.ndarray,
    grid: Grid,
    size: Grid,
    mask_id: int,
    draw: Callable[[np.ndarray], Generator[Preview, None, None]],
    to_images: Callable[[np.ndarray], list[Image]],
) -> Generator[Preview, None, None]:
    """Fill the `mask_id` of `given` (N,) on `grid`; previews and the last, "done", of all of it.

    `draw` completes one window (size's N,); `to_images` shows tokens (N,) of the whole grid.
    """
    import torch

    tokens = given.reshape(grid).copy()
    order = windows(tokens == mask_id, size)
    for turn, window in enumerate(order):
        for preview in draw(tokens[window].ravel()):
            now = tokens.copy()
            now[window] = preview.tokens.cpu().numpy().reshape(size)
            last = turn == len(order) - 1 and preview.stage == "done"
            yield replace(
                preview,
                step=turn * preview.num_steps + preview.step,
                num_steps=len(order) * preview.num_steps,
                tokens=torch.from_numpy(now.ravel())[None],  # (1, N)
                stage="done" if last else "masked",
                images=to_images(now.ravel()),
            )
        tokens = now


def surroundings(prompt: str) -> str:
    """What lies around the things of `prompt`: its place or coloured background, else white."""
    from maskgil.nano.prompts.normalizer import GROUND_WORDS, split

    words = split(prompt)
    for place, names in GROUND_WORDS.items():
        if set(words) & set(names.split()):
            return place
    for word, after in pairwise(words):
        if after in ("background", "wall", "backdrop"):
            return f"a {word} background"
    return PLAIN


def draw_wide(
    draw: Callable[[str, np.ndarray], Generator[Preview, None, None]],
    show: Callable[[np.ndarray], list[Image]],
    prompt: str,
    given: np.ndarray | None,
    grid: Grid,
    *,
    usual: Grid,
    mask_id: int,
    around: bool = False,
) -> Generator[Preview, None, None]:
    """Draw on a `grid` larger than the `usual` one, by `draw(caption, tokens)` in windows of that.

    A new picture (`given` None) is one of the usual shape first, which is then drawn around.
    """
    place = surroundings(prompt) if around or given is None else prompt
    if given is None:
        given = np.full(grid[0] * grid[1], mask_id, np.int64)

    def window(tokens: np.ndarray) -> Generator[Preview, None, None]:
        return draw(prompt if (tokens == mask_id).all() else place, tokens)

    return draw_windows(given, grid, usual, mask_id, window, show)
