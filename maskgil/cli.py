"""What commands share: arguments that choose a model and how it samples, and loading it."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskgil.config import TransformerConfig
    from maskgil.pipelines.image_generator import ImageGenerator

SHAPE = ("num_layers", "num_heads", "dim")  # what a size's name stands for
PHOTO = "photo"  # a preset whose parts are diffusers'
OWN = "own"  # a size that is whatever the weights are


@dataclass(frozen=True)
class ModelChoice:
    """Which generator a command means: a preset's, or a class-driven one of a named `size`.

    The size "own" takes any class-driven model as it lies in the folder `weights`.
    `weights`: a folder, a hub id or a file. Small and picklable, so that a process of its own can
    load the same generator; `load` raises ValueError in one line.
    """

    preset: str = "nano"
    size: str | None = None
    weights: str | None = None
    random_weights: bool = False
    device: str = "cpu"
    ar_ratio: float = 0.0

    def __post_init__(self) -> None:
        if self.random_weights and self.size is None:
            raise ValueError("--random-weights is for --size; a preset needs its weights")

    def load(self) -> ImageGenerator:
        """The generator; large files show their progress on a terminal."""
        if self.size is not None:
            return _class_driven(self)
        if self.preset == PHOTO:
            from maskgil.pipelines.photo import load_photo

            return load_photo(self.weights, device=self.device, say=tell)
        from maskgil.presets import load_generator

        return load_generator(
            self.preset, device=self.device, weights=self.weights, progress=show_progress
        )


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preset", default="nano", help="nano (default), paper or photo: driven by captions"
    )
    parser.add_argument("--size", help="class-driven model: b, l, xl, xxl, or own")
    parser.add_argument("--weights", help="folder of weights or its hub id; a masked model's file")
    parser.add_argument(
        "--random-weights", action="store_true", help="untrained weights, for a smoke run"
    )
    parser.add_argument("--device", default="cpu")


# Flag -> field of `SamplingConfig`, and what argparse needs; without a default, the preset's holds.
SAMPLING: dict[str, tuple[str, dict[str, Any]]] = {
    "steps": ("num_steps", {"type": int, "help": "parallel steps (default 8)"}),
    "guidance": ("guidance_scale", {"type": float, "help": "guidance scale, 1 is off"}),
    "ar-guidance": ("ar_guidance_scale", {
        "type": float,
        "help": "guidance scale of the share written one by one; default: --guidance, or the "
        "preset's",
    }),
    "guidance-schedule": (
        "guidance_schedule", {"help": "constant or linear; default: the preset's"}
    ),
    "guidance-interval": ("guidance_interval", {
        "type": float, "nargs": 2, "metavar": ("START", "END"),
        "help": "progress in which guidance is on (default 0 1)",
    }),
    "schedule": ("schedule", {"help": "mask schedule (default arccos)"}),
    "temperature": ("temperature", {"type": float, "help": "default: the preset's"}),
    "choice-temperature": ("choice_temperature", {"type": float, "help": "default: the preset's"}),
    "draft-strength": ("draft_strength", {"type": float, "help": "default: the preset's"}),
    "top-k": ("top_k", {"type": int}),
    "top-p": ("top_p", {"type": float}),
    "ar-ratio": ("ar_ratio", {"type": float, "default": 0.0, "help": "share written one by one"}),
    "order": ("order", {"help": "confidence (default) or halton"}),
}  # fmt: skip


def add_sampling_arguments(parser: argparse.ArgumentParser) -> None:
    for flag, (_, options) in SAMPLING.items():
        parser.add_argument(f"--{flag}", **options)
    parser.add_argument(
        "--fast", action="store_true", help="approximations that halve the time of the steps"
    )


def model_choice(options: argparse.Namespace) -> ModelChoice:
    """Raises ValueError for a preset that there is not."""
    from maskgil.presets.table import PRESETS

    known = [*PRESETS, PHOTO]
    if options.preset not in known:
        raise ValueError(f"unknown preset {options.preset!r}; choose one of {', '.join(known)}")
    return ModelChoice(
        options.preset, options.size, options.weights, options.random_weights, options.device,
        options.ar_ratio,
    )  # fmt: skip


def sampling_changes(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of `SamplingConfig` that were asked for, checked; the rest is the preset's."""
    from maskgil.sampling.config import FAST, SamplingConfig

    asked = {
        field: getattr(options, flag.replace("-", "_")) for flag, (field, _) in SAMPLING.items()
    }
    changes = {name: value for name, value in asked.items() if value is not None}
    if options.guidance is not None:  # of both models, unless they are told apart
        changes.setdefault("ar_guidance_scale", None)
    if options.fast:
        changes |= FAST
    SamplingConfig(**changes)
    return changes


def tell(line: str) -> None:
    """A line for whoever waits at the terminal."""
    print(line, file=sys.stderr, flush=True)


def show_progress(done: int, total: int) -> None:
    """Percents of a large file on the terminal; nothing when stderr is not one."""
    if total >= 100_000_000 and sys.stderr.isatty():
        print(f"\rloading {100 * done // total}% of {total / 1e9:.1f} GB", end="", file=sys.stderr)


def class_driven_config(choice: ModelChoice) -> TransformerConfig:
    """The shape of a class-driven choice, read from its weights where the size is "own"."""
    from maskgil import checkpoints
    from maskgil.config import SIZES, TransformerConfig
    from maskgil.presets.table import CAUSAL, MASKED

    assert choice.size is not None
    if choice.size != OWN:
        config = TransformerConfig.named(choice.size)
        if config.condition != "class":
            names = [name for name, size in SIZES.items() if size.condition == "class"]
            raise ValueError(
                f"--size is {choice.size!r}, driven by captions; choose one of "
                f"{', '.join([*names, OWN])}"
            )
        return config
    if choice.weights is None:
        raise ValueError("--size own needs --weights FOLDER: the model is what lies there")
    path = Path(choice.weights) / (MASKED if choice.ar_ratio < 1 else CAUSAL)
    if not path.is_file():
        raise ValueError(f"no weights at {path}")
    metadata = checkpoints.read_metadata(path)
    if metadata.get("kind") != "transformer":
        raise ValueError(f"{path} holds no Transformer of ours")
    config = TransformerConfig.from_dict(json.loads(metadata["config"]))
    if config.condition != "class":
        raise ValueError(f"{path} is driven by captions; use --preset, not --size own")
    return config


def _class_driven(choice: ModelChoice) -> ImageGenerator:
    """A class-driven generator from a folder of weights, or untrained."""
    import torch

    from maskgil.models.transformer import Transformer
    from maskgil.pipelines.image_generator import ImageGenerator

    assert choice.size is not None
    config = class_driven_config(choice)
    if choice.weights is None and not choice.random_weights:
        raise ValueError(_where_weights_come_from(choice.size))
    if choice.weights is not None:
        return _from_folder(choice, config)
    from maskgil.tokenizers import llamagen

    torch.manual_seed(0)
    shape = replace(llamagen.SIZES["llamagen-vq-f16"], codebook_size=config.codebook_size)
    with torch.device(choice.device):
        tokenizer = llamagen.LlamaGenVQ(shape).eval()
        causal_model = None
        if choice.ar_ratio > 0:
            causal_model = Transformer(config.replace(causal=True)).eval()
        return ImageGenerator(tokenizer, Transformer(config).eval(), causal_model)


def _where_weights_come_from(size: str) -> str:
    """What to say when a class-driven size is asked for without weights."""
    from maskgil.checkpoints.registry import REGISTRY

    theirs, tokenizer = REGISTRY[f"llamagen-{size}"], REGISTRY["llamagen-vq-f16"]
    return (
        f"no weights for size {size}: MaskGIL's are on no hub; give --weights FOLDER with "
        f"tokenizer.safetensors (`python -m maskgil convert` of {tokenizer.file} from "
        f"{tokenizer.repo}) and maskgil.safetensors (from `python -m maskgil train`, or converted "
        "from a file of its authors), or with --ar-ratio 1 ar.safetensors instead (converted from "
        f"{theirs.file} of {theirs.repo}); or --random-weights for a smoke run"
    )


def _from_folder(choice: ModelChoice, config: TransformerConfig) -> ImageGenerator:
    """The models of --weights, of the shape of `config`; one without a part may be absent."""
    from maskgil import checkpoints
    from maskgil.pipelines.image_generator import ImageGenerator
    from maskgil.presets.table import CAUSAL, MASKED, TOKENIZER

    folder = Path(choice.weights or "")

    def load(name: str, needed: bool) -> Any:
        path = folder / name
        if not needed and not path.is_file():
            return None
        model = checkpoints.load(path, device=choice.device, progress=show_progress)
        found = model.config
        if name != TOKENIZER and any(getattr(found, k) != getattr(config, k) for k in SHAPE):
            raise ValueError(
                f"{path} is not of size {choice.size}: it has {found.num_layers} layers, "
                f"{found.num_heads} heads and width {found.dim}"
            )
        return model

    ratio = choice.ar_ratio
    return ImageGenerator(load(TOKENIZER, True), load(MASKED, ratio < 1), load(CAUSAL, ratio > 0))
