"""Reciprocal verbs without object: "a boy and a girl hugging", "two bears hugging"."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from maskgil.nano.reader.graph.facts import Told
from maskgil.nano.reader.graph.states import States
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import mutual, table, touched, verb_forms, words_of_kind
from maskgil.nano.world.arranging.pairs import SEATS
from maskgil.nano.world.scene import ORDERS, TOUCHING

_COUPLE, _TWO = "couple", 2
_HAND_IN_HAND = "holding hands with"
_PARTS = (
    ("shaking hands with", "holding", "clasped", "shakes"),
    ("holding hands with", "holding", "clasped", ""),
    ("kissing", "kissing", "kissed", ""),
    ("leaning on", "on", "leaned on", "leans"),
    ("leaning on", "leaning on", "leaned on", ""),
    ("on the shoulders of", "on", "sat upon", ""),
    ("whispering to", "in", "whispered into", "whispers"),
    ("~holding", "on", "held in", ""),
    ("~holding", "in", "held in", ""),
)
"""Relations by how a part of somebody is spoken of, which part, and what is done."""


class Touch(States):
    """Joins those who do to each other what they are said to do."""

    def _meet(self, chunk: Chunk, doer: int, act: tuple[int, str]) -> None:
        """Notes who is said to touch: what was named last, and what "and" or "with" joins to it."""
        told = self.draft.things[doer]
        joined = self._with_joined(doer) if doer == self.last else [told]
        if len(joined) == 1 and told.via == "with" and told.host is not None:
            joined.append(self.draft.things[told.host])  # "a man with a woman holding hands"
        self.met.append((joined[::-1], mutual()[chunk.text], act))

    def _enact(self) -> None:
        """ "Three people hugging" are three of them, not three drawings of two who do."""
        there = {told.chunk.value for told in self.draft.things}
        for told in list(self.draft.things):
            chunk, name = told.chunk, table("enacted").get(told.chunk.value)
            if name and chunk.count > 1:
                count, chunk.count = chunk.count, 1
                place = self._members(told)[0]
                chunk.count = count if chunk.counted else chunk.count
                self.draft.relations.append((place, name, [place]))
            elif chunk.text in table("members") and (
                chunk.text != chunk.value
                or (chunk.value == _COUPLE and (self._sits_down(told) or self._wears(told)))
                or (self._gazes(told) and not there & words_of_kind("screen"))
            ):
                self._pair_off(told)

    def _sits_down(self, told: Told) -> bool:
        """Whether somebody is on what is sat on: a couple that is drawn standing."""
        place = self.draft.things.index(told)
        return any(
            n == place and way == "on" and self.draft.noun(o[0]).name in SEATS
            for n, way, o in self.draft.relations
        )

    def _wears(self, told: Told) -> list[int]:
        """What somebody is said to wear."""
        place = self.draft.things.index(told)
        return [o[0] for n, way, o in self.draft.relations if n == place and way == "wearing"]

    def _pair_off(self, told: Told) -> None:
        """An old couple, or who sits, are a man and a woman: no drawing shows both so."""
        one, *others = self._members(told)
        told.chunk.text = told.chunk.value
        said = any(told in joined and name == _HAND_IN_HAND for joined, name, _ in self.met)
        stands = [each for each in self.draft.relations
                  if each[0] == one and each[1] != "wearing"]  # fmt: skip
        for clothes in (self.draft.things[n].chunk for n in self._wears(told)):
            clothes.count = 1  # each has their own
            for other in others:
                if (added := self.draft.add(replace(clothes, definite=False))) is not None:
                    self.draft.relations.append((other, "wearing", [added[0]]))
        for other in others:
            self.draft.relations += [(other, way, objects) for _, way, objects in stands]
            if said or not self._sits_down(told):
                self.draft.relations.append((one, _HAND_IN_HAND, [other]))
            two = self.draft.things[other]
            self.poses += [(two, deed, act) for who, deed, act in self.poses if who is told]

    def _reach_for(self, chunk: Chunk) -> None:
        """Notes all who are said to touch what is named next: "a boy and a girl hugging a dog"."""
        doer = self.draft.doer(self.mentioned) if self.last is not None else None
        if chunk.text in touched() and doer is not None and doer == self.last:
            self.reaching.append((self._with_joined(doer), chunk.value))

    def _reach(self) -> None:
        """Says of all who are said to touch somebody what was said of the one named last."""
        for joined, name in self.reaching:
            mine = [self.draft.things.index(told) for told in joined if told in self.draft.things]
            self._arm(mine, name)
            met = [o[0] for n, way, o in self.draft.relations if n in mine and way == name]
            for other in (other for other in met if other not in mine):
                for one in mine:
                    self.draft.relate(one, name, other)

    def _arm(self, mine: list[int], name: str) -> None:
        """ "A pirate and a sailor fighting with swords": each has one."""
        held = [(n, o[0]) for n, way, o in self.draft.relations
                if n in mine and way == "holding" and name == "fighting with"]  # fmt: skip
        if len(held) != 1 or len(mine) < _TWO:
            return
        weapon = self.draft.things[held[0][1]].chunk
        weapon.count = 1
        for one in (one for one in mine if one != held[0][0]):
            added = self.draft.add(replace(weapon))
            if added is not None:
                self.draft.relate(one, "holding", added[0])

    def _dance(self, index: int, chunk: Chunk) -> None:
        """ "A man and a woman dancing": both of them, with each other."""
        who = chunk.value.removesuffix(" dancing")
        before = self.last is not None and self.last < index  # "… and the woman dancing" again
        partner = self.joint == "and" and before and self.draft.is_rider(self.last or 0)
        if who != chunk.value and who in self.lexicon.nouns and partner:
            chunk.value = who
            pair = [self.draft.things[self.last or 0], self.draft.things[index]]
            self.met.append((pair, "dancing with", (chunk.start, "dancing")))

    def _dance_with(self, at: int) -> None:
        """ "A man dancing with a woman": not one who dances, and a woman."""
        dancer = self.before
        who = "" if dancer is None else dancer.value.removesuffix(" dancing")
        behind = next((c for c in self.chunks[at + 1 : at + 3] if c.kind == "thing"), None)
        alone = dancer is None or dancer.kind != "thing" or who == dancer.value
        if alone or dancer is None or behind is None or who not in self.lexicon.nouns:
            return
        if self.lexicon.nouns[behind.value].category in ("person", "people", "animal"):
            dancer.value = who
            self.pending, self.words, self.joint, self.verbal = "dancing with", "dancing", "", True

    def _touch(self) -> None:
        """Says that each touches the next of those who were said to touch, and nobody else."""
        self.left_out = [each for each in self.left_out if each[0] not in self.parts]
        for joined, name, act in self.met:
            there = [told for told in joined if told in self.draft.things]
            done = any(way == name and self.draft.things[n] in there
                       for n, way, _ in self.draft.relations)  # fmt: skip
            if done or not there:
                self.left_out = [each for each in self.left_out if each != act or not done]
                continue
            if there[0].chunk.value in table("touches").get(name, "").split(", "):
                self._is_seen(act)  # "a couple holding hands"
                chunk = there[0].chunk
                if chunk.value in words_of_kind("drawn as two") and chunk.count == _TWO:
                    chunk.count = 1  # "two wrestlers fighting" are in one drawing
                continue
            places = [n for told in there for n in self._members(told)]
            if not all(self.draft.may_touch(n, name) for n in places):
                continue
            for one, other in pairwise(places):
                self.draft.relate(one, name, other)
            if len(places) == 1:
                chunk = self.draft.things[places[0]].chunk
                if chunk.count == 1 and not chunk.many:
                    continue
                chunk.count = max(_TWO, chunk.count)
                chunk.state = None if chunk.state in ORDERS else chunk.state
                self.draft.relations.append((places[0], name, [places[0]]))
            self._is_seen(act)

    def _prepare(self) -> None:
        """Of a couple that skates and runs each does so."""
        for joined, deed, act in list(self.poses):
            if joined not in self.draft.things or deed not in verb_forms("partnered"):
                continue
            for place in self._members(joined)[1:]:
                other = self.draft.things[place]
                self.poses.append((other, deed, act))
                self.deeds += [(other, deed, act)] if (joined, deed, act) in self.deeds else []
        super()._prepare()

    def _members(self, told: Told) -> list[int]:
        """The places of those whom a drawing of several shows: a family's, a couple's."""
        place = self.draft.things.index(told)
        members = table("members")
        kinds = members.get(told.chunk.text, members.get(told.chunk.value, "")).split(", ")
        if not kinds[0] or told.chunk.count > 1:
            return [place]
        told.chunk.value, places = kinds[0], [place]
        if len({*kinds}) == 1:
            told.chunk.count = len(kinds)
            return places
        for kind in kinds[1:]:
            start, end = told.chunk.start, told.chunk.end
            added = self.draft.add(Chunk("thing", kind, start, end, kind))
            places += [] if added is None else [added[0]]
        return places

    def _turn_to_whose(self, at: int) -> None:
        """Whom somebody touches by whose part it is: "holding her mother's hand"."""
        behind = self.chunks[at + 1 : at + 3]
        whose = len(behind) == 2 and behind[0].kind == "possessive" and not behind[1].pause
        if not whose or not self.pending or self.last is None:
            return
        if self._owns_part(at):
            return  # "a bird on a boy's arm"
        for name, way, part, verbs in _PARTS:
            done = not verbs or self.doing in verb_forms(verbs)
            mounts = name != "on the shoulders of" or self.draft.is_rider(self.last)
            if self.pending == way and mounts and behind[1].text in words_of_kind(part) and done:
                self.pending, self.parts = name, [*self.parts, behind[1].start]
                self.words = "holding" if name == "~holding" else self.words
                if name in TOUCHING and self.deeds and self.deeds[-1][1] == self.doing:
                    self._is_seen(self.deeds[-1][2])
                return

    def _put_around(self, chunk: Chunk) -> None:
        """ "With his arm around a woman", whom he hugs."""
        arm = self.before
        if chunk.value == "around" and arm is not None and arm.text in words_of_kind("held in"):
            self.pending, self.verbal = "hugging", True
            self.parts += range(arm.start, arm.end)

    def _gives(self, chunk: Chunk) -> bool:
        """Whether a word says what somebody is given: "giving her son a hug"."""
        given = table("given").get(chunk.text)
        if given is None or not self.draft.relations or not self.deeds:
            return False
        giver, text, act = self.deeds[-1]
        subject, _, others = self.draft.relations[-1]
        if text not in verb_forms("gives") or others != [self.last] or chunk.start - act[0] > 6 or (
            self.draft.things[subject] is not giver
        ):  # fmt: skip
            return False
        self.draft.relations.pop()
        self.draft.relate(subject, given, others[0])
        self._is_seen(act)
        self.parts.append(chunk.start)
        self.pending = self.joint = ""
        return True
