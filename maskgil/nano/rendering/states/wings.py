"""Flight of standing birds: spread wings, no legs."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.states.marks import (
    Marks,
    array_of,
    image_of,
    opaque_shares,
    over,
    turned,
)

_LEG = 0.11  # of its longer side: what is no thicker, in its lower part, are legs
_LEGGED = 0.52  # of its height, above which no legs are
_SMALLER = 0.78  # of its size, for the wings to have room
_UPRIGHT, _FLAT = 38, 12  # degrees by which one is tipped forward, and how far one that is long is
_TALL = 1.05  # height over width, from which one is upright
_SHOULDER = (0.5, 0.36)  # of its box, where the wings begin; it looks to the left
_NEAR = (
    (0.00, 0.02), (0.18, 0.04), (0.01, -0.05), (0.30, -0.04), (0.02, -0.12), (0.40, -0.11),
    (0.04, -0.19), (0.49, -0.21), (0.05, -0.26), (0.55, -0.32), (0.07, -0.33), (0.60, -0.43),
    (0.09, -0.40), (0.61, -0.55), (0.11, -0.44), (0.59, -0.67), (0.14, -0.48), (0.52, -0.76),
)  # fmt: skip
"""Where each feather of the near wing begins and ends, in shares of the longer side of the bird."""
_ROWS = ((1.0, 0.82), (0.66, 0.95), (0.36, 1.06))
"""How long the feathers of each row are, of the longest, and how light."""
_BROAD, _EDGE = 0.062, 0.8  # half of a feather's width, of that side; how dark its edge is
_ALONG = (
    (0.0, 0.5), (0.2, 0.72), (0.4, 0.88), (0.6, 0.97), (0.8, 1.0), (0.86, 0.95), (0.92, 0.8),
    (0.96, 0.6), (0.985, 0.38), (1.0, 0.0),
)  # fmt: skip
"""How broad a feather is along it."""
_ASIDE, _LOWER, _OUT = 0.22, 0.12, 0.8
"""Where the wings of one that is seen from the front begin, and how large they are."""
_FAR = -0.55, 0.82  # how the far wing leans and how large it is, of the near one
Rgb = tuple[int, int, int]


def winged(drawing: np.ndarray, ahead: int) -> np.ndarray:
    """The drawing of a bird turned into a flying one of the same size.

    `ahead` is 1 for a bird that faces right, -1 for left, 0 for the front.
    """
    drawing = np.ascontiguousarray(drawing[:, ::-1] if ahead > 0 else drawing)
    colour = _plumage(drawing)
    body = _tipped(_legless(drawing), profile=ahead != 0)
    left, top, right, bottom = opaque_shares(body)
    height, width = body.shape[:2]
    unit = max((right - left) * width, (bottom - top) * height)
    at = (left + _SHOULDER[0] * (right - left), top + _SHOULDER[1] * (bottom - top))
    lean, less = _FAR
    far = [(lean * x + 0.1 * y, less * y) for x, y in _NEAR]
    behind, before = Marks(height, width), Marks(height, width)
    if ahead:
        _wing(behind, at, far, unit, colour, 0.72)
        _wing(before, at, list(_NEAR), unit, colour, 0.94)
    for side in (-1, 1) if not ahead else ():
        aside = (left + right) / 2 + side * _ASIDE * (right - left), at[1] + _LOWER * (bottom - top)
        wing = [(side * (_OUT * x - 0.3 * y), _OUT * y - 0.1 * x) for x, y in _NEAR]
        _wing(behind, aside, wing, unit, colour, 0.9)
    found = over(before.drawn(), over(body, behind.drawn()))
    return found[:, ::-1] if ahead > 0 else found


def _legless(drawing: np.ndarray) -> np.ndarray:
    """Without what is thin in its lower part: its legs (a morphological opening)."""
    height, width = drawing.shape[:2]
    left, top, right, bottom = opaque_shares(drawing)
    thick = max(1, round(_LEG * max((right - left) * width, (bottom - top) * height) / 2))
    mask = Image.fromarray(((drawing[..., 3] > 0.3) * 255).astype(np.uint8))
    opened = mask.filter(ImageFilter.MinFilter(2 * thick + 1))
    opened = opened.filter(ImageFilter.MaxFilter(2 * thick + 3))
    kept = np.asarray(opened, np.float32)[..., None] / 255
    first = round((top + _LEGGED * (bottom - top)) * height)
    kept[:first] = 1
    return drawing * kept


def _tipped(drawing: np.ndarray, *, profile: bool) -> np.ndarray:
    """Smaller, at the lower middle of where it was; in `profile` tipped forward."""
    height, width = drawing.shape[:2]
    left, top, right, bottom = opaque_shares(drawing)
    wide, tall = (right - left) * width, (bottom - top) * height
    small = image_of(drawing).resize(
        (max(1, round(width * _SMALLER)), max(1, round(height * _SMALLER))),
        Image.Resampling.LANCZOS,
    )
    canvas = Image.new("RGBa", (width, height))
    canvas.paste(small, (round(width * (1 - _SMALLER) / 2), round(height * (1 - _SMALLER) * 0.8)))
    if not profile:
        return array_of(canvas)
    return turned(array_of(canvas), -(_UPRIGHT if tall > _TALL * wide else _FLAT))


def _plumage(drawing: np.ndarray) -> Rgb:
    """The colour of its back: the commonest right of its middle."""
    left, top, right, bottom = opaque_shares(drawing)
    height, width = drawing.shape[:2]
    down = slice(
        round((top + 0.4 * (bottom - top)) * height), round((top + 0.72 * (bottom - top)) * height)
    )
    along = slice(
        round((left + 0.45 * (right - left)) * width), round((left + 0.75 * (right - left)) * width)
    )
    part = drawing[down, along]
    solid = part[part[..., 3] > 0.9][:, :3]
    if not len(solid):
        return 120, 120, 130
    bins = (solid * 5.99).astype(int) @ np.array([36, 6, 1])
    common = solid[bins == np.bincount(bins).argmax()]
    red, green, blue = (common.mean(0) * 255).round().astype(int).tolist()
    return red, green, blue


def _wing(
    marks: Marks, at: tuple[float, float], outline: list[tuple[float, float]], unit: float,
    colour: Rgb, light: float,
) -> None:  # fmt: skip
    """A wing lit from the upper left: rows of round feathers, and its arm over them."""
    height, width = marks.size

    def placed(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(at[0] + x * unit / width, at[1] + y * unit / height) for x, y in points]

    def tone(share: float) -> tuple[int, ...]:
        return (*(min(255, round(value * light * share)) for value in colour), 255)

    feathers = list(zip(outline[::2], outline[1::2], strict=True))
    for long, share in _ROWS:
        for root, tip in feathers:
            end = root[0] + long * (tip[0] - root[0]), root[1] + long * (tip[1] - root[1])
            marks.shape(placed(_feather(root, end, _BROAD)), tone(share * _EDGE))
            marks.shape(placed(_feather(root, end, _BROAD - 0.012)), tone(share))
    arm = [root for root, _ in feathers]
    for start, end in pairwise(arm):
        marks.shape(placed(_feather(start, end, _BROAD)), tone(_ROWS[-1][1]))


def _feather(
    root: tuple[float, float], tip: tuple[float, float], broad: float
) -> list[tuple[float, float]]:
    """The outline of a feather from its root to its round tip, `broad` on each side."""
    dx, dy = tip[0] - root[0], tip[1] - root[1]
    long = max(1e-6, math.hypot(dx, dy))
    sides = [
        [(root[0] + a * dx - side * w * broad * dy / long,
          root[1] + a * dy + side * w * broad * dx / long) for a, w in _ALONG]
        for side in (-1, 1)
    ]  # fmt: skip
    return sides[0] + sides[1][::-1]
