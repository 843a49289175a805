"""Drafting: draws the scenery first, then lays drawings over it and tokenises both as a draft.

Shapes: h w cells of the picture, which are tokens, N = h · w; P pixels of a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.conditioning import NO_CODE
from maskgil.pipelines.request import DrawRequest
from maskgil.prompts import Drafter
from maskgil.sampling.decoding import DecodingStage
from maskgil.tokenizers.base import Tokenizer

PAPER = 0.97  # background of drawings without scenery, 1 is white
SEEN = 0.08  # opacity from which a pixel of a drawing counts in its cell
Outline = dict[Literal["ar", "masked"], int]  # steps of each stage, in order
SKETCH = 1.0  # share of a setting's stored codes used as sketch
STEPS = 8  # one step in so many is for the drawings, the others for the scenery


def check_draft(draft: Tensor, grid: tuple[int, int], pixels: int) -> Tensor:
    """Check a `Drafter`'s draft (h, w, P, P, 4) against the grid. Raises ValueError.

    P must be a multiple of the `pixels` of a token.
    """
    side = draft.shape[2] if draft.ndim == 5 else 0
    side = max(pixels, side - side % pixels)
    wanted = (*grid, side, side, 4)
    if tuple(draft.shape) != wanted or draft.dtype != torch.uint8:
        raise ValueError(
            f"a draft has shape {tuple(draft.shape)} of {draft.dtype}; expected {wanted} of bytes"
        )
    return draft


def drafts_of(
    drafter: Drafter | None, request: DrawRequest, masked: Tensor, pixels: int
) -> dict[int, Tensor]:
    """Drafts (h, w, P, P, 4) for the `masked` cells (B, N), by row.

    `pixels`: the side of a token. Rows in which nothing is visible are left out.
    """
    if drafter is None:
        return {}
    assert request.grid_size is not None
    holes = masked.view(-1, *request.grid_size)  # (B, h, w)
    parts = request.rows if request.part is None else [request.part] * len(request.rows)
    drafts: dict[int, Tensor] = {}
    for row, (prompt, seed, hole) in enumerate(zip(parts, request.seeds, holes, strict=True)):
        seed = seed if request.arrangement is None else request.arrangement
        draft = request.draft
        if draft is None:
            draft = drafter.draft(prompt, seed, hole)
        if draft is None:
            continue
        draft = check_draft(draft, request.grid_size, pixels).to(masked.device)
        if bool(seen(draft).any()):
            drafts[row] = draft
    return drafts


def check_behind(behind: Tensor | None, count: int, codes: int) -> None:
    """Raise ValueError for tokens that are no complete picture of `count` tokens below `codes`."""
    if behind is None:
        return
    if tuple(behind.shape) != (count,):
        raise ValueError(f"the picture behind has shape {tuple(behind.shape)}; expected ({count},)")
    if bool(((behind < 0) | (behind >= codes)).any()):
        raise ValueError(f"tokens of the picture behind must be 0 to {codes - 1}")


def seen(draft: Tensor) -> Tensor:
    """The cells (..., N) in which a draft (..., h, w, P, P, 4) is visible."""
    return (draft[..., 3].amax((-2, -1)) > 255 * SEEN).flatten(-2)


def steps_of(num_steps: int) -> tuple[int, int]:
    """The numbers of steps for the scenery and for the drawings."""
    last = max(1, num_steps // STEPS)
    return num_steps - last, last


@dataclass(frozen=True)
class Behind:
    """The scenery under a draft: `tokens` (N,) and their `picture` (1, 3, H, W)."""

    tokens: Tensor
    picture: Tensor


def sheet_of(draft: Tensor) -> Tensor:
    """A draft (h, w, P, P, 4) as one RGBA sheet (1, 4, P · h, P · w), 0 to 1."""
    rows, columns, pixels = draft.shape[:3]
    return draft.permute(4, 0, 2, 1, 3).reshape(1, 4, rows * pixels, columns * pixels) / 255


def mixed(picture: Tensor, sheet: Tensor) -> Tensor:
    """A sheet (1, 4, H', W') over a picture (1, 3, H, W), 0 to 1, at the smaller size."""
    if picture.shape[-2:] != sheet.shape[-2:]:
        height, width = min(picture.shape[-2:], sheet.shape[-2:])
        picture, sheet = (F.adaptive_avg_pool2d(each, (height, width)) for each in (picture, sheet))
    colours, opacity = sheet[:, :3], sheet[:, 3:]  # premultiplied
    return (picture * (1 - opacity) + colours).clamp(0, 1)


def in_context(tokenizer: Tokenizer, behind: Behind | None, draft: Tensor) -> Tensor:
    """Codes (N,) int64 of a draft (h, w, P, P, 4) over its scenery, or over paper."""
    rows, columns = draft.shape[:2]
    side = tokenizer.downsample_factor
    size = rows * side, columns * side
    paper = torch.full((1, 3, *size), PAPER, device=draft.device)
    if behind is not None:
        paper = (F.adaptive_avg_pool2d(behind.picture, size) + 1) / 2
    return tokenizer.encode(mixed(paper, sheet_of(draft)) * 2 - 1).flatten()


def on_rows(stages: list[DecodingStage], rows: list[int], count: int) -> list[DecodingStage]:
    """Stages of some `rows` as stages of the whole batch."""
    if len(rows) == count:
        return stages

    def decode(stage: DecodingStage, tokens: Tensor) -> Iterator[Tensor]:
        place = torch.tensor(rows, device=tokens.device)
        for part in stage.decode(tokens[place]):
            yield tokens.index_copy(0, place, part)

    return [stage._replace(decode=partial(decode, stage)) for stage in stages]


def where_empty(
    stages: list[DecodingStage], tokens: Tensor, bare: Tensor, mask_id: int
) -> list[DecodingStage]:
    """Stages that fill `bare` tokens (B, N); only cells masked in `tokens` are kept."""

    def kept(filled: Tensor) -> Tensor:
        return torch.where(tokens == mask_id, filled, tokens)

    def decode(stage: DecodingStage, _: Tensor) -> Iterator[Tensor]:
        return map(kept, stage.decode(bare))

    return [stage._replace(decode=partial(decode, stage)) for stage in stages]


def deferred(
    outline: Outline, begin: Callable[[Tensor], tuple[Tensor, list[DecodingStage]]]
) -> list[DecodingStage]:
    """Stages made by `begin` from the tokens at the time when the first stage starts.

    `begin` also returns the tokens to continue from.
    """
    begun: list[DecodingStage] = []

    def decode(number: int, tokens: Tensor) -> Iterator[Tensor]:
        if not number:
            tokens, begun[:] = begin(tokens)
        return begun[number].decode(tokens)

    return [
        DecodingStage(name, steps, partial(decode, number))
        for number, (name, steps) in enumerate(outline.items())
    ]


@dataclass(frozen=True)
class Overlay:
    """Draws the scenery, lays drafts over it, and draws the things.

    Attributes:
        scenery: Maps a caption to that of its scenery.
        sketches: Initial codes (B, N) of the scenery, for a share of the cells of some rows (B,).
        filling: Stages that fill tokens (B, N), given codes (B, N) of drafts. outline: The steps of
        these stages for empty cells. draws_behind: Whether a model can draw the scenery first.
        behind: The scenery under each row's draft, once drawn; empty for paper.
    """

    tokenizer: Tokenizer
    mask_id: int
    scenery: Callable[[str], str]
    sketches: Callable[[DrawRequest, float, Tensor], Tensor]
    filling: Callable[..., list[DecodingStage]]
    outline: Callable[[DrawRequest, Tensor], Outline]
    draws_behind: bool
    behind: list[Behind] = field(default_factory=list)

    def stages(self, request: DrawRequest, tokens: Tensor, drafts: Tensor) -> list[DecodingStage]:
        """Stages that draw the scenery of all rows, then the things by their `drafts`.

        The scenery is `request.behind` if given. In a single step, or with a causal model alone,
        drafts are laid on paper and everything is drawn at once.
        """
        sampling = request.sampling
        assert sampling is not None
        empty, covered = tokens == self.mask_id, seen(drafts)  # (B, N)
        told = empty & covered
        first, last = steps_of(sampling.num_steps)
        things = replace(request, sampling=replace(sampling, num_steps=last))
        if request.behind is not None:
            picture = request.behind.to(tokens).expand_as(tokens)
            begin = partial(self._begin, things, drafts, told, told, behind=picture)
            return deferred(self.outline(things, told), begin)
        if not self.draws_behind or sampling.num_steps == 1:
            begin = partial(self._begin, request, drafts, empty, told, behind=None)
            return deferred(self.outline(request, empty), begin)
        scenery = replace(
            request,
            prompts=[self.scenery(prompt) for prompt in request.rows],
            sampling=replace(sampling, ar_ratio=0.0, num_steps=first),
        )
        free = (empty | covered).all(-1)  # (B,): no scenery yet
        codes = self.sketches(request, SKETCH, free)
        bare = tokens.masked_fill(covered, self.mask_id)  # things do not condition the scenery
        stages = where_empty(self.filling(scenery, bare, codes), tokens, bare, self.mask_id)
        again = told if sampling.ar_ratio == 0 else empty
        begin = partial(self._begin, things, drafts, again, again, behind=tokens)
        return stages + deferred(self.outline(things, again), begin)

    def _begin(
        self, request: DrawRequest, drafts: Tensor, again: Tensor, told: Tensor, tokens: Tensor,
        *, behind: Tensor | None,
    ) -> tuple[Tensor, list[DecodingStage]]:  # fmt: skip
        """The stages that redraw the cells `again` (B, N), those `told` from their draft codes.

        Drafts are laid over `tokens` or, where these are masked, over `behind`; None for paper.
        """
        if behind is not None:
            tokens = torch.where(tokens == self.mask_id, behind, tokens)
        under: list[Behind | None] = [None] * len(tokens)
        if behind is not None:
            grid = tuple(drafts.shape[1:3])
            shown = [self.tokenizer.decode(row.view(1, *grid)) for row in tokens]
            self.behind[:] = map(Behind, tokens, shown)
            under = [*self.behind]
        codes = [
            in_context(self.tokenizer, each, draft)
            for each, draft in zip(under, drafts, strict=True)
        ]
        tokens = tokens.masked_fill(again, self.mask_id)
        return tokens, self.filling(request, tokens, torch.stack(codes).masked_fill(~told, NO_CODE))
