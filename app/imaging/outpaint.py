"""Outpainting: pictures larger than the model's grid, grown outward window by window.

A model that learned one grid (nano: a square) sees only a window of that size; windows overlap
mostly known tokens, so that new ones continue them.
"""

# h, w token grid; N = h · w.

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from app.imaging.canvas import Canvas, Grid

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.pipelines.previews import Preview

STRIDE = 6  # a window moves by 1/STRIDE of its side; the rest is known
NO_DETAIL = -1  # a token without finer ones
Window = tuple[slice, slice]  # rows, columns
Show = Callable[..., "list[Image]"]  # the grid's tokens (N,), details (D² · N,) -> pictures
Draw = Callable[  # the caption, tokens, part and draft of a window
    [str, np.ndarray, str | None, np.ndarray | None], Generator["Preview", None, None]
]


def placed(canvas: Canvas, wanted: Grid) -> tuple[Canvas, np.ndarray]:
    """The tokens of `canvas` centred in another grid, and the new cells (h, w) around them.

    A smaller grid keeps the middle of `canvas` and drops what was outpainted around it.
    """
    there, here = [], []
    for have, want in zip(canvas.grid, wanted, strict=True):
        size, spare, cut = min(have, want), max(0, want - have) // 2, max(0, have - want) // 2
        there.append(slice(spare, spare + size))
        here.append(slice(cut, cut + size))
    tokens, marked = np.zeros(wanted, np.int64), np.ones(wanted, bool)
    tokens[there[0], there[1]] = canvas.tokens.reshape(canvas.grid)[here[0], here[1]]
    marked[there[0], there[1]] = False
    details = None
    if canvas.details is not None:
        cells = by_cell(canvas.details, canvas.grid)[here[0], here[1]]
        details = np.full((*wanted, cells.shape[-1]), NO_DETAIL, np.int64)
        details[there[0], there[1]] = cells
        details = in_rows(details)
    return Canvas(canvas.prompt, tokens.ravel(), wanted, details=details), marked


def by_cell(details: np.ndarray, grid: Grid) -> np.ndarray:
    """Details (D² · N,) of a picture as (h, w, D²)."""
    side = round((details.size / (grid[0] * grid[1])) ** 0.5)
    blocks = details.reshape(grid[0], side, grid[1], side).swapaxes(1, 2)
    return blocks.reshape(*grid, side * side)


def in_rows(cells: np.ndarray) -> np.ndarray:
    """Details (h, w, D²) by cell as those of a picture (D² · N,)."""
    rows, columns, count = cells.shape
    side = round(count**0.5)
    return cells.reshape(rows, columns, side, side).swapaxes(1, 2).ravel()


def windows(unknown: np.ndarray, size: Grid, first: Window | None = None) -> list[Window]:
    """Windows of `size` that cover all `unknown` cells (h, w), in drawing order.

    After the `first`, from the middle outward, so that each overlaps as many known cells as
    possible.
    """
    from maskgil.utils.images import window_starts

    starts = [
        window_starts(unknown.shape[axis], size[axis], max(1, size[axis] // STRIDE))
        for axis in (0, 1)
    ]
    order = sorted(
        (max(row_turn, column_turn), row_turn, column_turn, row, column)
        for row_turn, row in enumerate(starts[0])
        for column_turn, column in enumerate(starts[1])
    )
    every = [(slice(row, row + size[0]), slice(col, col + size[1])) for *_, row, col in order]
    left, found = unknown.copy(), []
    for window in every if first is None else [first, *every]:
        if left[window].any():
            left[window] = False
            found.append(window)
    return found


def middle_of(unknown: np.ndarray, size: Grid) -> Window:
    """The window of `size` whose middle is nearest to that of the `unknown` cells (h, w)."""
    starts = []
    for axis, cells in enumerate(np.nonzero(unknown)):
        middle = (int(cells.min()) + int(cells.max()) + 1) // 2
        starts.append(min(max(0, middle - size[axis] // 2), unknown.shape[axis] - size[axis]))
    row, column = starts
    return slice(row, row + size[0]), slice(column, column + size[1])


def middle_window(grid: Grid, usual: Grid) -> Window:
    """The window of the `usual` size that holds the things of a new picture on a larger `grid`."""
    return middle_of(np.ones(grid, bool), usual)


def windows_of(grid: Grid, usual: Grid) -> list[Window]:
    """The windows of the `usual` size in which a new picture of a larger `grid` is drawn."""
    unknown = np.ones(grid, bool)
    return windows(unknown, usual, middle_window(grid, usual))


def draw_windows(
    tokens: np.ndarray,
    order: Sequence[Window],
    draw: Callable[[int, np.ndarray], Generator[Preview, None, None]],
    to_images: Show,
    share: float | None,
    finish: Callable[[np.ndarray], np.ndarray] | None = None,
    details: np.ndarray | None = None,
) -> Generator[Preview, None, None]:
    """Fill `tokens` (h, w) window by window; yields previews of the whole, the last one "done".

    `draw(turn, tokens)` completes one window (N,). `to_images` renders tokens (N,) of the whole
    grid: at steps of the first window and after each other one, as often as `share` of the time
    allows. `finish` post-processes the final picture. `details` (D² · N,): those of known tokens.
    """
    import torch

    from maskgil.pipelines.previews import PreviewBudget, PreviewClock

    clock, budget = PreviewClock(), None
    fine = None if details is None else by_cell(details, tokens.shape).copy()  # type: ignore[arg-type]
    started = clock.clock()
    for turn, window in enumerate(order):
        for preview in draw(turn, tokens[window].ravel()):
            now = tokens.copy()
            now[window] = preview.tokens.cpu().numpy().reshape(now[window].shape)
            whole = preview.stage == "done"
            last = turn == len(order) - 1 and whole
            num_steps = len(order) * preview.num_steps
            if budget is None:
                budget = PreviewBudget(
                    clock, num_steps=num_steps, num_tokens=tokens.size, share=share
                )
            seconds, images = clock.clock() - started, []
            if whole and preview.details is not None:
                drawn = by_cell(preview.details.cpu().numpy().ravel(), tokens[window].shape)  # type: ignore[arg-type]
                if fine is None:
                    fine = np.full((*tokens.shape, drawn.shape[-1]), NO_DETAIL, np.int64)
                fresh = tokens[window] != now[window]
                fine[window][fresh] = drawn[fresh]
            if last and finish is not None:
                now = finish(now)
            details = None if fine is None else in_rows(fine)
            if last:
                images = to_images(now.ravel(), details)
            elif share != 0 and budget.step(seconds, showable=whole or not turn):
                images = clock.shown(partial(to_images, now.ravel()), tokens.size)
            yield replace(
                preview,
                step=turn * preview.num_steps + preview.step,
                num_steps=num_steps,
                tokens=torch.from_numpy(now.ravel())[None],  # (1, N)
                stage="done" if last else "masked",
                images=images,
                details=None if not last or details is None else torch.from_numpy(details)[None],
            )
            started = clock.clock()
        tokens = now


def surroundings(prompt: str) -> str:
    """The caption of what surrounds `prompt`: its setting or coloured background, else white."""
    from maskgil.nano.reader.reader import read_scene
    from maskgil.nano.scene_prompts import behind, somewhere
    from maskgil.nano.world.captions import canonical

    return canonical(behind(somewhere(read_scene(prompt).scene)))


def draw_wide(
    draw: Draw,
    show: Show,
    prompt: str,
    given: np.ndarray | None,
    grid: Grid,
    *,
    usual: Grid,
    mask_id: int,
    part: str | None = None,
    around: bool = False,
    draft: np.ndarray | None = None,
    share: float | None = None,
    details: np.ndarray | None = None,
) -> Generator[Preview, None, None]:
    """Draw on a `grid` larger than the `usual` one, in windows of that.

    `draw(caption, tokens, part, draft)` draws one window; arguments as in `DrawRequest`. The first
    window, centred in the cells not `given` (N,), shows the prompt or its `part`; the others, and
    all of them with `around`, show the prompt's setting. With a `draft` (h, w, P, P, 4) the first
    window is the picture's centre. `share`: of the time that previews may take, 0 for none, None
    for all of them. `details` (D² · N,): those of given tokens.
    """
    tokens = np.full(grid, mask_id, np.int64) if given is None else given.reshape(grid)
    unknown = tokens == mask_id
    middle = middle_of(unknown, usual) if draft is None else middle_window(grid, usual)
    order = windows(unknown, usual, None if around else middle)
    place = surroundings(prompt)

    def window(turn: int, tokens: np.ndarray) -> Generator[Preview, None, None]:
        begun = None if draft is None else draft[order[turn]]
        if around or order[turn] != middle:
            return draw(place, tokens, "", begun)
        return draw(prompt, tokens, part, begun)

    return draw_windows(tokens, order, window, show, share, details=details)
