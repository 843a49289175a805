"""Where a scene's things are likely to be, for who would rather not have them on plain paper."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from maskgil.nano.world.nouns import Noun, noun
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import PLACES, Setting, place

_BY_RANK = (1.0, 0.7, 0.5)  # what a noun's first, second, third setting weighs
_AGREED = 0.8  # share of the things that must speak for a setting
_ON_A_TABLE = 0.8  # metres of what stands on one
_INDOORS = 3.5  # metres of what stands in a room
_OF_THE_NIGHT = ("full moon", "crescent moon", "star", "moon with a face", "shooting star")


def in_likely_setting(scene: Scene) -> Scene:
    """`scene` where its things are most likely seen; itself where it has a setting, or none fits.

    Nothing of this was asked for: it is a guess by the nouns' own settings.
    """
    if scene.setting is not None or not scene.things:
        return scene
    nouns = [noun(thing.noun) for thing in scene.things]
    asleep = any(one.name in _OF_THE_NIGHT for one in nouns)
    standing = [one for one in nouns if one.name not in _OF_THE_NIGHT]
    setting = _likely(standing, outdoors=scene.weather != "clear")
    time = "night" if asleep and scene.time == "day" else scene.time
    if setting is None or time not in setting.times:
        return replace(scene, time=time)
    return replace(scene, setting=setting.name, time=time)


def _likely(nouns: list[Noun], *, outdoors: bool) -> Setting | None:
    """The setting that most of `nouns` belong to; with `outdoors` one with weather."""
    votes: defaultdict[str, float] = defaultdict(float)
    for one in nouns:
        for name, where in PLACES.items():
            if one.places == "w" and not where.water and name != "underwater":
                continue  # a boat on a road
            ranks = [_BY_RANK[min(n, 2)] for n, tag in enumerate(one.settings) if tag in where.tags]
            votes[name] += max(ranks, default=0.0)
    fitting = {
        name: vote + (0.1 if name == "table top" else 0.0)
        for name, vote in votes.items()
        if _fits(place(name), nouns, outdoors)
    }
    best = max(fitting, key=lambda name: fitting[name], default=None)
    if best is None or fitting[best] < _AGREED * len(nouns):
        return None
    return place(best)


def _fits(where: Setting, nouns: list[Noun], outdoors: bool) -> bool:
    longest = max((one.size for one in nouns), default=0.0)
    if where.name == "table top":
        return longest <= _ON_A_TABLE and not outdoors
    if outdoors:
        return where.outdoors and not where.floats
    return where.outdoors or longest <= _INDOORS
