"""Second pass: re-encodes the drawings of a finished picture on finer grids of tokens.

Other generators redraw a larger picture from a smaller one ("hires fix"). Here finer tokens are
codes of the drawings over their scenery; elsewhere the picture is decoded from its own tokens.

Shapes: h w cells of the picture, which are tokens, N = h · w; D finer tokens along a side of one,
D² · N details of a picture; H W pixels of a plain picture, S = `SCALE` times as many along a side
of one with details. A cell's D² details are all codes (fine), every other one along both sides
(coarse), or all NO_CODE, where its plain token is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.conditioning import NO_CODE
from maskgil.pipelines.drafting import Behind, mixed, seen, sheet_of
from maskgil.pipelines.sharpening import sharpened
from maskgil.tokenizers.base import Tokenizer
from maskgil.utils.images import fill_unknown, from_bytes, to_bytes

SCALE = 2
MARGIN = 2  # finer tokens of context for the decoder around those shown
SOFT = 4  # pixels over which finer tokens are blended into their surroundings
COARSE = 2  # tokens along a side of a coarse cell
BUDGET = 1500  # tokens of all parts that are fine, their context included
BUSY = 0.002  # variance of colours in its tokens from which a cell may be fine
OPAQUE = 0.98  # opacity from which a draft fills a token
LARGEST, SMALLEST = 0.4, 4  # of the budget for one part; cells of one
Part = tuple[slice, slice]


@dataclass(frozen=True)
class SecondPass:
    """Computes and decodes details of pictures of a `grid_size` (h, w): D x D tokens per cell.

    The tokenizer's encoder must read every patch by itself.
    """

    tokenizer: Tokenizer
    grid_size: tuple[int, int]
    detail: int

    @property
    def finer(self) -> tuple[int, int]:
        """The grid (D · h, D · w)."""
        return self.grid_size[0] * self.detail, self.grid_size[1] * self.detail

    @property
    def stride(self) -> int:
        """From one token of a coarse cell to the next; 1 where all cells are fine."""
        return _stride(self.detail)

    def check(self, details: Tensor | None, count: int, codes: int) -> None:
        """Raise ValueError for invalid details of `count` pictures, with a codebook of `codes`."""
        if details is None:
            return
        size = self.finer[0] * self.finer[1]
        if details.shape[-1] != size or details.shape[:-1].numel() not in (1, count):
            raise ValueError(
                f"given details have shape {tuple(details.shape)}; expected ({count}, {size})"
            )
        if bool(((details < NO_CODE) | (details >= codes)).any()):
            raise ValueError(f"given details must be {NO_CODE} to {codes - 1}")

    def details(
        self, tokens: Tensor, drafts: Sequence[Tensor | None], behind: Sequence[Behind | None]
    ) -> Tensor:
        """Details (B, D² · N) of pictures (B, N) with the given drafts.

        `behind`: the scenery under them, None if unknown.
        """
        rows = zip(tokens, drafts, behind, strict=True)
        return torch.stack([self._of_one(*row) for row in rows])

    def kept(self, details: Tensor, stays: Tensor, before: Tensor) -> Tensor:
        """`details` (B, D² · N), with those of `before` in cells (B, N) that are kept entirely."""
        fine = _repeated(stays.view(-1, *self.grid_size), self.detail).flatten(1)
        return torch.where(fine, before.to(details), details)

    def pictures(self, tokens: Tensor, details: Tensor) -> Tensor:
        """Decode tokens (B, N) and details to pixels (B, 3, S · H, S · W), -1 to 1."""
        return torch.cat([self._shown(*row) for row in zip(tokens, details, strict=True)])

    def _of_one(self, tokens: Tensor, draft: Tensor | None, behind: Behind | None) -> Tensor:
        details = tokens.new_full(self.finer, NO_CODE)
        if draft is None:
            return details.flatten()
        covered = seen(draft)  # (N,)
        if behind is None:
            bare = self._bare(tokens, covered)
        else:
            bare = torch.where(covered, behind.tokens, tokens)
        if behind is not None and torch.equal(bare, behind.tokens):
            picture = behind.picture
        else:
            picture = self.tokenizer.decode(bare.view(1, *self.grid_size))
        for stride, cells in self._by_stride(draft, covered.view(self.grid_size)):
            side = self.detail // stride
            laid = mixed((self._fitted(picture, side) + 1) / 2, self._fitted(sheet_of(draft), side))
            there = _repeated(cells[None], side)[0]
            details[::stride, ::stride][there] = self._codes(laid * 2 - 1, there)
        return details.flatten()

    def _by_stride(self, draft: Tensor, covered: Tensor) -> Iterator[tuple[int, Tensor]]:
        """The covered cells (h, w) that are fine, of stride 1, and those that are coarse."""
        fine = self._fine(variance_of(draft, self.detail) * covered) if self.stride > 1 else covered
        for stride, cells in ((1, fine), (self.stride, covered & ~fine)):
            if bool(cells.any()):
                yield stride, cells

    def _fine(self, busy: Tensor) -> Tensor:
        """The cells (h, w) with most to see, such as faces, as long as the budget lasts."""
        fine, left = torch.zeros_like(busy, dtype=torch.bool), BUDGET
        parts = [(part, self._tokens_of(part)) for part in self._busy_parts(busy, BUSY)]
        for part, cost in sorted(parts, key=lambda each: -float(busy[each[0]].sum()) / each[1]):
            if cost <= left:
                left -= cost
                fine[part] = busy[part] > 0
        return fine

    def _busy_parts(self, busy: Tensor, least: float) -> Iterator[Part]:
        """Parts of the cells (h, w) with so much to see, large ones only where there is more."""
        for part in parts_of(busy > least, self.detail):
            if busy[part].numel() < SMALLEST:
                continue
            if self._tokens_of(part) <= BUDGET * LARGEST or float(busy[part].max()) <= 2 * least:
                yield part
                continue
            inner = torch.zeros_like(busy)
            inner[part] = busy[part]
            yield from self._busy_parts(inner, 2 * least)

    def _tokens_of(self, part: Part) -> int:
        """How many fine tokens are decoded for a part, their context included."""
        return _area(part, self.detail)

    def _codes(self, picture: Tensor, there: Tensor) -> Tensor:
        """Codes (M,) of the patches of a picture (1, 3, H, W) that are in a mask (h', w')."""
        side = self.tokenizer.downsample_factor
        patches = picture[0].unfold(1, side, side).unfold(2, side, side)[:, there]  # (3, M, P, P)
        return self.tokenizer.encode(patches.movedim(2, 1).flatten(2)[None]).flatten()

    def _bare(self, tokens: Tensor, covered: Tensor) -> Tensor:
        """Tokens (N,) with `covered` cells (N,) replaced by neighbouring ones."""
        grid = (1, *self.grid_size)
        return fill_unknown(tokens.view(grid), covered.view(grid)).flatten()

    def _grid(self, side: int) -> tuple[int, int]:
        return self.grid_size[0] * side, self.grid_size[1] * side

    def _fitted(self, picture: Tensor, side: int) -> Tensor:
        """A picture (B, C, H', W') resized to the encoder's size for `side` tokens along a cell."""
        factor = self.tokenizer.downsample_factor
        size = tuple(factor * length for length in self._grid(side))
        if picture.shape[-2:] == size:
            return picture
        return F.interpolate(picture, size, mode="bilinear", antialias=True)

    def _shown(self, tokens: Tensor, details: Tensor) -> Tensor:
        """Pixels (1, 3, S · H, S · W) of one picture."""
        fine = details.view(self.finer)
        whole = self.tokenizer.decode(tokens.view(1, *self.grid_size))  # (1, 3, H, W)
        picture = F.interpolate(whole, scale_factor=float(SCALE), mode="bicubic")
        cells = fine[:: self.detail, :: self.detail] != NO_CODE  # (h, w)
        coarse = cells & (
            fine[self.detail - 1 :: self.detail, self.detail - 1 :: self.detail] == NO_CODE
        )
        for stride, there in ((self.stride, coarse), (1, cells & ~coarse)):
            side = self.detail // stride
            parts = parts_of(there, side)
            plain = self._fitted(whole, side) if parts else whole
            shown = _repeated(there[None], side)[0]
            for part in parts:
                self._lay(picture, fine[::stride, ::stride], shown, plain, part)
        crisp = sharpened(to_bytes(picture)[0].movedim(0, -1).cpu().numpy())
        return from_bytes(torch.from_numpy(crisp).movedim(-1, 0)[None]).to(picture.device)

    def _lay(self, picture: Tensor, fine: Tensor, shown: Tensor, plain: Tensor, part: Part) -> None:
        """Decode the tokens `fine` (h', w') of a part of the cells where they are `shown`.

        They are blended over `picture` (1, 3, S · H, S · W); `plain` is the one without details,
        of the size that the encoder reads as (h', w') tokens.
        """
        side, factor = len(fine) // self.grid_size[0], self.tokenizer.downsample_factor
        here = rows, columns = [
            slice(max(0, side * at.start - MARGIN), min(size, side * at.stop + MARGIN))
            for at, size in zip(part, fine.shape, strict=True)
        ]
        own = torch.zeros_like(shown)  # without its context, which other parts show
        own[_times(side, part[0]), _times(side, part[1])] = True
        tokens, shown, own = (each[rows, columns] for each in (fine, shown, own & shown))
        down, along = (_times(factor, at) for at in here)
        beside = self.tokenizer.encode(plain[..., down, along])[0]
        drawn = self.tokenizer.decode(torch.where(shown, tokens, beside)[None])  # (1, 3, H', W')
        pixels = picture.shape[-1] // fine.shape[1]  # along a side of a token
        place = picture[..., _times(pixels, rows), _times(pixels, columns)]
        drawn = F.avg_pool2d(drawn, drawn.shape[-1] // place.shape[-1])
        share = F.interpolate(own[None, None].float(), place.shape[-2:])
        share = F.avg_pool2d(F.pad(share, [SOFT] * 4, mode="replicate"), 2 * SOFT + 1, stride=1)
        place += share * (drawn - place)


def _stride(detail: int) -> int:
    return max(1, detail // COARSE)


def coarse_grid(grid_size: tuple[int, int], detail: int) -> tuple[int, int]:
    """The grid of the tokens of a picture that is coarse everywhere."""
    side = detail // _stride(detail)
    return grid_size[0] * side, grid_size[1] * side


def as_details(codes: Tensor, grid_size: tuple[int, int], detail: int) -> Tensor:
    """Codes (B, M) of pictures encoded as a `coarse_grid`, as details (B, D² · N)."""
    stride, rows, columns = _stride(detail), grid_size[0] * detail, grid_size[1] * detail
    details = codes.new_full((len(codes), rows, columns), NO_CODE)
    details[:, ::stride, ::stride] = codes.view(-1, *coarse_grid(grid_size, detail))
    return details.flatten(1)


def parts_of(there: Tensor, side: int) -> list[Part]:
    """Rows and columns of boxes around all that is in a mask (h, w).

    It is cut in two, recursively, where fewer tokens are to be decoded then, `side` along a cell
    and those around each box (guillotine cuts).
    """
    mask = there.cpu().numpy()
    box = _around(mask, (slice(0, mask.shape[0]), slice(0, mask.shape[1])))
    return [] if box is None else list(_cut(mask, box, side))


def _cut(mask: np.ndarray, box: Part, side: int) -> Iterator[Part]:
    """A box of a mask (h, w), or what it is cut into."""
    least, halves = _area(box, side), None
    for axis in (0, 1):
        for at in range(box[axis].start + 1, box[axis].stop):
            ends = slice(box[axis].start, at), slice(at, box[axis].stop)
            pair = [(end, box[1]) if axis == 0 else (box[0], end) for end in ends]
            boxes = [found for each in pair if (found := _around(mask, each)) is not None]
            if (area := sum(_area(each, side) for each in boxes)) < least:
                least, halves = area, boxes
    if halves is None:
        yield box
    else:
        for half in halves:
            yield from _cut(mask, half, side)


def _around(mask: np.ndarray, box: Part) -> Part | None:
    """The smallest box around what is in a box of a mask (h, w); None for nothing."""
    rows, columns = (np.flatnonzero(mask[box].any(axis)) for axis in (1, 0))
    if not len(rows):
        return None
    (down, along), last = (each.start for each in box), -1
    return (
        slice(down + int(rows[0]), down + int(rows[last]) + 1),
        slice(along + int(columns[0]), along + int(columns[last]) + 1),
    )


def _area(box: Part, side: int) -> int:
    """The tokens of a box and of what is around it."""
    high, wide = (side * (at.stop - at.start) + 2 * MARGIN for at in box)
    return high * wide


def variance_of(draft: Tensor, detail: int) -> Tensor:
    """Mean variance (h, w) of colours, 0 to 1, in those tokens of a draft's cells that it fills.

    `draft`: (h, w, P, P, 4), `detail` tokens along a side of a cell.
    """
    token = draft.shape[2] // detail
    sheet = sheet_of(draft)
    filled = -F.max_pool2d(-sheet[:, 3:], token) > OPAQUE
    means, squares = (F.avg_pool2d(each, token) for each in (sheet[:, :3], sheet[:, :3] ** 2))
    return F.avg_pool2d((squares - means**2).sum(1, keepdim=True) * filled, detail)[0, 0]


def _times(factor: int, at: slice) -> slice:
    return slice(factor * at.start, factor * at.stop)


def _repeated(cells: Tensor, side: int) -> Tensor:
    """Cells (B, h, w) repeated to (B, side · h, side · w)."""
    return cells.repeat_interleave(side, 1).repeat_interleave(side, 2)
