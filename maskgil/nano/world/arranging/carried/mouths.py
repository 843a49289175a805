"""Things at mouths and faces: blown, sipped, held up, or carried without hands."""

# Units are cells; y grows downward. Shares are of the holder's height or width.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.arranging.people.anatomy import FIGURES, figure
from maskgil.nano.world.clusters import Sprite, drawing_of
from maskgil.nano.world.nouns import Noun, facing, noun
from maskgil.nano.world.scene import LOOKING, Relation, Scene

Fit = Callable[[str, float], tuple[int, int]]  # cells of a drawing, its longer side nearest so many
BLOWN = {
    **dict.fromkeys(("trumpet", "trombone"), (0.88, 0.62, False)),
    **dict.fromkeys(("flute", "saxophone"), (0.1, 0.62, True)),
    "harmonica": (0.75, 0.3, False),
    "bubbles": (0.5, 0.86, False),
    "microphone": (0.2, 0.5, True),
    "toothbrush": (0.22, 0.46, False),
    "lipstick": (0.2, 0.54, False),
    "razor": (0.35, 0.52, True),
    "cigarette": (0.7, 0.5, False),
    **dict.fromkeys(("comb", "hairbrush"), (1.35, 0.5, False)),
    "hair drier": (1.3, 0.72, False),
    "telephone receiver": (0.95, 0.62, False),
    "cell phone": (0.9, 0.66, False),
    "camera": (1.0, 0.42, False),
    "magnifying glass": (0.9, 0.52, False),
}
"""What is at the mouth of who blows, at somebody's face or hair: where in its height the
mouth is, where in the width of the face it begins, whether its drawing has the mouthpiece on the
far side."""
AT_FACE = ("microphone", "toothbrush", "lipstick", "razor", "comb", "hairbrush", "hair drier",
           "telephone receiver", "cell phone", "camera", "magnifying glass")  # fmt: skip
"""What a hand holds up to a face."""
_BRUSHES, _PHONE = ("comb", "hairbrush"), "cell phone"
SMALL = 0.27  # of who holds it, the longer side of what is at a face
DRINKING = "drinking"
"""The state of who has what they hold at the mouth."""
_SIP = (0.25, 0.5, False)
_NO_HANDS = ("🐶^", "🐺^", "🦊^", "🐱^", "🦁^", "svg:frog")
"""Animals seen from the front that carry things in their mouths."""
_CARRIED = (
    "animal",
    "marine",
    "insect",
    "paper",
    "plant",
    "nature",
    "sport",
    "toy",
)  # categories of such things
_FETCHED = ("bone", "sock", "shoe", "slipper", "rope", "feather", "ball of yarn",
            "teddy bear")  # fmt: skip


_BEAKS = {
    "svg:stork": 0.22, "svg:heron": 0.15, "svg:pelican": 0.26, "svg:seagull": 0.28,
    "svg:bird-2": 0.29, "svg:kingfisher": 0.32, "svg:puffin": 0.3, "svg:toucan": 0.36,
    "🦆": 0.23, "🦢": 0.21, "🪿": 0.16, "🐓": 0.34, "svg:chicken": 0.3,
    "svg:pigeon": 0.19, "svg:magpie": 0.22, "svg:vulture": 0.27, "🦩": 0.4,
}  # fmt: skip
"""Rows of the tips of beaks, to the left, from which what is carried hangs."""
_HANDED = ("🐒", "🦍", "🦧", "🦘", "🦦", "🦫")
"""Animals seen from the side that hold somebody in their arms."""
AT_THE_MOUTH, MOUTH = 0.45, 0.12
"""What is eaten at a mouth, its longer side in shares of who eats; where a mouth is, of a width."""
_MOUTHS = {"🦒": (0.14, 0.16)}
"""Mouths of animals that are not where others have them."""
_BITTEN = 0.92  # of its width, where what is eaten is at a mouth
_TALONS = "svg:eagle"  # in whose feet is what it carries


def has_no_arms(code: str) -> bool:
    """Whether an animal of a drawing holds others in its mouth, beak or talons."""
    code = drawing_of(code)
    headlong = figure(code) is None and code in facing() and code not in _HANDED
    return headlong or code == _TALONS


def hung_from(holder: Sprite, width: float, height: float) -> tuple[float, float] | None:
    """Where a thing is that a bird carries: its left edge, and its middle in the bird's height."""
    code = drawing_of(holder.code)
    if code == _TALONS:
        return (holder.width - width) / 2, 1 + 0.25 * height / holder.height
    if code not in _BEAKS:
        return None
    return -0.6 * width, _BEAKS[code] + 0.4 * height / holder.height


def is_fetched(thing: Noun, code: str) -> bool:
    """Whether the animal of a drawing carries a thing in its mouth: no cup of tea."""
    return code in _NO_HANDS and (thing.category in _CARRIED or thing.name in _FETCHED)


def is_sipped(relation: Relation, scene: Scene) -> bool:
    """Whether a held thing is being drunk."""
    return relation.name == "holding" and scene.things[relation.subject].state == DRINKING


def is_at_face(relation: Relation, scene: Scene) -> bool:
    """Whether a thing is held to its holder's face: no brush beside a horse, no phone looked at."""
    name = scene.things[relation.objects[0]].noun
    groomed = name in _BRUSHES and any(
        each.subject == relation.subject
        and each.name in ("next to", "petting")
        and noun(scene.things[each.objects[0]].noun).category == "animal"
        for each in scene.relations
    )
    read = name == _PHONE and scene.things[relation.subject].state == LOOKING
    return relation.name == "holding" and name in AT_FACE and not (groomed or read)


def mouthpiece(relation: Relation, scene: Scene) -> tuple[float, float, bool] | None:
    """The entry of `BLOWN` for a held thing."""
    if relation.name != "holding":
        return None
    name = scene.things[relation.objects[0]].noun
    if is_sipped(relation, scene):
        return _SIP
    return None if name in AT_FACE and not is_at_face(relation, scene) else BLOWN.get(name)


def blown(
    item: Sprite, holder: Sprite, kind: str, share: float, at: tuple[float, float, bool], fit: Fit
) -> Sprite:
    """Placed beside the face, with its mouthpiece at the mouth."""
    width, height = fit(item.code, share * holder.height)
    down, across, turned = at
    body = FIGURES[kind]
    mouth = holder.bottom - holder.height * (1 - 0.35 * body["eyes"] - 0.65 * body["neck"])
    return replace(
        item,
        left=round(holder.left + across * holder.width),
        bottom=round(mouth + (1 - down) * height),
        width=width,
        height=height,
        stands=False,
        mirrored=turned and item.code in facing(),
    )


def bitten(item: Sprite, holder: Sprite, fit: Fit) -> Sprite:
    """At the mouth of an animal in profile, to the left, as it is drawn."""
    width, height = fit(item.code, AT_THE_MOUTH * holder.height)
    usual = (MOUTH, 0.55 if holder.width > holder.height else 0.35)
    x, y = _MOUTHS.get(drawing_of(holder.code), usual)
    return replace(
        item,
        left=round(holder.left + holder.width * x - width * _BITTEN),
        bottom=round(holder.bottom - holder.height * (1 - y) + height / 2),
        width=width,
        height=height,
        stands=False,
    )
