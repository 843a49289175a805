"""Shores: clusters are split at the bank into parts on land and afloat."""

# Units are cells; y grows downward.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.arranging.furnished import connected_to
from maskgil.nano.world.clusters import SLOT, Cluster, Sprite, kind_of, slots_up
from maskgil.nano.world.nouns import LIVING, noun
from maskgil.nano.world.scene import ACTIONS, CARRIED, Scene
from maskgil.nano.world.settings import Setting

_IN_A_SQUARE = dict.fromkeys(("person rowing", "man rowing", "woman rowing"), 0.76) | {
    "swimmer": 0.74, "woman swimming": 0.74,
}  # fmt: skip
_LEGGED = {"goose": 0.84, **_IN_A_SQUARE}
"""Who is drawn standing and swims, or in a square of water, and what of them is above that."""
CellsOf = Callable[[str, float], tuple[int, int]]
_UPON = ("on", "in", "riding", "under")
"""Relations of who is where the object is."""


def ashore(where: Setting) -> int:
    """The foot row on dry land nearest to the water."""
    return slots_up(where.ground[0])


def parted_by_the_bank(
    cluster: Cluster, scene: Scene, where: Setting, kind: Callable[[str], str], cells: CellsOf
) -> Cluster:
    """The cluster with floating parts moved up onto the water behind those on land.

    `kind`: a noun's support in the setting, a letter of places; `cells`: the available drawing size
    nearest to a longer side.
    """
    if not where.has_shore or where.water is None or cluster.kind != "g":
        return cluster
    floating = {
        sprite.thing
        for sprite in cluster.sprites
        if kind(scene.things[_bearer(scene, sprite.thing)].noun) == "w"
    }
    afloat = [sprite for sprite in cluster.sprites if sprite.thing in floating]
    on_land = [sprite for sprite in cluster.sprites if sprite.thing not in floating]
    if not afloat or not any(sprite.stands for sprite in on_land):
        return cluster
    if all(_is_beyond(scene, sprite.thing, floating) for sprite in on_land):
        far = where.water[0] - where.horizon - 1
        beyond = [_distant(each, far, where.horizon, cells) for each in on_land]
        return Cluster([*beyond, *afloat], "w")
    highest = min(sprite.bottom for sprite in on_land if sprite.stands)
    rise = ashore(where) - where.water[1] // SLOT * SLOT
    rise = max(0, rise - int(highest - max(sprite.bottom for sprite in afloat)))
    raised = [replace(each, bottom=each.bottom - rise, stands=False) for each in afloat]
    return Cluster([*raised, *on_land], cluster.kind)


def _distant(sprite: Sprite, rise: int, most: float, cells: CellsOf) -> Sprite:
    """So much higher, as what is on the other bank, and no taller than `most`."""
    width, height = sprite.width, sprite.height
    if height > most:
        width, height = cells(sprite.code, most * max(width, height) / height)
    left = round(sprite.left + (sprite.width - width) / 2)
    return replace(
        sprite, left=left, bottom=sprite.bottom - rise, width=width, height=height, stands=False
    )


def _is_beyond(scene: Scene, index: int, floating: set[int]) -> bool:
    """Whether a thing is behind what floats, so on the other bank: trees behind a boat."""
    return any(
        (each.name == "behind" and each.subject == index and floating & {*each.objects})
        or (each.name == "in front of" and index in each.objects and each.subject in floating)
        for each in scene.relations
    )


def _bearer(scene: Scene, index: int) -> int:
    """What carries a thing: the boat that somebody is in, whoever holds or wears it."""
    seen = {index}
    while True:
        bearers = [
            other
            for relation in scene.relations
            for other in (
                relation.objects[:1]
                if relation.name in _UPON and relation.subject == index
                else (relation.subject,)
                if relation.name in (*CARRIED, *ACTIONS) and index in relation.objects
                else ()
            )
            if other not in seen
        ]
        if not bearers:
            return index
        index = bearers[0]
        seen.add(index)


def sunk(scene: Scene, sprites: list[Sprite], rows: int) -> list[Sprite]:
    """The sprites with sunken things at the sea ground, `rows` below the top.

    Related things move along.
    """
    lying = [index for index in range(len(scene.things)) if _sinks(scene, index)]
    for group in {frozenset(connected_to(scene, index)) for index in lying}:
        foot = max((each.bottom for each in sprites if each.thing in group), default=rows)
        down = rows - 1 - foot if rows > SLOT else 0
        sprites = [
            replace(each, bottom=each.bottom + down) if each.thing in group and down > 0 else each
            for each in sprites
        ]
    return sprites


def _sinks(scene: Scene, index: int) -> bool:
    """Whether a thing lies on the ground under water: a chest, an anchor, no swimmer, no lamp."""
    one = noun(scene.things[index].noun)
    held = any(
        index in each.objects for each in scene.relations if each.name in (*CARRIED, *ACTIONS)
    )
    return not held and one.category not in LIVING and kind_of(one) == "g"


def swimming(scene: Scene, sprites: list[Sprite]) -> list[Sprite]:
    """The sprites on the water, without the legs of those who are drawn standing."""
    shares = [_LEGGED.get(scene.things[sprite.thing].noun) for sprite in sprites]
    return [
        replace(sprite, part=(0.0, share), stands=False) if share else sprite
        for sprite, share in zip(sprites, shares, strict=True)
    ]
