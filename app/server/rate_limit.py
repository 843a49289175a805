"""Rate limit: a token bucket for each client."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

KNOWN_CLIENTS = 10_000  # clients tracked, the most recent ones


class TokenBucket:
    """A token bucket for each client, by the `key` that `client_key` derives from its address."""

    def __init__(
        self, per_minute: float, burst: int, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self.per_second, self.burst = per_minute / 60, burst
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, updated at

    def take(self, key: str) -> float:
        """Take one token: 0.0, or the seconds until one is available."""
        if not self.per_second:
            return 0.0
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(key, (float(self.burst), now))
            tokens = min(self.burst, tokens + (now - then) * self.per_second)
            wait = 0.0 if tokens >= 1 else (1 - tokens) / self.per_second
            self._buckets[key] = (tokens if wait else tokens - 1, now)
            while len(self._buckets) > KNOWN_CLIENTS:
                self._buckets.popitem(last=False)
            return wait


def is_local(address: str | None) -> bool:
    """Whether `address` is this computer's own."""
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return address in ("localhost", "testclient")


def client_key(address: str) -> str:
    """The key of a client: its IPv4 address, or the /64 network of its IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
