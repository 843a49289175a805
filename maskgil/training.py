"""The training loop: one task, one folder, exact resume.

A task owns its modules and optimisers and derives everything random from the step's number, so a
run that was killed and resumed takes the same steps as one that was not.
"""

from __future__ import annotations

import json
import logging
import math
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

log = logging.getLogger(__name__)


class Task(Protocol):
    """What `fit` trains."""

    def step(self, index: int) -> dict[str, float]:
        """Take optimisation step `index`; return what to log."""

    def state_dict(self) -> dict: ...

    def load_state_dict(self, state: dict) -> None: ...

    def show(self, folder: Path, index: int) -> None:
        """Write pictures of the state of things into `folder`."""


class NonFiniteLossError(RuntimeError):
    """The loss became NaN or infinite."""


def warmup_stable_decay(step: int, *, total: int, warmup: int = 50, decay: float = 0.25) -> float:
    """Learning-rate factor: linear rise, a plateau, and a linear fall over the last `decay`."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    fall = min(1.0, max(0.0, (total - step) / max(1.0, decay * total)))
    return rise * fall


def cosine(step: int, *, total: int, warmup: int = 50) -> float:
    """Learning-rate factor: linear rise, then half a cosine to zero."""
    rise = min(1.0, (step + 1) / max(1, warmup))
    return rise * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total)))


class Average:
    """Exponential moving average of a module's parameters (EMA), with a warm-up of its decay."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay, self.updates = decay, 0
        self.values = {k: v.detach().clone() for k, v in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for key, value in module.state_dict().items():
            if value.is_floating_point():
                self.values[key].lerp_(value, 1 - decay)
            else:
                self.values[key].copy_(value)

    def state_dict(self) -> dict:
        return {"values": self.values, "updates": self.updates}

    def load_state_dict(self, state: dict) -> None:
        self.values, self.updates = state["values"], state["updates"]


def save_atomically(state: dict, path: Path) -> None:
    """Write with a temporary name first: a half-written file is never taken for a checkpoint."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def latest_checkpoint(folder: Path) -> Path | None:
    found = sorted(folder.glob("step_*.pt"))
    return found[-1] if found else None


def fit(
    task: Task,
    folder: str | Path,
    *,
    steps: int,
    save_minutes: float = 10.0,
    keep: int = 2,
    log_every: int = 10,
    show_every: int = 0,
) -> None:
    """Train `task` up to step `steps`, resuming from the newest checkpoint in `folder`.

    Writes log.jsonl, checkpoints step_N.pt (the newest `keep`) and what the task shows.
    Raises NonFiniteLossError when the loss stops being a number.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    start = 0
    checkpoint = latest_checkpoint(folder)
    if checkpoint is not None:
        state = torch.load(checkpoint, weights_only=True, mmap=True)
        task.load_state_dict(state["task"])
        start = state["step"]
        log.info("resumed %s at step %d", checkpoint, start)

    def save(step: int) -> None:
        save_atomically({"task": task.state_dict(), "step": step}, folder / f"step_{step:08d}.pt")
        for old in sorted(folder.glob("step_*.pt"))[:-keep]:
            old.unlink()

    saved = begun = time.monotonic()
    for step in range(start, steps):
        values = task.step(step)
        if not all(math.isfinite(value) for value in values.values()):
            raise NonFiniteLossError(f"step {step}: {values}")
        done = step + 1
        if done % log_every == 0 or done == steps:
            pace = (time.monotonic() - begun) / (done - start)
            entry = {"step": done, "seconds_per_step": round(pace, 4)}
            entry |= {key: round(value, 5) for key, value in values.items()}
            with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
            log.info("%s", entry)
        if show_every and done % show_every == 0:
            task.show(folder, done)
        if time.monotonic() - saved > save_minutes * 60 or done == steps:
            save(done)
            saved = time.monotonic()


def gradient_norm(parameters: Sequence[Tensor], limit: float) -> float:
    """Clip the gradients' joint norm to `limit`; return the norm before."""
    return float(torch.nn.utils.clip_grad_norm_(parameters, limit))
