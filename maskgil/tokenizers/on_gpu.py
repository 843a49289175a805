"""VQ decoders on a GPU: their memory laid out channels last, in bfloat16 beside models that are.

Tensor cores read convolutions that way without turning them round. Encoders and codebooks stay in
float32: half precision would choose other codes.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


def suit_gpu(tokenizer: Any, device: torch.device | str, dtype: torch.dtype) -> None:
    """Make ready the decoder of `tokenizer` for drawing on `device` with models of `dtype`.

    Unchanged on a CPU. Where `dtype` is bfloat16 the decoder's weights become that, else they stay:
    float16 overflows in VQGAN's last layers. It takes and gives float32 as before.
    """
    if torch.device(device).type == "cuda":
        reshape_decoder(getattr(tokenizer, "vqvae", tokenizer).decoder, dtype)


def reshape_decoder(decoder: nn.Module, dtype: torch.dtype) -> None:
    """Weights of `decoder` channels last and, for bfloat16, in that; its pixels are float32."""
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
