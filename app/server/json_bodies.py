"""Checks of JSON bodies: bounded before parsing, UTF-8 only, no URLs in place of files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

MOST_VALUES = 5_000  # of a body; the page's own have dozens
ADDRESS = re.compile(r"\s*[a-z][a-z0-9+.-]+://|\s*\\\\|\s*//", re.IGNORECASE)
SHORT = ("session_hash", "event_id", "fn_name", "api_name")  # ids that the server keys its state by
LONGEST_NAME = 100  # characters of such an id
NOT_FETCHED = "files are sent, not fetched: upload the file instead of its address"
UNREADABLE = "that is not readable JSON in UTF-8"


def parsed(body: bytes) -> object:
    """Parse a JSON body, None for an empty one. Raises ValueError in one line.

    Values are counted before parsing: ten million tiny lists would stall the server. Encodings
    other than UTF-8 are refused, because the next parser might accept them.
    """
    if not body.strip():
        return None
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise ValueError(f"that is too much: at most {MOST_VALUES:,} values can be sent")
    try:
        content: object = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(UNREADABLE) from error
    if names_addresses(content):
        raise ValueError(NOT_FETCHED)
    if odd := next((name for name in SHORT if _is_odd(content, name)), None):
        raise ValueError(f"{odd} must be 1 to {LONGEST_NAME} characters")
    return content


def _is_odd(content: object, name: str) -> bool:
    value = content.get(name) if isinstance(content, dict) else None
    return value is not None and not 1 <= len(str(value)) <= LONGEST_NAME


def names_addresses(content: object) -> bool:
    """Whether a file in a JSON value would have to be fetched from a URL."""
    return any(ADDRESS.match(path) for path in _paths(content))


def _paths(content: object) -> Iterator[str]:
    """The `path` of every file-like object in a JSON value."""
    todo = [content]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            path = value.get("path")
            if isinstance(path, str):
                yield path
            todo.extend(value.values())
        elif isinstance(value, list):
            todo.extend(value)
