"""Exponential moving average of the weights, gradient clipping, optimizer state."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from maskgil.train.distributed import Runtime


class Average:
    """Exponential moving average of a module's parameters (EMA), with a warm-up of its decay."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.decay, self.updates = decay, 0
        self.values = {k: v.detach().clone() for k, v in module.state_dict().items()}

    @torch.no_grad()
    def update(self, module: nn.Module) -> None:
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        state = module.state_dict()
        floats = [key for key, value in state.items() if value.is_floating_point()]
        torch._foreach_lerp_(
            [self.values[key] for key in floats], [state[key] for key in floats], 1 - decay
        )
        for key in state.keys() - set(floats):
            self.values[key].copy_(state[key])

    def state_dict(self) -> dict:
        return {"values": self.values, "updates": self.updates}

    @torch.no_grad()
    def load_state_dict(self, state: dict, engine: Runtime | None = None) -> None:
        """Load `state` of unsharded tensors."""
        engine = engine or Runtime()
        for key, value in self.values.items():
            value.copy_(engine.like(state["values"][key], value))
        self.updates = state["updates"]


def gathered(tree: Any, engine: Runtime) -> Any:
    """A nested state with unsharded tensors on the CPU; None in all but the main process.

    Every process has to call it; others than the main one hold one tensor at a time.
    """
    if isinstance(tree, Tensor):
        whole = engine.full(tree)
        return whole if engine.is_main else None
    if isinstance(tree, dict):
        return {key: gathered(value, engine) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [gathered(value, engine) for value in tree]
    return tree


@torch.no_grad()
def load_module(module: nn.Module, state: dict[str, Tensor], engine: Runtime) -> None:
    """Copy an unsharded `state` into the module. Raises ValueError if it is of another model."""
    own = module.state_dict()
    for key in {**own, **state}:
        if key not in own or key not in state or own[key].shape != state[key].shape:
            raise ValueError(f"the checkpoint is of another model: {key!r} differs")
    for key, value in own.items():
        value.copy_(engine.like(state[key], value))


def load_optimizer(
    optimizer: torch.optim.Optimizer, state: dict[str, Any], engine: Runtime
) -> None:
    """Load an optimizer's unsharded state. Raises ValueError if it is another one's."""
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    counts = [len(group["params"]) for group in state["param_groups"]]
    if counts != [len(group["params"]) for group in optimizer.param_groups]:
        raise ValueError("the checkpoint is of another optimizer: its parameters differ")

    def placed(value: Any, parameter: Tensor) -> Any:
        if not isinstance(value, Tensor):
            return value
        alike = value.shape == parameter.shape and value.ndim > 0
        return (engine.like(value, parameter) if alike else value).clone()

    entries = {
        index: {name: placed(value, parameters[index]) for name, value in entry.items()}
        for index, entry in state["state"].items()
    }
    optimizer.load_state_dict({"state": entries, "param_groups": state["param_groups"]})


def clip_gradients(parameters: list[Tensor], limit: float) -> float:
    """Clip the gradients' joint norm to `limit`; return the norm before, over all processes."""
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
    return float(norm.full_tensor() if hasattr(norm, "full_tensor") else norm)
