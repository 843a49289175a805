"""Lowered heads, to graze and to drink."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.states.marks import array_of, image_of, opaque_shares, over

_HIGH = 0.2  # of the height of who is drawn from the side: heads so far above the back are lowered
_RISEN = 0.06  # of it, how far above the back is neck
_SHOULDER, _ROUND = 0.13, 0.135  # of it, how far the joint is from the withers, and its radius
_THROAT = 0.13  # of it, how far below the back the neck ends
_LEAST, _MORE = 52, 130  # degrees: of any neck, and more for each height that it has above the back
_STEP = 6  # degrees between two layers of the bent joint
_SOFT = 0.02  # of the height, by which a cut is blurred


def lowered(drawing: np.ndarray, ahead: int) -> np.ndarray | None:
    """An animal in profile, `ahead` 1 to the right, head lowered; None if it is low already."""
    drawing = np.ascontiguousarray(drawing[:, ::-1] if ahead > 0 else drawing)
    height, width = drawing.shape[:2]
    left, top, right, bottom = opaque_shares(drawing)
    first, wide = left * width, (right - left) * width
    tall = (bottom - top) * height
    solid = drawing[..., 3] > 0.3
    outline = np.where(solid.any(0), solid.argmax(0), height).astype(float)
    rump = outline[int(first + 0.5 * wide) : int(first + 0.8 * wide)]
    front = outline[: int(first + 0.55 * wide)]
    if not len(rump) or not len(front):
        return None
    back = float(np.median(rump))
    high = (back - float(front[: int(first + 0.4 * wide)].min(initial=height))) / tall
    risen = np.flatnonzero(front < back - _RISEN * tall)
    if high < _HIGH or not len(risen):
        return None
    withers = float(risen.max())
    y, x = np.mgrid[0:height, 0:width]
    neck = ((x - withers) + (y - back) < 0) & (y < back + _THROAT * tall)
    above = (y < back - 0.01 * tall) & (x < withers + 0.08 * tall)
    joint = withers - _SHOULDER * tall, back + _SHOULDER * tall
    near = (x - joint[0]) ** 2 + (y - joint[1]) ** 2 < (_ROUND * tall) ** 2
    found = drawing * (1 - _softened(neck, tall)) * ~above[..., None]
    degrees = _LEAST + _MORE * high
    bend = drawing * _softened(near, tall)
    for angle in range(0, int(degrees), _STEP):
        found = over(_about(bend, -angle, joint), found)
    found = over(_about(drawing * _softened(neck, tall), -degrees, joint), found)
    out = max(0, round(first - opaque_shares(found)[0] * width))  # it takes a step back
    found = np.roll(found, min(out // 2, int(width - right * width)), 1)
    return found[:, ::-1] if ahead > 0 else found


def _softened(mask: np.ndarray, tall: float) -> np.ndarray:
    """A mask (H, W, 1) with a soft edge, 0 to 1."""
    image = Image.fromarray((mask * 255).astype(np.uint8))
    blurred = image.filter(ImageFilter.GaussianBlur(float(_SOFT * tall)))
    return np.asarray(blurred, np.float32)[..., None] / 255


def _about(drawing: np.ndarray, degrees: float, place: tuple[float, float]) -> np.ndarray:
    """Turned clockwise about a place, in pixels."""
    turn, (x, y) = math.radians(degrees), place
    cos, sin = math.cos(turn), math.sin(turn)
    matrix = (cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y)
    image = image_of(drawing)
    turned = image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    return array_of(turned)
