"""Position of balls in throwing, hitting, kicking, at a hoop; hoisting by a rope."""

# Units are cells; y grows downward.

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maskgil.nano.world.arranging.pairs import RelatedPair
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.clusters import Cluster, Sprite, floating, joint, mirrored, moved, snapped
from maskgil.nano.world.nouns import ALIVE, Noun, facing, noun
from maskgil.nano.world.scene import STRETCHING, Relation, Scene

_AIMS, _RIM = ("basketball hoop",), 0.46
"""What is thrown into, and where its rim is, as a share of its height."""
_HOISTS = {
    "helicopter": (0.45, 0.96), "hot air balloon": (0.5, 0.97), "airplane": (0.5, 0.9),
    "drone": (0.5, 0.9), "airship": (0.5, 0.95), "rescue helicopter": (0.45, 0.96),
}  # fmt: skip
"""What lifts and carries by a rope, and where that is tied, in shares of its drawing."""
LOAD = (0.5, 0.03)
"""Where a rope is tied to what hangs from it."""
_PLAYS = ("throwing", "catching", "hitting", "kicking")
_TOYS = ("sport", "game", "toy", "party")
_REACH = 0.6  # of a ball's width, how far apart two are between whom it flies
_HIT = 0.8  # of a ball that is hit, how much of it is higher than who hits it


def is_thrown_in(relation: Relation, scene: Scene) -> bool:
    """Whether a thing is being thrown into its container."""
    return (
        relation.name == "in"
        and scene.things[relation.objects[0]].noun in _AIMS
        and any(
            each.name in ("throwing", "kicking") and each.objects[0] == relation.subject
            for each in scene.relations
        )
    )


def thrown_in(relation: Relation, subject: Cluster, target: Cluster) -> Cluster:
    """The thrower left of the target, the ball just above its rim."""
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
    """Hoists: sprite indices of what lifts and what hangs from it, and where the rope begins."""
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
    """Whether something hangs from the rope of what lifts it."""
    heavy = (*ALIVE, "household", "toy", "vehicle", "home", "outdoor")
    return by.name in _HOISTS and load.category in heavy


def in_the_air(pair: RelatedPair) -> Cluster:
    """Beside the subject's head, where a thrown thing is visible in flight."""
    return _aside(pair, pair.mine[1], floats=True)


def over_the_hand(pair: RelatedPair) -> Cluster:
    """Over the subject's raised hand: a ball that is hit."""
    return _aside(pair, pair.mine[1] - pair.tall * _HIT, floats=True)


def in_the_sky(pair: RelatedPair) -> Cluster:
    """High beside the subject's head: a kite on its string."""
    return _aside(pair, pair.mine[1] - pair.tall * 0.6, floats=True, shared=False)


def ball_ahead(relation: Relation, scene: Scene, subject: Cluster, *, left: bool) -> Cluster:
    """A ball and who throws it, `left` of whom it is thrown to, or right of them: it goes there."""
    players = {
        each.subject
        for each in scene.relations
        if each.name in _PLAYS and each.objects[0] == relation.subject
    }
    balls = [s for s in subject.sprites if s.thing == relation.subject]
    throwing = [s for s in subject.sprites if s.thing in players]
    if relation.name != "next to" or not balls or not throwing:
        return subject
    ahead = balls[0].middle > sum(s.middle for s in throwing) / len(throwing)
    return subject if ahead == left else mirrored(subject)


def is_played_with(pair: RelatedPair, state: str | None) -> bool:
    """Whether two alike, who jump or stretch, have one small toy: kittens a ball of yarn."""
    alike = len({sprite.thing for sprite in pair.subject.sprites}) == 1
    toy = pair.thing.category in _TOYS and pair.thing.size < pair.who.size
    return (
        state in ("jumping", STRETCHING)
        and alike
        and toy
        and ((len(pair.subject.sprites), len(pair.target.sprites)) == (2, 1))
    )


def at_the_feet(pair: RelatedPair) -> Cluster:
    return _aside(pair, pair.mine[3] - pair.tall, floats=False)


def _aside(pair: RelatedPair, top: float, *, floats: bool, shared: bool = True) -> Cluster:
    """The object to the right of the subject, who looks there in a pose, from the row `top`.

    What two have who play is `shared`: between them.
    """
    dx = pair.mine[2] - pair.box[0]
    players = sorted(pair.subject.sprites, key=lambda sprite: sprite.left)
    if shared and len(players) == 2 and len({each.thing for each in players}) == 1:
        return _between_players(pair, players, top, floats=floats)
    if all(pose_of(each.code) for each in pair.subject.sprites):
        pair.subject = mirrored(pair.subject)
    elif len(players) == 1 and players[0].code in facing() and pair.who.category == "animal":
        pair.subject = Cluster([replace(players[0], mirrored=True)], pair.subject.kind)
    sprites = moved(pair.target.sprites, dx, round(top - pair.box[1]))
    return Cluster(
        pair.subject.sprites + (floating(sprites) if floats else sprites), joint(pair.subject)
    )


def _between_players(
    pair: RelatedPair, players: list[Sprite], top: float, *, floats: bool
) -> Cluster:
    """One ball between two who play with it, each turned to the other."""
    wide = pair.box[2] - pair.box[0]
    apart = snapped(wide * _REACH) - (players[1].left - players[0].left - players[0].width)
    left, right = players[0], moved(players[1:], apart, 0)[0]
    left, right = (
        replace(one, mirrored=one.code in facing() and turned, bottom=pair.mine[3])
        for one, turned in ((left, True), (right, False))
    )
    middle = (left.left + left.width + right.left) / 2
    dx, dy = round(middle - (pair.box[0] + pair.box[2]) / 2), round(top - pair.box[1])
    ball = moved(pair.target.sprites, dx, dy)
    ball = floating(ball) if floats else ball
    return Cluster([left, right, *ball], joint(pair.subject))
