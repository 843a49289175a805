"""Comic marks beside drawings, and rotating and compositing of drawings."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

SHADE = (26, 30, 40, 92)
_FINE = 4  # pixels of a line's drawing for each of the picture
_INK, _HALO = (52, 60, 84, 235), (255, 255, 255, 190)
Place = tuple[float, float]
Points = Sequence[Place]


class Marks:
    """Lines and spots beside a drawing; positions in fractions of (W, H), widths of min(W, H)."""

    def __init__(self, height: int, width: int) -> None:
        self.size = height, width
        self._image = Image.new("RGBA", (width * _FINE, height * _FINE))
        self._draw = ImageDraw.Draw(self._image)
        self._unit = _FINE * min(height, width)

    def _at(self, points: Points) -> list[tuple[float, float]]:
        height, width = self.size
        return [(x * width * _FINE, y * height * _FINE) for x, y in points]

    def line(self, points: Points, *, width: float = 0.016, ink: tuple[int, ...] = _INK) -> None:
        """A dark line in a light halo, seen on any ground."""
        placed = self._at(points)
        for fill, wide in ((_HALO, 2.2 * width), (ink, width)):
            pixels = max(2, round(wide * self._unit))
            self._draw.line(placed, fill=fill, width=pixels, joint="curve")
            for x, y in (placed[0], placed[-1]):
                r = pixels / 2
                self._draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def arc(self, middle: Place, radii: Place, angles: Place) -> None:
        """A line along an ellipse between two angles, in degrees clockwise from the right."""
        turns = np.radians(np.linspace(*angles, 25))
        (x, y), (across, down) = middle, radii
        self.line([(x + across * math.cos(t), y + down * math.sin(t)) for t in turns])

    def spot(
        self, middle: tuple[float, float], radii: tuple[float, float], fill: tuple[int, ...]
    ) -> None:
        """An ellipse."""
        (left, top), (right, bottom) = self._at(
            [
                (middle[0] - radii[0], middle[1] - radii[1]),
                (middle[0] + radii[0], middle[1] + radii[1]),
            ]
        )
        self._draw.ellipse((left, top, right, bottom), fill=fill)

    def shape(self, points: Points, fill: tuple[int, ...]) -> None:
        self._draw.polygon(self._at(points), fill=fill)

    def drawn(self) -> np.ndarray:
        """The marks (H, W, 4)."""
        height, width = self.size
        small = self._image.convert("RGBa").resize((width, height), Image.Resampling.BOX)
        flat = np.frombuffer(small.tobytes(), np.uint8).reshape(height, width, 4)
        return flat.astype(np.float32) / 255


def over(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    return upper + lower * (1 - upper[..., 3:])


def turned(drawing: np.ndarray, degrees: float, lean: float = 0.0) -> np.ndarray:
    """The drawing rotated clockwise about its centre, leaning right by a fraction of its height."""
    height, width = drawing.shape[:2]
    turn = math.radians(degrees)
    cos, sin = math.cos(turn), math.sin(turn)
    x, y = (width - 1) / 2, (height - 1) / 2
    # from places of the result to those of the drawing
    a, b, d, e = cos, sin, -sin, cos
    b += a * lean
    e += d * lean
    bottom = height - 1 if lean else y
    c, f = x - a * x - b * bottom, bottom - d * x - e * bottom
    image = image_of(drawing)
    moved = image.transform(
        (width, height), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BICUBIC
    )
    return array_of(moved)


def image_of(drawing: np.ndarray) -> Image.Image:
    eight = (drawing * 255).round().clip(0, 255).astype(np.uint8)
    return Image.frombytes("RGBa", eight.shape[1::-1], eight.tobytes())


def array_of(image: Image.Image) -> np.ndarray:
    flat = np.frombuffer(image.tobytes(), np.uint8).reshape(image.height, image.width, 4)
    found = flat.astype(np.float32) / 255
    found[..., :3] = np.minimum(found[..., :3], found[..., 3:])
    return found


def opaque_shares(drawing: np.ndarray) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the opaque part, as fractions."""
    rows, columns = (np.flatnonzero(drawing[..., 3].max(axis) > 0.3) for axis in (1, 0))
    height, width = drawing.shape[:2]
    if not len(rows):
        return 0.0, 0.0, 1.0, 1.0
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height
