"""LlamaGen-VQ: VQGAN's autoencoder with a narrow, l2-normalised codebook.

"Autoregressive Model Beats Diffusion: Llama for Scalable Image Generation", Sun et al. 2024,
section 2.1; the normalised codes after Yu et al. 2022 (ViT-VQGAN).
"""

# B batch, H W pixels, h w token grid (H/f by W/f), C code width, V codebook size.

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional as F

from maskgil.tokenizers.vqgan import TamingVQ, TamingVQConfig


@dataclass(frozen=True)
class LlamaGenVQConfig(TamingVQConfig):
    """`unit_codes`: vectors and codes are compared, and codes decoded, at length one."""

    codebook_size: int = 16384
    code_dim: int = 8
    unit_codes: bool = True


# Published sizes: 16 and 8 pixels a token.
SIZES: dict[str, LlamaGenVQConfig] = {
    "llamagen-vq-f16": LlamaGenVQConfig(),
    "llamagen-vq-f8": LlamaGenVQConfig(
        encoder_widths=(128, 256, 256, 512),
        decoder_widths=(128, 256, 256, 512),
        encoder_attention=(3,),
        decoder_attention=(3,),
    ),
}


class LlamaGenVQ(TamingVQ):
    """`TamingVQ` on unit vectors. The codebook is kept as published and normalised when used."""

    config: LlamaGenVQConfig

    def comparable(self, vectors: Tensor) -> Tensor:
        return F.normalize(vectors, dim=-1) if self.config.unit_codes else vectors
