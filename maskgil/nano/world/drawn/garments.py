"""Garments that are drawn on their wearer's body: what each covers, its skirt, its details."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from maskgil.utils.assets import table_rows

_ON_HEADS = ("earrings", "headband", "veil")
_FROM_THE_SIDE = ("bib", "pack", "dungarees", "sock")
_FLOATING = 0.94  # how far down the waist is of what has no feet


@dataclass(frozen=True)
class Garment:
    """A garment: its own colour and texture, the parts of a body in it, those it leaves `bare`.

    `skirt`: how far below the hip it reaches, 1 for the knees, and how far it spreads there.
    """

    colour: str
    texture: str
    covers: tuple[str, ...]
    bare: tuple[str, ...]
    skirt: tuple[float, float] | None
    details: tuple[str, ...]


@functools.cache
def garments() -> dict[str, Garment]:
    """The garments by their nouns."""
    found = {}
    for name, colour, parts, skirt, details in table_rows(Path(__file__).with_suffix(".tsv")):
        told = [each for each in parts.split() if each != "-"]
        reach = None if skirt == "-" else tuple(map(float, skirt.split()))
        found[name] = Garment(
            *colour.partition(" ")[::2],
            tuple(each for each in told if each[0] != "-"),
            tuple(each[1:] for each in told if each[0] == "-"),
            (reach[0], reach[1]) if reach else None,
            tuple(each for each in details.split() if each != "-"),
        )
    return found


Place = tuple[float, float]


@dataclass(frozen=True)
class BodyFit:
    """Where garments are on a drawing of an animal, in shares of its width and height.

    From the side, looking left: `corners` of its trunk (nape, waist above, waist below, chest) and
    `forelegs`. From the front: the `neck`, half the `chest`'s width, the row of the `hem`.
    """

    corners: tuple[Place, ...] = ()
    forelegs: Place | None = None
    neck: Place = (0.5, 0.6)
    chest: float = 0.3
    hem: float = 0.9


@functools.cache
def _fits() -> dict[str, BodyFit]:
    found = {}
    for code, *cells, forelegs in table_rows(Path(__file__).with_name("fits.tsv")):
        if cells[3] == "-":
            found[code] = BodyFit(neck=_place(cells[0]), chest=float(cells[1]), hem=float(cells[2]))
        else:
            legs = None if forelegs == "-" else _place(forelegs)
            found[code] = BodyFit(tuple(map(_place, cells)), legs)
    return found


def _place(text: str) -> Place:
    across, down = map(float, text.split(","))
    return across, down


def fits(name: str, code: str) -> bool:
    """Whether a garment is drawn on a drawing of an animal: no boots where no feet are seen."""
    fit = fit_of(code)
    garment = garments()[name]
    if fit is None or {*garment.details} & {*_ON_HEADS}:
        return False
    if not fit.corners:
        return True
    footless = fit.corners[2][1] >= _FLOATING and "shoe" in garment.covers
    shown = garment.covers or garment.skirt or {*garment.details} & {*_FROM_THE_SIDE}
    return bool(shown) and not footless


def fit_of(code: str) -> BodyFit | None:
    """Where garments are on a drawing of an animal; None for other drawings.

    Animals that sit, heads in front, have bodies that are alike.
    """
    return BodyFit() if code.endswith("^") else _fits().get(code)
