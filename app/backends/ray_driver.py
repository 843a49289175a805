"""Ray's driver in a subprocess, because Ray kills a driver whose cluster has died.

    python -m app.backends.ray_driver APP

It joins the cluster and forwards the page's requests, one JSON object a line over stdin and stdout.
A request is {"id", "what", "body"}, a cancellation {"id", "stop"}; the answer is any number of
{"id", "message"}, then {"id", "end"} or "gone" or "refused". The driver speaks first, with the
answer to request 0.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import IO, Any

from app.backends.protocol import SILENCE, Backend, Gone
from app.backends.schema import Json
from maskgil.utils.command_line import first_line

SCHEME = "ray://"
ANSWERED_AT_ONCE = 64  # requests forwarded in parallel
STARTING = 60.0  # seconds a driver may take to join the cluster
AT_MOST = 2.0  # seconds that a request waits for the cluster to be rejoined
PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between attempts to join, doubled each time
AWAY = "Ray is gone; it is looked for again"

logger = logging.getLogger(__name__)
Messages = Generator[Any, None, None]


def app_of(url: str) -> str:
    """The app's name in ray://APP. Raises ValueError."""
    name = url.removeprefix(SCHEME).strip("/")
    if not url.startswith(SCHEME) or not name or "/" in name or ":" in name:
        raise ValueError(f"a Ray backend is ray://APP, as in ray://speech-to-image, not {url!r}")
    return name


# In the driver.


def answer_all(backend: Backend, lines: Iterable[str], send: Callable[[Json], None]) -> None:
    """Forward the requests in `lines` to `backend` until the input ends."""
    stops: dict[int, threading.Event] = {}

    def answer(request: Json) -> None:
        try:
            _answer(backend, request, stops[request["id"]], send)
        finally:
            del stops[request["id"]]

    with ThreadPoolExecutor(ANSWERED_AT_ONCE) as pool:
        for line in lines:
            request = json.loads(line)
            if "stop" not in request:
                stops[request["id"]] = threading.Event()
                pool.submit(answer, request)
            elif stop := stops.get(request["id"]):
                stop.set()


def _answer(
    backend: Backend, request: Json, stop: threading.Event, send: Callable[[Json], None]
) -> None:
    number, what, body = request["id"], request["what"], request["body"]
    end: Json = {"id": number, "end": True}
    try:
        if what == "draw":
            with closing(backend.draw(body)) as messages:  # type: ignore[type-var]
                for message in messages:
                    if stop.is_set():
                        return
                    send({"id": number, "message": message})
        else:
            send({"id": number, "message": backend.ask(what, body)})
    except ValueError as error:
        end = {"id": number, "refused": str(error)}
    except Exception as error:  # Ray has many kinds
        end = {"id": number, "gone": first_line(error)}
    send(end)


def main() -> None:
    """Serve until stdin closes, that is, until the page has ended."""
    from app.backends.ray_serve import RayApp

    said = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # Ray's own output goes to stderr
    lock = threading.Lock()

    def send(message: Json) -> None:
        with lock, suppress(BrokenPipeError):
            said.write(json.dumps(message) + "\n")
            said.flush()

    try:
        app = RayApp(sys.argv[1])
        send({"id": 0, "message": {"at_once": app.at_once}})
        answer_all(app, sys.stdin, send)
    except ValueError as error:
        send({"id": 0, "refused": str(error)})
    os._exit(0)  # threads may wait for a cluster that is gone


# In the page.


class Link:
    """Multiplexes requests to a driver and its answers by request number. Thread-safe."""

    def __init__(self, asking: IO[str], answers: IO[str], close: Callable[[], None]) -> None:
        self._asking, self.close = asking, close
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, SimpleQueue[Json]] = {0: SimpleQueue()}
        self.ended = False
        self._heard_at = monotonic()
        hello = self._waiting[0]
        threading.Thread(target=self._listen, args=(answers,), daemon=True).start()
        try:
            self.at_once: int = self._heard(hello, STARTING)["message"]["at_once"]
        except (Gone, ValueError):
            close()
            raise

    def messages(self, what: str, body: Json) -> Messages:
        """The answers to one request. Raises Gone, or ValueError for a refusal."""
        found: SimpleQueue[Json] = SimpleQueue()
        with self._lock:
            if self.ended:
                raise Gone(AWAY)
            number = next(self._numbers)
            self._waiting[number] = found
        end = False
        try:
            self._send({"id": number, "what": what, "body": body})
            while True:
                answer = self._heard(found, SILENCE)
                if end := "end" in answer:
                    return
                yield answer["message"]
        except (Gone, ValueError):
            end = True
            raise
        finally:
            with self._lock:
                del self._waiting[number]
            if not end:
                with suppress(Gone):
                    self._send({"id": number, "stop": True})

    def _heard(self, found: SimpleQueue[Json], seconds: float) -> Json:
        try:
            answer = found.get(timeout=seconds)
        except Empty:
            if monotonic() - self._heard_at > seconds:  # nor any other answer
                self.close()
            raise Gone(f"no word for {seconds:g} s") from None
        if "gone" in answer:
            raise Gone(answer["gone"])
        if "refused" in answer:
            raise ValueError(answer["refused"])
        return answer

    def _send(self, message: Json) -> None:
        try:
            with self._lock:
                self._asking.write(json.dumps(message) + "\n")
                self._asking.flush()
        except (OSError, ValueError) as error:  # closed
            raise Gone(AWAY) from error

    def _listen(self, answers: IO[str]) -> None:
        with suppress(OSError, ValueError):  # closed, or a truncated line
            for line in answers:
                message = json.loads(line)
                self._heard_at = monotonic()
                with self._lock:
                    if waiting := self._waiting.get(message["id"]):
                        waiting.put(message)
        with self._lock:
            self.ended = True
            for each in self._waiting.values():
                each.put({"gone": AWAY})


def start_driver(name: str) -> Link:
    """Start a driver that joins the cluster. Raises Gone, or ValueError without cluster or app."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, name],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where Ray reports its death at length
        encoding="utf-8",
        start_new_session=True,  # Ctrl-C goes to the page, which then closes stdin
    )
    assert process.stdin is not None and process.stdout is not None

    def close() -> None:
        process.kill()
        process.wait()

    return Link(process.stdin, process.stdout, close)


class RayBackend:
    """A `Backend` (see `app.backends.protocol`) that outlives its Ray cluster.

    Once that has died, requests trigger a reconnection thread with exponential back-off; each
    request waits up to `AT_MOST` seconds and then fails with `Gone`.
    """

    def __init__(self, url: str, start: Callable[[str], Link] = start_driver) -> None:
        self._name, self._start = app_of(url), start
        self._starting = threading.Lock()
        self._joining = threading.Thread()
        self._pause, self._next_try = PAUSE, 0.0
        try:
            self._link = start(self._name)
        except Gone as error:
            raise ValueError(f"the Ray cluster does not answer: {error}") from error

    @property
    def at_once(self) -> int:
        return self._link.at_once

    def ask(self, what: str, body: Json) -> Any:
        with closing(self._joined().messages(what, body)) as messages:
            for message in messages:
                return message
        raise Gone("no answer")

    def draw(self, body: Json) -> Messages:
        yield from self._joined().messages("draw", body)

    def close(self) -> None:
        """Leave the cluster."""
        self._link.close()

    def _joined(self) -> Link:
        """The driver, restarted if it has ended. Raises Gone."""
        if not self._link.ended:
            return self._link
        with self._starting:
            if self._link.ended and not self._joining.is_alive():
                if monotonic() < self._next_try:
                    raise Gone(AWAY)
                self._joining = threading.Thread(target=self._join_again, daemon=True)
                self._joining.start()
        self._joining.join(AT_MOST)
        if self._link.ended:
            raise Gone(AWAY)
        return self._link

    def _join_again(self) -> None:
        if not self._next_try:
            logger.warning("Ray is gone: what is asked meanwhile waits, or is drawn here")
        self._link.close()
        try:
            self._link = self._start(self._name)
        except (Gone, ValueError) as error:
            self._next_try = monotonic() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            logger.info("Ray is not back: %s", error)
            return
        self._pause, self._next_try = PAUSE, 0.0
        logger.warning("Ray is back")


if __name__ == "__main__":
    main()
