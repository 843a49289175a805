"""Threads, OpenMP's wait policy and malloc arenas: set by every program before importing torch.

Waiting threads that spin take the CPU from other work: beside a busy program with two threads, a
picture took forty times as long. Here they spin for microseconds, then sleep. Small models gain
little from a second core, so programs that listen and draw concurrently divide the cores among
their pools.

glibc gives each thread its own arena, whose freed memory other threads cannot use, so every worker
thread retains one picture's memory. A single arena saves 180 MB for a page and is no slower.
Settings of the user take precedence.
"""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Mapping, MutableMapping
from pathlib import Path

COUNT = "OMP_NUM_THREADS"
WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
SPINS = 1000  # iterations, a few nanoseconds each, before a waiting GNU OpenMP thread sleeps
HEAPS, M_ARENA_MAX = "MALLOC_ARENA_MAX", -8  # glibc's limit of arenas
QUOTA = Path("/sys/fs/cgroup/cpu.max")  # a container's quota: microseconds of CPU per period


def settle_threads(*, pools: int = 1, environ: MutableMapping[str, str] = os.environ) -> None:
    """Set the wait policy and the number of threads for each of `pools` pools in the environment.

    Call it before loading a library with OpenMP, such as torch or CTranslate2. Child processes
    inherit it. Threads started from now on share one arena.
    """
    if not any(name in environ for name in WAITING):
        environ["OMP_WAIT_POLICY"] = "PASSIVE"
        environ["GOMP_SPINCOUNT"] = str(SPINS)
    environ.setdefault(COUNT, str(max(1, num_cores() // pools)))
    if HEAPS not in environ:
        environ[HEAPS] = "1"  # for child processes; this one has read it already
        tell_allocator({M_ARENA_MAX: 1})


def tell_allocator(wanted: Mapping[int, int]) -> bool:
    """Set options of glibc's allocator (mallopt); False without glibc."""
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return all([mallopt(option, value) == 1 for option, value in wanted.items()])


def num_threads() -> int:
    """The number of compute threads: OMP_NUM_THREADS, else `num_cores`."""
    try:
        return max(1, int(os.environ.get(COUNT, "").split(",")[0]))
    except ValueError:
        return num_cores()


def num_cores() -> int:
    """Physical cores available to this process, by affinity and container quota."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    limits = [usable or 1, _physical_cores(), _container_cores(QUOTA)]
    return max(1, min(limit for limit in limits if limit))


def _physical_cores() -> int | None:
    try:
        import psutil
    except ImportError:
        return None
    return psutil.cpu_count(logical=False)


def _container_cores(quota: Path) -> int | None:
    """Whole cores of a control group's quota; None without one."""
    try:
        time, period = quota.read_text(encoding="ascii").split()
        return max(1, int(time) // int(period))
    except (OSError, ValueError):
        return None
