"""VQ decoders on a GPU: channels-last memory format, and bfloat16 with bfloat16 models.

Tensor cores run such convolutions without transposing. Encoders and codebooks stay in float32: half
precision would change codes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def suit_gpu(tokenizer: Any, device: torch.device | str, dtype: torch.dtype) -> None:
    """Prepare the decoder of `tokenizer` for `device` and models of `dtype`.

    Unchanged on a CPU. With bfloat16 models the decoder's weights become bfloat16, otherwise they
    stay, as float16 overflows in VQGAN's last layers. Inputs and outputs remain float32.
    """
    if torch.device(device).type == "cuda":
        reshape_decoder(getattr(tokenizer, "vqvae", tokenizer).decoder, dtype)


def reshape_decoder(decoder: nn.Module, dtype: torch.dtype) -> None:
    """Convert `decoder` to channels last and, if asked, bfloat16, with float32 pixels."""
    decoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if dtype != torch.bfloat16:
        return
    decoder.to(dtype)
    decoder.register_forward_pre_hook(
        lambda _, inputs: tuple(_floats_to(value, dtype) for value in inputs)
    )
    decoder.register_forward_hook(lambda _, __, pixels: _floats_to(pixels, torch.float32))


def _floats_to(value: Any, dtype: torch.dtype) -> Any:
    floats = isinstance(value, Tensor) and value.is_floating_point()
    return value.to(dtype) if floats else value
