"""Climbing and leaping: up a trunk, out of a box, out of a cage."""

from __future__ import annotations

from dataclasses import replace

from maskgil.nano.world.arranging.drawn_by import CLINGING
from maskgil.nano.world.arranging.hollows import hollow_of
from maskgil.nano.world.arranging.pairs import SWUM_IN, RelatedPair, cut, is_inside
from maskgil.nano.world.clusters import UP, Cluster, floating, moved, snapped

_HOLD, _CLIMBED = 0.2, 0.18
"""Of who climbs, how much is before the trunk; of that, how high up they are."""
_PARTED = {"curtain": 0.24}
"""Of its width, how far from its middle is what has an opening there."""
_LEFT_BEHIND, _OPENING, _AWAY = 0.2, 0.12, 0.55
"""Of who jumps out of something, how much is still in it; of what is full of water, how far down
its opening is; of its width, how far aside who flies out of it is."""


def climbing(pair: RelatedPair) -> Cluster:
    """An animal on a trunk; in profile beside it, with its feet on it."""
    one, middle = pair.subject.sprites[0], (pair.box[0] + pair.box[2]) / 2
    dx = middle - (pair.mine[0] + pair.mine[2]) / 2
    aside = _PARTED.get(pair.thing.name, 0.0) * (pair.box[2] - pair.box[0])
    middle += aside if one.mirrored else -aside
    if one.code.endswith(UP) or one.code in CLINGING.values():
        inside = _HOLD * (pair.mine[2] - pair.mine[0])
        dx = middle + inside - pair.mine[2] if one.mirrored else middle - inside - pair.mine[0]
    foot = pair.box[3] - _CLIMBED * pair.tall
    climbs = floating(moved(pair.subject.sprites, round(dx), round(foot - pair.mine[3])))
    return pair.joined(pair.target.sprites + climbs)


def leaving(pair: RelatedPair, rim: float) -> Cluster:
    """A figure that jumps out of something, barely in it, or flies out, above and beside it."""
    wet = pair.thing.name in SWUM_IN
    flies = not pair.jumps
    whole = wet or flies or hollow_of(pair.thing.name) is not None
    row = pair.box[1] + round(pair.tall * (_OPENING if whole else rim))
    deep = 0 if flies else max(1, round(_LEFT_BEHIND * pair.height))
    aside = snapped(_AWAY * (pair.box[2] - pair.box[0])) if flies else 0
    leaves = floating(
        moved(pair.subject.sprites, pair.centred() + aside, row + deep - pair.mine[3])
    )
    if whole:
        return pair.joined(pair.target.sprites + leaves)
    own = [s for s in pair.target.sprites if is_inside(s.box, pair.box)]
    lower = [replace(s, part=(rim, 1.0), stands=False) for s in own]
    return pair.joined(pair.target.sprites + cut(leaves, row + 1) + lower)
