"""Families: young ones are drawn smaller than adults beside them."""

from __future__ import annotations

from maskgil.nano.world.scene import Scene

SMALL = ("tiny", "little", "small")
GROWN_UP = 0.62  # of who is grown, the longer side of who is young at most
_PARENTS = {
    "chick": ("chicken", "rooster", "duck", "swan", "goose"), "duckling": ("duck",),
    "kitten": ("cat", "black cat"), "puppy": ("dog", "poodle"), "lioness": ("lion",),
}  # fmt: skip
"""Young ones of a noun of their own, and whose they are."""


def families(scene: Scene) -> list[tuple[int, int]]:
    """Pairs of young and adult things of one kind, by index."""
    things = scene.things
    return [
        (young, grown)
        for young, one in enumerate(things)
        for grown, other in enumerate(things)
        if other.size is None
        and (
            (one.size in SMALL and one.noun == other.noun)
            or other.noun in _PARENTS.get(one.noun, ())
        )
        and (one.noun != "lioness" or one.size in SMALL)
    ]
