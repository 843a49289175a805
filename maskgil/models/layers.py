"""RMSNorm, 2D RoPE, attention and SwiGLU: the LLaMA block both models are made of.

Shapes: B batch, S sequence (condition and image tokens), C model width, H heads, D head width,
M rows kept by `keep`.
"""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.config import TransformerConfig
from maskgil.models import fused


class RMSNorm(nn.Module):
    """x / rms(x) · weight over the last dimension (Zhang & Sennrich 2019)."""

    def __init__(self, dim: int, eps: float) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, self.weight.shape, self.weight, self.eps)


FEW = 2  # rows of one picture in causal decoding: conditional and unconditional
LARGE = 1 << 16  # minimal number of weights for the faster product


class Linear(nn.Linear):
    """W x without a bias, for few rows on a CPU as fast as the weights are read.

    For one or two rows PyTorch's CPU library reaches less than half of the memory bandwidth with x
    Wᵀ, and all of it with W xᵀ. That includes the small matrices of nano's twin, which together
    exceed the CPU's cache.
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__(in_features, out_features, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """x (..., in) -> (..., out)."""
        few = x.numel() <= FEW * self.in_features and self.weight.numel() >= LARGE
        few = few and x.device.type == "cpu"
        if not few or torch.is_grad_enabled() or x.dtype != torch.float32:
            return F.linear(x, self.weight)
        rows = x.reshape(-1, self.in_features)  # (M, in)
        return (self.weight @ rows.T).T.contiguous().view(*x.shape[:-1], self.out_features)


def grid_positions(rows: int, columns: int, device: torch.device | str = "cpu") -> Tensor:
    """Row and column of every token in raster order, (rows * columns, 2) int64."""
    index = torch.arange(rows * columns, device=device)
    return torch.stack([index // columns, index % columns], dim=-1)


def rope_2d(positions: Tensor, head_dim: int, base: float) -> tuple[Tensor, Tensor]:
    """cos and sin, (N, D/2) each: the first half turns with the row, the second with the column.

    Frequencies base^(-4i/D) for i < D/4, on each axis (Su et al. 2021, split in two axes as
    LlamaGen does).
    """
    quarter = head_dim // 4
    steps = torch.arange(quarter, device=positions.device, dtype=torch.float32)
    frequencies = base ** (-steps / quarter)  # (D/4,)
    angles = positions.float()[..., None] * frequencies  # (N, 2, D/4)
    angles = angles.flatten(-2)  # (N, D/2)
    return angles.cos(), angles.sin()


def rope_1d(length: int, head_dim: int, base: float) -> tuple[Tensor, Tensor]:
    """cos and sin (length, D/2) of plain one-dimensional RoPE."""
    half = head_dim // 2
    frequencies = base ** (-torch.arange(half, dtype=torch.float32) / half)
    angles = torch.arange(length, dtype=torch.float32)[:, None] * frequencies
    return angles.cos(), angles.sin()


@lru_cache(maxsize=256)
def rope_table(
    config: TransformerConfig, grid_size: tuple[int, int], prefix: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """cos and sin, (S, 1, 1, D) each, of a sequence: `prefix` condition tokens and a whole grid.

    Condition tokens carry no grid position: they are not turned (cos 1, sin 0), so a caption's
    padding cannot change the result. Laid out for `apply_rope`.
    """
    with torch.inference_mode(False):  # the cached table must not be an inference tensor
        if config.rope_1d_shifted:
            cos, sin = rope_1d(
                grid_size[0] * grid_size[1] + prefix - 1, config.head_dim, config.rope_base
            )
            zero = torch.zeros_like(cos[:1])
            cos, sin = torch.cat([zero, cos]), torch.cat([zero, sin])
        else:
            cos, sin = rope_2d(grid_positions(*grid_size), config.head_dim, config.rope_base)
            fill = 0.0 if config.zero_condition_rope else 1.0
            ahead = cos.new_full((prefix, cos.shape[-1]), fill)
            cos = torch.cat([ahead, cos])  # (S, D/2)
            sin = torch.cat([torch.zeros_like(ahead), sin])
        cos = torch.cat([cos, cos], dim=-1)  # (S, D)
        sin = torch.cat([-sin, sin], dim=-1)
        return cos[:, None, None].to(device), sin[:, None, None].to(device)


def apply_rope(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turn x (B, S, 2, H, D): pairs are (i, i + D/2), `sin` carries the sign of each half."""
    return x * cos + x.roll(x.shape[-1] // 2, dims=-1) * sin


class LayerCache:
    """Static keys and values of one layer, (B, H, S_max, D) each."""

    def __init__(self, keys: Tensor, values: Tensor) -> None:
        self.keys, self.values = keys, values

    def rows(self, begin: int, end: int) -> LayerCache:
        """The same memory of rows `begin` … `end - 1`."""
        return LayerCache(self.keys[begin:end], self.values[begin:end])

    def at_one_address(self) -> LayerCache:
        """Itself, promised to compilers to stay where it is in memory."""
        torch._dynamo.mark_static_address(self.keys)
        torch._dynamo.mark_static_address(self.values)
        return self

    def write(self, keys: Tensor, values: Tensor, start: int | Tensor) -> tuple[Tensor, Tensor]:
        """Store (B, H, s, D) and return what attention may see.

        `start`: where a run begins, and everything up to its end is returned; or the positions
        (s,) of all rows' tokens, or (B, s) of each row's, and the whole cache is returned.
        """
        if isinstance(start, Tensor) and start.ndim == 1:
            self.keys.index_copy_(2, start, keys)
            self.values.index_copy_(2, start, values)
            return self.keys, self.values
        if isinstance(start, Tensor):
            row = torch.arange(len(keys), device=keys.device)[:, None]
            self.keys[row, :, start] = keys.transpose(1, 2)  # (B, s, H, D)
            self.values[row, :, start] = values.transpose(1, 2)
            return self.keys, self.values
        end = start + keys.shape[2]
        self.keys[:, :, start:end] = keys
        self.values[:, :, start:end] = values
        return self.keys[:, :, :end], self.values[:, :, :end]


class Attention(nn.Module):
    """Multi-head self-attention with RoPE and, by config, RMSNorm on every head's q and k."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.num_heads, self.head_dim = config.num_heads, config.head_dim
        self.eps = config.norm_eps
        self.qkv = Linear(config.dim, 3 * config.dim)
        self.out = Linear(config.dim, config.dim)
        self.qk_weight = nn.Parameter(torch.ones(2, 1, self.head_dim)) if config.qk_norm else None

    def heads(
        self,
        x: Tensor,
        rope: tuple[Tensor, Tensor],
        mask: Tensor | None,
        causal: bool,
        cache: LayerCache | None = None,
        start: int | Tensor = 0,
    ) -> Tensor:
        """x (B, S, C) -> the heads' outputs (B, S, C), before the output projection."""
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, self.num_heads, self.head_dim)
        query, key, value = self._turned(qkv, rope)  # (B, H, S, D) each
        if cache is not None:
            key, value = cache.write(key, value, start)
        mixed = attention(query, key, value, mask, causal=causal and mask is None)
        return mixed.transpose(1, 2).reshape(batch, length, -1)  # (B, S, C)

    def _turned(self, qkv: Tensor, rope: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """qkv (B, S, 3, H, D) to queries, keys and values (B, H, S, D), norms and RoPE applied."""
        cos, sin = (part.to(qkv.dtype) for part in rope)
        if fused.applies(qkv):
            return fused.heads(qkv, self.qk_weight, cos, sin, self.eps)
        qk, value = qkv[:, :, :2], qkv[:, :, 2].transpose(1, 2)
        if self.qk_weight is not None:
            qk = F.rms_norm(qk, (self.head_dim,), eps=self.eps) * self.qk_weight
        qk = apply_rope(qk, cos, sin).to(value.dtype)
        query, key = qk.transpose(1, 3).unbind(2)
        return query, key, value


def attention(
    query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, *, causal: bool
) -> Tensor:
    """Scaled dot-product attention of (B, H, S, D), `mask` True where it is allowed.

    PyTorch's fused kernel, but where gradients are wanted on a CPU: there its backward pass takes
    twice as long as the products written out, for the few hundred positions that are trained on.
    """
    if causal or query.device.type != "cpu" or not query.requires_grad:
        return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal)
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)  # (B, H, S, S)
    if mask is not None:
        scores = scores.masked_fill(~mask, float("-inf"))
    return torch.softmax(scores, -1) @ value


class SwiGLU(nn.Module):
    """down(silu(gate x) · up x), gate and up in one matrix (Shazeer 2020)."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.gate_up = Linear(dim, 2 * hidden)
        self.down = Linear(hidden, dim)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up(x).chunk(2, dim=-1)  # (..., hidden) each
        if torch.is_grad_enabled():
            inner = F.silu(gate) * up
        else:
            inner = F.silu(gate, inplace=True).mul_(up)  # in place: allocating is slower
        result: Tensor = self.down(inner)
        return result


class Block(nn.Module):
    """Attention and SwiGLU, each with a residual.

    Pre-norm adds f(norm(x)); `post_norm` adds norm(f(x)), the order of Swin v2 and Chameleon.
    """

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.post_norm = config.post_norm
        self.attention_norm = RMSNorm(config.dim, config.norm_eps)
        self.attention = Attention(config)
        self.mlp_norm = RMSNorm(config.dim, config.norm_eps)
        self.mlp = SwiGLU(config.dim, config.hidden_dim)
        self.dropout = nn.Dropout(config.dropout) if config.dropout else nn.Identity()

    def forward(
        self,
        x: Tensor,
        rope: tuple[Tensor, Tensor],
        mask: Tensor | None,
        causal: bool,
        keep: Tensor | None = None,
        cache: LayerCache | None = None,
        start: int | Tensor = 0,
    ) -> Tensor:
        """x (B, S, C) -> (B, S, C); with `keep`, flat positions (M,), only those rows, (M, C).

        Everything after attention is per token, so the last layer can skip tokens that are not
        needed.
        """
        normed = x if self.post_norm else self.attention_norm(x)
        mixed = self.attention.heads(normed, rope, mask, causal, cache, start)
        if keep is not None:
            x, mixed = x.flatten(0, 1)[keep], mixed.flatten(0, 1)[keep]  # (M, C)
        update = self.attention.out(mixed)
        x = x + self.dropout(self.attention_norm(update) if self.post_norm else update)
        update = self.mlp(x if self.post_norm else self.mlp_norm(x))
        result: Tensor = x + self.dropout(self.mlp_norm(update) if self.post_norm else update)
        return result
