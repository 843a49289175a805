"""Request guard (ASGI middleware): Host, Origin, login, body limits, rates, closed routes, SSRF.

The web framework offers more routes than this app needs (fetching pictures from URLs, screen
recordings, a proxy); those are closed, and every refusal is one line.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.server import login
from app.server.json_bodies import parsed
from app.server.login import LOGIN
from app.server.origins import KnownNames
from app.server.proxies import name_visitor
from app.server.rate_limit import TokenBucket, client_key, is_local

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger(__name__)

KIB, MIB = 2**10, 2**20
CLOSED = re.compile(
    r".*[\x00-\x1f\x7f]"  # control characters, some of which crash the framework
    r"|/pwa_icon/(?!(192|512)/?$)"  # icons are rendered on demand in any size
    r"|/monitoring|/dev/|/openapi\.json$|/docs$|/redoc$|/custom_component/"
    r"|(/gradio_api)?/(proxy=|process_recording|vibe|undo-vibe|profiling|runs|run-history|deep_link"
    r"|openapi\.json|monitoring|dev/|custom_component/|file=\s*[a-z][a-z0-9+.-]*:/"
    r"|mcp/(sse|messages))",  # the old transport, whose responses outlive their requests
    re.IGNORECASE | re.DOTALL,
)
RANGE = re.compile(rb"bytes=(\d{1,12}-\d{0,12}|-\d{1,12})")
UPLOADS = re.compile(r"(/gradio_api)?/upload/?$")
LIVE = re.compile(r"(/gradio_api)?/component_server/?$")  # see app.web.live_preview
JOINED = re.compile(r"(/gradio_api)?/(queue/join|component_server)/?$")
STREAM = re.compile(r"(/gradio_api)?/queue/data/?$")
CALLS = re.compile(r"(/gradio_api)?/call/v2/")
CALLED = re.compile(r"(/gradio_api)?/(call|run|api)/")
TOOLS = re.compile(r"(/gradio_api)?/mcp(/|$)")
LONGEST_TARGET = 2_048  # bytes of a path and its query: the server stores session names found there
LINGER = 16 * MIB  # of a refused body still read, so that the sender receives the response
HEADERS = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
POLICY = (
    b"default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; object-src 'none'; "
    b"base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class RequestRules:
    """Limits: sizes in bytes, rates per minute and client; local clients have no rate.

    `names` None accepts every Host and Origin. `tools` is the size of an MCP tool call, which may
    hold a recording. `folder` receives uploads; with less than `free_disk` bytes left there, none
    are accepted. `framed`: other sites may embed the page in a frame and add to it, as the host of
    a Space does.
    """

    names: KnownNames | None = None
    upload: int = 26 * MIB
    body: int = 128 * KIB  # the longest prompt with every letter escaped
    tools: int = MIB
    requests: float = 1200.0
    live: int = 8 * MIB
    uploads: float = 40.0
    questions: float = 100.0  # calls of the live preview
    logins: float = 10.0
    connections: int = 100
    local_too: bool = False
    folder: Path | None = None
    free_disk: int = 512 * MIB
    framed: bool = False


def refusal(line: str) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The body and headers of a refusal."""
    content = json.dumps({"detail": line, "error": line}).encode()
    length = str(len(content)).encode()
    return content, [(b"content-type", b"application/json"), (b"content-length", length)]


class _Refused(Exception):
    def __init__(self, status: int, line: str, *, retry_after: float = 0.0) -> None:
        super().__init__(line)
        self.status, self.line, self.retry_after = status, line, retry_after


class RequestGuardMiddleware:
    """The middleware; one instance per server, used only on its event loop."""

    def __init__(self, app: Any, rules: RequestRules | None = None) -> None:
        self.app, self.rules = app, rules or RequestRules()
        rules = self.rules
        self._requests = TokenBucket(rules.requests, max(1, int(rules.requests / 3)))
        self._uploads = TokenBucket(rules.uploads, max(1, int(rules.uploads)))
        self._questions = TokenBucket(rules.questions, max(1, int(rules.questions)))
        self._logins = TokenBucket(rules.logins, max(1, int(rules.logins)))
        self._open: Counter[str] = Counter()
        policy = [] if rules.framed else [(b"content-security-policy", POLICY)]
        self._headers = HEADERS + policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        address = name_visitor(scope)
        key = client_key(address)
        limited = self.rules.local_too or not is_local(address)

        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                extra = [pair for pair in self._headers if pair[0] not in given]
                if message["status"] == 413 and b"connection" not in given:
                    extra.append((b"connection", b"close"))  # the rest of the body is not read
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        ended = False

        async def listen() -> Message:
            nonlocal ended
            message = await receive()
            ended = not message.get("more_body")  # end of body, or disconnected
            return message

        self._open[key] += 1
        try:
            if limited and self._open[key] > self.rules.connections:
                raise _Refused(429, "too many connections at once", retry_after=5)
            body = await self._admit(scope, listen, key, limited)
        except _Refused as refused:
            await self._answer(refused, send_with_headers)
            left = LINGER
            while left > 0 and not ended:
                left -= len((await listen()).get("body", b"")) or 1
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            try:
                await self.app(scope, body, send_with_headers)
            except Exception as error:
                if begun and not STREAM.match(scope["path"]):
                    raise
                if begun:  # unknown session, reported in the stream
                    await send({"type": "http.response.body", "body": b"", "more_body": False})
                    return
                await self._answer(_failure(scope["path"], error), send_with_headers)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._open[key] -= 1
            if not self._open[key]:
                del self._open[key]

    async def _admit(self, scope: Scope, receive: Receive, key: str, limited: bool) -> Receive:
        """Check a request and return the `receive` for the app; raises _Refused."""
        path, method = scope["path"], scope["method"]
        self._check_names(scope)
        if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > LONGEST_TARGET:
            raise _Refused(414, "that address is too long")
        if CLOSED.match(path):
            raise _Refused(404, "not offered here")
        if limited:
            self._spend(self._requests, key, "requests")
        _drop_odd_range(scope)
        if login.is_needed(scope):
            raise _Refused(401, login.NEEDED)
        if method in ("GET", "HEAD", "OPTIONS"):
            return receive
        if LOGIN.match(path):
            self._spend(self._logins, key, "tries to log in")
        is_upload, is_live = bool(UPLOADS.match(path)), bool(LIVE.match(path))
        limit = self._limit(path)
        announced = _content_length(scope)
        if announced is not None and announced > limit:
            raise _too_large(limit)
        if is_upload:
            if limited:
                self._spend(self._uploads, key, "uploads")
            self._check_disk()
            return _counted(receive, limit)
        if is_live and limited:
            self._spend(self._questions, key, "questions while speaking")
        body = await _read(receive, limit)
        if not LOGIN.match(path):  # a form; every other body is JSON
            try:
                scope["sent"] = await asyncio.to_thread(parsed, body)
            except ValueError as error:
                raise _Refused(400, str(error)) from error
        return _replay(body, receive)

    def _check_names(self, scope: Scope) -> None:
        if self.rules.names is None:
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in reversed(scope["headers"])
        }
        if not self.rules.names.answers_to(headers.get("host", "")):
            raise _Refused(421, "this server has another name; --allowed-host lets it have this")
        if not self.rules.names.may_ask(scope["method"], scope["path"], headers):
            raise _Refused(403, "pages of other sites may not ask here")

    def _limit(self, path: str) -> int:
        """The size limit of the route's body, in bytes."""
        limits = ((UPLOADS, self.rules.upload), (LIVE, self.rules.live), (TOOLS, self.rules.tools))
        return next((limit for route, limit in limits if route.match(path)), self.rules.body)

    def _spend(self, rate: TokenBucket, key: str, what: str) -> None:
        if wait := rate.take(key):
            raise _Refused(429, f"too many {what} from your address", retry_after=wait)

    def _check_disk(self) -> None:
        folder = self.rules.folder
        if folder is not None and folder.is_dir():
            free = shutil.disk_usage(folder).free
            if free < self.rules.free_disk:
                raise _Refused(507, "this server has no room for uploads at the moment")

    async def _answer(self, refused: _Refused, send: Send) -> None:
        """Send the refusal without ending the response yet."""
        content, headers = refusal(f"{refused.line[:1].upper()}{refused.line[1:]}.")
        headers.append((b"connection", b"close"))
        if refused.retry_after:
            headers.append((b"retry-after", str(int(refused.retry_after) + 1).encode()))
        await send({"type": "http.response.start", "status": refused.status, "headers": headers})
        await send({"type": "http.response.body", "body": content, "more_body": True})


def _failure(path: str, error: Exception) -> _Refused:
    """The refusal for an exception of the framework: a bad parameter, or an internal error."""
    if CALLS.match(path) and isinstance(error, TypeError):
        return _Refused(400, str(error).split(".")[0])
    if CALLED.match(path) and (isinstance(error, KeyError) or "API name" in str(error)):
        return _Refused(404, "there is no such endpoint; /draw and /speak are offered")
    if JOINED.match(path) and isinstance(error, KeyError):
        return _Refused(404, "this page has no such function")
    if isinstance(error, UnicodeEncodeError):  # raised while quoting the input
        return _Refused(400, "the request holds half a character, a lone surrogate")
    if "not JSON compliant" in str(error):  # likewise
        return _Refused(400, "the request holds NaN or Infinity where an object is expected")
    logger.error("a request to %s failed", path, exc_info=error)
    return _Refused(500, "something went wrong here; please try again")


def _drop_odd_range(scope: Scope) -> None:
    """Drop a Range header of several ranges, or of none: the whole file is a valid response."""
    if not RANGE.fullmatch(_header(scope, b"range") or b"bytes=0-"):
        scope["headers"] = [pair for pair in scope["headers"] if pair[0].lower() != b"range"]


def _header(scope: Scope, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key.lower() == name), b"")


def _content_length(scope: Scope) -> int | None:
    value = _header(scope, b"content-length")
    return int(value) if value.isdigit() else None


def _too_large(limit: int) -> _Refused:
    size = f"{limit // MIB} MB" if limit >= MIB else f"{limit // KIB} KB"
    return _Refused(413, f"that is too large: at most {size} can be sent")


async def _read(receive: Receive, limit: int) -> bytes:
    """Read the whole body, at most `limit` bytes."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _Refused(400, "the request ended early")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise _too_large(limit)
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns `body`, then whatever follows (the disconnection)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _counted(receive: Receive, limit: int) -> Receive:
    """A `receive` that fails above `limit` bytes, whereupon the upload parser deletes its file."""
    from starlette.formparsers import MultiPartException

    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            raise MultiPartException(f"Upload exceeded maximum allowed size of {limit // MIB} MB.")
        if message["type"] == "http.disconnect":
            raise MultiPartException("Upload ended early.")
        return message

    return counted
