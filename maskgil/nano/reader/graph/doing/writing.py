"""Lettering in a description: what the words are written on, and who says them."""

from __future__ import annotations

from maskgil.nano.reader.graph.doing.verbs import Verbs
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.phrases.lettering import lettering_of
from maskgil.nano.world.drawn.lettering import MACHINES, SIGN, writable, writing_areas

_BUBBLE, _WALL = "speech bubble", "brick wall"


class Writing(Verbs):
    """Takes up what is to be written."""

    def _lettering(self, chunk: Chunk, at: int) -> None:
        """Writes on what was named before, or is named behind: "the word HELLO on a wall"."""
        asked = lettering_of(chunk.said)
        text = writable(asked.text) if asked is not None else ""
        if asked is None or not (text and self._is_written(text, asked.way, at)):
            self.left_out.append((chunk.start, chunk.said))

    def _is_written(self, text: str, way: str, at: int) -> bool:
        """Writes a text, or lets somebody say it; False where there is nothing for that."""
        if way == "ahead":
            bearer = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
            if bearer is not None and (bearer.kind, bearer.value) == ("wall", ""):
                bearer.kind, bearer.value = "thing", _WALL
            elif bearer is None or bearer.value not in writing_areas():
                return self._is_on_sign(text, at)
        elif self.last is None:
            return self._is_on_sign(text, at)
        else:
            bearer = self.draft.things[self.last].chunk
            lives = self.draft.living(self.last) and bearer.value not in MACHINES
            if way == "said" and lives:
                return self._is_said(text, self.last)
        if bearer is None or bearer.kind != "thing" or bearer.lettering:
            return False
        if bearer.value not in writing_areas():
            return False
        bearer.lettering = text
        return True

    def _is_on_sign(self, text: str, at: int) -> bool:
        """Puts up a sign for what is on nothing known; False where there is no room for one."""
        start = self.chunks[at].start
        return self.draft.add(Chunk("thing", SIGN, start, start, SIGN, lettering=text)) is not None

    def _is_said(self, text: str, who: int) -> bool:
        """Gives somebody a speech bubble; False where there is no room for one."""
        start = self.draft.things[who].chunk.start
        bubble = Chunk("thing", _BUBBLE, start, start, _BUBBLE, lettering=text)
        added = self.draft.add(bubble)
        if added is not None:
            self.draft.relate(who, "with", added[0])
        return added is not None
