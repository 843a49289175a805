"""Connection limits: seconds until a request is there, and connections of one address.

Before a request is there, no middleware sees who keeps a connection open, and a process may have
only so many files.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import cache
from typing import Any, ClassVar

from uvicorn.middleware.proxy_headers import _TrustedHosts
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.server.rate_limit import client_key, is_local

HEADERS_WITHIN = 20.0  # seconds from the first byte on, or from the connection
AT_ONCE = 256  # connections of an address: a browser has six
FILES = 65_536  # that the process may have open, where the system lets it


class BoundedConnection(H11Protocol):
    """A connection that is closed when no request comes, or its address has too many.

    Proxies that are trusted may have any number, and so may this computer.
    """

    _open: ClassVar[Counter[str]] = Counter()  # by address; used by the server's event loop alone

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._late: asyncio.TimerHandle | None = None
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
        if self._key is not None:
            self._open[self._key] -= 1
            if not self._open[self._key]:
                del self._open[self._key]
            self._key = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._expect_no_more()
        else:
            self._expect()

    def _expect(self) -> None:
        """A request has to be there soon; more of its header gives it no more time."""
        if self._late is None:
            self._late = self.loop.call_later(HEADERS_WITHIN, self.transport.abort)

    def _expect_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


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
