"""Who is at the page: which job of a visitor is current, and which files are the visitor's."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from app.words import Words


@dataclass
class Session:
    job: int = 0
    words: Words = field(default_factory=Words)
    recordings: set[Path] = field(default_factory=set)
    folder: Path | None = None


class Sessions:
    """Visitors by their session id. Thread-safe; `end` deletes all a visitor left."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs = itertools.count(1)
        self._sessions: dict[str, Session] = {}
        self._root = tempfile.TemporaryDirectory(prefix="speech-to-image-")

    @property
    def root(self) -> Path:
        """A folder that lives as long as this object."""
        return Path(self._root.name)

    def greet(self, visitor: str, words: Words) -> None:
        """Remember which language the visitor reads."""
        with self._lock:
            self._session(visitor).words = words

    def words(self, visitor: str) -> Words:
        """The page's words in the visitor's language."""
        with self._lock:
            session = self._sessions.get(visitor)
            return session.words if session is not None else Words()

    def begin(self, visitor: str) -> int:
        """Start a job: the visitor's earlier ones are no longer current."""
        with self._lock:
            job = next(self._jobs)
            self._session(visitor).job = job
            return job

    def stop(self, visitor: str) -> None:
        """Make the visitor's current job outdated, so that it ends after its present step."""
        self.begin(visitor)

    def is_current(self, visitor: str, job: int) -> bool:
        with self._lock:
            session = self._sessions.get(visitor)
            return session is not None and session.job == job

    def keep_recording(self, visitor: str, path: str | Path) -> None:
        """Remember a recording; the visitor's earlier ones are deleted now."""
        path = Path(path)
        with self._lock:
            session = self._session(visitor)
            old, session.recordings = session.recordings - {path}, {path}
            self._delete(old)

    def forget_recording(self, visitor: str, path: str | Path) -> None:
        """Delete a recording that has been heard, unless another visitor's job still needs it."""
        path = Path(path)
        with self._lock:
            session = self._session(visitor)
            if path in session.recordings:
                session.recordings.remove(path)
                self._delete({path})

    def new_picture(self, visitor: str, name: str) -> Path:
        """Where the visitor's next picture goes; `name` becomes part of the file name."""
        with self._lock:
            session = self._session(visitor)
            if session.folder is None:
                session.folder = Path(tempfile.mkdtemp(dir=self._root.name))
            folder = session.folder / f"{next(self._jobs)}"
        folder.mkdir(exist_ok=True)
        letters = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower())
        short = "-".join(part for part in letters.split("-") if part)[:48].strip("-")
        return folder / f"{short or 'picture'}.png"

    def end(self, visitor: str) -> None:
        """The visitor has left: stop the job, delete recordings and pictures."""
        with self._lock:
            session = self._sessions.pop(visitor, None)
            if session is not None:
                self._delete(session.recordings)
        if session is not None and session.folder is not None:
            shutil.rmtree(session.folder, ignore_errors=True)

    def __len__(self) -> int:
        with self._lock:
            return len(self._sessions)

    def _session(self, visitor: str) -> Session:
        return self._sessions.setdefault(visitor, Session())

    def _delete(self, recordings: set[Path]) -> None:
        """Delete files no other visitor holds: equal uploads share one file."""
        held = {path for session in self._sessions.values() for path in session.recordings}
        for path in recordings - held:
            path.unlink(missing_ok=True)
