"""Window panes with rain or snow behind."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.states.marks import Marks, opaque_shares

_PALE = 0.13  # of its colour, what a frame has less of than what is behind the panes
_HOLE = 0.02  # of the smaller side, what is pale behind the panes too: a cloud


def _panes(drawing: np.ndarray) -> np.ndarray:
    """How much of each place (H, W) is seen through a pane."""
    alpha = drawing[..., 3]
    rgb = drawing[..., :3] / np.maximum(drawing[..., 3:], 1e-3)
    vivid = ((rgb.max(-1) - rgb.min(-1)) > _PALE) & (alpha > 0.5)
    reach = max(1, round(_HOLE * min(alpha.shape))) * 2 + 1
    image = Image.fromarray((vivid * 255).astype(np.uint8))
    closed = image.filter(ImageFilter.MaxFilter(reach)).filter(ImageFilter.MinFilter(reach))
    soft = closed.filter(ImageFilter.GaussianBlur(0.7))
    return np.asarray(soft, np.float32) / 255 * alpha


def _behind_panes(drawing: np.ndarray, sky: tuple[int, int, int], marks: Marks) -> np.ndarray:
    """With another sky behind its panes, and what falls there."""
    share = _panes(drawing)[..., None]
    luma = (drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    gray = np.array(sky, np.float32) / 255 * (0.82 + 0.25 * luma)
    behind = np.minimum(0.12 * drawing[..., :3] + 0.88 * gray, 1)
    fallen = marks.drawn()
    behind = fallen[..., :3] + behind * (1 - fallen[..., 3:])
    found = drawing.copy()
    found[..., :3] = np.minimum(drawing[..., :3] * (1 - share) + behind * share, drawing[..., 3:])
    return found


def _rain_streaked(drawing: np.ndarray) -> np.ndarray:
    rng, marks = random.Random(5), Marks(*drawing.shape[:2])
    left, top, right, bottom = opaque_shares(drawing)
    for column in range(9):
        for row in range(6):
            x = left + (column + rng.random()) / 9 * (right - left)
            y = top + (row + 0.7 * rng.random()) / 6 * (bottom - top)
            marks.shape(
                [(x, y), (x + 0.014, y), (x - 0.016, y + 0.085), (x - 0.03, y + 0.085)],
                (222, 236, 250, 255),
            )
    return _behind_panes(drawing, (108, 124, 150), marks)


def _snow_streaked(drawing: np.ndarray) -> np.ndarray:
    rng, marks = random.Random(7), Marks(*drawing.shape[:2])
    left, top, right, bottom = opaque_shares(drawing)
    for column in range(8):
        for row in range(8):
            x = left + (column + rng.random()) / 8 * (right - left)
            y = top + (row + rng.random()) / 8 * (bottom - top)
            size = rng.choice((0.013, 0.018, 0.022))
            marks.spot((x, y), (size, size), (255, 255, 255, 255))
    return _behind_panes(drawing, (128, 160, 196), marks)


PANES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "rain streaked": _rain_streaked,
    "snow streaked": _snow_streaked,
}
"""States of windows."""
