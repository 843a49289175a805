"""Chunked cross-entropy of a linear head, without the logits of a whole batch in memory.

Loss and gradients are computed together, as in Liger Kernel (Hsu et al. 2024), so that the scores
of `ROWS` tokens stay in the CPU's cache.
"""

# M tokens, C width, V codebook size, m rows at a time.

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import FunctionCtx, once_differentiable

from maskgil.models.conditioning import NO_CODE

ROWS = 512


def head_cross_entropy(
    hidden: Tensor,
    weight: Tensor,
    targets: Tensor,
    *,
    draft: Tensor | None = None,
    strength: Tensor | None = None,
    label_smoothing: float = 0.0,
) -> Tensor:
    """Summed cross-entropy of the logits hidden (M, C) @ weight (V, C)ᵀ against `targets` (M,).

    The scores of the codes of `draft` (M,) are raised by `strength` (M, 1), as `copied` does.
    Under autocast the products are in bfloat16, everything else in float32.
    """
    if draft is None or strength is None:
        draft, strength = torch.full_like(targets, NO_CODE), hidden.new_zeros(len(hidden), 1)
    total: Tensor = _HeadCrossEntropy.apply(
        hidden, weight, targets, draft, strength, label_smoothing, torch.is_grad_enabled()
    )
    return total


class _HeadCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(  # type: ignore[override]
        ctx: FunctionCtx, hidden: Tensor, weight: Tensor, targets: Tensor, draft: Tensor,
        strength: Tensor, label_smoothing: float, learn: bool,
    ) -> Tensor:  # fmt: skip
        kind = _product_dtype(hidden)
        x, w = hidden.to(kind), weight.to(kind)
        grads: Any = ctx
        if learn:
            grads.hidden = torch.empty_like(hidden, dtype=torch.float32)  # (M, C)
            grads.weight = torch.zeros_like(weight, dtype=torch.float32)  # (V, C)
            grads.strength = torch.zeros_like(strength, dtype=torch.float32)  # (M, 1)
        total = torch.zeros((), device=hidden.device)
        product = torch.empty(min(ROWS, len(x)), len(w), dtype=kind, device=x.device)
        for part in torch.arange(len(x), device=x.device).split(ROWS):
            rows = slice(int(part[0]), int(part[-1]) + 1)
            scores = torch.mm(x[rows], w.t(), out=product[: len(part)]).float()  # (m, V)
            told = (draft[rows] != NO_CODE)[:, None]  # (m, 1)
            place = draft[rows].clamp(min=0)[:, None]
            scores.scatter_add_(1, place, strength[rows].float() * told)
            torch.log_softmax(scores, -1, out=scores)
            right = targets[rows, None]
            total -= (1 - label_smoothing) * scores.gather(1, right).sum()
            if label_smoothing:
                total -= label_smoothing * scores.mean(-1).sum()
            if not learn:
                continue
            slope = scores.exp_()  # (m, V), of the scores
            if label_smoothing:
                slope -= label_smoothing / len(w)
            slope.scatter_add_(1, right, slope.new_full(right.shape, label_smoothing - 1))
            grads.strength[rows] = slope.gather(1, place) * told
            slope = slope.to(kind)
            grads.hidden[rows] = slope @ w
            if kind == torch.float32:
                grads.weight.addmm_(slope.t(), x[rows])
            else:
                grads.weight += slope.t() @ x[rows]
        return total

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, scale: Tensor) -> Any:  # type: ignore[override]
        grads: Any = ctx
        slopes = grads.hidden * scale, grads.weight * scale, grads.strength * scale
        return *slopes[:2], None, None, slopes[2], None, None


def _product_dtype(x: Tensor) -> torch.dtype:
    """The dtype of products of `x` under autocast."""
    kind = x.device.type
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else x.dtype
