"""Conditions of things: broken, wet, muddy, dusty, rusty, snow covered, frozen, melting."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from maskgil.nano.rendering.states.marks import Marks, opaque_shares, over, turned

_FAINT = 0.14  # opacity below which light is not seen


def _glowing(drawing: np.ndarray) -> np.ndarray:
    height, width = drawing.shape[:2]
    image = Image.fromarray((drawing[..., 3] * 255).astype(np.uint8))
    share = np.zeros((height, width), np.float32)
    for radius, much in ((0.025, 0.55), (0.06, 0.5), (0.12, 0.5)):
        blurred = image.filter(ImageFilter.GaussianBlur(radius * max(height, width)))
        share = np.maximum(share, much * np.asarray(blurred, np.float32) / 255 * 1.6)
    share = np.clip((share - _FAINT) / (1 - _FAINT), 0, 0.95)[..., None]
    light = np.concatenate([share * np.array([1.0, 0.93, 0.5], np.float32), share], -1)
    bright = drawing.copy()
    bright[..., :3] = np.minimum(bright[..., 3:], bright[..., :3] * 1.08 + 0.06 * bright[..., 3:])
    return over(bright, light)


def _broken(drawing: np.ndarray) -> np.ndarray:
    """In two parts along a jagged line, the upper one moved and turned."""
    height, width = drawing.shape[:2]
    left, top, right, bottom = opaque_shares(drawing)
    tall = bottom - top
    teeth = (
        (0.0, 0.42),
        (0.16, 0.56),
        (0.3, 0.4),
        (0.46, 0.6),
        (0.6, 0.44),
        (0.78, 0.62),
        (1.0, 0.46),
    )
    at = [(left + x * (right - left)) * width for x, _ in teeth]
    line = np.interp(np.arange(width), at, [(top + y * tall) * height for _, y in teeth])
    rows = np.arange(height)[:, None]
    parts = [
        drawing * (rows < line[None] - 1)[..., None],
        drawing * (rows > line[None] + 1)[..., None],
    ]
    upper = turned(parts[0], 9)
    shift = round(0.05 * width), -round(0.045 * height)
    upper = np.roll(upper, (shift[1], shift[0]), (0, 1))
    lower = turned(parts[1], -4)
    both = over(upper, lower)
    return both


@functools.lru_cache(4)
def _specks(height: int, width: int, cells: int) -> np.ndarray:
    """Smooth noise (H, W) of about so many lumps along a side, -1 to 1, the same at every call."""
    rng = np.random.default_rng(11)
    grid = Image.fromarray(rng.standard_normal((cells, cells)).astype(np.float32))
    noise = np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))
    return noise / max(1e-6, float(np.abs(noise).max()))


def _spotted(drawing: np.ndarray, colour: tuple[int, ...], much: float, low: bool) -> np.ndarray:
    """Spots of a colour on it, more of them below where `low`."""
    height, width = drawing.shape[:2]
    alpha = drawing[..., 3:]
    noise = _specks(height, width, 9) + 0.35 * _specks(height, width, 23)
    if low:
        _, top, _, bottom = opaque_shares(drawing)
        rows = np.arange(height)[:, None] / height
        noise = noise + 1.1 * (np.clip((rows - top) / max(bottom - top, 1e-3), 0, 1) - 0.62)
    share = (np.clip((noise - 0.12) * 9, 0, 1) * much)[..., None]
    shade = drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    rgb = np.array(colour, np.float32) / 255 * (0.7 + 0.45 * shade[..., None])
    out = drawing.copy()
    out[..., :3] = np.minimum(drawing[..., :3] * (1 - share) + rgb * alpha * share, alpha)
    return out


def _muddy(drawing: np.ndarray) -> np.ndarray:
    return _spotted(drawing, (104, 70, 40), 0.95, low=True)


def _rusty(drawing: np.ndarray) -> np.ndarray:
    return _spotted(drawing, (170, 82, 34), 0.9, low=False)


def _mossy(drawing: np.ndarray) -> np.ndarray:
    return _topped(_spotted(drawing, (86, 140, 58), 0.85, low=False), (92, 150, 62), 0.05)


def _topped(drawing: np.ndarray, colour: tuple[int, ...], thick: float) -> np.ndarray:
    """What lies on its upper edges, so thick."""
    height, width = drawing.shape[:2]
    alpha = drawing[..., 3]
    lumps = 1 + 0.45 * _specks(height, width, 14)[0]
    above = np.zeros_like(alpha)
    deep = np.maximum(2, (thick * max(height, width) * lumps)).astype(int)
    rows = np.arange(height)[:, None] - deep[None]
    taken = np.take_along_axis(alpha, np.clip(rows, 0, height - 1), 0)
    above = np.where(rows >= 0, taken, 0)
    share = np.clip(alpha - above, 0, 1)
    image = Image.fromarray((share * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7))
    share = np.minimum(np.asarray(image, np.float32) / 255, alpha)[..., None]
    rgb = np.array(colour, np.float32) / 255
    out = drawing.copy()
    out[..., :3] = drawing[..., :3] * (1 - share) + rgb * share * alpha[..., None]
    return out


def _snowy(drawing: np.ndarray) -> np.ndarray:
    return _topped(drawing, (248, 251, 255), 0.1)


def _dusty(drawing: np.ndarray) -> np.ndarray:
    alpha = drawing[..., 3:]
    luma = (drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    gray = (0.72 * luma + 0.2 * alpha) * np.array([1.0, 0.95, 0.86], np.float32)
    out = drawing.copy()
    out[..., :3] = np.minimum(0.4 * drawing[..., :3] + 0.6 * gray, alpha)
    return _topped(_spotted(out, (190, 180, 162), 0.4, low=False), (214, 206, 190), 0.035)


def _frozen(drawing: np.ndarray) -> np.ndarray:
    alpha = drawing[..., 3:]
    luma = (drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    ice = luma * np.array([0.62, 0.86, 1.0], np.float32) + 0.22 * alpha
    out = drawing.copy()
    out[..., :3] = np.minimum(0.35 * drawing[..., :3] + 0.65 * ice, alpha)
    out = _topped(out, (238, 248, 255), 0.05)
    marks, (left, _, right, _) = Marks(*drawing.shape[:2]), opaque_shares(drawing)
    height, width = drawing.shape[:2]
    for share, length in ((0.14, 0.1), (0.3, 0.14), (0.47, 0.09), (0.64, 0.13), (0.82, 0.1)):
        x = left + share * (right - left)
        column = np.flatnonzero(drawing[:, min(width - 1, round(x * width)), 3] > 0.3)
        if len(column):
            y = (column[0] / height) * 0.6 + (column[-1] / height) * 0.4
            marks.shape([(x - 0.018, y), (x + 0.018, y), (x, y + length)], (206, 234, 252, 235))
    return over(marks.drawn(), out)


def _wet(drawing: np.ndarray) -> np.ndarray:
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    under = Marks(*drawing.shape[:2])
    x, wide = (left + right) / 2, right - left
    under.spot((x, bottom - 0.005), (0.56 * wide, 0.035), (116, 178, 226, 225))
    under.spot((x - 0.1 * wide, bottom - 0.012), (0.3 * wide, 0.014), (198, 228, 248, 220))
    places = (
        (0.22, 0.3),
        (0.5, 0.18),
        (0.74, 0.36),
        (0.36, 0.56),
        (0.64, 0.62),
        (0.16, 0.7),
        (0.86, 0.72),
    )
    for across, down in places:
        _drop(marks, (left + across * wide, top + down * (bottom - top)), 0.03)
    for across, down in ((-0.06, 0.4), (1.06, 0.55), (-0.03, 0.66), (1.03, 0.3)):
        _drop(marks, (left + across * wide, top + down * (bottom - top)), 0.026)
    return over(marks.drawn(), over(drawing, under.drawn()))


def _drop(marks: Marks, at: tuple[float, float], size: float) -> None:
    x, y = at
    for grown, fill in ((1.3, (40, 96, 158, 230)), (1.0, (132, 196, 242, 255))):
        r = size * grown * 0.62
        marks.spot((x, y), (r, r), fill)
        marks.shape(
            [(x - 0.86 * r, y - 0.45 * r), (x + 0.86 * r, y - 0.45 * r), (x, y - 2.1 * r)], fill
        )
    marks.spot((x - 0.18 * size, y - 0.05 * size), (0.16 * size, 0.2 * size), (240, 250, 255, 255))


def _melting(drawing: np.ndarray) -> np.ndarray:
    height, width = drawing.shape[:2]
    left, top, right, bottom = opaque_shares(drawing)
    alpha = drawing[..., 3:]
    solid = alpha[..., 0] > 0.5
    mean = drawing[solid][:, :3].mean(0) if solid.any() else np.ones(3, np.float32)
    sag = np.clip(_specks(height, width, 12)[height // 2] * 0.5 + 0.5, 0, 1) * 0.16 * height
    rows = np.arange(height)[:, None].astype(np.float32)
    lower = np.clip((rows / height - top) / max(bottom - top, 1e-3) - 0.35, 0, 1) / 0.65
    source = np.clip(rows - sag[None] * lower, 0, height - 1).round().astype(int)
    out = np.take_along_axis(drawing, source[..., None], 0)
    marks, x, wide = Marks(height, width), (left + right) / 2, right - left
    shade = tuple(int(255 * c) for c in np.clip(mean * 0.92, 0, 1))
    marks.spot((x, bottom - 0.004), (0.66 * wide, 0.05), (*shade, 255))
    light = tuple(int(255 * c) for c in np.clip(0.4 + 0.6 * mean, 0, 1))
    marks.spot((x - 0.12 * wide, bottom - 0.014), (0.3 * wide, 0.014), (*light, 255))
    return over(out, marks.drawn())


def _sparkling(drawing: np.ndarray) -> np.ndarray:
    left, top, right, bottom = opaque_shares(drawing)
    marks = Marks(*drawing.shape[:2])
    for x, y, size in (
        (0.16, 0.2, 0.075),
        (0.86, 0.32, 0.06),
        (0.3, 0.74, 0.05),
        (0.98, 0.02, 0.07),
    ):
        at = left + x * (right - left), top + y * (bottom - top)
        for grown, fill in ((1.35, (214, 160, 30, 235)), (1.0, (255, 252, 222, 255))):
            r, waist = size * grown, 0.22 * size * grown
            star = [(at[0] + (r if n % 2 == 0 else waist) * math.cos(n * math.pi / 4),
                     at[1] + (r if n % 2 == 0 else waist) * math.sin(n * math.pi / 4))
                    for n in range(8)]  # fmt: skip
            marks.shape(star, fill)
    return over(marks.drawn(), drawing)


def _bubbling(drawing: np.ndarray) -> np.ndarray:
    left, top, right, _ = opaque_shares(drawing)
    marks, x, wide = Marks(*drawing.shape[:2]), (left + right) / 2, right - left
    for across, up, size in (
        (0.0, 0.0, 0.05), (-0.22, 0.02, 0.038), (0.2, 0.03, 0.042), (0.06, 0.1, 0.032),
        (-0.12, 0.12, 0.026), (0.16, 0.15, 0.02),
    ):  # fmt: skip
        at = x + across * wide, max(size, top - up)
        marks.spot(at, (size, size), (54, 120, 170, 240))
        marks.spot(at, (0.82 * size, 0.82 * size), (206, 236, 250, 235))
        marks.spot((at[0] - 0.3 * size, at[1] - 0.3 * size), (0.24 * size, 0.2 * size), (255,) * 4)
    return over(marks.drawn(), drawing)


CONDITIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "glowing": _glowing, "sparkling": _sparkling, "broken": _broken, "wet": _wet, "muddy": _muddy,
    "rusty": _rusty, "mossy": _mossy, "melting": _melting, "frozen": _frozen, "snowy": _snowy,
    "bubbling": _bubbling, "dust covered": _dusty,
}  # fmt: skip
