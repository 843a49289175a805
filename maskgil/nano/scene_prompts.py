"""Prompt reader of nano: a description becomes the canonical caption of its scene graph."""

# M texts, T tokens, C width of their features.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.drafts.draft import Drafts
from maskgil.nano.reader.reader import Reading as SceneReading
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.nouns import load_nouns, noun
from maskgil.prompts import NothingKnownError, Reading

NEAREST = 3  # things that are named where nothing is known
ANYWHERE = "field"  # where weather and time of day are drawn that name no place
AT_SEA = "sea"  # the same for ships
KEPT = 64  # prompts whose scenes are remembered
LONGEST = 16  # words whose meaning is looked up
BATCH = 128  # texts whose meaning is looked up at once: of like length, so that few are padded


class ScenePromptReader:
    """Prompts for a model that was taught canonical captions of scenes of `nouns`.

    `encoder` tells which known things lie nearest where a prompt names none. With `drafts` it is a
    `Drafter` too.
    """

    def __init__(
        self, nouns: Sequence[str], encoder: TextEncoder, drafts: Drafts | None = None
    ) -> None:
        known = frozenset(nouns)
        self.nouns = [noun for noun in load_nouns() if noun.name in known]
        self.encoder, self.drafts = encoder, drafts
        self._scene = lru_cache(KEPT)(self._read)

    def read(self, prompt: str) -> Reading:
        """What of `prompt` is drawn, as a caption, and what is left out.

        Raises NothingKnownError where it names neither a thing nor a setting that is known.
        """
        if not prompt.strip():
            return Reading(prompt)  # the empty caption
        found = self._scene(prompt)
        scene = found.scene
        if not scene.things and scene.setting is None:
            raise NothingKnownError(prompt, self.nearest(found.left_out))
        return Reading(canonical(scene), found.left_out, found.replaced)

    def draft(self, prompt: str, seed: int, hole: Tensor) -> Tensor | None:
        """As of `Drafter`; `seed` arranges it."""
        if self.drafts is None or not prompt.strip():
            return None
        scene = self._scene(prompt).scene
        if not scene.things:
            return None
        return torch.from_numpy(self.drafts.of(scene, seed, hole.cpu().numpy()))

    @staticmethod
    def _read(prompt: str) -> SceneReading:
        """The scene that is drawn, and what of the prompt is not in it."""
        found = read_scene(prompt)
        scene = found.scene
        if scene.setting is None and (scene.time, scene.weather) != ("day", "clear"):
            afloat = any(noun(thing.noun).places == "w" for thing in scene.things)
            scene = replace(scene, setting=AT_SEA if afloat else ANYWHERE)  # "an owl at night"
        return replace(found, scene=scene)

    @cached_property
    def _names(self) -> tuple[list[str], Tensor]:
        pairs = [(n.name, words) for n in self.nouns for words in (n.name, *n.synonyms)]
        return [name for name, _ in pairs], self._features([words for _, words in pairs])

    def _features(self, texts: list[str]) -> Tensor:
        """Mean token features (M, C) of length 1."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
        groups = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        found = torch.cat([self._together([texts[index] for index in each]) for each in groups])
        return found[torch.tensor(order).argsort()]

    def _together(self, texts: list[str]) -> Tensor:
        embeds, mask = self.encoder.encode(texts)
        if mask is None:
            return F.normalize(embeds.mean(1), dim=-1)
        shown = mask[..., None].to(embeds.dtype)  # (M, T, 1)
        return F.normalize((embeds * shown).sum(1) / shown.sum(1), dim=-1)

    def nearest(self, words: Sequence[str]) -> list[str]:
        """The things closest in meaning to any of `words`, the closest first."""
        if not words:
            return []
        names, features = self._names
        likeness = (self._features(list(words[:LONGEST])) @ features.T).amax(0)  # (names,)
        order = likeness.argsort(descending=True).tolist()
        return list(dict.fromkeys(names[index] for index in order))[:NEAREST]
