"""Drafts: drawings laid over scenery that is there already, as the codes that a picture has there.

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

PAPER = 0.97  # what is behind a drawing where nothing is, 1 is white
SEEN = 0.08  # opacity from which a pixel of a drawing changes the cell that it is in
Outline = dict[Literal["ar", "masked"], int]  # the steps of each stage, in their order
SKETCH = 1.0  # of a place's codes that a picture begins from
STEPS = 8  # one in so many is for the drawings, the others for what is behind them


def check_draft(draft: Tensor, grid: tuple[int, int], pixels: int) -> Tensor:
    """`draft`, a `Drafter`'s (h, w, P, P, 4). Raises ValueError for one of another picture.

    P is a multiple of the `pixels` of a token.
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
    """Drafts (h, w, P, P, 4) of what `masked` places (B, N) are to show, by row.

    `pixels`: of a token. Rows without are those of which nothing is seen, there or beside it.
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
    """Raise ValueError for tokens that are no whole picture of so many, of a codebook's `codes`."""
    if behind is None:
        return
    if tuple(behind.shape) != (count,):
        raise ValueError(f"the picture behind has shape {tuple(behind.shape)}; expected ({count},)")
    if bool(((behind < 0) | (behind >= codes)).any()):
        raise ValueError(f"tokens of the picture behind must be 0 to {codes - 1}")


def seen(draft: Tensor) -> Tensor:
    """Cells (..., N) in which the drawings of a draft (..., h, w, P, P, 4) are seen."""
    return (draft[..., 3].amax((-2, -1)) > 255 * SEEN).flatten(-2)


def steps_of(num_steps: int) -> tuple[int, int]:
    """How many steps draw what is behind the drawings, and how many the drawings."""
    last = max(1, num_steps // STEPS)
    return num_steps - last, last


@dataclass(frozen=True)
class Behind:
    """What a draft is laid over: `tokens` (N,), and the `picture` (1, 3, H, W) that they show."""

    tokens: Tensor
    picture: Tensor


def sheet_of(draft: Tensor) -> Tensor:
    """A draft (h, w, P, P, 4) as one sheet (1, 4, P · h, P · w), 0 to 1."""
    rows, columns, pixels = draft.shape[:3]
    return draft.permute(4, 0, 2, 1, 3).reshape(1, 4, rows * pixels, columns * pixels) / 255


def mixed(picture: Tensor, sheet: Tensor) -> Tensor:
    """A picture (1, 3, H, W), 0 to 1, under a sheet (1, 4, H', W'), in the size of the smaller."""
    height, width = min(picture.shape[-2:], sheet.shape[-2:])
    picture, sheet = (F.adaptive_avg_pool2d(each, (height, width)) for each in (picture, sheet))
    colours, opacity = sheet[:, :3], sheet[:, 3:]  # colours times opacity
    return (picture * (1 - opacity) + colours).clamp(0, 1)


def in_context(tokenizer: Tokenizer, behind: Behind | None, draft: Tensor) -> Tensor:
    """Codes (N,) int64 of a draft (h, w, P, P, 4) over what is behind it, else over paper."""
    rows, columns = draft.shape[:2]
    side = tokenizer.downsample_factor
    size = rows * side, columns * side
    paper = torch.full((1, 3, *size), PAPER, device=draft.device)
    if behind is not None:
        paper = (F.adaptive_avg_pool2d(behind.picture, size) + 1) / 2
    return tokenizer.encode(mixed(paper, sheet_of(draft)) * 2 - 1).flatten()


def on_rows(stages: list[DecodingStage], rows: list[int], count: int) -> list[DecodingStage]:
    """Stages of some `rows` of so many, as stages of all of them."""
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
    """Stages that fill `bare` tokens (B, N); kept is what they fill of the masked `tokens`."""

    def kept(filled: Tensor) -> Tensor:
        return torch.where(tokens == mask_id, filled, tokens)

    def decode(stage: DecodingStage, _: Tensor) -> Iterator[Tensor]:
        return map(kept, stage.decode(bare))

    return [stage._replace(decode=partial(decode, stage)) for stage in stages]


def deferred(
    outline: Outline, begin: Callable[[Tensor], tuple[Tensor, list[DecodingStage]]]
) -> list[DecodingStage]:
    """Stages that `begin` makes of the tokens that stand when the first begins.

    It gives the tokens too, from which that one goes on.
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
    """How drafts are laid over what is behind them.

    Attributes:
        scenery: The caption of what is behind the things of a caption.
        sketches: Codes (B, N) of what is behind the things of a request's captions, of a share of
            the cells of some rows (B,).
        filling: Stages that fill tokens (B, N), some from codes (B, N) of drafts.
        outline: Their steps, for those that are empty.
        draws_behind: Whether there is a model that can fill what is behind first.
        behind: What each row's draft was laid over, once it is; empty where that is paper.
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
        """What is behind the things of all rows first, then these, as their `drafts` lay them.

        Over the picture that is `request.behind` them, where one is; on paper, and all at once,
        where one model writes token by token, or in a single step.
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
        free = (empty | covered).all(-1)  # (B,): nothing of what is behind is there yet
        codes = self.sketches(request, SKETCH, free)
        bare = tokens.masked_fill(covered, self.mask_id)  # nothing goes on what is before it
        stages = where_empty(self.filling(scenery, bare, codes), tokens, bare, self.mask_id)
        again = told if sampling.ar_ratio == 0 else empty
        begin = partial(self._begin, things, drafts, again, again, behind=tokens)
        return stages + deferred(self.outline(things, again), begin)

    def _begin(
        self, request: DrawRequest, drafts: Tensor, again: Tensor, told: Tensor, tokens: Tensor,
        *, behind: Tensor | None,
    ) -> tuple[Tensor, list[DecodingStage]]:  # fmt: skip
        """The stages that draw `again` cells (B, N), the `told` ones from their codes.

        Over what `tokens` show or, where these are masked, what is `behind`; None for paper.
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
