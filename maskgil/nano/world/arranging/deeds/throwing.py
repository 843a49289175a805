"""Throwing at a hoop: who throws is beside it, the ball at its rim; hoisting by a rope."""

# Units are cells; y grows downward.

from __future__ import annotations

from collections.abc import Sequence

from maskgil.nano.world.clusters import Cluster, Sprite, floating, joint, moved
from maskgil.nano.world.nouns import ALIVE, Noun, noun
from maskgil.nano.world.scene import Relation, Scene

_AIMS, _RIM = ("basketball hoop",), 0.46
"""What is thrown into, and where its rim is, as a share of its height."""
_HOISTS = {
    "helicopter": (0.45, 0.96), "hot air balloon": (0.5, 0.97), "airplane": (0.5, 0.9),
    "drone": (0.5, 0.9), "airship": (0.5, 0.95), "rescue helicopter": (0.45, 0.96),
}  # fmt: skip
"""What lifts and carries by a rope, and where that is tied, in shares of its drawing."""
LOAD = (0.5, 0.03)
"""Where a rope is tied to what hangs from it."""


def is_thrown_in(relation: Relation, scene: Scene) -> bool:
    """Whether somebody throws it into what it is said to be in."""
    return (
        relation.name == "in"
        and scene.things[relation.objects[0]].noun in _AIMS
        and any(
            each.name in ("throwing", "kicking") and each.objects[0] == relation.subject
            for each in scene.relations
        )
    )


def thrown_in(relation: Relation, subject: Cluster, target: Cluster) -> Cluster:
    """Who throws to the left of what they aim at, the ball just above its rim."""
    aim = target.of(set(relation.objects))
    balls = [s for s in subject.sprites if s.thing == relation.subject]
    others = [s for s in subject.sprites if s.thing != relation.subject]
    ball, who = Cluster(balls).extent(), Cluster(others).extent()
    rim = aim[1] + _RIM * (aim[3] - aim[1])
    dx = round((aim[0] + aim[2] - ball[0] - ball[2]) / 2)
    thrown = floating(moved(balls, dx, round(rim - ball[3])))
    beside = moved(others, round(aim[0] - who[2]), round(aim[3] - who[3]))
    return Cluster([*target.sprites, *beside, *thrown], joint(target))


def hoists(scene: Scene, sprites: Sequence[Sprite]) -> list[tuple[int, int, tuple[float, float]]]:
    """Places of what is above by whom, and of what hangs from it; where its rope begins."""
    return [
        (at, to, _HOISTS[scene.things[relation.objects[0]].noun])
        for relation in scene.relations
        if relation.name == "below" and scene.things[relation.objects[0]].noun in _HOISTS
        for at, holder in enumerate(sprites)
        if holder.thing == relation.objects[0]
        for to, other in enumerate(sprites)
        if other.thing == relation.subject
        and is_hoisted(*(noun(scene.things[n].noun) for n in (other.thing, holder.thing)))
    ]


def is_hoisted(load: Noun, by: Noun) -> bool:
    """Whether something is somebody or something that hangs from a rope of what lifts it."""
    heavy = (*ALIVE, "household", "toy", "vehicle", "home", "outdoor")
    return by.name in _HOISTS and load.category in heavy
