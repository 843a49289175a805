"""Command lines: one-line errors and exit statuses."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn

BAD_INPUT = 2  # exit status where the input is at fault
STOPPED = 130  # exit status after Ctrl-C
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_TURNS = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


class OneLineParser(argparse.ArgumentParser):
    """An argument parser with one-line errors, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {printable(message)}\n")


def printable(text: str) -> str:
    """`text` with control and bidirectional characters escaped."""
    return text.translate(_ESCAPES | _TURNS)


def one_line(error: BaseException) -> str:
    """The message of `error` on one line, or its type's name."""
    return printable(" ".join(str(error).split())) or type(error).__name__


def first_line(error: BaseException) -> str:
    """The first line of the message of `error`, or its type's name."""
    return printable((str(error).strip() or type(error).__name__).splitlines()[0])


NO_ROOM = ("can't allocate memory", "not enough memory")  # torch's messages for a CPU


def out_of_memory(error: BaseException) -> bool:
    """Whether `error` is an out-of-memory error of a CPU or GPU."""
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"  # torch's, of a GPU
        or (isinstance(error, RuntimeError) and any(words in str(error) for words in NO_ROOM))
    )


def status_of(work: Callable[[], int | None], program: str, *, stopped: str = "") -> int:
    """Run a program; returns its exit status, with one line on stderr for bad input.

    `stopped` is printed after Ctrl-C.
    """
    try:
        return work() or 0
    except (ValueError, OSError) as error:
        print(f"{program}: {one_line(error)}", file=sys.stderr, flush=True)
        return BAD_INPUT
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        print(f"{program}: too little memory for this: {one_line(error)}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        if stopped:
            print(stopped, file=sys.stderr, flush=True)
        return STOPPED
