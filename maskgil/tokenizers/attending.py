"""A decoder that looks at the whole picture before it draws: Transformer blocks over the tokens.

What stands in a patch follows from its code alone only roughly; where its edges run follows from
what the picture shows. Attention tells, convolutions draw.
"""

# B batch, h w token grid, N = h w tokens, C width of the blocks, F width of the convolutions.

from __future__ import annotations

import torch
from torch import Tensor, nn

from maskgil.config import TransformerConfig
from maskgil.layers import Block, RMSNorm, rope_table

FINE = 4  # the convolutions' grid is so many times finer than the tokens'


class _Residual(nn.Module):
    """Two 3×3 convolutions around a skip, the picture's edge repeated outwards."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, padding_mode="replicate")
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, padding_mode="replicate")
        nn.init.zeros_(self.conv2.weight)
        assert self.conv2.bias is not None
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        act = nn.functional.silu
        return x + self.conv2(act(self.conv1(act(x))))


class AttendingDecoder(nn.Module):
    """Tokens (B, h, w) to pixels (B, 3, patch·h, patch·w).

    `shape` gives the blocks, the codebook and the largest grid; names and sizes are those of a
    masked Transformer, so that one trained on the same tokens can start it.
    """

    def __init__(
        self, shape: TransformerConfig, *, patch: int, width: int, blocks: int = 2
    ) -> None:
        super().__init__()
        if patch % FINE:
            raise ValueError(f"a patch of {patch} pixels; it must be a multiple of {FINE}")
        self.shape = shape
        self.token_embedding = nn.Embedding(shape.codebook_size, shape.dim)
        self.position_embedding = nn.Parameter(torch.zeros(*shape.max_grid_size, shape.dim))
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.num_layers))
        self.norm = RMSNorm(shape.dim, shape.norm_eps)
        self.spread = nn.Sequential(
            nn.Linear(shape.dim, 4 * shape.dim),
            nn.SiLU(),
            nn.Linear(4 * shape.dim, FINE**2 * width),
        )
        side = patch // FINE
        self.draw = nn.Sequential(
            nn.PixelShuffle(FINE),  # (B, F, 4h, 4w)
            *(_Residual(width) for _ in range(blocks)),
            nn.SiLU(),
            nn.Conv2d(width, 3 * side**2, 3, padding=1, padding_mode="replicate"),
            nn.PixelShuffle(side),  # (B, 3, patch·h, patch·w)
        )
        nn.init.normal_(self.token_embedding.weight, std=0.02)

    def forward(self, indices: Tensor) -> Tensor:
        """Pixels of indices (B, h, w), about [-1, 1]; ValueError for a grid that is too large."""
        rows, columns = indices.shape[1:]
        limit = self.shape.max_grid_size
        if rows > limit[0] or columns > limit[1]:
            raise ValueError(
                f"a grid of {rows} x {columns} tokens; this decoder draws at most "
                f"{limit[0]} x {limit[1]}"
            )
        x = self.token_embedding(indices.flatten(1))  # (B, N, C)
        x = x + self.position_embedding[:rows, :columns].flatten(0, 1)
        rope = rope_table(self.shape, (rows, columns), 0, x.device)
        for block in self.blocks:
            x = block(x, rope, None, False)
        x = self.spread(self.norm(x))  # (B, N, 16 F)
        return self.draw(x.transpose(1, 2).unflatten(2, (rows, columns)))
