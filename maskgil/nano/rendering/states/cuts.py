"""Cuts: bitten, sliced or opened food."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math
from collections.abc import Callable

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

_CREAM = np.array([1.0, 0.955, 0.84], np.float32)
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_BITE, _RIM = 0.24, 0.045  # radius and rim of a bite, of the drawing's shorter side
_RIND = 0.06  # of the shorter side, what of the outside is seen around a cut
_STALK = 0.13  # the same, the width to which stalks and leaves are no part of what is cut
_HALF = 0.74  # of the whole, the size of one of two halves
_PIPS = ((-0.08, 0.03), (0.08, 0.03), (0.0, -0.1))  # from the middle, of the shorter side


def _flesh(drawing: np.ndarray) -> tuple[np.ndarray, bool]:
    """The colour inside, lighter than outside, and whether it is that of a fruit."""
    solid = drawing[..., 3] > 0.9
    mean = drawing[solid][:, :3].mean(0) if solid.any() else _CREAM
    high, low = float(mean.max()), float(mean.min())
    vivid = high - low > 0.45
    share = 0.2 if float(mean @ _LUMA) < 0.5 else 0.42
    return (share * mean + (1 - share) * _CREAM).astype(np.float32), vivid


def _blurred(mask: np.ndarray, radius: float) -> np.ndarray:
    image = Image.fromarray((mask.clip(0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(float(radius))), np.float32) / 255


def _bitten(drawing: np.ndarray) -> np.ndarray:
    """Without a round bite at its upper right edge, whose rim is of the flesh's colour."""
    height, width = drawing.shape[:2]
    left, top, right, bottom = opaque_shares(drawing)
    across, down = (right - left) * width, (bottom - top) * height
    unit = min(across, down)
    x, y = (left + right) / 2 * width, (top + bottom) / 2 * height
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    reach = 0.0
    for step in np.arange(0.05, 0.8, 0.01):  # the edge, seen from the middle
        at = round(y - 0.5 * step * down), round(x + step * across)
        if 0 <= at[0] < height and 0 <= at[1] < width and drawing[at[0], at[1], 3] > 0.5:
            reach = float(step)
    edge = x + reach * across, y - 0.5 * reach * down
    alpha = drawing[..., 3]
    distance = np.full((height, width), np.inf, np.float32)
    for turn, size in ((-62, 0.78), (0, 0.88), (62, 0.78)):  # teeth
        away = math.radians(turn - 25)
        x = edge[0] + (0.18 - 0.42 * math.cos(away)) * _BITE * unit
        y = edge[1] - 0.42 * math.sin(away) * _BITE * unit
        each = np.hypot(columns - x, rows - y) - size * _BITE * unit
        distance = np.minimum(distance, each)
    kept = np.clip(distance + 0.5, 0, 1)
    rim = (1 - np.clip(distance - _RIM * unit + 0.5, 0, 1)) * kept * (alpha > 0.5)
    flesh, _ = _flesh(drawing)
    out = drawing * kept[..., None]
    share = rim[..., None]
    out[..., :3] = out[..., :3] * (1 - share) + flesh * share * out[..., 3:]
    return out


def _sliced(drawing: np.ndarray) -> np.ndarray:
    """The drawing as seen from where it was cut through: rind around flesh, pips in fruit."""
    height, width = drawing.shape[:2]
    left, top, right, bottom = opaque_shares(drawing)
    unit = min((right - left) * width, (bottom - top) * height)
    flesh, fruit = _flesh(drawing)
    image = Image.fromarray((drawing[..., 3].clip(0, 1) * 255).astype(np.uint8))
    odd = 2 * max(1, round(_STALK * unit / 2)) + 1
    body = image.filter(ImageFilter.MinFilter(odd)).filter(ImageFilter.MaxFilter(odd))
    rind = 2 * max(1, round(_RIND * unit)) + 1
    inner = np.asarray(body.filter(ImageFilter.MinFilter(rind)), np.float32) / 255
    inner = _blurred(inner, 0.01 * unit + 0.4) * drawing[..., 3]
    deep = _blurred(inner, 0.09 * unit)[..., None]
    out = drawing.copy()
    shade = flesh * (0.86 + 0.14 * np.clip(1.6 * deep - 0.5, 0, 1))
    share = inner[..., None]
    out[..., :3] = out[..., :3] * (1 - share) + shade * share * out[..., 3:]
    if fruit:
        rows, columns = np.where(inner > 0.5)
        x, y = (columns.mean() / width, rows.mean() / height) if len(rows) else (0.5, 0.5)
        marks = Marks(height, width)
        for across, down in _PIPS:
            at = x + across * unit / width, y + down * unit / height
            marks.spot(at, (0.022 * unit / width, 0.04 * unit / height), (104, 62, 30, 255))
        out = over(marks.drawn() * share, out)
    return out


def _cut_open(drawing: np.ndarray) -> np.ndarray:
    """Two halves, a little apart, which lean away from each other."""
    face = _sliced(drawing)
    left, _, right, bottom = opaque_shares(drawing)
    height, width = drawing.shape[:2]
    size = max(1, round(_HALF * width)), max(1, round(_HALF * height))
    small = array_of(image_of(face).resize(size, Image.Resampling.LANCZOS))
    out = np.zeros_like(drawing)
    for side in (1, -1):
        half = np.zeros_like(drawing)
        down = min(height - size[1], round(bottom * (height - size[1])))
        middle = (left + right) / 2 + side * 0.5 * _HALF * (right - left)
        start = round(middle * width - (left + right) / 2 * size[0])
        start = max(0, min(width - size[0], start))
        half[down : down + size[1], start : start + size[0]] = small
        out = over(turned(half, 7 * side), out)
    return out


CUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bitten": _bitten,
    "sliced": _sliced,
    "cut open": _cut_open,
}
