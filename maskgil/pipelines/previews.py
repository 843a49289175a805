"""Previews, and their time budget: which steps are decoded and shown.

Shapes: B batch, N image tokens, D finer ones along the side of one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

SHARE = 1 / 3  # of the steps' time
GAPS = {"cuda": 2}  # by device: show at most one of so many steps, as each synchronises with a GPU
Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Preview:
    """The picture so far: `tokens` (B, N), `mask_id` where unknown.

    `stage`: "ar" or "masked" while drawing, "done" for the last. `images`: one a row; empty before
    "done" when previews are off. `details` (B, D² · N): of the last, where there is a second pass;
    its images are of them.
    """

    step: int
    num_steps: int
    tokens: Tensor
    stage: Literal["ar", "masked", "done"]
    images: list[Image]
    details: Tensor | None = None

    def on_cpu(self) -> Preview:
        """The same with tokens on the CPU."""
        details = None if self.details is None else self.details.cpu()
        return replace(self, tokens=self.tokens.cpu(), details=details)


class PreviewClock:
    """The cost of showing one token, as last measured; shared between drawings."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self.clock = clock
        self.seconds_per_token = 0.0  # unknown: the first preview counts as free

    def shown(self, show: Callable[[], Shown], num_tokens: int) -> Shown:
        """Call `show` and measure its time."""
        started = self.clock()
        result = show()
        self.seconds_per_token = (self.clock() - started) / num_tokens
        return result


class PreviewBudget:
    """Spreads as many previews over `num_steps` steps as `share` of their time allows.

    Call `step` with the seconds of each step; it returns whether to show it. `num_tokens` are shown
    at a time; `share` None shows every step.
    """

    def __init__(
        self, clock: PreviewClock, *, num_steps: int, num_tokens: int, share: float | None = SHARE
    ) -> None:
        self._clock, self._share = clock, share
        self._num_steps, self._num_tokens = num_steps, num_tokens
        self._done = self._shown = 0
        self._seconds = 0.0

    def step(self, seconds: float, *, showable: bool = True) -> bool:
        """Whether to show the step that took `seconds`; if not `showable`, a later one instead."""
        self._done += 1
        self._seconds += seconds
        if self._share is None:
            return showable
        cost = self._clock.seconds_per_token * self._num_tokens
        expected = self._seconds / self._done * self._num_steps
        allowed = self._num_steps
        if cost > 0:
            allowed = min(allowed, int(self._share * expected / cost))
        due = min(allowed, self._done * (allowed + 1) // self._num_steps)
        if not showable or self._shown >= due:
            return False
        self._shown += 1
        return True
