"""Nearest nouns: the things of nano's world that are closest in meaning to some words."""

# M texts, T tokens, C width of their features, W words that are stored.

from __future__ import annotations

import zlib
from collections.abc import Sequence
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
        self.stored = {} if stored is None else _read(stored)

    def __call__(self, words: Sequence[str]) -> list[str]:
        """The names closest in meaning to any of `words`, the closest first."""
        if not words:
            return []
        names, features = self._names
        likeness = (self.features(list(words[:LONGEST])) @ features.T).amax(0)  # (names,)
        order = likeness.argsort(descending=True).tolist()
        return list(dict.fromkeys(names[index] for index in order))[:NEAREST]

    @cached_property
    def _names(self) -> tuple[list[str], Tensor]:
        pairs = [(noun.name, word) for noun in self.nouns for word in words_of(noun)]
        lacking = [word for _, word in pairs if word not in self.stored]
        found = dict(self.stored)
        if lacking:
            found |= dict(zip(lacking, self.features(lacking), strict=True))
        return [name for name, _ in pairs], torch.stack([found[word] for _, word in pairs])

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


def words_of(noun: Noun) -> tuple[str, ...]:
    """What a noun is called."""
    return (noun.name, *noun.synonyms)


def write(nouns: Sequence[Noun], encoder: TextEncoder, path: Path) -> str:
    """Store the features of all words of `nouns` in eight bits; a line that tells of it."""
    words = list(dict.fromkeys(word for noun in nouns for word in words_of(noun)))
    features = NearestNouns(nouns, encoder).features(words)  # (W, C)
    scaled = features * (FULL / features.abs().amax(1, keepdim=True))
    np.savez_compressed(path, words=np.array(words), features=scaled.round().to(torch.int8).numpy())
    return f"{len(words)} words: {path.stat().st_size / 1e6:.1f} MB"


def _read(path: Path) -> dict[str, Tensor]:
    """The stored features (C,) by word, of length 1."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            words, features = stored["words"].tolist(), stored["features"]  # (W,), (W, C)
    except (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} holds no features of nouns: {error}") from error
    rows = F.normalize(torch.from_numpy(features).float(), dim=-1)
    return dict(zip(words, rows, strict=True))
