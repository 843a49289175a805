"""Event nouns, light verbs, and deeds shown by what is at hand: "giving a speech"."""

from __future__ import annotations

from itertools import pairwise

from maskgil.nano.reader.graph.doing.deeds import CRAFT, Deeds
from maskgil.nano.reader.words import (
    is_act,
    posed,
    table,
    tools_of,
    verb_forms,
    verb_table,
    words_of_kind,
)
from maskgil.nano.world.arranging.people.belongings import has_own
from maskgil.nano.world.nouns import LIVING
from maskgil.nano.world.scene import ACTIONS

_TAIL = 3  # words of the longest event noun
_REACH = 6  # items between a light verb and its noun
_AT_HAND = (*ACTIONS, "holding", "wearing", "riding", "next to", "behind", "in", "on",
            "with")  # fmt: skip


class Events(Deeds):
    """Reads nouns of events as verbs, and drops the light verbs that only carry them."""

    def _name_events(self) -> None:
        """ "Playing a catchy tune": "tune" is left out no more where a picture shows the deed."""
        self.events: list[tuple[tuple[int, str], str]] = []
        self._name_outings()
        paints = any(deed in verb_forms("paints") for _, deed, _ in self.deeds) or any(
            told.chunk.value in words_of_kind("has an easel") for told in self.draft.things
        )
        for act in list(self.left_out):
            deed = None if act[1] in words_of_kind("painted on") and paints else self._event(act[1])
            who = None if deed is None else self._doer_before(act[0])
            carried = (deed not in words_of_kind("needs its verb")
                       or self._light_verbs_before(act[0])
                       or act[1].partition(" ")[0] in verb_forms("carrying verb"))  # fmt: skip
            if deed is None or who is None or not carried:
                continue
            named = (act[0], deed)
            self.left_out[self.left_out.index(act)] = named
            told = (self.draft.things[who], deed, named)
            self.deeds.append(told)
            verbs = self._light_verbs_before(act[0])[-1:]
            self.poses = [pose for pose in self.poses if pose[2] not in verbs]
            self.poses += [told] if deed in posed() else []
            self.events.append((named, act[1]))
        self._drop_light_verbs()
        self._take_rides()

    def _name_outings(self) -> None:
        """ "Taking a scenic drive": a verb's base form that is its light verb's noun."""
        for chunk in self.chunks:
            verb = chunk.kind in ("still", "verb") and chunk.text in table("named deed")
            if verb and self._light_verbs_before(chunk.start):
                self.left_out = [each for each in self.left_out if each[0] != chunk.start]
                self.left_out.append((chunk.start, chunk.text))

    def _tell_events(self) -> None:
        """Calls events by their nouns again that no drawing shows; else drops their verbs."""
        for named, said in self.events:
            if named in self.left_out:
                self.left_out[self.left_out.index(named)] = (named[0], said)
            else:
                self._drop_verb_of(named[0])

    @staticmethod
    def _event(said: str) -> str | None:
        words = said.split()
        tails = (" ".join(words[-count:]) for count in range(_TAIL, 0, -1))
        return next(
            (table("named deed")[tail] for tail in tails if tail in table("named deed")), None
        )

    def _doer_before(self, at: int) -> int | None:
        """Who does what is named at a place: who acts, else who was named last."""
        before = [n for n, told in enumerate(self.draft.things)
                  if told.chunk.start < at and self.draft.noun(n).category in LIVING]  # fmt: skip
        active = [n for n in before if self.draft.things[n] in self.active]
        return next(reversed(active or before), None)

    def _drop_verb_of(self, at: int) -> None:
        """The verb that carries the noun at a place says nothing by itself."""
        for each in self._light_verbs_before(at)[-1:]:
            self.left_out.remove(each)

    def _light_verbs_before(self, at: int) -> list[tuple[int, str]]:
        named = [told.chunk.start for told in self.draft.things]
        return [each for each in self.left_out if at - _REACH <= each[0] < at
                and each[1].partition(" ")[0] in verb_forms("carrying verb")
                and not any(each[0] < start < at for start in named)]  # fmt: skip

    def _drop_light_verbs(self) -> None:
        """ "Taking a romantic stroll" is strolling."""
        for chunk in self.chunks:
            noun = chunk.kind in ("still", "verb") and not chunk.text.endswith(("ing", "ed"))
            if noun and is_act(chunk.text) and chunk.text not in words_of_kind("modal"):
                self._drop_verb_of(chunk.start)

    def _take_rides(self) -> None:
        """ "Taking a gondola ride": who does so is in it."""
        for what, ride in pairwise(self.chunks):
            index = next(
                (n for n, told in enumerate(self.draft.things) if told.chunk is what), None
            )
            outing = ride.text.partition(" ")[0] in words_of_kind("outing")
            named = outing and what.end == ride.start
            who = self._doer_before(what.start) if index is not None and named else None
            if index is None or who is None or not self.draft.is_rider(who):
                continue
            beast = self.draft.living(index)
            if not (beast or self.draft.noun(index).category in CRAFT):
                continue  # "a road trip"
            self._unrelate(who, index)
            self.draft.relate(who, "on" if beast else "in", index)
            self._drop_verb_of(what.start)
            self.left_out = [each for each in self.left_out if each[0] != ride.start]

    def _lift_up(self) -> None:
        """ "On a ladder changing a light bulb": it is in their hand."""
        for act in list(self.left_out):
            what = verb_table("handles").get(act[1].partition(" ")[0])
            who = self._doer_before(act[0]) if what else None
            for at, (n, way, others) in enumerate(self.draft.relations):
                if (n, way) == (who, "next to") and self.draft.noun(others[0]).name == what:
                    self.draft.relations[at] = (n, "holding", others)
                    self._is_seen(act)

    def _see_in_hand(self) -> None:
        """What is done with what somebody has is seen: a guitar strummed, a bike repaired."""
        for act in list(self.left_out):
            known = tools_of()
            verb = act[1].partition(" ")[0]
            tools = known.get(act[1]) or known.get(verb) or frozenset()
            who = self._doer_before(act[0]) if tools else None
            if who is None:
                continue
            had = [self.draft.noun(o) for n, way, others in self.draft.relations
                   if n == who and way in _AT_HAND for o in others]  # fmt: skip
            name = self.draft.noun(who).name
            own = {name, self.scenery.setting()} & tools or any(
                has_own(name, tool) for tool in tools
            )
            if own or any(noun.name in tools or noun.category in tools for noun in had):
                self._is_seen(act)
