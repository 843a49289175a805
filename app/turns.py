"""Jobs of the page that wait for their turn and show where they stand; Stop and leaving end it.

Knows no web framework: a request is anything with a `session_hash` and a `client`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from app import cards
from app.conversation import View, failure
from app.limits import BusyError, Line
from app.sessions import Sessions

Shown = TypeVar("Shown")


def visitor_of(request: Any) -> str:
    """A page's session; who has none, as an MCP client, is known by the address."""
    return getattr(request, "session_hash", None) or address_of(request) or "nobody"


def address_of(request: Any) -> str | None:
    """The client's address, as the server or the proxy it trusts saw it."""
    return getattr(getattr(request, "client", None), "host", None)


def in_line(
    job: Callable[..., Iterator[Shown]],
    line: Line,
    sessions: Sessions,
    show: Callable[[View], Shown],
) -> Callable[..., Iterator[Shown]]:
    """`job`, a listener that gets a request and yields changes, running when its turn comes."""

    @functools.wraps(job)
    def waiting(*arguments: Any) -> Iterator[Shown]:
        request = next(each for each in arguments if hasattr(each, "session_hash"))
        visitor = visitor_of(request)
        words = sessions.words(visitor)
        ticket = sessions.begin(visitor)
        try:
            place = line.join(visitor, address_of(request))
        except BusyError as error:
            yield show({"status": failure(error, words), "busy": False})
            return
        with place:
            for wait in place.until_turn():
                if not sessions.is_current(visitor, ticket):
                    yield show({"status": cards.status(words("status.stopped")), "busy": False})
                    return
                yield show({"status": cards.waiting(wait, words), "busy": True})
            yield from job(*arguments)

    return waiting
