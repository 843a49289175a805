"""Locating a checkpoint's file by path or name, without importing torch."""

from __future__ import annotations

from pathlib import Path

from maskgil.checkpoints.registry import REGISTRY, Entry
from maskgil.utils.assets import ASSETS
from maskgil.utils.command_line import first_line
from maskgil.utils.errors import CheckpointError
from maskgil.utils.hashing import listed_hash
from maskgil.utils.hub_cache import Say, cached_file, hub_size, silent


def resolve(path_or_name: str | Path, *, say: Say = silent) -> tuple[Path, str | None]:
    """File and expected sha256 of a path or a name of `REGISTRY`, downloaded if need be.

    `say` receives one line with the size before a download.
    """
    entry = REGISTRY.get(str(path_or_name))
    if entry is None:
        path = Path(path_or_name).expanduser()
        if path.is_file():
            return path, None
        if path.suffix or path.parent != Path("."):
            raise CheckpointError(f"no weights at {path}")
        raise CheckpointError(
            f"no weights named {str(path_or_name)!r}; give a file or one of {', '.join(REGISTRY)}"
        )
    if entry.asset is not None:
        path = ASSETS / entry.asset
        if not path.is_file():
            raise CheckpointError(f"the weights of {entry.name} are missing: {path} does not exist")
        return path, entry.sha256 or listed_hash(path)
    if entry.is_folder:
        raise CheckpointError(f"{entry.name} is a whole folder, {entry.repo} on the hub: load it")
    if entry.repo is None or entry.file is None:
        raise CheckpointError(f"the weights of {entry.name} are not published; {entry.note}")
    return _from_hub(entry, say), entry.sha256


def _from_hub(entry: Entry, say: Say) -> Path:
    """The file of a hub entry, cached or downloaded."""
    from huggingface_hub import hf_hub_download

    assert entry.repo and entry.file
    try:
        known = cached_file(entry.repo, entry.file)
        if known is not None:
            return known
        size = hub_size(entry.repo, entry.file)
        say(f"downloading {entry.file} of {entry.repo} from the hub, once: {size / 1e9:.1f} GB")
        return Path(hf_hub_download(entry.repo, entry.file))
    except Exception as error:  # the hub client raises many kinds
        raise CheckpointError(
            f"cannot download the weights of {entry.name} from {entry.repo}/{entry.file}: "
            f"{first_line(error)}"
        ) from error
