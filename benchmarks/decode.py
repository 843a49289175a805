"""Decoding speed, side by side in one run: `python benchmarks/decode.py --size b`.

Random weights, 8 steps, guidance on. Measures this project's masked decoding against a plain
reading of the paper's algorithm (full logits everywhere, both passes in every step), guidance in an
interval of steps, cached against uncached autoregressive decoding, the share of the machine's GEMM
peak, and seconds at each ar_ratio.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from maskgil.config import SamplingConfig, TransformerConfig
from maskgil.decoding import decode_causal, decode_hybrid, decode_masked
from maskgil.describe import forward_flops
from maskgil.guided import GuidedLogits, GuidedNext
from maskgil.sampling import guide, row_generators
from maskgil.transformer import Transformer

RATIOS = (0.0, 0.25, 0.5, 0.75, 1.0)


def gemm_peak(size: int = 1536, seconds: float = 2.0) -> float:
    """FLOP/s of a square float32 matrix product, the best of repeated runs."""
    a, b = torch.randn(size, size), torch.randn(size, size)
    best, stop = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < stop:
        start = time.perf_counter()
        a @ b
        best = max(best, 2 * size**3 / (time.perf_counter() - start))
    return best


def timed(draw: Callable[[], Tensor], repeats: int) -> tuple[float, Tensor]:
    """Seconds of the fastest of `repeats` runs after one that warms up, and what was drawn."""
    result, best = draw(), float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        result = draw()
        best = min(best, time.perf_counter() - start)
    return best, result


class Bench:
    """A masked and a causal model of one shape, drawing one picture of class 207."""

    def __init__(self, config: TransformerConfig, sampling: SamplingConfig) -> None:
        self.config, self.sampling = config, sampling
        self.masked = Transformer(config.replace(causal=False)).eval()
        self.causal = Transformer(config.replace(causal=True)).eval()
        self.label = torch.tensor([207 % config.num_classes])

    def empty(self) -> Tensor:
        return torch.full((1, self.config.max_tokens), self.config.mask_id)

    def masked_tokens(self, logits_fn: Callable[[Tensor], Tensor]) -> Tensor:
        *_, tokens = decode_masked(
            logits_fn,
            self.empty(),
            mask_id=self.config.mask_id,
            num_steps=self.sampling.num_steps,
            generator=row_generators([0]),
        )
        return tokens

    def ours(self, sampling: SamplingConfig | None = None) -> Tensor:
        return self.masked_tokens(
            GuidedLogits(self.masked, self.label, 1, sampling=sampling or self.sampling)
        )

    def plain(self) -> Tensor:
        def logits_fn(tokens: Tensor) -> Tensor:
            conditional = self.masked.logits(tokens, self.label)
            return guide(
                conditional, self.masked.logits(tokens, None), self.sampling.guidance_scale
            )

        return self.masked_tokens(logits_fn)

    def cached(self, count: int) -> Tensor:
        next_fn = GuidedNext(self.causal, self.label, 1, sampling=self.sampling, num_tokens=count)
        return self.causal_tokens(next_fn, count)

    def uncached(self, count: int) -> Tensor:
        written = torch.zeros(1, 0, dtype=torch.long)

        def next_fn(tokens: Tensor) -> Tensor:
            nonlocal written
            written = torch.cat([written, tokens], dim=1)
            length = written.shape[1]
            padded = torch.zeros(1, self.config.max_tokens, dtype=torch.long)
            padded[:, :length] = written
            rows = [self.causal.logits(padded, label)[:, length] for label in (self.label, None)]
            return guide(*rows, self.sampling.guidance_scale)

        return self.causal_tokens(next_fn, count)

    def causal_tokens(self, next_fn: Callable[[Tensor], Tensor], count: int) -> Tensor:
        *_, tokens = decode_causal(
            next_fn, self.empty(), mask_id=self.config.mask_id, num_tokens=count,
            generator=row_generators([0]),
        )  # fmt: skip
        return tokens

    def hybrid(self, ratio: float) -> Tensor:
        count = round(ratio * self.config.max_tokens)
        *_, tokens = decode_hybrid(
            GuidedNext(self.causal, self.label, 1, sampling=self.sampling, num_tokens=count),
            GuidedLogits(self.masked, self.label, 1, sampling=self.sampling),
            self.empty(),
            mask_id=self.config.mask_id,
            ar_ratio=ratio,
            num_steps=self.sampling.num_steps,
            generator=row_generators([0]),
        )
        return tokens


@torch.inference_mode()
def measure(size: str, *, repeats: int, steps: int, ar_tokens: int) -> dict:
    """All numbers of one size; seconds and tokens a second."""
    torch.manual_seed(0)
    config = TransformerConfig.named(size, condition="class")
    sampling = SamplingConfig(num_steps=steps)
    bench = Bench(config, sampling)
    peak = gemm_peak()
    ours, ours_tokens = timed(bench.ours, repeats)
    plain, plain_tokens = timed(bench.plain, repeats)
    interval = SamplingConfig(num_steps=steps, guidance_interval=(0.25, 0.75))
    fast, _ = timed(lambda: bench.ours(interval), repeats)
    cached, cached_tokens = timed(lambda: bench.cached(ar_tokens), 1)
    few = min(8, ar_tokens)
    uncached, uncached_tokens = timed(lambda: bench.uncached(few), 1)
    flops = 2 * steps * forward_flops(config, config.max_tokens + 1, config.max_tokens)
    ratios = {str(ratio): timed(lambda r=ratio: bench.hybrid(r), 1)[0] for ratio in RATIOS}
    return {
        "size": size,
        "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
        "gemm_gflops": peak / 1e9,
        "ours_seconds": ours,
        "plain_seconds": plain,
        "speedup": plain / ours,
        "same_tokens": bool(torch.equal(ours_tokens, plain_tokens)),
        "plain_share_of_peak": flops / plain / peak,
        "interval_seconds": fast,
        "interval_speedup": plain / fast,
        "cached_tokens_per_second": ar_tokens / cached,
        "uncached_tokens_per_second": few / uncached,
        "cached_equals_uncached": bool(
            torch.equal(cached_tokens[:, :few], uncached_tokens[:, :few])
        ),
        "seconds_at_ar_ratio": ratios,
        "time_saved_at_ar_ratio": {key: 1 - value / ratios["1.0"] for key, value in ratios.items()},
    }


def table(numbers: dict) -> str:
    """The numbers as aligned lines."""
    lines = []
    for key, value in numbers.items():
        if isinstance(value, dict):
            text = "  ".join(f"{name}: {number:.3f}" for name, number in value.items())
        else:
            text = f"{value:.3f}" if isinstance(value, float) else str(value)
        lines.append(f"{key:<28} {text}")
    return "\n".join(lines)


def plot(numbers: list[dict], path: Path) -> None:
    """Bars of seconds an image at each ar_ratio, one group a size."""
    from PIL import Image, ImageDraw

    width, height, margin = 640, 320 * len(numbers), 50
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for row, one in enumerate(numbers):
        top, floor = 320 * row + margin, 320 * (row + 1) - margin
        most = max(one["seconds_at_ar_ratio"].values())
        draw.text((margin, top - 35), f"{one['size']}: seconds an image by ar_ratio", fill="black")
        for index, (ratio, seconds) in enumerate(one["seconds_at_ar_ratio"].items()):
            left = margin + index * (width - 2 * margin) // len(RATIOS)
            tip = floor - round((floor - top) * seconds / most)
            draw.rectangle((left, tip, left + 60, floor), fill=(70, 110, 180))
            draw.text((left + 8, tip - 14), f"{seconds:.2f} s", fill="black")
            draw.text((left + 18, floor + 6), ratio, fill="black")
    picture.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", action="append", help="b and xl by default; may be repeated")
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--ar-tokens", type=int, default=64, help="tokens of the cached run")
    parser.add_argument("--json", action="store_true", help="one line of JSON a size")
    parser.add_argument("--plot", type=Path, help="PNG of time against ar_ratio")
    options = parser.parse_args()
    numbers = []
    for size in options.size or ["b", "xl"]:
        numbers.append(
            measure(size, repeats=options.repeats, steps=options.steps, ar_tokens=options.ar_tokens)
        )
        print(json.dumps(numbers[-1]) if options.json else table(numbers[-1]) + "\n", flush=True)
    if options.plot:
        plot(numbers, options.plot)


if __name__ == "__main__":
    main()
