"""Costumes: the garments that show a disguise: "a cat dressed as a pirate"."""

from __future__ import annotations

import functools

from maskgil.nano.reader.graph.draft import Draft
from maskgil.nano.reader.items import Chunk
from maskgil.nano.reader.words import pairs, words_of_kind


@functools.cache
def costumes() -> dict[str, tuple[tuple[str, str], ...]]:
    """Noun of a costume -> relations and things that show it: "wearing", "crown"."""
    told = {}
    for who, things in pairs("costume"):
        split = (thing.partition(" ") for thing in things)
        told[who] = tuple((way, noun) for way, _, noun in split)
    return told


def dress(draft: Draft, who: int, costume: Chunk) -> bool:
    """Add the things that show a costume; False if there are none."""
    things = costumes().get(costume.value, ())
    borne = draft.living(who) or draft.noun(who).name in words_of_kind("bearer")
    if not things or not borne:
        return False
    shown = False
    for way, name in things:
        place, count = costume.start, draft.things[who].chunk.count
        added = draft.add(Chunk("thing", name, place, place, name, count=count))
        if added is not None:
            draft.relations.append((who, way, [added[0]]))
            draft.things[added[0]].host, draft.things[added[0]].via = who, way
            shown = True
    return shown
