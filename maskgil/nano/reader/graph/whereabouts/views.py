"""Views: a setting seen through a window or door, or from a balcony, that fills the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maskgil.nano.reader.words import table, verb_forms, words_of_kind
from maskgil.nano.world.arranging.views import is_far, views
from maskgil.nano.world.implied import likely_place
from maskgil.nano.world.nouns import ALIVE, PEOPLE, noun
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import PLACES, place

if TYPE_CHECKING:
    from maskgil.nano.reader.graph.walk import Walk

_NEAR, _THROUGH = 4, ("through", "from", "out")
"""Words before a window, within which one says that somebody looks through it."""
_AT_IT, _NEARBY = 2, ("at", "by")
"""The same within which one says that somebody is at it."""
_AT, _TO = ("at", "of"), ("to", "onto")
_ANYWHERE = "hill"  # what is seen where no place is told, nor implied by what is outside
_BESIDE = ("next to", "on", "in", "in front of", "behind", "left of", "right of")
_WINDOW = "window with a view"


def framed(walk: Walk, scene: Scene, words: list[str]) -> Scene:
    """The scene as it is seen through a window that is said to have a view of it.

    So is a place outdoors of which a room is said to have a view.
    """
    told = [name for name, *_ in walk.scenery.said if name in PLACES and place(name).outdoors]
    told = told or [name for name, _ in walk.scenery.settings if place(name).outdoors]
    told = [name for name in told if name != "snow"] or told  # that lies or falls there
    index = _opening(walk, scene, words, bool(told))
    if index is not None:
        things = [*scene.things]
        things[index] = Thing(table("with a view").get(things[index].noun, things[index].noun))
        scene = _with_outside(walk, replace(scene, things=tuple(things)), index, words)
    elif told and _is_room(scene.setting) and _has_view(words):
        scene = replace(scene, things=(*scene.things, Thing(_WINDOW)))
    else:
        return scene
    scene, setting = _as_place(scene, told[-1] if told else scene.setting)
    if setting is None or not place(setting).outdoors:
        outside = tuple(thing for thing in scene.things if is_far(thing))
        there = likely_place(Scene(outside, time=scene.time)) if outside else None
        setting = there if there and place(there).has_sky else _ANYWHERE
    times = [time for time in (*walk.scenery.times, scene.time) if time in place(setting).times]
    return replace(scene, setting=setting, time=times[0] if times else "day")


def shown(text: str) -> bool:
    """Whether a word that is left out elsewhere is seen where somebody is before a view."""
    return _is_seen(text.split())


def _is_room(setting: str | None) -> bool:
    return setting is not None and not place(setting).outdoors and setting != "table top"


def _opening(walk: Walk, scene: Scene, words: list[str], outdoors: bool) -> int | None:
    """The window, door or balcony through which one is said to see what is outside."""
    for index, thing in enumerate(scene.things):
        if thing.noun in views() and thing.count == 1:
            return index
        if thing.noun not in table("with a view") or thing.count > 1:
            continue
        if any(r.name == "hanging from" and index in r.objects for r in scene.relations):
            continue  # whose curtains are told
        before, after = _around(walk, index, words)
        through = {*before[-_NEAR:]} & {*_THROUGH} and _is_seen(before + after)
        opens = _is_seen(after) or _has_view(before) or after[:1] in [[each] for each in _TO]
        far = any(is_far(other) for other in scene.things if other is not thing)
        opens = opens or (far and "outside" in after)
        streaked = walk.scenery.weathers and table("with a view")[thing.noun] == _WINDOW
        elsewhere = walk.scenery.settings or streaked or walk.within
        at_it = {*before[-_AT_IT:]} & {*_NEARBY} and _has_visitor(scene, index)
        leisurely = (through and scene.relations) or at_it  # "a dog looking out of a window"
        leisurely = leisurely and not elsewhere
        opens = opens or (len(scene.things) == 1 and _is_told(walk, thing))  # "a sunny balcony"
        if ((through or opens) and (outdoors or far or _is_told(walk, thing))) or leisurely:
            return index
    return None


def _is_told(walk: Walk, thing: Thing) -> bool:
    """Whether light or weather is told of a balcony, which is seen from there."""
    return thing.noun == "balcony" and bool(walk.scenery.times or walk.scenery.weathers)


def _has_visitor(scene: Scene, index: int) -> bool:
    """Whether somebody is at a thing, and nothing else is: "a girl at the window"."""
    there = [r for r in scene.relations if index in (r.subject, *r.objects)]
    return [(r.name, r.objects) for r in there] == [("next to", (index,))] and (
        noun(scene.things[there[0].subject].noun).category in ALIVE
    )


def _around(walk: Walk, index: int, words: list[str]) -> tuple[list[str], list[str]]:
    """The words before and behind those that name a thing."""
    if index < len(walk.draft.things):
        said = walk.draft.things[index].chunk.text.split()
        for at in range(len(words)):
            if words[at : at + len(said)] == said:
                return words[:at], words[at + len(said) :]
    return words, []


def _has_view(words: list[str]) -> bool:
    text = f" {' '.join(words)} "
    return any(f" {each} " in text for each in words_of_kind("view"))


def _is_seen(words: list[str]) -> bool:
    """Whether they tell of a view, or of looking."""
    return _has_view(words) or not verb_forms("sights").isdisjoint(words)


def _with_outside(walk: Walk, scene: Scene, index: int, words: list[str]) -> Scene:
    """The scene with what is seen behind the window, and not where somebody looks at it from."""
    _, after = _around(walk, index, words)
    outside = {n for n, thing in enumerate(scene.things) if n != index and is_far(thing)}
    for other in range(len(scene.things)):
        before, _ = _around(walk, other, words)
        between = before[len(words) - len(after) :]
        seen = _is_seen(between) or not {*between}.isdisjoint(_AT)
        ways = {r.name for r in scene.relations if other in (r.subject, *r.objects)}
        later = len(words) - len(after) < len(before) < len(words)
        if later and seen and ways <= {*_BESIDE}:
            outside.add(other)
    outside -= {index}
    if index < len(walk.draft.things) and walk.draft.things[index].chunk.text in views():
        related = {n for r in scene.relations for n in (r.subject, *r.objects)}
        outside &= related  # as captions say it
    kept = [
        r
        for r in scene.relations
        if len({n in outside for n in (r.subject, *r.objects)}) == 1
        or (r.name not in _BESIDE and index not in r.objects)
    ]
    kept += [Relation(n, "behind", (index,)) for n in sorted(outside)]
    return replace(scene, relations=tuple(_at_sill(scene, each, index) for each in kept))


def _at_sill(scene: Scene, relation: Relation, index: int) -> Relation:
    """Who is in a window is before it, or on its sill."""
    if relation.name not in ("in", "next to") or relation.objects != (index,):
        return relation
    person = noun(scene.things[relation.subject].noun).category in PEOPLE
    stands = person or views()[scene.things[index].noun].sill is None
    return replace(relation, name="in front of" if stands else "on")


def _as_place(scene: Scene, setting: str | None) -> tuple[Scene, str | None]:
    """The scene without a thing behind the window that is a place, and that as its setting."""
    for other, thing in enumerate(scene.things):
        bare = thing == Thing(thing.noun, thing.count) and thing.noun in PLACES
        ends = [r for r in scene.relations if other in (r.subject, *r.objects)]
        if bare and setting in (None, thing.noun) and [r.name for r in ends] == ["behind"]:
            kept = [n for n in range(len(scene.things)) if n != other]
            relations = tuple(
                Relation(kept.index(r.subject), r.name, tuple(map(kept.index, r.objects)))
                for r in scene.relations
                if r not in ends
            )
            things = tuple(scene.things[n] for n in kept)
            return replace(scene, things=things, relations=relations), thing.noun
    return scene, setting
