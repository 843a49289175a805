"""Models on the meta device: built without memory and without random initial values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode


class _NoInitialValues(TorchFunctionMode):
    """Skips torch.nn.init: on the meta device its random numbers cost an import of 900 modules."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple = (), kwargs: dict | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def build_empty(model_class: Callable[[Any], nn.Module], config: Any) -> nn.Module:
    """A model without memory: every tensor on the meta device, to be assigned later."""
    with torch.device("meta"), _NoInitialValues():
        return model_class(config)
