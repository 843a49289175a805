"""Priority of foreground work: background tasks wait while requests are being served."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Occupied:
    """Counts foreground tasks. Thread-safe."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._count = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Mark the block as foreground work."""
        with self._free:
            self._count += 1
        try:
            yield
        finally:
            with self._free:
                self._count -= 1
                self._free.notify_all()

    def give_way(self, timeout: float | None = None) -> bool:
        """Wait until no foreground work runs; False after `timeout` seconds."""
        with self._free:
            return self._free.wait_for(lambda: not self._count, timeout)
