"""Lumina-mGPT's vocabulary: pictures as its tokens, and back.

An image block is `<racm3:break>`, the height and the width in grid units of 32 pixels (two tokens
a side), the rows of image tokens, each ended by the new-line token, then `<eoss>` (Lumina-mGPT,
Liu et al. 2024, on Chameleon's vocabulary).
"""

# B batch, N image tokens, R C rows and columns of tokens, V codebook size.

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

IMAGE_PREFIX, IMAGE_SUFFIX = "IMGIMG", "Z"  # around the letters that spell a code's digits
LETTERS = {chr(ord("A") + digit): str(digit) for digit in range(10)}
BEGIN_TEXT, END_TURN = "<s>", "<reserved08706>"
BEGIN_IMAGE, END_IMAGE, NEW_LINE = "<racm3:break>", "<eoss>", "<reserved08799>"
UNIT_TOKENS = 2  # tokens a side of a grid unit


class GrammarError(ValueError):
    """A vocabulary, grid or sequence that Lumina's image blocks cannot have."""


def grid_token(units: int) -> str:
    """Name of the token that says a side is `units` · 32 pixels long."""
    return f"<reserved{8800 + units:05d}>"


def code_of(name: str) -> int:
    """VQ index that the token `name` stands for: IMGIMG, its digits as letters A to J, Z."""
    letters = name[len(IMAGE_PREFIX) : -len(IMAGE_SUFFIX)]
    digits = "".join(LETTERS.get(letter, "?") for letter in letters)
    if not digits.isdecimal() or not name.endswith(IMAGE_SUFFIX):
        raise GrammarError(f"image token {name!r} does not spell a number in the letters A to J")
    return int(digits)


class LuminaVocabulary:
    """Chameleon's token names and ids, with VQ indices 0 … V - 1 in both directions.

    The ids of codes are read from the names, never computed: their order is not promised.
    """

    def __init__(self, ids: Mapping[str, int]) -> None:
        self.names = dict(ids)
        codes = {
            code_of(name): token
            for name, token in self.names.items()
            if name.startswith(IMAGE_PREFIX)
        }
        if not codes or sorted(codes) != list(range(len(codes))):
            raise GrammarError(
                f"the vocabulary names {len(codes)} image codes; expected every one from 0 up to "
                "its codebook's size"
            )
        self.codebook_size = len(codes)
        self.codes = torch.tensor([codes[code] for code in range(len(codes))])  # (V,) ids
        self.begin_text, self.end_turn = self.id_of(BEGIN_TEXT), self.id_of(END_TURN)
        self.begin_image, self.end_image = self.id_of(BEGIN_IMAGE), self.id_of(END_IMAGE)
        self.new_line = self.id_of(NEW_LINE)

    def id_of(self, name: str) -> int:
        if name not in self.names:
            raise GrammarError(f"the vocabulary lacks the token {name!r}")
        return self.names[name]

    def start_block(self, grid_size: tuple[int, int]) -> list[int]:
        """The three ids that begin the block of a grid of (rows, columns) tokens."""
        rows, columns = grid_size
        if min(grid_size) < UNIT_TOKENS or rows % UNIT_TOKENS or columns % UNIT_TOKENS:
            raise GrammarError(
                f"a grid of {rows} x {columns} tokens has no Lumina block; both must be even"
            )
        sides = [self.id_of(grid_token(side // UNIT_TOKENS)) for side in grid_size]
        return [self.begin_image, *sides]

    def continue_block(self, tokens: Tensor, written: int, columns: int) -> Tensor:
        """Ids (B, n + line ends) of `tokens` (B, n), the codes that follow `written` earlier ones.

        Each row that they complete is ended by the new-line token.
        """
        ids = self.codes.to(tokens.device)[tokens]  # (B, n)
        to_end = columns - written % columns
        parts, begin = [], 0
        for end in range(to_end, tokens.shape[1] + 1, columns):
            parts += [ids[:, begin:end], ids.new_full((len(ids), 1), self.new_line)]
            begin = end
        return torch.cat([*parts, ids[:, begin:]], dim=1)
