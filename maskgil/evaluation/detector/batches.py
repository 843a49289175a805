"""Training batches of scenes for the detector, with their targets."""

# B batch, S picture side in pixels.

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from maskgil.evaluation.detector.dataset import Truth
from maskgil.evaluation.detector.loose_scenes import LooseWorldScenes
from maskgil.evaluation.detector.objective import Targets
from maskgil.evaluation.detector.scenes import WorldScenes
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.nouns import Noun
from maskgil.nano.world.sampler import SceneSampler
from maskgil.train.tasks.ahead import Repeated
from maskgil.utils.images import from_bytes

KINDS = {
    "single": 0.12, "count": 0.14, "pair": 0.16, "sides": 0.08, "related": 0.26, "carried": 0.16,
    "crowd": 0.08,
}  # fmt: skip
"""Shares of the corpus's kinds of scenes: more of what carries or hides another than it has."""
KEPT_BYTES = 600 << 20  # cache of drawings, sprites and scenery of a worker, each
Batch = tuple[np.ndarray, list[Truth]]  # pictures (B, S, S, 3) uint8 and their truth


class BatchSource(Protocol):
    """Batches by number."""

    def __getitem__(self, batch: int) -> Batch: ...


class WorldBatches(Dataset):
    """Batches with a share `loose` of loose scenes; the first `clean` pictures are not distorted.

    `recoloured`: the share of the corpus's scenes whose things are of any colour. `nouns`: by
    default all.
    """

    def __init__(
        self, art: Art, size: int, *, loose: float = 0.6, recoloured: float = 0.0, clean: int = 0,
        side: int = 192, nouns: Sequence[Noun] = (), seed: int = 0,
    ) -> None:  # fmt: skip
        renderer = Renderer(art, size=side, kept=KEPT_BYTES)
        self.size, self.share, self.clean = size, loose, clean
        names = tuple(one.name for one in nouns) or None
        sampler = SceneSampler(nouns=names, kinds=KINDS)
        self.scenes = WorldScenes(renderer, sampler, recoloured=recoloured, seed=seed)
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


class Asked(NamedTuple):
    """Pictures (B, S, S, 3) uint8, their targets, and the targets of the mirrored pictures."""

    pictures: np.ndarray
    targets: Targets
    turned: Targets


class Questions(Dataset):
    """Batches of `source` with targets, computed in the worker."""

    def __init__(self, source: BatchSource, ask: Callable[[list[Truth]], Targets]) -> None:
        self.source, self.ask = source, ask

    def __getitem__(self, batch: int) -> Asked:
        pictures, truths = self.source[batch]
        return Asked(pictures, self.ask(truths), self.ask([mirrored_truth(one) for one in truths]))


class Mirrored:
    """Pixels and targets on `device`, mirrored every second time.

    `changed` is applied to the pictures (B, S, S, 3) uint8 of a batch once, however often it comes.
    """

    def __init__(
        self, source: Any, times: int, device: torch.device,
        changed: Callable[[Tensor], Tensor] | None = None,
    ) -> None:  # fmt: skip
        self.repeated = Repeated(source, times, partial(_moved, device=device, changed=changed))

    def __getitem__(self, batch: int) -> tuple[Tensor, Targets]:
        """Pixels (B, 3, S, S) and targets."""
        (pictures, straight, turned), time = self.repeated[batch]
        is_turned = bool(time % 2)
        pixels = from_bytes((pictures.flip(2) if is_turned else pictures).movedim(-1, 1))
        return pixels, turned if is_turned else straight


def _moved(
    asked: Asked, device: torch.device, changed: Callable[[Tensor], Tensor] | None
) -> tuple[Tensor, Targets, Targets]:
    pictures = torch.from_numpy(asked.pictures).to(device)
    pictures = changed(pictures) if changed else pictures
    return pictures, asked.targets.to(device), asked.turned.to(device)


def mirrored_truth(truth: Truth) -> Truth:
    """The truth of the mirrored picture."""
    boxes = truth.boxes.copy()
    boxes[:, 0], boxes[:, 2] = 1 - truth.boxes[:, 2], 1 - truth.boxes[:, 0]
    return truth._replace(boxes=boxes)
