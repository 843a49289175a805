"""Occlusion: drawing order and hidden parts: behind a table, over a fence, before the moon."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import math
from dataclasses import replace

from maskgil.nano.world.arranging.pairs import SLATTED, RelatedPair, cut, is_open_below
from maskgil.nano.world.arranging.people.poses import Pose, pose_of
from maskgil.nano.world.arranging.rows import parted
from maskgil.nano.world.clusters import (
    GRID,
    SLOT,
    Cluster,
    extent,
    floating,
    joint,
    moved,
    slots_up,
    snapped,
)
from maskgil.nano.world.nouns import ALIVE, facing

_RUNNING_ON = ("fence",)
"""Of what is slatted, what is as long as all that is behind it."""
_OVER_SLATS = 0.5  # of who is behind a fence, how much is seen over it
_OVER_IT = 0.55  # the same of who plays or sells behind something
_PLAYED_BEHIND = ("drum kit", "piano", "piano keyboard", "xylophone", "gong", "pipe organ",
                  "market stall", "cash register", "pulpit", "lectern", "counter")  # fmt: skip
"""Behind which somebody is in its middle, who plays it or stands there to be seen."""
_PLAYED_ASIDE = {"grand piano": 0.95, "harp": 0.08}
"""At which somebody is at an end: how far across it is, where it is not mirrored."""
BUSTS, _BUST_RISE = ("family", "family of four", "parents with a child"), 0.85
"""Who are drawn down to the chest, and how much of a table's height they are higher behind it."""
_KEYS, _OVER_THE_RIM = 0.72, 0.3
"""How far across a piano its keys are; of who stirs, how high over a pot their hands are."""
_RISEN = 0.6  # of a moon behind something, how much is not above it
_FARTHEST = 8  # cells that what is behind stands higher, so that it is on the ground
_ON_WHEELS = 4  # the same of what is on a road
_COVERING = 0.7  # of the width of what is behind: what is wider would hide it


def _is_free(pair: RelatedPair) -> bool:
    """Whether somebody has room at a table: one alone, and nothing is on it."""
    alone = len(pair.subject.sprites) == len(pair.target.sprites) == 1
    return alone and is_open_below(pair.thing) and pair.thing.category == "furniture"


def put_behind(pair: RelatedPair) -> Cluster:
    """The subject behind its object, shifted sideways or up to stay partly visible."""
    dx = pair.centred() + pair.off_the_middle()
    rise = max(SLOT, snapped(pair.tall * 0.25))
    if pair.thing.name in SLATTED:
        return _behind_slats(pair)
    if pair.who.category in ALIVE and _is_free(pair):  # at a table
        dx, rise = pair.centred(), max(SLOT, snapped(pair.tall * 0.3))
    pose = pose_of(pair.subject.sprites[0].code)
    if pose and pose.name == "at table":
        return _at_the_keys(pair, pose)
    if pose and pose.name == "stirring":
        return _stirring(pair, pose)
    if pair.who.name in BUSTS and is_open_below(pair.thing):
        return _seated_behind(pair)
    if pair.who.category in ALIVE and pair.thing.name in _PLAYED_ASIDE:
        at, mirrored = _PLAYED_ASIDE[pair.thing.name], pair.target.sprites[0].mirrored
        wide = (pair.box[2] - pair.box[0]) * (1 - at if mirrored else at)
        dx, rise = round(pair.box[0] + wide - (pair.mine[0] + pair.mine[2]) / 2), SLOT
    if pair.who.category in ALIVE and pair.thing.name in _PLAYED_BEHIND:
        dx, rise = pair.centred(), max(SLOT, snapped(pair.tall - pair.height * _OVER_IT))
    if pair.who.category == "celestial":  # as high as it is
        rise = max(rise, snapped(pair.tall - pair.height * _RISEN))
    back = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3] - rise)
    aside = dx - pair.centred()
    if aside and pair.who.category in ALIVE and len(back) == 1 and back[0].code in facing():
        back = [replace(back[0], mirrored=aside > 0)]  # its head is beside what hides it
    return Cluster(back + pair.target.sprites, joint(pair.subject, pair.target))


def _at_the_keys(pair: RelatedPair, pose: Pose) -> Cluster:
    """Who plays sits at the right of what is seen from the side, their hands on its keys."""
    keys = pair.box[0] + (pair.box[2] - pair.box[0]) * _KEYS
    mine = next(s for s in pair.subject.sprites if pose_of(s.code))
    dx = round(keys - mine.left - mine.width * pose.ahead[0])
    player = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3])
    both = [replace(s, mirrored=False) for s in (*pair.target.sprites, *player)]
    return Cluster(both, joint(pair.subject, pair.target))


def _stirring(pair: RelatedPair, pose: Pose) -> Cluster:
    """Who stirs is behind the pot, their hands over it at the upper end of what is in it."""
    mine = next(s for s in pair.subject.sprites if pose_of(s.code))
    rim = pair.box[1] + pair.tall * pair.thing.anchor("in", 0.55)
    hand = rim - mine.height * _OVER_THE_RIM
    dy = min(hand - (mine.bottom - mine.height * (1 - pose.ahead[1])), pair.box[3] - mine.bottom)
    spoons = [s for s in pair.target.sprites if s.box != pair.box]
    middle = spoons[0].middle if spoons else (pair.box[0] + pair.box[2]) / 2
    back = moved(pair.subject.sprites, round(middle - mine.middle), round(dy))
    spoons = [replace(s, height=round(s.bottom - hand) + 1, part=(0.0, 1.0)) for s in spoons]
    inside = [s for s in pair.target.sprites if s.box == pair.box]
    pots = [*inside[:1], *cut(spoons, rim + 1), *inside[1:]]
    return Cluster(back + pots, joint(pair.subject, pair.target))


def _seated_behind(pair: RelatedPair) -> Cluster:
    """A family behind a table: the child among them is seen, no legs are; food is at its end."""
    rise = snapped(pair.tall * _BUST_RISE)
    back = moved(pair.subject.sprites, pair.centred(), pair.box[3] - pair.mine[3] - rise)
    back = cut(back, math.floor(pair.box[1] + pair.tall * pair.thing.anchor("under", 0.4)))
    own = [sprite for sprite in pair.target.sprites if sprite.box == pair.box]
    food = [sprite for sprite in pair.target.sprites if sprite.box != pair.box]
    end = pair.box[2] - max((sprite.box[2] for sprite in food), default=0.0)
    return Cluster([*back, *own, *moved(food, round(end), 0)], joint(pair.subject, pair.target))


def _behind_slats(pair: RelatedPair) -> Cluster:
    """Who looks over a fence, as long as they are in all; who is seen beside and through a gate."""
    if pair.thing.name not in _RUNNING_ON:
        back = moved(pair.subject.sprites, pair.centred(), pair.box[3] - pair.mine[3] - SLOT)
        return Cluster(back + pair.target.sprites, joint(pair.subject, pair.target))
    wide, panel = pair.mine[2] - pair.mine[0], pair.box[2] - pair.box[0]
    panels = 1 if wide <= panel + SLOT else min(math.ceil(wide / panel), GRID // int(panel))
    alike = len(pair.target.sprites) == 1
    more = range(1, panels) if alike else range(0)
    fence = pair.target.sprites + [
        replace(s, left=s.left + step * panel) for step in more for s in pair.target.sprites
    ]
    left, _, right, _ = extent(fence) if alike else pair.box
    spare = max(0, (right - left - wide) // 2)
    dx = round((left + right - pair.mine[0] - pair.mine[2]) / 2)
    dx += round(pair.rng.choice((-1, 1)) * min(spare, snapped(spare * 0.7)))
    rise = max(SLOT, snapped(pair.tall - pair.height * _OVER_SLATS))
    back = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3] - rise)
    back = cut(back, pair.box[1] + SLOT + 1)
    return Cluster(back + fence, joint(pair.subject, pair.target))


def put_before(pair: RelatedPair) -> Cluster:
    """The subject before its object, shifted down or sideways to keep that partly visible."""
    if pair.target.kind == "r":  # higher, that its arch is seen
        dx, dy = -pair.centred(), pair.mine[1] + snapped(pair.tall * 0.4) - pair.box[3]
        bow = floating(moved(pair.target.sprites, dx, dy))
        return Cluster(bow + pair.subject.sprites, joint(pair.subject))
    if pair.thing.category == "celestial":  # a bat in the middle of the moon
        dy = snapped((pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]) / 2)
        front = floating(moved(pair.subject.sprites, pair.centred(), dy))
        return Cluster(pair.target.sprites + front, joint(pair.target))
    dx = pair.centred() + pair.off_the_middle()
    lower = max(SLOT, snapped(pair.height * 0.3))
    if pair.mine[2] - pair.mine[0] > (pair.box[2] - pair.box[0]) * _COVERING:
        hidden = slots_up(pair.height - pair.tall * 0.5)  # half of it is to be seen
        most = _ON_WHEELS if pair.thing.category == "vehicle" else _FARTHEST
        lower = max(lower, min(hidden, most))
    front = moved(pair.subject.sprites, dx, pair.box[3] - pair.mine[3] + lower)
    front = parted(front, pair.box) or front
    return Cluster(pair.target.sprites + front, joint(pair.subject, pair.target))
