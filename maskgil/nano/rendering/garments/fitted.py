"""Garments on animals: on the trunk and legs of one from the side, before one from the front."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha; H, W its pixels.
# Places are pixels from the side, units of poses.py from the front.

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from maskgil.nano.rendering.bodies import resized
from maskgil.nano.rendering.garments import outfit
from maskgil.nano.rendering.garments.brush import Brush, Ink, shade
from maskgil.nano.rendering.garments.outfit import Frame, WornPiece, pieces_of
from maskgil.nano.world.arranging.people.belongings import Tints
from maskgil.nano.world.arranging.people.poses import Place
from maskgil.nano.world.drawn.faces import face_of
from maskgil.nano.world.drawn.garments import BodyFit

_FINE = 3  # pixels of a garment for each of the drawing
_CHEST = 30.0  # units of half a chest's width
_BARE = 0.5  # opacity from which something is a body
_SHOE, _BOOT = 0.075, 0.17  # of the height
_SEAM = 0.03  # of the height, how wide a hem is


def fitted(drawing: np.ndarray, code: str, fit: BodyFit, tints: Tints) -> np.ndarray:
    """The drawing of an animal in its garments."""
    pieces = pieces_of(tints)
    height, width = drawing.shape[:2]
    brush = _Side(drawing, fit) if fit.corners else _Front(drawing, code, fit)
    for piece in pieces:
        brush.behind(piece)
    back = _layer(brush, pieces, width, height)
    brush.image.paste((0, 0, 0, 0), (0, 0, *brush.image.size))
    for piece in pieces:
        brush.wear(piece)
    front = _layer(brush, pieces, width, height)
    whole = drawing + back * (1 - drawing[..., 3:])
    return front + whole * (1 - front[..., 3:])


def _layer(brush: Brush, pieces: list[WornPiece], width: int, height: int) -> np.ndarray:
    worn = np.asarray(brush.worn)
    return resized(outfit.patterned(brush.drawn(), worn, pieces), width, height)


class _Worn(Brush):
    """Draws garments on the drawing of an animal."""

    def __init__(self, drawing: np.ndarray, origin: Place, fine: float) -> None:
        self.height, self.width = drawing.shape[:2]
        super().__init__([self.width * _FINE, self.height * _FINE], origin, fine)
        body = Image.fromarray(((drawing[..., 3] > _BARE) * 255).astype(np.uint8))
        self.body = body.resize(self.image.size, Image.Resampling.BILINEAR)

    def behind(self, piece: WornPiece) -> None:
        """Draw what of a garment is behind the animal."""

    def wear(self, piece: WornPiece) -> None:
        """Draw what of it is before the animal."""

    def cover(self, shapes: list[list[Place]], ink: Ink) -> None:
        """Paint the body within shapes, in pixels of the drawing; a little beyond its outline."""
        mask = Image.new("L", self.image.size)
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            pen.polygon([(x * _FINE, y * _FINE) for x, y in shape], fill=255)
        wider = self.body.filter(ImageFilter.MaxFilter(2 * _FINE + 1))
        mask = Image.composite(mask, Image.new("L", mask.size), wider)
        inner = mask.filter(ImageFilter.GaussianBlur(0.03 * self.height * _FINE))
        light = 0.66 + 0.42 * np.asarray(inner, np.float32)[..., None] / 255
        rgb = (np.array(ink[0], np.float32) * light).clip(0, 255).astype(np.uint8)
        self.image.paste(Image.fromarray(rgb), mask=mask)
        self.worn.paste(ink[1], mask=mask.point(lambda value: 255 * (value > 127)))
        self.redraw()

    def feet(self, piece: WornPiece, upto: float = 1.0) -> None:
        """Paint the feet, of the first so many of the width; boots reach up the legs."""
        high = _BOOT if "boot" in piece.garment.details else _SHOE
        top, right = (1 - high) * self.height, upto * self.width
        self.cover([[(0, top), (right, top), (right, self.height), (0, self.height)]], piece.ink)
        if "boot" in piece.garment.details:
            sole = 0.975 * self.height
            corners = [(0.0, sole), (right, sole), (right, self.height), (0.0, self.height)]
            self.cover([corners], (shade(piece.ink[0], 0.6), 0))


class _Side(_Worn):
    """On an animal from the side that looks left."""

    def __init__(self, drawing: np.ndarray, fit: BodyFit) -> None:
        super().__init__(drawing, (0.0, 0.0), _FINE)
        self.nape, self.above, self.below, self.chest = (
            (x * self.width, y * self.height) for x, y in fit.corners
        )
        self.thick = self.below[1] - self.above[1]
        self.long = self.above[0] - self.nape[0]
        self.forelegs = fit.forelegs

    def wear(self, piece: WornPiece) -> None:
        garment, ink = piece.garment, piece.ink
        covers, details = {*garment.covers}, {*garment.details}
        if "shirt" in covers or details & {"bib", "dungarees"}:
            self._trunk(piece, covers)
        if {"hips", "trousers"} & covers and not garment.skirt:
            self._hind(piece, low="trousers" in covers)
        if garment.skirt and not piece.is_behind and covers & {"hips"} and "sleeve" not in covers:
            self._flounce(piece)
        if "shoe" in covers or "sock" in details:
            self.feet(piece)
        if "palm" in covers:
            self.feet(piece, 0.5 * (self.chest[0] + self.below[0]) / self.width)
        if piece.is_behind:
            self._cape(piece)
        if "pack" in details:
            x, y = self.nape[0] + 0.5 * self.long, self.above[1]
            side = 0.24 * self.thick
            self.sheet([((x + a * side, y + b * side), 0.12 * self.thick)
                        for a, b in ((-1, -0.6), (1, -0.6), (1, 0.9), (-1, 0.9))], ink)  # fmt: skip
            strap = [(x - 1.2 * side, y), (x - 1.5 * side, self.chest[1])]
            self.line(strap, 0.07 * self.thick, piece.seam)

    def _trunk(self, piece: WornPiece, covers: set[str]) -> None:
        """The trunk, up to the waist, and the upper half of the forelegs for sleeves."""
        part = 0.5 if "shirt" not in covers else 1.0 if "hips" in covers else 0.84
        above = (
            self.nape[0] + part * self.long,
            self.nape[1] + part * (self.above[1] - self.nape[1]),
        )
        below = (self.chest[0] + part * (self.below[0] - self.chest[0]),
                 self.chest[1] + part * (self.below[1] - self.chest[1]))  # fmt: skip
        up = 0.2 * self.thick
        shapes = [[self.nape, (self.nape[0], self.nape[1] - up), (above[0], above[1] - up), above,
                   (below[0], below[1] + 0.06 * self.thick), self.chest]]  # fmt: skip
        if "sleeve" in covers and self.forelegs:
            left, right = (x * self.width for x in self.forelegs)
            top, low = self.chest[1] - 0.1 * self.thick, 0.5 * (self.chest[1] + self.height)
            shapes.append([(left, top), (right, top), (right, low), (left, low)])
        self.cover(shapes, piece.ink)
        wide = _SEAM * self.height
        for one, two in ((self.nape, self.chest), (above, below)):
            hem = [one, two, (two[0] + wide, two[1] + wide), (one[0] + wide, one[1] - wide)]
            self.cover([hem], (piece.seam[0], 0))
        bands = {"reflectors": ((232, 240, 190),) * 2, "fringe": ((244, 196, 48), (62, 160, 84))}
        for detail in {*piece.garment.details} & {*bands}:
            for share, colour in zip((0.4, 0.65), bands[detail], strict=True):
                x = self.nape[0] + share * self.long
                band = [(x, 0.0), (x + wide, 0.0), (x + wide, below[1]), (x, below[1])]
                self.cover([band], (colour, 0))

    def _hind(self, piece: WornPiece, *, low: bool) -> None:
        """The hind part, and the hind legs to below the knee if `low`."""
        ground = self.height * (0.93 if low else 0.5) + (0 if low else 0.5 * self.below[1])
        right = self.above[0] + 0.2 * self.width
        corners = [self.above, (right, self.above[1] + 0.1 * self.thick), (right, ground)]
        corners += [(self.below[0] - 0.08 * self.width, ground), self.below]
        left = self.nape[0] + 0.84 * self.long, self.above[1] - 0.1 * self.thick
        self.cover([[left, *corners, (left[0], self.below[1])]], piece.ink)

    def _flounce(self, piece: WornPiece) -> None:
        """A skirt that stands round the waist."""
        (x0, y0), (x1, y1) = self.above, self.below
        x0, x1 = x0 - 0.4 * self.long, x1 - 0.4 * self.long
        frill = "frill" in piece.garment.details
        spread = (0.26 if frill else 0.1) * self.thick
        for share, light in ((1.0, 0.88), (0.72, 1.0), (0.44, 1.12)) if frill else ((1.0, 1.0),):
            far = share * min((0.5 if frill else 0.45) * self.thick, 0.6 * self.long)
            self.sheet(
                [((x0, y0 + 4), 3.0), ((x1, y1 - 2), 3.0),
                 ((x0 + far, max(4.0, y0 - share * spread)), 4.0),
                 ((x1 + far, min(self.height - 4.0, y1 + share * spread)), 4.0)],
                piece.ink, light,
            )  # fmt: skip
            for step in range(7) if frill else ():  # its ruffles
                t = step / 6
                x = x0 + (x1 - x0) * t + far * 1.06
                y = (y0 - share * spread) * (1 - t) + (y1 + share * spread) * t
                ruffle = (x, min(self.height - 6.0, max(6.0, y)))
                self.dot(ruffle, 0.1 * self.thick, (shade(piece.ink[0], light), piece.ink[1]))
        self.line([(x0, y0 + 3), (x1, y1 - 3)], 0.05 * self.thick, piece.seam)

    def _cape(self, piece: WornPiece) -> None:
        """Over the back, fastened before the chest."""
        x, y = self.nape
        end = self.above[0] + 0.1 * self.width
        corners = [(x, y + 0.04 * self.thick), (end, self.above[1] + 0.04 * self.thick),
                   (end + 0.06 * self.width, self.above[1] + 0.8 * self.thick),
                   (self.below[0] - 0.2 * self.long, self.above[1] + 0.72 * self.thick),
                   (x + 0.06 * self.long, y + 0.5 * self.thick)]  # fmt: skip
        self.sheet([(each, 4.0) for each in corners], piece.ink)
        wide = 0.07 * self.thick
        self.line([(x + wide, y + wide), (self.chest[0] + wide, self.chest[1] - 0.3 * self.thick)],
                  2 * wide, (shade(piece.ink[0], 0.84), piece.ink[1]))  # fmt: skip
        self.dot(
            (self.chest[0] + wide, self.chest[1] - 0.3 * self.thick), wide, ((250, 204, 60), 0)
        )


class _Front(_Worn):
    """On an animal from the front that sits or stands upright."""

    def __init__(self, drawing: np.ndarray, code: str, fit: BodyFit) -> None:
        height, width = drawing.shape[:2]
        (x, y), self.sits = fit.neck, code.endswith("^")
        half, hem = fit.chest * width, fit.hem * height
        if self.sits:  # its body is that of bodies.sitting
            face = face_of(code)
            x = sum(each[0] for each in face.eyes) / len(face.eyes) if face else x
            foot = np.flatnonzero((drawing[round(0.94 * height) :, :, 3] > _BARE).any(0))
            unit = (x * width - foot[0]) / 92
            y, half, hem = 1 - 122 * unit / height, 58 * unit, height - 22 * unit
        fine = _FINE * half / _CHEST
        super().__init__(drawing, (x * width * _FINE / fine, y * height * _FINE / fine), fine)
        down = (hem - y * height) * _FINE / fine
        self.bottom = (height - y * height) * _FINE / fine
        paws: tuple[list[Place], ...] = tuple(
            [(s * 15.5, down), (s * 20, self.bottom - 4)] for s in (1, -1)
        )
        self.frame = Frame((0.0, 0.0), (0.0, down - 6), paws)
        self.waisted = Frame((0.0, 0.0), (0.0, 0.72 * down), paws)

    def behind(self, piece: WornPiece) -> None:
        if piece.is_behind or "pack" in piece.garment.details:
            outfit.behind(self, self.frame, [piece])

    def wear(self, piece: WornPiece) -> None:
        garment, low = piece.garment, self.frame.hip[1] + 6
        covers = {*garment.covers}
        if "shirt" in covers:
            belly = [
                ((s * v, u * low), 8.0) for u, v in ((0.1, 20), (0.6, 24)) for s in (-1.0, 1.0)
            ]
            hem = [((s * 21, low - 6), 6.0) for s in (-1.0, 1.0)]
            self.sheet([*belly, *hem], piece.ink)
        if "hips" in covers and not garment.skirt:
            wide, deep = (31, self.bottom - 12) if "trousers" in covers else (24, low)
            corners = [((-22.0, low - 14), 6.0), ((22.0, low - 14), 6.0)]
            self.sheet([*corners, ((-wide, deep), 7.0), ((wide, deep), 7.0)], piece.ink)
            if "trousers" in covers:
                self.line([(0.0, low - 2), (0.0, deep + 4)], 2.4, piece.seam)
        for side in (-1.0, 1.0) if self.sits else ():
            if "sleeve" in covers:
                arm = [(side * 16, 0.25 * low), (side * 16, low - 2)]
                self.stroke(arm, [9.0, 9.5], piece.ink)
                self.line([(side * 16 - 7, low + 4), (side * 16 + 7, low + 4)], 5, piece.seam)
            high = "boot" in garment.details
            if "palm" in covers or "shoe" in covers or "sock" in garment.details:
                foot = side * 16, self.bottom - 7
                self.stroke([foot, foot], [10.5, 10.5], piece.ink)
            if high or "sock" in garment.details:
                leg = [(side * 16, self.bottom - 25), (side * 16, self.bottom - 9)]
                self.stroke(leg, [9.5, 9.5], piece.ink)
                self.line([(side * 16 - 8, leg[0][1] - 7), (side * 16 + 8, leg[0][1] - 7)], 4,
                          piece.seam)  # fmt: skip
        if not self.sits and "shoe" in covers:
            self.feet(piece)
        skirted = garment.skirt is not None and "shirt" not in covers
        outfit.before(self, self.waisted if skirted else self.frame, [piece])
