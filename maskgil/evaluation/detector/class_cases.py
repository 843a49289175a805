"""Test cases over GenEval's 80 classes: scenes that match a prompt, and near misses.

Each prompt is drawn correctly, and with one error, for which the verdict must be negative (see
`verdict_cases`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from maskgil.evaluation.detector.verdict_cases import Case
from maskgil.evaluation.geneval.nano_prompts import nano_prompts
from maskgil.evaluation.geneval.scorer import COLOURS, Prompt
from maskgil.evaluation.geneval.world_classes import CLASSES, class_of, noun_of
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Relation, Scene, Thing

OPPOSITE = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}


def class_prompts(*, seed: int = 0, limit: int | None = None) -> list[Prompt]:
    """Prompts over GenEval's classes, as many a category as it has; the first `limit` of each."""
    nouns = [noun(noun_of(label)) for label in CLASSES]
    return nano_prompts(nouns, seed=seed, limit=limit)


def plain_scene_of(prompt: Prompt) -> Scene:
    """The scene of a prompt, on plain paper. A noun that is never painted keeps its colours."""
    things, relations = [], []
    for number, one in enumerate(prompt.include):
        colour = one.colour if noun(one.label).paintable else None
        things.append(Thing(one.label, one.count, colour))
        if one.position is not None:
            relations.append(Relation(number, one.position[0], (one.position[1],)))
    return Scene(tuple(things), tuple(relations))


def near_miss(prompt: Prompt, rng: random.Random) -> Scene:
    """The prompt's scene with one thing wrong: the count, the place, a colour or a noun."""
    scene = plain_scene_of(prompt)
    things = list(scene.things)
    if prompt.tag == "counting":
        count = things[0].count + rng.choice((-1, 1))
        return replace(scene, things=(replace(things[0], count=max(1, count)),))
    if prompt.tag == "position":
        relation = scene.relations[0]
        return replace(scene, relations=(replace(relation, name=OPPOSITE[relation.name]),))
    painted = [place for place, thing in enumerate(things) if thing.colour is not None]
    if prompt.tag == "color_attr" and len(painted) == 2:
        colours = [thing.colour for thing in reversed(things)]
        things = [
            replace(thing, colour=colour) for thing, colour in zip(things, colours, strict=True)
        ]
    elif painted:
        place = rng.choice(painted)
        asked = {thing.colour for thing in things}
        other = rng.choice([colour for colour in COLOURS if colour not in asked])
        things[place] = replace(things[place], colour=other)
    else:
        place = rng.randrange(len(things))
        shown = {class_of()[thing.noun] for thing in things}
        label = rng.choice([label for label in CLASSES if label not in shown])
        things[place] = replace(things[place], noun=noun_of(label))
    return replace(scene, things=tuple(things))


def class_cases(prompts: Sequence[Prompt], *, seed: int = 0) -> Iterator[Case]:
    """Each prompt's matching scene and near miss, deterministic by `seed`."""
    for number, prompt in enumerate(prompts):
        yield Case(prompt, plain_scene_of(prompt), False)
        yield Case(prompt, near_miss(prompt, random.Random(f"near/{seed}/{number}")), True)
