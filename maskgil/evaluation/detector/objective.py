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

NEAR, OPEN = 1.0, 2.0  # distance in cells from a thing's centre: positive; ignored
GROWTH = 0.12  # positive distance in shares of a thing's longer side


class Targets(NamedTuple):
    """Targets of the cells: `things` (B, g, g) 1 near a centre, else 0; `counted` (B, g, g) where
    that is unambiguous; `cells` picture, row and column (M,) of positive cells, with `labels`,
    `colours` (M,) and `boxes` (M, 4), in cells, of their things, and `weights` (M,) that sum to 1;
    `whole` (B,) by question about the whole picture."""

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
    """The positive cells of a thing are those closer than `NEAR` cells to its centre.

    With `growth` also those closer than that share of its longer side, unless a smaller thing is
    there, so that large things weigh more.
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
    first = (reach <= NEAR) & (distance < NEAR)  # small things take precedence
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
    """`targets_of` of the visible things; cells at the centre of hidden ones are ignored.

    Pictures are weighted by the square root of their number of things.
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
    """1 minus the generalised IoU (Rezatofighi et al. 2019) of boxes (M, 4) with their targets."""
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
    """Pixels (B, 3, S, S) encoded and decoded by a tokenizer, at the original size."""
    back = tokenizer.decode(tokenizer.encode(pixels.contiguous()))
    return F.interpolate(back.float(), size=pixels.shape[-2:], mode="area")


def known_cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross entropy of (M, K) over those of `answers` (M,) that are not `UNKNOWN`; else 0."""
    total = F.cross_entropy(logits, answers, reduction="sum", ignore_index=UNKNOWN)
    return total / (answers != UNKNOWN).sum().clamp(min=1)
