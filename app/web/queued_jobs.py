"""Queued requests of the page: each waits for its turn, yields numbered views, can be cancelled.

A newer request, Stop and leaving cancel it. Knows no web framework: `visitor_of` and `address_of`
take anything with a `session_hash` and a `client`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import Any

from app.imaging.settings import SettingsError
from app.server.job_queue import FairQueue, QueueStatus, Ticket
from app.server.presence import Asker, LeftError
from app.server.uploads import Uploads
from app.web import markup
from app.web.controller import PageController
from app.web.forms import Form, PageRequest, number_of
from app.web.sessions import Job
from app.web.stage.drawing import Parts, View, Views, failed, stopped

GLANCE = 0.1  # seconds for which a turn waits for a listening client


def visitor_of(request: Any) -> str:
    """The visitor's id: a page's session or, without one (MCP clients), the address."""
    return getattr(request, "session_hash", None) or address_of(request) or "nobody"


def address_of(request: Any) -> str | None:
    """The client's address as seen by the server or its trusted proxy."""
    return getattr(getattr(request, "client", None), "host", None)


class Turns:
    """Answers the page's requests in the order of the `queue`; a visitor's newest one wins."""

    def __init__(self, controller: PageController, queue: FairQueue, uploads: Uploads) -> None:
        self.controller, self.queue, self.uploads = controller, queue, uploads

    def answer(
        self, said: object, form: Form, visitor: str, address: str | None = None,
        asker: Asker | None = None,
    ) -> Views:  # fmt: skip
        """The views of a request from the page's script; nothing is raised.

        Each view carries the request's number and is cumulative, so the page may miss some. A
        superseded request yields nothing more. Its uploads are deleted when it ends, however it
        ends. Without a listening client it neither works nor yields; views are kept until one
        listens.
        """
        asker = asker or Asker()
        try:
            asked = PageRequest.read(said)
        except SettingsError as error:
            if number := number_of(said):
                words = self.controller.sessions.get(visitor).words
                yield {"request": number} | failed(error, words)
            return
        with self.uploads.taken(asked.upload) as upload:
            job = self.controller.sessions.begin(visitor, asked.number)
            if job is None:
                return
            shown: View = {"request": job.number, "busy": True}
            try:
                form = replace(form, upload=upload)
                with closing(self._parts(job, asked, form, address, asker)) as all:
                    for view in chain.from_iterable(all):
                        if not job.is_newest:
                            return
                        shown |= view
                        yield dict(shown)
            except LeftError:
                return
            except Exception as error:
                if job.is_newest:
                    yield shown | failed(error, job.words)

    def _parts(
        self, job: Job, asked: PageRequest, form: Form, address: str | None, asker: Asker
    ) -> Parts:
        """The answer's views, once it is the request's turn."""
        with self.queue.join(job.visitor, address) as place:
            waits = self._waits(place, job, asker)
            yield ({"status": markup.waiting(wait, job.words)} for wait in waits)
            if not job.is_current:
                yield [stopped(job.words)]
                return
            yield from self.controller.answer(job, asked, form)

    def _waits(self, place: Ticket, job: Job, asker: Asker) -> Iterator[QueueStatus]:
        """Queue positions until it is the request's turn and a client listens."""
        while job.is_current:
            for wait in asker.while_waiting(place.until_turn()):
                if not job.is_current:
                    return
                yield wait
            if asker.listens(within=GLANCE):
                return
            place.step_back()
