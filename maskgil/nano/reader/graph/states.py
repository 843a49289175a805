"""Visible states of things: running, jumping, lying; broken, glowing."""

from __future__ import annotations

from maskgil.nano.reader.graph.belongings import DRINKS
from maskgil.nano.reader.graph.doing.deeds import CROWDED
from maskgil.nano.reader.graph.doing.playing import Playing
from maskgil.nano.reader.graph.facts import Told
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.selection import as_figure, may_be_so
from maskgil.nano.reader.words import (
    is_act,
    marked_with,
    posed,
    posed_as,
    table,
    transitive,
    verb_forms,
    words_of_kind,
)
from maskgil.nano.world.arranging.carried.carrying import MARKS, sits_on_head, worn_at
from maskgil.nano.world.arranging.carried.mouths import DRINKING
from maskgil.nano.world.arranging.people.anatomy import lies_upright
from maskgil.nano.world.arranging.people.posing import may_wear
from maskgil.nano.world.drawn.faces import MOUTHED
from maskgil.nano.world.drawn.regions import region_of
from maskgil.nano.world.nouns import LIVING, PEOPLE
from maskgil.nano.world.scene import ARMS_UP, BODY_STATES, TIED

_PLAYED = ("sound", "game", "music")
_SHARED = ("running", "walking", "jumping", "dancing")
"""What somebody does with somebody else."""
_HEAVY = 0.6  # metres: what is pushed and pulled by who is seen walking
_SIPPED = 0.4  # metres: what is drunk from
_OVER = (" over", " across")
"""How a deed ends by which somebody is in the air, whoever it is."""
_LEAPT = ("out of", "through")
_OUT, _DOWN = " out of", ("from", "off", "off of", "out of", "down")
_SKIN = ("shirted", "trousered", "dressed")  # parts that a wetsuit covers
_BARRED = ("crib",)
"""Behind whose bars the face of who lies would not be seen; nobody lies on a chair either."""
_FLAT = ("on", "in", "under", "next to", "left of", "right of", "in front of")
"""How who lies may stand to something."""


class States(Playing):
    """Tells things the state that they are said to be in."""

    def _state(self, chunk: Chunk, at: int) -> None:
        """ "A bat hanging upside down": of what was named last."""
        if self.last is not None and self._put(self.draft.things[self.last], chunk.value):
            self._is_seen((chunk.start, chunk.text))
        elif chunk.value in (*MOUTHED, ARMS_UP):
            self.left_out.append((chunk.start, chunk.said or chunk.text))

    def _dress(self) -> None:
        """ "A woman dancing in a coat": whose drawing has clothes is one who can wear others."""
        for n, way, others in self.draft.relations:
            told, clothes = self.draft.things[n], self.draft.noun(others[0]).name
            tight = [part for part in _SKIN if region_of(told.chunk.value, part)]
            if clothes in table("skin tight") and tight and not told.chunk.state:
                told.chunk.state = " ".join(f"{table('skin tight')[clothes]} {p}" for p in tight)
                self.draft.drop(others[0])
                return self._dress()
            if way == "wearing" and worn_at(clothes) in ("torso", "legs"):
                who, deed = as_figure(self.draft.noun(n))
                if deed:
                    told.chunk.value = who
                    self.left_out.append((told.chunk.start, deed))
                    self.poses.append((told, deed, (told.chunk.start, deed)))

    def _snow_on(self, chunk: Chunk) -> None:
        """ "A cottage covered in snow": it is in the snow, and snow is on it."""
        before = self.before
        if self.last is None or before is None or before.kind not in ("thing", "be", "plain"):
            return
        for told in self._with_joined(self.last):
            covered = self.lexicon.roles("snowy", *told.chunk.value.split())
            if "noun" in covered:  # "a tree covered in snow" is a snowy fir
                told.chunk.value = covered["noun"]
            else:
                self._put(told, "snowy")

    def _pose(self) -> None:
        """Draws who does something as they do it, where nothing else shows it."""
        unseen = set(self.left_out)
        self._give_laps()
        for told, state in self.moving:
            if told in self.draft.things:
                self._put(told, state)
        for told, deed, act in self.poses:
            index = next((n for n, one in enumerate(self.draft.things) if one is told), None)
            if index is None:
                continue
            if deed in verb_forms("flees from"):
                told = self._pursuer(index)
                index = self.draft.things.index(told)
            if self._plays(index, deed):
                self._is_seen(act)
                continue
            if any(self._is_end(index, way, n, o) for n, way, o in self.draft.relations):
                self._is_seen(act)
                continue
            if posed_as(deed, self.draft.noun(index)) == DRINKING:
                if self._sips(index, deed):
                    self._is_seen(act)
                continue
            if TIED == told.chunk.state == posed_as(deed, self.draft.noun(index)):
                self._is_seen(act)
                continue
            if self._done_to(index, deed, act):
                if deed in verb_forms("bounces") and self._bounce(index):
                    self._is_seen(act)
                continue
            if self._is_light(index, deed):
                if self._is_drawn_out(index):
                    self._is_seen(act)
                continue
            if any(c.kind == "lost" and c.start == act[0] + 1 for c in self.chunks):
                deed = "" if deed in verb_forms("rolls") else deed  # "rolling dough"
            state = posed_as(deed, self.draft.noun(index))
            shown = self.draft.living(index) and is_act(deed) and act not in unseen
            people = self.draft.noun(index).category in PEOPLE
            bodily = state == "jumping" and (people or deed.endswith(_OVER))
            bodily = bodily or state in ("flying", "waving", *BODY_STATES)
            shown = shown and not bodily  # above a cloud, a puddle nobody stands
            leaps = deed.endswith(_OUT) or any(
                each.text in _LEAPT and each.start == act[0] + 1 for each in self.chunks
            )
            if state == "falling":
                self._fall_from(index, deed, act)
            if not shown and self._put(told, state, leaps=leaps) and deed not in marked_with():
                self._is_seen(act)

    def _give_laps(self) -> None:
        """Who has somebody that sits on them sits, too: a cat on a lap."""
        sat = [told for told, deed, _ in self.poses if posed().get(deed) == "sitting"]
        for holder, way, others in self.draft.relations:
            people = self.draft.noun(holder).category in PEOPLE
            if way == "holding" and people and self.draft.things[others[0]] in sat:
                self._put(self.draft.things[holder], "sitting")

    def _pursuer(self, index: int) -> Told:
        """Who runs after somebody who runs away from them: they are the one behind."""
        for place, (n, way, others) in enumerate(self.draft.relations):
            if n == index and way == "next to" and self.draft.living(others[0]):
                self.draft.relations[place] = others[0], way, [index]
                return self.draft.things[others[0]]
        return self.draft.things[index]

    def _fall_from(self, index: int, deed: str, act: tuple[int, str]) -> None:
        """Who falls from something is beside it: no more on it."""
        after = [c for c in self.chunks if c.kind == "relation" and c.start == act[0] + 1]
        if deed.endswith(" off") or any(c.text in _DOWN for c in after):
            self.draft.relations = [
                (n, "next to" if n == index and way in ("on", "in") else way, others)
                for n, way, others in self.draft.relations
            ]

    @staticmethod
    def _is_end(index: int, way: str, subject: int, others: list[int]) -> bool:
        """Whether a relation shows what somebody does: who leans on what, who fights whom."""
        return (way == "leaning on" and subject == index) or (
            way in ("fighting with", "arguing with") and index in (subject, *others)
        )

    def _untie(self) -> None:
        """Nothing is seen to be tied that is tied to nothing: "a gift tied with a ribbon"."""
        for index, told in enumerate(self.draft.things):
            if told.chunk.state == TIED and not any(
                n == index and name == "next to" for n, name, _ in self.draft.relations
            ):
                told.chunk.state = None
                self.left_out.append((told.chunk.start, TIED))

    def _mark(self) -> None:
        """Shows how somebody feels, and what is done without a thing, as comics do: Zs, tears."""
        draft = self.draft
        for act in list(self.left_out):
            mark = marked_with().get(act[1])
            there = {told.chunk.value for told in draft.things} | self.forbidden
            who = None if mark is None else self._said_of(act[0])
            if mark is None or who is None:
                continue
            told = draft.things[who]
            is_so = self._put(told, posed().get(act[1], ""))
            if is_so and told.chunk.state in MOUTHED:  # its face tells it
                self.left_out.remove(act)
                continue
            if mark in there or len(there) >= CROWDED:
                if is_so:
                    self.left_out.remove(act)
                continue
            start = draft.things[who].chunk.start
            added = draft.add(Chunk("thing", mark, start, start, mark))
            if added is not None:
                draft.relate(who, "with", added[0])
                self.left_out.remove(act)

    def _accompany(self) -> None:
        """ "A man running with his dog": it runs, too."""
        for told in self.draft.things:
            place = self.draft.things.index(told)
            walked = next((n for n, way, o in self.draft.relations if way == "next to"
                           and o == [place] and self._goes_with(n)), None)  # fmt: skip
            host = told.host if told.via == "with" else walked
            if host is None or host >= len(self.draft.things):
                continue
            chunk = self.draft.things[host].chunk
            said = [state for word in chunk.value.split() if (state := posed().get(word))]
            state = chunk.state or next(iter(said), "")
            if self.draft.living(host) and self.draft.living(place) and state in _SHARED:
                self._put(told, state)

    def _goes_with(self, index: int) -> bool:
        """Whether somebody does something with who is named next, or walks it."""
        who = self.draft.things[index]
        deeds = [deed for told, deed, _ in self.poses if told is who]
        walks = who.chunk.value.endswith(" walking") or any(d in verb_forms("walks") for d in deeds)
        return walks or any(deed.endswith(" with") for deed in deeds)

    def _sips(self, index: int, deed: str) -> bool:
        """Whether somebody drinks what they hold, at their mouth: one of a bottle and a glass."""
        had = {o[0] for n, way, o in self.draft.relations if n == index
               and way in ("holding", "next to")}  # fmt: skip
        drinks = [n for n in had if self.draft.noun(n).name in DRINKS]
        for kind, spare in (("drunk from", drinks), ("poured into", [])):
            vessels = [n for n in had if self.draft.noun(n).name in words_of_kind(kind)]
            if vessels and drinks:
                gone = (spare or vessels)[0]
                self.draft.drop(gone)
                index -= index > gone
                break
        for place, (n, way, others) in enumerate(self.draft.relations):
            small = self.draft.noun(others[0]).size <= _SIPPED
            if n == index and way in ("holding", "next to") and small:
                self.draft.relations[place] = (n, "holding", others)
                return self._put(self.draft.things[index], DRINKING)
        return False

    def _plays(self, index: int, deed: str) -> bool:
        """Whether who plays has what is played beside them: a piano, chess."""
        beside = [o for n, _, others in self.draft.relations if n == index for o in others]
        if deed.startswith("play") and self.draft.noun(index).name in words_of_kind("hitter"):
            return True  # whose drawing shows it
        played = any(self.draft.noun(o).category in _PLAYED for o in beside)
        return played and deed in verb_forms("play")

    def _done_to(self, index: int, deed: str, act: tuple[int, str]) -> bool:
        """Whether a deed is done to what is named next: "bouncing a ball", not "chasing a cat"."""
        if deed not in transitive() or deed in verb_forms("posed at"):
            return False
        others = [o for n, _, others in self.draft.relations if n == index for o in others]
        return any(self.draft.things[o].chunk.start == act[0] + 1 for o in others)

    def _is_light(self, index: int, deed: str) -> bool:
        """Whether what somebody moves moves nobody: "pulling a rabbit out of a hat"."""
        moved = [o for n, _, others in self.draft.relations if n == index for o in others]
        small = all(self.draft.noun(o).size < _HEAVY for o in moved)
        return bool(moved) and small and deed in verb_forms("moves")

    def _bounce(self, index: int) -> bool:
        """Whether what somebody bounces is seen to: the ball jumps."""
        balls = [o for n, _, others in self.draft.relations if n == index for o in others]
        return any([self._put(self.draft.things[o], "jumping") for o in balls])

    def _is_drawn_out(self, index: int) -> bool:
        """Whether what somebody pulls is in what it is pulled out of: "a rabbit out of a hat"."""
        moved = [o for n, _, others in self.draft.relations if n == index for o in others]
        return any(n in moved and way == "in" for n, way, _ in self.draft.relations)

    def _put(self, told: Told, state: str, *, leaps: bool = False) -> bool:
        """Whether a thing is in a state now: the one, or no other, was told of it before.

        `leaps`: it leaves what it is in.
        """
        chunk = told.chunk
        if chunk.state or not state:
            return chunk.state == state
        noun = self.lexicon.nouns[chunk.value]
        if not may_be_so(noun, state) or (state == "lying" and not self._may_lie(told)):
            return False
        if state == "jumping" and not leaps and self._is_held(self.draft.things.index(told)):
            return False
        rolls = state == "walking" and noun.category not in LIVING
        chunk.state = "running" if rolls else state
        return True

    def _is_held(self, index: int) -> bool:
        """Whether something is in what it would leave if it jumped."""
        return any(n == index and name == "in" for n, name, _ in self.draft.relations)

    def _has_on(self, index: int, other: int) -> bool:
        """Whether who lies may be seen with something on: a cat with a hat."""
        who, clothes = self.draft.noun(index), self.draft.noun(other).name
        if who.category in PEOPLE:
            return may_wear(who, clothes)
        return lies_upright(who.art[0]) and sits_on_head(clothes)

    def _may_lie(self, told: Told) -> bool:
        """Whether nobody is behind what would hide them, or has something on that hides it."""
        index = self.draft.things.index(told)
        stands = [
            (name, others) for n, name, others in self.draft.relations if n == index
            if not (name == "with" and self.draft.noun(others[0]).name in MARKS)
            and not (name == "wearing" and self._has_on(index, others[0]))
        ]  # fmt: skip
        grown = ("plant", "nature")
        people = self.draft.noun(index).category in PEOPLE
        barred = (*_BARRED, *words_of_kind("narrow seat")) if people else _BARRED
        if any(self.draft.noun(others[0]).name in barred for _, others in stands):
            return False
        return all(
            name in _FLAT or self.draft.noun(others[0]).category in grown for name, others in stands
        )
