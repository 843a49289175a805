"""`python -m maskgil sample | train | convert | describe`: the package from a terminal."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from PIL.Image import Image

    from maskgil.config import TransformerConfig
    from maskgil.generator import ImageGenerator

SHAPE = ("num_layers", "num_heads", "dim")  # what a size's name stands for


def add_sample_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompts", nargs="*", help="captions, one picture each")
    parser.add_argument("--preset", default="nano", help="caption-driven models (default nano)")
    parser.add_argument("--size", help="class-driven model: b, l, xl or xxl")
    parser.add_argument("--classes", help="class labels for --size, such as 207,360,387")
    parser.add_argument("--weights", help="folder of weights or its hub id; a masked model's file")
    parser.add_argument(
        "--random-weights", action="store_true", help="untrained weights, for a smoke run"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("sample.png"), help="grid PNG")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first picture")
    parser.add_argument("--steps", type=int, help="parallel steps (default 8)")
    parser.add_argument("--guidance", type=float, help="guidance scale, 1 is off")
    parser.add_argument("--schedule", help="mask schedule (default arccos)")
    parser.add_argument("--temperature", type=float, help="default: the preset's")
    parser.add_argument("--choice-temperature", type=float, help="default: the preset's")
    parser.add_argument("--top-k", type=int)
    parser.add_argument("--top-p", type=float)
    parser.add_argument("--ar-ratio", type=float, default=0.0, help="share written one by one")
    parser.add_argument("--order", help="confidence (default) or halton")
    parser.add_argument("--image-size", help="WIDTHxHEIGHT in pixels; default: the preset's")
    parser.add_argument("--device", default="cpu")


def sample(options: argparse.Namespace) -> None:
    """Draw pictures and write them side by side as one PNG."""
    import dataclasses

    from maskgil.buckets import grid_of, parse_size
    from maskgil.config import SamplingConfig
    from maskgil.generator import ImageGenerator

    if options.output.suffix.lower() != ".png":
        raise ValueError(f"--output is {options.output}; it must end in .png")
    asked = {
        "num_steps": options.steps,
        "guidance_scale": options.guidance,
        "schedule": options.schedule,
        "temperature": options.temperature,
        "choice_temperature": options.choice_temperature,
        "top_k": options.top_k,
        "top_p": options.top_p,
        "ar_ratio": options.ar_ratio,
        "order": options.order,
    }
    changes = {name: value for name, value in asked.items() if value is not None}
    SamplingConfig(**changes)  # checked before anything is loaded
    options.output.parent.mkdir(parents=True, exist_ok=True)
    size = None if options.image_size is None else parse_size(options.image_size)
    prompts: list[str] | list[int]
    if options.size:
        if not options.classes or options.prompts:
            raise ValueError("--size draws classes: give --classes 207,360,387 and no captions")
        prompts = _labels(options.classes)
        generator = _class_driven(options)
    else:
        if options.classes or not options.prompts:
            raise ValueError('give a caption, such as "a red apple" (classes need --size)')
        if options.random_weights:
            raise ValueError("--random-weights is for --size; a preset needs its weights")
        prompts = options.prompts
        generator = ImageGenerator.load(
            options.preset, device=options.device, weights=options.weights, progress=_show_progress
        )
    sampling = dataclasses.replace(generator.sampling, **changes)
    seeds = [options.seed + index for index in range(len(prompts))]
    grid = None
    if size is not None:
        pixels = generator.image_size[0] // generator.grid_size[0]  # of a token's side
        grid = grid_of(size, downsample_factor=pixels)
    images = generator.generate(prompts, seed=seeds, sampling=sampling, grid_size=grid)
    contact_sheet(images).save(options.output)


def _show_progress(done: int, total: int) -> None:
    """Percents of a large file on the terminal; nothing when stderr is not one."""
    if total >= 100_000_000 and sys.stderr.isatty():
        print(f"\rloading {100 * done // total}% of {total / 1e9:.1f} GB", end="", file=sys.stderr)


def _labels(text: str) -> list[int]:
    try:
        return [int(label) for label in text.split(",")]
    except ValueError:
        raise ValueError(
            f"--classes is {text!r}; it must be numbers with commas, such as 207,360,387"
        ) from None


def _class_driven(options: argparse.Namespace) -> ImageGenerator:
    """A class-driven generator from a folder of weights, or untrained."""
    import torch

    from maskgil.config import SIZES, TransformerConfig
    from maskgil.generator import ImageGenerator
    from maskgil.transformer import Transformer

    config = TransformerConfig.named(options.size)
    if config.condition != "class":
        sizes = ", ".join(name for name, size in SIZES.items() if size.condition == "class")
        raise ValueError(f"--size is {options.size!r}, driven by captions; choose one of {sizes}")
    if options.weights is None and not options.random_weights:
        raise ValueError(
            f"no weights for size {options.size}: MaskGIL's are on no hub, so give --weights "
            "FOLDER with tokenizer.safetensors and maskgil.safetensors, made by `python -m maskgil "
            "convert` from its authors' files or by `python -m maskgil train` (or "
            "ar.safetensors from LlamaGen's, with --ar-ratio 1); or --random-weights for a smoke "
            "run"
        )
    if options.weights is not None:
        return _from_folder(options, config)
    from maskgil.tokenizers.compact import CompactVQ, CompactVQConfig

    torch.manual_seed(0)
    with torch.device(options.device):
        tokenizer = CompactVQ(CompactVQConfig(codebook_size=config.codebook_size)).eval()
        causal_model = None
        if options.ar_ratio > 0:
            causal_model = Transformer(config.replace(causal=True)).eval()
        return ImageGenerator(tokenizer, Transformer(config).eval(), causal_model)


def _from_folder(options: argparse.Namespace, config: TransformerConfig) -> ImageGenerator:
    """The models of --weights, of the shape of `config`; one without a part may be absent."""
    from maskgil import checkpoints
    from maskgil.generator import ImageGenerator
    from maskgil.presets import CAUSAL, MASKED, TOKENIZER

    def load(name: str, needed: bool) -> Any:
        path = Path(options.weights) / name
        if not needed and not path.is_file():
            return None
        model = checkpoints.load(path, device=options.device, progress=_show_progress)
        found = model.config
        if name != TOKENIZER and any(getattr(found, k) != getattr(config, k) for k in SHAPE):
            raise ValueError(
                f"{path} is not of size {options.size}: it has {found.num_layers} layers, "
                f"{found.num_heads} heads and width {found.dim}"
            )
        return model

    ratio = options.ar_ratio
    return ImageGenerator(load(TOKENIZER, True), load(MASKED, ratio < 1), load(CAUSAL, ratio > 0))


def contact_sheet(images: list[Image], gap: int = 4) -> Image:
    """Pictures of one size, side by side in a near-square grid on white."""
    from PIL import Image as images_of

    columns = max(1, round(len(images) ** 0.5 + 0.499))
    rows = -(-len(images) // columns)
    width, height = images[0].size
    size = (columns * (width + gap) - gap, rows * (height + gap) - gap)
    sheet = images_of.new("RGB", size, "white")
    for index, image in enumerate(images):
        row, column = divmod(index, columns)
        sheet.paste(image, (column * (width + gap), row * (height + gap)))
    return sheet


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 2 with one line on stderr when the input is at fault."""
    from maskgil import convert, describe, train

    parser = _Parser(prog="python -m maskgil", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    add_sample_arguments(commands.add_parser("sample", help="draw pictures"))
    train.add_arguments(commands.add_parser("train", help="train what a config describes"))
    convert.add_arguments(commands.add_parser("convert", help="published weights to safetensors"))
    describe.add_arguments(commands.add_parser("describe", help="what a model costs"))
    options = parser.parse_args(arguments)
    run = {
        "sample": sample, "train": train.run, "convert": convert.run, "describe": describe.run
    }[options.command]  # fmt: skip
    try:
        run(options)
    except (ValueError, OSError) as error:
        print(f"{parser.prog} {options.command}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
