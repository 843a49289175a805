"""Lettering: text on a drawing, fitted to its writing area."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import functools
from itertools import combinations, pairwise

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from maskgil.nano.rendering.states.marks import array_of, over
from maskgil.nano.world.drawn.lettering import LEADING, LINES, WritingArea

_FINE = 4  # pixels of the lettering for each of the drawing
_BOLD = 0.045  # of the font's size, how much wider its strokes are made on either side
_APART = 0.07  # of the font's size, between two letters beside what the font has
_INK, _CHALK = (36, 34, 44, 255), (252, 252, 250, 255)
_LIGHT = 0.52  # luma from which a ground is written on in ink
_MEASURED = 100  # the font's size at which words are measured


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _width(text: str) -> float:
    """Its width in sizes of the font."""
    letters = sum(map(_font(_MEASURED).getlength, text)) / _MEASURED
    return letters + _APART * max(0, len(text) - 1) + 2 * _BOLD


def _capital() -> float:
    """A capital's height in sizes of the font."""
    _, top, _, bottom = _font(_MEASURED).getbbox("H")
    return (bottom - top) / _MEASURED + 2 * _BOLD


@functools.lru_cache(64)
def set_lines(text: str, aspect: float) -> tuple[tuple[str, ...], float]:
    """The line breaks that maximise the font size in an area of width / height `aspect`.

    Also returns the font size, in heights of the area.
    """
    words = text.split()
    best: tuple[tuple[str, ...], float] = ((), 0.0)
    for count in range(1, min(LINES, len(words)) + 1):
        for cuts in combinations(range(1, len(words)), count - 1):
            ends = (0, *cuts, len(words))
            lines = tuple(" ".join(words[a:b]) for a, b in pairwise(ends))
            high = _capital() * (1 + LEADING * (count - 1))
            size = min(1 / high, aspect / max(map(_width, lines)))
            if size > best[1]:
                best = lines, size
    return best


def lettered(drawing: np.ndarray, text: str, area: WritingArea) -> np.ndarray:
    """The drawing (H, W, 4) with `text` in its writing area."""
    height, width = drawing.shape[:2]
    left, top, right, bottom = (
        share * side for share, side in zip(area.box, (width, height, width, height), strict=True)
    )
    if not text.strip() or right - left < 1 or bottom - top < 1:
        return drawing
    if area.covered:
        drawing = _covered(drawing, (left, top, right, bottom), area.colour)
    lines, share = set_lines(text, round((right - left) / (bottom - top), 2))
    size = max(1, round(share * (bottom - top) * _FINE))
    image = Image.new("RGBA", (width * _FINE, height * _FINE))
    pen, font, step = ImageDraw.Draw(image), _font(size), LEADING * _capital() * size
    ink = _INK if _luma(drawing, (left, top, right, bottom)) > _LIGHT else _CHALK
    across, down = (left + right) / 2 * _FINE, (top + bottom) / 2 * _FINE
    _, high, _, low = font.getbbox("H", anchor="ls")
    for number, line in enumerate(lines):
        foot = down + step * (number - (len(lines) - 1) / 2) - (high + low) / 2
        at = across - (_width(line) / 2 - _BOLD) * size
        for letter in line:
            pen.text((at, foot), letter, ink, font, anchor="ls", stroke_width=round(_BOLD * size))
            at += font.getlength(letter) + _APART * size
    small = image.convert("RGBa").resize((width, height), Image.Resampling.BOX)
    return over(array_of(small) * drawing[..., 3:], drawing)


def _covered(
    drawing: np.ndarray,
    area: tuple[float, float, float, float],
    colour: tuple[int, int, int] | None,
) -> np.ndarray:
    """The drawing with a part of it in one colour: the middle one of what is there."""
    left, top, right, bottom = (round(side) for side in area)
    covered = drawing.copy()
    part = covered[top : max(bottom, top + 1), left : max(right, left + 1)]
    rgb = part[..., :3] / np.maximum(part[..., 3:], 1e-3)
    plate = np.median(rgb.reshape(-1, 3), 0) if colour is None else np.array(colour) / 255
    part[..., :3] = plate.astype(np.float32) * part[..., 3:]
    return covered


def _luma(drawing: np.ndarray, area: tuple[float, float, float, float]) -> float:
    """How light a part of the drawing is on the whole, 0 to 1."""
    left, top, right, bottom = (round(side) for side in area)
    part = drawing[top : max(bottom, top + 1), left : max(right, left + 1)]
    grey = part[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    return float(grey.sum() / max(part[..., 3].sum(), 1e-3))
