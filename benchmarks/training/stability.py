"""Output norms at a learning rate that is too high, with and without QK-norm and post-norm.

    python -m benchmarks.training.stability --out docs/stability.png

Four class-driven models of one shape, on the same batches of scikit-learn's digits as tokens of
nano's tokenizer: plain pre-norm, with QK-norm, with post-norm, with both as the paper's 1.4B model.
The output norm is what a run logs as `output_norm`: the mean length of a block's output vectors.
Gradients are not clipped.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from examples.digits import render
from maskgil.checkpoints import load
from maskgil.config import TransformerConfig
from maskgil.data.token_shards import ShardRow, TokenShards, save_rows
from maskgil.models.transformer import Transformer
from maskgil.train.batches import ShardSource
from maskgil.train.distributed import Runtime
from maskgil.train.tasks.generator import GeneratorTask, GeneratorTraining
from maskgil.utils.images import stack_pixels

VARIANTS = {
    "plain": {},
    "QK-norm": {"qk_norm": True},
    "post-norm": {"post_norm": True},
    "QK-norm and post-norm": {"qk_norm": True, "post_norm": True},
}


def digit_shards(folder: Path) -> TokenShards:
    """Tokens of the digits, by nano's tokenizer."""
    from PIL import Image

    render(folder / "pictures")
    tokenizer = load("nano-tokenizer")
    rows = []
    for index, path in enumerate(sorted((folder / "pictures" / "train").glob("*/*.png"))):
        pixels = stack_pixels([np.asarray(Image.open(path))])
        rows.append(ShardRow(index, tokenizer.encode(pixels), label=int(path.parent.name)))
    save_rows(
        folder / "shards",
        rows,
        codebook_size=tokenizer.codebook_size,
        downsample_factor=tokenizer.downsample_factor,
    )
    return TokenShards(folder / "shards")


def train(
    shards: TokenShards, flags: dict, *, rate: float, steps: int, batch_size: int, layers: int
) -> dict[str, list[float]]:
    """Loss, gradient norm and the norms of every block's outputs at each step."""
    torch.manual_seed(0)
    shape = TransformerConfig.named(
        "b", num_layers=layers, num_heads=4, dim=128, hidden_multiple_of=64,
        codebook_size=shards.codebook_size, max_grid_size=shards.grids[0], num_classes=10, **flags,
    )  # fmt: skip
    settings = GeneratorTraining(
        steps=steps, batch_size=batch_size, optimizer="adamw", adam_rate=rate, betas=(0.9, 0.96),
        weight_decay=1e-5, label_smoothing=0.1, mask_schedule="arccos", warmup=20,
        decay_fraction=0.0, gradient_limit=1e9,
    )  # fmt: skip
    source = ShardSource(shards, seed=0, engine=Runtime())
    task = GeneratorTask(Transformer(shape), source, settings)
    found: dict[str, list[float]] = {"loss": [], "gradient_norm": [], "first": [], "last": []}
    for step in range(steps):
        values = task.step(step)
        norms = list(task.norms().values())
        found["loss"].append(values["loss"])
        found["gradient_norm"].append(values["gradient_norm"])
        found["first"].append(norms[0])
        found["last"].append(norms[-1])
    return found


def plot(results: dict[str, dict[str, list[float]]], path: Path, title: str) -> None:
    """Output norm of the last block above, loss below."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, figsize=(7, 7), sharex=True)
    for name, values in results.items():
        steps = np.arange(1, len(values["last"]) + 1)
        above.plot(steps, values["last"], label=name)
        smooth = np.convolve(values["loss"], np.ones(10) / 10, mode="valid")
        below.plot(np.arange(10, len(steps) + 1), smooth, label=name)
    above.set_yscale("log")
    above.set_ylabel("output norm of the last block")
    above.legend()
    above.set_title(title)
    below.set_ylabel("loss, mean of 10 steps")
    below.set_xlabel("step")
    for axis in (above, below):
        axis.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/stability.png"))
    parser.add_argument("--numbers", type=Path, help="also write every number into this JSON file")
    parser.add_argument("--rate", type=float, default=1e-2, help="AdamW's learning rate")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        shards = digit_shards(Path(folder))
        for name, flags in VARIANTS.items():
            results[name] = train(
                shards, flags, rate=options.rate, steps=options.steps,
                batch_size=options.batch_size, layers=options.layers,
            )  # fmt: skip
            last = {key: round(float(np.mean(v[-20:])), 3) for key, v in results[name].items()}
            peak = round(max(results[name]["last"]), 1)
            line = {"model": name, "mean of the last 20 steps": last, "peak": peak}
            print(json.dumps(line), flush=True)
    if options.numbers is not None:
        options.numbers.write_text(json.dumps(results))
    plot(results, options.out, f"AdamW at {options.rate:g}, {options.layers} blocks, 128 wide")


if __name__ == "__main__":
    main()
