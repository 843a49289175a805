"""Supports: on, in, under or astride another thing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from maskgil.nano.world.arranging.deeds.leaping import climbing, leaving
from maskgil.nano.world.arranging.deeds.riding import SEESAW, behind_the_head, seesawing
from maskgil.nano.world.arranging.hollows import (
    DISHES,
    TABLES,
    VESSELS,
    box_of,
    bunched,
    closeness,
    heaped_in_hand,
    hollow_of,
    laid_in,
    lies_on,
)
from maskgil.nano.world.arranging.pairs import (
    COVERS,
    FILLED,
    SEATS,
    SWUM_IN,
    RelatedPair,
    cut,
    in_two_rows,
    is_closed_below,
    is_dish,
    is_inside,
    is_open_below,
)
from maskgil.nano.world.arranging.people.anatomy import PERSON
from maskgil.nano.world.arranging.people.poses import SEATED_POSES, Pose, pose_of
from maskgil.nano.world.arranging.spots import Measure
from maskgil.nano.world.arranging.tops import Edge, edge_of, settled, span_of
from maskgil.nano.world.clusters import (
    ALOFT,
    LAID,
    SLOT,
    Box,
    Cluster,
    Sprite,
    extent,
    floating,
    joint,
    moved,
    slots_up,
    snapped,
)
from maskgil.nano.world.nouns import ALIVE, LIVING, PEOPLE
from maskgil.nano.world.scene import Relation, Scene

_CLINGING, _CLUNG = ("climbing", "hanging"), 0.35
"""Poses of who is before what they are on; how far down, of the room that they have there."""
_UP_THE_TRUNK = 0.14  # how far up a tree the feet are of who climbs it
_COILS, _THIN, _COILED = (
    ("snake",),
    ("branch", "stick", "log", "rope", "sword", "street lamp"),
    0.55,
)
"""What winds round what; from which of its rows that is before it."""
_UNEVEN = ("rock",)
"""On whose highest part one alone is."""
_PEAKS = ("mountain", "snowy mountain", "volcano", "iceberg")
_COVERED = 0.5  # of who is under a blanket, how much it hides at most
_PEEPS = 0.55  # of who lies under a car, how much of them is seen
_ENTERED = ("tunnel", "cave", "igloo", "tent", "archway")  # on whose ground who is in them is seen
_SUNK, _LYING, _TUCKED = 0.35, 0.2, 0.5
"""Of its height, how much is hidden of who is in a container, what is in it, who is in bed."""
_RIPPLES, _WAVE = "ripples", "wave"
_SUBMERGED = 0.12  # of the height of what is between waves, how much is under water
_WADING, _SWIMMING = 0.35, 0.42  # of who is in ripples, as much as is under water; of people
_BARRED = ("birdcage",)  # whose bars are before who is in it
_SEEN_THROUGH = ("birdcage", "spider web", "jar", "glass of water", "crib", "snow globe", "hammock")
_HIDDEN, _HIDDEN_FRONT, _APART = 0.65, 0.4, 0.85
"""Of who is amid plants, how much is behind those aside, and before the middle, at most; of a
plant's width, how far apart those in front are."""
_MUCH, _LOW_GROWTH = 4, 1.5
"""Copies of what grows amid which somebody is, and how many times as large it is at most."""
_FAR, _NEAR, _ROWED = 0.4, 0.82, 0.9
"""Of what lies flat, how far down its farther and its nearer row stand, how wide they are."""
_HOOPS, _HOOP = ("hula hoop", "ring of fire"), 0.7
"""What is jumped through, and from which of its rows it is before who does."""
_ARMED = ("octopus", "squid")  # whose arms hang over the rim of what they are in
_PITS = ("hole",)  # whose front edge hides who is in them
_ALL_OF_IT = (0.0, 0.0, 1.0, 1.0)
_DEPTH, _ALONG = 0.06, 0.3  # how far before a seat's edge one sits; how far aside, of what is free
_LONG_SEATS = ("bench", "couch", "sofa", "log", "staircase", "picnic blanket", "blanket")
"""On which somebody sits at any place; on others in the middle."""
_PERCH = 0.5  # of the height at which a tree's fruit hangs, where who is in it sits


def set_on(pair: RelatedPair) -> Cluster:
    if pair.climbs:
        return climbing(pair)
    if pair.who.category not in ALIVE and _is_among_waves(pair):
        return _in_waves(pair)
    if pair.thing.name == SEESAW and pair.who.category in ALIVE:
        return seesawing(pair)
    if (pose := pose_of(pair.subject.sprites[0].code)) and pose.name in _CLINGING:
        rise = pair.box[1] + _CLUNG * (pair.tall - pair.height) - pair.mine[1]
        clung = floating(moved(pair.subject.sprites, pair.centred(), round(rise)))
        return pair.joined(pair.target.sprites + clung)
    alike = len({sprite.thing for sprite in pair.subject.sprites}) == 1
    if alike and lies_on(pair.who.name, pair.thing.name, len(pair.subject.sprites)):
        return _put_within(pair, hollow_of(pair.thing.name) or _ALL_OF_IT)
    if pair.who.name in _COILS and pair.thing.name in _THIN and len(pair.subject.sprites) == 1:
        rise = (pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]) / 2
        wound = floating(moved(pair.subject.sprites, pair.centred(), round(rise)))
        front = [replace(s, part=(_COILED, 1.0), stands=False) for s in pair.target.sprites]
        return pair.joined([*pair.target.sprites, *wound, *front])
    if (pose := pose_of(pair.subject.sprites[0].code)) and pose.name in SEATED_POSES:
        return _seated(pair, pose)
    beast = pair.thing.category == "animal"
    top = pair.thing.anchor("on", pair.thing.anchor("ride", 0.1) if beast else 0.1)
    base = pair.box[1] + slots_up(pair.tall * top)
    if is_dish(pair.thing) and len({sprite.bottom for sprite in pair.subject.sprites}) > 1:
        base = max(base, min(base + SLOT, round(pair.box[3]) - SLOT))  # two rows
    for each in pair.subject.sprites:
        if (pose := pose_of(each.code)) and pose.name == "seated":
            base = round(base + each.height * (1 - pose.seat[1]))  # the feet are below the seat
            break
    if alike and in_two_rows("on", pair.thing, len(pair.subject.sprites)):
        return _spread_over(pair)
    spare = pair.box[2] - pair.box[0] - (pair.mine[2] - pair.mine[0])
    room = max(0, int(spare * (0.3 if pair.thing.name in SEATS else 0.4)) // 2)
    sloped = pair.thing.category == "building" or pair.thing.name in _PEAKS
    room = 0 if sloped or beast or pair.who.category == "insect" else room
    under = [sprite for sprite in pair.target.sprites if sprite.box == pair.box]
    standing = len([s for s in pair.subject.sprites if s.stands])
    uneven = len(under) == 1 and (standing > 1 or (standing and pair.thing.name in _UNEVEN))
    laid = pair.subject.sprites[0].code.endswith(LAID)  # from end to end
    if uneven and not laid and (edge := edge_of(under[0], pair.thing.name)):
        return _lined_up_on(pair, edge, under[0])
    dx = pair.centred() + snapped(pair.rng.randint(-room, room)) + behind_the_head(pair)
    seated = floating(moved(pair.subject.sprites, dx, base - pair.mine[3]))
    return pair.joined(pair.target.sprites + seated)


def _seated(pair: RelatedPair, pose: Pose) -> Cluster:
    """Who sits has their seat where that of what they are on is, and their legs before it."""
    anchor = pair.thing.anchor("sit", pair.thing.anchor("on", 0.5))
    seat = pair.box[1] + pair.tall * (anchor + _DEPTH)
    mine = next(s for s in pair.subject.sprites if pose_of(s.code))
    dy = round(seat - (mine.bottom - mine.height * (1 - pose.seat[1])))
    free = pair.box[2] - pair.box[0] - pair.mine[2] + pair.mine[0]
    room = max(0, int(free * _ALONG) // 2) if pair.thing.name in _LONG_SEATS else 0
    seated = moved(pair.subject.sprites, pair.centred() + pair.rng.randint(-room, room), dy)
    return pair.joined(pair.target.sprites + floating(seated))


def _lined_up_on(pair: RelatedPair, edge: Edge, under: Sprite) -> Cluster:
    """Several on a roof, a rock: in a row, each where its edge is."""
    left, right = span_of(edge)
    middle = under.left + under.width * (left + right) / 2
    row = moved(pair.subject.sprites, round(middle - (pair.mine[0] + pair.mine[2]) / 2), 0)
    return pair.joined(pair.target.sprites + floating(settled(row, edge, pair.box)))


def put_in(pair: RelatedPair) -> Cluster:
    """Contents between the container's back and its lower part, which covers them.

    Things in a tree are before its crown.
    """
    rim = pair.thing.anchor("rim", pair.thing.anchor("in", 0.55))
    if pair.climbs:
        return climbing(pair)
    if _is_among_waves(pair) and not pair.jumps:
        return _in_waves(pair)
    if pair.thing.name in _HOOPS:
        middle = pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]
        through = floating(moved(pair.subject.sprites, pair.centred(), round(middle / 2)))
        front = [replace(s, part=(_HOOP, 1.0), stands=False) for s in pair.target.sprites]
        return pair.joined([*pair.target.sprites, *through, *front])
    pose = pose_of(pair.subject.sprites[0].code)
    if pose and pose.name in SEATED_POSES:
        return _seated(pair, pose)
    winged = pair.who.category in LIVING and pair.who.places.startswith("a")
    leaves = pair.flies and pair.thing.name in (*_BARRED, *_ENTERED)
    if pair.jumps or leaves or (winged and pair.thing.name in _ENTERED):
        return leaving(pair, rim)
    hollow = hollow_of(pair.thing.name, pair.who.name)
    if hollow and pair.thing.name not in (*DISHES, *TABLES):
        return _put_within(pair, hollow)
    if pair.thing.name in _ENTERED:
        dx, dy = pair.centred(), pair.box[3] - pair.mine[3]
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, dx, dy))
    if pair.thing.name in SWUM_IN:
        middle = pair.box[1] + pair.box[3] - pair.mine[1] - pair.mine[3]
        swimming = floating(moved(pair.subject.sprites, pair.centred(), round(middle / 2)))
        return pair.joined(pair.target.sprites + swimming)
    if pair.thing.name in FILLED:
        dy = pair.box[3] - 1 - pair.mine[3]
        within = floating(moved(pair.subject.sprites, pair.centred(), dy))
        return pair.joined(pair.target.sprites + within)
    if pair.thing.grows and pose and pose.name in _CLINGING:
        foot = pair.box[3] - _UP_THE_TRUNK * pair.tall
        clung = floating(moved(pair.subject.sprites, pair.centred(), round(foot - pair.mine[3])))
        return pair.joined(pair.target.sprites + clung)
    if pair.thing.grows:
        rim *= _PERCH if pair.who.category in ALIVE else 1.0
        base = pair.box[1] + slots_up(pair.tall * rim)
        perched = floating(moved(pair.subject.sprites, pair.centred(), base - pair.mine[3]))
        return pair.joined(pair.target.sprites + perched)
    row = max(sprite.height for sprite in pair.subject.sprites)
    opaque = pair.thing.name not in _SEEN_THROUGH
    tucked = opaque and pair.thing.category == "furniture"
    sunk = _SUNK if pair.who.category in ALIVE else _LYING
    deep = round(row * (_TUCKED if tucked else sunk))
    if pair.thing.name not in _PITS:
        deep = min(deep, round(pair.tall * (1 - rim)) - 1)
    base = pair.box[1] + round(pair.tall * rim) + max(1, deep)
    if pair.thing.name == _RIPPLES:
        under = _SWIMMING if pair.who.category in PEOPLE else _WADING
        base = pair.box[1] + round(pair.tall * rim) + 1 + round(row * under)
        pair.target = Cluster(floating(pair.target.sprites), pair.target.kind)
    inside = floating(moved(pair.subject.sprites, pair.centred(), base - pair.mine[3]))
    if pair.who.name in _ARMED:
        return pair.joined(pair.target.sprites + inside)
    if opaque:
        edge = 0 if pair.thing.name in _PITS else 1
        inside = cut(inside, pair.box[1] + round(pair.tall * rim) + edge)
    own = [s for s in pair.target.sprites if is_inside(s.box, pair.box)]  # not the sill it is on
    lower = [replace(s, part=(rim, 1.0), stands=False) for s in own]
    return pair.joined(pair.target.sprites + inside + lower)


def _is_among_waves(pair: RelatedPair) -> bool:
    """Whether there are waves on either side, not one that would hide what is in it."""
    return pair.thing.name == _WAVE and len(pair.target.sprites) > 1


def _in_waves(pair: RelatedPair) -> Cluster:
    """Between waves that are before it, so low that the water hides its lowest part."""
    deep = _SUBMERGED * pair.height
    lowered = moved(pair.subject.sprites, pair.centred(), round(pair.box[3] - pair.mine[3] - 1))
    inside = cut(floating(lowered), pair.box[3] - 1 - deep)
    return pair.joined(inside + pair.target.sprites)


def is_gathered(pair: RelatedPair, scene: Scene, relation: Relation) -> bool:
    """Whether copies of one are in what somebody holds, or many flowers in a vase."""
    alike = {sprite.thing for sprite in pair.subject.sprites} == {relation.subject}
    held = any(
        each.name == "holding" and relation.objects[0] in each.objects for each in scene.relations
    )
    bunch = pair.thing.name in VESSELS and pair.who.grows and len(pair.subject.sprites) > 1
    return (held or bunch) and alike and not pair.thing.grows and pair.who.category not in ALIVE


def gathered(pair: RelatedPair, measure: Measure) -> Cluster:
    """What is in something held, or a bunch, the lower part of which is before it."""
    rim = pair.thing.anchor("in", 0.55)
    own = [s for s in pair.target.sprites if s.box == pair.box]
    if not own:  # several hold one each
        return put_in(pair)
    way = bunched if pair.who.grows and pair.thing.name in VESSELS else heaped_in_hand
    heap = way(
        pair.subject.sprites, pair.box, rim,
        lambda longer: measure.nearest(pair.subject.sprites[0].code, longer),
    )  # fmt: skip
    lower = [replace(s, part=(rim, 1.0), stands=False) for s in own]
    return pair.joined([*pair.target.sprites, *heap, *lower])


def _are_apart(sprites: list[Sprite]) -> bool:
    """Whether sprites stand side by side: nobody has something on."""
    row = sorted(sprites, key=lambda sprite: sprite.left)
    return all(one.box[2] <= other.left for one, other in pairwise(row))


def _put_within(pair: RelatedPair, hollow: Box) -> Cluster:
    """What is seen inside a thing: copies of one in rows, several things side by side.

    Of several hollow ones each has its share of the copies.
    """
    wholes = [sprite for sprite in pair.target.sprites if sprite.box == pair.box]
    wholes = wholes or [s for s in pair.target.sprites if s.code == pair.target.sprites[0].code]
    sprites, close = pair.subject.sprites, closeness(pair.thing.name)
    if len({sprite.thing for sprite in sprites}) == 1 or _are_apart(sprites):
        shares = ((whole, sprites[at :: len(wholes)]) for at, whole in enumerate(wholes))
        seen = [
            sprite
            for whole, share in shares
            if share
            for sprite in laid_in(share, box_of(hollow, whole), close)
        ]
    else:
        box = box_of(hollow, wholes[0])
        dx = round((box[0] + box[2] - pair.mine[0] - pair.mine[2]) / 2)
        seen = floating(moved(sprites, dx, round(box[3] - pair.mine[3])))
    if pair.thing.name in _BARRED:
        return pair.joined(seen + pair.target.sprites)
    return pair.joined(pair.target.sprites + seen)


def put_amid(pair: RelatedPair, *, upon: bool) -> Cluster:
    """Amid a heap, whose foremost row hides the feet; `upon`: on its top."""
    front = max(sprite.bottom for sprite in pair.target.sprites)
    back = [sprite for sprite in pair.target.sprites if upon or sprite.bottom < front]
    before = [sprite for sprite in pair.target.sprites if sprite not in back]
    high = min(back or before, key=lambda sprite: sprite.bottom)
    foot = high.bottom - high.height / 2 if upon else front - high.height / 2
    inner = floating(moved(pair.subject.sprites, pair.centred(), round(foot - pair.mine[3])))
    return pair.joined(back + inner + before)


def _spread_over(pair: RelatedPair) -> Cluster:
    """Copies in two rows on what lies flat, those farther away between those in front."""
    copies = sorted(pair.subject.sprites, key=lambda sprite: sprite.left)
    half, wide = len(copies) // 2, pair.box[2] - pair.box[0]
    found = []
    for row, depth in ((copies[:half], _FAR), (copies[half:], _NEAR)):
        step = wide * _ROWED / len(copies[half:])
        start = (pair.box[0] + pair.box[2] - step * (len(row) - 1)) / 2
        if len(copies) % 2 == 0:
            start += step / 4 if depth == _FAR else -step / 4
        for place, sprite in enumerate(row):
            x = round(start + place * step - sprite.width / 2)
            found.append(replace(sprite, left=x, bottom=round(pair.box[1] + depth * pair.tall)))
    return pair.joined(pair.target.sprites + floating(found))


def is_overgrown(pair: RelatedPair) -> bool:
    """Whether a figure wades in many plants no taller than itself."""
    low = pair.thing.size <= pair.who.size * _LOW_GROWTH
    grows = pair.thing.category in ("plant", "nature") and pair.who.category in ALIVE
    copies = pair.target.sprites
    return len(copies) >= _MUCH and len({s.thing for s in copies}) == 1 and low and grows


def put_among(pair: RelatedPair) -> Cluster:
    """Between plants, some of them in front, along the whole subject."""
    left, _, right, foot = pair.mine
    each = sorted(pair.target.sprites, key=lambda sprite: sprite.left)
    half = len(each) // 2
    back, front = each[:half], each[half:]
    wide, tallest = front[0].width, max(sprite.height for sprite in each)
    found = []
    step = (right - left + 0.6 * wide) / max(1, half - 1)
    for place, sprite in enumerate(back):
        x = round(left - 0.8 * wide + place * step)
        found.append(replace(sprite, left=x, bottom=foot - SLOT))
    step = max(_APART * wide, (right - left) / max(1, len(front) - 1))
    start = (left + right - wide - step * (len(front) - 1)) / 2
    for place, sprite in enumerate(front):
        hidden = _HIDDEN if place in (0, len(front) - 1) else _HIDDEN_FRONT
        lower = max(SLOT, slots_up(tallest - hidden * pair.height))
        found.append(replace(sprite, left=round(start + place * step), bottom=foot + lower))
    return pair.joined([*found[:half], *pair.subject.sprites, *found[half:]])


def _tucked_in(pair: RelatedPair) -> Cluster:
    """Who is under a blanket has it over their lower half, as wide as they are."""
    drawn, standing = pair.target.sprites[0], [s for s in pair.subject.sprites if s.stands]
    left, top, right, bottom = extent(standing or pair.subject.sprites)
    height = min((right - left) * drawn.height / drawn.width, (bottom - top) * _COVERED)
    over = replace(
        drawn, left=round(left), bottom=round(bottom), width=round(right - left),
        height=max(SLOT, round(height)), stands=False,
    )  # fmt: skip
    return Cluster([*pair.subject.sprites, over], joint(pair.subject))


def put_under(pair: RelatedPair) -> Cluster:
    """Under a taller thing: before a tree's trunk, between a table's legs; else below it."""
    if pair.thing.name in COVERS and pair.who.category in ALIVE:
        return _tucked_in(pair)
    if is_open_below(pair.thing) and pair.tall > pair.height:
        aside = pair.aside() if pair.height >= PERSON else 0
        dx, dy = pair.centred() + aside, pair.box[3] - pair.mine[3]
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, dx, dy))
    if pair.subject.sprites[0].code.endswith(LAID):  # their head is hidden by it
        left = pair.box[0] - pair.mine[0] - _PEEPS * (pair.mine[2] - pair.mine[0])
        lies = moved(pair.subject.sprites, round(left), pair.box[3] - pair.mine[3])
        return pair.joined(lies + pair.target.sprites)
    taller = pair.tall > pair.height * 1.15 and pair.target.kind not in (*ALOFT, "w")
    if taller or is_closed_below(pair.thing):
        lower = snapped(pair.height) - SLOT if is_closed_below(pair.thing) else SLOT
        dy = pair.box[3] - pair.mine[3] + lower
        return pair.joined(pair.target.sprites + moved(pair.subject.sprites, pair.centred(), dy))
    rise = pair.mine[1] - pair.box[3]
    above = floating(moved(pair.target.sprites, -pair.centred(), rise))
    return Cluster(pair.subject.sprites + above, joint(pair.subject))
