"""Small images, whole or damaged; a folder of coloured ones, and the command that tokenizes it."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maskgil.data.image_datasets.base import Unusable

SHAPES = [(64, 64), (120, 50), (50, 130), (70, 60)]
COLOURS = ("red", "green", "blue")


def picture(number: int, size=(48, 40)) -> Image.Image:
    """A smooth picture (width, height) unlike that of any other number."""
    coarse = np.random.default_rng(number).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind="PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def reason(action) -> str:
    with pytest.raises(Unusable) as caught:
        action()
    return caught.value.reason


def damaged(kind: str) -> bytes:
    jpeg = encoded(picture(0, (300, 200)), "JPEG")
    return {
        "truncated": jpeg[: len(jpeg) // 2],
        "text": b"This was a letter before someone renamed it.\n" * 20,
        "empty": b"",
        "noise": jpeg[:20] + bytes(range(256)) * 8,
        "truncated PNG": encoded(picture(0))[:200],
    }[kind]


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
