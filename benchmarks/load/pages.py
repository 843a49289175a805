"""A page in a process of its own for a benchmark, and its memory."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections.abc import Iterator

import psutil

from benchmarks.common import ROOT

STOPPING = 300.0  # seconds after which a server that was asked to stop is killed
TIMEOUT = 900.0  # seconds one picture may take on a machine that does other work


def free_port() -> int:
    """A port of this computer that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def started_app(*words: str) -> Iterator[tuple[str, int]]:
    """`python app.py` on a free port, once its page answers: its address and process id."""
    port = free_port()
    command = [sys.executable, str(ROOT / "app.py"), "--port", str(port), *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                break
        else:
            raise RuntimeError("the app did not start")
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def memory(pid: int) -> int:
    """Resident bytes of the process and its children."""
    process = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
