"""Muon in float32: momentum whose matrix updates are orthogonalised.

The kernel of a convolution counts as a matrix of one row an output channel.

The same update as torch.optim.Muon, which works in bfloat16: on CPUs without bfloat16 arithmetic
that makes the optimiser slower than the model. Matrices of one shape are handled together.
"""

# G matrices of one shape, R rows, K columns.

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


def orthogonalise(matrices: Tensor, steps: int = 5) -> Tensor:
    """Push the singular values of (G, R, K) towards 1 by a quintic Newton–Schulz iteration.

    Coefficients of Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/.
    """
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices
    x = x / x.norm(dim=(-2, -1), keepdim=True).clamp(min=1e-7)
    if 2 * x.shape[-2] <= x.shape[-1]:
        x = _by_gram(x, steps)
    else:
        for _ in range(steps):
            x = _polynomial(x @ x.mT) @ x
    return x.mT if tall else x


def _by_gram(x: Tensor, steps: int) -> Tensor:
    """The iteration of wide x (G, R, K) on its Gram matrices (G, R, R), which costs K / R less.

    All that is multiplied is a polynomial of the first Gram matrix, so it commutes.
    """
    gram, whole = x @ x.mT, None
    for step in range(steps):
        factor = _polynomial(gram)
        whole = factor if whole is None else factor @ whole
        if step < steps - 1:
            gram = factor @ (factor @ gram)
    return x if whole is None else whole @ x


def _polynomial(gram: Tensor) -> Tensor:
    """aI + bG + cG² of Gram matrices (G, R, R)."""
    a, b, c = NEWTON_SCHULZ
    result = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
    result.diagonal(dim1=-2, dim2=-1).add_(a)
    return result


def split_parameters(model: nn.Module) -> tuple[list[Tensor], list[Tensor]]:
    """The matrices inside the blocks, and all other parameters of a Transformer."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, parameter in model.named_parameters():
        in_block = name.startswith("blocks.") and parameter.ndim == 2
        (matrices if in_block else others).append(parameter)
    return matrices, others


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised; the step grows with sqrt(max(1, R / K)).

    `map` may work on several matrices at a time: all of one shape in `pieces`.
    """

    map: Callable[..., Iterable[Any]] = staticmethod(map)
    pieces = 1

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 0.02,
        *,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.ndim < 2:
                    raise ValueError(
                        f"Muon trains matrices; got a parameter of shape {tuple(parameter.shape)}"
                    )

    @torch.no_grad()
    def step(self, closure=None) -> None:  # type: ignore[override]
        """Update every parameter that has a gradient."""
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    by_shape.setdefault(parameter.shape, []).append(parameter)
            for shape, parameters in by_shape.items():
                rows, columns = shape[0], shape[1:].numel()
                updates = torch.stack([self._momentum(p, group["momentum"]) for p in parameters])
                rate = group["lr"] * max(1.0, rows / columns) ** 0.5
                parts = updates.flatten(2).chunk(self.pieces)
                flat = torch.cat(list(self.map(orthogonalise, parts)))  # (G, R, K)
                for parameter, update in zip(parameters, flat, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.add_(update.view_as(parameter), alpha=-rate)

    def _momentum(self, parameter: Tensor, momentum: float) -> Tensor:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        average: Tensor = state["momentum"]
        assert parameter.grad is not None
        average.lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(average, momentum)
