"""Host and Origin checks, against DNS rebinding and CSRF.

A foreign page in the same browser can send requests here, but cannot forge the headers Host, Origin
and Sec-Fetch-Site, by which it is recognised.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
FOLLOWED = ("GET", "HEAD")  # methods of links from other sites
LEAVES = re.compile(r"/logout/?$")  # not to be triggered by such a link
ANY = "*"


class KnownNames:
    """Accepted values of Host, and foreign origins that may send requests.

    `host` is the address listened on, `names` are a proxy's names for it, `ANY` for all. Numeric
    addresses are always accepted, because DNS rebinding needs a name. `origins` look like
    https://example.org; pages of `names` are accepted as well, since a proxy may change the Host.
    """

    def __init__(
        self, host: str = "localhost", names: Iterable[str] = (), origins: Iterable[str] = ()
    ) -> None:
        self._own = {"localhost", _plain(host)}
        self._named = {_plain(name) for name in names}
        self.origins = tuple(origins)
        for origin in self.origins:
            if _netloc(origin) is None:
                raise ValueError(f"an origin is SCHEME://HOST[:PORT], not {origin!r}")

    def add(self, name: str) -> None:
        """Add a name that becomes known later, such as a public link's."""
        self._named.add(_plain(name))

    def add_computers(self) -> None:
        """Add the names of this computer in its local network."""
        name = _plain(socket.gethostname())
        self._own |= {name, f"{name}.local", _plain(socket.getfqdn())}

    def answers_to(self, host: str) -> bool:
        """Whether the Host header `host` names this server."""
        split = _split(host)
        if split is None:
            return False
        name = split[0]
        return ANY in self._named or name in self._own | self._named or _is_address(name)

    def may_ask(self, method: str, path: str, headers: Mapping[str, str]) -> bool:
        """Whether a request comes from a page of this server, a program or direct navigation."""
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if site in ("same-origin", "none"):
            return True
        if origin is not None:
            return self._is_trusted(origin, headers.get("host", ""))
        if site is None:
            return True
        is_link = method in FOLLOWED and headers.get("sec-fetch-mode") == "navigate"
        return is_link and not LEAVES.search(path)

    def _is_trusted(self, origin: str, host: str) -> bool:
        asking = _netloc(origin)
        if asking is None:
            return False
        if any(asking == _netloc(trusted) for trusted in self.origins):
            return True
        if asking[1] in self._named and asking[2] == PORTS[asking[0]]:
            return True
        own = _split(host)
        return own is not None and asking[1:] == (own[0], own[1] or PORTS[asking[0]])


def _split(host: str) -> tuple[str, int | None] | None:
    """Name and port of a Host header, None if malformed."""
    try:
        parts = urlsplit(f"//{host}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not name or parts.netloc != host or "@" in host:
        return None
    return _plain(name), port


def _netloc(origin: str) -> tuple[str, str, int] | None:
    """Scheme, name and port of an origin, None if malformed."""
    scheme, _, rest = origin.strip().rstrip("/").partition("://")
    split = _split(rest)
    if scheme not in PORTS or split is None:
        return None
    return scheme, split[0], split[1] or PORTS[scheme]


def _plain(name: str) -> str:
    return name.strip().strip("[]").rstrip(".").lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True
