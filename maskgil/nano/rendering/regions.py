"""Recolouring of regions: the door of a house, the ears of a dog, a shirt."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.painting import paint
from maskgil.nano.world.drawn.regions import RAINBOW, Region
from maskgil.nano.world.paints import PAINTS

_SOFT = 0.3  # of a region's reach, from what belongs to it to what does not
_ARC = ("red", "orange", "yellow", "green", "blue", "purple")
_SEEN = 0.9  # opacity from which there is something to paint
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
    return drawing * (1 - share) + paint(plain * share, colour, whole=True)
