"""One pass over a set of pictures, shared by any number of processes, with flat memory.

The set is cut into batches once and for all; process r of P takes batches r, r + P, … and keeps
running sums, which are then merged. So neither the pictures nor the batches they are seen in depend
on P; of the numbers only the last digits of float64 sums do.
"""

# B batch, D feature width, N pictures of a set.

from __future__ import annotations

import atexit
import functools
import multiprocessing
import os
import pickle
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch

from maskgil.evaluation.feature_extractors import FeatureNetwork, NetworkChoice, NetworkInfo
from maskgil.evaluation.metrics import (
    CodeUsage,
    FrechetStatistics,
    PairStatistics,
    ScoreStatistics,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from maskgil.evaluation.image_sets import PictureSet

Result = TypeVar("Result")


@dataclass(frozen=True)
class Job:
    """What to measure of `pictures`.

    `splits`: parts of the Inception Score, None for no score. `features`: folder for the feature
    vectors, float32, one file a process (precision and recall need them all); None keeps none.
    `label`: for the progress line.
    """

    pictures: PictureSet
    network: NetworkChoice
    batch_size: int = 32
    splits: int | None = None
    features: Path | None = None
    label: str = "pictures"

    def __post_init__(self) -> None:
        if self.batch_size < 1:
            raise ValueError(f"the batch size is {self.batch_size}; it must be at least 1")


@dataclass
class Summary:
    """The sums over a set, or over one process's share of it.

    `originals`, `pairs` and `usage` are there for reconstructions. `size`: height and width.
    """

    info: NetworkInfo
    vectors: FrechetStatistics
    score: ScoreStatistics | None = None
    originals: FrechetStatistics | None = None
    pairs: PairStatistics | None = None
    usage: CodeUsage | None = None
    size: tuple[int, int] | None = None
    feature_files: list[Path] = field(default_factory=list)
    seconds: float = 0.0

    def merge(self, other: Summary) -> None:
        sizes = {size for size in (self.size, other.size) if size is not None}
        if len(sizes) > 1:
            raise ValueError(f"pictures of one set have different sizes: {sorted(sizes)}")
        self.size = self.size or other.size
        for name in ("vectors", "score", "originals", "pairs", "usage"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine is None:
                setattr(self, name, theirs)
            elif theirs is not None:
                mine.merge(theirs)
        self.feature_files += other.feature_files
        self.seconds = max(self.seconds, other.seconds)


@functools.lru_cache(maxsize=1)
def _loaded(choice: NetworkChoice) -> FeatureNetwork:
    """The network of a choice, kept for the passes that follow."""
    return choice.load()


def collect(job: Job, rank: int = 0, world: int = 1) -> Summary:
    """The share of process `rank` of `world`."""
    begun = time.perf_counter()
    network = _loaded(job.network)
    total, info = len(job.pictures), network.info
    summary = Summary(info, FrechetStatistics(info.dim))
    if job.splits is not None:
        summary.score = ScoreStatistics(total, info.num_classes, splits=job.splits)
    file = None
    if job.features is not None:
        path = job.features / f"features-{rank}.bin"
        summary.feature_files.append(path)
        file = path.open("wb")
    progress = Progress(job.label, total, shown=rank == 0)
    try:
        for start in range(rank * job.batch_size, total, world * job.batch_size):
            stop = min(start + job.batch_size, total)
            batch = job.pictures.batch(start, stop)
            _same_size(summary, batch.pictures)
            found = network(batch.pictures)
            summary.vectors.update(found.vectors)
            if summary.score is not None:
                summary.score.update(found.logits, torch.arange(start, stop))
            if file is not None:
                file.write(found.vectors.float().cpu().numpy().tobytes())
            if batch.originals is not None:
                if summary.originals is None:
                    summary.originals, summary.pairs = FrechetStatistics(info.dim), PairStatistics()
                assert summary.pairs is not None
                summary.originals.update(network(batch.originals).vectors)
                summary.pairs.update(batch.pictures, batch.originals)
            if batch.codes is not None:
                if summary.usage is None:
                    summary.usage = CodeUsage(batch.codebook_size)
                summary.usage.update(batch.codes)
            progress.show(min(total, start + world * job.batch_size))
    finally:
        progress.end()
        if file is not None:
            file.close()
    summary.seconds = time.perf_counter() - begun
    return summary


def _same_size(summary: Summary, pictures: torch.Tensor) -> None:
    size = (int(pictures.shape[-2]), int(pictures.shape[-1]))
    summary.size = summary.size or size
    if summary.size != size:
        raise ValueError(
            f"pictures of one set have different sizes: {summary.size} and {size}; "
            "give --side to cut them to squares"
        )


def measure(job: Job, processes: int = 1) -> Summary:
    """The sums over the whole set, by `processes` or by those of a launcher such as torchrun.

    Under a launcher the first process gets them, every other only those of its own share, but all
    get the same `size`.
    """
    if job.features is not None:
        job.features.mkdir(parents=True, exist_ok=True)
    whole, *rest = shared(collect, job, processes=processes)
    for share in rest:
        whole.merge(share)
    whole.size = _of_the_first(whole.size)
    return whole


def _of_the_first(value: Result) -> Result:
    """The first process's value, in every process of a launcher."""
    if launched()[1] == 1:
        return value
    import torch.distributed as group

    values = [value]
    group.broadcast_object_list(values)
    return values[0]


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
    group.all_gather_object(failures, failure)  # nobody waits for one that has failed
    for message in failures:
        if message is not None:
            raise ValueError(message)
    found: list[Any] | None = [None] * world if rank == 0 else None
    group.gather_object(mine, found)
    return [mine] if found is None else found


class FeatureRows:
    """Feature vectors (N, D) float32 of several files, sliced like one array without reading it."""

    def __init__(self, files: Sequence[Path], dim: int) -> None:
        self.parts = [
            np.memmap(path, np.float32, "r").reshape(-1, dim)
            for path in files
            if path.stat().st_size
        ]
        self.shape: tuple[int, ...] = (sum(len(part) for part in self.parts), dim)

    def __getitem__(self, index: slice) -> np.ndarray:
        start, stop, step = index.indices(self.shape[0])
        assert step == 1
        return np.concatenate([np.empty((0, self.shape[1]), np.float32), *self._cut(start, stop)])

    def _cut(self, start: int, stop: int) -> Iterator[np.ndarray]:
        begin = 0
        for part in self.parts:
            yield part[max(0, start - begin) : max(0, stop - begin)]
            begin += len(part)


class Progress:
    """One line on a terminal: what is done of how much, the pace and the time left."""

    def __init__(self, label: str, total: int, *, shown: bool = True) -> None:
        self.label, self.total = label, total
        self.shown = shown and sys.stderr.isatty()
        self.begun = time.monotonic()

    def show(self, done: int) -> None:
        if not self.shown:
            return
        pace = done / max(1e-9, time.monotonic() - self.begun)
        left = (self.total - done) / pace if pace else 0
        sys.stderr.write(
            f"\r{self.label} {done}/{self.total}  {pace:.1f}/s  {left / 60:.1f} min left \x1b[K"
        )
        sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\n")
