"""Parts of a batch on threads of a CPU, one core each: data parallelism within a process.

Products of a thousand rows keep one core busy better than several, which wait for each other after
every one; and what a part needs in memory is a part of what the batch would. The gradients are
added in the order of the parts, whichever thread was faster.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor, nn

PARTS = 2  # for each thread at least, so that none waits long for the last
LEAST, MOST = 2, 8  # pictures of a part
ROOM = 1 << 30  # bytes that the gradients of all parts may take


def fitting_threads(pictures: int, model: nn.Module) -> int:
    """How many threads can have parts of so many pictures: as many as torch has, or none."""
    threads = torch.get_num_threads()
    size = sum(one.numel() * one.element_size() for one in model.parameters())
    fits = threads * PARTS * LEAST <= pictures and threads * PARTS * size <= ROOM
    return threads if fits else 0


class ThreadParts:
    """`threads` threads that each work with one core."""

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
