"""Dry run: the cost of a run, counted on the meta device (`--dry-run`).

FLOPs as in `maskgil.profiling.command`: 2 a weight and token, attention 4 · S² · C a layer; a
training step costs three forward passes (the backward pass is two).
"""

# B batch, V codebook size, N image tokens, P condition tokens, S = P + N.

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from maskgil.config import TransformerConfig
from maskgil.models.bert import BertConfig, BidirectionalTransformer
from maskgil.train.config import ConfigError, RunConfig
from maskgil.train.distributed import one_process
from maskgil.train.factory import generator_config, tokenizer_config, training_of
from maskgil.train.tasks.generator import GeneratorTraining

SCENE_CAPTION = 12  # tokens of a caption of nano's corpus
POINTS = 1024  # points at which a schedule is averaged
WORK = 2e10  # approximate FLOPs of a measured pass; a thousand times that on a GPU
REPEATS = 3
PATIENCE = 1.0  # seconds after which the fastest pass so far is used
SIDE = 128  # maximal side of the measured picture


def estimate(config: RunConfig, *, tflops: float) -> dict[str, Any]:
    """Parameters, steps, tokens, FLOPs and GPU-hours at `tflops` sustained on each GPU."""
    if not tflops > 0:
        raise ConfigError(f"--tflops is {tflops}; it must be above 0")
    kind = _generator if config.kind == "generator" else _tokenizer
    costs = kind(config)
    costs["flops"] = costs["flops_per_picture"] * costs["pictures"]
    costs["tflops"] = tflops
    costs["gpu_hours"] = costs["flops"] / (tflops * 1e12) / 3600
    # Weights, gradients, two moments and the average, in float32; activations are not counted.
    costs["state_gb"] = costs["parameters"] * 4 * 5 / 1e9
    return costs


def mean_mask_ratio(schedule: str) -> float:
    """The mean share of masked tokens in training: the mean of γ over [0, 1]."""
    from maskgil.sampling.mask_schedules import SCHEDULES

    gamma = SCHEDULES[schedule]
    return sum(gamma((point + 0.5) / POINTS) for point in range(POINTS)) / POINTS


def _generator(config: RunConfig) -> dict[str, Any]:
    settings = training_of(config)
    assert isinstance(settings, GeneratorTraining)
    shape = generator_config(config)
    grid = (config.data.grid if config.data else None) or shape.max_grid_size
    if grid[0] > shape.max_grid_size[0] or grid[1] > shape.max_grid_size[1]:
        raise ConfigError(f"data.grid is {list(grid)}, more than {list(shape.max_grid_size)}")
    tokens = grid[0] * grid[1]
    prefix = 1
    if shape.condition == "caption":
        prefix = SCENE_CAPTION if config.data is None else config.data.caption_tokens
    causal = getattr(shape, "causal", False)
    ratio = 1.0 if causal else mean_mask_ratio(settings.mask_schedule)
    pictures = settings.steps * settings.batch_size
    parts, merge = _parts(shape), getattr(shape, "merge", 1)
    return {
        "kind": "autoregressive twin" if causal else "masked generator",
        "parameters": sum(parts.values()),
        "parts": parts,
        "grid": list(grid),
        "tokens_per_picture": tokens,
        "condition_tokens": prefix,
        "mask_ratio": None if causal else round(ratio, 4),
        "steps": settings.steps,
        "batch_size": settings.batch_size,
        "pictures": pictures,
        "tokens": pictures * tokens,
        "scored_tokens": round(pictures * tokens * ratio),
        "flops_per_picture": 3
        * _forward(shape, prefix + tokens // merge**2, round(tokens * ratio)),
        **({} if config.twin is None else {"not_counted": "the twin"}),
    }


def _parts(shape: TransformerConfig | BertConfig) -> dict[str, int]:
    """Parameters of a generator by part."""
    from maskgil.checkpoints import build_empty
    from maskgil.profiling.components import parameter_counts
    from maskgil.profiling.flops import count_parameters

    if isinstance(shape, TransformerConfig):
        return count_parameters(shape)
    model = build_empty(BidirectionalTransformer, shape)
    own = sum(parameter.numel() for parameter in model.parameters(recurse=False))
    return {**parameter_counts(model), "positions and bias": own}


def _forward(shape: TransformerConfig | BertConfig, sequence: int, head_rows: int) -> int:
    """FLOPs of one forward pass of one picture."""
    from maskgil.profiling.flops import forward_flops

    if isinstance(shape, TransformerConfig):
        return forward_flops(shape, sequence, head_rows)
    width = shape.dim
    blocks = shape.num_layers * (2 * 12 * width**2 * sequence + 4 * sequence**2 * width)
    return blocks + 2 * width * (width + shape.codebook_size) * head_rows


def _tokenizer(config: RunConfig) -> dict[str, Any]:
    from torch.utils.flop_counter import FlopCounterMode

    from maskgil.checkpoints import build_empty

    settings = training_of(config)
    model_class, shape = tokenizer_config(config)
    model: Any = build_empty(model_class, shape)
    side = config.data.size if config.data else shape.image_size
    factor = model.downsample_factor
    if side % factor:
        raise ConfigError(f"data.size is {side}; it must be a multiple of {factor}")
    grid = side // factor
    code_dim = getattr(shape, "code_dim", None) or shape.bits
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        _both_ways(model, side)
    searched = 0 if hasattr(shape, "bits") else 2 * grid * grid * model.codebook_size * code_dim
    parts = {
        name: count
        for name, child in model.named_children()
        if (count := sum(tensor.numel() for tensor in [*child.parameters(), *child.buffers()]))
    }
    pictures = settings.steps * settings.batch_size
    return {
        "kind": config.kind,
        "parameters": sum(parts.values()),
        "parts": parts,
        "grid": [grid, grid],
        "tokens_per_picture": grid * grid,
        "steps": settings.steps,
        "batch_size": settings.batch_size,
        "pictures": pictures,
        "tokens": pictures * grid * grid,
        "flops_per_picture": 3 * counter.get_total_flops() + searched,
        "not_counted": "perceptual features and discriminator",
    }


def _both_ways(model: Any, side: int) -> tuple[Tensor, Tensor]:
    """Outputs of a tokenizer's encoder and decoder for all-zero inputs."""
    device = next(model.parameters()).device
    grid, shape = side // model.downsample_factor, model.config
    code_dim = getattr(shape, "code_dim", None) or shape.bits
    pixels = torch.zeros(1, 3, side, side, device=device)
    codes = torch.zeros(1, code_dim, grid, grid, device=device)
    encoded = model.encoder(pixels)
    if hasattr(model, "to_code"):
        encoded = model.to_code(encoded)
    if getattr(shape, "attending_layers", 0):
        codes = torch.zeros(1, grid, grid, dtype=torch.long, device=device)
    elif hasattr(model, "from_code") and not hasattr(model.decoder, "adaptive"):
        codes = model.from_code(codes)
    return encoded, model.decoder(codes)


def time_here(config: RunConfig, flops: float, *, device: str | None = None) -> dict[str, Any]:
    """Hours for `flops` of this config on this machine, and how they were measured."""
    engine = one_process(training_of(config).precision, device)
    on_cpu = engine.device.type == "cpu"
    kind = _block_pass if config.kind == "generator" else _tokenizer_pass
    work = WORK if on_cpu else 1e3 * WORK
    with engine.autocast():
        run, count = kind(config, engine.device, work)
    warnings.filterwarnings("ignore", message="Mismatch dtype", module="torch")
    best, began = float("inf"), time.perf_counter()
    for _ in range(1 + REPEATS):  # the first one warms up
        begun = time.perf_counter()
        with engine.autocast():
            made = run()
        made.backward()
        if not on_cpu:
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begun)
        if time.perf_counter() - began > PATIENCE:
            break
    threads = torch.get_num_threads()
    name = f"this CPU ({threads} threads)" if on_cpu else torch.cuda.get_device_name()
    speed = count / best
    return {
        "device": name,
        "precision": engine.precision,
        "flops_per_second": speed,
        "hours": flops / speed / 3600,
    }


def _block_pass(
    config: RunConfig, device: torch.device, work: float
) -> tuple[Callable[[], Tensor], float]:
    """A differentiable forward pass of one block, and the FLOPs of both directions."""
    from maskgil.models.transformer import Transformer

    shape = generator_config(config).replace(num_layers=1)
    grid = (config.data.grid if config.data else None) or shape.max_grid_size
    count = grid[0] * grid[1]
    merge = getattr(shape, "merge", 1)
    flops = 3 * _forward(shape, 1 + count // merge**2, count)
    batch = max(1, round(work / flops))
    model_class: Any = BidirectionalTransformer if isinstance(shape, BertConfig) else Transformer
    model = model_class(shape).to(device)
    tokens = torch.zeros(batch, count, dtype=torch.long, device=device)  # (B, N)
    return lambda: model(tokens, None, grid_size=grid).float().logsumexp(-1).mean(), batch * flops


def _tokenizer_pass(
    config: RunConfig, device: torch.device, work: float
) -> tuple[Callable[[], Tensor], float]:
    """A differentiable pass of encoder and decoder on a small picture, and FLOPs of both ways."""
    from torch.utils.flop_counter import FlopCounterMode

    model_class, shape = tokenizer_config(config)
    model = model_class(shape).to(device)
    side = config.data.size if config.data else shape.image_size
    if not getattr(shape, "attending_layers", 0):  # those support one size only
        side = min(side, max(SIDE, model.downsample_factor))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        _both_ways(model, side)

    def run() -> Tensor:
        encoded, made = _both_ways(model, side)
        return encoded.float().mean() + made.float().mean()

    return run, 3 * counter.get_total_flops()


def as_time(here: dict[str, Any]) -> str:
    """The run's duration on this machine, in words."""
    hours = here["hours"]
    sizes = ((24.0, "days"), (1.0, "hours"), (1 / 60, "minutes"))
    size, unit = next((one for one in sizes if hours >= 2 * one[0]), sizes[-1])
    took = f"{hours / size:,.1f} {unit}"
    speed = f"{here['flops_per_second'] / 1e9:,.0f} GFLOP/s"
    return f"{took} on {here['device']} in {here['precision']}, at {speed} measured on one layer"


def as_text(name: str, costs: dict[str, Any]) -> str:
    """The costs as aligned lines."""
    parts = ", ".join(f"{part} {count / 1e6:,.2f} M" for part, count in costs["parts"].items())
    rows, columns = costs["grid"]
    lines = [
        ("parameters", f"{costs['parameters'] / 1e6:,.1f} M ({parts})"),
        ("state", f"{costs['state_gb']:,.1f} GB: weights, gradients, two moments, average"),
        ("steps", f"{costs['steps']:,} of {costs['batch_size']} pictures"),
        ("pictures", f"{costs['pictures']:,}"),
    ]
    tokens = f"{costs['tokens']:,} ({rows} x {columns} a picture"
    if costs.get("condition_tokens"):
        tokens += f", and {costs['condition_tokens']} of its condition"
    lines.append(("tokens", tokens + ")"))
    if costs.get("mask_ratio"):
        scored = f"{costs['scored_tokens']:,} ({costs['mask_ratio']:.1%} masked on average)"
        lines.append(("scored", scored))
    lines += [
        ("FLOPs", f"{costs['flops']:.3g}, {costs['flops_per_picture'] / 1e12:,.3f} T a picture"),
        ("GPU-hours", f"{costs['gpu_hours']:,.1f} at {costs['tflops']:g} TFLOP/s sustained"),
    ]
    if "here" in costs:
        lines.append(("here", as_time(costs["here"])))
    if "not_counted" in costs:
        lines.append(("not counted", costs["not_counted"]))
    body = "\n".join(f"{title:<12} {value}" for title, value in lines)
    return f"{name}: {costs['kind']}\n{body}"
