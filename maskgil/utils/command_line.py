"""Command lines: errors in one line."""

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
    """Says what is wrong in one line, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {printable(message)}\n")


def printable(text: str) -> str:
    """`text` with escapes for what a terminal would obey, or write the other way round for."""
    return text.translate(_ESCAPES | _TURNS)


def one_line(error: BaseException) -> str:
    """The message of `error` as one line; its type's name when it has none."""
    return printable(" ".join(str(error).split())) or type(error).__name__


def first_line(error: BaseException) -> str:
    """Where the message of `error` begins; its type's name when it has none."""
    return printable((str(error).strip() or type(error).__name__).splitlines()[0])


NO_ROOM = ("can't allocate memory", "not enough memory")  # said by torch of a CPU's memory


def out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that there is too little memory, of a CPU or a GPU."""
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"  # torch's, of a GPU
        or (isinstance(error, RuntimeError) and any(words in str(error) for words in NO_ROOM))
    )


def status_of(work: Callable[[], int | None], program: str, *, stopped: str = "") -> int:
    """Run a program; its exit status, with one line on stderr where the input is at fault.

    `stopped` is said after Ctrl-C.
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
