"""Body builds: fat, thin, fluffy, hairy."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from maskgil.nano.rendering.states.marks import Marks, array_of, image_of, opaque_shares, over

_FAT, _THIN = 1.4, 0.66  # times its width
_TUFTS, _PUFFS = 150, 120  # about a frame, of those that a drawing has as many more as it is long
_LONG, _ROUND = 0.032, 0.034  # of the smaller side, how far a tuft and a puff reach
_THICK = 0.35  # of its surroundings, what is drawn about a place that is no whisker
_GROUNDED = 0.8  # how steeply the way out goes down where a drawing stands


def _widened(drawing: np.ndarray, much: float) -> np.ndarray:
    """So many times as wide, about its middle."""
    height, width = drawing.shape[:2]
    left, _, right, _ = opaque_shares(drawing)
    middle = (left + right) / 2 * width
    places = (1 / much, 0, middle - middle / much, 0, 1, 0)
    image = image_of(drawing)
    return array_of(
        image.transform((width, height), Image.Transform.AFFINE, places, Image.Resampling.BICUBIC)
    )


def _fat(drawing: np.ndarray) -> np.ndarray:
    return _widened(drawing, _FAT)


def _thin(drawing: np.ndarray) -> np.ndarray:
    return _widened(drawing, _THIN)


def _fluffy(drawing: np.ndarray) -> np.ndarray:
    """With puffs of its own colours behind all of its outline."""
    marks = Marks(*drawing.shape[:2])
    height, width = drawing.shape[:2]
    for (y, x), out, colour, n in _outline(drawing, _PUFFS):
        size = _ROUND * (1.0 if n % 2 else 0.75)
        at = x / width + 0.25 * size * out[1], y / height + 0.25 * size * out[0]
        marks.spot(
            at, (size * min(height, width) / width, size * min(height, width) / height), colour
        )
    return over(drawing, marks.drawn())


def _hairy(drawing: np.ndarray) -> np.ndarray:
    """With tufts of its own colours all around its outline."""
    height, width = drawing.shape[:2]
    marks, side = Marks(height, width), min(height, width)
    for (y, x), out, colour, n in _outline(drawing, _TUFTS):
        far, half = _LONG * side * (1.0 if n % 2 else 0.7), 0.5 * _LONG * side
        foot = y - half * out[0], x - half * out[1]
        tip = y + far * out[0] + 0.5 * far * abs(out[1]), x + far * out[1]
        across = out[1] * half, -out[0] * half
        points = [(foot[1] + across[1], foot[0] + across[0]), (tip[1], tip[0]),
                  (foot[1] - across[1], foot[0] - across[0])]  # fmt: skip
        marks.shape([(px / width, py / height) for px, py in points], colour)
    return over(drawing, marks.drawn())


def _outline(
    drawing: np.ndarray, many: int
) -> Iterator[tuple[tuple[int, int], tuple[float, float], tuple[int, ...], int]]:
    """About so many places (row, column) of its outline, the way out, the colour within; a number.

    Neither whiskers nor what stands on the ground.
    """
    height, width = drawing.shape[:2]
    solid = drawing[..., 3] > 0.5
    reach = max(2, round(0.03 * min(height, width)))
    soft = _blurred(solid.astype(np.float32), reach)
    down, across = np.gradient(soft)
    slope = np.hypot(down, across) + 1e-6
    near = [np.roll(solid, step, axis) for axis in (0, 1) for step in (-1, 1)]
    rows, columns = np.nonzero(solid & ~np.logical_and.reduce(near) & (soft > _THICK))
    taken = np.zeros((height, width), bool)
    gap = max(1, round(2 * (height + width) / many))
    for n, (y, x) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        out = -down[y, x] / slope[y, x], -across[y, x] / slope[y, x]
        inner = (
            int(np.clip(y - reach / 2 * out[0], 0, height - 1)),
            int(np.clip(x - reach / 2 * out[1], 0, width - 1)),
        )
        if out[0] > _GROUNDED or taken[y, x] or drawing[inner][3] < 0.5:
            continue
        taken[max(0, y - gap) : y + gap + 1, max(0, x - gap) : x + gap + 1] = True
        colour = tuple(int(255 * c / drawing[inner][3]) for c in drawing[inner][:3])
        yield (y, x), (float(out[0]), float(out[1])), (*colour, 255), n


def _blurred(grid: np.ndarray, radius: int) -> np.ndarray:
    """The mean over a square about each place."""
    for axis in (0, 1):
        moved = [np.roll(grid, shift, axis) for shift in range(-radius, radius + 1)]
        grid = np.mean(moved, axis=0)
    return grid


BUILDS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "fat": _fat, "thin": _thin, "fluffy": _fluffy, "hairy": _hairy,
}  # fmt: skip
