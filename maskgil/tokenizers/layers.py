"""The convolutional autoencoder of VQGAN (Esser et al. 2021) and of tokenizers built on it.

A level works at one resolution: residual blocks, each followed by attention on some levels, then a
change of resolution. Level 0 is the finest. The encoder runs from level 0 down, the decoder from
the coarsest level up.
"""

# B batch, C channels, H W pixels, h w latent grid (H/f by W/f), Z latent channels.

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil.utils.checks import at_least

GROUPS = 32  # of every GroupNorm


@dataclass(frozen=True)
class AutoencoderConfig:
    """`encoder_widths` and `decoder_widths` are channels by level, finest first.

    `encoder_attention` and `decoder_attention` name the levels with attention after each block; the
    middle, at the coarsest resolution, has its own. `resample_convolution`: a convolution goes with
    each change of resolution; without, pixels are averaged or repeated.
    """

    stem_width: int = 128
    encoder_widths: tuple[int, ...] = (128, 128, 256, 256, 512)
    decoder_widths: tuple[int, ...] = (128, 128, 256, 256, 512)
    encoder_attention: tuple[int, ...] = (4,)
    decoder_attention: tuple[int, ...] = (4,)
    num_blocks: int = 2
    latent_channels: int = 256
    in_channels: int = 3
    out_channels: int = 3
    middle_attention: bool = True
    resample_convolution: bool = True
    tanh_output: bool = False

    def __post_init__(self) -> None:
        for name in ("encoder_widths", "decoder_widths"):
            check_widths(name, getattr(self, name))
        check_widths("stem_width", (self.stem_width,))
        for side in ("encoder", "decoder"):
            levels = len(getattr(self, f"{side}_widths"))
            for level in getattr(self, f"{side}_attention"):
                if not 0 <= level < levels:
                    raise ValueError(
                        f"{side}_attention names level {level}; valid: 0 to {levels - 1}"
                    )
        at_least(self, 1, "num_blocks", "latent_channels", "in_channels", "out_channels")

    @property
    def downsample_factor(self) -> int:
        return 2 ** (len(self.encoder_widths) - 1)


def check_widths(name: str, widths: tuple[int, ...]) -> None:
    """ValueError unless each width can be normalised in groups."""
    if not widths:
        raise ValueError(f"{name} is empty; give the channels of at least one level")
    for width in widths:
        if width < 1 or width % GROUPS:
            raise ValueError(f"{name} holds {width}; every width must be a multiple of {GROUPS}")


def group_norm(width: int, *, affine: bool = True) -> nn.GroupNorm:
    return nn.GroupNorm(GROUPS, width, eps=1e-6, affine=affine)


class GroupNormResidualBlock(nn.Module):
    """(B, C_in, h, w) to (B, C_out, h, w); a 1×1 convolution fits the skip where widths differ."""

    def __init__(self, width_in: int, width_out: int, *, bias: bool = True) -> None:
        super().__init__()
        self.norm1 = group_norm(width_in)
        self.conv1 = nn.Conv2d(width_in, width_out, 3, padding=1, bias=bias)
        self.norm2 = group_norm(width_out)
        self.conv2 = nn.Conv2d(width_out, width_out, 3, padding=1, bias=bias)
        self.skip: nn.Module = (
            nn.Identity() if width_in == width_out else nn.Conv2d(width_in, width_out, 1, bias=bias)
        )

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.conv1(F.silu(self.norm1(x)))  # (B, C_out, h, w)
        return self.skip(x) + self.conv2(F.silu(self.norm2(hidden)))


class SpatialAttention(nn.Module):
    """Single-head attention of every position to every other, around a skip."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = group_norm(width)
        self.qkv = nn.Conv2d(width, 3 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        qkv = self.qkv(self.norm(x)).flatten(2).mT  # (B, hw, 3C)
        query, key, value = (part.unsqueeze(1) for part in qkv.chunk(3, dim=-1))  # (B, 1, hw, C)
        mixed = F.scaled_dot_product_attention(query, key, value)
        return x + self.out(mixed.squeeze(1).mT.reshape(x.shape))


class Middle(nn.Module):
    """Block, attention, block at the coarsest resolution."""

    def __init__(self, width: int, *, attention: bool) -> None:
        super().__init__()
        self.block1 = GroupNormResidualBlock(width, width)
        self.attention: nn.Module = SpatialAttention(width) if attention else nn.Identity()
        self.block2 = GroupNormResidualBlock(width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.block2(self.attention(self.block1(x)))


class Downsample(nn.Module):
    """(B, C, H, W) to (B, C, H/2, W/2), padded on the right and below only, as in VQGAN."""

    def __init__(self, width: int, *, convolution: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride=2) if convolution else None

    def forward(self, x: Tensor) -> Tensor:
        if self.conv is None:
            return F.avg_pool2d(x, 2)
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Module):
    """(B, C, h, w) to (B, C, 2h, 2w)."""

    def __init__(self, width: int, *, convolution: bool) -> None:
        super().__init__()
        self.conv: nn.Module = (
            nn.Conv2d(width, width, 3, padding=1) if convolution else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Level(nn.Module):
    """The blocks of one resolution, attention after each where asked for, then `resample`."""

    def __init__(
        self, width_in: int, width: int, count: int, *, attention: bool, resample: nn.Module | None
    ) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            GroupNormResidualBlock(width_in if index == 0 else width, width)
            for index in range(count)
        )
        self.attention = nn.ModuleList(
            SpatialAttention(width) for _ in range(count if attention else 0)
        )
        self.resample: nn.Module = resample if resample is not None else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        for index, block in enumerate(self.blocks):
            x = block(x)
            if self.attention:
                x = self.attention[index](x)
        return self.resample(x)


class Encoder(nn.Module):
    """Pixels (B, 3, H, W) to latents (B, Z, h, w)."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        widths, last = config.encoder_widths, len(config.encoder_widths) - 1
        self.stem = nn.Conv2d(config.in_channels, config.stem_width, 3, padding=1)
        self.levels = nn.ModuleList(
            Level(
                widths[level - 1] if level else config.stem_width,
                width,
                config.num_blocks,
                attention=level in config.encoder_attention,
                resample=Downsample(width, convolution=config.resample_convolution)
                if level < last
                else None,
            )
            for level, width in enumerate(widths)
        )
        self.middle = Middle(widths[-1], attention=config.middle_attention)
        self.norm = group_norm(widths[-1])
        self.head = nn.Conv2d(widths[-1], config.latent_channels, 3, padding=1)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.stem(pixels)  # (B, C, H, W)
        for level in self.levels:
            x = level(x)
        return self.head(F.silu(self.norm(self.middle(x))))  # (B, Z, h, w)


class Decoder(nn.Module):
    """Latents (B, Z, h, w) to pixels (B, 3, H, W). `levels` run from the coarsest to the finest."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        widths, last = config.decoder_widths, len(config.decoder_widths) - 1
        self.stem = nn.Conv2d(config.latent_channels, widths[-1], 3, padding=1)
        self.middle = Middle(widths[-1], attention=config.middle_attention)
        self.levels = nn.ModuleList(
            Level(
                widths[min(level + 1, last)],
                widths[level],
                config.num_blocks + 1,
                attention=level in config.decoder_attention,
                resample=Upsample(widths[level], convolution=config.resample_convolution)
                if level
                else None,
            )
            for level in reversed(range(len(widths)))
        )
        self.norm = group_norm(widths[0])
        self.head = nn.Conv2d(widths[0], config.out_channels, 3, padding=1)
        self.tanh_output = config.tanh_output

    def forward(self, latents: Tensor) -> Tensor:
        x = self.middle(self.stem(latents))  # (B, C, h, w)
        for level in self.levels:
            x = level(x)
        pixels = self.head(F.silu(self.norm(x)))  # (B, 3, H, W)
        return torch.tanh(pixels) if self.tanh_output else pixels
