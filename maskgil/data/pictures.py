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


def to_images(pixels: Tensor) -> list[Image.Image]:
    """Pixels (B, 3, H, W) in [-1, 1] to PIL images; nothing is stretched."""
    values = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte().movedim(1, -1).cpu().numpy()
    return [Image.fromarray(picture) for picture in values]


def save_sheet(rows: Sequence[Tensor], path: Path) -> None:
    """Write rows of pixels (B, 3, S, S) as one PNG."""
    lines = [torch.cat(list(row), -1) for row in rows]
    to_images(torch.cat(lines, -2)[None])[0].save(path)


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
