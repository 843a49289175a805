"""ASGI middleware: which answers of the API there are to fetch, so that no fetch waits for ever."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from contextlib import suppress
from typing import Any

from app.server.middleware import Message, Receive, Scope, Send, refusal

STARTED = re.compile(r"(?:/gradio_api)?/call/(?:v2/)?[^/]+/?$")
FETCHED = re.compile(r"(?:/gradio_api)?/call/(?:v2/)?[^/]+/([^/]+)/?$")
KEPT = 10_000  # ids of answers that nobody has fetched yet
LINE = "there is no such answer: each can be fetched once, by the event_id of its request"


class EventIds:
    """Lets each answer of `/call/NAME` be fetched once; any other id is a 404 in one line."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._open: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, method = scope.get("path", ""), scope.get("method", "")
        if method == "POST" and STARTED.match(path):
            send = self._listening(send)
        elif method == "GET" and (fetched := FETCHED.match(path)):
            if fetched[1] not in self._open:
                await _refuse(send)
                return
            del self._open[fetched[1]]
        await self.app(scope, receive, send)

    def _listening(self, send: Send) -> Send:
        """`send`, which takes note of the id that the answer names."""
        body = b""

        async def noted(message: Message) -> None:
            nonlocal body
            if message["type"] == "http.response.body":
                body += message.get("body", b"")
                if not message.get("more_body"):
                    with suppress(ValueError, KeyError, TypeError):
                        self._open[str(json.loads(body)["event_id"])] = None
                    while len(self._open) > KEPT:
                        self._open.popitem(last=False)
            await send(message)

        return noted


async def _refuse(send: Send) -> None:
    content, headers = refusal(LINE)
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": content})
