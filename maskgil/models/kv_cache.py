"""KV cache of causal models. Shapes: B batch, P condition tokens, N image tokens, C width,
n tokens that are appended, S tokens with them, S_max places of the memory.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.layers import LayerCache

if TYPE_CHECKING:
    from maskgil.models.causal_step import FixedStep


class KVCache:
    """Keys and values of a causal model for one batch, allocated once.

    `length` positions are filled; `key_mask` (B, P) marks the real prefix tokens (None: all);
    `draft` (B, N) is the condition's, `told` (B, N, C) its embedding at each token. `step` replaces
    the usual single-token step.
    """

    def __init__(
        self,
        layers: list[LayerCache],
        key_mask: Tensor | None,
        grid_size: tuple[int, int],
        prefix: int,
        draft: Tensor | None = None,
        told: Tensor | None = None,
        step: FixedStep | None = None,
    ) -> None:
        self.step = step
        self.whole: KVCache | None = None  # whose memory this is a part of
        self.layers, self.key_mask, self.draft, self.told = layers, key_mask, draft, told
        self.grid_size, self.prefix = grid_size, prefix
        self.length = 0

    def rows(self, begin: int, end: int) -> KVCache:
        """A view of rows `begin` … `end - 1` with its own length."""
        layers = [layer.rows(begin, end) for layer in self.layers]
        if self.step is not None:
            layers = [layer.at_one_address() for layer in layers]
        mask, draft, told = (
            None if each is None else each[begin:end]
            for each in (self.key_mask, self.draft, self.told)
        )
        part = KVCache(layers, mask, self.grid_size, self.prefix, draft, told, self.step)
        part.length, part.whole = self.length, self
        return part

    @cached_property
    def places(self) -> Tensor:
        """The positions of the cache (S_max,)."""
        keys = self.layers[0].keys
        return torch.arange(keys.shape[2], device=keys.device)

    @cached_property
    def real(self) -> Tensor | None:
        """Which positions (B, S_max) hold no padding; None: all."""
        mask = self.key_mask
        if mask is None:
            return None
        return F.pad(mask, (0, len(self.places) - mask.shape[1]), value=True)

    def draft_at(self, length: int) -> Tensor | None:
        """The draft's codes (B,) of the next token after `length` ones; None without draft."""
        place = length - self.prefix
        if self.draft is None or place >= self.draft.shape[1]:
            return None
        return self.draft[:, place]

    def mask_of(self, batch: int, new: int) -> Tensor | None:
        """The attention mask (B, 1, n, S) of `new` tokens; None: everywhere."""
        if self.key_mask is None and new == 1:
            return None
        size, device = self.length + new, self.places.device
        keys = torch.ones(batch, size, dtype=torch.bool, device=device)
        if self.key_mask is not None:
            keys[:, : self.prefix] = self.key_mask
        lower = torch.ones(size, size, dtype=torch.bool, device=device).tril()[-new:]
        return (keys[:, None] & lower)[:, None]
