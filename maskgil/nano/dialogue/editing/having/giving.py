"""Giving: somebody gets something to wear or hold: "give the cat a hat"."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED
from maskgil.nano.dialogue.commands import is_whole, leads
from maskgil.nano.dialogue.editing.attributes import attributes_of
from maskgil.nano.dialogue.editing.merging import BESIDE, Merging, is_worn
from maskgil.nano.dialogue.editing.referents.kinds import drafted
from maskgil.nano.dialogue.fragments import Mention, read_fragment, roles_at
from maskgil.nano.world.nouns import ALIVE, noun
from maskgil.nano.world.scene import Thing

_BESIDE = ("next", "beside", "near")
_DISH = 0.6  # metres
_INTO, _LISTING = ("to", "in", "into"), r" (?:and|with|plus|,) "


class Giving(Merging):
    """Merging, and what is given to somebody."""

    def _receiver(self, words: list[str]) -> list[int]:
        """Who is given something: "him", or who wears or holds what was spoken of last."""
        owners = self.meant(words[0]) if leads(words, "pronoun") else self.it()
        lives = [i for i in owners if noun(self.edits[i].noun).category in ALIVE]
        bearers = [each.subject for each in self.edits.relations
                   if each.name in CARRIED and {*owners} & {*each.objects}]  # fmt: skip
        return (lives or bearers or owners)[:1]

    def _somebody_for(self, given: list[str]) -> list[int]:
        """Who "it" is that gets something to wear or hold: who wears it, or the only one there."""
        told = read_fragment(" ".join(given)).mentions
        alive = [i for i in self.edits.there if noun(self.edits[i].noun).category in ALIVE]
        who = [i for i in self._receiver(["it"]) if i in alive]
        who = who or (alive if len(alive) == 1 else [])
        if len(told) != 1 or not who:
            return []
        meant = drafted([self.edits[who[0]].noun, told[0].thing.noun])
        meant.go_with(0, 1)
        return who if any(way in CARRIED for _, way, _ in meant.relations) else []

    def _gives_known(self, words: list[str]) -> bool:
        """ "Give the boy the girl's ball", "the ball to the boy": who has it then."""
        first, length = self.subject(words)
        behind = words[length:]
        to = behind[:1] in (["to"], ["for"])
        behind = behind[to:]
        second, end = self.subject(behind) if length and behind else ([], 0)
        if end < len(behind):
            second = self._owned(behind) if any(w.endswith("'s") for w in behind) else []
        lives = [all(noun(self.edits[i].noun).category in ALIVE for i in those)
                 for those in (first, second)]  # fmt: skip
        to = to or lives == [False, True]  # "give the ball the boy", of other languages
        owners, things = (second, first) if to else (first, second)
        new = self.is_told_new(words) or self.is_told_new(behind)
        if new or not lives[to] or not len(owners) == len(things) == 1 or owners == things:
            return False
        self._have(owners[0], things[0], "next to")
        return True

    @abstractmethod
    def _owned(self, words: list[str]) -> list[int]:
        """What is somebody's: "the girl's hat"."""

    def _gives_each(self, words: list[str]) -> bool:
        """ "Give both animals a hat", "put hats on them": one to each of several."""
        at = next(
            (n for n, word in enumerate(words)
             if n and word in ("on", "to", "for") and words[n - 1] not in BESIDE), None,
        )  # fmt: skip
        owners, length = self.subject(words)
        given = words[length:] if length else words[:at]
        if not length and at is not None:
            owners, length = self.subject(words[at + 1 :])
            length += at + 1
            if length < len(words):
                return False
        alive = [i for i in self.edits.there if noun(self.edits[i].noun).category in ALIVE]
        if leads(words[length - 1 :] if at else words, "pronoun") and not {*owners} & {*alive}:
            owners = alive  # "them", of whom there is an umbrella
        return len(owners) > 1 and self._hands_each(owners, given)

    def _hands_each(self, owners: Sequence[int], given: Sequence[str]) -> bool:
        """One of what is given to each; nothing where it is not one new thing."""
        told = read_fragment(" ".join(given)).mentions
        where = bool(given) and "relation" in roles_at(given, 0)[1]  # "them on a table"
        if len(told) != 1 or told[0].definite or attributes_of(given) or where:
            return False
        one = replace(told[0], thing=replace(told[0].thing, count=1))
        alive = [i for i in owners if noun(self.edits[i].noun).category in ALIVE]
        for index in alive or owners:  # "everyone", whose hats need none
            if not self._wears_already(index, one):
                self._hand(index, one.thing, "next to")
        return True

    @abstractmethod
    def tells_part(self, verb: str, words: list[str]) -> bool:
        """Whether something is told of a part of what stands."""

    def _gives_all(self, owner: list[str], words: list[str]) -> bool:
        """ "A hat and a scarf", all given to one owner; nothing is where one of them cannot be."""
        parts: list[list[str]] = [[]]
        for word in words:
            parts = [*parts, []] if word == "and" else [*parts[:-1], [*parts[-1], word]]
        if all(
            is_whole(part[-1:], "own part") or read_fragment(" ".join(part)).mentions
            for part in parts
        ):
            given = [
                self.tells_part("give", [*owner, *part]) or self._gives([*owner, "with", *part])
                for part in parts
            ]
            if any(given):
                self.left_out += [
                    " ".join(part) for part, done in zip(parts, given, strict=True) if not done
                ]
                return True
        return self._gives([*owner, "with", *words])

    def _gives_several(self, words: list[str]) -> bool:
        """ "Bread with apples to the basket": all of it to one owner."""
        at = max((n for n, word in enumerate(words) if word in _INTO and n), default=0)
        owners, length = self.subject(words[at + 1 :]) if at else ([], 0)
        parts = [part.split() for part in re.split(_LISTING, " ".join(words[:at]))]
        if len(owners) != 1 or length < len(words) - at - 1 or len(parts) == 1:
            return False
        told = [read_fragment(" ".join(part)).mentions for part in parts]
        if any(len(each) != 1 or each[0].definite for each in told):
            return False
        given = list[int]()
        for part in parts:
            self._gives([*part, *words[at:]])
            given += self.focus
        self.look_at(given)
        return True

    def _gives(self, words: list[str]) -> bool:
        """ "Give the cat a hat", "put a hat to the cat": who is there wears or holds it."""
        words = self._without_pronouns(words)
        found = self.read(words)
        if len(found.mentions) != 2:
            return False
        met = [self.found(m) if self._may_have(m) else [] for m in found.mentions]
        owned, given = found.mentions
        if all(met) and owned.definite and not given.definite:
            if self._wears_already(met[0][0], given):
                return True
            if not found.relations:
                met[1] = []  # "the dog a hat", where the cat wears one
        elif all(met) and given.definite and not owned.definite and is_worn(owned.thing.noun):
            met[0] = []  # "a hat on the dog"
        if [bool(things) for things in met] not in ([True, False], [False, True]):
            return False
        if found.relations and found.relations[0].name not in ("on", "next to", "wearing",
                                                               "holding", "in"):  # fmt: skip
            return False
        borne = found.relations[0] if found.relations else None
        if borne and borne.name == "next to" and {*_BESIDE} & {*words}:
            return False  # "put a ball next to the dog"
        if borne and borne.name in ("on", "in") and met[borne.subject]:
            return False  # "the cat on a bench"
        owner = met[0] or met[1]
        given = found.mentions[1 if met[0] else 0]
        if self._wears_already(owner[0], given):
            return True
        on = found.relations[0].name if found.relations else ""
        self._hand(owner[0], given.thing, on if on in ("on", "in") else "next to")
        self.set_scenery(found, words)
        self.left_out += found.left_out
        return True

    def _hand(self, owner: int, given: Thing, name: str) -> None:
        """A new thing to somebody who wears or holds it, or else to whom it stands so."""
        self.make_way(owner, given.noun)
        thing = self.edits.add(given)
        if thing is not None:
            self._have(owner, thing, name)

    def _have(self, owner: int, thing: int, name: str) -> None:
        """Somebody wears or holds a thing, or else it stands to them so."""
        meant = self._draft([owner, thing])
        meant.go_with(0, 1)
        relations = [each for each in meant.relations if each[0] == 0]
        if relations:
            self.edits.relate(owner, relations[0][1], [thing])
        else:
            name = self._held_so(owner) or name if name == "next to" else name
            self.edits.relate(thing, name, [owner])
        self.look_at([thing])

    def _held_so(self, owner: int) -> str:
        """How a thing is to what holds things, a basket or a plate; "" for anything else."""
        told = noun(self.edits[owner].noun)
        ways = dict(told.anchors)
        return "in" if "in" in ways else "on" if {*ways} == {"on"} and told.size < _DISH else ""

    def _may_have(self, mention: Mention) -> bool:
        return mention.definite or not mention.thing.colour
