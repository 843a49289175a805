"""Open-MAGVIT2: a lookup-free tokenizer whose codes are the signs of its latents.

"Open-MAGVIT2: An Open-source Project Toward Democratizing Auto-Regressive Visual Generation",
Luo et al. 2024; lookup-free quantisation after Yu et al. 2024 (MAGVIT-v2), section 3.1.
"""

# B batch, H W pixels, h w token grid (H/f by W/f), C channels, K bits of a token; V = 2^K.

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil.tokenizers.base import check_indices, check_pixels
from maskgil.tokenizers.layers import GroupNormResidualBlock, check_widths, group_norm
from maskgil.utils.checks import at_least


@dataclass(frozen=True)
class OpenMagvit2Config:
    """`widths` are channels by level, finest first; `num_blocks` residual blocks in each."""

    bits: int = 18
    stem_width: int = 128
    widths: tuple[int, ...] = (128, 128, 256, 256, 512)
    num_blocks: int = 4
    in_channels: int = 3
    out_channels: int = 3

    def __post_init__(self) -> None:
        check_widths("widths", self.widths)
        check_widths("stem_width", (self.stem_width,))
        if not 1 <= self.bits <= 62:
            raise ValueError(f"bits is {self.bits}; valid: 1 to 62")
        at_least(self, 1, "num_blocks", "in_channels", "out_channels")

    @property
    def codebook_size(self) -> int:
        return 2**self.bits

    @property
    def downsample_factor(self) -> int:
        return 2 ** (len(self.widths) - 1)


# Published sizes: trained on 256 × 256 and on 128 × 128 pixels of ImageNet.
SIZES: dict[str, OpenMagvit2Config] = {
    "open-magvit2-f16": OpenMagvit2Config(),
    "open-magvit2-f8": OpenMagvit2Config(widths=(128, 256, 256, 512)),
}


def indices_from_signs(latents: Tensor) -> Tensor:
    """Latents (B, K, h, w) to indices (B, h, w): one bit a channel, set where positive.

    The first channel is the least significant bit. No codebook is searched, nor built.
    """
    index = torch.zeros_like(latents[:, 0], dtype=torch.long)  # (B, h, w)
    for place, channel in enumerate(latents.unbind(1)):
        index += (channel > 0).long() << place
    return index


def signs_from_indices(indices: Tensor, bits: int, *, dtype: torch.dtype) -> Tensor:
    """Indices (B, h, w) to codes (B, K, h, w) of -1 and 1, the least significant bit first."""
    places = torch.arange(bits, device=indices.device)
    set_bits = (indices[:, None] >> places[:, None, None]) & 1  # (B, K, h, w)
    return 2 * set_bits.to(dtype) - 1


def _blocks(width_in: int, width: int, count: int) -> nn.Sequential:
    """`count` residual blocks without biases."""
    return nn.Sequential(
        *(
            GroupNormResidualBlock(width_in if index == 0 else width, width, bias=False)
            for index in range(count)
        )
    )


class Magvit2Encoder(nn.Module):
    """Pixels (B, 3, H, W) to latents (B, K, h, w)."""

    def __init__(self, config: OpenMagvit2Config) -> None:
        super().__init__()
        widths, count = config.widths, config.num_blocks
        self.stem = nn.Conv2d(config.in_channels, config.stem_width, 3, padding=1, bias=False)
        self.levels = nn.ModuleList(
            _blocks(below, width, count)
            for below, width in zip((config.stem_width, *widths), widths, strict=False)
        )
        self.downsample = nn.ModuleList(
            nn.Conv2d(width, width, 3, stride=2, padding=1) for width in widths[:-1]
        )
        self.middle = _blocks(widths[-1], widths[-1], count)
        self.norm = group_norm(widths[-1])
        self.head = nn.Conv2d(widths[-1], config.bits, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        x = self.stem(pixels)  # (B, C, H, W)
        for index, level in enumerate(self.levels):
            x = level(x)
            if index < len(self.downsample):
                x = self.downsample[index](x)
        return self.head(F.silu(self.norm(self.middle(x))))  # (B, K, h, w)


class AdaptiveGroupNorm(nn.Module):
    """Group norm of x (B, C, ., .) with scale and shift from the codes (B, K, h, w) of a picture.

    The scale is linear in each bit's standard deviation over the grid, the shift in its mean.
    """

    def __init__(self, bits: int, width: int) -> None:
        super().__init__()
        self.norm = group_norm(width, affine=False)
        self.scale = nn.Linear(bits, width)
        self.shift = nn.Linear(bits, width)

    def forward(self, x: Tensor, codes: Tensor) -> Tensor:
        flat = codes.flatten(2)  # (B, K, hw)
        correction = min(1, flat.shape[-1] - 1)  # a single token has no spread
        spread = (flat.var(-1, correction=correction) + self.norm.eps).sqrt()  # (B, K)
        scale, shift = self.scale(spread), self.shift(flat.mean(-1))  # (B, C)
        return scale[..., None, None] * self.norm(x) + shift[..., None, None]


class Magvit2Decoder(nn.Module):
    """Codes (B, K, h, w) to pixels (B, 3, H, W). `levels` run from the coarsest to the finest."""

    def __init__(self, config: OpenMagvit2Config) -> None:
        super().__init__()
        widths, count = config.widths[::-1], config.num_blocks
        self.stem = nn.Conv2d(config.bits, widths[0], 3, padding=1)
        self.middle = _blocks(widths[0], widths[0], count)
        above = (widths[0], *widths[:-1])  # width that reaches each level
        self.adaptive = nn.ModuleList(AdaptiveGroupNorm(config.bits, width) for width in above)
        self.levels = nn.ModuleList(
            _blocks(before, width, count) for before, width in zip(above, widths, strict=True)
        )
        self.upsample = nn.ModuleList(
            nn.Conv2d(width, 4 * width, 3, padding=1) for width in widths[:-1]
        )
        self.norm = group_norm(widths[-1])
        self.head = nn.Conv2d(widths[-1], config.out_channels, 3, padding=1)

    def forward(self, codes: Tensor) -> Tensor:
        x = self.middle(self.stem(codes))  # (B, C, h, w)
        for index, level in enumerate(self.levels):
            x = level(self.adaptive[index](x, codes))
            if index < len(self.upsample):
                x = F.pixel_shuffle(self.upsample[index](x), 2)  # (B, C, 2h, 2w)
        return self.head(F.silu(self.norm(x)))  # (B, 3, H, W)


class OpenMagvit2(nn.Module):
    """Tokenizer of K-bit tokens, one bit for the sign of each latent channel."""

    def __init__(self, config: OpenMagvit2Config) -> None:
        super().__init__()
        self.config, self.codebook_size = config, config.codebook_size
        self.downsample_factor = config.downsample_factor
        self.encoder, self.decoder = Magvit2Encoder(config), Magvit2Decoder(config)

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w). H and W are multiples of f."""
        check_pixels(pixels, channels=self.config.in_channels, factor=self.downsample_factor)
        return indices_from_signs(self.encoder(pixels))

    @torch.no_grad()
    def decode(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to pixels (B, 3, H, W) around [-1, 1]; the edges are not clamped."""
        check_indices(indices, self.codebook_size)
        dtype = self.decoder.stem.weight.dtype
        return self.decoder(signs_from_indices(indices, self.config.bits, dtype=dtype))
