"""Halton-MaskGIT: a class-driven masked Transformer with adaptive norms and register tokens.

The model of Besnier et al., "Halton Scheduler for Masked Generative Image Transformer" (ICLR
2025), on the blocks of DiT (Peebles & Xie 2023): the class shifts, scales and gates every branch
(adaLN), register tokens (Darcet et al. 2024) follow the image tokens, queries and keys are
normalised over all heads together, the output is tied to the token embedding.

Shapes: B batch, N image tokens, R register tokens, S = N + R, C model width, I attention width,
V codebook size, M rows kept by `keep`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.models.layers import RMSNorm, SwiGLU, attention
from maskgil.models.masked_model import ClassDrivenConfig, ClassDrivenModel
from maskgil.utils.checks import at_least


@dataclass(frozen=True)
class AdaLNConfig(ClassDrivenConfig):
    """Shape of a Halton-MaskGIT; named sizes stand in `SIZES`.

    `attention_dim`: width of all heads together, None for `dim`; `hidden_dim`: SwiGLU's.
    """

    num_layers: int
    num_heads: int
    dim: int
    hidden_dim: int
    codebook_size: int = 16384
    max_grid_size: tuple[int, int] = (16, 16)
    num_classes: int = 1000
    attention_dim: int | None = None
    num_registers: int = 1
    norm_eps: float = 1e-5
    condition_dropout: float = 0.1

    def __post_init__(self) -> None:
        self.check()
        at_least(self, 1, "hidden_dim")
        at_least(self, 0, "num_registers")

    @property
    def inner_dim(self) -> int:
        return self.dim if self.attention_dim is None else self.attention_dim


SIZES: dict[str, AdaLNConfig] = {  # as published; a `small` head is 512 // 6 = 85 wide
    "tiny": AdaLNConfig(6, 6, 384, 1024),
    "small": AdaLNConfig(12, 6, 512, 1536, attention_dim=510),
    "base": AdaLNConfig(12, 12, 768, 2048),
    "large": AdaLNConfig(24, 16, 1024, 2816, max_grid_size=(24, 24)),
}


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """x (1 + scale) + shift."""
    return torch.addcmul(shift, x, 1 + scale)


class AdaLNBlock(nn.Module):
    """x + gate · f(modulate(norm(x))) for attention and SwiGLU; the class gives the six vectors."""

    def __init__(self, config: AdaLNConfig) -> None:
        super().__init__()
        self.num_heads, self.eps, self.inner = config.num_heads, config.norm_eps, config.inner_dim
        self.modulation = nn.Linear(config.dim, 6 * config.dim)
        self.attention_norm = RMSNorm(config.dim, config.norm_eps)
        self.qkv = nn.Linear(config.dim, 3 * self.inner, bias=False)
        self.out = nn.Linear(self.inner, config.dim, bias=False)
        self.mlp_norm = RMSNorm(config.dim, config.norm_eps)
        self.mlp = SwiGLU(config.dim, config.hidden_dim)

    def forward(self, x: Tensor, condition: Tensor, keep: Tensor | None = None) -> Tensor:
        """x (B, S, C), condition (B, 1, C) -> (B, S, C); with `keep` (M,) only those, (M, C)."""
        parts = self.modulation(condition).chunk(6, dim=-1)  # (B, 1, C) each
        mixed = self._mixed(modulate(self.attention_norm(x), parts[0], parts[1]))  # (B, S, I)
        if keep is not None:
            row = keep // x.shape[1]  # (M,)
            x, mixed = x.flatten(0, 1)[keep], mixed.flatten(0, 1)[keep]  # (M, C), (M, I)
            parts = tuple(part[row, 0] for part in parts)  # (M, C) each
        x = torch.addcmul(x, parts[2], self.out(mixed))
        hidden = modulate(self.mlp_norm(x), parts[3], parts[4])
        return torch.addcmul(x, parts[5], self.mlp(hidden))

    def _mixed(self, x: Tensor) -> Tensor:
        """Attention's heads: x (B, S, C) -> (B, S, I)."""
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.inner)
        value = qkv[:, :, 2]
        qk = F.rms_norm(qkv[:, :, :2], (self.inner,), eps=self.eps)  # (B, S, 2, I)
        query, key, value = (
            part.view(batch, length, self.num_heads, -1).transpose(1, 2)
            for part in (qk[:, :, 0], qk[:, :, 1], value)
        )  # (B, H, S, D) each
        mixed = attention(query, key, value, None, causal=False)
        return mixed.transpose(1, 2).reshape(batch, length, self.inner)


class AdaLNTransformer(ClassDrivenModel):
    """Image tokens in raster order, then registers; the class speaks through the norms alone."""

    def __init__(self, config: AdaLNConfig) -> None:
        super().__init__(config)
        self.position_embedding = nn.Parameter(torch.zeros(config.max_tokens, config.dim))
        self.registers = nn.Parameter(torch.zeros(config.num_registers, config.dim))
        self.blocks = nn.ModuleList(AdaLNBlock(config) for _ in range(config.num_layers))
        self.norm = RMSNorm(config.dim, config.norm_eps)
        self.norm_bias = nn.Parameter(torch.zeros(config.dim))
        self.norm_modulation = nn.Linear(config.dim, 2 * config.dim)
        self.head_bias = nn.Parameter(torch.zeros(config.codebook_size))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """As published: Xavier matrices, normal(0, 0.02) tables, blocks that start closed."""
        for name, parameter in self.named_parameters():
            if "modulation" in name and name.startswith("blocks."):
                nn.init.zeros_(parameter)
            elif parameter.ndim == 2 and name.startswith(("blocks.", "norm_modulation.")):
                nn.init.xavier_uniform_(parameter)
            elif parameter.ndim == 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def _scores(self, tokens: Tensor, prefix: Tensor, place: Tensor | None) -> Tensor:
        batch, count = tokens.shape
        active = F.silu(prefix)  # (B, 1, C)
        x = self.token_embedding(tokens) + self.position_embedding  # (B, N, C)
        x = torch.cat([x, self.registers.expand(batch, -1, -1)], dim=1)  # (B, S, C)
        kept = torch.arange(batch * count, device=x.device) if place is None else place  # (M,)
        keep = kept + kept // count * self.config.num_registers  # these follow each row's tokens
        last = len(self.blocks) - 1
        for index, block in enumerate(self.blocks):
            x = block(x, active, keep if index == last else None)  # (M, C) in the end
        shift, scale = self.norm_modulation(active[:, 0]).chunk(2, dim=-1)  # (B, C) each
        row = kept // count  # (M,)
        x = modulate(self.norm(x) + self.norm_bias, shift[row], scale[row])
        scores = F.linear(x, self.token_embedding.weight[:-1], self.head_bias)  # (M, V)
        return scores.view(batch, count, -1) if place is None else scores
