"""Palettes: several colours distributed over several things."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.referents.own_parts import OwnParts
from maskgil.nano.dialogue.editing.referents.which import name_length
from maskgil.nano.dialogue.fragments import nouns_in, roles_at
from maskgil.nano.reader.reader import THINGS
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.paints import PAINTS, halved

_TELLING = ("", "make", "paint", "want")
_BOTH = 2
_USUAL = ("red", "yellow", "green", "blue", "orange", "purple", "pink", "brown", "black", "white")


class Palettes(OwnParts):
    """Parts of things, and things of which each has a colour of its own."""

    def paints_each(self, verb: str, words: list[str]) -> bool:
        """ "The balls red, green and blue", "each of them a different colour".

        One thing is of two colours, of more the first is taken and the others are told.
        """
        said = _plural(words)
        ends = [n for n in range(len(said)) if is_whole(said[n:], "of many colours")]
        if not ends and "and" not in said:  # "black, no, brown"
            return False
        if not ends and len(_colours([w for w in said if _paint(w)])) <= 1:
            return False
        things, length = self.subject(said) if verb in _TELLING else ([], 0)
        rest = said[length:]
        rest = rest[leads(rest, "copula", "having") :]
        rest = rest[int(rest[:1] == ["all"]) :]
        things = [index for index in things if index >= 0]
        total = sum(self.edits[index].count for index in things)
        paints, free = _colours(rest), total > 1 and is_whole(rest, "of many colours")
        paints = list(_USUAL[:total]) if free else paints
        if not (length and things) or len(paints) <= 1:
            return False
        if total == 1 and len(paints) == _BOTH:
            colour, texture = halved(*paints)
            self.edits.tell(things[0], colour=colour, texture=texture)
            self.look_at(things)
            return True
        at, parts = 0, list[int]()
        told = paints if total > 1 else paints[:1]
        for index in things:
            count = self.edits[index].count
            parts += self._painted_each(index, [told[(at + n) % len(told)] for n in range(count)])
            at += count
        seen = {self.edits[index].colour for index in parts}
        self.left_out += [] if free else [each for each in paints if each not in seen]
        self.look_at(parts)
        return True

    def _painted_each(self, index: int, paints: Sequence[str]) -> list[int]:
        """The parts that a thing is told apart into, each copy in the colour at its place."""
        first, *others = dict.fromkeys(paints)
        found = [index]
        for paint in others:
            copies = [n for n, each in enumerate(paints) if each == paint]
            room = len(self.edits.there) < THINGS
            part = self.edits.split(index, len(copies), copies) if room else None
            if part is not None:
                self.edits.tell(part, colour=paint)
                found.append(part)
        self.edits.tell(index, colour=first)
        return found


def _plural(words: list[str]) -> list[str]:
    """ "Every duck" as "the ducks", "each of them" as "them"."""
    if length := leads(words, "each of"):
        return words[length:]
    if words[:1] in (["each"], ["every"]) and (length := name_length(words, 1)):
        named = [noun(name).plural for name in nouns_in(words[1 : 1 + length])]
        return ["the", *" ".join(named).split(), *words[1 + length :]]
    return words


def _colours(words: Sequence[str]) -> list[str]:
    """The colours that words name one after another, where they say nothing else."""
    found = list[str]()
    for at, word in enumerate(words):
        if colour := _paint(word):
            found.append(colour)
        elif word != "and" or not at:
            return []
    return list(dict.fromkeys(found))


def _paint(word: str) -> str:
    """The colour that a word is; "" for none."""
    roles = roles_at([word], 0)[1]
    colour = roles.get("colour", "") if "state" not in roles else ""  # "red and rusty"
    return colour if colour in PAINTS else ""
