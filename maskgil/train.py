"""`python -m maskgil train CONFIG.yaml`: build what a config describes and train it."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .data.pictures import SceneSource
    from .training import Task

KINDS = ("tokenizer", "decoder", "generator")
SHOWN_PROMPTS = (
    "a red apple", "an orange cat", "three yellow stars", "a blue car next to a house",
    "a dog", "a pizza", "two green trees", "a purple guitar",
    "a rocket at night", "a fish in the sea", "a robot on a yellow background", "four red hearts",
    "a cat and a dog", "a banana above an apple", "a castle on the grass", "a pink cake",
    "a house to the left of a tree", "a yellow sun in the sky", "a black cat on a pink background",
    "a green frog", "two blue umbrellas", "a horse next to a bicycle", "a snowman in the snow",
    "a strawberry and a cup of coffee", "a puppy", "a crimson automobile",
    "a kitten beside a tree", "a moon and three stars", "a train", "a white rabbit on the grass",
    "an elephant", "a butterfly above a flower",
)  # fmt: skip


class ConfigError(ValueError):
    """A config that cannot be used; the message is one line for the user."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("config", type=Path, help="a YAML file, such as configs/nano.yaml")
    parser.add_argument("--out", type=Path, help="folder of the run (default runs/CONFIG)")
    parser.add_argument("--art", default="node_modules", help="npm folder of the emoji art")
    parser.add_argument("--tokenizer", help="tokenizer to use instead of the config's")
    parser.add_argument("--init-from", type=Path, help="checkpoint or safetensors to start from")
    parser.add_argument("--steps", type=int, help="stop after so many steps")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--compile", action="store_true", help="compile the blocks")
    parser.add_argument("--export", type=Path, help="write the averaged weights here at the end")


def read_config(path: Path) -> dict[str, Any]:
    """The config at `path`; ConfigError in one line when it is missing or malformed."""
    import yaml

    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(config, dict) or config.get("kind") not in KINDS:
        raise ConfigError(f"{path}: 'kind' must be one of {', '.join(KINDS)}")
    known = {"kind", "model", "tokenizer", "scenes", "training", "save_minutes", "show_every"}
    for key in config:
        if key not in known:
            raise ConfigError(f"{path}: unknown key {key!r}; valid: {', '.join(sorted(known))}")
    return config


def _scenes(config: dict[str, Any], art: str, scale: int = 1) -> SceneSource:
    from .data.emoji_scenes import Painter, SceneSampler
    from .data.pictures import SceneSource
    from .data.sprites import ArtFolder, load_nouns

    settings = config.get("scenes", {})
    styles = tuple(settings.get("styles", {"3d": 1.0}).items())
    wanted = settings.get("nouns")
    nouns = tuple(noun for noun in load_nouns() if wanted is None or noun.name in wanted)
    if wanted is not None and len(nouns) != len(set(wanted)):
        unknown = set(wanted) - {noun.name for noun in nouns}
        raise ConfigError(f"scenes.nouns: {sorted(unknown)[0]!r} is not in nano's vocabulary")
    painter = Painter(ArtFolder(art), size=96 * scale)
    sampler = SceneSampler(nouns=nouns, styles=styles)
    return SceneSource(painter, sampler, scale=scale, seed=settings.get("seed", 0))


def _tokenizer_task(config: dict[str, Any], options: argparse.Namespace) -> Task:
    from .tokenizers.compact import CompactVQ, CompactVQConfig
    from .tokenizers.training import TokenizerTask

    model = CompactVQ(CompactVQConfig(**config["model"]))
    scale = model.config.output_scale
    if config["kind"] == "decoder":
        from .checkpoints import load

        trained = load(options.tokenizer or config["tokenizer"])
        model.encoder.load_state_dict(trained.encoder.state_dict())
        model.codebook.load_state_dict(trained.codebook.state_dict())
    return TokenizerTask(
        model, _scenes(config, options.art, scale),
        decoder_only=config["kind"] == "decoder", **config["training"],
    )  # fmt: skip


def _generator_task(config: dict[str, Any], options: argparse.Namespace) -> Task:
    from .checkpoints import load
    from .config import TransformerConfig
    from .generator_training import (
        GeneratorTask,
        GeneratorTraining,
        start_from_codebook,
        warm_start,
    )
    from .text_encoder import load_text_encoder
    from .transformer import Transformer

    tokenizer = load(options.tokenizer or config["tokenizer"])
    settings = dict(config["model"])
    shape = TransformerConfig.named(
        settings.pop("size"), codebook_size=tokenizer.codebook_size, **settings
    )
    model = Transformer(shape)
    if options.init_from:
        warm_start(model, options.init_from)
    else:
        start_from_codebook(model, tokenizer.codebook.embedding)
    return GeneratorTask(
        model, tokenizer, load_text_encoder("minilm"), _scenes(config, options.art),
        GeneratorTraining(**config["training"]),
        prompts=SHOWN_PROMPTS, compile_trunk=options.compile,
    )  # fmt: skip


def run(options: argparse.Namespace) -> None:
    """Train what the options say. Raises ValueError, one line for the user, on bad input."""
    import torch

    from .training import fit

    config = read_config(options.config)
    if options.threads:
        torch.set_num_threads(options.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if options.steps:
        config["training"]["steps"] = options.steps
    torch.manual_seed(0)
    build = _generator_task if config["kind"] == "generator" else _tokenizer_task
    task = build(config, options)
    folder = options.out or Path("runs") / options.config.stem
    fit(
        task, folder, steps=config["training"]["steps"],
        save_minutes=config.get("save_minutes", 10), show_every=config.get("show_every", 0),
    )  # fmt: skip
    if options.export:
        from .checkpoints import save

        model, scenes = task.model, task.scenes  # type: ignore[attr-defined]
        model.load_state_dict(task.average.values)  # type: ignore[attr-defined]
        nouns = ",".join(noun.name for noun in scenes.sampler.vocabulary())
        save(model, options.export, {"nouns": nouns})
