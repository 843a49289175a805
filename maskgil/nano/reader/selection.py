"""Selectional restrictions: which nouns can be in which state, from states.tsv."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import NamedTuple

from maskgil.nano.reader.words import posed_as, words_of_kind
from maskgil.nano.world.arranging.deeds.leading import ARMED
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.posing import may_pose
from maskgil.nano.world.clusters import kind_of
from maskgil.nano.world.drawn.faces import MOUTHED, may_show, may_turn
from maskgil.nano.world.drawn.regions import WAYS, parts_told, region_of
from maskgil.nano.world.nouns import LIVING, PEOPLE, Noun, load_nouns
from maskgil.nano.world.scene import ARMS_UP, BODY_STATES, LOOKING, POINTING
from maskgil.utils.assets import table_rows


class Restriction(NamedTuple):
    """Nouns that can be in a state, by category and name: `only` these, except `never`."""

    only: frozenset[str]
    never: frozenset[str]

    def allows(self, noun: Noun) -> bool:
        said = {noun.category, noun.name}
        return bool(not self.only or said & self.only) and not said & self.never


def may_be_so(noun: Noun, state: str) -> bool:
    """Whether a noun can be drawn in a state: inanimate things do not lie, stars do not run."""
    if noun.category == "celestial" or state in noun.name.split():
        return False
    if state in MOUTHED:
        return may_show(noun, state)
    if state == LOOKING and not may_turn(noun):
        return False
    if state in BODY_STATES:
        digs = state == "digging" and noun.name in words_of_kind("digs")
        return may_pose(noun) or digs or (state == "climbing" and noun.category == "animal")
    if state in (ARMS_UP, POINTING):
        return figure(noun.art[0]) in ARMED
    if state == "flying" and kind_of(noun) == "a":
        return False  # it flies as it is
    if told := parts_told(state):
        roofed = noun.name in words_of_kind("roofed")
        return all(
            region.may_be(way) and not (way in WAYS and noun.category in PEOPLE)
            if (region := region_of(noun.name, part))
            else part == "roofed" and roofed and way not in WAYS
            for way, part in told
        )
    rule = _restrictions().get(state)
    return rule is None or rule.allows(noun)


@functools.cache
def as_figure(one: Noun) -> tuple[str, str]:
    """The noun of an active figure drawn as a whole: "woman dancing"; else ""."""
    known = {each.name: each for each in load_nouns() if each.category in PEOPLE}
    for said in (one.name, *one.synonyms) if not any(map(figure, one.art)) else ():
        who, _, deed = said.rpartition(" ")
        if who in known and posed_as(deed, known[who]):
            return who, deed
    return "", ""


@functools.cache
def _restrictions() -> dict[str, Restriction]:
    rows = table_rows(Path(__file__).with_name("states.tsv"))
    return {
        state: Restriction(_nouns(only), _nouns(never))
        for states, only, never in rows
        for state in states.split(", ")
    }


def _nouns(cell: str) -> frozenset[str]:
    """Categories and names; of "the living" all categories, of "~" a kind of words.tsv."""
    found: set[str] = set()
    for each in filter(None, cell.split(", ")):
        kind = each.removeprefix("~")
        found |= (
            {*LIVING} if each == "the living" else {each} if kind == each else words_of_kind(kind)
        )
    return frozenset(found)
