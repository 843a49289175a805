"""SHA-256 of files, and SHA256SUMS beside them."""

from __future__ import annotations

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_hashes(folder: str | Path) -> Path:
    """Write SHA256SUMS of the weights in `folder`, as `sha256sum -c` reads it."""
    folder = Path(folder)
    files = sorted(
        path for path in folder.iterdir() if path.suffix in (".safetensors", ".npz", ".zip")
    )
    lines = [f"{sha256_of(path)}  {path.name}\n" for path in files]
    target = folder / "SHA256SUMS"
    target.write_text("".join(lines), encoding="ascii")
    return target


def listed_hash(path: Path) -> str | None:
    """The hash of `path` in the SHA256SUMS of its folder, if there is one."""
    sums = path.parent / "SHA256SUMS"
    if not sums.is_file():
        return None
    for line in sums.read_text(encoding="ascii").splitlines():
        digest, _, name = line.partition("  ")
        if name.strip() == path.name:
            return digest.strip()
    return None
