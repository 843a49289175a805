"""What a backend on another server is, and how it fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

from app.backends.schema import Json

if TYPE_CHECKING:
    pass

CONNECT, SILENCE = 3.0, 120.0  # seconds without a connection, and without a word


class Gone(Exception):
    """A server could not be reached, or fell silent; another may still answer."""


class RemoteError(ConnectionError):
    """No server answered in time; the message is one line for the user."""


class Backend(Protocol):
    """Where requests go. Raises `Gone` when a server did not answer, ValueError for its refusal."""

    def ask(self, what: str, body: Json) -> Any:
        """The answer of `app.backends.http_server.Replica.answer`."""

    def draw(self, body: Json) -> Iterator[Json]:
        """The messages of `app.backends.http_server.Replica.draw`."""

    @property
    def at_once(self) -> int:
        """How many requests are worth having under way together."""
