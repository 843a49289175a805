"""Reader of prompts for ImageNet models: from what a wish names to one of the 1,000 classes.

Names and definitions are WordNet's for the classes of ILSVRC 2012, in the order of the labels.
Their features are shipped; `python -m maskgil.presets.imagenet_reader` writes them anew.
"""

# K classes, M texts, C width of their features.

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.nouns import noun
from maskgil.prompts import NothingKnownError, Reading
from maskgil.utils.assets import ASSETS

NEXT = 3  # classes that are named beside the one that is drawn
FEATURES = ASSETS / "imagenet" / "classes.npz"  # of the classes, by all-MiniLM-L6-v2
BATCH = 25  # texts whose meaning is looked up at once
KIN = 0.2  # of likeness, for a class that is a kind of what is asked for
END_OF_KIND = re.compile(r"[,;(]| (?:of|with|that|which|having|used|for|in|on|from|to|by) ")
KEPT = 64  # prompts whose classes are remembered
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class ImagenetClass:
    """A class: its names, the first the usual one, and what WordNet says of it."""

    label: int
    names: tuple[str, ...]
    definition: str


@lru_cache(1)
def imagenet_classes() -> tuple[ImagenetClass, ...]:
    """All 1,000 classes by label."""
    text = (files(__package__) / "imagenet_classes.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()]
    return tuple(
        ImagenetClass(label, tuple(names.split(", ")), definition)
        for label, (names, definition) in enumerate(rows)
    )


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, plurals without their s."""
    found = [word.replace("-", " ").lower() for word in WORD.findall(text)]
    return tuple(_singular(word) for part in found for word in part.split())


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    return word[:-1] if word.endswith("s") else word


@lru_cache(1)
def _phrases() -> dict[tuple[str, ...], int]:
    """Names of classes as words -> label; of a name that two have, the first."""
    found: dict[tuple[str, ...], int] = {}
    for each in imagenet_classes():
        for name in each.names:
            found.setdefault(words_of(name), each.label)
    return found


def named_class(prompt: str) -> int | None:
    """The class of the longest name in `prompt`, of equally long ones the first; None without."""
    words, known = words_of(prompt), _phrases()
    for length in range(min(len(words), 5), 0, -1):
        for start in range(len(words) - length + 1):
            label = known.get(words[start : start + length])
            if label is not None:
                return label
    return None


class ImagenetReader:
    """As of `ClassReader`: a class that is named, else the one nearest in meaning.

    What is looked up is the first thing of the prompt that nano's lexicon finds, else the whole
    prompt. `load_encoder` is called when first needed; `features` (K, C) are the classes' own by
    that encoder, None for the shipped ones.
    """

    def __init__(
        self, load_encoder: Callable[[], TextEncoder], features: Tensor | None = None
    ) -> None:
        self.load_encoder, self.features = load_encoder, features
        self._ranked = lru_cache(KEPT)(self._rank)

    @cached_property
    def encoder(self) -> TextEncoder:
        return self.load_encoder()

    def label(self, prompt: str) -> int:
        """The class of `prompt`. Raises NothingKnownError where it holds no word."""
        return self._ranked(prompt)[0]

    def read(self, prompt: str) -> Reading:
        """The class that is drawn, with the next three. Raises NothingKnownError."""
        first, *others = (imagenet_classes()[label] for label in self._ranked(prompt))
        next_ones = ", ".join(each.names[0] for each in others)
        return Reading(f"{first.names[0]} (class {first.label}; next: {next_ones})")

    def _rank(self, prompt: str) -> tuple[int, ...]:
        """The label of `prompt` and the three that come closest to what it names."""
        if not words_of(prompt):
            raise NothingKnownError(prompt)
        named = named_class(prompt)
        text = _first_thing(prompt) if named is None else imagenet_classes()[named].names[0]
        likeness = (features_of(self.encoder, [text]) @ self._classes.T)[0]  # (K,)
        if named is not None:
            likeness[named] = torch.inf
        else:
            likeness += KIN * torch.tensor([kinship(text, each) for each in imagenet_classes()])
        return tuple(likeness.topk(1 + NEXT).indices.tolist())

    @cached_property
    def _classes(self) -> Tensor:
        """Features (K, C) of the classes."""
        if self.features is not None:
            return self.features
        with np.load(FEATURES, allow_pickle=False) as file:
            return torch.from_numpy(file["features"]).float()


def features_of(encoder: TextEncoder, texts: Sequence[str]) -> Tensor:
    """Mean token features (M, C) of length 1."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))  # little padding
    found = []
    for start in range(0, len(order), BATCH):
        embeds, mask = encoder.encode([texts[index] for index in order[start : start + BATCH]])
        real = torch.ones(embeds.shape[:2]) if mask is None else mask.float().cpu()  # (M, T)
        total = (embeds.float().cpu() * real[..., None]).sum(1)  # (M, C)
        found.append(F.normalize(total, dim=-1))
    return torch.cat(found)[torch.tensor(order).argsort()]


def class_features(encoder: TextEncoder, classes: Sequence[ImagenetClass] | None = None) -> Tensor:
    """Features (K, C) of classes: of their usual name, and of all names with what they are."""
    every = imagenet_classes() if classes is None else classes
    names = features_of(encoder, [each.names[0] for each in every])
    told = features_of(encoder, [f"{', '.join(each.names)}: {each.definition}" for each in every])
    return F.normalize(names + told, dim=-1)


def kinship(text: str, each: ImagenetClass) -> int:
    """1 where the class is a kind of what `text` names, -1 where its name only mentions it.

    The last word of an English compound says what it is: a tree frog is no tree. So do the first
    words of a definition: "a horse of a brownish orange …".
    """
    asked, names = words_of(text)[-1], [words_of(name) for name in each.names]
    kinds = {*(name[-1] for name in names), *words_of(END_OF_KIND.split(each.definition)[0])}
    if asked in kinds:
        return 1
    return -1 if any(asked in name for name in names) else 0


def _first_thing(prompt: str) -> str:
    """The first thing that nano's lexicon finds in `prompt`, else the prompt."""
    things = read_scene(prompt).scene.things
    return noun(things[0].noun).name if things else prompt


def main() -> None:
    """Write the shipped features."""
    from maskgil.models.text_encoders.load import load_text_encoder

    features = class_features(load_text_encoder("minilm"))
    FEATURES.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(FEATURES, features=features.half().numpy())


if __name__ == "__main__":
    main()
