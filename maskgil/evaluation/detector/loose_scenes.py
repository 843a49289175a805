"""Loose scenes: things anywhere, rotated and distorted, with muddles as negatives.

A judge should not rely on the corpus's layouts, nor accept broken drawings: halves, melted and
patched drawings are labelled as none of the nouns.
"""

# S picture side in pixels, H W those of a drawing.

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from string import ascii_uppercase

import numpy as np
from PIL import Image

from maskgil.evaluation.detector.dataset import PATCH, UNKNOWN, Shown, apart, halves, spoil, turned
from maskgil.evaluation.detector.scenes import (
    OWN,
    SHADES,
    SOLID,
    Sightings,
    class_indices,
    colour_of,
    takes_colour,
    whole_of,
)
from maskgil.nano.rendering import weather
from maskgil.nano.rendering.looks import TEXTURES
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.clusters import GRID, Sprite
from maskgil.nano.world.drawn.lettering import writing_areas
from maskgil.nano.world.nouns import Noun, load_nouns, noun
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.scene import TIMES, WEATHERS, Scene, Thing
from maskgil.nano.world.settings import PLACES, VARIANTS, place

MUDDLES = 0.09  # share of the things
TWO_COATS = 0.05  # of painted ones
WRITTEN = 0.3  # of those that can bear text
OVERLAP = 0.35  # share of the smaller of two things that the other may hide
STYLES = {
    "3d": 0.82, "flat": 0.03, "pencil sketch": 0.04, "pixel art": 0.04, "watercolour": 0.03,
    "silhouette": 0.04,
}  # fmt: skip
Place = tuple[float, float, float]  # left, top, longer side in cells


class LooseWorldScenes:
    """Scenes of one to two dozen things anywhere, by index; nouns are equally frequent."""

    def __init__(
        self,
        renderer: Renderer,
        nouns: Sequence[Noun] = (),
        *,
        spoilt: bool = True,
        styles: dict[str, float] | None = None,
        seed: int = 0,
        known: Sequence[str] = (),
    ) -> None:
        self.renderer, self.nouns = renderer, tuple(nouns) or load_nouns()
        self.spoilt, self.seed = spoilt, seed
        self.styles = styles or STYLES
        self.numbers = class_indices(known)

    def __getitem__(self, index: int) -> Shown:
        rng = random.Random(f"loose/{self.seed}/{index}")
        shown = self._compose(rng)
        return shown._replace(pixels=spoil(shown.pixels, rng)) if self.spoilt else shown

    def _compose(self, rng: random.Random) -> Shown:
        style = rng.choices(list(self.styles), list(self.styles.values()))[0]
        picture, whole = self._ground(style, rng)
        sightings = Sightings(self.renderer.size)
        places = packed(rng) if rng.random() < 0.45 else scattered(rng)
        same = self._thing(rng) if rng.random() < 0.1 else None
        for left, top, side in places:
            thing = same or self._thing(rng)
            drawing = self._drawing(thing, style, side, rng)
            label, colour = self.numbers[thing.noun], colour_of(thing, style)
            roll = rng.random() if self.spoilt else 1.0
            if roll < MUDDLES:
                other = self._drawing(self._thing(rng), style, side, rng)
                drawing = rng.choice(WAYS)(drawing, _like(other, drawing), rng)
                label, colour = len(self.numbers), UNKNOWN
            elif roll < MUDDLES + TWO_COATS and thing.colour and style not in SHADES:
                coat = rng.choice([name for name in COLOURS if name != thing.colour])
                other = self._drawing(replace(thing, colour=coat), style, side, rng, like=drawing)
                drawing, colour = halves(drawing, other, rng), OWN
            self._lay(picture, sightings, _vary(drawing, rng), (left, top), (label, colour))
        return Shown(picture, sightings.truth(whole))

    def _ground(self, style: str, rng: random.Random) -> tuple[np.ndarray, dict[str, int]]:
        """A background: scenery with weather, or a plain or shaded colour; and its labels."""
        if rng.random() < 0.25:
            unnamed = dict.fromkeys(("settings", "times", "weathers", "styles"), UNKNOWN)
            return even_ground(self.renderer.size, rng), unnamed
        name = rng.choice((None, *PLACES))
        where = place(name)
        falls = "clear"
        if where.outdoors and not where.floats and rng.random() < 0.35:
            falls = rng.choice(WEATHERS)
        time = rng.choice(where.times or TIMES)
        scene = Scene((), (), name, time, falls, style)
        variant = rng.randrange(VARIANTS)
        picture = self.renderer.scenery(scene, variant).copy()
        if falls != "clear":
            weather.fall(picture, falls, variant, style, self.renderer.cell)
        return picture, whole_of(scene)

    def _thing(self, rng: random.Random) -> Thing:
        """A thing in its own colours or in any other (blue cows, too), some with text on them."""
        one = rng.choice(self.nouns)
        colour = texture = None
        if takes_colour(one) and rng.random() < 0.55:
            if one.paintable and rng.random() < 0.1:
                texture = rng.choice(TEXTURES)
            else:
                colour = rng.choice(COLOURS)
        written = one.name in writing_areas() and rng.random() < WRITTEN
        text = "".join(rng.choices(ascii_uppercase, k=rng.randint(2, 8))) if written else None
        variant = 0 if text else rng.randrange(12)  # areas are of the first drawing
        return Thing(one.name, 1, colour, texture, None, variant, lettering=text)

    def _drawing(
        self, thing: Thing, style: str, side: float, rng: random.Random,
        like: np.ndarray | None = None,
    ) -> np.ndarray:  # fmt: skip
        """(H, W, 4) uint8, premultiplied, its longer side about `side` cells."""
        art = noun(thing.noun).art
        code = art[thing.variant % len(art)]
        width, height = self.renderer.layout.cells(code, side)
        stands, mirrored = rng.random() < 0.4, like is None and rng.random() < 0.3
        sprite = Sprite(0, code, 0, 0, width, height, stands, mirrored)
        rgb, rest = self.renderer.sprite(sprite, thing, style)
        drawing = np.concatenate([rgb, (255 - rest).astype(np.uint8)], -1)
        return drawing if like is None else _like(drawing, like)

    def _lay(
        self, picture: np.ndarray, sightings: Sightings, drawing: np.ndarray,
        corner: tuple[float, float], about: tuple[int, int],
    ) -> None:  # fmt: skip
        size, cell = self.renderer.size, self.renderer.cell
        height, width = drawing.shape[:2]
        left, top = (round(edge * cell) for edge in corner)
        y0, x0 = max(0, top), max(0, left)
        y1, x1 = min(size, top + height), min(size, left + width)
        if y1 <= y0 or x1 <= x0:
            return
        part = drawing[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.uint16)
        window = picture[y0:y1, x0:x1]
        mixed = (window * (255 - part[..., 3:]) + 127) // 255 + part[..., :3]
        window[...] = np.minimum(mixed, 255)
        sightings.add(drawing[..., 3] > 255 * SOLID, left, top, *about)


def packed(rng: random.Random) -> list[Place]:
    """Things in two to five jittered rows with a few gaps."""
    across = rng.choice((2, 3, 3, 4, 4, 5))
    step = GRID / across
    places = []
    for row in range(across):
        for column in range(across):
            if rng.random() < 0.2:
                continue
            side = step * rng.uniform(0.6, 1.12)
            left, top = (at * step + (step - side) / 2 for at in (column, row))
            places.append((left + rng.uniform(-1, 1), top + rng.uniform(-1, 1), side))
    rng.shuffle(places)
    return places


def scattered(rng: random.Random) -> list[Place]:
    """One to six things of any size that hide little of each other."""
    count = rng.choices((1, 2, 3, 4, 5, 6), (0.34, 0.22, 0.16, 0.12, 0.1, 0.06))[0]
    largest = {1: 20.0, 2: 14.0, 3: 12.0}.get(count, 10.0)

    def somewhere() -> Place:
        side = rng.uniform(3.5 if count > 2 else 6.0, largest)
        left, top = (rng.uniform(-1.0, GRID - side + 1.0) for _ in range(2))
        return left, top, side

    return apart(somewhere, count, OVERLAP)


def even_ground(size: int, rng: random.Random) -> np.ndarray:
    """(S, S, 3) uint8 of one colour, or of two that run into each other."""
    picture = np.empty((size, size, 3), np.float32)
    picture[:] = [rng.randint(0, 255) for _ in range(3)]
    if rng.random() < 0.5:
        far = np.array([rng.randint(0, 255) for _ in range(3)], np.float32)
        picture += (far - picture) * np.linspace(0, 0.5, size, dtype=np.float32)[:, None, None]
    return picture.round().astype(np.uint8)


def _like(drawing: np.ndarray, other: np.ndarray) -> np.ndarray:
    """`drawing` as large as `other`."""
    if drawing.shape == other.shape:
        return drawing
    image = Image.fromarray(drawing, "RGBa")
    return np.asarray(image.resize(other.shape[1::-1], Image.Resampling.BILINEAR))


def _vary(drawing: np.ndarray, rng: random.Random) -> np.ndarray:
    """Half of them stretched a little, some of those turned."""
    if rng.random() < 0.5:
        return drawing
    height, width = drawing.shape[:2]
    image = Image.fromarray(drawing, "RGBa")
    if rng.random() < 0.4:
        image = turned(image, rng.uniform(-14, 14))
    width, height = (max(8, round(edge * rng.uniform(0.86, 1.1))) for edge in (width, height))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


# Muddles: functions of two drawings of one size (H, W, 4) and a generator.


def shuffled(first: np.ndarray, second: np.ndarray, rng: random.Random) -> np.ndarray:
    """The first drawing's tiles shuffled."""
    height, width = first.shape[:2]
    tile = max(PATCH, min(height, width) // rng.choice((2, 3, 4)))
    corners = [
        (y, x) for y in range(0, height - tile + 1, tile) for x in range(0, width - tile + 1, tile)
    ]
    made = first.copy()
    for (y, x), (b, a) in zip(corners, rng.sample(corners, len(corners)), strict=True):
        made[y : y + tile, x : x + tile] = first[b : b + tile, a : a + tile]
    return made if len(corners) > 2 else halves(first, second, rng)


def melted(first: np.ndarray, second: np.ndarray, rng: random.Random) -> np.ndarray:
    """The two drawings mixed in waves, both deformed."""
    height, width = first.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = [
        np.sin(rng.uniform(5, 10) * y / height + rng.uniform(0, 7))
        * np.cos(rng.uniform(5, 10) * x / width + rng.uniform(0, 7))
        for _ in range(3)
    ]
    reach = rng.uniform(0.12, 0.22)
    rows = (y + reach * height * waves[0]).round().clip(0, height - 1).astype(int)
    columns = (x + reach * width * waves[1]).round().clip(0, width - 1).astype(int)
    share = np.clip(0.5 + 1.2 * waves[2], 0, 1)[..., None]
    return (first[rows, columns] * (1 - share) + second[rows, columns] * share).astype(np.uint8)


def patched(first: np.ndarray, second: np.ndarray, rng: random.Random) -> np.ndarray:
    """About half of the first drawing's token-sized patches replaced by others."""
    height, width = first.shape[:2]
    made, share = first.copy(), rng.uniform(0.4, 0.65)
    if min(height, width) < 2 * PATCH:
        return halves(first, second, rng)
    for y in range(0, height - PATCH + 1, PATCH):
        for x in range(0, width - PATCH + 1, PATCH):
            if rng.random() < share:
                source = second if rng.random() < 0.6 else first
                b, a = rng.randint(0, height - PATCH), rng.randint(0, width - PATCH)
                made[y : y + PATCH, x : x + PATCH] = source[b : b + PATCH, a : a + PATCH]
    return made


WAYS: tuple[Callable[[np.ndarray, np.ndarray, random.Random], np.ndarray], ...] = (
    halves, shuffled, melted, patched,
)  # fmt: skip
