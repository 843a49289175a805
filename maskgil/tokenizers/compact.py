"""The small VQ autoencoder behind nano: a patch-wise encoder and a convolutional decoder."""

# B batch, H W pixels, h w token grid (H/8 by W/8), C code width, V codebook size.

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .base import Codebook, nearest_codes


@dataclass(frozen=True)
class CompactVQConfig:
    """`decoder_coarse` and `decoder_fine` are channel widths at 1/8 and 1/4 of the resolution.

    `output_scale`: the decoder writes pictures this many times larger than the encoder reads.
    """

    codebook_size: int = 4096
    code_dim: int = 8
    image_size: int = 96
    output_scale: int = 1
    encoder_width: int = 256
    decoder_coarse: int = 128
    decoder_fine: int = 48
    decoder_blocks: tuple[int, int] = (3, 1)

    def __post_init__(self) -> None:
        if self.image_size % 8:
            raise ValueError(f"image_size must be a multiple of 8, got {self.image_size}")
        if self.output_scale not in (1, 2, 4):
            raise ValueError(f"output_scale must be 1, 2 or 4, got {self.output_scale}")


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions around a skip; the second starts at zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)
        assert self.conv2.bias is not None
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.silu(self.conv1(F.silu(x))))


def _blocks(count: int, width: int) -> list[nn.Module]:
    return [ResidualBlock(width) for _ in range(count)]


class CompactVQ(nn.Module):
    """Tokenizer of downsample factor 8 with l2-normalised codes; see `CompactVQConfig`.

    The encoder sees one patch of 8 × 8 pixels at a time: what it shows alone decides its token.
    With a wider view tokens of empty paper told of things nearby, 176 codes for the same white, and
    generators had to learn that noise. The decoder does see neighbours and smooths the seams.

    `downsample_factor` counts from the encoder's pixels; with `output_scale` 2 a picture of
    96 × 96 comes back as 192 × 192.
    """

    downsample_factor = 8

    def __init__(self, config: CompactVQConfig) -> None:
        super().__init__()
        self.config, self.codebook_size = config, config.codebook_size
        width = config.encoder_width
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(8),  # (B, 192, h, w)
            nn.Conv2d(192, width, 1),
            nn.SiLU(),
            nn.Conv2d(width, width, 1),
            nn.SiLU(),
            nn.Conv2d(width, config.code_dim, 1),
        )
        self.codebook = Codebook(config.codebook_size, config.code_dim)
        self.decoder = CompactDecoder(config)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Reconstruction (B, 3, H·scale, W·scale), indices (B, h, w), commitment loss."""
        quantised, indices, commitment = self.codebook(self.encoder(pixels))
        return self.decoder(quantised), indices, commitment

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w)."""
        vectors = F.normalize(self.encoder(pixels), dim=1).movedim(1, -1)  # (B, h, w, C)
        return nearest_codes(vectors.flatten(0, 2), self.codebook.embedding).view(vectors.shape[:3])

    @torch.no_grad()
    def decode(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to pixels (B, 3, H·scale, W·scale) in [-1, 1]."""
        return self.decoder(self.codebook.lookup(indices)).clamp(-1, 1)


class CompactDecoder(nn.Module):
    """Code vectors (B, C, h, w) to pixels (B, 3, 8·scale·h, 8·scale·w)."""

    def __init__(self, config: CompactVQConfig) -> None:
        super().__init__()
        fine, coarse = config.decoder_fine, config.decoder_coarse
        side = 4 * config.output_scale
        self.layers = nn.Sequential(
            nn.Conv2d(config.code_dim, coarse, 3, padding=1),  # (B, coarse, h, w)
            *_blocks(config.decoder_blocks[0], coarse),
            nn.SiLU(),
            nn.Conv2d(coarse, 4 * fine, 3, padding=1),
            nn.PixelShuffle(2),  # (B, fine, 2h, 2w)
            *_blocks(config.decoder_blocks[1], fine),
            nn.SiLU(),
            nn.Conv2d(fine, 3 * side * side, 3, padding=1),
            nn.PixelShuffle(side),  # (B, 3, 2·side·h, 2·side·w)
        )

    def forward(self, codes: Tensor) -> Tensor:
        return self.layers(codes)
