"""Threads: how many, how they wait, and that every program says so before torch is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maskgil.utils import threads
from maskgil.utils.threads import SPINS, WAITING, num_cores, num_threads, settle_threads

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
        own = {name: "0", "OMP_NUM_THREADS": "1"}
        settle_threads(environ=own)
        assert own == {name: "0", "OMP_NUM_THREADS": "1"}


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
