"""Posed people: a drawing's head on a body with limbs bent by the pose."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha. Places are units
# of poses.py.

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from PIL import Image

from maskgil.nano.rendering.bodies import resized
from maskgil.nano.rendering.garments import outfit
from maskgil.nano.rendering.garments.brush import FINE, Brush, Colour, Ink
from maskgil.nano.rendering.states.marks import array_of, image_of
from maskgil.nano.world.arranging.people.belongings import Tints
from maskgil.nano.world.arranging.people.poses import (
    ARM,
    CHAIR,
    CHEST,
    FRONTAL,
    HIPS,
    LEG,
    PALM,
    SHOULDERS,
    STICKS,
    TALL,
    Limb,
    Place,
    Pose,
)

_MARGIN = 24.0
_HANDS_BEFORE = ("carrying", "drumming", "fiddling", "seated", "stirring")
_KNEES_BEFORE = ("seated",)
"""Poses with both hands before the body, and with the thighs towards us."""
_BONE, _WOOD = ((236, 230, 214), 0), ((196, 128, 70), 0)
_LIGHT = 190  # of each colour, tights
_OWN_SKIRT, _GOWN = (0.7, 6.0), (1.85, 12.0)  # of a drawing: how far they reach, and spread
_BLADE = 15.0  # how far a skate's blade is from the middle of a foot
_CHIN = 0.72  # of a head's height, from where its lower part is round
_WIDEST = 88  # per cent of a head's rows that are no wider than it
_FACE = 0.2  # of a drawing's width, how wide a head is at least
_NARROW = 0.3  # of a drawing's width, how wide a neck is that is seen


def in_pose(
    drawing: np.ndarray, rows: dict[str, float], pose: Pose, tints: Tints = (),
    armless: tuple[int, ...] = (), *, bony: bool = False,
) -> np.ndarray:  # fmt: skip
    """A person's drawing (H, W, 4) in a pose, cropped, with the same longer side.

    `rows`: neck and chest, as fractions of the height; `tints`: colours of garments;
    `armless`: sides, -1 or 1, of which the arm is drawn elsewhere; `bony`: on a skeleton.
    """
    height, width = drawing.shape[:2]
    scale = FINE * TALL / height
    left, top, right, bottom = pose.box
    origin = _MARGIN - left, _MARGIN - top
    size = [round((s + 2 * _MARGIN) * FINE) for s in (right - left, bottom - top)]
    pieces = outfit.pieces_of(tints)
    look = _Look(drawing, rows)
    look.wear(pieces)
    body = (_Skeleton if bony else _Body)(size, origin, look, pose.name)
    near, far = (0, 1)
    back, front = (1.0 if pose.name in FRONTAL else 0.86), 1.0
    nape = _between((0.0, 0.0), pose.hip, 0.12)
    along = math.atan2(pose.hip[1], pose.hip[0])
    across = math.sin(along), -math.cos(along)  # to the right of who is upright
    spread = abs(across[0])
    shoulder = {
        side: (
            nape[0] + way * SHOULDERS * across[0] * _open(pose.arms[side], nape),
            nape[1] + 8 + way * SHOULDERS * across[1] * _open(pose.arms[side], nape),
        )
        for side, way in ((near, 1), (far, -1))
    }
    hips = {
        side: (pose.hip[0] + way * HIPS * across[0] * spread, pose.hip[1] + way * HIPS * across[1])
        for side, way in ((near, 1), (far, -1))
    }
    legs = [(side, leg) for side in (near, far) if (leg := pose.legs[side]) is not None]
    paths = tuple(_curved(hips[side], leg.bend, leg.end, sharp=0.8) for side, leg in legs)
    frame = outfit.Frame(nape, pose.hip, paths)
    outfit.behind(body, frame, pieces)
    body.chair()
    hands_before, knees_before = pose.name in _HANDS_BEFORE, pose.name in _KNEES_BEFORE
    arms = {
        side: arm for side in (near, far)
        if (arm := pose.arms[side]) is not None and (1, -1)[side] not in armless
    }  # fmt: skip
    bent = dict(legs)
    if not knees_before and far in bent:
        body.leg(hips[far], bent[far], back)
    if not hands_before and far in arms:
        body.arm(shoulder[far], arms[far], back)
    if not knees_before and near in bent:
        body.leg(hips[near], bent[near], front)
    body.pelvis(pose.hip)
    body.trunk(nape, pose.hip)
    for side in (far, near) if knees_before else ():
        body.leg(hips[side], bent[side], front)
    if look.own_skirt and not bony:
        body.sheet(frame.skirt(*(_GOWN if look.in_gown else _OWN_SKIRT)), look.inks["hips"])
    outfit.before(body, frame, pieces)
    body.head(look.head(scale), pose)
    outfit.over(body, pose.head, pieces)
    for side in (far, near) if hands_before else (near,):
        if side in arms:
            body.arm(shoulder[side], arms[side], front)
    worn, shown = np.asarray(body.worn), np.asarray(body.bare) > 0
    return _cropped(outfit.patterned(body.drawn(), worn, pieces), shown, max(height, width))


def _open(arm: Limb | None, nape: Place) -> float:
    """How far from the middle an arm begins: less where it crosses the body."""
    return 1.0 if arm is None or abs(arm.bend[0] - nape[0]) > SHOULDERS else 0.55


class _Look:
    """Colours and head of who is drawn."""

    def __init__(self, drawing: np.ndarray, rows: dict[str, float]) -> None:
        self.drawing, self.rows = drawing, rows
        self.neck, self.middle = self._neck()
        neck, at = self.neck / len(drawing), self.middle / drawing.shape[1]
        chest = neck + 0.07
        self.shirt = self._colour((at - 0.1, at + 0.1), (chest, chest + 0.12)) or (90, 110, 160)
        self.sleeve = self._colour((0.1, 0.9), (chest, chest + 0.1)) or self.shirt
        self.trousers = self._colour((0.3, 0.7), (0.78, 0.88)) or self.shirt
        self.hips = self._colour((at - 0.16, at + 0.16), (0.66, 0.72)) or self.trousers
        self.shoe = self._colour((0.2, 0.8), (0.955, 0.99)) or (74, 50, 42)
        face = (at - 0.2, at + 0.2), (0.5 * neck, 0.9 * neck)
        self.skin = self._colour(*face, warm=True) or self._colour(*face) or (255, 200, 61)
        if _near(self.shirt, self.skin) and not _near(self.sleeve, self.skin):
            self.shirt = self.sleeve  # a neckline
        bare = _near(self.trousers, self.skin)
        self.own_skirt = bare and _near(self.hips, self.shirt)
        if _near(self.shirt, self.skin):
            trunk = (at - 0.2, at + 0.2), (chest, chest + 0.16)
            self.shirt = self._colour(*trunk, unlike=self.skin) or self.shirt
        self.own_skirt |= bare and _near(self.hips, self.skin)
        if self.own_skirt:
            self.hips = self.shirt  # a short dress
        elif _near(self.hips, self.trousers) or (_near(self.hips, self.shirt) and not bare):
            self.hips = self.trousers
        hem = self._colour((at - 0.04, at + 0.04), (0.76, 0.8)) or self.trousers
        legs = self._colour((0.3, 0.7), (0.83, 0.9)) or self.trousers
        light = min(legs) > _LIGHT or _near(legs, self.skin)
        if not self.own_skirt and light and self._is_whole(0.77) and not _near(hem, legs):
            self.own_skirt, self.hips, self.trousers = True, hem, legs
        self.in_gown = self._is_whole(0.88)
        self.own_skirt |= self.in_gown
        self.shins: list[Ink] = []
        self.inks: dict[str, Ink] = {
            part: (getattr(self, part), 0)
            for part in ("shirt", "sleeve", "hips", "trousers", "shoe", "skin")
        } | {"palm": (self.skin, 0)}

    def wear(self, pieces: list[outfit.WornPiece]) -> None:
        """Takes the colours of garments, the innermost first."""
        for piece in pieces:
            self.inks |= dict.fromkeys(piece.garment.bare, (self.skin, 0))
        for piece in pieces:
            self.inks |= dict.fromkeys(piece.garment.covers, piece.ink)
            self.own_skirt &= "hips" not in (*piece.garment.covers, *piece.garment.bare)
            if {"boot", "sock"} & {*piece.garment.details}:
                self.shins.append(piece.ink)

    def _is_whole(self, down: float) -> bool:
        """Whether nothing parts two legs there: a skirt."""
        row = self.drawing[round(down * len(self.drawing)), :, 3] > 0.5
        left, right = _run(row, self.middle)
        return bool(row[self.middle]) and right - left > 0.3 * len(row)

    def _colour(
        self, across: Place, down: Place, *, warm: bool = False, unlike: Colour | None = None
    ) -> Colour | None:
        """The commonest colour of a part of the drawing."""
        height, width = self.drawing.shape[:2]
        (x0, x1), (y0, y1) = across, down
        part = self.drawing[
            round(y0 * height) : round(y1 * height) + 1, round(x0 * width) : round(x1 * width) + 1
        ]
        solid = part[part[..., 3] > 0.9][:, :3]
        if warm and len(solid):
            red, green, blue = solid.T
            solid = solid[(red > green) & (green > blue) & (red - blue > 0.1) & (red > 0.35)]
        if unlike is not None:
            far = np.linalg.norm(solid * 255 - np.array(unlike), axis=1) > 110
            solid = solid[far] if far.mean() > 0.2 else solid
        if len(solid) < 4:
            return None
        bins = (solid * 7.99).astype(int) @ np.array([64, 8, 1])
        best = np.bincount(bins).argmax()
        mean = solid[bins == best].mean(0) * 255
        return int(mean[0]), int(mean[1]), int(mean[2])

    def head(self, scale: float) -> np.ndarray:
        """The drawing down to its neck, of each row what is together with the middle.

        Its lowest rows are as narrow as a chin.
        """
        width = self.drawing.shape[1]
        row, column = self.neck, self.middle
        found = np.zeros((row, width, 4), np.float32)
        runs = [_run(self.drawing[y, :, 3] > 0.3, column) for y in range(row)]
        reach = float(np.percentile([right - left for left, right in runs], _WIDEST)) / 2
        for y, (left, right) in enumerate(runs):
            low = max(0.0, (y / row - _CHIN) / (1 - _CHIN))
            half = reach * math.sqrt(max(0.0, 1 - 0.75 * low * low))
            left, right = max(left, round(column - half)), min(right, round(column + half))
            found[y, left:right] = self.drawing[y, left:right]
        shift = round(width / 2 - column)
        found = np.roll(found, shift, 1)
        return resized(found, max(1, round(width * scale)), max(1, round(row * scale)))

    def _neck(self) -> tuple[int, int]:
        """The narrowest row under a face, and where its middle is; else the usual one."""
        height, width = self.drawing.shape[:2]
        solid = self.drawing[..., 3] > 0.5
        faces = [_run(solid[round(0.22 * height)], x) for x in range(0, width, 4)]
        legs = np.flatnonzero(solid[round(0.85 * height)])
        stands = float(np.median(legs)) if len(legs) else width / 2
        wide = [(a, b) for a, b in faces if b - a > _FACE * width] or [(0, width)]
        left, right = min(wide, key=lambda each: abs(sum(each) / 2 - stands))
        column = (left + right) // 2
        runs = [(y, _run(solid[y], column)) for y in range(round(0.28 * height), height // 2)]
        row, (left, right) = min(runs, key=lambda each: each[1][1] - each[1][0])
        if 0 < right - left < _NARROW * width:
            return row, (left + right) // 2
        return round((self.rows["neck"] - 0.02) * height), column


def _run(solid: np.ndarray, middle: int) -> tuple[int, int]:
    """From where to where a row is solid round its middle."""
    gaps = np.flatnonzero(~solid)
    left, right = gaps[gaps <= middle], gaps[gaps > middle]
    return (int(left[-1]) + 1 if len(left) else 0), (int(right[0]) if len(right) else len(solid))


class _Body(Brush):
    """Draws limbs, a trunk and a head, in units."""

    def __init__(self, size: list[int], origin: Place, look: _Look, pose: str) -> None:
        super().__init__(size, origin)
        self.inks, self.shins = look.inks, look.shins
        self.skates, self.frontal = (
            pose == "skating",
            pose in (*FRONTAL, *_HANDS_BEFORE, "skipping"),
        )
        self.pose = pose

    def chair(self) -> None:
        """What who is in the pose sits on."""
        for line in CHAIR.get(self.pose, ()):
            self.stroke(list(line), [5.0, 5.0], _WOOD, 0.95)

    def stick(self, arm: Limb) -> None:
        """What a hand holds that belongs to the pose, towards the middle and down."""
        if long := STICKS.get(self.pose):
            x, y = arm.end
            tip = x + (0.5 if x < 0 else -0.5) * long, y + 0.85 * long
            self.stroke([arm.end, tip], [3.0, 3.6], _WOOD, 1.1)

    def arm(self, shoulder: Place, arm: Limb, light: float) -> None:
        wrist = _between(arm.bend, arm.end, 0.8)
        self.stick(arm)
        self.stroke([arm.end, arm.end], [PALM, PALM], self.inks["palm"], light)
        path = _curved(shoulder, arm.bend, wrist)
        radii = [ARM + 1.5 * (1 - n / 6) for n in range(len(path))]
        self.stroke(path, radii, self.inks["sleeve"], light)

    def leg(self, hip: Place, leg: Limb, light: float) -> None:
        (kx, ky), (fx, fy) = leg.bend, leg.end
        long = math.hypot(fx - kx, fy - ky) or 1.0
        toe = -(fy - ky) / long, (fx - kx) / long
        if self.frontal:
            toe = math.copysign(0.5, fx), 0.2
        tip = fx + toe[0] * 13, fy + toe[1] * 13
        path = _curved(hip, leg.bend, leg.end, sharp=0.8)
        radii = [LEG + 2.5 * (1 - n / 6) for n in range(len(path))]
        foot = [(fx - toe[0] * 2, fy - toe[1] * 2), tip]
        self.stroke(foot, [LEG, LEG * 0.8], self.inks["shoe"], light)
        self.stroke(path, radii, self.inks["trousers"], light)
        for ink in self.shins:
            self.stroke(path[-2:], [LEG + 1.5, LEG + 0.5], ink, light)
        if self.skates:
            way = -toe[1], toe[0]  # away from the knee
            ends = [
                (fx + toe[0] * t + way[0] * _BLADE, fy + toe[1] * t + way[1] * _BLADE)
                for t in (-LEG, 2.2 * LEG)
            ]
            self.stroke([ends[0], ends[1]], [2.6, 2.6], ((176, 190, 208), 0), light)
        if self.inks["hips"][0] != self.inks["trousers"][0]:  # shorts
            self.stroke(path[:3], [each + 1 for each in radii[:3]], self.inks["hips"], light)

    def pelvis(self, hip: Place) -> None:
        self.stroke([hip, hip], [HIPS + LEG, HIPS + LEG], self.inks["hips"])

    def trunk(self, nape: Place, hip: Place) -> None:
        low = _between(nape, hip, 0.9)
        path = [_between(nape, low, t) for t in (0.3, 0.5, 0.75, 0.95)]
        radii = [CHEST - 2, CHEST - 3, CHEST - 6, CHEST - 8]
        if self.inks["shirt"] == self.inks["hips"]:
            path, radii = [*path, hip], [*radii, HIPS + LEG]
        self.stroke(path, radii, self.inks["shirt"])

    def head(self, head: np.ndarray, pose: Pose) -> None:
        """The head with its lower end where the pose has it, tilted."""
        turned = image_of(head)
        wide, tall = turned.size
        cx, cy = wide / 2, tall - 50 * FINE  # the middle of a face
        pad = round(0.4 * max(wide, tall))
        whole = Image.new("RGBa", (wide + 2 * pad, tall + 2 * pad))
        whole.paste(turned, (pad, pad))
        if pose.tilt:
            whole = whole.rotate(-pose.tilt, Image.Resampling.BICUBIC, center=(cx + pad, cy + pad))
        x, y = self.at(pose.head)
        layer = Image.new("RGBa", self.image.size)
        layer.paste(whole, (round(x - cx - pad), round(y - cy - pad)))
        below = array_of(self.image.convert("RGBa"))
        above = array_of(layer)
        self.image = image_of(above + below * (1 - above[..., 3:])).convert("RGBA")
        solid = Image.fromarray((above[..., 3] > 0.06).astype(np.uint8) * 255)
        self.worn.paste(0, mask=solid)
        self.bare.paste(255, mask=solid)
        self.redraw()


class _Skeleton(_Body):
    """Bones instead of limbs and trunk."""

    def arm(self, shoulder: Place, arm: Limb, light: float) -> None:
        self.stick(arm)
        self._bones([shoulder, arm.bend, arm.end], light)

    def leg(self, hip: Place, leg: Limb, light: float) -> None:
        self._bones([hip, leg.bend, leg.end], light)

    def _bones(self, joints: list[Place], light: float) -> None:
        """Bones from joint to joint, with a foot or a hand at the end."""
        for one, two in pairwise(joints):
            self.stroke([one, two], [4.6, 4.6], _BONE, light)
        for place, radius in zip(joints, (5.5, 6.5, 9.0), strict=True):
            self.stroke([place, place], [radius, radius], _BONE, light * 1.04)

    def pelvis(self, hip: Place) -> None:
        """Drawn with the trunk."""

    def trunk(self, nape: Place, hip: Place) -> None:
        (x, y), (to_x, to_y) = nape, hip
        long = math.hypot(to_x - x, to_y - y)
        across = (to_y - y) / long, (x - to_x) / long
        self.stroke([nape, hip], [5.5, 5.5], _BONE, 0.92)
        for down, half in ((0.1, 25), (0.26, 26), (0.42, 24), (0.58, 19), (0.98, 17)):
            at = _between(nape, hip, down)
            ends = [(at[0] + way * half * across[0], at[1] + way * half * across[1])
                    for way in (-1, 1)]  # fmt: skip
            self.stroke(ends, [4.4 if down < 0.9 else 8.0] * 2, _BONE)


def _between(one: Place, two: Place, t: float) -> Place:
    return one[0] + (two[0] - one[0]) * t, one[1] + (two[1] - one[1]) * t


def _near(one: Colour, two: Colour) -> bool:
    return math.dist(one, two) < 90


def _curved(start: Place, bend: Place, end: Place, sharp: float = 0.7) -> list[Place]:
    """From start to end round a joint, in seven places."""
    first, last = _between(start, bend, sharp), _between(bend, end, 1 - sharp)
    middle = _between(_between(first, bend, 0.5), _between(bend, last, 0.5), 0.5)
    return [start, _between(start, bend, 0.4), first, middle, last, _between(bend, end, 0.65), end]


def _cropped(drawing: np.ndarray, body: np.ndarray, tall: int) -> np.ndarray:
    """The part of a drawing where a body (H, W) bool is."""
    rows, columns = np.where(body)
    part = drawing[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = tall / max(part.shape[:2])
    return resized(part, *(max(1, round(side * scale)) for side in part.shape[1::-1]))
