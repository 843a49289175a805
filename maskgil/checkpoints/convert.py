"""`python -m maskgil convert SRC DST`: published weights to this project's safetensors.

`--eight-bit` stores matrices in int8 with a scale per row, also those of our own files.

Nothing in a published file is executed: pickles are read with `weights_only=True`.
"""

from __future__ import annotations

import argparse
import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from maskgil.checkpoints import (
    maskgit_layouts,
    meissonic_layout,
    tokenizer_layouts,
    transformer_layouts,
)
from maskgil.checkpoints.codebooks import CodebookId, of_metadata
from maskgil.checkpoints.core import FORMAT, check_content, read_metadata, save, stored_config
from maskgil.checkpoints.kinds import kind_of
from maskgil.checkpoints.registry import REGISTRY
from maskgil.utils.errors import CheckpointError
from maskgil.utils.files import check_target
from maskgil.utils.hashing import sha256_of

# Key prefix -> the converter of that layout; the first match wins.
LAYOUT_MARKS = {
    "last_norm.": "from_halton_maskgit",
    "cls_emb.": "from_halton_maskgit",
    "transformer.layers.0.attn.": "from_halton_maskgit",
    "first_layer.": "from_mask_transformer",
    "last_layer.": "from_mask_transformer",
    "transformer.layers.0.0.": "from_mask_transformer",
    "cls_embedding.": "from_llamagen_gpt",
    "tok_embeddings.": "from_llamagen_gpt",
    "single_transformer_blocks.": "from_meissonic",
    "mlm_layer.": "from_meissonic",
    "tok_emb.": "from_maskgil_released",
    "encoder.mid.block_": "from_taming_vq",
    "encoder.mid.0.": "from_llamagen_vq",
    "encoder.mid_block.": "from_open_magvit2",
}
WRAPPERS = ("ema", "model", "state_dict", "module", "model_state_dict")
WHOLES = ("gen_vision_model.",)  # Janus: LlamaGen's tokenizer beside a language model
# Classes mentioned in published training files beside weights: the run's arguments, and a
# callback's class as key. They are read as `InertObject`s; nothing of theirs is imported or run.
HARMLESS = ("argparse.Namespace", "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint")


# Settings that shapes do not reveal, as named in a training file's `args`.
TOLD = ("n_head", "n_kv_head", "norm_eps", "rope_base")


class InertObject:
    """A placeholder for an object of an unpickled file; it keeps the fields."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        """Ignore all arguments."""
        self.fields: dict[str, Any] = {}

    def __setstate__(self, state: Any) -> None:
        self.fields = dict(state) if isinstance(state, Mapping) else {}


def read_published(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a published file, and its config if stated.

    A pickle that holds more than tensors and plain containers is refused; of the arguments of a run
    in it, those of `TOLD` are the config.
    """
    if path.is_dir():
        raise CheckpointError(f"{path} is a folder; name the published file in it")
    if not path.is_file():
        raise CheckpointError(f"no file at {path}")
    if path.suffix == ".safetensors":
        from safetensors.torch import load_file

        metadata = read_metadata(path)
        return _stripped(load_file(path)), stored_config(metadata, path)
    check_content(path)
    content = _unpickled(path)
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{path} holds a {type(content).__name__}, expected named tensors")
    told = _told(content.get("args"))
    for wrapper in WRAPPERS:
        inner = content.get(wrapper)
        if isinstance(inner, Mapping) and inner:
            content = inner
            break
    tensors = {key: value for key, value in content.items() if isinstance(value, Tensor)}
    if not tensors:
        raise CheckpointError(f"{path} holds no tensors under {', '.join(WRAPPERS)} or at its top")
    return _stripped(tensors), told


def _told(arguments: Any) -> dict[str, Any]:
    """The model's settings among the arguments of a training run."""
    fields = arguments.fields if isinstance(arguments, InertObject) else arguments
    if not isinstance(fields, Mapping):
        return {}
    return {name: fields[name] for name in TOLD if type(fields.get(name)) in (int, float)}


def _unpickled(path: Path) -> Any:
    """Unpickle a PyTorch file; CheckpointError if it has more than tensors and containers."""
    mentions: list[Any] = [(InertObject, name) for name in HARMLESS]
    try:
        with torch.serialization.safe_globals(mentions):
            return torch.load(path, map_location="cpu", weights_only=True, mmap=_is_zip(path))
    except pickle.UnpicklingError as error:
        named = re.search(r"GLOBAL (\S+)", str(error))
        what = f" ({named[1]})" if named else ""
        raise CheckpointError(
            f"{path} holds code or objects beside tensors{what} and was not read; "
            "ask its publisher for plain weights or safetensors"
        ) from error
    except Exception as error:  # damaged pickles fail in every way there is
        raise CheckpointError(
            f"{path} is not a readable PyTorch file ({type(error).__name__}): damaged, or its "
            f"download of {path.stat().st_size / 1e6:,.1f} MB was not finished"
        ) from error


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _stripped(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Without wrappers' prefixes (`model.`, `module.`, `_orig_mod.`) that all keys share.

    Where some keys start with `model.` and others with `io.`, only the first are weights. Of a
    whole that holds a tokenizer among other models, such as Janus, the tokenizer alone is taken.
    """
    names = dict(tensors)
    for prefix in WHOLES:
        if any(key.startswith(prefix) for key in names):
            names = {key: value for key, value in names.items() if key.startswith(prefix)}
            return {key.removeprefix(prefix): value for key, value in names.items()}
    if any(key.startswith("io.") for key in names):
        names = {key: value for key, value in names.items() if not key.startswith("io.")}
    for prefix in ("module.", "_orig_mod.", "model."):
        if names and all(key.startswith(prefix) for key in names):
            names = {key.removeprefix(prefix): value for key, value in names.items()}
    return names


TOKENIZERS = {
    "from_taming_vq": tokenizer_layouts.from_taming_vq,
    "from_llamagen_vq": tokenizer_layouts.from_llamagen_vq,
    "from_open_magvit2": tokenizer_layouts.from_open_magvit2,
}
MASKGITS = {
    "from_halton_maskgit": maskgit_layouts.from_halton_maskgit,
    "from_mask_transformer": maskgit_layouts.from_mask_transformer,
}
TITLES = {  # layout -> its models
    "from_llamagen_gpt": "LlamaGen's Transformer",
    "from_maskgil_released": "MaskGIL as its authors released it",
    "from_halton_maskgit": "Halton-MaskGIT",
    "from_mask_transformer": "Maskgit-pytorch's Transformer",
    "from_meissonic": "Meissonic's Transformer",
    "from_taming_vq": "a tokenizer of the taming transformers",
    "from_llamagen_vq": "LlamaGen's tokenizer",
    "from_open_magvit2": "Open-MAGVIT2's tokenizer",
}
CONVERTERS = {
    "from_llamagen_gpt": transformer_layouts.from_llamagen_gpt,
    "from_maskgil_released": transformer_layouts.from_maskgil_released,
    **MASKGITS,
    "from_meissonic": meissonic_layout.from_meissonic,
    **TOKENIZERS,
}


def layout_of(state: Mapping[str, Tensor]) -> str:
    """The name of the converter for these tensors; CheckpointError if none fits."""
    for mark, name in LAYOUT_MARKS.items():
        if any(key.startswith(mark) for key in state):
            return name
    some = ", ".join(list(state)[:3])
    raise CheckpointError(
        f"no known layout has keys such as {some}; known: {', '.join(sorted(CONVERTERS))}"
    )


def infer_config(
    state: Mapping[str, Tensor],
    layout: str,
    *,
    heads: int | None = None,
    grid: int = 16,
    told: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The published settings that shapes reveal; `heads` and `grid` (tokens a side) they do not.

    `told`: known settings of a Transformer, which take precedence.

    Tokenizers take neither; where positions are learned one by one, shapes reveal the grid.
    """
    if layout in TOKENIZERS:
        return tokenizer_layouts.infer_config(state, layout)
    if layout in MASKGITS:
        return maskgit_layouts.infer_config(state, layout, heads=heads)
    if layout == "from_meissonic":
        return meissonic_layout.infer_config(state)
    return transformer_layouts.infer_config(state, layout, heads=heads, grid=grid, told=told)


def load_published(path: Path, *, heads: int | None = None, grid: int = 16) -> nn.Module:
    """Load a model from a published file; layout and settings are inferred from its tensors."""
    state, config = read_published(path)
    layout = layout_of(state)
    try:
        if not config or config.keys() <= set(TOLD):
            config = infer_config(state, layout, heads=heads, grid=grid, told=config)
        return CONVERTERS[layout](state, config)
    except CheckpointError as error:
        fault = str(error).replace("missing key", "it lacks key", 1)
        raise CheckpointError(
            f"{path.name} was recognised as {TITLES[layout]} ({layout}), but {fault}"
        ) from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, help="published .pt or .safetensors file, or our own")
    parser.add_argument("target", type=Path, help="safetensors file to write")
    parser.add_argument("--heads", type=int, help="attention heads, where the width does not tell")
    parser.add_argument(
        "--grid", type=int, help="tokens a side (default: of the published file, else 16)"
    )
    parser.add_argument(
        "--dtype", choices=("float16", "bfloat16", "float32"), help="default: as published"
    )
    parser.add_argument(
        "--tokenizer", type=Path, help="whose codes the model writes: its file says so then"
    )
    parser.add_argument("--eight-bit", action="store_true", help="matrices by rows in int8")


def run(options: argparse.Namespace) -> None:
    """Convert a published file."""
    check_target(options.target, "safetensors")
    for name, value in (("--heads", options.heads), ("--grid", options.grid)):
        if value is not None and value < 1:
            raise ValueError(f"{name} is {value}; it must be at least 1")
    dtype = None if options.dtype is None else getattr(torch, options.dtype)
    model, note = _own(options.source, dtype)
    if model is not None and (options.heads or options.grid):
        raise ValueError(f"--heads and --grid are for published files; {options.source} is ours")
    if model is None:
        grid = options.grid or published_grid(options.source)
        model = load_published(options.source, heads=options.heads, grid=grid)
        _check_stated(model, options)
        note = {"source": options.source.name, "source_sha256": sha256_of(options.source)}
    if options.tokenizer is not None:
        note |= _codebook_note(options.tokenizer, model, of_metadata(note))
    save(model, options.target, note, dtype=dtype, eight_bit=options.eight_bit)
    print(summary(model, options.target))


def _check_stated(model: Any, options: argparse.Namespace) -> None:
    """ValueError if `--heads` or `--grid` contradicts the file."""
    heads, grid, source = options.heads, options.grid, options.source
    if hasattr(model, "decode") and (heads or grid):
        raise ValueError(f"--heads and --grid are of Transformers; {source} holds a tokenizer")
    if heads and heads != model.config.num_heads:
        raise ValueError(f"--heads is {heads}, but {source} says {model.config.num_heads}")
    if grid and model.config.max_grid_size != (grid, grid):
        rows, columns = model.config.max_grid_size
        raise ValueError(f"--grid is {grid}, but {source} says {rows} x {columns} tokens")


def _codebook_note(path: Path, model: Any, known: CodebookId) -> dict[str, str]:
    """Metadata of a model for the codes of the tokenizer at `path`.

    Raises ValueError if the model's file is `known` to use others.
    """
    from maskgil.checkpoints.codebooks import codebook_of
    from maskgil.checkpoints.loading import load

    tokenizer = load(path)
    size = getattr(tokenizer, "codebook_size", None)
    if size is None or not hasattr(tokenizer, "decode"):
        raise ValueError(f"--tokenizer: {path} holds no tokenizer")
    if size != model.config.codebook_size:
        raise ValueError(
            f"--tokenizer: {path} has {size:,} codes, the model {model.config.codebook_size:,}"
        )
    found = codebook_of(tokenizer)
    if found.differs(known):
        raise ValueError(
            f"--tokenizer: {path} has the codebook {found.said()}, the model writes that of "
            f"{known.said()}"
        )
    return found.metadata()


def _own(path: Path, dtype: torch.dtype | None) -> tuple[nn.Module | None, dict[str, str]]:
    """The model and metadata of a file written by `save`; None for another file."""
    from maskgil.checkpoints.loading import load

    if path.suffix != ".safetensors" or not path.is_file():
        return None, {}
    note = read_metadata(path)
    return (load(path, dtype=dtype), note) if note.get("format") == FORMAT else (None, {})


def published_grid(path: Path) -> int:
    """Tokens per side of a published file by its registry name, 16 for other names."""
    return next((entry.grid for entry in REGISTRY.values() if entry.file == path.name), 16)


def summary(model: Any, path: Path) -> str:
    """One line about a converted model: kind, parameters, shape, file."""
    count = sum(parameter.numel() for parameter in model.parameters())
    config = model.config
    if hasattr(config, "max_grid_size"):
        rows, columns = config.max_grid_size
        shape = (
            f"{config.num_layers} layers, {config.num_heads} heads, {config.dim} wide, "
            f"{rows} x {columns} tokens of {config.codebook_size:,} codes"
        )
    else:
        shape = f"{model.codebook_size:,} codes, {model.downsample_factor} pixels a token"
    size = path.stat().st_size / 1e6
    kind = kind_of(model)
    return f"{path}: {kind}, {count:,} parameters, {shape}; {size:,.1f} MB"
