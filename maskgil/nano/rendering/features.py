"""Things in their colours; an animal keeps eyes, nose, mouth and tongue."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from maskgil.nano.rendering import looks
from maskgil.nano.world.clusters import drawing_of
from maskgil.nano.world.drawn.faces import Face, face_of
from maskgil.nano.world.nouns import LIVING, drawings_of, kept_of
from maskgil.nano.world.scene import Thing

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_EYE, _ONE_EYE = 0.42, 0.055  # radius: of the way between two eyes; of the width, seen from a side
_MOUTH = 0.85, 1.15, 0.3  # half width, half height and how much lower, of a mouth's width
_RIM = 1.3  # of the radius, where the coat around a feature is looked up
_DARK_COAT = 0.42  # luma below which dark features are not seen
_DARK_EYE, _DARK_LINE = 0.45, 0.28  # luma of a feature that is dark
_WHITE, _LINE = 0.9, 0.5  # luma of the white around an eye, of a mouth's lines on a dark coat
_WHITE_RIM = 0.27  # width of that white, of the eye's radius
_COARSE = 40  # pixels along a side at which it is found what meets
_NEXT = ImageFilter.MaxFilter(3)


class _Spot(NamedTuple):
    """An ellipse in which a feature is: centre and half axes, in pixels."""

    x: float
    y: float
    wide: float
    high: float

    @property
    def window(self) -> tuple[slice, slice]:
        """Rows and columns around it, with its rim."""
        ends = ((self.y, self.high), (self.x, self.wide))
        down, along = (slice(max(0, int(at - _RIM * half)), max(0, int(at + _RIM * half) + 2))
                       for at, half in ends)  # fmt: skip
        return down, along

    def distance(self, shape: tuple[int, int]) -> np.ndarray:
        """From the centre, in its window of a shape (H, W); 1 on the edge."""
        y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) + 0.5
        y, x = y + self.window[0].start, x + self.window[1].start
        return np.hypot((x - self.x) / self.wide, (y - self.y) / self.high)

    def rim(self, solid: np.ndarray) -> np.ndarray:
        """Where the coat around it is, in its window of what is `solid`, bool (H, W)."""
        far = self.distance(solid[self.window].shape)
        return (far > 1) & (far < _RIM) & solid[self.window]


def dyed(drawing: np.ndarray, thing: Thing, code: str) -> np.ndarray:
    """The drawing `code` (H, W, 4) in a thing's colour and material, with its facial features."""
    name = drawing_of(code)
    painted = looks.coloured(
        drawing, thing.colour, thing.texture, keeps=kept_of(name),
        patched=name in drawings_of(LIVING),
    )  # fmt: skip
    face = face_of(name) if painted is not drawing else None
    return with_features(drawing, painted, face) if face else painted


def with_features(plain: np.ndarray, dyed: np.ndarray, face: Face) -> np.ndarray:
    """`dyed`, a recoloured drawing, with eyes, nose, mouth and tongue of the `plain` one.

    On a dark coat, dark eyes get a white rim and a mouth's lines are light.
    """
    height, width = plain.shape[:2]
    places = [(x * width, y * height) for x, y in face.eyes]
    radius = _ONE_EYE * width
    if len(places) > 1:
        radius = _EYE * (places[-1][0] - places[0][0]) / (len(places) - 1)
    original, rgb = (_plain_colours(drawing) for drawing in (plain, dyed))
    eyes = [_Spot(x, y, radius, radius) for x, y in places]
    spots, solid = [(eye, True) for eye in eyes], plain[..., 3] > 0.5
    if face.mouth is not None:
        x, y, wide = face.mouth[0] * width, face.mouth[1] * height, face.mouth[2] * width
        mouth = _Spot(x, y + _MOUTH[2] * wide, _MOUTH[0] * wide, _MOUTH[1] * wide)
        spots.append((mouth, False))
    rims = [spot.rim(solid) for spot, _ in spots]
    coats = [np.median(rgb[spot.window][rim] @ _LUMA)
             for spot, rim in zip(eyes, rims, strict=False) if rim.any()]  # fmt: skip
    is_dark = bool(coats) and float(min(coats)) < _DARK_COAT
    for (spot, is_eye), rim in zip(spots, rims, strict=True):
        if rim.any():
            here, at = original[spot.window], spot.window
            share = _feature(here, np.median(here[rim], 0), spot, is_eye=is_eye) * solid[at]
            rgb[at] = _kept(here, rgb[at], share, spot if is_dark else None, is_eye=is_eye)
    alpha = dyed[..., 3:]
    return np.concatenate([rgb * alpha, alpha], -1)


def _plain_colours(drawing: np.ndarray) -> np.ndarray:
    return np.clip(drawing[..., :3] / np.maximum(drawing[..., 3:], 1e-3), 0, 1)


def _feature(original: np.ndarray, coat: np.ndarray, spot: _Spot, *, is_eye: bool) -> np.ndarray:
    """What differs from the coat within a `spot`, (H, W) in 0..1.

    It meets the middle; of a mouth it is much darker or pink.
    """
    far = spot.distance(original.shape[:2])
    luma = original @ _LUMA
    share = np.clip((coat @ _LUMA - luma - 0.18) / 0.14, 0, 1) * np.clip((0.5 - luma) / 0.1, 0, 1)
    other = np.abs(original - coat).max(-1)
    if not is_eye:
        pink = original[..., 0] - original[..., 1] - (coat[0] - coat[1])
        other = np.minimum(other, pink - 0.1)
    share = np.maximum(share, np.clip((other - 0.22) / 0.14, 0, 1))
    share *= np.clip((1 - far) / 0.08, 0, 1)
    return share * _met(share > 0.3, far < (0.4 if is_eye else 0.85))


def _met(mask: np.ndarray, seed: np.ndarray) -> np.ndarray:
    """The parts of a mask (H, W) that meet a seed, somewhat wider, in 0..1."""
    by = max(1, max(mask.shape) // _COARSE)
    allowed, found = (
        Image.fromarray(each.astype(np.uint8) * 255)
        .reduce(by)
        .point(lambda value: 255 * (value > 60))
        for each in (mask, mask & seed)
    )
    while (grown := ImageChops.darker(found.filter(_NEXT), allowed)).tobytes() != found.tobytes():
        found = grown
    wider = found.filter(_NEXT).resize(mask.shape[::-1], Image.Resampling.NEAREST)
    return np.asarray(wider, np.float32) / 255


def _kept(
    original: np.ndarray, rgb: np.ndarray, share: np.ndarray, dark: _Spot | None, *, is_eye: bool
) -> np.ndarray:
    """Colours (H, W, 3) with a `share` of the `original`; `dark`: where, if the coat is dark."""
    if dark is not None:
        black = np.clip(((_DARK_EYE if is_eye else _DARK_LINE) - original @ _LUMA) / 0.1, 0, 1)
        if not is_eye:
            hidden = black * np.clip((_DARK_LINE - rgb @ _LUMA) / 0.05, 0, 1)
            original = original + (_LINE - original) * hidden[..., None]
        elif (share * black).sum() > 0.6 * share.sum():  # it has nothing bright itself
            rgb = _with_white(rgb, share * black, dark)
    return rgb + (original - rgb) * share[..., None]


def _with_white(rgb: np.ndarray, eye: np.ndarray, spot: _Spot) -> np.ndarray:
    """Colours with white around an `eye` (H, W) in 0..1."""
    size = 2 * max(1, round(_WHITE_RIM * spot.wide)) + 1
    wider = Image.fromarray((eye * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(size))
    soft = np.asarray(wider.filter(ImageFilter.GaussianBlur(size / 6)), np.float32)[..., None] / 255
    return rgb + (_WHITE - rgb) * soft
