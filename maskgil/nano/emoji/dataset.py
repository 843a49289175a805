"""Pictures as tensors: batches of scenes, sheets of pictures."""

# B batch, S picture side in pixels.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from maskgil.nano.emoji.renderer import Example, Painter, SceneSampler, example


def to_pixels(pictures: Sequence[np.ndarray]) -> Tensor:
    """uint8 pictures (S, S, 3) to pixels (B, 3, S, S) in [-1, 1]."""
    return torch.from_numpy(np.stack(pictures)).movedim(-1, 1).float() / 127.5 - 1


def sheet(images: Sequence[Image.Image], *, columns: int = 8) -> Image.Image:
    """Pictures of one size in rows of `columns`, as one."""
    width, height = images[0].size
    rows = -(-len(images) // columns)
    whole = Image.new("RGB", (min(columns, len(images)) * width, rows * height), "white")
    for index, image in enumerate(images):
        whole.paste(image, (index % columns * width, index // columns * height))
    return whole


class Scenes(Protocol):
    """Scenes by number, as training takes them."""

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """What the encoder reads (B, 3, S, S) and what the decoder should write."""

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """Pixels (B, 3, S, S) that the encoder reads, and their captions."""

    def held_out(self) -> Scenes:
        """The same source of what training never shows."""


class SceneSource:
    """Scenes by number. `reader` draws what the encoder reads where the decoder writes larger."""

    def __init__(
        self,
        painter: Painter,
        sampler: SceneSampler,
        *,
        reader: Painter | None = None,
        seed: int = 0,
    ) -> None:
        self.painter, self.sampler, self.reader, self.seed = painter, sampler, reader, seed

    def held_out(self) -> SceneSource:
        """The same source of what training never shows."""
        sampler = replace(self.sampler, held_out=True)
        return SceneSource(self.painter, sampler, reader=self.reader, seed=self.seed)

    def _examples(self, batch: int, size: int, painter: Painter) -> list[Example]:
        numbers = range(batch * size, (batch + 1) * size)
        return [example(number, painter, self.sampler, seed=self.seed) for number in numbers]

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """What the encoder reads (B, 3, S, S) and what the decoder should write."""
        drawn = self._examples(batch, size, self.painter)
        large = to_pixels([one.pixels for one in drawn])
        if self.reader is None:
            return large, large
        return to_pixels([self.reader.draw(one.scene) for one in drawn]), large

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """Pixels of `painter` (B, 3, S, S) and their captions."""
        drawn = self._examples(batch, size, self.painter)
        return to_pixels([one.pixels for one in drawn]), [one.caption for one in drawn]
