"""Wind and steam: bent things, flying leaves, hot things."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from maskgil.nano.rendering.states.marks import Marks, opaque_shares, over

_BENT = 0.2  # of its height, how far the wind moves the top of what stands in it
_GUSTS = ((0.12, 0.55, 0.05), (0.36, 0.42, 0.04), (0.74, 0.5, 0.045))
"""Rows of the lines, their lengths and the radii of the curls in which they end."""
_LEAVES = ((0.02, 0.28, 30, (96, 160, 62)), (0.93, 0.12, -20, (214, 130, 40)),
           (0.98, 0.6, 50, (196, 84, 46)), (0.06, 0.88, 10, (214, 160, 50)))  # fmt: skip
_AIR, _VAPOUR = (112, 138, 178, 235), (150, 160, 178, 240)
_STEAM = ((-0.22, 0.0), (0.0, 0.02), (0.22, -0.01))  # of its width and of all: where it rises


def _bent(drawing: np.ndarray) -> np.ndarray:
    """With its upper rows moved to the right, the more the higher; its foot stays."""
    height, width = drawing.shape[:2]
    _, top, _, bottom = opaque_shares(drawing)
    foot, tall = bottom * height, max(1.0, (bottom - top) * height)
    found = np.zeros_like(drawing)
    columns = np.arange(width, dtype=np.float32)
    for row in range(height):
        up = np.clip((foot - row) / tall, 0, 1)
        source = columns - _BENT * tall * up**1.7
        first = np.floor(source).astype(int)
        share = (source - first)[:, None]
        inside = (first >= 0) & (first < width - 1)
        left = drawing[row, np.clip(first, 0, width - 1)]
        right = drawing[row, np.clip(first + 1, 0, width - 1)]
        found[row] = (left * (1 - share) + right * share) * inside[:, None]
    return found


def _gusts(drawing: np.ndarray) -> np.ndarray:
    """Lines that curl at their ends, and leaves, from the left to the right of a drawing."""
    marks = Marks(*drawing.shape[:2])
    left, top, right, bottom = opaque_shares(drawing)
    for row, length, radius in _GUSTS:
        y = top + row * (bottom - top)
        end = min(0.9, right + 0.12)
        start = max(0.02, end - length - (right - left) * 0.5)
        wave = [
            (start + (end - start) * t, y + 0.012 * math.sin(9 * t)) for t in np.linspace(0, 1, 24)
        ]
        turn = np.radians(np.linspace(90, -190, 22))
        curl = [
            (wave[-1][0] + radius * math.cos(t), wave[-1][1] - radius + radius * math.sin(t))
            for t in turn
        ]
        marks.line([*wave, *curl], width=0.012, ink=_AIR)
    for x, y, degrees, colour in _LEAVES:
        _leaf(marks, (min(0.95, left - 0.1 + x * (right - left + 0.2)), top + y * (bottom - top)),
              math.radians(degrees), colour)  # fmt: skip
    return over(drawing, marks.drawn())


def _leaf(marks: Marks, at: tuple[float, float], turn: float, colour: tuple[int, int, int]) -> None:
    for grown, fill in ((1.25, (255, 255, 255, 170)), (1.0, (*colour, 255))):
        points = []
        for side in (1, -1):
            for t in np.linspace(0, 1, 9)[:: 1 if side > 0 else -1]:
                x, y = (t - 0.5) * 0.085 * grown, side * 0.026 * grown * math.sin(math.pi * t)
                points.append((at[0] + x * math.cos(turn) - y * math.sin(turn),
                               at[1] + x * math.sin(turn) + y * math.cos(turn)))  # fmt: skip
        marks.shape(points, fill)


def _windblown(drawing: np.ndarray) -> np.ndarray:
    return _gusts(_bent(drawing))


def _steaming(drawing: np.ndarray) -> np.ndarray:
    """Wisps that rise from its top."""
    left, top, right, _ = opaque_shares(drawing)
    marks, x, wide = Marks(*drawing.shape[:2]), (left + right) / 2, right - left
    foot = top + 0.1
    for across, lower in _STEAM:
        path = [
            (x + across * wide + 0.022 * math.sin(6.5 * t), max(0.02, foot + lower - 0.22 * t))
            for t in np.linspace(0, 1, 20)
        ]
        marks.line(path, width=0.016, ink=_VAPOUR)
    return over(marks.drawn(), drawing)


AIRS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "windblown": _windblown,
    "windswept": _gusts,
    "hot": _steaming,
}
