"""Transformer decoder: attention over all tokens, then convolutions.

A code determines its patch only roughly; the course of edges depends on the rest of the picture,
which attention provides.
"""

# B batch, h w token grid, N = h w tokens, C width of the blocks, F width of the convolutions.

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

from maskgil.config import TransformerConfig
from maskgil.models.layers import Block, RMSNorm, rope_table
from maskgil.tokenizers.base import ResidualBlock
from maskgil.utils.images import window_starts

FINE = 4  # the convolutions' grid is this much finer than the tokens'


class TransformerDecoder(nn.Module):
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
            *(ResidualBlock(width, "replicate") for _ in range(blocks)),
            nn.SiLU(),
            nn.Conv2d(width, 3 * side**2, 3, padding=1, padding_mode="replicate"),
            nn.PixelShuffle(side),  # (B, 3, patch·h, patch·w)
        )
        nn.init.normal_(self.token_embedding.weight, std=0.02)

    def forward(self, indices: Tensor) -> Tensor:
        """Pixels of indices (B, h, w), about [-1, 1]."""
        rows, columns = indices.shape[1:]
        limit = self.shape.max_grid_size
        if rows > limit[0] or columns > limit[1]:
            return self._in_windows(indices)
        x = self.token_embedding(indices.flatten(1))  # (B, N, C)
        x = x + self.position_embedding[:rows, :columns].flatten(0, 1)
        rope = rope_table(self.shape, (rows, columns), 0, x.device)
        for block in self.blocks:
            x = block(x, rope, None, False)
        x = self.spread(self.norm(x))  # (B, N, 16 F)
        return self.draw(x.transpose(1, 2).unflatten(2, (rows, columns)))

    def _in_windows(self, indices: Tensor) -> Tensor:
        """Decode a grid larger than in training: its centre, then overlapping windows around it.

        Where windows meet, they are blended over one token.
        """
        shape = indices.shape[1:]
        size = [min(side, most) for side, most in zip(shape, self.shape.max_grid_size, strict=True)]
        starts = [window_starts(a, b, max(1, b // 2)) for a, b in zip(shape, size, strict=True)]
        corners = itertools.product(*map(enumerate, starts))
        made: Tensor | None = None
        outside_in = sorted(corners, key=lambda turns: max(turn for turn, _ in turns), reverse=True)
        for (_, row), (_, column) in outside_in:
            piece = self(indices[:, row : row + size[0], column : column + size[1]])
            patch = piece.shape[-1] // size[1]
            if made is None:
                made = piece.new_zeros(*piece.shape[:2], *(patch * side for side in shape))
                bare = torch.ones_like(made[:1, :1])
            window = (
                ...,
                slice(row * patch, (row + size[0]) * patch),
                slice(column * patch, (column + size[1]) * patch),
            )
            down = _ramp(patch, size[0], row > 0, row + size[0] < shape[0]).to(piece)
            along = _ramp(patch, size[1], column > 0, column + size[1] < shape[1]).to(piece)
            share = torch.maximum(down[:, None] * along, bare[window])
            made[window] = torch.lerp(made[window], piece, share)
            bare[window] = 0
        assert made is not None
        return made


def _ramp(patch: int, size: int, first: bool, last: bool) -> Tensor:
    """Shares (patch · size,) of a window's pixels: rising from 0 over one token at inner edges."""
    share = torch.ones(patch * size)
    rise = (torch.arange(patch) + 0.5) / patch
    if first:
        share[:patch] = rise
    if last:
        share[-patch:] = rise.flip(0)
    return share
