"""Adapters of diffusers' VQ autoencoder and CLIP's text model, for models of photographs.

Shapes: B batch, h w token grid, H W pixels, L caption tokens, D width of the caption's features.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskgil.checkpoints import CheckpointError
from maskgil.checkpoints.hub_folder import HALF
from maskgil.models.conditioning import CaptionCondition
from maskgil.tokenizers.on_gpu import suit_gpu

PARTS = ("transformer", "vqvae", "text_encoder", "tokenizer")


class PhotoTokenizer:
    """diffusers' VQModel as a Tokenizer."""

    def __init__(self, vqvae: Any) -> None:
        self.vqvae = vqvae.eval()
        self.codebook_size: int = vqvae.config.num_vq_embeddings
        self.downsample_factor: int = 2 ** (len(vqvae.config.block_out_channels) - 1)

    @torch.inference_mode()
    def encode(self, pixels: Tensor) -> Tensor:
        """Pixels (B, 3, H, W) in [-1, 1] to indices (B, h, w)."""
        latents = self.vqvae.encode((pixels.to(self.vqvae.dtype) + 1) / 2).latents  # (B, C, h, w)
        indices = self.vqvae.quantize(latents)[2][2]
        return indices.reshape(len(pixels), *latents.shape[-2:])  # (B, h, w)

    @torch.inference_mode()
    def decode(self, indices: Tensor) -> Tensor:
        """Indices (B, h, w) to pixels (B, 3, H, W) in [-1, 1]."""
        shape = (*indices.shape, self.vqvae.config.latent_channels)
        pixels = self.vqvae.decode(indices, force_not_quantize=True, shape=shape).sample
        return (pixels.clamp(0, 1) * 2 - 1).float()


class PhotoEncoder:
    """CLIP's text model: a caption's hidden states, and its projection as the last row."""

    def __init__(self, tokenizer: Any, model: Any) -> None:
        self.tokenizer, self.model = tokenizer, model.eval()
        self.dim: int = model.config.hidden_size
        self.max_length: int = tokenizer.model_max_length
        if model.config.projection_dim != self.dim:
            raise CheckpointError(
                f"the text encoder projects to {model.config.projection_dim}, not to its width "
                f"{self.dim}, as those of photographs do"
            )

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> CaptionCondition:
        """Captions to embeds (B, L + 1, D), the last row the pooled projection."""
        tokens = self.tokenizer(
            list(texts), padding="max_length", truncation=True, max_length=self.max_length,
            return_tensors="pt",
        ).input_ids.to(self.model.device)  # (B, L)  # fmt: skip
        found = self.model(tokens, output_hidden_states=True)
        rows = [found.hidden_states[-2], found.text_embeds[:, None]]
        return CaptionCondition(torch.cat(rows, dim=1))  # (B, L + 1, D)


def weights_file(folder: Path, *, half: bool) -> Path:
    """The safetensors of a part, in half precision if wanted and available."""
    found = sorted(folder.glob("*.safetensors"))
    if not found:
        raise CheckpointError(f"{folder} holds no safetensors")
    fitting = [path for path in found if (HALF in path.name) == half]
    return (fitting or found)[0]


@contextmanager
def without_bars() -> Iterator[None]:
    """Suppress the progress bars of transformers while loading."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def load_part(kind: Any, folder: Path, dtype: torch.dtype, device: str) -> Any:
    """A model of diffusers or transformers from its folder."""
    half = HALF in weights_file(folder, half=dtype != torch.float32).name
    variant = {"variant": "fp16"} if half else {}
    return kind.from_pretrained(folder, torch_dtype=dtype, **variant).to(device)


def load_ends(
    folder: Path, *, dtype: torch.dtype, device: str
) -> tuple[PhotoTokenizer, PhotoEncoder]:
    """Tokenizer and text encoder of a folder in diffusers' layout.

    The tokenizer is in float32, its decoder on a GPU in bfloat16 where `dtype` is.
    """
    from diffusers import VQModel
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer

    tokenizer = PhotoTokenizer(load_part(VQModel, folder / "vqvae", torch.float32, device))
    suit_gpu(tokenizer, device, dtype)
    with without_bars():
        texts = load_part(CLIPTextModelWithProjection, folder / "text_encoder", dtype, device)
    return tokenizer, PhotoEncoder(CLIPTokenizer.from_pretrained(folder / "tokenizer"), texts)
