"""The training loop: one task, one folder, exact resume.

A task derives everything random from the number of the step, so a run that was killed and resumed
takes the same steps as one that was not.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from maskgil.train.checkpoints import latest_checkpoint, read_checkpoint, save_run
from maskgil.train.distributed import Runtime
from maskgil.train.loggers import Bar, Sink, StepTimer, open_sinks
from maskgil.train.loss_monitor import LossMonitor, UnstableTrainingError
from maskgil.train.optim.lr_schedules import Clock

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)


class Task(Protocol):
    """What `fit` trains. With several processes every one of them calls each method."""

    batch_size: int  # pictures of a step, over all processes

    def step(self, index: int) -> dict[str, float]:
        """Take optimisation step `index`; return what to log, "loss" among it.

        Nothing is changed when the loss or a gradient is no number.
        """
        ...

    def state_dict(self) -> dict:
        """Everything a resumed run needs; meaningful in the main process."""
        ...

    def load_state_dict(self, state: dict) -> None: ...

    def norms(self) -> dict[str, float]:
        """Output norms of the layers on the last batch, by name."""
        ...

    def show(self) -> dict[str, Image]:
        """Pictures of the state of things by name; in the main process."""
        ...

    def last_batch(self) -> list[int]:
        """Which pictures this process was last given."""
        ...


def fit(
    task: Task,
    folder: str | Path,
    *,
    steps: int,
    engine: Runtime | None = None,
    save_minutes: float = 10.0,
    save_every: int = 0,
    keep: int = 2,
    log_every: int = 10,
    show_every: int = 0,
    explosion: float = 3.0,
    tensorboard: bool = False,
    wandb: str | None = None,
    settings: dict[str, Any] | None = None,
    clock: Clock | None = None,
    parts: int = 0,
) -> int:
    """Train `task` up to step `steps`, resuming from the newest checkpoint in `folder`.

    With a `clock`, which the task has as well, it ends the run instead of `steps`; one process.

    Writes log.jsonl, tensorboard/, checkpoints step_N.pt (the newest `keep`; `parts` as for
    `save_run`) and what the task shows. SIGINT and SIGTERM end the run after the current step, with
    a checkpoint. Returns the number of steps taken in all. `settings` are kept with the
    checkpoints; a resumed run says which of them have changed.

    Raises UnstableTrainingError when the loss stops being a number or explodes (`stopped.json` in
    the folder tells how), CheckpointWriteError when a checkpoint cannot be written.
    """
    engine, folder = engine or Runtime(), Path(folder)
    settings = settings or {}
    guard = LossMonitor(explosion)
    if engine.is_main:
        folder.mkdir(parents=True, exist_ok=True)
    start = _resume(task, folder, guard, settings, clock)
    if clock.share() >= 1 if clock is not None else start >= steps:
        log.info("%s has its steps already, %d", folder, start)
        return start
    sinks: list[Sink] = []
    bar = Bar(start, steps if clock is None else None, shown=engine.is_main)
    try:
        if engine.is_main:
            sinks = open_sinks(
                folder, start, tensorboard=tensorboard, wandb=wandb, settings=settings
            )
        return _loop(
            task, folder, engine, guard, sinks, bar, start=start, steps=steps,
            save_minutes=save_minutes, save_every=save_every, keep=keep, log_every=log_every,
            show_every=show_every, settings=settings, clock=clock, parts=parts,
        )  # fmt: skip
    finally:
        bar.close()
        for sink in sinks:
            with contextlib.suppress(OSError):
                sink.close()


def _loop(
    task: Task,
    folder: Path,
    engine: Runtime,
    guard: LossMonitor,
    sinks: list[Sink],
    bar: Bar,
    *,
    start: int,
    steps: int,
    save_minutes: float,
    save_every: int,
    keep: int,
    log_every: int,
    show_every: int,
    settings: dict[str, Any],
    clock: Clock | None,
    parts: int,
) -> int:
    saved = time.monotonic()
    pace = StepTimer(task.batch_size)
    with stop_signals() as stopped:
        for step in itertools.count(start):
            values = task.step(step)
            try:
                guard.check(step, values)
            except UnstableTrainingError as error:
                raise _explained(error, task, folder, guard, engine) from None
            done = step + 1
            pace.step()
            bar.step()
            if clock is not None:
                clock.tick()
            last = clock.share() >= 1 if clock is not None else done == steps
            if done % log_every == 0 or last:
                values |= pace.take() | task.norms()
                bar.say({"step": done, **values})
                for sink in sinks:
                    sink.numbers(done, values)
            if show_every and done % show_every == 0:
                for name, image in task.show().items():
                    image.save(folder / f"{name}_{done:06d}.png")
                    for sink in sinks:
                        sink.pictures(done, name, image)
            due = bool(save_minutes) and time.monotonic() - saved > save_minutes * 60
            due |= clock is not None and step == start  # tells how long the last one will take
            timed, stop = engine.agree(due and engine.is_main, stopped.is_set())
            if timed or stop or last or (save_every and done % save_every == 0):
                begun = time.monotonic()
                state = task.state_dict()
                if engine.is_main:
                    whole = {
                        "task": state, "step": done, "guard": guard.state_dict(),
                        "settings": settings,
                        "share": done / steps if clock is None else clock.share(),
                    }  # fmt: skip
                    save_run(folder, done, whole, keep=keep, parts=parts)
                saved = time.monotonic()
                if clock is not None:
                    clock.wrote(saved - begun)
            if stop and not last:
                log.info("stopped after step %d; the same command goes on from there", done)
            if stop or last:
                return done
    raise AssertionError("unreachable")


def _resume(
    task: Task, folder: Path, guard: LossMonitor, settings: dict[str, Any], clock: Clock | None
) -> int:
    """Load the newest checkpoint, if there is one; the number of steps taken."""
    checkpoint = latest_checkpoint(folder)
    if checkpoint is None:
        return 0
    state = read_checkpoint(checkpoint)
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
    """What differs between two nested settings, one line each."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        return [
            line
            for key in keys
            for line in changes(old.get(key), new.get(key), f"{name}.{key}" if name else key)
        ]
    return [] if old == new else [f"{name} was {old!r}, is {new!r}"]


def _explained(
    error: UnstableTrainingError, task: Task, folder: Path, guard: LossMonitor, engine: Runtime
) -> UnstableTrainingError:
    """The error with where its report and the last checkpoint are."""
    norms = task.norms()
    checkpoint = latest_checkpoint(folder)
    where = "none was written" if checkpoint is None else f"the last is {checkpoint.name}"
    line = f"{error}; report in {folder / 'stopped.json'}; checkpoints: {where}"
    if engine.is_main:
        guard.report(folder, error, checkpoint, norms=norms, pictures=task.last_batch())
    return UnstableTrainingError(line)


@contextlib.contextmanager
def stop_signals() -> Iterator[threading.Event]:
    """An event that SIGINT or SIGTERM sets inside; a second signal acts as ever."""
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
