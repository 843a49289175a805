"""Looks of drawings: colour, material, pattern, picture style."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import functools

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.painting import paint
from maskgil.nano.rendering.surfaces import surfaced
from maskgil.nano.world.paints import HALF, PAINTS, SURFACES

TEXTURES = ("golden", "wooden", "stone", "glass")
PATTERNS = ("striped", "spotted", "checkered", "multicolored")
HALVES = tuple(HALF + name for name in PAINTS)
"""Of what is "half black" patches are black, or what is below the middle."""
_PERIODS = 5.5  # stripes, or rows of dots, along a drawing's longer side
_MARKED = 0.62  # how much of a pattern covers what is below: faces are seen through it
_PATCHES = ((0.24, 0.2, 0.2, 0.2), (0.74, 0.5, 0.17, 0.13), (0.3, 0.68, 0.18, 0.13),
            (0.68, 0.88, 0.2, 0.13), (0.96, 0.12, 0.14, 0.16))  # fmt: skip
"""Patches of a second colour: their middles in shares of width and height, their half sizes."""
_RAINBOW = ((0, (226, 52, 60)), (0.2, (246, 140, 30)), (0.4, (250, 208, 48)), (0.6, (62, 170, 80)),
            (0.8, (40, 112, 226)), (1, (136, 62, 186)))  # fmt: skip
_RAMPS = {
    "golden": ((0, (92, 54, 8)), (0.3, (178, 116, 18)), (0.55, (240, 186, 52)),
               (0.8, (255, 226, 120)), (1, (255, 252, 226))),
    "wooden": ((0, (62, 34, 16)), (0.35, (122, 74, 38)), (0.65, (182, 122, 70)),
               (1, (232, 188, 132))),
    "stone": ((0, (58, 60, 66)), (0.4, (116, 118, 124)), (0.7, (162, 164, 168)),
              (1, (218, 219, 222))),
    "glass": ((0, (70, 130, 165)), (0.45, (150, 205, 230)), (0.75, (205, 236, 248)),
              (1, (255, 255, 255))),
}  # fmt: skip


def _ramp(values: np.ndarray, stops: tuple) -> np.ndarray:
    at = [stop for stop, _ in stops]
    return np.stack(
        [np.interp(values, at, [rgb[c] / 255 for _, rgb in stops]) for c in range(3)], -1
    ).astype(np.float32)


@functools.lru_cache(4)
def _noise(height: int, width: int) -> np.ndarray:
    """Soft noise (H, W) about 0, the same at every call."""
    rng = np.random.default_rng(5)
    total = np.zeros((height, width), np.float32)
    for cells, share in ((6, 0.4), (20, 0.35), (64, 0.25)):
        grid = Image.fromarray(rng.standard_normal((cells, cells)).astype(np.float32))
        total += share * np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
    return total


@functools.lru_cache(16)
def _grain(height: int, width: int) -> np.ndarray:
    """Noise (H, W) about 0 that bends the grain of wood: it changes slowly along the grain."""
    grid = np.random.default_rng(5).standard_normal((7, 3)).astype(np.float32)
    return np.asarray(Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC))


def textured(drawing: np.ndarray, texture: str) -> np.ndarray:
    """The drawing in one of the materials `TEXTURES`. Raises ValueError for another."""
    if texture not in TEXTURES:
        raise ValueError(f"unknown texture {texture!r}; choose from {', '.join(TEXTURES)}")
    alpha = drawing[..., 3]
    luma = drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32) / np.maximum(alpha, 1e-3)
    solid = alpha > 0.5
    low, high = np.percentile(luma[solid], [2, 98]) if solid.any() else (0.0, 1.0)
    value = np.clip((luma - low) / max(high - low, 0.15), 0, 1) * 0.8 + 0.12
    height, width = alpha.shape
    noise = _noise(256, 256)[:height, :width] if max(height, width) <= 256 else 0
    if texture == "wooden":
        y = np.arange(height, dtype=np.float32)[:, None] / max(height, width)
        bent = _grain(height, width)
        value = value + 0.075 * np.sin(64 * y + 7 * bent) + 0.045 * np.sin(170 * y + 11 * bent)
    elif texture == "stone":
        value = value + 0.13 * np.asarray(noise)
    elif texture == "golden":
        value = value + 0.07 * np.sin(9 * value)
    rgb = _ramp(np.clip(value, 0, 1), _RAMPS[texture])
    if texture == "glass":
        inner = (
            np.asarray(
                Image.fromarray((alpha * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(7)),
                np.float32,
            )
            / 255
        )
        alpha = alpha * np.clip(0.4 + 0.75 * (1 - inner) + 0.5 * np.clip(value - 0.7, 0, 1), 0, 1)
    return np.concatenate([rgb * alpha[..., None], alpha[..., None]], -1)


def _marks(pattern: str, height: int, width: int) -> np.ndarray:
    """Where a pattern's second colour is, (H, W) in 0..1."""
    unit = max(height, width) / _PERIODS
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / unit
    if pattern == "striped":
        return np.clip(0.5 + 4 * np.sin(2 * np.pi * (0.94 * x + 0.34 * y)), 0, 1)
    if pattern == "checkered":
        return (np.floor(2 * x) + np.floor(2 * y)) % 2
    row = np.floor(1.5 * y)
    dx, dy = (1.5 * x + 0.5 * (row % 2)) % 1 - 0.5, 1.5 * y - row - 0.5
    return np.clip((0.33 - np.hypot(dx, dy)) * 12, 0, 1)


def patterned(drawing: np.ndarray, pattern: str) -> np.ndarray:
    """The drawing with one of `PATTERNS`, preserving light and shade.

    Raises ValueError for another.
    """
    if pattern not in PATTERNS:
        raise ValueError(f"unknown pattern {pattern!r}; choose from {', '.join(PATTERNS)}")
    alpha = drawing[..., 3:]
    rgb = drawing[..., :3] / np.maximum(alpha, 1e-3)
    luma = (rgb @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    height, width = luma.shape[:2]
    if pattern == "multicolored":
        down = np.linspace(0, 1, height, dtype=np.float32)[:, None].repeat(width, 1)
        hue = _ramp(down, _RAINBOW)
        dark = np.clip((luma - 0.12) / 0.12, 0, 1)  # eyes stay
        painted = np.clip(hue * (0.72 + 0.42 * luma), 0, 1)
        return np.concatenate([(rgb + (painted - rgb) * dark) * alpha, alpha], -1)
    solid = alpha[..., 0] > 0.5
    bright = float(np.median(luma[solid])) > 0.6 if solid.any() else True
    other = rgb * 0.42 if bright else 1 - (1 - rgb) * 0.22
    share = (_marks(pattern, height, width) * _MARKED)[..., None]
    return np.concatenate([(rgb + (other - rgb) * share) * alpha, alpha], -1).astype(np.float32)


def _patches(height: int, width: int, patched: bool) -> np.ndarray:
    """Where a second colour is, (H, W) in 0..1: a few large patches, or the lower half."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / max(height, width, 1)
    if not patched:
        return np.clip(0.5 + 30 * (y - 0.5 * height / max(height, width, 1)), 0, 1)
    share = np.zeros((height, width), np.float32)
    for across, down, wide, high in _PATCHES:
        at = across * width / max(height, width), down * height / max(height, width)
        far = np.hypot((x - at[0]) / wide, (y - at[1]) / high)
        share = np.maximum(share, np.clip(0.5 + 5 * (1 - far), 0, 1))
    return share


def coloured(
    drawing: np.ndarray, colour: str | None, texture: str | None, *,
    keeps: str = "details", patched: bool = False,
) -> np.ndarray:  # fmt: skip
    """The drawing in a thing's colour and material; it `keeps` one of `painting.KEPT`.

    A second colour is in patches if `patched`, as of animals, else below.
    """
    if texture in HALVES:
        first, other = (
            coloured(drawing, each, None, keeps=keeps)
            for each in (colour, str(texture).removeprefix(HALF))
        )
        height, width = drawing.shape[:2]
        share = _patches(height, width, patched)[..., None]
        return (first + (other - first) * share).astype(np.float32)
    if texture in PATTERNS:
        drawing = coloured(drawing, colour, None, keeps=keeps)
        return patterned(drawing, texture)
    if texture in SURFACES:
        return surfaced(drawing, texture, colour, keeps=keeps)
    if texture:
        return textured(drawing, texture)
    if colour and colour in PAINTS:
        return paint(drawing, colour, keeps=keeps)
    if colour:
        raise ValueError(f"unknown colour {colour!r}; choose from {', '.join(PAINTS)}")
    return drawing


def _filtered(rgb: np.ndarray, *filters: ImageFilter.Filter) -> np.ndarray:
    image = Image.fromarray((rgb * 255).round().astype(np.uint8))
    for each in filters:
        image = image.filter(each)
    return np.asarray(image, np.float32) / 255


def _flat(rgb: np.ndarray) -> np.ndarray:
    image = Image.fromarray((rgb * 255).round().astype(np.uint8))
    image = image.filter(ImageFilter.MedianFilter(5))
    small = image.quantize(9, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).convert("RGB")
    flat = np.asarray(small.filter(ImageFilter.ModeFilter(3)), np.float32) / 255
    grey = flat.mean(-1, keepdims=True)
    return np.clip(grey + (flat - grey) * 1.12, 0, 1)


def _pencil(rgb: np.ndarray, unit: float) -> np.ndarray:
    grey = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    blurred = _filtered(grey, ImageFilter.GaussianBlur(1.1 * unit))
    line = np.clip(1 - 5.0 * np.abs(grey - blurred), 0, 1)
    height, width = grey.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / unit
    hatch = 0.5 + 0.5 * np.sin((x + y) * 1.6)
    tone = 1 - np.clip(0.82 - grey, 0, 1) * (0.4 + 0.38 * hatch)
    drawn = np.clip(line * tone, 0, 1) * 0.86 + 0.13
    return np.stack([drawn, drawn, drawn * 0.99], -1).astype(np.float32)


def _watercolour(rgb: np.ndarray, unit: float) -> np.ndarray:
    smooth = _filtered(rgb, ImageFilter.MedianFilter(5), ImageFilter.GaussianBlur(0.8 * unit))
    wide = _filtered(rgb, ImageFilter.GaussianBlur(2.5 * unit))
    edge = np.clip(np.abs(smooth - wide).mean(-1, keepdims=True) * 1.6, 0, 0.35)
    height, width = rgb.shape[:2]
    paper = 0.05 * _noise(height, width)[..., None]
    light = smooth * 0.72 + 0.28
    return np.clip(light * (1 - edge) + paper * (1.1 - light), 0, 1).astype(np.float32)


def _pixels(rgba: np.ndarray, block: int) -> np.ndarray:
    height, width, planes = rgba.shape
    rows, columns = height // block, width // block
    cut = rgba[: rows * block, : columns * block]
    small = cut.reshape(rows, block, columns, block, planes).mean((1, 3))
    if planes == 4:
        alpha = small[..., 3:]
        solid = (alpha > 0.45).astype(np.float32)
        small = np.concatenate([small[..., :3] / np.maximum(alpha, 1e-3), solid], -1)
    small[..., :3] = np.round(np.clip(small[..., :3], 0, 1) * 14) / 14
    if planes == 4:
        small[..., :3] *= small[..., 3:]
    return np.repeat(np.repeat(small, block, 0), block, 1)


def styled(drawing: np.ndarray, style: str, cell: int) -> np.ndarray:
    """A sprite (H, W, 4) or scenery (H, W, 3) in a style; `cell`: pixels of a cell of the grid.

    Styles are applied to each sprite by itself, so that a thing looks the same in every scene.
    """
    if style == "3d":
        return drawing
    unit = cell / 8
    if style == "pixel art":
        return _pixels(drawing, cell // 2)
    if drawing.shape[-1] == 3:
        if style == "pencil sketch":
            drawing = drawing * 0.62 + 0.38
        if style == "silhouette":
            grey = drawing.mean(-1, keepdims=True)
            warm = np.array([1.0, 0.78, 0.5], np.float32) * np.sqrt(grey) * 0.85 + 0.15
            return np.clip(warm, 0, 1).astype(np.float32)
        return _opaque(drawing, style, unit)
    alpha = drawing[..., 3:]
    if style == "silhouette":
        solid = np.clip((alpha - 0.35) / 0.3, 0, 1)
        return _rimmed(solid, unit)
    rgb = drawing[..., :3] + (1 - alpha) * (1.0 if style == "pencil sketch" else 0.6)
    looks = _opaque(np.clip(rgb, 0, 1), style, unit)
    if style == "pencil sketch":
        inner = _filtered(alpha[..., 0], ImageFilter.GaussianBlur(0.8 * unit))[..., None]
        outline = np.clip(1 - 3 * np.abs(inner - 0.5), 0, 1) * (alpha > 0.1)
        looks = looks * (1 - 0.65 * outline)
    return np.concatenate([np.clip(looks, 0, 1) * alpha, alpha], -1).astype(np.float32)


def _rimmed(solid: np.ndarray, unit: float) -> np.ndarray:
    """Black shapes (H, W, 1) with a thin light rim, which parts one from another before it."""
    inner = _filtered(solid[..., 0], ImageFilter.MinFilter(2 * max(1, round(unit)) + 1))[..., None]
    dark, rim = np.array([0.09, 0.08, 0.11], np.float32), np.array([0.93, 0.74, 0.5], np.float32)
    colour = rim + (dark - rim) * inner
    return np.concatenate([solid * colour, solid], -1).astype(np.float32)


def _opaque(rgb: np.ndarray, style: str, unit: float) -> np.ndarray:
    if style == "flat":
        return _flat(rgb)
    if style == "pencil sketch":
        return _pencil(rgb, unit)
    return _watercolour(rgb, unit)
