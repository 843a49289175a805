"""Whisper's byte-pair tokenizer, from its own vocabulary."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import SpeechError

if TYPE_CHECKING:
    import tiktoken

# Words with the space before them, numbers, punctuation; then spaces. GPT-2's rule.
_PIECES = r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""


@dataclass(frozen=True)
class WhisperTokenizer:
    """A CTranslate2 model's tokens, in GPT-2's spelling of bytes as printable characters."""

    tokens: tuple[str, ...]
    ids: dict[str, int]

    @classmethod
    def load(cls, folder: Path) -> WhisperTokenizer:
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
        tokens: list[int] = self._encoding.encode_ordinary(text)
        return tokens

    @cached_property
    def _encoding(self) -> tiktoken.Encoding:
        import tiktoken

        table, end = _byte_of_letter(), self.ids["<|endoftext|>"]
        ranks = {
            bytes(table[letter] for letter in token): number
            for number, token in enumerate(self.tokens[:end])
        }
        return tiktoken.Encoding(
            "whisper", pat_str=_PIECES, mergeable_ranks=ranks, special_tokens={}
        )


@lru_cache
def _byte_of_letter() -> dict[str, int]:
    """GPT-2's table: printable bytes stand for themselves, the others for 256, 257, …"""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    spelled = {chr(byte): byte for byte in printable}
    return spelled | {chr(256 + place): byte for place, byte in enumerate(others)}
