"""Surfaces: materials over a drawing's colours, metal, leather, cloth and plastic."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.painting import hue_saturation_lightness, paint
from maskgil.nano.world.paints import PAINTS, SURFACES

_UNDYED = {"leather": "brown"}
"""The colour of a material where none is said; other materials keep the drawing's own."""
_STEEL = (205, 211, 220)
_CHROME = ((0, 0.16), (0.3, 0.42), (0.47, 0.78), (0.53, 0.3), (0.62, 0.5), (0.82, 0.9), (1, 1))
"""Brightness of polished metal by that of the drawing: it reflects a horizon."""
_WEFTS = 42.0  # threads along a drawing's longer side
_STITCHES = 34.0  # along its longer side
_SEAM = 0.045  # of its longer side, how far the seam is from the edge
_WOODEN_HUES = (0.02, 0.13)  # in turns: what is brown is seen as wood


def surfaced(
    drawing: np.ndarray, surface: str, colour: str | None, keeps: str = "details"
) -> np.ndarray:
    """The drawing in one of `SURFACES`, dyed in `colour`. Raises ValueError for another."""
    if surface not in SURFACES:
        raise ValueError(f"unknown surface {surface!r}; choose from {', '.join(SURFACES)}")
    if surface == "metallic":
        return _metallic(drawing, PAINTS[colour] if colour else _STEEL)
    dye = colour or _UNDYED.get(surface)
    if surface == "plastic" and dye is None and _is_brown(drawing):
        dye = "white"
    if dye:
        drawing = paint(drawing, dye, keeps=keeps)
    looks = {"leather": _leather, "fabric": _fabric, "plastic": _plastic, "rough": _rough}
    return looks[surface](drawing)


def _metallic(drawing: np.ndarray, base: tuple[int, int, int]) -> np.ndarray:
    alpha = drawing[..., 3]
    luma = drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32) / np.maximum(alpha, 1e-3)
    solid = alpha > 0.5
    low, high = np.percentile(luma[solid], [3, 97]) if solid.any() else (0.0, 1.0)
    value = np.clip((luma - low) / max(high - low, 0.15), 0, 1)
    y, x = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]].astype(np.float32)
    tilted = (y + 0.35 * x) / max(alpha.shape)
    value = np.clip(0.62 * value + 0.38 * (0.5 + 0.5 * np.sin(9.5 * tilted)), 0, 1)
    dark, light = [at for at, _ in _CHROME], [seen for _, seen in _CHROME]
    bright = np.interp(value, dark, light)[..., None]
    tint = np.array(base, np.float32) / 255
    rgb = np.where(bright < 0.7, tint * bright / 0.7, tint + (1 - tint) * (bright - 0.7) / 0.3)
    return _over(rgb.astype(np.float32), alpha)


def _rough(drawing: np.ndarray) -> np.ndarray:
    """Covered with bumps, lit from the upper left."""
    rgb, alpha = _parted(drawing)
    bumps = _noise(_size(alpha), 26) + 0.6 * _noise(_size(alpha), 48)
    step = max(1, round(max(alpha.shape) / 90))
    lit = bumps - np.roll(bumps, (step, step), (0, 1))
    return _over(np.clip(rgb * (1 + 0.34 * np.clip(lit, -1.6, 1.6)[..., None]), 0, 1), alpha)


def _size(alpha: np.ndarray) -> tuple[int, int]:
    return alpha.shape[0], alpha.shape[1]


def _noise(shape: tuple[int, int], cells: int) -> np.ndarray:
    """Soft noise (H, W) about 0 of so many cells along each side, the same at every call."""
    grid = np.random.default_rng(11).standard_normal((cells, cells)).astype(np.float32)
    image = Image.fromarray(grid).resize(shape[::-1], Image.Resampling.BICUBIC)
    return np.asarray(image)


def _leather(drawing: np.ndarray) -> np.ndarray:
    """Pebbled, with a sheen, and a seam of light stitches along the edge."""
    rgb, alpha = _parted(drawing)
    height, width = alpha.shape
    rgb = np.clip(rgb * (1 + 0.085 * _noise(_size(alpha), 64)[..., None]), 0, 1)
    long, (y, x) = max(height, width), np.mgrid[0:height, 0:width].astype(np.float32)
    inner = _blurred(alpha, _SEAM * long)
    seam = np.clip(1 - np.abs(inner - 0.86) / 0.055, 0, 1) * (alpha > 0.9)
    dashes = np.clip(0.5 + 4 * np.sin((x - y) * 2 * np.pi * _STITCHES / long / 1.4), 0, 1)
    share = (seam * dashes * 0.75)[..., None]
    thread = np.array([0.95, 0.86, 0.68], np.float32)
    return _over(rgb + (thread - rgb) * share, alpha)


def _fabric(drawing: np.ndarray) -> np.ndarray:
    """Woven: threads over and under each other, without shine."""
    rgb, alpha = _parted(drawing)
    height, width = alpha.shape
    unit = max(height, width) / _WEFTS
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(unit, 3.0)
    over = (np.floor(x) + np.floor(y)) % 2
    ridge = np.where(over > 0, np.sin(np.pi * (x % 1)), np.sin(np.pi * (y % 1)))
    shade = (0.74 + 0.34 * ridge)[..., None].astype(np.float32)
    matte = np.minimum(rgb, 0.9)
    return _over(np.clip(matte * shade + 0.02, 0, 1), alpha)


def _plastic(drawing: np.ndarray) -> np.ndarray:
    """Vivid and glossy: bright streaks inside the edges that face the light, dark ones opposite."""
    rgb, alpha = _parted(drawing)
    gray = rgb.mean(-1, keepdims=True)
    rgb = np.clip(gray + (rgb - gray) * 1.25, 0, 1)
    long = max(alpha.shape)
    soft = _blurred(alpha, 0.035 * long)
    step = max(1, round(0.03 * long))
    lit = soft - np.roll(soft, (step, step), (0, 1))  # towards the upper left
    gloss = np.clip((lit - 0.1) * 5, 0, 1) * np.clip((soft - 0.62) * 8, 0, 1)
    dark = np.clip((-lit - 0.1) * 2.2, 0, 0.35)
    rgb = rgb * (1 - dark[..., None])
    return _over(rgb + (1 - rgb) * (0.9 * gloss)[..., None], alpha)


def _is_brown(drawing: np.ndarray) -> bool:
    """Whether most of a drawing looks wooden."""
    rgb, alpha = _parted(drawing)
    hue, chroma, luma = hue_saturation_lightness(rgb)
    brown = (hue > _WOODEN_HUES[0]) & (hue < _WOODEN_HUES[1]) & (chroma > 0.12) & (luma < 0.8)
    solid = alpha > 0.5
    return bool((brown & solid).sum() > 0.5 * solid.sum())


def _blurred(alpha: np.ndarray, radius: float) -> np.ndarray:
    image = Image.fromarray((alpha * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def _parted(drawing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    alpha = drawing[..., 3]
    return np.clip(drawing[..., :3] / np.maximum(alpha[..., None], 1e-3), 0, 1), alpha


def _over(rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.concatenate([rgb * alpha[..., None], alpha[..., None]], -1).astype(np.float32)
