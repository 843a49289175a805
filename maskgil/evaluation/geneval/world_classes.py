"""GenEval's 80 classes, those of COCO, in the nouns of nano's world.

A person who draws a man has drawn a person: COCO's annotators, and a detector that learned from
them, call both so. The world has finer words, so each class has the noun that a prompt of it asks
for and the other nouns that count as it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from maskgil.evaluation.geneval.scorer import Detection, Detector, Rules
from maskgil.nano.world.nouns import PEOPLE, load_nouns
from maskgil.utils.assets import table_rows

if TYPE_CHECKING:
    from PIL.Image import Image

NO_PERSON = (
    "robot", "alien", "ghost", "snowman", "gnome", "monster", "mummy", "skeleton", "troll",
    "goblin", "devil", "thumbs down", "genie", "zombie", "female zombie",
)  # fmt: skip
SEVERAL = (
    "couple", "people dancing", "wrestlers", "two women holding hands", "two men holding hands",
    "two people holding hands", "people hugging", "kissing couple", "couple in love", "family",
    "family of four", "mother with a baby", "father with a baby",
)  # fmt: skip
"""More than one person in one drawing, which no count may take for one."""

_ROWS = table_rows(Path(__file__).with_name("world_classes.tsv"))
CLASSES = tuple(label for label, *_ in _ROWS)
NOUNS = {label: noun for label, noun, _ in _ROWS}
ALSO = {label: others.split(", ") for label, _, others in _ROWS if others}


def noun_of(label: str) -> str:
    """The world's noun that a prompt of a class asks for. Raises ValueError for no class."""
    if label not in NOUNS:
        raise ValueError(f"{label!r} is none of GenEval's classes: {', '.join(NOUNS)}")
    return NOUNS[label]


@functools.cache
def class_of() -> dict[str, str]:
    """The class of each noun of the world that has one."""
    people = {one.name for one in load_nouns() if one.category in PEOPLE}
    found = dict.fromkeys(sorted(people - {*NO_PERSON, *SEVERAL}), "person")
    found |= {noun: label for label, nouns in ALSO.items() for noun in nouns}
    return found | {noun: label for label, noun in NOUNS.items()}


class ClassDetector:
    """A detector of the world's nouns that reports a thing under its noun and under its class."""

    def __init__(self, detector: Detector, rules: Rules) -> None:
        self.detector, self.rules = detector, rules

    def __call__(self, image: Image) -> Sequence[Detection]:
        found = list(self.detector(image))
        classes = class_of()
        also = [
            one._replace(label=classes[one.label])
            for one in found
            if classes.get(one.label, one.label) != one.label
        ]
        return [*found, *also]
