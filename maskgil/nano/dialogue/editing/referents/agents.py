"""Selectional preferences of pronouns: what barks is no woman, what melts no sun."""

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.dialogue.commands import is_whole, leads, voices
from maskgil.nano.dialogue.editing.deeds import bare_deed, is_deed
from maskgil.nano.dialogue.edits import Edits
from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.reader.selection import may_be_so
from maskgil.nano.reader.words import intransitive, mutual, posed, posed_as, transitive
from maskgil.nano.world.arranging.carried.carrying import MARKS
from maskgil.nano.world.nouns import ALIVE, PEOPLE, Noun, noun

_THING = ("it", "this", "that")
_PERSONS = ("he", "she")
_SEVERAL = ("they", "them", "these", "those")


def agents(edits: Edits, focus: Sequence[int], pronoun: str, words: Sequence[str]) -> list[int]:
    """Referents of a pronoun by its verb; [] if there is none or the verb does not discriminate."""
    deed = bare_deed(words)
    if not deed or pronoun not in (*_THING, *_SEVERAL, *_PERSONS) or not _is_done(deed):
        return []
    there = [index for index in edits.there if edits[index].noun not in MARKS]
    kinds = {index: noun(edits[index].noun) for index in there}
    if pronoun in _SEVERAL:
        alive = [index for index, one in kinds.items() if one.category in ALIVE]
        mutually = " ".join(deed) in mutual()
        return alive if mutually and not {*focus} & {*alive} else []
    heard = [index for index, one in kinds.items() if one.name in voices(deed[0])]
    if pronoun in _PERSONS and len(heard) != 1:
        return []
    able = heard or [index for index, one in kinds.items() if _may_do(one, deed)]
    able = [index for index in able if kinds[index].category not in PEOPLE] or able
    recent = [index for index in able if index in focus]
    if len(able) == len(there) and not heard:
        return []
    return next((each for each in (recent, able) if len(each) == 1), [])


def _is_done(deed: Sequence[str]) -> bool:
    """Whether words begin with what somebody does."""
    known = deed[0] in posed() or deed[0] in transitive() or deed[0] in intransitive()
    return known or is_deed(deed) or bool({"verb", "still"} & roles_at(deed, 0)[1].keys())


def _may_do(one: Noun, deed: Sequence[str]) -> bool:
    """Whether a thing may do something, or be so."""
    said = " ".join(deed) if " ".join(deed) in posed() else deed[0]
    state = posed_as(said, one)
    if state == "flying":
        return "a" in one.places
    if state in ("melting", "glowing", "bubbling", "falling", "shaking", "spinning", "sparkling"):
        return may_be_so(one, state)
    wears = leads(deed, "having") or is_whole(deed[:1], "copula")
    return bool(wears) or one.category in ALIVE
