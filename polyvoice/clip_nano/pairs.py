"""Training and test pairs of clip-nano: scenes, and hard negatives with one aspect changed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np

from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.captions import canonical, caption
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.sampler import SceneSampler, is_held_out
from maskgil.nano.world.scene import STYLES, TIMES, WEATHERS, Relation, Scene, Thing
from maskgil.nano.world.settings import COLOURS, PLACES, place

ASPECTS = ("noun", "colour", "count", "relation", "setting", "time", "weather", "style")
SHARES = (0.26, 0.18, 0.14, 0.14, 0.12, 0.06, 0.06, 0.04)  # of the aspects
SIMPLE = 0.5  # share of scenes with one kind of thing; the others are the corpus's
PLAIN = 0.6  # share of canonical captions
_OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}
_PLACED = {
    "on": ("under", "next to"), "under": ("on", "next to"), "in": ("next to", "on"),
    "behind": ("in front of",), "in front of": ("behind",),
}  # fmt: skip
_TRIES = 8  # attempts at captions that distinguish both scenes


def meaning_of(scene: Scene) -> tuple:
    """The describable content of a scene, equal for scenes that captions cannot distinguish."""
    things = tuple((one.noun, one.count, one.colour, one.texture) for one in scene.things)
    return things, scene.relations, scene.setting, scene.time, scene.weather, scene.style


def change(scene: Scene, aspect: str, rng: random.Random, sampler: SceneSampler) -> Scene | None:
    """`scene` with one aspect changed; None if it lacks the aspect."""
    if aspect in ("noun", "colour", "count"):
        at = rng.randrange(len(scene.things))
        thing = _changed(scene, at, aspect, rng, sampler)
        if thing is None:
            return None
        return replace(scene, things=(*scene.things[:at], thing, *scene.things[at + 1 :]))
    if aspect == "relation":
        return _moved(scene, rng)
    if aspect == "setting":
        names = [name for name in (None, *PLACES) if _allows(name, scene)]
        return replace(scene, setting=_other(rng, names, scene.setting))
    where = place(scene.setting)
    if aspect == "time":
        return replace(scene, time=_other(rng, where.times or TIMES, scene.time))
    if aspect == "weather":
        if scene.setting is None or not where.outdoors or where.floats:
            return None
        return replace(scene, weather=_other(rng, WEATHERS, scene.weather))
    if aspect == "style":
        return replace(scene, style=_other(rng, STYLES, scene.style))
    raise ValueError(f"unknown aspect {aspect!r}; choose from {', '.join(ASPECTS)}")


def _changed(
    scene: Scene, at: int, aspect: str, rng: random.Random, sampler: SceneSampler
) -> Thing | None:
    thing = scene.things[at]
    if aspect == "count":
        if any(at in (one.subject, *one.objects) for one in scene.relations):
            return None
        near = [n for n in range(max(1, thing.count - 2), min(10, thing.count + 2) + 1)]
        return replace(thing, count=_other(rng, near, thing.count))
    if aspect == "colour":
        if not noun(thing.noun).paintable:
            return None
        taken = thing.colour or noun(thing.noun).colour
        return replace(thing, colour=_other(rng, list(COLOURS), taken), texture=None)
    shown = {one.noun for one in scene.things}
    kind = noun(thing.noun)
    others = [one for one in sampler.vocabulary() if one.name not in shown]
    if rng.random() < 0.5:  # half of them alike
        others = [one for one in others if one.category == kind.category] or others
    other = rng.choice(others)
    dressed = other.paintable or thing.colour is None
    return replace(
        thing,
        noun=other.name,
        colour=thing.colour if dressed else None,
        texture=thing.texture if other.paintable else None,
    )


def _moved(scene: Scene, rng: random.Random) -> Scene | None:
    """One relation reversed or replaced, except of carried things."""
    able = [
        at for at, one in enumerate(scene.relations) if one.name in _OPPOSITE or one.name in _PLACED
    ]
    if not able:
        return None
    at = rng.choice(able)
    one = scene.relations[at]
    name = _OPPOSITE.get(one.name) or rng.choice(_PLACED[one.name])
    moved = Relation(one.subject, name, one.objects)
    return replace(scene, relations=(*scene.relations[:at], moved, *scene.relations[at + 1 :]))


def _allows(name: str | None, scene: Scene) -> bool:
    """Whether a setting has the scene's time and weather."""
    where = place(name)
    dry = scene.weather == "clear" or (name is not None and where.outdoors and not where.floats)
    return dry and scene.time in (where.times or TIMES)


def _other(rng: random.Random, choices, taken):
    left = [one for one in choices if one != taken]
    return rng.choice(left) if left else taken


@dataclass(frozen=True)
class Pair:
    """A scene and its variant with one aspect changed, both captioned with the same template."""

    aspect: str
    scenes: tuple[Scene, Scene]
    captions: tuple[str, str]
    seed: str

    def pictures(self, renderer: Renderer) -> tuple[np.ndarray, np.ndarray]:
        """Both (S, S, 3) uint8, arranged alike."""
        return renderer.draw(self.scenes[0], self.seed), renderer.draw(self.scenes[1], self.seed)


class Pairs:
    """Pairs by index: half with one kind of thing, half whole scenes of the corpus.

    `held_out`: pairs of nouns that training never combines.
    """

    def __init__(
        self, *, nouns: tuple[str, ...] | None = None, held_out: bool = False, seed: int = 0
    ) -> None:
        self.held_out, self.seed = held_out, seed
        kinds = {"pair": 0.5, "sides": 0.5} if held_out else {"single": 0.65, "count": 0.35}
        self.simple = SceneSampler(nouns=nouns, kinds=kinds, held_out=held_out)
        self.whole = SceneSampler(nouns=nouns, held_out=held_out)

    def __call__(self, index: int, aspect: str | None = None) -> Pair:
        """The pair of this index, for `aspect` or any; both captions mention the difference."""
        rng = random.Random(f"clip-nano/{self.seed}/{aspect}/{index}")
        kind = aspect or rng.choices(ASPECTS, SHARES)[0]
        while True:
            simple = rng.random() < SIMPLE and (kind != "relation" or self.held_out)
            sampler = self.simple if simple else self.whole
            scene = sampler.sample(rng)
            twin = change(scene, kind, rng, sampler)
            if twin is None or meaning_of(twin) == meaning_of(scene):
                continue
            if not self.held_out and is_held_out(twin):
                continue
            said = _captions(scene, twin, rng)
            if said is not None:
                return Pair(kind, (scene, twin), said, f"{self.seed}/{index}")


def _captions(scene: Scene, twin: Scene, rng: random.Random) -> tuple[str, str] | None:
    """Captions of both that differ only in the aspect; None if no caption mentions it."""
    plain = canonical(scene), canonical(twin)
    if plain[0] == plain[1]:
        return None
    if rng.random() < PLAIN:
        return plain
    for _ in range(_TRIES):
        phrasing = rng.random()
        first, second = (caption(one, random.Random(phrasing)) for one in (scene, twin))
        if first.lower() != second.lower():
            return first, second
    return plain
