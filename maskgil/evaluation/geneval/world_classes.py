"""Mapping of GenEval's 80 (COCO) classes to nano's nouns.

COCO's classes are coarser than nano's nouns: a man is a person. Each class has the noun that its
prompts ask for, and further nouns that count as it.
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
"""Drawings of several people, which must not count as one."""

_ROWS = table_rows(Path(__file__).with_name("world_classes.tsv"))
CLASSES = tuple(label for label, *_ in _ROWS)
NOUNS = {label: noun for label, noun, _ in _ROWS}
ALSO = {label: others.split(", ") for label, _, others in _ROWS if others}


def noun_of(label: str) -> str:
    """The noun for a class. Raises ValueError for an unknown class."""
    if label not in NOUNS:
        raise ValueError(f"{label!r} is none of GenEval's classes: {', '.join(NOUNS)}")
    return NOUNS[label]


@functools.cache
def class_of() -> dict[str, str]:
    """Nouns -> classes."""
    people = {one.name for one in load_nouns() if one.category in PEOPLE}
    found = dict.fromkeys(sorted(people - {*NO_PERSON, *SEVERAL}), "person")
    found |= {noun: label for label, nouns in ALSO.items() for noun in nouns}
    return found | {noun: label for label, noun in NOUNS.items()}


class ClassDetector:
    """A detector that reports a thing under both its noun and its class."""

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
