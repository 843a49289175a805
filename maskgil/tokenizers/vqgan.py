"""VQGAN's tokenizer: MaskGIT-VQ as PyTorch projects use it, and Chameleon-VQ.

"Taming Transformers for High-Resolution Image Synthesis", Esser et al. 2021; Chameleon-VQ after
"Chameleon: Mixed-Modal Early-Fusion Foundation Models", Chameleon Team 2024.
"""

# B batch, H W pixels, h w token grid (H/f by W/f), Z latent channels, C code width, V codebook.

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from maskgil.tokenizers.base import check_indices, check_pixels, nearest_codes
from maskgil.tokenizers.layers import AutoencoderConfig, Decoder, Encoder
from maskgil.utils.checks import at_least


@dataclass(frozen=True)
class TamingVQConfig(AutoencoderConfig):
    """An autoencoder and the codebook between its halves."""

    codebook_size: int = 1024
    code_dim: int = 256

    def __post_init__(self) -> None:
        super().__post_init__()
        at_least(self, 1, "codebook_size", "code_dim")


# Published sizes. Chameleon-VQ attends in the middle only.
SIZES: dict[str, TamingVQConfig] = {
    "maskgit-vq": TamingVQConfig(),
    "chameleon-vq": TamingVQConfig(codebook_size=8192, encoder_attention=(), decoder_attention=()),
}


class TamingVQ(nn.Module):
    """Convolutional autoencoder whose latents are replaced by the nearest of V learned codes."""

    config: TamingVQConfig

    def __init__(self, config: TamingVQConfig) -> None:
        super().__init__()
        self.config, self.codebook_size = config, config.codebook_size
        self.downsample_factor = config.downsample_factor
        self.encoder = Encoder(config)
        self.to_code = nn.Conv2d(config.latent_channels, config.code_dim, 1)
        self.codebook = nn.Embedding(config.codebook_size, config.code_dim)
        self.from_code = nn.Conv2d(config.code_dim, config.latent_channels, 1)
        self.decoder = Decoder(config)

    def comparable(self, vectors: Tensor) -> Tensor:
        """Vectors or codes (..., C) as they are compared, and as codes reach the decoder."""
        return vectors

    @torch.no_grad()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w). H and W are multiples of f."""
        check_pixels(pixels, channels=self.config.in_channels, factor=self.downsample_factor)
        vectors = self.to_code(self.encoder(pixels)).movedim(1, -1)  # (B, h, w, C)
        flat = self.comparable(vectors.flatten(0, 2).float())  # (B h w, C)
        codes = self.comparable(self.codebook.weight.float())
        return nearest_codes(flat, codes).view(vectors.shape[:3])

    @torch.no_grad()
    def decode(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to pixels (B, 3, H, W) around [-1, 1]; the edges are not clamped."""
        check_indices(indices, self.codebook_size)
        codes = self.comparable(self.codebook(indices)).movedim(-1, 1)  # (B, C, h, w)
        return self.decoder(self.from_code(codes))
