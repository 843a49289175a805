"""Meissonic: a masked Transformer that reads caption and image in two streams, then in one.

The model of Bai et al., "Meissonic: Revitalizing Masked Generative Transformers for Efficient
High-Resolution Text-to-Image Synthesis" (ICLR 2025): the first blocks have weights of their own for
caption and image and attend over both (MMDiT, Esser et al. 2024), the others read them as one
sequence with attention beside the MLP (FLUX). The step, the pooled caption and micro-conditions
(size, crop, aesthetic score; Podell et al. 2023) shift, scale and gate every branch. At 1,024 x
1,024 pixels 2 x 2 tokens are one position of the blocks.

Shapes: B batch, N image tokens, n image positions of the blocks (N or N / 4), L caption tokens,
S = L + n, C model width, H heads, D head width, K width of the pooled caption, V codebook size,
M rows of `where`.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.models.conditioning import CaptionCondition, Condition, Prefix, kept_prefix
from maskgil.models.layers import RMSNorm
from maskgil.models.masked_model import Step, flat_positions
from maskgil.models.multimodal_layers import (
    EPS,
    MICRO_CONDITIONS,
    TIME_SCALE,
    WAVES,
    DoubleBlock,
    MultimodalConfig,
    SingleBlock,
    micro_conditions,
    mlp,
    rope_table,
    waves,
)
from maskgil.models.token_merging import TokenMerging


class MultimodalTransformer(nn.Module):
    """Image tokens in raster order behind a caption; its pooled features are the last caption row.

    `null_features` (1, L + 1, caption_dim) are the empty caption's: whoever encodes captions sets
    them.
    """

    supports_feature_cache = False

    def __init__(self, config: MultimodalConfig) -> None:
        super().__init__()
        self.config = config
        dim = config.dim
        self.null_features: Tensor | None = None
        self.token_embedding = nn.Embedding(config.vocab_size, dim)
        self.token_norm, self.token_projection = RMSNorm(dim, EPS), _square(dim)
        self.merging = TokenMerging(config.side, dim) if config.compress else None
        self.merge_norm = RMSNorm(dim, EPS) if config.compress else None
        self.unmerge_norm = RMSNorm(dim, EPS) if config.compress else None
        self.into_norm, self.into = RMSNorm(dim, EPS), _square(dim)
        self.caption_projection = nn.Linear(config.caption_dim, dim)
        self.caption_norm = RMSNorm(dim, EPS)
        told = config.pooled_dim + MICRO_CONDITIONS * WAVES
        self.told = mlp(told, dim, config.pooled_dim, bias=False)
        self.told_embedding = mlp(config.pooled_dim, dim, dim)
        self.time_embedding = mlp(WAVES, dim, dim)
        self.double_blocks = nn.ModuleList(DoubleBlock(config) for _ in range(config.num_layers))
        self.single_blocks = nn.ModuleList(
            SingleBlock(config) for _ in range(config.num_single_layers)
        )
        self.out_norm, self.out = RMSNorm(dim, EPS), _square(dim)
        self.head_projection, self.head_norm = _square(dim), RMSNorm(dim, EPS)
        self.head = nn.Linear(dim, config.codebook_size, bias=False)

    @property
    def mask_id(self) -> int:
        return self.config.mask_id

    def check_grid(self, grid_size: tuple[int, int] | None, count: int) -> tuple[int, int]:
        """The grid of `count` tokens, by default a square; ValueError when it does not fit."""
        if grid_size is None:
            side = math.isqrt(count)
            grid_size = (side, side)
        rows, columns = grid_size
        limit, side = self.config.max_grid_size, self.config.side
        if rows * columns != count:
            raise ValueError(f"{count} tokens do not fill a grid of {rows} x {columns}")
        if rows > limit[0] or columns > limit[1] or rows % side or columns % side:
            raise ValueError(
                f"a grid of {rows} x {columns} tokens; this model draws up to {limit[0]} x "
                f"{limit[1]}, both sides multiples of {side}"
            )
        return rows, columns

    def embed_condition(
        self, condition: Condition, batch_size: int, *, drop: Tensor | None = None
    ) -> Prefix:
        """Features (B, L + 1, caption_dim), the last row pooled; `drop` (B,): the empty caption's.

        Kept as they are: what becomes of them depends on the step and on the grid.
        """
        if embedded := kept_prefix(condition, drop):
            return embedded
        if condition is None:
            embeds = self._null().expand(batch_size, -1, -1)
        elif isinstance(condition, CaptionCondition):
            embeds = condition.embeds
        else:
            raise ValueError("this model is driven by captions; class labels need a class model")
        if embeds.ndim != 3 or embeds.shape[::2] != (batch_size, self.config.caption_dim):
            raise ValueError(
                f"caption features have shape {tuple(embeds.shape)}; "
                f"expected ({batch_size}, L + 1, {self.config.caption_dim})"
            )
        if drop is not None:
            embeds = torch.where(drop[:, None, None], self._null().to(embeds), embeds)
        return Prefix(embeds, None)

    def _null(self) -> Tensor:
        if self.null_features is None:
            raise ValueError("the null condition is the empty caption's features: set them first")
        return self.null_features

    def logits(
        self,
        tokens: Tensor,
        condition: Condition,
        *,
        grid_size: tuple[int, int] | None = None,
        drop: Tensor | None = None,
        where: Tensor | None = None,
        step: Step | None = None,
    ) -> Tensor:
        """tokens (B, N) with `mask_id` where unknown -> (B, N, V), or (M, V) at `where`.

        The model is told how many steps follow `step`; none where that is None.
        """
        grid_size = self.check_grid(grid_size, tokens.flatten(1).shape[1])
        features = self.embed_condition(condition, len(tokens), drop=drop).tokens
        told = micro_conditions(grid_size, self.config.downsample_factor, tokens.device)
        follow = 0 if step is None else step.total - step.number
        timestep = torch.full((1,), follow, device=tokens.device)
        hidden = self._hidden(
            tokens.flatten(1), features[:, :-1], features[:, -1], told.expand(len(tokens), -1),
            timestep, grid_size,
        )  # (B, N, C)  # fmt: skip
        if where is not None:
            hidden = hidden.flatten(0, 1)[flat_positions(where)]  # (M, C)
        result: Tensor = self.head(self.head_norm(self.head_projection(hidden)))
        return result

    forward = logits

    def _hidden(
        self,
        tokens: Tensor,
        caption: Tensor,
        pooled: Tensor,
        micro_conds: Tensor,
        timestep: Tensor,
        grid_size: tuple[int, int],
    ) -> Tensor:
        """What the head reads of every token: (B, N, C)."""
        dtype, side = self.head.weight.dtype, self.config.side
        positions = grid_size[0] // side, grid_size[1] // side
        image = self.token_projection(self.token_norm(self.token_embedding(tokens)))  # (B, N, C)
        if self.merging is not None and self.merge_norm is not None:
            image = self.merging.merge(self.merge_norm(image), grid_size)  # (B, n, C)
        image = self.into(self.into_norm(image))
        text = self.caption_norm(self.caption_projection(caption.to(dtype)))  # (B, L, C)
        told = torch.cat([pooled.to(dtype), waves(micro_conds).flatten(1).to(dtype)], dim=-1)
        active = self.told_embedding(self.told(told))  # (B, C)
        active = active + self.time_embedding(waves(TIME_SCALE * timestep.float()).to(dtype))
        active = F.silu(active)[:, None]  # (B, 1, C)
        rope = rope_table(self.config, text.shape[1], positions, tokens.device)
        length = text.shape[1]
        for block in self.double_blocks:
            text, image = block(text, image, active, rope)
        x = torch.cat([text, image], dim=1)  # (B, S, C)
        for block in self.single_blocks:
            x = block(x, active, rope)
        x = self.out(self.out_norm(x[:, length:]))  # (B, n, C)
        if self.merging is not None and self.unmerge_norm is not None:
            x = self.merging.unmerge(self.unmerge_norm(x), grid_size)  # (B, N, C)
        result: Tensor = x
        return result


def _square(dim: int) -> nn.Linear:
    return nn.Linear(dim, dim, bias=False)
