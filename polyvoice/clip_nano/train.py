"""Training of clip-nano, and how well it tells right pictures from wrong ones."""

# B batch (twice the pairs of a step), D width of the shared space, S picture side in pixels.

from __future__ import annotations

import argparse
import json
import logging
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.tokenizers.base import Tokenizer
from maskgil.train.nano_config import SIDE
from maskgil.train.optim.ema import Average, clip_gradients
from maskgil.train.optim.lr_schedules import cosine
from maskgil.utils.command_line import OneLineParser
from maskgil.utils.images import stack_pixels
from polyvoice.clip_nano.dataset import Corpus, rebuild, resize
from polyvoice.clip_nano.model import NAME, ClipNano, ClipNanoConfig, load
from polyvoice.clip_nano.pairs import ASPECTS, looks_of, pair

if TYPE_CHECKING:
    from PIL.Image import Image

STYLES = (("3d", 1.0),)  # what nano draws


@dataclass(frozen=True)
class ClipTraining:
    """Settings of `ClipTask`.

    A batch is `pairs` scenes and as many twins, each with one thing changed, of a corpus of
    `corpus` pairs; a share `rebuilt` of them has been through nano's tokenizer, since its pictures
    are what will be judged. `bfloat16`: compute in it where the loss allows.
    """

    steps: int
    pairs: int = 64
    corpus: int = 50_000
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup: int = 100
    rebuilt: float = 0.1
    average_decay: float = 0.998
    gradient_limit: float = 1.0
    bfloat16: bool = True


class ClipTask:
    """Contrastive training on scenes. For `maskgil.training.fit`."""

    def __init__(self, model: ClipNano, corpus: Corpus, settings: ClipTraining) -> None:
        self.model, self.corpus, self.settings = model, corpus, settings
        self.batch_size = 2 * settings.pairs
        self._last: list[int] = []
        model.image_tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        flat = [p for p in model.parameters() if p.ndim < 2]
        matrices = [p for p in model.parameters() if p.ndim >= 2]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": settings.weight_decay},
                {"params": flat, "weight_decay": 0.0},
            ],
            lr=settings.learning_rate,
            betas=(0.9, 0.98),
        )
        self.average = Average(model, settings.average_decay)

    def loss(self, index: int) -> tuple[Tensor, float]:
        """The loss of batch `index`, and the share of captions that find their picture."""
        self._last = self.corpus.numbers(index, self.settings.pairs)
        pixels, captions, same = self.corpus.batch(
            self._last, self.model.config.image_size, torch.Generator().manual_seed(index)
        )
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.settings.bfloat16):
            images = self.model.image_tower(pixels)  # (B, D)
            texts = self.model.text_head(captions)  # (B, D)
        images, texts = images.float(), texts.float()
        found = (texts @ images.T).argmax(1) == torch.arange(len(texts))
        return self.model.loss(images, texts, same), float(found.float().mean())

    def step(self, index: int) -> dict[str, float]:
        settings = self.settings
        self.model.train()
        factor = cosine(index, total=settings.steps, warmup=settings.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * factor
        loss, found = self.loss(index)
        self.model.zero_grad(set_to_none=True)
        loss.backward()
        norm = clip_gradients(list(self.model.parameters()), settings.gradient_limit)
        if math.isfinite(loss.item()) and math.isfinite(norm):
            self.optimizer.step()
            self.average.update(self.model)
        scale = float(self.model.scale.detach())
        return {"loss": loss.item(), "found": found, "gradient_norm": norm, "scale": scale}

    def norms(self) -> dict[str, float]:
        """Nothing: clip-nano's layers are not watched."""
        return {}

    def last_batch(self) -> list[int]:
        return self._last

    def state_dict(self) -> dict:
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "average": self.average.state_dict(),
        }

    def load_state_dict(self, state: dict) -> None:
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.load_state_dict(state["average"])

    def show(self) -> dict[str, Image]:
        """Nothing: clip-nano draws no pictures."""
        return {}


@torch.no_grad()
def embed(
    model: ClipNano, encoder: TextEncoder, pictures: list[Tensor], captions: list[str]
) -> tuple[Tensor, Tensor]:
    """Unit vectors (B, D) of pictures (3, S, S) and of captions, in small batches."""
    images, texts = [], []
    for start in range(0, len(pictures), 50):
        images.append(model.image_tower(torch.stack(pictures[start : start + 50])))
        texts.append(model.text_head(encoder.encode(captions[start : start + 50])))
    return torch.cat(images), torch.cat(texts)


def judge(
    model: ClipNano,
    encoder: TextEncoder,
    painter: Painter,
    sampler: SceneSampler,
    *,
    tokenizer: Tokenizer | None = None,
    count: int = 500,
) -> dict[str, float]:
    """How well the model tells pictures of scenes from `sampler`: shares in 0..1.

    "text to image" and "image to text": the right one of `count` is nearest. Per aspect: of a
    picture and its twin with that aspect changed, each is nearer to its own caption than the other
    caption is (chance: 0.5). With a tokenizer pictures are first encoded and decoded by it.
    """

    def draw(picture: np.ndarray) -> Tensor:
        pixels = stack_pixels([picture])
        if tokenizer is not None:
            pixels = rebuild(tokenizer, pixels)
        return resize(pixels, model.config.image_size)[0]

    results: dict[str, float] = {}
    pairs = [pair(i, sampler, seed=-1) for i in range(count)]
    images, texts = embed(
        model,
        encoder,
        [draw(painter.draw(one.scenes[0])) for one in pairs],
        [one.captions[0] for one in pairs],
    )
    cosines = texts @ images.T
    looks = [looks_of(one.scenes[0]) for one in pairs]
    for name, table in (("text to image", cosines), ("image to text", cosines.T)):
        nearest = table.argmax(1).tolist()
        right = [looks[found] == looks[i] for i, found in enumerate(nearest)]
        results[name] = sum(right) / count
    for aspect in ASPECTS:
        pairs = [pair(i, sampler, seed=-2, aspect=aspect) for i in range(count // 2)]
        images, texts = embed(
            model,
            encoder,
            [draw(picture) for one in pairs for picture in one.pictures(painter)],
            [caption for one in pairs for caption in one.captions],
        )
        grid = torch.einsum(
            "pid,pjd->pij", images.unflatten(0, (-1, 2)), texts.unflatten(0, (-1, 2))
        )
        first, second = grid[:, 0, 0] > grid[:, 0, 1], grid[:, 1, 1] > grid[:, 1, 0]
        results[aspect] = float(torch.cat([first, second]).float().mean())
    return results


# ---------------------------------------------------------------- the command


def build_parser() -> argparse.ArgumentParser:
    parser = OneLineParser(prog="python -m polyvoice.clip_nano", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train what a config describes")
    train.add_argument("config", type=Path, help="configs/clip-nano.yaml")
    train.add_argument("--out", type=Path, default=Path("runs/clip-nano"), help="folder of the run")
    train.add_argument("--steps", type=int, help="take so many steps instead")
    train.add_argument("--export", type=Path, help="write the averaged weights here at the end")
    test = commands.add_parser("evaluate", help="print how well it judges held-out scenes")
    test.add_argument("--weights", default=NAME, help="a file; default: the shipped ones")
    test.add_argument("--count", type=int, default=500, help="scenes to choose among")
    test.add_argument("--seen", action="store_true", help="combinations that training showed")
    for command in (train, test):
        command.add_argument("--art", default="node_modules", help="npm folder of the emoji art")
        command.add_argument("--threads", type=int, default=1, help="CPU threads")
    test.add_argument(
        "--rebuilt",
        nargs="?",
        const="nano-tokenizer",
        metavar="TOKENIZER",
        help="pictures as nano's tokenizer, or that of a file, gives them back",
    )
    return parser


def _train(options: argparse.Namespace) -> None:
    from maskgil import checkpoints
    from maskgil.models.text_encoders.load import load_text_encoder
    from maskgil.nano.emoji.sprites import ArtFolder
    from maskgil.train.trainer import fit

    config = _read(options.config)
    if options.steps:
        config["training"]["steps"] = options.steps
    settings = ClipTraining(**config["training"])
    torch.manual_seed(0)
    model = ClipNano(ClipNanoConfig(**config["model"]))
    with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
        corpus = Corpus(
            Painter(ArtFolder(options.art), size=SIDE),
            SceneSampler(styles=STYLES),
            load_text_encoder("minilm"),
            count=settings.corpus,
            seed=config.get("seed", 0),
            tokenizer=checkpoints.load("nano-tokenizer") if settings.rebuilt > 0 else None,
            rebuilt=settings.rebuilt,
            folder=options.out,
        )
    task = ClipTask(model, corpus, settings)
    done = fit(
        task, options.out, steps=settings.steps, save_minutes=config.get("save_minutes", 10),
        settings=config,
    )  # fmt: skip
    if done < settings.steps or not options.export:
        return
    checkpoints.save(
        model, options.export, {"steps": str(settings.steps)}, state=task.average.values
    )
    checkpoints.write_hashes(options.export.parent)


def _read(path: Path) -> dict[str, Any]:
    import yaml

    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read {path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {str(error).splitlines()[0]}") from None
    known = {"model", "seed", "training", "save_minutes"}
    if not isinstance(config, dict) or not {"model", "training"} <= set(config) <= known:
        raise ValueError(f"{path} must have model and training, and may have seed, save_minutes")
    return config


def _evaluate(options: argparse.Namespace) -> None:
    from maskgil import checkpoints
    from maskgil.models.text_encoders.load import load_text_encoder
    from maskgil.nano.emoji.sprites import ArtFolder

    results = judge(
        load(options.weights),
        load_text_encoder("minilm"),
        Painter(ArtFolder(options.art), size=SIDE),
        SceneSampler(styles=STYLES, held_out=not options.seen),
        tokenizer=checkpoints.load(options.rebuilt) if options.rebuilt else None,
        count=options.count,
    )
    print(json.dumps({name: round(value, 4) for name, value in results.items()}))


def main(argv: list[str] | None = None) -> int:
    options = build_parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    try:
        {"train": _train, "evaluate": _evaluate}[options.command](options)
    except (ValueError, TypeError, OSError) as error:
        print(f"python -m polyvoice.clip_nano: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0
