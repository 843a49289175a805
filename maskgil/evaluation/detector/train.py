"""Training of nano's detector on composed scenes.

python -m maskgil.evaluation.detector.train configs/detector.yaml --art node_modules
"""

# B batch, S picture side in pixels, g cells a side, N things of a batch, M cells near a middle.

from __future__ import annotations

import argparse
import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.evaluation.detector.dataset import UNKNOWN, LooseScenes, Shown, SlotScenes, Truth
from maskgil.evaluation.detector.model import DetectorConfig, DetectorNet, corners
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.sprites import ArtFolder, load_nouns
from maskgil.nano.world.paints import COLOURS
from maskgil.train.config import from_mapping
from maskgil.train.tasks.base import weight_decayed
from maskgil.train.tasks.judge import Build, JudgeRun, JudgeTask, add_arguments, train_judge
from maskgil.utils.checks import above, at_least, below, one_of, within
from maskgil.utils.command_line import status_of
from maskgil.utils.images import stack_pixels

if TYPE_CHECKING:
    from maskgil.tokenizers.base import Tokenizer

NEAR, OPEN = 1.0, 2.0  # cells from a thing's middle that are to find it; that may


@dataclass(frozen=True)
class DetectorTraining:
    """Settings of `EmojiDetectorTask`.

    A share `rebuilt` of a batch goes through the tokenizer and back, unspoilt: half of it the
    corpus's own scenes, half loose ones. The rest are loose scenes, spoilt.
    """

    steps: int
    batch_size: int = 48
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 100
    rebuilt: float = 0.25
    box_weight: float = 2.0
    colour_weight: float = 0.5
    average_decay: float = 0.998
    gradient_limit: float = 5.0
    precision: str = "bf16"

    def __post_init__(self) -> None:
        at_least(self, 1, "steps", "batch_size")
        within(self, 0, 1, "rebuilt")
        below(self, 0, 1, "average_decay")
        above(self, 0, "learning_rate", "gradient_limit")
        one_of(self, ("float32", "bf16"), "precision")


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


class EmojiDetectorTask(DetectorTask):
    """Train a detector on fresh scenes of emoji art."""

    def __init__(
        self,
        net: DetectorNet,
        art: ArtFolder,
        settings: DetectorTraining,
        *,
        tokenizer: Tokenizer | None = None,
        styles: tuple[tuple[str, float], ...] = (("3d", 0.9), ("flat", 0.1)),
        seed: int = 0,
    ) -> None:
        net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        groups = weight_decayed(net, settings.weight_decay)
        adam = torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98))
        super().__init__(net, {"optimizer": adam}, settings)
        self.tokenizer, self.batch_size = tokenizer, settings.batch_size
        self.bf16 = settings.precision == "bf16"
        nouns = tuple(noun for noun in load_nouns() if noun.name in net.config.nouns)
        if [noun.name for noun in nouns] != list(net.config.nouns):
            raise ValueError("the detector's nouns are not nano's vocabulary, in its order")
        self.loose = LooseScenes(art, nouns, styles=styles, seed=seed)
        self.clean = LooseScenes(art, nouns, styles=(("3d", 1.0),), spoilt=False, seed=seed + 1)
        self.clean._masters = self.loose._masters
        self.slots = [
            SlotScenes(art, SceneSampler(nouns, (("3d", 1.0),), held_out), seed=seed + 2)
            for held_out in (False, True)
        ]

    def batch(self, index: int) -> tuple[Tensor, Targets]:
        size = self.settings.batch_size
        share = self.settings.rebuilt if self.tokenizer is not None else 0.0
        rebuilt = round(size * share)
        self._last = list(range(index * size, (index + 1) * size))
        shown: list[Shown] = []
        for place, number in enumerate(self._last):
            if place >= rebuilt:
                shown.append(self.loose[number])
            elif place % 2:
                shown.append(self.clean[number])
            else:
                shown.append(self.slots[number % 20 == 0][number])  # a twentieth held out
        pixels = stack_pixels([one.pixels for one in shown]).to(self.device)
        targets = targets_of([one.truth for one in shown], self.model.config.grid)
        return self.through_tokenizer(pixels, rebuilt), targets.to(self.device)


def tokenizer_of(run: JudgeRun, rebuilt: float, device: str = "cpu") -> Tokenizer | None:
    """What a share `rebuilt` of the pictures goes through, on `device`."""
    from maskgil.checkpoints import load

    if run.tokenizer is None or not rebuilt:
        return None
    return load(run.tokenizer).requires_grad_(False).eval().to(device)


def build_task(run: JudgeRun, options: argparse.Namespace) -> EmojiDetectorTask:
    """The task of a config with fresh weights. Raises ValueError, one line for the user."""
    settings = from_mapping(DetectorTraining, run.training, "training")
    nouns = tuple(noun.name for noun in load_nouns())
    shape = from_mapping(DetectorConfig, {**run.model, "nouns": nouns, "colours": COLOURS}, "model")
    styles = tuple((run.styles or {"3d": 0.9, "flat": 0.1}).items())
    return EmojiDetectorTask(
        DetectorNet(shape).to(options.device), ArtFolder(options.art), settings,
        tokenizer=tokenizer_of(run, settings.rebuilt, options.device), styles=styles, seed=run.seed,
    )  # fmt: skip


def train_command(
    argv: list[str] | None, build: Build, *, module: str, config: str, about: str | None
) -> int:
    """The command of `module`: train what `build` makes of a config; its exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    add_arguments(parser, config)
    options = parser.parse_args(argv)
    return status_of(lambda: train_judge(options, build), parser.prog)


def main(argv: list[str] | None = None) -> int:
    module = "maskgil.evaluation.detector.train"
    return train_command(argv, build_task, module=module, config="detector", about=__doc__)


if __name__ == "__main__":
    raise SystemExit(main())
