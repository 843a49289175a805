"""Decoding beside the roofline: masked and one by one, on one device, with random weights.

    python -m benchmarks.decode --device cuda [--size xl-text] [--dtype bfloat16] [--json]

The roofline is what the maker publishes of the GPU (`benchmarks.gpu.peaks`), of others what is
measured: FLOP/s of large matrix products in the weights' dtype, and bytes a second of reading
memory. Masked decoding cannot be faster than its FLOPs at that rate, writing one by one not faster
than one reading of the weights a token. A twin's step is compiled first where it can be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from benchmarks.gpu.peaks import published
from maskgil.config import TransformerConfig
from maskgil.evaluation import markdown
from maskgil.models.causal_step import prepare
from maskgil.models.conditioning import CaptionCondition, Condition
from maskgil.models.transformer import Transformer
from maskgil.profiling.flops import CAPTION_TOKENS, causal_flops, image_flops
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import decode_causal, decode_masked
from maskgil.sampling.guidance import GuidedLogits, GuidedNext
from maskgil.sampling.logits import row_generators

GRIDS = {"xl-text": (32, 32)}  # of 512 x 512 pixels; others draw their largest
TRIAL_FLOPS = {"cuda": 1e13, "cpu": 2e10}  # of one matrix product
TRIAL_BYTES = {"cuda": 4 << 30, "cpu": 256 << 20}
ROUNDS = 5


def seconds_of(work: Callable[[], Any], device: torch.device, rounds: int = ROUNDS) -> float:
    """The fastest of some runs after one that does not count, the device's work finished."""
    best = float("inf")
    for round_ in range(rounds + 1):
        _finish(device)
        started = time.perf_counter()
        work()
        _finish(device)
        if round_:
            best = min(best, time.perf_counter() - started)
    return best


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def peak_flops(device: torch.device, dtype: torch.dtype) -> float:
    """FLOP/s of a large square matrix product."""
    side = 256 * max(1, round((TRIAL_FLOPS[device.type] / 2) ** (1 / 3) / 256))
    a, b = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    return 2 * side**3 / seconds_of(lambda: a @ b, device)


def peak_bytes(device: torch.device) -> float:
    """Bytes a second of reading memory."""
    values = torch.ones(TRIAL_BYTES[device.type] // 4, device=device)
    return values.numel() * 4 / seconds_of(values.sum, device)


def _condition(config: TransformerConfig, device: torch.device, length: int) -> Condition:
    if config.condition == "class":
        return torch.tensor([207 % config.num_classes], device=device)
    return CaptionCondition(torch.randn(1, length, config.caption_dim, device=device))


@torch.inference_mode()
def measure(
    size: str, *, device: str, dtype: str | None, steps: int, repeats: int, tokens: int
) -> dict[str, Any]:
    """Seconds of a picture by the masked model, tokens a second of its twin, and their bounds."""
    on = torch.device(device)
    kind = getattr(torch, dtype or ("bfloat16" if on.type == "cuda" else "float32"))
    config = TransformerConfig.named(size)
    grid = GRIDS.get(size, config.max_grid_size)
    count, length = grid[0] * grid[1], CAPTION_TOKENS.get(size, 1)
    sampling = SamplingConfig(num_steps=steps)
    name = torch.cuda.get_device_name(on) if on.type == "cuda" else "CPU"
    measured, told = (peak_flops(on, kind), peak_bytes(on)), published(name)
    flops, bandwidth = measured
    known = None if told is None else told.flops(kind)
    if told is not None and known is not None:
        flops, bandwidth = known, told.memory
    torch.manual_seed(0)
    condition = _condition(config, on, length)
    empty = torch.full((1, count), config.mask_id, device=on)

    def built(causal: bool) -> Transformer:
        with torch.inference_mode(False), on:  # weights that tell when they change
            return Transformer(config.replace(causal=causal)).to(kind).eval().requires_grad_(False)

    masked = built(causal=False)

    def draw() -> None:
        logits_fn = GuidedLogits(masked, condition, 1, sampling=sampling, grid_size=grid)
        for _ in decode_masked(
            logits_fn, empty, mask_id=config.mask_id, num_steps=steps,
            generator=row_generators([0]),
        ):  # fmt: skip
            pass

    drawn = seconds_of(draw, on, repeats)
    parameters = sum(parameter.numel() for parameter in masked.parameters())
    causal = built(causal=True)
    compiled = prepare(causal, grid)
    tokens = min(tokens, count)

    def write() -> None:
        next_fn = GuidedNext(
            causal, condition, 1, sampling=sampling, num_tokens=count, grid_size=grid
        )
        for _ in decode_causal(
            next_fn, empty, mask_id=config.mask_id, num_tokens=tokens,
            generator=row_generators([0]),
        ):  # fmt: skip
            pass

    written = seconds_of(write, on, repeats)
    picture = sum(image_flops(config, sampling, grid, length))
    weights = parameters * kind.itemsize
    return {
        "size": size, "device": name, "dtype": str(kind).removeprefix("torch."),
        "torch": torch.__version__, "steps": steps, "grid": list(grid),
        "parameters": parameters, "compiled": compiled,
        "roofline": "measured" if known is None else "published",
        "peak_tflops": flops / 1e12, "peak_gb_per_second": bandwidth / 1e9,
        "measured_tflops": measured[0] / 1e12, "measured_gb_per_second": measured[1] / 1e9,
        "picture": {
            "seconds": drawn, "tflop": picture / 1e12, "least_seconds": picture / flops,
            "of_roofline": picture / flops / drawn,
        },
        "one_by_one": {
            "tokens": tokens, "tokens_per_second": tokens / written,
            "most_tokens_per_second": 1 / max(
                weights / bandwidth, causal_flops(config, grid, length) / count / flops
            ),
        },
    }  # fmt: skip


def table(numbers: dict[str, Any]) -> str:
    """The numbers as Markdown."""
    picture, single = numbers["picture"], numbers["one_by_one"]
    rows, columns = numbers["grid"]
    share = single["tokens_per_second"] / single["most_tokens_per_second"]
    return "\n\n".join([
        f"Size {numbers['size']} ({numbers['parameters']:,} parameters) in {numbers['dtype']}, "
        f"{rows} x {columns} tokens, guidance; {numbers['device']}, torch {numbers['torch']}; "
        f"{numbers['roofline']} peaks {numbers['peak_tflops']:.2f} TFLOP/s and "
        f"{numbers['peak_gb_per_second']:.0f} GB/s, of which matrix products reach "
        f"{numbers['measured_tflops'] / numbers['peak_tflops']:.0%} here and a sum "
        f"{numbers['measured_gb_per_second'] / numbers['peak_gb_per_second']:.0%}.",
        markdown.table(
            ("", "measured", "roofline", "share"),
            [
                (f"a picture in {numbers['steps']} steps, {picture['tflop']:.2f} TFLOP",
                 f"{picture['seconds']:.3f} s", f"{picture['least_seconds']:.3f} s",
                 f"{picture['of_roofline']:.0%}"),
                (f"one by one, the first {single['tokens']} tokens"
                 + (", compiled" if numbers["compiled"] else ""),
                 f"{single['tokens_per_second']:.0f} tokens/s",
                 f"{single['most_tokens_per_second']:.0f} tokens/s", f"{share:.0%}"),
            ],
        ),
    ]) + "\n"  # fmt: skip
