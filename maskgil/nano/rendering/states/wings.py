"""Flight of standing birds: spread wings, no legs."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.states.marks import Marks, array_of, box_of, image_of, over, turned

_LEG = 0.11  # of its longer side: what is no thicker, in its lower part, are legs
_LEGGED = 0.52  # of its height, above which no legs are
_SMALLER = 0.78  # of its size, for the wings to have room
_UPRIGHT, _FLAT = 38, 12  # degrees by which one is tipped forward, and how far one that is long is
_TALL = 1.05  # height over width, from which one is upright
_SHOULDER = (0.5, 0.36)  # of its box, where the wings begin; it looks to the left
_NEAR = (
    (-0.10, 0.06), (-0.10, -0.12), (0.00, -0.34), (0.16, -0.58), (0.36, -0.74), (0.60, -0.80),
    (0.56, -0.70), (0.66, -0.66), (0.58, -0.57), (0.66, -0.50), (0.56, -0.43), (0.60, -0.33),
    (0.48, -0.28), (0.50, -0.18), (0.38, -0.13), (0.34, -0.02), (0.20, 0.08), (0.04, 0.12),
)  # fmt: skip
"""The outline of the near wing from its shoulder, in shares of the longer side of the bird."""
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
    left, top, right, bottom = box_of(body)
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
    left, top, right, bottom = box_of(drawing)
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
    left, top, right, bottom = box_of(drawing)
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
    left, top, right, bottom = box_of(drawing)
    height, width = drawing.shape[:2]
    down = slice(round((top + 0.4 * (bottom - top)) * height),
                 round((top + 0.72 * (bottom - top)) * height))  # fmt: skip
    along = slice(round((left + 0.45 * (right - left)) * width),
                  round((left + 0.75 * (right - left)) * width))  # fmt: skip
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
    """A wing lit from the upper left: its edge, its feathers, its arm."""
    height, width = marks.size
    for grown, share in ((1.0, 0.74), (0.93, 0.92), (0.66, 1.06)):
        fill = tuple(min(255, round(value * light * share)) for value in colour)
        points = [
            (at[0] + x * grown * unit / width, at[1] + y * grown * unit / height)
            for x, y in outline
        ]
        marks.shape(points, (*fill, 255))
    tips = [outline[n] for n in (6, 8, 10, 12, 14)]
    fill = tuple(min(255, round(value * light * 0.7)) for value in colour)
    for x, y in tips:
        start = (at[0] + 0.45 * x * unit / width, at[1] + 0.45 * y * unit / height)
        end = (at[0] + 0.9 * x * unit / width, at[1] + 0.9 * y * unit / height)
        across = 0.008 * unit / max(1e-6, math.hypot(x, y))
        dx, dy = across * -y / width, across * x / height
        marks.shape(
            [(start[0] - dx, start[1] - dy), (end[0] - dx, end[1] - dy),
             (end[0] + dx, end[1] + dy), (start[0] + dx, start[1] + dy)],
            (*fill, 255),
        )  # fmt: skip
