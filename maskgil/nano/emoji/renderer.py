"""The nano corpus: scenes of emoji art, drawn on the fly, with captions in many phrasings.

Objects stand in slots aligned with the token grid, so that the same thing gives nearly the same
tokens wherever it stands. A tenth of the noun-colour and noun-noun combinations is held out.

    python -m maskgil.nano.emoji.renderer --art node_modules --sheet sheet.png
"""

# S picture side in pixels. Grid units are cells: the picture is 12 by 12 of them.

from __future__ import annotations

import functools
import hashlib
import random
from dataclasses import dataclass

import numpy as np

from maskgil.nano.emoji.captions import caption_scene
from maskgil.nano.emoji.sprites import PAINTS, ArtFolder, Noun, cut_out, load_nouns, paint

GRID = 12
SINGLE_CELLS, SMALL_CELLS = 10, 6
KEPT_BYTES = 1 << 30  # of sprites that a `Painter` keeps
COLOURS = tuple(PAINTS)
# White things stand before shaded paper, so that all their neighbours' tokens are others too.
COLOUR_WEIGHTS = tuple(2.5 if colour == "white" else 1.0 for colour in COLOURS)
KINDS = {"single": 0.33, "count": 0.07, "pair": 0.60}  # shares of one thing, of many, of two

# Top-left corners in cells: (row, column).
SLOTS: dict[str, tuple[tuple[int, int], ...]] = {
    "single": ((1, 1),),
    "beside": ((3, 0), (3, 6)),
    "stacked": ((0, 3), (6, 3)),
    "triangle": ((0, 3), (6, 0), (6, 6)),
    "square": ((0, 0), (0, 6), (6, 0), (6, 6)),
}
PLAIN_BACKGROUNDS: dict[str, tuple[int, int, int]] = {
    "red": (238, 120, 115),
    "orange": (253, 186, 116),
    "yellow": (253, 236, 140),
    "green": (160, 220, 150),
    "blue": (140, 190, 250),
    "purple": (200, 165, 240),
    "pink": (252, 196, 220),
    "brown": (180, 140, 105),
    "black": (28, 28, 32),
    "gray": (190, 193, 198),
}
PLACES = ("sky", "grass", "sea", "sand", "snow", "night")
PAPER, SHADED_PAPER = (255, 255, 255), (186, 204, 222)  # the second behind white things


@dataclass(frozen=True)
class Thing:
    """What stands in a scene, in which colour (None: as the artist drew it), how many."""

    noun: Noun
    colour: str | None = None
    count: int = 1

    @property
    def looks(self) -> str | None:
        """The colour that names how it looks, painted or natural."""
        return self.colour or self.noun.colour

    @property
    def paint(self) -> str | None:
        """The colour to paint it with: None where the drawing already has it."""
        return None if self.colour == self.noun.colour else self.colour


@dataclass(frozen=True)
class Scene:
    """What a picture shows. `layout`: a key of `SLOTS`; `background`: a colour, a place or None."""

    things: tuple[Thing, ...]
    layout: str
    background: str | None = None
    style: str = "3d"

    def __post_init__(self) -> None:
        if self.layout not in SLOTS:
            raise ValueError(f"unknown layout {self.layout!r}; choose from {', '.join(SLOTS)}")
        if sum(thing.count for thing in self.things) != len(SLOTS[self.layout]):
            raise ValueError(f"layout {self.layout!r} wants {len(SLOTS[self.layout])} objects")


def _held_out(*words: str) -> bool:
    return hashlib.sha256("|".join(words).encode()).digest()[0] < 26  # 26 / 256: a tenth


def is_held_out(scene: Scene) -> bool:
    """Whether a scene shows a noun-colour or noun-noun combination that is never trained on."""
    for thing in scene.things:
        if thing.paint and _held_out("colour", thing.noun.name, thing.paint):
            return True
    if len(scene.things) == 2:
        return _held_out("pair", *sorted(thing.noun.name for thing in scene.things))
    return False


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


@dataclass(frozen=True)
class SceneSampler:
    """Draws scenes at random: what may be trained on, or with `held_out` only the rest.

    `kinds`: a weight for each of `KINDS`.
    """

    nouns: tuple[Noun, ...] = ()
    styles: tuple[tuple[str, float], ...] = (("3d", 0.75), ("flat", 0.25))
    held_out: bool = False
    kinds: tuple[tuple[str, float], ...] = tuple(KINDS.items())

    def vocabulary(self) -> tuple[Noun, ...]:
        return self.nouns or load_nouns()

    def sample(self, rng: random.Random) -> Scene:
        while True:
            scene = self._any(rng)
            if is_held_out(scene) == self.held_out:
                return scene

    def _any(self, rng: random.Random) -> Scene:
        kind = rng.choices([k for k, _ in self.kinds], [w for _, w in self.kinds])[0]
        style = rng.choices([s for s, _ in self.styles], [w for _, w in self.styles])[0]
        things: tuple[Thing, ...]
        if kind == "pair":
            first, second = rng.sample(self.vocabulary(), 2)
            things = (self._thing(rng, first, 0.88), self._thing(rng, second, 0.88))
            layout = rng.choices(("beside", "stacked"), (0.65, 0.35))[0]
        elif kind == "count":
            count = rng.choice((2, 3, 4))
            things = (self._thing(rng, rng.choice(self.vocabulary()), 0.5, count),)
            layout = {2: "beside", 3: "triangle", 4: "square"}[count]
        else:
            things = (self._thing(rng, rng.choice(self.vocabulary()), 0.8),)
            layout = "single"
        background = None
        roll = rng.random()
        shown = {thing.looks for thing in things}
        if roll < 0.14:
            background = rng.choice([c for c in PLAIN_BACKGROUNDS if c not in shown])
        elif roll < 0.32:
            background = rng.choice(PLACES)
        return Scene(things, layout, background, style)

    def _thing(self, rng: random.Random, noun: Noun, coloured: float, count: int = 1) -> Thing:
        colour = None
        if rng.random() < coloured:
            if noun.paintable and (noun.colour is None or rng.random() < 0.75):
                colour = rng.choices(COLOURS, COLOUR_WEIGHTS)[0]
            elif noun.colour:
                colour = noun.colour
        return Thing(noun, colour, count)


@dataclass(frozen=True)
class Example:
    scene: Scene
    caption: str
    pixels: np.ndarray  # (S, S, 3) uint8


def example(index: int, painter: Painter, sampler: SceneSampler, *, seed: int = 0) -> Example:
    """The example with this index: the same for the same seed, whatever came before."""
    rng = random.Random(f"{seed}/{index}")
    scene = sampler.sample(rng)
    return Example(scene, caption_scene(scene, rng), painter.draw(scene))


def main() -> None:
    import argparse
    import sys

    from PIL import Image

    parser = argparse.ArgumentParser(
        prog="python -m maskgil.nano.emoji.renderer", description=__doc__
    )
    parser.add_argument("--art", default="node_modules", help="folder of the art's npm packages")
    parser.add_argument("--sheet", default="scenes.png", help="PNG of examples to write")
    parser.add_argument("--examples", type=int, default=48)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", action="store_true", help="only what training never shows")
    options = parser.parse_args()
    try:
        painter = Painter(ArtFolder(options.art), size=options.size)
    except ValueError as error:
        parser.error(str(error))
    sampler = SceneSampler(held_out=options.held_out)
    shown = [example(i, painter, sampler, seed=options.seed) for i in range(options.examples)]
    rows = [
        np.concatenate([e.pixels for e in shown[i : i + 8]], 1)
        for i in range(0, len(shown) - len(shown) % 8, 8)
    ]
    Image.fromarray(np.concatenate(rows)).save(options.sheet)
    for i, one in enumerate(shown):
        sys.stdout.write(f"{i:4} {one.caption}\n")


if __name__ == "__main__":
    main()
