"""Nearest nouns: semantic search for the known things closest to unknown words."""

# M texts, T tokens, C width of their features, W words that are stored.

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.world.nouns import Noun

NEAREST = 3  # things that are named where nothing is known
LONGEST = 16  # words whose meaning is looked up
BATCH = 128  # texts whose meaning is looked up at once: of like length, so that few are padded
AT_ONCE = 1024  # rows of stored features that are compared at once
FULL = 127  # the largest of a row of features as stored


class NearestNouns:
    """Finds the `nouns` that lie nearest to words, by the mean features of `encoder`.

    `stored` is a file that `write` made; what of the nouns' words it lacks is encoded when first
    needed. Raises ValueError where it is none.
    """

    def __init__(
        self, nouns: Sequence[Noun], encoder: TextEncoder, stored: Path | None = None
    ) -> None:
        self.nouns, self.encoder = nouns, encoder
        self._rows: dict[str, int] = {}
        self._stored: Tensor | None = None
        if stored is not None:
            self._rows, self._stored = _read(stored)

    def __call__(self, words: Sequence[str]) -> list[str]:
        """The names closest in meaning to any of `words`, the closest first."""
        if not words:
            return []
        names, packed = self._names
        asked = self.features(list(words[:LONGEST]))
        likeness = torch.cat([asked @ unpacked(part).T for part in packed.split(AT_ONCE)], 1)
        order = likeness.amax(0).argsort(descending=True).tolist()
        return list(dict.fromkeys(names[index] for index in order))[:NEAREST]

    @cached_property
    def _names(self) -> tuple[list[str], Tensor]:
        """The nouns by each word that they are called, and the words' features as stored."""
        pairs = [(noun.name, word) for noun in self.nouns for word in names_of(noun)]
        return [name for name, _ in pairs], self.packed([word for _, word in pairs])

    def packed(self, words: Sequence[str]) -> Tensor:
        """Features (M, C) int8 of words: the stored ones, others encoded."""
        lacking = [word for word in dict.fromkeys(words) if word not in self._rows]
        parts = [] if self._stored is None else [self._stored]
        rows = self._rows | {word: len(self._rows) + at for at, word in enumerate(lacking)}
        if lacking:
            parts.append(_packed(self.features(lacking)))
        return torch.cat(parts)[torch.tensor([rows[word] for word in words])]

    def lacks(self, words: Iterable[str]) -> set[str]:
        """Those of `words` that are not stored."""
        return {word for word in words if word not in self._rows}

    def features(self, texts: Sequence[str]) -> Tensor:
        """Mean token features (M, C) of length 1."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        groups = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        found = torch.cat([self._together([texts[index] for index in each]) for each in groups])
        return found[torch.tensor(order).argsort()]

    def _together(self, texts: list[str]) -> Tensor:
        embeds, mask = self.encoder.encode(texts)
        if mask is None:
            return F.normalize(embeds.mean(1), dim=-1).cpu()
        shown = mask[..., None].to(embeds.dtype)  # (M, T, 1)
        return F.normalize((embeds * shown).sum(1) / shown.sum(1), dim=-1).cpu()


def names_of(noun: Noun) -> tuple[str, ...]:
    """What a noun is called."""
    return (noun.name, *noun.synonyms)


def write(nouns: Sequence[Noun], encoder: TextEncoder, path: Path) -> str:
    """Store the features of all words of `nouns` in eight bits; a line that tells of it."""
    words = list(dict.fromkeys(word for noun in nouns for word in names_of(noun)))
    features = NearestNouns(nouns, encoder).packed(words)  # (W, C)
    np.savez_compressed(path, words=np.array(words), features=features.numpy())
    return f"{len(words)} words: {path.stat().st_size / 1e6:.1f} MB"


def _packed(features: Tensor) -> Tensor:
    """Features (M, C) in eight bits each."""
    return (features * (FULL / features.abs().amax(1, keepdim=True))).round().to(torch.int8)


def unpacked(packed: Tensor) -> Tensor:
    """Features (M, C) of length 1."""
    return F.normalize(packed.float(), dim=-1)


def _read(path: Path) -> tuple[dict[str, int], Tensor]:
    """The rows of the stored words, and their features (W, C) int8."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            words, features = stored["words"].tolist(), stored["features"]  # (W,), (W, C)
    except (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} holds no features of nouns: {error}") from error
    return {word: row for row, word in enumerate(words)}, torch.from_numpy(features)
