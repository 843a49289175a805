"""Block Gibbs sampling of a filled grid: resamples each half given the other.

Tokens drawn in the same parallel step are independent, so a cloud may end at a cell's edge. MaskGIL
predicts any masked tokens given any others; resampling the white fields of a chess board given the
black ones, then the black given the white, is a step of Gibbs sampling from its conditionals (Wang
& Cho 2019).

Shapes: B batch, h w grid of N image tokens in raster order, V codebook size, M masked tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from maskgil.models.masked_model import Places
from maskgil.sampling.config import HALVES
from maskgil.sampling.logits import Generators, Noise, draw


def chess_board(rows: int, columns: int, device: torch.device | None = None) -> Tensor:
    """The white fields (N,) bool of a board, the first cell's neighbours black."""
    down, along = (torch.arange(side, device=device) for side in (rows, columns))
    return ((down[:, None] + along) % 2 == 0).flatten()


@torch.inference_mode()
def sweep(
    logits_at: Callable[[Tensor, Places], Tensor],
    tokens: Tensor,
    written: Tensor,
    *,
    mask_id: int,
    grid_size: tuple[int, int],
    sweeps: int,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: Generators = None,
) -> Iterator[Tensor]:
    """Resample the `written` cells (B, N) of tokens (B, N) `sweeps` times; yield each half.

    Other cells never change. `logits_at` returns logits (M, V) of masked places.
    """
    white = chess_board(*grid_size, tokens.device)
    halves = [written & white, written & ~white]
    counts: list[list[int]] = torch.stack([half.sum(-1) for half in halves]).tolist()  # (2, B)
    noise = Noise(tokens.shape, HALVES * sweeps, generator, tokens.device)
    for number in range(HALVES * sweeps):
        half, share = halves[number % HALVES], noise()
        places = Places.of(half, counts[number % HALVES])
        if places.flat.numel():
            logits = logits_at(tokens.masked_fill(half, mask_id), places)  # (M, V)
            drawn = draw(
                logits, share.flatten()[places.flat],
                temperature=temperature, top_k=top_k, top_p=top_p,
            )  # fmt: skip
            tokens = tokens.flatten().index_copy(0, places.flat, drawn).view(tokens.shape)
        yield tokens
