"""Reverse proxies: who may say who is asking (X-Forwarded-For), and what comes through others.

The web server takes the last hop that is no trusted proxy, and the connection's address where it
comes from none. On this computer, unlike elsewhere, no address tells a proxy from a person: it is
told by its headers, and not trusted unless that is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from app.server.rate_limit import is_local

TRUSTED_VARIABLE = "FORWARDED_ALLOW_IPS"  # as uvicorn calls it
NOBODY, TUNNEL = "nobody", "127.0.0.1"
UNNAMED = "a proxy's visitors"  # the address of all who come through one that is not trusted
HEADERS = frozenset(
    (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"forwarded",
     b"via")
)  # fmt: skip


@contextmanager
def trusted_proxies(
    *, share: bool, environ: MutableMapping[str, str] = os.environ
) -> Iterator[None]:
    """A server that starts inside trusts the proxies that the environment names, else none.

    The tunnel of a public link, a program of our own, is trusted.
    """
    named = TRUSTED_VARIABLE in environ
    if not named:
        environ[TRUSTED_VARIABLE] = TUNNEL if share else NOBODY
    try:
        yield
    finally:
        if not named:
            del environ[TRUSTED_VARIABLE]


def name_visitor(scope: MutableMapping[str, Any]) -> str:
    """The address of who asks, put right in `scope`: nobody behind a proxy is this computer."""
    address: str = (scope.get("client") or ("",))[0]
    if is_local(address) and any(name.lower() in HEADERS for name, _ in scope["headers"]):
        address = UNNAMED
        scope["client"] = (address, 0)
    return address
