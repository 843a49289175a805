"""Prompt reader for ImageNet models: from a prompt to one of the 1,000 classes.

The head of the first noun phrase decides: an orange cat is a cat. Class features are shipped;
`python -m maskgil.presets.imagenet_reader` rewrites them.
"""

# K classes, M texts, C width of their features.

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.reader import walked
from maskgil.nano.world.nouns import PEOPLE
from maskgil.presets.imagenet_classes import (
    LONGEST_NAME,
    ImagenetClass,
    Words,
    compounds,
    everyday_words,
    imagenet_classes,
    kinds,
    kinship,
    named_class,
    names,
    singular_words,
)
from maskgil.prompts import NothingKnownError, Reading
from maskgil.utils.assets import ASSETS

NEXT = 3  # alternative classes reported
FEATURES = ASSETS / "imagenet" / "classes.npz"  # of the classes, by all-MiniLM-L6-v2
BATCH = 25  # texts encoded at a time
STEP = 0.02  # similarity lost per step below the requested hypernym
KIN = 0.2  # similarity gained if the definition names the request
KEPT = 64  # cached prompts
ANIMALS = ("animal", "insect")
EITHER = (*ANIMALS, "marine", "food", "symbol", "toy", "science", "party")  # some are animals


@dataclass(frozen=True)
class Meant:
    """The subject of a prompt: `text`, and the class it names or the classes of its kind.

    `kin`: labels -> steps below the named hypernym.
    """

    text: str
    named: int | None = None
    kin: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.named is not None or bool(self.kin)


@dataclass(frozen=True)
class SaidPhrase:
    """A noun phrase: words from `start` to `end` of a prompt.

    `noun` of nano's lexicon, and its words in the phrase (`head`).
    """

    start: int
    end: int
    noun: str = ""
    head: Words = ()

    @property
    def category(self) -> str:
        known = lexicon().nouns.get(self.noun)
        return "" if known is None else known.category

    def allows(self, label: int) -> bool:
        """Whether a class fits the noun's sense: a squeaking mouse is no pointing device."""
        if not self.category or self.category in PEOPLE:
            return True
        animal = imagenet_classes()[label].is_animal
        return self.category in EITHER if animal else self.category not in ANIMALS

    def agrees(self, label: int) -> bool:
        """Whether the noun is among a class's names or hypernyms: an airplane is no hand plane."""
        if not self.allows(label):
            return False
        noun = singular_words(self.noun)
        each = imagenet_classes()[label]
        known = {singular_words(name) for level in (each.names, *each.kinds) for name in level}
        near = {noun, noun[-1:], everyday_words().get(noun, noun)}
        return not noun or bool(near & known)


class ImagenetReader:
    """A `ClassReader`: the class named, else one of the named kind, else the nearest in meaning.

    `load_encoder` is called on first use; `features` (K, C) are class features by that encoder,
    None for the shipped ones.
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
        """The class to draw and three alternatives. Raises NothingKnownError."""
        first, *others = (imagenet_classes()[label] for label in self._ranked(prompt))
        next_ones = ", ".join(each.names[0] for each in others)
        return Reading(f"{first.names[0]} (class {first.label}; next: {next_ones})")

    def _rank(self, prompt: str) -> tuple[int, ...]:
        """The label of `prompt` and the three nearest alternatives."""
        meant = meant_by(prompt)
        if not meant and not singular_words(meant.text):
            raise NothingKnownError(prompt)
        text = meant.text if meant.named is None else imagenet_classes()[meant.named].names[0]
        likeness = (features_of(self.encoder, [text]) @ self._classes.T)[0]  # (K,)
        if meant.named is not None:
            likeness[meant.named] = torch.inf
        elif meant.kin:
            for label, steps in meant.kin.items():
                likeness[label] += 1 - STEP * steps  # before all others
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


def meant_by(prompt: str) -> Meant:
    """The first thing in `prompt` that has a class; for people, what they have with them.

    If nano's lexicon finds none, the longest class name in the prompt.
    """
    words = singular_words(prompt)
    phrases = noun_phrases(prompt, words)
    things = [phrase for phrase in phrases if phrase.category not in PEOPLE]
    for phrase in (*things, *phrases):
        if found := _classes_of(words, phrase):
            return _held(words, phrases, phrase, found)
    label = named_class(words)
    if label is None and phrases:
        phrase = (things or phrases)[0]
        return Meant(" ".join(words[phrase.start : phrase.end]))
    return Meant(prompt, label)


def _held(words: Words, phrases: Sequence[SaidPhrase], phrase: SaidPhrase, found: Meant) -> Meant:
    """The content rather than its container, unless the container names a class.

    A bowl of strawberries is strawberries, a cup of tea a cup.
    """
    after = next((each for each in phrases if each.start > phrase.start), None)
    if found.named is None and after is not None and words[phrase.end : after.start] == ("of",):
        held = _classes_of(words, after)
        return found if held.named is None else held
    return found


def noun_phrases(prompt: str, words: Words) -> list[SaidPhrase]:
    """The noun phrases of `prompt` found by nano's reader, and its place.

    A place keeps its order only at the beginning: a beach with palm trees.
    """
    found, places, at, before = [], [], 0, ""
    for chunk in walked(prompt)[0].chunks:
        before, led = chunk.kind, before not in ("", "plain")
        if chunk.kind not in ("thing", "lost", "place", "where"):
            continue
        start, at = _place(words, (singular_words(chunk.said), singular_words(chunk.text)), at)
        if chunk.kind in ("thing", "lost"):
            found.append(SaidPhrase(start, at, _noun(chunk), singular_words(chunk.text)))
        elif chunk.kind == "place" and not led:
            found.append(SaidPhrase(start, at))
        else:
            places.append(SaidPhrase(start, at))
    return found + places


def _noun(chunk: Chunk) -> str:
    return chunk.value if chunk.kind == "thing" else ""


def _place(words: Words, said: Sequence[Words], start: int) -> tuple[int, int]:
    """Begin and end of the first of `said` found in `words` from `start` on."""
    for each in said:
        size = len(each)
        for at in range(start, len(words) - size + 1) if size else ():
            if words[at : at + size] == each:
                return at, at + size
    return start, start  # an emoji is no word


def _classes_of(words: Words, phrase: SaidPhrase) -> Meant:
    """The class named by a noun phrase, else the classes of its head's kind."""
    text = " ".join(words[phrase.start : phrase.end])
    noun, heads = singular_words(phrase.noun), list(_heads(words, phrase))
    for name in heads:
        if len(name) >= len(phrase.head):
            nearest = everyday_words().get(name)
            fits = phrase.agrees if nearest is None else _any
            if found := _of_name(nearest or name, text, fits):
                return found
    if found := _of_name(everyday_words().get(noun, ()), text, _any):
        return found
    for name in (noun, noun[-1:], *heads):
        if found := _of_name(name, text, phrase.allows):
            return found
    kin = (compounds().get(name) for name in heads)
    return Meant(text, None, next((each for each in kin if each), {}))


def _any(label: int) -> bool:
    return True


def _of_name(name: Words, text: str, fits: Callable[[int], bool]) -> Meant | None:
    """The class of that name, else the fitting classes of that kind.

    A name of several words is accepted as it is.
    """
    for label in names().get(name, ()):
        if len(name) > 1 or fits(label):
            return Meant(text, label)
    kin = {label: steps for label, steps in kinds().get(name, {}).items() if fits(label)}
    return Meant(text, None, kin) if kin else None


def _heads(words: Words, phrase: SaidPhrase) -> Iterator[Words]:
    """Candidate heads of a phrase, the longest first: its endings, or longer class names.

    Then those before "of": a cup of tea.
    """
    start, end = phrase.start, phrase.end
    spans = [
        (first, last)
        for first in range(start, end)
        for last in range(end, min(first + LONGEST_NAME, len(words)) + 1)
    ]
    for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
        if last == end or words[first:last] in names():
            yield words[first:last]
    if "of" in words[start:end]:
        of = words.index("of", start)
        yield from (words[first:of] for first in range(start, of))


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
    usual = features_of(encoder, [each.names[0] for each in every])
    told = features_of(encoder, [f"{', '.join(each.names)}: {each.definition}" for each in every])
    return F.normalize(usual + told, dim=-1)


def main() -> None:
    """Write the shipped features."""
    from maskgil.models.text_encoders.load import load_text_encoder

    features = class_features(load_text_encoder("minilm"))
    FEATURES.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(FEATURES, features=features.half().numpy())


if __name__ == "__main__":
    main()
