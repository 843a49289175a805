"""Measures whether bf16 or float32 is faster on this machine, for `precision: auto`."""

# M rows, C width.

from __future__ import annotations

import logging
import time
from typing import Literal

import torch
from torch import nn

log = logging.getLogger(__name__)
ROWS, WIDTH = 512, 256
GAIN = 1.15  # speed-up required of bf16, as it is less precise
REPEATS = 3
PATIENCE = 1.0  # seconds after which the fastest so far is used


def step_seconds(device: str, dtype: torch.dtype) -> float:
    """Fastest of a few forward and backward passes of linear layers, autocast to `dtype`."""
    layer = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.SiLU(), nn.Linear(4 * WIDTH, WIDTH))
    layer.to(device)
    x = torch.ones(ROWS, WIDTH, device=device, requires_grad=True)
    best, started = float("inf"), time.perf_counter()
    for _ in range(1 + REPEATS):  # the first one warms up
        begun = time.perf_counter()
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
            made = layer(x)
        made.float().sum().backward()
        best = min(best, time.perf_counter() - begun)
        if time.perf_counter() - started > PATIENCE:
            break
    return best


def fast_precision(device: str) -> Literal["float32", "bf16"]:
    """bf16 or float32, whichever is faster on `device`; the result is logged."""
    if torch.device(device).type == "cuda":
        chosen: Literal["float32", "bf16"]
        chosen = "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
        log.info("precision auto: %s, which this GPU has", chosen)
        return chosen
    whole, half = _both(device)
    chosen = "bf16" if whole > GAIN * half else "float32"
    log.info(
        "precision auto: %s (float32 takes %.1f ms, bf16 %.1f ms)", chosen, 1e3 * whole, 1e3 * half
    )
    return chosen


def warn_of_slow_bf16(device: str) -> None:
    """Log a warning if bf16 is slower than float32 on a CPU `device`."""
    if torch.device(device).type != "cpu":
        return
    whole, half = _both(device)
    if half > GAIN * whole:
        log.warning(
            "precision bf16 is %.1f times slower than float32 on this processor; "
            "--precision auto takes the faster one",
            half / whole,
        )


def _both(device: str) -> tuple[float, float]:
    """Seconds in float32 and in bf16."""
    return step_seconds(device, torch.float32), step_seconds(device, torch.bfloat16)
