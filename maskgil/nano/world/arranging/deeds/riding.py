"""Riding: astride a mount, standing on a board, on a flying carpet."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.world.arranging.pairs import RelatedPair
from maskgil.nano.world.arranging.people.anatomy import PERSON
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.arranging.rows import squeezed
from maskgil.nano.world.clusters import (
    SLOT,
    Cluster,
    Sprite,
    extent,
    floating,
    joint,
    moved,
    slots_up,
    snapped,
)
from maskgil.nano.world.nouns import facing

_CARPET = "flying carpet"
_FLOWN = ("broom", _CARPET)  # what stands on the ground, and flies with who rides on it
SEESAW = "seesaw"
_ENDS = ((0.03, 0.6), (0.95, 0.24))
"""Where who is on a seesaw sits, first at its lower end, in shares of its drawing."""
_BOARDS = ("skateboard", "surfboard", "snowboard", "skis", "sled", "kick scooter")
"""What is ridden with the feet on it."""
_DECK = 0.8  # of a board's width, room for the feet of several
_ROW = 0.4  # of what several ride, how far the first is from the last
_SADDLES = {
    "bicycle": 0.6,
    "motorcycle": 0.56,
    "scooter": 0.6,
    "snowmobile": 0.6,
    "tricycle": 0.66,
    "unicorn": 0.6,
}
"""Where in the width of what is ridden its saddle is, which looks to the left."""
_STEERED = ("kick scooter",)  # of these, what has its bar before who rides it


def set_riding(pair: RelatedPair) -> Cluster:
    if pair.thing.name in _BOARDS:
        return _standing_on(pair)
    if pose_of(pair.subject.sprites[0].code):
        return _astride(pair)
    base = pair.box[1] + snapped(pair.tall * pair.thing.anchor("ride", 0.35) + pair.height * 0.3)
    back = behind_the_head(pair)
    if len(pair.subject.sprites) == len(pair.target.sprites) > 1 and pair.thing.name not in _FLOWN:
        return _each_riding(pair, back)
    if pair.thing.name == _CARPET:
        base = round(pair.box[1] + pair.tall / 2)
    rider = floating(moved(pair.subject.sprites, pair.centred() + back, base - pair.mine[3]))
    if pair.thing.name in _FLOWN:
        layers = (pair.target.sprites, rider)[:: 1 if pair.thing.name == _CARPET else -1]
        return Cluster(floating([*layers[0], *layers[1]]), "a")
    return pair.joined(rider + pair.target.sprites)


def _astride(pair: RelatedPair) -> Cluster:
    """Who is drawn as they sit on what they ride, before it, with what they have."""
    mounts = sorted(pair.target.sprites, key=lambda s: s.left)
    riders = sorted((s for s in pair.subject.sprites if pose_of(s.code)), key=lambda s: s.left)
    each = len(riders) == len(mounts)
    found: list[Sprite] = []
    for place, rider in enumerate(riders):
        pose, mount = pose_of(rider.code), mounts[place if each else 0]
        assert pose is not None
        across, down = pose.seat
        row = 0.0 if each else place / max(1, len(riders) - 1) - 0.5
        saddle = mount.left + mount.width * (_SADDLES.get(pair.thing.name, 0.5) + _ROW * row)
        back = mount.bottom - mount.height * (1 - pair.thing.anchor("ride", 0.35))
        dx = round(saddle - rider.width * across - rider.left) + behind_the_head(pair)
        dy = round(back + rider.height * (1 - down) - rider.bottom)
        own = [s for s in pair.subject.sprites if _nearest(s, riders) is rider]
        found += [mount] * each + floating(moved(own, dx, dy))
    found = found if each else [*pair.target.sprites, *found]
    return Cluster(floating(found), "a") if pair.thing.name in _FLOWN else pair.joined(found)


def seesawing(pair: RelatedPair) -> Cluster:
    """Who is on a seesaw, at its ends, each looking to the other; more are between them."""
    board = next((s for s in pair.target.sprites if s.box == pair.box), pair.target.sprites[0])
    riders = sorted((s for s in pair.subject.sprites if s.stands), key=lambda s: s.left)
    found = list(pair.target.sprites)
    for place, rider in enumerate(riders):
        share = place / max(1, len(riders) - 1)
        x, y = (low + (high - low) * share for low, high in zip(*_ENDS, strict=True))
        x = 1 - x if board.mirrored else x
        pose = pose_of(rider.code)
        across, down = pose.seat if pose else (0.5, 1.0)
        across = 1 - across if x < 0.5 else across
        dx = round(board.left + x * board.width - across * rider.width - rider.left)
        dy = round(board.box[1] + y * board.height + (1 - down) * rider.height - rider.bottom)
        own = [s for s in pair.subject.sprites if _nearest(s, riders) is rider]
        turned = [replace(s, mirrored=x < 0.5) if pose or s.code in facing() else s for s in own]
        found += floating(moved(turned, dx, dy))
    return pair.joined(found)


def _nearest(sprite: Sprite, among: list[Sprite]) -> Sprite:
    return min(among, key=lambda each: abs(each.middle - sprite.middle))


def _standing_on(pair: RelatedPair) -> Cluster:
    """Whose feet are on a board; each on one of their own where there are as many."""
    top, before = pair.thing.anchor("on", 0.3), pair.thing.name not in _STEERED
    boards = pair.target.sprites
    if len(pair.subject.sprites) == len(boards) > 1:
        found: list[Sprite] = []
        riders = sorted(pair.subject.sprites, key=lambda s: s.left)
        for rider, board in zip(riders, sorted(boards, key=lambda s: s.left), strict=True):
            dx = snapped(board.left + (board.width - rider.width) / 2 - rider.left)
            dy = round(board.bottom - board.height * (1 - top) - rider.bottom)
            own = floating(moved([rider], dx, dy))
            found += [board, *own] if before else [*own, board]
        return Cluster(found, joint(pair.target))
    base = pair.box[1] + slots_up(pair.tall * top)
    riders = pair.subject.sprites
    if len({each.thing for each in riders}) == 1:
        riders = squeezed(riders, (pair.box[2] - pair.box[0]) * _DECK)
    left, _, right, foot = extent([each for each in riders if each.stands] or riders)
    dx = snapped((pair.box[0] + pair.box[2] - left - right) / 2)
    standing = floating(moved(riders, dx, base - foot))
    return pair.joined(boards + standing if before else standing + boards)


def behind_the_head(pair: RelatedPair) -> int:
    """Cells by which what is on an animal's back is farther from its head, which is to the left."""
    headed = any(s.code in facing() and s.width >= PERSON for s in pair.target.sprites)
    ridden = "ride" in dict(pair.thing.anchors) and pair.thing.category == "animal"
    return SLOT if headed and ridden else 0


def _each_riding(pair: RelatedPair, back: int) -> Cluster:
    """Everybody on one of their own."""
    found: list[Sprite] = []
    riders = sorted(pair.subject.sprites, key=lambda s: s.left)
    mounts = sorted(pair.target.sprites, key=lambda s: s.left)
    both = sorted(zip(riders, mounts, strict=True), key=lambda each: each[1].bottom)
    for rider, mount in both:
        seat = pair.thing.anchor("ride", 0.35) * mount.height + 0.3 * rider.height
        dx = snapped(mount.left + (mount.width - rider.width) / 2 - rider.left) + back
        dy = round(mount.bottom - mount.height + snapped(seat) - rider.bottom)
        found += [*floating(moved([rider], dx, dy)), mount]
    return Cluster(found, joint(pair.target))
