"""Emoji art as sprites: read from the artists' npm packages, cut out, resized, repainted.

Four styles: `3d` and `flat` (Fluent, MIT), `noto` (Apache-2.0), `twemoji` (CC-BY 4.0).
"""

# H, W pixels. A sprite is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import functools
import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

STYLES = ("3d", "flat", "noto", "twemoji")
PACKAGES = {
    "3d": "@lobehub/fluent-emoji-3d",
    "flat": "@iconify-json/fluent-emoji-flat",
    "noto": "@iconify-json/noto",
    "twemoji": "@iconify-json/twemoji",
}
MASTER_SIZE = 256

# The colour a painted object takes where its light is even (sRGB).
PAINTS: dict[str, tuple[int, int, int]] = {
    "red": (214, 36, 42),
    "orange": (245, 130, 20),
    "yellow": (252, 205, 30),
    "green": (46, 158, 60),
    "blue": (30, 100, 220),
    "purple": (128, 52, 178),
    "pink": (248, 130, 180),
    "brown": (124, 74, 40),
    "black": (44, 44, 48),
    "white": (240, 241, 244),
    "gray": (138, 140, 146),
}


@dataclass(frozen=True)
class Noun:
    """One thing that can be drawn: its emoji, its name, and how it may be painted."""

    emoji: str
    name: str
    colour: str | None  # of the artists' drawing, where one colour names it
    paintable: bool
    synonyms: tuple[str, ...] = ()


@functools.cache
def load_nouns() -> tuple[Noun, ...]:
    """The vocabulary in nouns.tsv, in its order."""
    rows = Path(__file__).with_name("nouns.tsv").read_text(encoding="utf-8").splitlines()
    nouns = []
    for row in rows:
        if row.startswith("#"):
            continue
        emoji, name, colour, paintable, synonyms = row.split("\t")
        nouns.append(
            Noun(
                emoji,
                name,
                None if colour == "-" else colour,
                paintable == "y",
                tuple(word.strip() for word in synonyms.split(",") if word.strip()),
            )
        )
    return tuple(nouns)


def _codepoints(emoji: str, width: int) -> list[str]:
    """Names under which packages file an emoji, with and without its variation selector."""
    name = "-".join(f"{ord(char):0{width}x}" for char in emoji)
    bare = name.replace("-fe0f", "")
    return [name, bare, bare + "-fe0f"]


class ArtFolder:
    """The artists' packages as `npm install` lays them out.

    Raises ValueError when a package or an emoji is missing.
    """

    def __init__(self, node_modules: str | Path) -> None:
        self.root = Path(node_modules)
        missing = [name for name in PACKAGES.values() if not (self.root / name).is_dir()]
        if missing:
            raise ValueError(
                f"no emoji art in {str(self.root)!r}; run: npm install {' '.join(missing)}"
            )

    @functools.cache  # noqa: B019 - one folder lives as long as the program
    def _icons(self, style: str) -> tuple[dict, dict]:
        folder = self.root / PACKAGES[style]
        return (
            json.loads((folder / "icons.json").read_text(encoding="utf-8")),
            json.loads((folder / "chars.json").read_text(encoding="utf-8")),
        )

    def read(self, emoji: str, style: str) -> Image.Image:
        """The drawing as an RGBA image of `MASTER_SIZE` pixels a side."""
        if style not in STYLES:
            raise ValueError(f"unknown style {style!r}; choose from {', '.join(STYLES)}")
        if style == "3d":
            for name in _codepoints(emoji, 4):
                path = self.root / PACKAGES[style] / "assets" / f"{name}.webp"
                if path.is_file():
                    return Image.open(path).convert("RGBA")
        else:
            icons, chars = self._icons(style)
            for name in _codepoints(emoji, 1):
                if name in chars:
                    return _rasterise(icons, chars[name])
        raise ValueError(f"{PACKAGES[style]} has no drawing of {emoji!r}")


def _rasterise(icons: dict, name: str) -> Image.Image:
    import resvg_py

    icon = icons["icons"].get(name) or icons["icons"][icons["aliases"][name]["parent"]]
    width, height = icon.get("width", icons["width"]), icon.get("height", icons["height"])
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}">{icon["body"]}</svg>'
    )
    png = resvg_py.svg_to_bytes(svg_string=svg, width=MASTER_SIZE, height=MASTER_SIZE)
    return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def cut_out(image: Image.Image, side: int, margin: float = 0.03) -> np.ndarray:
    """Crop to what is drawn, centre in a square, resize to (side, side, 4) premultiplied.

    Resampling happens on premultiplied colours, so no halo appears on coloured backgrounds.
    """
    pixels = np.asarray(image, dtype=np.float32) / 255
    pixels = np.concatenate([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], -1)
    rows, columns = np.where(pixels[..., 3] > 0.06)
    pixels = pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = pixels.shape[:2]
    inner = round(side * (1 - 2 * margin))
    scale = inner / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    planes = [
        np.asarray(
            Image.fromarray(pixels[..., c]).resize(
                size, Image.Resampling.BOX if scale < 0.3 else Image.Resampling.LANCZOS
            )
        )
        for c in range(4)
    ]
    small = np.clip(np.stack(planes, -1), 0, 1)
    small[..., :3] = np.minimum(small[..., :3], small[..., 3:])
    sprite = np.zeros((side, side, 4), np.float32)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    sprite[top : top + size[1], left : left + size[0]] = small
    return sprite


_LEAVES = 0.3  # the hue of leaves, in turns


def _hue_saturation_lightness(rgb: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
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


def paint(sprite: np.ndarray, colour: str, *, leafy: bool = False) -> np.ndarray:
    """Repaint a sprite (H, W, 4) in one of `PAINTS`, keeping light, shade and details.

    What shares the main hue of a colourful drawing changes; its grays (wheels, windows, eyes)
    and clearly different hues stay. A drawing without a main hue changes as a whole,
    a `leafy` one but for what is vivid beside pale petals, and what is green.
    """
    if colour not in PAINTS:
        raise ValueError(f"unknown colour {colour!r}; choose from {', '.join(PAINTS)}")
    alpha = sprite[..., 3]
    rgb = sprite[..., :3] / np.maximum(alpha[..., None], 1e-3)
    hue, chroma, luma = _hue_saturation_lightness(np.clip(rgb, 0, 1))
    solid = alpha > 0.5
    vivid = np.clip((chroma - 0.10) / 0.15, 0, 1)
    share = np.ones_like(alpha)
    if (vivid * solid).sum() > 0.3 * solid.sum():
        weights = (vivid * chroma * solid).ravel()
        histogram = np.bincount((hue.ravel() * 36).astype(int) % 36, weights, 36)
        smooth = np.sum([np.roll(histogram, shift) for shift in range(-2, 3)], 0)
        main = (smooth.argmax() + 0.5) / 36
        distance = np.abs((hue - main + 0.5) % 1 - 0.5)
        near = np.clip((0.16 - distance) / 0.05, 0, 1) * vivid
        if (near * solid).sum() > 0.4 * solid.sum():
            share = near
        elif (vivid * solid).sum() > 0.6 * solid.sum():
            share = vivid * (np.abs(hue - _LEAVES) > 0.1) if leafy else vivid
        elif leafy:
            share = 1 - vivid
    chosen = solid & (share > 0.5)
    if not chosen.any():
        chosen = solid
    dark, middle, bright = np.percentile(luma[chosen], [3, 50, 97])
    below = np.clip(1 - (middle - luma) / max(middle - dark, 0.12), 0, 1)
    above = np.clip((luma - middle) / max(bright - middle, 0.12), 0, 1)
    base = np.array(PAINTS[colour], np.float32) / 255
    shade = base * (0.82 if colour == "white" else 0.42)
    light = base + (1 - base) * (0.22 if colour == "black" else 0.45)
    below, above = below[..., None], above[..., None]
    painted = shade + (base - shade) * below + (light - base) * above
    very_dark = np.clip((0.22 - luma) / 0.08, 0, 1) * (middle > 0.35)
    share = (share * (1 - very_dark))[..., None]
    mixed = rgb * (1 - share) + painted * share
    return np.concatenate([np.clip(mixed, 0, 1) * alpha[..., None], alpha[..., None]], -1)
