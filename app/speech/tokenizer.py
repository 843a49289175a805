"""Whisper's byte-pair tokenizer, from its own vocabulary."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from app.errors import SpeechError

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


@dataclass(frozen=True)
class Vocabulary:
    """A CTranslate2 model's tokens, in GPT-2's spelling of bytes as printable characters."""

    tokens: tuple[str, ...]
    ids: dict[str, int]

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """Read `vocabulary.json` or `vocabulary.txt` of a model folder; raise SpeechError."""
        try:
            if (folder / "vocabulary.json").is_file():
                tokens = json.loads((folder / "vocabulary.json").read_text("utf-8"))
            else:
                tokens = (folder / "vocabulary.txt").read_text("utf-8").split("\n")
        except (OSError, ValueError) as error:
            raise SpeechError(f"Whisper in {folder} has no readable vocabulary") from error
        ids = {token: number for number, token in enumerate(tokens)}
        if "<|translate|>" not in ids or "<|fr|>" not in ids:
            raise SpeechError(f"Whisper in {folder} is English-only: it cannot translate")
        return cls(tuple(tokens), ids)

    def text(self, tokens: Sequence[int]) -> str:
        """The text of `tokens`, special ones left out."""
        end = self.ids["<|endoftext|>"]
        letters = "".join(self.tokens[token] for token in tokens if token < end)
        table = _byte_of_letter()
        return bytes(table[letter] for letter in letters).decode("utf-8", "replace").strip()

    def encode(self, text: str) -> list[int]:
        """The tokens of `text`."""
        letters = {byte: letter for letter, byte in _byte_of_letter().items()}
        return encode(text, self.ids, letters, self.ids["<|endoftext|>"])


@lru_cache
def _byte_of_letter() -> dict[str, int]:
    """GPT-2's table: printable bytes stand for themselves, the others for 256, 257, …"""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    spelled = {chr(byte): byte for byte in printable}
    return spelled | {chr(256 + place): byte for place, byte in enumerate(others)}
