"""Byte-pair encoding of a text with Whisper's own vocabulary, as it wrote its training texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

# Words with the space before them, numbers, punctuation; then spaces. GPT-2's rule.
_PIECE = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?\d+| ?(?:[^\w\s]|_)+|\s+(?!\S)|\s+")


def encode(text: str, ids: Mapping[str, int], letter_of: Mapping[int, str], end: int) -> list[int]:
    """The tokens (n,) of `text`.

    Args:
        text: what to encode.
        ids: tokens in GPT-2's spelling -> their number; a lower number is merged first.
        letter_of: byte -> the letter it is spelt with.
        end: the first number that is no text.
    """
    tokens: list[int] = []
    for piece in _PIECE.findall(text):
        parts = [letter_of[byte] for byte in piece.encode("utf-8")]
        while len(parts) > 1:
            ranks = [ids.get(a + b, end) for a, b in pairwise(parts)]
            best = min(ranks)
            if best >= end:
                break
            at = ranks.index(best)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        tokens += [ids[part] for part in parts]
    return tokens
