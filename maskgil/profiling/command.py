"""Cost of a model: parameters, weights, FLOPs and seconds, counted without building it.

FLOPs count multiplications and additions of matrix products (2 a weight and token) and of
attention (4 · S² · C a layer); norms and activations are left out.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from maskgil.config import SIZES, TransformerConfig
from maskgil.profiling.flops import (
    CAPTION_TOKENS,
    causal_flops,
    count_parameters,
    forward_flops,
    image_flops,
    positions,
    rows_scored,
    weights_gb,
)
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import causal_share

if TYPE_CHECKING:
    from maskgil.profiling.components import Component

PRESET_SIZES = {"nano": "nano", "paper": "xl-text"}
PAPER_GRID = (32, 32)  # 512 x 512 pixels of Chameleon-VQ
RATIOS = (0.0, 0.25, 0.5, 0.75, 1.0)
# What the paper says of a size, and how its number is meant where it needs saying.
PAPER_COUNTS = {"b": 111e6, "l": 343e6, "xl": 775e6, "xxl": 1.4e9, "xl-text": 775e6}
CLASS_DRIVEN = (
    "counted with 16,384 codes: an embedding row for each code and the mask, a head of its own "
    "(not tied), 1,000 classes and the null class; RoPE has no parameters"
)
INTERPRETATIONS = {
    "b": CLASS_DRIVEN,
    "l": CLASS_DRIVEN,
    "xl": CLASS_DRIVEN,
    "xxl": CLASS_DRIVEN + "; the norms of queries and keys are in it",
    "xl-text": (
        "the paper's 775M is the class-driven count with 16,384 codes (774.7M); with "
        "Chameleon-VQ's 8,192 the embedding and the head are half as large, and an MLP from "
        "Gemma's 2,048 features stands where the classes were"
    ),
}


def describe(
    size: str,
    *,
    tflops: float,
    sampling: SamplingConfig | None = None,
    config: TransformerConfig | None = None,
) -> dict[str, Any]:
    """The costs of a named size, or of another `config`, as a dictionary of plain numbers."""
    config = config or TransformerConfig.named(size)
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
        "paper_parameters": PAPER_COUNTS.get(size),
        "interpretation": INTERPRETATIONS.get(size, ""),
        "layers": config.num_layers,
        "heads": config.num_heads,
        "dim": config.dim,
        "codebook_size": config.codebook_size,
        "grid": list(grid),
        "tokens": grid[0] * grid[1],
        "prefix_tokens": prefix,
        "weights_gb": weights_gb(parameters),
        "steps": sampling.num_steps,
        "guidance_scale": sampling.guidance_scale,
        "flops_per_step": steps,
        "flops_per_image": sum(steps),
        "flops_per_image_autoregressive": ar_flops,
        "tflops": tflops,
        "seconds_per_step": [flops / (tflops * 1e12) for flops in steps],
        "seconds_per_image": sum(steps) / (tflops * 1e12),
    }


def describe_preset(
    preset: str, *, tflops: float, sampling: SamplingConfig | None = None
) -> dict[str, Any]:
    """The masked model's costs as `describe` gives them, all `components`, and each `ar_ratio`.

    `parameters` is the masked model's count, `parameters_total` everything's. Of nano the models
    that are shipped are counted, drawing as the preset does.
    """
    from maskgil.presets.table import PRESETS
    from maskgil.profiling import components

    sampling = sampling or PRESETS[preset].sampling
    size = PRESET_SIZES[preset]
    config = (
        components.shipped("maskgil-nano") if preset == "nano" else TransformerConfig.named(size)
    )
    costs = describe(size, tflops=tflops, sampling=sampling, config=config)
    rows, columns = costs["grid"]
    masked = components.Component(
        "MaskGIL-XL text" if preset == "paper" else "MaskGIL-nano",
        "masked",
        costs["parameters"],
        costs["parts"],
        costs["flops_per_image"],
        f"all {costs['tokens']} tokens in {costs['steps']} steps",
        "not published" if preset == "paper" else "shipped",
        costs["flops_per_image"] / costs["steps"],
    )
    guided = sampling.guidance_scale != 1.0
    others = components.parts_of(preset, (rows, columns), guided=guided)
    whole = [masked, *others]
    (causal,) = (part for part in others if part.role == "autoregressive")
    costs |= {
        "preset": preset,
        "flops_per_image_autoregressive": causal.flops,
        "parameters_total": sum(part.parameters for part in whole),
        "weights_gb_total": weights_gb(sum(part.parameters for part in whole)),
        "components": [
            {
                **vars(part),
                "weights_gb": weights_gb(part.parameters),
                "seconds": part.flops / (tflops * 1e12),
            }
            for part in whole
        ],
        "ratios": [
            _ratio(ratio, config, sampling, costs, causal, tflops=tflops) for ratio in RATIOS
        ],
    }
    return costs


def _ratio(
    ratio: float, config: TransformerConfig, sampling: SamplingConfig, costs: dict[str, Any],
    causal: Component, *, tflops: float,
) -> dict[str, Any]:  # fmt: skip
    """A picture whose first share the autoregressive model writes.

    Its share of the FLOPs is taken as its share of the tokens. `weights_read_gb`: each evaluation
    reads all weights of its model once, as bfloat16, which is what bounds small batches on a GPU.
    """
    count = costs["tokens"]
    written = causal_share(ratio, count)
    scored = rows_scored(sampling, count - written)
    guided = sampling.guidance_scale != 1.0
    read_at_once = costs["prefix_tokens"] + positions(config, count)
    masked = sum((1 + guided) * forward_flops(config, read_at_once, rows) for rows in scored)
    flops = masked + causal.flops * written // count
    read = 2 * (written * causal.parameters + len(scored) * costs["parameters"])
    return {
        "ar_ratio": ratio,
        "evaluations": written + len(scored),
        "flops": flops,
        "seconds": flops / (tflops * 1e12),
        "weights_read_gb": read / 1e9,
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--preset", choices=list(PRESET_SIZES), help="the preset's masked model")
    which.add_argument("--size", choices=list(SIZES), help="a named size")
    parser.add_argument(
        "--tflops",
        type=float,
        help="TFLOP/s to count seconds with (default 0.06, a laptop's; 100, a GPU's, for paper)",
    )
    parser.add_argument("--steps", type=int, help="default: the preset's, 8 of a size")
    parser.add_argument("--guidance", type=float, help="default: the preset's, 4 of a size")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


def run(options: argparse.Namespace) -> None:
    """Print the costs of a size, or of all parts of a preset."""
    from maskgil.presets.table import PRESETS

    sampling = PRESETS[options.preset].sampling if options.preset else SamplingConfig()
    if options.steps is not None:
        sampling = replace(sampling, num_steps=options.steps)
    if options.guidance is not None:
        sampling = replace(sampling, guidance_scale=options.guidance)
    usual = 100.0 if options.preset == "paper" else 0.06
    tflops = usual if options.tflops is None else options.tflops
    if options.preset:
        costs = describe_preset(options.preset, tflops=tflops, sampling=sampling)
    else:
        costs = describe(options.size, tflops=tflops, sampling=sampling)
    print(json.dumps(costs) if options.json else as_text(costs))


def as_text(costs: dict[str, Any]) -> str:
    """The costs as aligned lines."""
    rows = [("parameters", f"{costs['parameters'] / 1e6:,.1f} M")]
    rows += [(f"  {name}", f"{count / 1e6:,.2f} M") for name, count in costs["parts"].items()]
    if costs["paper_parameters"]:
        off = costs["parameters"] / costs["paper_parameters"] - 1
        rows += [("the paper says", f"{costs['paper_parameters'] / 1e6:,.0f} M ({off:+.1%})")]
        rows += [("", costs["interpretation"])]
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
    lines = [f"{name:<22} {value}".rstrip() for name, value in rows]
    return "\n".join([costs["size"], *lines, *_preset_lines(costs)])


def _preset_lines(costs: dict[str, Any]) -> list[str]:
    """The table of a preset's parts and the one of its ratios; nothing for a single size."""
    if "components" not in costs:
        return []
    at = f"s at {costs['tflops']:g} TFLOP/s"
    lines = ["", f"{'part':<20} {'parameters':>12} {'GB bf16':>8} {'TFLOP':>9} {at:>16}  counted"]
    for part in costs["components"]:
        lines += [
            f"{part['name']:<20} {part['parameters'] / 1e6:>10,.1f} M "
            f"{part['weights_gb']['bfloat16']:>8.2f} {part['flops'] / 1e12:>9.3f} "
            f"{part['seconds']:>16.2f}  {part['counted']}; weights: {part['weights']}"
        ]
    total = costs["parameters_total"]
    lines += [f"{'all':<20} {total / 1e6:>10,.1f} M {2 * total / 1e9:>8.2f}"]
    lines += ["", f"{'ar_ratio':<9} {'evaluations':>12} {'TFLOP':>9} {at:>16} {'GB read':>10}"]
    for row in costs["ratios"]:
        lines += [
            f"{row['ar_ratio']:<9g} {row['evaluations']:>12} {row['flops'] / 1e12:>9.3f} "
            f"{row['seconds']:>16.2f} {row['weights_read_gb']:>10,.1f}"
        ]
    lines += ["GB read: all weights once an evaluation, as bfloat16; it bounds a single picture."]
    return lines
