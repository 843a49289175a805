"""Runner: one pass over a set of pictures, on any number of processes, in constant memory.

Batches are fixed; process r of P takes batches r, r + P, … and keeps running sums, which are then
merged. So only the rounding of float64 sums depends on P.
"""

# B batch, D feature width, N pictures of a set.

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from maskgil.evaluation.feature_extractors import FeatureNetwork, NetworkChoice, NetworkInfo
from maskgil.evaluation.metrics import CodeUsage, FrechetStatistics, PairStatistics, ScoreStatistics
from maskgil.utils.checks import at_least
from maskgil.utils.distributed import batches_of, of_the_first, shared
from maskgil.utils.progress import progress_bar

if TYPE_CHECKING:
    from maskgil.evaluation.image_sets import PictureSet


@dataclass(frozen=True)
class EvaluationJob:
    """A measurement of `pictures`.

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
        at_least(self, 1, "batch_size")


@dataclass
class EvaluationSummary:
    """Statistics of a set, or of one process's share.

    `originals`, `pairs` and `usage` are for reconstructions. `size`: height and width.
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

    def merge(self, other: EvaluationSummary) -> None:
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
    """The network of a choice, cached."""
    return choice.load()


def collect(job: EvaluationJob, rank: int = 0, world: int = 1) -> EvaluationSummary:
    """The share of process `rank` of `world`."""
    begun = time.perf_counter()
    network = _loaded(job.network)
    total, info = len(job.pictures), network.info
    summary = EvaluationSummary(info, FrechetStatistics(info.dim))
    if job.splits is not None:
        summary.score = ScoreStatistics(total, info.num_classes, splits=job.splits)
    with ExitStack() as stack:
        file = None
        if job.features is not None:
            path = job.features / f"features-{rank}.bin"
            summary.feature_files.append(path)
            file = stack.enter_context(path.open("wb"))
        hidden = True if rank else None
        bar = stack.enter_context(progress_bar(job.label, total, disable=hidden))
        for numbers in batches_of(total, job.batch_size, rank, world):
            batch = job.pictures.batch(numbers.start, numbers.stop)
            _same_size(summary, batch.pictures)
            found = network(batch.pictures)
            summary.vectors.update(found.vectors)
            if summary.score is not None:
                summary.score.update(found.logits, torch.tensor(numbers))
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
            bar.update(min(total - bar.n, world * job.batch_size))
    summary.seconds = time.perf_counter() - begun
    return summary


def _same_size(summary: EvaluationSummary, pictures: torch.Tensor) -> None:
    size = (int(pictures.shape[-2]), int(pictures.shape[-1]))
    summary.size = summary.size or size
    if summary.size != size:
        raise ValueError(
            f"pictures of one set have different sizes: {summary.size} and {size}; "
            "give --side to cut them to squares"
        )


def measure(job: EvaluationJob, processes: int = 1) -> EvaluationSummary:
    """The sums over the whole set, by `processes` or by those of a launcher such as torchrun.

    Under a launcher the first process gets them, every other those of its share; `size` is the same
    in all.
    """
    if job.features is not None:
        job.features.mkdir(parents=True, exist_ok=True)
    whole, *rest = shared(collect, job, processes=processes)
    for share in rest:
        whole.merge(share)
    whole.size = of_the_first(whole.size)
    return whole


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
