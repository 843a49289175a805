"""MaskGIL-nano from AR-nano's weights against a cold start: the held-out masked loss by step.

    python -m benchmarks.training.warm_start --art node_modules --out docs/warm_start.png

Three runs of nano's shape on the same scenes of 36 nouns: AR-nano from nothing; MaskGIL-nano from
nothing; MaskGIL-nano from that AR-nano's averaged weights (all layers; the mask's row is new). Same
seed, batches, masks and settings for both masked runs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import torch

from benchmarks.common import ROOT
from maskgil.checkpoints import load
from maskgil.config import TransformerConfig
from maskgil.data.token_shards import ShardRow, TokenShards, save_rows
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.models.transformer import Transformer
from maskgil.train.batches import ShardSource
from maskgil.train.config import from_mapping, read_config
from maskgil.train.distributed import Runtime
from maskgil.train.nano_config import SceneSettings, open_scenes
from maskgil.train.tasks.generator import GeneratorTask, GeneratorTraining
from maskgil.train.warm_start import copy_shared, start_from_codebook

HELD_OUT = 96  # scenes that no run trains on
EVERY = 10  # steps between two measurements


def scene_shards(folder: Path, art: str, count: int, *, first: int) -> TokenShards:
    """`count` scenes from number `first` on, as tokens with the features of their captions."""
    config = read_config(ROOT / "configs" / "nano-first.yaml")
    assert config.scenes is not None
    scenes = open_scenes(from_mapping(SceneSettings, config.scenes, "scenes"), art)
    tokenizer, encoder = load("nano-tokenizer"), load_text_encoder("minilm")
    rows: list[ShardRow] = []
    for batch in range(count // 16):
        pixels, captions = scenes.captioned(first // 16 + batch, 16)
        tokens = tokenizer.encode(pixels)
        embeds, mask = encoder.encode(captions)
        for row, caption in enumerate(captions):
            real = embeds[row] if mask is None else embeds[row][mask[row]]
            rows.append(ShardRow(len(rows), tokens[row][None], caption=caption, features=real))
    save_rows(
        folder, rows, codebook_size=tokenizer.codebook_size,
        downsample_factor=tokenizer.downsample_factor,
    )  # fmt: skip
    return TokenShards(folder)


def new_task(shards: TokenShards, *, causal: bool, steps: int, batch_size: int) -> GeneratorTask:
    """nano's shape and settings, started from the codes of its tokenizer."""
    torch.manual_seed(0)
    model = Transformer(TransformerConfig.named("nano", causal=causal))
    start_from_codebook(model, load("nano-tokenizer").codebook.embedding)
    settings = GeneratorTraining(
        steps=steps, batch_size=batch_size, warmup=15, decay_fraction=0.0, average_decay=0.95
    )
    return GeneratorTask(model, ShardSource(shards, seed=0, engine=Runtime()), settings)


def held_out_loss(task: GeneratorTask, shards: TokenShards) -> float:
    """The masked loss of the current weights on all held-out scenes, always the same masks."""
    probe = GeneratorTask(task.model, ShardSource(shards, seed=0, engine=Runtime()), task.settings)
    batches = len(shards) // 16
    return sum(probe.loss(index, 16) for index in range(batches)) / batches


def curve(task: GeneratorTask, shards: TokenShards, steps: int) -> list[tuple[int, float]]:
    """Held-out loss before training and after each `EVERY` steps."""
    found = [(0, held_out_loss(task, shards))]
    for step in range(steps):
        task.step(step)
        if (step + 1) % EVERY == 0:
            found.append((step + 1, held_out_loss(task, shards)))
    return found


def reached(points: list[tuple[int, float]], loss: float) -> int | None:
    """The first measured step at which `points` are at `loss` or below."""
    return next((step for step, value in points if value <= loss), None)


def plot(
    warm: list[tuple[int, float]], cold: list[tuple[int, float]], path: Path, *, ar_steps: int,
    title: str,
) -> None:  # fmt: skip
    """Both curves, and where the warm one reaches the cold one's end."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 4.5))
    axis.plot(*zip(*cold, strict=True), label="cold start")
    axis.plot(*zip(*warm, strict=True), label=f"from AR-nano after {ar_steps} steps")
    goal = cold[-1][1]
    axis.axhline(goal, color="grey", linewidth=0.8, linestyle="--")
    step = reached(warm, goal)
    if step is not None:
        axis.annotate(
            f"the cold run's last loss, {goal:.2f},\nafter {step} steps instead of {cold[-1][0]}",
            (step, goal), (step + 0.1 * cold[-1][0], goal + 0.25 * (cold[0][1] - goal)),
            arrowprops={"arrowstyle": "->"},
        )  # fmt: skip
    axis.set_title(title)
    axis.set_xlabel("steps of the masked model")
    axis.set_ylabel("held-out masked loss")
    axis.grid(alpha=0.3)
    axis.legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--art", default="node_modules", help="npm folder of the emoji art")
    parser.add_argument("--out", type=Path, default=Path("docs/warm_start.png"))
    parser.add_argument("--ar-steps", type=int, default=250)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--scenes", type=int, default=4096)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    size = {"batch_size": options.batch_size}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shards = scene_shards(folder / "train", options.art, options.scenes, first=0)
        held = scene_shards(folder / "held", options.art, HELD_OUT, first=10**7)
        twin = new_task(shards, causal=True, steps=options.ar_steps, **size)
        for step in range(options.ar_steps):
            values = twin.step(step)
        print(json.dumps({"AR-nano": values["loss"], "steps": options.ar_steps}), flush=True)
        cold = new_task(shards, causal=False, steps=options.steps, **size)
        cold_curve = curve(cold, held, options.steps)
        warm = new_task(shards, causal=False, steps=options.steps, **size)
        started = copy_shared(warm.model, twin.average.values, twin.model.config)
        warm_curve = curve(warm, held, options.steps)
    goal, shape = cold_curve[-1][1], warm.model.config
    print(json.dumps({
        "new": list(started.fresh), "cold": cold_curve, "warm": warm_curve, "goal": goal,
        "steps to it": {"cold": reached(cold_curve, goal), "warm": reached(warm_curve, goal)},
    }))  # fmt: skip
    title = f"{shape.num_layers} blocks, {shape.dim} wide, {shards.grids[0]} tokens"
    plot(warm_curve, cold_curve, options.out, ar_steps=options.ar_steps, title=title)


if __name__ == "__main__":
    main()
