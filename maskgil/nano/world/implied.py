"""Implied setting and time of day, from a scene's things."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from maskgil.nano.world.clusters import kind_of
from maskgil.nano.world.marks import AND
from maskgil.nano.world.nouns import ALIVE, LIVING, noun
from maskgil.nano.world.scene import ACTIONS, SPOTS, TOUCHING, Relation, Scene, Thing
from maskgil.nano.world.settings import PLACES, place
from maskgil.utils.assets import table_rows

PLAIN = "on plain paper"
"""What a caption says of a scene that is on plain paper though it implies a place."""
TINTED = "blue background"  # behind what is white
PAPER = "white background"  # behind what is nowhere, though it is at home somewhere
_UPON = ("on", "in", "around", "riding", *SPOTS)  # the object is what tells the place
_ABOUT = ("under", "behind", "in front of", *ACTIONS, "holding", "wearing")  # either is
_DRY = ("kitchen", "household", "home", "garden", "food", "furniture", "tool", "farm")
_WATERS = ("underwater", "sea", "lake")
"""Categories of vessels and dishes, and where nobody is who is in one."""
_OVER = {"above": ("underwater",)}  # who swims over coral
_WITHIN, _HIGH_GRASS = ("between", "in", "behind"), ("grass tuft",)
_NEAR = ("next to", *TOUCHING, "on the shoulders of")  # both are, of the same place
_HAD = {
    "classroom": ("blackboard",),
    "garden": ("fence",),
    "library": ("bookshelf", "book"),
    "bedroom": ("bed",),
    "fairground": ("ferris wheel",),
    "market": ("market stall",),
    "hallway": ("door",),
}
"""What the scenery of a place shows well."""
_SEVERAL = ("book", "market stall", "door")  # of that: what it shows several of
_MET = ("bed",)  # of that: what is drawn all the same where something is next to it
_NEAR_IT = ("next to", "in front of", "left of", "right of")
_BY_NIGHT = ("full moon", "crescent moon", "moon with a face", "glowing star", "fireworks")
_INDOORS = ("furniture", "appliance", "household")
_HALL = 2.5  # metres: what is smaller may be in a room
_ON_TABLES = 0.5  # metres: what is larger is on no table
_HOMES = {
    "home": "living room", "wild": "savanna", "rail": "railway", "island": "beach",
    "people": None, "food": None, "night": None, "table": None, "wood": "forest",
}  # fmt: skip
"""Words of the nouns' column `settings` that are no setting's name, and whose they are."""
_STOOD = ("next to", "in front of", "behind", "on", "in", "under", "between", "around", "riding",
          "catching", "hitting", "kicking", "throwing", *TOUCHING, *SPOTS)  # fmt: skip
"""Relations of those who are somewhere, at home if no more is told."""
_UNDER_THE_SKY = {"nature", "structure", "building", "symbol", "celestial"}
"""Categories of what somebody is over, or under, outdoors."""
_LAND = "field"  # where who is under the sun is who is at home nowhere
AT_SEA = "sea"  # the same for ships
_POOLS = ("pond", "puddle", "fountain", "bathtub", "swimming pool", "paddling pool", "lake",
          "river")  # fmt: skip
"""Things in which others are afloat, wherever they are."""
_DONE = ("running", "walking", "jumping", "bending")
"""States of animals that are somewhere, too."""
_SETTLED = ("animal", "insect", "marine", "building", "structure", "nature", "plant", "vehicle",
            "farm", "garden", "street", "playground", "outdoor", "watercraft", "celestial",
            "furniture", "appliance")  # fmt: skip
"""Categories of what tells of a place, by which others are there too."""
_FIXED = ("building", "structure", "playground", "farm", "street", "outdoor", "garden", "nature",
          "furniture", "appliance")  # fmt: skip
"""Categories of what does not move: it tells more of where all are."""
_WEAK = "~"
"""Before a noun of implied.tsv: it tells no place but beside another that tells the same."""
_TREES = ("tree", "oak tree")  # in the park, but where lions lie under one it is elsewhere
_HOMELY = "="
"""Before a noun of implied.tsv: it is at home there, and so are those who are with it."""
_OUTDOORS = ("plant", "building", "structure", "vehicle", "watercraft")
"""Categories of what is seen outdoors."""
_WHITE = ("polar bear", "swan", "sheep", "rabbit", "snowman", "ghost", "dove", "goose", "snowy owl",
          "stork", "seagull")  # fmt: skip


@functools.cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The settings of implied.tsv and the names of what implies them, in its order."""
    rows = table_rows(Path(__file__).with_name("implied.tsv"))
    return tuple((setting, tuple(names.split(", "))) for setting, names in rows)


@functools.cache
def _places() -> dict[str, str]:
    """Noun -> the setting that it implies, in the order of implied.tsv."""
    return {
        name.strip(_WEAK): setting
        for setting, names in _rows()
        for name in names
        if not name.startswith(_HOMELY)
    }


@functools.cache
def _homely() -> dict[str, str]:
    """Noun -> the setting where it is at home, of those that imply none."""
    return {
        name.removeprefix(_HOMELY): setting
        for setting, names in _rows()
        for name in names
        if name.startswith(_HOMELY)
    }


@functools.cache
def _weak() -> frozenset[str]:
    """The nouns that tell no place alone: a king is anywhere, beside his throne in its room."""
    return frozenset(n.strip(_WEAK) for _, names in _rows() for n in names if n.startswith(_WEAK))


def implied_settings() -> frozenset[str]:
    """All settings that can be implied."""
    return frozenset((*_places().values(), *_homely().values(), TINTED))


def imagined(scene: Scene, *, doers: Collection[int] = (), timeless: bool = True) -> Scene:
    """A scene without setting, in the setting and at the time of day that it implies.

    `doers`: the things with activities. `timeless`: no time of day was named. Single things, and
    things without relations, stay on plain paper.
    """
    if scene.style != "3d":
        return scene
    several = len(scene.things) > 1 or scene.setting is not None
    nightly = timeless and several and _is_nightly(scene)
    if nightly and (scene.setting is None or "night" in place(scene.setting).times):
        scene = replace(scene, time="night")
    if scene.setting is not None:
        return scene
    setting = _setting(scene, doers)
    if setting is None:
        return scene
    plain = (scene.time, scene.weather) == ("day", "clear")
    where = place(setting)
    if scene.time == "sunset" and "night" in where.times and not where.outdoors:
        scene = replace(scene, time="night")  # indoors in the evening
    if scene.time not in where.times:
        if not plain:
            return scene  # "a submarine at night"
        scene = replace(scene, time=where.times[0])
    if scene.weather != "clear" and not where.outdoors:
        return scene
    return replace(scene, setting=setting)


def without_doubles(scene: Scene) -> Scene:
    """The scene without things that its setting already shows, if nothing more is said of them."""
    had = _HAD.get(scene.setting or "", ())
    gone = {
        index
        for index, thing in enumerate(scene.things)
        if thing == Thing(thing.noun, thing.count if thing.noun in _SEVERAL else 1)
        and thing.noun in had
        and (thing.count > 1 or thing.noun not in _SEVERAL)
        and all(
            each.name in _NEAR_IT and len(each.objects) == 1 and thing.noun not in _MET
            for each in scene.relations
            if index in (each.subject, *each.objects)
        )
    }
    if not gone:
        return scene
    kept = [index for index in range(len(scene.things)) if index not in gone]
    relations = tuple(
        Relation(kept.index(each.subject), each.name, tuple(map(kept.index, each.objects)))
        for each in scene.relations
        if not gone & {each.subject, *each.objects}
    )
    return replace(scene, things=tuple(scene.things[index] for index in kept), relations=relations)


def likely_place(scene: Scene) -> str | None:
    """The most likely setting of a scene's things, by weather and time of day.

    The first thing decides: what it implies, else its noun's usual setting.
    """
    for thing in scene.things:
        implied, tags = _places().get(thing.noun), noun(thing.noun).settings
        near = [name for name, each in PLACES.items() if set(tags) & set(each.tags)]
        near.sort(key=lambda name: min(tags.index(t) for t in PLACES[name].tags if t in tags))
        for name in (implied, *near):
            where = place(name)
            airless = where.floats or name == "moon"
            inside = scene.weather == "clear" and noun(thing.noun).category in _INDOORS
            fits = (where.outdoors or inside) and scene.time in where.times
            fits = fits and not (where.floats and _is_grounded(scene))
            if name is not None and fits and (scene.weather == "clear" or not airless):
                return name
    return None


def open_air(scene: Scene) -> str:
    """Where a scene under the open sky is: at sea what floats, else where it is likeliest."""
    pools = any(thing.noun in _POOLS for thing in scene.things)
    afloat = any(noun(thing.noun).places == "w" for thing in scene.things)
    return AT_SEA if afloat and not pools else likely_place(scene) or _LAND


def room_of(scene: Scene) -> str | None:
    """The room that a scene's things imply, the surest first."""
    told = (_places().get(thing.noun) for thing in scene.things if thing.noun not in _weak())
    rooms = {name for name in told if name and not place(name).outdoors} - {"table top"}
    return next((name for name, _ in _rows() if name in rooms), None)


def _is_nightly(scene: Scene) -> bool:
    return any(thing.noun in _BY_NIGHT for thing in scene.things)


def _is_white(thing: Thing) -> bool:
    """Whether somebody would hardly be seen on white."""
    return thing.colour == "white" or (thing.noun in _WHITE and not thing.colour)


def _homes(name: str) -> list[str]:
    """The settings where a noun is at home, the likeliest first."""
    tags = (_HOMES.get(tag, tag) for tag in noun(name).settings)
    return [tag for tag in tags if tag in PLACES]


def home(scene: Scene) -> str | None:
    """The setting in which a scene without one is drawn: that of active or white things.

    None for a scene with a setting, light, weather or style, or that stays on paper.
    """
    if scene != Scene(scene.things, scene.relations) or imagined(scene).setting is not None:
        return None
    return _at_home(scene) or _around_white(scene)


def _around_white(scene: Scene) -> str | None:
    """Where white things are seen: outdoors, where one is or what stands there by them is."""
    seen = [_behind_white(thing) for thing in scene.things if _is_white(thing)]
    if TINTED in seen:
        seen += [_behind_white(thing) for thing in scene.things
                 if noun(thing.noun).category in _OUTDOORS]  # fmt: skip
    return next((where for where in seen if where != TINTED), next(iter(seen), None))


def _behind_white(thing: Thing) -> str:
    """Where what is white is seen: at home outdoors, where it lives or grows, else on a tint."""
    kind = noun(thing.noun)
    if kind.category not in (*LIVING, *_OUTDOORS) and thing.noun not in _WHITE:
        return TINTED
    homes = [_places().get(thing.noun), *_homes(thing.noun)]
    shown = (name for name in homes if name and place(name).has_sky)
    return next(shown, TINTED)


def _at_home(scene: Scene) -> str | None:
    """Where most of those are at home who do something or stand by something.

    An animal that moves, or two of whom it is told how they stand; one must tell of a place.
    """
    moving = {n for n, thing in enumerate(scene.things) if _moves(thing)}
    about = {
        *moving,
        *(
            n
            for each in scene.relations
            if _stand(each, scene)
            for n in (each.subject, *each.objects)
        ),
    } - {each.subject for each in scene.relations if _sails_below(each, scene)}
    nouns = [scene.things[n].noun for n in sorted(about)]
    if not any(noun(name).category in _SETTLED or _surely_at(name) for name in nouns):
        return None
    found: dict[str, float] = {}
    for name in nouns:
        sure = _surely_at(name)
        weight = 3 if name in _homely() else 2 if sure or noun(name).category in _FIXED else 1
        for rank, setting in enumerate([sure] if sure else _homes(name)):
            found[setting] = found.get(setting, 0) + weight / (2 + rank)
    tables = any(noun(name).size > _ON_TABLES for name in nouns)
    grounded = _is_grounded(scene)
    dry = any(
        each.name in ("in", "on") and noun(scene.things[each.objects[0]].noun).category in _DRY
        for each in scene.relations
    )
    outside = grounded or moving or any(_is_built(thing) for thing in scene.things)
    fits = {
        name: score
        for name, score in found.items()
        if not (name == "table top" and tables)
        and not (place(name).floats and grounded)
        and not (dry and name in _WATERS)
        and (place(name).outdoors or not outside)
    }
    best = [name for name, score in fits.items() if score == max(fits.values())]
    rooms = [setting for setting, _ in _rows() if not place(setting).outdoors]
    if set(best) <= {*rooms}:
        best.sort(key=rooms.index)  # "a sink next to a toilet"
    return next(iter(best), _LAND if grounded else None)


def _is_grounded(scene: Scene) -> bool:
    """Whether somebody stands on the ground, the sun or moon above them or a plane beside them."""
    for each in scene.relations:
        lights = noun(scene.things[each.subject].noun).category == "celestial"
        flies = any(noun(scene.things[n].noun).category == "aircraft" for n in each.objects)
        below = each.objects if each.name == "above" and lights else ()
        beside = (each.subject,) if each.name == "next to" and flies else ()
        nouns = [noun(scene.things[n].noun) for n in (*below, *beside)]
        if any(one.category in ALIVE and kind_of(one) == "g" for one in nouns):
            return True
    return False


def _is_built(thing: Thing) -> bool:
    """Whether it is a building, an airplane, which is in no room."""
    one = noun(thing.noun)
    return one.category in ("building", "aircraft") and one.size > _HALL


def _surely_at(name: str) -> str | None:
    """The one setting where a noun is at home, if implied.tsv tells it."""
    told = None if name in (*_weak(), *_TREES) else _places().get(name)
    return _homely().get(name) or told


def _stand(relation: Relation, scene: Scene) -> bool:
    """Whether it tells that two are at one place, not only on which side of each other."""
    ends = (relation.subject, *relation.objects)
    kinds = {noun(scene.things[n].noun).category for n in ends}
    over = relation.name == "above" and bool(kinds & _UNDER_THE_SKY)
    return over or _sails_below(relation, scene) or relation.name in _STOOD


def _sails_below(relation: Relation, scene: Scene) -> bool:
    """Whether something flies over what floats, which tells where both are."""
    thing = scene.things[relation.subject]
    flies = "a" in noun(thing.noun).places or thing.state == "flying"
    sails = any(kind_of(noun(scene.things[n].noun)) == "w" for n in relation.objects)
    return relation.name == "above" and flies and sails


def _moves(thing: Thing) -> bool:
    """Whether it is an animal that does something outdoors."""
    done = set((thing.state or "").split(AND)) & {*_DONE}
    return bool(done) and noun(thing.noun).category in ("animal", "insect", "marine")


def _setting(scene: Scene, doers: Collection[int]) -> str | None:
    """The first setting of implied.tsv that a relation or an action speaks for."""
    told = [_places().get(thing.noun) for thing in scene.things]
    told = [
        None if thing.noun in _weak() and told.count(name) < 2 else name
        for thing, name in zip(scene.things, told, strict=True)
    ]
    living = zip(scene.things, told, strict=True)
    wild = [name for thing, name in living if name and noun(thing.noun).category in LIVING]
    around = told
    if wild:
        around = [wild[0] if scene.things[n].noun in _TREES else at for n, at in enumerate(told)]
    found = {told[index] for index in doers}
    for relation in scene.relations:
        found |= _spoken_for(relation, told if relation.name in _NEAR else around)
    elsewhere = {name for name in found if name and place(name).floats and {*told} - {None, name}}
    found |= _amid_grass(scene, told) if found <= {None} else set()
    found -= elsewhere  # "a ufo abducting a cow" is over its field
    dived = any(
        each.name == "under" and noun(scene.things[each.subject].noun).category == "marine"
        for each in scene.relations
    )
    if "sea" in found and dived:
        return "underwater"  # "a shark under a boat"
    swimming = {noun(thing.noun).category for thing, at in zip(scene.things, told, strict=True)
                if at == "sea"}  # fmt: skip
    if "sea" in found and "underwater" in told and swimming == {"marine"}:
        found |= {"underwater"}  # "a shark chasing a diver"
    if any(noun(thing.noun).size > _ON_TABLES for thing in scene.things):
        found -= {"table top"}  # "a dog eating from a bowl"
    if any(_is_built(thing) for thing in scene.things):
        found = {name for name in found if name and place(name).outdoors}
    return next((name for name in dict.fromkeys(_places().values()) if name in found), None)


def _amid_grass(scene: Scene, told: list[str | None]) -> set[str | None]:
    """Where who is in high grass is at home; else it is a field's."""
    return {
        told[relation.subject] or "field"
        for relation in scene.relations
        if relation.name in _WITHIN
        and any(scene.things[index].noun in _HIGH_GRASS for index in relation.objects)
    }


def _spoken_for(relation: Relation, told: list[str | None]) -> set[str | None]:
    mine, others = told[relation.subject], {told[index] for index in relation.objects}
    if relation.name in _UPON:
        return others
    if relation.name in _OVER:
        return {*others} & {*_OVER[relation.name]}
    if relation.name in _ABOUT:
        return {mine, *others}
    return others & {mine} if relation.name in _NEAR else set()
