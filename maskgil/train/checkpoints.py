"""Checkpoints of a run: written whole or not at all, the newest kept, damage named.

A checkpoint is `step_N.pt` in the folder of the run; what another process sees under that name is
always complete.
"""

from __future__ import annotations

import contextlib
import os
import pickle
from pathlib import Path
from typing import Any

import torch

PATTERN = "step_*.pt"


class CheckpointWriteError(OSError):
    """A checkpoint could not be written; the one before it is intact."""


def save_atomically(state: dict, path: Path) -> None:
    """Write under another name first and bring it to the disk: never a half-written checkpoint.

    Raises CheckpointWriteError, and leaves nothing behind, when the disk is full or fails.
    """
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except (OSError, RuntimeError) as error:  # torch's writer turns an OSError into RuntimeError
        with contextlib.suppress(OSError):
            part.unlink()
        previous = latest_checkpoint(path.parent)
        kept = f"{previous.name} is intact" if previous else "there is none before it"
        raise CheckpointWriteError(
            f"cannot write checkpoint {path.name} to {path.parent}: {_reason(error)}; {kept}"
        ) from error


def _reason(error: BaseException | None) -> str:
    """What the system said, found behind the error that was raised."""
    first = error
    while error is not None:
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        error = error.__cause__ or error.__context__
    return str(first).splitlines()[0]


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power failure, where folders can be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def latest_checkpoint(folder: Path) -> Path | None:
    found = sorted(folder.glob(PATTERN))
    return found[-1] if found else None


def checkpoint_path(folder: Path, step: int) -> Path:
    return folder / f"step_{step:08d}.pt"


def read_checkpoint(path: Path) -> dict[str, Any]:
    """What was saved, mapped from the file; ValueError in one line when it cannot be read."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (FileNotFoundError, PermissionError) as error:
        raise ValueError(f"cannot read checkpoint {path}: {error.strerror}") from error
    except (OSError, RuntimeError, EOFError, KeyError, ValueError, pickle.UnpicklingError) as error:
        raise ValueError(
            f"{path} is damaged ({type(error).__name__}); remove it to go on from the one before"
        ) from error
    if not isinstance(state, dict) or "task" not in state or "step" not in state:
        raise ValueError(f"{path} is no checkpoint of a run")
    return state


def save_run(folder: Path, step: int, state: dict, *, keep: int) -> Path:
    """Write the checkpoint of `step`, then remove all but the newest `keep`."""
    path = checkpoint_path(folder, step)
    save_atomically(state, path)
    for old in sorted(folder.glob(PATTERN))[:-keep]:
        old.unlink(missing_ok=True)
    return path
