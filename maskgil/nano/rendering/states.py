"""States of things, as comics draw them: who runs leans and leaves lines, what is broken gapes."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha. `ahead` is 1 for
# a drawing that faces to the right, -1 for one that faces to the left. Shares are of H or W.

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

_UPRIGHT = 0.95  # of its height, the width from which a drawing is one from the side
_LEGS, _FOLDED = 0.38, 0.1  # of the height of a drawing from the side, those that it stands on
_SEAT, _BENT = 0.42, 0.2  # the same of who sits and is seen from the front
_FAINT = 0.14  # opacity below which light is not seen
_FINE = 4  # pixels of a line's drawing for each of the picture
_INK, _HALO = (52, 60, 84, 235), (255, 255, 255, 190)
_SHADE = (26, 30, 40, 92)
Place = tuple[float, float]
Points = Sequence[Place]


class _Marks:
    """Lines and spots beside a drawing; places in shares of (W, H), widths of the smaller one."""

    def __init__(self, height: int, width: int) -> None:
        self.size = height, width
        self._image = Image.new("RGBA", (width * _FINE, height * _FINE))
        self._draw = ImageDraw.Draw(self._image)
        self._unit = _FINE * min(height, width)

    def _at(self, points: Points) -> list[tuple[float, float]]:
        height, width = self.size
        return [(x * width * _FINE, y * height * _FINE) for x, y in points]

    def line(self, points: Points, *, width: float = 0.016) -> None:
        """A dark line in a light halo, seen on any ground."""
        placed = self._at(points)
        for ink, wide in ((_HALO, 2.2 * width), (_INK, width)):
            pixels = max(2, round(wide * self._unit))
            self._draw.line(placed, fill=ink, width=pixels, joint="curve")
            for x, y in (placed[0], placed[-1]):
                r = pixels / 2
                self._draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)

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


def _over(upper: np.ndarray, lower: np.ndarray) -> np.ndarray:
    return upper + lower * (1 - upper[..., 3:])


def _turned(drawing: np.ndarray, degrees: float, lean: float = 0.0) -> np.ndarray:
    """Turned clockwise about its middle, leaning to the right by a share of its height."""
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
    image = _image(drawing)
    moved = image.transform(
        (width, height), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BICUBIC
    )
    return _array(moved)


def _image(drawing: np.ndarray) -> Image.Image:
    eight = (drawing * 255).round().clip(0, 255).astype(np.uint8)
    return Image.frombytes("RGBa", eight.shape[1::-1], eight.tobytes())


def _array(image: Image.Image) -> np.ndarray:
    flat = np.frombuffer(image.tobytes(), np.uint8).reshape(image.height, image.width, 4)
    found = flat.astype(np.float32) / 255
    found[..., :3] = np.minimum(found[..., :3], found[..., 3:])
    return found


def _box(drawing: np.ndarray) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn, in shares."""
    rows, columns = (np.flatnonzero(drawing[..., 3].max(axis) > 0.3) for axis in (1, 0))
    height, width = drawing.shape[:2]
    if not len(rows):
        return 0.0, 0.0, 1.0, 1.0
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def _running(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    drawing = drawing if still else _turned(drawing, 0, lean=0.16 * ahead)
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    behind, tall = (left if ahead > 0 else right), bottom - top
    for at, length, gap in ((0.2, 0.13, 0.035), (0.45, 0.18, 0.02), (0.68, 0.12, 0.03)):
        start = behind - ahead * gap
        marks.line([(start, top + at * tall), (start - ahead * length, top + at * tall)])
    for step, size in ((0.03, 0.036), (0.09, 0.028), (0.14, 0.018)):
        puff = behind - ahead * step, bottom - 0.6 * size
        marks.spot(puff, (1.25 * size, 1.1 * size), (150, 140, 124, 190))
        marks.spot(puff, (size, 0.85 * size), (236, 230, 218, 235))
    return _over(drawing, marks.drawn())


def _jumping(drawing: np.ndarray, ahead: int, still: bool, lifted: bool = True) -> np.ndarray:
    drawing = drawing if still else _turned(drawing, -9 * ahead)
    left, _, right, bottom = _box(drawing)
    marks, x, wide = _Marks(*drawing.shape[:2]), (left + right) / 2, right - left
    if lifted:
        marks.spot((x, 0.975), (0.42 * wide, 0.022), _SHADE)
    for side in (-1, 1):
        for step, size in ((0.2, 0.06), (0.36, 0.04)):
            at = x + side * step * wide
            marks.line([(at, bottom + 0.015), (at + side * 0.012, bottom + 0.015 + size)])
    return _over(drawing, marks.drawn())


def _swaying(drawing: np.ndarray, degrees: float, many: int) -> np.ndarray:
    drawing = _turned(drawing, degrees) if degrees else drawing
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    x, y = (left + right) / 2, (top + bottom) / 2
    across, down = (right - left) / 2, (bottom - top) / 2
    for ring in range(many):
        grown = 1.06 + 0.14 * ring
        for middle in (0, 180):
            for up in (-32, 32):
                marks.arc(
                    (x, y), (across * grown, down * grown), (middle + up - 13, middle + up + 13)
                )
    return _over(drawing, marks.drawn())


def _dancing(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return _swaying(drawing, 0 if still else 11 * ahead, 1)


def _walking(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    drawing = drawing if still else _turned(drawing, 0, lean=0.08 * ahead)
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    behind, tall = (left if ahead > 0 else right), bottom - top
    for at, length in ((0.6, 0.07), (0.78, 0.1)):
        start = behind - ahead * 0.03
        marks.line([(start, top + at * tall), (start - ahead * length, top + at * tall)])
    marks.spot((behind - ahead * 0.05, bottom - 0.02), (0.03, 0.022), (150, 140, 124, 190))
    marks.spot((behind - ahead * 0.05, bottom - 0.02), (0.024, 0.017), (236, 230, 218, 235))
    return _over(drawing, marks.drawn())


def _waving(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    y = top + 0.52 * (bottom - top)
    for x, middle in ((left, 180), (right, 0)):
        for radius in (0.05, 0.085):
            marks.arc((x, y), (radius, 1.3 * radius), (middle - 50, middle + 50))
    return _over(drawing, marks.drawn())


def _flying(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    drawing = drawing if still else _turned(drawing, 68 * ahead)
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    behind = left if ahead > 0 else right
    for at, length in ((0.3, 0.1), (0.55, 0.14), (0.8, 0.1)):
        start, y = behind - ahead * 0.02, top + at * (bottom - top)
        marks.line([(start, y), (start - ahead * length, y)])
    return _over(drawing, marks.drawn())


def _bending(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return drawing if still else _turned(drawing, 15 * ahead)


def _leaning(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return _turned(drawing, 17 * ahead)


def _shaking(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return _swaying(drawing, 0, 2)


def _falling(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    drawing = drawing if still else _turned(drawing, 152 * ahead)
    left, top, right, _ = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    for share, length in ((0.2, 0.1), (0.5, 0.14), (0.8, 0.1)):
        x = left + share * (right - left)
        marks.line([(x, max(0.01, top - 0.02 - length)), (x, max(0.02, top - 0.02))])
    return _over(drawing, marks.drawn())


def _upside_down(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return drawing if still else drawing[::-1]


def _spinning(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    x, y, across = (left + right) / 2, (top + bottom) / 2, (right - left) / 2
    for at, start in ((-0.12, 20), (0.2, 200)):
        middle, radii = (x, y + at * (bottom - top)), (1.12 * across, 0.1 * (bottom - top))
        marks.arc(middle, radii, (start, start + 140))
        end = math.radians(start + 140)
        tip = middle[0] + radii[0] * math.cos(end), middle[1] + radii[1] * math.sin(end)
        way = 1 if start > 90 else -1
        marks.line(
            [(tip[0] - way * 0.05, tip[1] - 0.035), tip, (tip[0] - way * 0.055, tip[1] + 0.03)]
        )
    return _over(marks.drawn(), drawing)


def laid(drawing: np.ndarray) -> np.ndarray:
    """Who lies: one that is upright on its side, one from the side with its legs under it."""
    height, width = drawing.shape[:2]
    if width < _UPRIGHT * height:
        return np.ascontiguousarray(np.rot90(drawing))
    return _shortened(drawing, _LEGS, _FOLDED)


def seated(drawing: np.ndarray) -> np.ndarray:
    """Who sits, seen from the front: the legs come towards whoever looks."""
    return _shortened(drawing, _SEAT, _BENT)


def _shortened(drawing: np.ndarray, legs: float, left: float) -> np.ndarray:
    """With the lowest part, a share of its height, so low as another share."""
    height, width = drawing.shape[:2]
    body = round((1 - legs) * height)
    size = width, max(1, round(left * height))
    lower = _image(drawing[body:]).resize(size, Image.Resampling.LANCZOS)
    return np.concatenate([drawing[:body], _array(lower)])


def _glowing(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
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
    return _over(bright, light)


def _broken(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    """In two parts along a jagged line, the upper one moved and turned."""
    height, width = drawing.shape[:2]
    left, top, right, bottom = _box(drawing)
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
    upper = _turned(parts[0], 9)
    shift = round(0.05 * width), -round(0.045 * height)
    upper = np.roll(upper, (shift[1], shift[0]), (0, 1))
    lower = _turned(parts[1], -4)
    both = _over(upper, lower)
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
        _, top, _, bottom = _box(drawing)
        rows = np.arange(height)[:, None] / height
        noise = noise + 1.1 * (np.clip((rows - top) / max(bottom - top, 1e-3), 0, 1) - 0.62)
    share = (np.clip((noise - 0.12) * 9, 0, 1) * much)[..., None]
    shade = drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    rgb = np.array(colour, np.float32) / 255 * (0.7 + 0.45 * shade[..., None])
    out = drawing.copy()
    out[..., :3] = np.minimum(drawing[..., :3] * (1 - share) + rgb * alpha * share, alpha)
    return out


def _muddy(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return _spotted(drawing, (104, 70, 40), 0.95, low=True)


def _rusty(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return _spotted(drawing, (170, 82, 34), 0.9, low=False)


def _mossy(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
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


def _snowy(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    return _topped(drawing, (248, 251, 255), 0.1)


def _frozen(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    alpha = drawing[..., 3:]
    luma = (drawing[..., :3] @ np.array([0.299, 0.587, 0.114], np.float32))[..., None]
    ice = luma * np.array([0.62, 0.86, 1.0], np.float32) + 0.22 * alpha
    out = drawing.copy()
    out[..., :3] = np.minimum(0.35 * drawing[..., :3] + 0.65 * ice, alpha)
    out = _topped(out, (238, 248, 255), 0.05)
    marks, (left, _, right, _) = _Marks(*drawing.shape[:2]), _box(drawing)
    height, width = drawing.shape[:2]
    for share, length in ((0.14, 0.1), (0.3, 0.14), (0.47, 0.09), (0.64, 0.13), (0.82, 0.1)):
        x = left + share * (right - left)
        column = np.flatnonzero(drawing[:, min(width - 1, round(x * width)), 3] > 0.3)
        if len(column):
            y = (column[0] / height) * 0.6 + (column[-1] / height) * 0.4
            marks.shape([(x - 0.018, y), (x + 0.018, y), (x, y + length)], (206, 234, 252, 235))
    return _over(marks.drawn(), out)


def _wet(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
    under = _Marks(*drawing.shape[:2])
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
    return _over(marks.drawn(), _over(drawing, under.drawn()))


def _drop(marks: _Marks, at: tuple[float, float], size: float) -> None:
    x, y = at
    for grown, fill in ((1.3, (40, 96, 158, 230)), (1.0, (132, 196, 242, 255))):
        r = size * grown * 0.62
        marks.spot((x, y), (r, r), fill)
        marks.shape(
            [(x - 0.86 * r, y - 0.45 * r), (x + 0.86 * r, y - 0.45 * r), (x, y - 2.1 * r)], fill
        )
    marks.spot((x - 0.18 * size, y - 0.05 * size), (0.16 * size, 0.2 * size), (240, 250, 255, 255))


def _melting(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    height, width = drawing.shape[:2]
    left, top, right, bottom = _box(drawing)
    alpha = drawing[..., 3:]
    solid = alpha[..., 0] > 0.5
    mean = drawing[solid][:, :3].mean(0) if solid.any() else np.ones(3, np.float32)
    sag = np.clip(_specks(height, width, 12)[height // 2] * 0.5 + 0.5, 0, 1) * 0.16 * height
    rows = np.arange(height)[:, None].astype(np.float32)
    lower = np.clip((rows / height - top) / max(bottom - top, 1e-3) - 0.35, 0, 1) / 0.65
    source = np.clip(rows - sag[None] * lower, 0, height - 1).round().astype(int)
    out = np.take_along_axis(drawing, source[..., None], 0)
    marks, x, wide = _Marks(height, width), (left + right) / 2, right - left
    shade = tuple(int(255 * c) for c in np.clip(mean * 0.92, 0, 1))
    marks.spot((x, bottom - 0.004), (0.66 * wide, 0.05), (*shade, 255))
    light = tuple(int(255 * c) for c in np.clip(0.4 + 0.6 * mean, 0, 1))
    marks.spot((x - 0.12 * wide, bottom - 0.014), (0.3 * wide, 0.014), (*light, 255))
    return _over(out, marks.drawn())


def _sparkling(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    left, top, right, bottom = _box(drawing)
    marks = _Marks(*drawing.shape[:2])
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
    return _over(marks.drawn(), drawing)


def _bubbling(drawing: np.ndarray, ahead: int, still: bool) -> np.ndarray:
    left, top, right, _ = _box(drawing)
    marks, x, wide = _Marks(*drawing.shape[:2]), (left + right) / 2, right - left
    for across, up, size in (
        (0.0, 0.0, 0.05), (-0.22, 0.02, 0.038), (0.2, 0.03, 0.042), (0.06, 0.1, 0.032),
        (-0.12, 0.12, 0.026), (0.16, 0.15, 0.02),
    ):  # fmt: skip
        at = x + across * wide, max(size, top - up)
        marks.spot(at, (size, size), (54, 120, 170, 240))
        marks.spot(at, (0.82 * size, 0.82 * size), (206, 236, 250, 235))
        marks.spot((at[0] - 0.3 * size, at[1] - 0.3 * size), (0.24 * size, 0.2 * size), (255,) * 4)
    return _over(marks.drawn(), drawing)


_SHOWN: dict[str, Callable[[np.ndarray, int, bool], np.ndarray]] = {
    "running": _running, "walking": _walking, "jumping": _jumping, "dancing": _dancing,
    "falling": _falling, "spinning": _spinning, "shaking": _shaking, "waving": _waving,
    "leaning": _leaning, "bending": _bending,
    "flying": _flying,
    "upside down": _upside_down, "glowing": _glowing, "sparkling": _sparkling, "broken": _broken,
    "wet": _wet, "muddy": _muddy, "rusty": _rusty, "mossy": _mossy, "melting": _melting,
    "frozen": _frozen, "snowy": _snowy, "bubbling": _bubbling,
}  # fmt: skip
STATES = tuple(_SHOWN)


def in_state(
    drawing: np.ndarray, state: str, *, ahead: int = -1, still: bool = False, lifted: bool = True
) -> np.ndarray:
    """The drawing in one of `STATES`, in its own size.

    A `still` one is not turned; one that is `lifted` off the ground has its shadow at the lower
    edge. Raises ValueError for another state.
    """
    if state not in _SHOWN:
        raise ValueError(f"unknown state {state!r}; choose from {', '.join(STATES)}")
    if state == "jumping":
        found = _jumping(drawing, ahead, still, lifted)
    else:
        found = _SHOWN[state](drawing, ahead, still)
    found = found.astype(np.float32)
    found[..., 3] = found[..., 3].clip(0, 1)
    found[..., :3] = found[..., :3].clip(0, found[..., 3:])
    return found
