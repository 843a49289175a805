"""Work distributed over processes: those of a launcher, or new ones."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, TypeVar

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


Result = TypeVar("Result")


def of_the_first(value: Result) -> Result:
    """Broadcast the first process's value to every process of a launcher."""
    if launched()[1] == 1:
        return value
    import torch.distributed as group

    values = [value]
    group.broadcast_object_list(values)
    return values[0]


def batches_of(total: int, size: int, rank: int, world: int) -> Iterator[range]:
    """The batches of range(total) for process `rank`: every `world`-th."""
    for start in range(rank * size, total, world * size):
        yield range(start, min(total, start + size))


def shared(
    work: Callable[[Any, int, int], Result], job: Any, *, processes: int = 1
) -> list[Result]:
    """The results of `work(job, rank, world)` of every process, by rank.

    Processes are those a launcher started (RANK and WORLD_SIZE are set), else `processes` new ones.
    Under a launcher only the first process gets all results, every other its own.
    """
    if processes < 1:
        raise ValueError(f"processes is {processes}; it must be at least 1")
    rank, world = launched()
    if world > 1:
        return _gathered(work, job, rank, world)
    if processes == 1:
        return [work(job, 0, 1)]
    threads = max(1, torch.get_num_threads() // processes)
    context = multiprocessing.get_context("spawn")  # CUDA and thread pools do not survive a fork
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        calls = [
            pool.submit(_in_process, work, job, rank, processes, threads)
            for rank in range(processes)
        ]
        try:
            return [pickle.loads(call.result()) for call in calls]
        except BrokenProcessPool:
            raise ValueError("a process died while it measured (out of memory?)") from None


def _in_process(
    work: Callable[[Any, int, int], Any], job: Any, rank: int, world: int, threads: int
) -> bytes:
    """Pickled here: torch would otherwise pass tensors by handles that end with this process."""
    torch.set_num_threads(threads)
    _take_device(rank)
    return pickle.dumps(work(job, rank, world))


def _take_device(rank: int) -> None:
    if torch.cuda.is_available():
        torch.cuda.set_device(rank % torch.cuda.device_count())


def launched() -> tuple[int, int]:
    """Rank and number of processes as a launcher set them; (0, 1) without one."""
    return int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))


def _gathered(
    work: Callable[[Any, int, int], Result], job: Any, rank: int, world: int
) -> list[Result]:
    import torch.distributed as group

    if not group.is_initialized():
        group.init_process_group("gloo")
        atexit.register(group.destroy_process_group)
    _take_device(int(os.environ.get("LOCAL_RANK", rank)))
    mine: Any = None
    failure: str | None = None
    try:
        mine = work(job, rank, world)
    except (ValueError, OSError) as error:
        failure = str(error)
    failures: list[str | None] = [None] * world
    group.all_gather_object(failures, failure)  # so that no process waits for a failed one
    for message in failures:
        if message is not None:
            raise ValueError(message)
    found: list[Any] | None = [None] * world if rank == 0 else None
    group.gather_object(mine, found)
    return [mine] if found is None else found
