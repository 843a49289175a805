"""Progress in the terminal: bars, percentages, lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


@contextmanager
def progress_bar(
    label: str, total: int, *, disable: bool | None = None, **options: Any
) -> Iterator[tqdm]:
    """tqdm's bar, by default only on terminals.

    It is cleared after an error, so that only the message remains.
    """
    from tqdm import tqdm

    with tqdm(total=total, desc=label, disable=disable, dynamic_ncols=True, **options) as bar:
        try:
            yield bar
        except BaseException:
            bar.leave = False
            raise


def tell(line: str) -> None:
    """Print a line to the terminal."""
    print(line, file=sys.stderr, flush=True)


def show_progress(done: int, total: int) -> None:
    """Percentage of a large file on the terminal; nothing if stderr is none."""
    if total >= 100_000_000 and sys.stderr.isatty():
        print(f"\rloading {100 * done // total}% of {total / 1e9:.1f} GB", end="", file=sys.stderr)
