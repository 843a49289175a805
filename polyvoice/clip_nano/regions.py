"""Regions: what the detector of nano's world finds in a picture, as vectors."""

# B batch, S picture side in pixels, g cells a side, R regions of a picture, F their features,
# W features of the whole picture.

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil import checkpoints
from maskgil.evaluation.detector.model import KEPT, DetectorNet, chosen

if TYPE_CHECKING:
    from polyvoice.clip_nano.model import ClipNanoConfig

HASHED = 12  # digits of the hash that a config remembers


class Regions(NamedTuple):
    """Things (B, R, F), which of them are there (B, R) bool, and the whole picture (B, W)."""

    things: Tensor
    mask: Tensor
    whole: Tensor


class RegionReader:
    """Pixels (B, 3, S, S) in [-1, 1] to `Regions`, without gradients.

    A region is what the detector's heads compute of its class and colour, its box and its score;
    the whole picture is the answers to what the detector is asked about it, as probabilities.
    """

    def __init__(self, config: ClipNanoConfig) -> None:
        self.name, self.most = config.detector, config.regions
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @cached_property
    def net(self) -> DetectorNet:
        net = checkpoints.load(self.name)
        if not isinstance(net, DetectorNet):
            raise checkpoints.CheckpointError(f"{self.name} is no detector")
        return net.eval().requires_grad_(False)

    @property
    def hash(self) -> str:
        """The beginning of the SHA-256 of the detector's file."""
        path, expected = checkpoints.resolve(self.name)
        return (expected or checkpoints.sha256_of(path))[:HASHED]

    @property
    def side(self) -> int:
        """S."""
        return self.net.config.image_size

    @property
    def region_dim(self) -> int:
        """F."""
        config = self.net.config
        return config.hidden + config.neck + len(config.colours) + 1 + 7

    @property
    def whole_dim(self) -> int:
        """W."""
        return sum(len(answers) for answers in self.net.config.whole.values()) + 1

    @torch.no_grad()
    def __call__(self, pixels: Tensor) -> Regions:
        net = self.net.to(pixels.device)
        cells = net(pixels.contiguous(memory_format=torch.channels_last))
        rows = [
            self._things(things, boxes, features)
            for things, boxes, features in zip(cells.things.sigmoid(), *cells[1:3], strict=True)
        ]
        count = torch.tensor([len(one) for one in rows], device=pixels.device)
        mask = torch.arange(self.most, device=pixels.device) < count[:, None]
        answers = [logits.softmax(-1) for logits in cells.whole.values()]
        whole = torch.cat([*answers, count[:, None] / 10], -1)
        padded = [F.pad(one, (0, 0, 0, self.most - len(one))) for one in rows]
        return Regions(torch.stack(padded), mask, whole)

    def _things(self, things: Tensor, boxes: Tensor, features: Tensor) -> Tensor:
        """The surest regions (at most R, F) of one picture."""
        cells = chosen(self.net, things, boxes, features, KEPT)
        kept = slice(self.most)
        at = features[cells.rows[kept], cells.columns[kept]]  # (M, neck)
        left, top, right, bottom = box = cells.boxes[kept].unbind(-1)
        middle = ((left + right) / 2, (top + bottom) / 2)
        place = torch.stack([*box, *middle, cells.scores[kept]], -1) * 2 - 1
        hidden = F.relu(self.net.what[0](at))
        return torch.cat([hidden, at, cells.colours[kept].softmax(-1), place], -1).float()
