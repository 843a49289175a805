"""Connection limits against slow clients: header, body and read time-outs, connections per address.

ASGI middleware sees a connection only once its request is complete, but each one occupies a file
descriptor. Nor does middleware see the size of body chunks, and a chunk of one byte costs as much
as a large one.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

import h11
from uvicorn.middleware.proxy_headers import _TrustedHosts
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.server.rate_limit import client_key, is_local

HEADERS_WITHIN = 20.0  # seconds from connecting, or from the first byte of a further request
SILENCE = 60.0  # seconds between two chunks of a body
READ_WITHIN = 60.0  # seconds for a client to read what is buffered, some 64 KB
LONGEST_HEADER = 16_384  # bytes
PIECE = 512  # minimal average bytes of a body's chunks, not counting the first `SMALL`
SMALL = 256
AT_ONCE = 256  # connections per address; a browser opens six
FILES = 65_536  # file descriptors wanted, as far as the system allows


class _Pieces:
    """Counts the chunks of a request's body."""

    def __init__(self) -> None:
        self._pieces, self._bytes = 0, 0

    def are_too_small(self, event: object) -> bool:
        """Whether the body, `event` included, has arrived in too many chunks for its size."""
        if isinstance(event, h11.Request):
            self._pieces, self._bytes = 0, 0
        elif isinstance(event, h11.Data):
            self._pieces += 1
            self._bytes += len(event.data)
        return self._pieces > SMALL + self._bytes // PIECE


class _RequestReader(h11.Connection):
    """Reads requests; calls `refuse` when a body arrives in too small chunks."""

    def __init__(self, refuse: Callable[[], None], most: int) -> None:
        super().__init__(h11.SERVER, most)
        self._refuse, self._body = refuse, _Pieces()

    def next_event(self) -> Any:
        event = super().next_event()
        if self._body.are_too_small(event):
            self._refuse()
            return h11.NEED_DATA
        return event


class BoundedConnection(H11Protocol):
    """A connection that is closed without a timely request, or if its address has too many.

    It is also closed if a body trickles in, or if the client does not read the response. Trusted
    proxies and this computer may open any number.
    """

    _open: ClassVar[Counter[str]] = Counter()  # by address; touched only on the event loop

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.conn = _RequestReader(self._hang_up, LONGEST_HEADER)
        self._late: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._key: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()
        host = self.client[0] if self.client else None
        if host is None or is_local(host) or host in _TrustedHosts(self.config.forwarded_allow_ips):
            return
        self._key = client_key(host)
        self._open[self._key] += 1
        if self._open[self._key] > AT_ONCE:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_no_more()
        self._is_read()
        if self._key is not None:
            self._open[self._key] -= 1
            if not self._open[self._key]:
                del self._open[self._key]
            self._key = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._expect()
            return
        self._expect_no_more()
        if self.cycle.more_body:
            self._expect(SILENCE)

    def _expect(self, seconds: float | None = None) -> None:
        """Arm the time-out of the next input; a partial header does not extend it."""
        if self._late is None:
            wait = HEADERS_WITHIN if seconds is None else seconds
            self._late = self.loop.call_later(wait, self._is_late)

    def _is_late(self) -> None:
        self._late = None
        if self.flow.read_paused:  # paused by us
            self._expect(SILENCE)
        else:
            self._hang_up()

    def _expect_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def pause_writing(self) -> None:
        """The write buffer is full: the client must read within `READ_WITHIN`."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(READ_WITHIN, self._hang_up)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._is_read()

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _hang_up(self) -> None:
        self.transport.abort()


@cache
def bound_connections() -> None:
    """Make the web server use `BoundedConnection` and raise the limit of file descriptors."""
    from gradio import http_server

    class BoundedServer(http_server.Server):
        def __init__(self, config: Any, *given: Any, **named: Any) -> None:
            config.http = BoundedConnection
            super().__init__(config, *given, **named)

    http_server.Server = BoundedServer  # type: ignore[misc]
    _raise_file_limit()


def _raise_file_limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
