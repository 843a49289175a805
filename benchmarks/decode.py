"""Decoding speed, side by side in one run, with random weights, 8 steps and guidance.

    python -m benchmarks.decode [--size b --size xl] [--quick] [--json] [--plot docs/decode.png]

Draws the tokens of one 16 x 16 picture, without the tokenizer, by a plain reading of the paper's
algorithm and by this project's decoder in its modes, in turn; then one by one with and without a
cache, and by both models at every ar_ratio. FLOPs are those that ran: matrix products and
attention, as counted by PyTorch.

With --device cuda, or cpu: seconds of a picture and tokens a second of size xl-text (--quick: b)
beside the roofline (`benchmarks.gpu.decoding`).

On a busy machine `--clock cpu --threads 1` counts the processor time of one thread instead.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode, sdpa_flop_count

from benchmarks.common import RATIOS, parser_of
from benchmarks.plain_decoding import plain_decode
from maskgil.config import TransformerConfig
from maskgil.evaluation import markdown
from maskgil.models.transformer import Transformer
from maskgil.sampling.config import SamplingConfig
from maskgil.sampling.decoding import (
    NextFn,
    causal_share,
    count_evaluations,
    decode_hybrid,
    decode_masked,
)
from maskgil.sampling.guidance import GuidedLogits, GuidedNext
from maskgil.sampling.logits import row_generators

SHARPNESS = 6.0  # of the untrained head, for probabilities as uneven as a trained model's
DTYPES = ("float32", "bfloat16", "float16")
CLOCKS: dict[str, Callable[[], float]] = {"wall": time.perf_counter, "cpu": time.process_time}


class Bench:
    """A masked and a causal model of one shape, drawing one picture of class 207."""

    def __init__(self, config: TransformerConfig, sampling: SamplingConfig) -> None:
        torch.manual_seed(0)
        self.config, self.sampling = config, sampling
        self.masked = Transformer(config.replace(causal=False)).eval()
        self.causal = Transformer(config.replace(causal=True)).eval()
        for model in (self.masked, self.causal):
            model.requires_grad_(False).head.weight.mul_(SHARPNESS)
        self.label = torch.tensor([207 % config.num_classes])
        self.modes: dict[str, Callable[[int], Tensor]] = {
            "plain": self.plain,
            "ours": self.masked_with(sampling),
            "ours, guidance_interval 0.25-0.75": self.masked_with(
                dataclasses.replace(sampling, guidance_interval=(0.25, 0.75))
            ),
            "fast": self.masked_with(sampling.fast()),
        }

    def empty(self) -> Tensor:
        return torch.full((1, self.config.max_tokens), self.config.mask_id)

    def plain(self, seed: int) -> Tensor:
        *_, tokens = plain_decode(self.masked, self.label, self.sampling, seed)
        return tokens

    def masked_with(self, sampling: SamplingConfig) -> Callable[[int], Tensor]:
        """This project's decoder with these settings, as a function of the seed."""

        def draw(seed: int) -> Tensor:
            *_, tokens = decode_masked(
                GuidedLogits(self.masked, self.label, 1, sampling=sampling),
                self.empty(),
                mask_id=self.config.mask_id,
                num_steps=sampling.num_steps,
                schedule=sampling.schedule,
                choice_temperature=sampling.choice_temperature,
                generator=row_generators([seed]),
            )
            return tokens

        return draw

    def hybrid(self, ratio: float) -> tuple[Tensor, list[Tensor]]:
        """Tokens (1, N), and the causal model's logits (1, V) of each that it wrote."""
        count = causal_share(ratio, self.config.max_tokens)
        next_fn, logits = self.next_fn(count), []

        def recorded(tokens: Tensor) -> Tensor:
            logits.append(next_fn(tokens))
            return logits[-1]

        *_, tokens = decode_hybrid(
            recorded,
            GuidedLogits(self.masked, self.label, 1, sampling=self.sampling),
            self.empty(),
            dataclasses.replace(self.sampling, ar_ratio=ratio),
            mask_id=self.config.mask_id,
            generator=row_generators([0]),
        )
        return tokens, logits

    def next_fn(self, count: int) -> NextFn:
        return GuidedNext(self.causal, self.label, 1, sampling=self.sampling, num_tokens=count)

    def after(self, tokens: Tensor) -> Tensor:
        """Logits (1, V) behind tokens (1, n), all computed from nothing."""
        return self.next_fn(self.config.max_tokens)(tokens)


def gemm_peak(clock: Callable[[], float], seconds: float = 2.0) -> float:
    """FLOP/s of square float32 matrix products, the best of three sizes and many runs."""
    best = 0.0
    for size in (1024, 2048, 3072):
        a, b = torch.randn(size, size), torch.randn(size, size)
        stop = clock() + seconds / 3
        while clock() < stop:
            start = clock()
            a @ b
            best = max(best, 2 * size**3 / (clock() - start))
    return best


def flops_of(run: Callable[[], Any]) -> int:
    """FLOPs of the matrix products and the attention that `run` runs."""

    def attention(query: torch.Size, key: torch.Size, value: torch.Size, *_: Any, **__: Any) -> int:
        return sdpa_flop_count(query, key, value)

    # PyTorch's table has the kernels of GPUs alone.
    kernel = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu
    with FlopCounterMode(display=False, custom_mapping={kernel: attention}) as counter:
        run()
    return counter.get_total_flops()


def timed(run: Callable[[], Any], clock: Callable[[], float]) -> tuple[float, Any]:
    """Seconds of a run, and its result."""
    start = clock()
    result = run()
    return clock() - start, result


def measure_masked(bench: Bench, repeats: int, clock: Callable[[], float], peak: float) -> dict:
    """Milliseconds, FLOPs and drawn tokens of every mode, which take turns over `repeats` seeds."""
    for draw in bench.modes.values():  # warms up, and finds what every picture shares
        draw(0)
    flops = {name: flops_of(lambda draw=draw: draw(0)) for name, draw in bench.modes.items()}  # type: ignore[misc]
    seconds: dict[str, list[float]] = {name: [] for name in bench.modes}
    same = 0
    for seed in range(repeats):
        drawn = {}
        for name, draw in bench.modes.items():
            spent, drawn[name] = timed(lambda draw=draw, seed=seed: draw(seed), clock)  # type: ignore[misc]
            seconds[name].append(spent)
        same += int(torch.equal(drawn["plain"], drawn["ours"]))
    best = {name: min(values) for name, values in seconds.items()}
    return {
        "identical_pictures": f"{same} of {repeats}",
        "modes": {
            name: {
                "ms": 1000 * best[name],
                "speedup": best["plain"] / best[name],
                "gflop": flops[name] / 1e9,
                "share_of_peak": flops[name] / best[name] / peak,
            }
            for name in bench.modes
        },
    }


def measure_causal(
    bench: Bench, ratios: Sequence[float], samples: int, clock: Callable[[], float]
) -> dict:
    """Seconds at every ratio; tokens a second with a cache, and without one at some lengths."""
    count = bench.config.max_tokens
    bench.after(bench.empty()[:, :0])
    seconds: dict[str, float] = {}
    for ratio in ratios:  # the last is 1
        drawn = timed(lambda ratio=ratio: bench.hybrid(ratio), clock)  # type: ignore[misc]
        seconds[str(ratio)], (tokens, logits) = drawn
    lengths = [round(index * (count - 1) / max(1, samples - 1)) for index in range(samples)]
    spent, error = 0.0, 0.0
    for length in lengths:
        one, alone = timed(lambda length=length: bench.after(tokens[:, :length]), clock)  # type: ignore[misc]
        spent += one
        error = max(error, float((alone - logits[length]).abs().max()))
    return {
        "cached_tokens_per_second": count / seconds[str(ratios[-1])],
        "uncached_tokens_per_second": samples / spent,
        "cached_against_uncached_logits": error,
        "ratios": {
            key: {
                "evaluations": count_evaluations(float(key), count, bench.sampling.num_steps),
                "seconds": value,
                "saved": 1 - value / seconds[str(ratios[-1])],
            }
            for key, value in seconds.items()
        },
    }


def machine() -> dict[str, Any]:
    """What the numbers were measured on, and how busy it was."""
    cpu, info = platform.processor(), Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].split(":")[1].strip() if names else cpu
    return {
        "cpu": cpu or platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "load": round(os.getloadavg()[0], 1),
        "date": time.strftime("%Y-%m-%d"),
    }


@torch.inference_mode()
def measure(
    size: str,
    *,
    repeats: int = 3,
    steps: int = 8,
    ratios: Sequence[float] = RATIOS,
    samples: int = 8,
    clock: str = "wall",
) -> dict[str, Any]:
    """All numbers of one size. `samples`: lengths at which uncached decoding is timed."""
    tick = CLOCKS[clock]
    about = {"size": size, "steps": steps, "clock": clock, "machine": machine()}
    with torch.inference_mode(False):  # weights that tell when they change
        bench = Bench(TransformerConfig.named(size), SamplingConfig(num_steps=steps))
    peak = gemm_peak(tick)
    return {
        **about,
        "gemm_peak_gflops": peak / 1e9,
        **measure_masked(bench, repeats, tick, peak),
        **measure_causal(bench, ratios, samples, tick),
    }


def table(numbers: dict[str, Any]) -> str:
    """The numbers of one size as Markdown."""
    on = numbers["machine"]
    unit = "" if numbers["clock"] == "wall" else " of processor time"
    modes = [
        (name, f"{row['ms']:.0f}", f"{row['speedup']:.2f}x", f"{row['gflop']:.0f}",
         f"{row['share_of_peak']:.0%}")
        for name, row in numbers["modes"].items()
    ]  # fmt: skip
    ratios = [
        (ratio, row["evaluations"], f"{row['seconds']:.2f}", f"{row['saved']:.0%}")
        for ratio, row in numbers["ratios"].items()
    ]
    masked = ("masked decoding", f"ms an image{unit}", "against plain", "GFLOP", "of GEMM peak")
    return "\n\n".join([
        f"Size {numbers['size']}, {numbers['steps']} steps, guidance; {on['cpu']}, "
        f"{on['cores']} cores, {on['threads']} threads, torch {on['torch']}, load {on['load']}, "
        f"{on['date']}; GEMM peak {numbers['gemm_peak_gflops']:.0f} GFLOP/s.",
        markdown.table(masked, modes),
        f"Plain and ours drew the same tokens in {numbers['identical_pictures']} pictures.",
        markdown.table(("ar_ratio", "evaluations", f"seconds an image{unit}", "saved"), ratios),
        f"Autoregressive: {numbers['cached_tokens_per_second']:.1f} tokens/s with the cache, "
        f"{numbers['uncached_tokens_per_second']:.1f} without; logits differ by at most "
        f"{numbers['cached_against_uncached_logits']:.0e}.\n",
    ])  # fmt: skip


def plot(numbers: Sequence[dict[str, Any]], path: Path) -> None:
    """Seconds an image against ar_ratio, one panel a size."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.5 * len(numbers), 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    for index, one in enumerate(numbers, start=1):
        axes = figure.add_subplot(1, len(numbers), index)
        ratios = [float(ratio) for ratio in one["ratios"]]
        seconds = [row["seconds"] for row in one["ratios"].values()]
        axes.plot(ratios, seconds, "o-", color="#3b6fb5", label="hybrid")
        for x, y in zip(ratios, seconds, strict=True):
            axes.annotate(
                f"{y:.1f}", (x, y), xytext=(0, 6), textcoords="offset points", ha="center"
            )
        for name, mark in (("plain", "x"), ("fast", "v")):
            axes.plot(0, one["modes"][name]["ms"] / 1000, mark, color="#b5543b", label=name)
        threads = one["machine"]["threads"]
        axes.set_title(f"size {one['size']}, {threads} thread{'s' * (threads > 1)}")
        axes.set_xlabel("ar_ratio: share written one by one")
        axes.set_ylabel("seconds an image" if one["clock"] == "wall" else "processor seconds")
        axes.set_ylim(0, 1.2 * max(*seconds, one["modes"]["plain"]["ms"] / 1000))
        axes.set_xticks(ratios)
        axes.legend(loc="upper left")
    figure.savefig(path, dpi=110)


def beside_the_roofline(options: argparse.Namespace) -> None:
    """Print what `benchmarks.gpu.decoding` measures, a size after the other."""
    from benchmarks.gpu import decoding

    if torch.device(options.device).type == "cuda" and not torch.cuda.is_available():
        sys.exit("benchmarks.decode: torch finds no CUDA device; --device cpu measures the CPU")
    for size in options.size or ["b" if options.quick else "xl-text"]:
        numbers = decoding.measure(
            size, device=options.device, dtype=options.dtype, steps=options.steps,
            repeats=options.repeats or (1 if options.quick else 3), tokens=options.tokens,
        )  # fmt: skip
        print(json.dumps(numbers) if options.json else decoding.table(numbers), flush=True)


def main() -> None:
    parser = parser_of("benchmarks.decode", __doc__)
    parser.add_argument("--size", action="append", help="b and xl by default; may be repeated")
    parser.add_argument("--repeats", type=int, help="pictures a mode (default 3; quick 1)")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--threads", type=int, help="default: PyTorch's")
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    parser.add_argument("--quick", action="store_true", help="size b, one picture, three ratios")
    parser.add_argument("--json", action="store_true", help="one line of JSON a size")
    parser.add_argument("--plot", type=Path, help="PNG of time against ar_ratio")
    parser.add_argument("--device", help="measure beside this device's roofline: cuda or cpu")
    parser.add_argument("--dtype", choices=DTYPES, help="of the weights there; default: bfloat16")
    parser.add_argument("--tokens", type=int, default=128, help="written one by one there")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    if options.device is not None:
        beside_the_roofline(options)
        return
    if options.clock == "cpu" and torch.get_num_threads() > 1:
        parser.error("--clock cpu adds up what threads wait: give --threads 1")
    if options.plot and not options.plot.parent.is_dir():
        parser.error(f"--plot: there is no folder {options.plot.parent}")
    sizes = options.size or (["b"] if options.quick else ["b", "xl"])
    numbers = []
    for size in sizes:
        print(f"measuring size {size}", file=sys.stderr)
        one = measure(
            size,
            repeats=options.repeats or (1 if options.quick else 3),
            steps=options.steps,
            ratios=(0.0, 0.5, 1.0) if options.quick else RATIOS,
            samples=2 if options.quick else 8,
            clock=options.clock,
        )
        numbers.append(one)
        print(json.dumps(one) if options.json else table(one), flush=True)
    if options.plot:
        plot(numbers, options.plot)


if __name__ == "__main__":
    main()
