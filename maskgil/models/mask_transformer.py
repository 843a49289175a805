"""The masked Transformer of Maskgit-pytorch and of MaskGIL's authors' own baseline.

After Besnier & Chen, "A Pytorch Reproduction of Masked Generative Image Transformer" (2023):
pre-norm blocks with biases, an MLP before and after them, the class token last, the output tied to
the token embedding plus a bias for each position and code. `models.bert` is another design.

Shapes: B batch, N image tokens, S = N + 1, C width, V codebook size, M positions of `where`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.models.layers import attention
from maskgil.models.masked_model import ClassDrivenConfig, ClassDrivenModel
from maskgil.utils.checks import at_least, below

OUTER_EPS = 1e-12  # of the norms before and after the blocks


@dataclass(frozen=True)
class MaskTransformerConfig(ClassDrivenConfig):
    """Class-driven; the default is Maskgit-pytorch's model for 256 x 256 pixels."""

    num_layers: int = 24
    num_heads: int = 16
    dim: int = 768
    hidden_dim: int = 3072
    codebook_size: int = 1024
    max_grid_size: tuple[int, int] = (16, 16)
    num_classes: int = 1000
    dropout: float = 0.1
    condition_dropout: float = 0.1
    norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        self.check()
        at_least(self, 1, "hidden_dim")
        below(self, 0, 1, "dropout")


class PreNormBlock(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)), with biases everywhere."""

    def __init__(self, config: MaskTransformerConfig) -> None:
        super().__init__()
        self.num_heads = config.num_heads
        self.attention_norm = nn.LayerNorm(config.dim, config.norm_eps)
        self.qkv = nn.Linear(config.dim, 3 * config.dim)
        self.out = nn.Linear(config.dim, config.dim)
        self.mlp_norm = nn.LayerNorm(config.dim, config.norm_eps)
        self.up = nn.Linear(config.dim, config.hidden_dim)
        self.down = nn.Linear(config.hidden_dim, config.dim)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, keep: Tensor | None = None) -> Tensor:
        """x (B, S, C) -> (B, S, C); with `keep`, flat positions (M,), only those, (M, C)."""
        batch, length, width = x.shape
        qkv = self.qkv(self.attention_norm(x)).view(batch, length, 3, self.num_heads, -1)
        query, key, value = qkv.transpose(1, 3).unbind(2)  # (B, H, S, D) each
        mixed = attention(query, key, value, None, causal=False)
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)  # (B, S, C)
        if keep is not None:
            x, mixed = x.flatten(0, 1)[keep], mixed.flatten(0, 1)[keep]  # (M, C)
        x = x + self.out(mixed)
        hidden = self.dropout(F.gelu(self.up(self.mlp_norm(x))))
        result: Tensor = x + self.dropout(self.down(hidden))
        return result


class MaskTransformer(ClassDrivenModel):
    """Image tokens in raster order, then the class token; positions are learned one by one."""

    def __init__(self, config: MaskTransformerConfig) -> None:
        super().__init__(config)
        width = config.dim
        self.position_embedding = nn.Parameter(torch.zeros(config.max_tokens + 1, width))
        self.before = nn.Sequential(
            nn.LayerNorm(width, OUTER_EPS), nn.Dropout(config.dropout), nn.Linear(width, width),
            nn.GELU(),
            nn.LayerNorm(width, OUTER_EPS), nn.Dropout(config.dropout), nn.Linear(width, width),
        )  # fmt: skip
        self.blocks = nn.ModuleList(PreNormBlock(config) for _ in range(config.num_layers))
        self.after = nn.Sequential(
            nn.LayerNorm(width, OUTER_EPS),
            nn.Dropout(config.dropout),
            nn.Linear(width, width),
            nn.GELU(),
            nn.LayerNorm(width, OUTER_EPS),
        )
        self.head_bias = nn.Parameter(torch.zeros(config.max_tokens, config.codebook_size))
        self.reset_parameters()

    def _scores(self, tokens: Tensor, prefix: Tensor, place: Tensor | None) -> Tensor:
        count = tokens.shape[1]
        x = torch.cat([self.token_embedding(tokens), prefix], dim=1)  # (B, S, C)
        x = self.before(x + self.position_embedding)
        keep = None if place is None else place + place // count  # a class token stands in each row
        last = len(self.blocks) - 1
        for index, block in enumerate(self.blocks):
            x = block(x, keep if index == last else None)  # (M, C) in the end
        x = x if place is not None else x[:, :count]
        scores = F.linear(self.after(x), self.token_embedding.weight[:-1])  # (M, V)
        return scores + (self.head_bias if place is None else self.head_bias[place % count])
