"""Cache of file hashes, valid while size and mtime are unchanged."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from maskgil.utils.files import cache_folder, write_atomically
from maskgil.utils.hashing import sha256_of

CACHE_VARIABLE = "MASKGIL_CACHE"
MOST = 1000  # cached files


def remembered_sha256(path: Path) -> str:
    """The SHA-256 of `path`, computed only if the user's cache has none for its size and mtime.

    An unreadable or unwritable cache is no error.
    """
    memory = cache_folder("maskgil", CACHE_VARIABLE) / "hashes.json"
    known = _read(memory)
    status = path.stat()
    state = [status.st_size, status.st_mtime_ns]
    found = known.pop(str(path), None)
    if isinstance(found, list) and found[:2] == state and isinstance(found[-1], str):
        return found[-1]
    digest = sha256_of(path)
    kept = dict([*known.items(), (str(path), [*state, digest])][-MOST:])
    with suppress(OSError):
        write_atomically(memory, json.dumps(kept, indent=1).encode())
    return digest


def _read(memory: Path) -> dict[str, object]:
    try:
        known = json.loads(memory.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
