"""Sizes of a scene's things by themselves: compressed realistic proportions, legible minima."""

# Units are cells of 8 x 8 pixels at 192: a whole picture is 24 by 24 of them.

from __future__ import annotations

from maskgil.nano.world.arranging.furnished import dangles, hangs_high
from maskgil.nano.world.arranging.pairs import HUNG, MINUTE, as_seen
from maskgil.nano.world.arranging.people.anatomy import PERSON, lies_upright
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.arranging.sizes.cell_sizes import (
    LARGEST,
    PLAIN,
    SIZES,
    SMALLEST,
    VAST,
    CellSizes,
)
from maskgil.nano.world.clusters import LAID, Frame, kind_of
from maskgil.nano.world.drawn.lettering import least_side, writing_areas
from maskgil.nano.world.nouns import PEOPLE, Noun, noun
from maskgil.nano.world.scene import Scene, order_of
from maskgil.nano.world.settings import place

_TOWERING = {"big": 18, "large": 18, "huge": 20, "giant": 22}
_LOW = {"tiny": 6, "small": 10, "little": 12}
"""Cells of who is alone in a place, at most."""
SIZE_WORDS = {
    "tiny": 0.6, "small": 0.75, "little": 0.75, "big": 1.3, "large": 1.3, "huge": 1.55,
    "giant": 1.7,
}  # fmt: skip

OUTSTANDING = {"huge": 1.0, "giant": 1.2}
"""Times the largest thing there, what is said to be so is at least."""
_USUAL = 13  # cells that the largest thing has at least where there is room
LINED = 5  # copies that are under a thing in one line; more are in rows
TINY = 6  # cells of a drawing that is called tiny: smaller ones are lumps
CLEAR = 12  # cells of an animal before another drawing, or behind it
_BUILT_UP = ("street", "street corner", "alley", "square", "courtyard", "city", "village")
_LONGER = 1.6  # times who is beside it, a vehicle beside which they are small
_AFOOT = 1.5  # times as tall as by its size, who is beside a vehicle: those are long, too
_STREET, _LOWER = ("street", "outdoor"), 2.5
"""What stands in streets, lower than so many metres, is seen before their houses."""
FLOWN, _FLUTTERS = 12, 0.15
"""Cells of what is alone in the air over a place; metres: what is smaller is close by."""
HUNG_HIGH = 10  # cells of what is alone at the ceiling or on the wall of a room
LIKE_LIFE, TRUER = 0.3, 0.42  # how true sizes are, of 1; those of two things alone
_BESIDE_OTHERS = 0.7  # of the frame, how wide a line is beside which something else stands
_LYING = 1.4  # times as wide as tall, and as large, is who flies or dives


class OwnSizes:
    """The `sizes` of a scene's drawings in cells, width and height, each thing by itself."""

    def __init__(
        self, room: CellSizes, scene: Scene, codes: list[str], factor: float, deep: float
    ) -> None:
        self.room, self.scene, self.codes = room, scene, codes
        self.factor, self.deep = factor, deep
        self.nouns = [as_seen(noun(thing.noun)) for thing in scene.things]
        self.scale = min(1.0, factor / _USUAL)
        self.roomy = LARGEST * self.scale
        self.alone = len(self.nouns) == 1
        self.sizes: list[tuple[int, int]] = []
        self.sizes.extend(self._own(index) for index in range(len(self.nouns)))

    def word(self, index: int) -> float:
        """Times the usual size, by the word that is said of a thing."""
        return SIZE_WORDS.get(self.scene.things[index].size or "", 1.0)

    def _own(self, index: int) -> tuple[int, int]:
        """Cells of a thing by what it is, how large it is said to be and how many there are."""
        thing, one, code = self.scene.things[index], self.nouns[index], self.codes[index]
        celestial, where = one.category == "celestial", place(self.scene.setting)
        longer = self._proportionate(index)
        if celestial:
            longer = min(longer, self._most_in_the_sky(index))
        if (one.name == "rainbow" and thing.count == 1) or code in HUNG.values():
            longer = self.roomy
        outstretched = pose_of(code) or (code.endswith(LAID) and lies_upright(code))
        longer *= _LYING if outstretched and self.room.aspect(code) > _LYING else 1.0
        limit = self.room.limit(code, thing.count, self.deep, alone=self.alone)
        if self.alone and thing.count > 2 and where.water and self.deep != where.deep:  # afloat
            limit = min(limit, self.room.most_afloat(code, thing.count, self.deep))
        limit *= min(1.0, self.factor / 11)
        if order := order_of(thing):
            free = line_room(self.scene, index, self.room.frame)
            limit = self.room.most_in(order, code, thing.count, free) * min(1.0, self.factor / 11)
            longer = max(longer, limit * 0.9)
        hung = hangs_high(one, where) or dangles(thing)
        if self.alone and hung and not thing.size:
            limit = min(limit, HUNG_HIGH)
        aloft = thing.state == "flying" or kind_of(one) == "a"
        if self.alone and where.has_sky and aloft and one.size > _FLUTTERS:
            limit = min(limit, FLOWN)
        if self.alone and where.name in _BUILT_UP and one.category in _STREET and one.size < _LOWER:
            limit = min(limit, HUNG_HIGH)  # no letter box larger than a house
        least: float = SMALLEST if celestial else TINY
        if thing.lettering and thing.noun in writing_areas():
            least = max(least, least_side(thing.noun, thing.lettering, self.room.aspect(code)))
        longer = min(limit, max(least, longer))
        if thing.count == 1 and not celestial and where.name:
            longer = self._beyond(thing.size or "", longer)
        return self.room.cells(code, longer, (*SIZES, *VAST) if longer > LARGEST else SIZES)

    def _proportionate(self, index: int) -> float:
        """The longer side by real size among the others', and by the word that is said of it."""
        thing, one = self.scene.things[index], self.nouns[index]
        pair, largest = len(self.nouns) == 2, max(each.size for each in self.nouns)
        apart = (
            index in (each.subject, *each.objects)
            for each in self.scene.relations
            if each.name in ("in front of", "behind")
        )
        longer = self.factor * (one.size / largest) ** (TRUER if pair else LIKE_LIFE)
        minute = one.size < MINUTE * largest and pair
        plain = (PLAIN if one.category in PEOPLE else TINY) if minute else clear_size(one)
        if self._passes_by(index):
            plain = PLAIN
        if one.category == "animal" and thing.count == 1 and any(apart):
            plain = CLEAR
        longer = max(longer, min(plain, self.factor * 0.7 * plain / PLAIN))
        # of two, the other one is smaller
        longer *= self.word(index) / (max(1.0, self.word(0), self.word(1)) if pair else 1.0)
        longer = max(longer, self.factor * OUTSTANDING.get(thing.size or "", 0.0))
        return min(longer, self._most_in_traffic(index))

    def _most_in_traffic(self, index: int) -> float:
        """How tall somebody is at most who is only there, or several before it: by a vehicle."""
        own, most = self.nouns[index], float("inf")
        before = ("in front of",) if self.scene.things[index].count > 1 else ()
        if own.category not in PEOPLE or self._is_related(index, but=before):
            return most
        for each, one in enumerate(self.nouns):
            if one.category == "vehicle" and one.size > own.size:
                tall = self.factor / max(1.0, self.room.aspect(self.codes[each]))
                most = min(most, tall * _AFOOT * own.size / one.size)
        return most

    def _is_related(self, index: int, but: tuple[str, ...] = ()) -> bool:
        return any(
            index in (each.subject, *each.objects) and each.name not in but
            for each in self.scene.relations
        )

    def _passes_by(self, index: int) -> bool:
        """Whether somebody is only there too, where a tram or a bus is: no taller than that."""
        own = self.nouns[index]
        driven = (one for one in self.nouns if one.category == "vehicle")
        larger = any(one.size > _LONGER * own.size for one in driven)
        return own.category in PEOPLE and not self._is_related(index) and larger

    def _most_in_the_sky(self, index: int) -> float:
        """The longest side of a celestial body: small before others, and over a landscape."""
        thing, most = self.scene.things[index], float("inf")
        if any(each.name == "on" and index in each.objects for each in self.scene.relations):
            return most
        over_land = place(self.scene.setting).has_sky and kind_of(self.nouns[index]) == "c"
        behind = {each.objects[0] for each in self.scene.relations if each.name == "in front of"}
        if index not in behind and (not self.alone or over_land):
            most = PLAIN if thing.count == 1 else TINY
        on_paper = self.alone and self.scene.setting is None
        return min(most, SMALLEST) if thing.size == "tiny" and not on_paper else most

    def _beyond(self, said: str, longer: float) -> float:
        """How long one is that is said to be tiny or giant: alone it is so beside its place."""
        if self.alone and said in _LOW:
            return min(longer, _LOW[said] * self.scale)
        giant = said in _TOWERING and (self.alone or said in ("huge", "giant"))
        return _TOWERING[said] * self.scale if giant else longer

    def bears_all(self, holder: int) -> bool:
        """Whether all that is seen beside a thing is on it, under it or in it."""
        upon = ("on", "in", "under")
        below = {r.subject: r.objects[0] for r in self.scene.relations if r.name in upon}
        return all(
            holder in (index, below.get(index), below.get(below.get(index, -1)))
            for index in range(len(self.nouns))
        )


def line_room(scene: Scene, index: int, frame: Frame) -> int:
    """The available width of a line of things, leaving space for others beside it."""
    above = {
        each.subject
        for each in scene.relations
        if each.name not in ("next to", "left of", "right of", "between")
    }
    below = {n for each in scene.relations if each.subject in above for n in each.objects}
    beside = [n for n in range(len(scene.things)) if n not in (index, *above, *below)]
    return round(frame[0] * _BESIDE_OTHERS) if beside else frame[0]


def clear_size(one: Noun) -> int:
    """The size in cells from which a noun's drawing is recognisable."""
    return PERSON if one.category in PEOPLE else PLAIN
