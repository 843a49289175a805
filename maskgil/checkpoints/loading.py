"""Loading a checkpoint: by path or name, strict, hash-checked, tensors mapped instead of copied."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from maskgil.checkpoints import kinds
from maskgil.checkpoints.codebooks import CodebookId, of_metadata
from maskgil.checkpoints.convert import load_published
from maskgil.checkpoints.core import build_config, check_state, open_safetensors, stored_config
from maskgil.checkpoints.eight_bit import SCALE, plain_keys, unpacked
from maskgil.checkpoints.files import resolve
from maskgil.checkpoints.registry import REGISTRY, Entry, codes_of
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.utils.errors import CheckpointError
from maskgil.utils.hashing import sha256_of
from maskgil.utils.meta_device import build_empty

LARGE = 100_000_000  # bytes from which progress is logged
LOADERS: dict[str, Callable[..., Any]] = {  # by name: repositories in transformers' layout
    "gemma-2b": load_text_encoder,
    "flan-t5-xl": load_text_encoder,
}
Progress = Callable[[int, int], None]  # bytes loaded, bytes in all
logger = logging.getLogger(__name__)


def register_loader(name: str, load: Callable[..., Any]) -> None:
    """Load the folder `name` of `REGISTRY` by `load(name, device=, dtype=)`."""
    LOADERS[name] = load


def load(
    path_or_name: str | Path,
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | None = torch.float32,
    progress: Progress | None = None,
    **overrides: Any,
) -> Any:
    """Load the model of a checkpoint, strictly and hash-checked, in eval mode.

    `dtype` of the floating tensors in memory, None as stored; `overrides` replace fields of the
    stored config. The model is built on the meta device and tensors of unchanged dtype are
    memory-mapped, so memory is about the file's size. `progress` is called for each tensor; every
    tenth of a large file is logged. Raises CheckpointError in one line.
    """
    entry = REGISTRY.get(str(path_or_name))
    if entry is not None and entry.is_folder:
        return _load_folder(entry, device, dtype, overrides)
    path, expected_hash = resolve(path_or_name)
    if expected_hash is not None and (found := sha256_of(path)) != expected_hash:
        raise CheckpointError(
            f"{path} has sha256 {found[:12]}…, expected {expected_hash[:12]}…: damaged or replaced"
        )
    if entry is not None and entry.asset is None:
        return _load_published(path, entry, device, dtype, overrides)
    with open_safetensors(path) as file:
        metadata = file.metadata() or {}
        kind = kinds.KINDS.get(metadata.get("kind", ""))
        if kind is None:
            raise CheckpointError(
                f"{path} names no known kind of model in its metadata "
                f"(found {metadata.get('kind')!r}; known: {', '.join(kinds.KINDS)}); a published "
                "file has to be converted first: python -m maskgil convert"
            )
        config = build_config(kind.config, stored_config(metadata, path), overrides, path)
        model = build_empty(kind.model, config) if kind.on_meta else kind.model(config)
        stored = list(file.keys())
        keys = plain_keys(stored)
        shapes = {key: tuple(file.get_slice(key).get_shape()) for key in keys}
        try:
            check_state(model.state_dict(), shapes)
        except CheckpointError as error:
            raise CheckpointError(f"{path}: {error}") from None
        total, done, state = path.stat().st_size, 0, {}
        for key in keys:
            raw = file.get_tensor(key)
            before, done = done, done + raw.numel() * raw.element_size()
            tensor = unpacked(raw, file.get_tensor(key + SCALE) if key + SCALE in stored else None)
            wanted = dtype if tensor.is_floating_point() else None
            state[key] = tensor.to(device=device, dtype=wanted)
            if progress is not None:
                progress(min(done, total), total)
            if total > LARGE and 10 * done // total > 10 * before // total:
                logger.info("%s: %d%% of %.2f GB", path.name, 100 * done // total, total / 1e9)
    model.load_state_dict(state, strict=True, assign=True)
    model.codebook_id = of_metadata(metadata)
    return model.to(device).eval()


def _load_folder(
    entry: Entry, device: str | torch.device, dtype: torch.dtype | None, overrides: dict[str, Any]
) -> Any:
    """Load a hub repository in transformers' layout by its registered loader."""
    if overrides:
        raise ValueError(f"{entry.name} takes no settings; found {', '.join(overrides)}")
    return LOADERS[entry.name](entry.name, device=device, dtype=dtype)


def _load_published(
    path: Path,
    entry: Entry,
    device: str | torch.device,
    dtype: torch.dtype | None,
    overrides: dict[str, Any],
) -> nn.Module:
    """Load a hub file in its publisher's layout."""
    if overrides:
        raise ValueError(
            f"{entry.name} is in its publisher's layout: convert it first to override "
            f"{', '.join(overrides)}"
        )
    model = load_published(path, grid=entry.grid)
    model.codebook_id = CodebookId(name=codes_of(entry))  # type: ignore[assignment]
    return model.to(device=device, dtype=dtype)
