"""Grips: the arms with which things are held, thrown, caught, or held up to a face."""

# Places are shares of a drawing's width and height; "near" is the side of who holds it.

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from maskgil.nano.world.arranging.carried.carrying import ARMFUL, BAGS, MARKS, OVERHEAD, RAISED
from maskgil.nano.world.arranging.carried.mouths import is_at_face, is_sipped
from maskgil.nano.world.arranging.pairs import BORNE, FLIPPED, HANDLED, UPENDED
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.poses import FRONTAL, pose_of
from maskgil.nano.world.clusters import LAID, Sprite
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Relation, Scene

ARMED = ("~", "a", "c")
"""Figures whose hanging arms are taken away where they raise one."""
_BALL_GAMES = ("throwing", "catching", "hitting")
_AT_FACE, _FLYING, _HELD = ((0.5, 0.75),), ((0.5, 1.05),), ((0.24, 0.62),)
_EATEN, _READ = ((0.5, 0.85),), ((0.06, 0.66), (0.94, 0.66))
"""Where hands are: how far from the near side, and in which row."""
_BORNE = ((0.05, 0.7),)
_BY_THE_FOOT, _BY_THE_HANDLE = ((0.5, 0.94),), ((0.5, 0.85),)
_BY_ITS_END = ((0.5, 1.02),)  # as a cone is held that is eaten
_BY_THE_STALK, _BY_THE_END = ((0.5, 0.85),), ((0.2, 0.8),)
_STALKED = ("rose", "tulip", "flower", "sunflower", "daisy", "lollipop", "ice cream", "candle",
            "torch", "bouquet", "cotton candy", "wine glass")  # fmt: skip
_ENDED = (*FLIPPED, *UPENDED, "spoon", "key")
_GRASPED = {"watering can": ((0.02, 0.5),), **dict.fromkeys(_STALKED, _BY_THE_STALK),
            **dict.fromkeys(_ENDED, _BY_THE_END), **dict.fromkeys(RAISED, _BY_THE_FOOT),
            **dict.fromkeys(OVERHEAD, _BY_THE_HANDLE)}  # fmt: skip
_APART = ("balloon", "kite", "bubbles")
"""What has a string, which is held; what floats."""


class Grip(NamedTuple):
    """A hand on a thing: indices of the two sprites, and the place on the thing."""

    holder: int
    item: int
    across: float
    down: float

    def side(self, sprites: Sequence[Sprite]) -> int:
        """The side of the arm, -1 or 1."""
        item, middle = sprites[self.item], sprites[self.holder].middle
        away = self.across if item.middle >= middle else 1 - self.across
        return 1 if item.left + away * item.width > middle else -1


def grips(scene: Scene, sprites: Sequence[Sprite]) -> list[Grip]:
    """The hands of figures on what they hold, eat, read, throw or catch.

    A thing thrown by several belongs to the nearest.
    """
    found = []
    for relation in scene.relations:
        borne = relation.name == "between"
        who = relation.objects if borne else (relation.subject,)
        what = relation.subject if borne else relation.objects[0]
        found += [
            Grip(at, to, x, y)
            for x, y in _places(relation, scene)
            for at, holder in enumerate(sprites)
            if holder.thing in who and figure(holder.code) in ARMED and has_free_arms(holder)
            for to in [_nearest(at, what, sprites)]
            if to is not None
        ]
    holders = {
        to: min((each.holder for each in found if each.item == to),
                key=lambda at: abs(sprites[at].middle - sprites[to].middle))
        for to in {each.item for each in found}
    }  # fmt: skip
    return [
        each for each in found
        if holders[each.item] == each.holder or scene.things[sprites[each.item].thing].noun in BORNE
    ]  # fmt: skip


def _places(relation: Relation, scene: Scene) -> tuple[tuple[float, float], ...]:
    """Where hands are on what somebody has; none where no arm reaches it."""
    if relation.name in _BALL_GAMES:
        return _FLYING
    if is_at_face(relation, scene) or is_sipped(relation, scene):
        return _AT_FACE
    if relation.name == "between":
        return _BORNE if scene.things[relation.subject].noun in BORNE else ()
    held = noun(scene.things[relation.objects[0]].noun)
    if relation.name == "eating":
        return _BY_ITS_END if held.name in _STALKED else _EATEN
    if relation.name == "reading":
        return _READ
    handed = held.category not in ARMFUL and held.name not in (*BAGS, *HANDLED, *_APART, *MARKS)
    if relation.name != "holding" or not handed:
        return ()
    return _GRASPED.get(held.name, _HELD)


def has_free_arms(sprite: Sprite) -> bool:
    """Whether an arm may be raised that is drawn apart: in no pose but one from the front."""
    pose = pose_of(sprite.code)
    return pose.name in FRONTAL if pose else not sprite.code.endswith(LAID)


def _nearest(at: int, thing: int, sprites: Sequence[Sprite]) -> int | None:
    """The place of the sprite of a thing that is nearest to another sprite."""
    places = [n for n, sprite in enumerate(sprites) if sprite.thing == thing]
    return min(places, key=lambda n: abs(sprites[n].middle - sprites[at].middle), default=None)
