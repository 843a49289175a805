"""Checkpoints of a run: atomic writes, rotation, detection of damage.

A checkpoint is `step_N.pt` in the run's folder, or a folder `step_N.parts` with the same bytes in
files of limited size. It appears atomically. It is a zip archive whose checksums are verified
before use.
"""

from __future__ import annotations

import io
import logging
import zipfile
from pathlib import Path
from typing import Any

import torch

from maskgil.utils.command_line import first_line
from maskgil.utils.files import remove, written_whole

PATTERNS = ("step_*.pt", "step_*.parts")
log = logging.getLogger(__name__)


class DamagedCheckpointError(ValueError):
    """A corrupted checkpoint."""


class CheckpointWriteError(OSError):
    """A checkpoint could not be written; the previous one is intact."""


def save_atomically(state: dict, path: Path, *, part_bytes: int = 0) -> None:
    """Write a checkpoint atomically and sync it to disk.

    `part_bytes`: maximal size of files in a folder, 0 for a single file. Raises
    CheckpointWriteError, leaving nothing behind, if the disk is full or fails.
    """
    try:
        with written_whole(path, durable=True) as draft:
            if part_bytes:
                _write_parts(state, draft, part_bytes)
            else:
                with draft.open("wb") as file:
                    torch.save(state, file)
    except (OSError, RuntimeError) as error:  # torch's writer turns an OSError into RuntimeError
        previous = latest_checkpoint(path.parent)
        kept = f"{previous.name} is intact" if previous else "there is none before it"
        raise CheckpointWriteError(
            f"cannot write checkpoint {path.name} to {path.parent}: {_reason(error)}; {kept}"
        ) from error


def _write_parts(state: dict, folder: Path, part_bytes: int) -> None:
    """Files 001_of_NNN … in `folder`, made anew."""
    whole = io.BytesIO()
    torch.save(state, whole)
    bytes_ = whole.getbuffer()
    count = -(-len(bytes_) // part_bytes)
    folder.mkdir()
    for number in range(count):
        part = bytes_[number * part_bytes : (number + 1) * part_bytes]
        (folder / f"{number + 1:03d}_of_{count:03d}").write_bytes(part)


def _joined(folder: Path) -> io.BytesIO:
    """Inverse of `_write_parts`. Raises ValueError naming a missing part."""
    found = sorted(folder.glob("*_of_*"))
    count = int(found[0].name.split("_of_")[1]) if found else 1
    names = [f"{number + 1:03d}_of_{count:03d}" for number in range(count)]
    for name in names:
        if not (folder / name).is_file():
            raise ValueError(f"{folder} lacks its part {name}; bring it there, or remove {folder}")
    return io.BytesIO(b"".join((folder / name).read_bytes() for name in names))


def _reason(error: BaseException) -> str:
    """The system's message behind an error."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return first_line(error)


def _checkpoints(folder: Path) -> list[Path]:
    found = [path for pattern in PATTERNS for path in folder.glob(pattern)]
    return sorted(found, key=lambda path: path.stem)


def latest_checkpoint(folder: Path) -> Path | None:
    found = _checkpoints(folder)
    return found[-1] if found else None


def read_checkpoint(path: Path) -> dict[str, Any]:
    """The saved state, memory-mapped. Raises ValueError in one line."""
    file = _joined(path) if path.is_dir() else path
    try:
        with zipfile.ZipFile(file) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise DamagedCheckpointError(f"{path} is damaged ({damaged} has another checksum)")
        if isinstance(file, io.BytesIO):
            file.seek(0)
        state = torch.load(file, map_location="cpu", weights_only=True, mmap=file is path)
    except (FileNotFoundError, PermissionError) as error:
        raise ValueError(f"cannot read checkpoint {path}: {error.strerror}") from error
    except DamagedCheckpointError:
        raise
    except Exception as error:  # damaged archives raise many kinds
        raise DamagedCheckpointError(f"{path} is damaged ({type(error).__name__})") from error
    if not isinstance(state, dict) or "task" not in state or "step" not in state:
        raise ValueError(f"{path} is no checkpoint of a run")
    return state


def newest_whole(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    """The newest undamaged checkpoint and its state; None if there is no checkpoint.

    Skipped ones are logged. Raises DamagedCheckpointError if all are damaged.
    """
    damaged: list[str] = []
    for path in reversed(_checkpoints(folder)):
        try:
            state = read_checkpoint(path)
        except DamagedCheckpointError as error:
            damaged.append(str(error))
            continue
        if damaged:
            log.warning("%s; taking %s", "; ".join(damaged), path.name)
        return path, state
    if damaged:
        line = "; ".join(damaged)
        raise DamagedCheckpointError(f"{line}; there is no other: remove it to begin anew")
    return None


def newest_state(folder: Path) -> dict[str, Any]:
    """The state of the newest undamaged checkpoint in a run's folder. Raises ValueError."""
    found = newest_whole(folder)
    if found is None:
        raise ValueError(f"{folder} holds no checkpoint of a run")
    return found[1]


def remove_drafts(folder: Path) -> None:
    """Remove partial checkpoints that killed runs left in `folder`."""
    for draft in folder.glob("*.part"):
        remove(draft)


def save_run(folder: Path, step: int, state: dict, *, keep: int, parts: int = 0) -> Path:
    """Write the checkpoint of `step`, then delete all but the newest `keep` up to it.

    Later ones are damaged and were skipped. `parts`: MB of its files, 0 for a single file.
    """
    path = folder / f"step_{step:08d}.{'parts' if parts else 'pt'}"
    save_atomically(state, path, part_bytes=parts * 10**6)
    found = _checkpoints(folder)
    here = found.index(path) + 1
    for old in (*found[: max(0, here - keep)], *found[here:]):
        remove(old)
    return path
