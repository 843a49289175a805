"""Deterministic, resumable bucket batch sampler.

Nothing is stored but the sizes of the buckets. Every answer follows from (seed, epoch, number), so
a run can start again at any batch and be split over any number of ranks.
"""

# B pictures of a global batch, n pictures of a bucket, e epoch, k number of a bucket's batch.

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor


def mixed(*parts: int | str) -> int:
    """One seed of 63 bits from several numbers and words; near parts give unrelated seeds."""
    words = "/".join(f"{type(part).__name__}:{part}" for part in parts)
    digest = hashlib.blake2b(words.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def seeded(*parts: int | str) -> torch.Generator:
    """A generator of its own for what `parts` name."""
    return torch.Generator().manual_seed(mixed(*parts))


class Batch(NamedTuple):
    """Where a global batch stands: `positions` (B,) within `bucket`, and a seed of its own."""

    bucket: int
    positions: Tensor
    seed: int


class BucketBatchSampler:
    """Batches of `batch_size` pictures out of buckets that hold `counts` pictures.

    A bucket's pictures form an endless row: one shuffle of all of them an epoch, one after another,
    cut into batches. Epoch e holds the batches that are complete within it, those of all buckets
    shuffled. So every batch is full and of one bucket, no picture is shown more often than another,
    and the few left over at the end of an epoch come first in the next: a bucket smaller than a
    batch waits until its pictures, repeated, fill one.
    """

    def __init__(self, counts: Sequence[int], batch_size: int, *, seed: int = 0) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size is {batch_size}; it must be at least 1")
        if min(counts, default=0) < 1:
            raise ValueError("there are no pictures to put in order")
        self.counts, self.batch_size, self.seed = tuple(counts), batch_size, seed
        self._shuffles: dict[int, dict[int, Tensor]] = {}  # of a bucket: epoch -> (n,)
        self._plan: tuple[int, Tensor] | None = None

    def _before(self, epoch: int) -> list[int]:
        """Batches of each bucket that are complete before `epoch` begins."""
        return [count * epoch // self.batch_size for count in self.counts]

    def num_batches(self, epoch: int) -> int:
        """Batches of `epoch`; epochs differ by at most one batch a bucket."""
        return sum(self._before(epoch + 1)) - sum(self._before(epoch))

    def locate(self, step: int) -> tuple[int, int]:
        """(epoch, number within it) of the batch that is number `step` of the whole run."""
        if step < 0:
            raise ValueError(f"step is {step}; it must be 0 or more")
        last = (step + 1) * self.batch_size + 1  # no later: each epoch brings at least a picture
        epoch = bisect_right(range(last), step, key=lambda e: sum(self._before(e))) - 1
        return epoch, step - sum(self._before(epoch))

    def batch(self, epoch: int, number: int) -> Batch:
        """Global batch `number` of `epoch`."""
        bucket, k = (int(value) for value in self._planned(epoch)[number])
        count, size = self.counts[bucket], self.batch_size
        first, end = k * size, (k + 1) * size
        parts = [
            self._shuffle(bucket, e)[max(0, first - e * count) : end - e * count]
            for e in range(first // count, (end - 1) // count + 1)
        ]
        return Batch(bucket, torch.cat(parts), mixed(self.seed, "batch", bucket, k))

    def walk(
        self, epoch: int, *, rank: int = 0, world_size: int = 1, start_batch: int = 0
    ) -> Iterator[tuple[Batch, slice]]:
        """The global batches of `epoch` from `start_batch` on, and which part `rank` takes.

        The parts of ranks 0, 1, … on end are the whole. ValueError when that cannot be even.
        """
        size = self.batch_size
        if world_size < 1 or not 0 <= rank < world_size:
            raise ValueError(f"rank is {rank} of {world_size}; it must be from 0 to world_size - 1")
        if size % world_size:
            raise ValueError(
                f"a global batch of {size} pictures cannot be split evenly over "
                f"{world_size} ranks; choose a multiple of {world_size}"
            )
        total = self.num_batches(epoch)
        if not 0 <= start_batch <= total:
            raise ValueError(
                f"start_batch is {start_batch}; epoch {epoch} has {total} batches of {size}"
            )
        share = size // world_size
        part = slice(rank * share, (rank + 1) * share)
        return ((self.batch(epoch, number), part) for number in range(start_batch, total))

    def _planned(self, epoch: int) -> Tensor:
        """(batches of the epoch, 2): bucket and k of each, in the order they are shown."""
        if self._plan is None or self._plan[0] != epoch:
            starts, ends = self._before(epoch), self._before(epoch + 1)
            pairs = [
                torch.stack([torch.full((end - start,), bucket), torch.arange(start, end)], dim=1)
                for bucket, (start, end) in enumerate(zip(starts, ends, strict=True))
            ]
            plan = torch.cat(pairs)
            shuffle = torch.randperm(len(plan), generator=seeded(self.seed, "epoch", epoch))
            self._plan = epoch, plan[shuffle]
        return self._plan[1]

    def _shuffle(self, bucket: int, epoch: int) -> Tensor:
        """The bucket's positions (n,) in the order of `epoch`; the last two epochs are kept."""
        kept = self._shuffles.setdefault(bucket, {})
        if epoch not in kept:
            generator = seeded(self.seed, "shuffle", bucket, epoch)
            kept[epoch] = torch.randperm(self.counts[bucket], generator=generator)
            while len(kept) > 2:
                del kept[next(iter(kept))]
        return kept[epoch]


class BucketedData(ABC):
    """Pictures that lie in buckets, in batches of an epoch that can be taken up anywhere."""

    _last_order: BucketBatchSampler | None = None

    @abstractmethod
    def bucket_counts(self) -> Sequence[int]:
        """The pictures of each bucket."""

    def num_batches(self, batch_size: int, epoch: int) -> int:
        """Global batches of `epoch`. May be 0 when there are fewer pictures than `batch_size`."""
        return self._order(batch_size, 0).num_batches(epoch)

    def locate(self, step: int, batch_size: int) -> tuple[int, int]:
        """(epoch, start_batch) at which a run that has taken `step` steps goes on."""
        return self._order(batch_size, 0).locate(step)

    def _order(self, batch_size: int, seed: int) -> BucketBatchSampler:
        order = self._last_order
        if order is None or (order.batch_size, order.seed) != (batch_size, seed):
            order = BucketBatchSampler(self.bucket_counts(), batch_size, seed=seed)
            self._last_order = order
        return order
