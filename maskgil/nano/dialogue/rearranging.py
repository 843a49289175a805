"""Incremental layout: new things are placed, all others stay."""

# Units are cells; y grows downward.

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED, Change
from maskgil.nano.dialogue.placing import ATTACHED, CROWDED, Placing, inside
from maskgil.nano.dialogue.spots import covered
from maskgil.nano.world.arranging.rows import squeezed
from maskgil.nano.world.arranging.sizes.cell_sizes import LARGEST, PLAIN, SIZES, SMALLEST
from maskgil.nano.world.arranging.sizes.sizing import SIZE_WORDS
from maskgil.nano.world.arranging.touching import is_mutual
from maskgil.nano.world.arranging.views import view_in
from maskgil.nano.world.clusters import GRID, SLOT, Sprite, extent, kind_of, snapped
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import TOUCHING, Relation, is_piled, order_of

_CLOSE_UP = 2 / 3  # of the picture, in which those stand that are moved to a side together
HIDDEN = 0.5  # of what is moved onto, or of what moves, from which others make room
_FAR = 24  # cells of a shift that means the middle


class Rearranger(Placing):
    """Applies a change to `sprites`, the layout of the scene before it."""

    def __init__(
        self, layout: Layout, change: Change, sprites: Sequence[Sprite], seed: int
    ) -> None:
        super().__init__(layout, change, sprites, seed)
        places = {o: i for i, o in enumerate(change.origins) if o is not None}
        self.stood = {index: self._from_left(index) for index in places.values()}
        self.going = {
            index: [
                self.sprites[at] for n, at in enumerate(self.stood.get(index, ())) if n in which
            ]
            for index, which in change.gone.items()
        }
        for index, whole in change.parts.items():
            self._part(index, places.get(whole))

    def run(self) -> list[Sprite]:
        """The sprites of the scene behind the change, back to front."""
        if self._is_reordered():
            return self.layout.arranged(self.change.after, self.seed)[1]
        waiting = self._changed()
        if len(self.change.swapped) == 2:
            self._swap(*self.change.swapped)
        for index in waiting:
            self._take(index)
        for index in self._shift():
            waiting += [i for i in (index, *self._attached(index)) if i not in waiting]
            for other in waiting:
                self._take(other)
        while waiting:
            free = [i for i in waiting if not self._is_borne(i, waiting)] or waiting
            index = next((i for i in waiting if self._bound(i, waiting)), free[0])
            waiting.remove(index)
            self._place(index, waiting)
        if self.change.before.setting != self.scene.setting and view_in(self.scene) is None:
            self._refit()
        return self.sprites

    def _is_borne(self, index: int, waiting: Sequence[int]) -> bool:
        """Whether somebody who has no place yet wears or holds a thing: they come first."""
        return any(
            each.name in CARRIED and index in each.objects and each.subject in waiting
            for each in self.scene.relations
        )

    # What changes

    def _is_reordered(self) -> bool:
        """Whether several that stand are to be in a row, in a heap: nothing stays where it was.

        So it is with what comes into a room with a view, or such a window itself.
        """
        stood = self.change.stood.items()
        viewed = {view_in(self.change.before), view_in(self.scene)} != {None}
        if viewed and (len(stood) < len(self.scene.things) or self._is_viewed_anew()):
            return True
        pairs = [(self.change.before.things[old], self.change.after.things[i]) for i, old in stood]
        return any(
            (order_of(old), is_piled(old)) != (order_of(new), is_piled(new)) for old, new in pairs
        )

    def _is_viewed_anew(self) -> bool:
        """Whether a window with a view comes or goes."""
        before, after = view_in(self.change.before), view_in(self.scene)
        return (before is None) != (after is None)

    def _changed(self) -> list[int]:
        """Things that are to be placed anew; those that only look otherwise are seen to."""
        stood = self.change.stood
        waiting = [i for i in range(len(self.scene.things)) if i not in stood]
        for index, origin in sorted(stood.items()):
            old, new = self.change.before.things[origin], self.scene.things[index]
            if origin in self.change.parts.values() or index in self.change.gone:
                old = replace(old, count=len(self._of(index)))
            before = list(self.sprites)
            if old.noun != new.noun or self._needs_figure(index):
                self._redraw(index, old.count if old.count == new.count else 0)
            elif old.size != new.size:
                self._resize(index, old.size, new.size)
            if old.count != new.count:
                self._recount(index, new.count)
            if not self._of(index):
                waiting.append(index)
            if before != self.sprites:
                waiting += [i for i in self._attached(index) if i not in waiting]
        waiting += [i for i in self._newly_related(waiting) if i not in waiting]
        return waiting

    def _newly_related(self, waiting: list[int]) -> list[int]:
        """Things that stand already, and are now told how: the subject moves, or what is worn."""
        found = list[int]()
        for each in self.change.new_relations:
            if each.name == "riding" and {*each.objects} & {*waiting}:
                found.append(each.subject)  # who mounts what is new goes there
            if not {each.subject, *each.objects} & set(waiting):
                held = each.name in CARRIED or self._is_held(each)
                found += each.objects if held else (each.subject,)
        for each in self.change.ended:
            found += each.objects if self._is_held(each) else (each.subject,)
        found += [index for index in self._put_down() if index not in found]
        met = {end for each in self.change.new_relations if each.name in TOUCHING
               for end in (each.subject, *each.objects)}  # fmt: skip
        going = [other for index in found for other in self._attached(index)]
        return [*found, *(other for other in going if other not in met)]

    def _put_down(self) -> list[int]:
        """Things that were in somebody's arms or on their shoulders, and are no more."""
        places = {o: i for i, o in enumerate(self.change.origins) if o is not None}
        found = []
        for each in self.change.before.relations:
            if not {each.subject, *each.objects} <= places.keys():
                continue
            ends = (places[each.subject], *(places[other] for other in each.objects))
            now = Relation(ends[0], each.name, ends[1:])
            if now in self.scene.relations:
                continue
            if each.name == "on the shoulders of":
                found.append(ends[0])
            elif self._is_held(now):
                found += ends[1:]
        return found

    def _needs_figure(self, index: int) -> bool:
        """Whether it is drawn by another drawing now: one that can wear things."""
        codes = {sprite.code for sprite in self._of(index)}
        return bool(codes) and codes != {self.codes[index]}

    def _attached(self, index: int) -> list[int]:
        """Things that go where a thing goes, and what goes with them."""
        found: list[int] = []
        queue = [index]
        while queue:
            owner = queue.pop()
            for each in self.scene.relations:
                goes = each.objects if each.subject == owner and each.name in CARRIED else ()
                if owner in each.objects and each.name in ATTACHED:
                    goes = (each.subject,)
                if each.name in TOUCHING and owner in (each.subject, *each.objects):
                    goes = (each.subject, *each.objects)
                fresh = [other for other in goes if other not in (*found, index)]
                found += fresh
                queue += fresh
        return found

    def _from_left(self, index: int) -> list[int]:
        """Places of a thing's copies among the sprites, the leftmost first."""
        mine = [at for at, sprite in enumerate(self.sprites) if sprite.thing == index]
        return sorted(mine, key=lambda at: (self.sprites[at].middle, at))

    def _part(self, index: int, whole: int | None) -> None:
        """Copies of a thing as those of another, where they stand: as told, or seen best."""
        count = self.scene.things[index].count
        left = [at for at, sprite in enumerate(self.sprites) if sprite.thing == whole]
        left.sort(key=lambda at: (-self._covered(at), at))
        order = self.stood.get(whole, []) if whole is not None else []
        told = [order[n] for n in self.change.copies.get(index, ()) if n < len(order)]
        meant = [at for at in told if at in left]
        left = [at for at in left if at not in meant]
        for at in [*left, *meant][-count:]:
            self.sprites[at] = replace(self.sprites[at], thing=index)

    def _covered(self, at: int) -> float:
        """How much of a drawing those before it cover."""
        return sum(covered(self.sprites[at], other) for other in self.sprites[at + 1 :])

    def _take(self, index: int) -> None:
        self.sprites = [sprite for sprite in self.sprites if sprite.thing != index]

    def _redraw(self, index: int, count: int) -> None:
        """Another drawing where one stands; none where there are to be more or fewer."""
        if not count:
            return self._take(index)
        width, height = self._sizes()[index]
        fitted = []
        for sprite in self.sprites:
            if sprite.thing == index:
                left = snapped(sprite.left + (sprite.width - width) / 2)
                sprite = replace(
                    sprite, code=self.codes[index], left=left, width=width, height=height,
                    mirrored=False,
                )  # fmt: skip
            fitted.append(sprite)
        self.sprites = [inside(sprite) if sprite.thing == index else sprite for sprite in fitted]

    def _resize(self, index: int, old: str | None, new: str | None) -> None:
        """Each copy larger or smaller where it stands."""
        ratio = SIZE_WORDS.get(new or "", 1.0) / SIZE_WORDS.get(old or "", 1.0)
        found = []
        for sprite in self.sprites:
            if sprite.thing == index:
                longer = _stepped(max(sprite.width, sprite.height), ratio)
                width, height = self.layout.nearest(sprite.code, longer)
                left = snapped(sprite.left + (sprite.width - width) / 2)
                sprite = inside(replace(sprite, left=left, width=width, height=height))
            found.append(sprite)
        self.sprites = found

    def _recount(self, index: int, count: int) -> None:
        """Copies beside those that stand, or the last of them taken away."""
        mine = self._of(index)
        if any(each.subject == index and is_mutual(each) for each in self.scene.relations):
            return self._take(index)  # all of them anew, each touching the next
        gone = self.going.get(index, [])
        for sprite in sorted(mine, key=lambda sprite: sprite in gone)[count:]:
            self.sprites.remove(sprite)
        mine = self._of(index)
        if not mine:
            return
        first = mine[0]
        sizes = self._smaller((int(first.width), int(first.height)), first.code)
        plain = [size for size in sizes if max(size) >= PLAIN] or sizes[:1]
        for _ in range(count - len(mine)):
            spots = ((self._spot(index, size, near=first), size) for size in plain)
            found = next((each for each in spots if each[0].cost <= CROWDED), None)
            if found is None:
                return self._take(index)  # all of them anew
            spot, size = found
            self._insert([self._sprite(index, spot, size, mirrored=first.mirrored)])

    def _swap(self, first: int, second: int) -> None:
        """Each of two things, and what goes with it, to the middle and the foot of the other."""
        ends = {index: extent(self._of(index)) for index in (first, second) if self._of(index)}
        if len(ends) < 2:
            return
        alike = self._kind(first) == self._kind(second)  # a house stays ashore
        for index, other in ((first, second), (second, first)):
            mine, theirs = ends[index], ends[other]
            dx: float = snapped((theirs[0] + theirs[2] - mine[0] - mine[2]) / 2)
            dx = max(-mine[0], min(GRID - mine[2], dx))
            dy = max(-mine[1], min(GRID - mine[3], theirs[3] - mine[3])) if alike else 0
            going = {index, *self._attached(index)} - {other}
            self.sprites = [
                replace(s, left=s.left + dx, bottom=s.bottom + dy) if s.thing in going else s
                for s in self.sprites
            ]

    def _shift(self) -> list[int]:
        """Moves things, and what goes with them; those on which they land, which make room."""
        found: list[int] = []
        for index, (right, down) in self.change.shifts.items():
            mine = self._of(index)
            if not mine:
                continue
            left, top, beyond, bottom = extent(mine)
            dx: float = snapped((GRID - left - beyond) / 2) if abs(right) > _FAR else right
            dx = max(-left, min(GRID - beyond, dx))
            dy = max(-top, min(GRID - bottom, down))
            going = {index, *self._attached(index)}
            covers = self._covered_by(going)
            if right and abs(dx) < min(SLOT, abs(right)) and abs(right) <= _FAR:
                self._close_up(index, right)
                dx = 0
            elif right and abs(right) <= _FAR:
                dx = self._free_way(going, covers, dx, dy, -left if right < 0 else GRID - beyond)
            self.sprites = self._gone(going, dx, dy)
            hidden_now = self._covered_by(going)
            bound = {*going, *self._bound_to(going)}
            found += [
                other
                for other, share in hidden_now.items()
                if other not in (*bound, *found) and share > max(HIDDEN, covers.get(other, 0.0))
            ]
        return found

    def _gone(self, going: set[int], dx: float, dy: float) -> list[Sprite]:
        """The sprites with some of them so far to the right and down."""
        return [
            replace(s, left=s.left + dx, bottom=s.bottom + dy) if s.thing in going else s
            for s in self.sprites
        ]

    def _bound_to(self, things: set[int]) -> set[int]:
        """What stands to things as it was told."""
        pairs = [{each.subject, *each.objects} for each in self.scene.relations]
        return set().union(*(pair for pair in pairs if pair & things))

    def _covered_by(self, going: set[int]) -> dict[int, float]:
        """How much is hidden of each other thing by some, or of these by it: the worst of each."""
        found: dict[int, float] = {}
        for at, behind in enumerate(self.sprites):
            for before in self.sprites[at + 1 :]:
                if (behind.thing in going) != (before.thing in going):
                    other = before.thing if behind.thing in going else behind.thing
                    found[other] = max(found.get(other, 0.0), covered(behind, before))
        return found

    def _free_way(
        self, going: set[int], covers: dict[int, float], dx: float, dy: float, most: float
    ) -> float:
        """As far as a thing is moved, or the nearest to that where it lands on nothing.

        Where that is hardly anywhere it goes as far, and others make room.
        """
        whole, best, least = self.sprites, dx, float("inf")
        bound = {*going, *self._bound_to(going)}
        step = SLOT if most > 0 else -SLOT
        for way in range(step, int(most) + (1 if most > 0 else -1), step):
            self.sprites = self._gone(going, way, dy)
            more = [
                max(0.0, share - max(CROWDED / 2, covers.get(other, 0.0)))
                for other, share in self._covered_by(going).items()
                if other not in bound
            ]
            cost = sum(more) + abs(way - dx) / (10 * GRID)
            if cost < least:
                best, least = float(way), cost
            self.sprites = whole
        if least - abs(best - dx) / (10 * GRID) <= 0 and abs(best) >= abs(dx) / 2:
            return best
        return most if abs(most) <= 2 * abs(dx) else dx

    def _close_up(self, index: int, right: int) -> None:
        """Several that reach from edge to edge closer together, on the side they are moved to."""
        mine = self._of(index)
        closer = squeezed(mine, _CLOSE_UP * GRID)
        left, _, beyond, _ = extent(closer)
        dx = GRID - beyond if right > 0 else -left
        new = iter([replace(s, left=s.left + dx) for s in closer])
        self.sprites = [next(new) if s.thing == index else s for s in self.sprites]

    # Another setting

    def _refit(self) -> None:
        """Groups of things onto the ground, or the water, of another setting."""
        if self.where.deep == GRID:
            return
        for group in self._groups():
            mine = self._of(*group)
            kinds = {kind_of(noun(self.scene.things[index].noun)) for index in group}
            if not mine or not kinds & set("gw"):
                continue
            water = kinds == {"w"} and self.where.water
            first, last = water or self.where.ground
            foot = max(s.bottom for s in mine)
            top = min(s.bottom - s.height for s in mine)
            dy = snapped(max(first, min(last, foot)) - foot)
            dy = max(dy, -int(top))
            self.sprites = [
                replace(s, bottom=s.bottom + dy) if s.thing in group else s for s in self.sprites
            ]

    def _groups(self) -> Iterable[set[int]]:
        groups = [{index} for index in range(len(self.scene.things))]
        for each in self.scene.relations:
            ends = {each.subject, *each.objects}
            joined = [group for group in groups if group & ends]
            groups = [group for group in groups if not group & ends] + [set().union(*joined)]
        return groups


def _stepped(longer: float, ratio: float) -> float:
    """Another of the drawings' sizes, the nearest to so many times as long."""
    wanted = longer * ratio
    nearest = min(SIZES, key=lambda size: abs(size - wanted))
    if ratio > 1 and nearest <= longer:
        return next((size for size in SIZES if size > longer), LARGEST)
    if ratio < 1 and nearest >= longer:
        return next((size for size in reversed(SIZES) if size < longer), SMALLEST)
    return nearest
