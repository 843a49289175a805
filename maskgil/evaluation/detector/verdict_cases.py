"""nano's GenEval prompts drawn as real scenes, and near misses of them: is the verdict right?

A detector may find every thing and the verdict still be wrong, or the other way round. So each
prompt is drawn from the art as it asks, where the verdict has to be right, and once with one thing
wrong about it, where it has to be wrong: a false green flatters a generator as a false red hurts.
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
    """A scene that shows what `prompt` asks for, or with `near` almost."""

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
