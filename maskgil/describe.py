"""What a model costs: parameters, weights, FLOPs and seconds, counted without building it.

FLOPs count multiplications and additions of matrix products (2 a weight and token) and of
attention (4 · S² · C a layer); norms and activations are left out.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import torch

from maskgil.config import SIZES, SamplingConfig, TransformerConfig
from maskgil.sampling import guidance_at
from maskgil.schedules import masked_counts
from maskgil.transformer import Transformer

PRESET_SIZES = {"nano": "nano", "paper": "xl-text"}
CAPTION_TOKENS = {"nano": 12, "xl-text": 64}  # a typical caption
PAPER_GRID = (32, 32)  # 512 x 512 pixels of Chameleon-VQ
DTYPE_BYTES = {"float32": 4, "bfloat16": 2, "int8": 1}


def count_parameters(config: TransformerConfig) -> dict[str, int]:
    """Parameters by part, counted on the meta device."""
    with torch.device("meta"):
        model = Transformer(config)
    parts = {name: 0 for name, _ in model.named_children()}
    for name, parameter in model.named_parameters():
        part = name.split(".")[0]
        parts[part] = parts.get(part, 0) + parameter.numel()
    return {name: count for name, count in parts.items() if count}


def forward_flops(config: TransformerConfig, sequence: int, head_rows: int) -> int:
    """FLOPs of one row: `sequence` tokens through the blocks, the head on `head_rows` of them."""
    block = 4 * config.dim**2 + 3 * config.dim * config.hidden_dim
    blocks = config.num_layers * (2 * block * sequence + 4 * sequence**2 * config.dim)
    return blocks + 2 * config.dim * config.codebook_size * head_rows


def image_flops(
    config: TransformerConfig, sampling: SamplingConfig, grid: tuple[int, int], prefix: int
) -> list[int]:
    """FLOPs of every step of one picture by masked decoding, guidance included."""
    count = grid[0] * grid[1]
    left = (count, *masked_counts(sampling.schedule, sampling.num_steps, count))
    return [
        (2 if guidance_at(sampling, step + 1, sampling.num_steps) != 1.0 else 1)
        * forward_flops(config, prefix + count, left[step])
        for step in range(sampling.num_steps)
    ]


def causal_flops(config: TransformerConfig, grid: tuple[int, int], prefix: int) -> int:
    """FLOPs of one picture by cached autoregressive decoding, guidance included."""
    total = prefix + grid[0] * grid[1]
    block = 4 * config.dim**2 + 3 * config.dim * config.hidden_dim
    blocks = config.num_layers * (2 * block * total + 2 * total * (total + 1) * config.dim)
    return 2 * (blocks + 2 * config.dim * config.codebook_size * grid[0] * grid[1])


def describe(size: str, *, tflops: float, sampling: SamplingConfig | None = None) -> dict[str, Any]:
    """The costs of a named size as a dictionary of plain numbers."""
    config = TransformerConfig.named(size)
    if not tflops > 0:
        raise ValueError(f"tflops is {tflops}; it must be above 0")
    sampling = sampling or SamplingConfig()
    parts = count_parameters(config)
    parameters = sum(parts.values())
    prefix = CAPTION_TOKENS.get(size, 1)
    grid = PAPER_GRID if size == "xl-text" else config.max_grid_size
    steps = image_flops(config, sampling, grid, prefix)
    ar_flops = causal_flops(config, grid, prefix)
    return {
        "size": size,
        "parameters": parameters,
        "parts": parts,
        "layers": config.num_layers,
        "heads": config.num_heads,
        "dim": config.dim,
        "tokens": grid[0] * grid[1],
        "prefix_tokens": prefix,
        "weights_gb": {name: parameters * width / 1e9 for name, width in DTYPE_BYTES.items()},
        "steps": sampling.num_steps,
        "guidance_scale": sampling.guidance_scale,
        "flops_per_step": steps,
        "flops_per_image": sum(steps),
        "flops_per_image_autoregressive": ar_flops,
        "tflops": tflops,
        "seconds_per_image": sum(steps) / (tflops * 1e12),
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--preset", choices=list(PRESET_SIZES), help="the preset's masked model")
    which.add_argument("--size", choices=list(SIZES), help="a named size")
    parser.add_argument("--tflops", type=float, default=0.06, help="TFLOP/s to count seconds with")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(options: argparse.Namespace) -> None:
    """Print the costs of a size."""
    size = options.size or PRESET_SIZES[options.preset]
    sampling = SamplingConfig(num_steps=options.steps, guidance_scale=options.guidance)
    costs = describe(size, tflops=options.tflops, sampling=sampling)
    print(json.dumps(costs) if options.json else as_text(costs))


def as_text(costs: dict[str, Any]) -> str:
    """The costs as aligned lines."""
    rows = [("parameters", f"{costs['parameters'] / 1e6:,.1f} M")]
    rows += [(f"  {name}", f"{count / 1e6:,.2f} M") for name, count in costs["parts"].items()]
    rows += [(f"weights, {name}", f"{gb:.3f} GB") for name, gb in costs["weights_gb"].items()]
    first, last = costs["flops_per_step"][0] / 1e9, costs["flops_per_step"][-1] / 1e9
    rows += [
        ("tokens", f"{costs['tokens']} and {costs['prefix_tokens']} of the condition"),
        ("steps", f"{costs['steps']}, guidance {costs['guidance_scale']:g}"),
        ("a step", f"{first:,.1f} GFLOP at first, {last:,.1f} at last"),
        ("an image", f"{costs['flops_per_image'] / 1e12:,.3f} TFLOP"),
        ("  autoregressive", f"{costs['flops_per_image_autoregressive'] / 1e12:,.3f} TFLOP"),
        (f"at {costs['tflops']:g} TFLOP/s", f"{costs['seconds_per_image']:,.2f} s an image"),
    ]
    return "\n".join([f"{costs['size']}", *(f"{name:<22} {value}" for name, value in rows)])
