"""What commands share: arguments that choose a model and how it samples, and loading it."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskgil.utils.checks import check_device

if TYPE_CHECKING:
    from torch import nn

    from maskgil.pipelines.image_generator import ImageGenerator

SHAPE = ("num_layers", "num_heads", "dim")  # what a size's name stands for
CLASS_SIZES = ("b", "l", "xl", "xxl")  # LlamaGen's and MaskGIL's
PHOTO = "photo"  # a preset whose parts are diffusers'
OWN = "own"  # a size that is whatever the weights are
BERT = "bert"  # the size of the paper's baseline
DTYPES = ("float32", "bfloat16", "float16")
USUAL = "small"  # Halton-MaskGIT's size of preset imagenet


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
    dtype: str | None = None  # of class-driven models' weights in memory; None: float32

    def __post_init__(self) -> None:
        if self.random_weights and self.weights is not None:
            raise ValueError(
                "--random-weights draws with no weights of --weights: give one of them"
            )
        if self.dtype is not None and not self.class_driven:
            raise ValueError("--dtype is for class-driven models; others choose it by the device")
        if self.random_weights and not self.class_driven:
            raise ValueError("--random-weights is for --size; a preset needs its weights")

    @property
    def class_driven(self) -> bool:
        """Whether class labels are drawn: a size, or a preset without a text encoder."""
        from maskgil.presets.table import PRESETS

        return self.size is not None or (
            self.preset in PRESETS and PRESETS[self.preset].class_driven
        )

    def load(self) -> ImageGenerator:
        """The generator; large files show their progress on a terminal."""
        check_device(self.device)
        generator = self._loaded()
        if self.ar_ratio > 0 and generator.source is None:
            raise ValueError(self._without_a_twin())
        if 0 < self.ar_ratio < 1 and generator.masked is None:
            raise ValueError(
                f"ar_ratio is {self.ar_ratio}, but one model writes all tokens here: leave it out"
            )
        return generator

    def _without_a_twin(self) -> str:
        """What to say when the share of a model that there is not is asked for, and why."""
        from maskgil.checkpoints import CheckpointError, resolve
        from maskgil.presets.table import CAUSAL, PRESETS

        asked = f"ar_ratio is {self.ar_ratio}, but there is no autoregressive model"
        if self.weights is not None and Path(self.weights).is_dir():
            return f"{asked}: {self.weights} lacks {CAUSAL}"
        if self.size is None and self.preset in PRESETS:
            try:
                resolve(PRESETS[self.preset].causal)
            except CheckpointError as error:
                return f"{asked}: {error}"
        return asked

    def _loaded(self) -> ImageGenerator:
        if self.size is not None or self.random_weights:
            return _class_driven(self)
        if self.preset == PHOTO:
            from maskgil.pipelines.photo import load_photo

            return load_photo(self.weights, device=self.device, say=tell)
        import torch

        from maskgil.presets import load_generator

        return load_generator(
            self.preset, device=self.device, weights=self.weights, progress=show_progress,
            causal=self.ar_ratio > 0, say=tell,
            dtype=None if self.dtype is None else getattr(torch, self.dtype),
        )  # fmt: skip


class ChosenPreset(argparse.Action):
    """Stores a preset, and that it was asked for."""

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


# Flag -> field of `SamplingConfig`, and what argparse needs; without a default, the preset's holds.
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
    """Raises ValueError for a preset that there is not."""
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
    """ValueError where an option is of a model that the preset has not, or that draws nothing."""
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
        return  # what is behind its things is drawn masked at every ratio
    alone = preset is not None and preset.masked is None
    if alone or ratio == 1:
        given = [flag for flag in OF_MASKED if getattr(options, flag.replace("-", "_"))]
        why = f"{options.preset} has none" if alone else "at --ar-ratio 1 it draws nothing"
        if given:
            raise ValueError(f"--{given[0]} is of the masked model; {why}")
    elif ratio == 0 and options.ar_guidance is not None:
        raise ValueError("--ar-guidance is of the share that --ar-ratio gives; that is 0")


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


def class_driven_sizes() -> dict[str, Any]:
    """The shapes of masked models that `--size` names."""
    from maskgil.config import SIZES
    from maskgil.models import adaln_transformer
    from maskgil.models.bert import BertConfig

    maskgil = {name: shape for name, shape in SIZES.items() if shape.condition == "class"}
    return {**maskgil, BERT: BertConfig(), **adaln_transformer.SIZES}


def class_driven_config(choice: ModelChoice) -> Any:
    """The shape of a class-driven choice, read from its weights where they say it."""
    from maskgil.config import SIZES

    sizes = class_driven_sizes()
    size = choice.size
    if size is None:  # of a preset
        if choice.weights is None:
            return sizes[choice.preset.partition("-")[2] or USUAL]
        size = OWN
    if size in sizes:
        return sizes[size]
    if size != OWN:
        captions = ", driven by captions" if size in SIZES else ""
        raise ValueError(f"--size is {size!r}{captions}; choose one of {', '.join([*sizes, OWN])}")
    return _own_config(choice)


def _folder_of(choice: ModelChoice) -> Path:
    """The folder that `--size` draws with. Raises ValueError where a file is given."""
    folder = Path(choice.weights or "").expanduser()
    if folder.is_file():
        raise ValueError(f"--size draws with a folder of weights; --weights is the file {folder}")
    return folder


def _missing(path: Path) -> str:
    """What to say where a folder of weights lacks a file: how its published files become it."""
    from maskgil.presets.table import unconverted

    hint = unconverted(path.parent, [path.name]) if path.parent.is_dir() else ""
    return f"no weights at {path}; {hint}" if hint else f"no weights at {path}"


def _own_config(choice: ModelChoice) -> Any:
    """The shape of the class-driven model that lies in a folder."""
    from maskgil import checkpoints
    from maskgil.presets.table import CAUSAL, MASKED

    if choice.weights is None:
        raise ValueError("--size own needs --weights FOLDER: the model is what lies there")
    path = _folder_of(choice) / (MASKED if choice.ar_ratio < 1 else CAUSAL)
    if not path.is_file():
        raise ValueError(_missing(path))
    metadata = checkpoints.read_metadata(path)
    kind = checkpoints.KINDS.get(metadata.get("kind", ""))
    if kind is None or not hasattr(kind.model, "embed_condition"):
        raise ValueError(f"{path} holds no masked or causal model of ours")
    config = checkpoints.build_config(
        kind.config, checkpoints.stored_config(metadata, path), {}, path
    )
    if config.condition != "class":
        raise ValueError(f"{path} is driven by captions; use --preset, not --size own")
    return config


def _empty_model(config: Any) -> nn.Module:
    """An untrained model of the shape that `config` says."""
    from maskgil import checkpoints

    (kind,) = (kind for kind in checkpoints.KINDS.values() if kind.config is type(config))
    model: nn.Module = kind.model(config).eval()
    return model


def _class_driven(choice: ModelChoice) -> ImageGenerator:
    """A class-driven generator from a folder of weights, or untrained."""
    import torch

    from maskgil.config import TransformerConfig
    from maskgil.models.transformer import Transformer
    from maskgil.pipelines.image_generator import ImageGenerator
    from maskgil.presets.table import PRESETS

    config = class_driven_config(choice)
    if choice.weights is None and not choice.random_weights:
        assert choice.size is not None
        raise ValueError(_where_weights_come_from(choice.size))
    if choice.weights is not None:
        return _from_folder(choice, config)
    from maskgil.models.causal_step import prepare
    from maskgil.tokenizers import llamagen
    from maskgil.tokenizers.on_gpu import suit_gpu

    torch.manual_seed(0)
    shape = replace(llamagen.SIZES["llamagen-vq-f16"], codebook_size=config.codebook_size)
    # A preset's twin is LlamaGen's smallest, a size's its own.
    twin = config if isinstance(config, TransformerConfig) else TransformerConfig.named("b")
    twin = twin.replace(causal=True, max_grid_size=config.max_grid_size)
    sampling = PRESETS[choice.preset].sampling if choice.size is None else None
    with torch.device(choice.device):
        tokenizer = llamagen.LlamaGenVQ(shape).eval()
        causal_model = Transformer(twin).eval() if choice.ar_ratio > 0 else None
        masked: Any = _empty_model(config)
    dtype = getattr(torch, choice.dtype or "float32")
    for model in (masked, causal_model):
        if model is not None:
            model.to(dtype)
    suit_gpu(tokenizer, choice.device, dtype)
    if causal_model is not None:
        prepare(causal_model, twin.max_grid_size)
    with torch.device(choice.device):
        return ImageGenerator(tokenizer, masked, causal_model, sampling=sampling)


def _where_weights_come_from(size: str) -> str:
    """What to say when a class-driven size is asked for without weights."""
    from maskgil.checkpoints.registry import REGISTRY

    tokenizer = REGISTRY["llamagen-vq-f16"]
    if size not in CLASS_SIZES:
        name = f"imagenet-{size}"
        public = (
            f"--preset {'imagenet' if size == USUAL else name} downloads them"
            if (size != BERT)
            else "nobody has published them: python -m maskgil train, then --weights FOLDER"
        )
        return f"no weights for size {size}: {public}; or --random-weights for a smoke run"
    theirs = REGISTRY[f"llamagen-{size}"]
    return (
        f"no weights for size {size}: MaskGIL's are on no hub; give --weights FOLDER with "
        f"tokenizer.safetensors (`python -m maskgil convert` of {tokenizer.file} from "
        f"{tokenizer.repo}) and maskgil.safetensors (from `python -m maskgil train`, or converted "
        "from a file of its authors), or with --ar-ratio 1 ar.safetensors instead (converted from "
        f"{theirs.file} of {theirs.repo}); or --random-weights for a smoke run"
    )


def _from_folder(choice: ModelChoice, config: Any) -> ImageGenerator:
    """The models of --weights that the ratio needs; the one that `config` is of has its shape.

    That is the masked one, or at ratio 1 the causal one. Beside the masked one a causal one may
    have any size.
    """
    import torch

    from maskgil.models.causal_step import prepare
    from maskgil.pipelines.image_generator import ImageGenerator
    from maskgil.presets.load import check_twin, load_role
    from maskgil.presets.table import CAUSAL, MASKED, TOKENIZER
    from maskgil.tokenizers.on_gpu import suit_gpu

    folder, ratio = _folder_of(choice), choice.ar_ratio

    def load(name: str, *, sized: bool = False) -> Any:
        path = folder / name
        if not path.is_file():
            raise ValueError(_missing(path))
        kind = getattr(torch, "float32" if name == TOKENIZER else choice.dtype or "float32")
        model = load_role(name, path, device=choice.device, dtype=kind, progress=show_progress)
        found = model.config
        if name != TOKENIZER and getattr(found, "condition", None) != "class":
            raise ValueError(f"{path} is not driven by classes")
        if sized and any(getattr(found, k) != getattr(config, k) for k in SHAPE):
            raise ValueError(
                f"{path} is not of size {choice.size}: it has {found.num_layers} layers, "
                f"{found.num_heads} heads and width {found.dim}"
            )
        return model

    masked = load(MASKED, sized=True) if ratio < 1 else None
    causal = load(CAUSAL, sized=masked is None) if ratio > 0 else None
    check_twin(masked, causal, folder / CAUSAL)
    tokenizer = load(TOKENIZER)
    suit_gpu(tokenizer, choice.device, getattr(torch, choice.dtype or "float32"))
    if causal is not None:
        prepare(causal, causal.config.max_grid_size)
    return ImageGenerator(tokenizer, masked, causal)
