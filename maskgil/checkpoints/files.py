"""Where a checkpoint's file is, by its path or name; torch is not needed to know."""

from __future__ import annotations

from pathlib import Path

from maskgil.checkpoints.registry import REGISTRY, Entry
from maskgil.utils.assets import ASSETS
from maskgil.utils.errors import CheckpointError
from maskgil.utils.hashing import listed_hash


def resolve(path_or_name: str | Path) -> tuple[Path, str | None]:
    """File and expected sha256 of a path or a name of `REGISTRY`."""
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
    return _from_hub(entry), entry.sha256


def _from_hub(entry: Entry) -> Path:
    from huggingface_hub import hf_hub_download

    assert entry.repo and entry.file
    try:
        return Path(hf_hub_download(entry.repo, entry.file))
    except Exception as error:  # the hub client raises many kinds
        raise CheckpointError(
            f"cannot download the weights of {entry.name} from {entry.repo}/{entry.file}: "
            f"{type(error).__name__}"
        ) from error
