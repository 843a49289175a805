"""GenEval's 80 classes, those of COCO, in the nouns of nano's world.

A person who draws a man has drawn a person: COCO's annotators, and a detector that learned from
them, call both so. The world has finer words, so each class has the noun that a prompt of it asks
for and the other nouns that count as it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from maskgil.evaluation.geneval.scorer import Detection, Detector, Rules

if TYPE_CHECKING:
    from PIL.Image import Image

CLASSES: tuple[str, ...] = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat",
    "traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog",
    "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella",
    "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball", "kite",
    "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket", "bottle",
    "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange",
    "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant",
    "bed", "dining table", "toilet", "tv", "laptop", "computer mouse", "tv remote",
    "computer keyboard", "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator",
    "book", "clock", "vase", "scissors", "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
"""As GenEval's evaluation/object_names.txt spells them."""

NOUNS = {"tv": "television"}
"""Classes that the world calls otherwise."""

PEOPLE = ("person", "people")  # categories of the world's nouns
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

ALSO: dict[str, tuple[str, ...]] = {
    "car": ("taxi", "police car", "race car", "jeep", "oncoming car", "oncoming police car"),
    "bus": ("school bus", "trolleybus", "oncoming bus"),
    "truck": ("pickup truck", "trailer truck", "fire truck", "garbage truck", "food truck"),
    "train": ("bullet train", "steam locomotive", "subway train", "high speed train"),
    "boat": (
        "sailboat", "canoe", "speedboat", "cruise ship", "ferry", "ship", "motor yacht", "rowboat",
        "sailing ship", "pirate ship",
    ),
    "airplane": ("small plane", "airplane taking off", "airplane landing"),
    "motorcycle": ("scooter",),
    "bird": (
        "turkey", "chicken", "rooster", "chick", "penguin", "dove", "eagle", "duck", "swan", "owl",
        "dodo", "flamingo", "peacock", "parrot", "crow", "goose", "ostrich", "pelican", "seagull",
        "toucan",
    ),
    "cat": ("black cat", "kitten"),
    "dog": ("poodle", "guide dog", "rescue dog", "puppy"),
    "sheep": ("ram",),
    "cow": ("ox",),
    "bear": ("polar bear",),
    "umbrella": ("closed umbrella", "beach umbrella"),
    "handbag": ("clutch bag",),
    "sports ball": (
        "soccer ball", "basketball", "baseball", "softball", "volleyball", "american football",
        "rugby ball", "bowling ball",
    ),
    "bottle": ("baby bottle", "lotion bottle"),
    "cup": ("mug", "cup of coffee", "cup of tea"),
    "apple": ("green apple",),
    "cake": ("birthday cake",),
    "chair": ("armchair", "rocking chair", "beach chair"),
    "couch": ("sofa",),
    "bed": ("bunk bed",),
    "dining table": ("table", "round table", "picnic table"),
    "book": ("open book", "green book", "blue book", "orange book"),
    "clock": ("alarm clock", "mantel clock"),
}  # fmt: skip


def noun_of(label: str) -> str:
    """The world's noun that a prompt of a class asks for. Raises ValueError for no class."""
    if label not in CLASSES:
        raise ValueError(f"{label!r} is none of GenEval's classes: {', '.join(CLASSES)}")
    return NOUNS.get(label, label)


@functools.cache
def class_of() -> dict[str, str]:
    """The class of each noun of the world that has one."""
    from maskgil.nano.world.nouns import load_nouns

    people = {one.name for one in load_nouns() if one.category in PEOPLE}
    found = dict.fromkeys(sorted(people - {*NO_PERSON, *SEVERAL}), "person")
    found |= {noun: label for label, nouns in ALSO.items() for noun in nouns}
    return found | {noun_of(label): label for label in CLASSES}


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
