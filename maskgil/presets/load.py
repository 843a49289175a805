"""Loading generators by preset."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch

from maskgil import checkpoints
from maskgil.checkpoints import Progress
from maskgil.checkpoints.kinds import kind_of
from maskgil.models.causal_step import prepare
from maskgil.models.masked_model import is_masked_model
from maskgil.models.text_encoders.load import ENCODERS, TextEncoder, load_text_encoder
from maskgil.models.transformer import Transformer
from maskgil.nano.drafts.collage import Collage
from maskgil.nano.drafts.places import StoredPlaces
from maskgil.nano.nearest_nouns import NearestNouns
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.scene_prompts import ScenePromptReader
from maskgil.nano.world.nouns import load_nouns
from maskgil.pipelines.ar_model import AutoregressiveModel
from maskgil.pipelines.image_generator import ImageGenerator
from maskgil.presets.imagenet_reader import ImagenetReader
from maskgil.presets.table import (
    CAUSAL,
    DRAWINGS,
    MASKED,
    NOUN_FEATURES,
    PLACES,
    PRESETS,
    TOKENIZER,
    GeneratorParts,
    Preset,
    find_parts,
)
from maskgil.tokenizers.compact_vq import CompactVQ
from maskgil.tokenizers.on_gpu import suit_gpu
from maskgil.utils.checks import check_device
from maskgil.utils.hub_cache import Say, silent

DRAWN_BYTES = 16 << 20  # cache of drawings and of their renderings
DRAWN_SIDE = 768  # pixels of a draft, four times the tokenizer's input


def load_generator(
    preset: str = "nano",
    *,
    device: str = "cpu",
    weights: str | Path | None = None,
    progress: Progress | None = None,
    causal: bool = True,
    dtype: torch.dtype | None = None,
    say: Say = silent,
) -> ImageGenerator:
    """Build a generator from shipped weights, or from those of a folder.

    `weights`: a folder (or the hub id of one) with tokenizer.safetensors and maskgil.safetensors;
    for hybrid decoding ar.safetensors, or lumina/ in transformers' layout; for "paper" also
    gemma-2b/. One file replaces the masked model. A missing autoregressive model is reported only
    when it is asked for, and none is loaded without `causal`. `progress` hears of the bytes of each
    model in turn, `say` of each download before it begins. `dtype`: of the models' weights, None
    for the preset's. ValueError in one line when weights are missing.
    """
    check_device(device)
    parts = find_parts(preset, weights, causal=causal, say=say)
    return load_parts(
        parts, PRESETS[preset], device=device, progress=progress, dtype=dtype, say=say
    )


def load_collage(preset: str = "nano", *, weights: str | Path | None = None) -> Collage:
    """The drafter of a preset, without its models.

    Raises ValueError if the preset has none, or its data is missing.
    """
    masked = find_parts(preset, weights).masked
    file = None if masked is None else checkpoints.resolve(masked)[0]
    if file is None or not _drafts(file):
        raise ValueError(f"preset {preset!r} lays out no scenes; talk to pictures of nano")
    return _collage(_drawings_of(file))


def _drafts(file: Path) -> bool:
    """Whether the masked model of a file uses drafts."""
    told = checkpoints.read_metadata(file)
    return told.get("scenes") == "world" and bool(json.loads(told["config"]).get("drafts"))


def _drawings_of(file: Path) -> Path:
    """The folder of drawings for a masked model: its own, else the shipped one."""
    own = file.parent
    return own if (own / DRAWINGS).is_file() else checkpoints.resolve("maskgil-nano")[0].parent


@cache
def _collage(folder: Path) -> Collage:
    return Collage(Renderer(Art(folder), size=DRAWN_SIDE, kept=DRAWN_BYTES))


ROLES: dict[str, tuple[str, Callable[[Any], bool]]] = {  # a file -> what it holds, and who is one
    TOKENIZER: ("a tokenizer", lambda model: hasattr(model, "decode")),
    MASKED: ("a masked model, which is bidirectional", is_masked_model),
    CAUSAL: (
        "an autoregressive model",
        lambda model: isinstance(model, Transformer) and model.config.causal,
    ),
}


def load_role(role: str, path_or_name: str | Path, **options: Any) -> Any:
    """Load the model `role` of a folder of weights from another file.

    `options` are those of `checkpoints.load`. Raises CheckpointError for another kind of model.
    """
    model = checkpoints.load(path_or_name, **options)
    title, fits = ROLES[role]
    if not fits(model):
        raise checkpoints.CheckpointError(
            f"{path_or_name} holds a model of kind {kind_of(model)!r}, expected {title}"
        )
    return model


def _check_condition(config: Any, name: str | Path, preset: Preset) -> None:
    """CheckpointError if the model's condition (class or caption) is not the preset's."""
    by_class = config.condition == "class"
    if by_class != preset.class_driven:
        driven, others = ("classes", "captions") if by_class else ("captions", "classes")
        hint = "; --size own draws with it" if by_class else ""
        raise checkpoints.CheckpointError(
            f"{name} is driven by {driven}, this preset's models by {others}{hint}"
        )


def _tokens(config: Any) -> str:
    rows, columns = config.max_grid_size
    return f"{rows} x {columns} tokens"


def _check_grid(config: Any, name: str | Path, preset: Preset) -> None:
    """CheckpointError if a class-driven model's grid belongs to other presets."""
    if preset.masked is None or not preset.class_driven:
        return
    grids = {key: each.published_grid for key, each in PRESETS.items() if each.class_driven}
    fitting = [key for key, grid in grids.items() if config.max_grid_size == (grid, grid)]
    if fitting and preset.published_grid not in (grids[key] for key in fitting):
        raise checkpoints.CheckpointError(
            f"{name} is of {_tokens(config)}, this preset of {preset.published_grid} x "
            f"{preset.published_grid}; it belongs to --preset {' or '.join(fitting)}"
        )


def check_twin(masked: Any, causal: Any, name: str | Path) -> None:
    """CheckpointError if the class-driven causal model at `name` has another grid.

    Caption-driven models support many grids, class-driven ones only their own.
    """
    if masked is None or getattr(causal, "config", None) is None:
        return
    ours, theirs = masked.config, causal.config
    by_class = ours.condition == theirs.condition == "class"
    if by_class and ours.max_grid_size != theirs.max_grid_size:
        raise checkpoints.CheckpointError(
            f"{name} is of {_tokens(theirs)}, the masked model of {_tokens(ours)}: "
            "pictures of 256 x 256 and of 384 x 384 pixels take models of their own"
        )


def _usual_grid(config: Any, preset: Preset) -> tuple[int, int]:
    """The preset's grid, or the model's largest if that is smaller."""
    rows, columns = config.max_grid_size
    usual = preset.grid_size
    if usual is not None and usual[0] <= rows and usual[1] <= columns:
        return usual
    return rows, columns


def load_parts(
    parts: GeneratorParts,
    preset: Preset,
    *,
    device: str = "cpu",
    progress: Progress | None = None,
    dtype: torch.dtype | None = None,
    say: Say = silent,
) -> ImageGenerator:
    """Load the parts located by `find_parts` and assemble the generator.

    On a GPU, models of large presets and the tokenizer's decoder run in bfloat16, its encoder in
    float32; on a CPU everything of ours is float32. Gemma, Flan-T5 and Lumina keep their stored
    precision.
    """
    large = preset.large
    if dtype is None:
        dtype = torch.bfloat16 if large and torch.device(device).type != "cpu" else torch.float32

    def model(role: str, name: str | Path) -> Any:
        kind = torch.float32 if role == TOKENIZER else dtype
        found = load_role(role, name, device=device, dtype=kind, progress=progress)
        if role != TOKENIZER:
            _check_condition(found.config, name, preset)
            _check_grid(found.config, name, preset)
        return found

    tokenizer = model(TOKENIZER, parts.tokenizer)
    suit_gpu(tokenizer, device, dtype)
    if isinstance(tokenizer, CompactVQ):  # a third faster on a CPU, too, and the same pixels
        tokenizer.decoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    masked = None if parts.masked is None else model(MASKED, parts.masked)
    causal: Transformer | AutoregressiveModel | None = None
    if parts.causal is not None and Path(parts.causal).is_dir():
        from maskgil.pipelines.lumina.weights import load_lumina

        causal = load_lumina(parts.causal, device=device, progress=progress)
    elif parts.causal is not None:
        causal = model(CAUSAL, parts.causal)
        check_twin(masked, causal, parts.causal)
    if isinstance(causal, Transformer):
        prepare(causal, _usual_grid(causal.config, preset))
    if preset.class_driven:
        classes = ImagenetReader(partial(load_text_encoder, "minilm"))
        return ImageGenerator(tokenizer, masked, causal, sampling=preset.sampling, reader=classes)
    shaped: Any = causal if masked is None else masked
    config = shaped.config
    encoder = None
    if parts.encoder is not None:
        entry = ENCODERS[preset.encoder or parts.encoder]
        encoder = load_text_encoder(
            parts.encoder,
            device=device,
            dtype=None if large else torch.float32,
            max_length=min(entry.max_length, config.max_caption_length),
            padding_side=entry.padding_side,
            say=say,
        )
    reader = _scene_reader(parts.masked, encoder, config)
    return ImageGenerator(
        tokenizer, masked, causal, encoder,
        sampling=preset.sampling, grid_size=_usual_grid(config, preset), reader=reader,
        drafter=reader if reader is not None and config.drafts else None,
    )  # fmt: skip


def _scene_reader(
    masked: str | Path | None, encoder: TextEncoder | None, config: Any
) -> ScenePromptReader | None:
    """The reader of prompts for a masked model of nano's world, None for other models."""
    if masked is None or encoder is None:
        return None
    file = checkpoints.resolve(masked)[0]
    told = checkpoints.read_metadata(file)
    if told.get("scenes") != "world":
        return None
    known = frozenset(told["nouns"].split(","))
    nouns = [noun for noun in load_nouns() if noun.name in known]
    features, places = file.with_name(NOUN_FEATURES), file.with_name(PLACES)
    nearest = NearestNouns(nouns, encoder, features if features.is_file() else None)
    collage = _collage(_drawings_of(file)) if config.drafts else None
    return ScenePromptReader(
        nearest, collage, StoredPlaces.read(places) if places.is_file() else None
    )
