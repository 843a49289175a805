"""`python -m maskgil sample | tokenize | train | evaluate | convert | describe`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from maskgil.cli import (
    add_model_arguments,
    add_sampling_arguments,
    check_used,
    model_choice,
    sampling_changes,
)
from maskgil.utils.command_line import OneLineParser, status_of
from maskgil.utils.threads import settle_threads


def add_sample_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompts", nargs="*", help="captions, one picture each")
    add_model_arguments(parser)
    parser.add_argument(
        "--classes", help="class labels for --size or --preset imagenet, such as 207,360,387"
    )
    parser.add_argument("-o", "--output", type=Path, default=Path("sample.png"), help="grid PNG")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first picture")
    parser.add_argument("--columns", type=int, help="of the grid (default: near a square)")
    add_sampling_arguments(parser)
    parser.add_argument("--image-size", help="WIDTHxHEIGHT in pixels; default: the preset's")


def sample(options: argparse.Namespace) -> None:
    """Draw pictures and write them side by side as one PNG."""
    import dataclasses

    from maskgil.data.aspect_buckets import grid_of, parse_size
    from maskgil.utils.files import check_target
    from maskgil.utils.images import save_png, sheet

    if options.columns is not None and options.columns < 1:
        raise ValueError(f"--columns is {options.columns}; it must be at least 1")
    changes = sampling_changes(options)  # checked before anything is loaded
    check_target(options.output, "PNG")
    size = None if options.image_size is None else parse_size(options.image_size)
    prompts: list[str] | list[int]
    choice = model_choice(options)
    check_used(options)
    if options.size:
        if not options.classes or options.prompts:
            raise ValueError("--size draws classes: give --classes 207,360,387 and no captions")
        prompts = _labels(options.classes)
    elif choice.class_driven:
        if bool(options.classes) == bool(options.prompts):
            raise ValueError(
                f"{options.preset} draws classes: give either --classes 207,360,387 or captions, "
                'such as "a red fox"'
            )
        prompts = _labels(options.classes) if options.classes else options.prompts
    else:
        if options.classes or not options.prompts:
            raise ValueError(
                'give a caption, such as "a red apple" (classes need --size or --preset imagenet)'
            )
        prompts = options.prompts
    generator = choice.load()
    for prompt in options.prompts or ():
        reading = generator.read(prompt)  # refuses what the model knows nothing of
        if choice.class_driven:
            print(f"{prompt}: {reading.drawn}", file=sys.stderr)
    sampling = dataclasses.replace(generator.sampling, **changes)
    seeds = [options.seed + index for index in range(len(prompts))]
    grid = None
    if size is not None:
        pixels = generator.image_size[0] // generator.grid_size[0]  # of a token's side
        grid = grid_of(size, downsample_factor=pixels)
        if choice.class_driven and grid != tuple(generator.grid_size):
            height, width = generator.image_size
            raise ValueError(
                f"--image-size is {options.image_size}; this model draws {width}x{height} only"
            )
    images = generator.generate(prompts, seed=seeds, sampling=sampling, grid_size=grid)
    columns = options.columns or max(1, round(len(images) ** 0.5 + 0.499))  # near a square
    save_png(sheet(images, columns=columns, gap=4), options.output)


def _labels(text: str) -> list[int]:
    try:
        return [int(label) for label in text.split(",")]
    except ValueError:
        raise ValueError(
            f"--classes is {text!r}; it must be numbers with commas, such as 207,360,387"
        ) from None


# Each command: what it does, and the module of its arguments and its run.
COMMANDS = {
    "sample": ("draw pictures", ""),  # here
    "tokenize": ("images to token shards", "maskgil.data.tokenize_command"),
    "train": ("train what a config describes", "maskgil.train"),
    "evaluate": ("measure models and pictures", "maskgil.evaluation.commands.cli"),
    "convert": ("published weights to safetensors", "maskgil.checkpoints.convert"),
    "describe": ("what a model costs", "maskgil.profiling.command"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 2 with one line on stderr when the input is at fault."""
    settle_threads()
    given = sys.argv[1:] if arguments is None else arguments
    parser = OneLineParser(prog="python -m maskgil", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run: Callable[[argparse.Namespace], int | None] = sample
    for name, (about, module) in COMMANDS.items():
        command = commands.add_parser(name, help=about)
        if given[:1] != [name]:
            continue  # its module, and torch with it, is not needed
        if name == "sample":
            add_sample_arguments(command)
        else:
            chosen = import_module(module)
            chosen.add_arguments(command)
            run = chosen.run
    options = parser.parse_args(given)
    return status_of(lambda: run(options), f"{parser.prog} {options.command}")


if __name__ == "__main__":
    sys.exit(main())
