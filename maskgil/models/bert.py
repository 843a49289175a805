"""The Bidirectional Transformer baseline that the paper compares its LLaMA with.

MaskGIT's model (Chang et al. 2022) on BERT's blocks (Devlin et al. 2019): learned positions,
LayerNorm after each residual, GELU, output tied to the token embedding plus a bias.

Shapes: B batch, N image tokens, S = N + 1, C width, V codebook size, M positions of `where`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.models.masked_model import ClassDrivenConfig, ClassDrivenModel
from maskgil.utils.checks import below


@dataclass(frozen=True)
class BertConfig(ClassDrivenConfig):
    """Class-driven; the default is the paper's 12 layers, 12 heads, 768 wide."""

    num_layers: int = 12
    num_heads: int = 12
    dim: int = 768
    codebook_size: int = 16384
    max_grid_size: tuple[int, int] = (16, 16)
    num_classes: int = 1000
    dropout: float = 0.1
    condition_dropout: float = 0.1
    norm_eps: float = 1e-12

    def __post_init__(self) -> None:
        self.check()
        below(self, 0, 1, "dropout")


class BertBlock(nn.Module):
    """norm(x + attention(x)), then norm(x + mlp(x)), with biases everywhere."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.num_heads = config.num_heads
        self.qkv = nn.Linear(config.dim, 3 * config.dim)
        self.out = nn.Linear(config.dim, config.dim)
        self.attention_norm = nn.LayerNorm(config.dim, config.norm_eps)
        self.up = nn.Linear(config.dim, 4 * config.dim)
        self.down = nn.Linear(4 * config.dim, config.dim)
        self.mlp_norm = nn.LayerNorm(config.dim, config.norm_eps)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """x (B, S, C) -> (B, S, C); `mask` (B, S) is False where nobody may look."""
        batch, length, width = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.num_heads, -1)
        query, key, value = qkv.transpose(1, 3).unbind(2)  # (B, H, S, D) each
        seen = None if mask is None else mask[:, None, None]
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)  # (B, S, C)
        x = self.attention_norm(x + self.dropout(self.out(mixed)))
        result: Tensor = self.mlp_norm(x + self.dropout(self.down(F.gelu(self.up(x)))))
        return result


class BidirectionalTransformer(ClassDrivenModel):
    """Class token first, then image tokens in raster order, as in `Transformer`.

    Its grid is fixed: positions are learned one by one.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.position_embedding = nn.Parameter(torch.zeros(1 + config.max_tokens, config.dim))
        self.norm = nn.LayerNorm(config.dim, config.norm_eps)
        self.dropout = nn.Dropout(config.dropout)
        self.blocks = nn.ModuleList(BertBlock(config) for _ in range(config.num_layers))
        self.transform = nn.Linear(config.dim, config.dim)
        self.transform_norm = nn.LayerNorm(config.dim, config.norm_eps)
        self.head_bias = nn.Parameter(torch.zeros(config.codebook_size))
        self.reset_parameters()

    def _scores(self, tokens: Tensor, prefix: Tensor, place: Tensor | None) -> Tensor:
        x = torch.cat([prefix, self.token_embedding(tokens)], dim=1)  # (B, S, C)
        x = self.dropout(self.norm(x + self.position_embedding))
        for block in self.blocks:
            x = block(x)
        x = x[:, 1:]  # (B, N, C)
        if place is not None:
            x = x.flatten(0, 1)[place]  # (M, C)
        x = self.transform_norm(F.gelu(self.transform(x)))
        return F.linear(x, self.token_embedding.weight[:-1], self.head_bias)
