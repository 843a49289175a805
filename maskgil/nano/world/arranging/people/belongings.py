"""Belongings: things included in a drawing: a magician's wand, a bunk bed's ladder."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.clusters import LAID, drawing_of
from maskgil.nano.world.drawn.garments import fits, garments
from maskgil.nano.world.drawn.regions import region_of
from maskgil.nano.world.nouns import PEOPLE, load_nouns, noun
from maskgil.nano.world.scene import CARRIED, Relation, Scene, Thing
from maskgil.utils.assets import table_rows

_PARTS = {
    **dict.fromkeys(("hat", "pointed hat", "cowboy hat", "sun hat"), "hatted"),
    "bathrobe": "robed", "cape": "caped", "dress": "dressed", "jeans": "trousered",
    **dict.fromkeys(("shirt", "sweater", "blouse", "t-shirt"), "shirted"), "skirt": "skirted",
    "shoe": "shoed",
}  # fmt: skip
"""What is shown -> the part of regions.tsv that it is."""
_CAPE = "cape"
_CLOTHES = {"dressed": "dress", "skirted": "skirt", "caped": _CAPE}
"""The part -> the garment as which it is drawn on a body in a pose."""
SHOWN_BY = {
    ("waiter", "holding", "tray of drinks"): "svg:waiter-2",
    ("waiter", "holding", "tray"): "svg:waiter-3",
    ("witch", "riding", "broom"): "svg:witch-2",
}
"""Who has what, and the drawing by which they are shown then."""
_WEAPONS = ("sword", "boxing glove", "bow", "axe", "spear", "trident", "lightsaber", "scythe")
Tints = tuple[tuple[str, str], ...]
_FLOWN = ("broom",)  # what who has it is not on


@functools.cache
def _rows() -> dict[str, dict[str, tuple[int, str]]]:
    """Who -> what their drawing shows -> how many, and their colour, "" where it may be any."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    names = {one.name for one in load_nouns()}
    for who, things in table_rows(Path(__file__).with_name("belongings.tsv")):
        found[who] = {}
        for thing in things.split(", "):
            number, _, rest = thing.partition(" ")
            count, told = (int(number), rest) if number.isdigit() else (1, thing)
            colour, _, name = ("", "", told) if told in names else told.partition(" ")
            found[who][name] = count, colour
    return found


def own_count(who: str, thing: str) -> int:
    """The number of another noun included in a noun's main drawing."""
    return _rows().get(who, {}).get(thing, (0, ""))[0]


def has_own(who: str, thing: str) -> bool:
    """Whether a noun's main drawing includes another noun."""
    return own_count(who, thing) > 0


def armed(who: str) -> bool:
    """Whether a noun's main drawing includes a weapon."""
    return any(has_own(who, each) for each in _WEAPONS)


def own_colour(who: str, thing: str) -> str:
    """The colour of a belonging in the drawing; "" if unnamed."""
    return _rows().get(who, {}).get(thing, (0, ""))[1]


def tints_of(scene: Scene, index: int) -> Tints:
    """Colours requested for a thing's belongings, by part; looks of garments, by noun."""
    thing, found = scene.things[index], []
    for relation in scene.relations:
        if relation.subject == index and relation.name in CARRIED:
            own = scene.things[relation.objects[0]]
            if may_tint(thing, own) and not own.texture:
                if own.colour and own.colour != own_colour(thing.noun, own.noun):
                    found.append((own.colour, _PARTS[own.noun]))
            elif is_garment(relation, scene):
                found.append((f"{own.colour or ''}|{own.texture or ''}", own.noun))
    return tuple(found)


def is_garment(relation: Relation, scene: Scene) -> bool:
    """Whether somebody wears something that is drawn on their body."""
    own = scene.things[relation.objects[0]]
    worn = relation.name == "wearing" and own.noun in garments() and not own.lettering
    alone = sum(relation.objects[0] in (r.subject, *r.objects) for r in scene.relations) == 1
    shown = is_shown_by(relation, scene, noun(scene.things[relation.subject].noun).art[0])
    return worn and alone and not shown


def is_dressed(relation: Relation, scene: Scene, code: str) -> bool:
    """Whether a drawing `code` has a body on which a garment that is worn is drawn."""
    if not is_garment(relation, scene):
        return False
    who, clothes = (scene.things[n].noun for n in (relation.subject, relation.objects[0]))
    lies = noun(who).category in PEOPLE and code.endswith(LAID)
    return lies or pose_of(code) is not None or fits(clothes, code)


def inscribed(scene: Scene) -> Scene:
    """The scene with lettering on clothes moved to figures drawn in them."""
    things = list(scene.things)
    for each in scene.relations:
        who, own = scene.things[each.subject], scene.things[each.objects[0]]
        if own.lettering and is_shown_by(each, scene, noun(who.noun).art[0]):
            things[each.subject] = replace(who, lettering=own.lettering)
    return replace(scene, things=tuple(things))


def may_tint(thing: Thing, own: Thing) -> bool:
    """Whether a belonging can be recoloured in the drawing."""
    part = _PARTS.get(own.noun) if has_own(thing.noun, own.noun) else None
    return part is not None and region_of(thing.noun, part) is not None


def on_a_body(who: str, tints: Tints) -> Tints:
    """The garments of somebody's main drawing as which they are drawn in a pose: colours told of
    its parts, and the cape that it has."""
    told = tuple((f"{colour}|", _CLOTHES[part]) for colour, part in tints if part in _CLOTHES)
    caped = has_own(who, _CAPE) and all(part != _CAPE for _, part in told)
    return (*told, *([(f"{own_colour(who, _CAPE)}|", _CAPE)] if caped else []))


def drawing_with(scene: Scene, index: int) -> str | None:
    """A figure's drawing with its belonging, or without if the figure is on it."""
    for each in scene.relations:
        if each.subject == index:
            key = scene.things[index].noun, each.name, scene.things[each.objects[0]].noun
            if key in SHOWN_BY:
                return SHOWN_BY[key]
    return None


def is_own(relation: Relation, scene: Scene) -> bool:
    """Whether a relation's object is included in the owner's main drawing."""
    who, thing = (scene.things[n].noun for n in (relation.subject, relation.objects[0]))
    return relation.name in CARRIED and has_own(who, thing)


def is_shown_by(relation: Relation, scene: Scene, code: str) -> bool:
    """Whether the owner's drawing `code` includes it, so that it is not drawn twice."""
    who, thing = (scene.things[n] for n in (relation.subject, relation.objects[0]))
    shown = SHOWN_BY.get((who.noun, relation.name, thing.noun))
    if shown == drawing_of(code):
        return relation.name in CARRIED
    own = relation.objects[0]
    if sum(own in (each.subject, *each.objects) for each in scene.relations) > 1:
        return False  # a sack, and what is in it
    main = drawing_of(code) == noun(who.noun).art[0]
    if relation.name == "holding" and pose_of(code):
        return False  # the pose has other arms
    ridden = relation.name == "riding" and thing.noun not in _FLOWN
    same = thing.colour in (None, own_colour(who.noun, thing.noun)) and not thing.texture
    return (
        (ridden or relation.name in CARRIED)
        and main
        and has_own(who.noun, thing.noun)
        and thing.count <= own_count(who.noun, thing.noun) * max(1, who.count)
        and (same or (may_tint(who, thing) and not thing.texture))
    )
