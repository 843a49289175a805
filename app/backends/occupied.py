"""Who is at work, so that what nobody waits for gives way to what somebody does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Occupied:
    """Counts who is at work. Thread-safe."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._count = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Somebody works inside."""
        with self._free:
            self._count += 1
        try:
            yield
        finally:
            with self._free:
                self._count -= 1
                self._free.notify_all()

    def give_way(self, timeout: float | None = None) -> bool:
        """Wait until nobody is at work; False after `timeout` seconds."""
        with self._free:
            return self._free.wait_for(lambda: not self._count, timeout)
