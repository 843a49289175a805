"""Weights stored in eight bits: each row of a matrix as int8 with a scale of its own.

The largest value of a row becomes 127 (absmax quantisation, Dettmers et al. 2022, LLM.int8).
"""

# R rows of a matrix, K values in each.

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

SCALE = ".row_scale"  # key suffix of the scales (R,) float16 of an int8 matrix
NARROWEST = 64  # minimal K of matrices stored so


def packed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors, wide floating matrices (R, K) as int8 and scales (R,) float16."""
    stored: dict[str, Tensor] = {}
    for key, value in tensors.items():
        if value.ndim != 2 or value.shape[1] < NARROWEST or not value.is_floating_point():
            stored[key] = value
            continue
        scale = (value.float().abs().amax(1) / 127).clamp(min=2**-24).half()  # (R,)
        rounded = (value.float() / scale.float()[:, None]).round().clamp(-127, 127)
        stored |= {key: rounded.to(torch.int8), key + SCALE: scale}
    return stored


def plain_keys(keys: Iterable[str]) -> list[str]:
    """The keys of the tensors themselves."""
    return [key for key in keys if not key.endswith(SCALE)]


def unpacked(tensor: Tensor, scale: Tensor | None) -> Tensor:
    """Inverse of `packed`, float32; tensors without scale unchanged."""
    return tensor if scale is None else tensor.float() * scale.float()[:, None]
