"""Accuracy of a detector on things, colours and whole pictures.

Things hidden more than `SEEN` allows are ignored, found or not. Muddles must be classified as none
of the nouns.
"""

# S picture side in pixels.

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from maskgil.evaluation.detector.dataset import UNKNOWN, Shown, Truth
from maskgil.evaluation.detector.model import (
    RULES,
    DetectorConfig,
    DetectorNet,
    Found,
    look,
    overlaps,
)
from maskgil.evaluation.detector.rebuilt import fitted
from maskgil.evaluation.detector.scenes import ANSWERS, SEEN
from maskgil.nano.world.clusters import GRID
from maskgil.utils.progress import progress_bar

FRESH_SEED = 77_000  # unused by training
MATCHED = 0.5  # IoU from which boxes match
LARGE = 5  # cells per side from which a thing should survive a tokenizer


@dataclass
class AccuracyCounts:
    """Running counts over pictures. `large`: things of at least `LARGE` cells a side; `answers` by
    question: how many are right and how many were asked; `mistaken`: what stood there and what was
    said."""

    there: int = 0
    found: int = 0
    right: int = 0
    large: int = 0
    large_right: int = 0
    coloured: int = 0
    colours_right: int = 0
    overlap: float = 0.0
    boxed: int = 0
    muddles: int = 0
    muddles_named: int = 0
    pictures: int = 0
    whole: int = 0  # pictures entirely right
    answers: dict[str, list[int]] = field(default_factory=dict)
    missed: Counter = field(default_factory=Counter)
    mistaken: Counter = field(default_factory=Counter)

    def add(
        self, found: Sequence[Found], said: Mapping[str, str], truth: Truth, config: DetectorConfig
    ) -> None:
        """Match detections, the surest first, with the truth."""
        nouns = config.nouns
        kept = [one for one in found if one.score > RULES.threshold and one.label < len(nouns)]
        places = matches(kept, truth.boxes)
        is_muddle = truth.labels >= len(nouns)
        asked = (truth.seen >= SEEN) & ~is_muddle
        right_here, wrong_here = 0, 0
        for one, place in zip(kept, places, strict=True):
            if place >= 0 and not asked[place] and not is_muddle[place]:
                continue  # hidden: ignored
            self.found += 1
            is_right = place >= 0 and one.label == truth.labels[place]
            right_here, wrong_here = right_here + is_right, wrong_here + (not is_right)
            if place < 0:
                continue
            if is_muddle[place]:
                self.muddles_named += 1
                continue
            self.boxed += 1
            box = torch.tensor([one.box])
            self.overlap += float(overlaps(box, torch.from_numpy(truth.boxes[place : place + 1])))
            if not is_right:
                self.mistaken[nouns[truth.labels[place]], nouns[one.label]] += 1
                continue
            self._right(one, truth, place)
        hit = {
            place
            for one, place in zip(kept, places, strict=True)
            if place >= 0 and one.label == truth.labels[place]
        }
        self.missed.update(nouns[truth.labels[i]] for i in np.flatnonzero(asked) if i not in hit)
        self.there += int(asked.sum())
        self.large += int((asked & is_large(truth)).sum())
        self.muddles += int(is_muddle.sum())
        self.pictures += 1
        self.whole += right_here == asked.sum() and not wrong_here
        self._answers(said, truth, config)

    def _right(self, one: Found, truth: Truth, place: int) -> None:
        self.right += 1
        self.large_right += int(is_large(truth)[place])
        if truth.colours[place] != UNKNOWN:
            self.coloured += 1
            self.colours_right += int(one.colour == truth.colours[place])

    def _answers(self, said: Mapping[str, str], truth: Truth, config: DetectorConfig) -> None:
        for name, choices in config.whole.items():
            number = truth.whole[name]
            if number != UNKNOWN and ANSWERS[name][number] in choices:  # newer than the detector
                tally = self.answers.setdefault(name, [0, 0])
                tally[0] += said[name] == ANSWERS[name][number]
                tally[1] += 1

    def shares(self) -> dict[str, Any]:
        """The shares; None where nothing was asked."""

        def share(part: float, of: int) -> float | None:
            return part / of if of else None

        return {
            "recall": share(self.right, self.there),
            "precision": share(self.right, self.found),
            "colour": share(self.colours_right, self.coloured),
            "large": share(self.large_right, self.large),
            "boxes_found": share(self.boxed, self.there),
            "muddles_named": share(self.muddles_named, self.muddles),
            "mean_overlap": share(self.overlap, self.boxed),
            "whole_pictures": share(self.whole, self.pictures),
            **{name: share(*tally) for name, tally in self.answers.items()},
            "things": self.there,
            "pictures": self.pictures,
        }


def is_large(truth: Truth) -> np.ndarray:
    """Which things (N,) bool take at least `LARGE` cells a side; a shadow's margin is allowed."""
    sides = (truth.boxes[:, 2:] - truth.boxes[:, :2]) * GRID
    return (sides > LARGE - 0.5).all(1)


def matches(found: Sequence[Found], boxes: np.ndarray) -> list[int]:
    """The index of the thing matched by each of `found`, the surest first; -1 for none."""
    mine = torch.tensor([one.box for one in found]).reshape(-1, 4)
    table = overlaps(mine, torch.from_numpy(boxes)).numpy()
    taken = np.zeros(len(boxes), bool)
    places = []
    for row in table:
        free = np.where(taken, -1.0, row)
        place = int(free.argmax()) if len(free) else -1
        if place < 0 or free[place] < MATCHED:
            places.append(-1)
            continue
        taken[place] = True
        places.append(place)
    return places


def judged(net: DetectorNet, picture: np.ndarray) -> tuple[list[Found], dict[str, str]]:
    """Detections in a picture (S, S, 3) uint8 of any size, and answers about the whole."""
    found, said = look(net, fitted(picture, net.config.image_size))
    return found[0], said[0]


def measure(
    net: DetectorNet,
    pictures: Iterable[Shown],
    total: int,
    *,
    rebuild: Callable[[np.ndarray], np.ndarray] | None = None,
    label: str = "scenes",
) -> AccuracyCounts:
    """Count over `pictures`, one at a time; `rebuild`: what is done to each before it is judged."""
    counts = AccuracyCounts()
    with progress_bar(label, total) as bar:
        for shown in pictures:
            picture = shown.pixels if rebuild is None else rebuild(shown.pixels)
            counts.add(*judged(net, picture), shown.truth, net.config)
            bar.update()
    return counts


def summed(counts: Iterable[AccuracyCounts]) -> AccuracyCounts:
    """The summed counts of several sets."""
    total = AccuracyCounts()
    for one in counts:
        for name, value in vars(one).items():
            if name == "answers":
                for question, tally in value.items():
                    mine = total.answers.setdefault(question, [0, 0])
                    mine[0], mine[1] = mine[0] + tally[0], mine[1] + tally[1]
            else:
                setattr(total, name, getattr(total, name) + value)
    return total
