"""Prompts of a set: a caption or a class label for each picture."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maskgil.checkpoints import sha256_of


def text_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file; ValueError when it is no text."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"{path} is no text in UTF-8") from None


@dataclass(frozen=True)
class Prompts:
    """One caption or class label a picture, and where they come from."""

    values: tuple[str | int, ...]
    origin: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError(f"there are no prompts to draw ({self.origin or 'an empty list'})")

    @classmethod
    def classes(cls, num_classes: int, count: int) -> Prompts:
        """Labels 0, 1, … in turn, so that any number is spread evenly."""
        return cls(tuple(index % num_classes for index in range(count)), {"classes": num_classes})

    @classmethod
    def file(cls, path: str | Path, count: int | None = None) -> Prompts:
        """Captions of a text file, one a line, or of the `prompt`s of a .jsonl file; in turn."""
        path = Path(path)
        found = [line.strip() for line in text_lines(path) if line.strip()]
        if path.suffix == ".jsonl":
            try:
                found = [str(json.loads(line)["prompt"]) for line in found]
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}: every line must be JSON with a prompt") from error
        count = len(found) if count is None else count
        origin = {"file": str(path), "sha256": sha256_of(path)}
        return cls(tuple(found[i % len(found)] for i in range(count)) if found else (), origin)
