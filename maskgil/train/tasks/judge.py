"""Training of judges (detectors, clip-nano): task base, config, command."""

from __future__ import annotations

import argparse
import contextlib
import logging
import time
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from maskgil.train.config import from_mapping, in_file, read_yaml
from maskgil.train.optim.lr_schedules import cosine
from maskgil.train.tasks.base import TrainingTask

Build = Callable[["JudgeRun", argparse.Namespace], "JudgeTask"]


class JudgeTask(TrainingTask):
    """A task whose loss is a sum of terms of one batch. `settings` has `warmup`."""

    bf16 = False
    hold = 0.0  # share of the steps at the full learning rate
    _last: list[int] = []  # noqa: RUF012

    @abstractmethod
    def terms(self, index: int) -> dict[str, Tensor]:
        """Logged terms of batch `index`, including the parts of the loss."""

    @abstractmethod
    def loss(self, terms: dict[str, Tensor]) -> Tensor:
        """Their weighted sum."""

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.parameters[0].device

    def autocast(self) -> contextlib.AbstractContextManager:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def step(self, index: int) -> dict[str, float]:
        settings = self.settings
        self.model.train()
        place = self.place(index)
        self.set_rates(cosine(place, total=settings.steps, warmup=settings.warmup, hold=self.hold))
        terms = self.terms(index)
        loss = self.loss(terms)
        loss.backward()
        norm = self.clip()
        values = torch.stack([loss, *terms.values()]).tolist()  # a single synchronisation
        self.update(values[0], norm)
        return {
            "loss": values[0],
            **dict(zip(terms, values[1:], strict=True)),
            "gradient_norm": norm,
        }

    def last_batch(self) -> list[int]:
        return self._last


@dataclass(frozen=True)
class JudgeRun:
    """A config file. `model`: fields of the judge's config, except those set by nano's world.

    `tokenizer`: rebuilds scenes, a name or a file, or None. `start`: a detector to warm-start from.
    Checkpoints are split into files of `parts` MB, if not 0.
    """

    training: dict
    model: dict
    tokenizer: str | None = None
    styles: dict | None = None
    start: str | None = None
    seed: int = 0
    save_minutes: float = 4.0
    parts: int = 0


def read_run(path: Path) -> JudgeRun:
    """The config at `path`. Raises ConfigError in one line."""
    values = read_yaml(path)
    with in_file(path):
        return from_mapping(JudgeRun, values)


def add_arguments(parser: argparse.ArgumentParser, config: str) -> None:
    """Arguments of `train_judge`."""
    parser.add_argument("config", type=Path, help=f"configs/{config}.yaml")
    parser.add_argument("--out", type=Path, default=Path("runs") / config, help="folder of the run")
    parser.add_argument("--steps", type=int, help="take so many steps instead")
    parser.add_argument("--tokenizer", help="tokenizer instead of the config's; none for nothing")
    parser.add_argument("--export", type=Path, help="write the averaged weights here at the end")
    parser.add_argument("--art", default="node_modules", help="npm folder of the art, or a pack")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument(
        "--minutes", type=float, help="end after so long; the schedule follows the clock"
    )
    parser.add_argument("--start", help="begin with what this detector, a name or a file, knows")
    parser.add_argument("--workers", type=int, default=1, help="processes composing pictures")


def train_judge(options: argparse.Namespace, build: Build) -> None:
    """Train the task that `build` makes of a config. Raises ValueError in one line."""
    from maskgil.checkpoints import save, write_hashes
    from maskgil.train.distributed import start_engine
    from maskgil.train.optim.lr_schedules import Clock
    from maskgil.train.trainer import fit

    began = time.monotonic()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    run = read_run(options.config)
    if options.steps is not None:
        run = replace(run, training=run.training | {"steps": options.steps})
    if options.tokenizer is not None:
        run = replace(run, tokenizer=None if options.tokenizer == "none" else options.tokenizer)
    if options.start is not None:
        run = replace(run, start=options.start)
    engine = start_engine("float32", options.device)
    clock = Clock(options.minutes, began=began) if options.minutes else None
    torch.manual_seed(0)
    task = build(run, options)
    task.engine, task.clock = engine, clock
    steps = task.settings.steps
    done = fit(
        task, options.out, steps=steps, save_minutes=run.save_minutes, settings=asdict(run),
        clock=clock, parts=run.parts,
    )  # fmt: skip
    if (done >= steps if clock is None else clock.share() >= 1) and options.export is not None:
        save(task.averaged(), options.export, {"steps": str(done)})
        write_hashes(options.export.parent)
