"""Training of nano's detector on composed scenes.

python -m maskgil.evaluation.detector.train configs/detector.yaml --art node_modules
"""

# B batch, S picture side in pixels, g cells a side, N things of a batch, M cells near a middle.

from __future__ import annotations

import argparse
import contextlib
import logging
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.evaluation.detector.dataset import UNKNOWN, LooseScenes, Shown, SlotScenes, Truth
from maskgil.evaluation.detector.model import DetectorConfig, DetectorNet, corners
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import COLOURS
from maskgil.nano.emoji.sprites import ArtFolder, load_nouns
from maskgil.train.config import ConfigError, from_mapping
from maskgil.train.optim.ema import Average, clip_gradients
from maskgil.train.optim.lr_schedules import cosine
from maskgil.utils.images import stack_pixels

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.tokenizers.base import Tokenizer

NEAR, OPEN = 1.0, 2.0  # cells from a thing's middle that are to find it; that may


@dataclass(frozen=True)
class DetectorTraining:
    """Settings of `DetectorTask`.

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
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if not 0 <= self.rebuilt <= 1 or not 0 <= self.average_decay < 1:
            raise ValueError("rebuilt must be in [0, 1], average_decay in [0, 1)")
        if not self.learning_rate > 0 or not self.gradient_limit > 0:
            raise ValueError("learning_rate and gradient_limit must be above 0")
        if self.precision not in ("float32", "bf16"):
            raise ValueError(f"precision is {self.precision!r}; choose float32 or bf16")


class Targets(NamedTuple):
    """What cells should say: `things` (B, g, g) 1 near a middle, 0 elsewhere; `counted` (B, g, g)
    where that is clear; `cells` picture, row and column (M,) of those near; `labels`, `colours`
    (M,) and `boxes` (M, 4), in cells, of their things."""

    things: Tensor
    counted: Tensor
    cells: tuple[Tensor, Tensor, Tensor]
    labels: Tensor
    colours: Tensor
    boxes: Tensor


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


class DetectorTask:
    """Train a detector on fresh scenes. For `maskgil.train.trainer.fit`."""

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
        self.net: DetectorNet = net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.settings, self.tokenizer, self.batch_size = settings, tokenizer, settings.batch_size
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
        self._last: list[int] = []
        decayed = [p for p in net.parameters() if p.ndim >= 2]
        flat = [p for p in net.parameters() if p.ndim < 2]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": settings.weight_decay},
                {"params": flat, "weight_decay": 0.0},
            ],
            lr=settings.learning_rate,
            betas=(0.9, 0.98),
        )
        self.average = Average(net, settings.average_decay)

    def batch(self, index: int) -> tuple[Tensor, list[Truth]]:
        """Pixels (B, 3, S, S) and what they show: the same for the same number."""
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
        pixels = stack_pixels([one.pixels for one in shown])
        if rebuilt and self.tokenizer is not None:
            with self._autocast():
                made = rebuild(self.tokenizer, pixels[:rebuilt])
            pixels = torch.cat([made.to(memory_format=torch.channels_last), pixels[rebuilt:]])
        return pixels, [one.truth for one in shown]

    def _autocast(self) -> contextlib.AbstractContextManager:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.settings.precision == "bf16")

    def terms(self, index: int) -> dict[str, Tensor]:
        """The parts of the loss on batch `index`, and the share of cells with the right class."""
        pixels, truths = self.batch(index)
        targets = targets_of(truths, self.net.config.grid)
        with self._autocast():
            cells = self.net(pixels.contiguous(memory_format=torch.channels_last))
            classes, colours = self.net.name(cells.features[targets.cells])
        count = max(1, len(targets.labels))
        things = F.binary_cross_entropy_with_logits(
            cells.things, targets.things, weight=targets.counted, reduction="sum"
        )
        _, rows, columns = targets.cells
        boxes = corners(cells.boxes[targets.cells], rows, columns)
        named = targets.colours != UNKNOWN
        colour = F.cross_entropy(colours[named], targets.colours[named], reduction="sum")
        return {
            "things": things / count,
            "class": F.cross_entropy(classes, targets.labels),
            "box": box_loss(boxes, targets.boxes).mean(),
            "colour": colour / max(1, int(named.sum())),
            "right": (classes.argmax(-1) == targets.labels).float().mean(),
        }

    def step(self, index: int) -> dict[str, float]:
        settings = self.settings
        self.net.train()
        factor = cosine(index, total=settings.steps, warmup=settings.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor
        terms = self.terms(index)
        loss = (
            terms["things"]
            + terms["class"]
            + settings.box_weight * terms["box"]
            + settings.colour_weight * terms["colour"]
        )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = clip_gradients(list(self.net.parameters()), settings.gradient_limit)
        if math.isfinite(loss.item()) and math.isfinite(norm):
            self.optimizer.step()
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
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict(),
        }

    def load_state_dict(self, state: dict) -> None:
        self.net.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.load_state_dict(state["average"])

    def averaged(self) -> DetectorNet:
        """The detector with averaged weights."""
        net = DetectorNet(self.net.config)
        net.load_state_dict(self.average.values)
        return net.eval()


@dataclass(frozen=True)
class DetectorRun:
    """A config file. `model`: fields of `DetectorConfig` without nouns and colours, which are
    nano's. `tokenizer`: what scenes are rebuilt with, a name or a file; None for nothing.
    `start`: a detector of the world begins with what this one knows."""

    training: dict
    model: dict
    tokenizer: str | None = None
    styles: dict | None = None
    start: str | None = None
    seed: int = 0
    save_minutes: float = 4.0


def read_run(path: Path) -> DetectorRun:
    """The config at `path`; ConfigError in one line when it is missing or malformed."""
    import yaml

    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {str(error).splitlines()[0]}") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{path} holds no settings")
    try:
        return from_mapping(DetectorRun, values)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def build_task(run: DetectorRun, art: str, *, steps: int | None = None) -> DetectorTask:
    """The task of a config with fresh weights. Raises ValueError, one line for the user."""
    from maskgil.checkpoints import load

    changes = {} if steps is None else {"steps": steps}
    settings = from_mapping(DetectorTraining, {**run.training, **changes}, "training")
    nouns = tuple(noun.name for noun in load_nouns())
    shape = from_mapping(DetectorConfig, {**run.model, "nouns": nouns, "colours": COLOURS}, "model")
    torch.manual_seed(0)
    tokenizer = None
    if run.tokenizer is not None and settings.rebuilt > 0:
        tokenizer = load(run.tokenizer).requires_grad_(False)
    styles = tuple((run.styles or {"3d": 0.9, "flat": 0.1}).items())
    return DetectorTask(
        DetectorNet(shape), ArtFolder(art), settings, tokenizer=tokenizer, styles=styles,
        seed=run.seed,
    )  # fmt: skip


def train_command(
    argv: list[str] | None,
    build: Callable[[DetectorRun, argparse.Namespace], Any],
    *,
    module: str,
    config: str,
    about: str | None,
) -> int:
    """The command of `module`: train what `build` makes of a config; its exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=about)
    parser.add_argument("config", type=Path, help=f"configs/{config}.yaml")
    parser.add_argument("--out", type=Path, default=Path("runs") / config, help="folder of the run")
    parser.add_argument("--steps", type=int, help="take so many steps instead")
    parser.add_argument("--tokenizer", help="tokenizer instead of the config's; none for nothing")
    parser.add_argument("--export", type=Path, help="write the averaged weights here at the end")
    parser.add_argument("--art", default="node_modules", help="npm folder of the art, or a pack")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads")
    parser.add_argument("--workers", type=int, default=1, help="processes composing the world")
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        _train(options, build)
    except (ValueError, OSError) as error:
        print(f"{parser.prog}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


def _train(
    options: argparse.Namespace, build: Callable[[DetectorRun, argparse.Namespace], Any]
) -> None:
    from maskgil.checkpoints import save, write_hashes
    from maskgil.train.trainer import fit

    torch.set_num_threads(options.threads)
    run = read_run(options.config)
    if options.tokenizer is not None:
        chosen = None if options.tokenizer == "none" else options.tokenizer
        run = replace(run, tokenizer=chosen)
    task = build(run, options)
    steps = task.settings.steps
    done = fit(task, options.out, steps=steps, save_minutes=run.save_minutes, settings=asdict(run))
    if done >= steps and options.export is not None:
        save(task.averaged(), options.export, {"steps": str(steps)})
        write_hashes(options.export.parent)


def main(argv: list[str] | None = None) -> int:
    def build(run: DetectorRun, options: argparse.Namespace) -> DetectorTask:
        return build_task(run, options.art, steps=options.steps)

    module = "maskgil.evaluation.detector.train"
    return train_command(argv, build, module=module, config="detector", about=__doc__)


if __name__ == "__main__":
    raise SystemExit(main())
