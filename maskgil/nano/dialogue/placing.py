"""Placing a thing in an existing layout: where there is room, or by its relations."""

# Units are cells; y grows downward.

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.dialogue.changes import CARRIED, Change
from maskgil.nano.dialogue.spots import (
    Spot,
    best_spot,
    cost_behind,
    cost_of_hiding,
    covered,
    hidden,
    is_behind,
)
from maskgil.nano.world.arranging.drawn_by import as_drawn, code_of
from maskgil.nano.world.arranging.placing import in_the_sky
from maskgil.nano.world.arranging.sizes.cell_sizes import PLAIN, SIZES
from maskgil.nano.world.arranging.sizes.sizing import SIZE_WORDS
from maskgil.nano.world.arranging.touching import closed_up, is_armful, is_mutual
from maskgil.nano.world.clusters import (
    GRID,
    WHOLE,
    Cluster,
    Sprite,
    copies,
    extent,
    kind_of,
    mirrored,
    moved,
    snapped,
)
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import facing, noun
from maskgil.nano.world.relations import combine
from maskgil.nano.world.scene import SPOTS, TOUCHING, Relation
from maskgil.nano.world.settings import place

ATTACHED = (
    "on",
    "in",
    "riding",
    "on the shoulders of",
    *SPOTS,
)  # of relations whose subject goes where the object goes
BESIDE = ("left of", "right of")
COVERING = ("in", "behind", "in the window of")
USUAL = 14.0  # cells of the largest thing, where nothing that stands tells
ON_PHOTOGRAPHS = 10.0  # the same where nothing is said to stand: there may be a photograph
TRIES = 12  # ways in which two things are put together
CROWDED = 0.3  # of what overlaps, from which a smaller drawing is tried
SMALLER = 0.1  # what a step to a smaller drawing costs, in shares of what is hidden
TINY = 0.4  # what a drawing too small to be told costs
OUTSIDE = 3.0  # what a share outside of the picture costs
_SKY = "cr"  # kinds that are behind all else: the moon, a rainbow


class Placing:
    """Places new things among existing sprites (`self.sprites`)."""

    def __init__(
        self, layout: Layout, change: Change, sprites: Sequence[Sprite], seed: int
    ) -> None:
        self.layout, self.change, self.scene = layout, change, as_drawn(change.after)
        self.rng, self.seed = random.Random(f"{seed}/{change.after}"), seed
        places = {o: i for i, o in enumerate(change.origins) if o is not None}
        known = [replace(s, thing=places[s.thing]) for s in sprites if s.thing in places]
        self.sprites = [
            s if s.part[1] == 1 or self._is_covered(s.thing) else replace(s, part=(s.part[0], 1.0))
            for s in known
        ]
        self.codes = [code_of(t, self.scene, i) for i, t in enumerate(self.scene.things)]
        self.where = place(self.scene.setting)

    def _is_covered(self, thing: int) -> bool:
        """Whether it is in something, or behind it, as its lower part is hidden."""
        return any(
            relation.subject == thing and relation.name in COVERING
            for relation in self.scene.relations
        )

    def _of(self, *things: int) -> list[Sprite]:
        return [sprite for sprite in self.sprites if sprite.thing in things]

    def _factor(self) -> float:
        """Cells of the largest thing, judged by those that stand."""
        things = self.scene.things
        largest = max(noun(thing.noun).size for thing in things)
        bound = {
            i for r in self.scene.relations if r.name in (*ATTACHED, "around") for i in (r.subject,)
        } | {i for r in self.scene.relations if r.name in CARRIED for i in r.objects}
        found = []
        for sprite in self.sprites:
            if sprite.thing not in bound and self.change.origins[sprite.thing] is not None:
                thing = things[sprite.thing]
                share = (noun(thing.noun).size / largest) ** 0.3
                share *= SIZE_WORDS.get(thing.size or "", 1.0)
                found.append(max(sprite.width, sprite.height) / share)
        bare = not self.change.before.things and self.change.before.setting is None
        usual = sorted(found)[len(found) // 2] if found else ON_PHOTOGRAPHS if bare else USUAL
        return max(PLAIN, min(USUAL + 2, usual))

    def _sizes(self) -> list[tuple[int, int]]:
        return self.layout.sizes(self.scene, self.codes, self._factor(), self.where.deep)

    def _bound(self, index: int, waiting: list[int]) -> Relation | None:
        """The first relation of a thing to others that stand already."""
        for each in self.scene.relations:
            ends = {each.subject, *each.objects}
            others = ends - {index}
            if (
                index in ends
                and others
                and not others & set(waiting)
                and all(self._of(i) for i in others)
            ):
                return each
        return None

    def _is_held(self, relation: Relation) -> bool:
        """Whether somebody is in another one's arms."""
        return relation.name in TOUCHING and is_armful(
            relation, self.scene, self.codes[relation.subject]
        )

    def _place(self, index: int, waiting: list[int]) -> None:
        relation = self._bound(index, waiting)
        width, height = self._sizes()[index]
        sizes = self._smaller((width, height), self.codes[index])
        near = None
        if relation is not None and relation.name in BESIDE and index in self.change.sides:
            relation = None  # "a cow on the right and a pig on the left": of the picture
        if relation is not None:
            if self._join(index, relation, sizes):
                return
            others = {relation.subject, *relation.objects} - {index}
            near = self._of(*others)[-1]
        count = self.scene.things[index].count
        self._settle(index, count, sizes, near)

    def _settle(
        self, index: int, count: int, sizes: list[tuple[int, int]], near: Sprite | None
    ) -> None:
        """All copies of a thing where they cover least, as large as there is room."""
        best: tuple[float, list[Sprite]] | None = None
        kind = self._kind(index)
        if kind == "r" or (kind == "c" and count > 1):
            cluster = copies(index, self.codes[index], sizes[0], count, kind, rng=self.rng)
            self._insert(in_the_sky(cluster, self.sprites, WHOLE, 1))
            return
        for steps, size in enumerate(sizes):
            cluster = copies(
                index, self.codes[index], size, count, kind, rng=self.rng, deep=self.where.deep
            )
            for each in self.scene.relations:
                if each.subject == index and is_mutual(each):
                    cluster = closed_up(each, cluster)
            left, top, right, bottom = cluster.extent()
            spot = self._spot(index, (math.ceil(right - left), math.ceil(bottom - top)), near=near)
            placed = moved(cluster.sprites, spot.left - left, spot.bottom - bottom)
            placed = placed if self.rng.random() < 0.5 else mirrored(Cluster(placed)).sprites
            over = [sum(self._hides(s, other) for other in self.sprites) for s in placed]
            cost = max(sum(over) / count, max(over) / 2)  # none of many is to vanish
            cost += SMALLER * steps + TINY * (max(size) < PLAIN)
            if best is None or cost < best[0]:
                best = cost, placed
            if cost <= CROWDED / 2:
                break
        assert best is not None
        self._insert(best[1])

    def _smaller(self, size: tuple[int, int], code: str) -> list[tuple[int, int]]:
        """The size and those below it, each once."""
        longer = max(size)
        steps = [longer, *(s for s in reversed(SIZES) if s < longer)]
        return list(dict.fromkeys(self.layout.cells(code, step) for step in steps))

    def _sprite(self, index: int, spot: Spot, size: tuple[int, int], *, mirrored: bool) -> Sprite:
        code = self.codes[index]
        turned = mirrored and code in facing()
        return Sprite(index, code, spot.left, spot.bottom, *size, mirrored=turned)

    def _spot(self, index: int, size: tuple[int, int], near: Sprite | None = None) -> Spot:
        def cost(new: Sprite, other: Sprite) -> float:
            return self._hides(replace(new, thing=index), other)

        side, kind = self.change.sides.get(index), self._kind(index)
        return best_spot(size, kind, self.where, self.sprites, self.rng, near, side, cost=cost)

    def _hides(self, new: Sprite, other: Sprite) -> float:
        """What it costs that one of the two hides the other, as `_insert` lays them."""
        if self._is_ashore(other, new):
            return cost_behind(new, other)
        return cost_of_hiding(new, other)

    def _kind(self, index: int) -> str:
        return kind_of(noun(self.scene.things[index].noun))

    def _insert(self, new: list[Sprite]) -> None:
        """Before all that is there, but for what is much smaller, and on the shore before water."""
        for sprite in new:
            if self._kind(sprite.thing) in _SKY:
                self.sprites.insert(0, sprite)
                continue
            nearer = [
                at
                for at, other in enumerate(self.sprites)
                if (is_behind(sprite, other) or self._is_ashore(other, sprite))
                and hidden(sprite, other)
            ]
            self.sprites.insert(nearer[0] if nearer else len(self.sprites), sprite)

    def _is_ashore(self, other: Sprite, new: Sprite) -> bool:
        """Whether something stands on the ground before the water that a new thing is on."""
        afloat = self._kind(new.thing) == "w" and self.where.has_shore
        return afloat and self._kind(other.thing) != "w" and other.bottom > new.bottom

    def _join(self, index: int, relation: Relation, sizes: list[tuple[int, int]]) -> bool:
        """A thing as it stands to others, which stay; of several ways the one with most room.

        False where there is none, and being near will do.
        """
        best: tuple[float, list[Sprite]] | None = None
        for steps, size in enumerate(sizes):
            for _ in range(TRIES):
                together = self._combined(index, relation, size)
                cost = self._cost(index, relation, together) + SMALLER * steps
                if best is None or cost < best[0]:
                    best = cost, together
            if (best is not None and best[0] <= CROWDED) or relation.name in CARRIED:
                break
        assert best is not None
        if best[0] > 2 * CROWDED and relation.name == "next to":
            return False
        involved = {relation.subject, *relation.objects}
        at = next((n for n, s in enumerate(self.sprites) if s.thing in involved), 0)
        kept = [sprite for sprite in self.sprites if sprite.thing not in involved]
        at -= sum(s.thing in involved for s in self.sprites[:at])
        together = [inside(s) if s.thing == index else s for s in best[1]]
        self.sprites = [*kept[:at], *together, *kept[at:]]
        return True

    def _combined(self, index: int, relation: Relation, size: tuple[int, int]) -> list[Sprite]:
        """The sprites of all in a relation, those that stood where they stood."""
        clusters = {}
        for each in (relation.subject, *relation.objects):
            kind = kind_of(noun(self.scene.things[each].noun))
            if each == index:
                clusters[each] = Cluster(self._copies(index, size), kind)
            else:
                clusters[each] = Cluster(self._of(each), kind)
        others = [clusters[i] for i in relation.objects]
        joined = combine(
            relation, self.scene, clusters[relation.subject], others, self.rng, self.layout
        ).sprites
        known = next(s for s in self.sprites if s.thing in clusters and s.thing != index)
        new = next(s for s in joined if s.thing == known.thing)
        placed = moved(joined, known.left - new.left, known.bottom - new.bottom)
        if relation.name == "between" and index == relation.subject:
            placed = self._amid(index, relation.objects, placed)
        touch = relation.name in TOUCHING
        stood = {each: iter(self._of(each)) for each in clusters if each != index}
        return [
            replace(next(stood[s.thing], s), mirrored=s.mirrored)
            if touch and s.thing in stood
            else next(stood[s.thing], s)
            if s.thing in stood and s.part[0] == 0
            else s
            for s in placed
        ]

    def _amid(self, index: int, objects: Sequence[int], placed: list[Sprite]) -> list[Sprite]:
        """New sprites in the middle of what stands, on its ground; nothing makes room."""
        ends = [extent(self._of(each)) for each in objects]
        mine = extent([s for s in placed if s.thing == index])
        middle = sum(left + right for left, _, right, _ in ends) / len(ends)
        dx = snapped((middle - mine[0] - mine[2]) / 2)
        dy = round(sum(bottom for *_, bottom in ends) / len(ends)) - mine[3]
        return [
            replace(s, left=s.left + dx, bottom=s.bottom + dy) if s.thing == index else s
            for s in placed
        ]

    def _copies(self, index: int, size: tuple[int, int]) -> list[Sprite]:
        width, _ = size
        turned = self.rng.random() < 0.5
        spots = [Spot(copy * width, 0, 0.0) for copy in range(self.scene.things[index].count)]
        return [self._sprite(index, spot, size, mirrored=turned) for spot in spots]

    def _cost(self, index: int, relation: Relation, together: list[Sprite]) -> float:
        """Shares outside the picture and over what has nothing to do with it."""
        involved = {relation.subject, *relation.objects}
        others = [sprite for sprite in self.sprites if sprite.thing not in involved]
        close = relation.name in (
            *CARRIED,
            *ATTACHED,
            *TOUCHING,
            "under",
            "around",
            "behind",
            "in front of",
        )
        cost = 0.0
        for at, sprite in enumerate(together):
            if sprite.thing != index:
                continue
            inner = inside(sprite)
            away = abs(inner.left - sprite.left) / sprite.width
            away += abs(inner.bottom - sprite.bottom) / sprite.height
            covers = sum(self._hides(sprite, other) for other in others)
            for number, other in enumerate(together) if not close else ():
                if other.thing != index:  # drawn one after another
                    behind, before = (sprite, other) if at < number else (other, sprite)
                    covers += covered(behind, before)
            cost = max(cost, OUTSIDE * away + covers)
        return cost


def inside(sprite: Sprite) -> Sprite:
    """The sprite shifted into the picture."""
    left = max(0, min(sprite.left, GRID - sprite.width))
    bottom = min(GRID, max(sprite.bottom, sprite.height))
    return replace(sprite, left=left, bottom=bottom)
