"""Kinds: whether two nouns may mean one thing, and who is somebody."""

from __future__ import annotations

from maskgil.nano.world.nouns import Noun, noun


def is_someone(name: str) -> bool:
    """Whether a noun is a person, whom "him" and "her" may mean."""
    return noun(name).category in ("person", "people")


def is_same_kind(name: str, other: str) -> bool:
    """Whether two nouns may mean one thing: equal, or they have one head ("sailboat, boat")."""
    if name == other:
        return True
    first, second = noun(name), noun(other)
    if _head(name) == _head(other) and first.category == second.category:
        return " " in name or " " in other
    if other in first.synonyms or name in second.synonyms:
        return True
    return is_doer(first, other)


def _head(name: str) -> str:
    """The word of a name that tells what it is: of "window with a view" the first."""
    return name.partition(" with ")[0].split()[-1]


def is_doer(one: Noun, who: str) -> bool:
    """Whether a noun is somebody who does something: "man riding a horse" a man."""
    told = (each.split() for each in (one.name, *one.synonyms) if each.startswith(f"{who} "))
    return noun(who).category == "person" and any(each[1].endswith("ing") for each in told)
