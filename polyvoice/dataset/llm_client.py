"""Client of a chat endpoint with OpenAI's protocol, for lists of JSON objects."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from polyvoice.dataset.texts import TextsError

OPENAI = "https://api.openai.com/v1"
KEY_VARIABLE = "OPENAI_API_KEY"
LONGEST_WAIT = 60.0  # seconds, upper bound of a server's retry time


class TryAgain(Exception):
    """A failure worth retrying; `wait`: seconds requested by the server."""

    def __init__(self, reason: str, wait: float | None = None):
        super().__init__(reason)
        self.wait = wait


class UnreachableError(TryAgain):
    """The endpoint is unreachable: no internet, no such host, or connection refused."""


def read_key(base_url: str, given: str | None = None) -> str:
    """The API key: `given`, or the environment's OPENAI_API_KEY; empty if not needed.

    Raises:
        TextsError: OpenAI's own address without a key, or a key no header can carry.
    """
    key = (given if given is not None else os.environ.get(KEY_VARIABLE, "")).strip()
    if not key and base_url.rstrip("/") == OPENAI:
        raise TextsError(f"set {KEY_VARIABLE}, or name another endpoint with --base-url")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise TextsError(f"{KEY_VARIABLE} holds characters that no key has")
    return key


@dataclass(frozen=True)
class Endpoint:
    """A chat endpoint with OpenAI's protocol."""

    base_url: str
    model: str
    key: str = field(repr=False)
    timeout: float = 120.0

    def ask(self, system: str, prompt: str, schema: dict[str, Any]) -> list[Any]:
        """The items of one answer, under "texts" in the JSON that `schema` describes.

        Raises:
            TextsError: permanent failures: address, key, model, quota.
            UnreachableError: no connection.
            TryAgain: anything else.
        """
        import httpx

        body = {
            "model": self.model,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": prompt},
            ],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "texts", "strict": True, "schema": schema},
            },
        }
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        address = f"{self.base_url.rstrip('/')}/chat/completions"
        try:
            reply = httpx.post(address, json=body, headers=headers, timeout=self.timeout)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise TextsError(f"{self.base_url!r} is not the address of an endpoint") from None
        except httpx.ConnectError as error:
            raise UnreachableError(
                self._say(f"cannot reach {self.base_url}: {str(error) or 'no connection'}")
            ) from None
        except httpx.HTTPError as error:
            raise TryAgain(self._say(str(error) or type(error).__name__)) from None
        if reply.status_code != 200:
            self._refuse(reply)
        return _read_answer(reply.text)

    def _refuse(self, reply: Any) -> None:
        code, said = _server_error(reply.text)
        line = self._say(f"status {reply.status_code}" + (f", {said}" if said else ""))
        passing = reply.status_code in (408, 409, 425, 429) or reply.status_code >= 500
        if not passing or code == "insufficient_quota":
            raise TextsError(f"the endpoint refuses: {line}")
        raise TryAgain(line, _retry_after(reply.headers.get("retry-after", "")))

    def _say(self, message: str) -> str:
        """`message` on one line, truncated, without the key."""
        line = " ".join(message.split())
        if self.key:
            line = line.replace(self.key, "(key)")
        return line if len(line) <= 200 else line[:199] + "…"


def _server_error(body: str) -> tuple[str, str]:
    """Code and message of an error answer; empty where it has none."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return "", ""
    if isinstance(error, str):
        return "", error
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or error.get("type") or ""), str(error.get("message") or "")


def _retry_after(header: str) -> float | None:
    """Seconds of a Retry-After header, a number or a date (RFC 9110), or None."""
    try:
        wait = float(header)
    except ValueError:
        try:
            until = parsedate_to_datetime(header)
        except ValueError:
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=timezone.utc)
        wait = max(0.0, (until - datetime.now(timezone.utc)).total_seconds())
    return min(wait, LONGEST_WAIT) if wait >= 0 else None


def _unfenced(text: str) -> str:
    """The contents of a fenced Markdown block, else `text`."""
    fenced = re.search(r"```[a-zA-Z]*\s*\n(.*?)\n\s*```", text, re.DOTALL)
    return fenced.group(1) if fenced else text


def _read_answer(body: str) -> list[Any]:
    try:
        choice = json.loads(body)["choices"][0]
        message = choice["message"]
        if message.get("refusal"):
            raise TryAgain("the model refused")
        if choice.get("finish_reason") == "length":
            raise TryAgain("the answer was cut off; ask for fewer texts at a time")
        items = json.loads(_unfenced(message["content"]))["texts"]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError, AttributeError):
        raise TryAgain("the answer is not the JSON asked for") from None
    if not isinstance(items, list):
        raise TryAgain("the answer is not the JSON asked for")
    return items
