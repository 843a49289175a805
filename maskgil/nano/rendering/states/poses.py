"""Poses of drawings: running, jumping, sitting and others."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.
# `ahead` is 1 for one that goes to the right, -1 to the left; a `still` one is not turned; one that
# is `lifted` has its shadow at the lower edge.

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image

from maskgil.nano.rendering.states.marks import (
    SHADE,
    Marks,
    array_of,
    image_of,
    opaque_shares,
    over,
    turned,
)
from maskgil.nano.rendering.states.necks import lowered
from maskgil.nano.rendering.states.wings import winged

_UPRIGHT = 0.95  # of its height, the width from which a drawing is one from the side
_LEGS, _FOLDED = 0.38, 0.1  # of the height of a drawing from the side, those that it stands on
_SEAT, _BENT = 0.42, 0.2  # the same of who sits and is seen from the front
Pose = Callable[[np.ndarray, int, bool, bool], np.ndarray]


def _running(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    drawing = drawing if still else turned(drawing, 0, lean=0.16 * ahead)
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    behind, tall = (left if ahead > 0 else right), bottom - top
    for at, length, gap in ((0.2, 0.13, 0.035), (0.45, 0.18, 0.02), (0.68, 0.12, 0.03)):
        start = behind - ahead * gap
        marks.line([(start, top + at * tall), (start - ahead * length, top + at * tall)])
    for step, size in ((0.03, 0.036), (0.09, 0.028), (0.14, 0.018)):
        puff = behind - ahead * step, bottom - 0.6 * size
        marks.spot(puff, (1.25 * size, 1.1 * size), (150, 140, 124, 190))
        marks.spot(puff, (size, 0.85 * size), (236, 230, 218, 235))
    return over(drawing, marks.drawn())


def _jumping(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    drawing = drawing if still else turned(drawing, -9 * ahead)
    left, _, right, _ = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])  # a shadow alone: lines below would look like more legs
    if lifted:
        marks.spot(((left + right) / 2, 0.975), (0.42 * (right - left), 0.022), SHADE)
    return over(drawing, marks.drawn())


def _swaying(drawing: np.ndarray, degrees: float, many: int) -> np.ndarray:
    drawing = turned(drawing, degrees) if degrees else drawing
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    x, y = (left + right) / 2, (top + bottom) / 2
    across, down = (right - left) / 2, (bottom - top) / 2
    for ring in range(many):
        grown = 1.06 + 0.14 * ring
        for middle in (0, 180):
            for up in (-32, 32):
                marks.arc(
                    (x, y), (across * grown, down * grown), (middle + up - 13, middle + up + 13)
                )
    return over(drawing, marks.drawn())


def _dancing(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    return _swaying(drawing, 0 if still else 11 * ahead, 1)


def _walking(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    drawing = drawing if still else turned(drawing, 0, lean=0.08 * ahead)
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    behind, tall = (left if ahead > 0 else right), bottom - top
    for at, length in ((0.6, 0.07), (0.78, 0.1)):
        start = behind - ahead * 0.03
        marks.line([(start, top + at * tall), (start - ahead * length, top + at * tall)])
    marks.spot((behind - ahead * 0.05, bottom - 0.02), (0.03, 0.022), (150, 140, 124, 190))
    marks.spot((behind - ahead * 0.05, bottom - 0.02), (0.024, 0.017), (236, 230, 218, 235))
    return over(drawing, marks.drawn())


def _waving(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    y = top + 0.52 * (bottom - top)
    for x, middle in ((left, 180), (right, 0)):
        for radius in (0.05, 0.085):
            marks.arc((x, y), (radius, 1.3 * radius), (middle - 50, middle + 50))
    return over(drawing, marks.drawn())


def _wagging(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    """Arcs about the tail: behind who is seen from the side, else where it sticks out below."""
    left, top, right, bottom = opaque_shares(drawing)
    tall, aside = bottom - top, (right - left) > _UPRIGHT * (bottom - top)
    marks, rows = Marks(*drawing.shape[:2]), (0.05, 0.5) if aside else (0.6, 0.9)
    first, last = (round((top + share * tall) * len(drawing)) for share in rows)
    ends = np.flatnonzero(drawing[first : last + 1, :, 3].max(0) > 0.3) / drawing.shape[1]
    sides = (left, right) if aside else (ends[0], ends[-1])
    behind = ahead < 0 if aside else sides[1] - 0.5 > 0.5 - sides[0]
    x, y, middle = sides[int(behind)], top + (0.3 if aside else 0.72) * tall, 0 if behind else 180
    for radius in (0.045, 0.08):
        marks.arc((x, y), (radius, 1.4 * radius), (middle - 50, middle + 50))
    return over(drawing, marks.drawn())


def _flying(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    drawing = drawing if still else turned(drawing, 68 * ahead)
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    behind = left if ahead > 0 else right
    for at, length in ((0.3, 0.1), (0.55, 0.14), (0.8, 0.1)):
        start, y = behind - ahead * 0.02, top + at * (bottom - top)
        marks.line([(start, y), (start - ahead * length, y)])
    return over(drawing, marks.drawn())


def _winged(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    return winged(drawing, ahead)


def _spreading(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    return winged(drawing, 0)


def _bending(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    if still:
        return drawing
    grazing = lowered(drawing, ahead)
    return turned(drawing, 15 * ahead) if grazing is None else grazing


def _leaning(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    return drawing if still else turned(drawing, 17 * ahead)


def _shaking(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    return _swaying(drawing, 0, 2)


def _falling(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    drawing = drawing if still else turned(drawing, 152 * ahead)
    left, top, right, _ = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    for share, length in ((0.2, 0.1), (0.5, 0.14), (0.8, 0.1)):
        x = left + share * (right - left)
        marks.line([(x, max(0.01, top - 0.02 - length)), (x, max(0.02, top - 0.02))])
    return over(drawing, marks.drawn())


def _upside_down(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    if still:
        return drawing
    _, top, _, bottom = opaque_shares(drawing)
    rows = slice(round(top * len(drawing)), round(bottom * len(drawing)))  # its foot stays there
    found = drawing.copy()
    found[rows] = drawing[rows][::-1]
    return found


def _spinning(drawing: np.ndarray, ahead: int, still: bool, lifted: bool) -> np.ndarray:
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    x, y, across = (left + right) / 2, (top + bottom) / 2, (right - left) / 2
    for at, start in ((-0.12, 20), (0.2, 200)):
        middle, radii = (x, y + at * (bottom - top)), (1.12 * across, 0.1 * (bottom - top))
        marks.arc(middle, radii, (start, start + 140))
        end = math.radians(start + 140)
        tip = middle[0] + radii[0] * math.cos(end), middle[1] + radii[1] * math.sin(end)
        way = 1 if start > 90 else -1
        marks.line(
            [(tip[0] - way * 0.05, tip[1] - 0.035), tip, (tip[0] - way * 0.055, tip[1] + 0.03)]
        )
    return over(marks.drawn(), drawing)


def laid(drawing: np.ndarray, *, legged: bool = False) -> np.ndarray:
    """A lying figure: an upright one on its side, one in profile with its legs folded.

    `legged`: it is in profile, however tall.
    """
    height, width = drawing.shape[:2]
    if width < _UPRIGHT * height and not legged:
        return np.ascontiguousarray(np.rot90(drawing))
    return _shortened(drawing, _LEGS, _FOLDED)


def seated(drawing: np.ndarray) -> np.ndarray:
    """A sitting figure from the front, with legs towards the viewer."""
    return _shortened(drawing, _SEAT, _BENT)


def _shortened(drawing: np.ndarray, legs: float, left: float) -> np.ndarray:
    """With the lowest part, a share of its height, so low as another share."""
    height, width = drawing.shape[:2]
    body = round((1 - legs) * height)
    size = width, max(1, round(left * height))
    lower = image_of(drawing[body:]).resize(size, Image.Resampling.LANCZOS)
    return np.concatenate([drawing[:body], array_of(lower)])


POSES: dict[str, Pose] = {
    "running": _running, "walking": _walking, "jumping": _jumping, "dancing": _dancing,
    "falling": _falling, "spinning": _spinning, "shaking": _shaking, "waving": _waving,
    "wagging": _wagging,
    "leaning": _leaning, "bending": _bending, "flying": _flying, "upside down": _upside_down,
    "winged": _winged, "spreading wings": _spreading,
}  # fmt: skip
