"""Data parallelism over CPU threads: parts of a batch, one core each.

For products of a thousand rows one core per part is more efficient than several cores that
synchronise after each product, and needs less memory. Gradients are added in the order of the
parts, so results are deterministic.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn

PARTS = 2  # minimal parts per thread, for load balance
LEAST, MOST = 2, 8  # pictures of a part
ROOM = 1 << 30  # maximal bytes of all parts' gradients


def fitting_threads(pictures: int, model: nn.Module) -> int:
    """The number of threads for parts of this size: torch's, or 0."""
    threads = torch.get_num_threads()
    size = sum(one.numel() * one.element_size() for one in model.parameters())
    fits = threads * PARTS * LEAST <= pictures and threads * PARTS * size <= ROOM
    return threads if fits else 0


class ThreadParts:
    """A pool of `threads` single-core threads."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
        self.map = pool.map

    def backward(
        self, loss: Callable[[slice], Tensor], first: int, end: int, parameters: list[Tensor]
    ) -> Tensor:
        """The sum of `loss` over parts of the rows `first` … `end - 1`.

        Its gradients are added to the parameters' own.
        """
        count = max(PARTS * self.threads, -(-(end - first) // MOST))
        count = min(end - first, count)
        cuts = [first + part * (end - first) // count for part in range(count + 1)]

        def work(begin: int, end: int) -> tuple[Tensor, tuple[Tensor | None, ...]]:
            value = loss(slice(begin, end))
            return value.detach(), torch.autograd.grad(value, parameters, allow_unused=True)

        total = torch.zeros(())
        for value, slopes in self.map(work, cuts[:-1], cuts[1:]):
            total += value
            for parameter, slope in zip(parameters, slopes, strict=True):
                if slope is None:
                    continue
                if parameter.grad is None:
                    parameter.grad = slope
                else:
                    parameter.grad += slope
        return total
