"""Referents: which things of the scene that stands words mean: "it", "the red boat", "them"."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.changes import Edits
from maskgil.nano.dialogue.commands import alike as is_called
from maskgil.nano.dialogue.commands import leads
from maskgil.nano.dialogue.fragments import Mention, read_fragment
from maskgil.nano.dialogue.outcome import DoubtError
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Scene

LONGEST = 8  # words of a noun phrase
_ALL = ("them", "they", "these", "those", "both", "all")
_ALONE = ("it", "them", "they", "him", "he", "she")  # pronouns that no noun follows
_ARTICLES = ("a", "an")


class Referents:
    """A scene under change, and what "it" is."""

    def __init__(self, scene: Scene, focus: tuple[int, ...], chosen: dict[str, int]) -> None:
        self.edits = Edits(scene)
        self.focus = [index for index in focus if index < len(scene.things)]
        self.chosen = chosen

    def it(self) -> list[int]:
        """What was spoken of last. Raises DoubtError where that may be one of two things."""
        there = self.edits.there
        known = [index for index in self.focus if index in there]
        if "it" in self.chosen:
            return [self.chosen["it"]]
        if known or len(there) == 1:
            return known or there
        main = self._main(there)
        if len(main) > 1:
            raise DoubtError(main[0], main[1])
        return main

    def _main(self, there: list[int]) -> list[int]:
        """Things that the others are said of: not what somebody is on, or wears."""
        objects = {other for each in self.edits.relations for other in each.objects}
        return [index for index in there if index not in objects] or there

    def found(self, mention: Mention) -> list[int]:
        """The things of the scene that a mention may mean; [] for none.

        Raises DoubtError where it is one of two.
        """
        told, edits = mention.thing, self.edits
        alike = [i for i in edits.there if is_same_kind(edits[i].noun, told.noun)]
        exact = [i for i in alike if edits[i].noun == told.noun]
        alike = exact or alike or [i for i in edits.there if is_called(edits[i].noun, told.noun)]
        marks = [(m, getattr(told, m)) for m in ("colour", "texture", "size") if getattr(told, m)]
        for mark, value in marks:
            fitting = [i for i in alike if self._is(i, mark, value)]
            alike = fitting or alike
        if len(alike) < 2 or mention.many:
            return alike
        recent = [i for i in alike if i in self.focus]
        if told.noun in self.chosen:
            return [self.chosen[told.noun]]
        if len(recent) == 1:
            return recent
        raise DoubtError(alike[0], alike[1])

    def _is(self, index: int, mark: str, value: str) -> bool:
        thing = self.edits[index]
        own = noun(thing.noun).colour if mark == "colour" else None
        return (getattr(thing, mark) or own) == value

    def subject(self, words: Sequence[str]) -> tuple[list[int], int]:
        """The things that the words begin with, and how many words name them; ([], 0) for none."""
        if length := leads(words, "everything"):
            return self.edits.there, length
        noun_length = self._noun_length(words)
        length = leads(words, "pronoun")
        if length and not noun_length:
            things = self.it()
            return (things, length) if words[0] in _ALL else (things[:1] or things, length)
        if not noun_length:
            return [], 0
        mention = self._mention(words[:noun_length])
        assert mention is not None
        things, end = self.found(mention), noun_length
        while end + 2 < len(words) and words[end] == "and":
            more = self._noun_length(words[end + 1 :])
            other = self._mention(words[end + 1 : end + 1 + more]) if more else None
            if other is None:
                break
            things = [*things, *(i for i in self.found(other) if i not in things)]
            end += 1 + more
        return things, end

    def _noun_length(self, words: Sequence[str]) -> int:
        """How many words at the start name a thing that is there; 0 for none."""
        best, name = 0, ""
        if words and words[0] in _ALONE:
            return 0
        for end in range(1, min(len(words), LONGEST) + 1):
            if end > 1 and words[end - 1] in ("the", *_ARTICLES):
                break
            mention = self._mention(words[:end])
            if mention is None:
                continue
            nouns = [t.noun for t in self._things()]
            said = mention.thing.noun
            known = any(is_same_kind(n, said) or is_called(n, said) for n in nouns)
            if known and mention.thing.noun != name and _ends_in_noun(words[:end]):
                best, name = end, mention.thing.noun
            elif not known and best and _ends_in_noun(words[:end]):
                best, name = 0, ""  # "the cat food"
        return best

    def _things(self) -> list:
        return [self.edits[index] for index in self.edits.there]

    @staticmethod
    def _mention(words: Sequence[str]) -> Mention | None:
        """The one thing that the words name."""
        found = read_fragment(" ".join(words))
        if len(found.mentions) != 1 or found.relations or found.scenery:
            return None
        return found.mentions[0]

    def starts_with_thing(self, words: Sequence[str]) -> bool:
        """Whether the words begin with "the …" that is there."""
        return bool(words) and words[0] == "the" and self._noun_length(words) > 0

    def is_told_new(self, words: Sequence[str]) -> bool:
        """Whether what the words begin with is told as something new: "a boat"."""
        return bool(words) and words[0] in _ARTICLES


def _ends_in_noun(words: Sequence[str]) -> bool:
    known = lexicon()
    texts = list(words)
    for at in range(len(texts)):
        found = known.match(texts, at, len(texts))
        if found and found[0] == len(texts) and {"noun", "many", "near"} & set(found[1]):
            return True
    return bool({"noun", "many", "near"} & set(known.roles(*texts[-1:])))


def is_same_kind(name: str, other: str) -> bool:
    """Whether two nouns may mean one thing: equal, or one ends in the other ("sailboat, boat")."""
    if name == other:
        return True
    first, second = noun(name), noun(other)
    if name.split()[-1] == other.split()[-1] and first.category == second.category:
        return " " in name or " " in other
    return other in first.synonyms or name in second.synonyms
