"""Integrity of the Hugging Face hub's cache: files are checked against the hashes in their names.

The hub's library stores a file as `blobs/HASH` (SHA-256 of large files, Git's SHA-1 of small ones)
behind a link and never verifies it. Without links the hash is unknown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from maskgil.utils.hash_memory import remembered_sha256

Say = Callable[[str], None]  # prints lines for a waiting user
HUB_SECONDS = 3.0  # time-out of a request to the hub
_HEX = re.compile(r"[0-9a-f]+")


def silent(line: str) -> None:
    """Says nothing."""


def hub_size(repo: str, file: str) -> int:
    """The size of a hub file, without retries: the client's downloads retry for half a minute.

    Raises what the client raises, of many kinds.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    return get_hf_file_metadata(hf_hub_url(repo, file), timeout=HUB_SECONDS).size or 0


def is_hub_id(weights: str | Path) -> bool:
    """Whether `weights` looks like a hub id "owner/name" rather than a path."""
    text = str(weights)
    return isinstance(weights, str) and text.count("/") == 1 and text[0] not in "/.~"


def cached_file(repo: str, file: str) -> Path | None:
    """A cached hub file, or None."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo, file)
    return Path(found) if isinstance(found, str) else None


class DamagedFileError(ValueError):
    """A file of the hub's cache with another hash than its name; one line for the user."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"damaged download: {self.path} is not what the hub gave; "
            f"delete {self.path.resolve()} and connect to the internet once"
        )


def check_files(folder: Path) -> Path:
    """Check a snapshot `folder` against its hashes and return it. Raises DamagedFileError."""
    for path in damaged_files(folder):
        raise DamagedFileError(path)
    return folder


def damaged_files(folder: Path) -> Iterator[Path]:
    """Files below `folder` whose hash is not the one in the hub's cache."""
    for path in sorted(folder.rglob("*")):
        name = promised_hash(path)
        if name is not None and _hash_of(path, name) != name:
            yield path


def promised_hash(path: Path) -> str | None:
    """The hash of `path` by the name of its blob in the hub's cache."""
    blob = path.resolve()
    is_hash = len(blob.name) in (40, 64) and _HEX.fullmatch(blob.name)
    return blob.name if is_hash and blob.parent.name == "blobs" and blob.is_file() else None


def _hash_of(path: Path, promised: str) -> str:
    if len(promised) == 64:
        return remembered_sha256(path.resolve())
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
