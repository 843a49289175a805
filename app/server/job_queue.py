"""Bounded fair job queue: admission control for many visitors of one model.

Fairness is round-robin over visitors: everybody's first jobs precede anybody's second one. A job
joins, is told its position and waiting time, runs at its turn, and leaves. A full queue or a client
over its rate is refused with a one-line error.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from app.server.rate_limit import TokenBucket, client_key, is_local
from maskgil.utils.checks import at_least

LOOK_AGAIN = 0.5  # seconds between two updates of a position
FIRST_GUESS = 1.0  # seconds assumed for a job before one was measured
MEMORY = 0.2  # weight of the newest job in the moving average


class BusyError(ValueError):
    """Refused for now; the message is one line for the user and says when to come back."""


@dataclass(frozen=True)
class Limits:
    """Limits of the queue: `waiting` jobs queued, `at_once` running; `per_minute` 0 is no rate.

    A client may request `burst` pictures in a row, `per_minute` in the long run, and have
    `per_client` jobs waiting. Clients on this computer are exempt unless `local_too`.
    """

    waiting: int = 32
    per_client: int = 16
    at_once: int = 1
    per_minute: float = 120.0
    burst: int = 30
    local_too: bool = False

    def __post_init__(self) -> None:
        at_least(self, 1, "waiting", "per_client", "at_once", "burst")
        if not 0 <= self.per_minute < math.inf:
            raise ValueError(f"per_minute must be 0 or more, not {self.per_minute}")


@dataclass(frozen=True)
class QueueStatus:
    """A job's `position` (1 is next) among `waiting` jobs, and the `seconds` until its turn."""

    position: int
    waiting: int
    seconds: float


class Ticket:
    """One job's place in the queue, left at the end of its `with` block."""

    def __init__(
        self, queue: FairQueue, turn: int, arrival: int, visitor: str, client: str | None
    ) -> None:
        self.order = (turn, arrival)  # round-robin over visitors
        self.visitor = visitor
        self.client = client  # None: exempt from limits
        self.started: float | None = None
        self._queue = queue

    def __enter__(self) -> Ticket:
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.leave(self)

    def until_turn(self) -> Iterator[QueueStatus]:
        """Yields the job's position at once and then twice a second, until its turn."""
        return self._queue.until_turn(self)

    def step_back(self) -> None:
        """Go to the end of the queue although the turn has come."""
        self._queue.step_back(self)


class FairQueue:
    """The jobs waiting for the model. Thread-safe."""

    def __init__(
        self, limits: Limits | None = None, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self.limits = limits or Limits()
        self.rate = TokenBucket(self.limits.per_minute, self.limits.burst, clock=clock)
        self.usual_seconds = FIRST_GUESS
        self._measured = False
        self._clock = clock
        self._changed = threading.Condition()
        self._arrivals = 0
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []

    def join(self, visitor: str, address: str | None = None) -> Ticket:
        """Join the queue: first come, first served within a round of visitors.

        A visitor's second job is behind everybody's first. Raises BusyError if the queue is full or
        the client at `address` (None: exempt) exceeds its rate.
        """
        limited = self.limits.local_too or not is_local(address)
        client = client_key(address) if address and limited else None
        wait = self.rate.take(client) if client is not None else 0.0
        if wait:
            raise BusyError(
                f"that is more than {self.limits.per_minute:g} pictures a minute; "
                f"please wait {math.ceil(wait)} s"
            )
        with self._changed:
            if len(self._waiting) >= self.limits.waiting:
                seconds = self._seconds(len(self._waiting) + 1)
                raise BusyError(
                    f"{len(self._waiting)} others are waiting already; "
                    f"please try again in about {math.ceil(seconds)} s"
                )
            own = sum(client is not None and each.client == client for each in self._waiting)
            if own >= self.limits.per_client:
                raise BusyError(
                    f"{own} requests from your address are waiting already; "
                    "please ask again when one of them is done"
                )
            others = Counter(p.visitor for p in (*self._waiting, *self._running))
            self._arrivals += 1
            place = Ticket(self, others[visitor], self._arrivals, visitor, client)
            self._waiting.append(place)
            self._waiting.sort(key=lambda p: p.order)
            self._advance()
            return place

    @contextmanager
    def turn(
        self, visitor: str, address: str | None = None, check: Callable[[], None] = lambda: None
    ) -> Iterator[Ticket]:
        """Join, wait, and leave at the end of the block. Raises BusyError as `join` does.

        `check` is called while the job waits, and raises once the client has gone.
        """
        with self.join(visitor, address) as place:
            for _ in place.until_turn():
                check()
            check()
            yield place

    def until_turn(self, place: Ticket) -> Iterator[QueueStatus]:
        """See `Ticket.until_turn`."""
        while True:
            with self._changed:
                if place.started is not None:
                    return
                if place not in self._waiting:
                    raise RuntimeError("this place was left")
                position = self._waiting.index(place) + 1
                wait = QueueStatus(position, len(self._waiting), self._seconds(position))
            yield wait
            with self._changed:
                self._changed.wait_for(lambda: place.started is not None, LOOK_AGAIN)

    def step_back(self, place: Ticket) -> None:
        """See `Ticket.step_back`."""
        with self._changed:
            if place in self._running and self._waiting:
                self._running.remove(place)
                self._arrivals += 1
                last = max(each.order[0] for each in self._waiting)
                place.order, place.started = (last, self._arrivals), None
                self._waiting.append(place)
                self._advance()

    def leave(self, place: Ticket) -> None:
        """Leave the queue or end the turn; idempotent."""
        with self._changed:
            if place in self._running:
                self._running.remove(place)
                assert place.started is not None
                self._measure(self._clock() - place.started)
            elif place in self._waiting:
                self._waiting.remove(place)
            self._advance()

    def __len__(self) -> int:
        """The number of waiting jobs, without running ones."""
        with self._changed:
            return len(self._waiting)

    @property
    def running(self) -> int:
        with self._changed:
            return len(self._running)

    def _advance(self) -> None:
        while self._waiting and len(self._running) < self.limits.at_once:
            place = self._waiting.pop(0)
            place.started = self._clock()
            self._running.append(place)
        self._changed.notify_all()

    def _measure(self, seconds: float) -> None:
        share = MEMORY if self._measured else 1.0
        self.usual_seconds += share * (seconds - self.usual_seconds)
        self._measured = True

    def _seconds(self, position: int) -> float:
        """Estimated seconds until the turn of `position`, from past jobs."""
        now = self._clock()
        spent = [now - p.started for p in self._running if p.started is not None]
        left = sum(max(0.0, self.usual_seconds - seconds) for seconds in spent)
        return (left + (position - 1) * self.usual_seconds) / self.limits.at_once
