"""What a model is told of a wish, and what of the wish is not in the picture.

Every reader of wishes answers so, whatever its models know; nothing here belongs to one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """The caption `drawn` that the model is given, and the words of the wish `left_out` of it."""

    drawn: str
    left_out: tuple[str, ...] = ()


class NothingKnownError(ValueError):
    """A model knows nothing of a wish; `nearest`: things it can draw that come closest."""

    def __init__(self, wish: str, nearest: Sequence[str]) -> None:
        self.wish, self.nearest = wish, tuple(nearest)
        super().__init__(
            f"nothing in {wish!r} is known to this model; "
            f"the nearest things that it can draw: {', '.join(nearest)}"
        )
