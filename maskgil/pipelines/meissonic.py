"""Meissonic (Bai et al. 2025): photographs of 1,024 x 1,024 pixels, from its published folder.

Its Transformer is ours (`maskgil.models.multimodal_transformer`); its VQ autoencoder and CLIP-H
come from diffusers and transformers.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch

from maskgil.checkpoints import CheckpointError, from_meissonic
from maskgil.models.multimodal_transformer import MultimodalTransformer
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.pipelines.photo_parts import load_ends, weights_file
from maskgil.sampling.config import SamplingConfig


def load_meissonic(folder: Path, *, device: str, sampling: SamplingConfig) -> ImageGenerator:
    """Meissonic from a folder in diffusers' layout: bfloat16 on a GPU, float32 on a CPU.

    Its usual picture is 1,024 pixels square, or 512 where the Transformer does not compress.
    """
    dtype = torch.float32 if torch.device(device).type == "cpu" else torch.bfloat16
    tokenizer, encoder = load_ends(folder, dtype=dtype, device=device)
    masked = load_transformer(folder / "transformer", dtype=dtype, device=device)
    if tokenizer.downsample_factor != masked.config.downsample_factor:
        raise CheckpointError(
            f"a token of {folder / 'vqvae'} is {tokenizer.downsample_factor} pixels wide; "
            f"Meissonic was taught {masked.config.downsample_factor}"
        )
    masked.null_features = encoder.encode([""]).embeds
    side = (1024 if masked.config.compress else 512) // masked.config.downsample_factor
    return ImageGenerator(
        tokenizer, masked, None, encoder, sampling=sampling, grid_size=(side, side)
    )


def load_transformer(folder: Path, *, dtype: torch.dtype, device: str) -> MultimodalTransformer:
    """The Transformer of a folder with config.json and safetensors, half precision for a GPU.

    Tensor by tensor, so that no more than one is held twice.
    """
    from maskgil.checkpoints import open_safetensors

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    state = {}
    with open_safetensors(weights_file(folder, half=dtype != torch.float32)) as file:
        for key in file.keys():  # noqa: SIM118
            state[key] = file.get_tensor(key).to(device=device, dtype=dtype)
    return from_meissonic(state, config)
