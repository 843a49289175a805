"""Threads: how many, how they wait, their heap; every program says so before torch is loaded."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from maskgil.utils import threads
from maskgil.utils.threads import HEAPS, SPINS, WAITING, num_cores, num_threads, settle_threads

ROOT = Path(__file__).parents[2]
COMMANDS = [
    ["app.py", "--port", "7999"],
    ["-m", "app", "--text", "a red apple", "-o", "apple.png"],
    ["-m", "maskgil", "sample", "a red apple"],
    ["-m", "maskgil", "train", "configs/nano-scenes.yaml", "--dry-run"],
    ["-m", "polyvoice.evaluate", "--lang", "fr", "--limit", "1"],
    ["-m", "polyvoice.clip_nano", "evaluate"],
    ["-m", "benchmarks.speak"],
    ["-m", "benchmarks.decode"],
    ["-m", "benchmarks.everyday"],
]
# Ends the program where it first asks for a library with threads, saying how they would wait.
WATCH = """
import os, runpy, sys
class Watch:
    def find_spec(self, name, *_):
        if name in ("torch", "ctranslate2"):
            names = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
            told = " ".join(str(os.environ.get(name)) for name in names)
            os.write(1, f"<{told}>".encode())  # at once: a page that is up tells its address
            os._exit(0)
sys.meta_path.insert(0, Watch())
if sys.argv[1] == "-m":
    sys.argv[:2] = []
    sys.orig_argv = sys.argv
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
else:
    sys.argv[:1] = []
    runpy.run_path(sys.argv[0], run_name="__main__")
"""

# Prints how many heaps threads have that take memory at once, as glibc's allocator tells of them.
ALLOCATE = """
import ctypes, tempfile, threading
from maskgil.utils.threads import settle_threads
settle_threads()
libc, together = ctypes.CDLL(None), threading.Barrier(4)
libc.fopen.restype, libc.malloc.restype = ctypes.c_void_p, ctypes.c_void_p
def take():
    together.wait()
    libc.malloc(ctypes.c_size_t(1000))
    together.wait()
threads = [threading.Thread(target=take) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
with tempfile.NamedTemporaryFile("r") as file:
    out = ctypes.c_void_p(libc.fopen(file.name.encode(), b"w"))
    libc.malloc_info(0, out)
    libc.fclose(out)
    print(file.read().count("<heap nr="))
"""


@pytest.fixture(scope="module")
def answers():
    """What each command prints when it asks for torch; started together."""
    environ = {name: value for name, value in os.environ.items() if name not in WAITING}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WATCH, *command],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in COMMANDS
    ]
    return [process.communicate(timeout=60)[0].strip() for process in running]


@pytest.mark.parametrize("index", range(len(COMMANDS)), ids=[" ".join(c[:3]) for c in COMMANDS])
def test_threads_are_settled_before_torch_is_loaded(answers, index: int):
    assert f"<PASSIVE {SPINS}>" in answers[index]


def test_pools_share_the_cores(monkeypatch):
    monkeypatch.setattr(threads, "num_cores", lambda: 6)
    one: dict[str, str] = {}
    settle_threads(environ=one)
    two: dict[str, str] = {}
    settle_threads(pools=2, environ=two)
    assert (one["OMP_NUM_THREADS"], two["OMP_NUM_THREADS"]) == ("6", "3")
    monkeypatch.setattr(threads, "num_cores", lambda: 1)
    alone: dict[str, str] = {}
    settle_threads(pools=2, environ=alone)
    assert alone["OMP_NUM_THREADS"] == "1"


def test_what_the_user_set_wins():
    count = {"OMP_NUM_THREADS": "7"}
    settle_threads(pools=2, environ=count)
    assert count["OMP_NUM_THREADS"] == "7" and count["OMP_WAIT_POLICY"] == "PASSIVE"
    for name in WAITING:
        chosen = {name: "0", "OMP_NUM_THREADS": "1", HEAPS: "4"}
        own = dict(chosen)
        settle_threads(environ=own)
        assert own == chosen


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another allocator")
@pytest.mark.parametrize(("chosen", "several"), [(None, False), ("4", True)])
def test_threads_share_one_heap(chosen: str | None, several: bool):
    environ = {name: value for name, value in os.environ.items() if name != HEAPS}
    environ |= {} if chosen is None else {HEAPS: chosen}
    told = subprocess.run(
        [sys.executable, "-c", ALLOCATE], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert (int(told.stdout) > 1) == several, told.stderr


def test_threads_follow_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3,2")
    assert num_threads() == 3
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert num_threads() == num_cores()
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert num_threads() == num_cores() >= 1


@pytest.mark.parametrize(
    ("written", "cores"),
    [("200000 100000\n", 2), ("150000 100000\n", 1), ("50000 100000\n", 1), ("max 100000\n", None)],
)
def test_a_containers_quota_counts(tmp_path, monkeypatch, written: str, cores: int | None):
    quota = tmp_path / "cpu.max"
    quota.write_text(written)
    monkeypatch.setattr(threads, "QUOTA", quota)
    monkeypatch.setattr(threads, "_physical_cores", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(64), raising=False)
    assert num_cores() == (cores or 64)
