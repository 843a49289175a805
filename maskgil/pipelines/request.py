"""DrawRequest: the arguments of a generator. Shapes: B batch, N image tokens."""

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
    """A batch of pictures, one per prompt.

    Attributes:
        prompts: A caption, captions, or class labels.
        seed: One seed for all rows, or one per row.
        sampling: None for the generator's own.
        given: Tokens (B, N) or (N,) to keep, `mask_id` elsewhere.
        grid_size: Tokens (h, w), None for the generator's usual grid.
        previews: Whether steps have pictures: every `preview_every`-th, and at the end of each row
        of the grid during autoregressive decoding. part: What to show in cells that are not given,
        if not the whole prompt; empty to continue only the scenery. arrangement: The seed of the
        layout, None for the picture's own. draft: A draft (h, w, P, P, 4) for all pictures; None
        for the drafter's own. behind: Tokens (N,) of the scenery under the drafts, kept where these
        are not visible; None to draw it. pictures: Whether the last preview has pictures; otherwise
        tokens only. detailed: Whether the second pass, if any, is run.
        given_details: Details (B, D² · N) or (D² · N,) of the given cells; None to compute them.
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
        """The request of some rows, without `given` tokens."""
        prompts, seeds = self.rows, self.seeds
        return replace(
            self,
            prompts=[prompts[row] for row in rows],
            seed=[seeds[row] for row in rows],
            given=None,
        )

    @property
    def rows(self) -> list[Any]:
        """The prompts, one per picture."""
        return [self.prompts] if isinstance(self.prompts, str) else list(self.prompts)

    @property
    def seeds(self) -> list[int]:
        """The seeds, one per picture."""
        return [self.seed] * len(self.rows) if isinstance(self.seed, int) else list(self.seed)
