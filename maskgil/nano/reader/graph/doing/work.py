"""Work at a table: what is cut, baked, ironed or written lies before the worker."""

from __future__ import annotations

from maskgil.nano.reader.graph.doing.deeds import CROWDED, ROLLER
from maskgil.nano.reader.graph.doing.props import Props
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import table, verb_forms, verb_table, words_of_kind

_MOST, _WORN = 0.9, 1.3  # metres: what lies on a table; clothes
_LYING = ("food", "fruit", "plant", "clothes", "paper", "toy", "kitchen", "party", "marine",
          "household", "home", "tool", "electronics", "game", "science", "farm")  # fmt: skip
_APART = ("next to", "holding")
"""How what is worked on stands to who does it where nothing more is known."""
_WRITES, _DESK, _PAPER, _HEATS = "school desk", "desk", "memo", "stove"
_PAN, _FRIED = "pan", "fried egg"


class Work(Props):
    """Adds a table for a worker, with the workpiece on it."""

    def _work(self) -> None:
        """ "A woman cutting a cake": it is on a table, and she is behind it with a knife."""
        draft = self.draft
        for told, deed, act in self.deeds:
            top = verb_table("works at").get(deed)
            who = next((n for n, other in enumerate(draft.things) if other is told), None)
            if top is None or who is None:
                continue
            place = self._stands_behind(who)
            if place is None and not self._may_stand(who, top):
                continue
            done_to = [
                o[0] for n, way, o in draft.relations
                if n == who and way in _APART and o[0] not in self._tools(who, deed)
                and draft.noun(o[0]).name not in table("cut with").values()
            ]  # fmt: skip
            beside = [n for n in done_to if (who, "next to", [n]) in draft.relations]
            done_to = beside or done_to  # "holding a pastry bag and decorating a cake"
            if not done_to and (piece := verb_table("workpiece").get(deed)):
                done_to = [n for n in [self._prop(who, piece)] if n is not None]
            if len(done_to) != 1 and not (top == _WRITES and not done_to):
                continue
            if not all(self._is_laid(index) for index in done_to):
                continue
            if place is not None:
                self._lay_on(who, place, top, done_to)
                continue
            self._lay_before(who, top, done_to)
            self._is_seen(act)

    def _roast(self) -> None:
        """What is roasted is over the fire, a marshmallow on a stick."""
        draft = self.draft
        for told, deed, act in self.deeds:
            who = next((n for n, other in enumerate(draft.things) if other is told), None)
            if who is None or deed not in verb_forms("roasts"):
                continue
            fires = [n for n, each in enumerate(draft.things)
                     if each.chunk.value in words_of_kind("hearth")]  # fmt: skip
            done_to = [o[0] for n, way, o in draft.relations
                       if n == who and way in _APART and o[0] not in fires]  # fmt: skip
            if not fires and verb_table("hearth of").get(deed):
                fires = [
                    n for n in [self._prop(who, verb_table("hearth of")[deed])] if n is not None
                ]
            edible = [n for n in done_to if draft.noun(n).category == "food"]
            if not fires or len(edible) != 1:
                continue
            self._hold_over(who, edible[0], fires[0])
            self._is_seen(act)

    def _hold_over(self, who: int, food: int, fire: int) -> None:
        draft, chunk = self.draft, self.draft.things[food].chunk
        around = (who, "around", [fire]) in draft.relations
        if draft.noun(fire).name == "campfire":
            self.scenery.hints.append("forest")
        self._unrelate(who, food)
        if chunk.value in table("on a stick") and draft.noun(who).name not in (
            words_of_kind("gathers")  # drawn as several
        ):
            chunk.value, chunk.count = table("on a stick")[chunk.value], 1
            draft.relate(who, "holding", food)
        else:
            grill = "on" in dict(draft.noun(fire).anchors)
            draft.relate(food, "on" if grill else "above", fire, literal=True)
        if not around:
            self._unrelate(who, fire)
            draft.relate(who, "next to", fire, literal=True)

    def _lay_before(self, who: int, top: str, done_to: list[int]) -> None:
        """Puts somebody behind what takes their work, and what they work on upon it."""
        draft, start = self.draft, self.draft.things[who].chunk.start
        if top == _WRITES and draft.noun(who).name not in words_of_kind("pupils"):
            top = _DESK
            paper = None if done_to else draft.add(Chunk("thing", _PAPER, start, start, _PAPER))
            done_to = [paper[0]] if paper else done_to
        added = draft.add(Chunk("thing", top, start, start, top))
        if added is None:
            return
        self._lay_on(who, added[0], top, done_to)
        draft.relate(who, "behind", added[0], literal=True)

    def _lay_on(self, who: int, place: int, top: str, done_to: list[int]) -> None:
        draft = self.draft
        for index in done_to:
            chunk = draft.things[index].chunk
            if top == _HEATS and chunk.value in table("turns into"):
                chunk.value = table("turns into")[chunk.value]
                chunk.count = chunk.count if chunk.counted else 1
            self._unrelate(who, index)
            pan = next((o[0] for n, way, o in draft.relations if (n, way) == (index, "in")), None)
            if pan is None and top == _HEATS and chunk.value == _FRIED:
                pan = self._prop(who, _PAN)
                if pan is not None:
                    draft.relate(index, "in", pan, literal=True)
            draft.relate(index if pan is None else pan, "on", place, literal=True)

    def _set_down(self) -> None:
        """What lies next to a table at which somebody works is on it: a laptop at a desk."""
        draft, tops = self.draft, words_of_kind("worktop")
        before = {o[0] for n, way, o in draft.relations if way == "behind" and draft.is_rider(n)}
        set_down = {
            n: o[0] for n, way, o in draft.relations
            if way == "next to" and before & {n, o[0]} and self._is_laid(n)
            and draft.noun(o[0]).name in tops and draft.noun(n).name not in tops
        }  # fmt: skip
        draft.relations = [
            (n, "on", o) if way == "next to" and set_down.get(n) == o[0]
            else (n, way, [set_down.get(o[0], o[0])] if way == "behind" else o)
            for n, way, o in draft.relations
        ]  # fmt: skip

    def _decorate(self) -> None:
        """Who paints a fence is no artist with a palette: they hold a roller."""
        for index, told in enumerate(list(self.draft.things)):
            who = told.chunk.text.removesuffix(" painting")
            if who == told.chunk.text or who not in self.lexicon.nouns:
                continue
            if self._is_coated(index) and ROLLER not in self.forbidden:
                start = told.chunk.start
                added = self.draft.add(Chunk("thing", ROLLER, start, start, ROLLER))
                if added is not None:
                    told.chunk.value = who
                    self.draft.relate(index, "holding", added[0])

    def _stands_behind(self, who: int) -> int | None:
        """The table that somebody is said to be at."""
        places = [o[0] for n, way, o in self.draft.relations if n == who and way == "behind"]
        named = [n for n in places if self.draft.noun(n).name in words_of_kind("worktop")]
        return named[0] if len(places) == len(named) == 1 else None

    def _may_stand(self, who: int, top: str) -> bool:
        """Whether somebody is where a table may be before them, and nobody else is there."""
        draft = self.draft
        there = {told.chunk.value for told in draft.things} | self.forbidden
        placed = any(
            (n == who and way not in (*_APART, "wearing", "with")) or (who in o)
            for n, way, o in draft.relations
        )
        alone = draft.is_rider(who) and draft.things[who].chunk.count == 1
        tables = there & words_of_kind("worktop")
        return alone and not placed and not tables and len(there) <= CROWDED

    def _tools(self, who: int, deed: str) -> list[int]:
        """What somebody has in their hand to do it with."""
        name = self._tool(who, deed)[1]
        return [n for n, told in enumerate(self.draft.things) if told.chunk.value == name]

    def _is_laid(self, index: int) -> bool:
        one = self.draft.noun(index)
        small = one.size <= _MOST or (one.category == "clothes" and one.size <= _WORN)
        if self.draft.living(index) or table("cut with").get(one.name) == "axe":
            return False
        return (
            small and one.category in _LYING and self.draft.things[index].chunk.count <= CROWDED + 1
        )
