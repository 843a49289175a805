"""A guard that lets no step wait for a device: what a GPU would be asked for raises on a CPU."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

aten = torch.ops.aten
# Results, or their shapes, that follow from values: a GPU has to finish before the host goes on.
WAITING = {
    aten._local_scalar_dense, aten.item, aten.nonzero, aten.masked_select, aten.equal,
    aten.is_nonzero, aten._unique2, aten.unique_dim, aten.unique_consecutive, aten.bincount,
}  # fmt: skip
INDEXED = {aten.index, aten.index_put, aten.index_put_, aten._index_put_impl_}
# Reads that a CPU answers without an operator, and copies of what the host has.
READING = {Tensor.tolist, Tensor.numpy, Tensor.cpu, Tensor.__array__, torch.tensor, torch.as_tensor}


class WaitedError(AssertionError):
    """A step asked for what a GPU would have to be waited for."""


def _is_mask(index: Any) -> bool:
    return isinstance(index, Tensor) and index.dtype in (torch.bool, torch.uint8)


class _Operators(TorchDispatchMode):
    def __init__(self, guard: NoWaiting) -> None:
        super().__init__()
        self.guard = guard

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        packet = func.overloadpacket
        by_mask = packet in INDEXED and any(map(_is_mask, args[1]))
        repeated = func is aten.repeat_interleave.Tensor
        if self.guard.armed and (packet in WAITING or by_mask or repeated):
            raise WaitedError(f"{func} inside a step")
        return func(*args, **(kwargs or {}))


class _Calls(TorchFunctionMode):
    def __init__(self, guard: NoWaiting) -> None:
        super().__init__()
        self.guard = guard

    def __torch_function__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        there = func is torch.as_tensor and isinstance(args[0], Tensor)
        if self.guard.armed and func in READING and not there:
            raise WaitedError(f"{func.__name__} inside a step")
        return func(*args, **(kwargs or {}))


class NoWaiting:
    """Watches a decoder: armed from the first call of its callable, so that it may prepare."""

    def __init__(self) -> None:
        self.armed, self.calls = False, 0

    def watched(self, fn: Any) -> Any:
        """`fn`, which arms the guard; with `at` where it has that."""
        guard = self

        class Watched:
            def __call__(self, *args: Any) -> Any:
                guard.armed, guard.calls = True, guard.calls + 1
                return fn(*args)

        class Placed(Watched):
            def at(self, *args: Any) -> Any:
                guard.armed, guard.calls = True, guard.calls + 1
                return fn.at(*args)

        return Placed() if hasattr(fn, "at") else Watched()

    def last(self, decode: Callable[[], Iterator[Tensor]]) -> Tensor:
        """The last grid that `decode` gives."""
        with self.watching():
            *_, tokens = decode()
        return tokens

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Nothing waits inside from when a watched callable is called first."""
        self.armed = False
        try:
            with _Operators(self), _Calls(self):
                yield
        finally:
            self.armed = False
