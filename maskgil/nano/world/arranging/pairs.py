"""Related pairs of things, with the properties that determine their placement."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from maskgil.nano.world.clusters import (
    GRID,
    HEAPED,
    SLOT,
    Box,
    Cluster,
    Sprite,
    joint,
    kind_of,
    snapped,
)
from maskgil.nano.world.nouns import ALIVE, PEOPLE, Noun, noun
from maskgil.nano.world.scene import Relation, Scene

# The longer side of what is on, in … another, as a share of the other's: least and most.
SHARES = {
    "on": (0.6, 0.9), "in": (0.6, 0.9), "riding": (0.8, 1.05), "around": (0.42, 0.6),
}  # fmt: skip
_SOLID = ("furniture", "building", "structure", "vehicle", "household", "music", "appliance")
FILLED = ("jar",)
"""What is seen through, at whose bottom what is in it lies."""
SWUM_IN = ("aquarium", "empty aquarium", "fish bowl")
"""What is full of water, in the middle of which who is in it swims."""
SLATTED = ("fence", "gate")
"""Behind which nothing but what is higher, or is seen beside it, can be made out."""
SPANNING = ("bridge", "stone bridge", "suspension bridge", "rope bridge", "drawbridge",
            "rope", "tightrope", "plank", "hammock", "clothesline", "tennis net")  # fmt: skip
"""What reaches from one of two to the other, where it is between them."""
_SPREAD, _ENOUGH = ("puddle", "rug", "picnic blanket", "pond", "sandbox"), 3
"""What lies flat on the ground; how many stand in two rows there."""
BORNE = ("plank", "ladder", "log", "canoe", "kayak", "sofa", "couch", "stretcher", "mattress",
         "rug", "box", "crate", "bench", "surfboard", "banner")  # fmt: skip
"""What two people who have it between them carry."""
COVERS = ("blanket", "quilt", "tablecloth", "towel")
"""What is over who is under it, up to the head."""
CUSHIONS = ("pillow", "cushion")
_BEARING = ("furniture", "appliance", "vehicle", "household", "home", "outdoor", "structure",
            "music", "street", "tool", "garden", "farm", "playground")  # fmt: skip
"""Categories of what is drawn as large as there is room, so that what is on it is as small."""
PLAYED = ("guitar", "banjo", "accordion", "violin", "bagpipes")
"""What is played before the chest."""
HANDLED = ("purse", "handbag", "shopping bags", "suitcase", "briefcase", "bucket", "lantern",
           "toolbox", "picnic basket", "birdcage", "kettle")  # fmt: skip
"""What hangs from a hand by its handle."""
FLIPPED = ("hammer", "saw", "axe", "pickaxe", "magic wand", "feather", "tennis racket", "pan",
           "badminton racket", "baseball bat", "cricket bat")  # fmt: skip
"""What is drawn with its handle to the right, and held by it."""
UPENDED = ("knife", "sword", "dagger")
"""What is drawn with its handle up, to the right."""
HUNG = {"rope": "svg:rope-2"}
"""What hangs down where somebody hangs from it, or climbs it."""
SMOKE = "puff of smoke"
"""What comes from behind a vehicle, and from the foot of a rocket."""
SEATS = frozenset(
    ("bench", "couch", "sofa", "armchair", "chair", "stool", "rocking chair", "beach chair",
     "swing", "seat", "throne", "playground slide", "log", "stump", "rock", "boulder",
     "picnic blanket", "blanket", "staircase")
)  # fmt: skip
"""What somebody sits on."""
ON_ROOF = 0.45  # what is on a building that is so many times as large
_STOREYS = 4
_BED = (0.2, 0.28)  # of a house, the flowers about it
CANDLE = 0.36  # of a cake, the longer side of a candle on it
ON_CARPET = 0.75  # of its length, who sits on it
ON_BACK = 0.5  # of an animal, the longer side of what it carries on its back
_FALLEN = ("leaf", "green leaf", "fallen leaves", "maple leaf", "oak leaf", "petal", "clover")
"""Of what grows, what is gathered."""
POTTED = (0.9, 1.2)  # of a pot, a vase, the longer side of the plant in it
_FAR_LARGER = 8  # times: what stands among what grows, and not beside it
_ON_FURNITURE = 0.25  # of what bears it, the longer side of the smallest thing on it
_SILL = (0.3, 0.5)  # of a window, what is on its sill
_ON_SEAT = (0.3, 0.42)  # of a sofa, a cushion on it
FRUIT = 0.25  # of a tree, the longer side of what hangs in it
ON_HIDE = 0.35  # of an animal that is far larger, who is on its back
_CRAWLING = 0.3  # of what it is on, an insect so small in life
_CRAWLER = 0.65  # of what it is on, an insect at most
_CRAWLERS = ("animal", "insect", "marine")
_PILE = 0.3  # of the height of what is held in a pile, how far each is over the one below
_FAN = ((0.0, 0.0), (0.7, 0.2), (-0.7, 0.2), (0.35, 0.6), (-0.35, 0.6))
"""Where each of them is beside the first, in shares of its width and height."""
MINUTE = 0.12  # of the largest: one so small is drawn as small as can be made out
_LIGHTS = 6.0  # metres as which northern lights and the like are drawn at most
MOON = 2.0  # metres as which what is in the sky is drawn at most
_TABLEWARE = 0.8  # metres: what is under something so small is below it


@dataclass
class RelatedPair:
    """The subject and target of a relation."""

    subject: Cluster
    target: Cluster
    box: Box  # of the relation's objects within the target
    who: Noun
    thing: Noun  # the first object
    rng: random.Random
    tight: bool = False  # without gaps
    flies: bool = False  # the subject
    jumps: bool = False  # the subject
    climbs: bool = False  # the subject, an animal
    falls: bool = False  # the subject

    @property
    def mine(self) -> Box:
        return self.subject.extent()

    @property
    def height(self) -> float:
        return self.mine[3] - self.mine[1]

    @property
    def tall(self) -> float:
        return self.box[3] - self.box[1]

    def centred(self) -> int:
        """How far the subject moves to stand at the object's middle."""
        return snapped((self.box[0] + self.box[2] - self.mine[0] - self.mine[2]) / 2)

    def aside(self) -> int:
        """How far the subject moves from there to be beside the object's trunk."""
        spare = self.box[2] - self.box[0] - self.mine[2] + self.mine[0]
        return self.rng.choice((-1, 1)) * max(0, snapped(spare * 0.35))

    def off_the_middle(self) -> int:
        """How far the subject moves from there so that both are seen, to a side by chance."""
        widths = self.box[2] - self.box[0], self.mine[2] - self.mine[0]
        room = max(0, (GRID - SLOT - sum(widths) / 2) // SLOT * SLOT)
        return self.rng.choice((-1, 1)) * round(min(room, snapped(max(widths) / 2)))

    def joined(self, sprites: list[Sprite]) -> Cluster:
        return Cluster(sprites, joint(self.target))


def as_seen(one: Noun) -> Noun:
    """A noun with its apparent size: a moon is no larger than the animal that howls at it."""
    if one.category == "nature" and one.places == "a":
        return replace(one, size=min(one.size, _LIGHTS))
    return replace(one, size=min(one.size, MOON)) if one.category == "celestial" else one


def outermost_first(scene: Scene) -> list[Relation]:
    """The relations of a scene, containers and supports before their contents.

    A vase is first fitted to its sill, then flowers to the vase.
    """
    under = {each.subject: each.objects[0] for each in scene.relations if each.name in SHARES}

    def depth(relation: Relation) -> int:
        index, deep = relation.objects[0], 0
        while index in under and deep < len(under):
            index, deep = under[index], deep + 1
        return deep

    return sorted(scene.relations, key=depth)


def is_amid(scene: Scene, relation: Relation) -> bool:
    """Whether the subject is among many similar things: no tiger in high grass."""
    who, many = scene.things[relation.subject], scene.things[relation.objects[0]]
    return many.count > HEAPED and not wades(noun(who.noun), noun(many.noun))


def wades(who: Noun, many: Noun) -> bool:
    """Whether the subject stands in plants: animate, or far larger, such as a mill in tulips."""
    grown = many.category in ("plant", "nature")
    return grown and (who.category in ALIVE or who.size > _FAR_LARGER * many.size)


def in_two_rows(name: str, thing: Noun, count: int) -> bool:
    """Whether several on a thing stand in two rows there: it is spread flat on the ground."""
    return name == "on" and thing.name in _SPREAD and count >= _ENOUGH


def is_dish(thing: Noun) -> bool:
    """Whether a noun is a plate, pan or tray."""
    return thing.category in ("food", "kitchen")


def is_open_below(thing: Noun) -> bool:
    """Whether a noun has space between its legs."""
    return "under" in dict(thing.anchors)


def is_closed_below(thing: Noun) -> bool:
    """Whether a thing under it is not visible there and must protrude in front."""
    solid = thing.category in _SOLID and thing.size > _TABLEWARE
    return solid and not is_open_below(thing) and kind_of(thing) != "w"


def share_bounds(name: str, who: Noun, thing: Noun) -> tuple[float, float]:
    """Bounds of a subject's longer side as a fraction of the target's, by relation."""
    low, high = SHARES[name]
    planted = who.grows and who.name not in _FALLEN
    if name == "in" and planted and not thing.grows:
        low, high = POTTED
    if thing.category == "building" and name == "on" and who.size < thing.size / _STOREYS:
        low = ON_ROOF
    beast = thing.category == "animal"
    if name == "riding" and beast and who.category == "animal":
        low = ON_BACK
    if name == "on" and beast and who.category not in ALIVE and "ride" in dict(thing.anchors):
        low = high = ON_BACK
    if thing.grows and who.category == "fruit":
        low = high = FRUIT
    if beast and who.size < MINUTE * thing.size and who.category in _CRAWLERS:
        low = ON_HIDE  # a bird on an elephant
    if name == "on" and who.category == "insect" and who.size < _CRAWLING * thing.size:
        low = low if thing.grows else ON_HIDE  # ants on a sandwich
    if name == "on" and who.category == "insect" and not beast:
        high = min(high, max(low, _CRAWLER))
    if bears(name, who, thing):
        low = _ON_FURNITURE
    if name == "on" and thing.name == "window":
        low, high = _SILL
    if name == "on" and who.name in CUSHIONS and thing.name in SEATS:
        low, high = _ON_SEAT
    if name == "around" and wades(thing, who):
        low, high = _BED
    if thing.name == "flying carpet":
        low = high = ON_CARPET
    if who.name == "candle" and "cake" in thing.name:
        low = high = CANDLE
    return low, high


def bears(name: str, who: Noun, thing: Noun) -> bool:
    """Whether one is on a piece of furniture and the like, beside which its true size is seen."""
    solid = thing.category in _BEARING and not thing.grows
    return name == "on" and solid and who.category not in PEOPLE


def is_small_container(held: Noun, holder: Noun) -> bool:
    """Whether the contents are larger in reality: a dragon in an egg, a genie in a lamp."""
    return held.size > holder.size and not holder.grows and kind_of(holder) == "g"


def is_inside(inner: Box, outer: Box) -> bool:
    """Whether one box is within another."""
    return all(inner[n] >= outer[n] for n in (0, 1)) and all(inner[n] <= outer[n] for n in (2, 3))


def cut(sprites: list[Sprite], below: float) -> list[Sprite]:
    """The sprites cut off at the row `below`, which something hides."""
    return [
        replace(s, part=(s.part[0], max(0.0, min(s.part[1], 1 - (s.bottom - below) / s.height))))
        for s in sprites
    ]


_HELD_SO = {
    "lifting": (0.5, 0.92), "playing": (0.52, 0.16), "seated": (0.5, 0.3), "carrying": (0.5, 0.31),
    "fiddling": (-0.02, 0.5), "skipping": (0.5, 0.33), "shouldering": (0.5, 0.44),
}  # fmt: skip
"""Of poses, how much of what is held is left of the middle, and how high its foot is."""


def in_hand(
    item: Sprite, holder: Sprite, hand: tuple[float, float], size: tuple[int, int]
) -> Sprite:
    """A held thing at the hand's position, in fractions of a left-facing holder, and before it.

    Swung things are held at the lower end, lifted ones on both hands.
    """
    across, down = hand
    if way := _HELD_SO.get(holder.code.partition("|")[2]):
        left = holder.middle - size[0] * (1 - way[0] if holder.mirrored else way[0])
        bottom = holder.bottom - holder.height * way[1]
        return replace(item, left=round(left), bottom=round(bottom), width=size[0],
                       height=size[1], stands=False)  # fmt: skip
    swung = holder.code.endswith("|lunging")
    at = holder.left + holder.width * (1 - across if holder.mirrored else across)
    return replace(
        item,
        left=round(at - size[0] * ((0.3 if swung else 0.25) if holder.mirrored else 0.75)),
        bottom=round(
            holder.bottom - holder.height * (1 - down) + size[1] * (0.2 if swung else 0.5)
        ),
        width=size[0],
        height=size[1],
        stands=False,
    )


def hanging(
    item: Sprite, holder: Sprite, hand: tuple[float, float], size: tuple[int, int]
) -> Sprite:
    """A held thing that hangs from the hand's position, by its handle."""
    across, down = hand
    at = holder.left + holder.width * (1 - across if holder.mirrored else across)
    foot = holder.bottom - holder.height * (1 - down) - 1 + size[1]
    bottom = round(min(foot, holder.bottom))
    return replace(item, left=round(at - size[0] / 2), bottom=bottom, width=size[0],
                   height=size[1], stands=False)  # fmt: skip


def fanned(first: Sprite, count: int) -> list[Sprite]:
    """So many of what one hand holds up, side by side."""
    return [
        replace(
            first,
            left=first.left + round(across * first.width),
            bottom=first.bottom - round(up * first.height),
        )
        for across, up in _FAN[:count]
    ]


def piled(first: Sprite, count: int) -> list[Sprite]:
    """So many of what is carried in a pile, the lowest one first."""
    up = max(1, round(_PILE * first.height))
    return [replace(first, bottom=first.bottom - n * up) for n in range(max(1, count))]
