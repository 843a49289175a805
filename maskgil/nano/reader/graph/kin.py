"""Possessives: young animals, owners, body parts, walked pets."""

from __future__ import annotations

import functools

from maskgil.nano.reader.graph.unsaid import Unsaid
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import pairs, table, words_of_kind


@functools.cache
def _parents() -> dict[str, frozenset[str]]:
    """Words for young ones -> the animals of which they are."""
    found: dict[str, frozenset[str]] = {}
    for those, words in pairs("young of"):
        for word in words:
            found[word] = found.get(word, frozenset()) | frozenset(those.split(", "))
    return found


def _raised(name: str) -> str:
    """The noun that shows an animal's young ones, if need be small."""
    return table("drawn young").get(name) or table("raised as").get(name, name)


def _grows(name: str) -> bool:
    """Whether a noun shows grown ones, too, so that the young ones of them are smaller."""
    return name not in table("drawn young").values()


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
        self._rear(chunk)
        if self._is_young_of(chunk):
            return
        born = self.joint == "with" and young and self._bears(chunk)
        if not (chunk.owned or born) or not (parent or young):
            return
        beasts = (n for n in reversed(self.mentioned) if self.draft.noun(n).category in _GROWN)
        other = next(beasts, self.last)
        if self.draft.noun(other).category not in ("animal", "marine"):
            return
        told, grown = self.draft.things[other].chunk, table("grown")
        if young:
            chunk.value, chunk.definite = _raised(told.value), False
            chunk.size = "little" if _grows(chunk.value) else None
            return
        singular = told.asked.removesuffix("s")
        chunk.value = grown.get(singular) or grown.get(told.value, told.value)
        chunk.asked, chunk.definite = "", False
        if chunk.value == told.value:
            told.size = told.size or "little"

    def _is_young_of(self, chunk: Chunk) -> bool:
        """Makes young ones those of an animal named before: "a lioness and two cubs"."""
        parents = _parents().get(chunk.text, frozenset())
        others = (n for n in reversed(self.mentioned) if self.draft.noun(n).name in parents)
        other = next(others, None)
        if other is not None:
            chunk.value = _raised(self.draft.noun(other).name)
            small = "little" if _grows(chunk.value) else None
            chunk.size = chunk.size if chunk.size not in (None, "little") else small
            chunk.definite, chunk.asked = False, ""
        return other is not None

    def _rear(self, chunk: Chunk) -> None:
        """Makes young ones that were named before those of an animal: "two cubs and a lioness"."""
        for told in self.draft.things:
            if chunk.value in _parents().get(told.chunk.text, ()):
                told.chunk.value, told.chunk.asked = _raised(chunk.value), ""
                told.chunk.size = told.chunk.size if _grows(told.chunk.value) else None

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
        lifeless = chunk.text in ("mouth", "neck", "foot", "leg")  # a vase has its own
        return lifeless or any(map(self.draft.living, range(len(self.draft.things))))

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
