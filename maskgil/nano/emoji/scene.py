"""Scenes of one or two emoji nouns: what stands in them, and which are held out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from maskgil.nano.emoji.sprites import Noun

GRID = 12


SINGLE_CELLS, SMALL_CELLS = 10, 6

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
