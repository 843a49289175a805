"""Random draws, logit filters and guidance: what both decoders share.

Shapes: B batch, N image tokens, V codebook size, M rows of logits.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from maskgil.config import SamplingConfig

Generators = torch.Generator | Sequence[torch.Generator] | None


def row_generators(seeds: Sequence[int]) -> list[torch.Generator]:
    """One generator a row, so that a seed gives the same picture whatever the batch."""
    return [torch.Generator().manual_seed(int(seed)) for seed in seeds]


def uniform(shape: Sequence[int], generator: Generators, device: torch.device) -> Tensor:
    """U[0, 1) of `shape` (B, ...); with a sequence of generators each row comes from its own."""
    if generator is None or isinstance(generator, torch.Generator):
        source = device if generator is None else generator.device
        return torch.rand(*shape, generator=generator, device=source).to(device)
    if len(generator) != shape[0]:
        raise ValueError(f"{len(generator)} generators for {shape[0]} rows; one a row is needed")
    rows = [torch.rand(*shape[1:], generator=row, device=row.device) for row in generator]
    return torch.stack(rows).to(device)


def gumbel(shape: Sequence[int], generator: Generators, device: torch.device) -> Tensor:
    """Standard Gumbel noise, -log(-log U)."""
    tiny = torch.finfo(torch.float32).tiny
    noise = uniform(shape, generator, device).clamp(min=tiny)
    return -torch.log((-torch.log(noise)).clamp(min=tiny))


def filter_logits(
    logits: Tensor, *, top_k: int | None = None, top_p: float | None = None
) -> Tensor:
    """logits (M, V) with -inf outside the `top_k` largest and outside the nucleus `top_p`.

    The nucleus is the smallest set of most probable codes whose probabilities reach `top_p`
    (Holtzman et al. 2020); the most probable code always stays.
    """
    if top_k is not None and top_k < logits.shape[-1]:
        least = logits.topk(top_k, dim=-1).values[..., -1:]
        logits = logits.masked_fill(logits < least, -torch.inf)
    if top_p is not None and top_p < 1.0:
        ordered, index = logits.sort(dim=-1, descending=True)
        probs = ordered.softmax(-1)
        outside = probs.cumsum(-1) - probs >= top_p  # what came before already suffices
        logits = logits.masked_fill(outside.scatter(-1, index, outside), -torch.inf)
    return logits


def draw(
    logits: Tensor,
    noise: Tensor,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> Tensor:
    """Draw codes (M,) from logits (M, V) with one uniform number each, `noise` (M,).

    Inverts the cumulative distribution; `temperature` 0 takes the largest logit.
    """
    if temperature == 0.0:
        return logits.argmax(-1)
    probs = filter_logits(logits.float() / temperature, top_k=top_k, top_p=top_p).softmax(-1)
    cumulative = probs.double().cumsum(-1)  # (M, V)
    point = noise.double()[:, None] * cumulative[:, -1:]
    chosen = torch.searchsorted(cumulative, point, right=True).squeeze(-1)
    return chosen.clamp(max=logits.shape[-1] - 1)


def guide(conditional: Tensor, unconditional: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance u + s (c - u); 1 is off (Ho & Salimans 2022)."""
    return unconditional + scale * (conditional - unconditional)


def guidance_at(sampling: SamplingConfig, step: int, num_steps: int) -> float:
    """Guidance scale of step 1 … `num_steps`.

    Constant, or `linear`: 1 + (s - 1) · step / num_steps, which reaches s in the last step. Outside
    `guidance_interval`, judged by the progress the step starts from, it is 1 (off).
    """
    begin, end = sampling.guidance_interval
    before = (step - 1) / num_steps
    if sampling.guidance_scale == 1.0 or before < begin or (before >= end and end < 1.0):
        return 1.0
    if sampling.guidance_schedule == "linear":
        return 1.0 + (sampling.guidance_scale - 1.0) * step / num_steps
    return sampling.guidance_scale
