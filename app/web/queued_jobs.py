"""Queued requests of the page: each waits for its turn, yields numbered views, may be cancelled.

It does so when the visitor asks for something else, stops it or leaves. Knows no web framework:
`visitor_of` and `address_of` take anything with a `session_hash` and a `client`.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

from app.imaging.settings import SettingsError
from app.server.job_queue import BusyError, FairQueue
from app.server.uploads import Uploads
from app.web import markup
from app.web.controller import PageController
from app.web.forms import Form, PageRequest, number_of
from app.web.sessions import Job
from app.web.stage_drawing import View, Views, failed, stopped


def visitor_of(request: Any) -> str:
    """A page's session; who has none, as an MCP client, is known by the address."""
    return getattr(request, "session_hash", None) or address_of(request) or "nobody"


def address_of(request: Any) -> str | None:
    """The client's address, as the server or the proxy it trusts saw it."""
    return getattr(getattr(request, "client", None), "host", None)


class Turns:
    """Answers the page's requests, one after another in `line`; the newest of a visitor counts."""

    def __init__(self, conversation: PageController, line: FairQueue, uploads: Uploads) -> None:
        self.conversation, self.line, self.uploads = conversation, line, uploads

    def answer(self, said: object, form: Form, visitor: str, address: str | None = None) -> Views:
        """Views of the request `said` by the page's script; nothing is raised.

        Each carries its `request`'s number and everything shown of it so far, so that the page may
        miss one. A request that a newer one has overtaken says nothing any more. What was uploaded
        with a request is deleted at its end, whichever that is.
        """
        try:
            asked = PageRequest.read(said)
        except SettingsError as error:
            if number := number_of(said):
                words = self.conversation.sessions.words(visitor)
                yield {"request": number} | failed(error, words)
            return
        with self.uploads.taken(asked.upload) as upload:
            job = self.conversation.sessions.begin(visitor, asked.number)
            if job is None:
                return
            shown: View = {"request": job.number, "busy": True}
            with closing(self._in_line(job, asked, replace(form, upload=upload), address)) as views:
                for view in views:
                    if not job.is_newest:
                        return
                    shown |= view
                    yield dict(shown)

    def _in_line(self, job: Job, asked: PageRequest, form: Form, address: str | None) -> Views:
        words = job.words
        try:
            place = self.line.join(job.visitor, address)
        except BusyError as error:
            yield failed(error, words)
            return
        with place:
            for wait in place.until_turn():
                if not job.is_current:
                    break
                yield {"status": markup.waiting(wait, words)}
            if not job.is_current:
                yield stopped(words)
                return
            yield from self.conversation.answer(job, asked, form)
