"""How fast images become token shards, and where the time goes.

    python -m benchmarks.training.tokenize_speed [--images 128] [--workers 1 2] [--json]

Paints photo-like JPEGs of 500 x 375 pixels (coloured 1/f noise, about as large in bytes as
ImageNet's), stores them as a folder, as tar shards and as a dataset, and runs `tokenize` on them:
nano's tokenizer at 96 x 96 from each kind of source, and LlamaGen-VQ f16 (72M parameters, random
weights) at 256 x 256. The last column divides by processor time and so holds on a busy machine too.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from maskgil import checkpoints
from maskgil.data.image_datasets.open import open_source
from maskgil.data.image_loader import views_of
from maskgil.data.shard_writer import Recipe
from maskgil.data.tokenize_command import ACTIVITIES, tokenize
from maskgil.evaluation import markdown

SIZE = (375, 500)


def photo(seed: int, size: tuple[int, int] = SIZE, quality: int = 92) -> bytes:
    """A JPEG of noise whose amplitude falls with frequency, as that of photographs does."""
    rng = np.random.default_rng(seed)
    rows, columns = np.fft.fftfreq(size[0])[:, None], np.fft.rfftfreq(size[1])[None]
    fall = 1 / np.maximum(np.hypot(rows, columns), 1 / max(size))  # (H, W/2 + 1)
    phases = rng.uniform(0, 2 * np.pi, (3, *fall.shape))
    waves = np.fft.irfft2(fall * np.exp(1j * phases), s=size)  # (3, H, W)
    grey = waves.mean(0)
    mixed = 0.75 * grey + 0.25 * waves
    pixels = (mixed / mixed.std() * 50 + 128).clip(0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels.transpose(1, 2, 0)).save(file, "JPEG", quality=quality)
    return file.getvalue()


def make_sources(root: Path, count: int) -> dict[str, Path]:
    """The same photos as a folder of two classes, as tar shards and, if it can be, a dataset."""
    photos = [photo(seed) for seed in range(count)]
    (root / "tars").mkdir(parents=True)
    for number in range(2):
        (root / "folder" / f"class{number}").mkdir(parents=True)
        with tarfile.open(root / "tars" / f"{number:03d}.tar", "w") as tar:
            for index in range(number, count, 2):
                for name, data in (("jpg", photos[index]), ("cls", str(number).encode())):
                    member = tarfile.TarInfo(f"{index:06d}.{name}")
                    member.size = len(data)
                    tar.addfile(member, io.BytesIO(data))
    for index, data in enumerate(photos):
        (root / "folder" / f"class{index % 2}" / f"{index:06d}.jpg").write_bytes(data)
    sources = {"folder": root / "folder", "tar shards": root / "tars"}
    try:
        import datasets
    except ImportError:
        return sources
    features = datasets.Features({"image": datasets.Image(), "label": datasets.Value("int64")})
    datasets.disable_progress_bars()
    datasets.Dataset.from_dict(
        {
            "image": [{"bytes": data, "path": None} for data in photos],
            "label": [index % 2 for index in range(count)],
        },
        features=features,
    ).save_to_disk(root / "dataset")
    return {**sources, "dataset": root / "dataset"}


def large_tokenizer(path: Path) -> Path:
    """LlamaGen-VQ f16 at its published size, untrained."""
    from maskgil.tokenizers.llamagen import LlamaGenVQ, LlamaGenVQConfig

    torch.manual_seed(0)
    return checkpoints.save(LlamaGenVQ(LlamaGenVQConfig()), path)


def measure(
    source: Path, target: Path, recipe: Recipe, *, workers: int, limit: int | None = None
) -> dict[str, Any]:
    """Images a second, by the clock and of processor time, and the share of each activity."""
    report = tokenize(open_source(source), target, recipe, workers=workers, limit=limit)
    seconds = report["seconds"]
    working = report["wall_seconds"] - report["starting_seconds"]
    return {
        "images": report["images"],
        "workers": workers,
        "images_per_second": round(report["images"] / working, 2),
        "images_per_processor_second": round(report["images"] / seconds["processor"], 2),
        "shares": {
            name: round(seconds.get(name, 0.0) / seconds["total"], 3) for name in ACTIVITIES
        },
    }


def table(rows: list[dict[str, Any]]) -> str:
    shown = [name for name in ACTIVITIES if any(row["shares"][name] for row in rows)]
    head = ["tokenizer", "source", "processes", "images/s", *shown, "images/s of one core"]
    cells = [
        (row["tokenizer"], row["source"], row["workers"], f"{row['images_per_second']:.1f}",
         *(f"{row['shares'][name]:.0%}" for name in shown),
         f"{row['images_per_processor_second']:.1f}")
        for row in rows
    ]  # fmt: skip
    return markdown.table(head, cells)


def run(images: int, large_images: int, workers: list[int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        sources = make_sources(root, images)
        large = str(large_tokenizer(root / "large.safetensors")) if large_images else ""
        shards = max(workers)

        def add(name: str, source: str, recipe: Recipe, count: int, limit: int) -> None:
            target = root / "out" / str(len(rows))
            numbers = measure(sources[source], target, recipe, workers=count, limit=limit)
            rows.append({"tokenizer": name, "source": source, **numbers})

        for count in workers:
            for source in sources if count == workers[0] else ["folder"]:
                nano = Recipe(
                    "nano-tokenizer", ((96, 96),), views_of(), shard_size=-(-images // shards)
                )
                add("nano, 96 x 96", source, nano, count, images)
            if large_images:
                slow = Recipe(
                    large, ((256, 256),), views_of(), shard_size=-(-large_images // shards),
                    batch_size=4,
                )  # fmt: skip
                add("LlamaGen-VQ f16, 256 x 256", "folder", slow, count, large_images)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=128, help="for nano's tokenizer")
    parser.add_argument("--large-images", type=int, default=8, help="for LlamaGen-VQ; 0: none")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = run(options.images, options.large_images, options.workers)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    if options.json:
        sys.stdout.write(json.dumps({"load": load, "rows": rows}) + "\n")
    else:
        note = (
            f"{os.cpu_count()} cores ({platform.machine()}), load {load}, torch {torch.__version__}"
        )
        sys.stdout.write(f"{note}\n\n{table(rows)}\n")


if __name__ == "__main__":
    main()
