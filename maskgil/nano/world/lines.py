"""Lines: which things' copies stand in one line, and the frame in which they do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.arranging.deeds.leading import HITCHES
from maskgil.nano.world.arranging.pairs import SLATTED
from maskgil.nano.world.arranging.sizes.cell_sizes import FEW
from maskgil.nano.world.arranging.sizes.sizing import LINED
from maskgil.nano.world.arranging.touching import is_mutual
from maskgil.nano.world.clusters import GRID, SLOT, Frame, Sprite, kind_of
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Relation, Scene
from maskgil.nano.world.settings import Setting, place

IN_LINE = 4  # copies that stand on one line where other things are, too
VERGES = {"road": 17, "street": 17, "dirt road": 17}
"""Settings with a road, and the row before it begins."""
WAYS = ("forest path", "field path", "country road", "mountain road", "mountain path",
        "desert road", "desert track", "avenue", "winding path", "winding road",
        "snowy path")  # fmt: skip
"""Settings with a way that leads from the near edge to the horizon."""
_FAR, _NEAR, _FOOT = (6, 4), (10, 10), 21
"""Cells of what lines such a way where it begins and ends, and from its middle; the last row."""
Cells = Callable[[str, float], tuple[int, int]]  # of a drawing whose longer side is so long
_ROADSIDE = ("street lamp", "traffic light", "stop sign", "bus stop", "mailbox", "fence", "house")
"""What stands beside a road, as what grows does."""


def lines_of(
    scene: Scene, sizes: list[tuple[int, int]], where: Setting, frame: Frame
) -> dict[int, Frame]:
    """The things whose copies are in one line -> the frame in which that is."""
    lined = {}
    for each in scene.relations:
        thing = scene.things[each.subject]
        if each.name == "on":
            lined[each.subject] = frame
        elif (
            (each.name == "under" and thing.count <= LINED)
            or (each.name == "in" and _are_few(scene, each))
            or _are_behind_slats(scene, each)
        ):
            lined[each.subject] = (sizes[each.objects[0]][0], frame[1])
    related = {i for each in scene.relations for i in (each.subject, *each.objects)}
    if where.has_shore or (len(scene.things) > 2 and not where.floats):
        for index, thing in enumerate(scene.things):
            alone = index not in related or where.has_shore
            if alone and kind_of(noun(thing.noun)) == "g" and 1 < thing.count <= IN_LINE:
                lined[index] = frame
    for each in scene.relations:
        pulling = each.name == "next to" and scene.things[each.objects[0]].noun in HITCHES
        few = scene.things[each.subject].count <= IN_LINE
        if is_mutual(each) or (pulling and few):
            lined[each.subject] = frame
    return lined | dict.fromkeys(rooted(scene), frame)


def _are_few(scene: Scene, relation: Relation) -> bool:
    """Whether what is in a container is side by side; what is in a tree is anywhere in it."""
    container = noun(scene.things[relation.objects[0]].noun)
    return scene.things[relation.subject].count <= FEW and not container.grows


def _are_behind_slats(scene: Scene, relation: Relation) -> bool:
    """Whether some look over a fence, all as far."""
    many = scene.things[relation.subject].count
    return (
        relation.name == "behind"
        and many <= LINED
        and (scene.things[relation.objects[0]].noun in SLATTED)
    )


def along_the_way(scene: Scene, sprites: list[Sprite], cells: Cells) -> list[Sprite]:
    """The sprites with copies on both sides of a way into the picture, larger where nearer."""
    if scene.setting not in WAYS:
        return sprites
    lined: list[Sprite] = []
    top = place(scene.setting).horizon + SLOT
    for index in sorted(_roadside(scene)):
        own = [sprite for sprite in sprites if sprite.thing == index]
        rows = -(-len(own) // 2)
        if rows < 2:
            continue
        sprites = [sprite for sprite in sprites if sprite.thing != index]
        for rank, sprite in enumerate(own):
            near = rank // 2 / (rows - 1)
            wide, tall = cells(sprite.code, _FAR[0] + near * (_NEAR[0] - _FAR[0]))
            out = (_FAR[1] + near * (_NEAR[1] - _FAR[1])) * (1 if rank % 2 else -1)
            left = max(0, min(round(GRID / 2 + out - wide / 2), GRID - wide))
            foot = max(round(top + near * (_FOOT - top)), tall)
            lined.append(replace(sprite, left=left, bottom=foot, width=wide, height=tall))
    return [*sorted(lined, key=lambda sprite: sprite.bottom), *sprites]


def rooted(scene: Scene) -> set[int]:
    """What stands beside the road of a scene that has one: trees, lamps."""
    return _roadside(scene) if scene.setting in VERGES else set()


def _roadside(scene: Scene) -> set[int]:
    """What is not said to be elsewhere, and may stand beside a road."""
    related = {i for each in scene.relations for i in (each.subject, *each.objects)}
    return {
        index
        for index, thing in enumerate(scene.things)
        if index not in related and (noun(thing.noun).grows or thing.noun in _ROADSIDE)
    }
