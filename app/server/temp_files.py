"""The private folder of temporary files, and the sweeps that keep it empty."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

from app.server.options import TEMP_VARIABLE
from maskgil.utils.files import take_lock

PREFIX = "speech-to-image-"
LOCK = "lock"  # locked by the owning process, released by the system when it ends
SWEEP = 300.0  # seconds between two sweeps
FIRST_MINUTE = 60.0  # seconds after start in which new files are the app's own (examples)
STORED = 2 * 2**30  # maximal bytes of uploads and pictures
PRIVATE = 0o077  # umask: no access for group and others


@contextmanager
def private_folder() -> Iterator[Path]:
    """A private folder (mode 700) for all files of visitors, deleted at the end.

    Files that the server may serve are in its `served`, other temporary files beside it. The folder
    is swept every few minutes (see `Sweeper`), and folders of killed processes are deleted at once.
    The umask keeps all files of this process private, even if the folder is deleted and recreated.
    A folder named by the environment is used for served files as it is, and kept.
    """
    given, others = os.environ.get(TEMP_VARIABLE), tempfile.tempdir
    umask = os.umask(PRIVATE)
    delete_left_behind(Path(tempfile.gettempdir()))
    folder, lock = _locked_folder()
    served = Path(given) if given else folder / "served"
    own = folder / "own"
    own.mkdir()
    served.mkdir(parents=True, exist_ok=True)
    os.environ[TEMP_VARIABLE], tempfile.tempdir = str(served), str(own)
    end = threading.Event()
    threading.Thread(target=_sweep_until, args=(folder, served, end), daemon=True).start()
    try:
        yield served
    finally:
        end.set()
        tempfile.tempdir = others
        if given is None:
            del os.environ[TEMP_VARIABLE]
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        os.umask(umask)


def delete_left_behind(parent: Path) -> int:
    """Delete private folders in `parent` whose processes have ended; returns their number."""
    gone = 0
    for folder in parent.glob(f"{PREFIX}*") if os.name == "posix" else ():
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            lock = os.open(folder / LOCK, os.O_RDWR)
            try:
                if take_lock(lock, wait=False):
                    shutil.rmtree(folder, ignore_errors=True)
                    gone += 1
            finally:
                os.close(lock)
    return gone


def _locked_folder() -> tuple[Path, int]:
    """A new folder, and the descriptor of its lock file, held while this process lives."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        take_lock(lock, wait=True)
        if folder.is_dir():  # not deleted by another process before it was locked
            return folder, lock
        os.close(lock)


def _sweep_until(folder: Path, served: Path, end: threading.Event) -> None:
    if end.wait(FIRST_MINUTE):
        return
    sweeper = Sweeper(folder, served)
    while not end.wait(SWEEP):
        sweeper.sweep()


class Sweeper:
    """Deletes partial uploads, and the oldest files beyond `STORED` bytes.

    Files present at the start are never deleted. Age is counted in sweeps since a file was first
    seen, independent of clock changes. Visitors can still see a picture deleted here, but no longer
    restore it.
    """

    def __init__(self, folder: Path, served: Path, *, keep: int = STORED) -> None:
        self.folder, self.served, self.keep = folder, served, keep
        self._own = set(self._files())
        self._seen: dict[Path, tuple[int, int]] = {}  # size and mtime, oldest first

    def sweep(self) -> int:
        """Delete what is due; returns the number of files."""
        found = {path: state for path, state in self._files().items() if path not in self._own}
        halves = [
            path
            for path, state in found.items()
            if path.parent == self.served and self._seen.get(path) == state
        ]
        gone = sum(_delete(path) for path in halves)
        known = [path for path in self._seen if path in found]
        new = sorted(found.keys() - self._seen.keys(), key=lambda path: found[path][1])
        self._seen = {path: found[path] for path in (*known, *new)}
        left = sum(size for size, _ in found.values())
        for path, (size, _) in self._seen.items():
            if left <= self.keep:
                break
            left -= size
            gone += _delete(path)
        return gone

    def _files(self) -> dict[Path, tuple[int, int]]:
        """Size and mtime of each file."""
        paths = [Path(folder, name) for folder, _, names in os.walk(self.folder) for name in names]
        if not self.served.is_relative_to(self.folder):  # the user's own folder
            paths += [
                Path(folder, name) for folder, _, names in _top(self.served) for name in names
            ]
        files = {}
        for path in paths:
            with suppress(OSError):
                status = path.stat()
                files[path] = (status.st_size, status.st_mtime_ns)
        return files


def _top(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """The direct contents of `folder`, as an entry of `os.walk`."""
    return islice(os.walk(folder), 1)


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
