"""Feature cache for masked decoding: keys and values of settled tokens; memoised empty-grid logits.

Shapes: B batch, P condition tokens, N image tokens, S = P + N, n tokens computed of a row,
C model width, V codebook size, M masked tokens of the batch.
"""

from __future__ import annotations

from typing import Any, Protocol
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from maskgil.models.conditioning import Prefix
from maskgil.models.layers import LayerCache, rope_table
from maskgil.models.masked_model import MaskedModel, Places


class CachedModel(MaskedModel, Protocol):
    """A masked model that `supports_feature_cache`: its parts can be run separately."""

    blocks: nn.ModuleList

    def sequence(
        self, prefix: Prefix, tokens: Tensor, grid_size: tuple[int, int]
    ) -> tuple[Tensor, int]: ...

    def attention_mask(self, mask: Tensor | None, size: int) -> Tensor | None: ...

    def scores(self, x: Tensor, draft: Tensor | None = None) -> Tensor: ...


class FeatureCache:
    """Logits of masked tokens, with the keys and values of settled ones kept from earlier steps.

    The first call computes every token. Later ones compute the masked tokens and those written
    since the last call; these attend to everything, but the other tokens' keys and values, and
    the condition's, are those of the step that computed them last. An approximation: in a
    bidirectional model every token depends on every other. Features of the condition beside an
    empty grid are not kept, so rows do not depend on what else is in the batch.

    `refresh_every` n computes everything anew in steps 1, 1 + n, 1 + 2n …, or in the first call
    after; 1 makes it exact.
    """

    def __init__(
        self,
        model: CachedModel,
        prefix: Prefix,
        grid_size: tuple[int, int],
        *,
        refresh_every: int | None = None,
    ) -> None:
        if not model.supports_feature_cache:
            raise ValueError(
                f"reuse_features keeps single tokens; this model ({type(model).__name__}) merges "
                "them, or keeps none"
            )
        self.model, self.prefix, self.grid_size = model, prefix, grid_size
        self.refresh_every, self.refreshed = refresh_every, 0
        self.tokens: Tensor | None = None  # (B, N) as of the last call
        self.counts: tuple[int, ...] = ()  # of masked ones in each row then
        self.layers: list[LayerCache] = []

    def logits(self, tokens: Tensor, step: int, places: Places | None = None) -> Tensor:
        """Logits (M, V) at the `mask_id`s of tokens (B, N), in raster order, in step 1, 2, …

        Only what was masked may have been written since the last call. `places` are those of the
        `mask_id`s; without, their number is read back.
        """
        model, config = self.model, self.model.config
        masked = tokens == model.mask_id  # (B, N)
        places = Places.of(masked) if places is None else places
        count = tokens.shape[1]
        x, first = model.sequence(self.prefix, tokens, self.grid_size)  # (B, S, C)
        batch, size, _ = x.shape
        keep = torch.zeros(batch, size, dtype=torch.bool, device=x.device)
        keep[:, first : first + count] = masked
        cos, sin = rope_table(config, self.grid_size, size - count, x.device)
        start: int | Tensor = 0
        due = 0 if self.refresh_every is None else (step - 1) // self.refresh_every
        if self.tokens is not None and due == self.refreshed:
            before = self.tokens == model.mask_id  # (B, N), and now masked or written
            stale = before.all(-1, keepdim=True).repeat(1, size)  # (B, S)
            stale[:, first : first + count] = before
            most = max(size if filled == count else filled for filled in self.counts)
            start, real = changed(stale, most)  # (B, n)
            keep = keep.gather(1, start) & real
            row = torch.arange(batch, device=x.device)[:, None]
            x, cos, sin = x[row, start], cos[start], sin[start]  # (B, n, ...)
        if not self.layers:
            shape = (batch, config.num_heads, size, config.head_dim)
            self.layers = [LayerCache(x.new_empty(shape), x.new_empty(shape)) for _ in model.blocks]
        mask = model.attention_mask(self.prefix.mask, size)
        kept = Places.of(keep, places.counts).flat  # (M,) of B · n
        for index, (block, layer) in enumerate(zip(model.blocks, self.layers, strict=True)):
            last = index == len(model.blocks) - 1
            x = block(x, (cos, sin), mask, False, kept if last else None, layer, start)
        self.tokens, self.counts, self.refreshed = tokens, places.counts, due
        draft = self.prefix.draft
        return model.scores(x, None if draft is None else draft.flatten()[places.flat])  # (M, V)


def changed(which: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Positions (B, n) of the True entries of `which` (B, N) in order, n = `most` in a row.

    Rows with fewer repeat a position; the second result (B, n) is False there.
    """
    counts = which.sum(-1, keepdim=True)  # (B, 1)
    positions = which.logical_not().long().argsort(dim=-1, stable=True)[:, :most]  # (B, n)
    real = torch.arange(positions.shape[1], device=which.device) < counts
    return torch.where(real, positions, positions[:, :1]), real


SAMPLED = 64  # values of the last parameters compared to detect changes
_starts: WeakKeyDictionary[MaskedModel, tuple[tuple[Any, ...], Tensor, Tensor]] = (
    WeakKeyDictionary()
)


def drop_old_start(model: MaskedModel) -> None:
    """Drop memoised logits if a fused optimizer changed the weights without raising their version.

    Compares values, which synchronises with a GPU.
    """
    parameters, kept = list(model.parameters()), _starts.get(model)
    if kept is None or any(parameter.is_inference() for parameter in parameters):
        return
    if kept[0][1] != _state(parameters) or not torch.equal(kept[1], _sample(parameters)):
        del _starts[model]


def kept_start(model: MaskedModel, grid_size: tuple[int, int]) -> Tensor:
    """Logits (N, V) of an empty grid under the null condition, memoised until the weights change.

    They depend only on the weights, so every guided picture starts with the same. Does not
    synchronise; call `drop_old_start` first if weights may have been trained.
    """
    parameters = list(model.parameters())
    if any(parameter.is_inference() for parameter in parameters):
        return _null_start(model, grid_size)  # inference tensors have no version counter
    state = grid_size, _state(parameters)
    kept = _starts.get(model)
    if kept is None or kept[0] != state:
        kept = state, _sample(parameters), _null_start(model, grid_size)
        _starts[model] = kept
    return kept[2]


def _state(parameters: list[nn.Parameter]) -> tuple[Any, ...]:
    return tuple((each.data_ptr(), each._version) for each in parameters)


def _sample(parameters: list[nn.Parameter]) -> Tensor:
    return torch.cat([each.detach().flatten()[:SAMPLED] for each in parameters[-2:]])


def _null_start(model: MaskedModel, grid_size: tuple[int, int]) -> Tensor:
    device = model.token_embedding.weight.device
    tokens = torch.full((1, grid_size[0] * grid_size[1]), model.mask_id, device=device)
    with torch.no_grad():
        return model.logits(tokens, None, grid_size=grid_size)[0]
