"""Arms of touching figures, drawn over both: round a shoulder, on a back, holding hands."""

# Places are pixels of the picture; shares are of a drawing's width and height.

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

from maskgil.nano.world.arranging.people.anatomy import figure, rows_of
from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.arranging.touching import reach_of
from maskgil.nano.world.clusters import drawing_of
from maskgil.nano.world.nouns import facing

_FINE = 4  # pixels of an arm's drawing for each of the picture
_SHOULDER, _THICK, _HAND = 0.2, 0.15, 0.62  # of a width: the shoulder's inset, the arm; its hand
_SLEEVE = 0.2  # of a width, how far from the middle a chest has a sleeve's colour
_PALM = 0.08  # of a width: how far each of two palms is from where they meet
_LONGEST = 0.62  # of a height: how far an arm reaches
_PATCH = 0.05  # of a width, around a place whose colour is asked for
_HANGING = {"~": (0.2, 0.2, 0.45, 0.77), "a": (0.22, 0.2, 0.335, 0.645),
            "c": (0.18, 0.18, 0.43, 0.765), "svg:woman": (0.24, 0.12, 0.335, 0.645),
            "svg:old-woman": (0.3, 0.1, 0.335, 0.635),
            "svg:white-bearded-man": (0.24, 0.14, 0.335, 1.0)}  # fmt: skip
"""The kinds of figures whose arms, with a stick, may be taken away: how wide they are above and
below, from which row to which."""
_SHOES = (92, 60, 44)
_BLOWS = ("fighting with",)
_BLOW, _STRUCK = 0.26, 0.36  # of the height of who fights: how large a blow is, and how far down
Place = tuple[float, float]


@dataclass(frozen=True)
class Body:
    """A figure in the picture: box without margins, lean, pixels.

    `rgb` (H, W, 3) uint8, premultiplied, and `alpha` (H, W) uint8 begin at `corner`.
    """

    code: str
    box: tuple[float, float, float, float]  # left, top, width, height
    lean: float
    rgb: np.ndarray
    alpha: np.ndarray
    corner: tuple[int, int]
    mirrored: bool = False

    @property
    def kind(self) -> str | None:
        return figure(self.code)

    @property
    def has_arms(self) -> bool:
        return self.kind is not None

    def at(self, x: float, y: float) -> Place:
        """The place at so much of its width and height."""
        left, top, width, height = self.box
        return left + x * width + self.lean * height * (1 - y), top + y * height

    def shoulder(self, side: int) -> Place:
        """Where its arm begins, on the left (-1) or the right (1)."""
        rows = rows_of(self.code)
        return self.at(0.5 + side * (0.5 - _SHOULDER), 0.6 * rows["neck"] + 0.4 * rows["chest"])

    def hand(self, side: int) -> Place:
        """Where its hand is when the arm hangs down; in a pose, the hand on that side."""
        if pose := pose_of(self.code):
            hands = [pose.share(each.end) for each in pose.arms if each]
            x, y = min(hands) if (side < 0) != self.mirrored else max(hands)
            return self.at(1 - x if self.mirrored else x, y)
        return self.at(0.5 + side * 0.43, rows_of(self.code)["chest"] + 0.15)

    def skin(self) -> tuple[int, int, int] | None:
        """The colour of its face, where no beard and no mask is; else the lightest there."""
        rows = rows_of(self.code)
        places = [
            self.at(x, share * rows["eyes"] + (1 - share) * rows["neck"])
            for share in (0.45, 0.85)
            for x in (0.34, 0.5, 0.66)
        ]
        found = [colour for place in places if (colour := self.colour(place, 0.5))]
        warm = [each for each in found if each[0] > each[1] > each[2] and each[0] - each[2] > 40]
        return max(warm or found, key=sum, default=None)

    def colour(self, place: Place, times: float = 1.0) -> tuple[int, int, int] | None:
        """The colour about a place; None where nothing of it is there."""
        half = max(2, round(self.box[2] * _PATCH * times))
        x, y = round(place[0]) - self.corner[0], round(place[1]) - self.corner[1]
        patch = slice(max(0, y - half), max(0, y + half)), slice(max(0, x - half), max(0, x + half))
        solid = self.rgb[patch][self.alpha[patch] > 240]
        if not len(solid):
            return None
        red, green, blue = np.median(solid, 0).round().astype(int).tolist()
        return red, green, blue

    def nearest(self, place: Place) -> Place:
        """The place, or the nearest on its row where something of it is."""
        row = round(place[1]) - self.corner[1]
        if not 0 <= row < len(self.alpha):
            return place
        columns = np.flatnonzero(self.alpha[row] > 240)
        if not len(columns):
            return place
        inset = self.box[2] * 0.06
        left, right = columns[0] + self.corner[0] + inset, columns[-1] + self.corner[0] - inset
        return min(max(place[0], left), max(left, right)), place[1]


def without_arms(drawing: np.ndarray, code: str, sides: tuple[int, ...]) -> np.ndarray:
    """The drawing (H, W, 4) without the hanging arms at the given sides, -1 and 1."""
    known = _HANGING.get(drawing_of(code)) or _HANGING.get(figure(code) or "")
    if known is None or not sides:
        return drawing
    above, below, first, last = known
    found = drawing.copy()
    height, width = found.shape[:2]
    rows = range(round(first * height), round(last * height))
    for row, share in zip(rows, np.linspace(above, below, len(rows)), strict=True):
        across = round(share * width)
        found[row, :across] *= 0 if -1 in sides else 1
        found[row, width - across :] *= 0 if 1 in sides else 1
    return found


def reach(picture: np.ndarray, name: str, one: Body, other: Body, side: int) -> None:
    """Draw the arms of two touching figures over the picture (H, W, 3 or 4) uint8.

    `one` is the subject of the relation `name`, `other` is to its left (-1) or right (1), or
    in its arms (0).
    """
    if side == 0:
        for own in (-1, 1):
            hand = other.at(0.5 + own * 0.14, 0.74)
            elbow = one.at(0.5 + own * 0.5, rows_of(one.code)["chest"] + 0.26)
            _arm(picture, one, own, hand, elbow=elbow)
        return
    how = reach_of(name)
    if not how:
        return
    if how == "round":
        if one.has_arms:
            _arm(picture, one, side, _on(other, one, -side))
        if other.has_arms:
            _arm(picture, other, -side, _on(one, other, side))
        return
    if how == "onto":
        if one.has_arms:
            _arm(picture, one, side, _head(other, -side))
        return
    if how in ("shoulder", "mouth"):
        rows = rows_of(one.code)
        mouth = one.at(0.5 + side * 0.4, 0.35 * rows["eyes"] + 0.65 * rows["neck"])
        near = rows_of(other.code)["neck"] if other.has_arms else 0.45
        shoulder = other.nearest(other.at(0.5 - side * 0.18, near + 0.02))
        if one.has_arms:
            _arm(picture, one, side, mouth if how == "mouth" else shoulder)
        return
    met = _meeting(how, one, other, side)
    for body, own in ((one, side), (other, -side)):
        aside = _PALM * body.box[2] if how == "high" else 0.0
        if body.has_arms:
            _arm(picture, body, own, (met[0] - own * aside, met[1]))


def straddle(picture: np.ndarray, rider: Body, carrier: Body) -> None:
    """Draw the legs of a figure on another's shoulders."""
    rows = rows_of(carrier.code)
    for side in (-1, 1):
        start = carrier.at(0.5 + side * 0.27, rows["neck"])
        foot = carrier.at(0.5 + side * 0.22, rows["chest"] + 0.14)
        trousers = rider.colour(rider.at(0.5 + side * 0.14, 0.82)) or (90, 80, 75)
        _stroke(picture, start, start, foot, 0.2 * rider.box[2], trousers, _SHOES)


def _on(body: Body, by: Body, near: int) -> Place:
    """Where the hand of somebody who hugs it lies, at whose side `near` they are."""
    if not body.has_arms:
        profile = drawing_of(body.code) in facing()
        y = 0.4 if profile else 0.55
        row = body.at(0.5, y)[1]
        shoulder = by.shoulder(-near)[1]
        reachable = min(max(row, shoulder), shoulder + 0.3 * by.box[3])
        return body.nearest((body.at(0.5 + near * (0.15 if profile else -0.1), y)[0], reachable))
    rows = rows_of(body.code)
    return body.at(0.5 - near * 0.2, rows["chest"] + 0.06)


def _head(body: Body, near: int) -> Place:
    """Where somebody who is petted is touched, from the side `near`."""
    profile = drawing_of(body.code) in facing() and not body.has_arms
    return body.nearest(body.at(0.5 + near * (0.28 if profile else 0.2), 0.3 if profile else 0.07))


def _meeting(how: str, one: Body, other: Body, side: int) -> Place:
    """Where two hands are one in the other: low, before the chests, high."""
    for body, way in ((one, side), (other, -side)):
        if not body.has_arms:
            return body.nearest(body.at(0.5 + way * 0.3, 0.7))
    ends = one.hand(side), other.hand(-side)
    x, y = (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2
    small = min((one, other), key=lambda body: body.box[3])
    if how == "high":
        y = small.at(0.5, 0.12)[1]
    if how == "middle":
        y = small.at(0.5, rows_of(small.code)["chest"] + 0.02)[1]
    return x, y


def _arm(
    picture: np.ndarray, body: Body, side: int, hand: Place, *, elbow: Place | None = None
) -> None:
    """An arm from a shoulder to a hand, in the colours of the sleeve and of the skin."""
    start = body.nearest(body.shoulder(side))
    below_hair = body.nearest(body.at(0.5 + side * _SLEEVE, rows_of(body.code)["chest"] + 0.04))
    sleeve = body.colour(below_hair) or body.colour(start) or (120, 120, 120)
    skin = (body.skin() if body.kind != "^" else None) or sleeve
    length = math.dist(start, hand)
    most = _LONGEST * body.box[3]
    if length > most:
        hand = _bent(start, start, hand, math.sqrt(most / length))
    thick = _THICK * body.box[2]
    if elbow is None:
        elbow = _hanging(start, hand, 0.18)
    _stroke(picture, start, elbow, hand, thick, sleeve, skin)


def raise_arm(picture: np.ndarray, body: Body, side: int, hand: Place) -> None:
    """Draw an arm that reaches up or out to a hand."""
    _arm(picture, body, side, hand)


def _hanging(start: Place, end: Place, by: float) -> Place:
    """Between two places, lower by a share of how far they are apart."""
    lower = by * math.dist(start, end)
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + lower


def _stroke(
    picture: np.ndarray, start: Place, elbow: Place, hand: Place, thick: float,
    sleeve: tuple[int, ...], skin: tuple[int, ...],
) -> None:  # fmt: skip
    """A bent line with a round end, lit from the upper left."""
    path = [_bent(start, elbow, hand, step / 16) for step in range(17)]
    margin = 2 * thick
    left, top = (math.floor(min(p[n] for p in path) - margin) for n in (0, 1))
    right, bottom = (math.ceil(max(p[n] for p in path) + margin) for n in (0, 1))
    image = Image.new("RGBA", ((right - left) * _FINE, (bottom - top) * _FINE))
    draw = ImageDraw.Draw(image)

    def line(points: list[Place], wide: float, colour: tuple[int, ...], shift: float) -> None:
        placed = [((x - left + shift) * _FINE, (y - top + shift) * _FINE) for x, y in points]
        radius = wide * _FINE / 2
        for (x0, y0), (x1, y1) in pairwise([*placed, placed[-1]]):
            for step in range(9):
                x, y = x0 + (x1 - x0) * step / 8, y0 + (y1 - y0) * step / 8
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    for wide, light, shift in ((1.0, 0.72, 0.0), (0.8, 0.9, -0.05), (0.5, 1.0, -0.1)):
        line(path[:-1], wide * thick, _lit(sleeve, light), shift * thick)
    for wide, light, shift in ((1.0, 0.8, 0.0), (0.8, 0.94, -0.05), (0.5, 1.04, -0.1)):
        line([hand, hand], wide * 2 * _HAND * thick, _lit(skin, light), shift * thick)
    small = image.convert("RGBa").resize((right - left, bottom - top), Image.Resampling.BOX)
    flat = np.frombuffer(small.tobytes(), np.uint8).reshape(bottom - top, right - left, 4)
    lay(picture, flat, left, top)


def _bent(start: Place, elbow: Place, end: Place, t: float) -> Place:
    one, two, three = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return (
        one * start[0] + two * elbow[0] + three * end[0],
        one * start[1] + two * elbow[1] + three * end[1],
    )


def _lit(colour: tuple[int, ...], factor: float) -> tuple[int, ...]:
    return (*(min(255, round(value * factor)) for value in colour), 255)


def overhead(one: Body, other: Body, name: str) -> tuple[int, int, int]:
    """Left, top and side of a mark above two meeting heads, within the picture.

    For a fight it is between them.
    """
    if name in _BLOWS:
        side = round(_BLOW * min(one.box[3], other.box[3]))
        ends = sorted(x for body in (one, other) for x in (body.box[0], body.box[0] + body.box[2]))
        top = max(body.at(0.5, _STRUCK)[1] for body in (one, other))
        return round((ends[1] + ends[2] - side) / 2), round(max(0, top - side / 2)), side
    side = round(0.42 * min(one.box[2], other.box[2]))
    heads = [body.at(0.5, 0.0) for body in (one, other)]
    top = round(min(y for _, y in heads) - 0.75 * side)
    return round((heads[0][0] + heads[1][0] - side) / 2), max(0, top), side


def lay(picture: np.ndarray, drawing: np.ndarray, left: int, top: int) -> None:
    """Composite (H, W, 4) uint8, premultiplied, over the picture, clipped."""
    height, width = drawing.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(picture.shape[1], left + width), min(picture.shape[0], top + height)
    if x1 <= x0 or y1 <= y0:
        return
    part = drawing[y0 - top : y1 - top, x0 - left : x1 - left].astype(np.uint16)
    window = picture[y0:y1, x0:x1]
    kept = (window * (255 - part[..., 3:]) + 127) // 255
    window[...] = np.minimum(255, kept + part[..., : picture.shape[-1]])
