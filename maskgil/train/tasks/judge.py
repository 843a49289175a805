"""Training of judges (detectors, clip-nano) on the CPU: step, configs, command."""

from __future__ import annotations

import argparse
import contextlib
import logging
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
    hold = 0.0  # share of the steps in which the rates stay up
    _last: list[int] = []  # noqa: RUF012

    @abstractmethod
    def terms(self, index: int) -> dict[str, Tensor]:
        """What is noted of batch `index`, the parts of the loss among it."""

    @abstractmethod
    def loss(self, terms: dict[str, Tensor]) -> Tensor:
        """Their weighted sum."""

    def autocast(self) -> contextlib.AbstractContextManager:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.bf16)

    def step(self, index: int) -> dict[str, float]:
        settings = self.settings
        self.model.train()
        self.set_rates(cosine(index, total=settings.steps, warmup=settings.warmup, hold=self.hold))
        terms = self.terms(index)
        loss = self.loss(terms)
        loss.backward()
        norm = self.clip()
        self.update(loss.item(), norm)
        noted = {name: term.item() for name, term in terms.items()}
        return {"loss": loss.item(), **noted, "gradient_norm": norm}

    def last_batch(self) -> list[int]:
        return self._last


@dataclass(frozen=True)
class JudgeRun:
    """A config file. `model`: fields of the judge's own config, without what nano's world says.

    `tokenizer`: what scenes are rebuilt with, a name or a file; None for nothing. `start`: a
    detector of the world begins with what this one knows.
    """

    training: dict
    model: dict
    tokenizer: str | None = None
    styles: dict | None = None
    start: str | None = None
    seed: int = 0
    save_minutes: float = 4.0


def read_run(path: Path) -> JudgeRun:
    """The config at `path`; ConfigError in one line when it is missing or malformed."""
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


def train_judge(options: argparse.Namespace, build: Build) -> None:
    """Train what `build` makes of a config. Raises ValueError, one line for the user."""
    from maskgil.checkpoints import save, write_hashes
    from maskgil.train.trainer import fit

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    run = read_run(options.config)
    if options.steps is not None:
        run = replace(run, training=run.training | {"steps": options.steps})
    if options.tokenizer is not None:
        run = replace(run, tokenizer=None if options.tokenizer == "none" else options.tokenizer)
    torch.manual_seed(0)
    task = build(run, options)
    steps = task.settings.steps
    done = fit(task, options.out, steps=steps, save_minutes=run.save_minutes, settings=asdict(run))
    if done >= steps and options.export is not None:
        save(task.averaged(), options.export, {"steps": str(steps)})
        write_hashes(options.export.parent)
