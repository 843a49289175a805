"""A tiny set of token shards and a config that trains on it in seconds."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import torch
import yaml

from maskgil import train
from maskgil.data.token_shards import ShardRow, TokenShards, save_rows

ROOT = Path(__file__).parents[2]
CODES, CLASSES = 32, 4


def make_shards(folder: Path, *, grids=((4, 4),), captions: bool = False) -> TokenShards:
    """48 pictures a grid whose tokens tell of their label: code 8 · label + something below 8."""
    generator = torch.Generator().manual_seed(0)
    rows = []
    for grid in grids:
        for _ in range(48):
            label = len(rows) % CLASSES
            noise = torch.randint(0, CODES // CLASSES, (1, *grid), generator=generator)
            features = torch.randn(2 + len(rows) % 3, 6, generator=generator)
            rows.append(
                ShardRow(
                    len(rows), label * (CODES // CLASSES) + noise,
                    label=None if captions else label,
                    caption=f"picture {len(rows)} of {label}" if captions else None,
                    features=features + label if captions else None,
                )
            )  # fmt: skip
    save_rows(folder, rows, codebook_size=CODES, shard_size=20)
    return TokenShards(folder)


MODEL = {
    "size": "b", "num_layers": 2, "num_heads": 2, "dim": 16, "hidden_multiple_of": 8,
    "codebook_size": CODES, "max_grid_size": [8, 8], "num_classes": CLASSES,
}  # fmt: skip
TRAINING = {
    "steps": 12, "batch_size": 8, "optimizer": "adamw", "adam_rate": 1e-3, "betas": [0.9, 0.96],
    "weight_decay": 1e-5, "label_smoothing": 0.1, "mask_schedule": "arccos", "warmup": 2,
    "decay_fraction": 0.0, "average_decay": 0.9,
}  # fmt: skip


def config_file(folder: Path, *, model=None, training=None, **changes) -> Path:
    """A class-driven run on the shards at folder/shards."""
    values = {
        "kind": "generator",
        "model": {**MODEL, **(model or {})},
        "data": {"shards": str(folder / "shards")},
        "training": {**TRAINING, **(training or {})},
        "save_minutes": 0,
        "save_every": 2,
        "log_every": 1,
        "tensorboard": False,
        **changes,
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), **more}


def start(*arguments: object, **options) -> subprocess.Popen:
    """`python -m maskgil train ...` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "maskgil", "train", *map(str, arguments)],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def run(config: Path, *more: object) -> None:
    """The command, in this process."""
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    train.run(parser.parse_args([str(config), *map(str, more)]))


def launched(*arguments: object, launcher: tuple[str, ...] = (), **more: str) -> None:
    """`python -m maskgil train ...` in two processes of this machine."""
    launcher = launcher or ("torch.distributed.run", "--nproc_per_node", "2")
    done = subprocess.run(
        [sys.executable, "-m", *launcher, "-m", "maskgil", "train", *map(str, arguments)],
        env=environment(**more), capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def losses(folder: Path) -> list[float]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["loss"] for line in lines]


def assert_same_state(one, other, name="") -> None:
    """Two nested states are equal, tensors bit for bit."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), name
        for key in one:
            assert_same_state(one[key], other[key], f"{name}.{key}")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), name
        for index, (first, second) in enumerate(zip(one, other, strict=True)):
            assert_same_state(first, second, f"{name}.{index}")
    elif isinstance(one, torch.Tensor):
        assert torch.equal(one, other), name
    else:
        assert one == other, name
