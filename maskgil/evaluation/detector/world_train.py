"""Training of the detector of nano's world: on the corpus's scenes and on loose ones.

python -m maskgil.evaluation.detector.world_train configs/detector-world.yaml --art pack
"""

# B batch, S picture side in pixels, g cells a side, N things of a batch, M cells near a middle.

from __future__ import annotations

import argparse
import contextlib
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.evaluation.detector.dataset import UNKNOWN, Truth
from maskgil.evaluation.detector.model import (
    DetectorConfig,
    DetectorNet,
    corners,
    load_detector,
)
from maskgil.evaluation.detector.train import (
    OPEN,
    DetectorRun,
    Targets,
    box_loss,
    rebuild,
    targets_of,
    train_command,
)
from maskgil.evaluation.detector.warm_start import begin_with
from maskgil.evaluation.detector.world_batches import Ahead, Mirrored, WorldBatches
from maskgil.evaluation.detector.world_scenes import SEEN, SETTINGS, WorldTruth
from maskgil.nano.emoji.scene import COLOURS
from maskgil.nano.rendering.art import Art
from maskgil.nano.world.nouns import Noun, load_nouns
from maskgil.nano.world.scene import STYLES, TIMES, WEATHERS
from maskgil.train.config import from_mapping
from maskgil.train.optim.ema import Average, clip_gradients
from maskgil.train.optim.lr_schedules import cosine
from maskgil.train.optim.muon import Muon
from maskgil.utils.images import stack_pixels

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.tokenizers.base import Tokenizer

log = logging.getLogger(__name__)
GROWTH = 0.12  # of a thing's longer side: how far from its middle cells are to find it


@dataclass(frozen=True)
class WorldTraining:
    """Settings of `WorldDetectorTask`.

    Of a batch, a share `loose` are loose scenes, the rest the corpus's; every batch is shown twice,
    then mirrored. A share `rebuilt` goes through the tokenizer and back, unspoilt. Muon trains the
    kernels at `muon_rate`, AdamW the rest. Rates hold for `hold` of the steps, then fall.
    """

    steps: int
    batch_size: int = 64
    muon_rate: float = 0.02
    adam_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 100
    hold: float = 0.4
    loose: float = 0.6
    rebuilt: float = 0.0625
    box_weight: float = 2.0
    colour_weight: float = 0.5
    whole_weight: float = 0.5
    average_decay: float = 0.998
    gradient_limit: float = 10.0
    precision: str = "auto"

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        for name in ("loose", "rebuilt"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be in [0, 1]")
        if not 0 <= self.average_decay < 1 or not 0 <= self.hold < 1:
            raise ValueError("average_decay and hold must be in [0, 1)")
        for name in ("muon_rate", "adam_rate", "gradient_limit"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0")
        if self.precision not in ("float32", "bf16", "auto"):
            raise ValueError(f"precision is {self.precision!r}; choose float32, bf16 or auto")


def world_targets(truths: Sequence[WorldTruth], grid: int) -> Targets:
    """`targets_of` of the things in sight; where a hidden one's middle is nothing is asked."""
    seen = [truth.seen >= SEEN for truth in truths]
    targets = targets_of(
        [Truth(t.labels[s], t.colours[s], t.boxes[s]) for t, s in zip(truths, seen, strict=True)],
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
    return targets._replace(counted=counted)


class WorldDetectorTask:
    """Train a detector on fresh scenes of the world. For `maskgil.train.trainer.fit`."""

    def __init__(
        self,
        net: DetectorNet,
        art: Art,
        settings: WorldTraining,
        *,
        tokenizer: Tokenizer | None = None,
        workers: int = 0,
        nouns: Sequence[Noun] = (),
        seed: int = 0,
    ) -> None:
        from maskgil.train.precision import fast_precision

        self.net = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.settings, self.tokenizer, self.batch_size = settings, tokenizer, settings.batch_size
        share = 0.0 if tokenizer is None else settings.rebuilt
        self.rebuilt = round(settings.batch_size * share)
        batches = WorldBatches(
            art, settings.batch_size, loose=settings.loose, clean=self.rebuilt,
            side=net.config.image_size, nouns=nouns, seed=seed,
        )  # fmt: skip
        self.batches = Mirrored(Ahead(batches, workers))
        chosen = settings.precision
        self.bf16 = (fast_precision("cpu") if chosen == "auto" else chosen) == "bf16"
        kernels = [p for p in net.parameters() if p.ndim == 4 and p.shape[1] > 5 < p.shape[0]]
        taken = {id(p) for p in kernels}
        rest = [p for p in net.parameters() if id(p) not in taken]
        matrices = {"params": [p for p in rest if p.ndim > 1]}
        flat: dict[str, Any] = {"params": [p for p in rest if p.ndim < 2], "weight_decay": 0.0}
        self.optimizers: dict[str, torch.optim.Optimizer] = {
            "muon": Muon(kernels, settings.muon_rate, weight_decay=settings.weight_decay),
            "adam": torch.optim.AdamW(
                [matrices, flat], settings.adam_rate, (0.9, 0.98),
                weight_decay=settings.weight_decay,
            ),
        }  # fmt: skip
        self.average = Average(net, settings.average_decay)
        self._last: list[int] = []

    def batch(self, index: int) -> tuple[Tensor, list[WorldTruth]]:
        """Pixels (B, 3, S, S) and what they show: the same for the same number."""
        size = self.settings.batch_size
        self._last = list(range(index * size, (index + 1) * size))
        pictures, truths = self.batches[index]
        pixels = stack_pixels(list(pictures))
        if self.rebuilt and self.tokenizer is not None:
            with self._autocast():
                made = rebuild(self.tokenizer, pixels[: self.rebuilt])
            pixels[: self.rebuilt] = made
        return pixels.contiguous(memory_format=torch.channels_last), truths

    def _autocast(self) -> contextlib.AbstractContextManager:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.bf16)

    def terms(self, index: int) -> dict[str, Tensor]:
        """The parts of the loss on batch `index`, and the share of cells with the right class."""
        pixels, truths = self.batch(index)
        targets = world_targets(truths, self.net.config.grid)
        with self._autocast():
            cells = self.net(pixels)
            classes, colours = self.net.name(cells.features[targets.cells])
        count = max(1, len(targets.labels))
        things = F.binary_cross_entropy_with_logits(
            cells.things, targets.things, weight=targets.counted, reduction="sum"
        )
        pictures, rows, columns = targets.cells
        boxes = corners(cells.boxes[targets.cells], rows, columns)
        weights = torch.bincount(pictures).clamp(min=1)[pictures] ** -0.5
        weights /= weights.sum()
        right = F.cross_entropy(classes, targets.labels, reduction="none")
        terms = {
            "things": things / count,
            "class": (weights * right).sum(),  # a picture of many things counts as their root
            "box": (weights * box_loss(boxes, targets.boxes)).sum(),
            "colour": known_cross_entropy(colours, targets.colours),
            "right": (classes.argmax(-1) == targets.labels).float().mean(),
        }
        for name, logits in cells.whole.items():
            answers = torch.tensor([truth.whole[name] for truth in truths])
            terms[name] = known_cross_entropy(logits, answers)
        return terms

    def loss(self, terms: dict[str, Tensor]) -> Tensor:
        settings = self.settings
        whole = sum((terms[name] for name in self.net.answers), torch.zeros(()))
        return (
            terms["things"]
            + terms["class"]
            + settings.box_weight * terms["box"]
            + settings.colour_weight * terms["colour"]
            + settings.whole_weight * whole
        )

    def step(self, index: int) -> dict[str, float]:
        settings = self.settings
        self.net.train()
        factor = cosine(index, total=settings.steps, warmup=settings.warmup, hold=settings.hold)
        for name, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = factor * getattr(settings, f"{name}_rate")
        terms = self.terms(index)
        loss = self.loss(terms)
        for optimizer in self.optimizers.values():
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = clip_gradients(list(self.net.parameters()), settings.gradient_limit)
        if math.isfinite(loss.item()) and math.isfinite(norm):
            with self._autocast():  # Muon's products
                for optimizer in self.optimizers.values():
                    optimizer.step()
            self.average.update(self.net)
        return {
            "loss": loss.item(),
            **{name: term.item() for name, term in terms.items()},
            "gradient_norm": norm,
        }

    def norms(self) -> dict[str, float]:
        """Nothing: the detector's layers are not watched."""
        return {}

    def last_batch(self) -> list[int]:
        return self._last

    def show(self) -> dict[str, Image]:
        """Nothing: a detector draws no pictures."""
        return {}

    def state_dict(self) -> dict:
        return {
            "model": self.net.state_dict(),
            "average": self.average.state_dict(),
            "bf16": self.bf16,  # a resumed run goes on in what was measured at first
            **{name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
        }

    def load_state_dict(self, state: dict) -> None:
        self.net.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.bf16 = state.get("bf16", self.bf16)
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state[name])

    def averaged(self) -> DetectorNet:
        """The detector with averaged weights."""
        net = DetectorNet(self.net.config)
        net.load_state_dict(self.average.values)
        return net.eval()


def known_cross_entropy(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross entropy of (M, K) over those of `answers` (M,) that are not `UNKNOWN`; else 0."""
    known = answers != UNKNOWN
    total = F.cross_entropy(logits[known], answers[known], reduction="sum")
    return total / max(1, int(known.sum()))


def world_shape(model: dict) -> DetectorConfig:
    """The shape of a detector of the world; `model`: a config file's."""
    known = {
        "nouns": tuple(noun.name for noun in load_nouns()), "colours": COLOURS,
        "settings": SETTINGS, "times": TIMES, "weathers": WEATHERS, "styles": STYLES,
        "image_size": 192,
    }  # fmt: skip
    return from_mapping(DetectorConfig, {**known, **model}, "model")


def build_task(
    run: DetectorRun, art: str, *, steps: int | None = None, workers: int = 0
) -> WorldDetectorTask:
    """The task of a config with fresh weights. Raises ValueError, one line for the user."""
    from maskgil.checkpoints import load

    changes = {} if steps is None else {"steps": steps}
    settings = from_mapping(WorldTraining, {**run.training, **changes}, "training")
    torch.manual_seed(0)
    net = DetectorNet(world_shape(run.model))
    if run.start is not None:
        fresh = begin_with(net, load_detector(run.start).net)
        log.info("begins with %s, %d tensors apart", run.start, len(fresh))
    tokenizer = None
    if run.tokenizer is not None and settings.rebuilt > 0:
        tokenizer = load(run.tokenizer).requires_grad_(False).eval()
    return WorldDetectorTask(
        net, Art(art), settings, tokenizer=tokenizer, workers=workers, seed=run.seed
    )


def detector_of_run(folder: Path) -> DetectorNet:
    """The averaged weights so far of a run's folder; ValueError when it holds none."""
    from maskgil.train.checkpoints import latest_checkpoint, read_checkpoint

    found = latest_checkpoint(folder)
    if found is None:
        raise ValueError(f"{folder} holds no checkpoint of a run")
    state = read_checkpoint(found)
    net = DetectorNet(world_shape(state["settings"]["model"]))
    net.load_state_dict(state["task"]["average"]["values"])
    return net.eval()


def main(argv: list[str] | None = None) -> int:
    def build(run: DetectorRun, options: argparse.Namespace) -> WorldDetectorTask:
        return build_task(run, options.art, steps=options.steps, workers=options.workers)

    module = "maskgil.evaluation.detector.world_train"
    return train_command(argv, build, module=module, config="detector-world", about=__doc__)


if __name__ == "__main__":
    raise SystemExit(main())
