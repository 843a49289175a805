"""Config, blocks, positions and micro-conditions of Meissonic (`multimodal_transformer`).

Shapes: B batch, n image positions of the blocks, L caption tokens, S = L + n, C model width,
H heads, D head width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.models.layers import apply_rope, attention, grid_positions
from maskgil.utils.checks import at_least

EPS = 1e-6  # of every norm
WAVES = 256  # sines and cosines that encode a number
MICRO_CONDITIONS = 5  # width, height, crop's top and left, aesthetic score
AESTHETIC_SCORE = 6.0  # as in the published sampler
TIME_SCALE = 1000.0  # of the step, before its waves


@dataclass(frozen=True)
class MultimodalConfig:
    """Shape of a Meissonic; the published one stands in `SIZES`.

    `vocab_size` rows embed the codes, a few that nothing uses, and last the mask. `rope_dims`:
    channels of a head that turn with nothing, with the row and with the column. `compress`: 2 x 2
    tokens are one position. `null_keeps_mask`: the empty caption is a caption like any other.
    """

    num_layers: int  # of two streams
    num_single_layers: int
    num_heads: int
    head_dim: int
    codebook_size: int = 8192
    vocab_size: int = 8256
    caption_dim: int = 1024
    pooled_dim: int = 1024
    rope_dims: tuple[int, int, int] = (16, 56, 56)
    compress: bool = True
    max_grid_size: tuple[int, int] = (128, 128)
    downsample_factor: int = 16  # pixels a token, of which the micro-conditions tell
    null_keeps_mask: bool = True

    def __post_init__(self) -> None:
        for name in ("rope_dims", "max_grid_size"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        at_least(self, 0, "num_layers", "num_single_layers")
        at_least(self, 1, "num_heads", "head_dim", "codebook_size", "caption_dim", "pooled_dim")
        at_least(self, 1, "downsample_factor")
        if self.vocab_size <= self.codebook_size:
            raise ValueError(
                f"vocab_size is {self.vocab_size}; it must hold {self.codebook_size} codes and a "
                "mask"
            )
        odd = [width for width in self.rope_dims if width % 2 or width < 0]
        if len(self.rope_dims) != 3 or odd or sum(self.rope_dims) != self.head_dim:
            raise ValueError(
                f"rope_dims is {self.rope_dims}; it must be three even numbers that add up to "
                f"head_dim, {self.head_dim}"
            )
        if len(self.max_grid_size) != 2 or min(self.max_grid_size) < 1:
            raise ValueError(f"max_grid_size is {self.max_grid_size}; it must be (rows, columns)")

    @property
    def dim(self) -> int:
        return self.num_heads * self.head_dim

    @property
    def condition(self) -> str:
        return "caption"

    @property
    def causal(self) -> bool:
        return False

    @property
    def mask_id(self) -> int:
        return self.vocab_size - 1

    @property
    def side(self) -> int:
        """Tokens a side that are one position of the blocks."""
        return 2 if self.compress else 1


SIZES = {"meissonic": MultimodalConfig(14, 28, 8, 128)}


@lru_cache(maxsize=64)
def rope_table(
    config: MultimodalConfig, caption: int, grid: tuple[int, int], device: torch.device
) -> tuple[Tensor, Tensor]:
    """cos and sin (S, 1, 1, D) of `caption` tokens, which are not turned, and a grid of positions.

    Frequencies 10000^(-2i/d) for i < d/2 on an axis of d channels. Laid out for `apply_rope`.
    """
    with torch.inference_mode(False):  # the table outlives the caller's mode
        places = F.pad(grid_positions(*grid), (1, 0)).float()  # (n, 3), the first axis 0
        places = F.pad(places, (0, 0, caption, 0))  # (S, 3)
        angles = []
        for axis, width in enumerate(config.rope_dims):
            steps = torch.arange(width // 2, dtype=torch.float64) / max(1, width // 2)
            angles.append(places[:, axis, None].double() * 10000.0**-steps)
        turned = torch.cat(angles, dim=-1)  # (S, D/2)
        cos, sin = turned.cos().float(), turned.sin().float()
        cos, sin = torch.cat([cos, cos], dim=-1), torch.cat([-sin, sin], dim=-1)
        return cos[:, None, None].to(device), sin[:, None, None].to(device)


@lru_cache(maxsize=64)
def micro_conditions(grid: tuple[int, int], factor: int, device: torch.device) -> Tensor:
    """Micro-conditions (1, 5) of an uncropped picture of `grid` tokens, `factor` pixels each."""
    with torch.inference_mode(False):
        told = [grid[1] * factor, grid[0] * factor, 0, 0, AESTHETIC_SCORE]
        return torch.tensor([told], device=device)


def waves(values: Tensor) -> Tensor:
    """Cosines and sines (..., WAVES) of numbers (...), as of Transformers' positions.

    Rounded as the published code rounds: angles reach tens of thousands, where float32 shows it.
    """
    half = WAVES // 2
    exponents = -math.log(10000.0) * torch.arange(half, dtype=torch.float32, device=values.device)
    angles = values.float()[..., None] * torch.exp(exponents / half)
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Layer norm without weights, then x (1 + scale) + shift."""
    return torch.addcmul(shift, F.layer_norm(x, x.shape[-1:], eps=EPS), 1 + scale)


def mlp(inner: int, hidden: int, outer: int, *, bias: bool = True) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inner, hidden, bias=bias), nn.SiLU(), nn.Linear(hidden, outer, bias=bias)
    )


class Heads(nn.Module):
    """What attention needs of a stream: queries and keys with a norm on every head, and values."""

    def __init__(self, config: MultimodalConfig) -> None:
        super().__init__()
        self.shape = (3, config.num_heads, config.head_dim)
        self.qk_weight = nn.Parameter(torch.ones(2, 1, config.head_dim))

    def forward(self, qkv: Tensor) -> tuple[Tensor, Tensor]:
        """qkv (B, s, 3C) -> queries and keys (B, s, 2, H, D), values (B, s, H, D)."""
        parts = qkv.unflatten(-1, self.shape)  # (B, s, 3, H, D)
        qk = F.rms_norm(parts[:, :, :2], self.shape[-1:], eps=EPS) * self.qk_weight
        return qk, parts[:, :, 2]


def attended(qk: Tensor, value: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
    """Attention over the whole sequence: (B, S, 2, H, D) and (B, S, H, D) -> (B, S, C).

    RoPE is applied in float32: bfloat16 cannot distinguish positions of a large grid.
    """
    query, key = apply_rope(qk, *rope).to(value.dtype).transpose(1, 3).unbind(2)
    mixed = attention(query, key, value.transpose(1, 2), None, causal=False)  # (B, H, S, D)
    return mixed.transpose(1, 2).flatten(2)  # (B, S, C)


class Stream(nn.Module):
    """The weights of one of two streams in a block."""

    def __init__(self, config: MultimodalConfig) -> None:
        super().__init__()
        dim = config.dim
        self.modulation = nn.Linear(dim, 6 * dim)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.heads = Heads(config)
        self.out = nn.Linear(dim, dim)
        self.up, self.down = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)

    def finished(self, x: Tensor, mixed: Tensor, parts: tuple[Tensor, ...]) -> Tensor:
        """x (B, s, C) with its share `mixed` of the attention, and with the MLP."""
        x = torch.addcmul(x, parts[2], self.out(mixed))
        hidden = F.gelu(self.up(modulated(x, parts[3], parts[4])), approximate="tanh")
        return torch.addcmul(x, parts[5], self.down(hidden))  # (B, s, C)


class DoubleBlock(nn.Module):
    """Caption and image, each with weights of its own, in one attention."""

    def __init__(self, config: MultimodalConfig) -> None:
        super().__init__()
        self.caption, self.image = Stream(config), Stream(config)

    def forward(
        self, caption: Tensor, image: Tensor, active: Tensor, rope: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """caption (B, L, C), image (B, n, C), active (B, 1, C) -> both streams again."""
        streams = ((self.caption, caption), (self.image, image))
        parts = [stream.modulation(active).chunk(6, dim=-1) for stream, _ in streams]
        found = [
            stream.heads(stream.qkv(modulated(x, shift, scale)))
            for (stream, x), (shift, scale, *_) in zip(streams, parts, strict=True)
        ]
        qk, value = (torch.cat(pair, dim=1) for pair in zip(*found, strict=True))
        mixed = attended(qk, value, rope).split([caption.shape[1], image.shape[1]], dim=1)
        caption, image = (
            stream.finished(x, share, vectors)
            for (stream, x), share, vectors in zip(streams, mixed, parts, strict=True)
        )
        return caption, image


class SingleBlock(nn.Module):
    """One sequence: attention and MLP side by side, from one norm to one projection."""

    def __init__(self, config: MultimodalConfig) -> None:
        super().__init__()
        dim = config.dim
        self.dim = dim
        self.modulation = nn.Linear(dim, 3 * dim)
        self.qkv_up = nn.Linear(dim, 7 * dim)
        self.heads = Heads(config)
        self.out = nn.Linear(5 * dim, dim)

    def forward(self, x: Tensor, active: Tensor, rope: tuple[Tensor, Tensor]) -> Tensor:
        """x (B, S, C), active (B, 1, C) -> (B, S, C)."""
        shift, scale, gate = self.modulation(active).chunk(3, dim=-1)
        qkv, up = self.qkv_up(modulated(x, shift, scale)).split([3 * self.dim, 4 * self.dim], -1)
        qk, value = self.heads(qkv)
        mixed = attended(qk, value, rope)  # (B, S, C)
        joined = torch.cat([mixed, F.gelu(up, approximate="tanh")], dim=-1)  # (B, S, 5C)
        return torch.addcmul(x, gate, self.out(joined))
