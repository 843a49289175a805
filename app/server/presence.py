"""Client presence: an ASGI middleware that tracks whether the client still awaits its response.

It also knows the ids of pending API results, so that fetching an unknown one fails at once.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from time import monotonic
from typing import Any, TypeVar
from weakref import WeakSet

from app.server.middleware import STREAM, Message, Receive, Scope, Send, refusal

STARTED = re.compile(r"(?:/gradio_api)?/(?:call/(?:v2/)?[^/]+|queue/join)/?$")
FETCHED = re.compile(r"(?:/gradio_api)?/call/(?:v2/)?[^/]+/([^/]+)/?$")
ANSWERED = re.compile(r"(?:/gradio_api)?/(?:(?:run|api)/[^/]+|mcp(?:/http)?)/?$")
SESSION = re.compile(rb"(?:^|&)session_hash=([^&]+)")
KEPT = 10_000  # ids of unfetched results, and sessions
UNHEARD = 30.0  # seconds after which a result that nobody fetches is abandoned
LINE = "there is no such answer: each can be fetched once, by the event_id of its request"
NOBODY = "nobody waits for this answer any more"
Item = TypeVar("Item")


class LeftError(ValueError):
    """The client has disconnected; nobody reads this message."""


class Asker:
    """The client of a request, as seen by worker threads.

    `listens`: a client is reading the response; False until it starts to.
    """

    def __init__(self, *, listens: bool = True) -> None:
        self._left = False
        self._unheard_since: float | None = None
        self._listens = threading.Event()
        if listens:
            self._listens.set()

    def leave(self) -> None:
        self._left = True

    def announce(self) -> None:
        """The result's id is known to the client from now on."""
        self._unheard_since = monotonic()

    def listen(self) -> None:
        """The client has started to fetch the result."""
        self._unheard_since = None
        self._listens.set()

    def listens(self, within: float) -> bool:
        """Whether a client listens, after at most `within` seconds. Raises LeftError as `check`."""
        found = self._listens.wait(within)
        self.check()
        return found

    def check(self) -> None:
        """Raise LeftError if the client has gone."""
        since = self._unheard_since
        if self._left or (since is not None and monotonic() - since > UNHEARD):
            raise LeftError(NOBODY)

    def while_waiting(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield from `items` while the client waits; then close them and raise LeftError."""
        with closing(items) as open_items:  # type: ignore[type-var]
            for item in open_items:
                yield item
                self.check()


def asker_of(request: Any) -> Asker:
    """The `Asker` of a request object of the web framework or the server."""
    inner = getattr(request, "request", None) or request
    scope = getattr(inner, "scope", None)
    found = scope.get("asker") if isinstance(scope, dict) else None
    return found if isinstance(found, Asker) else Asker()


class Presence:
    """The middleware; puts an `Asker` into the scope of each request that starts work."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._answers: OrderedDict[str, Asker] = OrderedDict()  # by event id
        self._sessions: OrderedDict[str, WeakSet[Asker]] = OrderedDict()
        self._streams: Counter[str] = Counter()  # open streams by session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope.get("path", ""), scope.get("method", "")
        if method == "POST" and STARTED.match(path):
            asker = scope["asker"] = Asker(listens=False)
            await self.app(scope, receive, self._noting(scope, asker, send))
        elif method == "POST" and ANSWERED.match(path):
            asker = scope["asker"] = Asker()
            await self._watched(scope, receive, send, asker.leave)
        elif method == "GET" and (fetched := FETCHED.match(path)):
            found = self._answers.pop(fetched[1], None)
            if found is None:
                await _refuse(send)
                return
            found.listen()
            await self._watched(scope, receive, send, found.leave)
        elif method == "GET" and STREAM.match(path):
            await self._streamed(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _streamed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the event stream of a session's results."""
        named = SESSION.search(scope.get("query_string", b""))
        session = named[1].decode("latin-1") if named else ""
        for asker in self._of(session):
            asker.listen()
        self._streams[session] += 1
        try:
            await self._watched(scope, receive, send, lambda: self._end(session))
        finally:
            self._streams[session] -= 1
            if not self._streams[session]:
                del self._streams[session]

    def _end(self, session: str) -> None:
        if self._streams[session] <= 1:
            for asker in self._of(session):
                asker.leave()

    def _of(self, session: str) -> Iterable[Asker]:
        return list(self._sessions.get(session, ()))

    async def _watched(
        self, scope: Scope, receive: Receive, send: Send, left: Callable[[], None]
    ) -> None:
        """Serve a request; `left` is called if its client disconnects before the end."""
        watching: asyncio.Task[None] | None = None

        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            left()

        async def body_then_watch() -> Message:
            nonlocal watching
            message = await receive()
            if message["type"] == "http.disconnect":
                left()
            elif watching is None and not message.get("more_body"):
                watching = asyncio.create_task(watch())
            return message

        try:
            await self.app(scope, body_then_watch, send)
        finally:
            if watching is not None:
                watching.cancel()

    def _noting(self, scope: Scope, asker: Asker, send: Send) -> Send:
        """A `send` that records the event id in the response."""
        body = b""
        sent = scope.get("sent")
        session = sent.get("session_hash") if isinstance(sent, dict) else None

        async def noted(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body"):
                    with suppress(ValueError, KeyError, TypeError):
                        self._note(str(json.loads(body)["event_id"]), session, asker)
            await send(message)

        return noted

    def _note(self, event: str, session: object, asker: Asker) -> None:
        if isinstance(session, str):
            self._sessions.setdefault(session, WeakSet()).add(asker)
            self._sessions.move_to_end(session)
        if isinstance(session, str) and self._streams[session]:
            asker.listen()
        else:
            asker.announce()
        self._answers[event] = asker
        for kept in (self._answers, self._sessions):
            while len(kept) > KEPT:
                kept.popitem(last=False)


async def _refuse(send: Send) -> None:
    content, headers = refusal(LINE)
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": content})
