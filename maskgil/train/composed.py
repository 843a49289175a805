"""Scenes composed ahead of the step by worker processes, through torch's DataLoader."""

# B batch, S picture side in pixels.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

AHEAD = 4  # chunks of scenes that each worker has ready
CHUNK = 32  # scenes composed at a time


class _Chunks(Dataset):
    """Chunk number -> its pixels (CHUNK, S, S, 3) uint8 and captions."""

    def __init__(self, scenes: Any) -> None:
        self.scenes = scenes

    def __getitem__(self, chunk: int) -> tuple[Tensor, list[str]]:
        numbers = range(chunk * CHUNK, (chunk + 1) * CHUNK)
        drawn = [self.scenes.example(number) for number in numbers]
        pixels = np.stack([one.pixels for one in drawn])
        return torch.from_numpy(pixels), [one.caption for one in drawn]


class ComposedScenes:
    """`captioned` of a source of scenes, its batches composed by `workers` processes.

    Batches asked for in order come from chunks that are ready; any other starts the workers anew.
    What a batch holds does not depend on the workers. `size` has to be a multiple of `CHUNK`.
    """

    def __init__(self, scenes: Any, workers: int) -> None:
        self.scenes, self.workers = scenes, workers
        self._ready: Iterator[tuple[Tensor, list[str]]] = iter(())
        self._next: tuple[int, int] | None = None

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """Pixels (B, 3, S, S) in [-1, 1] and their captions."""
        if size % CHUNK:
            return self.scenes.captioned(batch, size)
        per_batch = size // CHUNK
        if self._next != (batch, size):
            self._ready = iter(self._loader(batch * per_batch))
        self._next = (batch + 1, size)
        chunks = [next(self._ready) for _ in range(per_batch)]
        pixels = torch.cat([pixels for pixels, _ in chunks])
        captions = [caption for _, captions in chunks for caption in captions]
        return pixels.movedim(-1, 1).float() / 127.5 - 1, captions

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """See the source's own."""
        return self.scenes.pictures(batch, size)

    @property
    def sampler(self) -> Any:
        """See the source's own."""
        return self.scenes.sampler

    def held_out(self) -> Any:
        """See the source's own."""
        return self.scenes.held_out()

    def _loader(self, start: int) -> DataLoader:
        return DataLoader(
            _Chunks(self.scenes),
            batch_size=None,
            sampler=range(start, 2**31),
            num_workers=self.workers,
            prefetch_factor=AHEAD,
            multiprocessing_context="fork",
        )
