"""Warm start: initialise from the weights of another run or model, as far as they fit."""

# V codebook size, C code width.

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskgil.checkpoints import load, read_metadata
from maskgil.checkpoints.convert import load_published
from maskgil.checkpoints.registry import LLAMAGEN, LLAMAGEN_TEXT, REGISTRY
from maskgil.config import TransformerConfig
from maskgil.models.transformer import Transformer
from maskgil.presets.table import CAUSAL, MASKED
from maskgil.tokenizers.compact_vq import CompactVQ
from maskgil.train.checkpoints import newest_whole, read_checkpoint

log = logging.getLogger(__name__)
VOCABULARY = ("token_embedding.weight", "head.weight")


@dataclass
class Started:
    """The fate of each tensor: `copied`, `fresh` (with the reason), or unused."""

    copied: list[str] = field(default_factory=list)
    fresh: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        lines = [f"{len(self.copied)} tensors taken over"]
        lines += [f"new: {name} ({why})" for name, why in grouped(self.fresh).items()]
        lines += [f"not used: {name}" for name in self.unused]
        return lines


def grouped(fresh: Mapping[str, str]) -> dict[str, str]:
    """Merge equal entries of all blocks: blocks.*.mlp_norm.weight."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, why in fresh.items():
        parts = name.split(".")
        pattern = ".".join("*" if part.isdigit() else part for part in parts)
        found.setdefault((pattern, why), []).append(name)
    return {pattern if len(names) > 1 else names[0]: why for (pattern, why), names in found.items()}


@torch.no_grad()
def start_from_codebook(model: Transformer, codes: Tensor) -> None:
    """Initialise token embeddings and output rows from the code vectors `codes` (V, C).

    A random projection preserves angles, so similar patches start alike: what is learned of one
    code transfers to its neighbours, and colours transfer between objects.
    """
    generator = torch.Generator().manual_seed(0)
    size, width = codes.shape[0], model.config.dim
    for weight, scale in ((model.token_embedding.weight, 0.3), (model.head.weight, 1.0)):
        basis = torch.linalg.qr(torch.randn(width, codes.shape[1], generator=generator)).Q
        noise = torch.randn(size, width, generator=generator) * 0.1 * scale / width**0.5
        weight[:size] = scale * codes @ basis.T + noise  # (V, width)


def start_from(model: Transformer, source: str | Path, *, twin: bool = False) -> Started:
    """Initialise `model` from the weights at `source`, layer by layer; fresh tensors are logged.

    `source`: the folder or a checkpoint of a run (its averaged weights), exported weights or a
    folder of them, a published file, a name of the registry, or "llamagen:t2i_XL" for LlamaGen's
    files by their names. `twin`: use the causal model trained or exported beside it. Attention may
    change between causal and bidirectional. Raises ValueError if nothing fits.
    """
    state, config = read_weights(source, twin=twin)
    started = copy_shared(model, state, config)
    if not any(name.startswith("blocks.") for name in started.copied):
        raise ValueError(
            f"no layer of {source} fits this model: its blocks are of other sizes than "
            f"{model.config.dim} wide"
        )
    for line in started.lines():
        log.info("start from %s: %s", source, line)
    return started


def read_weights(
    source: str | Path, *, twin: bool = False
) -> tuple[dict[str, Tensor], TransformerConfig | None]:
    """Tensors under our names and, if known, their config."""
    path = Path(source).expanduser()
    wanted = CAUSAL if twin else MASKED
    if path.is_dir() and path.suffix != ".parts":
        whole = newest_whole(path)
        found = None if whole is None else whole[0]
        if found is None and not (path / wanted).is_file():
            raise ValueError(f"{path} holds neither a checkpoint of a run nor {wanted}")
        path = found or path / wanted
    elif twin and path.suffix == ".safetensors":
        path = path.with_name(CAUSAL)
    if path.suffix in (".pt", ".parts") and _is_run(path):
        task = read_checkpoint(path)["task"]
        if twin and "twin" not in task:
            raise ValueError(f"{path} has no twin")
        task = task["twin"] if twin else task
        config = task.get("config")
        settled = None if config is None else TransformerConfig.from_dict(config)
        return task["average"]["values"], settled
    if path.is_file() and (path.suffix != ".safetensors" or "kind" not in read_metadata(path)):
        loaded: Any = load_published(path)
    else:
        loaded = load(path if path.is_file() else registry_name(str(source)))
    if not isinstance(loaded, Transformer):
        raise ValueError(f"{source} is no generator; its weights cannot start one")
    return loaded.state_dict(), loaded.config


def has_twin(source: str | Path) -> bool:
    """Whether `source` has a causal twin beside the masked model."""
    path = Path(source).expanduser()
    found: Path | None = path
    if path.is_dir() and path.suffix != ".parts":
        whole = newest_whole(path)
        found = None if whole is None else whole[0]
    if found is not None and found.suffix in (".pt", ".parts") and _is_run(found):
        return "twin" in read_checkpoint(found)["task"]
    return ((path if path.is_dir() else path.parent) / CAUSAL).is_file()


def _is_run(path: Path) -> bool:
    try:
        read_checkpoint(path)
    except ValueError:
        return False
    return True


def registry_name(source: str) -> str:
    """The registry name of "llamagen:t2i_XL" and the like; other names unchanged.

    The part of a file's name that is given decides; of several files the lowest resolution.
    """
    prefix, _, wanted = source.partition(":")
    if prefix.lower() != "llamagen":
        return source
    files = {
        entry.file.removesuffix(".pt"): name
        for name, entry in REGISTRY.items()
        if entry.file and entry.repo in (LLAMAGEN, LLAMAGEN_TEXT) and "2i_" in entry.file
    }
    for stem in sorted(files, key=lambda stem: (REGISTRY[files[stem]].grid, stem)):
        if wanted and (stem == wanted or stem.startswith(f"{wanted}_")):
            return files[stem]
    raise ValueError(
        f"{source!r} is no file of LlamaGen's; choose llamagen: and one of {', '.join(files)}"
    )


@torch.no_grad()
def copy_shared(
    model: Transformer, state: Mapping[str, Tensor], config: TransformerConfig | None
) -> Started:
    """Copy what `model` shares with the weights `state` of shape `config`.

    Rows of the vocabulary are shared when the codebooks are of one size: the mask's row, which a
    causal model lacks, stays new. Norms are shared when they stand in the same place, and the
    layers of the condition when it is of the same kind. All else by name and shape.
    """
    ours, started = model.config, Started()
    targets = model.state_dict()
    for name, target in targets.items():
        value = state.get(name)
        why = _obstacle(name, target, value, ours, config)
        if why is not None:
            started.fresh[name] = why
            continue
        assert value is not None
        rows = min(len(target), len(value)) if target.ndim else 0
        if rows and rows < len(target):
            target[:rows] = value[:rows].to(target.dtype)
            started.fresh[f"{name}[{rows}:]"] = "the mask's row"
        else:
            target.copy_((value[:rows] if rows else value).to(target.dtype))
        started.copied.append(name)
    started.unused = [name for name in state if name not in targets]
    return started


def _obstacle(
    name: str,
    target: Tensor,
    value: Tensor | None,
    ours: TransformerConfig,
    theirs: TransformerConfig | None,
) -> str | None:
    """Why a tensor cannot be taken over; None when it can."""
    if value is None:
        return "not there"
    if name in VOCABULARY:
        if theirs is not None and theirs.codebook_size != ours.codebook_size:
            return f"a codebook of {theirs.codebook_size} codes, not {ours.codebook_size}"
        if value.shape[1:] == target.shape[1:] and abs(len(value) - len(target)) <= 1:
            return None
    if theirs is not None and name.startswith("condition.") and theirs.condition != ours.condition:
        return f"driven by {theirs.condition}, not by {ours.condition}"
    moved = theirs is not None and theirs.post_norm != ours.post_norm
    if moved and name.endswith(("attention_norm.weight", "mlp_norm.weight")):
        return "norms stand elsewhere"
    if value.shape != target.shape:
        return f"of shape {tuple(value.shape)}, not {tuple(target.shape)}"
    return None


@torch.no_grad()
def start_tokenizer(model: Any, source: str | Path) -> None:
    """Start a tokenizer from an exported one of the same shape, its codes in place."""
    path = Path(source).expanduser()
    loaded = load(path if path.is_file() else str(source))
    if getattr(loaded, "config", None) != model.config:
        raise ValueError(f"{source} is no tokenizer of this shape")
    model.load_state_dict(loaded.state_dict())
    if isinstance(model, CompactVQ):
        model.codebook.total.copy_(model.codebook.embedding)
        model.codebook.started.fill_(True)
    log.info("start from %s", source)


@torch.no_grad()
def start_decoder(model: Any, source: str | Path) -> None:
    """Start the decoder of `model` from a tokenizer's like it, or from a masked Transformer.

    A Transformer on the same tokens gives an attending decoder its blocks, norm, positions and
    embedding. ValueError when nothing fits.
    """
    path = Path(source).expanduser()
    loaded = load(path if path.is_file() else str(source))
    found = loaded.state_dict()
    if hasattr(loaded, "decoder"):
        found = {k.removeprefix("decoder."): v for k, v in found.items() if k.startswith("decoder")}
    taken = 0
    for name, target in model.decoder.state_dict().items():
        value = found.get(name)
        if value is not None and name in VOCABULARY and len(value) == len(target) + 1:
            value = value[:-1]  # the mask's row
        if value is not None and value.shape == target.shape:
            target.copy_(value.to(target.dtype))
            taken += 1
    if not taken:
        raise ValueError(f"nothing of {source} fits this decoder")
    log.info("start from %s: %d tensors taken over", source, taken)
