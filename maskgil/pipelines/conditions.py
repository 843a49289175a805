"""Conditions: the text encoder of captions, the labels of classes."""

from __future__ import annotations

from typing import Any

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.prompts import ClassReader, PromptReader


def check_encoder(config: Any, encoder: TextEncoder | None) -> None:
    """ValueError if `config` needs captions and `encoder` does not fit it."""
    if config.condition != "caption":
        return
    if encoder is None:
        raise ValueError("this model is driven by captions: it needs a text encoder")
    if encoder.dim != config.caption_dim:
        raise ValueError(
            f"the text encoder's features are {encoder.dim} wide, "
            f"the model expects {config.caption_dim}"
        )


def labels_of(prompts: list, reader: PromptReader | None, num_classes: int) -> list[int]:
    """Class labels, from labels or from captions by a class reader."""
    labels = [_label(prompt, reader) for prompt in prompts]
    if not all(0 <= label < num_classes for label in labels):
        raise ValueError(f"class labels {labels} must be 0 to {num_classes - 1}")
    return labels


def _label(prompt: str | int, reader: PromptReader | None) -> int:
    if isinstance(prompt, str) and isinstance(reader, ClassReader):
        return reader.label(prompt)
    try:
        return int(prompt)
    except ValueError:
        raise ValueError(f"this model is driven by class labels; found {prompt!r}") from None
