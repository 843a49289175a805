"""Retelling: what is there already, described anew: "two boats", "a black cat and a white one"."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.dialogue.editing.attributes import Attributes
from maskgil.nano.dialogue.editing.skies import Skies
from maskgil.nano.dialogue.fragments import Fragment, roles_at
from maskgil.nano.reader.parts import is_painted_part, known_by, paints_whole, parted
from maskgil.nano.reader.words import words_of_kind
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.regions import with_part
from maskgil.nano.world.scene import Thing

_OF_PARTS = (
    "the", "a", "an", "its", "his", "her", "their", "it", "him", "them", "", "is", "are", "be",
    "should", "to", "into", "with", "of", "in", "has", "have", "more", "now",
)  # fmt: skip
"""What may be said around a part and its colour."""


class Retelling(Skies):
    """Skies, and descriptions of what stands."""

    def _told_again(self, found: Fragment, words: list[str]) -> None:
        """ "Two boats", "a red boat", "the cat on the sofa": of what is there already."""
        if self._each_told(found):
            return
        for mention in found.mentions:
            things = self.found(mention)
            others = sum(self.edits[index].count for index in things[:-1])
            if self._one_of_them(mention, things):
                continue
            for index in things:
                apart = mention.counted and len(things) > 1  # a hat that is worn, and two others
                self._retell(index, replace(mention, counted=mention.counted and not apart))
            if mention.counted and len(things) > 1 and mention.thing.count > others:
                self.edits.tell(things[-1], count=mention.thing.count - others)
        before = list(self.edits.relations)
        self.merge(found, words, known=True)
        said_nothing = self.edits.change().is_none and before == self.edits.relations
        if said_nothing and not found.mentions[0].definite:
            self.in_doubt = True

    def _each_told(self, found: Fragment) -> bool:
        """ "A black cat and a white cat", of two: each of them is told apart."""
        told = [m for m in found.mentions if not (m.definite or m.counted or m.many)]
        looks = [one.thing.looks for one in told]
        alike = len({one.thing.noun for one in told}) == 1 and not found.relations
        if not (alike and all(looks) and len(told) == len(found.mentions) > 1):
            return False
        done: list[int] = []
        for one, look in zip(told, looks, strict=True):
            left = [i for i in self.found(replace(one, many=True)) if i not in done]
            known = self.found(replace(one, many=True, thing=Thing(one.thing.noun)))
            left = left or [index for index in known if index not in done]
            index = max(left, key=lambda index: self.edits[index].count, default=None)
            several = index is not None and self.edits[index].count > 1
            part = self.edits.split(index, 1) if several and index is not None else index
            if part is not None:
                self.apply([part], Attributes(dict(look)))
                done.append(part)
        return True

    def paints_part(self, words: list[str]) -> bool:
        """ "Make its shell purple", "give it blue wings", "her hair is red": whose parts they are.

        Parts that are most of what is seen, of one thing that stands; nothing else may be said.
        """
        at = next((n for n, word in enumerate(words) if is_painted_part(word)), None)
        looks = [(n, roles_at([word], 0)[1]) for n, word in enumerate(words)]
        told = [(n, role.get("colour"), role.get("texture")) for n, role in looks
                if {"colour", "texture"} & role.keys()]  # fmt: skip
        if at is None or len(told) != 1:
            return False
        place, colour, texture = told[0]
        rest = {word.removesuffix("'s") for n, word in enumerate(words) if n not in (at, place)}
        owners = [i for i in self.edits.there if self._with_part(i, words[at], colour)]
        named = [i for i in owners if {*self.edits[i].noun.split()} & rest]
        owners = named or owners
        if len(owners) != 1 or self._is_thing(words[at]):
            return False
        index = owners[0]
        if rest - {*self.edits[index].noun.split(), *_OF_PARTS}:
            return False
        noun_then = self._with_part(index, words[at], colour)
        if state := parted(noun(self.edits[index].noun), words[at], colour):
            self.edits.tell(index, state=with_part(self.edits[index].state, state) or state)
        elif noun_then != self.edits[index].noun:
            self.edits.replace(index, replace(self.edits[index], noun=str(noun_then)))
        elif texture == "golden" and words[at] in words_of_kind("soft part"):
            self.edits.tell(index, colour="yellow", texture=None)
        else:
            self.edits.tell(index, **({"texture": texture} if texture else {"colour": colour}))
        self.look_at([index])
        return True

    def _with_part(self, index: int, part: str, colour: str | None) -> str | None:
        """The noun of a thing once its part is of a colour; None where that is not seen."""
        one = noun(self.edits[index].noun)
        seen = paints_whole(one, part) or parted(one, part, colour)
        return known_by(one.name, part, colour) or (one.name if seen else None)

    def _is_thing(self, part: str) -> bool:
        """Whether what is named as a part is a thing that stands: a seashell, leaves."""
        roles = roles_at([part], 0)[1]
        named = {roles.get("noun"), roles.get("many")}
        return any(self.edits[index].noun in named for index in self.edits.there)

    def _are_more(self, found: Fragment) -> bool:
        """Whether "a blue one and a green one" are more than there are of it."""
        told = [m.thing for m in found.mentions if not (m.definite or m.counted or m.many)]
        nouns = {thing.noun for thing in told}
        there = sum(self.edits[i].count for i in self.edits.there if self.edits[i].noun in nouns)
        looks = {tuple(thing.looks.items()) for thing in told}
        return len(nouns) == 1 and len(looks) == len(told) == len(found.mentions) > max(1, there)
