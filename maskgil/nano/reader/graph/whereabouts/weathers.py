"""Indirect weather: wind by what it moves, rain through a window, moon, lightning."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maskgil.nano.reader.graph.doing.deeds import CROWDED
from maskgil.nano.reader.graph.whereabouts.scenery import INDOORS, RAINED_ON, SNOWED_ON
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import table, words_of_kind
from maskgil.nano.world.implied import imagined
from maskgil.nano.world.nouns import LIVING, Noun
from maskgil.nano.world.scene import ACTIONS, CARRIED, Scene, Thing
from maskgil.nano.world.settings import PLACES, has_weather

if TYPE_CHECKING:
    from maskgil.nano.reader.graph.walk import Walk

_HIGH, _HAD = "celestial", (*CARRIED, *ACTIONS)
_MOON, _BOLT, _GUST = "full moon", "lightning", "gust of wind"
_GROWS = {"beach": "palm tree", "jungle": "palm tree", "flower field": "flower", "garden": "flower"}
"""Setting -> what the wind is seen by where nothing is named; elsewhere a tree."""
_BARE = ("sea", "harbor", "swimming pool", "snow", "space", "stadium", "desert")
"""Settings where nothing grows."""

_FALLS = {"rain": RAINED_ON, "storm": RAINED_ON, "snow": SNOWED_ON}
_WINDOW, _AT_HOME = "window", "living room"
_WINDOWED = (
    "kitchen", "living room", "bedroom", "bathroom", "classroom", "office", "restaurant",
    "hospital", "hallway", "dining room", "nursery", "attic", "workshop", "laboratory", "library",
)  # fmt: skip
"""Rooms that have windows."""
_MOST = 4  # kinds of things beside which a window has room
_AT_IT = ("next to", "in", "in front of", "on", "behind", "under", "left of", "right of")


def blow(walk: Walk) -> None:
    """Draws things in the wind that is spoken of, a gust where none is; indoors it is left out."""
    if not walk.windy:
        return
    setting, shown = walk.scenery.setting(), False
    open_air = setting is None or (has_weather(setting) and setting not in _BARE)
    if open_air and not walk.draft.things and "tree" not in walk.forbidden:
        _add(walk, _GROWS.get(setting or "", "tree"))
    carried = {other for _, way, others in walk.draft.relations if way in _HAD for other in others}
    for index, told in enumerate(walk.draft.things):
        noun = walk.lexicon.nouns[told.chunk.value]
        if index in carried or noun.category == _HIGH or setting in INDOORS:
            continue
        told.chunk.state = told.chunk.state or ("windblown" if _bends(noun) else "windswept")
        shown |= told.chunk.state.startswith("wind")
    if not shown and setting not in INDOORS and len(walk.draft.things) < CROWDED:
        _add(walk, _GUST)
    elif not shown:
        walk.left_out += walk.windy


def _bends(noun: Noun) -> bool:
    """Whether the wind bends it: what lives or grows does, and cloth."""
    return noun.category in LIVING or noun.grows or noun.name in words_of_kind("cloth")


def fall(walk: Walk) -> None:
    """What falls from a cloud on somebody: the cloud is above them."""
    for at, (who, way, others) in enumerate(walk.draft.relations):
        if walk.draft.things[who].chunk.value in words_of_kind("falls") and way == "on":
            walk.draft.relations[at] = (who, "above", others)


def rise(walk: Walk) -> None:
    """Shows the moon, a candle, a lamp, a fire where its light is spoken of, and nothing else."""
    _light(walk)
    lit = any(value == "night" and "moon" in text for value, _, text in walk.scenery.said)
    if lit and _has_sky(walk) and _MOON not in walk.forbidden:
        kinds = {walk.lexicon.nouns[told.chunk.value].category for told in walk.draft.things}
        if _HIGH not in kinds and len(walk.draft.things) < CROWDED:
            _add(walk, _MOON)


def _light(walk: Walk) -> None:
    """Adds what gives the light of which is spoken: "by candlelight", at home if nowhere else."""
    for light in [table("light of")[t] for _, _, t in walk.scenery.said if t in table("light of")]:
        there = {told.chunk.value for told in walk.draft.things}
        walk.scenery.hints.append(_AT_HOME)
        if light not in there | walk.forbidden and len(there) <= _MOST:
            _add(walk, light)


def flash(walk: Walk) -> None:
    """Makes a storm of lightning over a place or things, which is seen in one."""
    draft = walk.draft
    index = next((n for n, told in enumerate(draft.things) if told.chunk.value == _BOLT), None)
    alone = len(draft.things) == 1 and not walk.scenery.settings
    if index is None or alone or not _has_sky(walk) or walk.scenery.plain:
        return
    walk.scenery.add("weather", "storm")
    related = any(index in (who, *others) for who, _, others in draft.relations)
    chunk = draft.things[index].chunk
    if not (related or chunk.counted or any(chunk.looks.values())):
        draft.drop(index)


def _has_sky(walk: Walk) -> bool:
    setting = walk.scenery.setting()
    return setting is None or (PLACES[setting].has_sky and has_weather(setting))


def _add(walk: Walk, name: str) -> None:
    walk.draft.add(Chunk("thing", name, 10**6, 10**6, name))


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
