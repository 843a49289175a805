"""Recolouring of a house's red roof."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.painting import hue_saturation_lightness, paint
from maskgil.nano.world.paints import PAINTS

_REACH = 0.075  # of the hues, from red, those of a roof
_VIVID = 0.5  # chroma above which red is a roof's, not a wall's


def roof_of(drawing: np.ndarray) -> np.ndarray:
    """Where a house (H, W, 4) in its own colours has its red roof: (H, W) in 0..1."""
    alpha = drawing[..., 3:]
    rgb = (drawing[..., :3] / np.maximum(alpha, 1e-3)).clip(0, 1)
    hue, chroma, _ = hue_saturation_lightness(rgb)
    far = np.abs((hue + 0.5) % 1 - 0.5)
    red = ((_REACH - far) / 0.02).clip(0, 1) * ((chroma - _VIVID) / 0.1).clip(0, 1)
    image = Image.fromarray((red * alpha[..., 0] * 255).astype(np.uint8))
    wider = image.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.GaussianBlur(0.6))
    share = np.asarray(wider, np.float32) / 255
    return share if (share > 0.6).any() else np.zeros_like(share)


def _roofed(drawing: np.ndarray, colour: str) -> np.ndarray:
    share = roof_of(drawing)[..., None]
    return drawing * (1 - share) + paint(drawing * share, colour, keeps="nothing")


ROOFS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    f"{colour} roofed": functools.partial(_roofed, colour=colour)
    for colour in PAINTS
    if colour != "red"
}
"""States of houses, whose roofs are drawn red."""
