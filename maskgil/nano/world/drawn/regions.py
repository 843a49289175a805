"""Regions: separately colourable parts of drawings: a door, ears, icing, lights, clothes."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path

from maskgil.nano.world.paints import PAINTS
from maskgil.utils.assets import table_rows

RAINBOW = "rainbow"
"""What a part is said to be in that has all colours, one beside the other."""
MISSING, BROKEN = "missing", "broken"
COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4}
"""How many are left of a part that drawings have more of."""
WAYS = (MISSING, BROKEN, *COUNTS)
"""What a part is said to be that has no colour told."""
Box = tuple[float, float, float, float]  # left, top, right, bottom, in shares


@dataclass(frozen=True)
class Region:
    """A part of a drawing: the pixels in boxes or ovals with colours near the samples.

    Samples are taken at `places`, beside `colours`. Without any, the boxes are a part that the
    drawing itself lacks.
    """

    boxes: tuple[Box, ...]
    ovals: tuple[Box, ...]
    places: tuple[tuple[float, float], ...]
    colours: tuple[tuple[float, float, float], ...]
    reach: float

    @property
    def many(self) -> int:
        """How many of the part a drawing has."""
        return len(self.boxes) + len(self.ovals)

    def may_be(self, way: str) -> bool:
        """Whether the part can be painted, be missing, or be so few."""
        left = COUNTS.get(way, 0)
        return left < self.many or left == self.many > 1

    def gone(self, way: str) -> Region:
        """What of it is missing, where so few are left; what is broken: one."""
        left = self.many - 1 if way == BROKEN else COUNTS.get(way, 0)
        ovals = self.ovals[max(0, left - len(self.boxes)) :]
        return replace(self, boxes=self.boxes[left:], ovals=ovals)

    @property
    def filled(self) -> bool:
        """Whether the boxes are the part."""
        return not (self.places or self.colours)


def _box(text: str) -> Box:
    left, top, right, bottom = map(float, text.strip("o").split(","))
    return left, top, right, bottom


def _place(text: str) -> tuple[float, float]:
    across, down = map(float, text.split(","))
    return across, down


def _colour(text: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(text.strip("#"))
    return red / 255, green / 255, blue / 255


@functools.cache
def _regions() -> dict[tuple[str, str], Region]:
    found = {}
    for name, part, boxes, places, reach in table_rows(Path(__file__).with_name("regions.tsv")):
        shapes, told = boxes.split(), places.strip("-").split()
        found[name, part] = Region(
            tuple(_box(each) for each in shapes if each[0] != "o"),
            tuple(_box(each) for each in shapes if each[0] == "o"),
            tuple(_place(each) for each in told if each[0] != "#"),
            tuple(_colour(each) for each in told if each[0] == "#"),
            float(reach),
        )
    return found


@functools.cache
def parts_drawn() -> frozenset[str]:
    """All parts as adjectives: "doored", "eared"; roofs are found by their red."""
    return frozenset(("roofed", *(part for _, part in _regions())))


def parts_told(state: str | None) -> tuple[tuple[str, str], ...]:
    """Colours and parts of a state such as "red doored blue windowed"; empty for other states."""
    words = (state or "").split()
    pairs = tuple(zip(words[::2], words[1::2], strict=False))
    paints, parts = (*PAINTS, RAINBOW, *WAYS), parts_drawn()
    known = all(colour in paints and part in parts for colour, part in pairs)
    return pairs if known and 2 * len(pairs) == len(words) else ()


def with_part(state: str | None, another: str) -> str | None:
    """A state extended by another part's colour; None for other states."""
    told, new = dict((part, colour) for colour, part in parts_told(state)), parts_told(another)
    if state and not told:
        return None
    told |= {part: colour for colour, part in new}
    return " ".join(f"{colour} {part}" for part, colour in told.items())


def region_of(name: str, part: str) -> Region | None:
    """The region of a part in a noun's drawing, or None."""
    return _regions().get((name, part))
