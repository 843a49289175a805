"""Recolouring of a drawing, preserving light, shade and details."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import numpy as np

from maskgil.nano.world.paints import PAINTS

KEPT = ("details", "leaves", "panes", "nothing")
"""What a drawing may keep when it is repainted; all but "nothing" keep details."""
_LEAVES = 0.3  # the hue of leaves, in turns
_ALIKE = 0.08  # difference of a channel at which a drawing is of a colour already
_GLASS = 0.5, 0.585  # hues of window panes


def hue_saturation_lightness(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hue in turns, chroma 0..1 and luma 0..1 of colours (..., 3)."""
    high, low = rgb.max(-1), rgb.min(-1)
    chroma = high - low
    safe = np.maximum(chroma, 1e-6)
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    hue = np.where(
        high == red,
        ((green - blue) / safe) % 6,
        np.where(high == green, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    return hue / 6, chroma, rgb @ np.array([0.299, 0.587, 0.114], np.float32)


def _share(hue: np.ndarray, chroma: np.ndarray, solid: np.ndarray, keeps: str) -> np.ndarray:
    """How much of each pixel (H, W) is repainted, 0..1, by the drawing's main hue."""
    leafy = keeps == "leaves"
    vivid = np.clip((chroma - 0.10) / 0.15, 0, 1) * solid
    all_vivid = vivid.sum()
    if all_vivid > 0.3 * solid.sum():
        weights = vivid * chroma
        glass = (hue > _GLASS[0]) & (hue < _GLASS[1])
        glazed = (
            keeps == "panes" and 0.1 < (vivid * glass).sum() / all_vivid < 0.6
        )  # else it is blue
        body = weights * ~glass if glazed else weights  # a bus has a colour besides its windows
        histogram = np.bincount((hue.ravel() * 36).astype(int) % 36, body.ravel(), 36)
        smooth = np.sum([np.roll(histogram, shift) for shift in range(-2, 3)], 0)
        distance = np.abs((hue - (smooth.argmax() + 0.5) / 36 + 0.5) % 1 - 0.5)
        near = np.clip((0.16 - distance) / 0.05, 0, 1) * ~(glass & glazed)
        main = (near * vivid).sum()
        if glazed and main < 0.4 * solid.sum():  # grey and white parts, too, but no lights
            return 1 - vivid * (1 - near)
        if main > 0.4 * solid.sum() or main > 0.8 * all_vivid:
            return near * np.clip((chroma - 0.05) / 0.08, 0, 1)
    if all_vivid > 0.6 * solid.sum():
        return vivid * (np.abs(hue - _LEAVES) > 0.1) if leafy else vivid
    if leafy and all_vivid > 0.3 * solid.sum():
        return 1 - vivid
    bright = np.clip((chroma - 0.3) / 0.15, 0, 1)
    return 1 - bright if (bright * solid).sum() < 0.2 * solid.sum() else np.ones_like(chroma)


def paint(drawing: np.ndarray, colour: str, keeps: str = "details") -> np.ndarray:
    """Repaint a drawing (H, W, 4) in one of `PAINTS`, keeping light, shade and details.

    Pixels of the drawing's main hue change; grays (wheels, windows, eyes) and clearly different
    hues stay. A drawing without main hue changes but for small bright parts (a beak), and one that
    is of the colour already stays. It `keeps` one of `KEPT`: "leaves" are green parts, and vivid
    parts beside pale petals.
    """
    if colour not in PAINTS:
        raise ValueError(f"unknown colour {colour!r}; choose from {', '.join(PAINTS)}")
    alpha = drawing[..., 3]
    rgb = drawing[..., :3] / np.maximum(alpha[..., None], 1e-3)
    hue, chroma, luma = hue_saturation_lightness(np.clip(rgb, 0, 1))
    solid = alpha > 0.5
    share = np.ones_like(alpha) if keeps == "nothing" else _share(hue, chroma, solid, keeps)
    chosen = solid & (share > 0.5)
    if not chosen.any():
        chosen = solid
    dark, middle, bright = np.percentile(luma[chosen], [3, 50, 97])
    below = np.clip(1 - (middle - luma) / max(middle - dark, 0.12), 0, 1)
    above = np.clip((luma - middle) / max(bright - middle, 0.12), 0, 1)
    base = np.array(PAINTS[colour], np.float32) / 255
    if np.abs(np.median(rgb[chosen], 0) - base).max() < _ALIKE and keeps != "nothing":
        return drawing  # a white swan keeps its beak
    shade = base * (0.82 if colour == "white" else 0.42)
    light = base + (1 - base) * (0.22 if colour == "black" else 0.45)
    below, above = below[..., None], above[..., None]
    painted = shade + (base - shade) * below + (light - base) * above
    neutral = np.clip((0.4 - chroma / np.maximum(rgb.max(-1), 1e-3)) / 0.2, 0, 1)
    very_dark = np.clip((0.2 + 0.12 * neutral - luma) / 0.12, 0, 1) * (middle > 0.35)
    share = (share * (1 - very_dark))[..., None]
    mixed = rgb * (1 - share) + painted * share
    return np.concatenate([np.clip(mixed, 0, 1) * alpha[..., None], alpha[..., None]], -1)
