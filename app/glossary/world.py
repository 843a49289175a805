"""World knowledge of the glossary: supports, and things that fly."""

from __future__ import annotations

from functools import lru_cache

from maskgil.nano.world.nouns import Noun, load_nouns

# Things with a flat top that others are put into rather than on.
_HOLLOW = frozenset({
    "box", "barrel", "crate", "drawer", "cupboard", "caravan", "food truck", "garbage truck",
    "tank", "pond", "swimming pool", "sandbox", "piggy bank", "hedge", "slipper",
})  # fmt: skip
_CLOSED = ("appliance", "building")  # categories
_LIKE_PEOPLE = frozenset({"robot", "snowman", "ghost", "alien", "skeleton", "teddy bear", "doll"})


def is_surface(name: str) -> bool:
    """Whether others stand, lie or sit on a thing rather than in it: a table, a horse."""
    noun = _nouns().get(name)
    if noun is None or noun.name in _HOLLOW or noun.category in _CLOSED:
        return False
    anchors = dict(noun.anchors)
    return ("on" in anchors or "ride" in anchors) and "in" not in anchors


def is_of_air(name: str) -> bool:
    """Whether a thing flies or hangs and never stands: an airplane, the moon."""
    noun = _nouns().get(name)
    return noun is not None and "a" in noun.places and "g" not in noun.places


def is_worn(name: str) -> bool:
    """Whether people wear a thing."""
    noun = _nouns().get(name)
    return noun is not None and noun.category == "clothes"


_LIVING = ("animal", "insect", "marine", "person")  # categories


def lives(name: str) -> bool:
    """Whether a thing does what is done: people and animals, and what is made like them."""
    noun = _nouns().get(name)
    return noun is not None and (noun.category in _LIVING or noun.name in _LIKE_PEOPLE)


_GROWN = (*_LIVING, "plant", "fruit", "celestial", "symbol")  # categories


def is_made(name: str) -> bool:
    """Whether people make a thing, so that it is of wood or of stone."""
    noun = _nouns().get(name)
    return noun is not None and noun.category not in _GROWN


@lru_cache(maxsize=1)
def _nouns() -> dict[str, Noun]:
    """The things of the scenes' world by all their names."""
    known = {name: noun for noun in load_nouns() for name in noun.synonyms}
    return known | {noun.name: noun for noun in load_nouns()}
