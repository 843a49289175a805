"""Juggling: small things in an arc over the juggler's head."""

# Units are cells; y grows downward.

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.world.arranging.deeds.leading import ARMED
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.clusters import Cluster, Sprite, joint
from maskgil.nano.world.nouns import PEOPLE, noun
from maskgil.nano.world.scene import Relation, Scene

BALL = 4  # cells of the longer side of each
_LARGEST, _LEAST = 0.45, 2  # metres of what is juggled; how many there are
_FROM, _TO = 168, 12  # degrees of the first and the last on the arc
_WIDE, _HIGH, _CENTRE = 0.95, 0.62, 0.34  # of the width, of the height; the row of its middle
_JUGGLED = ("fruit", "sport", "food", "toy", "game", "tool", "kitchen")


def is_juggled(relation: Relation, scene: Scene) -> bool:
    """Whether several small things are above one person."""
    things, who = scene.things[relation.subject], scene.things[relation.objects[0]]
    one = noun(things.noun)
    return (
        relation.name == "above"
        and things.count >= _LEAST
        and one.size <= _LARGEST
        and one.category in _JUGGLED
        and who.count == 1
        and noun(who.noun).category in PEOPLE
    )


def in_an_arc(relation: Relation, subject: Cluster, target: Cluster) -> Cluster:
    """Juggled things in an arc from hand to hand over the head."""
    body = target.of(set(relation.objects))
    wide, tall = body[2] - body[0], body[3] - body[1]
    balls = [s for s in subject.sprites if s.thing == relation.subject]
    placed: list[Sprite] = []
    for place, ball in enumerate(balls):
        angle = math.radians(_FROM + (_TO - _FROM) * place / (len(balls) - 1))
        x = (body[0] + body[2]) / 2 + _WIDE * wide * math.cos(angle)
        y = body[1] + _CENTRE * tall - _HIGH * tall * math.sin(angle)
        left, bottom = round(x - ball.width / 2), round(y + ball.height / 2)
        placed.append(replace(ball, left=left, bottom=bottom, stands=False))
    return Cluster([*target.sprites, *placed], joint(target))


def jugglers(scene: Scene, sprites: Sequence[Sprite]) -> list[int]:
    """Indices of the sprites of jugglers whose arms can be raised."""
    who = {each.objects[0] for each in scene.relations if is_juggled(each, scene)}
    return [at for at, s in enumerate(sprites) if s.thing in who and figure(s.code) in ARMED]
