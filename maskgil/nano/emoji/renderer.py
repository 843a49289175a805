"""The nano corpus: scenes of emoji art, drawn on the fly, with captions in many phrasings.

Objects stand in slots aligned with the token grid, so that the same thing gives nearly the same
tokens wherever it stands. A tenth of the noun-colour and noun-noun combinations is held out.

    python -m maskgil.nano.emoji.dataset --art node_modules --sheet sheet.png
"""

# S picture side in pixels. Grid units are cells: the picture is 12 by 12 of them.

from __future__ import annotations

import functools

import numpy as np

from maskgil.nano.emoji.scene import (
    GRID,
    PAPER,
    PLACES,
    PLAIN_BACKGROUNDS,
    SHADED_PAPER,
    SINGLE_CELLS,
    SLOTS,
    SMALL_CELLS,
    Scene,
)
from maskgil.nano.emoji.sprites import ArtFolder, Noun, cut_out
from maskgil.nano.rendering.painting import paint

KEPT_BYTES = 1 << 30  # of sprites that a `Painter` keeps


@functools.cache
def place(name: str, size: int) -> np.ndarray:
    """A drawn background (S, S, 3) float32 in 0..1; the same at every size."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) / size
    y, x = y[..., None], x[..., None]

    def blend(top: tuple[int, int, int], bottom: tuple[int, int, int], t: np.ndarray) -> np.ndarray:
        low, high = np.array(top, np.float32) / 255, np.array(bottom, np.float32) / 255
        return low + (high - low) * np.clip(t, 0, 1)

    def below(edge: np.ndarray) -> np.ndarray:
        return np.clip((y - edge) * size + 0.5, 0, 1)

    sky = blend((120, 186, 245), (205, 232, 252), y)
    if name == "sky":
        for row, column, radius in (
            (0.14, 0.2, 0.09),
            (0.16, 0.3, 0.07),
            (0.82, 0.78, 0.1),
            (0.85, 0.9, 0.07),
            (0.85, 0.67, 0.06),
        ):
            distance = np.sqrt(((y - row) * 1.5) ** 2 + (x - column) ** 2)
            sky = sky + (1 - sky) * 0.85 * np.clip((radius - distance) * size / 2 + 0.5, 0, 1)
        return sky
    if name == "night":
        night = blend((14, 18, 52), (44, 48, 108), y)
        stars = np.random.default_rng(7).random((16, 2), np.float32)
        for row, column in stars:
            distance = np.sqrt((y - row) ** 2 + (x - column) ** 2)
            night = night + (1 - night) * 0.9 * np.clip((0.011 - distance) * size + 0.5, 0, 1)
        return night
    ground = {
        "grass": (blend((118, 196, 84), (72, 156, 60), (y - 0.6) / 0.4), 0.62 + 0 * x),
        "sand": (blend((246, 220, 160), (226, 190, 122), (y - 0.6) / 0.4), 0.62 + 0 * x),
        "snow": (blend((250, 252, 255), (222, 234, 246), (y - 0.6) / 0.4), 0.62 + 0 * x),
        "sea": (
            blend((56, 146, 220), (20, 88, 172), (y - 0.4) / 0.6),
            0.42 + 0.012 * np.sin(x * 2 * np.pi * 6),
        ),
    }
    if name not in ground:
        raise ValueError(f"unknown place {name!r}; choose from {', '.join(PLACES)}")
    colours, edge = ground[name]
    if name == "snow":
        sky = blend((150, 182, 214), (192, 214, 234), y)
    covered = below(edge)
    return sky * (1 - covered) + colours * covered


class Painter:
    """Draws scenes at one size; keeps what it has cut out and painted, up to `KEPT_BYTES`."""

    def __init__(self, art: ArtFolder, *, size: int = 96) -> None:
        if size % GRID:
            raise ValueError(f"size must be a multiple of {GRID}, got {size}")
        self.art, self.size, self.cell = art, size, size // GRID
        self._sprites: dict[tuple[str, str, str | None, int], np.ndarray] = {}
        self._kept = 0  # bytes

    def sprite(self, noun: Noun, style: str, colour: str | None, cells: int) -> np.ndarray:
        """(side, side, 4) uint8, premultiplied."""
        key = (noun.emoji, style, colour, cells)
        if key not in self._sprites:
            plain = cut_out(self.art.read(noun.emoji, style), cells * self.cell)
            drawn = paint(plain, colour) if colour else plain
            while self._kept > KEPT_BYTES:
                self._kept -= self._sprites.pop(next(iter(self._sprites))).nbytes  # the oldest
            self._sprites[key] = (drawn * 255).round().astype(np.uint8)
            self._kept += self._sprites[key].nbytes
        return self._sprites[key]

    def background(self, scene: Scene) -> np.ndarray:
        """(S, S, 3) float32 in 0..255."""
        if scene.background in PLACES:
            return place(scene.background, self.size) * 255
        if scene.background is not None:
            rgb = PLAIN_BACKGROUNDS[scene.background]
        else:
            white = any(thing.looks == "white" for thing in scene.things)
            rgb = SHADED_PAPER if white else PAPER
        return np.broadcast_to(np.asarray(rgb, np.float32), (self.size, self.size, 3))

    def draw(self, scene: Scene) -> np.ndarray:
        """The picture, (S, S, 3) uint8."""
        picture = self.background(scene).astype(np.float32)
        cells = SINGLE_CELLS if scene.layout == "single" else SMALL_CELLS
        standing = [thing for thing in scene.things for _ in range(thing.count)]
        for thing, (row, column) in zip(standing, SLOTS[scene.layout], strict=True):
            sprite = self.sprite(thing.noun, scene.style, thing.paint, cells).astype(np.float32)
            top, left = row * self.cell, column * self.cell
            window = picture[top : top + sprite.shape[0], left : left + sprite.shape[1]]
            window *= 1 - sprite[..., 3:] / 255
            window += sprite[..., :3]
        return picture.round().clip(0, 255).astype(np.uint8)
