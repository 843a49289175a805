"""Parts whose attributes apply to the whole: a turtle's shell, somebody's hair."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence

from maskgil.nano.reader.items import Chunk, Item
from maskgil.nano.reader.selection import may_be_so
from maskgil.nano.reader.words import pairs, table, verb_forms, words_of_kind
from maskgil.nano.world.arranging.hollows import hollow_of
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.drawn.regions import COUNTS, MISSING, region_of
from maskgil.nano.world.nouns import Noun

_HAIRED = "haired"
_CLOTHES_ALONE = ("fireplace", "wardrobe")  # what nothing but clothes hangs from
_SHOULDER = "on the shoulder of"
_ALIKE = 1.1  # times as large: who is still carried
_TALLER = 2.5  # times as large: what stands before a trunk
_ROOFED = ("building", "vehicle", "watercraft", "aircraft")


@functools.cache
def _owners() -> dict[str, frozenset[str]]:
    """Parts, and adjectives made of them -> whose they are: nouns, categories."""
    found: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for owners, parts in pairs("painted part"):
        for part in parts:
            found[part] |= frozenset(owners.split(", "))
    return dict(found)


def is_painted_part(text: str) -> bool:
    """Whether it is most of what is seen of something: a shell, wings, petals."""
    return text in _owners()


def paints_whole(noun: Noun, text: str) -> bool:
    """Whether the colour of such a part is that of the whole: of a turtle's shell."""
    owners = _owners().get(text, frozenset())
    return noun.name in owners or noun.category in owners


def standing(way: str, who: Noun, whole: Noun) -> str:
    """How who is said to be at a part of a whole stands to it: its drawing may show no such part.

    Whose head is on top has everything on it that is on their head.
    """
    shown = spot_of(way, whole) is not None
    if way == "on the head of" and is_headed(whole):
        return "on"
    under = "under" in dict(whole.anchors) and whole.category != "furniture"
    if way == "at the foot of" and not shown and (whole.grows or under):
        return "under" if who.size < whole.size / _TALLER else "next to"
    if way == "at the foot of" and whole.category == "structure" and hollow_of(whole.name):
        return "in"  # "at the end of a tunnel"
    if way == "at the foot of" and whole.category == "furniture":
        return "in front of"
    return way if shown else table("unless")[way]


def boarding(words: str, way: str) -> str:
    """How who gets in or on stands to what has no door: "getting out of bed", "on a horse"."""
    if way == "next to" and words in verb_forms("boards"):
        inward = words.endswith((" in", " into", " of")) or words.startswith("enter")
        return "in" if inward else "on" if words.endswith((" on", " onto", " off")) else way
    return way


def is_headed(whole: Noun) -> bool:
    """Whether the head is the top of a drawing."""
    return whole.category in ("person", "people") or any(figure(art) for art in whole.art)


def at_part(part: str, who: Noun, whole: Noun) -> str | None:
    """How who is on a part stands to what it is a part of; None for no part of it that is drawn."""
    way = table("spot").get(part)
    small, flies = who.size < whole.size, "a" in who.places
    if way is None:
        return None
    if way == "in":
        return way if whole.grows and "in" in dict(whole.anchors) else None
    people = ("person", "people")
    carried = {who.category, whole.category} <= {*people} and who.size <= whole.size * _ALIKE
    if carried and (way == _SHOULDER or part == "back"):
        return "on the shoulders of"
    if part == "back" and whole.category in people and small and spot_of(_SHOULDER, whole):
        way = _SHOULDER  # which is seen from the front
    if way == "on" and part in ("shelf", "shelves"):
        return way if whole.name in words_of_kind("shelved") else None
    if way == "on":
        rides = part == "back" and whole.category == "animal"
        return way if rides or (part != "back" and whole.category in _ROOFED) else None
    if way in ("on the roof of", "on the chimney of") and whole.category in _ROOFED:
        return standing(way, who, whole)
    if way == "on the head of" and small and is_headed(whole):
        return "on"
    held = way == "on the arm of" or (
        way == "on the nose of" and whole.category in ("animal", "marine")
    )
    if (held and not flies) or spot_of(way, whole) is None or not small:
        return None
    return standing(way, who, whole)


def hangs_on(one: Noun, other: Noun) -> bool:
    """Whether something hangs from what it is said to be on: clothes from a mantel, a key."""
    hung = other.name in words_of_kind("hung on") and spot_of("hanging from", other) is not None
    return hung and (one.category == "clothes" or other.name not in _CLOTHES_ALONE)


def points_of(way: str, whole: Noun) -> int:
    """How many points a whole has for what is so at it: a castle's towers."""
    spot = spot_of(way, whole)
    return 1 if spot is None else len(spot.points)


def known_by(name: str, part: str, colour: str | None = None) -> str | None:
    """The noun of who has such a part: a man with red hair, a boat with sails."""
    return table("with part").get(" ".join(filter(None, (name, colour, part))))


def is_of_part(items: Sequence[Item], place: int, noun: Noun | None) -> bool:
    """Whether a colour and a part before a noun are one word: "purple-shelled"."""
    for at in (place, place - 1):
        colour, part = items[at].roles.get("colour"), items[at + 1 : at + 2]
        if noun and colour and part and part[0].text.endswith("ed"):
            known = known_by(noun.name, part[0].text, colour) is not None
            return known or paints_whole(noun, part[0].text)
    return False


def is_own_hair(text: str, noun: Noun | None) -> bool:
    """Whether people are said to have the hair that all drawings of them have."""
    if noun is None or noun.category != "person" or text not in words_of_kind("blond"):
        return False
    return not is_dark(noun)


def is_dark(noun: Noun) -> bool:
    """Whether somebody's drawing has dark hair, which may be of any colour."""
    return known_by(noun.name, "hair", "yellow") is None and bool(region_of(noun.name, _HAIRED))


def paint_of(chunk: Chunk, noun: Noun) -> str | None:
    """What a part is said to be: of a colour, of a material, missing, broken, or so few.

    Of several "a missing wheel" leaves one fewer.
    """
    told = chunk.said.split()
    paint = next((table("part paint")[word] for word in told if word in table("part paint")), None)
    if chunk.texture in table("part paint"):
        paint = table("part paint")[chunk.texture]
    if chunk.colour or paint not in (None, MISSING):
        return chunk.colour or paint
    region = region_of(noun.name, table("part of").get(chunk.text, ""))
    fewer = region.many - 1 if paint and region and not chunk.many else 0
    left = chunk.count if chunk.counted and not paint else fewer
    return next((word for word, count in COUNTS.items() if count == left), paint)


def parted(noun: Noun, part: str, colour: str | None) -> str | None:
    """The state of a thing with a part of a colour; None where its drawing shows no such one."""
    told = "roofed" if part in words_of_kind("roof") else table("part of").get(part)
    state = f"{colour} {told}"
    return state if told and state in table("state") and may_be_so(noun, state) else None
