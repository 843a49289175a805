"""Windows: weather that is told of where somebody is indoors is seen through one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maskgil.nano.reader.graph.scenery import RAINED_ON, SNOWED_ON
from maskgil.nano.world.implied import imagined
from maskgil.nano.world.scene import Scene, Thing

if TYPE_CHECKING:
    from maskgil.nano.reader.graph.walk import Walk

_FALLS = {"rain": RAINED_ON, "storm": RAINED_ON, "snow": SNOWED_ON}
_WINDOW, _AT_HOME = "window", "living room"
_WINDOWED = (
    "kitchen", "living room", "bedroom", "bathroom", "classroom", "office", "restaurant",
    "hospital", "hallway", "dining room", "nursery", "attic", "workshop", "laboratory", "library",
)  # fmt: skip
"""Rooms that have windows."""
_MOST = 4  # kinds of things beside which a window has room
_AT_IT = ("next to", "in", "in front of", "on", "behind", "under", "left of", "right of")


def seen_from_within(walk: Walk, scene: Scene) -> Scene:
    """The scene indoors, with its weather behind the panes of a window.

    So is one with somebody at a window, in a room or on furniture that is in no other place, and
    whose weather is told to be outside.
    """
    names = [name for name, _ in walk.scenery.settings]
    told = walk.scenery.weathers or ["snow"] * ("snow" in names)
    falls = next((_FALLS[each] for each in reversed(told) if each in _FALLS), None)
    window = next((n for n, thing in enumerate(scene.things) if thing.noun == _WINDOW), None)
    watched = window is not None and (
        len(scene.things) == 1
        or any(
            each.name in _AT_IT and window in (each.subject, *each.objects)
            for each in scene.relations
        )
    )
    bare = scene.setting is None or (scene.setting == "snow" and watched)
    if falls is None or not (bare or scene.setting in _WINDOWED) or scene.style != "3d":
        return scene
    room = scene.setting if scene.setting in _WINDOWED else None
    if room is None:
        plain = imagined(replace(scene, weather="clear", setting=None), doers=walk.doers())
        room = plain.setting if plain.setting in _WINDOWED else None
    if room is None and not (watched or walk.within):
        return scene
    scene = replace(scene, weather="clear", setting=room or _AT_HOME)
    if window is not None:
        things = [*scene.things]
        things[window] = replace(things[window], state=falls)
        return replace(scene, things=tuple(things))
    if len(scene.things) >= _MOST or _WINDOW in walk.forbidden:
        return scene
    return replace(scene, things=(*scene.things, Thing(_WINDOW, state=falls)))
