"""How Lumina-mGPT writes a picture as tokens of its vocabulary, and the way back.

An image block is `<racm3:break>`, the height and the width in grid units of 32 pixels (two tokens
a side), the rows of image tokens, each ended by the new-line token, then `<eoss>` (Lumina-mGPT,
Liu et al. 2024, on Chameleon's vocabulary).
"""

# B batch, N image tokens, R C rows and columns of tokens, V codebook size.

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def image_token(code: int) -> str:
    """Name of the token of VQ index `code`; the inverse of `code_of`."""
    return IMAGE_PREFIX + "".join(chr(ord("A") + int(digit)) for digit in str(code)) + IMAGE_SUFFIX


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
        self._code_of_id = {token: code for code, token in codes.items()}
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

    def write_block(self, tokens: Tensor, grid_size: tuple[int, int]) -> Tensor:
        """The whole block (B, 3 + R (C + 1) + 1) of `tokens` (B, N), start to end."""
        rows, columns = grid_size
        if tokens.shape[1] != rows * columns:
            raise GrammarError(f"{tokens.shape[1]} tokens do not fill {rows} x {columns}")
        start = tokens.new_tensor(self.start_block(grid_size)).expand(len(tokens), -1)
        end = tokens.new_full((len(tokens), 1), self.end_image)
        return torch.cat([start, self.continue_block(tokens, 0, columns), end], dim=1)

    def read_block(self, ids: Sequence[int]) -> tuple[Tensor, tuple[int, int]]:
        """Codes (N,) and grid of a whole block; GrammarError names the first wrong place."""
        units = {self.names.get(grid_token(count), -1): count for count in range(1, 1000)}
        units.pop(-1, None)
        if len(ids) < 4 or ids[0] != self.begin_image or not {ids[1], ids[2]} <= set(units):
            raise GrammarError(f"an image block begins with {BEGIN_IMAGE}, its height and width")
        rows, columns = (units[side] * UNIT_TOKENS for side in (ids[1], ids[2]))
        body = ids[3:]
        if len(body) != rows * (columns + 1) + 1 or body[-1] != self.end_image:
            raise GrammarError(
                f"an image block of {rows} x {columns} tokens has {rows * (columns + 1)} ids and "
                f"{END_IMAGE}; found {len(body)}"
            )
        codes: list[int] = []
        for place, token in enumerate(body[:-1]):
            ends_row = (place + 1) % (columns + 1) == 0
            if ends_row != (token == self.new_line) or not (ends_row or token in self._code_of_id):
                wanted = NEW_LINE if ends_row else "an image token"
                raise GrammarError(f"id {token} at place {place} of the rows; expected {wanted}")
            if not ends_row:
                codes.append(self._code_of_id[token])
        return torch.tensor(codes), (rows, columns)
