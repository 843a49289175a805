"""Learning-rate schedules, by steps or by the clock."""

from __future__ import annotations

import math
import time

RESERVE = 5.0  # seconds reserved at the end of a clocked run, besides writing
SLACK = 1.5  # factor by which the last step may exceed the slowest one


class Clock:
    """Progress of a run limited to `minutes`, and when to end it.

    The minutes count from `began` (of `time.monotonic`) and include exports; a run resumed at share
    s has (1 - s) of them left. The share rises from the end of the first step, which compiles, to
    the last moment that leaves time for another step and for `reserve` seconds of writing.
    """

    def __init__(self, minutes: float, *, began: float | None = None) -> None:
        self.seconds, self.reserve = 60 * minutes, RESERVE
        self.began = time.monotonic() if began is None else began
        self._done, self._from, self._ticked, self._longest = 0.0, math.inf, 0.0, 0.0

    def resume(self, share: float) -> None:
        """Go on from `share`."""
        self._done = share

    def tick(self) -> None:
        """A step has ended."""
        now = time.monotonic()
        if self._from < math.inf:
            self._longest = max(self._longest, SLACK * (now - self._ticked))
        self._from, self._ticked = min(self._from, now), now

    def wrote(self, seconds: float) -> None:
        """Record a checkpoint's writing time: the last one and the exports may take twice that."""
        self.reserve = max(self.reserve, RESERVE + 2 * seconds)
        self._ticked = time.monotonic()

    def share(self) -> float:
        """From 0 to 1."""
        end = self.began + (1 - self._done) * self.seconds - self.reserve - self._longest
        gone = max(0.0, time.monotonic() - self._from) / max(1e-9, end - self._from)
        if self._from < math.inf and end <= self._from:
            gone = 1.0
        return min(1.0, self._done + (1 - self._done) * gone)


def warmup_stable_decay(step: float, *, total: int, warmup: int = 50, decay: float = 0.25) -> float:
    """Linear rise, a plateau, and a linear fall over the last `decay` of `total` (0: none)."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    fall = min(1.0, max(0.0, (total - step) / max(1.0, decay * total)))
    return rise * fall


def cosine(step: float, *, total: int, warmup: int = 50, hold: float = 0.0) -> float:
    """Linear rise, a plateau up to the share `hold` of `total`, then half a cosine to zero."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    fallen = max(0.0, step / total - hold) / (1 - hold)
    return rise * 0.5 * (1 + math.cos(math.pi * min(1.0, fallen)))
