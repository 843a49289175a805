"""Progress bars in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


@contextmanager
def progress_bar(
    label: str, total: int, *, disable: bool | None = None, **options: Any
) -> Iterator[tqdm]:
    """tqdm's bar, on terminals alone unless `disable` says otherwise.

    After an error it is gone: what went wrong is the only line.
    """
    from tqdm import tqdm

    with tqdm(total=total, desc=label, disable=disable, dynamic_ncols=True, **options) as bar:
        try:
            yield bar
        except BaseException:
            bar.leave = False
            raise
