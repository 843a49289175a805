"""Choice of a generator by command-line options: a preset, or a class-driven model by size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskgil.presets.table import CAUSAL, MASKED, PRESETS, TOKENIZER, unconverted
from maskgil.utils.checks import check_device
from maskgil.utils.progress import show_progress, tell

if TYPE_CHECKING:
    from torch import nn

    from maskgil.pipelines.image_generator import ImageGenerator

SHAPE = ("num_layers", "num_heads", "dim")  # settings determined by a size's name
CLASS_SIZES = ("b", "l", "xl", "xxl")  # LlamaGen's and MaskGIL's
PHOTO = "photo"  # a preset whose parts are diffusers'
OWN = "own"  # the size is read from the weights
BERT = "bert"  # the size of the paper's baseline
USUAL = "small"  # Halton-MaskGIT's size of preset imagenet


@dataclass(frozen=True)
class ModelChoice:
    """A chosen generator: a preset, or a class-driven model of a named `size`.

    The size "own" takes any class-driven model in the folder `weights`. `weights`: a folder, a hub
    id or a file. Small and picklable, so that another process can load the same generator; `load`
    raises ValueError in one line.
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
        """Whether the model is class-driven: a size, or a preset without a text encoder."""
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
        """The error for an `ar_ratio` that needs a missing model."""
        from maskgil.checkpoints import CheckpointError, resolve

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


def class_driven_sizes() -> dict[str, Any]:
    """The configs of masked models by name for `--size`."""
    from maskgil.config import SIZES
    from maskgil.models import adaln_transformer
    from maskgil.models.bert import BertConfig

    maskgil = {name: shape for name, shape in SIZES.items() if shape.condition == "class"}
    return {**maskgil, BERT: BertConfig(), **adaln_transformer.SIZES}


def class_driven_config(choice: ModelChoice) -> Any:
    """The config of a class-driven choice, from its weights if they state it."""
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
    """The folder of weights for `--size`. Raises ValueError for a file."""
    folder = Path(choice.weights or "").expanduser()
    if folder.is_file():
        raise ValueError(f"--size draws with a folder of weights; --weights is the file {folder}")
    return folder


def _missing(path: Path) -> str:
    """The error for a file missing in a folder of weights, with the command that converts it."""
    hint = unconverted(path.parent, [path.name]) if path.parent.is_dir() else ""
    return f"no weights at {path}; {hint}" if hint else f"no weights at {path}"


def _own_config(choice: ModelChoice) -> Any:
    """The config of the class-driven model in a folder."""
    from maskgil import checkpoints

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
    """An untrained model of `config`."""
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
    # A preset's causal model is LlamaGen's smallest, a size's is of the same size.
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
    """The error for a class-driven size without weights."""
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
    """The models of --weights needed for the ratio; the one described by `config` must match it.

    That is the masked one, or at ratio 1 the causal one. A causal model beside a masked one may
    have any size.
    """
    import torch

    from maskgil.models.causal_step import prepare
    from maskgil.pipelines.image_generator import ImageGenerator
    from maskgil.presets.load import check_twin, load_role
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
