"""Inpainting canvas: marked and kept cells, and the caption of the whole picture.

Cells are tokens: a grid (h, w) in raster order, True where something new is to be drawn.
"""

# h, w token grid; N = h · w.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from app.imaging.settings import MAX_PROMPT, Prompt, SettingsError

if TYPE_CHECKING:
    from PIL.Image import Image

Grid = tuple[int, int]
KEPT = 0.25  # share of the tokens that a variation keeps
WHOLE = 0.85  # share of the picture from which a mark means all of it
OPAQUE = 3  # factor of a drawing's opacity, so that its shadows count as drawn
CENTRED = 0.08  # distance from the picture's centre, in sides, below which a mark is central


@dataclass(frozen=True)
class Canvas:
    """A picture to draw on: `tokens` (N,) int64 of a `grid`.

    Attributes:
        original: Set if the tokens only approximate it (a picture from a file): kept cells then
        show its pixels. part: What was drawn last, if that is not the whole prompt.
        arrangement: The seed of its layout, None if unknown. ground:
        An uploaded picture before anything was drawn on it; else None. details: Its finer
        tokens (D² · N,), of a generator with a second pass.
    """

    prompt: str
    tokens: np.ndarray
    grid: Grid
    original: Image | None = None
    part: str | None = None
    arrangement: int | None = None
    ground: Image | None = None
    details: np.ndarray | None = None

    def given(self, marked: np.ndarray, mask_id: int) -> np.ndarray:
        """The tokens (N,) with `mask_id` where `marked` (h, w)."""
        return np.where(marked.ravel(), mask_id, self.tokens)


def read_marks(text: str, grid: Grid) -> np.ndarray | None:
    """Marked cells (h, w) from the page's string of "0" and "1", None if nothing is marked.

    Raises `SettingsError` when `text` does not fit the grid.
    """
    if not text or "1" not in text:
        return None
    if len(text) != grid[0] * grid[1] or set(text) - {"0", "1"}:
        raise SettingsError("what is marked does not fit the picture; mark it again")
    return np.array([mark == "1" for mark in text]).reshape(grid)


def scattered(grid: Grid, seed: int) -> np.ndarray:
    """Cells (h, w) that a variation redraws: all but a random quarter."""
    return np.random.default_rng(seed).random(grid) >= KEPT


def whole_prompt(new: Prompt, old: str, marked: np.ndarray) -> Prompt:
    """The caption of the whole picture when `marked` (h, w) shows `new` and the rest `old`.

    The models know whole pictures only: asked for "a red apple" alone, they would let the apple run
    into what is kept.
    """
    old = old.strip().rstrip(".")
    if not old or marked.mean() > WHOLE:
        return new
    rows, columns = np.nonzero(marked)
    down = (rows.mean() + 0.5) / marked.shape[0] - 0.5
    right = (columns.mean() + 0.5) / marked.shape[1] - 0.5
    if max(abs(down), abs(right)) < CENTRED:
        place = "and"
    elif abs(right) >= abs(down):
        place = "to the right of" if right > 0 else "to the left of"
    else:
        place = "below" if down > 0 else "above"
    prompt = Prompt(f"{new.rstrip('.')} {place} {old}")
    return prompt if len(prompt) <= MAX_PROMPT else new


def part_of(prompt: Prompt, canvas: Canvas) -> str:
    """What the marked part of `canvas` is to show: `prompt` beyond the picture's own prompt.

    If it says nothing more, the part drawn last is drawn again.
    """
    if not canvas.prompt or canvas.prompt not in prompt:
        return prompt
    return prompt.replace(canvas.prompt, "", 1).strip() or canvas.part or prompt


def paste_kept(drawn: Image, original: Image, marked: np.ndarray) -> Image:
    """`drawn` with the pixels of `original` (of the same shape) in every cell not `marked`."""
    from PIL import Image as images

    original = original.convert("RGB")
    if original.size != drawn.size:
        original = original.resize(drawn.size, images.Resampling.LANCZOS)
    rows = np.arange(drawn.height) * marked.shape[0] // drawn.height
    columns = np.arange(drawn.width) * marked.shape[1] // drawn.width
    fresh = marked[rows[:, None], columns[None, :], None]  # (H, W, 1)
    return images.fromarray(np.where(fresh, np.asarray(drawn), np.asarray(original)))


def laid_over(drawn: Image, original: Image, draft: np.ndarray) -> Image:
    """`drawn` where the drawings of a `draft` (h, w, P, P, 4) are visible, else `original`."""
    from PIL import Image as images

    if original.size != drawn.size:
        original = original.resize(drawn.size, images.Resampling.LANCZOS)
    rows, columns, pixels = draft.shape[:3]
    opacity = draft[..., 3].swapaxes(1, 2).reshape(rows * pixels, columns * pixels)
    share = np.minimum(opacity.astype(np.uint16) * OPAQUE, 255)
    mask = images.fromarray(share.astype(np.uint8)).resize(drawn.size, images.Resampling.BICUBIC)
    return images.composite(drawn, original.convert("RGB"), mask)


def fitted(
    image: Image, grid: Grid, wanted: Grid, read: Callable[[Image, Grid], np.ndarray], prompt: str
) -> tuple[Canvas, np.ndarray]:
    """A picture of `grid` centred in a `wanted` shape: the canvas, and the cells (h, w) to draw.

    `read(image, grid)` tokenises a picture scaled to a grid, (N,).
    """
    scale = min(wanted[0] / grid[0], wanted[1] / grid[1])
    height = min(wanted[0], max(1, round(grid[0] * scale)))
    width = min(wanted[1], max(1, round(grid[1] * scale)))
    top, left = (wanted[0] - height) // 2, (wanted[1] - width) // 2
    middle = (slice(top, top + height), slice(left, left + width))
    tokens, marked = np.zeros(wanted, np.int64), np.ones(wanted, bool)
    tokens[middle] = read(image, (height, width)).reshape(height, width)
    marked[middle] = False
    return Canvas(prompt, tokens.ravel(), wanted), marked
