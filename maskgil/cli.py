"""Shared command-line arguments: choice of model, sampling settings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskgil.presets.choice import ModelChoice

DTYPES = ("float32", "bfloat16", "float16")


class ChosenPreset(argparse.Action):
    """Stores a preset and that it was given explicitly."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        options: argparse.Namespace,
        value: Any,
        flag: Any = None,
    ) -> None:
        options.preset, options.preset_asked = value, True


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preset",
        action=ChosenPreset,
        default="nano",
        help="nano (default), paper, photo or llamagen-t2i: driven by captions; imagenet, "
        "imagenet-tiny, -base or -large: by classes",
    )
    parser.add_argument(
        "--size",
        help="class-driven model: b, l, xl, xxl (MaskGIL), bert (the paper's baseline), tiny, "
        "small, base, large (Halton-MaskGIT), or own",
    )
    parser.add_argument("--weights", help="folder of weights or its hub id; a masked model's file")
    parser.add_argument(
        "--random-weights", action="store_true", help="untrained weights, for a smoke run"
    )
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--dtype", choices=DTYPES, help="of a class-driven model's weights; default: float32"
    )


# Flag -> field of `SamplingConfig` and argparse options; the default is the preset's.
SAMPLING: dict[str, tuple[str, dict[str, Any]]] = {
    "steps": ("num_steps", {"type": int, "help": "parallel steps; default: the preset's"}),
    "guidance": ("guidance_scale", {
        "type": float, "help": "guidance scale, 1 is off; default: the preset's",
    }),
    "ar-guidance": ("ar_guidance_scale", {
        "type": float,
        "help": "guidance scale of the share written one by one; default: --guidance, or the "
        "preset's",
    }),
    "guidance-schedule": (
        "guidance_schedule", {"help": "constant, linear or released; default: the preset's"}
    ),
    "guidance-interval": ("guidance_interval", {
        "type": float, "nargs": 2, "metavar": ("START", "END"),
        "help": "progress in which guidance is on (default 0 1)",
    }),
    "schedule": ("schedule", {"help": "mask schedule, such as arccos; default: the preset's"}),
    "temperature": ("temperature", {"type": float, "help": "default: the preset's"}),
    "choice-temperature": ("choice_temperature", {"type": float, "help": "default: the preset's"}),
    "draft-strength": ("draft_strength", {"type": float, "help": "default: the preset's"}),
    "top-k": ("top_k", {
        "type": int, "help": "draw among so many likeliest codes; default: the preset's",
    }),
    "top-p": ("top_p", {
        "type": float,
        "help": "draw among the likeliest codes of this joint probability; default: the preset's",
    }),
    "ar-ratio": ("ar_ratio", {"type": float, "default": 0.0, "help": "share written one by one"}),
    "order": ("order", {"help": "confidence or halton; default: the preset's"}),
    "sweeps": ("sweeps", {
        "type": int,
        "help": "pairs of the last steps that draw the picture anew by halves; default: the "
        "preset's",
    }),
}  # fmt: skip


def add_sampling_arguments(parser: argparse.ArgumentParser) -> None:
    for flag, (_, options) in SAMPLING.items():
        parser.add_argument(f"--{flag}", **options)
    parser.add_argument(
        "--fast", action="store_true", help="approximations that halve the time of the steps"
    )


def model_choice(options: argparse.Namespace) -> ModelChoice:
    """Raises ValueError for an unknown preset."""
    from maskgil.presets.choice import PHOTO, ModelChoice
    from maskgil.presets.table import PRESETS

    known = [*PRESETS, PHOTO]
    if options.preset not in known:
        path = Path(options.preset).expanduser()
        hint = "; weights are given by --weights" if path.exists() or len(path.parts) > 1 else ""
        raise ValueError(
            f"unknown preset {options.preset!r}; choose one of {', '.join(known)}{hint}"
        )
    if options.size is not None and getattr(options, "preset_asked", False):
        raise ValueError(
            f"--size {options.size} and --preset {options.preset} name two models: give one of them"
        )
    return ModelChoice(
        options.preset, options.size, options.weights, options.random_weights, options.device,
        options.ar_ratio, getattr(options, "dtype", None),
    )  # fmt: skip


OF_MASKED = ("steps", "schedule", "choice-temperature", "order", "fast")  # options


def check_used(options: argparse.Namespace) -> None:
    """ValueError if an option concerns a model that the preset lacks or does not use."""
    from maskgil.presets.choice import PHOTO
    from maskgil.presets.table import PRESETS

    preset = PRESETS.get(options.preset) if options.size is None else None
    by_class = options.size is not None or (preset is not None and preset.class_driven)
    photo, ratio = options.size is None and options.preset == PHOTO, options.ar_ratio
    if photo and (ratio or options.fast):
        asked, lacking = ("--fast", "features to keep") if options.fast else ("--ar-ratio", "twin")
        raise ValueError(f"{asked} is of other presets: photo has no {lacking}")
    if options.draft_strength is not None and (photo or by_class):
        raise ValueError("--draft-strength is of models that read drafts, such as nano's")
    if options.size is None and options.preset == "nano":
        return  # scenery is drawn by the masked model at every ratio
    alone = preset is not None and preset.masked is None
    if alone or ratio == 1:
        given = [flag for flag in OF_MASKED if getattr(options, flag.replace("-", "_"))]
        why = f"{options.preset} has none" if alone else "at --ar-ratio 1 it draws nothing"
        if given:
            raise ValueError(f"--{given[0]} is of the masked model; {why}")
    elif ratio == 0 and options.ar_guidance is not None:
        raise ValueError("--ar-guidance is of the share that --ar-ratio gives; that is 0")


def sampling_changes(options: argparse.Namespace) -> dict[str, Any]:
    """The `SamplingConfig` fields given as options, checked; others keep the preset's values."""
    from maskgil.sampling.config import FAST, SamplingConfig

    asked = {
        field: getattr(options, flag.replace("-", "_")) for flag, (field, _) in SAMPLING.items()
    }
    changes = {name: value for name, value in asked.items() if value is not None}
    if options.guidance is not None:  # for both models, unless given separately
        changes.setdefault("ar_guidance_scale", None)
    if options.fast:
        changes |= FAST
    SamplingConfig(**changes)
    return changes
