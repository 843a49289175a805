"""The private folder of temporary files, and the sweeps that keep it empty."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from app.server.options import TEMP_VARIABLE

ORPHAN_AGE = 600.0  # seconds after which a half-received upload is nobody's


SWEEP = 300.0


FIRST_MINUTE = 60.0  # files from then are the app's own, its examples among them


STORED = 2 * 2**30  # bytes of uploads and pictures that are kept at most


@contextmanager
def private_folder() -> Iterator[Path]:
    """All files of visitors in a folder of this process alone, mode 700, deleted at the end.

    What the page's server may hand out lies in its `served`, everything else temporary beside it.
    Every few minutes the folder is swept (see `sweep`). A folder that the environment names is
    used as it is for what is served, and stays.
    """
    given, others = os.environ.get(TEMP_VARIABLE), tempfile.tempdir
    folder = Path(tempfile.mkdtemp(prefix="speech-to-image-"))
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


def _sweep_until(folder: Path, served: Path, end: threading.Event) -> None:
    first = time() + FIRST_MINUTE
    while not end.wait(SWEEP):
        sweep_orphans(served)
        sweep(folder, newer_than=first)


def sweep_orphans(served: Path, *, older_than: float = ORPHAN_AGE) -> int:
    """Delete half-received uploads, the files directly in `served`; how many went."""
    old = [p for p in served.iterdir() if p.is_file() and time() - p.stat().st_mtime > older_than]
    return sum(_delete(path) for path in old)


def sweep(folder: Path, *, keep: int = STORED, newer_than: float = 0.0) -> int:
    """Delete the oldest files below `folder` until `keep` bytes are left; how many went.

    Files from before the time `newer_than` are neither counted nor deleted. A visitor whose
    pictures go this way can still see them, but no longer restore them.
    """
    found = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                status = path.stat()
                if status.st_mtime > newer_than:
                    found.append((status.st_mtime, status.st_size, path))
    left, gone = sum(size for _, size, _ in found), 0
    for _, size, path in sorted(found):
        if left <= keep:
            break
        left -= size
        gone += _delete(path)
    return gone


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True
