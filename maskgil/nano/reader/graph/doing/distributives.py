"""Distributives: "two dogs, each with a ball", "three cups with a spoon in each"."""

from __future__ import annotations

from maskgil.nano.reader.graph.doing.writing import Writing
from maskgil.nano.reader.items import MOST, Chunk
from maskgil.nano.reader.words import words_of_kind

_FAR = 3  # chunks behind "each" at which what each one has is named


class Distributives(Writing):
    """Gives each of several its own."""

    def _det(self, chunk: Chunk, at: int) -> None:
        if chunk.text in words_of_kind("each"):
            self._deal(at)

    def _deal(self, at: int) -> None:
        """Counts what is in or on "each", or what each of them is told to have."""
        draft, last = self.draft, self.last
        if last is None:
            return
        told = draft.things[last]
        if self.pending and told.host is not None and self._is_several(told.host):
            host = told.host
            told.chunk.count = min(MOST, told.chunk.count * draft.things[host].chunk.count)
            told.chunk.many = told.chunk.counted = True
            self._unrelate(host, last)
            draft.relate(last, self.pending, host)
            self.pending = ""
        elif self._is_several(last):
            owned = [each for each in self.chunks[at + 1 : at + _FAR] if each.kind == "thing"]
            for each in owned[:1]:
                count = min(MOST, each.count * told.chunk.count)
                each.count, each.counted, each.many = count, True, True

    def _is_several(self, index: int) -> bool:
        chunk = self.draft.things[index].chunk
        return chunk.counted and chunk.count > 1

    def _is_in_each_hand(self, chunk: Chunk) -> bool:
        """Whether somebody has one "in each hand"."""
        if self.last is None or chunk.text not in words_of_kind("each hand"):
            return False
        held = self.draft.things[self.last]
        if not (self.pending and held.host is not None and self.draft.living(held.host)):
            return False
        held.chunk.count, held.chunk.counted, held.chunk.many = 2, True, True
        self.pending = ""
        return True
