"""Thread counts, wait policy of OpenMP, heaps: set before torch is imported, by every program.

Threads that spin while they wait take the processor from whoever else computes: beside one busy
program of two threads, a picture took forty times as long. They spin for some microseconds here
and then sleep. Small models gain little by a second core, so programs that listen and draw at once
give each pool its share of the cores.

glibc gives threads heaps of their own, and what is freed in one is not used again by another: of
threads that draw and listen by turns each keeps what one picture took. All share one heap here: a
page keeps 180 MB less, and is no slower. What the user sets wins.
"""

from __future__ import annotations

import ctypes
import os
import platform
from collections.abc import Mapping, MutableMapping
from pathlib import Path

COUNT = "OMP_NUM_THREADS"
WAITING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")
SPINS = 1000  # rounds of a few nanoseconds that a thread of GNU's OpenMP waits before it sleeps
HEAPS, M_ARENA_MAX = "MALLOC_ARENA_MAX", -8  # of glibc's allocator: how many heaps there may be
QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container: microseconds it may take, of how many


def settle_threads(*, pools: int = 1, environ: MutableMapping[str, str] = os.environ) -> None:
    """Put into the environment how threads wait, and how many each of `pools` pools has.

    OpenMP reads it when a library with it is loaded, such as torch or CTranslate2: call this
    before. Child processes inherit it. Threads that start from now on share one heap.
    """
    if not any(name in environ for name in WAITING):
        environ["OMP_WAIT_POLICY"] = "PASSIVE"
        environ["GOMP_SPINCOUNT"] = str(SPINS)
    environ.setdefault(COUNT, str(max(1, num_cores() // pools)))
    if HEAPS not in environ:
        environ[HEAPS] = "1"  # of child processes; this one has read it already
        tell_allocator({M_ARENA_MAX: 1})


def tell_allocator(wanted: Mapping[int, int]) -> bool:
    """Set options of glibc's allocator; False where there is no glibc, and nothing is done."""
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return all([mallopt(option, value) == 1 for option, value in wanted.items()])


def num_threads() -> int:
    """Threads to compute with: OMP_NUM_THREADS, else the cores this process may use."""
    try:
        return max(1, int(os.environ.get(COUNT, "").split(",")[0]))
    except ValueError:
        return num_cores()


def num_cores() -> int:
    """Physical cores this process may use: no more than it is bound to, or its container's."""
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
    """The whole cores of a control group's quota; None without one."""
    try:
        time, period = quota.read_text(encoding="ascii").split()
        return max(1, int(time) // int(period))
    except (OSError, ValueError):
        return None
