"""Codebook identity: whether a model was trained on the codes of a tokenizer.

A codebook is identified by the sha256 of its codes or, for published files, by the registry's name
of its tokenizer. Unknown ones are not compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from maskgil.checkpoints.registry import codes_of_file

CODES = ("codebook.weight", "codebook.embedding")  # of tokenizers' states
HASH, NAME = "codebook", "codebook_of"  # in a file's metadata


class CodebookId(NamedTuple):
    """The sha256 of the codes, rounded to float16 as in shipped files, and its tokenizer's name."""

    sha256: str | None = None
    name: str | None = None

    def metadata(self) -> dict[str, str]:
        """Its entries in a file's metadata."""
        return {key: value for key, value in ((HASH, self.sha256), (NAME, self.name)) if value}

    def said(self) -> str:
        """Its name, else the beginning of its hash."""
        return self.name or f"{(self.sha256 or '')[:12]}…"

    def differs(self, other: CodebookId) -> bool:
        """Whether the two are known to differ."""
        if self.sha256 and other.sha256:
            return self.sha256 != other.sha256
        return bool(self.name and other.name and self.name != other.name)


def codebook_hash(codes: Tensor) -> str:
    """sha256 of codes (V, C) in float16, the same for a file of either precision."""
    rounded = codes.detach().to("cpu", torch.float16).contiguous()
    return hashlib.sha256(rounded.view(torch.uint8).numpy().tobytes()).hexdigest()


def of_state(state: Mapping[str, Tensor]) -> CodebookId:
    """The codebook in a tokenizer's state; unknown for other models."""
    for key in CODES:
        if key in state and not state[key].is_meta:
            return CodebookId(codebook_hash(state[key]))
    return CodebookId()


def of_metadata(metadata: Mapping[str, str]) -> CodebookId:
    """The codebook named in a checkpoint, or by the published file it was converted from."""
    named = metadata.get(NAME) or codes_of_file(metadata.get("source", ""))
    return CodebookId(metadata.get(HASH), named)


def codebook_of(model: Any) -> CodebookId:
    """The codebook of a tokenizer or model in memory."""
    known: CodebookId | None = getattr(model, "codebook_id", None)
    if known is not None and known.sha256:
        return known
    if hasattr(model, "vqvae"):  # diffusers'
        found = CodebookId(codebook_hash(model.vqvae.quantize.embedding.weight))
    else:
        found = of_state(model.state_dict()) if hasattr(model, "state_dict") else CodebookId()
    return CodebookId(found.sha256, known.name if known is not None else None)


def check_codebooks(tokenizer: Any, *models: Any) -> None:
    """ValueError in one line if a model was trained on another codebook than the tokenizer's.

    For models without that information only sizes are compared.
    """
    told = [(model, getattr(model, "codebook_id", None)) for model in models if model is not None]
    if not any(told_of for _, told_of in told):
        return
    ours = codebook_of(tokenizer)
    for model, theirs in told:
        if theirs is not None and ours.differs(theirs):
            raise ValueError(
                f"the {type(model).__name__} was taught the codebook {theirs.said()}, the "
                f"tokenizer has {ours.said()}: both hold {tokenizer.codebook_size:,} codes, but "
                "other ones"
            )
