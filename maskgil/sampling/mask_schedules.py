"""Mask schedules: how much stays masked after progress t, and the whole counts that follow.

A schedule falls from 1 at t = 0 to 0 at t = 1 (Sec. 3.2 of MaskGIT, Step 3 of the MaskGIL paper).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

Schedule = Callable[[float], float]


def root(t: float) -> float:
    return 1.0 - math.sqrt(t)


def linear(t: float) -> float:
    return 1.0 - t


def square(t: float) -> float:
    return 1.0 - t * t


def cosine(t: float) -> float:
    return math.cos(t * math.pi / 2)


def arccos(t: float) -> float:
    return math.acos(t) / (math.pi / 2)


SCHEDULES: dict[str, Schedule] = {
    "root": root,
    "linear": linear,
    "square": square,
    "cosine": cosine,
    "arccos": arccos,
}
RELEASED = "released-"  # prefix of the variants in the authors' sampler


def schedule_names() -> list[str]:
    return [*SCHEDULES, *(RELEASED + name for name in SCHEDULES)]


def check_schedule(name: str) -> None:
    """ValueError when no schedule has this name."""
    if name not in schedule_names():
        raise ValueError(f"unknown schedule {name!r}; choose one of {', '.join(schedule_names())}")


@lru_cache(maxsize=4096)
def masked_counts(schedule: str | Schedule, num_steps: int, num_tokens: int) -> tuple[int, ...]:
    """How many of `num_tokens` stay masked after each of `num_steps` steps; the last is 0.

    ceil(γ(t/T) · N) (Step 3 of the paper), bounded so that every step settles at least one token
    and leaves one for each step to come. With fewer tokens than steps, one a step until none
    are left. `schedule` is a name or a function of t.

    Names with `released-` follow the authors' sampler instead: it settles γ'(t) / Σγ' · N tokens a
    step, rounded, with γ' = γ(1 - t) on T points and the remainder in the last step; counts of
    zero or below, which that sampler can produce, are bounded likewise.
    """
    if isinstance(schedule, str):
        check_schedule(schedule)
    if num_steps < 1 or num_tokens < 0:
        raise ValueError(
            f"num_steps is {num_steps} and num_tokens {num_tokens}; at least 1 and 0 are needed"
        )
    if isinstance(schedule, str) and schedule.startswith(RELEASED):
        wished = _released(schedule.removeprefix(RELEASED), num_steps, num_tokens)
    else:
        share = SCHEDULES[schedule] if isinstance(schedule, str) else schedule
        # The tolerance keeps rounding (1 - 0.7 > 0.3, cos(π/2) > 0) from adding a token.
        wished = [
            math.ceil(share(step / num_steps) * num_tokens - 1e-9)
            for step in range(1, num_steps + 1)
        ]
    counts, left = [], num_tokens
    for step, count in enumerate(wished, start=1):
        left = max(0, min(max(count, num_steps - step), left - 1))
        counts.append(left)
    assert counts[-1] == 0, counts
    return tuple(counts)


def _released(name: str, num_steps: int, num_tokens: int) -> list[int]:
    """Masked counts of the authors' sampler, in their single precision."""
    import torch

    points = torch.linspace(1, 0, num_steps)
    values = {
        "root": lambda r: 1 - r**0.5,
        "linear": lambda r: 1 - r,
        "square": lambda r: 1 - r**2,
        "cosine": lambda r: torch.cos(r * math.pi * 0.5),
        "arccos": lambda r: torch.arccos(r) / (math.pi * 0.5),
    }[name](points)
    total = values.sum()
    settled = (values / total * num_tokens).round() if total > 0 else torch.zeros(num_steps)
    settled[settled == 0] = 1
    settled[-1] += num_tokens - settled.sum()
    return [int(count) for count in num_tokens - settled.cumsum(0)]
