"""Sizes of a scene's things: compressed realistic proportions, with legible minima."""

# Units are cells of 8 x 8 pixels at 192: a whole picture is 24 by 24 of them.

from __future__ import annotations

from maskgil.nano.world.arranging.companions import companions, heaped, is_served
from maskgil.nano.world.arranging.deeds.juggling import BALL, is_juggled
from maskgil.nano.world.arranging.deeds.leading import HITCHES
from maskgil.nano.world.arranging.deeds.throwing import is_thrown_in
from maskgil.nano.world.arranging.deeds.working import fit_worktops, worked_on
from maskgil.nano.world.arranging.furnished import dangles, hangs_high
from maskgil.nano.world.arranging.hollows import closeness, hollow_in, room_in
from maskgil.nano.world.arranging.pairs import (
    CUSHIONS,
    FILLED,
    HUNG,
    MINUTE,
    SEATS,
    SHARES,
    SLATTED,
    SPANNING,
    SWUM_IN,
    as_seen,
    is_amid,
    is_closed_below,
    is_open_below,
    is_small_container,
    outermost_first,
    share_bounds,
    wades,
)
from maskgil.nano.world.arranging.people.anatomy import PERSON, lies_upright
from maskgil.nano.world.arranging.people.families import GROWN_UP, families
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.arranging.sizes.cell_sizes import (
    FEW,
    LARGEST,
    PLAIN,
    SIZES,
    SMALLEST,
    VAST,
    CellSizes,
)
from maskgil.nano.world.arranging.spots import share_at
from maskgil.nano.world.arranging.tops import top_of
from maskgil.nano.world.arranging.touching import is_browsing
from maskgil.nano.world.clusters import HEAPED, LAID, SLOT, Frame, kind_of, rows_for
from maskgil.nano.world.drawn.lettering import least_side, writing_areas
from maskgil.nano.world.nouns import LIVING, PEOPLE, Noun, noun
from maskgil.nano.world.scene import SPOTS, TOUCHING, Scene, is_piled, order_of
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
NARROW = 0.7  # of its height, the width of a tower, whose longer side says little of it
SWIMMING = 0.6  # of a tank, the longer side of who swims in it at most
_SMALLER, _MINOR = 0.7, 0.5
"""Of what is heaped and is so small a share of what it is in, how much smaller it is drawn."""
_HEAPED = 0.25  # of a basket, a wheelbarrow, each of many in it at least
_WINDOW, _STOREYS = "in the window of", 20  # cells of a building at whose window somebody is
_USUAL = 13  # cells that the largest thing has at least where there is room
_HOLDING = 0.75  # of the largest drawings, what holds something that in life is larger
_SPAN = 1.3  # of what it reaches from and to, how long a bridge is
LINED = 5  # copies that are under a thing in one line; more are in rows
OVERHANG = 2 * SLOT  # by which a line of things is wider than what they are under
TINY = 6  # cells of a drawing that is called tiny: smaller ones are lumps
CLEAR = 12  # cells of an animal before another drawing, or behind it
YOUNG, GROWN = 0.8, 0.8  # of a grown person: who is so small is a child; how large it is then
HUNG_HIGH = 10  # cells of what is alone at the ceiling or on the wall of a room
LIKE_LIFE, TRUER = 0.3, 0.42  # how true sizes are, of 1; those of two things alone
_BESIDE_OTHERS = 0.7  # of the frame, how wide a line is beside which something else stands
_LYING = 1.4  # times as wide as tall, and as large, is who flies or dives
_BROWSING, _TALL = (0.75, 1.0), 0.5
"""Of a tree, how high who eats from it is at least; who in life is so much of its height."""

_JUMPED = 0.7  # of who jumps over it, how high it is at most

HANDLED = {"flying": 0.62, "throwing": 0.33, "catching": 0.33, "hitting": 0.33, "kicking": 0.33}
"""What is flown, thrown, caught, hit or kicked: its longer side as a share of who does it."""


class Sizes(CellSizes):
    """Sizes of scenes' drawings in cells, by the things' real sizes."""

    def sizes(
        self, scene: Scene, codes: list[str], factor: float, deep: float
    ) -> list[tuple[int, int]]:
        """Cells of each thing's drawings, width and height."""
        nouns = [as_seen(noun(thing.noun)) for thing in scene.things]
        largest = max((one.size for one in nouns), default=1.0)
        behind = {r.objects[0] for r in scene.relations if r.name == "in front of"}
        apart = {
            index
            for relation in scene.relations
            if relation.name in ("in front of", "behind")
            for index in (relation.subject, *relation.objects)
        }
        said = [SIZE_WORDS.get(thing.size or "", 1.0) for thing in scene.things]
        most_said = max(1.0, *said) if len(said) == 2 else 1.0  # the other one is smaller
        sizes = []
        for index, (thing, one, code) in enumerate(zip(scene.things, nouns, codes, strict=True)):
            longer = factor * (one.size / largest) ** (TRUER if len(nouns) == 2 else LIKE_LIFE)
            minute = one.size < MINUTE * largest and len(nouns) == 2
            plain = (PLAIN if one.category in PEOPLE else TINY) if minute else clear_size(one)
            if one.category == "animal" and index in apart and thing.count == 1:
                plain = CLEAR
            longer = max(longer, min(plain, factor * 0.7 * plain / PLAIN))
            longer *= SIZE_WORDS.get(thing.size or "", 1.0) / most_said
            longer = max(longer, factor * OUTSTANDING.get(thing.size or "", 0.0))
            landscape = place(scene.setting).has_sky
            if (
                index not in behind
                and one.category == "celestial"
                and (len(nouns) > 1 or (landscape and kind_of(one) == "c"))
            ):
                longer = min(longer, PLAIN if thing.count == 1 else TINY)
            alone = len(nouns) == 1 and scene.setting is None
            if one.category == "celestial" and thing.size == "tiny" and not alone:
                longer = min(longer, SMALLEST)
            if one.name == "rainbow" and thing.count == 1:
                longer = LARGEST * min(1.0, factor / _USUAL)
            longer = LARGEST * min(1.0, factor / _USUAL) if code in HUNG.values() else longer
            outstretched = pose_of(code) or (code.endswith(LAID) and lies_upright(code))
            longer *= _LYING if outstretched and self.aspect(code) > _LYING else 1.0
            limit = self.limit(code, thing.count, deep, alone=len(nouns) == 1)
            limit *= min(1.0, factor / 11)
            if order := order_of(thing):
                room = line_room(scene, index, self.frame)
                limit = self.most_in(order, code, thing.count, room) * min(1.0, factor / 11)
                longer = max(longer, limit * 0.9)
            hung = hangs_high(one, place(scene.setting)) or dangles(thing)
            if len(nouns) == 1 and hung and not thing.size:
                limit = min(limit, HUNG_HIGH)
            least: float = SMALLEST if one.category == "celestial" else TINY
            if thing.lettering and thing.noun in writing_areas():
                least = max(least, least_side(thing.noun, thing.lettering, self.aspect(code)))
            longer = min(limit, max(least, longer))
            if thing.count == 1 and one.category != "celestial" and place(scene.setting).name:
                longer = self._beyond(thing.size or "", longer, factor, alone=len(nouns) == 1)
            sizes.append(self.cells(code, longer, (*SIZES, *VAST) if longer > LARGEST else SIZES))
        fit_worktops(scene, codes, self.cells, sizes)
        abreast = companions(scene)
        at_spots = {each.subject for each in scene.relations if each.name in (*SPOTS, "on", "in")}
        for relation in scene.relations:
            if relation.name == "under":
                row = abreast.get((relation.name, relation.objects), [relation.subject])
                self._within_the_frame(scene, codes, row, sizes)
                self._sheltered(scene, codes, row, relation.objects[0], factor, sizes)
        for relation in outermost_first(scene):
            first, second = relation.subject, relation.objects[0]
            if relation.name == "hanging from" and max(sizes[second]) < CLEAR:
                sizes[second] = self.cells(codes[second], CLEAR * min(1.0, factor / _USUAL))
            if relation.name == _WINDOW and nouns[second].category == "building":
                tall = max(_STOREYS * min(1.0, factor / _USUAL), *sizes[second])
                sizes[second] = self.cells(codes[second], tall, (*SIZES, *VAST))
            if share := share_at(relation, scene, codes[second]):
                share *= SIZE_WORDS.get(scene.things[first].size or "", 1)
                sizes[first] = self.nearest(codes[first], max(sizes[second]) * share)
            if relation.name in HANDLED:
                share = HANDLED[relation.name] * SIZE_WORDS.get(scene.things[second].size or "", 1)
                sizes[second] = self.nearest(codes[second], max(sizes[first]) * share)
            if relation.name in (*TOUCHING, "on the shoulders of") and first != second:
                self._beside_the_grown(nouns, codes, first, second, sizes)
            if is_juggled(relation, scene):
                sizes[first] = self.cells(codes[first], BALL)
                continue
            if relation.name in ("above", "below", "under"):
                for index in (first, second):
                    aloft = nouns[index].category == "celestial"
                    if relation.name == "under" and not aloft:
                        continue
                    most = min(PLAIN, self.frame[1] / 2) if aloft else self.frame[1] / 2
                    if nouns[index].name == "rainbow":
                        most = LARGEST
                    sizes[index] = self.cells(codes[index], min(most, max(sizes[index])))
                jumped = relation.name == "above" and scene.things[first].state == "jumping"
                if jumped and nouns[second].category != "celestial":
                    most = _JUMPED * max(sizes[first]) * max(1.0, self.aspect(codes[second]))
                    sizes[second] = self.cells(codes[second], min(most, max(sizes[second])))
            if is_browsing(relation, scene):
                tall = nouns[first].size >= _TALL * nouns[second].size
                tall = tall and self.aspect(codes[first]) <= 1
                goal = _BROWSING[tall] * sizes[second][1]
                if sizes[first][1] < goal:
                    longer = goal * max(1.0, self.aspect(codes[first]))
                    sizes[first] = self.cells(codes[first], min(LARGEST, longer))
                continue
            if relation.name == "between" and nouns[first].name in SPANNING:
                sizes[first] = self.cells(codes[first], max(PLAIN, max(sizes[second]) * _SPAN))
            elif relation.name == "between" and is_amid(scene, relation):
                ratio = (nouns[first].size / nouns[second].size) ** LIKE_LIFE
                longer = max(sizes[second]) * min(1.4, max(0.9, ratio))
                sizes[first] = self.cells(codes[first], longer)
            elif relation.name == "between" and wades(nouns[first], nouns[second]):
                many = scene.things[second].count > HEAPED
                if many and nouns[first].category not in LIVING:  # a mill among tulips
                    sizes[second] = self.cells(codes[second], TINY)
                    sizes[first] = self.cells(codes[first], LARGEST * min(1.0, factor / _USUAL))
            if relation.name == "behind" and nouns[second].name in SLATTED:
                count = min(LINED, scene.things[first].count)
                higher = nouns[first].size >= nouns[second].size / 2
                self.over_slats(codes, first, second, sizes, count=count, higher=higher)
            pulled = relation.name == "next to" and nouns[second].name in HITCHES
            if pulled and (team := scene.things[first].count) > 1:
                sizes[second] = self.cells(codes[second], min(PLAIN, max(sizes[second])))
                most = (self.frame[0] - sizes[second][0]) / team
                sizes[first] = self.cells(codes[first], min(most, max(sizes[first])))
            if relation.name == "next to" and codes[first].endswith("|lunging"):
                sport = nouns[second].category == "sport"
                sizes[second] = self.cells(codes[second], BALL) if sport else sizes[second]
            if is_thrown_in(relation, scene):
                continue
            if relation.name not in SHARES or is_piled(scene.things[second]):
                continue
            if (most_on_it := worked_on(scene, relation)) is not None:
                sizes[first] = self.cells(codes[first], most_on_it)
                continue
            if hollow_in(scene, relation):
                if second not in at_spots:
                    sizes[second] = self.cells(codes[second], LARGEST * min(1.0, factor / _USUAL))
                continue
            if relation.name == "in" and is_small_container(nouns[first], nouns[second]):
                roomy = LARGEST * _HOLDING * min(1.0, factor / _USUAL)
                if second not in at_spots and max(sizes[second]) < roomy:
                    sizes[second] = self.cells(codes[second], roomy)
            other = sizes[second]
            low, high = share_bounds(relation.name, nouns[first], nouns[second])
            low = high if scene.things[first].size in OUTSTANDING else low
            mine = (nouns[first].size / nouns[second].size) ** 0.3 * 0.8
            mine *= SIZE_WORDS.get(scene.things[first].size or "", 1.0)
            if first in heaped(scene) and relation.name == "in":
                low, mine = _HEAPED, mine * (_SMALLER if mine < _MINOR else 1.0)
            if nouns[first].category == "building" and self.aspect(codes[first]) < NARROW:
                mine *= 1.3
            if relation.name == "riding" and self.aspect(codes[second]) < NARROW:
                mine *= 1.3
            narrow = self._is_narrow_seat(nouns[first], codes[second])
            if relation.name == "on" and narrow and codes[second] not in HUNG.values():
                low = high = 1.0
            goal = max(other) * min(high, max(low, mine))
            around = nouns[second].grows or kind_of(nouns[second]) == "w"
            if relation.name == "in" and around and nouns[first].category in PEOPLE:
                goal = max(goal, PERSON)  # up in a tree, in a boat
            together = abreast.get((relation.name, relation.objects), [first])
            count = sum(scene.things[index].count for index in together)
            if count > 1 and relation.name in ("on", "in"):
                alone = relation.name == "on" or (count <= FEW and not nouns[second].grows)
                if first in heaped(scene):
                    if second not in at_spots:
                        sizes[second] = self.cells(
                            codes[second], LARGEST * min(1.0, factor / _USUAL)
                        )
                    room = sizes[second][0] - 2 * SLOT * (nouns[second].name in FILLED)
                    sizes[first] = self.heap_size(codes[first], count, room, goal)
                    continue
                if is_served(scene, relation) and len(together) > 1:
                    if second not in at_spots:
                        dish = LARGEST * min(1.0, factor / _USUAL)
                        sizes[second] = self.cells(codes[second], dish)
                    goal = max(goal, max(sizes[second]) * min(high, max(low, mine)))
                    drawn = [codes[n] for n in together for _ in range(scene.things[n].count)]
                    goal = min(goal, self.served_size(drawn, sizes[second][0]))
                    sizes[first] = self.cells(codes[first], goal)
                    continue
                rows = (
                    1
                    if alone or len(together) > 1
                    else rows_for(count, *sizes[first], frame=self.frame)
                )
                across = -(-count // rows)
                close = alone and (len(together) > 1 or relation.name == "in")
                most = other[0] / across
                most = most * 1.6 if close else max(most * 1.15, min(PLAIN, most * 1.6))
                goal = min(goal, most)
                if nouns[second].name in SWUM_IN:
                    goal = min(goal, 0.85 * other[0] / across)
                if relation.name == "in" and nouns[first].category == "plant":
                    goal = max(goal, min(PLAIN, max(other) * high))  # a bunch: they overlap
                elif rows == 1 and len(together) == 1:
                    wider = 2 * SLOT if top_of(nouns[second].name) is None else 0
                    free = other[0] + wider if relation.name == "on" else 0.9 * other[0]
                    goal = self.on_a_line(codes[first], count, free, goal)
            soft = nouns[first].name in CUSHIONS
            if relation.name == "on" and nouns[second].name in SEATS and not soft:
                clear = self.cells(codes[first], clear_size(nouns[first]))
                if count * clear[0] <= other[0] + SLOT:
                    goal = max(goal, *clear)
            if relation.name == "in" and nouns[second].name in SWUM_IN:
                goal = min(goal, SWIMMING * other[0])
            sizes[first] = self.cells(codes[first], goal)
        for young, grown in families(scene):
            most = GROWN_UP * max(sizes[grown])
            sizes[young] = self.cells(codes[young], min(most, max(sizes[young])))
        for relation in scene.relations:
            if hollow := hollow_in(scene, relation):
                first, second = relation.subject, relation.objects[0]
                inner = room_in(hollow, sizes[second])
                kinds = len(abreast.get((relation.name, relation.objects), [first]))
                copies = -(-scene.things[first].count // scene.things[second].count)
                near = closeness(nouns[second].name)
                inner = inner[0] / kinds, inner[1]
                sizes[first] = self.in_hollow(codes[first], copies, inner, near)
        return sizes

    def _beyond(self, said: str, longer: float, factor: float, *, alone: bool) -> float:
        """How long one is that is said to be tiny or giant: alone it is so beside its place."""
        if alone and said in _LOW:
            return min(longer, _LOW[said] * min(1.0, factor / _USUAL))
        giant = said in _TOWERING and (alone or said in ("huge", "giant"))
        return _TOWERING[said] * min(1.0, factor / _USUAL) if giant else longer

    def _beside_the_grown(
        self, nouns: list[Noun], codes: list[str], first: int, second: int,
        sizes: list[tuple[int, int]],
    ) -> None:  # fmt: skip
        """Sizes of a child and of a grown person whom it touches: it is seen to be smaller."""
        small, grown = sorted((first, second), key=lambda index: nouns[index].size)
        ratio = nouns[small].size / nouns[grown].size
        people = all(nouns[index].category in PEOPLE for index in (small, grown))
        if people and ratio < YOUNG:
            goal = GROWN * max(sizes[grown])
            sizes[small] = self.cells(codes[small], min(goal, max(sizes[small])))

    def _is_narrow_seat(self, sitter: Noun, seat: str) -> bool:
        """Whether somebody is as wide as what is sat on: on a throne."""
        return sitter.category in PEOPLE and self.aspect(seat) < NARROW

    def _within_the_frame(
        self, scene: Scene, codes: list[str], row: list[int], sizes: list[tuple[int, int]]
    ) -> None:
        """Sizes of what is side by side, so that all of it is within the frame."""
        counts = {index: min(LINED, scene.things[index].count) for index in row}
        for most in reversed(SIZES):
            if sum(sizes[index][0] * many for index, many in counts.items()) <= self.frame[0]:
                return
            for index in row:
                if max(sizes[index]) > most:
                    sizes[index] = self.cells(codes[index], most / 1.1)

    def _sheltered(
        self, scene: Scene, codes: list[str], row: list[int], roof: int, factor: float,
        sizes: list[tuple[int, int]],
    ) -> None:  # fmt: skip
        """Sizes of what is under a thing, so that all of the `row` is whole, and of the thing."""
        over = noun(scene.things[roof].noun)
        opened = is_open_below(over)
        if not opened and not is_closed_below(over):
            return
        scale = min(1.0, factor / _USUAL)
        longest = self._roof(codes[roof], opened) * scale
        width, height = sizes[roof] = self.cells(codes[roof], longest)
        space = height * (1 - over.anchor("under", 0.4))
        room = max(PLAIN - SLOT, space, min(PLAIN, space + 1))  # a row that is covered does no harm
        people = all(noun(scene.things[index].noun).category in PEOPLE for index in row)
        if people and over.grows:
            room = max(room, PERSON)  # a face before the crown does no harm
        wanted = {index: max(sizes[index]) for index in row}
        for size in reversed(SIZES):
            for index in row:
                sizes[index] = self.cells(codes[index], min(size, wanted[index]))
            wide = sum(sizes[index][0] * min(LINED, scene.things[index].count) for index in row)
            most = width if size >= PLAIN else max(width, LARGEST)
            if wide <= most + OVERHANG and all(sizes[index][1] <= room for index in row):
                return

    def _roof(self, code: str, opened: bool) -> float:
        """Cells of what something is under: large, but what is below it in the picture has room."""
        return LARGEST if opened else min(LARGEST, LARGEST * 0.75 * max(1.0, self.aspect(code)))


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
