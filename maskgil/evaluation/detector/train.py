"""Training of the detector of nano's world, on scenes of the corpus and loose ones.

python -m maskgil.evaluation.detector.train configs/detector.yaml --art pack
"""

# B batch, S picture side in pixels, g cells a side, N things of a batch, M cells near a middle.

from __future__ import annotations

import argparse
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.checkpoints import load
from maskgil.evaluation.detector.batches import Mirrored, Questions, WorldBatches
from maskgil.evaluation.detector.model import DetectorConfig, DetectorNet, corners, load_detector
from maskgil.evaluation.detector.objective import (
    Targets,
    box_loss,
    known_cross_entropy,
    rebuild,
    visible_targets,
)
from maskgil.evaluation.detector.scenes import ANSWERS
from maskgil.evaluation.detector.warm_start import begin_with
from maskgil.nano.rendering.art import Art
from maskgil.nano.world.nouns import Noun, load_nouns
from maskgil.nano.world.paints import COLOURS
from maskgil.train.config import from_mapping
from maskgil.train.optim.muon import Muon
from maskgil.train.tasks.ahead import Ahead
from maskgil.train.tasks.judge import JudgeRun, JudgeTask, add_arguments, train_judge
from maskgil.utils.checks import above, at_least, below, one_of, within
from maskgil.utils.command_line import status_of
from maskgil.utils.images import from_bytes, to_bytes

if TYPE_CHECKING:
    from maskgil.tokenizers.base import Tokenizer

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DetectorTraining:
    """Settings of `DetectorTask`.

    A share `loose` of a batch are loose scenes, the rest the corpus's, a share of those
    `recoloured`; every batch is `shown` repeatedly, mirrored every second time. A share `rebuilt`
    is encoded and decoded by the tokenizer instead of distorted. Muon trains the kernels at
    `muon_rate`, AdamW the rest. Learning rates are constant for the share `hold` of the steps, then
    fall.
    """

    steps: int
    batch_size: int = 64
    muon_rate: float = 0.02
    adam_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 100
    hold: float = 0.4
    loose: float = 0.6
    recoloured: float = 0.5
    rebuilt: float = 0.0625
    shown: int = 2
    box_weight: float = 2.0
    colour_weight: float = 0.5
    whole_weight: float = 0.5
    average_decay: float = 0.998
    gradient_limit: float = 10.0
    precision: str = "auto"

    def __post_init__(self) -> None:
        at_least(self, 1, "steps", "batch_size", "shown")
        within(self, 0, 1, "loose", "recoloured", "rebuilt")
        below(self, 0, 1, "average_decay", "hold")
        above(self, 0, "muon_rate", "adam_rate", "gradient_limit")
        one_of(self, ("float32", "bf16", "auto"), "precision")


class DetectorTask(JudgeTask):
    """Train a detector on fresh scenes of the world."""

    def __init__(
        self,
        net: DetectorNet,
        art: Art,
        settings: DetectorTraining,
        *,
        tokenizer: Tokenizer | None = None,
        workers: int = 0,
        nouns: Sequence[Noun] = (),
        seed: int = 0,
    ) -> None:
        from maskgil.train.precision import fast_precision

        net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        kernels = [p for p in net.parameters() if p.ndim == 4 and p.shape[1] > 5 < p.shape[0]]
        taken = {id(p) for p in kernels}
        rest = [p for p in net.parameters() if id(p) not in taken]
        matrices = {"params": [p for p in rest if p.ndim > 1]}
        flat: dict[str, Any] = {"params": [p for p in rest if p.ndim < 2], "weight_decay": 0.0}
        optimizers: dict[str, torch.optim.Optimizer] = {
            "muon": Muon(kernels, settings.muon_rate, weight_decay=settings.weight_decay),
            "adam": torch.optim.AdamW(
                [matrices, flat],
                settings.adam_rate,
                (0.9, 0.98),
                weight_decay=settings.weight_decay,
            ),
        }
        super().__init__(net, optimizers, settings)
        self.tokenizer, self.batch_size, self.hold = tokenizer, settings.batch_size, settings.hold
        share = 0.0 if tokenizer is None else settings.rebuilt
        self.rebuilt = round(settings.batch_size * share)
        batches = WorldBatches(
            art, settings.batch_size, loose=settings.loose, recoloured=settings.recoloured,
            clean=self.rebuilt, side=net.config.image_size, nouns=nouns, seed=seed,
        )  # fmt: skip
        asked = Questions(batches, partial(visible_targets, grid=net.config.grid))
        through = self.through_tokenizer if self.rebuilt else None
        self.batches = Mirrored(Ahead(asked, workers), settings.shown, self.device, through)
        chosen = settings.precision
        fast = fast_precision(self.device.type) if chosen == "auto" else chosen
        self.bf16 = fast == "bf16"

    def batch(self, index: int) -> tuple[Tensor, Targets]:
        """Pixels (B, 3, S, S) and targets, deterministic by `index`."""
        size = self.settings.batch_size
        self._last = list(range(index * size, (index + 1) * size))
        return self.batches[index]

    def through_tokenizer(self, pictures: Tensor) -> Tensor:
        """Pictures (B, S, S, 3) uint8 of which some were encoded and decoded by the tokenizer."""
        assert self.tokenizer is not None
        first = from_bytes(pictures[: self.rebuilt].movedim(-1, 1))
        with self.autocast():
            made = rebuild(self.tokenizer, first)
        return torch.cat([to_bytes(made).movedim(1, -1), pictures[self.rebuilt :]])

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

    def update_context(self) -> contextlib.AbstractContextManager:
        return self.autocast()  # Muon's products

    def loss(self, terms: dict[str, Tensor]) -> Tensor:
        settings = self.settings
        whole = sum((terms[name] for name in self.model.answers), torch.zeros(()))
        weighted = settings.box_weight * terms["box"] + settings.colour_weight * terms["colour"]
        return terms["things"] + terms["class"] + weighted + settings.whole_weight * whole

    def more_state(self) -> dict[str, Any]:
        return {"bf16": self.bf16}  # a resumed run keeps the measured precision

    def load_state_dict(self, state: dict) -> None:
        super().load_state_dict(state)
        self.bf16 = state.get("bf16", self.bf16)


def detector_shape(model: dict) -> DetectorConfig:
    """The config of a detector of the world; `model`: a config file's section."""
    known = {
        "nouns": tuple(noun.name for noun in load_nouns()),
        "colours": COLOURS,
        **ANSWERS,
        "image_size": 192,
    }
    return from_mapping(DetectorConfig, {**known, **model}, "model")


def build_task(run: JudgeRun, options: argparse.Namespace) -> DetectorTask:
    """The task of a config with fresh weights. Raises ValueError, one line for the user."""
    settings = from_mapping(DetectorTraining, run.training, "training")
    net = DetectorNet(detector_shape(run.model))
    if run.start is not None:
        fresh = begin_with(net, load_detector(run.start).net)
        log.info("begins with %s, %d tensors apart", run.start, len(fresh))
    tokenizer = None
    if run.tokenizer is not None and settings.rebuilt:
        tokenizer = load(run.tokenizer).requires_grad_(False).eval().to(options.device)
    return DetectorTask(
        net.to(options.device), Art(options.art), settings, tokenizer=tokenizer,
        workers=options.workers, seed=run.seed,
    )  # fmt: skip


def detector_of_run(folder: Path) -> DetectorNet:
    """The averaged weights so far of a run's folder; ValueError when it holds none."""
    from maskgil.train.checkpoints import newest_state

    state = newest_state(folder)
    net = DetectorNet(detector_shape(state["settings"]["model"]))
    net.load_state_dict(state["task"]["average"]["values"])
    return net.eval()


def main(argv: list[str] | None = None) -> int:
    """The command; its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m maskgil.evaluation.detector.train", description=__doc__
    )
    add_arguments(parser, "detector")
    options = parser.parse_args(argv)
    return status_of(lambda: train_judge(options, build_task), parser.prog)


if __name__ == "__main__":
    raise SystemExit(main())
