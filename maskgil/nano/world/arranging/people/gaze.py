"""Gaze: to which side who looks at something turns, or into the picture."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.drawn.faces import AWAY, LEFT, RIGHT
from maskgil.nano.world.scene import CARRIED, LOOKING, SPOTS, TOUCHING, Scene

_BARE = ("~", "a", "c")
"""Figures that stand and whose hair is seen from behind."""
_BENT = ("crouching",)
"""States of who does something with what is before them, and looks at it."""
_SEATED = ("t",)
_VEILED = ("glasses", "sunglasses", "face mask", "eye patch", "mustache", "theatre masks")
"""What would stay where it is in a face that turns."""
_TOGETHER = ("riding", "on", "in", *SPOTS, *TOUCHING)
_ASIDE = (
    0.3,
    0.12,
)  # of a width: how far to the side what is looked at, what is held is seen there


def gazes(scene: Scene, sprites: Sequence[Sprite]) -> dict[int, str]:
    """Indices of sprites that look at something -> where, as their drawing is before mirroring."""
    found = {}
    for at, sprite in enumerate(sprites):
        looks = scene.things[sprite.thing].state in (LOOKING, *_BENT)
        way = "" if not looks or _is_veiled(scene, sprite.thing) else _way(scene, sprites, sprite)
        if way and (way != AWAY or scene.things[sprite.thing].state == LOOKING):
            found[at] = {LEFT: RIGHT, RIGHT: LEFT}.get(way, way) if sprite.mirrored else way
    return found


def _is_veiled(scene: Scene, index: int) -> bool:
    return any(
        each.subject == index
        and each.name in CARRIED
        and scene.things[each.objects[0]].noun in _VEILED
        for each in scene.relations
    )


def _way(scene: Scene, sprites: Sequence[Sprite], one: Sprite) -> str:
    """Where somebody turns: to what they are related to, else to what they hold, or away."""
    mine, held = set[int](), set[int]()
    seats = {each.objects[0] for each in scene.relations if each.subject == one.thing
             and each.name == "on"}  # fmt: skip
    for each in scene.relations:
        if each.subject in seats and each.name == "next to":
            mine.update(each.objects)  # who sits before a television looks at that
        others = {each.subject, *each.objects} - {one.thing}
        if one.thing in (each.subject, *each.objects) and each.name not in _TOGETHER:
            (held if each.name in CARRIED else mine).update(others)
    for things, least in zip((mine, held), _ASIDE, strict=True):
        middles = [sprite.middle for sprite in sprites if sprite.thing in things]
        aside = sum(middles) / len(middles) - one.middle if middles else 0.0
        if abs(aside) > least * one.width:
            return RIGHT if aside > 0 else LEFT
    if held:
        return ""
    return AWAY if figure(one.code) in _BARE else RIGHT if figure(one.code) in _SEATED else ""
