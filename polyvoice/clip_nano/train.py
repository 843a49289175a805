"""Training of clip-nano, and how well it tells right pictures from wrong ones."""

# B batch (twice the pairs of a step), D width of the shared space, S picture side in pixels.

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.tokenizers.base import Tokenizer
from maskgil.train.config import from_mapping
from maskgil.train.nano_config import SIDE
from maskgil.train.tasks.base import weight_decayed
from maskgil.train.tasks.judge import JudgeRun, JudgeTask, add_arguments, train_judge
from maskgil.utils.checks import above, at_least, below, within
from maskgil.utils.command_line import OneLineParser, status_of
from maskgil.utils.images import stack_pixels
from polyvoice.clip_nano.dataset import Corpus, rebuild, resize
from polyvoice.clip_nano.model import NAME, ClipNano, ClipNanoConfig, load
from polyvoice.clip_nano.pairs import ASPECTS, looks_of, pair

TOKENIZER = "nano-tokenizer"
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

    def __post_init__(self) -> None:
        at_least(self, 1, "steps", "pairs", "corpus")
        within(self, 0, 1, "rebuilt")
        below(self, 0, 1, "average_decay")
        above(self, 0, "learning_rate", "gradient_limit")


class ClipTask(JudgeTask):
    """Contrastive training on scenes."""

    def __init__(self, model: ClipNano, corpus: Corpus, settings: ClipTraining) -> None:
        groups = weight_decayed(model, settings.weight_decay)
        adam = torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98))
        super().__init__(model, {"optimizer": adam}, settings)
        self.corpus, self.batch_size = corpus, 2 * settings.pairs
        self.bf16 = settings.bfloat16
        model.image_tower.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def terms(self, index: int) -> dict[str, Tensor]:
        """The loss of batch `index`, and the share of captions that find their picture."""
        self._last = self.corpus.numbers(index, self.settings.pairs)
        pixels, captions, same = self.corpus.batch(
            self._last, self.model.config.image_size, torch.Generator().manual_seed(index)
        )
        pixels = pixels.contiguous(memory_format=torch.channels_last)
        with self.autocast():
            images = self.model.image_tower(pixels)  # (B, D)
            texts = self.model.text_head(captions)  # (B, D)
        images, texts = images.float(), texts.float()
        found = (texts @ images.T).argmax(1) == torch.arange(len(texts))
        return {
            "loss": self.model.loss(images, texts, same),
            "found": found.float().mean(),
            "scale": self.model.scale,
        }

    def loss(self, terms: dict[str, Tensor]) -> Tensor:
        return terms["loss"]


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
    add_arguments(train, NAME)
    test = commands.add_parser("evaluate", help="print how well it judges held-out scenes")
    test.add_argument("--weights", default=NAME, help="a file; default: the shipped ones")
    test.add_argument("--count", type=int, default=500, help="scenes to choose among")
    test.add_argument("--seen", action="store_true", help="combinations that training showed")
    test.add_argument("--art", default="node_modules", help="npm folder of the emoji art")
    test.add_argument("--threads", type=int, default=1, help="CPU threads")
    test.add_argument(
        "--rebuilt",
        nargs="?",
        const=TOKENIZER,
        metavar="TOKENIZER",
        help="pictures as nano's tokenizer, or that of a file, gives them back",
    )
    return parser


def build_task(run: JudgeRun, options: argparse.Namespace) -> ClipTask:
    """The task of a config with fresh weights. Raises ValueError, one line for the user."""
    from maskgil import checkpoints
    from maskgil.models.text_encoders.load import load_text_encoder
    from maskgil.nano.emoji.sprites import ArtFolder

    settings = from_mapping(ClipTraining, run.training, "training")
    model = ClipNano(from_mapping(ClipNanoConfig, run.model, "model"))
    with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
        corpus = Corpus(
            Painter(ArtFolder(options.art), size=SIDE),
            SceneSampler(styles=STYLES),
            load_text_encoder("minilm"),
            count=settings.corpus,
            seed=run.seed,
            tokenizer=checkpoints.load(run.tokenizer or TOKENIZER)
            if settings.rebuilt > 0
            else None,
            rebuilt=settings.rebuilt,
            folder=options.out,
        )
    return ClipTask(model, corpus, settings)


def _evaluate(options: argparse.Namespace) -> None:
    from maskgil import checkpoints
    from maskgil.models.text_encoders.load import load_text_encoder
    from maskgil.nano.emoji.sprites import ArtFolder

    torch.set_num_threads(options.threads)
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
    parser = build_parser()
    options = parser.parse_args(argv)

    def run() -> None:
        if options.command == "train":
            train_judge(options, build_task)
        else:
            _evaluate(options)

    return status_of(run, parser.prog)
