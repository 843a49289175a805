"""A scene under construction: things, relations, comitatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from maskgil.nano.reader.graph.facts import Told
from maskgil.nano.reader.graph.relating import Relating
from maskgil.nano.reader.items import MOST, Chunk
from maskgil.nano.reader.words import SEVERAL, table, words_of_kind
from maskgil.nano.world.scene import CARRIED, LOOKS, ORDERS

ROOM = 12  # things that are looked at; fewer are drawn
TOLD = ("value", *LOOKS, "borne")
_CARRIED = (*CARRIED, "riding")
_CYCLE = "bicycle"
_MOTLEY = ("red", "blue", "yellow", "green", "purple")
"""The colours of what is of different ones."""


@dataclass
class Draft(Relating):
    """A scene under construction: its named things, merged where coreferent."""

    crowded: list[Chunk] = field(default_factory=list)
    """Things named when there was no room left."""

    def add(self, chunk: Chunk) -> tuple[int, bool] | None:
        """The thing's place, and whether it was there already: "the cat" named again.

        None where there are too many things to take one more.
        """
        for index, told in enumerate(self.things):
            known = told.chunk
            same = known.value == chunk.value and not (
                chunk.colour and known.colour and chunk.colour != known.colour
            )
            kin = chunk.owned and chunk.text in words_of_kind("kin")  # "a woman and her mother"
            others = chunk.many and known.count == 1 and not known.many  # "an owl and the owls"
            counted = chunk.counted and chunk.count != known.count
            if same and chunk.definite and not (counted or others or kin):
                for mark in LOOKS:
                    setattr(known, mark, getattr(known, mark) or getattr(chunk, mark))
                return index, True
        bicycle = self.part_cyclist(chunk)
        if bicycle is not None and chunk.value == _CYCLE:
            return bicycle, True
        if len(self.things) >= ROOM:
            self.crowded.append(chunk)
            return None
        self.things.append(Told(chunk))
        return len(self.things) - 1, False

    def part_cyclist(self, chunk: Chunk) -> int | None:
        """The bicycle of a cyclist, a thing of its own where it or its basket is spoken of."""
        if not (chunk.value in table("goes to") or (chunk.definite and chunk.value == _CYCLE)):
            return None
        for index, told in enumerate(self.things):
            if told.chunk.value in table("cycles"):
                start, end = told.chunk.start, told.chunk.end
                told.chunk.value = table("cycles")[told.chunk.value]
                self.things.append(Told(Chunk("thing", _CYCLE, start, end, _CYCLE)))
                self.relations.append((index, "riding", [len(self.things) - 1]))
                return len(self.things) - 1
        return None

    def pair_up(self) -> None:
        """ "Three nuns on bicycles" have one each; "two girls with balloons" two.

        "Ducks in a row" are several.
        """
        for told in self.things:
            if told.chunk.state in ORDERS and told.chunk.many and not told.chunk.counted:
                told.chunk.count = SEVERAL  # "ducks in a row"
            elif told.chunk.state in ORDERS and told.chunk.count == 1:
                told.chunk.state = None
        for subject, name, others in self.relations:
            each, own = self.things[subject].chunk, self.things[others[0]].chunk
            several = name in _CARRIED and each.counted and each.count > 1
            if several and own.many and not own.counted:
                own.count = each.count

    def owner_of(self, index: int) -> int:
        """Who a place is said of behind `index`: who wears it, holds it or rides on it."""
        told = self.things[index]
        return (
            told.host
            if told.host is not None and told.via in (*_CARRIED, "with", "verb", "of", "between")
            else index
        )

    def doer(self, mentioned: Sequence[int]) -> int:
        """The living thing named last, who does what a verb says; else what was named last."""
        for place in reversed(mentioned):
            if self.living(place):
                return self.owner_of(place) if self.things[place].via == "riding" else place
        return mentioned[-1]

    def settle_sides(self) -> None:
        """ "a cat on the left, a dog on the right" as a relation of the two."""
        sides = {told.side: index for index, told in enumerate(self.things) if told.side}
        for first, second, name in (("left", "right", "left of"), ("top", "bottom", "above")):
            self._settle(sides, first, second, name, {"left of": "right of"}.get(name, "below"))
        others = [index for index in range(len(self.things)) if index != sides.get("both")]
        if "both" in sides and others:
            self.relate(sides["both"], "~between", others[0])

    def _settle(self, sides: dict[str, int], first: str, second: str, name: str, back: str) -> None:
        others = [i for i, told in enumerate(self.things) if not told.side]
        if first in sides and second in sides:
            if sides.get("middle") is not None and name == "left of":
                self.relations.append((sides["middle"], "between", [sides[first], sides[second]]))
                return
            self.relate(sides[first], name, sides[second])
        elif first in sides and others:
            self.relate(sides[first], name, others[0])
        elif second in sides and others:
            self.relate(sides[second], back, others[0])

    def merge_alike(self) -> None:
        """ "a tall tree, a short tree" as two trees."""
        for index in range(len(self.things) - 1, 0, -1):
            chunk = self.things[index].chunk
            for earlier in range(index):
                known = self.things[earlier].chunk
                free = not any({index, earlier} & {s, *others} for s, _, others in self.relations)
                if free and all(getattr(known, key) == getattr(chunk, key) for key in TOLD):
                    self.merge_count(earlier, chunk)
                    self.drop(index)
                    break

    def drop(self, index: int) -> None:
        """Takes a thing out, and what is said of it."""
        del self.things[index]
        kept = [each for each in self.relations if index not in (each[0], *each[2])]
        self.relations = [
            (s - (s > index), name, [o - (o > index) for o in others]) for s, name, others in kept
        ]

    def vary(self, index: int, kinds: int) -> bool:
        """Makes things of different colours of several alike, of `kinds` at most; False: it can't.

        What is of many colours already stays as it is, some nouns have a drawing that is so.
        """
        told = self.things[index]
        chunk = told.chunk
        if chunk.value in table("motley drawing"):
            chunk.value = table("motley drawing")[chunk.value]
            return True
        if chunk.value in table("one of"):
            chunk.value, chunk.many = table("one of")[chunk.value], True
        if chunk.many and not chunk.counted:
            chunk.count = len(_MOTLEY)
        kinds = min(kinds, chunk.count, len(_MOTLEY))
        if chunk.count == 1 and chunk.value in words_of_kind("many colors"):
            return True
        if chunk.count == 1 and not chunk.colour and self.noun(index).paintable:
            chunk.texture = "multicolored"
            return True
        if chunk.count == 1 or chunk.colour or not self.noun(index).paintable or kinds < 2:
            return chunk.value in words_of_kind("many colors")
        count = chunk.count
        chunk.colour, chunk.count = _MOTLEY[0], -(-count // kinds)
        for place, colour in enumerate(_MOTLEY[1:kinds], start=1):
            another = replace(chunk, colour=colour, count=(count + kinds - 1 - place) // kinds)
            self.things.append(replace(told, chunk=another))
            new = len(self.things) - 1
            alike = [each for each in self.relations if each[0] == index]
            self.relations += [(new, name, others) for _, name, others in alike]
        return True

    def face(self, index: int) -> bool:
        """Makes of a pumpkin one with a face, where nano has such a drawing."""
        chunk, faced = self.things[index].chunk, table("faced")
        chunk.value = faced.get(chunk.value, chunk.value)
        return chunk.value in faced.values()

    def merge_count(self, index: int, chunk: Chunk) -> None:
        """One more of what is there; glasses stay one pair, for "two glasses" are to drink of."""
        told = self.things[index].chunk
        if told.value != "glasses":
            told.count = min(MOST, told.count + chunk.count)
