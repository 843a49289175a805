"""Connection limits: seconds until a request is there or an answer read, pieces of a body, number.

Before a request is there, no middleware sees who keeps a connection open, and a process may have
only so many files. Nor does one see how a body comes: each chunk costs its reader the same, be it
of one byte.
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

HEADERS_WITHIN = 20.0  # seconds from the first byte on, or from the connection
SILENCE = 60.0  # seconds between two pieces of a body
READ_WITHIN = 60.0  # seconds for what is on its way to who asked, some 64 KB
LONGEST_HEADER = 16_384  # bytes
PIECE = 512  # bytes that the pieces of a body have on average, beside the first `SMALL`
SMALL = 256
AT_ONCE = 256  # connections of an address: a browser has six
FILES = 65_536  # that the process may have open, where the system lets it


class _Pieces:
    """Counts the pieces in which the body of a request comes."""

    def __init__(self) -> None:
        self._pieces, self._bytes = 0, 0

    def are_too_small(self, event: object) -> bool:
        """Whether the body has come in too many pieces for its size, `event` among them."""
        if isinstance(event, h11.Request):
            self._pieces, self._bytes = 0, 0
        elif isinstance(event, h11.Data):
            self._pieces += 1
            self._bytes += len(event.data)
        return self._pieces > SMALL + self._bytes // PIECE


class _RequestReader(h11.Connection):
    """Reads requests until a body comes in too small pieces; then `refuse` is called."""

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
    """A connection that is closed when no request comes, or its address has too many.

    It is too when a body comes byte by byte, and when who asked does not read the answer. Proxies
    that are trusted may have any number, and so may this computer.
    """

    _open: ClassVar[Counter[str]] = Counter()  # by address; used by the server's event loop alone

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
        """More has to be there soon; of a header all, so that more of it gives it no more time."""
        if self._late is None:
            wait = HEADERS_WITHIN if seconds is None else seconds
            self._late = self.loop.call_later(wait, self._is_late)

    def _is_late(self) -> None:
        self._late = None
        if self.flow.read_paused:  # by ourselves
            self._expect(SILENCE)
        else:
            self._hang_up()

    def _expect_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def pause_writing(self) -> None:
        """So much of an answer waits to be read that no more is written."""
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
    """Have the web framework's server use `BoundedConnection`, and as many files as it may."""
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
