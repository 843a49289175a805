"""Scenes that say what stands where: what nano's detector learns from and is measured on.

`SlotScenes` are the corpus's own. `LooseScenes` put things anywhere in many sizes, a little turned,
stretched and spoilt, beside things that are none of the vocabulary: a judge should not go by slots.
"""

# S picture side in pixels, N things of a picture.

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from PIL import Image

from maskgil.nano.emoji.renderer import Painter, place
from maskgil.nano.emoji.sampler import SceneSampler
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
    Thing,
)
from maskgil.nano.emoji.sprites import ArtFolder, Noun, cut_out, load_nouns
from maskgil.nano.rendering.painting import paint
from maskgil.nano.world.paints import COLOURS

UNKNOWN = -1  # a colour nobody should be asked for: the drawing's own, which no word names
MASTER = 96  # side of the sprites that scenes are made of
SIDE = 96  # pixels of nano's scenes, as its tokenizer reads them
PATCH = 8  # pixels of a token
SMALLEST = 0.38  # share of the picture's side that a thing takes
LEAST_SHOWN = 0.85  # of a thing that has to stay in sight
Square = TypeVar("Square", bound=tuple[float, float, float])  # left, top, side


class Truth(NamedTuple):
    """What a picture shows.

    `labels` (N,) numbers of nouns, their count for none of them; `colours` (N,) numbers of
    `COLOURS`, their count for a thing's own or many, or `UNKNOWN` where nobody should be asked;
    `boxes` (N, 4) left, top, right, bottom in shares of the picture; `seen` (N,) shares in sight;
    `whole` by question about the whole picture the number of the answer, `UNKNOWN` where there is
    none.
    """

    labels: np.ndarray
    colours: np.ndarray
    boxes: np.ndarray
    seen: np.ndarray
    whole: dict[str, int]


class Shown(NamedTuple):
    """A picture (S, S, 3) uint8 and what it shows."""

    pixels: np.ndarray
    truth: Truth


def colour_number(noun: Noun, paint_with: str | None) -> int:
    """Which colour a judge should name: the paint, else the drawing's where one word names it."""
    name = paint_with or noun.colour
    return UNKNOWN if name is None else COLOURS.index(name)


def box_of(alpha: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is more than half opaque in (H, W) uint8."""
    rows, columns = np.where(alpha > 127)
    if not len(rows):  # nothing but a veil
        rows, columns = np.where(alpha > 0)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def as_truth(things: Sequence[tuple[int, int, Any]]) -> Truth:
    """Class, colour and box of each thing, all in full sight, as arrays."""
    return Truth(
        np.array([one[0] for one in things], np.int64),
        np.array([one[1] for one in things], np.int64),
        np.array([one[2] for one in things], np.float32).reshape(-1, 4),
        np.ones(len(things), np.float32),
        {},
    )


def truth_of(scene: Scene, painter: Painter, numbers: dict[str, int]) -> Truth:
    """What a scene of the corpus shows when `painter` draws it; `numbers` of the nouns by name."""
    cells = SINGLE_CELLS if scene.layout == "single" else SMALL_CELLS
    standing = [thing for thing in scene.things for _ in range(thing.count)]
    things = []
    for thing, (row, column) in zip(standing, SLOTS[scene.layout], strict=True):
        alpha = painter.sprite(thing.noun, scene.style, thing.paint, cells)[..., 3]
        left, top, right, bottom = box_of(alpha)
        x, y = column * painter.cell, row * painter.cell
        box = np.array([x + left, y + top, x + right, y + bottom], np.float32) / painter.size
        colour = colour_number(thing.noun, thing.paint)
        things.append((numbers[thing.noun.name], colour, box))
    return as_truth(things)


class SlotScenes:
    """Scenes of the corpus by number."""

    def __init__(
        self, art: ArtFolder, sampler: SceneSampler, *, side: int = SIDE, seed: int = 0
    ) -> None:
        self.painter, self.sampler, self.seed = Painter(art, size=side), sampler, seed
        self.numbers = {noun.name: i for i, noun in enumerate(sampler.vocabulary())}

    def __getitem__(self, index: int) -> Shown:
        scene = self.sampler.sample(random.Random(f"{self.seed}/{index}"))
        return Shown(self.painter.draw(scene), truth_of(scene, self.painter, self.numbers))


class LooseScenes:
    """Scenes of one to five things anywhere, by number. Memory: 37 kB a noun, style and colour."""

    def __init__(
        self,
        art: ArtFolder,
        nouns: Sequence[Noun] = (),
        *,
        styles: tuple[tuple[str, float], ...] = (("3d", 0.9), ("flat", 0.1)),
        spoilt: bool = True,
        seed: int = 0,
    ) -> None:
        self.art, self.nouns = art, tuple(nouns) or load_nouns()
        self.styles, self.spoilt, self.seed = styles, spoilt, seed
        self._masters: dict[tuple[str, str, str | None], np.ndarray] = {}

    def __getitem__(self, index: int) -> Shown:
        rng = random.Random(f"loose/{self.seed}/{index}")
        pixels, truth = self._compose(rng)
        return Shown(spoil(pixels, rng) if self.spoilt else pixels, truth)

    def master(self, noun: Noun, style: str, colour: str | None) -> np.ndarray:
        """(96, 96, 4) uint8, premultiplied."""
        key = (noun.emoji, style, colour)
        if key not in self._masters:
            plain = cut_out(self.art.read(noun.emoji, style), MASTER)
            drawn = paint(plain, colour) if colour else plain
            self._masters[key] = (drawn * 255).round().astype(np.uint8)
        return self._masters[key]

    def _compose(self, rng: random.Random) -> tuple[np.ndarray, Truth]:
        style = rng.choices([s for s, _ in self.styles], [w for _, w in self.styles])[0]
        places = _slots(rng) if rng.random() < 0.4 else _anywhere(rng)
        kinds = self._kinds(rng, len(places))
        picture = _background(rng, {thing.looks for thing in kinds})
        things = []
        for thing, (left, top, side) in zip(kinds, places, strict=True):
            sprite = self.master(thing.noun, style, thing.paint)
            label = self.nouns.index(thing.noun)
            colour = colour_number(thing.noun, thing.paint)
            roll = rng.random() if self.spoilt else 1.0
            if roll < 0.06:
                sprite, label, colour = self._junk(sprite, style, rng), len(self.nouns), UNKNOWN
            elif roll < 0.14 and colour != UNKNOWN and thing.noun.paintable:
                other = rng.choice([c for c in COLOURS if c != thing.looks])
                coat = self.master(thing.noun, style, None if other == thing.noun.colour else other)
                sprite, colour = halves(sprite, coat, rng), len(COLOURS)
            sprite = _vary(sprite, side, rng)
            box = _stamp(picture, sprite, left, top)
            if box is not None:
                things.append((label, colour, box))
        return picture.round().clip(0, 255).astype(np.uint8), as_truth(things)

    def _kinds(self, rng: random.Random, count: int) -> list[Thing]:
        """As many things: often all alike, as where they are counted."""
        if rng.random() < 0.3:
            return [self._thing(rng)] * count
        return [self._thing(rng) for _ in range(count)]

    def _thing(self, rng: random.Random) -> Thing:
        noun = rng.choice(self.nouns)
        painted = noun.paintable and rng.random() < 0.6
        return Thing(noun, rng.choice(COLOURS) if painted else None)

    def _junk(self, sprite: np.ndarray, style: str, rng: random.Random) -> np.ndarray:
        """Something that is none of the vocabulary: two halves, or one in a muddle."""
        sprite = sprite.copy()
        if rng.random() < 0.5:
            other = self.master(rng.choice(self.nouns), style, None)
            cut = round(MASTER * rng.uniform(0.4, 0.6))
            if rng.random() < 0.5:
                sprite[cut:] = other[cut:]
            else:
                sprite[:, cut:] = other[:, cut:]
            return sprite
        tile = rng.choice((16, 24))
        source, count = sprite.copy(), MASTER // tile
        tiles = [(row * tile, column * tile) for row in range(count) for column in range(count)]
        for (row, column), (y, x) in zip(tiles, rng.sample(tiles, len(tiles)), strict=True):
            sprite[row : row + tile, column : column + tile] = source[y : y + tile, x : x + tile]
        return sprite


def halves(first: np.ndarray, second: np.ndarray, rng: random.Random) -> np.ndarray:
    """A straight cut near the middle, one drawing (H, W, 4) on each side of it."""
    height, width = first.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    far = np.cos(angle) * x + np.sin(angle) * y > rng.uniform(-0.15, 0.15)
    return np.where(far[..., None], first, second)


def _slots(rng: random.Random) -> list[tuple[int, int, int]]:
    """Left, top and side in pixels of each slot of a layout, moved a little."""
    layout = rng.choice(tuple(SLOTS))
    cells = SINGLE_CELLS if layout == "single" else SMALL_CELLS
    places = []
    unit = SIDE / GRID
    for row, column in SLOTS[layout]:
        side = round(unit * cells * rng.uniform(0.85, 1.04))
        middle = unit * cells / 2 - side / 2
        left, top = (unit * corner + middle + rng.uniform(-4, 4) for corner in (column, row))
        places.append((round(left), round(top), side))
    return places


def _anywhere(rng: random.Random) -> list[tuple[int, int, int]]:
    """Left, top and side in pixels of one to five places that hardly overlap."""
    count = rng.choices((1, 2, 3, 4, 5), (0.2, 0.3, 0.2, 0.18, 0.12))[0]
    largest = {1: 0.92, 2: 0.62, 3: 0.54, 4: 0.48, 5: 0.44}[count]

    def somewhere() -> tuple[int, int, int]:
        side = round(SIDE * rng.uniform(SMALLEST, largest))
        left, top = (rng.randint(-3, SIDE - side + 3) for _ in range(2))
        return left, top, side

    return apart(somewhere, count, 0.12)


def apart(somewhere: Callable[[], Square], count: int, most: float) -> list[Square]:
    """At most `count` squares, no two of which share `most` of the smaller one; 40 are tried."""
    places: list[Square] = []
    for _ in range(40):
        left, top, side = place = somewhere()
        shared = [
            max(0, min(left + side, x + other) - max(left, x))
            * max(0, min(top + side, y + other) - max(top, y))
            / min(side, other) ** 2
            for x, y, other in places
        ]
        if all(share < most for share in shared):
            places.append(place)
        if len(places) == count:
            break
    return places


def _background(rng: random.Random, shown: set[str | None]) -> np.ndarray:
    """(S, S, 3) float32 in 0..255: the corpus's, or any even or shaded colour."""
    roll = rng.random()
    if roll < 0.3:
        rgb = SHADED_PAPER if "white" in shown else PAPER
    elif roll < 0.5:
        rgb = PLAIN_BACKGROUNDS[rng.choice([c for c in PLAIN_BACKGROUNDS if c not in shown])]
    elif roll < 0.8:
        return (place(rng.choice(PLACES), SIDE) * 255).astype(np.float32)
    else:
        rgb = (rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255))
    picture = np.empty((SIDE, SIDE, 3), np.float32)
    picture[:] = rgb
    if roll >= 0.9:
        far = np.array([rng.randint(0, 255) for _ in range(3)], np.float32)
        slope = np.linspace(0, 0.5, SIDE, dtype=np.float32)[:, None, None]
        picture += (far - picture) * slope
    return picture


def _vary(sprite: np.ndarray, side: int, rng: random.Random) -> np.ndarray:
    """The sprite about `side` pixels large: stretched a little, at times mirrored or turned."""
    width, height = (max(8, round(side * rng.uniform(0.93, 1.05))) for _ in range(2))
    image = Image.fromarray(sprite, "RGBa")
    if rng.random() < 0.2:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < 0.15:
        image = turned(image, rng.uniform(-12, 12))
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR))


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """A picture turned about its middle, its size as it was."""
    angle, x, y = np.deg2rad(degrees), image.width / 2, image.height / 2
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = (cos, sin, x * (1 - cos) - y * sin, -sin, cos, y * (1 - cos) + x * sin)
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def _stamp(
    picture: np.ndarray, sprite: np.ndarray, left: int, top: int
) -> tuple[float, float, float, float] | None:
    """Lay a sprite on a picture; its box in shares of it, or None when too little is in sight."""
    height, width = sprite.shape[:2]
    low_y, low_x = max(0, top), max(0, left)
    high_y, high_x = min(SIDE, top + height), min(SIDE, left + width)
    part = sprite[low_y - top : high_y - top, low_x - left : high_x - left]
    window = picture[low_y:high_y, low_x:high_x]
    window *= 1 - part[..., 3:].astype(np.float32) / 255
    window += part[..., :3]
    if (part[..., 3] > 127).sum() < LEAST_SHOWN * (sprite[..., 3] > 127).sum():
        return None
    box = box_of(part[..., 3])
    return tuple(  # type: ignore[return-value]
        (edge + offset) / SIDE for edge, offset in zip(box, (low_x, low_y) * 2, strict=True)
    )


def spoil(pixels: np.ndarray, rng: random.Random) -> np.ndarray:
    """A picture (S, S, 3) uint8 as a decoder, a file or a careless resize might leave it."""
    full = len(pixels)
    if rng.random() < 0.15:
        pixels = _wrong_cells(pixels, rng)
    roll = rng.random()
    if roll < 0.2:
        side = rng.randint(full // 2 + 8, full - 8)
        image = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
        pixels = np.asarray(image.resize((full, full), Image.Resampling.BICUBIC))
    elif roll < 0.35:
        pixels = _blur(pixels, rng.uniform(0.15, 0.5))
    if rng.random() < 0.12:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=rng.randint(35, 90))
        pixels = np.asarray(Image.open(file))
    if rng.random() < 0.4:
        light, contrast = rng.uniform(-8, 8), rng.uniform(0.94, 1.06)
        noise = np.float32(0)
        if rng.random() < 0.5:
            random_numbers = np.random.default_rng(rng.getrandbits(32))
            noise = random_numbers.standard_normal(pixels.shape, np.float32) * rng.uniform(1, 7)
        changed = (pixels.astype(np.float32) - 128) * contrast + 128 + light + noise
        pixels = changed.round().clip(0, 255).astype(np.uint8)
    return pixels


def _blur(pixels: np.ndarray, share: float) -> np.ndarray:
    """Each pixel with `share` of the mean of its neighbours, along rows, then along columns."""
    soft = pixels.astype(np.float32)
    for axis in (0, 1):
        around = (np.roll(soft, 1, axis) + np.roll(soft, -1, axis)) / 2
        soft += share * (around - soft)
    return soft.round().clip(0, 255).astype(np.uint8)


def _wrong_cells(pixels: np.ndarray, rng: random.Random) -> np.ndarray:
    """A few patches of a token's size show what another shows: a generator's slips."""
    pixels = pixels.copy()
    for _ in range(rng.randint(1, 5)):
        row, column, y, x = (PATCH * rng.randrange(len(pixels) // PATCH) for _ in range(4))
        pixels[row : row + PATCH, column : column + PATCH] = pixels[y : y + PATCH, x : x + PATCH]
    return pixels
