"""Whose something is: young ones, owners, parts of somebody, who is walked."""

from __future__ import annotations

from maskgil.nano.reader.graph.unsaid import Unsaid
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import table, words_of_kind

_GROWN = ("animal", "marine", "person", "people")


class Kin(Unsaid):
    """Knows what is told only of whose something is."""

    def _only_owns(self, at: int) -> bool:
        """Whether somebody is named for what is theirs: "a rabbit in a magician's hat"."""
        behind = self.chunks[at + 1 : at + 3]
        who = self.lexicon.nouns[self.chunks[at].value].category in ("person", "people")
        theirs = len(behind) == 2 and behind[0].kind == "possessive" and who
        if theirs and behind[1].text in words_of_kind("kin"):
            return True  # "a farmer's wife"
        joined = self.joint == "with" or self.pending in ("in", "on", "under", "wearing", "holding")
        if not joined or self.last is None or len(behind) < 2:
            return False
        thing = behind[1]
        shown = thing.kind in ("thing", "place") and thing.text not in words_of_kind("body")
        return behind[0].kind == "possessive" and shown and not self._owns_part(at)

    def _grow(self, chunk: Chunk) -> None:
        """ "a lamb and its mother", "a bear and her babies": of an animal they are such, too."""
        parent, young = (chunk.text in words_of_kind(kind) for kind in ("parent", "offspring"))
        if self.last is None:
            return
        born = young and (
            (self.joint == "with" and self._bears(chunk))
            or (self.joint == "and" and chunk.text in words_of_kind("of beasts"))
        )
        if not (chunk.owned or born) or not (parent or young):
            return
        beasts = (n for n in reversed(self.mentioned) if self.draft.noun(n).category in _GROWN)
        other = next(beasts, self.last)
        if self.draft.noun(other).category not in ("animal", "marine"):
            return
        told, grown = self.draft.things[other].chunk, table("grown")
        if young:
            own = table("young of").get(told.value)
            chunk.value, chunk.definite = own or told.value, False
            chunk.size = None if own else "little"
            return
        singular = told.asked.removesuffix("s")
        chunk.value = grown.get(singular) or grown.get(told.value, told.value)
        chunk.asked, chunk.definite = "", False
        if chunk.value == told.value:
            told.size = told.size or "little"

    def _bears(self, chunk: Chunk) -> bool:
        """Whether young ones that an animal is "with" are its own: several, or one in a pouch."""
        assert self.last is not None
        beast = self.draft.noun(self.last)
        pouched = beast.name in words_of_kind("pouched")
        return beast.category == "animal" and (chunk.many or chunk.count > 1 or pouched)

    def _is_owners_part(self, chunk: Chunk) -> bool:
        """Whether a thing is a part of who was named: "beating its chest"."""
        if not chunk.owned or not {chunk.text, chunk.value} & words_of_kind("body"):
            return False
        return any(self.draft.living(place) for place in range(len(self.draft.things)))

    def _is_aflame(self, chunk: Chunk) -> bool:
        """Whether what was named last is said to burn: "a house on fire"."""
        bare = chunk.end == chunk.start + 1 and chunk.text in words_of_kind("aflame")
        return bare and self.last is not None and self.words in ("on", "in")

    def _is_walked(self, chunk: Chunk) -> bool:
        """Whether somebody is walking what follows: "a woman walking her dog"."""
        before = self.before
        joined = self.pending or self.joint or chunk.pause or self.last is None
        walks = before is not None and before.kind == "thing" and before.text.endswith(" walking")
        return walks and not joined and self.draft.living(len(self.draft.things) - 1)

    def _walk(self, index: int) -> None:
        """Who walks it is seen from the front, and it is beside them."""
        assert self.last is not None
        walker = self.draft.things[self.last].chunk
        walker.value = walker.value.removesuffix(" walking")
        self.draft.relate(self.last, "next to", index)
