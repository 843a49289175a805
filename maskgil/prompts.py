"""Prompt readers: protocols, and the result: a caption and the words left out.

Shared by all readers, whatever their models know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from maskgil.utils.typography import clean

if TYPE_CHECKING:
    from torch import Tensor

LONGEST = 80  # characters of a prompt quoted in an error
EXAMPLE = "as in “a red apple”"


@dataclass(frozen=True)
class Reading:
    """The caption `drawn` given to the model, and the words of the prompt `left_out` of it.

    `replaced`: pairs of a word and what is drawn instead.
    """

    drawn: str
    left_out: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()


class PromptReader(Protocol):
    """Rewrites a prompt as a caption in the vocabulary of a model."""

    def read(self, prompt: str) -> Reading:
        """The caption of `prompt` and what it omits. Raises NothingKnownError."""


@runtime_checkable
class ClassReader(PromptReader, Protocol):
    """Maps a prompt to a class label, for class-driven models."""

    def label(self, prompt: str) -> int:
        """The class of `prompt`. Raises NothingKnownError."""


class Drafter(Protocol):
    """Lays out a prompt's things as drawings over the scenery.

    `pixels`: the side of a cell's drawings, a multiple of a token's pixels.
    """

    @property
    def pixels(self) -> int: ...

    def draft(self, prompt: str, seed: int, hole: Tensor) -> Tensor | None:
        """Drawings (h, w, P, P, 4) uint8 for the cells `hole` (h, w) bool of a picture of `prompt`.

        Each cell has P x P pixels of premultiplied colours and alpha. None if nothing can be laid
        out.
        """

    def scenery(self, prompt: str) -> str:
        """The caption of the scenery of `prompt`."""

    def sketch(self, prompt: str, seed: int, share: float) -> Tensor | None:
        """Initial codes (h, w) int64 of the scenery of `prompt`.

        A `share` of them chosen by `seed`, NO_CODE elsewhere; None if there are none.
        """


class NothingKnownError(ValueError):
    """A model knows no word of a prompt; `nearest`: the most similar things it can draw.

    `nearest` is empty if the prompt names nothing, or only excluded things.
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
