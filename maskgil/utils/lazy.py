"""Lazy imports of a package's public names."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def attributes_of(package: str, places: dict[str, str]) -> Callable[[str], Any]:
    """A package's `__getattr__` (PEP 562); `places`: module -> names."""
    module_of = {name: module for module, names in places.items() for name in names.split()}

    def get(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(module_of[name]), name)

    return get
