"""Reverse proxies: whose X-Forwarded-For is trusted, and the address of others' visitors.

The web server uses the last hop that is no trusted proxy, else the connection's address. A proxy on
this computer has the same address as a local user; it is recognised by its headers, and not trusted
unless configured.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from app.server.rate_limit import is_local

TRUSTED_VARIABLE = "FORWARDED_ALLOW_IPS"  # uvicorn's name
NOBODY, TUNNEL = "nobody", "127.0.0.1"
UNNAMED = "a proxy's visitors"  # the address of all visitors of an untrusted local proxy
HEADERS = frozenset(
    (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"forwarded",
     b"via")
)  # fmt: skip


@contextmanager
def trusted_proxies(
    *, share: bool, environ: MutableMapping[str, str] = os.environ
) -> Iterator[None]:
    """A server started within trusts the proxies named in the environment, by default none.

    The tunnel of a public link, which we start ourselves, is trusted.
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
    """Correct the client's address in `scope`: visitors of a local proxy are not local."""
    address: str = (scope.get("client") or ("",))[0]
    if is_local(address) and any(name.lower() in HEADERS for name, _ in scope["headers"]):
        address = UNNAMED
        scope["client"] = (address, 0)
    return address
