"""Redescription of existing things: "two boats", "a black cat and a white one"."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.dialogue.editing.attributes import Attributes
from maskgil.nano.dialogue.editing.skies import Skies
from maskgil.nano.dialogue.fragments import Fragment
from maskgil.nano.world.scene import Thing


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
                apart = len(things) > 1  # a hat that is worn, and two others
                as_many = "some" in words and mention.many and mention.thing.looks
                loose = apart or (as_many and self.edits[index].count > 1)  # "some yellow balloons"
                self._retell(index, replace(mention, counted=mention.counted and not loose))
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

    def _are_more(self, found: Fragment) -> bool:
        """Whether "a blue one and a green one" are more than there are of it."""
        told = [m.thing for m in found.mentions if not (m.definite or m.counted or m.many)]
        nouns = {thing.noun for thing in told}
        there = sum(self.edits[i].count for i in self.edits.there if self.edits[i].noun in nouns)
        looks = {tuple(thing.looks.items()) for thing in told}
        return len(nouns) == 1 and len(looks) == len(told) == len(found.mentions) > max(1, there)
