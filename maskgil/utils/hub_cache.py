"""Integrity of the Hugging Face hub's cache: its files against the hashes they are named by.

The hub's library stores a file as `blobs/HASH` (SHA-256 of large files, Git's SHA-1 of small ones)
and links to it; it never reads them again. Where there are no links, nothing tells the hash.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from maskgil.utils.hash_memory import remembered_sha256

Say = Callable[[str], None]  # hears lines for whoever waits
HUB_SECONDS = 3.0  # for the hub's answer whether it has a file
_HEX = re.compile(r"[0-9a-f]+")


def silent(line: str) -> None:
    """Says nothing."""


def hub_size(repo: str, file: str) -> int:
    """Bytes of a file of the hub, asked once: its client's downloads try for half a minute.

    Raises what the client raises, of many kinds.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    return get_hf_file_metadata(hf_hub_url(repo, file), timeout=HUB_SECONDS).size or 0


def is_hub_id(weights: str | Path) -> bool:
    """Whether `weights` may be the hub id "owner/name" of a repository, not a path."""
    text = str(weights)
    return isinstance(weights, str) and text.count("/") == 1 and text[0] not in "/.~"


def cached_file(repo: str, file: str) -> Path | None:
    """A file of the hub that was downloaded before."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo, file)
    return Path(found) if isinstance(found, str) else None


class DamagedFileError(ValueError):
    """A file of the hub's cache that is not what its name says; one line for the user."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"damaged download: {self.path} is not what the hub gave; "
            f"delete {self.path.resolve()} and connect to the internet once"
        )


def check_files(folder: Path) -> Path:
    """`folder`, a snapshot of the hub's cache or any other. Raises DamagedFileError."""
    for path in damaged_files(folder):
        raise DamagedFileError(path)
    return folder


def damaged_files(folder: Path) -> Iterator[Path]:
    """Files of `folder` and below that are not what the hub's cache says they are."""
    for path in sorted(folder.rglob("*")):
        name = promised_hash(path)
        if name is not None and _hash_of(path, name) != name:
            yield path


def promised_hash(path: Path) -> str | None:
    """The hash that the hub's cache promises for `path`: there the blob is named by it."""
    blob = path.resolve()
    is_hash = len(blob.name) in (40, 64) and _HEX.fullmatch(blob.name)
    return blob.name if is_hash and blob.parent.name == "blobs" and blob.is_file() else None


def _hash_of(path: Path, promised: str) -> str:
    if len(promised) == 64:
        return remembered_sha256(path.resolve())
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
