"""Decoders: masked, causal and hybrid.

Decoders take callables, never a model, and yield the grid after every step. All counts are planned
before the first step, so that no step synchronises with the device.

Shapes: B batch, N image tokens in raster order, V codebook size, M masked tokens of the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Literal, NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor

from maskgil.models.masked_model import Places
from maskgil.sampling.config import HALVES, SamplingConfig
from maskgil.sampling.logits import Generators, Noise, draw, draw_scored, gumbel
from maskgil.sampling.mask_schedules import Schedule, masked_counts
from maskgil.sampling.sweeps import sweep

# tokens (B, N) -> logits (B, N, V), or (M, V) where tokens == mask_id; called once a step.
LogitsFn = Callable[[Tensor], Tensor]


@runtime_checkable
class PlacedLogits(Protocol):
    """A `LogitsFn` that can be given the masked places instead of finding them."""

    def at(self, tokens: Tensor, masked: Places) -> Tensor:
        """Logits (M, V) of the `masked` places of tokens (B, N)."""


def logits_at(logits_fn: LogitsFn, tokens: Tensor, masked: Places) -> Tensor:
    """Logits (M, V) of the `masked` places of tokens (B, N)."""
    if isinstance(logits_fn, PlacedLogits):
        return logits_fn.at(tokens, masked)
    logits = logits_fn(tokens)
    return logits.flatten(0, 1)[masked.flat] if logits.ndim == 3 else logits


# The tokens settled since the last call, (B, n), n >= 0 -> logits (B, V) of the one that follows.
NextFn = Callable[[Tensor], Tensor]


@torch.inference_mode()
def decode_masked(
    logits_fn: LogitsFn,
    tokens: Tensor,
    *,
    mask_id: int,
    num_steps: int = 8,
    schedule: str | Schedule = "arccos",
    choice_temperature: float = 4.5,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    order: Tensor | None = None,
    generator: Generators = None,
) -> Iterator[Tensor]:
    """Fill every `mask_id` of `tokens` (B, N) in `num_steps` parallel steps; yield after each.

    Each step draws all masked tokens and keeps the most confident: log-probability plus Gumbel
    noise that fades with progress (Sec. 4.2 of the MaskGIL paper, after Chang et al. 2022).
    `order` (N,), a rank for each position, replaces confidence, as in `halton_order`. Given tokens
    never change. With fewer masked tokens than steps the loop ends early.
    """
    device, shape, last = tokens.device, tokens.shape, num_steps - 1
    to_fill = (tokens == mask_id).sum(-1).tolist()
    left = [(fill, *masked_counts(schedule, num_steps, fill)) for fill in to_fill]  # by row
    plan = torch.tensor([row[1:] for row in left], dtype=torch.long).to(device)  # (B, T)
    steps = next((step for step in range(num_steps) if not any(row[step] for row in left)), None)
    steps = num_steps if steps is None else steps
    chosen = min(steps, last) if order is None else 0  # steps that draw noise for confidence too
    noise = Noise(shape, steps + chosen, generator, device)
    places = None if order is None else -order.to(device).float()  # (N,)
    for step in range(steps):
        masked = Places.of(tokens == mask_id, [row[step] for row in left])
        flat = masked.flat  # (M,)
        logits = logits_at(logits_fn, tokens, masked)
        share = noise().flatten()[flat]
        score: Tensor | None = None
        if places is None and step < last:
            drawn, score = draw_scored(  # (M,) each
                logits, share, temperature=temperature, top_k=top_k, top_p=top_p
            )
        else:
            drawn = draw(logits, share, temperature=temperature, top_k=top_k, top_p=top_p)
        written = tokens.flatten().index_copy(0, flat, drawn).view(shape)
        if step == last:
            yield written
            return
        if score is not None:
            fade = choice_temperature * (1 - (step + 1) / num_steps)
            score = score + fade * gumbel(noise()).flatten()[flat]
        else:
            assert places is not None
            score = places[flat % shape[1]]
        settled = torch.full((shape.numel(),), torch.inf, device=device)
        settled = settled.index_copy_(0, flat, score).view(shape)
        rank = settled.argsort(dim=-1, stable=True).argsort(-1)  # least confident first
        tokens = written.masked_fill(rank < plan[:, step, None], mask_id)
        yield tokens


@torch.inference_mode()
def decode_causal(
    next_fn: NextFn,
    tokens: Tensor,
    *,
    mask_id: int,
    num_tokens: int | None = None,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: Generators = None,
) -> Iterator[Tensor]:
    """Write the first `num_tokens` (default all) of `tokens` (B, N) in raster order; yield each.

    Given tokens stay and are read, not drawn; the model is asked only where some row needs a
    token.
    """
    batch, count = tokens.shape
    stop = count if num_tokens is None else num_tokens
    if not 0 <= stop <= count:
        raise ValueError(f"num_tokens is {num_tokens}; it must be 0 to {count}")
    tokens = tokens.clone()
    empty = tokens[:, :stop] == mask_id  # (B, n)
    asked = [position for position, some in enumerate(empty.any(0).tolist()) if some]
    noise, fed = Noise((batch, 1), len(asked), generator, tokens.device), 0
    for position in asked:
        logits = next_fn(tokens[:, fed:position])  # (B, V)
        fed = position
        drawn = draw(logits, noise()[:, 0], temperature=temperature, top_k=top_k, top_p=top_p)
        tokens[:, position] = torch.where(empty[:, position], drawn, tokens[:, position])
        yield tokens.clone()


def causal_share(ar_ratio: float, num_tokens: int) -> int:
    """How many of `num_tokens` the autoregressive model writes, round(ar_ratio · N)."""
    if not 0.0 <= ar_ratio <= 1.0:
        raise ValueError(f"ar_ratio is {ar_ratio}; it must be in [0, 1]")
    return round(ar_ratio * num_tokens)


def count_evaluations(ar_ratio: float, num_tokens: int, num_steps: int) -> int:
    """Model evaluations of a picture from nothing, as in the paper's Table 5."""
    written = causal_share(ar_ratio, num_tokens)
    return written + min(num_steps, num_tokens - written)


class DecodingStage(NamedTuple):
    """One way of filling a grid: `decode(tokens)` yields it after each of `num_steps` steps."""

    name: Literal["ar", "masked"]
    num_steps: int
    decode: Callable[[Tensor], Iterator[Tensor]]


def unwritten(empty: Tensor, *, ar_ratio: float) -> tuple[int, int]:
    """The numbers of `empty` (B, N) tokens that the causal and the masked model have to write.

    Of the row with the most masked ones.
    """
    written = causal_share(ar_ratio, empty.shape[1])
    return int(empty[:, :written].any(0).sum()), int(empty[:, written:].sum(-1).max())


def masked_steps(sampling: SamplingConfig, empty: int) -> int:
    """The number of steps in which the masked model fills `empty` tokens, at least one."""
    return min(sampling.filling_steps, empty) + HALVES * sampling.sweeping


def _filled_and_swept(
    fill: Callable[[Tensor], Iterator[Tensor]],
    again: Callable[[Tensor, Tensor], Iterator[Tensor]],
    mask_id: int,
    tokens: Tensor,
) -> Iterator[Tensor]:
    """Yield tokens (B, N) after each filling step, then after each half sweep."""
    empty = tokens == mask_id
    for tokens in fill(tokens):  # noqa: B020
        yield tokens
    yield from again(tokens, empty)


def hybrid_stages(
    next_fn: NextFn | None,
    logits_fn: LogitsFn | None,
    tokens: Tensor,
    sampling: SamplingConfig,
    *,
    mask_id: int,
    grid_size: tuple[int, int] | None = None,
    generator: Generators = None,
) -> list[DecodingStage]:
    """The causal model writes the first round(ar_ratio · N) tokens, the masked one the rest.

    A callable that is not needed may be None; `grid_size` is needed for Halton order and sweeps.
    """
    ar_ratio = sampling.ar_ratio
    drawing: dict[str, Any] = {
        "mask_id": mask_id,
        "temperature": sampling.temperature,
        "top_k": sampling.top_k,
        "top_p": sampling.top_p,
        "generator": generator,
    }
    causal, masked = unwritten(tokens == mask_id, ar_ratio=ar_ratio)
    stages: list[DecodingStage] = []
    if causal:
        if next_fn is None:
            raise ValueError(f"ar_ratio is {ar_ratio} but there is no autoregressive model")
        written = causal_share(ar_ratio, tokens.shape[1])
        decode = partial(decode_causal, next_fn, num_tokens=written, **drawing)
        stages.append(DecodingStage("ar", causal, decode))
    if masked:
        if logits_fn is None:
            raise ValueError(f"ar_ratio is {ar_ratio} but there is no masked model")
        order = None
        if sampling.order == "halton":
            assert grid_size is not None
            order = halton_order(*grid_size)
        fill = partial(
            decode_masked, logits_fn, num_steps=sampling.filling_steps, schedule=sampling.schedule,
            choice_temperature=sampling.choice_temperature, order=order, **drawing,
        )  # fmt: skip
        decode = fill
        if sampling.sweeping:
            assert grid_size is not None
            again = partial(
                sweep, partial(logits_at, logits_fn), grid_size=grid_size,
                sweeps=sampling.sweeping, **drawing,
            )  # fmt: skip
            decode = partial(_filled_and_swept, fill, again, mask_id)
        stages.append(DecodingStage("masked", masked_steps(sampling, masked), decode))
    return stages


def decode_hybrid(
    next_fn: NextFn | None,
    logits_fn: LogitsFn | None,
    tokens: Tensor,
    sampling: SamplingConfig,
    **options: Any,
) -> Iterator[Tensor]:
    """`hybrid_stages`, one after the other, as one decoder.

    Ratio 0 is `decode_masked` and ratio 1 `decode_causal`, token for token.
    """
    for stage in hybrid_stages(next_fn, logits_fn, tokens, sampling, **options):
        for tokens in stage.decode(tokens):  # noqa: B020
            yield tokens


def _radical_inverse(index: int, base: int) -> float:
    """Digits of `index` in `base`, mirrored behind the point (van der Corput)."""
    value, weight = 0.0, 1.0 / base
    while index:
        index, digit = divmod(index, base)
        value += digit * weight
        weight /= base
    return value


def halton_order(rows: int, columns: int) -> Tensor:
    """Rank (N,) of every raster position in a Halton walk over the grid, bases 2 and 3.

    Spreads early tokens evenly over the picture (Besnier et al., ICLR 2025). Points that fall
    on a visited cell are skipped; every cell is reached.
    """
    rank = torch.full((rows * columns,), -1, dtype=torch.long)
    found, index = 0, 1
    while found < rows * columns:
        row = int(_radical_inverse(index, 2) * rows)
        column = int(_radical_inverse(index, 3) * columns)
        index += 1
        position = row * columns + column
        if rank[position] < 0:
            rank[position] = found
            found += 1
    return rank
