"""Second pass: re-encodes the drawings of a finished picture on a finer grid of tokens.

Other generators redraw a larger picture from a smaller one ("hires fix"). Here finer tokens are
codes of the drawings over their scenery; elsewhere the picture is decoded from its own tokens.

Shapes: h w cells of the picture, which are tokens, N = h · w; D finer tokens along a side of one,
D² · N details of a picture, NO_CODE where its plain token is shown; H W pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.conditioning import NO_CODE
from maskgil.pipelines.drafting import Behind, mixed, seen, sheet_of
from maskgil.pipelines.sharpening import sharpened
from maskgil.tokenizers.base import Tokenizer
from maskgil.utils.images import fill_unknown, from_bytes, to_bytes

MARGIN = 4  # finer tokens of context for the decoder around those shown
SOFT = 4  # pixels over which finer tokens are blended into their surroundings


@dataclass(frozen=True)
class SecondPass:
    """Computes and decodes details of pictures of a `grid_size` (h, w): D x D tokens per cell."""

    tokenizer: Tokenizer
    grid_size: tuple[int, int]
    detail: int

    @property
    def finer(self) -> tuple[int, int]:
        """The grid (D · h, D · w)."""
        return self.grid_size[0] * self.detail, self.grid_size[1] * self.detail

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
        fine = self._finer(stays.view(-1, *self.grid_size)).flatten(1)
        return torch.where(fine, before.to(details), details)

    def pictures(self, tokens: Tensor, details: Tensor) -> Tensor:
        """Decode tokens (B, N) and details to pixels (B, 3, D · H, D · W), -1 to 1."""
        return torch.cat([self._shown(*row) for row in zip(tokens, details, strict=True)])

    def _of_one(self, tokens: Tensor, draft: Tensor | None, behind: Behind | None) -> Tensor:
        if draft is None:
            return tokens.new_full((self.finer[0] * self.finer[1],), NO_CODE)
        covered = seen(draft)  # (N,)
        if behind is None:
            bare = self._bare(tokens, covered)
        else:
            bare = torch.where(covered, behind.tokens, tokens)
        if behind is not None and torch.equal(bare, behind.tokens):
            picture = behind.picture
        else:
            picture = self.tokenizer.decode(bare.view(1, *self.grid_size))
        laid = self._fitted(mixed((picture + 1) / 2, sheet_of(draft)) * 2 - 1)
        codes = self.tokenizer.encode(laid).flatten()
        return codes.masked_fill(~self._finer(covered.view(1, *self.grid_size)).flatten(), NO_CODE)

    def _bare(self, tokens: Tensor, covered: Tensor) -> Tensor:
        """Tokens (N,) with `covered` cells (N,) replaced by neighbouring ones."""
        grid = (1, *self.grid_size)
        return fill_unknown(tokens.view(grid), covered.view(grid)).flatten()

    def _finer(self, cells: Tensor) -> Tensor:
        """Cells (B, h, w) repeated to the finer grid (B, D · h, D · w)."""
        return cells.repeat_interleave(self.detail, 1).repeat_interleave(self.detail, 2)

    def _fitted(self, picture: Tensor) -> Tensor:
        """A picture (1, 3, H, W) resized to the encoder's size."""
        factor = self.tokenizer.downsample_factor
        size = self.finer[0] * factor, self.finer[1] * factor
        if picture.shape[-2:] == size:
            return picture
        return F.interpolate(picture, size, mode="bilinear", antialias=True)

    def _shown(self, tokens: Tensor, details: Tensor) -> Tensor:
        """Pixels (1, 3, D · H, D · W) of one picture."""
        fine = details.view(self.finer)
        whole = self.tokenizer.decode(tokens.view(1, *self.grid_size))  # (1, 3, H, W)
        picture = F.interpolate(whole, scale_factor=float(self.detail), mode="bicubic")
        if bool((fine != NO_CODE).any()):
            self._lay(picture, fine, self._fitted(whole))
        crisp = sharpened(to_bytes(picture)[0].movedim(0, -1).cpu().numpy())
        return from_bytes(torch.from_numpy(crisp).movedim(-1, 0)[None]).to(picture.device)

    def _lay(self, picture: Tensor, fine: Tensor, whole: Tensor) -> None:
        """Decode finer tokens (D · h, D · w) and blend them over the picture (1, 3, H, W)."""
        there, factor = fine != NO_CODE, self.tokenizer.downsample_factor
        rows, columns = (
            slice(max(0, int(at.min()) - MARGIN), int(at.max()) + 1 + MARGIN)
            for at in torch.nonzero(there, as_tuple=True)
        )
        part, shown = fine[rows, columns], there[rows, columns]
        down, along = (slice(factor * at.start, factor * at.stop) for at in (rows, columns))
        beside = self.tokenizer.encode(whole[..., down, along])[0]  # in the shape of `part`
        part = torch.where(shown, part, beside)
        drawn = self.tokenizer.decode(part[None])  # (1, 3, H', W')
        side = drawn.shape[-1] // part.shape[-1]
        share = F.interpolate(shown[None, None].float(), scale_factor=float(side))
        share = F.avg_pool2d(F.pad(share, [SOFT] * 4, mode="replicate"), 2 * SOFT + 1, stride=1)
        place = picture[
            ...,
            rows.start * side : rows.start * side + drawn.shape[-2],
            columns.start * side : columns.start * side + drawn.shape[-1],
        ]
        place += share * (drawn - place)
