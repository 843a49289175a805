"""Aspect-ratio buckets: the picture sizes a model of one area is trained on and draws.

Sizes are (height, width) in pixels, grids (rows, columns) in tokens. A bucket's sides are
multiples of `step` (32 pixels: two tokens of an f16 tokenizer, the grid unit of Lumina-mGPT).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

STEP = 32
MAX_RATIO = 4.0
Size = tuple[int, int]


class Fit(NamedTuple):
    """How a picture fills a bucket: first `resize` to (height, width), then cut `crop`.

    `crop`: top, left, bottom, right in pixels of the resized picture, centred.
    """

    bucket: Size
    resize: Size
    crop: tuple[int, int, int, int]


@lru_cache(maxsize=32)
def buckets(side: int = 512, *, step: int = STEP, max_ratio: float = MAX_RATIO) -> tuple[Size, ...]:
    """All sizes of at most side² pixels and aspect ratio ≤ `max_ratio`, widest first.

    Only sizes that cannot grow by one step in both directions count: with n = (side / step)² units
    of area, h · w ≤ n < (h + 1)(w + 1). 512 gives the sizes Lumina-mGPT was tuned on.
    """
    if step < 1 or side < step or side % step:
        raise ValueError(f"side is {side}; it must be a multiple of {step}, at least {step}")
    if not max_ratio >= 1.0:
        raise ValueError(f"max_ratio is {max_ratio}; it must be at least 1")
    area = (side // step) ** 2
    found = [
        (rows * step, columns * step)
        for columns in range(area, 0, -1)
        for rows in range(1, area // columns + 1)
        if (rows + 1) * (columns + 1) > area
        and max(rows, columns) <= max_ratio * min(rows, columns)
    ]
    return tuple(found)


def grid_of(size: Size, *, downsample_factor: int = 16) -> Size:
    """Tokens (rows, columns) of a picture of `size`; ValueError if not whole numbers."""
    height, width = size
    if min(size) < downsample_factor or height % downsample_factor or width % downsample_factor:
        raise ValueError(
            f"a picture of {height} x {width} pixels is not a whole number of tokens; "
            f"both sides must be multiples of {downsample_factor}"
        )
    return height // downsample_factor, width // downsample_factor


def nearest_bucket(size: Size, sizes: Sequence[Size] | None = None) -> Size:
    """The bucket of `sizes` (default `buckets()`) that keeps most of a picture of `size`.

    Scaled to cover a bucket and cropped, a picture keeps min(a, b) / max(a, b) of its area, a and b
    being the ratios of heights and of widths. Among equals the larger bucket wins, then the
    wider.
    """
    height, width = size
    if min(size) < 1:
        raise ValueError(f"a picture's size is {height} x {width}; both must be at least 1")
    sizes = buckets() if sizes is None else sizes
    if not sizes:
        raise ValueError("there are no buckets to choose from")

    def worth(bucket: Size) -> tuple[float, int, int]:
        tall, wide = bucket[0] / height, bucket[1] / width
        return round(min(tall, wide) / max(tall, wide), 9), bucket[0] * bucket[1], bucket[1]

    return max(sizes, key=worth)


def fit(size: Size, sizes: Sequence[Size] | None = None) -> Fit:
    """Resize and centred crop that bring a picture of `size` into its nearest bucket."""
    bucket = nearest_bucket(size, sizes)
    scale = max(bucket[0] / size[0], bucket[1] / size[1])
    resized = (max(bucket[0], round(size[0] * scale)), max(bucket[1], round(size[1] * scale)))
    top, left = (resized[0] - bucket[0]) // 2, (resized[1] - bucket[1]) // 2
    return Fit(bucket, resized, (top, left, top + bucket[0], left + bucket[1]))


def parse_size(text: str) -> Size:
    """(height, width) of "WIDTHxHEIGHT" or of one number for a square, such as "768x320"."""
    parts = text.lower().replace("×", "x").split("x")
    try:
        numbers = [int(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2) or min(numbers, default=0) < 1:
        raise ValueError(
            f"the size is {text!r}; give WIDTHxHEIGHT in pixels, such as 512x512 or 768x320"
        )
    width, height = numbers[0], numbers[-1]
    return height, width
