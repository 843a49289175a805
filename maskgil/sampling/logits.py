"""Logit filters, categorical sampling and noise, shared by the decoders.

Shapes: B batch, N image tokens, V codebook size, M rows of logits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from maskgil.sampling.config import SamplingConfig

LEAST = -87.0  # below this exp is subnormal in float32
Generators = torch.Generator | Sequence[torch.Generator] | None


def row_generators(seeds: Sequence[int]) -> list[torch.Generator]:
    """One generator per row, so that a seed gives the same picture in any batch."""
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


class Noise:
    """U[0, 1) of `shape` (B, ...), `draws` times: the same numbers on a CPU and on a GPU.

    For another `device` the host's generators fill all draws in advance and copy them
    asynchronously, so that nothing synchronises afterwards.
    """

    def __init__(
        self, shape: Sequence[int], draws: int, generator: Generators, device: torch.device
    ) -> None:
        self._source = shape, generator, device
        self._drawn: Iterator[Tensor] | None = None
        one = generator[0] if isinstance(generator, Sequence) and generator else generator
        if draws and isinstance(one, torch.Generator) and one.device != device:
            drawn = torch.stack([uniform(shape, generator, one.device) for _ in range(draws)])
            if device.type == "cuda":
                drawn = drawn.pin_memory()
            self._drawn = iter(drawn.to(device, non_blocking=True))

    def __call__(self) -> Tensor:
        """The next draw."""
        return uniform(*self._source) if self._drawn is None else next(self._drawn)


def gumbel(noise: Tensor) -> Tensor:
    """Standard Gumbel noise of uniform `noise`, -log(-log U)."""
    tiny = torch.finfo(torch.float32).tiny
    return -torch.log((-torch.log(noise.clamp(min=tiny))).clamp(min=tiny))


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
        outside = probs.cumsum(-1) - probs >= top_p  # the codes before already suffice
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
    logits = logits.float() if temperature == 1.0 else logits.float() / temperature
    logits = filter_logits(logits, top_k=top_k, top_p=top_p)
    return invert(_weights(logits)[0], noise)


def draw_scored(
    logits: Tensor,
    noise: Tensor,
    *,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> tuple[Tensor, Tensor]:
    """Codes (M,) as `draw`, and their `log_probability` (M,) under unfiltered `logits` (M, V).

    Without filters both share the exponentials.
    """
    if temperature != 1.0 or top_k is not None or top_p is not None:
        codes = draw(logits, noise, temperature=temperature, top_k=top_k, top_p=top_p)
        return codes, log_probability(logits, codes)
    logits = logits.float()
    weights, most = _weights(logits)
    codes = invert(weights, noise)
    return codes, _log_share(logits, codes, weights, most)


def _weights(logits: Tensor) -> tuple[Tensor, Tensor]:
    """exp of logits (M, V) minus each row's maximum (M, 1), and the maxima.

    Subnormal results are 0: processors are twenty times slower with them.
    """
    most = logits.amax(-1, keepdim=True)
    below = logits - most
    return below.clamp(min=LEAST).exp_().masked_fill_(below < LEAST, 0.0), most


def invert(weights: Tensor, noise: Tensor) -> Tensor:
    """The codes (M,) at the shares `noise` (M,) in [0, 1) of the summed weights (M, V) >= 0.

    Block sums select a block first, so that only one block per row is summed code by code. A code
    of weight 0 is never drawn.
    """
    rows, size = weights.shape
    width = 1 << (size.bit_length() // 2)
    if size % width:
        weights = F.pad(weights, (0, -size % width))
    weights = weights.view(rows, -1, width)  # (M, blocks, width)
    sums = weights.sum(-1).double()  # (M, blocks)
    block, share = _fall(sums, noise.double())
    inside = weights[torch.arange(rows, device=weights.device), block].double()  # (M, width)
    return block * width + _fall(inside, share)[0]


def _fall(weights: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """Index (M,) of the weight (M, W) a share falls on, and its share (M,) within that weight."""
    sums = weights.cumsum(-1)
    total = sums[:, -1:]
    point = share[:, None] * total  # (M, 1)
    last = (sums < total).sum(-1, keepdim=True)  # of positive weight: rounding goes no further
    index = torch.searchsorted(sums, point, right=True).minimum(last)
    weight = weights.gather(-1, index)
    within = (point - sums.gather(-1, index) + weight) / weight
    return index.squeeze(-1), within.clamp(0.0, 1.0).squeeze(-1)


def log_probability(logits: Tensor, codes: Tensor) -> Tensor:
    """log p (M,) of `codes` (M,) under logits (M, V)."""
    weights, most = _weights(logits.float())
    return _log_share(logits.float(), codes, weights, most)


def _log_share(logits: Tensor, codes: Tensor, weights: Tensor, most: Tensor) -> Tensor:
    """log p (M,) of `codes` (M,), of what `_weights` makes of logits (M, V)."""
    above = logits.gather(-1, codes[:, None]) - most  # (M, 1)
    return above.squeeze(-1) - weights.sum(-1).log()


def guide(conditional: Tensor, unconditional: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance u + s (c - u) in float32; 1 is off (Ho & Salimans 2022).

    In bfloat16 a large scale would amplify rounding errors.
    """
    return torch.lerp(unconditional.float(), conditional.float(), scale)


def guidance_at(sampling: SamplingConfig, step: int, num_steps: int) -> float:
    """Guidance scale of step 1 … `num_steps`.

    Constant, or `linear`: 1 + (s - 1) · step / num_steps, which reaches s in the last step, or
    `released`, as MaskGIL's authors sample: 1 + (s - 1) · (step - 1) / (num_steps - 1), off in the
    first step and s in the last; their weight w in (1 + w) c - w u is scale 1 + w. Outside
    `guidance_interval`, judged by the progress the step starts from, it is 1 (off).
    """
    begin, end = sampling.guidance_interval
    before = (step - 1) / num_steps
    if sampling.guidance_scale == 1.0 or before < begin or (before >= end and end < 1.0):
        return 1.0
    if sampling.guidance_schedule == "linear":
        return 1.0 + (sampling.guidance_scale - 1.0) * step / num_steps
    if sampling.guidance_schedule == "released":
        return 1.0 + (sampling.guidance_scale - 1.0) * (step - 1) / max(1, num_steps - 1)
    return sampling.guidance_scale
