"""Learning-rate schedules."""

from __future__ import annotations

import math


def warmup_stable_decay(step: int, *, total: int, warmup: int = 50, decay: float = 0.25) -> float:
    """Linear rise, a plateau, and a linear fall over the last `decay` of `total` (0: none)."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    fall = min(1.0, max(0.0, (total - step) / max(1.0, decay * total)))
    return rise * fall


def cosine(step: int, *, total: int, warmup: int = 50, hold: float = 0.0) -> float:
    """Linear rise, a plateau up to the share `hold` of `total`, then half a cosine to zero."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    fallen = max(0.0, step / total - hold) / (1 - hold)
    return rise * 0.5 * (1 + math.cos(math.pi * min(1.0, fallen)))
