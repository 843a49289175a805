"""Draws emoji scenes at random: the same number gives the same scene."""

from __future__ import annotations

import random
from dataclasses import dataclass

from maskgil.nano.emoji.scene import PLACES, PLAIN_BACKGROUNDS, Scene, Thing, is_held_out
from maskgil.nano.emoji.sprites import Noun, load_nouns
from maskgil.nano.world.paints import COLOURS

# White things stand before shaded paper, so that all their neighbours' tokens are others too.
COLOUR_WEIGHTS = tuple(2.5 if colour == "white" else 1.0 for colour in COLOURS)


KINDS = {"single": 0.33, "count": 0.07, "pair": 0.60}  # shares of one thing, of many, of two


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
