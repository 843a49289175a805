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
from dataclasses import dataclass
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from maskgil.models.conditioning import CaptionCondition, Condition, Prefix
from maskgil.models.layers import RMSNorm, apply_rope, attention, grid_positions
from maskgil.models.masked_model import Step, flat_positions
from maskgil.models.token_merging import TokenMerging
from maskgil.utils.checks import at_least

EPS = 1e-6  # of every norm
WAVES = 256  # sines and cosines that stand for a number
MICRO_CONDITIONS = 5  # width, height, crop's top and left, aesthetic score
AESTHETIC_SCORE = 6.0  # as the published sampler asks for
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
    """What is told of an uncropped picture of `grid` tokens, `factor` pixels each: (1, 5)."""
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

    Turned in the table's float32: bfloat16 cannot tell places of a large grid apart.
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
        if isinstance(condition, Prefix):
            if drop is not None:
                raise ValueError("drop acts before embedding; give it to embed_condition")
            return condition
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

    def reference_logits(
        self, tokens: Tensor, caption: Tensor, pooled: Tensor, micro_conds: Tensor, timestep: Tensor
    ) -> Tensor:
        """tokens (B, h, w) -> (B, V, h, w), from all that the published model is told.

        caption (B, L, caption_dim), pooled (B, K), micro_conds (B, 5), timestep (1 or B,).
        """
        rows, columns = tokens.shape[1:]
        grid_size = self.check_grid((rows, columns), rows * columns)
        hidden = self._hidden(tokens.flatten(1), caption, pooled, micro_conds, timestep, grid_size)
        logits: Tensor = self.head(self.head_norm(self.head_projection(hidden)))  # (B, N, V)
        return logits.transpose(1, 2).reshape(len(tokens), -1, rows, columns)

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
