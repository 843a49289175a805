"""Training objective of nano's detector: targets of cells, losses, the step they make."""

# B batch, S picture side in pixels, g cells a side, N things of a batch, M cells near a middle.

from __future__ import annotations

import argparse
import math
from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.evaluation.detector.dataset import UNKNOWN, Truth
from maskgil.evaluation.detector.model import corners
from maskgil.train.tasks.judge import Build, JudgeRun, JudgeTask, add_arguments, train_judge
from maskgil.utils.command_line import status_of

if TYPE_CHECKING:
    from maskgil.tokenizers.base import Tokenizer

NEAR, OPEN = 1.0, 2.0  # cells from a thing's middle that are to find it; that may


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


class DetectorTask(JudgeTask):
    """Train a detector on pictures and what they show; `settings` has the weights of the terms."""

    tokenizer: Tokenizer | None = None

    @abstractmethod
    def batch(self, index: int) -> tuple[Tensor, Targets]:
        """Pixels (B, 3, S, S) and what is asked of them: the same for the same number."""

    def through_tokenizer(self, pixels: Tensor, count: int) -> Tensor:
        """The first `count` of pixels (B, 3, S, S) as the tokenizer gives them back."""
        if not count or self.tokenizer is None:
            return pixels
        with self.autocast():
            made = rebuild(self.tokenizer, pixels[:count])
        return torch.cat([made.to(memory_format=torch.channels_last), pixels[count:]])

    def terms(self, index: int) -> dict[str, Tensor]:
        """The parts of the loss on batch `index`, and the share of cells with the right class."""
        pixels, targets = self.batch(index)
        with self.autocast():
            cells = self.model(pixels.contiguous(memory_format=torch.channels_last))
            classes, colours = self.model.name(cells.features[targets.cells])
        things = F.binary_cross_entropy_with_logits(
            cells.things, targets.things, weight=targets.counted, reduction="sum"
        )
        _, rows, columns = targets.cells
        boxes = corners(cells.boxes[targets.cells], rows, columns)
        wrong = F.cross_entropy(classes, targets.labels, reduction="none")
        terms = {
            "things": things / max(1, len(targets.labels)),
            "class": (targets.weights * wrong).sum(),
            "box": (targets.weights * box_loss(boxes, targets.boxes)).sum(),
            "colour": known_cross_entropy(colours, targets.colours),
            "right": (classes.argmax(-1) == targets.labels).float().mean(),
        }
        for name, logits in cells.whole.items():
            terms[name] = known_cross_entropy(logits, targets.whole[name])
        return terms

    def loss(self, terms: dict[str, Tensor]) -> Tensor:
        settings = self.settings
        weighted = settings.box_weight * terms["box"] + settings.colour_weight * terms["colour"]
        return terms["things"] + terms["class"] + weighted


def known_cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross entropy of (M, K) over those of `answers` (M,) that are not `UNKNOWN`; else 0."""
    total = F.cross_entropy(logits, answers, reduction="sum", ignore_index=UNKNOWN)
    return total / (answers != UNKNOWN).sum().clamp(min=1)


def tokenizer_of(run: JudgeRun, rebuilt: float, device: str = "cpu") -> Tokenizer | None:
    """What a share `rebuilt` of the pictures goes through, on `device`."""
    from maskgil.checkpoints import load

    if run.tokenizer is None or not rebuilt:
        return None
    return load(run.tokenizer).requires_grad_(False).eval().to(device)


def train_command(
    argv: list[str] | None, build: Build, *, module: str, config: str, about: str | None
) -> int:
    """The command of `module`: train what `build` makes of a config; its exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    add_arguments(parser, config)
    options = parser.parse_args(argv)
    return status_of(lambda: train_judge(options, build), parser.prog)
