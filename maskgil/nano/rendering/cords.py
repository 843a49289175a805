"""Cords between drawings: leads, ropes, the strings of kites and balloons."""

# Places are pixels of the picture.

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from maskgil.nano.rendering.touching import Body, Place, lay, raise_arm
from maskgil.nano.world.arranging.carried.grips import ARMED, Grip
from maskgil.nano.world.arranging.deeds.leading import Tie

_FINE = 4  # pixels of a cord's drawing for each of the picture
_SAG, _THICK = 0.12, 0.22  # of its length, of a cell
_CORD, _EDGE = (150, 86, 44, 255), (84, 44, 22, 255)
_UP = 0.14  # the row of who holds a string up, where their hand is
_OUT = (0.62, 0.44)  # of who juggles, how far from the middle, in which row a hand is
_AHEAD = (0.86, 0.24)  # of who points
_HIGH = (0.56, 0.04)  # of who raises their arms, likewise
_HANGING = 0.53  # the row of the hands of who walks and is seen from the side


def draw_cord(
    picture: np.ndarray, tie: Tie, holder: Body, other: Body, *, mirrored: tuple[bool, bool],
    cell: int,
) -> None:  # fmt: skip
    """Draw a cord, and the arm raised for it, over the picture (H, W, 3 or 4) uint8."""
    end = _place(other, tie.end, turned=mirrored[1])
    side = 1 if end[0] > holder.at(0.5, 0.5)[0] else -1
    if tie.start is not None:
        start = _place(holder, tie.start, turned=mirrored[0])
    elif tie.raised and holder.kind in ARMED:
        start = holder.at(0.5 + side * 0.62, _UP)
        raise_arm(picture, holder, side, start)
    elif holder.has_arms:
        start = holder.nearest(holder.hand(side))
    else:
        start = holder.nearest(holder.at(0.5 + side * 0.42, _HANGING))
    _curve(picture, start, end, max(1.5, _THICK * cell), 0.0 if tie.raised else _SAG)


def hold(picture: np.ndarray, holder: Body, item: Body, grip: Grip, *, side: int) -> None:
    """Draw the arm on a side of a figure, with its hand on a thing."""
    near = item.at(0.5, 0.5)[0] >= holder.at(0.5, 0.5)[0]
    hand = item.nearest(item.at(grip.across if near else 1 - grip.across, grip.down))
    raise_arm(picture, holder, side, hand)


def spread_arms(picture: np.ndarray, body: Body) -> None:
    """Draw both arms of a juggler, hands out and up."""
    for side in (-1, 1):
        raise_arm(picture, body, side, body.at(0.5 + side * _OUT[0], _OUT[1]))


def lift_arms(
    picture: np.ndarray, body: Body, sides: tuple[int, ...], *, points: bool = False
) -> None:
    """Draw raised arms; if `points`, an outstretched one."""
    across, down = _AHEAD if points else _HIGH
    for side in sides:
        raise_arm(picture, body, side, body.at(0.5 + side * across, down))


def _place(body: Body, at: Place, *, turned: bool) -> Place:
    return body.at(1 - at[0] if turned else at[0], at[1])


def _curve(picture: np.ndarray, start: Place, end: Place, thick: float, sag: float) -> None:
    length = math.dist(start, end)
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 2 * sag * length
    margin = 2 * thick
    xs, ys = (start[0], middle[0], end[0]), (start[1], middle[1], end[1])
    left, top = math.floor(min(xs) - margin), math.floor(min(ys) - margin)
    wide, tall = math.ceil(max(xs) + margin) - left, math.ceil(max(ys) + margin) - top
    image = Image.new("RGBA", (wide * _FINE, tall * _FINE))
    draw = ImageDraw.Draw(image)
    path = []
    for t in np.linspace(0, 1, 33):
        one, two, three = (1 - t) ** 2, 2 * t * (1 - t), t * t
        x, y = (one * a + two * b + three * c - o for a, b, c, o in ((*xs, left), (*ys, top)))
        path.append((x * _FINE, y * _FINE))
    for colour, share in ((_EDGE, 1.0), (_CORD, 0.6)):
        draw.line(path, fill=colour, width=max(1, round(thick * share * _FINE)), joint="curve")
    small = image.convert("RGBa").resize((wide, tall), Image.Resampling.BOX)
    lay(picture, np.frombuffer(small.tobytes(), np.uint8).reshape(tall, wide, 4), left, top)
