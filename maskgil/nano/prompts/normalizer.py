"""Prompt normaliser: a description becomes a caption in the words that a small model was taught.

A model that saw captions of a few hundred nouns draws "a table" as noise and thirty words of a
story badly. `PromptNormalizer` finds the first two things it knows, how many, their colours, how
they stand to each other and where, says that plainly, and tells which words of the wish that leaves
out. What the model was taught to read is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from torch import Tensor
from torch.nn import functional as F

from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.emoji.caption_templates import LIVING
from maskgil.nano.emoji.captions import PLURAL_FORMS
from maskgil.nano.emoji.sprites import Noun, load_nouns
from maskgil.nano.prompts import typography
from maskgil.nano.prompts.parser import THINGS, Parts
from maskgil.nano.prompts.scene_builder import (
    Said,
    SceneDraft,
    find_place,
    is_told_oddly,
    left_out_of,
    relation_of,
)
from maskgil.nano.prompts.spelling import Speller
from maskgil.nano.prompts.vocabulary import (
    BODY,
    DEFINITE,
    DETERMINERS,
    GROUND_WORDS,
    JOINTS,
    MOST,
    SEVERAL,
    Item,
    corpus_words,
    split,
    table_of,
    words_of,
)  # fmt: skip
from maskgil.prompts import NothingKnownError, Reading

__all__ = ["GROUND_WORDS", "PromptNormalizer", "split"]

_ODD = re.compile(r"[^\w\s,.?!;:'-]|\w[;:!]")  # signs that captions do not have
_ENDS = re.compile(r"(?<![\w.?])[.?!,;:]+$|[.?!,;:]{2,}$|[!,;:]+$")
LONGEST = 16  # words; longer texts are said anew, in the shortest captions that models know best
NEAREST = 3  # things that are named where nothing is known


class PromptNormalizer:
    """Descriptions in the words of a model that knows `nouns` (names of nouns.tsv).

    `encoder` tells which known things lie nearest where a wish names none.
    """

    def __init__(self, nouns: Sequence[str], encoder: TextEncoder) -> None:
        known = frozenset(nouns)
        self.nouns = {noun.name: noun for noun in load_nouns() if noun.name in known}
        self.encoder = encoder
        self._table = table_of(tuple(self.nouns.values()))
        self._emoji = {typography.bare(noun.emoji): noun.name for noun in self.nouns.values()}
        self._corpus = corpus_words()

    def read(self, text: str) -> Reading:
        """What to draw `text` by: itself where every word of it was taught.

        Raises `NothingKnownError` where no thing that it names is known.
        """
        if not text.strip():
            return Reading(text)  # the empty caption
        told = typography.plain(text, self._emoji)
        parts = Parts(words_of(told), self._table, self._speller.meant)
        scene = self._scene(parts)
        if not scene.things:
            raise self._unknown(text, parts)
        left_out = tuple(dict.fromkeys(left_out_of(scene, parts)))
        if not left_out and not typography.has_emoji(text) and self._is_taught(told, scene, parts):
            return Reading(_ENDS.sub("", told))
        return Reading(scene.caption, left_out)

    def _is_taught(self, told: str, scene: SceneDraft, parts: Parts) -> bool:
        """Whether the model knows all of a wish in the words it is said in."""
        named = [item for item in parts.items if item.kind in THINGS]
        return (
            len(parts.words) <= LONGEST
            and not _ODD.search(told)
            and 1 <= len(named) == len(scene.things)
            and all(parts.is_taught(item) for item in parts.items)
            and not is_told_oddly(scene, parts)
            and all(
                word.text in self._corpus
                for item in parts.items
                if item.kind in ("plain", "unknown")
                for word in parts.words[item.at : item.end]
            )
            and not any(_colour_behind(i, parts) or parts.is_said_of(i) for i in named)
            and not any(item.kind == "unwanted" for item in parts.items)
            and not any(_is_torn(thing, parts) for thing in scene.things)
        )

    def _scene(self, parts: Parts) -> SceneDraft:
        things = self._things(parts)
        scene = SceneDraft(things)
        if len(things) == 2:
            scene.relation = relation_of(things[0], things[1], parts) or "next to"
        scene.drawn += [item for thing in things for item in thing.items]
        find_place(scene, parts)
        return scene

    def _things(self, parts: Parts) -> list[Said]:
        """The first two things, each with its count and colour."""
        found = [
            self._said(item, parts)
            for item in parts.items
            if item.kind in THINGS and not (_is_place(item, parts) or _is_part(item, parts))
        ]
        if not found:
            return []
        first, *others = _without_repeated(found, parts)
        others = [other for other in others if not _is_choice(first, other, parts)]
        alike = [one for one in others if (one.noun, one.colour) == (first.noun, first.colour)]
        if alike and len(alike) == len(others):  # "a poodle and a puppy"
            total = first.count + sum(one.count for one in alike)
            items = first.items + tuple(item for one in alike for item in one.items)
            count = min(MOST, total)
            return [replace(first, count=count, end=alike[-1].end, items=items, counted=True)]
        others = [one for one in others if one not in alike]
        if (first.counted and first.count > 1) or not others:
            return [first]  # a model counts one kind of thing alone
        return [_one(first), _one(others[0])]

    def _said(self, item: Item, parts: Parts) -> Said:
        """A thing with what stands before it, back to the next thing or joint, or "that is red"."""
        colour: Item | None = None
        counts: list[Item] = []
        at = item.at
        while at > 0 and parts.words[at].pause < 2:
            before = parts.by_end[at]
            if before.kind == "colour" and colour is None:
                colour = before
            elif before.kind == "count":
                counts.append(before)
            else:
                owner = parts.by_end.get(before.at)
                if parts.text(before.at) == "the" and owner and owner.kind in ("count", "colour"):
                    at = before.at  # "2 🐱"
                    continue
                between = ("plain", "unknown", "colour", "ground")
                if parts.text(at - 1) in DETERMINERS | JOINTS or before.kind not in between:
                    break
            at = before.at
        colour = colour or parts.predicate(item.end) or _colour_behind(item, parts)
        if colour is not None and not _takes(self.nouns[item.value], colour.value):
            colour = None
        count, counted = _number(item, counts, parts)
        items = [item, *([colour] if colour else []), *counted]
        return Said(
            item.value, count, colour.value if colour else None, item.at, item.end, tuple(items),
            bool(counts),
        )  # fmt: skip

    def _unknown(self, text: str, parts: Parts) -> NothingKnownError:
        """What to say where no thing is known: the nearest ones, if anything was named at all."""
        wished = [item for item in parts.items if item.kind == "unknown"]
        named = [parts.said(item) for item in wished]
        return NothingKnownError(text, self._nearest(named) if named else [])

    @cached_property
    def _speller(self) -> Speller:
        words = [
            key[0]
            for key, item in self._table.items()
            if len(key) == 1 and item.kind in (*THINGS, "colour")
        ]
        tokenizer = getattr(self.encoder, "tokenizer", None)
        return Speller(words, tokenizer.get_vocab() if tokenizer is not None else words)

    @cached_property
    def _names(self) -> tuple[list[str], Tensor]:
        nouns = self.nouns.values()
        pairs = [(n.name, words) for n in nouns for words in (n.name, *n.synonyms)]
        return [name for name, _ in pairs], self._features([words for _, words in pairs])

    def _features(self, texts: list[str]) -> Tensor:
        """Mean token features (M, dim) of length 1."""
        caption = self.encoder.encode(texts)
        embeds, mask = caption
        if mask is None:
            return F.normalize(embeds.mean(1), dim=-1)
        shown = mask[..., None].to(embeds.dtype)  # (M, T, 1)
        return F.normalize((embeds * shown).sum(1) / shown.sum(1), dim=-1)

    def _nearest(self, words: list[str]) -> list[str]:
        """The things closest in meaning to any of `words`, the closest first."""
        names, features = self._names
        likeness = (self._features(words[:LONGEST]) @ features.T).amax(0)  # (nouns,)
        order = likeness.argsort(descending=True).tolist()
        return list(dict.fromkeys(names[index] for index in order))[:NEAREST]


def _takes(noun: Noun, colour: str) -> bool:
    """Whether the model draws `noun` in `colour`: what cannot be painted has its own alone."""
    return noun.paintable or noun.colour == colour


def _is_torn(thing: Said, parts: Parts) -> bool:
    """Whether a comma stands within what names a thing: "(red) apple"."""
    start = min(item.at for item in thing.items)
    return any(word.pause for word in parts.words[start + 1 : thing.end])


def _one(thing: Said) -> Said:
    """`thing` as one of two: a model counts one kind of thing alone."""
    items = tuple(item for item in thing.items if item.kind != "count")
    return replace(thing, count=1, items=items) if thing.count > 1 else thing


def _number(item: Item, counts: list[Item], parts: Parts) -> tuple[int, list[Item]]:
    """How many of a thing are drawn, and the words that say so."""
    usual = 2 if item.many and item.value not in PLURAL_FORMS else 1
    if not counts:
        return usual, []
    if len(counts) > 1 or counts[0].value == "many":
        return MOST, []
    said = parts.said(counts[0])
    if said in SEVERAL and not item.many:  # "some bread"
        return 1, counts
    if item.value in PLURAL_FORMS and said.startswith("a "):  # "a pair of scissors"
        return 1, counts
    return int(counts[0].value), counts


def _without_repeated(things: list[Said], parts: Parts) -> list[Said]:
    """`things` without those that speak of an earlier one again: "a cat. The cat is black"."""
    kept: list[Said] = []
    for thing in things:
        before = parts.text(min(item.at for item in thing.items) - 1)
        known = before in DEFINITE or before not in DETERMINERS
        earlier = next((n for n, one in enumerate(kept) if one.noun == thing.noun), None)
        if earlier is None or thing.count > 1 or not known or _differ(kept[earlier], thing):
            kept.append(thing)
            continue
        colour = kept[earlier].colour or thing.colour
        items = kept[earlier].items + thing.items
        kept[earlier] = replace(kept[earlier], colour=colour, items=items)
    return kept


def _differ(first: Said, other: Said) -> bool:
    """Whether two things of one name have two colours."""
    return bool(first.colour and other.colour and first.colour != other.colour)


def _is_choice(first: Said, other: Said, parts: Parts) -> bool:
    """Whether a thing is only the other choice: "a cat or a dog"."""
    return any(parts.text(at) == "or" for at in range(first.end, other.at))


def _colour_behind(item: Item, parts: Parts) -> Item | None:
    """The colour of "three stars yellow", as translations have it."""
    after = parts.by_start.get(item.end)
    if after is None or after.kind != "colour" or parts.words[after.at].pause > 1:
        return None
    owner = parts.by_start.get(after.end)
    return None if owner and owner.kind in (*THINGS, "wall", "unknown") else after


def _is_place(item: Item, parts: Parts) -> bool:
    """Whether a noun only says where: "in the forest", "at sunset"."""
    at = item.at - (1 if parts.text(item.at - 1) in DETERMINERS else 0)
    others = any(other.kind in THINGS and other is not item for other in parts.items)
    where = ("in", "at", "through", "across", "during")
    return others and item.kind == "near" and parts.text(at - 1) in where


def _is_part(item: Item, parts: Parts) -> bool:
    """Whether a noun belongs to a living thing before it: "a cat with blue eyes"."""
    start = range(max(0, item.at - 4), item.at)
    owner = next((o for o in reversed(parts.items) if o.end <= item.at and o.kind in THINGS), None)
    return (
        item.value in BODY
        and owner is not None
        and owner.value in LIVING
        and any(parts.text(at) in ("with", "has", "have", "having") for at in start)
    )
