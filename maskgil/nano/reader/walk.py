"""From chunks to a draft: each thing is joined to what stands before it as the words between say."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.reader.chunks import Chunk
from maskgil.nano.reader.draft import TOLD, Draft
from maskgil.nano.reader.lexicon import Lexicon
from maskgil.nano.reader.places import SKIES, WHERE
from maskgil.nano.reader.scenery import Scenery
from maskgil.nano.reader.words import SEVERAL

_LANDSCAPE = ("hill", "mountain", "road", "pond", "railway", "field", "river", "street")
_WORDS_ALONE = ("water", "air", "clouds", "snow")
_DRINKS = ("cup of coffee", "cup of tea", "wine glass", "beer", "champagne", "whiskey", "sake", "soda",
           "orange juice", "glass of milk", "glass of water", "bubble tea", "juice box")  # fmt: skip
_CONTINUED = ("wearing", "holding")
_SHARED = ("on", "in", "under")


class Walk:
    """Reads `chunks` once, from the first to the last."""

    def __init__(self, chunks: Sequence[Chunk], lexicon: Lexicon) -> None:
        self.chunks = chunks
        self.draft, self.scenery = Draft(lexicon), Scenery()
        self.lexicon = lexicon
        self.left_out: list[tuple[int, str]] = []
        self.forbidden = {chunk.value for chunk in chunks if chunk.kind == "not"}
        self.scenery.forbidden = {c.place for c in chunks if c.kind == "not" and c.place}
        self.last: int | None = None  # the thing named last
        self.head: int | None = None  # the thing that the clause is about
        self.mentioned: list[int] = []  # things in the order they are spoken of
        self.pending = ""  # a relation that waits for its object
        self.verbal = False
        self.words = ""
        self.fronted: tuple[str, int] | None = None  # "next to the house": waits for its subject
        self.joint = ""  # with, and, of, possessive
        self.side = ""
        self.listed = False  # whether what "with" said goes on
        self.paused = True
        self.before: Chunk | None = None

    def run(self) -> None:
        """Fills `draft` and `scenery`."""
        for at, chunk in enumerate(self.chunks):
            if chunk.pause:
                self._pause(chunk)
            getattr(self, f"_{chunk.kind}", self._other)(chunk, at)
            self.before = chunk
        self.draft.settle_sides()
        self.draft.merge_alike()
        self._table_top()

    def _pause(self, chunk: Chunk) -> None:
        self.paused = True
        self.pending = self.joint = ""
        if chunk.pause == 2:
            self.side, self.fronted = "", None

    def _other(self, chunk: Chunk, at: int) -> None:
        if chunk.kind == "but":
            self.joint = "and"

    def _not(self, chunk: Chunk, at: int) -> None:
        self.pending = self.joint = ""

    def _hint(self, chunk: Chunk, at: int) -> None:
        self.scenery.hints.append(chunk.value)

    def _relation(self, chunk: Chunk, at: int) -> None:
        self.pending, self.words = chunk.value, chunk.text
        self.verbal = False

    def _verb(self, chunk: Chunk, at: int) -> None:
        self.pending, self.words, self.verbal = chunk.value, chunk.text, True

    def _still(self, chunk: Chunk, at: int) -> None:
        self.verbal = True

    def _with(self, chunk: Chunk, at: int) -> None:
        self.pending, self.joint = "", "with"

    def _and(self, chunk: Chunk, at: int) -> None:
        self.pending, self.joint, self.paused = "", "with" if self.listed else "and", True

    def _of(self, chunk: Chunk, at: int) -> None:
        self.joint = "of"

    def _possessive(self, chunk: Chunk, at: int) -> None:
        self.joint = "'s"

    def _time(self, chunk: Chunk, at: int) -> None:
        self.scenery.add(chunk.kind, chunk.value)

    _weather = _style = _time

    def _wall(self, chunk: Chunk, at: int) -> None:
        if chunk.value:
            self.scenery.put(f"{chunk.value} background", 3)
        self.pending = self.joint = ""

    def _where(self, chunk: Chunk, at: int) -> None:
        if chunk.text.endswith("wall"):
            self.scenery.hints.append(chunk.value)  # of whichever room
        else:
            self.scenery.put(chunk.value, 2)
        self.pending = ""

    def _lost(self, chunk: Chunk, at: int) -> None:
        if chunk.said:
            self.left_out.append((chunk.start, chunk.said))
        self.listed = self.joint == "with"  # "with a beard and a hat"
        after = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        if not (self.pending and after is not None and after.kind == "of"):
            self.pending = ""  # "on the roof of a house" is on the house
        self.joint = ""

    def _side(self, chunk: Chunk, at: int) -> None:
        if self.paused or self.last is None:
            self.side = chunk.value
        else:
            self.draft.things[self.last].side = chunk.value

    def _pronoun(self, chunk: Chunk, at: int) -> None:
        """ "with a vase on it" is said of the thing before last, "next to it a cat" of the last."""
        if not self.pending or self.last is None or chunk.text in ("he", "she", "they"):
            return
        host = self.draft.things[self.last].host
        if self.draft.things[self.last].via == "with" or (
            host is not None and not self.paused and self.head not in (None, self.last)
        ):
            owner = host if host is not None else self.head
            if owner is not None and owner != self.last:
                self._unrelate(owner, self.last)
                self.draft.relate(self.last, self.pending, owner)
        else:
            self.fronted = (self.pending, self.last if self.head is None else self.head)
        self.pending = ""

    def _unrelate(self, first: int, second: int) -> None:
        """Forgets what "with" said of two things: "it" says more exactly how they stand."""
        pair = {first, second}
        kept = [each for each in self.draft.relations if {each[0], *each[2]} != pair]
        self.draft.relations = kept

    def _place(self, chunk: Chunk, at: int) -> None:
        if self._is_nowhere(chunk):
            return
        if self.pending.startswith("~"):  # "filled with sand"
            self.left_out.append((chunk.start, chunk.text))
            self.pending = ""
            return
        if chunk.value == "sky" and self.pending and self.pending not in SKIES:
            self.pending = ""
            return
        located = self.words in WHERE if self.pending else False
        self.scenery.put(chunk.value, 2 if located else 1)
        self.pending, self.joint, self.paused = "", "", False

    def _is_nowhere(self, chunk: Chunk) -> bool:
        """Whether a word names a place only behind a preposition: "water", "air"."""
        if chunk.text in _WORDS_ALONE and not self.pending and chunk.text != "snow":
            self.left_out.append((chunk.start, chunk.text))
            self.joint = ""
            return True
        return False

    def _is_setting(self, chunk: Chunk) -> bool:
        """Whether a thing that may be a setting is where something else is: "on the moon"."""
        if chunk.place is None or chunk.counted or chunk.texture or chunk.size:
            return False
        if chunk.colour not in (None, self.lexicon.nouns[chunk.value].colour):
            return False
        if not self.pending or self.verbal and self.pending != "on" and self.words not in WHERE:
            return False
        if any(told.chunk.value == chunk.value for told in self.draft.things):
            return False
        if chunk.place == "moon":
            return self.words in ("on", "onto", "across")
        if chunk.place == "castle":
            return self.words in ("in", "inside", "at")
        if self.words == "over":
            return chunk.place in _LANDSCAPE
        return self.words in WHERE or (self.words == "by" and chunk.place in _LANDSCAPE)

    def _names_place(self, chunk: Chunk, at: int) -> bool:
        """Whether a thing only says what is in a place: "in a corn field"."""
        after = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        adjacent = after is not None and after.kind == "place" and after.start == chunk.end
        return adjacent and not after.pause and bool(self.pending)

    def _thing(self, chunk: Chunk, at: int) -> None:
        if self._names_place(chunk, at):
            self.draft.add(chunk)
            return
        if self._is_setting(chunk):
            self.scenery.put(str(chunk.place), 2)
            self.pending, self.joint = "", ""
            return
        if self.joint == "of" and self._is_of(chunk):
            return
        if self._is_alike(chunk):
            return
        added = self.draft.add(chunk)
        if added is None:
            self.pending = self.joint = ""
            return
        index, known = added
        if self.side:
            self.draft.things[index].side, self.side = self.side, ""
        self._join(index, known, chunk)
        self.pending = self.joint = self.words = ""
        self.verbal = self.paused = self.listed = False
        if index in range(len(self.draft.things)):
            self.last = index
            self.mentioned.append(index)

    def _is_of(self, chunk: Chunk) -> bool:
        """ "glass of red wine" is one thing; "a pride of lions" several of one."""
        before = self.before
        if before is None or self.last is None:
            return False
        owner = self.draft.things[self.last].chunk
        if owner.end != chunk.start - 1:
            return False
        name = self.lexicon.roles(*f"{owner.text} of {chunk.text}".split())
        if "noun" in name:
            owner.value = name["noun"]
            owner.text = f"{owner.text} of {chunk.text}"
            owner.colour = owner.colour or chunk.colour
            if not self.lexicon.nouns[owner.value].paintable:
                owner.colour = None
            self.joint = ""
            return True
        return False

    def _is_alike(self, chunk: Chunk) -> bool:
        """Whether "a cat and a cat" are two cats."""
        if self.joint != "and" or self.last is None or chunk.definite or self.side:
            return False
        known = self.draft.things[self.last].chunk
        if any(getattr(known, key) != getattr(chunk, key) for key in TOLD):
            return False
        if any(self.last in (each[0], *each[2]) for each in self.draft.relations):
            return False
        self.draft.merge_count(self.last, chunk)
        self.joint = ""
        return True

    def _join(self, index: int, known: bool, chunk: Chunk) -> None:
        """Says how the thing at `index` stands to those before it."""
        draft = self.draft
        if self.fronted is not None and not self.pending:
            name, other = self.fronted
            draft.relate(index, name, other)
            self.fronted, self.head = None, index
        elif self.pending and self.last is not None and not self._is_fronted(index, known):
            self._relate(index)
        elif self.pending:
            if not self.verbal:  # "paint a house" says nothing of how it stands
                self.fronted = (self.pending, index)
        elif self.joint == "with" and self.last is not None and not known:
            self._go_with(index, chunk)
        elif self.joint == "of" and self.last is not None and self._stands_behind_of(chunk):
            if chunk.value in _DRINKS or not draft.contain(self.last, index):
                draft.drop(index)
                self.left_out.append((chunk.start, chunk.text))
        elif self.joint == "of" and not chunk.counted and chunk.many:
            chunk.count = SEVERAL  # "a pride of lions"
        elif self.joint == "'s" and self.last is not None:
            owner = self.last
            if draft.is_part(owner, chunk.value):
                draft.drop(index)
                self.left_out.append((chunk.start, chunk.text))
            else:
                worn = (
                    draft.living(owner) and draft.lexicon.nouns[chunk.value].category == "clothes"
                )
                draft.relate(owner, "wearing" if worn else "next to", index)
        elif not self._continues(index):
            self.head = index

    def _is_fronted(self, index: int, known: bool) -> bool:
        """Whether a place is said before who is there: ", and on the bench sits a cat"."""
        return self.paused and known and not self.verbal and index == self.last

    def _stands_behind_of(self, chunk: Chunk) -> bool:
        assert self.last is not None
        return self.draft.things[self.last].chunk.end == chunk.start - 1

    def _relate(self, index: int) -> None:
        """The pending relation, of what a preposition or a verb belongs to."""
        assert self.last is not None
        draft = self.draft
        if self.verbal and self.pending in ("holding", "wearing", "riding", "next to"):
            subject = draft.doer(self.mentioned)
        elif self.paused or self.verbal:
            subject = draft.owner_of(self.last if self.head is None else self.head)
        else:
            subject = draft.owner_of(self.last)
        name = self.pending
        if self.verbal and name == "next to" and draft.noun(index).category == "celestial":
            subject, index, name = index, subject, "above"  # "howling at the moon"
        if name == "~around" and self.scenery.settings:
            return  # "a lake with swans surrounded by mountains"
        draft.relate(subject, name, index)
        if self.verbal and name == "next to":
            draft.things[index].via = "verb"
        if name in _SHARED:
            self._share(subject, name, index)

    def _share(self, subject: int, name: str, index: int) -> None:
        """ "a cat and a dog on a sofa", "an apple, a pear and a plum in a bowl": all are there."""
        told = [each for each in self.draft.relations if each[2] != [index]]
        if subject >= index or any(set(range(subject + 1)) & {s, *others} for s, _, others in told):
            return
        things = self.draft.things[: subject + 1]
        for one, other in zip(things, things[1:], strict=False):
            kinds = [c.kind for c in self.chunks if one.chunk.end <= c.start < other.chunk.start]
            if kinds not in (["and"], []) or (subject == 1 and other.chunk.pause):
                return
        alike = {self.draft.living(place) for place in range(subject + 1)}
        room = 1.3 * self.draft.noun(index).size
        if len(alike) == 1 and all(self.draft.noun(place).size <= room for place in range(subject)):
            for place in range(subject):
                self.draft.relate(place, name, index)

    def _go_with(self, index: int, chunk: Chunk) -> None:
        draft = self.draft
        assert self.last is not None
        owner = draft.owner_of(self.last)
        if not draft.go_with(owner, index):
            draft.drop(index)
            self.left_out.append((chunk.start, chunk.said or chunk.text))
            return
        told = draft.things[index]
        told.host, told.via = owner, "with"
        self.head = owner

    def _continues(self, index: int) -> bool:
        """ "between a cat and a dog", "wearing a hat and glasses": one more object."""
        relations = self.draft.relations
        listed = self.joint == "and" or (
            self.draft.things[index].chunk.pause == 1 and not self.joint
        )
        if listed and self.last is not None and self._goes_with_more(index):
            return True
        if not relations or self.joint != "and":
            return False
        subject, name, others = relations[-1]
        if others[-1] != self.last or self.last != index - 1:
            return False
        count = self.draft.things[others[0]].chunk.count
        if name == "between" and len(others) == 1 and count == 1:
            others.append(index)
            return True
        if name in _CONTINUED and self.draft.noun(index).category == "clothes":
            self.draft.relate(subject, name, index)
            return True
        return False

    def _goes_with_more(self, index: int) -> bool:
        """ "a plate with an apple and a pear": both lie on it."""
        told = self.draft.things[self.last or 0]
        if told.via != "with" or told.host is None:
            return False
        before = len(self.draft.relations)
        if self.draft.living(index) or not self.draft.go_with(told.host, index):
            return False
        if len(self.draft.relations) == before:
            return False
        self.draft.things[index].host, self.draft.things[index].via = told.host, "with"
        return True

    def _table_top(self) -> None:
        """ "on the table", where nothing else says where: the setting, not one more thing."""
        draft = self.draft
        tables = [i for i, told in enumerate(draft.things) if told.chunk.value == "table"]
        if len(tables) != 1 or self.scenery.setting() or len(draft.things) < 2:
            return
        table = draft.things[tables[0]].chunk
        if not table.definite or table.colour or table.texture or table.size or table.count > 1:
            return
        about = [each for each in draft.relations if tables[0] in (each[0], *each[2])]
        small = all(draft.noun(i).size <= 0.8 for i in range(len(draft.things)) if i != tables[0])
        if small and about and all(each[1] == "on" and each[2] == tables for each in about):
            draft.drop(tables[0])
            self.scenery.put("table top", 2)
