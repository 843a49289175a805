"""Registry of weights (registry.tsv): shipped, on the hub, or unpublished.

Only verified entries; a `sha256` or `size` of None was never seen by us.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LLAMAGEN = "FoundationVision/LlamaGen"
LLAMAGEN_TEXT = "peizesun/llamagen_t2i"
MASKGIT = "llvictorll/Maskgit-pytorch"
HALTON = "llvictorll/Halton-MaskGIT"


@dataclass(frozen=True)
class Entry:
    """A named checkpoint: shipped (`asset`, relative to assets/) or on the hub (`repo`, `file`).

    `sha256` of a shipped file stands in the SHA256SUMS beside it. A hub file is in its publisher's
    layout and converted while it is read; `grid` is its number of tokens a side. `is_folder`
    marks a whole repository in transformers' layout, whose loader is registered by name. `size` is
    in bytes, `role` of a published file tokenizer, masked or empty. Without asset and repo the
    weights are not published, and `note` says what to do.
    """

    name: str
    licence: str
    asset: str | None = None
    repo: str | None = None
    file: str | None = None
    sha256: str | None = None
    size: int | None = None
    grid: int = 16
    is_folder: bool = False
    note: str = ""
    role: str = ""


CODES_OF = {  # repository -> the tokenizer whose codes its models write
    LLAMAGEN: "llamagen-vq-f16",
    HALTON: "llamagen-vq-f16",
    LLAMAGEN_TEXT: "llamagen-vq-f16-text",
    MASKGIT: "maskgit-vq",
}


def _read(row: dict[str, str]) -> Entry:
    """The entry of a line of registry.tsv: what is empty there is as `Entry` has it."""
    told: dict[str, Any] = {key: value for key, value in row.items() if value}
    for key, kind in (("size", int), ("grid", int), ("is_folder", bool)):
        if key in told:
            told[key] = kind(told[key])
    return Entry(**told)


_TABLE = Path(__file__).with_name("registry.tsv").read_text(encoding="utf-8").splitlines()
_ROWS = csv.DictReader((line for line in _TABLE if line[0] != "#"), delimiter="\t")
REGISTRY: dict[str, Entry] = {row["name"]: _read(row) for row in _ROWS}


def codes_of(entry: Entry) -> str | None:
    """The name of the tokenizer whose codes an entry's model writes; a tokenizer's is its own."""
    return entry.name if entry.role == "tokenizer" else CODES_OF.get(entry.repo or "")


def codes_of_file(name: str) -> str | None:
    """The same for a published file of that name; None for unknown ones."""
    files = {(entry.file or "").rpartition("/")[2]: entry for entry in REGISTRY.values()}
    return codes_of(files[name]) if name and name in files else None
