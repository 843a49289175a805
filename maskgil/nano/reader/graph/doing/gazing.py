"""Gaze: what is looked at in the hand, in a mirror, out of a window, and where somebody sits."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from maskgil.nano.reader.graph.doing.work import Work
from maskgil.nano.reader.graph.facts import Told
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import posed, verb_forms, words_of_kind
from maskgil.nano.world.arranging.pairs import SEATS
from maskgil.nano.world.scene import LOOKING

_OUT = ("out", "outside", "out of", "out at", "out over", "through")
_SITTING = "sitting"
_SEA, _SHORE, _STANDS = "sea", "beach", ("on", "in", "riding", "behind")
_REFLECTED, _MIRROR = ("reflection", "reflections", "themselves", "himself", "herself"), "mirror"


class Gazing(Work):
    """Shows who looks at something as they look."""

    def _prepare(self) -> None:
        super()._prepare()
        self.poses.sort(key=lambda each: posed().get(each[1]) == LOOKING)  # who walks is seen to
        done, said = {act for *_, act in self.deeds}, {each.start: each for each in self.chunks}
        for act in [each for each in self.left_out if each not in done and each[0] in said]:
            if posed().get(said[act[0]].text) == LOOKING:
                self._is_seen(act)  # "looking down at a keyboard": so does who sees the picture
        for told, deed, _ in list(self.poses):
            if posed().get(deed) == LOOKING and told in self.draft.things:
                self._look(told, self.draft.things.index(told))
        for verb, out in pairwise(self.chunks):
            who = self._said_of(verb.start)
            if verb.text in verb_forms("looks out") and out.text in _OUT and who is not None:
                self.moving.append((self.draft.things[who], LOOKING))

    def _gazes(self, told: Told) -> bool:
        """Whether somebody is said to look at something."""
        return any(each[0] is told and posed().get(each[1]) == LOOKING for each in self.poses)

    def _look(self, told: Told, who: int) -> None:
        """What somebody looks at in their hand is held; who sits on a seat is seen to anyway."""
        draft, seated = self.draft, False
        for n, way, others in list(draft.relations):
            seen = draft.noun(others[0])
            if (
                n == who
                and way == "next to"
                and seen.name in words_of_kind("looked at in the hand")
            ):
                self._unrelate(who, others[0])
                draft.relate(who, "holding", others[0], literal=True)
            seated = seated or (n == who and way in ("on", "in") and seen.name in SEATS)
            if n == who and way in ("in", "next to") and seen.name == _MIRROR:
                self._reflect(told, who, others[0])
        placed = any(n == who and way in _STANDS for n, way, _ in draft.relations)
        if draft.is_rider(who) and self.scenery.setting() == _SEA and not (placed or self.dived):
            self.scenery.put(_SHORE, 3)  # "watching a sunset over the ocean"
        sits = [each for each in self.poses if each[0] is told and posed()[each[1]] == _SITTING]
        for each in sits if seated else []:
            self.poses.remove(each)
            self._is_seen(each[2])
        if sits and not seated:
            self.moving.append((told, _SITTING))

    def _reflect(self, told: Told, who: int, mirror: int) -> None:
        """ "A woman looking at herself in a mirror" is beside it, and in it is one like her."""
        said = [each for each in self.left_out if each[1] in _REFLECTED]
        self._unrelate(who, mirror)
        self.draft.relate(who, "next to", mirror, literal=True)
        start = self.draft.things[mirror].chunk.start
        image = Chunk("thing", told.chunk.value, start, start, told.chunk.value)
        added = self.draft.add(replace(image, colour=told.chunk.colour))
        if added is not None:
            self.draft.relate(added[0], "in", mirror, literal=True)
            self.left_out = [each for each in self.left_out if each not in said]
