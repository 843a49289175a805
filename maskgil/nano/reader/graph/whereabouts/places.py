"""Places: whether a noun is the setting or a thing in it."""

from __future__ import annotations

from maskgil.nano.reader.graph.kin import Kin
from maskgil.nano.reader.graph.whereabouts.scenery import ANY_ROOM, SKIES, WHERE
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import (
    SEVERAL,
    posed,
    seen_from_afar,
    table,
    transitive,
    verb_forms,
    words_of_kind,
)
from maskgil.nano.world.nouns import ALIVE
from maskgil.nano.world.scene import ACTIONS, ARMS_UP
from maskgil.nano.world.settings import PLACES, UPON, WITHIN, place

_CLOUDS = ("sky",)  # whose bank of clouds is run over
_LANDSCAPE = ("hill", "mountain", "road", "pond", "railway", "field", "river", "street")
HEIGHTS = ("hill", "mountain")
_SNOWY = "snowy mountain"
CROPS = ("plant", "food", "fruit")
GROUNDS = ("field", "garden")
_SOWN = 1.0  # metres: what names a field and is smaller grows all over it
_AT_HEIGHTS = (
    "on", "in front of", "next to", "behind", "below", "at the top of", "at the foot of"
)  # fmt: skip
_WITHIN = ("in", "into", "through", "across", "inside")
_WALLS = ("on the wall of", "on the walls of")
_INDOORS = ("furniture", "appliance", "household")
_ENTERED = ("in", "into", "inside", "at", "within", "through", "in the middle of",
            "in the center of", "in the centre of")  # fmt: skip
_BESIDE = {
    "waterfall": ("by",), "swimming pool": ("by", "into", "across"), "volcano": ("by", "near"),
    "spaceship": ("aboard", "on board", "on board of"),
}  # fmt: skip
_OF = (" of", " over")
_LINING = 4  # along a road
_ONTO = ("on", "onto", "on top of", "across", "at the end of")
_WORDS_ALONE = ("water", "air", "clouds", "snow")
_NAMED = frozenset((*WITHIN.values(), *table("within").values()))


class Whereabouts(Kin):
    """Tells settings from things of the same name."""

    def _is_within(self) -> bool:
        """Whether somebody is said to be in what is named next, or to cross it."""
        return self.words in _WITHIN or (self.verbal and self.words in verb_forms("wades"))

    def _is_nowhere(self, chunk: Chunk) -> bool:
        """Whether a word is no place here: "water", "air" are one behind a preposition."""
        done_to = self.verbal and self.words not in (*WHERE, *seen_from_afar())  # "drinking water"
        if chunk.text == "water" and self.words.endswith("out of"):
            return False  # "a whale jumping out of the water"
        if chunk.text == "air" and self.draft.relations and self.draft.relations[-1][1] in ACTIONS:
            self.pending = self.joint = ""
            return True  # "a dog catching a frisbee in the air"
        if chunk.text == "air" and (self._is_tossed() or self._is_leapt(chunk)):
            self.pending = self.joint = ""
            return True
        if chunk.text in _WORDS_ALONE and (done_to or not self.pending) and chunk.text != "snow":
            self.left_out.append((chunk.start, chunk.text))
            self.pending = self.joint = ""
            return True
        return False

    def _is_rooms(self) -> bool:
        """Whether a wall that something is against is that of its room: a refrigerator's."""
        room = self.last is not None and self.draft.noun(self.last).category in _INDOORS
        self.scenery.hints += [ANY_ROOM] if room else []
        return room

    def _flies_there(self) -> bool:
        """Whether the sky that is named is where somebody is: "in the sky", "against the sky"."""
        flies = self.last is not None and "a" in self.draft.noun(self.last).places
        return self.pending in SKIES or (flies and self.words == "against")

    def _is_leapt(self, chunk: Chunk) -> bool:
        """Whether somebody jumps, "in mid air": not in the sky."""
        if chunk.value != "sky" or self.last is None:
            return False
        who = self.draft.owner_of(self.last)
        if "mid" in chunk.text and self.draft.is_rider(who):
            self.moving.append((self.draft.things[who], "jumping"))
            return True
        return posed().get(self.doing) == "jumping"

    def _is_tossed(self) -> bool:
        """Whether somebody is thrown into the air: over who throws, whose arms are up."""
        who, name, others = self.draft.relations[-1] if self.draft.relations else (0, "", [])
        flung = transitive().get(self.doing) == "throwing" and name in ("holding", "next to")
        if not flung or not self.draft.living(others[0]):
            return False
        self.draft.relations[-1] = others[0], "above", [who]
        self.draft.things[who].chunk.state = ARMS_UP
        self.left_out = [each for each in self.left_out if each != self.act]
        self.pending = self.joint = ""
        return True

    def _is_setting(self, chunk: Chunk) -> bool:
        """Whether a thing that may be a setting is where something else is: "on the moon"."""
        sized = chunk.size and chunk.place != "island"
        if chunk.place is None or chunk.counted or chunk.texture or sized:
            return False
        if chunk.colour not in (None, self.lexicon.nouns[chunk.value].colour):
            return False
        if not self.pending:
            return False
        rides = any(way == "riding" for _, way, _ in self.draft.relations)
        side = self.words.endswith("side of") and self.pending in ("on the wall of", "next to")
        if self._line(chunk) or (self.pending == "riding" and rides):
            return True  # "on a motorcycle, riding on a mountain"
        if side and chunk.place in _LANDSCAPE:
            return True  # "on the side of the road"
        if chunk.place == "mountain" and self.verbal and self.doing in verb_forms("climbs"):
            self.scenery.put(chunk.place, 1)
            return False  # "two men climbing a mountain" are on it
        if chunk.place == "road" and self._is_beside() and not chunk.many:
            return True
        heights = chunk.place in HEIGHTS and self.pending in _AT_HEIGHTS
        if self.verbal and self.pending not in ("on", "above") and self.words not in WHERE:
            return heights
        if any(told.chunk.value == chunk.value for told in self.draft.things):
            return False
        if chunk.place == "moon":
            return self.words in ("on", "onto", "across")
        if chunk.place == "castle":
            return self.words in _ENTERED
        if chunk.place in _NAMED:
            if self.words == "at" and self._is_parked(chunk.place):
                return False  # "an ambulance at a hospital" is before it
            return self._is_entered(chunk.place) and not self._is_elsewhere(chunk)
        if heights:
            return True  # "a house in front of a mountain"
        if self.pending == "above" and self.words.endswith(("over", "above")):
            seen = self.words == "over" or self.verbal or chunk.many or chunk.definite
            return seen and chunk.place in _LANDSCAPE  # not "a rainbow above a mountain"
        crossed = self.words == "by" or (self.verbal and self.pending == "on")
        return self.words in WHERE or (crossed and chunk.place in (*_LANDSCAPE, *_CLOUDS))

    def _part_of(self, chunk: Chunk) -> str:
        """The setting of a thing that is one: who is on a mountain is on its top."""
        on_top = self.pending == "on" and self.words in ("on", *words_of_kind("atop"))
        if chunk.value == _SNOWY and self.pending == "on":
            self.scenery.add("weather", "snow")
        summit = chunk.place == "mountain" and on_top and not chunk.many
        return "mountain top" if summit else self._edge_of(str(chunk.place))

    def _is_beside(self) -> bool:
        """Whether something that is nowhere else is beside what is named next, not along it."""
        along = self.words in ("along", "alongside")
        return self.pending == "next to" and not (along or self.scenery.settings)

    def _line(self, chunk: Chunk) -> bool:
        """Whether something is along a way that is named: "trees on both sides of the road"."""
        lined = self.pending == "~between" or self.words == "along"
        way = chunk.place in _LANDSCAPE or (self.words == "along" and chunk.kind == "place")
        if not lined or not way or self.last is None:
            return False
        row = self.draft.things[self.last].chunk
        if row.many and not row.counted:
            row.count = _LINING
        return True

    def _hang_from_it(self) -> bool:
        """Whether what was named last hangs from ceilings: a lamp, which is one of those then."""
        name = None if self.last is None else self.draft.things[self.last].chunk.value
        hung = table("from a ceiling").get(name or "")
        dangles = name in words_of_kind("hung down")
        if self.last is None or not (hung or dangles) or not self.pending:
            return False
        chunk = self.draft.things[self.last].chunk
        chunk.value, chunk.state = hung or chunk.value, "hanging" if dangles else chunk.state
        self.scenery.hints.append("living room")
        self.pending = self.joint = ""
        return True

    def _is_entered(self, setting: str) -> bool:
        """Whether somebody is said to be within what is named next: on a stage, by a pool."""
        onto = setting in UPON and self.words in _ONTO
        hung = self.last is not None and "l" in self.draft.noun(self.last).places
        if hung and self.words in _WALLS and setting in words_of_kind("hung with pictures"):
            return True  # "a painting on the wall of a museum"
        return onto or self.words in (*_ENTERED, *_BESIDE.get(setting, ()))

    def _is_parked(self, setting: str) -> bool:
        """Whether what is at a building is a vehicle, which is not in one of its rooms."""
        vehicle = self.last is not None and self.draft.noun(self.last).category == "vehicle"
        return vehicle and not place(setting).outdoors

    def _is_elsewhere(self, chunk: Chunk) -> bool:
        """Whether where a thing is is told too: "in a church in the village"."""
        named = {each.value for each in self.chunks
                 if each.kind in ("place", "where") and not is_of_room(each)}  # fmt: skip
        walls = any(each.kind == "wall" and each.value for each in self.chunks)
        return walls or bool(named - {chunk.place})

    def _is_around(self, chunk: Chunk) -> bool:
        """Whether a building is what the place before is of: "on the porch of a house"."""
        setting = self.scenery.settings[-1][0] if self.scenery.settings else None
        part = setting is not None and (setting == "porch" or not place(setting).outdoors)
        before = self.before is not None and self.before.kind == "of"
        building = self.lexicon.nouns[chunk.value].category == "building"
        return part and before and self.joint == "of" and building

    def _grown_on(self, chunk: Chunk, at: int) -> str:
        """The setting of a field of what is named: "a field of tulips", "a sunflower field"."""
        if chunk.value != "field":
            return chunk.value
        before = self.before if chunk.kind == "place" else None
        near = [before] if before is not None and before.end == chunk.start else []
        if [each.kind for each in self.chunks[at + 1 : at + 2]] == ["of"]:
            near += self.chunks[at + 2 : at + 3]
        for crop in near:
            if crop.kind == "thing" and crop.value in table("grown on"):
                crop.count = crop.count if crop.counted else SEVERAL
                return table("grown on")[crop.value]
        return chunk.value

    def _edge_of(self, name: str) -> str:
        """The edge of a road, of a field of flowers that something is beside, else the place."""
        edge = f"{name} edge"
        driven = self.last is not None and self.draft.noun(self.last).category == "vehicle"
        if name in ("road", "country road") and self._is_beside() and not driven:
            return "roadside"
        if name == "rooftop" and self.words.endswith(("over", "above")):
            return "village"
        beside = self.pending == "next to" and self.last is not None
        return edge if beside and edge in PLACES else name

    def _stands_as(self, chunk: Chunk) -> bool:
        """Whether something is behind a place, which what tells it stands for: houses."""
        seen = table("seen as").get(chunk.value) if self.words == "behind" else None
        if seen is None or self.last is None or not self.pending:
            return False
        if self.draft.noun(self.last).category == "celestial":
            return False
        name, _, count = seen.rpartition(" ") if seen[-1].isdigit() else (seen, "", "1")
        chunk.kind, chunk.value, chunk.count = "thing", name, int(count)
        return True

    def _place_behind_which(self) -> int | None:
        """ "A village with a volcano behind it": what tells the place, before the thing."""
        name = self.scenery.setting() or ""
        place = Chunk("place", name, 0, 0, name)
        added = self.draft.add(place) if self._stands_as(place) else None
        return None if added is None else added[0]

    def _fly_over(self, chunk: Chunk) -> None:
        """ "Birds over a lake" fly; what is behind a lake is the mountains of its far bank."""
        if self.last is None or not self.pending:
            return
        told, one = self.draft.things[self.last], self.draft.noun(self.last)
        if self.pending == "above" and one.category in ALIVE and "a" in one.places:
            self.flying.append(told)
        bare = not (told.chunk.counted or told.chunk.colour)
        if self.words == "behind" and (one.name, chunk.value) == ("mountain", "lake") and bare:
            self.draft.drop(self.last)

    def _names_place(self, chunk: Chunk, at: int) -> bool:
        """Whether a thing only says what is in a place: "in a corn field"."""
        after = self.chunks[at + 1] if at + 1 < len(self.chunks) else None
        if after is None or after.kind != "place" or after.start != chunk.end or after.pause:
            return False
        if chunk.text.endswith(_OF):
            return False  # "on a balcony with a view of the city"
        grown = after.text in words_of_kind("planted")  # "a lemon grove"
        noun = self.lexicon.nouns[chunk.value]
        sown = noun.category in CROPS or (noun.category == "farm" and noun.size < _SOWN)
        grown = grown or (after.value in GROUNDS and sown)  # "a strawberry field"
        return bool(self.pending or grown) or noun.category == "plant" or noun.grows

    def _add_what_names(self, chunk: Chunk, where: str) -> None:
        """Adds what a setting is named by, unless its scenery has that: "a mountain lake"."""
        noun = self.lexicon.nouns[chunk.value]
        if chunk.place in HEIGHTS and where == "lake":
            return
        if noun.category == "building" and not place(where).outdoors:
            return  # "in a hospital corridor"
        sown = where in GROUNDS and noun.category == "farm" and noun.size < _SOWN
        grown = (noun.category in (*CROPS, "animal") or noun.grows or sown) and chunk.place is None
        chunk.count = SEVERAL if grown and not chunk.counted else chunk.count
        self.draft.add(chunk)


def is_of_room(chunk: Chunk) -> bool:
    """Whether a wall or floor is named that may be of another room: "on the floor"."""
    return chunk.text.endswith(("wall", "floor"))
