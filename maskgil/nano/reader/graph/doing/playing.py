"""Play: who plays with a toy kneels at it, or does with it what it is for."""

from __future__ import annotations

from maskgil.nano.reader.graph.doing.gazing import Gazing
from maskgil.nano.reader.graph.facts import HANDY_SIZE, Told
from maskgil.nano.reader.words import table, verb_forms, words_of_kind
from maskgil.nano.world.scene import ACTIONS

_KNEELING, _TROPHY = "crouching", "trophy"


class Playing(Gazing):
    """Shows people as they play with something."""

    def _prepare(self) -> None:
        for told, deed, act in list(self.poses):
            if deed in verb_forms("plays with") and told in self.draft.things:
                for n, way, others in list(self.draft.relations):
                    if self.draft.things[n] is told and way in ("next to", *ACTIONS):
                        self._play_with(told, n, others[0], act)
        for told, deed, act in list(self.deeds):
            who = next((n for n, one in enumerate(self.draft.things) if one is told), None)
            mine = [each for each in self.draft.relations if each[0] == who]
            met = any(way == "next to" and self.draft.living(others[0]) for _, way, others in mine)
            if deed in verb_forms("gives") and met and any(each[1] == "holding" for each in mine):
                self._is_seen(act)  # "a man giving a flower to a woman"
            if deed in verb_forms("swings") and any(
                self.draft.noun(each[2][0]).name in words_of_kind("swing") for each in mine
            ):  # fmt: skip
                self._is_seen(act)
            trophies = [each for each in mine if self.draft.noun(each[2][0]).name == _TROPHY]
            if deed in verb_forms("exults") and trophies:
                self._is_seen(act)  # it is held up
        super()._prepare()

    def _play_with(self, told: Told, who: int, toy: int, act: tuple[int, str]) -> None:
        """Joins somebody to their toy; who plays with animals, and animals, leap as before."""
        draft, one = self.draft, self.draft.noun(toy)
        light = one.size <= HANDY_SIZE or draft.things[toy].chunk.size == "tiny"
        if not draft.is_rider(who) or draft.living(toy) or not light:
            return
        does = [each[1] for each in draft.relations if each[0] == who and each[2] == [toy]]
        way = does[0] if does[0] in ACTIONS else table("played with").get(one.name, "")
        if not way and one.name in words_of_kind("bounced"):
            way = "throwing"
        if way:
            self._unrelate(who, toy)
            draft.relate(who, way, toy, literal=way == "holding")
        elif one.category != "celestial" and not self._gazes(told):
            self.moving.append((told, _KNEELING))
        if way or one.category != "celestial":
            self.poses = [each for each in self.poses if each[0] is not told or each[2] != act]
            self._is_seen(act)

    def _do_to_it(self) -> bool:
        """Whether somebody does to what they have already what a verb says: "and tossing it"."""
        draft, last = self.draft, self.last
        if last is None or not self.verbal or draft.living(last):
            return False
        doer, way = draft.doer(self.mentioned), self.pending
        has = [each for each in draft.relations if (each[0], each[2]) == (doer, [last])]
        if [each[1] for each in has] not in (["next to"], ["holding"]):
            return False
        if way in ACTIONS:
            self._unrelate(doer, last)
            draft.relate(doer, way, last)
        if (doer, way, [last]) in draft.relations or self.doing in verb_forms("gives", "handled"):
            self.left_out = [each for each in self.left_out if each != self.act]
        self.pending = ""
        return True
