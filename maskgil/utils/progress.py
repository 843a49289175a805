"""A progress line in the terminal."""

from __future__ import annotations

import sys
import time


class Progress:
    """One line on a terminal: what is done of how much, the pace and the time left."""

    def __init__(self, label: str, total: int, *, shown: bool = True) -> None:
        self.label, self.total = label, total
        self.shown = shown and sys.stderr.isatty()
        self.begun = time.monotonic()

    def show(self, done: int) -> None:
        if not self.shown:
            return
        pace = done / max(1e-9, time.monotonic() - self.begun)
        left = (self.total - done) / pace if pace else 0
        sys.stderr.write(
            f"\r{self.label} {done}/{self.total}  {pace:.1f}/s  {left / 60:.1f} min left \x1b[K"
        )
        sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\n")
