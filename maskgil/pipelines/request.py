"""DrawRequest: all that a generator is asked for at once. Shapes: B batch, N image tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from maskgil.utils.checks import at_least

if TYPE_CHECKING:
    from torch import Tensor

    from maskgil.sampling.config import SamplingConfig

Prompts = str | Sequence[str] | Sequence[int]


@dataclass(frozen=True)
class DrawRequest:
    """One picture a prompt, drawn together.

    Attributes:
        prompts: A caption, captions, or class labels.
        seed: One for every row, or one a row.
        sampling: None for the generator's own.
        given: Tokens (B, N) or (N,) that stay, `mask_id` elsewhere.
        grid_size: Tokens (h, w), None for the generator's usual grid.
        previews: Whether steps come with pictures: every `preview_every`-th, and while the
            autoregressive model writes, the end of each row of the grid.
        part: What is to be seen where nothing is given, if that is not all of what the prompts
            describe; empty for nothing but what goes on there.
        arrangement: The seed by which things are placed, None for the picture's own.
        draft: Drawings (h, w, P, P, 4) that are in every picture, as of a `Drafter`; None for a
            drafter's own.
        behind: Tokens (N,) of the picture that the drafts are laid over, which stays where they are
            not seen; None to draw what is behind them.
        pictures: Whether the last preview has pictures; tokens alone, where those are shown in
            another way.
        detailed: Whether a second pass draws details, where the generator has one.
        given_details: Details (B, D² · N) or (D² · N,) of the cells that are given; None for new
            ones.
    """

    prompts: Prompts
    seed: int | Sequence[int] = 0
    sampling: SamplingConfig | None = None
    given: Tensor | None = None
    grid_size: tuple[int, int] | None = None
    previews: bool = True
    preview_every: int = 1
    part: str | None = None
    arrangement: int | None = None
    draft: Tensor | None = None
    pictures: bool = True
    behind: Tensor | None = None
    detailed: bool = True
    given_details: Tensor | None = None

    def __post_init__(self) -> None:
        if not self.rows:
            raise ValueError("there is nothing to draw: give at least one prompt")
        at_least(self, 1, "preview_every")
        if len(self.seeds) != len(self.rows):
            raise ValueError(
                f"{len(self.seeds)} seeds for {len(self.rows)} prompts; give one or one each"
            )
        for seed in self.seeds:
            if not -(2**63) <= seed < 2**64:
                raise ValueError(f"seed is {seed}; it must be at least -2^63 and below 2^64")

    def only(self, rows: Sequence[int]) -> DrawRequest:
        """The same of some rows; of `given` tokens nothing is told."""
        prompts, seeds = self.rows, self.seeds
        return replace(
            self, prompts=[prompts[row] for row in rows], seed=[seeds[row] for row in rows],
            given=None,
        )  # fmt: skip

    @property
    def rows(self) -> list[Any]:
        """The prompts, one a picture."""
        return [self.prompts] if isinstance(self.prompts, str) else list(self.prompts)

    @property
    def seeds(self) -> list[int]:
        """The seeds, one a picture."""
        return [self.seed] * len(self.rows) if isinstance(self.seed, int) else list(self.seed)
