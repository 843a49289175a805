"""Anatomy: drawings that can wear and hold things, and positions of head, neck and chest."""

# Units are cells. Shares are of the height or width of whom a drawing shows.

from __future__ import annotations

from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.clusters import LAID, Sprite, drawing_of
from maskgil.nano.world.nouns import Noun, drawings_of, facing

PERSON = 12  # cells at which a person's face is seen
# Where worn things sit, by the kind of the drawing: the row of the hat's rim, the eyes' middle,
# the neck and the chest in shares of the height, and the head's share of the width.
FIGURES = {
    "^": {"hat": 0.11, "eyes": 0.3, "neck": 0.6, "chest": 0.7, "head": 0.78},
    "~": {"hat": 0.1, "eyes": 0.2, "neck": 0.42, "chest": 0.53, "head": 0.62},
    "_": {"hat": 0.08, "eyes": 0.19, "neck": 0.36, "chest": 0.47, "head": 0.62},
    "=": {"hat": 0.08, "eyes": 0.2, "neck": 0.38, "chest": 0.48, "head": 0.5},
    "a": {"hat": 0.07, "eyes": 0.18, "neck": 0.36, "chest": 0.45, "head": 0.58},
    "c": {"hat": 0.1, "eyes": 0.26, "neck": 0.4, "chest": 0.5, "head": 0.78},
    "s": {"hat": 0.1, "eyes": 0.21, "neck": 0.42, "chest": 0.52, "head": 0.8},
    "t": {"hat": 0.1, "eyes": 0.24, "neck": 0.42, "chest": 0.52, "head": 0.57},
    "k": {"hat": 0.12, "eyes": 0.26, "neck": 0.46, "chest": 0.56, "head": 0.68},
}
# The same of animals in profile, to the left, and the middle of their heads in shares of the width.
PROFILE = {"hat": 0.16, "eyes": 0.22, "neck": 0.42, "chest": 0.52, "head": 0.42}
PROFILE_HEAD = {"hat": 0.26, "eyes": 0.17, "neck": 0.26, "chest": 0.3}
# The same of animals that lie: heads from the front over their paws, to the left; in profile.
LYING = {"hat": 0.18, "eyes": 0.46, "neck": 0.78, "chest": 0.9, "head": 0.44, "middle": 0.25}
LYING_PROFILE = PROFILE | {each: 1.35 * PROFILE[each] for each in ("hat", "eyes", "neck", "chest")}
# The project's own drawings with the head in the middle: sitting animals; adults, children and
# others bare-headed; sitting; with a hat.
_HEADED = {
    "^": ("panda", "bear", "frog"),
    "a": ("man", "woman", "superhero", "white-bearded-man", "old-woman"),
    "c": ("boy", "girl"),
    "s": ("skeleton", "astronaut"),
    "t": ("sitting-man", "sitting-woman", "baby"),
    "k": ("king", "queen", "knight", "pirate", "soldier", "sailor", "baker", "painter", "clown",
          "cowboy"),
}  # fmt: skip
_ON_FOUR_FEET = ("svg:bear-2", "svg:panda-2")
BONY = ("svg:skeleton",)
"""Whose body in a pose is of bones."""
_DRAWN_AS = {f"svg:{name}": kind for kind, names in _HEADED.items() for name in names}


def figure(code: str) -> str | None:
    """The kind of figure, by which it wears and holds things; None for other drawings."""
    code = drawing_of(code)
    if code.startswith("svg:"):
        return None if code in _ON_FOUR_FEET else _DRAWN_AS.get(code.rstrip("-123456789"))
    return code[-1] if code[-1] in "^~_=" else None


def rows_of(code: str) -> dict[str, float]:
    """Rows of hat, eyes, neck and chest of a drawing seen from the front."""
    pose = pose_of(code)
    if code.endswith(LAID) and figure(code) == "^":
        return LYING
    return FIGURES[figure(code) or "~"] if pose is None else pose.rows


def lies_upright(code: str) -> bool:
    """Whether a lying animal keeps its head upright."""
    return figure(code) == "^" or drawing_of(code) in drawings_of(("animal",))


def in_profile(holder: Sprite, carrier: Noun) -> bool:
    """Whether the holder is an animal or similar in profile."""
    profile = figure(holder.code) is None and holder.code in facing()
    return profile and carrier.category not in ("person", "people")
