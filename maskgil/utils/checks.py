"""Range checks of frozen configs, for `__post_init__`: one-line ValueErrors; None is valid."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from typing import Any


def at_least(config: object, least: float, *names: str) -> None:
    words = "0 or more" if least == 0 else f"at least {least}"
    _check(config, names, lambda value: value >= least, words)


def above(config: object, low: float, *names: str) -> None:
    _check(config, names, lambda value: value > low, f"above {low}")


def finite(config: object, *names: str) -> None:
    _check(config, names, math.isfinite, "a finite number")


def within(config: object, low: float, high: float, *names: str) -> None:
    """From `low` to `high`, both included."""
    _check(config, names, lambda value: low <= value <= high, f"in [{low}, {high}]")


def below(config: object, low: float, high: float, *names: str) -> None:
    """From `low` to less than `high`."""
    _check(config, names, lambda value: low <= value < high, f"in [{low}, {high})")


def one_of(config: object, choices: Collection[Any], *names: str) -> None:
    for name, value in _values(config, names):
        if value not in choices:
            valid = ", ".join(map(str, choices))
            raise ValueError(f"{name} is {value!r}; choose one of {valid}")


def _values(config: object, names: Collection[str]) -> Iterator[tuple[str, Any]]:
    values = ((name, getattr(config, name)) for name in names)
    return ((name, value) for name, value in values if value is not None)


def _check(config: object, names: Collection[str], good: Callable[[Any], bool], words: str) -> None:
    for name, value in _values(config, names):
        if not good(value):
            raise ValueError(f"{name} is {value}; it must be {words}")


def check_device(name: str) -> str:
    """`name` if torch knows such a device and this machine has it; ValueError in one line."""
    import torch

    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        found = torch.cuda.device_count()
        has = f"{found} CUDA device{'s' * (found > 1)}" if found else "no CUDA device"
        raise ValueError(f"device is {name!r}, but torch finds {has} here; use 'cpu'") from error
    if device.type == "meta":
        raise ValueError("device is 'meta', which holds no numbers; use 'cpu'")
    return name
