"""Checkpoint files: metadata, strict checks, saving as safetensors."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from maskgil.checkpoints.codebooks import CodebookId, of_metadata, of_state
from maskgil.checkpoints.eight_bit import packed
from maskgil.checkpoints.kinds import kind_of
from maskgil.utils.errors import CheckpointError
from maskgil.utils.files import written_whole

FORMAT = "maskgil-1"


def save(
    model: nn.Module,
    path: str | Path,
    metadata: Mapping[str, str] | None = None,
    *,
    dtype: torch.dtype | None = torch.float16,
    state: Mapping[str, Tensor] | None = None,
    eight_bit: bool = False,
) -> Path:
    """Write `model` as safetensors with its kind and config in the metadata.

    Floating tensors are stored as `dtype` (None: unchanged); with `eight_bit`, matrices as int8
    rows. `state` replaces the model's own state dict, e.g. by averaged weights. A tokenizer's
    metadata names its codebook (see `codebooks`), a model's the one in `metadata`. Equal weights
    give equal bytes. Raises OSError.
    """
    kind = kind_of(model)
    tensors = {}
    for key, value in (state if state is not None else model.state_dict()).items():
        value = value.detach().cpu()
        if dtype is not None and value.is_floating_point():
            value = value.to(dtype)
        tensors[key] = value.contiguous()
    codebook = of_metadata(metadata or {})
    codebook = CodebookId(codebook.sha256 or of_state(tensors).sha256, codebook.name)
    if eight_bit:
        tensors = packed(tensors)
    header = {
        **(metadata or {}),
        **codebook.metadata(),
        "format": FORMAT,
        "kind": kind,
        "config": json.dumps(dataclasses.asdict(model.config)),  # type: ignore[call-overload]
    }
    path = Path(path)
    with written_whole(path) as draft:
        _write(tensors, draft, header)
    return path


def _write(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
    """Write a safetensors file with the umask's permissions and sorted metadata."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    path.touch()
    mode = path.stat().st_mode
    try:
        save_file(tensors, path, metadata=metadata)
    except SafetensorError as error:
        raise OSError(f"cannot write {path}: {error}") from error
    path.chmod(mode)
    with path.open("r+b") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        header["__metadata__"] = dict(sorted(metadata.items()))  # its order is random
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        assert len(text) <= size
        file.seek(8)
        file.write(text.ljust(size))


def read_metadata(path: str | Path) -> dict[str, str]:
    """The metadata of a safetensors file; CheckpointError when it is not one."""
    with open_safetensors(Path(path)) as file:
        return file.metadata() or {}


def open_safetensors(path: Path) -> Any:
    """A mapped safetensors file as a context manager; CheckpointError when it is not one."""
    from safetensors import SafetensorError, safe_open

    if path.suffix in (".pt", ".pth", ".ckpt", ".bin"):
        raise CheckpointError(
            f"{path} is a pickled file; turn it into safetensors first: "
            f"python -m maskgil convert {path.name} {path.stem}.safetensors"
        )
    check_content(path)
    try:
        return safe_open(path, framework="pt")
    except (SafetensorError, OSError) as error:
        raise CheckpointError(
            f"{path} is not a readable safetensors file, or not all of one: {error}"
        ) from error


def check_content(path: Path) -> None:
    """CheckpointError if a file is a Git LFS pointer, HTML or the like instead of weights."""
    try:
        with path.open("rb") as file:
            start = file.read(64).lstrip().lower()
    except OSError:
        return  # reported by the reader
    if start.startswith(b"version https://git-lfs"):
        raise CheckpointError(
            f"{path} is a pointer of Git LFS, not the weights: fetch them with git lfs pull, or "
            "download the file itself"
        )
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise CheckpointError(f"{path} is a web page, not weights: download the file itself")
    if not start:
        raise CheckpointError(f"{path} is empty: its download was not finished")


def check_state(expected: Mapping[str, Tensor], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """CheckpointError naming the first missing, unexpected or misshaped key."""
    for key, tensor in expected.items():
        if key not in shapes:
            raise CheckpointError(f"missing key {key!r}, expected of shape {tuple(tensor.shape)}")
        if tuple(shapes[key]) != tuple(tensor.shape):
            raise CheckpointError(
                f"key {key!r} has shape {tuple(shapes[key])}, expected {tuple(tensor.shape)}"
            )
    for key, shape in shapes.items():
        if key not in expected:
            raise unexpected_key(key, shape, expected)


def unexpected_key(key: str, shape: Sequence[int], expected: Iterable[str]) -> CheckpointError:
    """The error for keys not `expected`: their number and the most similar expected key."""
    import difflib

    names = list(expected)
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f", the nearest {nearest[0]!r}" if nearest else ""
    return CheckpointError(
        f"unexpected key {key!r} of shape {tuple(shape)}; expected {len(names)} others{hint}"
    )


def stored_config(metadata: Mapping[str, str], path: Path) -> dict[str, Any]:
    """The settings in a file's metadata, empty where it states none."""
    try:
        config = json.loads(metadata.get("config", "{}"))
    except ValueError as error:
        raise CheckpointError(f"{path}: the config in its metadata is not JSON: {error}") from error
    if not isinstance(config, dict):
        raise CheckpointError(f"{path}: the config in its metadata is {config!r}, no settings")
    return config


def build_config(
    config_class: type, values: dict[str, Any], overrides: dict[str, Any], path: Path
) -> Any:
    """The stored config with overrides; lists become the tuples they were."""
    known = [field.name for field in dataclasses.fields(config_class)]
    for key in overrides:
        if key not in known:
            raise ValueError(f"unknown model setting {key!r}; valid: {', '.join(known)}")
    for key in values:
        if key not in known:
            raise CheckpointError(f"{path}: unknown setting {key!r} in the stored config")
    merged = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in {**values, **overrides}.items()
    }
    try:
        return config_class(**merged)
    except TypeError as error:  # a setting is missing, or no number
        raise CheckpointError(f"{path}: its config does not fit: {error}") from error
