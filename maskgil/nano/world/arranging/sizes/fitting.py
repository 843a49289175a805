"""Sizes of a scene's things by what they do and where they are to each other."""

# Units are cells of 8 x 8 pixels at 192: a whole picture is 24 by 24 of them.

from __future__ import annotations

from maskgil.nano.world.arranging.companions import companions, heaped, is_served
from maskgil.nano.world.arranging.deeds.juggling import BALL, is_juggled
from maskgil.nano.world.arranging.deeds.leading import HITCHES
from maskgil.nano.world.arranging.deeds.throwing import is_thrown_in
from maskgil.nano.world.arranging.deeds.working import fit_worktops, worked_on
from maskgil.nano.world.arranging.hollows import closeness, hollow_in, hollow_of, room_in
from maskgil.nano.world.arranging.pairs import (
    CUSHIONS,
    FILLED,
    HUNG,
    SEATS,
    SHARES,
    SLATTED,
    SPANNING,
    SWUM_IN,
    bears,
    in_two_rows,
    is_amid,
    is_closed_below,
    is_dish,
    is_open_below,
    is_small_container,
    outermost_first,
    share_bounds,
    wades,
)
from maskgil.nano.world.arranging.people.anatomy import PERSON
from maskgil.nano.world.arranging.people.families import GROWN_UP, families
from maskgil.nano.world.arranging.rows import ON_TOP, line_width, room_in_line
from maskgil.nano.world.arranging.sizes.cell_sizes import (
    FEW,
    LARGEST,
    PLAIN,
    SIZES,
    SMALLEST,
    VAST,
    CellSizes,
)
from maskgil.nano.world.arranging.sizes.sizing import (
    CLEAR,
    LIKE_LIFE,
    LINED,
    OUTSTANDING,
    TINY,
    OwnSizes,
    clear_size,
)
from maskgil.nano.world.arranging.spots import share_at
from maskgil.nano.world.arranging.tops import top_of
from maskgil.nano.world.arranging.touching import is_browsing
from maskgil.nano.world.clusters import HEAPED, SLOT, kind_of, rows_for
from maskgil.nano.world.nouns import LIVING, PEOPLE, noun
from maskgil.nano.world.scene import SPOTS, TOUCHING, Relation, Scene, is_piled

_ABREAST = 0.85  # of the share of a rug that each has, where several stand there in two rows
NARROW = 0.7  # of its height, the width of a tower, whose longer side says little of it
SWIMMING = 0.6  # of a tank, the longer side of who swims in it at most
_TRUE_IN_A_HEAP = 0.7  # how true the size of what is heaped is, of 1
_HEAPED = 0.25  # of a basket, a wheelbarrow, each of many in it at least
_WINDOW, _STOREYS = "in the window of", 20  # cells of a building at whose window somebody is
_HOLDING = 0.75  # of the largest drawings, what holds something that in life is larger
_SPAN = 1.3  # of what it reaches from and to, how long a bridge is
OVERHANG = 2 * SLOT  # by which a line of things is wider than what they are under
YOUNG, GROWN = 0.8, 0.8  # of a grown person: who is so small is a child; how large it is then
_BROWSING, _TALL = (0.75, 1.0), 0.5
"""Of a tree, how high who eats from it is at least; who in life is so much of its height."""

_JUMPED = 0.7  # of who jumps over it, how high it is at most

HANDLED = {"flying": 0.62, "throwing": 0.33, "catching": 0.33, "hitting": 0.33, "kicking": 0.33}
"""What is flown, thrown, caught, hit or kicked: its longer side as a share of who does it."""
_TRUE = 0.45  # how true the size of what is on furniture is, of 1
_ON_SMALL = 0.5  # of furniture that is drawn small, the longer side of what is on it at least
_COVERED = 0.6  # of a row, how wide what is before it is that hides it
_EGG, _BROODING, _BROODED = 0.2, 0.6, 0.35
"""Of an animal, what is so small under it is small beside it; of the largest drawings, how large
that is; of it, what is under it."""
_SLATS = 0.75  # of who is behind it, how high a fence is

_GATES = ("arch",)  # under which who is is in their opening


class Sizes(CellSizes):
    """Sizes of scenes' drawings in cells, by the things' real sizes."""

    def sizes(
        self, scene: Scene, codes: list[str], factor: float, deep: float
    ) -> list[tuple[int, int]]:
        """Cells of each thing's drawings, width and height."""
        return FittedSizes(self, scene, codes, factor, deep).fitted()


class FittedSizes(OwnSizes):
    """Sizes of a scene's things, fitted to each other."""

    def fitted(self) -> list[tuple[int, int]]:
        """All `sizes`, after every relation."""
        fit_worktops(self.scene, self.codes, self.room.cells, self.sizes)
        self.abreast = companions(self.scene)
        kept = (*SPOTS, "on", "in")
        self.at_spots = {each.subject for each in self.scene.relations if each.name in kept}
        for relation in self.scene.relations:
            if relation.name == "under":
                row = self._together(relation)
                self._within_the_frame(row)
                self._sheltered(row, relation.objects[0])
        for relation in outermost_first(self.scene):
            self._fit(relation)
        for young, grown in families(self.scene):
            self._at_most(young, GROWN_UP * max(self.sizes[grown]))
        for relation in self.scene.relations:
            self._fill_hollow(relation)
        return self.sizes

    def _set(self, index: int, longer: float, among: tuple[int, ...] = SIZES) -> None:
        self.sizes[index] = self.room.cells(self.codes[index], longer, among)

    def _at_most(self, index: int, most: float) -> None:
        self._set(index, min(most, max(self.sizes[index])))

    def _enlarge(self, holder: int) -> None:
        """Gives all the room there is to what holds others, unless it is held itself."""
        if holder not in self.at_spots:
            self._set(holder, self.roomy)

    def _together(self, relation: Relation) -> list[int]:
        """The things that are side by side at one place."""
        return self.abreast.get((relation.name, relation.objects), [relation.subject])

    def _copies(self, index: int) -> int:
        """How many are in one line at most."""
        return min(LINED, self.scene.things[index].count)

    def _fit(self, relation: Relation) -> None:
        """Fits a thing and what it is related to, each to the other."""
        first, second = relation.subject, relation.objects[0]
        self._fit_deed(relation)
        if is_juggled(relation, self.scene):
            self._set(first, BALL)
            return
        if relation.name in ("above", "below", "under"):
            self._fit_over(relation)
        if is_browsing(relation, self.scene):
            self._fit_browsing(first, second)
            return
        if relation.name == "between":
            self._fit_between(relation)
        elif relation.name == "behind" and self.nouns[second].name in SLATTED:
            self._fit_behind_slats(first, second)
        elif relation.name == "next to":
            self._fit_next(first, second)
        if relation.name not in SHARES or is_piled(self.scene.things[second]):
            return
        if is_thrown_in(relation, self.scene):
            return
        if (most := worked_on(self.scene, relation)) is not None:
            self._set(first, most)
        elif hollow_in(self.scene, relation):
            self._enlarge(second)
        else:
            self._share(relation)

    def _fit_deed(self, relation: Relation) -> None:
        """Sizes of what is hung up, looked out of, held or handled, or touched by a child."""
        first, second = relation.subject, relation.objects[0]
        if relation.name == "hanging from" and max(self.sizes[second]) < CLEAR:
            self._set(second, CLEAR * self.scale)
        if relation.name == _WINDOW and self.nouns[second].category == "building":
            tall = max(_STOREYS * self.scale, *self.sizes[second])
            self._set(second, tall, (*SIZES, *VAST))
        if share := share_at(relation, self.scene, self.codes[second]):
            longer = max(self.sizes[second]) * (share * self.word(first))
            self.sizes[first] = self.room.nearest(self.codes[first], longer)
        if relation.name in HANDLED:
            longer = max(self.sizes[first]) * (HANDLED[relation.name] * self.word(second))
            self.sizes[second] = self.room.nearest(self.codes[second], longer)
        if relation.name in (*TOUCHING, "on the shoulders of") and first != second:
            self._fit_to_the_grown(first, second)

    def _fit_to_the_grown(self, first: int, second: int) -> None:
        """Sizes of a child and of a grown person whom it touches: it is seen to be smaller."""
        small, grown = sorted((first, second), key=lambda index: self.nouns[index].size)
        ratio = self.nouns[small].size / self.nouns[grown].size
        people = all(self.nouns[index].category in PEOPLE for index in (small, grown))
        if people and ratio < YOUNG:
            self._at_most(small, GROWN * max(self.sizes[grown]))

    def _fit_over(self, relation: Relation) -> None:
        """Sizes of what is above something: both in half of the frame, lower under who jumps."""
        first, second = relation.subject, relation.objects[0]
        half = self.room.frame[1] / 2
        for index in (first, second):
            aloft = self.nouns[index].category == "celestial"
            if relation.name == "under" and not aloft:
                continue
            most = min(PLAIN, half) if aloft else half
            self._at_most(index, LARGEST if self.nouns[index].name == "rainbow" else most)
        jumped = relation.name == "above" and self.scene.things[first].state == "jumping"
        if jumped and self.nouns[second].category != "celestial":
            aspect = max(1.0, self.room.aspect(self.codes[second]))
            self._at_most(second, _JUMPED * max(self.sizes[first]) * aspect)

    def _fit_browsing(self, first: int, second: int) -> None:
        """The size of who eats from a tree: its mouth is at the leaves."""
        aspect = self.room.aspect(self.codes[first])
        tall = self.nouns[first].size >= _TALL * self.nouns[second].size and aspect <= 1
        goal = _BROWSING[tall] * self.sizes[second][1]
        if self.sizes[first][1] < goal:
            self._set(first, min(LARGEST, goal * max(1.0, aspect)))

    def _fit_between(self, relation: Relation) -> None:
        """The size of what spans two things, is in the middle of several, or wades in many."""
        first, second = relation.subject, relation.objects[0]
        one, other = self.nouns[first], self.nouns[second]
        if one.name in SPANNING:
            self._set(first, max(PLAIN, max(self.sizes[second]) * _SPAN))
        elif is_amid(self.scene, relation):
            ratio = (one.size / other.size) ** LIKE_LIFE
            self._set(first, max(self.sizes[second]) * min(1.4, max(0.9, ratio)))
        elif wades(one, other):
            many = self.scene.things[second].count > HEAPED
            if many and one.category not in LIVING:  # a mill among tulips
                self._set(second, TINY)
                self._set(first, self.roomy)

    def _fit_behind_slats(self, first: int, second: int) -> None:
        """Sizes of those behind a fence, so that all are in the picture, and of the fence.

        It is lower than they are where they are higher in life, too.
        """
        count = self._copies(first)
        room = (self.room.frame[0] - SLOT) / count
        if self.sizes[first][0] > room:
            self._set(first, max(self.sizes[first]) * room / self.sizes[first][0] / 1.15)
        wide, high = self.sizes[first]
        most, tall = _SLATS * high, self.sizes[second][1]
        covers = self.sizes[second][0] >= _COVERED * count * wide  # a gate hides few of many
        higher = self.nouns[first].size >= self.nouns[second].size / 2
        if higher and tall > most and covers:
            self._set(second, max(self.sizes[second]) * most / tall)

    def _fit_next(self, first: int, second: int) -> None:
        """Sizes of a team and what it pulls, and of the ball of who lunges for it."""
        team = self.scene.things[first].count
        if self.nouns[second].name in HITCHES and team > 1:
            self._at_most(second, PLAIN)
            self._at_most(first, (self.room.frame[0] - self.sizes[second][0]) / team)
        if self.codes[first].endswith("|lunging") and self.nouns[second].category == "sport":
            self._set(second, BALL)

    def _share(self, relation: Relation) -> None:
        """The size of what is on or in something, or rides it, as a share of that."""
        first, second = relation.subject, relation.objects[0]
        one, other = self.nouns[first], self.nouns[second]
        holding = LARGEST * _HOLDING * self.scale
        held = relation.name == "in" and is_small_container(one, other)
        if held and second not in self.at_spots and max(self.sizes[second]) < holding:
            self._set(second, holding)
        borne = bears(relation.name, one, other)
        spread = in_two_rows(relation.name, other, self.scene.things[first].count)
        if spread and self.bears_all(second):
            self._enlarge(second)
        elif borne and self.scene.things[second].count == 1 and self.bears_all(second):
            self._enlarge(second)
            least = self.room.cells(self.codes[first], SMALLEST)[0]
            row = line_width(self.scene.things[first].count, least) / ON_TOP
            if row > self.sizes[second][0]:
                self._set(second, row, (*SIZES, *VAST))
        low, high, mine = self._bounds(relation)
        wide = self.sizes[second][0]
        goal = max(self.sizes[second]) * min(high, max(low, mine))
        if borne:
            goal = max(goal, min(TINY, _ON_SMALL * max(self.sizes[second])))
        around = other.grows or kind_of(other) == "w"
        if relation.name == "in" and around and one.category in PEOPLE:
            goal = max(goal, PERSON)  # up in a tree, in a boat
        together = self._together(relation)
        count = sum(self.scene.things[index].count for index in together)
        if count > 1 and relation.name in ("on", "in"):
            if first in heaped(self.scene):
                self._enlarge(second)
                free = self.sizes[second][0] - 2 * SLOT * (other.name in FILLED)
                self.sizes[first] = self.room.heap_size(self.codes[first], count, free, goal)
                return
            if is_served(self.scene, relation) and len(together) > 1:
                self._enlarge(second)
                goal = max(goal, max(self.sizes[second]) * min(high, max(low, mine)))
                drawn = [self.codes[n] for n in together for _ in range(self.scene.things[n].count)]
                self._set(first, min(goal, self.room.served_size(drawn, self.sizes[second][0])))
                return
            goal = self._side_by_side(relation, count, goal, most=max(self.sizes[second]) * high)
        eggs = other.category == "food" and other.size < _EGG * one.size
        if relation.name == "on" and one.category == "animal" and eggs:
            goal = LARGEST * _BROODING * self.scale  # a hen on her eggs
            self._set(second, goal * _BROODED)
        if not borne and relation.name == "on" and other.name in SEATS and one.name not in CUSHIONS:
            clear = self.room.cells(self.codes[first], clear_size(one))
            if count * clear[0] <= wide + SLOT:
                goal = max(goal, *clear)
        if relation.name == "in" and other.name in SWUM_IN:
            goal = min(goal, SWIMMING * wide)
        self._set(first, goal)

    def _bounds(self, relation: Relation) -> tuple[float, float, float]:
        """Least and largest share of what something is on or in, and the one by real sizes."""
        first, second = relation.subject, relation.objects[0]
        one, other = self.nouns[first], self.nouns[second]
        low, high = share_bounds(relation.name, one, other)
        low = high if self.scene.things[first].size in OUTSTANDING else low
        truth = _TRUE if bears(relation.name, one, other) else LIKE_LIFE
        mine = (one.size / other.size) ** truth * 0.8
        mine *= self.word(first)
        if first in heaped(self.scene) and relation.name == "in":
            low, mine = _HEAPED, (one.size / other.size) ** _TRUE_IN_A_HEAP * self.word(first)
        narrow = self.room.aspect(self.codes[second]) < NARROW
        if one.category == "building" and self.room.aspect(self.codes[first]) < NARROW:
            mine *= 1.3
        if relation.name == "riding" and narrow:
            mine *= 1.3
        on_a_throne = relation.name == "on" and narrow and one.category in PEOPLE
        if on_a_throne and self.codes[second] not in HUNG.values():
            low = high = 1.0  # who sits there is as wide
        return low, high, mine

    def _side_by_side(self, relation: Relation, count: int, goal: float, *, most: float) -> float:
        """The longer side of several in one place; of a bunch, at `most` so long."""
        first, second = relation.subject, relation.objects[0]
        one, other, wide = self.nouns[first], self.nouns[second], self.sizes[second][0]
        on, many = relation.name == "on", len(self._together(relation)) > 1
        alone = on or (count <= FEW and not other.grows)
        if in_two_rows(relation.name, other, count) and not many:
            return max(TINY, min(goal, wide / -(-count // 2) * _ABREAST))
        in_one_row = alone or many
        rows = 1 if in_one_row else rows_for(count, *self.sizes[first], frame=self.room.frame)
        across = -(-count // rows)
        each = wide / across
        close = alone and (many or not on)
        goal = min(goal, each * 1.6 if close else max(each * 1.15, min(PLAIN, each * 1.6)))
        if other.name in SWUM_IN:
            goal = min(goal, 0.85 * wide / across)
        if not on and one.category == "plant":
            return max(goal, min(PLAIN, most))  # a bunch: they overlap
        if rows > 1 or many:
            return goal
        loose = on and not (bears("on", one, other) or is_dish(other))
        room = wide + 2 * SLOT * (top_of(other.name) is None) if loose else room_in_line(wide, on)
        return self.room.on_a_line(self.codes[first], count, room, goal)

    def _within_the_frame(self, row: list[int]) -> None:
        """Sizes of what is side by side, so that all of it is within the frame."""
        for most in reversed(SIZES):
            if sum(self.sizes[n][0] * self._copies(n) for n in row) <= self.room.frame[0]:
                return
            for index in row:
                if max(self.sizes[index]) > most:
                    self._set(index, most / 1.1)

    def _sheltered(self, row: list[int], roof: int) -> None:
        """Sizes of what is under a thing, so that all of the `row` is whole, and of the thing."""
        over = noun(self.scene.things[roof].noun)
        opened = is_open_below(over)
        if not opened and not is_closed_below(over):
            return
        broad = 0.75 * max(1.0, self.room.aspect(self.codes[roof]))  # what is below it has room
        self._set(roof, (LARGEST if opened else min(LARGEST, LARGEST * broad)) * self.scale)
        width, height = self.sizes[roof]
        space = height * (1 - over.anchor("under", 0.4))
        room = max(PLAIN - SLOT, space, min(PLAIN, space + 1))  # a row that is covered does no harm
        people = all(noun(self.scene.things[index].noun).category in PEOPLE for index in row)
        if people and over.grows:
            room = max(room, PERSON)  # a face before the crown does no harm
        hollow = hollow_of(over.name) if over.name in _GATES else None
        gate = room_in(hollow, (width, height))[0] if hollow else width + OVERHANG
        wanted = {index: max(self.sizes[index]) for index in row}
        for size in reversed(SIZES):
            for index in row:
                self._set(index, min(size, wanted[index]))
            wide = sum(self.sizes[index][0] * self._copies(index) for index in row)
            most = gate if size >= PLAIN or hollow else max(width, LARGEST) + OVERHANG
            if wide <= most and all(self.sizes[index][1] <= room for index in row):
                return

    def _fill_hollow(self, relation: Relation) -> None:
        """The size of what is in a hollow, by the room in there."""
        if hollow := hollow_in(self.scene, relation):
            first, second = relation.subject, relation.objects[0]
            wide, high = room_in(hollow, self.sizes[second])
            inner = wide / len(self._together(relation)), high
            copies = -(-self.scene.things[first].count // self.scene.things[second].count)
            near = closeness(self.nouns[second].name)
            self.sizes[first] = self.room.in_hollow(self.codes[first], copies, inner, near)
