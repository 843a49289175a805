"""Sessions: each visitor's newest request, pictures, languages and pending question."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.i18n import Translations
from app.thresholds import REMEMBERED

PICTURES = 64  # newest requests of a visitor whose pictures can still be edited or restored by undo
VISITORS = 2_000  # newest sessions kept: API clients do not announce that they leave
PIXELS = 512 * 2**20  # bytes of uploaded pictures kept over all visitors


@dataclass
class Session:
    """A visitor's state; `newest` and `stopped` are request numbers, `pictures` is by number.

    `spoken`: languages of the newest recordings. `question`: the pending one.
    """

    newest: int = 0
    stopped: int = 0
    words: Translations = field(default_factory=Translations)
    pictures: OrderedDict[int, Any] = field(default_factory=OrderedDict)
    spoken: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    question: Any = None
    folder: Path | None = None


@dataclass(frozen=True)
class Job:
    """One request of a visitor while it is being answered."""

    sessions: Sessions
    visitor: str
    number: int
    before: int = 0
    """The request that this one cancelled, or that was answered last."""

    @property
    def _session(self) -> Session:
        return self.sessions.get(self.visitor)

    @property
    def words(self) -> Translations:
        """The page's words in the visitor's language."""
        return self._session.words

    @property
    def is_newest(self) -> bool:
        """Whether the visitor is still there and has sent no newer request."""
        return self._session.newest == self.number

    @property
    def is_stopped(self) -> bool:
        """Whether the visitor pressed Stop."""
        return self.number <= self._session.stopped

    @property
    def is_current(self) -> bool:
        """Whether the request is still wanted: the newest, and not stopped."""
        return self.is_newest and not self.is_stopped

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages of the visitor's newest recordings, one entry a recording."""
        return tuple(self._session.spoken)

    def spoke(self, language: str) -> None:
        """Remember which language the visitor spoke."""
        self._session.spoken.append(language)

    @property
    def question(self) -> Any:
        """The pending question, or None."""
        return self._session.question

    def ask(self, question: Any) -> None:
        """Set the pending question, or None."""
        self._session.question = question

    def keep(self, pictures: Any) -> None:
        """Store what this request drew, for requests that change it."""
        self.sessions.keep(self.visitor, self.number, pictures)

    def kept(self, number: int | None) -> Any:
        """What the request `number` drew, None once it is dropped."""
        return self._session.pictures.get(number or 0)

    def cancelled(self) -> Any:
        """What the request before this one was drawing; None if the visitor stopped it."""
        return None if self.before <= self._session.stopped else self.kept(self.before)


class Sessions:
    """Visitors by session id; `end` deletes all of a visitor's data. Thread-safe.

    An LRU cache: above `VISITORS` the least recent visitors are dropped, above `PIXELS` the oldest
    uploaded pictures.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pictures = itertools.count(1)
        self._sessions: OrderedDict[str, Session] = OrderedDict()  # least recently seen first
        self._pixels: OrderedDict[tuple[str, int], int] = OrderedDict()  # bytes by request
        self._root = tempfile.TemporaryDirectory(prefix="speech-to-image-")

    @property
    def root(self) -> Path:
        """A temporary folder that lives as long as this object."""
        return Path(self._root.name)

    def greet(self, visitor: str, words: Translations) -> None:
        """Remember which language the visitor reads."""
        with self._lock:
            self._session(visitor).words = words

    def get(self, visitor: str) -> Session:
        """The visitor's state; an empty one, which is not kept, once the visitor has left."""
        with self._lock:
            return self._sessions.get(visitor) or Session()

    def begin(self, visitor: str, number: int | None = None) -> Job | None:
        """Begin request `number` and cancel the visitor's earlier ones.

        None if a newer one has begun already: requests may arrive out of order. Without a number it
        gets the next one.
        """
        with self._lock:
            session = self._session(visitor)
            if number is None:
                number = session.newest + 1
            if number <= session.newest:
                return None
            before, session.newest = session.newest, number
        return Job(self, visitor, number, before)

    def stop(self, visitor: str, number: int | None = None) -> None:
        """Stop request `number`, by default the newest, after its current step.

        A request that has not arrived yet, its recording still uploading, never begins.
        """
        with self._lock:
            session = self._session(visitor)
            session.stopped = max(session.stopped, session.newest if number is None else number)

    def keep(self, visitor: str, number: int, pictures: Any) -> None:
        """See `Job.keep`."""
        with self._lock:
            session = self._sessions.get(visitor)
            if session is None:
                return
            session.pictures[number] = pictures
            if pictures.size:
                self._pixels[visitor, number] = pictures.size
            while len(session.pictures) > PICTURES:
                old, _ = session.pictures.popitem(last=False)
                self._pixels.pop((visitor, old), None)
            while sum(self._pixels.values()) > PIXELS:
                (owner, old), _ = self._pixels.popitem(last=False)
                self._sessions[owner].pictures.pop(old, None)

    def new_picture(self, visitor: str, name: str) -> Path:
        """A path for the visitor's next picture; `name` becomes part of the file name."""
        with self._lock:
            session = self._session(visitor)
            if session.folder is None:
                self.root.mkdir(parents=True, exist_ok=True)  # it may have been deleted meanwhile
                session.folder = Path(tempfile.mkdtemp(dir=self.root))
            folder = session.folder / f"{next(self._pictures)}"
        folder.mkdir(parents=True, exist_ok=True)
        letters = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower())
        short = "-".join(part for part in letters.split("-") if part)[:48].strip("-")
        return folder / f"{short or 'picture'}.png"

    def end(self, visitor: str) -> None:
        """Forget a visitor who has left: cancel the request, delete pictures."""
        with self._lock:
            self._forget(visitor)

    def __len__(self) -> int:
        with self._lock:
            return len(self._sessions)

    def _session(self, visitor: str) -> Session:
        session = self._sessions.setdefault(visitor, Session())
        self._sessions.move_to_end(visitor)
        while len(self._sessions) > VISITORS:
            self._forget(next(iter(self._sessions)))
        return session

    def _forget(self, visitor: str) -> None:
        session = self._sessions.pop(visitor, None)
        if session is None:
            return
        for number in session.pictures:
            self._pixels.pop((visitor, number), None)
        if session.folder is not None:
            shutil.rmtree(session.folder, ignore_errors=True)
