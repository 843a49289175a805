"""Download of the needed files of a hub repository, announced beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from maskgil.utils.command_line import first_line
from maskgil.utils.errors import CheckpointError
from maskgil.utils.hub_cache import DamagedFileError, Say, check_files, silent

HALF = ".fp16."  # part of the names of half-precision copies
SETTINGS = (".json", ".txt")


def needed_files(names: Sequence[str], parts: Mapping[str, bool]) -> list[str]:
    """The settings and safetensors of `parts` among the files of a repository.

    `parts`: folder -> whether a half-precision copy is preferred, if published.
    """
    found = []
    for part, half in parts.items():
        inside = [name for name in names if name.startswith(f"{part}/")]
        weights = [name for name in inside if name.endswith(".safetensors")]
        fitting = [name for name in weights if (HALF in name) == half] or weights
        found += [name for name in inside if name.endswith(SETTINGS)] + fitting
    return found


def fetched(repo: str, parts: Mapping[str, bool], *, say: Say = silent) -> Path:
    """The folder of a hub repository with `parts` (see `needed_files`), downloaded if need be.

    `say` receives one line with the size before a download; the hub's client shows the progress.
    Offline, the cache is used. Raises CheckpointError in one line.
    """
    from huggingface_hub import snapshot_download

    folders = [f"{part}/*" for part in parts]
    try:
        listed = snapshot_download(repo, allow_patterns=folders, dry_run=True)
    except Exception as error:  # the hub client raises many kinds
        try:
            folder = snapshot_download(repo, allow_patterns=folders, local_files_only=True)
            return check_files(Path(folder))
        except DamagedFileError:
            raise
        except Exception:
            raise CheckpointError(
                f"none in the cache, and the hub says: {first_line(error)}"
            ) from error
    assert not isinstance(listed, str)
    wanted = set(needed_files([file.filename for file in listed], parts))
    missing = [file for file in listed if file.filename in wanted and file.will_download]
    size = sum(file.file_size or 0 for file in missing)
    if size:
        say(f"downloading {repo} from the hub, once: {size / 1e9:.1f} GB")
    try:
        folder = snapshot_download(repo, allow_patterns=sorted(wanted))
    except Exception as error:
        raise CheckpointError(f"the download was not finished: {first_line(error)}") from error
    return check_files(Path(folder))
