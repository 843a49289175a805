"""Test cases of verdicts: scenes that match nano's GenEval prompts, and near misses.

A detector may find every thing and the verdict still be wrong, or vice versa. So each prompt is
rendered correctly, and once with a single error, for which the verdict must be negative: false
positives flatter a generator as much as false negatives hurt it.
"""

# S picture side in pixels.

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from maskgil.evaluation.detector.model import RULES
from maskgil.evaluation.geneval.report import VerdictRow
from maskgil.evaluation.geneval.scorer import Detector, Prompt, score
from maskgil.nano.world.scene import Scene
from maskgil.utils.progress import progress_bar


class Draws(Protocol):
    """Draws scenes: `Renderer`."""

    def draw(self, scene: Scene) -> np.ndarray: ...


class Case(NamedTuple):
    """A scene that matches `prompt`, or a near miss of it (`near`)."""

    prompt: Prompt
    scene: Scene
    near: bool


def verdicts(
    shown: Sequence[Case],
    painter: Draws,
    judge: Detector,
    rebuild: Callable[[np.ndarray], np.ndarray] | None = None,
    *,
    label: str = "verdicts",
) -> tuple[list[VerdictRow], list[VerdictRow]]:
    """The judge's verdicts on each scene (S, S, 3), for matching scenes and near misses.

    `rebuild`: applied to a picture before judging. `VerdictRow.correct` is the verdict.
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
