"""Wind: it is seen by what it moves, who stands in it leans, leaves fly past what stands firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maskgil.nano.reader.graph.scenery import INDOORS
from maskgil.nano.reader.lexicon import LIVING
from maskgil.nano.reader.words import words_of_kind
from maskgil.nano.world.nouns import Noun
from maskgil.nano.world.scene import ACTIONS, CARRIED

if TYPE_CHECKING:
    from maskgil.nano.reader.graph.walk import Walk

_HIGH, _HAD = ("celestial",), (*CARRIED, *ACTIONS)


def blow(walk: Walk) -> None:
    """Draws things in the wind that is spoken of; without any it is left out."""
    if not walk.windy:
        return
    shown = False
    carried = {other for _, way, others in walk.draft.relations if way in _HAD for other in others}
    for index, told in enumerate(walk.draft.things):
        noun = walk.lexicon.nouns[told.chunk.value]
        if index in carried or noun.category in _HIGH or walk.scenery.setting() in INDOORS:
            continue
        told.chunk.state = told.chunk.state or ("windblown" if _bends(noun) else "windswept")
        shown |= told.chunk.state.startswith("wind")
    if not shown:
        walk.left_out += walk.windy


def _bends(noun: Noun) -> bool:
    """Whether the wind bends it: what lives or grows does, and cloth."""
    return noun.category in LIVING or noun.grows or noun.name in words_of_kind("cloth")
