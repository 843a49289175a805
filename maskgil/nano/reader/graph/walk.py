"""The pass from chunks to a draft graph, by the connectives between things."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.reader.graph.doing.distributives import Distributives
from maskgil.nano.reader.graph.whereabouts.places import is_of_room
from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS, SKIES, WET, WHERE
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import (
    LINING,
    SEVERAL,
    table,
    transitive,
    verb_forms,
    words_of_kind,
)
from maskgil.nano.world.paints import PAINTS
from maskgil.nano.world.scene import TOUCHING


class Walk(Distributives):
    """Reads `chunks` once, from the first to the last."""

    def run(self) -> None:
        """Fills `draft` and `scenery`."""
        for at, chunk in enumerate(self.chunks):
            if chunk.pause:
                self._pause(chunk)
            getattr(self, f"_{chunk.kind}", self._other)(chunk, at)
            self.before = chunk
        self._dangle()
        nightly, chunks = words_of_kind("by night"), [told.chunk for told in self.draft.things]
        starry = any(self._is_sky(chunk) or chunk.value in nightly for chunk in chunks)
        if starry and not self.scenery.times:
            self.scenery.add("time", "night")
        self.draft.settle_sides()
        self.draft.merge_alike()
        self.complete()

    @staticmethod
    def _is_sky(chunk: Chunk) -> bool:
        """Whether "the stars" are spoken of: those that are seen by night."""
        bare = chunk.colour is chunk.texture is chunk.size is None and not chunk.counted
        return chunk.value == "star" and chunk.many and chunk.definite and bare

    def _pause(self, chunk: Chunk) -> None:
        self._dangle()
        self.paused = True
        self.pending = self.joint = self.doing = ""
        if chunk.pause == 2:
            self.side, self.fronted, self.led = "", None, None

    def _other(self, chunk: Chunk, at: int) -> None:
        if chunk.kind == "but":
            self.joint = "and"
        hoisted = self.verbal and self.words in verb_forms("hoists") and self.last is not None
        if hoisted and chunk.text in words_of_kind("anybody") and (
            self.draft.noun(self.last or 0).name in words_of_kind("hoist")
        ):  # fmt: skip
            chunk.kind, chunk.value = "thing", "person"  # "a helicopter rescuing someone"
            self._thing(chunk, at)

    def _plain(self, chunk: Chunk, at: int) -> None:
        if self._is_in_each_hand(chunk):
            return
        if chunk.text in words_of_kind("each"):
            return self._deal(at)
        self._other(chunk, at)
        self._do_for(chunk, at)

    def _not(self, chunk: Chunk, at: int) -> None:
        self._lack(chunk)
        self.pending = self.joint = ""

    def _hint(self, chunk: Chunk, at: int) -> None:
        self.scenery.hints.append(chunk.value)

    def _relation(self, chunk: Chunk, at: int) -> None:
        weather = self.before is not None and self.before.kind in ("weather", "time")
        self.within = self.within or (weather and chunk.text == "outside")
        of_place = self.before is not None and self.before.kind in ("place", "where")
        self.filled = filled = chunk.value.startswith("~") and of_place  # "a field full of corn"
        over = filled or (weather and chunk.value == "above")  # "a sunset over the sea"
        self.pending, self.words = "" if over else chunk.value, chunk.text
        if chunk.text == "over" and self.before and self.before.text in verb_forms("wept over"):
            self.pending = "next to"  # "crying over a broken doll"
        if chunk.text == "from" and self.doing in verb_forms("hangs"):
            self.pending = "beneath"  # "hanging by its tail from a branch"
        self.verbal, self.led = False, None
        self._put_around(chunk)

    def doers(self) -> list[int]:
        """The things that are said to do something."""
        return [index for index, told in enumerate(self.draft.things) if told in self.active]

    def _with(self, chunk: Chunk, at: int) -> None:
        self.pending, self.joint = "", "with"
        self._dance_with(at)

    def _and(self, chunk: Chunk, at: int) -> None:
        self._dangle()
        self.pending, self.joint, self.paused = "", "with" if self.listed else "and", True

    def _of(self, chunk: Chunk, at: int) -> None:
        self.joint = "of"

    def _possessive(self, chunk: Chunk, at: int) -> None:
        self.joint = "'s"

    def _time(self, chunk: Chunk, at: int) -> None:
        self.scenery.add(chunk.kind, chunk.value, (chunk.start, chunk.text))
        self.starry = self.starry or "star" in chunk.text
        if "sky" in chunk.text.split() and self._flies_there():
            self.scenery.put("sky", 2)  # "a kite in a blue sky"
            self.pending = self.joint = ""
        self.scenery.open_air |= bool({"sky", "skies", "stars"} & {*chunk.text.split()})
        if chunk.text in table("season"):
            self.seasons.append((table("season")[chunk.text], True))

    _weather = _style = _time

    def _wind(self, chunk: Chunk, at: int) -> None:
        self.windy.append((chunk.start, chunk.text))
        self.pending = self.joint = ""

    def _wall(self, chunk: Chunk, at: int) -> None:
        room = self.before
        if room is not None and (room.value, room.end) in [(each, chunk.start) for each in INDOORS]:
            self.pending = self.joint = ""  # "on the kitchen wall"
            return
        on_it = self.pending in ("on", "behind") and self.last is not None
        hangs = on_it and "l" in self.draft.noun(self.last or 0).places  # "a clock on a wall"
        leant = self.words.endswith("against")
        if not chunk.value and leant and self._is_rooms():
            self.pending = self.joint = ""
            return
        if not chunk.value and (leant or not (chunk.definite or hangs)):
            chunk.kind, chunk.value = "thing", "brick wall"  # "a cat on a wall"
            self.pending = "in front of" if leant else self.pending
            return self._thing(chunk, at)
        if chunk.value:
            self.scenery.put(f"{chunk.value} background", 3)
        elif chunk.text in ("wall", "walls"):
            self.left_out.append((chunk.start, chunk.text))
        self.pending = self.joint = ""

    def _where(self, chunk: Chunk, at: int) -> None:
        chunk.value = self._grown_on(chunk, at)
        if chunk.value == "sea" and chunk.text.startswith("in "):
            self.dived = True
            self._wade()
        if chunk.text in words_of_kind("snow on"):
            self._snow_on(chunk)
        if is_of_room(chunk):
            self.scenery.hints.append(chunk.value)  # of whichever room
        elif not self._is_leapt(chunk):
            self.scenery.put(chunk.value, 2, (chunk.start, chunk.text))
        self.pending = ""

    def _lost(self, chunk: Chunk, at: int) -> None:
        if self._is_look(chunk) or self._gives(chunk) or self._is_lacked(chunk):
            return
        if self._is_at_part(chunk) or self._is_load(chunk):
            self.pending = self.joint = ""
            return
        if chunk.text in words_of_kind("ceiling") and self._hang_from_it():
            return
        if chunk.place is not None and self.words in ("on", "onto", "at") and self.pending:
            self.scenery.put(chunk.place, 2)  # "on a wooden porch"
            self.pending = self.joint = ""
            return
        if self.pending == "on" and chunk.text in table("roof") and self.last is not None:
            told = self.draft.things[self.last]  # "a house with a cat on the roof"
            if told.via == "with" and told.host is not None and not self.verbal:
                self.draft.relate(self.last, "on", told.host)
        if self._is_borne(chunk):
            self.worn += [(chunk.start + article, chunk.text) for article in (0, 1)]
            self.pending = self.joint = ""
            return
        if chunk.said:
            self.left_out.append((chunk.start, chunk.said))
        if self._is_unknown_verb(chunk, at):  # "a wizard brewing a potion"
            self.pending, self.words, self.verbal, self.joint = "next to", chunk.text, True, ""
            return
        own = chunk.owned and chunk.text.rpartition(" ")[2] in words_of_kind("groomed")
        self.unknown = (self.verbal or bool(self.pending)) and not own
        self.orphaned = bool(chunk.said) and not self.pending and self.joint == "and"
        going_on = self.joint == "of" and self.listed  # "with drops of dew"
        self.listed = self.joint == "with" or going_on  # "with a beard and a hat"
        after = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        if not (self.pending and after is not None and after.kind == "of"):
            self.pending = ""  # "on the roof of a house" is on the house
        self.joint = ""

    def _side(self, chunk: Chunk, at: int) -> None:
        if not self.paused and self.last is not None and self._sits(chunk, self.last):
            return
        if self.paused or self.last is None:
            self.side = chunk.value
        else:
            self.draft.things[self.last].side = chunk.value

    def _colour(self, chunk: Chunk, at: int) -> None:
        if self._is_painted_so(chunk):
            return
        if self._is_dressed(chunk):
            self.worn.append((chunk.start, chunk.text))
            self.pending = self.joint = self.words = ""

    def _pronoun(self, chunk: Chunk, at: int) -> None:
        """ "with a vase on it" is said of the thing before last, "next to it a cat" of the last."""
        subject = chunk.text in ("he", "she", "they")
        if not self.pending or self.last is None or subject or self._do_to_it():
            return
        if self.verbal and self.pending in TOUCHING and chunk.text in words_of_kind("reciprocal"):
            self.pending = ""
            return
        if self.listed and not self.paused:  # "with drops of dew on it"
            self.pending = ""
            return
        after = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        given = after is not None and after.kind == "thing" and not after.pause
        if self.verbal and self.pending == "holding" and given:
            return  # "gives him an apple"
        host = self.draft.things[self.last].host
        joined = self._with_joined(self.last)
        shared = joined[-1].host if joined[-1].via == "with" else None
        if host is None and shared is not None:
            host = shared  # "with a dog and a cat under it"
            for told in joined[1:]:
                self._unrelate(host, place := self.draft.things.index(told))
                self.draft.relate(place, self.pending, host)
        host = self._listed_with(self.last) if host is None else host
        if not self.paused:
            others = [index for index in self.mentioned if index != self.last]
            owner = host
            if owner is None or (self.pending == "in" and self.draft.living(owner)):
                owner = next(reversed(others), None)  # "a chef with a pan with an egg in it"
            owner = self._place_behind_which() if owner is None else owner
            if self._is_done_there(owner):
                return
            if owner is not None and owner != self.last:
                risen = self.words == "out of" and self.draft.rises(self.last, owner)
                self._unrelate(owner, self.last)
                self.draft.relate(self.last, "above" if risen else self.pending, owner)
        else:
            self.fronted = (self.pending, self.last if self.head is None else self.head)
        self.pending = ""

    def _place(self, chunk: Chunk, at: int) -> None:
        if self._is_drunk(chunk):
            return self._thing(chunk, at)
        if self._is_nowhere(chunk) or self._is_load(chunk):
            return
        if chunk.text in words_of_kind("summit") and self.pending == "on":
            chunk.value = "mountain top"
        chunk.value = self._edge_of(self._grown_on(chunk, at))
        if self._stands_as(chunk):
            return self._thing(chunk, at)
        if chunk.season:
            self.seasons.append((chunk.season, True))  # "an autumn forest"
        if chunk.state in table("lies"):
            self.scenery.add("weather", table("lies")[chunk.state])  # "a wet street"
        if chunk.text in table("furnished"):
            self.furnished.append(table("furnished")[chunk.text])
        sheltered = chunk.text in words_of_kind("haven")
        if chunk.value == "sea" and self.words in ("in", "into") and not sheltered:
            self.dived = True
        if self._line(chunk):
            self.pending, self.words = "next to", "along"
        if self.pending.startswith("~"):  # "filled with sand"
            self.left_out.append((chunk.start, chunk.text))
            self.pending = ""
            return
        if chunk.value == "sky" and self.pending and self.pending not in SKIES:
            self.pending, self.scenery.open_air = "", True
            return
        if chunk.value in WET and self._is_within() and not sheltered:
            self._wade()
        if chunk.crowded is not None and chunk.value in table("crowd"):
            self.crowds.append(table("crowd")[chunk.value])
        self._soar()
        self._show_there()
        self._stand_at_part(chunk)
        self._fly_over(chunk)
        located = bool(self.pending) and self.words in WHERE and self.words != "over"
        self.scenery.put(chunk.value, 2 if located else 1, (chunk.start, chunk.text))
        self.pending, self.joint, self.paused = "", "", False

    def _wade(self) -> None:
        """Notes who is in the water that is named: what was named last, and what "and" joins."""
        last = self.last
        if last is not None and self.draft.things[last].via in ("catching", "next to", "eating"):
            last = self.draft.things[last].host  # "a bear catching a fish in a river"
        if last is not None:
            self.wading += self._with_joined(last)

    def _thing(self, chunk: Chunk, at: int) -> None:
        if self._tells_of_others(chunk, at):
            return
        after = self.chunks[at + 1].kind if at + 1 < len(self.chunks) else ""
        young = chunk.text.rpartition(" ")[2] in words_of_kind("offspring")
        known = any(told.chunk.value == chunk.value for told in self.draft.things)
        if young and known and not chunk.definite:
            chunk.size = chunk.size or "little"  # "a bear with two cubs"
        if after != "of" and self._is_alike(chunk):
            return
        self._grow(chunk)
        filled, self.filled = self.filled or self.pending == "~in", False
        if filled and chunk.many and not chunk.counted:
            chunk.count = LINING if self.words.startswith("lined") else SEVERAL
            chunk.grouped = True  # "a garden full of butterflies"
        if chunk.text in table("hint"):
            self.scenery.hints.append(table("hint")[chunk.text])  # "a coral reef"
        added = self.draft.add(chunk)
        if added is None:
            self.pending = self.joint = ""
            return
        index, known = added
        if chunk.season and self.draft.noun(index).category == "plant":
            self.seasons.append((chunk.season, False))  # "autumn trees"
        if self.side:
            self.draft.things[index].side, self.side = self.side, ""
        self._dance(index, chunk)
        if self._is_walked(chunk):
            self._walk(index)
        else:
            self._join(index, known, chunk)
        dropped = index not in range(len(self.draft.things))
        one = " with a " in chunk.text.replace(" a baby", "") and chunk.text != chunk.value
        self.listed = one or (dropped and self.joint == "with")  # "with a carrot nose and a hat"
        self.pending = self.joint = self.words = ""
        self.dwells = False
        self.verbal = self.paused = self.unknown = self.orphaned = False
        if not dropped:
            self.last = index
            self.mentioned.append(index)
            self._go_on(chunk, at)
            if chunk.implied:
                self._imply(index, chunk)

    def _tells_of_others(self, chunk: Chunk, at: int) -> bool:
        """Whether a noun is no thing of its own: it tells of a place, of a part, of who has it."""
        alone = chunk.end == chunk.start + 1 and chunk.count == 1 and not chunk.many
        if chunk.text in PAINTS and alone and self._is_dressed(chunk):
            self.worn.append((chunk.start, chunk.text))  # "a goalkeeper in orange"
            self.pending = self.joint = self.words = ""
            return True
        if self._gives(chunk):
            return True
        self._turn_to_whose(at)
        if self._is_at_part(chunk) or self._is_load(chunk) or self._is_in_basket(chunk):
            self.pending = self.joint = ""
            return True
        self.pending = self._part_meant(chunk) or self.pending
        if self._names_place(chunk, at):
            self._add_what_names(chunk, self.chunks[at + 1].value)
            return True
        if self._is_setting(chunk) and not self._owns_part(at):
            if chunk.place in WET and self._is_within():
                self._wade()
            self._show_there()
            self.scenery.put(self._part_of(chunk), 2, (chunk.start, chunk.text))
            self.pending, self.joint = "", ""
            return True
        if (self.joint == "of" and self._is_of(chunk)) or self._is_look(chunk):
            return True
        if self._is_served(chunk) or self._is_led(chunk):
            return True
        if self._is_around(chunk):
            self.joint = ""
            return True
        if self._is_friend(chunk) or self._is_likened(chunk):
            return True
        if self._only_owns(at):
            self.left_out.append((chunk.start, chunk.said or chunk.text))
            return True
        if chunk.owned and self._is_borne(chunk):
            self.pending = self.joint = ""
            return True
        if self._is_owners_part(chunk):
            self.left_out.append((chunk.start, chunk.said or chunk.text))
            self.pending = self.joint = ""
            return True
        if self._is_aflame(chunk):
            self._imply(self.last or 0, replace(chunk, implied="fire"))
            self.pending = ""
            return True
        return False

    def _go_on(self, chunk: Chunk, at: int) -> None:
        """What a noun's verb is done to: "a man climbing | a ladder" is on it."""
        verb = chunk.text.rpartition(" ")[2]
        after = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        if " " in chunk.text and verb.endswith("ing") and verb in transitive() and (
            after is not None and after.kind in ("thing", "det", "wall") and not after.pause
        ):  # fmt: skip
            self.pending, self.words, self.verbal = transitive()[verb], verb, True
