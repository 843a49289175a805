"""Training and evaluation of clip-nano."""

# B batch (twice the pairs of a step), D width of the shared space, S picture side in pixels.

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.rendering.renderer import Renderer
from maskgil.tokenizers.base import Tokenizer
from maskgil.train.config import from_mapping
from maskgil.train.tasks.base import weight_decayed
from maskgil.train.tasks.judge import JudgeRun, JudgeTask, add_arguments, train_judge
from maskgil.utils.checks import above, at_least, below, within
from maskgil.utils.command_line import OneLineParser, status_of
from maskgil.utils.images import stack_pixels
from polyvoice.clip_nano.dataset import Corpus, PairBatches, prepared, rebuild, resize
from polyvoice.clip_nano.model import NAME, ClipNano, ClipNanoConfig, load
from polyvoice.clip_nano.pairs import ASPECTS, Pairs, meaning_of

TOKENIZER = "nano-tokenizer"
SIDE = 192  # pixels of what the renderer draws, and of what nano's tokenizer reads


@dataclass(frozen=True)
class ClipTraining:
    """Settings of `ClipTask`.

    A batch is `pairs` scenes and their variants, `shown` repeatedly; a share `rebuilt` is encoded
    and decoded by nano's tokenizer, as judged pictures are. Learning rates are constant for the
    share `hold` of the steps, then fall. `bfloat16`: compute in it, except the loss.
    """

    steps: int
    pairs: int = 64
    shown: int = 4
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    warmup: int = 100
    hold: float = 0.2
    rebuilt: float = 0.1
    average_decay: float = 0.998
    gradient_limit: float = 1.0
    bfloat16: bool = False

    def __post_init__(self) -> None:
        at_least(self, 1, "steps", "pairs", "shown")
        within(self, 0, 1, "rebuilt")
        below(self, 0, 1, "average_decay", "hold")
        above(self, 0, "learning_rate", "gradient_limit")


class ClipTask(JudgeTask):
    """Contrastive training on scenes."""

    def __init__(self, model: ClipNano, corpus: Corpus, settings: ClipTraining) -> None:
        groups = weight_decayed(model, settings.weight_decay)
        adam = torch.optim.AdamW(groups, lr=settings.learning_rate, betas=(0.9, 0.98))
        super().__init__(model, {"optimizer": adam}, settings)
        self.corpus, self.batch_size = corpus, 2 * settings.pairs
        self.bf16, self.hold = settings.bfloat16, settings.hold

    def terms(self, index: int) -> dict[str, Tensor]:
        """The loss of batch `index`, and the retrieval accuracy of captions."""
        pairs = self.settings.pairs
        self._last = list(range(index * pairs, (index + 1) * pairs))
        regions, captions, same = self.corpus.batch(index)
        with self.autocast():
            images = self.model.image_tower.read(regions)  # (B, D)
            texts = self.model.text_head(captions)  # (B, D)
        images, texts = images.float(), texts.float()
        own = torch.arange(len(texts), device=texts.device)
        found = (texts @ images.T).argmax(1) == own
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
    renderer: Renderer,
    pairs: Callable[..., Pairs],
    *,
    tokenizer: Tokenizer | None = None,
    count: int = 500,
    aspects: Sequence[str] = ASPECTS,
) -> dict[str, float]:
    """Retrieval and discrimination accuracies on scenes of `pairs`, in 0..1.

    "text to image" and "image to text": the right one of `count` is nearest. Per aspect: each
    picture of a pair is nearer to its own caption than to the other's (chance: 0.5). With a
    tokenizer pictures are first encoded and decoded by it.
    """

    def draw(picture) -> Tensor:
        pixels = stack_pixels([picture])
        if tokenizer is not None:
            pixels = rebuild(tokenizer, pixels)
        return resize(pixels, model.image_tower.regions.side)[0]

    results: dict[str, float] = {}
    any_of, of_one = pairs(seed=-1), pairs(seed=-2)
    drawn = [any_of(number) for number in range(count)]
    images, texts = embed(
        model,
        encoder,
        [draw(renderer.draw(one.scenes[0], one.seed)) for one in drawn],
        [one.captions[0] for one in drawn],
    )
    cosines = texts @ images.T
    meant = [meaning_of(one.scenes[0]) for one in drawn]
    for name, table in (("text to image", cosines), ("image to text", cosines.T)):
        nearest = table.argmax(1).tolist()
        right = [meant[found] == meant[i] for i, found in enumerate(nearest)]
        results[name] = sum(right) / count
    for aspect in aspects:
        twins = [of_one(number, aspect) for number in range(count // 2)]
        images, texts = embed(
            model,
            encoder,
            [draw(picture) for one in twins for picture in one.pictures(renderer)],
            [caption for one in twins for caption in one.captions],
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
    train.add_argument("--encoder", default="minilm", help="MiniLM's folder")
    test = commands.add_parser("evaluate", help="print how well it judges held-out scenes")
    test.add_argument("--weights", default=NAME, help="a file; default: the shipped ones")
    test.add_argument("--count", type=int, default=500, help="scenes to choose among")
    test.add_argument("--seen", action="store_true", help="combinations that training showed")
    test.add_argument("--art", default="node_modules", help="npm folder of the art, or a pack")
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
    from maskgil.nano.rendering.art import Art

    settings = from_mapping(ClipTraining, run.training, "training")
    model = ClipNano(from_mapping(ClipNanoConfig, run.model, "model"))
    model.config = replace(model.config, detector_hash=model.image_tower.regions.hash)
    if run.start is not None:
        model.load_state_dict(load(run.start).state_dict())
    model.to(options.device)
    tokenizer = None
    if settings.rebuilt > 0 and run.tokenizer is not None:
        tokenizer = checkpoints.load(run.tokenizer).requires_grad_(False).eval().to(options.device)
    batches = PairBatches(
        Renderer(Art(options.art), size=SIDE), Pairs(seed=run.seed), settings.pairs
    )
    encoder = load_text_encoder(options.encoder, device=options.device)
    prepare = partial(
        prepared, reader=model.image_tower.regions, encoder=encoder, device=options.device,
        tokenizer=tokenizer, rebuilt=settings.rebuilt,
    )  # fmt: skip
    corpus = Corpus(batches, prepare, workers=options.workers, times=settings.shown)
    return ClipTask(model, corpus, settings)


def _evaluate(options: argparse.Namespace) -> None:
    from maskgil import checkpoints
    from maskgil.models.text_encoders.load import load_text_encoder
    from maskgil.nano.rendering.art import Art

    torch.set_num_threads(options.threads)
    results = judge(
        load(options.weights),
        load_text_encoder("minilm"),
        Renderer(Art(options.art), size=SIDE),
        partial(Pairs, held_out=not options.seen),
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
