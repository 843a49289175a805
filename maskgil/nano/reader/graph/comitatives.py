"""Comitatives: "with a hat", "and glasses", "with gifts underneath"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.reader.graph.belongings import DRINKS
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.spots import Spots
from maskgil.nano.reader.words import has_part, table, transitive, words_of_kind

_TOPS = "~on"  # how what something is topped with stands to it
_CONTINUED = ("wearing", "holding")
_AIMED = ("throwing", "catching", "hitting", "kicking")
_WAITING = ("next to", "in front of", "behind", "under")


class Comitatives(Spots):
    """Relates "with" complements: on, in or beside the thing, or as its own part."""

    def _go_with(self, index: int, chunk: Chunk) -> None:
        draft = self.draft
        assert self.last is not None
        owner = draft.owner_of(self.last)
        told = draft.things[owner]
        aimed = told.via in _AIMED or transitive().get(self.doing) in _AIMED
        if aimed and told.host is not None:
            owner = told.host  # "catching a butterfly with a net"
        placed = any(c.kind == "relation" and c.start == chunk.end for c in self.chunks)
        paired = chunk.count == 2 and chunk.value in words_of_kind("body")  # "with two horns"
        counted = chunk.counted and not paired
        borne = placed and self._is_on_it(chunk)
        plain = not (chunk.colour or chunk.texture or counted or chunk.size or borne)
        own = draft.owns(owner, index)
        plain |= has_part(draft.noun(owner), f"{chunk.size} {chunk.text}")  # "with big shoes"
        if plain and has_part(draft.noun(owner), chunk.text) and not own:
            draft.drop(index)  # "pancakes with syrup"
            return
        if draft.holds(self.last, index):  # "a chef with a pan with an egg in it"
            owner = self.last
        if not draft.living(owner):
            hangs = self._beside(
                owner, ("below", "hanging from")
            )  # "hanging from a branch with a banana"
            worn = draft.noun(index).category == "clothes"  # "a boxer in a ring with gloves"
            bite = draft.noun(index).category in ("food", "fruit") and not chunk.many
            perched = bite and draft.noun(owner).category in ("plant", "nature")
            ways = (*_WAITING, "in", "on") if worn or perched else _WAITING
            waits = draft.is_carried(index, owner) or perched  # "in a tree with a banana"
            owner = self._beside(owner, ways) if waits and hangs == owner else hangs
            if self._is_in_hand(chunk):
                owner = self._beside(owner, ("in", "on", *_WAITING))  # "in a house with a candle"
        if not placed and draft.seats(self.last, index):
            owner = self.last  # "a boat with two children"
        elif not draft.go_with(owner, index):
            self._drop(index, chunk)
            implied = chunk.implied or table("implies").get(chunk.text.partition(" ")[0], "")
            if implied:  # "a house with a smoking chimney"
                self._imply(owner, replace(chunk, implied=implied))
                self.left_out.pop()
            return
        told = draft.things[index]
        told.host, told.via = owner, "with"
        self.head = owner

    def _listed_with(self, last: int) -> int | None:
        """Whose "with" list a thing joined by "and" ends: "with smoke rising and a boat by it"."""
        before = [each for each in self.chunks if each.end == self.draft.things[last].chunk.start]
        if not before or before[0].kind != "and":
            return None
        hosts = [told.host for told in self.draft.things[:last] if told.via == "with"]
        return hosts[-1] if hosts else None

    def _is_on_it(self, chunk: Chunk) -> bool:
        """Whether what follows tells where on its owner something is: "with a hat on his head"."""
        behind = [each for each in self.chunks if each.start > chunk.end][:1]
        return any(each.owned or each.kind in ("pronoun", "side") for each in behind)

    def _is_in_hand(self, chunk: Chunk) -> bool:
        """Whether what follows says that somebody has it "in its hand", "on her back"."""
        behind = [each for each in self.chunks if each.start > chunk.end][:1]
        return any(each.owned and each.text in words_of_kind("body") for each in behind)

    def _imply(self, index: int, chunk: Chunk) -> None:
        """What is on a thing by how it is told: fire on a burning house."""
        implied = Chunk("thing", chunk.implied, chunk.start, chunk.end, chunk.implied)
        added = self.draft.add(implied)
        if added is not None:
            floats = self.draft.noun(added[0]).places.startswith("a")
            self.draft.relate(added[0], "above" if floats else "on", index)

    def _beside(self, place: int, ways: Sequence[str] = _WAITING) -> int:
        """Who waits "at the bus stop with an umbrella": it is theirs, not the stop's."""
        for subject, name, others in reversed(self.draft.relations):
            if place in others and name in ways and self.draft.living(subject):
                return subject
        return place

    def _continues(self, index: int) -> bool:
        """ "between a cat and a dog", "wearing a hat and glasses": one more object."""
        relations = self.draft.relations
        if self.led is not None and self.joint == "and":  # "on the table are a cup and a plate"
            self.draft.relate(index, *self.led)
            return True
        listed = self.joint == "and" or (
            self.draft.things[index].chunk.pause == 1 and not self.joint
        )
        if listed and self.last is not None and self._goes_with_more(index):
            return True
        last = relations[-1][0] if relations else None
        if listed and last is not None and last == self.last and self._tops(last):
            self.draft.relate(index, "on", relations[-1][2][0])
            self.draft.things[index].via = _TOPS
            return True
        if not relations or self.joint != "and":
            return False
        subject, name, others = relations[-1]
        if name == "all over" and subject == self.last:
            self.draft.relate(index, "on", others[0])  # "topped with nuts and cherries"
            return True
        if others[-1] != self.last or self.last != index - 1:
            return False
        count = self.draft.things[others[0]].chunk.count
        if name == "between" and len(others) == 1 and count == 1:
            others.append(index)
            return True
        worn = self.draft.noun(index).category == "clothes"
        if name in _CONTINUED and (worn or self.draft.owns(subject, index)):
            self.draft.relate(subject, name, index)
            return True
        return False

    def _tops(self, index: int) -> bool:
        """Whether something was said to be topped with it: "with a cup and a plate"."""
        return self.draft.things[index].via == _TOPS

    def _goes_with_more(self, index: int) -> bool:
        """ "a plate with an apple and a pear": both lie on it."""
        told = self.draft.things[self.last or 0]
        chunk = self.draft.things[index].chunk
        bare = chunk.end == chunk.start + 1 and chunk.value not in DRINKS
        if told.via == "of" and told.host is not None and bare:  # "a plate of cheese and grapes"
            return self.draft.contain(told.host, index)
        if told.via != "with" or told.host is None:
            return False
        before = len(self.draft.relations)
        ways = [way for n, way, _ in self.draft.relations if n == self.last]
        if {"in", "riding"} & {*ways} and self.draft.seats(
            told.host, index
        ):  # "a canoe with a man and a dog"
            self.draft.things[index].host, self.draft.things[index].via = told.host, "with"
            return True
        if self.draft.living(index) or not self.draft.go_with(told.host, index):
            return False
        if len(self.draft.relations) == before:
            return False
        self.draft.things[index].host, self.draft.things[index].via = told.host, "with"
        return True

    def _dangle(self) -> None:
        """ "a tree with gifts underneath", "a house and a cat outside": under, before it."""
        if self.pending == "at the door of" and self._boards():
            self.pending = ""
        adverbial = self.pending and not self.verbal and self.words in words_of_kind("adverb")
        if not adverbial or self.last is None or self.orphaned:
            return
        filled = [others[0] for who, way, others in self.draft.relations
                  if who == self.last and way == "on" and others[0] in self.mentioned
                  and self.draft.things[others[0]].via == "with"]  # fmt: skip
        kept = bool(filled)  # "with crates of apples outside"
        out = filled[0] if filled else self.last
        told, others = self.draft.things[out], self.mentioned[:-1]
        host = told.host if told.via == "with" else next(reversed(others), None)
        if host is not None and host != out and (kept or not self._is_related(host)):
            self._unrelate(host, out)
            self.draft.relate(out, self.pending, host)
        self.pending = ""

    def _is_related(self, host: int) -> bool:
        """Whether it was said how what was named last stands to another thing than `host`."""
        own = [each for each in self.draft.relations if self.last in (each[0], *each[2])]
        return any(host not in (each[0], *each[2]) for each in own)
