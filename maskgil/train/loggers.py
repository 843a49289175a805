"""Loggers of a run: log.jsonl, TensorBoard, Weights & Biases, a progress bar."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from maskgil.utils.files import naming, written_whole

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)


class Sink(Protocol):
    """Receives numbers and pictures of a step."""

    def numbers(self, step: int, values: dict[str, float]) -> None: ...

    def pictures(self, step: int, name: str, image: Image) -> None: ...

    def close(self) -> None: ...


class JsonLines:
    """log.jsonl in the run's folder: one line per logged step.

    Lines of steps that a resumed run repeats are removed first.
    """

    def __init__(self, folder: Path, start: int) -> None:
        self.path = folder / "log.jsonl"
        if self.path.is_file():
            kept = [
                line for line in self.path.read_text("utf-8").splitlines() if _upto(line, start)
            ]
            with written_whole(self.path) as draft:
                draft.write_text("".join(line + "\n" for line in kept), encoding="utf-8")

    def numbers(self, step: int, values: dict[str, float]) -> None:
        with naming(self.path), self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": step, **values}) + "\n")

    def pictures(self, step: int, name: str, image: Image) -> None:
        """Pictures are separate files in the folder."""

    def close(self) -> None:
        """Nothing to do: lines are flushed."""


def _upto(line: str, start: int) -> bool:
    """Whether a log line is complete and of a step up to `start`."""
    try:
        return int(json.loads(line)["step"]) <= start
    except (ValueError, KeyError, TypeError):
        return False


class TensorBoard:
    """Event files in the folder tensorboard/ of the run."""

    def __init__(self, folder: Path, start: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.folder = folder / "tensorboard"
        self._told = threading.excepthook
        threading.excepthook = self._heard
        with naming(self.folder):
            self.writer: Any = SummaryWriter(
                str(self.folder), purge_step=start + 1 if start else None
            )

    def numbers(self, step: int, values: dict[str, float]) -> None:
        with naming(self.folder):
            for name, value in values.items():
                self.writer.add_scalar(name, value, step)

    def pictures(self, step: int, name: str, image: Image) -> None:
        import numpy as np

        with naming(self.folder):
            self.writer.add_image(name, np.asarray(image), step, dataformats="HWC")

    def _heard(self, error: threading.ExceptHookArgs) -> None:
        """Raise failures of the writer's thread again."""
        if type(error.thread).__name__ != "_AsyncWriterThread":
            self._told(error)

    def close(self) -> None:
        try:
            with naming(self.folder):
                self.writer.close()
        finally:
            threading.excepthook = self._told


class WeightsAndBiases:
    """A run of the project `project`; a resumed run keeps its id."""

    def __init__(self, folder: Path, project: str, settings: dict[str, Any]) -> None:
        try:
            import wandb
        except ImportError as error:
            raise ValueError("wandb is asked for but not installed: pip install wandb") from error
        noted = folder / "wandb_id.txt"
        known = noted.read_text(encoding="ascii").strip() if noted.is_file() else None
        self.wandb: Any = wandb
        self.run: Any = wandb.init(
            project=project, dir=str(folder), config=settings, id=known, resume="allow"
        )
        noted.write_text(self.run.id, encoding="ascii")

    def numbers(self, step: int, values: dict[str, float]) -> None:
        self.run.log(values, step=step)

    def pictures(self, step: int, name: str, image: Image) -> None:
        self.run.log({name: self.wandb.Image(image)}, step=step)

    def close(self) -> None:
        self.run.finish()


def open_sinks(
    folder: Path, start: int, *, tensorboard: bool, wandb: str | None, settings: dict[str, Any]
) -> list[Sink]:
    """The sinks of a run. A missing tensorboard package is reported in one line."""
    sinks: list[Sink] = [JsonLines(folder, start)]
    if wandb:
        sinks.append(WeightsAndBiases(folder, wandb, settings))
    if tensorboard:
        try:
            sinks.append(TensorBoard(folder, start))
        except ImportError:
            log.warning(
                "tensorboard is not installed (pip install -r requirements-train.txt); "
                "numbers go to %s alone",
                folder / "log.jsonl",
            )
    return sinks


class StepTimer:
    """Seconds per step and samples per second since the last call."""

    def __init__(self, batch_size: int) -> None:
        self.batch_size = batch_size
        self.steps, self.begun = 0, time.monotonic()

    def step(self) -> None:
        self.steps += 1

    def take(self) -> dict[str, float]:
        now = time.monotonic()
        seconds = max(now - self.begun, 1e-9) / max(self.steps, 1)
        self.steps, self.begun = 0, now
        return {"seconds_per_step": seconds, "samples_per_second": self.batch_size / seconds}


class Bar:
    """A progress bar on a terminal, with time left and samples per second; else nothing.

    `steps` None: the total is unknown.
    """

    def __init__(self, start: int, steps: int | None, *, shown: bool) -> None:
        self.bar: Any = None
        self.steps, self.start, self.begun = steps, start, time.monotonic()
        if shown and sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=steps, initial=start, unit="step", dynamic_ncols=True)

    def step(self) -> None:
        if self.bar is not None:
            self.bar.update()

    def say(self, values: dict[str, float]) -> None:
        """Show a logged step's numbers behind the bar, or log them."""
        if self.bar is None:
            named = {name: value for name, value in values.items() if name != "step"}
            numbers = ", ".join(f"{name} {value:.5g}" for name, value in named.items())
            log.info("step %s: %s", self._place(int(values["step"])), numbers)
            return
        shown = ("loss", "learning_rate", "samples_per_second")
        self.bar.set_postfix({n: f"{values[n]:.4g}" for n in shown if n in values})

    def _place(self, step: int) -> str:
        """ "step of total" and the time left."""
        if self.steps is None:
            return str(step)
        taken = time.monotonic() - self.begun
        left = taken / max(1, step - self.start) * max(0, self.steps - step)
        return f"{step} of {self.steps}, {timedelta(seconds=round(left))} left"

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
