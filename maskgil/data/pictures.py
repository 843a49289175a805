"""Pictures as tensors: batches of scenes, sheets of pictures."""

# B batch, S picture side in pixels.

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from .emoji_scenes import Painter, SceneSampler, example


def to_pixels(pictures: Sequence[np.ndarray]) -> Tensor:
    """uint8 pictures (S, S, 3) to pixels (B, 3, S, S) in [-1, 1]."""
    return torch.from_numpy(np.stack(pictures)).movedim(-1, 1).float() / 127.5 - 1


def save_sheet(images: Sequence[Image.Image], path: Path, *, columns: int = 8) -> None:
    """Write pictures of one size as rows of `columns` in one PNG."""
    width, height = images[0].size
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (min(columns, len(images)) * width, rows * height), "white")
    for index, image in enumerate(images):
        sheet.paste(image, (index % columns * width, index // columns * height))
    sheet.save(path)


class SceneSource:
    """Scenes by number, drawn at `scale` times the encoder's size and averaged down to it."""

    def __init__(
        self, painter: Painter, sampler: SceneSampler, *, scale: int = 1, seed: int = 0
    ) -> None:
        self.painter, self.sampler, self.scale, self.seed = painter, sampler, scale, seed

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """What the encoder reads (B, 3, S, S) and what the decoder should write."""
        large, _ = self.captioned(batch, size)
        small = F.avg_pool2d(large, self.scale) if self.scale > 1 else large
        return small, large

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """Pixels (B, 3, S·scale, S·scale) and their captions."""
        examples = [
            example(batch * size + i, self.painter, self.sampler, seed=self.seed)
            for i in range(size)
        ]
        return to_pixels([one.pixels for one in examples]), [one.caption for one in examples]
