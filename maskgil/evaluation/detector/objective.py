"""Training objective of nano's detector: targets of cells, and losses."""

# B batch, S picture side in pixels, g cells a side, N things of a batch, M cells near a middle.

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.evaluation.detector.dataset import UNKNOWN, Truth
from maskgil.evaluation.detector.scenes import SEEN

if TYPE_CHECKING:
    from maskgil.tokenizers.base import Tokenizer

NEAR, OPEN = 1.0, 2.0  # cells from a thing's middle that are to find it; that may
GROWTH = 0.12  # of a thing's longer side: how far from its middle cells are to find it


class Targets(NamedTuple):
    """What cells should say: `things` (B, g, g) 1 near a middle, 0 elsewhere; `counted` (B, g, g)
    where that is clear; `cells` picture, row and column (M,) of those near; `labels`, `colours`
    (M,) and `boxes` (M, 4), in cells, of their things; `weights` (M,), together 1, what each of
    those cells counts; `whole` (B,) by question about the whole picture."""

    things: Tensor
    counted: Tensor
    cells: tuple[Tensor, Tensor, Tensor]
    labels: Tensor
    colours: Tensor
    boxes: Tensor
    weights: Tensor
    whole: dict[str, Tensor]

    def to(self, device: torch.device) -> Targets:
        """The same on `device`."""
        return Targets(*(_moved(part, device) for part in self))


def _moved(part: Any, device: torch.device) -> Any:
    if isinstance(part, dict):
        return {name: value.to(device) for name, value in part.items()}
    if isinstance(part, tuple):
        return tuple(value.to(device) for value in part)
    return part.to(device)


def targets_of(truths: Sequence[Truth], grid: int, *, growth: float = 0.0) -> Targets:
    """Each thing is found by the cells whose middle is less than `NEAR` cells from its own.

    With `growth` also by those less than that share of its longer side from it, where no smaller
    thing is: what is large should weigh more than a dot.
    """
    owner = torch.cat([torch.full((len(t.labels),), i) for i, t in enumerate(truths)]).long()
    labels = torch.cat([torch.from_numpy(t.labels) for t in truths])
    colours = torch.cat([torch.from_numpy(t.colours) for t in truths])
    boxes = torch.cat([torch.from_numpy(t.boxes) for t in truths]) * grid  # (N, 4)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    place = torch.arange(grid) + 0.5
    across = (place[None, None, :] - middles[:, 0, None, None]).abs()
    down = (place[None, :, None] - middles[:, 1, None, None]).abs()
    distance = torch.maximum(across, down)  # (N, g, g)
    reach = (growth * (boxes[:, 2:] - boxes[:, :2]).amax(1)).clamp(min=NEAR)[:, None, None]
    first = (reach <= NEAR) & (distance < NEAR)  # small things choose first
    distance = torch.where(first, distance, NEAR + distance / reach)
    far = torch.full((1, grid, grid), math.inf)
    parts = distance.split([len(t.labels) for t in truths])
    nearest = torch.stack([torch.cat([far, part]).amin(0) for part in parts])  # (B, g, g)
    things = nearest < 2 * NEAR
    clear = things | (nearest >= NEAR + OPEN)
    is_own = (distance < 2 * NEAR) & (distance == nearest[owner])  # (N, g, g)
    which, rows, columns = torch.nonzero(is_own, as_tuple=True)
    return Targets(
        things.float(), clear.float(), (owner[which], rows, columns),
        labels[which], colours[which], boxes[which],
        torch.full((len(which),), 1 / max(1, len(which))),
        {name: torch.tensor([truth.whole[name] for truth in truths]) for name in truths[0].whole},
    )  # fmt: skip


def visible_targets(truths: Sequence[Truth], grid: int) -> Targets:
    """`targets_of` of the things in sight; where a hidden one's middle is nothing is asked.

    A picture of many things counts as their root.
    """
    seen = [truth.seen >= SEEN for truth in truths]
    targets = targets_of(
        [
            truth._replace(labels=truth.labels[s], colours=truth.colours[s], boxes=truth.boxes[s])
            for truth, s in zip(truths, seen, strict=True)
        ],
        grid,
        growth=GROWTH,
    )
    counted, place = targets.counted.clone(), torch.arange(grid) + 0.5
    for index, (truth, mask) in enumerate(zip(truths, seen, strict=True)):
        for left, top, right, bottom in (truth.boxes[~mask] * grid).tolist():
            across = (place - (left + right) / 2).abs() < OPEN
            down = (place - (top + bottom) / 2).abs() < OPEN
            hidden = (down[:, None] & across[None, :]) & (targets.things[index] == 0)
            counted[index][hidden] = 0
    weights = torch.bincount(targets.cells[0]).clamp(min=1)[targets.cells[0]] ** -0.5
    return targets._replace(counted=counted, weights=weights / weights.sum())


def box_loss(boxes: Tensor, wanted: Tensor) -> Tensor:
    """1 less the generalised overlap (Rezatofighi et al. 2019) of boxes (M, 4) with their own."""
    low, high = (
        torch.maximum(boxes[:, :2], wanted[:, :2]),
        torch.minimum(boxes[:, 2:], wanted[:, 2:]),
    )
    shared = (high - low).clamp(min=0).prod(-1)
    union = sum((b[:, 2:] - b[:, :2]).clamp(min=0).prod(-1) for b in (boxes, wanted)) - shared
    low, high = (
        torch.minimum(boxes[:, :2], wanted[:, :2]),
        torch.maximum(boxes[:, 2:], wanted[:, 2:]),
    )
    hull = (high - low).prod(-1).clamp(min=1e-6)
    return 1 - shared / union.clamp(min=1e-6) + (hull - union) / hull


@torch.no_grad()
def rebuild(tokenizer: Tokenizer, pixels: Tensor) -> Tensor:
    """Pixels (B, 3, S, S) through a tokenizer and back, at the size they came in."""
    back = tokenizer.decode(tokenizer.encode(pixels.contiguous()))
    return F.interpolate(back.float(), size=pixels.shape[-2:], mode="area")


def known_cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross entropy of (M, K) over those of `answers` (M,) that are not `UNKNOWN`; else 0."""
    total = F.cross_entropy(logits, answers, reduction="sum", ignore_index=UNKNOWN)
    return total / (answers != UNKNOWN).sum().clamp(min=1)
