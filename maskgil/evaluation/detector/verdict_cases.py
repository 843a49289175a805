"""nano's GenEval prompts drawn as real scenes, and near misses of them: is the verdict right?

A detector may find every thing and the verdict still be wrong, or the other way round. So each
prompt is drawn from the art as it asks, where the verdict has to be right, and once with one thing
wrong about it, where it has to be wrong: a false green flatters a generator as a false red hurts.
"""

# S picture side in pixels.

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from maskgil.evaluation.detector.model import RULES
from maskgil.evaluation.geneval.report import VerdictRow
from maskgil.evaluation.geneval.scorer import COLOURS, Detector, Prompt, score
from maskgil.nano.emoji.scene import Scene, Thing
from maskgil.nano.emoji.sprites import Noun
from maskgil.utils.progress import progress_bar

LAYOUTS = {1: "single", 2: "beside", 3: "triangle", 4: "square"}  # by the count of one thing
FIRST = ("left of", "above")  # what stands so is drawn first


class Draws(Protocol):
    """Draws scenes of its world: `Painter`, `Renderer`."""

    def draw(self, scene: Any) -> np.ndarray: ...


class Case(NamedTuple):
    """A scene, of one of the worlds, that shows what `prompt` asks for, or with `near` almost."""

    prompt: Prompt
    scene: Any
    near: bool


def scene_of(prompt: Prompt, by_name: Mapping[str, Noun]) -> Scene:
    """The scene a prompt of `nano_prompts` asks for, on plain paper.

    ValueError for prompts of other shapes than its templates make.
    """
    things = [Thing(by_name[one.label], one.colour, one.count) for one in prompt.include]
    if len(things) == 1 and things[0].count in LAYOUTS:
        return Scene(tuple(things), LAYOUTS[things[0].count])
    if len(things) != 2 or any(thing.count != 1 for thing in things):
        raise ValueError(f"no layout shows {prompt.text!r}")
    position = prompt.include[1].position
    if position is None:
        return Scene(tuple(things), "beside")
    relation = position[0]
    if relation in FIRST:
        things.reverse()
    return Scene(tuple(things), "beside" if relation.endswith("of") else "stacked")


def near_miss(prompt: Prompt, by_name: Mapping[str, Noun], rng: random.Random) -> Scene:
    """The prompt's scene with one thing wrong: a noun, the count, a colour, or who stands where.

    Counts are one off; colours change places, or one is another; so do the things of a position.
    """
    scene = scene_of(prompt, by_name)
    things = list(scene.things)
    if prompt.tag == "counting":
        count = rng.choice([c for c in LAYOUTS if abs(c - things[0].count) == 1])
        return Scene((dataclasses.replace(things[0], count=count),), LAYOUTS[count])
    if prompt.tag == "position":
        return dataclasses.replace(scene, things=tuple(reversed(things)))
    paintable = [place for place, thing in enumerate(things) if thing.noun.paintable]
    if prompt.tag == "color_attr" and len(paintable) == 2:
        first, second = things
        things = [
            dataclasses.replace(first, colour=second.colour),
            dataclasses.replace(second, colour=first.colour),
        ]
    elif prompt.tag in ("colors", "color_attr") and paintable:
        place = rng.choice(paintable)
        asked = {thing.colour for thing in things}
        other = rng.choice([colour for colour in COLOURS if colour not in asked])
        things[place] = dataclasses.replace(things[place], colour=other)
    else:
        place = rng.randrange(len(things))
        shown = {thing.noun.name for thing in things}
        other_noun = by_name[rng.choice([name for name in by_name if name not in shown])]
        colour = things[place].colour if other_noun.paintable else None
        things[place] = dataclasses.replace(things[place], noun=other_noun, colour=colour)
    return dataclasses.replace(scene, things=tuple(things))


def cases(prompts: Sequence[Prompt], nouns: Sequence[Noun], *, seed: int = 0) -> Iterator[Case]:
    """Each prompt as it asks, then as a near miss, the same for the same `seed`."""
    by_name = {noun.name: noun for noun in nouns}
    for number, prompt in enumerate(prompts):
        yield Case(prompt, scene_of(prompt, by_name), False)
        rng = random.Random(f"near/{seed}/{number}")
        yield Case(prompt, near_miss(prompt, by_name, rng), True)


def verdicts(
    shown: Sequence[Case],
    painter: Draws,
    judge: Detector,
    rebuild: Callable[[np.ndarray], np.ndarray] | None = None,
    *,
    label: str = "verdicts",
) -> tuple[list[VerdictRow], list[VerdictRow]]:
    """What the judge says of each scene (S, S, 3), of a prompt's own and of the near misses.

    `rebuild`: what is done to a picture before it is judged. `VerdictRow.correct` is the verdict.
    """
    from PIL import Image

    own: list[VerdictRow] = []
    near: list[VerdictRow] = []
    with progress_bar(label, len(shown)) as bar:
        for number, case in enumerate(shown, 1):
            picture = painter.draw(case.scene)
            if rebuild is not None:
                picture = rebuild(picture)
            verdict, _ = score(Image.fromarray(picture), case.prompt, judge, RULES)
            prompt, tag = case.prompt, str(case.prompt.tag)
            row = VerdictRow(
                tag, prompt.text, f"{number}", verdict.correct, verdict.reason,
                prompt.raw.get("held_out"), None,
            )  # fmt: skip
            (near if case.near else own).append(row)
            bar.update()
    return own, near
