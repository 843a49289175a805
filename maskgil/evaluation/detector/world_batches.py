"""Batches of the world's scenes by number, composed ahead of the step by another process."""

# B batch, S picture side in pixels.

from __future__ import annotations

import math
import signal
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from torch.utils.data import DataLoader, Dataset

from maskgil.evaluation.detector.dataset import Truth
from maskgil.evaluation.detector.world_loose import LooseWorldScenes
from maskgil.evaluation.detector.world_scenes import WorldScenes
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.nouns import Noun
from maskgil.nano.world.sampler import SceneSampler

AHEAD = 2  # batches that a worker has ready
Batch = tuple[np.ndarray, list[Truth]]  # pictures (B, S, S, 3) uint8 and what they show


class BatchSource(Protocol):
    """Batches by number."""

    def __getitem__(self, batch: int) -> Batch: ...


class WorldBatches(Dataset):
    """A share `loose` of a batch are loose scenes, the first `clean` pictures are not spoilt.

    `nouns`: what is drawn, all without.
    """

    def __init__(
        self, art: Art, size: int, *, loose: float = 0.6, clean: int = 0, side: int = 192,
        nouns: Sequence[Noun] = (), seed: int = 0,
    ) -> None:  # fmt: skip
        renderer = Renderer(art, size=side)
        self.size, self.share, self.clean = size, loose, clean
        names = tuple(one.name for one in nouns) or None
        self.scenes = WorldScenes(renderer, SceneSampler(nouns=names), seed=seed)
        self.spoilt = LooseWorldScenes(renderer, nouns, seed=seed)
        self.plain = LooseWorldScenes(renderer, nouns, spoilt=False, seed=seed + 1)

    def __getitem__(self, batch: int) -> Batch:
        shown = []
        for place in range(self.size):
            number = batch * self.size + place
            is_loose = math.floor((number + 1) * self.share) > math.floor(number * self.share)
            loose = self.plain if place < self.clean else self.spoilt
            shown.append((loose if is_loose else self.scenes)[number])
        return np.stack([one.pixels for one in shown]), [one.truth for one in shown]


class Ahead:
    """Batches in order, composed by `workers` other processes; asked for another, it starts anew.

    What a batch holds does not depend on the workers.
    """

    def __init__(self, batches: WorldBatches, workers: int) -> None:
        self.batches, self.workers = batches, workers
        self._ready: Iterator[Batch] = iter(())
        self._next = -1

    def __getitem__(self, batch: int) -> Batch:
        if not self.workers:
            return self.batches[batch]
        if batch != self._next:
            self._ready = iter(
                DataLoader(
                    self.batches, batch_size=None, sampler=range(batch, 2**31),
                    num_workers=self.workers, prefetch_factor=AHEAD, collate_fn=_as_it_is,
                    multiprocessing_context="fork", worker_init_fn=_go_on,
                )
            )  # fmt: skip
        self._next = batch + 1
        return next(self._ready)


def _go_on(_worker: int) -> None:
    """A signal that ends the run leaves the worker be: the step under way needs its batch."""
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, signal.SIG_IGN)


def _as_it_is(batch: Any) -> Any:
    return batch


class Mirrored:
    """Each batch of `source` twice, as it is and mirrored: composing costs as much as a step."""

    def __init__(self, source: BatchSource) -> None:
        self.source = source
        self._kept: tuple[int, Batch] | None = None

    def __getitem__(self, batch: int) -> Batch:
        number, is_mirrored = divmod(batch, 2)
        if self._kept is None or self._kept[0] != number:
            self._kept = number, self.source[number]
        pictures, truths = self._kept[1]
        if not is_mirrored:
            return pictures, truths
        return pictures[:, :, ::-1], [mirrored(truth) for truth in truths]


def mirrored(truth: Truth) -> Truth:
    """What the mirrored picture shows."""
    boxes = truth.boxes.copy()
    boxes[:, 0], boxes[:, 2] = 1 - truth.boxes[:, 2], 1 - truth.boxes[:, 0]
    return truth._replace(boxes=boxes)
