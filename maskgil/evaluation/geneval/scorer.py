"""GenEval (Ghosh, Hajishirzi and Schmidt 2023): its prompts, its rules and its scores.

A prompt says which objects a picture must and must not show. A detector says what it does show;
the rules here compare the two exactly as the official scorer does. Prompts of GenEval 2 are read
too, but that benchmark is scored by questions to a vision model, not by these rules.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from maskgil.evaluation.paper_results import GENEVAL_TAGS as TAGS
from maskgil.evaluation.prompts import text_lines

if TYPE_CHECKING:
    from PIL.Image import Image

COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white",
)  # fmt: skip
RELATIONS = ("left of", "right of", "above", "below")
Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels


class Detection(NamedTuple):
    """One object in a picture: class name, score in [0, 1], box and, if known, its colour."""

    label: str
    score: float
    box: Box
    colour: str | None = None


class Detector(Protocol):
    """Finds the objects of a picture; whatever it is sure of, in any order."""

    def __call__(self, image: Image) -> Sequence[Detection]: ...


@dataclass(frozen=True)
class Rules:
    """The official scorer's constants. `max_overlap` 1 keeps overlapping boxes of one class."""

    threshold: float = 0.3
    counting_threshold: float = 0.9
    max_objects: int = 16
    max_overlap: float = 1.0
    position_threshold: float = 0.1


OFFICIAL = Rules()


@dataclass(frozen=True)
class Included:
    """At least `count` objects of class `label`, each of `colour`, each so placed to a target.

    `position`: a relation and the number of the earlier clause it is meant to.
    """

    label: str
    count: int = 1
    colour: str | None = None
    position: tuple[str, int] | None = None


@dataclass(frozen=True)
class Prompt:
    """A line of a metadata file: `raw` as it stood there.

    `tag` is None for prompts of GenEval 2, which have no clauses to check.
    """

    text: str
    raw: dict[str, Any]
    tag: str | None = None
    include: tuple[Included, ...] = ()
    exclude: tuple[tuple[str, int], ...] = ()  # class and the number from which it is too many


class Verdict(NamedTuple):
    """Whether a picture shows what its prompt says, and why not."""

    correct: bool
    reason: str


def parse_prompt(raw: Any) -> Prompt:
    """A metadata object as a prompt; ValueError says what is wrong with it."""
    if not isinstance(raw, dict) or not isinstance(raw.get("prompt"), str):
        raise ValueError("expected an object with a prompt")
    if "tag" not in raw:
        if "vqa_list" in raw:
            return Prompt(raw["prompt"], raw)
        raise ValueError("it has neither a tag, as in GenEval, nor a vqa_list, as in GenEval 2")
    include = tuple(
        _included(clause, number) for number, clause in enumerate(raw.get("include", []))
    )
    exclude = tuple(_counted(clause) for clause in raw.get("exclude", []))
    return Prompt(raw["prompt"], raw, str(raw["tag"]), include, exclude)


def _counted(clause: Any) -> tuple[str, int]:
    label, count = (
        (clause.get("class"), clause.get("count")) if isinstance(clause, dict) else (0, 0)
    )
    if not isinstance(label, str) or not isinstance(count, int) or count < 1:
        raise ValueError(f"{clause!r} is no clause with a class and a count of at least 1")
    return label, count


def _included(clause: Any, number: int) -> Included:
    label, count = _counted(clause)
    colour, position = clause.get("color"), clause.get("position")
    if colour is not None and colour not in COLOURS:
        raise ValueError(f"color is {colour!r}; choose one of {', '.join(COLOURS)}")
    if position is None:
        return Included(label, count, colour)
    if not isinstance(position, list) or len(position) != 2 or position[0] not in RELATIONS:
        raise ValueError(f"position is {position!r}; expected one of {', '.join(RELATIONS)}")
    if not isinstance(position[1], int) or not 0 <= position[1] < number:
        raise ValueError(f"position is {position!r}; its target must be an earlier clause")
    return Included(label, count, colour, (position[0], position[1]))


def read_prompts(path: str | Path) -> list[Prompt]:
    """The prompts of a .jsonl metadata file, of GenEval or GenEval 2."""
    prompts = []
    for number, line in enumerate(text_lines(Path(path)), 1):
        if not line.strip():
            continue
        try:
            prompts.append(parse_prompt(json.loads(line)))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}, line {number}: not JSON ({error.msg})") from None
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from None
    if not prompts:
        raise ValueError(f"{path} holds no prompts")
    return prompts


def kept(
    detections: Iterable[Detection], tag: str | None, rules: Rules = OFFICIAL
) -> dict[str, list[Detection]]:
    """What counts of what was detected, by class, the surest first.

    Above the threshold (for the tag "counting" a higher one), at most `max_objects` a class.
    """
    least = rules.counting_threshold if tag == "counting" else rules.threshold
    by_class: dict[str, list[Detection]] = {}
    for found in detections:
        if found.score > least:
            by_class.setdefault(found.label, []).append(found)
    for label, objects in by_class.items():
        objects.sort(key=lambda one: -one.score)
        left, chosen = objects[: rules.max_objects], []
        while left:
            best, *left = left
            chosen.append(best)
            if rules.max_overlap != 1:
                left = [one for one in left if _overlap(best.box, one.box) < rules.max_overlap]
        by_class[label] = chosen
    return by_class


def _overlap(first: Box, second: Box) -> float:
    """Intersection over union, pixels counted inclusively."""

    def area(box: Sequence[float]) -> float:
        return max(box[2] - box[0] + 1, 0) * max(box[3] - box[1] + 1, 0)

    corners = [max(a, b) for a, b in zip(first[:2], second[:2], strict=True)]
    corners += [min(a, b) for a, b in zip(first[2:], second[2:], strict=True)]
    shared = area(corners)
    union = area(first) + area(second) - shared
    return shared / union if union else 0.0


def relations(first: Box, second: Box, threshold: float = OFFICIAL.position_threshold) -> set[str]:
    """Where `first` is, seen from `second`: none to two of `RELATIONS`.

    The offset of the centres is shortened by `threshold` times the sum of the boxes' sizes, each
    way on its own, and divided by the offset's whole length; a component beyond one half counts.
    """
    offset, shortened = [], []
    for axis in (0, 1):
        centre = (first[axis] + first[axis + 2]) / 2 - (second[axis] + second[axis + 2]) / 2
        sizes = abs(first[axis + 2] - first[axis]) + abs(second[axis + 2] - second[axis])
        offset.append(centre)
        shortened.append(math.copysign(max(abs(centre) - threshold * sizes, 0.0), centre))
    if all(abs(part) < 1e-3 for part in shortened):
        return set()
    across, down = (part / math.hypot(*offset) for part in shortened)
    holds = (across < -0.5, across > 0.5, down < -0.5, down > 0.5)
    return {name for name, true in zip(RELATIONS, holds, strict=True) if true}


def judge(
    prompt: Prompt, objects: Mapping[str, Sequence[Detection]], rules: Rules = OFFICIAL
) -> Verdict:
    """Whether the objects `kept` are what the prompt asks for.

    Every clause of `include` must hold, none of `exclude` may. Only the `count` surest objects of
    a class are asked for colour and position; a clause that failed is no target for another.
    """
    if prompt.tag is None:
        raise ValueError("a prompt of GenEval 2 has no clauses to check; its own scorer asks a VQA")
    reasons: list[str] = []
    matched: list[Sequence[Detection] | None] = []
    for clause in prompt.include:
        found = list(objects.get(clause.label, ()))[: clause.count]
        failure = _failure(clause, found, matched, rules)
        reasons += failure
        matched.append(None if failure else found)
    for label, too_many in prompt.exclude:
        number = len(objects.get(label, ()))
        if number >= too_many:
            reasons.append(f"expected {label}<{too_many}, found {number}")
    return Verdict(not reasons, "\n".join(reasons))


def _failure(
    clause: Included,
    found: Sequence[Detection],
    matched: Sequence[Sequence[Detection] | None],
    rules: Rules,
) -> list[str]:
    """Why a clause does not hold, or nothing."""
    wanted = f"{clause.label}>={clause.count}"
    if len(found) < clause.count:
        return [f"expected {wanted}, found {len(found)}"]
    if clause.colour is not None:
        colours = [one.colour for one in found]
        right = colours.count(clause.colour)
        if right < clause.count:
            seen = [f"{colours.count(c)} {c}" for c in COLOURS if c in colours]
            return [
                f"expected {clause.colour} {wanted}, found {right} {clause.colour}; and "
                + ", ".join(seen)
            ]
    if clause.position is not None:
        relation, number = clause.position
        targets = matched[number]
        if targets is None:
            return [f"no target for {clause.label} to be {relation}"]
        for one in found:
            for target in targets:
                true = relations(one.box, target.box, rules.position_threshold)
                if relation not in true:
                    seen = [name for name in RELATIONS if name in true]
                    return [
                        f"expected {clause.label} {relation} target, "
                        f"found {' and '.join(seen)} target"
                    ]
    return []


def score(
    image: Image, prompt: Prompt, detector: Detector, rules: Rules = OFFICIAL
) -> tuple[Verdict, dict[str, list[Detection]]]:
    """The verdict on a picture and the objects it rests on."""
    objects = kept(detector(image), prompt.tag, rules)
    return judge(prompt, objects, rules), objects


@dataclass(frozen=True)
class Scores:
    """Shares of correct pictures: by `tags`, their mean, of all pictures, and of prompts.

    `overall` is the mean over the tags that occur, as the official summary takes it; `complete`
    says whether those are GenEval's six. `prompts` counts a prompt with one correct picture.
    """

    tags: dict[str, float]
    counts: dict[str, int]
    overall: float
    images: float
    prompts: float

    @property
    def complete(self) -> bool:
        return set(self.tags) == set(TAGS)

    def to_dict(self) -> dict[str, Any]:
        return {
            **self.tags, "overall": self.overall, "correct_images": self.images,
            "correct_prompts": self.prompts, "counts": self.counts, "complete": self.complete,
        }  # fmt: skip


class Tally:
    """Collects results one by one; keeps counts only."""

    def __init__(self) -> None:
        self._by_tag: dict[str, list[int]] = {}
        self._by_prompt: dict[str, bool] = {}

    def add(self, tag: str, prompt: str, correct: bool) -> None:
        """Count a picture; `prompt` identifies its line of the metadata."""
        counts = self._by_tag.setdefault(tag, [0, 0])
        counts[0] += correct
        counts[1] += 1
        self._by_prompt[prompt] = self._by_prompt.get(prompt, False) or correct

    def scores(self) -> Scores:
        if not self._by_tag:
            raise ValueError("there are no scored pictures")
        order = [tag for tag in TAGS if tag in self._by_tag]
        order += [tag for tag in self._by_tag if tag not in TAGS]
        tags = {tag: self._by_tag[tag][0] / self._by_tag[tag][1] for tag in order}
        right, total = np.sum([self._by_tag[tag] for tag in order], axis=0).tolist()
        return Scores(
            tags=tags,
            counts={tag: self._by_tag[tag][1] for tag in order},
            overall=sum(tags.values()) / len(tags),
            images=right / total,
            prompts=sum(self._by_prompt.values()) / len(self._by_prompt),
        )
