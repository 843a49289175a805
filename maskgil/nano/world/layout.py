"""Layout of a scene: sizes, relations, overlap, alignment to the token grid."""

# Units are cells of 8 x 8 pixels at 192: a whole picture is 24 by 24 of them. y grows downward.

from __future__ import annotations

import random
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial

from maskgil.nano.world.arranging.companions import companions, heaped, is_laid_out, is_served
from maskgil.nano.world.arranging.deeds.dining import TABLES
from maskgil.nano.world.arranging.drawn_by import as_drawn, code_of
from maskgil.nano.world.arranging.furnished import (
    from_the_ceiling,
    in_the_free_sky,
    over_its_own,
)
from maskgil.nano.world.arranging.hollows import hollow_in
from maskgil.nano.world.arranging.placing import inside, lost_share, placed_in
from maskgil.nano.world.arranging.rows import ON_TOP, laid_out, served
from maskgil.nano.world.arranging.shores import parted_by_the_bank, sunk, swimming
from maskgil.nano.world.arranging.sizes.fitting import Sizes
from maskgil.nano.world.arranging.sizes.sizing import clear_size, line_room
from maskgil.nano.world.arranging.spots import is_one_sided
from maskgil.nano.world.arranging.touching import closed_up, closer, is_mutual
from maskgil.nano.world.arranging.views import seen_through, view_in
from maskgil.nano.world.clusters import (
    GRID,
    SLOT,
    WHOLE,
    Cluster,
    Frame,
    Sprite,
    abreast,
    copies,
    kind_of,
    mirrored,
)
from maskgil.nano.world.lines import VERGES, along_the_way, lines_of, rooted
from maskgil.nano.world.nouns import LIVING, noun
from maskgil.nano.world.relations import ORDER, combine
from maskgil.nano.world.scene import (
    ACTIONS,
    CARRIED,
    LINED_UP,
    SPOTS,
    STACKED,
    TOUCHING,
    Relation,
    Scene,
    Thing,
    order_of,
)
from maskgil.nano.world.settings import ROADS, VARIANTS, Setting, place

MANY, FAR_LARGER = 3, 2.5  # copies, and times their size, of what they stand in front of
LARGER = 1.2  # times the size of three, which are one row
FILLS = 2  # times as much of a small frame as of the whole picture may be filled

CROWD = 4  # things that stand for themselves, which are put in several ways
TURNS = 3  # of chance, for each size and place of the row behind
LIFTS = (0, SLOT, 2 * SLOT)  # cells by which the row behind may stand higher
UNSEEN = 12.0  # cells too small as much as which a thing costs that is not seen at all
SMALLER_TRIED = 4  # steps to smaller drawings behind the first that find room

_CLOSE = (
    *CARRIED, *ACTIONS, *TOUCHING, "on the shoulders of", "riding", *SPOTS, "on", "in", "under"
)  # fmt: skip
"""Relations of what stands as one thing does."""


_SWIM = ("duck", "duckling", "swan", "goose", "otter", "flamingo", "heron", "bridge",
         "stone bridge", "arch")  # fmt: skip
"""What swims, wades or stands in the water inland."""
_SEABED = "underwater"
_LOW = ("coral", "crab", "hermit crab", "lobster", "oyster", "seashell", "sea urchin", "seaweed",
        "starfish")  # fmt: skip
"""What of those who live lies at the bottom of the sea."""
_NARROW = 4  # cells by which rows on the water of a shore are apart at most, at least
_LANDING = ("airplane landing", "airplane taking off")
"""What is drawn with a runway."""
_INLAND = ("lake", "pond", "river", "canal", "rapids", "lake cave", "harbor", "waterfall", "swamp",
           "swimming pool", "forest river", "jungle river", "mountain river",
           "forest lake")  # fmt: skip


class Layout(Sizes):
    """Lays out scenes in a frame, the whole picture or a part of it."""

    def arrange(self, scene: Scene, rng: random.Random) -> list[Sprite]:
        """The sprites of a scene, back to front, all inside the frame where it has the room."""
        view = view_in(scene) if self.frame == WHOLE else None
        if view is not None:
            code = code_of(scene.things[view], scene, view)
            return seen_through(scene, view, code, rng, self._within)
        where = place(scene.setting)
        scene = as_drawn(_with_many_in_front(scene, where))
        sprites = _beside_the_road(scene, self._arranged(scene, where, rng))
        sprites = along_the_way(scene, sprites, self.cells) if self.frame == WHOLE else sprites
        sprites = swimming(scene, sprites) if where.name in (*_INLAND, "sea") else sprites
        sprites = from_the_ceiling(scene, where, sprites)
        return sunk(scene, sprites, self.frame[1]) if where.name == _SEABED else sprites

    def _within(
        self, scene: Scene, where: Setting | None, frame: Frame, rng: random.Random
    ) -> list[Sprite]:
        """The sprites of a scene in a frame of its own, on the ground of another setting."""
        inner = Layout(self.aspect, frame)
        if where is None:
            return inner.arrange(scene, rng)
        return inner._arranged(as_drawn(_with_many_in_front(scene, where)), where, rng)

    def _arranged(self, scene: Scene, where: Setting, rng: random.Random) -> list[Sprite]:
        """The sprites of a scene as it is drawn, wherever its ground is."""
        if alike := _alike_in_order(scene):
            row = sorted(self._arranged(alike, where, rng), key=lambda s: (-s.bottom, s.left))
            return [replace(sprite, thing=index) for index, sprite in enumerate(row)]
        codes = [code_of(thing, scene, index) for index, thing in enumerate(scene.things)]
        state, deep = rng.getstate(), _deep(scene, where)
        carried = sum(relation.name in _CLOSE for relation in scene.relations)
        factor = 18.0 * max(1, len(scene.things) - carried) ** -0.2
        factor *= min(1.0, FILLS * max(self.frame) / GRID)
        if len(scene.things) - carried >= CROWD:
            return inside(self._in_crowd(scene, codes, factor, where, rng), self.frame)
        close: list[Sprite] | None = None  # without gaps
        for _ in range(18):
            for tight in (False, True)[: 1 + (close is None)]:
                rng.setstate(state)
                clusters = self._clusters(scene, codes, factor, deep, rng, tight)
                placed = placed_in(clusters, where, self.frame, rng, tight=tight)
                if placed is None:
                    continue
                if tight:
                    close = placed
                elif close is None or _unclear(scene, placed) <= _unclear(scene, close):
                    return inside(placed, self.frame)
                else:
                    return inside(close, self.frame)
            factor *= 0.94
        placed = close or placed_in(clusters, where, self.frame, rng, force=True)
        return inside(placed or [], self.frame)

    def _in_crowd(
        self, scene: Scene, codes: list[str], factor: float, where: Setting, rng: random.Random
    ) -> list[Sprite]:
        """Of some arrangements of many things the one in which they are seen best."""
        best: tuple[float, list[Sprite]] | None = None
        fitted, clear, deep = 0, False, _deep(scene, where)
        turns = [rng.random() for _ in range(TURNS)]
        for _ in range(18):
            before = best
            for tight in (False, True):
                for turn in turns:
                    own = random.Random(turn)
                    clusters = self._clusters(scene, codes, factor, deep, own, tight)
                    ways = list(self._ways(clusters, where, own, tight))
                    for lift, placed in ways:
                        lost = lost_share(clusters, placed)
                        cost = UNSEEN * lost + _unclear(scene, placed) + lift / (10 * GRID)
                        clear |= lost <= 0
                        if best is None or cost < best[0]:
                            best = cost, placed
                    if not ways:
                        break
            fitted += best is not before or fitted > 0
            if clear or fitted > SMALLER_TRIED:
                break
            factor *= 0.94
        if best is None:
            clusters = self._clusters(scene, codes, factor, deep, rng, True)
            return placed_in(clusters, where, self.frame, rng, force=True) or []
        return best[1]

    def _ways(
        self, clusters: list[Cluster], where: Setting, rng: random.Random, tight: bool
    ) -> Iterator[tuple[int, list[Sprite]]]:
        """Arrangements with the row behind higher and higher; none where there is no room."""
        state = rng.getstate()
        for lift in LIFTS:
            rng.setstate(state)
            placed = placed_in(clusters, where, self.frame, rng, tight=tight, lift=lift)
            if placed is None:
                return
            yield lift, placed

    def arranged(self, scene: Scene, seed: int | str) -> tuple[int, list[Sprite]]:
        """Which variant of its scenery a scene has for this seed, and where its things stand."""
        rng = random.Random(f"{seed}")
        view, sprites = rng.randrange(VARIANTS), self.arrange(scene, rng)
        if self.frame == WHOLE and view_in(scene) is None:
            sprites = over_its_own(scene, sprites, view, self.cells)
            sprites = in_the_free_sky(scene, sprites, view, self.cells)
        return view, sprites

    def _clusters(
        self,
        scene: Scene,
        codes: list[str],
        factor: float,
        deep: float,
        rng: random.Random,
        tight: bool = False,
    ) -> list[Cluster]:
        """What stands together; `tight`: without gaps, so that it is larger."""
        sizes, rows = self.sizes(scene, codes, factor, deep), companions(scene)
        close = set[int]()
        for (name, below), row in rows.items():
            if is_laid_out(scene, name, below, row):
                close |= {*row}
                self.side_by_side(codes, {i: scene.things[i].count for i in row}, below[0], sizes)
        where = place(scene.setting)
        lined, piled = lines_of(scene, sizes, where, self.frame), heaped(scene)
        lonely = len(scene.things) == 1 and deep < GRID
        clusters = []
        for index, thing in enumerate(scene.things):
            order, size = order_of(thing), sizes[index]
            room = (line_room(scene, index, self.frame), self.frame[1])
            cluster = copies(
                index,
                codes[index],
                size,
                thing.count,
                _kind_of(thing, where),
                rng=rng,
                deep=deep,
                frame=room if order else lined.get(index, self.frame),
                order=order or ("heap" if index in piled else "line" if index in lined else ""),
                tight=tight or index in close,
                far=self.farther(codes[index], size, thing.count) if lonely else None,
            )
            clusters.append(cluster)
        owner = list(range(len(clusters)))
        for (name, below), row in rows.items():
            several = [clusters[index] for index in row]
            if is_served(scene, Relation(row[0], name, below)):
                clusters[row[0]] = served(several)
            else:
                laid = is_laid_out(scene, name, below, row)
                top = ON_TOP * sizes[below[0]][0]
                clusters[row[0]] = laid_out(several, top) if laid else abreast(several)
            for index in row:
                owner[index] = row[0]
        whole = self._combined(scene, clusters, owner, _one_sided(scene, codes), rng, tight)
        return [
            parted_by_the_bank(each, scene, where, partial(_kind_in, where), self.nearest)
            for each in whole
        ]

    def _combined(
        self,
        scene: Scene,
        clusters: list[Cluster],
        owner: list[int],
        still: set[int],
        rng: random.Random,
        tight: bool,
    ) -> list[Cluster]:
        """The clusters by the scene's relations, each in that of its `owner`."""
        close = True
        for relation in sorted(scene.relations, key=lambda each: _rank(each, scene)):
            if close and relation.name not in _CLOSE:
                close, clusters = False, _turned(clusters, rng, still)
            first = owner[relation.subject]
            others = list(dict.fromkeys(owner[i] for i in relation.objects))
            if is_mutual(relation):
                clusters[first] = closed_up(relation, clusters[first])
            if first in others:
                if relation.name in TOUCHING and not is_mutual(relation):
                    clusters[first] = closer(relation, clusters[first])
                continue
            together = [clusters[index] for index in others]
            clusters[others[0]] = combine(
                relation, scene, clusters[first], together, rng, self, tight
            )
            owner = [others[0] if each == first or each in others else each for each in owner]
        if close:
            clusters = _turned(clusters, rng, still)
        return [clusters[index] for index in dict.fromkeys(owner)]


def _one_sided(scene: Scene, codes: list[str]) -> set[int]:
    """Things that are never mirrored: of something in them, or at a spot on one side."""
    return {
        whole
        for each in scene.relations
        for whole in each.objects[:1]
        if (each.name in SPOTS or (each.name == "in" and hollow_in(scene, each)))
        and is_one_sided(codes[whole])
    }


def _rank(relation: Relation, scene: Scene) -> int:
    """The place of a relation in `ORDER`: a table is put between two before they are anywhere."""
    if relation.name == "between" and scene.things[relation.subject].noun in TABLES:
        return 2 * ORDER.index("in") + 1
    return 2 * ORDER.index(relation.name)


def _beside_the_road(scene: Scene, sprites: list[Sprite]) -> list[Sprite]:
    """The sprites with trees and lamps on a road's verge, not on the road."""
    beside = rooted(scene)
    verge = VERGES.get(scene.setting or "", GRID)
    behind = [
        replace(s, bottom=max(min(s.bottom, verge), s.height))
        for s in sprites
        if s.thing in beside and s.stands
    ]
    return [*behind, *(s for s in sprites if not (s.thing in beside and s.stands))]


def _unclear(scene: Scene, sprites: list[Sprite]) -> int:
    """Cells that the drawings lack to be made out, of each thing its smallest."""
    smallest: dict[int, float] = {}
    for sprite in sprites:
        longer = max(sprite.width, sprite.height)
        smallest[sprite.thing] = min(longer, smallest.get(sprite.thing, longer))
    return round(
        sum(
            max(0.0, clear_size(noun(scene.things[index].noun)) - longer)
            for index, longer in smallest.items()
        )
    )


def _kind_of(thing: Thing, where: Setting) -> str:
    """Where a thing stands in a setting; who flies is in the air."""
    return "a" if thing.state == "flying" else _kind_in(where, thing.noun)


def _deep(scene: Scene, where: Setting) -> int:
    """How far apart feet may be: no farther than a road or its water is wide if all are on it."""
    afloat = where.water if {_kind_of(each, where) for each in scene.things} == {"w"} else None
    if afloat:
        return max(_NARROW, afloat[1] - afloat[0] + (not where.has_shore))
    driven = all(noun(each.noun).category == "vehicle" for each in scene.things)
    rows = where.ground if where.name in ROADS and driven else None
    return min(where.deep, rows[1] - rows[0] + 1) if rows else where.deep


def _kind_in(where: Setting, name: str) -> str:
    """Where a noun stands in a setting: a swan that is on a lake swims there.

    At the bottom of the sea lies what does not swim; a plane lands on a runway; who stands in the
    sky is on its clouds.
    """
    if where.name == "underwater":
        return "w" if noun(name).category in LIVING and name not in _LOW else "g"
    if where.name == "sky" and noun(name).category not in LIVING:
        return "a"
    if where.name == "airport" and name in _LANDING:
        return "g"
    swims = name in _SWIM and where.name in _INLAND
    return "w" if swims else kind_of(noun(name))


def _alike_in_order(scene: Scene) -> Scene | None:
    """A scene of one thing, in a row or a stack, for one of things that differ in colour alone."""
    first = scene.things[0] if scene.things else None
    if first is None or len(scene.things) < MANY or first.state not in (LINED_UP, STACKED):
        return None
    kinds = {(each.noun, each.size, each.state, each.count) for each in scene.things}
    if len(kinds) > 1 or first.count > 1 or scene.relations:
        return None
    return replace(scene, things=(replace(first, count=len(scene.things), colour=None),))


def _with_many_in_front(scene: Scene, where: Setting) -> Scene:
    """The scene with many in front of one that is far larger, where nothing says how they stand.

    Beside each other a castle would be no larger than each of its knights.
    """
    if len(scene.things) != 2 or scene.relations or where.floats:
        return scene
    for many, one in ((0, 1), (1, 0)):
        nouns = noun(scene.things[many].noun), noun(scene.things[one].noun)
        counts = scene.things[many].count, scene.things[one].count
        grounded = all(kind_of(each) == "g" for each in nouns)
        lined = counts[0] == MANY and not {each.category for each in nouns} & {"person", "people"}
        larger = nouns[1].size >= (LARGER if lined else FAR_LARGER) * nouns[0].size
        if grounded and larger and counts[0] >= MANY and counts[1] == 1:
            return replace(scene, relations=(Relation(many, "in front of", (one,)),))
    return scene


def _turned(
    clusters: list[Cluster], rng: random.Random, still: Collection[int] = ()
) -> list[Cluster]:
    """Each as it is or in a mirror, by chance; those of `still` things as they are."""
    return [
        mirrored(cluster)
        if rng.random() < 0.5 and not any(sprite.thing in still for sprite in cluster.sprites)
        else cluster
        for cluster in clusters
    ]
