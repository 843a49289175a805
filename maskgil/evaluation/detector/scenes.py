"""Scenes of nano's world that say what they show: things, how much of each is in sight, setting.

`WorldScenes` are the corpus's own, by number. `loose_scenes` draws others from the same parts.
"""

# S picture side in pixels, N things of a picture.

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from maskgil.evaluation.detector.dataset import UNKNOWN, Shown, Truth, as_truth, box_of
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.nouns import load_nouns, noun
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.sampler import SceneSampler
from maskgil.nano.world.scene import STYLES, TIMES, WEATHERS, Scene, Thing
from maskgil.nano.world.settings import PLACES

PAPER = "plain paper"  # the answer where there is no setting
SETTINGS = (PAPER, *PLACES)
ANSWERS = {"settings": SETTINGS, "times": TIMES, "weathers": WEATHERS, "styles": STYLES}
"""The answers to the questions about the whole picture, which `Truth.whole` numbers."""
SOLID = 0.44  # opacity from which a pixel is a thing's; shadows stay below it
SEEN = 0.4  # share in sight from which a thing has to be found
OWN = len(COLOURS)  # a thing's own colours, or many
SHADES = ("pencil sketch", "silhouette")  # styles without colours


class Sighting(NamedTuple):
    """A thing that was laid: its pixels, seen or not; its box in shares of the picture."""

    label: int
    colour: int
    solid: int
    box: tuple[float, ...]


class Sightings:
    """Which thing every pixel shows, while things are laid over each other (S, S)."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.owners = np.full((size, size), -1, np.int16)
        self.things: list[Sighting] = []

    def add(self, solid: np.ndarray, left: int, top: int, label: int, colour: int) -> int:
        """Lay a thing's mask (H, W) bool on top; its number, or -1 when it is out of sight."""
        window, inside = self._inside(solid, left, top)
        if not inside.any():
            return -1
        number = len(self.things)
        self.owners[window][inside] = number
        corner = (window[1].start, window[0].start)
        box = zip(box_of(inside.astype(np.uint8) * 255), corner * 2, strict=True)
        edges = tuple((edge + by) / self.size for edge, by in box)
        self.things.append(Sighting(label, colour, int(solid.sum()), edges))
        return number

    def again(self, number: int, solid: np.ndarray, left: int, top: int) -> None:
        """Lay a part of thing `number` on top once more."""
        window, inside = self._inside(solid, left, top)
        self.owners[window][inside] = number

    def _inside(
        self, solid: np.ndarray, left: int, top: int
    ) -> tuple[tuple[slice, slice], np.ndarray]:
        height, width = solid.shape
        y0, x0 = max(0, top), max(0, left)
        y1, x1 = max(y0, min(self.size, top + height)), max(x0, min(self.size, left + width))
        part = solid[y0 - top : y1 - top, x0 - left : x1 - left]
        return (slice(y0, y1), slice(x0, x1)), part

    def truth(self, whole: dict[str, int]) -> Truth:
        """What is to be found in the end."""
        shown = np.bincount(self.owners[self.owners >= 0], minlength=len(self.things))
        solid = np.array([one.solid for one in self.things])
        truth = as_truth([(one.label, one.colour, one.box) for one in self.things])
        return truth._replace(seen=(shown / solid.clip(1)).astype(np.float32), whole=whole)


def numbers_of(known: Sequence[str] = ()) -> dict[str, int]:
    """The nouns' classes by name, as a judge that is `known` to have these counts them."""
    names = known or [one.name for one in load_nouns()]
    return {name: number for number, name in enumerate(names)}


def colour_of(thing: Thing, style: str) -> int:
    """Which colour a judge should name: the paint, else the drawing's where one word names it."""
    if style in SHADES:
        return UNKNOWN
    name = thing.colour or (None if thing.texture else noun(thing.noun).colour)
    return COLOURS.index(name) if name in COLOURS else OWN


def whole_of(scene: Scene) -> dict[str, int]:
    """Answers to the questions about the whole picture."""
    return {
        "settings": SETTINGS.index(scene.setting or PAPER),
        "times": TIMES.index(scene.time),
        "weathers": WEATHERS.index(scene.weather),
        "styles": STYLES.index(scene.style),
    }


def sprites_of(renderer: Renderer, scene: Scene, seed: int | str) -> list[Sprite]:
    """Where `renderer.draw` puts a scene's things, back to front."""
    return renderer.layout.arranged(scene, seed)[1]


def truth_of(renderer: Renderer, scene: Scene, seed: int | str, numbers: dict[str, int]) -> Truth:
    """What `renderer.draw(scene, seed)` shows; parts drawn once more belong to their thing."""
    sightings = Sightings(renderer.size)
    known: dict[tuple, int] = {}
    for sprite in sprites_of(renderer, scene, seed):
        thing = scene.things[sprite.thing]
        _, rest = renderer.sprite(sprite, thing, scene.style)
        solid = rest[..., 0] < 255 * (1 - SOLID)
        left = round(sprite.left * renderer.cell)
        top = round(sprite.bottom * renderer.cell) - len(rest)
        place = (sprite.thing, sprite.left, sprite.bottom, sprite.width, sprite.height)
        if known.get(place, -1) >= 0 and sprite.part != (0.0, 1.0):
            sightings.again(known[place], solid, left, top)
            continue
        colour = colour_of(thing, scene.style)
        known[place] = sightings.add(solid, left, top, numbers[thing.noun], colour)
    return sightings.truth(whole_of(scene))


class WorldScenes:
    """Scenes of the world's corpus by number. `renderer`: as large as the detector's pictures."""

    def __init__(
        self, renderer: Renderer, sampler: SceneSampler, *, seed: int = 0,
        known: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.renderer, self.sampler, self.seed = renderer, sampler, seed
        self.numbers = numbers_of(known)

    def scene(self, index: int) -> Scene:
        """The scene with this number."""
        return self.sampler.scene(index, seed=self.seed)

    def __getitem__(self, index: int) -> Shown:
        scene, seed = self.scene(index), f"{self.seed}/{index}"
        truth = truth_of(self.renderer, scene, seed, self.numbers)
        return Shown(self.renderer.draw(scene, seed), truth)
