"""Discourse state: the things so far, and pending relations for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.reader.graph.draft import Draft
from maskgil.nano.reader.graph.facts import Told
from maskgil.nano.reader.graph.whereabouts.scenery import Scenery
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.lexicon import Lexicon
from maskgil.nano.reader.parts import parted
from maskgil.nano.reader.words import table
from maskgil.nano.world.drawn.regions import COUNTS, MISSING, parts_told, region_of, with_part


class Discourse:
    """A draft, and the state of the sentence before the next thing."""

    def __init__(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> None:
        self.chunks = chunks
        self.draft, self.scenery = Draft(lexicon), Scenery()
        self.lexicon = lexicon
        self.texts: list[str] = []  # the words of all that is said
        self.left_out: list[tuple[int, str]] = []
        self.forbidden = {chunk.value for chunk in chunks if chunk.kind == "not"}
        asked = {c.place for c in chunks if c.kind == "place"}  # "the sky without clouds"
        self.scenery.forbidden = {c.place for c in chunks if c.kind == "not" and c.place} - asked
        self.last: int | None = None  # the thing named last
        self.head: int | None = None  # the thing that the clause is about
        self.mentioned: list[int] = []  # things in the order they are spoken of
        self.pending = ""  # a relation that waits for its object
        self.verbal = False
        self.active: list[Told] = []  # who is said to do something
        self.deeds: list[tuple[Told, str, tuple[int, str]]] = []  # who does what of these
        self.filled = False  # the place that was named last
        self.poses: list[tuple[Told, str, tuple[int, str]]] = []  # who is drawn as they do it
        self.met: list[tuple[list[Told], str, tuple[int, str]]] = []  # who touches whom
        self.reaching: list[tuple[list[Told], str]] = []  # who touches what is named next
        self.doing = ""  # the verb that was said last in this clause
        self.riders: list[Told] = []  # who rides, and nobody has said what
        self.drivers: list[Told] = []  # of them those who drive
        self.moving: list[tuple[Told, str]] = []  # who is said to pull, to chase something
        self.parts: list[int] = []  # places of parts by which somebody is touched
        self.act: tuple[int, str] | None = None  # what was said last that no drawing shows
        self.words = ""
        self.fronted: tuple[str, int] | None = None  # "next to the house": waits for its subject
        self.led: tuple[str, int] | None = None  # the same, for what else is there
        self.joint = ""  # with, and, of, possessive
        self.side = ""
        self.unknown = False  # whether what was named last is not of this world
        self.starry = False  # whether the night is said to have stars
        self.within = False  # whether weather is said to be outside
        self.windy: list[tuple[int, str]] = []  # where wind is spoken of, and how
        self.furnished: list[str] = []  # what tells the rooms that are named
        self.worn: list[tuple[int, str]] = []  # colours that are somebody's clothes
        self.seasons: list[tuple[str, bool]] = []  # what tells a season; whether of a place
        self.flying: list[Told] = []  # who is said to fly, and can
        self.soaring: list[Told] = []  # what is said to be over a place
        self.crowds: list[str] = []  # who is where it is said to be crowded
        self.wading: list[Told] = []  # who is said to be in the water
        self.swimming: list[Told] = []  # who is said to swim
        self.dived = False  # whether something is said to be in the sea
        self.dwells = False  # whether somebody is said to live in what is named next
        self.orphaned = False  # whether it is a thing that the next relation may be said of
        self.listed = False  # whether what "with" said goes on
        self.paused = True
        self.before: Chunk | None = None

    def _unrelate(self, first: int, second: int) -> None:
        """Forgets what "with" said of two things: "it" says more exactly how they stand."""
        pair = {first, second}
        kept = [each for each in self.draft.relations if {each[0], *each[2]} != pair]
        self.draft.relations = kept

    def _drop(self, index: int, chunk: Chunk) -> None:
        """Takes the thing named last out again, and says so."""
        self.draft.drop(index)
        self.left_out.append((chunk.start, chunk.said or chunk.text))

    def _lack(self, chunk: Chunk) -> None:
        """ "A cup without a handle": what is drawn with one lacks it then."""
        owner = None if self.last is None else self.draft.things[self.last].chunk
        state = owner and parted(self.draft.noun(self.last or 0), chunk.text, MISSING)
        if owner and state and with_part(owner.state, state):
            owner.state = with_part(owner.state, state)
            self._see(chunk)

    def _is_lacked(self, chunk: Chunk) -> bool:
        """ "With one leg missing": so many of what was named last are gone, the others are left."""
        before = self.before
        if self.last is None or before is None or before.end != chunk.start or not before.counted:
            return False
        owner = self.draft.things[self.last].chunk
        told = {part: way for way, part in parts_told(owner.state)}
        part = table("part of").get(before.text, "")
        region = region_of(owner.value, part)
        if table("part paint").get(chunk.text) != MISSING or part not in told or region is None:
            return False
        left = region.many - before.count
        way = next((word for word, count in COUNTS.items() if count == left), MISSING)
        owner.state = with_part(owner.state, f"{way} {part}")
        self._see(chunk)
        return True

    def _see(self, chunk: Chunk) -> None:
        """Says no more that anything of it is left out."""
        self.left_out = [each for each in self.left_out if not chunk.start <= each[0] < chunk.end]
