"""Labelled scenes of nano's world: things, their visibility, setting.

`WorldScenes` are the corpus's, by index; `loose_scenes` has others.
"""

# S picture side in pixels, N things of a picture.

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from maskgil.evaluation.detector.dataset import UNKNOWN, Shown, Truth, as_truth, opaque_box
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.implied import home
from maskgil.nano.world.nouns import UNPAINTED, Noun, load_nouns, noun
from maskgil.nano.world.paints import COLOURS
from maskgil.nano.world.sampler import SceneSampler
from maskgil.nano.world.scene import STYLES, TIMES, WEATHERS, Scene, Thing
from maskgil.nano.world.settings import PLACES, place

PAPER = "plain paper"  # the answer without a setting
SETTINGS = (PAPER, *PLACES)
ANSWERS = {"settings": SETTINGS, "times": TIMES, "weathers": WEATHERS, "styles": STYLES}
"""Answers to the questions about the whole picture, indexed by `Truth.whole`."""
SOLID = 0.44  # opacity from which a pixel belongs to a thing, above shadows
SEEN = 0.4  # visible share from which a thing must be found
OWN = len(COLOURS)  # own or several colours
SHADES = ("pencil sketch", "silhouette")  # styles without colours
REPAINTED = 0.7  # share of the things of a recoloured scene


class Sighting(NamedTuple):
    """A placed thing: its number of pixels, visible or not; its box as fractions of the picture."""

    label: int
    colour: int
    solid: int
    box: tuple[float, ...]


class Sightings:
    """The topmost thing of every pixel (S, S), while things are composited."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.owners = np.full((size, size), -1, np.int16)
        self.things: list[Sighting] = []

    def add(self, solid: np.ndarray, left: int, top: int, label: int, colour: int) -> int:
        """Composite a thing's mask (H, W) bool; returns its index, or -1 outside of the picture."""
        window, inside = self._inside(solid, left, top)
        if not inside.any():
            return -1
        number = len(self.things)
        self.owners[window][inside] = number
        corner = (window[1].start, window[0].start)
        box = zip(opaque_box(inside.astype(np.uint8) * 255), corner * 2, strict=True)
        edges = tuple((edge + by) / self.size for edge, by in box)
        self.things.append(Sighting(label, colour, int(solid.sum()), edges))
        return number

    def again(self, number: int, solid: np.ndarray, left: int, top: int) -> None:
        """Composite a part of thing `number` again."""
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
        """The final labels."""
        shown = np.bincount(self.owners[self.owners >= 0], minlength=len(self.things))
        solid = np.array([one.solid for one in self.things])
        truth = as_truth([(one.label, one.colour, one.box) for one in self.things])
        return truth._replace(seen=(shown / solid.clip(1)).astype(np.float32), whole=whole)


def class_indices(known: Sequence[str] = ()) -> dict[str, int]:
    """Class indices by noun, in the order of the judge's nouns `known`."""
    names = known or [one.name for one in load_nouns()]
    return {name: number for number, name in enumerate(names)}


def colour_of(thing: Thing, style: str) -> int:
    """The colour label: the paint, else the drawing's own colour if one word names it."""
    if style in SHADES:
        return UNKNOWN
    name = thing.colour or (None if thing.texture else noun(thing.noun).colour)
    return COLOURS.index(name) if name in COLOURS else OWN


def takes_colour(one: Noun) -> bool:
    """Whether a noun may be asked for in any colour: blue cows, but no blue persons."""
    return one.paintable or one.category not in UNPAINTED


def repainted(scene: Scene, rng: random.Random) -> Scene:
    """The scene with most things in any of `COLOURS`, as prompts ask for them.

    They are their nouns' first drawings more often, which prompts get. Half of those nowhere are
    where readers put them: what is white is seen on no paper.
    """
    things = tuple(
        replace(
            thing, colour=rng.choice(COLOURS), texture=None, variant=rng.choice((0, thing.variant))
        )
        if takes_colour(noun(thing.noun)) and rng.random() < REPAINTED
        else thing
        for thing in scene.things
    )
    scene = replace(scene, things=things)
    if scene.setting is not None or rng.random() < 0.5:
        return scene
    setting = home(scene)
    times = place(setting).times
    return replace(scene, setting=setting, time="day" if "day" in times else times[0])


def whole_of(scene: Scene) -> dict[str, int]:
    """Answers to the questions about the whole picture."""
    return {
        "settings": SETTINGS.index(scene.setting or PAPER),
        "times": TIMES.index(scene.time),
        "weathers": WEATHERS.index(scene.weather),
        "styles": STYLES.index(scene.style),
    }


def sprites_of(renderer: Renderer, scene: Scene, seed: int | str) -> list[Sprite]:
    """The sprites of `renderer.draw`, back to front."""
    return renderer.layout.arranged(scene, seed)[1]


def truth_of(renderer: Renderer, scene: Scene, seed: int | str, numbers: dict[str, int]) -> Truth:
    """The labels of `renderer.draw(scene, seed)`; parts drawn again belong to their thing."""
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
    """Scenes of the corpus by index, a share of them `recoloured`.

    `renderer`: at the detector's picture size.
    """

    def __init__(
        self, renderer: Renderer, sampler: SceneSampler, *, recoloured: float = 0.0, seed: int = 0,
        known: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.renderer, self.sampler, self.seed = renderer, sampler, seed
        self.share, self.numbers = recoloured, class_indices(known)

    def scene(self, index: int) -> Scene:
        """The scene with this number."""
        scene = self.sampler.scene(index, seed=self.seed)
        rng = random.Random(f"colours/{self.seed}/{index}")
        return repainted(scene, rng) if rng.random() < self.share else scene

    def __getitem__(self, index: int) -> Shown:
        scene, seed = self.scene(index), f"{self.seed}/{index}"
        truth = truth_of(self.renderer, scene, seed, self.numbers)
        return Shown(self.renderer.draw(scene, seed), truth)
