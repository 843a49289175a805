"""Kinds: whether two nouns may mean one thing, and who is somebody."""

from __future__ import annotations

from maskgil.nano.world.nouns import Noun, noun


def is_someone(name: str) -> bool:
    """Whether a noun is a person, whom "him" and "her" may mean."""
    return noun(name).category in ("person", "people")


def is_same_kind(name: str, other: str) -> bool:
    """Whether two nouns may mean one thing: equal, or one ends in the other ("sailboat, boat")."""
    if name == other:
        return True
    first, second = noun(name), noun(other)
    if name.split()[-1] == other.split()[-1] and first.category == second.category:
        return " " in name or " " in other
    if other == _head(name) or name == _head(other):
        return first.category == second.category
    if other in first.synonyms or name in second.synonyms:
        return True
    return is_doer(first, other)


def _head(name: str) -> str:
    """What a noun is that tells more: a house of "house with a garden"."""
    return next((name.split(joint)[0] for joint in (" with ", " in ") if joint in name), name)


def is_doer(one: Noun, who: str) -> bool:
    """Whether a noun is somebody who does something: "man riding a horse" a man."""
    told = (each.split() for each in (one.name, *one.synonyms) if each.startswith(f"{who} "))
    return noun(who).category == "person" and any(each[1].endswith("ing") for each in told)
