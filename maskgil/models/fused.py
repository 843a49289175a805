"""Heads of attention with their backward pass written out, for training on a CPU.

The same formulas as in `layers`, in half as many passes over memory as autograd makes of them.
"""

# B batch, S sequence, H heads, D head width.

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable


def applies(x: Tensor) -> bool:
    """Whether `x` is float32 that a CPU trains on eagerly."""
    trained = x.requires_grad and x.dtype == torch.float32 and x.device.type == "cpu"
    return trained and not torch.compiler.is_compiling()


def inverse_rms(x: Tensor, eps: float) -> Tensor:
    """1 / rms(x) over the last dimension, which stays: (..., 1)."""
    norm: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True)
    return norm.square_().div_(x.shape[-1]).add_(eps).rsqrt_()


def of_normed(slope: Tensor, normed: Tensor, dot: Tensor, scale: Tensor) -> Tensor:
    """Gradient of x, where normed = scale · x: `slope` is normed's, `dot` (..., 1) their product.

    `slope` is overwritten.
    """
    return slope.addcmul_(normed, dot, value=-1 / normed.shape[-1]).mul_(scale)


def heads(
    qkv: Tensor, weight: Tensor | None, cos: Tensor, sin: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """qkv (B, S, 3, H, D) to query, key and value (B, H, S, D): normed, scaled and turned.

    `weight` (2, 1, D) scales the normed query and key, None leaves them as they are. cos and sin
    (S, 1, 1, D) as of `rope_table`.
    """
    query, key, value = _Heads.apply(qkv, weight, cos, sin, eps)
    return query, key, value


class _Heads(torch.autograd.Function):
    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any, qkv: Tensor, weight: Tensor | None, cos: Tensor, sin: Tensor, eps: float
    ) -> tuple[Tensor, Tensor, Tensor]:
        x = qkv[:, :, :2]  # (B, S, 2, H, D)
        if weight is not None:
            scale = inverse_rms(x, eps)
            ctx.save_for_backward(qkv, weight, cos, sin, scale)
            turned = turn(x * scale, cos * weight, sin * weight.roll(weight.shape[-1] // 2, -1))
        else:
            ctx.save_for_backward(qkv, weight, cos, sin, None)
            turned = turn(x, cos, sin)
        query, key = turned.transpose(1, 3).unbind(2)
        return query, key, qkv[:, :, 2].transpose(1, 2)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *slopes: Tensor) -> Any:  # type: ignore[override]
        qkv, weight, cos, sin, scale = ctx.saved_tensors
        result = torch.empty_like(qkv)
        for place, slope in enumerate(slopes):
            result[:, :, place] = slope.transpose(1, 2)
        inner = turn(result[:, :, :2], cos, sin.roll(sin.shape[-1] // 2, -1))
        of_weight = None
        if weight is not None:
            normed = qkv[:, :, :2] * scale
            product = inner * normed
            of_weight = product.sum((0, 1, 3))[:, None]  # (2, 1, D)
            dot = product.mul_(weight).sum(-1, keepdim=True)
            inner = of_normed(inner.mul_(weight), normed, dot, scale)
        result[:, :, :2] = inner
        return result, of_weight, None, None, None


def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """x · cos + (x with its halves exchanged) · sin: (..., D)."""
    result = x * cos
    (first, second), (low, high) = x.chunk(2, -1), sin.chunk(2, -1)
    left, right = result.chunk(2, -1)
    left.addcmul_(second, low)
    right.addcmul_(first, high)
    return result
