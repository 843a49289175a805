"""Which precision this processor is fast in, measured where a config says `precision: auto`."""

# M rows, C width.

from __future__ import annotations

import logging
import time
from typing import Literal

import torch
from torch import nn

log = logging.getLogger(__name__)
ROWS, WIDTH = 1024, 256
GAIN = 1.15  # bf16 rounds more coarsely: it has to be faster by so much
REPEATS = 3


def step_seconds(device: str, dtype: torch.dtype) -> float:
    """Fastest of a few forward and backward passes of linear layers, autocast to `dtype`."""
    layer = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.SiLU(), nn.Linear(4 * WIDTH, WIDTH))
    layer.to(device)
    x = torch.ones(ROWS, WIDTH, device=device, requires_grad=True)
    best = float("inf")
    for _ in range(1 + REPEATS):  # the first one prepares kernels
        begun = time.perf_counter()
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
            made = layer(x)
        made.float().sum().backward()
        best = min(best, time.perf_counter() - begun)
    return best


def fast_precision(device: str) -> Literal["float32", "bf16"]:
    """bf16 or float32, whichever `device` is faster in; the log says what was found."""
    if torch.device(device).type == "cuda":
        chosen: Literal["float32", "bf16"]
        chosen = "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
        log.info("precision auto: %s, which this GPU has", chosen)
        return chosen
    whole, half = (step_seconds(device, dtype) for dtype in (torch.float32, torch.bfloat16))
    chosen = "bf16" if whole > GAIN * half else "float32"
    log.info(
        "precision auto: %s (float32 takes %.1f ms, bf16 %.1f ms)", chosen, 1e3 * whole, 1e3 * half
    )
    return chosen
