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
LOCK = "lock"  # held by the process whose folder it is, by the system let go when that ends
SWEEP = 300.0  # seconds between two sweeps
FIRST_MINUTE = 60.0  # files from then are the app's own, its examples among them
STORED = 2 * 2**30  # bytes of uploads and pictures that are kept at most
PRIVATE = 0o077  # what a umask takes away from everybody else


@contextmanager
def private_folder() -> Iterator[Path]:
    """All files of visitors in a folder of this process alone, mode 700, deleted at the end.

    What the page's server may hand out lies in its `served`, everything else temporary beside it.
    Every few minutes the folder is swept (see `Sweeper`), and what processes that were killed left
    of theirs is deleted at once. Whatever this process writes meanwhile, others cannot read: also
    not the folder, should somebody delete it and it come back. A folder that the environment names
    is used as it is for what is served, and stays.
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
    """Delete the private folders in `parent` whose processes are gone; how many went."""
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
    """A new folder, and the open file whose lock says that its process lives."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        take_lock(lock, wait=True)
        if folder.is_dir():  # nobody thought it left behind before it was locked
            return folder, lock
        os.close(lock)


def _sweep_until(folder: Path, served: Path, end: threading.Event) -> None:
    if end.wait(FIRST_MINUTE):
        return
    sweeper = Sweeper(folder, served)
    while not end.wait(SWEEP):
        sweeper.sweep()


class Sweeper:
    """Deletes half-received uploads, and the oldest files until few enough bytes are left.

    What is there when it begins is never deleted. Of a file's age it knows how many sweeps ago it
    saw it first, so that no clock that is set matters; nor do files that vanish meanwhile. A
    visitor whose pictures go this way can still see them, but no longer restore them.
    """

    def __init__(self, folder: Path, served: Path, *, keep: int = STORED) -> None:
        self.folder, self.served, self.keep = folder, served, keep
        self._own = set(self._files())
        self._seen: dict[Path, tuple[int, int]] = {}  # size and time of change, oldest first

    def sweep(self) -> int:
        """Delete what is due; how many files went."""
        found = {path: state for path, state in self._files().items() if path not in self._own}
        halves = [
            path for path, state in found.items()
            if path.parent == self.served and self._seen.get(path) == state
        ]  # fmt: skip
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
        """Size and time of the last change of each file that is there."""
        paths = [Path(folder, name) for folder, _, names in os.walk(self.folder) for name in names]
        if not self.served.is_relative_to(self.folder):  # somebody's own: only halves go
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
    """What lies directly in `folder`, as `os.walk` says it."""
    return islice(os.walk(folder), 1)


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
