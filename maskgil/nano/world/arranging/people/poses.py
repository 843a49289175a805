"""Poses of people: joint positions for running, riding, climbing, diving; heads and hands."""

# Units: the head is 100 high, the origin where it meets the neck; y grows downward. All look left.

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from maskgil.utils.assets import table_rows

Place = tuple[float, float]
TALL = 243.0
"""How tall who stands upright is."""
SHOULDERS, HIPS = 27.0, 13.0  # from the middle to each side
ARM, LEG, CHEST, PALM = 9.5, 13.0, 33.0, 12.5
"""Half the thickness of an arm, a leg, a body; a hand's radius."""
_BROAD, _HIGH = 46.0, 50.0  # half a head's width and height
FRONTAL = ("standing", "seated")
"""Poses seen from the front, of which an arm may be raised."""
SEATED_POSES = ("seated", "cross-legged")
"""Poses of who is on a seat."""
CHAIR = {"at table": (((42, 84), (48, -2)), ((-22, 86), (-24, 134)), ((40, 86), (44, 134)),
                      ((-26, 84), (42, 84)))}  # fmt: skip
"""What who is in a pose sits on: its lines."""
STICKS = {"drumming": 46.0}
"""How long what hands hold is that belongs to a pose."""


@dataclass(frozen=True)
class Limb:
    """Where it bends, and where it ends."""

    bend: Place
    end: Place


@dataclass(frozen=True)
class Pose:
    """Joints of somebody; arms and legs: the near one, which is seen before the body, the far one.

    `head`: its middle; `tilt`: how it is turned, in degrees clockwise.
    """

    name: str
    head: Place
    tilt: float
    hip: Place
    arms: tuple[Limb | None, Limb | None]
    legs: tuple[Limb | None, Limb | None]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of all of it, about."""
        x, y = self.head
        spots = [(x, y, _BROAD, _HIGH), (*self.hip, LEG + HIPS, LEG)]
        spots += [(*each.end, PALM, PALM) for each in self.arms if each]
        spots += [(*each.end, 1.6 * LEG, LEG) for each in self.legs if each]
        spots += [(*each.bend, LEG, LEG) for each in self.legs if each]
        spots += [(*end, 6.0, 6.0) for line in CHAIR.get(self.name, ()) for end in line]
        return (
            min(x - r for x, _, r, _ in spots),
            min(y - r for _, y, _, r in spots),
            max(x + r for x, _, r, _ in spots),
            max(y + r for _, y, _, r in spots),
        )

    def share(self, at: Place) -> Place:
        """A place in shares of its width and height."""
        left, top, right, bottom = self.box
        return (at[0] - left) / (right - left), (at[1] - top) / (bottom - top)

    @property
    def ahead(self) -> Place:
        """Where the hand is that is farther ahead, in shares of its width and height."""
        return self.share(min((each.end for each in self.arms if each), default=self.hip))

    @property
    def seat(self) -> Place:
        """Where who sits touches the seat, in shares of its width and height."""
        return self.share((self.hip[0], self.hip[1] + LEG))

    @property
    def rows(self) -> dict[str, float]:
        """Rows of a head and its share of the width, as of figures that stand."""
        left, _, right, _ = self.box
        rows = {"hat": -76.0, "eyes": -44.0, "neck": 0.0, "chest": 26.0}
        down = {name: self.share((0.0, y))[1] for name, y in rows.items()}
        return down | {"head": 2 * _BROAD / (right - left), "middle": self.share(self.head)[0]}


def pose_of(code: str) -> Pose | None:
    """The pose that a drawing's code asks for; None for one as it is."""
    return _poses().get(code.partition("|")[2])


def posed(code: str, name: str) -> str:
    """The code of a drawing in a pose. Raises ValueError for an unknown pose."""
    if name not in _poses():
        raise ValueError(f"unknown pose {name!r}; choose from {', '.join(_poses())}")
    return f"{code}|{name}"


@functools.cache
def _poses() -> dict[str, Pose]:
    found = {}
    for name, turn, head, hip, *limbs in table_rows(Path(__file__).with_name("poses.tsv")):
        around = functools.partial(_turned, degrees=float(turn))
        x, y, tilt = map(float, head.split())
        near_arm, far_arm, near_leg, far_leg = (_limb(each, around) for each in limbs)
        across, down = map(float, hip.split())
        found[name] = Pose(
            name, around((x, y)), tilt + float(turn), around((across, down)),
            (near_arm, far_arm), (near_leg, far_leg),
        )  # fmt: skip
    return found


def _limb(text: str, around: Callable[[Place], Place]) -> Limb | None:
    """The joints of "x y x y"; None of "-"."""
    if text == "-":
        return None
    a, b, c, d = map(float, text.split())
    return Limb(around((a, b)), around((c, d)))


def _turned(place: Place, degrees: float) -> Place:
    turn = math.radians(degrees)
    x, y = place
    return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
