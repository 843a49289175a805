"""Turned heads: a face in three-quarter view, and a head seen from behind."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from maskgil.nano.world.drawn.faces import Face

_TURN = math.radians(27)
_CHIN = 0.85  # how far the chin is below the mouth, of how far that is below the eyes
_WIDE, _BROAD, _LOW = 1.45, 1.85, 0.5
"""Of how far the eyes are apart, half the width of a head at most: of people, of animals that sit,
whose necks are that low."""
_FADE = 0.05  # of the height, over how many rows below the chin a turn fades out
_HAIR, _PALE = (0.12, 0.4), 30  # of the rows from the crown to the eyes; per cent of its brightness
_EDGE = 0.97
_STRANDS, _DEEP = 23, 0.05  # of hair seen from behind: how many, how dark between them


class _Head(NamedTuple):
    """A head in a drawing, in its pixels; `half` of its width, and the `most` of it in any row."""

    crown: int
    eyes: float
    chin: float
    middle: float
    half: float
    most: float


def _head(drawing: np.ndarray, face: Face, neck: float) -> _Head | None:
    """Where the head is; None of one that is not seen from the front."""
    height, width = drawing.shape[:2]
    if len(face.eyes) < 2 or face.mouth is None:
        return None
    (x0, y0), (x1, y1) = ((x * width, y * height) for x, y in face.eyes)
    eyes, middle, apart = (y0 + y1) / 2, (x0 + x1) / 2, x1 - x0
    unit = face.mouth[1] * height - eyes
    solid = drawing[..., 3] > 0.5
    rows = np.flatnonzero(solid[: round(eyes), round(middle)])
    if not len(rows):
        return None
    most = (_BROAD if neck > _LOW else _WIDE) * apart
    left, right = _run(solid[round(eyes)], middle, most)
    chin = min(eyes + (1 + _CHIN) * unit, neck * height)
    half = min(right - middle, middle - left)
    return _Head(int(rows[0]), eyes, chin, middle, half, most)


def _run(solid: np.ndarray, middle: float, most: float) -> tuple[int, int]:
    """From where to where a row is solid round its middle, so far at most."""
    at = round(middle)
    gaps = np.flatnonzero(~solid)
    left, right = gaps[gaps <= at], gaps[gaps > at]
    ends = (left[-1] + 1 if len(left) else 0), (right[0] if len(right) else len(solid))
    return max(int(ends[0]), round(middle - most)), min(int(ends[1]), round(middle + most))


def turned(drawing: np.ndarray, face: Face, neck: float, side: int) -> np.ndarray:
    """The drawing (H, W, 4) with its head turned to the left (-1) or right (1), as a ball turns.

    `neck`: the row where it ends, as a share of the height.
    """
    head = _head(drawing, face, neck)
    if head is None:
        return drawing
    found, solid = drawing.copy(), drawing[..., 3] > 0.5
    last = min(len(drawing), round(head.chin + _FADE * len(drawing)))
    for y in range(head.crown, last):
        left, right = _run(solid[y], head.middle, head.most)
        if right - left < 4:
            continue
        share = min(1.0, (last - y) / max(1.0, last - head.chin))
        if neck > _LOW:
            share *= min(1.0, 1.4 * (y - head.crown) / (head.eyes - head.crown))  # its ears stay
        across = (np.arange(left, right) + 0.5 - left) / (right - left) * 2 - 1
        angles = np.arcsin(across) - side * share * _TURN
        source = np.sin(angles.clip(-math.pi / 2, math.pi / 2)) * _EDGE
        columns = left + (source + 1) / 2 * (right - left) - 0.5
        low = np.floor(columns).astype(int).clip(left, right - 1)
        part = (columns - low).clip(0, 1)[:, None].astype(np.float32)
        high = np.minimum(low + 1, right - 1)
        found[y, left:right] = drawing[y, low] * (1 - part) + drawing[y, high] * part
    return found


def from_behind(drawing: np.ndarray, face: Face, neck: float) -> np.ndarray:
    """The drawing (H, W, 4) with hair where its face is."""
    head = _head(drawing, face, neck)
    colour = None if head is None else _hair(drawing, head)
    if head is None or colour is None:
        return drawing
    height, width = drawing.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    top = head.crown + _HAIR[1] * (head.eyes - head.crown)
    middle, tall = (top + head.chin) / 2, (head.chin - top) / 2
    across, down = (x - head.middle) / head.half, (y - middle) / tall
    away = (np.abs(across) ** 2.4 + np.abs(down) ** 2.4) ** (1 / 2.4)
    mask = (np.clip((1 - away) * 10, 0, 1) * drawing[..., 3])[..., None]
    light = 1.1 - 0.3 * ((across + 0.25) ** 2 + (down + 0.35) ** 2).clip(0, 1.5)
    strands = np.cos(_STRANDS * np.arctan2(across, down + 1.6)) ** 2
    light = light - _DEEP * strands
    fill = (colour * light[..., None]).clip(0, 1)
    fill = np.concatenate([fill, np.ones((height, width, 1))], -1)
    return (drawing * (1 - mask) + fill * mask).astype(np.float32)


def _hair(drawing: np.ndarray, head: _Head) -> np.ndarray | None:
    """The colour of the hair over a forehead."""
    rows = [round(head.crown + share * (head.eyes - head.crown)) for share in _HAIR]
    columns = [round(head.middle + side * 0.5 * head.half) for side in (-1, 1)]
    part = drawing[rows[0] : rows[1] + 1, columns[0] : columns[1] + 1]
    hair = part[part[..., 3] > 0.95][:, :3]
    if not len(hair):
        return None
    bright = hair.sum(1)
    dark = hair[bright <= np.percentile(bright, _PALE)]
    return np.asarray(dark.mean(0))
