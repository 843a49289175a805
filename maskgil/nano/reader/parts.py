"""Parts of things whose look is that of the whole: a turtle's shell, somebody's hair."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence

from maskgil.nano.reader.items import Item
from maskgil.nano.reader.words import may_be_so, pairs, table, words_of_kind
from maskgil.nano.world.nouns import Noun


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
    return noun is not None and noun.category == "person" and text in words_of_kind("blond")


def roofed(noun: Noun, part: str, colour: str | None) -> str | None:
    """The state of a building with a roof of a colour; None where its drawing shows no such one."""
    state = f"{colour} roofed"
    named = part in words_of_kind("roof") and state in table("state")
    return state if named and may_be_so(noun, state) else None
