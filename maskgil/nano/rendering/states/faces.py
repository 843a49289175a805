"""Facial expressions laid over drawings: tears, laughing or open mouth, closed eyes."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from maskgil.nano.rendering.states.heads import from_behind, turned
from maskgil.nano.rendering.states.marks import array_of, over
from maskgil.nano.world.drawn.faces import GAZES, LEFT, RIGHT, Face

_FINE = 4  # pixels of an overlay for each of the drawing
_SOFT = 0.35  # of what is wiped, how much fades out at its rim
_EYE = 0.3  # of how far the eyes are apart, an eye's half width
_LONE_EYE = 0.045  # of the longer side, the half width of the eye of who is seen from the side
_INK, _LINE = (74, 42, 40, 255), 0.09
_DARK, _TONGUE, _TEETH = (112, 18, 40, 255), (240, 110, 128, 255), (255, 255, 255, 255)
_TEAR, _RIM, _GLINT = (92, 178, 250, 235), (40, 120, 220, 235), (225, 244, 255, 240)


class _Brush:
    """An overlay for a drawing; places in its pixels."""

    def __init__(self, height: int, width: int) -> None:
        self._size = width, height
        self._image = Image.new("RGBA", (width * _FINE, height * _FINE))
        self._draw = ImageDraw.Draw(self._image)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: tuple[int, ...]) -> None:
        box = ((x - rx) * _FINE, (y - ry) * _FINE, (x + rx) * _FINE, (y + ry) * _FINE)
        self._draw.ellipse(box, fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: tuple[int, ...]) -> None:
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=fill)

    def bow(self, x: float, y: float, rx: float, ry: float, wide: float) -> None:
        """A line that hangs down in its middle by `ry`, or stands up by it where it is negative."""
        turns = np.linspace(0, math.pi, 25)
        points = [(x - rx * math.cos(t), y + ry * math.sin(t)) for t in turns]
        radius = wide / 2
        for px, py in points:
            self.ellipse(px, py, radius, radius, _INK)
        self._draw.line([(px * _FINE, py * _FINE) for px, py in points], fill=_INK,
                        width=max(1, round(wide * _FINE)), joint="curve")  # fmt: skip

    def drawn(self) -> np.ndarray:
        return array_of(self._image.convert("RGBa").resize(self._size, Image.Resampling.BOX))


def with_expression(
    drawing: np.ndarray, face: Face, shown: str, *, neck: float = 1.0
) -> np.ndarray:
    """The drawing (H, W, 4) with the expression `shown`: "crying", "sleeping", "laughing",
    "open mouthed", "tongue out", "frowning", or a turned head, one of `GAZES`.

    `neck`: the row where the head ends, as a share of the height.
    """
    if shown in GAZES:
        side = {LEFT: -1, RIGHT: 1}.get(shown)
        if side is None:
            return from_behind(drawing, face, neck)
        return turned(drawing, face, neck, side)
    height, width = drawing.shape[:2]
    eyes = [(x * width, y * height) for x, y in face.eyes]
    apart = math.dist(*eyes) if len(eyes) > 1 else 0.0
    half = _EYE * apart if apart else _LONE_EYE * max(height, width)
    found, brush = drawing.copy(), _Brush(height, width)
    if shown == "sleeping":
        for x, y in eyes:
            _wipe(found, x, y, 1.15 * half, 0.95 * half)
            brush.bow(x, y, 0.75 * half, 0.42 * half, _LINE * (apart or 4 * half))
    if face.mouth is not None:
        x, y, wide = face.mouth[0] * width, face.mouth[1] * height, face.mouth[2] * width
        _shape_mouth(found, brush, (x, y), wide, shown)
    if shown == "crying":
        _shed(brush, eyes, half)
    return over(brush.drawn(), found)


def _shape_mouth(
    found: np.ndarray, brush: _Brush, middle: tuple[float, float], wide: float, shown: str
) -> None:
    x, y = middle
    if shown in ("crying", "frowning"):
        _wipe(found, x, y, 0.68 * wide, 0.36 * wide)
        brush.bow(x, y + 0.16 * wide, 0.34 * wide, -0.26 * wide, 0.11 * wide)
    if shown == "laughing":
        _wipe(found, x, y, 0.66 * wide, 0.4 * wide)
        turns = np.linspace(0, math.pi, 25)
        rim = [(x + 0.56 * wide * math.cos(t), y - 0.14 * wide + 0.56 * wide * math.sin(t))
               for t in turns]  # fmt: skip
        brush.shape(rim, _DARK)
        brush.ellipse(x, y + 0.3 * wide, 0.26 * wide, 0.11 * wide, _TONGUE)
        corners = ((-0.5, -0.14), (0.5, -0.14), (0.44, 0.02), (-0.44, 0.02))
        teeth = [(x + across * wide, y + down * wide) for across, down in corners]
        brush.shape(teeth, _TEETH)
    if shown == "open mouthed":
        _wipe(found, x, y, 0.66 * wide, 0.36 * wide)
        brush.ellipse(x, y + 0.12 * wide, 0.4 * wide, 0.48 * wide, _DARK)
        brush.ellipse(x, y + 0.4 * wide, 0.25 * wide, 0.16 * wide, _TONGUE)
    if shown == "tongue out":
        brush.ellipse(x, y + 0.2 * wide, 0.22 * wide, 0.34 * wide, (196, 62, 90, 255))
        brush.ellipse(x, y + 0.19 * wide, 0.19 * wide, 0.31 * wide, _TONGUE)
        brush.bow(x, y - 0.06 * wide, 0.44 * wide, 0.12 * wide, 0.1 * wide)


def _shed(brush: _Brush, eyes: list[tuple[float, float]], half: float) -> None:
    """Drops that run down from the eyes, the lower the larger."""
    for place, (x, y) in enumerate(eyes):
        side = 0.0 if len(eyes) == 1 else (-1 if place == 0 else 1)
        for down, size in ((1.0, 0.42), (2.2, 0.62)):
            at, low, r = x + side * 0.3 * half, y + down * half, size * half
            tip = [
                (at, low - 2.1 * r),
                (at + 0.9 * r, low - 0.3 * r),
                (at - 0.9 * r, low - 0.3 * r),
            ]
            for grown, fill in ((1.22, _RIM), (1.0, _TEAR)):
                brush.shape(
                    [(at + (px - at) * grown, low + (py - low) * grown) for px, py in tip], fill
                )
                brush.ellipse(at, low, r * grown, r * grown, fill)
            brush.ellipse(at - 0.3 * r, low - 0.1 * r, 0.3 * r, 0.4 * r, _GLINT)


def _wipe(drawing: np.ndarray, x: float, y: float, rx: float, ry: float) -> None:
    """Fills an ellipse with what is at its left and right rim, row by row, fading at the rim."""
    height, width = drawing.shape[:2]
    left, right = max(0, round(x - 1.25 * rx)), min(width - 1, round(x + 1.25 * rx))
    top, bottom = max(0, round(y - 1.25 * ry)), min(height - 1, round(y + 1.25 * ry))
    if right - left < 4 or bottom - top < 2:
        return
    rows = slice(top, bottom + 1)
    ends = [drawing[rows, max(0, at - 1) : at + 2].mean(1)[:, None] for at in (left, right)]
    share = np.linspace(0, 1, right - left + 1, dtype=np.float32)[None, :, None]
    filled = ends[0] * (1 - share) + ends[1] * share
    down, across = np.mgrid[top : bottom + 1, left : right + 1].astype(np.float32)
    away = np.sqrt(((across - x) / (1.25 * rx)) ** 2 + ((down - y) / (1.25 * ry)) ** 2)
    window = drawing[rows, left : right + 1]
    mask = np.clip((1 - away) / _SOFT, 0, 1)[..., None] * (window[..., 3:] > 0)
    window[...] = window * (1 - mask) + filled * mask
