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
