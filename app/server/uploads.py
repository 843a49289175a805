"""Upload lifetimes: recordings and pictures are deleted after their request, or if none comes.

Every upload has an unguessable path, so that only its sender can refer to it. An ASGI middleware
learns the paths from the server's responses; a file is deleted after the last request that holds
it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from app.server.middleware import UPLOADS, Message, Receive, Scope, Send

UNCLAIMED = 60.0  # seconds after which an upload that no request names is deleted


class Upload:
    """One request's hold on an uploaded file."""

    def __init__(self, path: Path, release: Callable[[], None]) -> None:
        self.path = path
        self._release: Callable[[], None] | None = release

    def release(self) -> None:
        """Delete the file unless another request holds it; idempotent."""
        release, self._release = self._release, None
        if release is not None:
            release()


class Uploads:
    """Reference counts of uploaded files. Thread-safe."""

    def __init__(self, unclaimed: float = UNCLAIMED) -> None:
        self.unclaimed = unclaimed
        self._lock = threading.Lock()
        self._arrived: defaultdict[Path, list[float]] = defaultdict(list)  # unclaimed since
        self._held: Counter[Path] = Counter()
        self._timer: threading.Timer | None = None

    def arrived(self, path: str | Path) -> None:
        """Register an upload at `path`; a request must claim it within `UNCLAIMED` seconds."""
        with self._lock:
            self._arrived[_whole(path)].append(monotonic())
            self._wake()

    @contextmanager
    def taken(self, path: str | Path | None) -> Iterator[Upload | None]:
        """Hold the upload at `path` for a request; released at the end of the block.

        Yields None without a path or for a file that was not uploaded, which is never deleted.
        """
        upload = self._take(_whole(path)) if path else None
        try:
            yield upload
        finally:
            if upload is not None:
                upload.release()

    def __len__(self) -> int:
        """The number of files."""
        with self._lock:
            return len(self._arrived.keys() | self._held.keys())

    def _take(self, path: Path) -> Upload | None:
        with self._lock:
            if path in self._arrived:
                self._arrived[path].pop(0)
                if not self._arrived[path]:
                    del self._arrived[path]
            elif path not in self._held:
                return None
            self._held[path] += 1
        return Upload(path, lambda: self._release(path))

    def _release(self, path: Path) -> None:
        with self._lock:
            self._held[path] -= 1
            if not self._held[path]:
                del self._held[path]
            self._delete_unless_needed(path)

    def _delete_unless_needed(self, path: Path) -> None:
        if path not in self._held and path not in self._arrived:
            with suppress(OSError):
                path.unlink()
                path.parent.rmdir()  # the upload's own folder

    def _wake(self) -> None:
        """Schedule `_expire` for the oldest unclaimed upload."""
        if self._timer is None and self._arrived:
            oldest = min(times[0] for times in self._arrived.values())
            wait = max(0.0, oldest + self.unclaimed - monotonic())
            self._timer = threading.Timer(wait, self._expire)
            self._timer.daemon = True
            self._timer.start()

    def _expire(self) -> None:
        with self._lock:
            last = monotonic() - self.unclaimed
            for path, times in list(self._arrived.items()):
                self._arrived[path] = [time for time in times if time > last]
                if not self._arrived[path]:
                    del self._arrived[path]
                    self._delete_unless_needed(path)
            self._timer = None
            self._wake()


@cache
def separate_uploads() -> None:
    """Make the web framework store each upload in a folder of its own.

    By default the folder is named by the content's hash, so that equal files share a path.
    """
    from gradio import route_utils

    class SeparateUpload(route_utils.GradioUploadFile):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self.sha.update(secrets.token_bytes(32))

    route_utils.GradioUploadFile = SeparateUpload  # type: ignore[misc]


def moved_apart(path: Path) -> Path:
    """Move a file from a shared path to a folder of its own, as uploads have; returns its path."""
    from gradio.utils import get_upload_folder

    folder = Path(get_upload_folder(), secrets.token_hex(32))
    folder.mkdir(parents=True)
    return Path(shutil.move(path, folder / path.name))


class UploadWatch:
    """ASGI middleware that registers uploads by the paths in the server's responses."""

    def __init__(self, app: Any, uploads: Uploads) -> None:
        self.app, self.uploads = app, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not UPLOADS.match(scope["path"]):
            await self.app(scope, receive, send)
            return
        status, body = 0, b""

        async def watched(message: Message) -> None:
            nonlocal status, body
            status = message.get("status", status)
            body += message.get("body", b"")
            if message["type"] == "http.response.body" and not message.get("more_body"):
                for path in _paths(body) if status == 200 else ():
                    self.uploads.arrived(path)
            await send(message)

        await self.app(scope, receive, watched)


def _paths(body: bytes) -> list[str]:
    """The paths in the server's response to an upload."""
    with suppress(ValueError):
        paths = json.loads(body)
        if isinstance(paths, list):
            return [path for path in paths if isinstance(path, str)]
    return []


def _whole(path: str | Path) -> Path:
    return Path(os.path.abspath(path))
