"""Spots on things: "on its nose", "on the castle's towers", "in a car window"."""

from __future__ import annotations

from maskgil.nano.reader.graph.belongings import Belongings
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.parts import at_part, known_by, points_of
from maskgil.nano.reader.words import has_part, table, verb_forms, words_of_kind
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.scene import SPOTS, TOUCHING
from maskgil.nano.world.settings import place

_AT = ("on", "in", "next to")
_OF_ROOMS = ("wall", "walls", "ceiling", "floor")
_HAIR = "in the hair of"
_ROOFTOP = "rooftop"
_COUNTER, _WARES = "on the counter of", ("food", "fruit", "plant")
_LOOKED_FROM = ("out of", "from", "through", "inside")


class Spots(Belongings):
    """Relates things at a part to the whole, with that part as spot."""

    def _is_at_part(self, chunk: Chunk) -> bool:
        """Whether a part of what was named has the thing named last on it."""
        if self.last is None:
            return False
        if self.joint == "'s":
            return self._is_at_owners_part(chunk)
        told = chunk.definite or chunk.owned or chunk.kind == "lost"
        if self.pending not in _AT or not told or chunk.colour or self.paused:
            return False
        host = self.draft.things[self.last].host
        hosts = [host] if host is not None else []
        hosts += [place for place in reversed(self.mentioned) if place not in (*hosts, self.last)]
        for whole in hosts:
            owner = self.draft.things[whole].chunk
            owner.value = known_by(owner.value, chunk.text) or owner.value  # "a ship with a sail"
            touched = any(n == whole and way in TOUCHING and o == [self.last]
                          for n, way, o in self.draft.relations)  # fmt: skip
            way = at_part(self._part(chunk), self.draft.noun(self.last), self.draft.noun(whole))
            if chunk.text == "head" and self.draft.noun(self.last).name in words_of_kind("pinned"):
                way = _HAIR
            worn = (whole, "wearing", [self.last]) in self.draft.relations and way != _HAIR
            if way and not (touched or worn or self.draft.smokes(self.last, whole)):
                self._unrelate(whole, self.last)
                if host is not None and self.draft.things[self.last].via == "with":
                    self._unrelate(host, self.last)  # "in a bathtub with a duck on its head"
                self.draft.relate(self.last, way, whole)
                self.worn += [(chunk.start + article, chunk.text) for article in (0, 1)]
                return True
        return self._is_on_drawn_part(chunk, hosts)

    def _part(self, chunk: Chunk) -> str:
        """A part as the table has it: what is on a door is not at it."""
        upon = f"on {chunk.text}"
        return upon if upon in table("spot") and self.words == "on" else chunk.text

    def _is_on_drawn_part(self, chunk: Chunk, hosts: list[int]) -> bool:
        """Whether it is at what a drawing has on it: an owl on a wizard's hat, a knight's plume."""
        worn = self.pending == "in" and chunk.text in words_of_kind("headgear")
        if self.last is None or not chunk.owned or not (worn or self.pending == "on"):
            return False
        if has_part(self.draft.noun(self.last), chunk.text):
            return True
        whole = next((n for n in hosts if has_part(self.draft.noun(n), chunk.text)), None)
        if whole is None or chunk.text in words_of_kind("bears on"):
            return False
        self._unrelate(whole, self.last)
        self.draft.relate(self.last, "on" if self.pending == "on" else _HAIR, whole)
        return True

    def _stand_at_part(self, chunk: Chunk) -> None:
        """ "At the gate of a farm", which is a place: its gate is there, too, or left out."""
        part = self.words.removesuffix(" of").rpartition(" ")[2]
        if self.pending not in SPOTS or self.last is None or not self.words.endswith(" of"):
            return
        if part in table("roof"):
            chunk.value = _ROOFTOP
            return
        if part in words_of_kind("margin") or (
            part in _OF_ROOMS and not place(chunk.value).outdoors
        ):
            return  # which every place, every room has
        noun = self.lexicon.roles(part).get("noun", "")
        start = chunk.start - 1
        if noun not in words_of_kind("part of a place"):
            self.left_out.append((start, part))
            return
        added = self.draft.add(Chunk("thing", noun, start, start, part))
        if added is not None:
            self.draft.relate(self.last, "next to", added[0])

    def _owns_part(self, at: int) -> bool:
        """Whether a thing is named for its part that something is at: "at the castle's door"."""
        behind = self.chunks[at + 1 : at + 3]
        if [each.kind for each in behind[:1]] != ["possessive"] or len(behind) < 2:
            return False
        whole = self.lexicon.nouns[self.chunks[at].value]
        if self.last is None or self.pending not in _AT or behind[1].pause:
            return False
        return at_part(behind[1].text, self.draft.noun(self.last), whole) in SPOTS

    def _is_at_owners_part(self, chunk: Chunk) -> bool:
        """ "On a dog's nose": what was said to be on the owner is on that part."""
        if not self.draft.relations or chunk.pause:
            return False
        who, name, others = self.draft.relations[-1]
        way = others == [self.last] and name in ("on", "in", "next to", "riding", "holding") and (
            at_part(self._part(chunk), self.draft.noun(who), self.draft.noun(others[0]))
        )  # fmt: skip
        if not way or (way == _HAIR and self.draft.is_rider(who)):  # "cutting a man's hair"
            return False
        self.draft.relations.pop()
        self.draft.relate(who, way, others[0])
        self.worn += [(chunk.start + article, chunk.text) for article in (0, 1)]
        return True

    def _passed(self, index: int, subject: int) -> str:
        """At which part of what is named next who looks out of it is seen."""
        looks = self.doing in verb_forms("looks out") and self.words in _LOOKED_FROM
        if not looks or not self.draft.living(subject):
            return ""
        return at_part("window", self.draft.noun(subject), self.draft.noun(index)) or ""

    def _is_in_basket(self, chunk: Chunk) -> bool:
        """Whether what was named last is in a bicycle's basket: "with a cat in its basket"."""
        way = table("goes to").get(chunk.value, "")
        if self.last is None or not chunk.definite or self.pending not in ("in", "on"):
            return False
        told = self.draft.things[self.last]
        self.draft.part_cyclist(chunk)
        mount = self.draft.mount_of(told.host, way) if way and told.host is not None else None
        if told.host is None or mount is None:
            return False
        added = self.draft.add(chunk)
        if added is None or added[1]:
            return False
        self._unrelate(told.host, self.last)
        self.draft.relate(added[0], way, mount)
        self.draft.relate(self.last, self.pending, added[0])
        return True

    def _trade(self) -> None:
        """Who sells something at a stall is behind it, and what they sell is on its counter."""
        nouns = [self.draft.noun(n) for n in range(len(self.draft.things))]
        stalls = [n for n, one in enumerate(nouns) if spot_of(_COUNTER, one)]
        for told, text, act in self.deeds:
            if text not in verb_forms("trades") or len(stalls) != 1 or (
                told not in self.draft.things
            ):  # fmt: skip
                continue
            seller, stall = self.draft.things.index(told), stalls[0]
            wares = [o[0] for n, way, o in self.draft.relations
                     if n == seller and way in ("next to", "holding")]  # fmt: skip
            wares = [n for n in wares if nouns[n].category in _WARES]
            for thing in (*wares, stall):
                self._unrelate(seller, thing)
            self.draft.relate(seller, "behind", stall)
            for ware in wares:
                self.draft.relate(ware, _COUNTER, stall)
            self.left_out = [each for each in self.left_out if each != act]

    def _is_load(self, chunk: Chunk) -> bool:
        """Whether what something is full of is seen in another drawing of it: a truck's sand."""
        full = self.pending == "~in" or self.joint == "of" or self.words in verb_forms("hauls")
        if self.last is None or not full or chunk.colour:
            return False
        owner = self.draft.things[self.last].chunk
        loads = (f"{owner.value} {load}" for load in (chunk.value, chunk.text))
        loaded = next(filter(None, map(table("with load").get, loads)), None)
        if loaded is None and chunk.text in words_of_kind("loose"):
            self.left_out.append((chunk.start, chunk.said or chunk.text))  # "full of earth"
            return True
        if loaded is None:
            return False
        owner.value = loaded
        self.pending = self.joint = ""
        return True

    def _boards(self) -> bool:
        """Whether somebody gets into what was named before them: "a bus with children boarding"."""
        if self.last is None or self.doing not in verb_forms("boards") or not self.verbal:
            return False
        host = self.draft.things[self.last].host
        if (
            host is None
            or at_part("door", self.draft.noun(self.last), self.draft.noun(host)) is None
        ):
            return False
        self._unrelate(host, self.last)
        self.draft.relate(self.last, "at the door of", host)
        self.left_out = [each for each in self.left_out if each != self.act]
        return True

    def _part_meant(self, chunk: Chunk) -> str:
        """The part of a thing that is named with it, at which something is: "in a car window"."""
        if not chunk.spot or self.last is None or self.pending not in _AT:
            return ""
        way = at_part(chunk.spot, self.draft.noun(self.last), self.lexicon.nouns[chunk.value])
        if way is None:
            self.left_out.append((chunk.end - 1, chunk.spot))
        return way or ""

    def _share_parts(self) -> None:
        """Of several things at one part, each has some of its points: on a counter two of each."""
        for _, name, others in self.draft.relations:
            if name not in SPOTS:
                continue
            there = [n for n, way, o in self.draft.relations if (way, o) == (name, others)]
            told = [self.draft.things[n].chunk for n in there]
            room = points_of(name, self.draft.noun(others[0]))
            for chunk in told if len(told) > 1 else ():
                if chunk.many and not chunk.counted:
                    chunk.count = max(1, min(chunk.count, room // len(told)))

    def _snow_roofs(self) -> None:
        """ "A house with snow on the roof", "snow on the roof of a house": it lies there."""
        for at, snow in enumerate(self.chunks[:-1]):
            on = self.chunks[at + 1]
            if snow.value != "snow" or on.value not in ("on", "on the roof of"):
                continue
            behind = [t for t in self.draft.things if t.chunk.start == on.end]
            before = [t for t in self.draft.things if t.chunk.end <= snow.start]
            roofed = on.value == "on the roof of" or any(
                each.text in table("roof") for each in self.chunks[at + 2 : at + 3]
            )
            for told in (behind or before[-1:]) if roofed else ():
                built = self.lexicon.nouns[told.chunk.value].category == "building"
                if built and not told.chunk.state:
                    told.chunk.state = "snowy"
