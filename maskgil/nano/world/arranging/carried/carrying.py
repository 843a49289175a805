"""Worn and held things: position and size on each kind of figure."""

# Units are cells; y grows downward. Shares are of the holder's height or width.

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from maskgil.nano.world.arranging.carried.mouths import (
    AT_FACE,
    AT_THE_MOUTH,
    BLOWN,
    MOUTH,
    SMALL,
    Fit,
    bitten,
    blown,
    has_no_arms,
    hung_from,
    is_fetched,
    mouthpiece,
)
from maskgil.nano.world.arranging.hollows import beside_paws, is_filled
from maskgil.nano.world.arranging.pairs import (
    FLIPPED,
    HANDLED,
    PLAYED,
    UPENDED,
    fanned,
    hanging,
    in_hand,
    piled,
)
from maskgil.nano.world.arranging.people.anatomy import (
    LYING_PROFILE,
    PROFILE,
    PROFILE_HEAD,
    figure,
    in_profile,
    rows_of,
)
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.clusters import LAID, TURNED, Cluster, Sprite, drawing_of, slots_up, snapped
from maskgil.nano.world.drawn.faces import face_of
from maskgil.nano.world.drawn.lettering import least_side
from maskgil.nano.world.nouns import Noun, facing, noun
from maskgil.nano.world.scene import Relation, Scene
from maskgil.utils.assets import table_rows

_WHERE = {
    name: (where, float(share))
    for where, share, names in table_rows(Path(__file__).with_name("worn.tsv"))
    for name in names.split(", ")
}
BAGS = ("backpack", "purse", "handbag", "clutch bag", "shopping bags", "wallet", "gloves", "ring",
        "bracelet")  # fmt: skip
RAISED = {
    "kite": 0.6, "balloon": 0.6, "red flag": 0.7, "white flag": 0.7, "black flag": 0.7,
    "checkered flag": 0.7, "pirate flag": 0.7,
}  # fmt: skip
"""What is held up by its lower end: its longer side as a share of the holder's height."""
MOST_RAISED = 5
"""So many of what is raised have room in one hand."""
_PILED = ("plate", "bowl", "book", "box", "cup", "mug", "pizza box", "tray")
MOST_HELD = dict.fromkeys(RAISED, MOST_RAISED) | dict.fromkeys(_PILED, 3)
"""So many of a thing are held at once, where that is more than one."""
OVERHEAD = dict.fromkeys(("umbrella", "beach umbrella", "parasol"), 1.0)
"""The same of what is over the holder's head, its handle in the middle."""
_GRIP = 0.9  # of the holder's width: where the handle is
_TALL, _ASIDE = 1.7, 0.12  # times its own width; of the holder's
_MOUTHFUL = 0.28  # the same of what is eaten at least
_READ, _IN_THE_ARMS = 0.42, 0.55  # as of `RAISED`
_ONE_EYE = 0.16  # of a head's width, from its middle to an eye
_SUNK = {"hat": 0.12, "mask": 0.32, "neck": 0.78, "torso": 1.0}
"""How much of what is worn is below the row where it is worn; half of all else."""
_OVER_EYES = ("eyes", "mask")
_LENSES = 2.0  # of the way from one eye to the other, the width of glasses
_NECK = 0.17  # of the height of who is seen from the side, how far below an eye the neck is
_SHOE = 0.3  # of its wearer's height at most
_MOUTHED = ("eating", "breathing")
_IN_FRONT = {
    "reading": _READ,
    **dict.fromkeys(("hugging", "kissing"), _IN_THE_ARMS),
    **dict.fromkeys(_MOUTHED, AT_THE_MOUTH),
}
SHOULDERED = ("ladder", "plank", "log", "canoe", "kayak")
"""What is carried on a shoulder."""
ARMFUL = ("person", "people", "animal", "toy")  # categories of what is held in both arms
_HANGING_HAND = (0.93, 0.62)  # of the width and height of who stands
_HAND = 0.62  # of the holder's width, where what is held begins
_LAP = 0.4  # of the holder's height, less than that is held lower
_LIPS = 0.54  # of the holder's width, where what is eaten begins
_IN_A_MOUTH, _FLAT = 0.4, 0.6  # as of `RAISED`; of its width, the height of a stick
_INSTRUMENT = 0.5  # of its player's height
_BAG = 0.42  # of its holder's height at most
_TO_THE_CHIN = 0.36  # the height of what is carried before the body, likewise
_FULL = 0.4  # the same of what has something in it, at least
_LOWER = {"legs": 0.8, "feet": 0.95}  # rows as of FIGURES, alike in all kinds
_HAT = ("hat", 0.82)
# A held thing's longer side as a share of its holder's height: least, of a thing of its size, most.
_HELD = (0.25, 0.72, 0.8)
_LIKE_LIFE = 0.45  # how true that is, of 1
_ON_THE_SHOULDER, _AROUND = 1.1, {"jump rope": 0.9}  # the same there, and round its holder
# What comics show beside a head: where its middle and its lower end are in shares of the holder's
# width and height, for a head in the middle and one in profile to the left; its longer side as of
# `RAISED`.
_MARKS = {
    "sleep symbol": ((1.0, 0.2), (0.5, 0.16), 0.4),
    "thought bubble": ((1.0, 0.2), (0.5, 0.12), 0.45),
    "speech bubble": ((0.95, 0.3), (0.1, 0.12), 0.4),
    "musical notes": ((1.1, 0.2), (0.05, 0.2), 0.36),
    "heart": ((0.84, 0.2), (0.45, 0.1), 0.32),
    "storm cloud": ((0.5, 0.08), (0.3, 0.08), 0.5),
    "water drop": ((0.08, 0.46), (0.02, 0.42), 0.2),
}
_LAID_HEAD = (0.16, 0.12)
_BESIDE, _MIDDLE = 0.3, 0.5  # of its own width, how much further out what is read is
MARKS = tuple(_MARKS)
"""What shows how somebody feels, or what they do without anything: Zs of who sleeps, tears."""


def worn_at(name: str) -> str:
    """Where clothes are worn on a figure: "torso", "feet", else "hat"."""
    return _WHERE.get(name, _HAT)[0]


def sits_on_body(name: str) -> bool:
    """Whether clothes are worn on the body by any figure: a cape, no boot."""
    return worn_at(name) in ("torso", "neck", "eyes", "mask", "legs")


def sits_on_head(name: str) -> bool:
    """Whether it is worn even by a figure that lies with its head up: a hat, a scarf, no coat."""
    return _WHERE.get(name, _HAT)[0] in ("hat", "eyes", "mask", "eye", "mouth", "neck")


def carried(
    relation: Relation, scene: Scene, subject: Cluster, target: Cluster, fit: Fit
) -> Cluster:
    """Worn or held things placed on each copy of their owner, in whole cells."""
    item = target.sprites[0]
    thing, carrier = (noun(scene.things[i].noun) for i in (relation.objects[0], relation.subject))
    where, share = _WHERE.get(thing.name, _HAT)
    held = _held_share(thing, carrier)
    if is_filled(scene, relation):
        held = max(held, _FULL)
    read = 0.0  # cells of its longer side that let what is written on it be read
    if text := scene.things[relation.objects[0]].lettering:
        read = least_side(thing.name, text, item.width / item.height)
        held = max(held, min(1.0, read / subject.sprites[0].height))
    own = scene.things[relation.objects[0]].count // scene.things[relation.subject].count
    sprites = []
    for holder in subject.sprites:
        sprites.append(holder)
        if holder.thing == relation.subject:
            kind = figure(holder.code) or "~"
            if relation.name == "with":
                sprites.append(_marked(item, holder, carrier, thing.name, fit, read))
            elif relation.name == "eating" and is_fetched(thing, holder.code):
                sprites.append(_held(item, holder, kind, held, fit, mouthed=True))
            elif relation.name == "holding" and _is_behind(thing, holder):
                sprites.insert(-1, _held(item, holder, kind, held, fit))
            elif relation.name in _IN_FRONT or _is_armful(relation, thing, holder):
                sprites.append(_in_front(relation.name, item, holder, kind, held, fit))
            elif thing.name in OVERHEAD:
                sprites.insert(-1, _overhead(item, holder, OVERHEAD[thing.name], fit))
            elif thing.name in RAISED:
                one = _raised(item, holder, RAISED[thing.name], fit)
                sprites[-1:-1] = fanned(one, max(1, own))  # behind
            elif (at := mouthpiece(relation, scene)) and figure(holder.code) not in ("^", None):
                share = held if thing.name in BLOWN and thing.name not in AT_FACE else SMALL
                sprites.append(blown(item, holder, kind, share, at, fit))
            elif relation.name == "holding" or thing.name in BAGS:
                mouthed = is_fetched(thing, holder.code)
                mine = _held(item, holder, kind, held, fit, mouthed, thing.name)
                if kind != "^":
                    mine = _in_free_hand(mine, holder, subject)
                elif is_filled(scene, relation):
                    mine = beside_paws(mine, holder)
                sprites += piled(mine, own if thing.name in _PILED else 1)
            else:
                lies = holder.code.endswith(LAID)
                profile = LYING_PROFILE if lies else PROFILE
                body = profile if in_profile(holder, carrier) else rows_of(holder.code)
                mouth = {"mouth": (body["eyes"] + body["neck"]) / 2, "eye": body["eyes"] - 0.06}
                mouth["mask"] = body["eyes"]
                worn = _worn(item, holder, body | mouth | _LOWER, where, share, fit)
                sprites += _pair_of(worn, holder) if where == "feet" else [worn]
    return Cluster(sprites, subject.kind)


def _held_share(thing: Noun, carrier: Noun) -> float:
    """A held thing's longer side as a share of its holder's height."""
    if thing.name in SHOULDERED:
        return _ON_THE_SHOULDER
    if thing.name in _AROUND:
        return _AROUND[thing.name]
    least, usual, most = _HELD
    held = min(most, max(least, usual * (thing.size / carrier.size) ** _LIKE_LIFE))
    if thing.name in PLAYED:
        return _INSTRUMENT
    return min(held, _BAG) if thing.name in (*BAGS, *HANDLED) else held


def _marked(
    item: Sprite, holder: Sprite, carrier: Noun, name: str, fit: Fit, read: float
) -> Sprite:
    """Beside the head of who is so, or over it; of a speech that is `read` wholly beside it."""
    upright, profile, share = _MARKS.get(name, _MARKS["sleep symbol"])
    x, y = profile if in_profile(holder, carrier) else upright
    if holder.code.endswith(LAID):
        x, y = _LAID_HEAD
    width, height = fit(item.code, max(read, share * max(holder.height, holder.width)))
    aside = (_BESIDE if x > _MIDDLE else -_BESIDE) * width if read else 0.0
    return replace(
        item,
        left=round(holder.left + holder.width * x - width / 2 + aside),
        bottom=round(holder.bottom - holder.height * (1 - y)),
        width=width,
        height=height,
        stands=False,
    )


def _worn(
    item: Sprite, holder: Sprite, body: dict[str, float], where: str, share: float, fit: Fit
) -> Sprite:
    torso = where == "torso"
    face = None if holder.code.endswith(LAID) else face_of(drawing_of(holder.code))
    wanted = holder.width * share * (1.0 if torso else body["head"])
    if where in _OVER_EYES and face:
        body = body | dict.fromkeys(_OVER_EYES, face.eyes[0][1])
        wanted = max(wanted, holder.width * (face.eyes[-1][0] - face.eyes[0][0]) * _LENSES)
    if where == "neck" and face and len(face.eyes) == 1:
        body = body | {"neck": min(body["neck"], face.eyes[0][1] + _NECK)}  # a giraffe's
    longer = wanted * max(1.0, item.height / item.width)
    if where == "feet":
        longer = min(longer, holder.height * _SHOE * max(1.0, item.width / item.height))
    if torso:
        longer = min(longer, holder.height / 2 * max(1.0, item.width / item.height))
    width, height = fit(item.code, longer)
    top = holder.bottom - holder.height + holder.height * body["neck" if torso else where]
    bottom = top + height * _SUNK.get(where, 0.5)
    middle = body.get("middle", 0.5)
    middle = 1 - middle if holder.mirrored else middle
    middle = PROFILE_HEAD.get(where, 0.5) if body["head"] == PROFILE["head"] else middle
    if where in _OVER_EYES and face:
        middle = (face.eyes[0][0] + face.eyes[-1][0]) / 2
        middle = 1 - middle if holder.mirrored else middle
    middle -= _ONE_EYE * body["head"] if where == "eye" else 0.0
    left = holder.left + holder.width * middle - width / 2
    bottom = min(bottom, holder.bottom) if torso else bottom
    return replace(
        item, left=round(left), bottom=round(bottom), width=width, height=height, stands=False
    )


def _pair_of(shoe: Sprite, holder: Sprite) -> list[Sprite]:
    """One on each foot, turned outward."""
    middle = round(holder.left + holder.width / 2)
    turned = shoe.code in facing()
    return [
        replace(shoe, left=middle - shoe.width, bottom=holder.bottom, mirrored=turned),
        replace(shoe, left=middle, bottom=holder.bottom, mirrored=False),
    ]


def _is_behind(thing: Noun, holder: Sprite) -> bool:
    """Whether what is held is behind its holder: a swung rope, a ladder on a shoulder."""
    swung = thing.name in _AROUND or thing.name in SHOULDERED
    return swung and pose_of(holder.code) is not None


def _is_armful(relation: Relation, thing: Noun, holder: Sprite) -> bool:
    """Whether what is held is before the body: a baby, a cat; not at a beak, nor in a lap."""
    seated = pose_of(holder.code) is not None and thing.category not in ("person", "people")
    armed = figure(holder.code) != "^" and not (has_no_arms(holder.code) or seated)
    return armed and relation.name == "holding" and thing.category in ARMFUL


def _in_front(name: str, item: Sprite, holder: Sprite, kind: str, held: float, fit: Fit) -> Sprite:
    """What is read or held in both arms before the chest, what is eaten at the mouth."""
    if name in _MOUTHED and figure(holder.code) is None and holder.code in facing():
        return bitten(item, holder, fit)
    body, top = rows_of(holder.code), holder.bottom - holder.height
    share = _IN_FRONT.get(name, _IN_THE_ARMS)
    share = min(share, max(held, _MOUTHFUL)) if name in ("eating", "holding") else share
    width, height = fit(item.code, share * holder.height)
    x, y = 0.5, body["neck"] - (0.0 if name == "reading" else 0.06)
    if name in _MOUTHED and kind == "^":
        y = 0.52
    elif name == "holding":
        y += max(0.0, _LAP - height / holder.height)
    elif name in _MOUTHED:
        x = _LIPS + width / holder.width / 2
        tall = height > _TALL * width  # the scoops of a cone are beside the mouth
        x, risen = (x + _ASIDE, 0.3) if tall else (x, 0.45)
        y = 0.3 * body["eyes"] + 0.7 * body["neck"] - risen * height / holder.height
    return replace(
        item,
        left=round(holder.left + holder.width * x - width / 2),
        bottom=round(top + holder.height * y) + height,
        width=width,
        height=height,
        stands=False,
    )


def _overhead(item: Sprite, holder: Sprite, share: float, fit: Fit) -> Sprite:
    """Over the holder's head, the handle in a hand."""
    width, height = fit(item.code, share * holder.height)
    return replace(
        item,
        left=round(holder.left + holder.width * _GRIP - width / 2),
        bottom=round(holder.bottom - holder.height * 0.36),
        width=width,
        height=height,
        stands=False,
    )


def _held(
    item: Sprite, holder: Sprite, kind: str, share: float, fit: Fit, mouthed: bool = False,
    thing: str = "",
) -> Sprite:  # fmt: skip
    """In a sitting animal's paws or mouth, at the mouth of one in profile, beside who stands.

    Of who is in a pose, in the hand that is ahead.
    """
    width, height = fit(item.code, share * holder.height)
    pose = pose_of(holder.code)
    if thing in HANDLED and kind != "^":
        hand = pose.ahead if pose else _HANGING_HAND
        return hanging(item, holder, hand, (width, height))
    if pose and pose.name == "carrying":  # no higher than to the chin
        width, height = fit(item.code, min(share, _TO_THE_CHIN * max(1.0, width / height))
                            * holder.height)  # fmt: skip
    if pose is not None:
        return in_hand(item, holder, pose.ahead, (width, height))
    x, y = (0.5, 0.84) if kind == "^" else (0.9, 0.6)
    if kind == "^" and mouthed and (face := face_of(holder.code)) and face.mouth:
        width, height = fit(item.code, min(share, _IN_A_MOUTH) * holder.height)
        hung = 0.25 * height / holder.height if height > _FLAT * width else 0.0
        x, y = face.mouth[0], face.mouth[1] + hung
    left = holder.width * x - width / 2
    if (beak := hung_from(holder, width, height)) is not None:
        left, y = beak
    elif figure(holder.code) is None and holder.code in facing():  # to the left, as it is drawn
        left, y = holder.width * MOUTH - width, 0.55 if holder.width > holder.height else 0.35
    elif kind != "^":
        left = max(left, slots_up(holder.width * _HAND))
    if kind not in ("^", ""):
        flipped = thing in FLIPPED
        turned = f"{item.code}{TURNED}" if thing in UPENDED else item.code
        item = replace(item, mirrored=item.mirrored != flipped, code=turned)
    return replace(
        item,
        left=round(holder.left + left) if kind == "^" else snapped(holder.left + left),
        bottom=round(holder.bottom - holder.height * (1 - y) + height / 2),
        width=width,
        height=height,
        stands=False,
    )


def _in_free_hand(item: Sprite, holder: Sprite, subject: Cluster) -> Sprite:
    """In the other hand where another thing is in this one, of which hardly any would be seen."""
    others = [s for s in subject.sprites if s.thing != holder.thing and not s.stands]
    if not any(_meet(item, other) for other in others):
        return item
    left = snapped(2 * holder.left + holder.width - item.left - item.width)
    turned = item.mirrored != (item.code in facing())
    other_hand = replace(item, left=left, mirrored=turned)
    return item if any(_meet(other_hand, other) for other in others) else other_hand


def _meet(first: Sprite, second: Sprite) -> bool:
    """Whether more than half of one of two drawings is where the other one is."""
    one, two = first.box, second.box
    wide = min(one[2], two[2]) - max(one[0], two[0])
    tall = min(one[3], two[3]) - max(one[1], two[1])
    least = min(first.width * first.height, second.width * second.height)
    return max(0.0, wide) * max(0.0, tall) > least / 2


def _raised(item: Sprite, holder: Sprite, share: float, fit: Fit) -> Sprite:
    """Held up by its lower end, so that no face is behind it."""
    width, height = fit(item.code, share * holder.height)
    left: float = slots_up(holder.width * _HAND)
    if figure(holder.code) is None and holder.code in facing():
        left = holder.width * MOUTH - width  # an elephant's trunk
    return replace(
        item,
        left=snapped(holder.left + left),
        bottom=round(holder.bottom - holder.height * 0.4),
        width=width,
        height=height,
        stands=False,
    )
