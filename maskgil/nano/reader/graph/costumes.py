"""Costumes: the garments that show a disguise: "a cat dressed as a pirate"."""

from __future__ import annotations

import functools

from maskgil.nano.reader.graph.draft import Draft
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import pairs, words_of_kind
from maskgil.nano.world.paints import PAINTS


@functools.cache
def costumes() -> dict[str, tuple[tuple[str, str, str | None], ...]]:
    """Noun of a costume -> relations, things that show it, their colours: "wearing", "crown"."""
    told = {}
    for who, things in pairs("costume"):
        told[who] = tuple(_shown(*thing.split(" ", 1)) for thing in things)
    return told


def _shown(way: str, thing: str) -> tuple[str, str, str | None]:
    first, _, rest = thing.partition(" ")
    return (way, rest, first) if first in PAINTS else (way, thing, None)


def dress(draft: Draft, who: int, costume: Chunk) -> bool:
    """Add the things that show a costume; False if there are none."""
    things = costumes().get(costume.value, ())
    borne = draft.living(who) or draft.noun(who).name in words_of_kind("bearer")
    if not things or not borne:
        return False
    shown = draft.noun(who).name == costume.value  # "an astronaut in a spacesuit"
    for way, name, colour in things if not shown else ():
        place, count = costume.start, draft.things[who].chunk.count
        added = draft.add(Chunk("thing", name, place, place, name, count=count))
        if added is not None and colour:
            draft.things[added[0]].chunk.colour = costume.colour or colour
        if added is not None:
            draft.relations.append((who, way, [added[0]]))
            draft.things[added[0]].host, draft.things[added[0]].via = who, way
            shown = True
    return shown
