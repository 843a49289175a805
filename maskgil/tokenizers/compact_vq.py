"""The small VQ autoencoder behind nano: a patch-wise encoder and a convolutional decoder."""

# B batch, H W pixels, h w token grid (H/8 by W/8), C code width, V codebook size.

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from maskgil.config import TransformerConfig
from maskgil.tokenizers.base import Codebook, ResidualBlock, nearest_codes
from maskgil.tokenizers.transformer_decoder import TransformerDecoder


@dataclass(frozen=True)
class CompactVQConfig:
    """`decoder_coarse` and `decoder_fine` are channel widths at 1/8 and 1/4 of the resolution.

    `output_scale`: the decoder writes pictures this many times larger than the encoder reads.
    `decoder_stages`, where given, replaces both widths and `decoder_blocks`: (width, residual
    blocks) on the token grid, then at twice its size, four times, and so on. `attending_layers`,
    where not 0, replaces them all by an `TransformerDecoder` of so many blocks, `attending_width`
    wide, and two residual blocks of `attending_fine` channels.
    """

    codebook_size: int = 4096
    code_dim: int = 8
    image_size: int = 96
    output_scale: int = 1
    encoder_width: int = 256
    decoder_coarse: int = 128
    decoder_fine: int = 48
    decoder_blocks: tuple[int, int] = (3, 1)
    decoder_stages: tuple[tuple[int, int], ...] = ()
    attending_layers: int = 0
    attending_width: int = 192
    attending_heads: int = 4
    attending_fine: int = 64

    def __post_init__(self) -> None:
        stages = tuple((int(width), int(blocks)) for width, blocks in self.decoder_stages)
        object.__setattr__(self, "decoder_stages", stages)
        if self.image_size % 8:
            raise ValueError(f"image_size must be a multiple of 8, got {self.image_size}")
        if self.output_scale not in (1, 2, 3, 4):
            raise ValueError(f"output_scale must be 1, 2, 3 or 4, got {self.output_scale}")
        if any(width < 1 or blocks < 0 for width, blocks in stages):
            raise ValueError(f"decoder_stages is {stages}; give (width, blocks) of each stage")
        if stages and self.attending_layers:
            raise ValueError("give decoder_stages or attending_layers, not both")
        if stages and 8 * self.output_scale % 2 ** (len(stages) - 1):
            raise ValueError(
                f"{len(stages)} decoder_stages double the grid {len(stages) - 1} times, which does "
                f"not divide a patch of {8 * self.output_scale} pixels"
            )

    @property
    def attending_shape(self) -> TransformerConfig:
        """The blocks of an `TransformerDecoder`: a masked Transformer's without its condition."""
        side = self.image_size // 8
        return TransformerConfig(
            num_layers=self.attending_layers, num_heads=self.attending_heads,
            dim=self.attending_width, codebook_size=self.codebook_size,
            max_grid_size=(side, side), hidden_multiple_of=64, qk_norm=True,
        )  # fmt: skip


def _blocks(count: int, width: int) -> list[nn.Module]:
    return [ResidualBlock(width) for _ in range(count)]


class CompactVQ(nn.Module):
    """Tokenizer of downsample factor 8 with l2-normalised codes; see `CompactVQConfig`.

    The encoder's receptive field is one patch of 8 × 8 pixels. With a wider one, tokens of empty
    paper depended on things nearby (176 codes for the same white), noise that generators had to
    learn. The decoder does see neighbours and smooths the seams.

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
        self.decoder: TransformerDecoder | CompactDecoder
        if config.attending_layers:
            self.decoder = TransformerDecoder(
                config.attending_shape, patch=8 * config.output_scale, width=config.attending_fine
            )
        else:
            self.decoder = CompactDecoder(config)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Reconstruction (B, 3, H·scale, W·scale), indices (B, h, w), commitment loss.

        Gradients reach the encoder through the code vectors, which an `TransformerDecoder` does not
        read: it is trained on codes that stand.
        """
        with torch.autocast(pixels.device.type, enabled=False):  # codes are chosen in float32
            quantised, indices, commitment = self.codebook(self.encoder(pixels))
        if isinstance(self.decoder, TransformerDecoder):
            return self.decoder(indices), indices, commitment
        return self.decoder(quantised), indices, commitment

    def draw(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to pixels as the decoder gives them, with gradients."""
        if isinstance(self.decoder, TransformerDecoder):
            return self.decoder(indices)
        return self.decoder(self.codebook.lookup(indices))

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w)."""
        vectors = F.normalize(self.encoder(pixels), dim=1).movedim(1, -1)  # (B, h, w, C)
        return nearest_codes(vectors.flatten(0, 2), self.codebook.embedding).view(vectors.shape[:3])

    @torch.no_grad()
    def decode(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to pixels (B, 3, H·scale, W·scale) in [-1, 1]."""
        if not self.config.decoder_stages:
            return self.draw(indices).clamp(-1, 1)
        codes = self.codebook.lookup(indices)  # (B, C, h, w)
        # The border of zeros at the finer stages leaves a seam: it falls outside the picture.
        side = 8 * self.config.output_scale
        made = self.decoder(F.pad(codes, (1, 1, 1, 1), mode="replicate"))
        return made[..., side:-side, side:-side].clamp(-1, 1)


class CompactDecoder(nn.Module):
    """Code vectors (B, C, h, w) to pixels (B, 3, 8·scale·h, 8·scale·w)."""

    def __init__(self, config: CompactVQConfig) -> None:
        super().__init__()
        if config.decoder_stages:
            self.layers = self._staged(config)
            return
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

    @staticmethod
    def _staged(config: CompactVQConfig) -> nn.Sequential:
        """Residual blocks at each size, doubled in between; the last stage writes patches.

        The layers outside the blocks start at the gain of He et al. 2015: there is no norm, and
        torch's smaller default leaves next to nothing of the signal after four stages.
        """
        widths = [width for width, _ in config.decoder_stages]
        side = 8 * config.output_scale // 2 ** (len(widths) - 1)
        path = [nn.Conv2d(config.code_dim, widths[0], 3, padding=1)]
        path += [nn.Conv2d(a, 4 * b, 3, padding=1) for a, b in itertools.pairwise(widths)]
        path.append(nn.Conv2d(widths[-1], 3 * side * side, 3, padding=1))
        for conv in path:
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        layers: list[nn.Module] = [path[0]]
        for index, (width, count) in enumerate(config.decoder_stages):
            scale = 2 if index + 1 < len(widths) else side
            layers += [*_blocks(count, width), nn.SiLU(), path[index + 1], nn.PixelShuffle(scale)]
        return nn.Sequential(*layers)  # (B, 3, 8·scale·h, 8·scale·w)

    def forward(self, codes: Tensor) -> Tensor:
        return self.layers(codes)
