"""A folder of small coloured images, and the command that tokenizes it."""

import io
from pathlib import Path

import numpy as np
from PIL import Image

SHAPES = [(64, 64), (120, 50), (50, 130), (70, 60)]
COLOURS = ("red", "green", "blue")


def png(number: int) -> bytes:
    coarse = np.random.default_rng(number).integers(0, 256, (3, 3, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(coarse).resize(SHAPES[number % len(SHAPES)]).save(file, "PNG")
    return file.getvalue()


def make_folder(root: Path, count: int, *, captions: bool = False) -> Path:
    for number in range(count):
        path = root / COLOURS[number % 3] / f"{number:03d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(number))
        if captions:
            path.with_suffix(".txt").write_text(
                f"a {COLOURS[number % 3]} thing " * (number % 4 + 1)
            )
    return root


def command(source, target, *words) -> list[str]:
    return [
        "tokenize", str(source), str(target), "--tokenizer", "nano-tokenizer", "--workers", "1",
        *map(str, words),
    ]  # fmt: skip
