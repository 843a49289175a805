"""Loss monitor: stops a run whose loss is NaN or explodes."""

from __future__ import annotations

import json
import math
from collections import deque
from pathlib import Path
from typing import Any

SMOOTHING = 0.95  # of the average loss
PATIENCE = 10  # consecutive steps above the limit
REPORTED = 50  # latest steps in a report


class UnstableTrainingError(ValueError):
    """The loss became NaN, infinite, or exploded; one line for the user."""


class LossMonitor:
    """Raises UnstableTrainingError if the loss or the gradients become non-finite, or explode.

    Exploding: for `PATIENCE` consecutive steps above `limit` times the lowest moving average.
    `limit` 0: only non-finite values stop a run.
    """

    def __init__(self, limit: float = 3.0) -> None:
        self.limit = limit
        self.average = self.lowest = math.inf
        self.count = self.above = 0
        self.recent: deque[dict[str, Any]] = deque(maxlen=REPORTED)

    def check(self, step: int, values: dict[str, float]) -> None:
        """Check the numbers of step `step`. Raises UnstableTrainingError."""
        self.recent.append({"step": step, **values})
        broken = [name for name, value in values.items() if not math.isfinite(value)]
        if broken:
            raise UnstableTrainingError(f"step {step}: {broken[0]} is {values[broken[0]]}")
        loss = values["loss"]
        self.count += 1
        if self.count == 1:
            self.average = loss
        share = max(1 - SMOOTHING, 1 / self.count)  # an arithmetic mean at first
        self.average += share * (loss - self.average)
        if self.count >= PATIENCE:
            self.lowest = min(self.lowest, self.average)
        bound = self.limit * self.lowest
        self.above = self.above + 1 if self.limit and self.lowest > 0 and loss > bound else 0
        if self.above >= PATIENCE:
            raise UnstableTrainingError(
                f"step {step}: the loss has been above {self.limit:g} times its lowest average, "
                f"{self.lowest:.4g}, for {PATIENCE} steps; it is {loss:.4g}"
            )

    def state_dict(self) -> dict[str, float]:
        return {
            "average": self.average,
            "lowest": self.lowest,
            "count": self.count,
            "above": self.above,
        }

    def load_state_dict(self, state: dict[str, float]) -> None:
        self.average, self.lowest = state["average"], state["lowest"]
        self.count, self.above = int(state["count"]), int(state["above"])

    def report(self, folder: Path, error: Exception, checkpoint: Path | None, **more: Any) -> Path:
        """Write stopped.json: the reason, the last steps, and the checkpoint to resume from."""
        path = folder / "stopped.json"
        content = {
            "reason": str(error),
            "last_checkpoint": None if checkpoint is None else checkpoint.name,
            "advice": (
                "a lower learning rate, a longer warm-up, a lower gradient_limit, or qk_norm and "
                "post_norm in the model; remove later checkpoints to go back further"
            ),
            **more,
            "steps": list(self.recent),
        }
        path.write_text(json.dumps(_plain(content), indent=1) + "\n", encoding="utf-8")
        return path


def _plain(value: Any) -> Any:
    """`value` with NaN and infinity as strings, for JSON."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
