"""Relations to water: immersed in it, diving into it, built beside it."""

from __future__ import annotations

from maskgil.nano.reader.graph.doing.deeds import CROWDED
from maskgil.nano.reader.graph.touch import Touch
from maskgil.nano.reader.graph.whereabouts.scenery import WET
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import verb_forms, words_of_kind
from maskgil.nano.world.nouns import ALIVE

_RIPPLES, _WATER = "ripples", "lake"
_WAVE, _SURFER = "wave", "surfer"
_PLACED = ("riding", "in", "on", "under", "in front of", "behind", "around", "between")


class Ashore(Touch):
    """Adds relations to water to a draft."""

    def _swim(self) -> None:
        """Who swims, and nothing says where, is in water where such are at home, else in a lake."""
        placed = {n for n, way, _ in self.draft.relations if way in _PLACED}  # "in a bathtub"
        free = [told for n, told in enumerate(self.draft.things) if n not in placed]
        self.swimming = [told for told in self.swimming if told in free]
        if not self.swimming or self.scenery.settings or self.scenery.plain:
            return
        homes = [self.draft.noun(index).settings for index in range(len(self.draft.things))]
        below = all("underwater" in tags for tags in homes)
        waters = (*WET, "underwater") if below else WET
        mine = homes[self.draft.things.index(self.swimming[0])]
        reef = ("underwater",) in homes or mine[:1] == ("underwater",)  # "over a coral reef"
        reef &= not any(self._sails(index) for index in range(len(self.draft.things)))
        self.scenery.put(
            "underwater" if reef else next((tag for tag in mine if tag in waters), _WATER)
        )
        self.wading += self.swimming

    def _sails(self, index: int) -> bool:
        """Whether something is on the water and not below it: a boat, no submarine."""
        one = self.draft.noun(index)
        deep = {"underwater"} & {*one.settings} or one.name in words_of_kind("dived")
        return one.places == "w" and one.category not in ALIVE and not deep

    def _swell(self) -> None:
        """What floats is in the waves that are told with it, who surfs is on one."""
        draft = self.draft
        waves = [n for n, told in enumerate(draft.things) if told.chunk.value == _WAVE]
        for at, (who, way, others) in enumerate(draft.relations):
            if who in waves and way in ("in", "on"):  # "a boat on the sea with big waves"
                draft.relations[at] = (others[0], "in", [who])
        related = {n for who, _, others in draft.relations for n in (who, *others)}
        for index in range(len(draft.things)) if waves else ():
            one = draft.noun(index)
            if one.places == "w" and index not in (*waves, *related):
                way = "on" if one.name == _SURFER else "in"
                draft.relate(index, way, waves[0], literal=True)

    def _dip(self) -> None:
        """Who lives ashore and is in the water is seen in ripples, not on the bank."""
        draft = self.draft
        for told, _, act in self.deeds:
            if told in self.swimming and self.scenery.setting():
                self._is_seen(act)
        for told in self.wading:
            there = [other.chunk.value for other in draft.things]
            if told not in draft.things or self.scenery.setting() not in WET:
                continue
            who = draft.things.index(told)
            placed = any(n == who and way in _PLACED for n, way, _ in draft.relations)
            fishes = any(
                n == who and draft.noun(others[0]).name == "fishing rod"
                for n, _, others in draft.relations
            )
            one = draft.noun(who)
            swims = one.name in words_of_kind("swims")
            floats = one.name in words_of_kind("floats") or told not in self.swimming
            ashore = one.places.startswith("g") and not (swims and floats)
            bank = placed or fishes or not (ashore and draft.living(who))
            if bank or (_RIPPLES not in there and len(there) >= CROWDED):
                continue
            if _RIPPLES not in there:
                draft.add(Chunk("thing", _RIPPLES, 10**6, 10**6, _RIPPLES))
                there.append(_RIPPLES)
            draft.relate(who, "in", there.index(_RIPPLES), literal=True)
            shown = [
                act
                for one, text, act in self.deeds
                if one is told and text in verb_forms("shown in the water")
            ]
            self.left_out = [act for act in self.left_out if act not in shown]

    def _dive(self) -> None:
        """Fish in the sea, and nothing that is on it, are seen from under water."""
        nouns = [self.draft.noun(index) for index in range(len(self.draft.things))]
        homes = [noun.settings for noun in nouns]
        below = all(
            "underwater" in tags or n.name in words_of_kind("afloat")
            for n, tags in zip(nouns, homes, strict=True)
        )
        deep = any(tags[:1] == ("underwater",) for tags in homes)
        plain = not (self.scenery.times or self.scenery.weathers)
        if self.dived and below and deep and plain and self.scenery.setting() == "sea":
            self.scenery.put("underwater", 3)

    def _build_ashore(self) -> None:
        """Houses by the sea, who comes out of it, where nothing is on it, are on its beach."""
        nouns = [self.draft.noun(index) for index in range(len(self.draft.things))]
        built = any(noun.category == "building" and noun.places == "g" for noun in nouns)
        left = any(words.startswith("out of") for name, _, words in self.scenery.said)
        left &= any(noun.category in ALIVE and noun.places.startswith("g") for noun in nouns)
        if (
            self.scenery.setting() == "sea"
            and (built or left)
            and not self.dived
            and not any("w" in n.places for n in nouns)
        ):
            self.scenery.put("beach", 3)
