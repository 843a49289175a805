"""Transfers: throwing, passing or handing something over, and who has it then."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.editing.deeds import passing
from maskgil.nano.dialogue.editing.doings import Doings
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.reader.words import verb_forms
from maskgil.nano.world.nouns import ALIVE, PEOPLE, noun
from maskgil.nano.world.scene import ACTIONS

_HAD = (*ACTIONS, "holding")
_SIDES = ("left of", "right of")
_FLUNG = ("throwing", "kicking")
_TOWARD = ("to", "toward", "towards", "at")


class Transfers(Doings):
    """Doings, and what goes from one to another by them."""

    def _thrown(self, words: Sequence[str]) -> tuple[list[str], list[int]]:
        """ "Throws her a ball", "a ball to her" as "throws a ball", and who is to have it."""
        if not words or words[0] not in passing():
            return [], []
        given, named = list(words[1:]), list[str]()
        at = max((n for n, word in enumerate(given) if word in _TOWARD), default=0)
        if at:
            given, named = given[:at], given[at + 1 + (given[at + 1 : at + 2] == ["to"]) :]
        elif (
            given[:1] == ["her"]
            and {"many", "noun"} & roles_at(given, 1)[1].keys()
            and (not self._noun_length(["the", *given[1:]]))
        ):
            given, named = given[1:], given[:1]  # "gives her flowers"
        elif (length := self.subject(given)[1]) and given[length : length + 1]:
            given, named = given[length:], given[:length]
        things, length = self.subject(named) if named else ([], 0)
        things = [i for i in things if noun(self.edits[i].noun).category in ALIVE]
        if given in (["it"], ["them"]):
            loose = [i for i in self.edits.there if noun(self.edits[i].noun).category not in ALIVE]
            given = self.name_of(loose[0]).split() if len(loose) == 1 else given
        thing = self.fragment(given).mentions if given and length == len(named) else ()
        return ([words[0], *given], things) if things and len(thing) == 1 else ([], [])

    def _passes(self, things: list[int], words: Sequence[str]) -> bool:
        """Who throws something has it in the air toward somebody; who is given it has it."""
        told, to = self._thrown(words)
        if not to and words and words[0] in verb_forms("hands over"):
            told, to = self._handed(things, words)
        others = [index for index in to if index not in things]
        if told[1:2] in (["a"], ["an"]) and self._has(things, told[2:]):
            told = [told[0], "the", *told[2:]]  # "throws her a ball", who has one
        if not things or not others:
            return False
        if told[0] in verb_forms("hands over"):
            self._acts(others[:1], ["holding", *told[1:]])
            return True
        self._acts(things, told)
        if any(each.subject == things[0] and each.name in _FLUNG for each in self.edits.relations):
            self._faces(things[0], others[0])
        return True

    def _handed(self, things: list[int], words: Sequence[str]) -> tuple[list[str], list[int]]:
        """ "Gives a flower", where one other person stands, who has it then."""
        others = [
            i
            for i in self.edits.there
            if i not in things and noun(self.edits[i].noun).category in PEOPLE
        ]
        given = self.fragment(list(words[1:])).mentions if words[1:2] in (["a"], ["an"]) else ()
        one = len(given) == len(others) == 1 and self.edits[others[0]].count == 1
        return (list(words), others) if one else ([], [])

    def _has(self, things: Sequence[int], named: Sequence[str]) -> bool:
        """Whether somebody holds what is named, or does something with it."""
        mention = self._mention(["the", *named])
        known = self.found(replace(mention, many=True)) if mention is not None else []
        return any(
            each.subject in things and each.name in _HAD and {*each.objects} & {*known}
            for each in self.edits.relations
        )

    def _faces(self, who: int, other: int) -> None:
        """Who throws to the right has the other there: each goes where the other stands, if not."""
        turned = [
            r
            for r in self.edits.relations
            if r.name in _SIDES and {r.subject, *r.objects} == {who, other}
        ]
        there = any((each.subject == other) == (each.name == "left of") for each in turned)
        if not turned and self.is_seen and {who, other} <= {*self.row}:
            there = self.row.index(other) < self.row.index(who)
        if there:
            self.edits.relations = [each for each in self.edits.relations if each not in turned]
            self.edits.swapped = (who, other)

    def _throws(self, words: list[str]) -> bool:
        """ "Throw the ball to her": who has it does, or the only one who can."""
        if words[:1] == [] or words[0] not in passing() or words[0].endswith(("s", "ing", "ed")):
            return False
        told, to = self._thrown(words)
        given = self.fragment(told[1:]).mentions if told else ()
        items = {i for one in given if one.definite for i in self.found(one)}
        alive = [
            i
            for i in self.edits.there
            if noun(self.edits[i].noun).category in ALIVE and i not in to
        ]
        has = [each.subject for each in self.edits.relations if items & {*each.objects}]
        who = [i for i in alive if i in has] or alive
        return bool(to) and len(who) == 1 and self._passes(who, words)

    def _acts(self, things: list[int], words: list[str]) -> None:
        """What somebody does to a thing, which others have no more."""
        before = list(self.edits.relations)
        self.state(things, words)
        for index in things:
            mine = {i for each in self.edits.relations if each.subject == index
                    and each.name in _HAD for i in each.objects}  # fmt: skip
            self.edits.relations = [
                each
                for each in self.edits.relations
                if each not in before
                or each.subject == index
                or each.name not in _HAD
                or not mine & {*each.objects}
            ]

    @abstractmethod
    def state(
        self, things: list[int], words: list[str], *, replacing: bool = False, pronoun: bool = False
    ) -> None:
        """What `words` say of things that are there."""
