"""Labelled pictures for nano's detector, and augmentations.

Augmentations cut, rotate and distort drawings and pictures.
"""

# S picture side in pixels, N things of a picture.

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from PIL import Image

UNKNOWN = -1  # an unlabelled colour: the drawing's own, which no word names
PATCH = 8  # pixels of a token
Square = TypeVar("Square", bound=tuple[float, float, float])  # left, top, side


class Truth(NamedTuple):
    """The labels of a picture.

    `labels` (N,) indices of nouns, the number of nouns for none of them; `colours` (N,) indices of
    `COLOURS`, their number for own or several colours, or `UNKNOWN`; `boxes` (N, 4) left, top,
    right, bottom as fractions of the picture; `seen` (N,) visible fractions; `whole` the index of
    the answer to each question about the whole picture, or `UNKNOWN`.
    """

    labels: np.ndarray
    colours: np.ndarray
    boxes: np.ndarray
    seen: np.ndarray
    whole: dict[str, int]


class Shown(NamedTuple):
    """A picture (S, S, 3) uint8 and its labels."""

    pixels: np.ndarray
    truth: Truth


def opaque_box(alpha: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is more than half opaque in (H, W) uint8."""
    rows, columns = np.where(alpha > 127)
    if not len(rows):  # nothing opaque
        rows, columns = np.where(alpha > 0)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def as_truth(things: Sequence[tuple[int, int, Any]]) -> Truth:
    """Labels of fully visible things as arrays."""
    return Truth(
        np.array([one[0] for one in things], np.int64),
        np.array([one[1] for one in things], np.int64),
        np.array([one[2] for one in things], np.float32).reshape(-1, 4),
        np.ones(len(things), np.float32),
        {},
    )


def halves(first: np.ndarray, second: np.ndarray, rng: random.Random) -> np.ndarray:
    """A straight cut near the middle, one drawing (H, W, 4) on each side of it."""
    height, width = first.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    far = np.cos(angle) * x + np.sin(angle) * y > rng.uniform(-0.15, 0.15)
    return np.where(far[..., None], first, second)


def apart(somewhere: Callable[[], Square], count: int, most: float) -> list[Square]:
    """At most `count` squares, no two of which share `most` of the smaller one; 40 are tried."""
    places: list[Square] = []
    for _ in range(40):
        left, top, side = place = somewhere()
        shared = [
            max(0, min(left + side, x + other) - max(left, x))
            * max(0, min(top + side, y + other) - max(top, y))
            / min(side, other) ** 2
            for x, y, other in places
        ]
        if all(share < most for share in shared):
            places.append(place)
        if len(places) == count:
            break
    return places


def turned(image: Image.Image, degrees: float) -> Image.Image:
    """A picture rotated about its centre, at the same size."""
    angle, x, y = np.deg2rad(degrees), image.width / 2, image.height / 2
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = (cos, sin, x * (1 - cos) - y * sin, -sin, cos, y * (1 - cos) + x * sin)
    return image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def spoil(pixels: np.ndarray, rng: random.Random) -> np.ndarray:
    """Distort a picture (S, S, 3) uint8 like a decoder, a compressed file or careless resizing."""
    full = len(pixels)
    if rng.random() < 0.15:
        pixels = _wrong_cells(pixels, rng)
    roll = rng.random()
    if roll < 0.2:
        side = rng.randint(full // 2 + 8, full - 8)
        image = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
        pixels = np.asarray(image.resize((full, full), Image.Resampling.BICUBIC))
    elif roll < 0.35:
        pixels = _blur(pixels, rng.uniform(0.15, 0.5))
    if rng.random() < 0.12:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=rng.randint(35, 90))
        pixels = np.asarray(Image.open(file))
    if rng.random() < 0.4:
        light, contrast = rng.uniform(-8, 8), rng.uniform(0.94, 1.06)
        noise = np.float32(0)
        if rng.random() < 0.5:
            random_numbers = np.random.default_rng(rng.getrandbits(32))
            noise = random_numbers.standard_normal(pixels.shape, np.float32) * rng.uniform(1, 7)
        changed = (pixels.astype(np.float32) - 128) * contrast + 128 + light + noise
        pixels = changed.round().clip(0, 255).astype(np.uint8)
    return pixels


def _blur(pixels: np.ndarray, share: float) -> np.ndarray:
    """Each pixel with `share` of the mean of its neighbours, along rows, then along columns."""
    soft = pixels.astype(np.float32)
    for axis in (0, 1):
        around = (np.roll(soft, 1, axis) + np.roll(soft, -1, axis)) / 2
        soft += share * (around - soft)
    return soft.round().clip(0, 255).astype(np.uint8)


def _wrong_cells(pixels: np.ndarray, rng: random.Random) -> np.ndarray:
    """Swap the contents of a few token-sized patches, like a generator's errors."""
    pixels = pixels.copy()
    for _ in range(rng.randint(1, 5)):
        row, column, y, x = (PATCH * rng.randrange(len(pixels) // PATCH) for _ in range(4))
        pixels[row : row + PATCH, column : column + PATCH] = pixels[y : y + PATCH, x : x + PATCH]
    return pixels
