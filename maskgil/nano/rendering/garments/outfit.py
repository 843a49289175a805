"""Outfits of posed people: skirts, capes, lapels, buttons and the like, along the body's axis."""

# Places are units of poses.py.

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from maskgil.nano.rendering.garments.brush import Brush, Colour, Ink, shade
from maskgil.nano.rendering.looks import coloured
from maskgil.nano.world.arranging.people.belongings import Tints
from maskgil.nano.world.arranging.people.poses import HIPS, LEG, Place
from maskgil.nano.world.drawn.garments import Garment, garments
from maskgil.nano.world.paints import PAINTS

_LIGHT, _DARK = 1.35, 0.72
_WHITE: Colour = (246, 246, 248)
_LINE = 1.6


@dataclass(frozen=True)
class WornPiece:
    """One garment of an outfit, its colour and pattern."""

    garment: Garment
    ink: Ink
    texture: str | None

    @property
    def seam(self) -> Ink:
        """The colour of what is sewn on: darker, of what is dark lighter."""
        dark = sum(self.ink[0]) < 260
        return shade(self.ink[0], _LIGHT if dark else _DARK), 0

    @property
    def is_behind(self) -> bool:
        return "behind" in self.garment.details


def pieces_of(tints: Tints) -> list[WornPiece]:
    """The garments among colours of parts, the outermost, which comes first in the table, last."""
    known = garments()
    order = list(known)
    worn = sorted((each for each in tints if each[1] in known), key=lambda e: -order.index(e[1]))
    found = []
    for number, (look, name) in enumerate(worn, 1):
        colour, _, texture = look.partition("|")
        garment = known[name]
        rgb = PAINTS.get(colour) or tuple(bytes.fromhex(garment.colour[1:]))
        ink = (rgb[0], rgb[1], rgb[2]), number
        found.append(WornPiece(garment, ink, texture or garment.texture or None))
    return found


@dataclass(frozen=True)
class Frame:
    """A body's axis from the nape to the hip, and where the legs go from there."""

    nape: Place
    hip: Place
    legs: tuple[list[Place], ...]  # from each hip by the knee to the foot

    def at(self, down: float, right: float) -> Place:
        """The place so far down the axis, 1 at the hip, and so many units to its right."""
        (x0, y0), (x1, y1) = self.nape, self.hip
        long = math.hypot(x1 - x0, y1 - y0) or 1.0
        across = (y1 - y0) / long, -(x1 - x0) / long
        return x0 + (x1 - x0) * down + across[0] * right, y0 + (y1 - y0) * down + across[1] * right

    def hem(self, reach: float, spread: float) -> list[tuple[Place, float]]:
        """Discs at the corners of a skirt's lower end; with the waist's all of the skirt."""
        ends = [_along(leg, reach / 2) for leg in self.legs] or [self.at(1 + reach / 2, 0)]
        wide = LEG + spread - 4
        corners = [((x + side * wide, y), 4.0) for x, y in ends for side in (-1.0, 1.0)]
        y = max(each[1] for each in ends)
        return [*corners, ((sum(e[0] for e in ends) / len(ends), y + 3), 4.0)]

    def skirt(self, reach: float, spread: float) -> list[tuple[Place, float]]:
        """The discs round which a skirt is stretched, from the waist to the hem."""
        waist = [(self.at(0.92, side * (HIPS + LEG - 9)), 9.0) for side in (-1.0, 1.0)]
        return waist + self.hem(reach, spread)


def _along(path: list[Place], t: float) -> Place:
    """The place at a share of a line's points."""
    at = min(t, 1.0) * (len(path) - 1)
    one, two = path[int(at)], path[min(int(at) + 1, len(path) - 1)]
    return one[0] + (two[0] - one[0]) * (at % 1), one[1] + (two[1] - one[1]) * (at % 1)


def behind(brush: Brush, frame: Frame, pieces: list[WornPiece]) -> None:
    """Draw what is behind the body: a cape, a backpack."""
    for piece in pieces:
        if piece.is_behind:
            top = [(frame.at(0.14, side * 24), 8.0) for side in (-1.0, 1.0)]
            brush.sheet(top + frame.hem(*(piece.garment.skirt or (1.5, 20))), piece.ink, 0.9)
        if "veil" in piece.garment.details:
            places = ((34.0, -78.0), (50.0, 40.0))
            sides = [((side * x, y), 12.0) for x, y in places for side in (-1.0, 1.0)]
            brush.sheet(sides, piece.ink)
        if "pack" in piece.garment.details:
            corners = [frame.at(u, v) for u in (0.12, 0.92) for v in (-42, 42)]
            brush.sheet([(each, 12.0) for each in corners], piece.ink)


def before(brush: Brush, frame: Frame, pieces: list[WornPiece]) -> None:
    """Draw skirts, and the details in front of the body."""
    for piece in pieces:
        if piece.garment.skirt and not {"behind", "frill", "fringe"} & {*piece.garment.details}:
            brush.sheet(frame.skirt(*piece.garment.skirt), piece.ink)
        for detail in piece.garment.details:
            if draw := _DETAILS.get(detail):
                draw(brush, frame, piece)


def over(brush: Brush, head: Place, pieces: list[WornPiece]) -> None:
    """Draw what is before the head, the middle of which is told: a veil, earrings."""
    x, y = head
    for piece in pieces:
        for side in (-1.0, 1.0):
            if "veil" in piece.garment.details:
                points = [(x + side * 46, y + 8), (x + side * 52, y + 70)]
                brush.stroke(points, [4, 7], piece.ink, body=False)
            if "headband" in piece.garment.details and side > 0:
                points = [(x - 41, y - 20), (x - 20, y - 24), (x + 20, y - 24), (x + 41, y - 20)]
                brush.line(points, 9, piece.ink)
            if "earrings" in piece.garment.details:
                for down, radius in ((18, 3.0), (26, 5.5)):
                    brush.dot((x + side * 39, y + down), radius, piece.ink)


def patterned(drawing: np.ndarray, worn: np.ndarray, pieces: list[WornPiece]) -> np.ndarray:
    """The drawing with stripes, dots or a material where garments (H, W) that have such are."""
    for piece in pieces:
        share = (worn == piece.ink[1]).astype(np.float32)[..., None]
        if piece.texture and share.any():
            rows, columns = (np.flatnonzero(share[..., 0].any(axis)) for axis in (1, 0))
            box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
            layer = coloured(drawing[box] * share[box], None, piece.texture)
            drawing = drawing.copy()
            drawing[box] = drawing[box] * (1 - share[box]) + layer * share[box]
    return drawing


def _end(piece: WornPiece) -> float:
    """How far down a garment's front reaches."""
    skirt = piece.garment.skirt
    return 1.02 + (0.55 * skirt[0] if skirt else 0.06)


def _opening(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.line([frame.at(0.12, 0), frame.at(_end(piece), 0)], _LINE, piece.seam)


def _zip(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.line([frame.at(0.1, 0), frame.at(1.0, 0)], 2.2, ((176, 182, 192), 0))


def _buttons(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    for down in (0.4, 0.62, 0.84, 1.06):
        if down < _end(piece):
            brush.dot(frame.at(down, 4.5), 2.4, piece.seam)


def _lapels(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    shirt = ((250, 250, 252), 0)
    brush.patch([frame.at(0.04, -11), frame.at(0.04, 11), frame.at(0.46, 0)], shirt)
    for side in (-1.0, 1.0):
        points = [(0.02, 8), (0.0, 17), (0.3, 15), (0.5, 0)]
        brush.patch([frame.at(u, side * v) for u, v in points], piece.seam)


def _crossed(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.patch([frame.at(0.04, -9), frame.at(0.04, 9), frame.at(0.36, 0)], ((255, 224, 196), 0))
    for points in ([(0.02, -12), (0.62, 8)], [(0.02, 12), (0.36, 0)]):
        brush.line([frame.at(u, v) for u, v in points], 4.0, piece.seam)


def _belt(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.line([frame.at(0.84, -24), frame.at(0.84, 24)], 6, piece.seam)
    brush.line([frame.at(0.86, 2), frame.at(1.15, 6)], 4, piece.seam)


def _sash(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.line([frame.at(0.7, -22), frame.at(0.7, 22)], 17, piece.seam)


def _waist(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.line([frame.at(0.86, -21), frame.at(0.86, 21)], 5, piece.seam)


def _hood(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    ink = shade(piece.ink[0], 0.84), piece.ink[1]
    for side in (-1.0, 1.0):
        points = [frame.at(-0.02, side * 30), frame.at(0.16, side * 22), frame.at(0.26, 0)]
        brush.stroke(points, [7, 8, 6], ink, body=False)


def _pouch(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    points = [(0.68, -13), (0.68, 13), (0.94, 19), (0.94, -19)]
    brush.patch([frame.at(u, v) for u, v in points], (shade(piece.ink[0], 0.86), piece.ink[1]))


def _pocket(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    points = [(0.34, 8), (0.34, 19), (0.52, 19), (0.52, 8)]
    brush.patch([frame.at(u, v) for u, v in points], (shade(piece.ink[0], 0.86), piece.ink[1]))


def _pockets(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    for side in (-1.0, 1.0):
        points = [(0.98, 9), (0.98, 22), (1.2, 23), (1.2, 9)]
        brush.patch(
            [frame.at(u, side * v) for u, v in points], (shade(piece.ink[0], 0.88), piece.ink[1])
        )


def _strings(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    for side in (-1.0, 1.0):
        brush.line([frame.at(0.28, side * 6), frame.at(0.5, side * 7)], 2, (_WHITE, 0))


def _rim(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.line([frame.at(0.08, -15), frame.at(0.15, 0), frame.at(0.08, 15)], 6, piece.seam)


def _knit(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    if not piece.texture:
        for down, wide in ((0.44, 25), (0.58, 25)):
            points = [frame.at(down + 0.035 * (n % 2), v) for n, v in
                      enumerate(np.linspace(-wide, wide, 9).tolist())]  # fmt: skip
            brush.line(points, 2.4, (shade(piece.ink[0], 1.6), 0))


def _round(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.line([frame.at(0.06, -13), frame.at(0.13, 0), frame.at(0.06, 13)], 3, piece.seam)


def _neckline(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.patch([frame.at(0.04, -12), frame.at(0.04, 12), frame.at(0.34, 0)], ((255, 214, 180), 0))
    brush.line([frame.at(0.04, -12), frame.at(0.34, 0), frame.at(0.04, 12)], 2.4, piece.seam)


def _number(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    points = [(0.36, -12), (0.36, 12), (0.66, 12), (0.66, -12)]
    brush.patch([frame.at(u, v) for u, v in points], (_WHITE, 0))


def _reflectors(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    strip = ((232, 240, 190), 0)
    for side in (-1.0, 1.0):
        brush.line([frame.at(0.06, side * 16), frame.at(0.94, side * 15)], 4, strip)
    brush.line([frame.at(0.7, -24), frame.at(0.7, 24)], 4, strip)


def _fringe(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    brush.sheet(
        [(frame.at(0.08, s * 14), 8.0) for s in (-1.0, 1.0)]
        + [(frame.at(1.12, s * 40), 5.0) for s in (-1.0, 1.0)]
        + [(frame.at(1.3, 0), 5.0)],
        piece.ink,
    )
    for down, colour in ((0.72, (244, 196, 48)), (0.9, (62, 160, 84))):
        wide = 14 + 25 * down
        points = [frame.at(down, -wide), frame.at(down + 0.16, 0), frame.at(down, wide)]
        brush.line(points, 5, (colour, 0))


def _clasp(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    collar = shade(piece.ink[0], 0.84), piece.ink[1]
    points = [frame.at(-0.02, -25), frame.at(0.16, 0), frame.at(-0.02, 25)]
    brush.stroke(points, [6, 5, 6], collar, body=False)
    brush.dot(frame.at(0.16, 0), 5, ((250, 204, 60), 0))


def _pack(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    for side in (-1.0, 1.0):
        brush.line([frame.at(0.02, side * 18), frame.at(0.6, side * 20)], 7, piece.seam)


def _bib(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    wide = [((x, y), r) for (x, y), r in frame.hem(0.8, -2)]
    top = [(frame.at(0.4, side * 11), 4.0) for side in (-1.0, 1.0)]
    brush.sheet([*top, *((frame.at(0.9, s * 18), 4.0) for s in (-1.0, 1.0)), *wide], piece.ink)
    brush.line([frame.at(0.84, -26), frame.at(0.84, 26)], 3.4, piece.seam)
    points = [(1.0, -10), (1.0, 10), (1.2, 10), (1.2, -10)]
    brush.patch([frame.at(u, v) for u, v in points], (shade(piece.ink[0], 0.86), piece.ink[1]))


def _dungarees(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    corners = [(frame.at(u, s * v), 5.0) for u, v in ((0.42, 13), (0.95, 20)) for s in (-1.0, 1.0)]
    brush.sheet(corners, piece.ink)


def _straps(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    for side in (-1.0, 1.0):
        brush.line([frame.at(0.04, side * 17), frame.at(0.42, side * 12)], 5, piece.ink)


def _bust(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    for side in (-1.0, 1.0):
        brush.stroke([frame.at(0.4, side * 11)] * 2, [11, 11], piece.ink, body=False)
        brush.line([frame.at(0.06, side * 15), frame.at(0.3, side * 13)], 3, piece.ink)
    brush.line([frame.at(0.42, -26), frame.at(0.42, 26)], 4, piece.ink)


def _frill(brush: Brush, frame: Frame, piece: WornPiece) -> None:
    for wide, down, light in ((56, 1.3, 0.86), (52, 1.16, 1.0), (44, 1.04, 1.12)):
        corners = [(frame.at(0.9, s * 14), 6.0) for s in (-1.0, 1.0)]
        corners += [(frame.at(down, s * wide), 6.0) for s in (-1.0, 1.0)]
        brush.sheet([*corners, (frame.at(down + 0.12, 0), 6.0)], piece.ink, light)
    for v in (-40, -24, -8, 8, 24, 40):
        brush.line([frame.at(0.94, v * 0.4), frame.at(1.16, v)], 1.2, piece.seam)
    brush.line([frame.at(0.88, -21), frame.at(0.88, 21)], 5, piece.seam)


_DETAILS: dict[str, Callable[[Brush, Frame, WornPiece], None]] = {
    "opening": _opening, "zip": _zip, "buttons": _buttons, "lapels": _lapels, "crossed": _crossed,
    "belt": _belt, "sash": _sash, "waist": _waist, "hood": _hood, "pouch": _pouch,
    "pocket": _pocket, "pockets": _pockets, "strings": _strings, "rim": _rim, "knit": _knit,
    "round": _round, "neckline": _neckline, "number": _number, "reflectors": _reflectors,
    "fringe": _fringe, "clasp": _clasp, "pack": _pack, "bib": _bib, "dungarees": _dungarees,
    "straps": _straps, "bust": _bust, "frill": _frill,
}  # fmt: skip
