"""Packages whose names are there without their modules being loaded before one is used."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def attributes_of(package: str, places: dict[str, str]) -> Callable[[str], Any]:
    """The `__getattr__` of a package: `places` says which module has which names (PEP 562)."""
    module_of = {name: module for module, names in places.items() for name in names.split()}

    def get(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(module_of[name]), name)

    return get
