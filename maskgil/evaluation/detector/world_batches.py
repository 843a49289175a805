"""Batches of the world's scenes by number, composed ahead of the step by another process."""

# B batch, S picture side in pixels.

from __future__ import annotations

import math
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from maskgil.evaluation.detector.dataset import Truth
from maskgil.evaluation.detector.train import Targets
from maskgil.evaluation.detector.world_loose import LooseWorldScenes
from maskgil.evaluation.detector.world_scenes import WorldScenes
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.nouns import Noun
from maskgil.nano.world.sampler import SceneSampler
from maskgil.utils.images import from_bytes

AHEAD = 2  # batches that a worker has ready
KEPT_BYTES = 600 << 20  # of drawings, sprites and scenery that a worker keeps, each
LAG = 24  # batches between two pairs of times that one is shown
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
        renderer = Renderer(art, size=side, kept=KEPT_BYTES)
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

    def __init__(self, batches: Any, workers: int) -> None:
        self.batches, self.workers = batches, workers
        self._ready: Iterator[Any] = iter(())
        self._next = -1

    def __getitem__(self, batch: int) -> Any:
        if not self.workers:
            return self.batches[batch]
        if batch != self._next:
            self._ready = iter(
                DataLoader(
                    self.batches, batch_size=None, sampler=range(batch, 2**31),
                    num_workers=self.workers, prefetch_factor=AHEAD, collate_fn=_packed,
                    multiprocessing_context="fork", worker_init_fn=_go_on,
                )
            )  # fmt: skip
        self._next = batch + 1
        return pickle.loads(next(self._ready))


def _go_on(_worker: int) -> None:
    """A signal that ends the run leaves the worker be: the step under way needs its batch.

    It ends when the run does, however that ends.
    """
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(2)
    os._exit(0)


def _packed(batch: Any) -> bytes:
    return pickle.dumps(
        batch, pickle.HIGHEST_PROTOCOL
    )  # through a pipe: shared memory can be small


class Asked(NamedTuple):
    """Pictures (B, S, S, 3) uint8, what is asked of them, and of them mirrored."""

    pictures: np.ndarray
    targets: Targets
    turned: Targets


class Questions(Dataset):
    """Batches of `source` with what is asked of them, which their worker works out."""

    def __init__(self, source: BatchSource, ask: Callable[[list[Truth]], Targets]) -> None:
        self.source, self.ask = source, ask

    def __getitem__(self, batch: int) -> Asked:
        pictures, truths = self.source[batch]
        return Asked(pictures, self.ask(truths), self.ask([mirrored(one) for one in truths]))


class Repeated:
    """Each batch of `source` several `times`, as it is and mirrored in turn, on `device`.

    Composing costs more than a step. The first two times follow each other; between the others
    pass `LAG` batches, so the last few of them are kept.
    """

    def __init__(self, source: Any, times: int, device: torch.device) -> None:
        self.source, self.times, self.device = source, times, device
        self._kept: dict[int, tuple[Tensor, Targets, Targets]] = {}

    def __getitem__(self, batch: int) -> tuple[Tensor, Targets]:
        """Pixels (B, 3, S, S) and what is asked of them."""
        newest, time = divmod(batch, self.times)
        oldest = max(0, newest - LAG * ((self.times - 1) // 2))
        for number in range(oldest, newest + 1):
            if number not in self._kept:
                asked = self.source[number]
                pictures = torch.from_numpy(asked.pictures).to(self.device)
                straight, turned = asked.targets.to(self.device), asked.turned.to(self.device)
                self._kept[number] = pictures, straight, turned
        for number in [number for number in self._kept if not oldest <= number <= newest]:
            del self._kept[number]
        back = min(LAG * (time // 2), newest * (time // 2) * 2 // self.times)
        pictures, straight, turned = self._kept[newest - back]
        is_turned = bool(time % 2)
        pixels = from_bytes((pictures.flip(2) if is_turned else pictures).movedim(-1, 1))
        return pixels, turned if is_turned else straight


def mirrored(truth: Truth) -> Truth:
    """What the mirrored picture shows."""
    boxes = truth.boxes.copy()
    boxes[:, 0], boxes[:, 2] = 1 - truth.boxes[:, 2], 1 - truth.boxes[:, 0]
    return truth._replace(boxes=boxes)
