"""Peak FLOPs and bandwidth of GPUs as published, by torch's name of the device.

Dense matrix products with float32 sums, without sparsity, and bytes of memory, both per second.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import torch


class Peaks(NamedTuple):
    """FLOP/s in half precision and in float32 without TF32, and bytes a second of memory."""

    half: float
    single: float
    memory: float
    bfloat16: bool = True  # whether it is as fast as float16

    def flops(self, dtype: torch.dtype) -> float | None:
        """FLOP/s in `dtype`, None where nothing is published."""
        if dtype == torch.float32:
            return self.single
        return None if dtype == torch.bfloat16 and not self.bfloat16 else self.half


PEAKS: tuple[tuple[str, Peaks], ...] = (  # the first whose words are all in the name
    ("H200", Peaks(989e12, 67e12, 4.8e12)),
    ("H100 NVL", Peaks(835e12, 60e12, 3.9e12)),
    ("H100 PCIE", Peaks(756e12, 51e12, 2.0e12)),
    ("H100", Peaks(989e12, 67e12, 3.35e12)),
    ("A100 PCIE 80GB", Peaks(312e12, 19.5e12, 1.935e12)),
    ("A100 80GB", Peaks(312e12, 19.5e12, 2.039e12)),
    ("A100", Peaks(312e12, 19.5e12, 1.555e12)),
    ("L4", Peaks(121e12, 30.3e12, 0.3e12)),
    ("RTX 4090", Peaks(165.2e12, 82.6e12, 1.008e12)),
    ("T4", Peaks(65e12, 8.1e12, 0.32e12, bfloat16=False)),
)


def published(name: str) -> Peaks | None:
    """The peaks of the GPU of this name, None for one that is not listed."""
    words = set(re.split(r"[\s-]+", name.upper()))
    if "LAPTOP" in words or "MIG" in words:  # a part of one, or another chip
        return None
    return next((peaks for key, peaks in PEAKS if words >= set(key.split())), None)
