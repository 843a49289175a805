"""Result of reading a prompt: what a model is told, and what of the prompt is not in the picture.

Every reader of wishes answers so, whatever its models know; nothing here belongs to one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from maskgil.utils.typography import clean

if TYPE_CHECKING:
    from torch import Tensor

LONGEST = 80  # characters of a wish that an error quotes
EXAMPLE = "as in “a red apple”"


@dataclass(frozen=True)
class Reading:
    """The caption `drawn` that the model is given, and the words of the wish `left_out` of it.

    `replaced`: pairs of a word of the wish and what is drawn in its place.
    """

    drawn: str
    left_out: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()


class PromptReader(Protocol):
    """Puts a prompt into the words that a model was taught."""

    def read(self, prompt: str) -> Reading:
        """What of `prompt` the model is told, and what not. Raises NothingKnownError."""
        ...


@runtime_checkable
class ClassReader(PromptReader, Protocol):
    """Finds the class that a prompt means, for models that are driven by class labels."""

    def label(self, prompt: str) -> int:
        """The class of `prompt`. Raises NothingKnownError."""
        ...


class Drafter(Protocol):
    """Lays out the things of a prompt's picture, to be drawn over what is behind them.

    `pixels`: of a cell's drawings along a side; a multiple of those of a token shows more of them.
    """

    @property
    def pixels(self) -> int: ...

    def draft(self, prompt: str, seed: int, hole: Tensor) -> Tensor | None:
        """Drawings (h, w, P, P, 4) uint8 for the `hole` (h, w) bool of a picture of `prompt`.

        Of every cell P x P pixels: colours multiplied by alpha, then alpha, which is 0 where
        there is none. None where nothing can be laid out.
        """
        ...

    def scenery(self, prompt: str) -> str:
        """A caption of what is behind the things of `prompt`."""
        ...

    def sketch(self, prompt: str, seed: int, share: float) -> Tensor | None:
        """Codes (h, w) int64 that what is behind the things of `prompt` may begin from.

        A `share` of all, NO_CODE elsewhere, as `seed` chooses; None where nothing is known of it.
        """
        ...


class NothingKnownError(ValueError):
    """A model knows nothing of a wish; `nearest`: things it can draw that come closest.

    There are none where the wish names nothing at all, or only what should not be drawn.
    """

    def __init__(self, wish: str, nearest: Sequence[str] = ()) -> None:
        wish = clean(wish)
        self.wish = f"{wish[:LONGEST]}…" if len(wish) > LONGEST else wish
        self.nearest = tuple(nearest)
        known = f"the nearest things that it can draw: {', '.join(nearest)}"
        super().__init__(
            f"nothing in “{self.wish}” is known to this model; {known}"
            if nearest
            else f"“{self.wish}” names no thing to draw; name one that is to be there, {EXAMPLE}"
        )
