"""What clip-nano learns from and is judged by: scenes and their twins with one thing changed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np

from maskgil.nano.emoji.captions import caption_scene
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import COLOURS, PLACES, PLAIN_BACKGROUNDS, Scene, Thing, is_held_out

ASPECTS = ("colour", "count", "noun", "position", "background")
PLAIN = 0.8  # share of captions in the shortest words, as the benchmark's texts are
_COUNT_LAYOUTS = {1: "single", 2: "beside", 3: "triangle", 4: "square"}
_PLACED = frozenset(("left", "right", "above", "below", "top", "under", "over", "underneath"))


def looks_of(scene: Scene) -> tuple:
    """What the picture of a scene depends on: equal for scenes that look the same."""
    things = tuple((thing.noun.emoji, thing.paint, thing.count) for thing in scene.things)
    return things, scene.layout, scene.background, scene.style


def change(scene: Scene, aspect: str, rng: random.Random, sampler: SceneSampler) -> Scene | None:
    """`scene` with one aspect changed; None where it has no such aspect.

    A background is only changed where it would not hide the object's colour.
    """
    at = rng.randrange(len(scene.things))
    thing = scene.things[at]
    if aspect == "colour":
        if thing.colour is None or not thing.noun.paintable:
            return None
        taken = {thing.looks, scene.background}
        return _with(scene, at, replace(thing, colour=_other(rng, COLOURS, taken)))
    if aspect == "noun":
        present = {one.noun.emoji for one in scene.things}
        nouns = [noun for noun in sampler.vocabulary() if noun.emoji not in present]
        noun = rng.choice(nouns)
        fits = thing.colour is None or noun.paintable or noun.colour == thing.colour
        return _with(scene, at, Thing(noun, thing.colour if fits else None, thing.count))
    if aspect == "count":
        if len(scene.things) > 1:
            return None
        count = _other(rng, (1, 2, 3, 4), {thing.count})
        return replace(scene, things=(replace(thing, count=count),), layout=_COUNT_LAYOUTS[count])
    if aspect == "position":
        return None if len(scene.things) == 1 else replace(scene, things=scene.things[::-1])
    if aspect == "background":
        shown = {one.looks for one in scene.things} | {scene.background}
        return replace(scene, background=_other(rng, (*PLAIN_BACKGROUNDS, *PLACES), shown))
    raise ValueError(f"unknown aspect {aspect!r}; choose from {', '.join(ASPECTS)}")


def _with(scene: Scene, at: int, thing: Thing) -> Scene:
    things = list(scene.things)
    things[at] = thing
    return replace(scene, things=tuple(things))


def _other(rng: random.Random, choices: tuple, taken: set):
    return rng.choice([one for one in choices if one not in taken])


@dataclass(frozen=True)
class Pair:
    """A scene and its twin with one aspect changed, both captioned in the same phrasing."""

    aspect: str
    scenes: tuple[Scene, Scene]
    captions: tuple[str, str]

    def pictures(self, painter: Painter) -> tuple[np.ndarray, np.ndarray]:
        return painter.draw(self.scenes[0]), painter.draw(self.scenes[1])


def pair(index: int, sampler: SceneSampler, *, seed: int = 0, aspect: str | None = None) -> Pair:
    """The pair with this index, of `aspect` or any; the same for the same seed.

    Both captions say what differs: a changed position counts only where the caption names one. The
    twin of a scene for training is for training as well.
    """
    rng = random.Random(f"clip-nano/{seed}/{aspect}/{index}")
    while True:
        kind = aspect or rng.choice(ASPECTS)
        scene = sampler.sample(rng)
        twin = change(scene, kind, rng, sampler)
        if twin is None or looks_of(twin) == looks_of(scene):
            continue
        if not sampler.held_out and is_held_out(twin):
            continue
        phrasing = rng.random()
        form = "plain" if rng.random() < PLAIN else "free"
        first, second = (
            caption_scene(one, random.Random(phrasing), form=form) for one in (scene, twin)
        )
        words = set(first.lower().rstrip(".").split())
        if first.lower() != second.lower() and (kind != "position" or words & _PLACED):
            return Pair(kind, (scene, twin), (first, second))
