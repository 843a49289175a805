"""Things at mouths and faces: blown, sipped, held up, or carried without hands."""

# Units are cells; y grows downward. Shares are of the holder's height or width.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from maskgil.nano.world.arranging.people.anatomy import FIGURES
from maskgil.nano.world.clusters import Sprite
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
    "plant",
    "nature",
    "sport",
    "toy",
)  # categories of such things
_FETCHED = ("bone", "sock", "shoe", "slipper", "rope", "feather", "ball of yarn",
            "teddy bear")  # fmt: skip


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
