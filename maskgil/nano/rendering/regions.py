"""Recolouring of regions: the door of a house, the ears of a dog, a shirt."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.painting import paint
from maskgil.nano.world.drawn.regions import BROKEN, RAINBOW, Box, Region
from maskgil.nano.world.paints import PAINTS

_SOFT = 0.3  # of a region's reach, from what belongs to it to what does not
_ARC = ("red", "orange", "yellow", "green", "blue", "purple")
_SEEN = 0.9  # opacity from which there is something to paint
_GONE = 0.3  # of a mask, from which it belongs to a part that is missing
_WITHIN = 0.85  # of a box about a part, what is opaque where the part is within a drawing
_RIM = 0.012  # of a drawing, the shade about a part that goes with it
_BREACH = 0.14  # of its length, half of what is missing of a part that is broken
_HOLE = np.array((0.13, 0.18, 0.24, 1.0), np.float32)
_PATCH = 2  # pixels around a place, of which the middle colour counts


def mask_of(drawing: np.ndarray, region: Region) -> np.ndarray:
    """The soft mask of a region in a drawing (H, W, 4), (H, W) in 0..1."""
    height, width = drawing.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = (x + 0.5) / width, (y + 0.5) / height
    inside = np.zeros((height, width), bool)
    for left, top, right, bottom in region.boxes:
        inside |= (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
    for left, top, right, bottom in region.ovals:
        across = (2 * x - left - right) / (right - left)
        down = (2 * y - top - bottom) / (bottom - top)
        inside |= across**2 + down**2 <= 1
    if region.filled:
        return inside.astype(np.float32)
    rgb = drawing[..., :3] / np.maximum(drawing[..., 3:], 1e-3)
    near = np.full((height, width), np.inf, np.float32)
    found = [np.array(colour, np.float32) for colour in region.colours]
    for across, down in region.places:
        row, column = min(height - 1, int(down * height)), min(width - 1, int(across * width))
        rows, columns = (slice(max(0, n - _PATCH), n + _PATCH + 1) for n in (row, column))
        found.append(np.median(rgb[rows, columns].reshape(-1, 3), 0))
    for colour in found:
        near = np.minimum(near, np.linalg.norm(rgb - colour, axis=-1))
    share = ((region.reach - near) / (_SOFT * region.reach)).clip(0, 1) * inside
    image = Image.fromarray((share * 255).astype(np.uint8))
    closed = image.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(0.6))
    return np.asarray(closed, np.float32) / 255


def _bands(mask: np.ndarray) -> list[np.ndarray]:
    """Shares (H, W) of the stripes of a rainbow, aslant over where a mask is."""
    rows, columns = np.nonzero(mask > 0.5)
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    if not len(rows):
        return [np.zeros_like(mask)] * len(_ARC)
    across = (x - columns.min()) / max(1, np.ptp(columns))
    down = (y - rows.min()) / max(1, np.ptp(rows))
    place = (across + 2 * down) / 3 * len(_ARC)
    return [((place >= n) & (place < n + 1)).astype(np.float32) for n in range(len(_ARC))]


def part_painted(
    drawing: np.ndarray, plain: np.ndarray, mask: np.ndarray, colour: str, *, filled: bool = False
) -> np.ndarray:
    """The drawing with the part under a mask (H, W) repainted, with light and shade of `plain`.

    A part that is `filled` is in front of it.
    """
    share = mask[..., None]
    if colour == RAINBOW:
        for band, paint_of_it in zip(_bands(mask), _ARC, strict=True):
            if (plain[..., 3] * mask * band).max() > _SEEN:
                drawing = part_painted(drawing, plain, mask * band, paint_of_it)
        return drawing
    if filled:
        flat = np.array(PAINTS[colour], np.float32) / 255
        part = np.concatenate([flat * 0.92 * np.ones_like(plain[..., :3]), np.ones_like(share)], -1)
        return drawing * (1 - share) + part * share
    return drawing * (1 - share) + paint(plain * share, colour, keeps="nothing")


def part_gone(drawing: np.ndarray, plain: np.ndarray, region: Region, way: str) -> np.ndarray:
    """The drawing (H, W, 4) without a part, or with it broken in two.

    What is within a drawing shows what is about it there, or a dark hole where it is broken.
    """
    region = region.gone(way)
    for shape in (*region.boxes, *region.ovals):
        boxes, ovals = ((shape,), ()) if shape in region.boxes else ((), (shape,))
        share = _spanned(mask_of(plain, replace(region, boxes=boxes, ovals=ovals)) > _GONE)
        seen, near = drawing[..., 3] > _SEEN, _box_of(shape, share.shape) & ~share
        within = (near & seen).sum() > _WITHIN * near.sum()
        if way == BROKEN:
            share &= _gap(share)
        wider = 2 * round(_RIM * max(share.shape)) + 1
        image = Image.fromarray((share * 255).astype(np.uint8))
        image = image.filter(ImageFilter.MaxFilter(wider)).filter(ImageFilter.GaussianBlur(0.6))
        soft = np.asarray(image, np.float32)[..., None] / 255
        filling = np.zeros(4, np.float32)
        if within:
            about = _box_of(_grown(shape), share.shape) & ~near & ~share & seen
            filling = _HOLE if way == BROKEN else np.median(drawing[about], 0).astype(np.float32)
        drawing = drawing * (1 - soft) + filling * soft
    return drawing


def _box_of(box: Box, shape: tuple[int, ...]) -> np.ndarray:
    """Where a box is, in a drawing (H, W)."""
    rows, columns = (np.arange(side) / side for side in shape[:2])
    inside = (rows[:, None] >= box[1]) & (rows[:, None] <= box[3])
    return inside & (columns[None] >= box[0]) & (columns[None] <= box[2])


def _grown(box: Box) -> Box:
    """A box that is half as large again to each side."""
    wide, tall = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
    return box[0] - wide, box[1] - tall, box[2] + wide, box[3] + tall


def _spanned(mask: np.ndarray) -> np.ndarray:
    """A mask (H, W) with what is between the ends of each row and each column: a wheel's hub."""
    found = mask.copy()
    for axis in (0, 1):
        first, last = (np.maximum.accumulate(each, axis) for each in (mask, np.flip(mask, axis)))
        found |= first & np.flip(last, axis)
    return found


def _gap(mask: np.ndarray) -> np.ndarray:
    """A jagged band (H, W) across the middle of where a mask is."""
    rows, columns = np.nonzero(mask)
    y, x = np.mgrid[0 : mask.shape[0], 0 : mask.shape[1]].astype(np.float32)
    if not len(rows):
        return np.zeros(mask.shape, bool)
    along, across = (y, x) if np.ptp(rows) >= np.ptp(columns) else (x, y)
    middle, long = np.median(along[mask]), max(int(np.ptp(rows)), int(np.ptp(columns)), 1)
    teeth = 0.08 * long * np.arcsin(np.sin(across * 16 / long))
    return np.abs(along - middle + teeth) < _BREACH * long
