"""Shaded strokes and sheets in the units of poses, with a map of what is which garment."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from maskgil.nano.rendering.states.marks import array_of
from maskgil.nano.world.arranging.people.poses import Place

FINE = 3.0  # pixels of a unit while it is drawn
Colour = tuple[int, int, int]
Ink = tuple[Colour, int]  # and the number of the garment that has it, 0 for none
_SHADES = [(1 - 0.1 * n, 0.72 + 0.37 * (n / 8) ** 0.6, 0.028 * n) for n in range(9)]
"""Of the thickness, of the light, shift to the upper left: from the edge to the middle."""
_ROUND = [(math.cos(n * math.pi / 8), math.sin(n * math.pi / 8)) for n in range(16)]


class Brush:
    """Draws on an image of so many pixels, `fine` for each unit.

    `origin`: where the place 0 0 is, in units; `worn`: the number of the garment that is seen, by
    pixel; `bare`: all that is no garment's.
    """

    def __init__(self, size: list[int], origin: Place, fine: float = FINE) -> None:
        self.origin, self.fine = origin, fine
        self.image = Image.new("RGBA", (size[0], size[1]))
        self.worn, self.bare = (Image.new("L", (size[0], size[1])) for _ in range(2))
        self.redraw()

    def redraw(self) -> None:
        """Goes on drawing on `image` after it was replaced."""
        self._brush = ImageDraw.Draw(self.image)
        self._labels, self._body = ImageDraw.Draw(self.worn), ImageDraw.Draw(self.bare)

    def at(self, place: Place) -> Place:
        """A place in pixels."""
        return (place[0] + self.origin[0]) * self.fine, (place[1] + self.origin[1]) * self.fine

    def stroke(
        self, points: list[Place], radii: list[float], ink: Ink, light: float = 1.0, *,
        body: bool = True,
    ) -> None:  # fmt: skip
        """A line with round ends and joints, of changing thickness, lit from the upper left."""
        for n, (share, bright, shift) in enumerate(_SHADES):
            fill = _lit(ink[0], light * bright)
            for (one, two), (r, s) in zip(pairwise(points), pairwise(radii), strict=True):
                (x0, y0), (x1, y1) = self.at(one), self.at(two)
                for step in range(25):
                    t = step / 24
                    radius = (r + (s - r) * t) * self.fine
                    x, y = x0 + (x1 - x0) * t - shift * radius, y0 + (y1 - y0) * t - shift * radius
                    w = share * radius
                    disc = (x - w, y - w, x + w, y + w)
                    self._brush.ellipse(disc, fill=fill)
                    if n == 0:
                        self._labels.ellipse(disc, fill=ink[1])
                        if body:
                            self._body.ellipse(disc, fill=255)

    def sheet(
        self, corners: list[tuple[Place, float]], ink: Ink, light: float = 1.0
    ) -> None:  # fmt: skip
        """What is stretched round discs, a skirt or a cape; darker toward its sides."""
        placed = [(self.at(place), radius * self.fine) for place, radius in corners]
        middle = sum(x for (x, _), _ in placed) / len(placed)
        for n, (share, bright, shift) in enumerate(_SHADES):
            wide = 1 - 0.55 * (1 - share)
            points = [
                (middle + (x + a * r - middle) * wide - shift * 7 * self.fine, y + b * r)
                for (x, y), r in placed
                for a, b in _ROUND
            ]
            hull = _hull(points)
            self._brush.polygon(hull, fill=_lit(ink[0], light * bright))
            if n == 0:
                self._labels.polygon(hull, fill=ink[1])

    def line(self, points: list[Place], width: float, ink: Ink) -> None:
        """A flat line with round ends."""
        placed = [self.at(each) for each in points]
        self._brush.line(placed, fill=(*ink[0], 255), width=round(width * self.fine), joint="curve")
        self._labels.line(placed, fill=ink[1], width=round(width * self.fine), joint="curve")
        for each in (points[0], points[-1]):
            self.dot(each, width / 2, ink)

    def dot(self, place: Place, radius: float, ink: Ink) -> None:
        """A flat disc."""
        (x, y), r = self.at(place), radius * self.fine
        self._brush.ellipse((x - r, y - r, x + r, y + r), fill=(*ink[0], 255))
        self._labels.ellipse((x - r, y - r, x + r, y + r), fill=ink[1])

    def patch(self, points: list[Place], ink: Ink) -> None:
        """A flat shape with corners."""
        placed = [self.at(each) for each in points]
        self._brush.polygon(placed, fill=(*ink[0], 255))
        self._labels.polygon(placed, fill=ink[1])

    def drawn(self) -> np.ndarray:
        """The image (H, W, 4) float32 in 0..1, premultiplied."""
        return array_of(self.image.convert("RGBa"))


def shade(colour: Colour, factor: float) -> Colour:
    """A colour darker (`factor` below 1), or lighter."""
    red, green, blue = (
        round(c * factor if factor <= 1 else c + (255 - c) * (factor - 1)) for c in colour
    )
    return red, green, blue


def _lit(colour: Colour, light: float) -> tuple[int, int, int, int]:
    red, green, blue = (min(255, round(c * light)) for c in colour)
    return red, green, blue, 255


def _hull(points: list[Place]) -> list[Place]:
    """The convex hull (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    ends: list[list[Place]] = []
    for way in (ordered, ordered[::-1]):
        chain: list[Place] = []
        for x, y in way:
            while len(chain) > 1:
                (ax, ay), (bx, by) = chain[-2:]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                chain.pop()
            chain.append((x, y))
        ends.append(chain[:-1])
    return ends[0] + ends[1]
