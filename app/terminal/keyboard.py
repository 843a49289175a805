"""Keyboard input: single key presses without Enter, whole lines from anything else."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import Protocol, TextIO

ENTER, ESCAPE, END = "\n", "\x1b", ""


class Keys(Protocol):
    """A source of key presses."""

    is_terminal: bool

    def read(self, timeout: float | None = None) -> str | None:
        """The next key as one lower-case character; None after `timeout` seconds without one.

        `ENTER` and `ESCAPE` are named; `END` is the end of input.
        """


@contextlib.contextmanager
def open_keys(stream: TextIO | None = None) -> Iterator[Keys]:
    """Keys from `stream` (standard input); a terminal's mode is restored at the end."""
    stream = sys.stdin if stream is None else stream
    if not stream.isatty():
        yield LineKeys(stream)
    elif sys.platform == "win32":
        yield _WindowsKeys()
    else:
        import termios
        import tty

        number = stream.fileno()
        before = termios.tcgetattr(number)
        tty.setcbreak(number)
        try:
            yield _TerminalKeys(number)
        finally:
            termios.tcsetattr(number, termios.TCSADRAIN, before)


class LineKeys:
    """Each line counts as its first character, an empty line as Enter: for pipes and tests."""

    is_terminal = False

    def __init__(self, stream: TextIO):
        self._stream = stream

    def read(self, timeout: float | None = None) -> str | None:
        if timeout is not None and not self._is_ready(timeout):
            return None
        line = self._stream.readline()
        if not line:
            return END
        return line.strip().lower()[:1] or ENTER

    def _is_ready(self, timeout: float) -> bool:
        """Whether a line can be read without blocking; streams without select block."""
        try:
            return bool(select.select([self._stream], [], [], timeout)[0])
        except (OSError, ValueError, TypeError):  # no descriptor that select supports
            return False


class _TerminalKeys:
    """Keys of a POSIX terminal in cbreak mode, without arrow and function keys."""

    is_terminal = True

    def __init__(self, number: int):
        self._number = number
        self._waiting: deque[str] = deque()

    def read(self, timeout: float | None = None) -> str | None:
        until = None if timeout is None else time.monotonic() + timeout
        while not self._waiting:
            rest = None if until is None else max(0.0, until - time.monotonic())
            if not select.select([self._number], [], [], rest)[0]:
                return None
            data = os.read(self._number, 64)
            if not data or data == b"\x04":  # closed, or Ctrl-D
                return END
            self._waiting.extend(_pressed(data.decode("utf-8", "replace")))
        return self._waiting.popleft()


def _pressed(text: str) -> str:
    """The keys in one read of a terminal; escape sequences are dropped."""
    if text.startswith(ESCAPE) and len(text) > 1:
        return ""
    return text.replace("\r", ENTER).lower()


class _WindowsKeys:
    is_terminal = True

    def read(self, timeout: float | None = None) -> str | None:
        import msvcrt

        until = None if timeout is None else time.monotonic() + timeout
        while not msvcrt.kbhit():  # type: ignore[attr-defined]
            if until is not None and time.monotonic() >= until:
                return None
            time.sleep(0.02)
        key = str(msvcrt.getwch())  # type: ignore[attr-defined]
        if key in "\0\xe0":  # an arrow or function key: its second half is dropped
            msvcrt.getwch()  # type: ignore[attr-defined]
            return None if timeout is not None else self.read()
        if key == "\x03":
            raise KeyboardInterrupt
        return END if key == "\x04" else key.replace("\r", ENTER).lower()
