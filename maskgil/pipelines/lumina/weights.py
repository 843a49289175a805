"""Lumina-mGPT's weights into transformers' Chameleon: strict, mapped, without its VQ encoder."""

# H heads, D head width.

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskgil import checkpoints
from maskgil.checkpoints import CheckpointError, Progress
from maskgil.checkpoints.core import unexpected_key
from maskgil.checkpoints.registry import REGISTRY
from maskgil.pipelines.lumina.model import LuminaSource
from maskgil.pipelines.lumina.vocabulary import LuminaVocabulary
from maskgil.utils.command_line import first_line
from maskgil.utils.hub_cache import check_files

logger = logging.getLogger(__name__)

LEFT_OUT = ("model.vqmodel.", "model.rotary_emb.")  # our own tokenizer; recomputed
HEAD_NORMS = (".q_norm.weight", ".q_norm.bias", ".k_norm.weight", ".k_norm.bias")
FILES = ["config.json", "tokenizer.json", "*.safetensors", "*.safetensors.index.json"]


def resolve_lumina(name_or_path: str | Path, *, download: bool = True) -> Path:
    """Folder of a Lumina-mGPT: a path, a name of the registry, or a hub id "owner/name".

    CheckpointError when it is nowhere; without `download` only the hub's local cache is looked at.
    """
    path = Path(name_or_path).expanduser()
    if (path / "config.json").is_file():
        return path
    entry = REGISTRY.get(str(name_or_path))
    repo = entry.repo if entry is not None else str(name_or_path)
    if path.exists() or repo is None or repo.count("/") != 1:
        raise CheckpointError(
            f"no Lumina-mGPT in {name_or_path}: it needs config.json, tokenizer.json and "
            "safetensors, as in Alpha-VLLM/Lumina-mGPT-7B-512"
        )
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(repo, local_files_only=not download, allow_patterns=FILES)
    except Exception as error:  # the hub client raises many kinds
        raise CheckpointError(
            f"cannot get {repo} from the hub ({type(error).__name__}); download it and give its "
            "folder"
        ) from error
    return check_files(Path(folder))


def load_lumina(
    name_or_path: str | Path,
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | None = None,
    progress: Progress | None = None,
) -> LuminaSource:
    """Build a `LuminaSource` from a folder or hub id; `dtype` None keeps the stored precision.

    Built on the meta device and filled tensor by tensor from mapped files. `progress` hears of each
    tensor. Raises CheckpointError with one line when anything is missing or does not fit.
    """
    from tokenizers import Tokenizer as TextTokenizer
    from transformers import ChameleonConfig, ChameleonForConditionalGeneration

    folder = resolve_lumina(name_or_path)
    try:
        settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if settings.get("model_type") != "chameleon":
            raise ValueError(f"its model_type is {settings.get('model_type')!r}, not 'chameleon'")
        config = ChameleonConfig.from_pretrained(folder)
        tokenizer = TextTokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the tokenizers library raises bare Exceptions
        raise CheckpointError(
            f"cannot read Lumina-mGPT from {folder}: {first_line(error)}"
        ) from error
    names = config.vocabulary_map or tokenizer.get_vocab()
    try:
        vocabulary = LuminaVocabulary(names)
    except ValueError as error:
        raise CheckpointError(f"{folder}: {error}") from error
    config.vocabulary_map = dict(names)
    model: Any = checkpoints.build_empty(ChameleonForConditionalGeneration, config)
    del model.model.vqmodel
    rotary = model.model.rotary_emb
    model.model.rotary_emb = type(rotary)(config).to(device)  # its buffers are not stored
    expected = model.state_dict()
    state = dict(_tensors(folder, expected, device, dtype, progress))
    for key, tensor in expected.items():
        if key not in state:
            raise CheckpointError(
                f"{folder}: missing key {key!r}, expected of shape {tuple(tensor.shape)}"
            )
    model.load_state_dict(state, strict=True, assign=True)
    return LuminaSource(model, tokenizer, vocabulary=vocabulary)


def _tensors(
    folder: Path,
    expected: dict[str, Tensor],
    device: str | torch.device,
    dtype: torch.dtype | None,
    progress: Progress | None,
) -> Iterator[tuple[str, Tensor]]:
    """Every expected tensor of the folder's safetensors files, checked and on its device."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise CheckpointError(
            f"{folder} holds no .safetensors files; pickled weights are not read: ask for "
            "safetensors, or convert them with transformers' save_pretrained"
        )
    total, done = sum(path.stat().st_size for path in files), 0
    for path in files:
        with checkpoints.open_safetensors(path) as file:
            for key in file.keys():  # noqa: SIM118
                if key.startswith(LEFT_OUT) or key.endswith(".rotary_emb.inv_freq"):
                    continue
                if key not in expected:
                    shape = file.get_slice(key).get_shape()
                    raise CheckpointError(f"{path}: {unexpected_key(key, shape, expected)}")
                tensor: Any = file.get_tensor(key)
                done += tensor.numel() * tensor.element_size()
                if key.endswith(HEAD_NORMS):
                    tensor = per_head(tensor, tuple(expected[key].shape))
                if tensor.shape != expected[key].shape:
                    raise CheckpointError(
                        f"{path}: key {key!r} has shape {tuple(tensor.shape)}, "
                        f"expected {tuple(expected[key].shape)}"
                    )
                yield key, tensor.to(device=device, dtype=dtype)
                if progress is not None:
                    progress(min(done, total), total)
        logger.info("read %s, %.0f%% of %.1f GB", path.name, 100 * done / total, total / 1e9)


def per_head(tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A norm stored once per model-parallel group (G, D) as one per head (H, D).

    Lumina-mGPT stores its q and k norms so (G = 1 at 7B); transformers wants every head's.
    """
    grouped = tensor.ndim == 2 and len(shape) == 2 and tensor.shape[1] == shape[1]
    if not grouped or tensor.shape[0] == shape[0] or shape[0] % tensor.shape[0]:
        return tensor
    return tensor.repeat_interleave(shape[0] // tensor.shape[0], dim=0)
