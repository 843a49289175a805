"""Prefetching of batches by worker processes, and repetition of expensive batches."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from torch.utils.data import DataLoader

AHEAD = 2  # prefetched batches per worker
GRACE = 60  # seconds for the current step after a signal
LAG = 24  # batches between repetitions


class Ahead:
    """Batches in order, prefetched by `workers` processes; restarts when another one is requested.

    Contents do not depend on the number of workers.
    """

    def __init__(self, batches: Any, workers: int) -> None:
        self.batches, self.workers = batches, workers
        self._ready: Iterator[Any] = iter(())
        self._next = -1

    def __getitem__(self, batch: int) -> Any:
        if not self.workers:
            return self.batches[batch]
        if batch != self._next:
            self._ready = iter(
                DataLoader(
                    self.batches, batch_size=None, sampler=range(batch, 2**31),
                    num_workers=self.workers, prefetch_factor=AHEAD, collate_fn=_packed,
                    multiprocessing_context="fork", worker_init_fn=_go_on,
                )
            )  # fmt: skip
        self._next = batch + 1
        return pickle.loads(next(self._ready))


def _go_on(_worker: int) -> None:
    """Ignore signals that end the run, because the current step needs its batch.

    The worker ends with the run, or `GRACE` seconds after the signal.
    """
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.set())
    threading.Thread(target=_end_with, args=(os.getppid(), asked), daemon=True).start()


def _end_with(parent: int, asked: threading.Event) -> None:
    left = GRACE
    while os.getppid() == parent and left > 0:
        time.sleep(1)
        left -= asked.is_set()
    os._exit(0)


def _packed(batch: Any) -> bytes:
    return pickle.dumps(
        batch, pickle.HIGHEST_PROTOCOL
    )  # through a pipe, as shared memory can be small


class Repeated:
    """Each batch of `source`, prepared once by `prepare`, repeated `times`.

    Making a batch costs more than a step. The first two showings are consecutive; others follow
    after `LAG` batches, so the latest few are kept.
    """

    def __init__(self, source: Any, times: int, prepare: Callable[[Any], Any]) -> None:
        self.source, self.times, self.prepare = source, times, prepare
        self._kept: dict[int, Any] = {}

    def __getitem__(self, batch: int) -> tuple[Any, int]:
        """A batch, and the number of its showing."""
        newest, time = divmod(batch, self.times)
        oldest = max(0, newest - LAG * ((self.times - 1) // 2))
        for number in range(oldest, newest + 1):
            if number not in self._kept:
                self._kept[number] = self.prepare(self.source[number])
        for number in [number for number in self._kept if not oldest <= number <= newest]:
            del self._kept[number]
        back = min(LAG * (time // 2), newest * (time // 2) * 2 // self.times)
        return self._kept[newest - back], time
