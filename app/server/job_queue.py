"""Bounded fair job queue: admission control for many people and one model.

A job joins the line, hears its position and the seconds left, runs when its turn comes, and leaves.
A full line or a client over its rate is refused in one line of words.
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

LOOK_AGAIN = 0.5  # seconds between two looks at the line, so that a position shown is fresh
FIRST_GUESS = 1.0  # seconds a job is thought to take before one has been measured
MEMORY = 0.2  # share of the newest job in the average


class BusyError(ValueError):
    """Refused for now; the message is one line for the user and says when to come back."""


@dataclass(frozen=True)
class Limits:
    """`waiting` jobs may stand in line, `at_once` run; `per_minute` 0 is no rate.

    A client may ask for `burst` pictures in a row and `per_minute` in the long run, and have
    `per_client` jobs waiting. Clients on this computer have neither bound unless `local_too`.
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
    """Where a job stands: `position` 1 is next, of `waiting` in all; `seconds` until its turn."""

    position: int
    waiting: int
    seconds: float


class Ticket:
    """One job's place in the line; a context manager, so that it is always left."""

    def __init__(
        self, line: FairQueue, turn: int, arrival: int, visitor: str, client: str | None
    ) -> None:
        self.order = (turn, arrival)  # first jobs of all visitors before second ones
        self.visitor = visitor
        self.client = client  # None: not limited
        self.started: float | None = None
        self._line = line

    def __enter__(self) -> Ticket:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.leave(self)

    def until_turn(self) -> Iterator[QueueStatus]:
        """Where the job stands, at once and then twice a second, until its turn has come."""
        return self._line.until_turn(self)

    def step_back(self) -> None:
        """Let all who wait go first, when its turn has come too early."""
        self._line.step_back(self)


class FairQueue:
    """Jobs waiting for the model. Thread-safe."""

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
        """A place at the end of the line, first come first served by visitor.

        A visitor's second job stands behind the first ones of everybody else. Raises BusyError when
        the line is full or the client at `address` (None: not limited) asks too often.
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

        `check` is called while the job waits, and raises when nobody waits for it.
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
        """Give up the place, or the turn; leaving twice does nothing."""
        with self._changed:
            if place in self._running:
                self._running.remove(place)
                assert place.started is not None
                self._measure(self._clock() - place.started)
            elif place in self._waiting:
                self._waiting.remove(place)
            self._advance()

    def __len__(self) -> int:
        """How many are waiting, those not counted that run."""
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
        """Seconds until the turn of `position`, from what jobs took so far."""
        now = self._clock()
        spent = [now - p.started for p in self._running if p.started is not None]
        left = sum(max(0.0, self.usual_seconds - seconds) for seconds in spent)
        return (left + (position - 1) * self.usual_seconds) / self.limits.at_once
