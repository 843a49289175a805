"""Training losses and random masks.

Shapes: B batch, N image tokens, V codebook size, M masked tokens.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor


def random_mask(
    batch_size: int,
    num_tokens: int,
    *,
    generator: torch.Generator | None = None,
    schedule: Callable[[float], float] | None = None,
) -> Tensor:
    """A training mask (B, N) bool with at least one token per row.

    Each row draws t ~ U(0, 1) and hides ceil(schedule(t) · N) random tokens; the default schedule
    is cosine (Chang et al. 2022, Sec. 3.1). The mask lies where the generator does.
    """
    device = None if generator is None else generator.device
    progress = torch.rand(batch_size, generator=generator, device=device)
    if schedule is None:
        share = torch.cos(progress * (torch.pi / 2))
    else:
        share = torch.tensor([schedule(t) for t in progress.tolist()], device=device)
    hidden = (share * num_tokens).ceil().clamp(1, num_tokens)  # (B,)
    order = torch.rand(batch_size, num_tokens, generator=generator, device=device).argsort(-1)
    rank = order.argsort(-1)
    return rank < hidden[:, None]


def masked_cross_entropy(
    logits: Tensor,
    tokens: Tensor,
    masked: Tensor,
    *,
    label_smoothing: float = 0.0,
    count: float | Tensor | None = None,
) -> Tensor:
    """Mean cross-entropy over the masked tokens of the batch; the paper scores no visible ones.

    `logits` (B, N, V), or (M, V) as `Transformer.logits(..., where=masked)` gives them; `tokens`
    (B, N) the true codes; `masked` (B, N) bool with at least one True. `count` divides the sum
    instead of M: the tokens of a larger batch that these are a part of.
    """
    if logits.ndim == 3:
        logits = logits[masked]  # (M, V)
    return _cross_entropy(logits, tokens[masked], label_smoothing, count)


def causal_cross_entropy(
    logits: Tensor,
    tokens: Tensor,
    *,
    label_smoothing: float = 0.0,
    count: float | Tensor | None = None,
) -> Tensor:
    """Mean next-token cross-entropy: `logits` (B, N, V) teacher-forced, `tokens` (B, N).

    `count` as for `masked_cross_entropy`.
    """
    return _cross_entropy(logits.flatten(0, 1), tokens.flatten(), label_smoothing, count)


def _cross_entropy(
    logits: Tensor, tokens: Tensor, label_smoothing: float, count: float | Tensor | None
) -> Tensor:
    """Cross-entropy of `logits` (M, V): the mean, or the sum divided by `count`."""
    if count is None:
        return F.cross_entropy(logits.float(), tokens, label_smoothing=label_smoothing)
    total = F.cross_entropy(
        logits.float(), tokens, label_smoothing=label_smoothing, reduction="sum"
    )
    return total / count
