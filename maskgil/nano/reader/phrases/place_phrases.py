"""Places in noun phrases: accessible roofs, roads to another place."""

from __future__ import annotations

from maskgil.nano.reader.items import NOUNS, Chunk
from maskgil.nano.reader.modifiers import HEADS, Modifiers
from maskgil.nano.reader.words import table, words_of_kind
from maskgil.nano.world.nouns import PEOPLE


class PlacePhrases(Modifiers):
    """Modifiers, and which heads name a place."""

    def _is_roof(self, start: int, head: int) -> bool:
        """Whether something is on a roof though no building is named that it is of."""
        items = self.items
        if items[head].text not in table("roof") or not start or items[start - 1].value != "on":
            return False
        buildings = (i for i in items if i.kind in (*NOUNS, "place"))
        known = {self.lexicon.nouns[i.value].category for i in buildings if i.kind != "place"}
        return "building" not in known and [i.kind for i in items[head + 1 : head + 2]] != ["of"]

    def _is_of_building(self, head: int) -> bool:
        """Whether it is said which building a roof is of: "the rooftop of a house"."""
        after = [item for item in self.items[head + 1 : head + 4] if item.kind in (*NOUNS, "of")]
        named = [self.lexicon.nouns[item.value].category for item in after if item.kind in NOUNS]
        return [item.kind for item in after[:1]] == ["of"] and named[:1] == ["building"]

    def _is_trodden(self, head: int) -> bool:
        """Whether a roof is one that people are on: a rooftop, or that of whom is named before."""
        before = (item for item in self.items[:head] if item.kind in NOUNS)
        known = [self.lexicon.nouns[item.value].category for item in before]
        return self.items[head].kind == "place" or (known[-1:] != [] and known[-1] in PEOPLE)

    def _way(self, chunk: Chunk, head: int) -> list[Chunk]:
        """Both places of "a mountain road", "a village street"."""
        first, second = self.items[head : head + 2]
        through = Chunk("place", first.roles["place"], chunk.start, head + 1, first.text)
        through.place, place = first.roles["place"], second.roles["place"]
        chunk.kind, chunk.value, chunk.text = "place", place, second.text
        chunk.place, chunk.end = place, head + 2
        return [through, chunk]

    def _is_way(self, at: int) -> bool:
        """Whether a place that another one leads to, and no more, ends a phrase."""
        after = self.items[at + 1] if at + 1 < len(self.items) else None
        ends = after is None or after.pause > 0 or after.kind not in (*HEADS, "unknown")
        return self.items[at].text in words_of_kind("way") and ends
