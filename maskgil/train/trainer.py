"""The training loop: one task, one folder, exact resume.

A task derives all randomness from the step number, so a resumed run takes the same steps as an
uninterrupted one.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from maskgil.train.checkpoints import latest_checkpoint, newest_whole, remove_drafts, save_run
from maskgil.train.distributed import Runtime
from maskgil.train.loggers import Bar, Sink, StepTimer, open_sinks
from maskgil.train.loss_monitor import LossMonitor, UnstableTrainingError
from maskgil.train.optim.lr_schedules import Clock
from maskgil.utils.files import only_run_in
from maskgil.utils.images import save_png

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)


class Task(Protocol):
    """The interface of tasks. With several processes each of them calls every method."""

    batch_size: int  # pictures of a step, over all processes

    def step(self, index: int) -> dict[str, float]:
        """Take optimisation step `index`; returns numbers to log, including "loss".

        Nothing is changed if the loss or a gradient is not finite.
        """

    def state_dict(self) -> dict:
        """The state for resumption; meaningful in the main process."""

    def load_state_dict(self, state: dict) -> None: ...

    def norms(self) -> dict[str, float]:
        """Output norms of the layers on the last batch, by name."""

    def show(self) -> dict[str, Image]:
        """Sample pictures by name; in the main process."""

    def last_batch(self) -> list[int]:
        """The indices of this process's last pictures."""


@dataclass(frozen=True)
class LoopSettings:
    """Settings of saving, logging and ending a run.

    Checkpoints are written every `save_minutes` minutes and `save_every` steps (0: off); the newest
    `keep` are kept, split into files of `parts` MB if not 0. Pictures are shown every `show_every`
    steps (0: never). A loss above `explosion` times its lowest average ends the run. `settings` are
    stored with checkpoints. A `clock`, shared with the task, ends the run instead of `steps`
    (single process).
    """

    steps: int
    save_minutes: float = 10.0
    save_every: int = 0
    keep: int = 2
    log_every: int = 10
    show_every: int = 0
    explosion: float = 3.0
    tensorboard: bool = False
    wandb: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    clock: Clock | None = None
    parts: int = 0

    def share(self, done: int) -> float:
        """The completed share of the run after `done` steps."""
        return done / self.steps if self.clock is None else self.clock.share()


def fit(
    task: Task, folder: str | Path, *, steps: int, engine: Runtime | None = None, **how: Any
) -> int:
    """Train `task` up to step `steps`, resuming from the newest checkpoint in `folder`.

    `how`: fields of `LoopSettings`. Writes log.jsonl, tensorboard/, checkpoints step_N.pt and
    sample pictures. SIGINT and SIGTERM end the run after the current step, with a checkpoint.
    Returns the total number of steps; a resumed run reports changed settings.

    Raises UnstableTrainingError if the loss becomes non-finite or explodes (see `stopped.json` in
    the folder), CheckpointWriteError if a checkpoint cannot be written.
    """
    return _Run(task, Path(folder), engine or Runtime(), LoopSettings(steps, **how)).train()


class _Run:
    """One run of a task in its folder."""

    def __init__(self, task: Task, folder: Path, engine: Runtime, loop: LoopSettings) -> None:
        self.task, self.folder, self.engine, self.loop = task, folder, engine, loop
        self.guard = LossMonitor(loop.explosion)
        self.sinks: list[Sink] = []

    def train(self) -> int:
        """Train; returns the total number of steps. ValueError if another run uses the folder."""
        if not self.engine.is_main:
            return self._train()
        self.folder.mkdir(parents=True, exist_ok=True)
        with only_run_in(self.folder):
            remove_drafts(self.folder)
            return self._train()

    def _train(self) -> int:
        loop, main = self.loop, self.engine.is_main
        start = _resume(self.task, self.folder, self.guard, loop.settings, loop.clock)
        if loop.share(start) >= 1:
            log.info("%s has its steps already, %d", self.folder, start)
            return start
        bar = Bar(start, loop.steps if loop.clock is None else None, shown=main)
        try:
            if main:
                self.sinks = open_sinks(
                    self.folder, start, tensorboard=loop.tensorboard, wandb=loop.wandb,
                    settings=loop.settings,
                )  # fmt: skip
            return self._steps(start, bar)
        finally:
            bar.close()
            for sink in self.sinks:
                try:
                    sink.close()
                except OSError as error:
                    log.warning("%s", error)

    def _steps(self, start: int, bar: Bar) -> int:
        loop, clock = self.loop, self.loop.clock
        saved = time.monotonic()
        pace = StepTimer(self.task.batch_size)
        with stop_signals() as stopped:
            for step in itertools.count(start):
                values = self.task.step(step)
                try:
                    self.guard.check(step, values)
                except UnstableTrainingError as error:
                    raise self._explained(error) from None
                done = step + 1
                pace.step()
                bar.step()
                if clock is not None:
                    clock.tick()
                last = loop.share(done) >= 1
                if done % loop.log_every == 0 or last:
                    values |= pace.take() | self.task.norms()
                    bar.say({"step": done, **values})
                    for sink in self.sinks:
                        sink.numbers(done, values)
                if loop.show_every and done % loop.show_every == 0:
                    self._show(done)
                due = bool(loop.save_minutes) and time.monotonic() - saved > loop.save_minutes * 60
                due |= clock is not None and step == start  # to measure the time of writing
                timed, stop = self.engine.agree(due and self.engine.is_main, stopped.is_set())
                if timed or stop or last or (loop.save_every and done % loop.save_every == 0):
                    self._save(done)
                    saved = time.monotonic()
                if stop and not last:
                    log.info("stopped after step %d; the same command goes on from there", done)
                if stop or last:
                    return done
        raise AssertionError("unreachable")

    def _show(self, done: int) -> None:
        for name, image in self.task.show().items():
            save_png(image, self.folder / f"{name}_{done:06d}.png")
            for sink in self.sinks:
                sink.pictures(done, name, image)

    def _save(self, done: int) -> None:
        begun = time.monotonic()
        state = self.task.state_dict()
        if self.engine.is_main:
            whole = {
                "task": state, "step": done, "guard": self.guard.state_dict(),
                "settings": self.loop.settings, "share": self.loop.share(done),
            }  # fmt: skip
            save_run(self.folder, done, whole, keep=self.loop.keep, parts=self.loop.parts)
        if self.loop.clock is not None:
            self.loop.clock.wrote(time.monotonic() - begun)

    def _explained(self, error: UnstableTrainingError) -> UnstableTrainingError:
        """The error with the paths of its report and of the last checkpoint."""
        norms = self.task.norms()
        checkpoint = latest_checkpoint(self.folder)
        where = "none was written" if checkpoint is None else f"the last is {checkpoint.name}"
        line = f"{error}; report in {self.folder / 'stopped.json'}; checkpoints: {where}"
        if self.engine.is_main:
            pictures = self.task.last_batch()
            self.guard.report(self.folder, error, checkpoint, norms=norms, pictures=pictures)
        return UnstableTrainingError(line)


def _resume(
    task: Task, folder: Path, guard: LossMonitor, settings: dict[str, Any], clock: Clock | None
) -> int:
    """Load the newest undamaged checkpoint, if any; returns its step."""
    found = newest_whole(folder)
    if found is None:
        return 0
    checkpoint, state = found
    task.load_state_dict(state["task"])
    if "guard" in state:
        guard.load_state_dict(state["guard"])
    if clock is not None:
        clock.resume(state.get("share", 0.0))
    log.info("resumed %s at step %d", checkpoint, state["step"])
    for line in changes(state.get("settings", settings), settings):
        log.warning("changed since the checkpoint: %s", line)
    return state["step"]


def changes(old: Any, new: Any, name: str = "") -> list[str]:
    """Differences between two nested settings, one line each."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        return [
            line
            for key in keys
            for line in changes(old.get(key), new.get(key), f"{name}.{key}" if name else key)
        ]
    return [] if old == new else [f"{name} was {old!r}, is {new!r}"]


@contextlib.contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event set by SIGINT or SIGTERM within; a second signal has its default effect."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return
    before: dict[int, Any] = {}

    def ask(number: int, frame: Any) -> None:
        event.set()
        signal.signal(number, before[number])

    for asked in (signal.SIGINT, signal.SIGTERM):
        before[asked] = signal.signal(asked, ask)
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
