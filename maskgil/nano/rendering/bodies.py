"""Bodies for drawings that are heads or busts: sitting and standing animals, dressed people."""

# A drawing is (H, W, 4) float32 in 0..1: colours multiplied by alpha, then alpha.

from __future__ import annotations

import functools
import io

import numpy as np
from PIL import Image

SHIRTS = ("#3A87EE", "#E0484D", "#35A853", "#5C6B7A", "#8A55D7", "#E86AA6", "#2FA7A0")
TROUSERS = ("#33508F", "#5B4B45", "#3D4450")
SKIN = "#FFC83D"
_HEAD, _JAW = (
    152,
    0.72,
)  # of who lies: pixels of the head of 340, from which of its rows it is round


def _shade(colour: str, factor: float) -> str:
    """A hex colour darker (`factor` below 1) or lighter."""
    values: list[float] = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    if factor > 1:
        values = [value + (255 - value) * (factor - 1) for value in values]
    else:
        values = [value * factor for value in values]
    return "#" + "".join(f"{min(255, max(0, round(value))):02x}" for value in values)


def _ball(name: str, colour: str) -> str:
    return (
        f'<radialGradient id="{name}" cx=".36" cy=".26" r=".85"><stop offset="0" '
        f'stop-color="{_shade(colour, 1.35)}"/><stop offset=".5" stop-color="{colour}"/>'
        f'<stop offset="1" stop-color="{_shade(colour, 0.66)}"/></radialGradient>'
    )


@functools.cache
def _rasterise(body: str, width: int, height: int, colours: tuple[str, ...]) -> np.ndarray:
    import resvg_py

    gradients = "".join(_ball("abcdef"[i], colour) for i, colour in enumerate(colours))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"<defs>{gradients}</defs>{body}</svg>"
    )
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height)
    return premultiplied(Image.open(io.BytesIO(bytes(png))))


def premultiplied(image: Image.Image) -> np.ndarray:
    """An RGBA picture with premultiplied colours."""
    pixels = np.asarray(image.convert("RGBA"), np.float32) / 255
    return np.concatenate([pixels[..., :3] * pixels[..., 3:], pixels[..., 3:]], -1)


def over(canvas: np.ndarray, drawing: np.ndarray, left: int, top: int) -> None:
    """Composite onto `canvas` in place, clipped."""
    height, width = drawing.shape[:2]
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = min(canvas.shape[0], top + height), min(canvas.shape[1], left + width)
    part = drawing[y0 - top : y1 - top, x0 - left : x1 - left]
    window = canvas[y0:y1, x0:x1]
    window *= 1 - part[..., 3:]
    window += part


def resized(drawing: np.ndarray, width: int, height: int) -> np.ndarray:
    """Resampled on premultiplied colours, so that no halo appears."""
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(drawing[..., c])).resize(
                (width, height), Image.Resampling.LANCZOS
            )
        )
        for c in range(4)
    ]
    small = np.clip(np.stack(planes, -1), 0, 1)
    small[..., :3] = np.minimum(small[..., :3], small[..., 3:])
    return small


def _main_colour(head: np.ndarray, low: float, high: float, band: float = 1.0) -> str:
    """The commonest colour of the rows from `low` to `high`, between shares of the height."""
    rows = head[round(low * len(head)) : max(round(high * len(head)), round(low * len(head)) + 1)]
    middle = rows.shape[1] * (1 - band) / 2
    rows = rows[:, round(middle) : round(rows.shape[1] - middle)]
    solid = rows[rows[..., 3] > 0.95][:, :3]
    if not len(solid):
        return "#888888"
    bins = (solid * 7.99).astype(int) @ np.array([64, 8, 1])
    best = np.bincount(bins).argmax()
    rgb = solid[bins == best].mean(0) * 255
    return "#" + "".join(f"{round(float(value)):02x}" for value in rgb)


_SITTING = """
<path d="M196 236q44 6 46-40" fill="none" stroke="url(#a)" stroke-width="20" stroke-linecap="round"/>
<ellipse cx="128" cy="178" rx="70" ry="74" fill="url(#a)"/>
<ellipse cx="128" cy="190" rx="42" ry="52" fill="url(#b)" opacity=".75"/>
<ellipse cx="72" cy="236" rx="36" ry="18" fill="url(#a)"/>
<ellipse cx="184" cy="236" rx="36" ry="18" fill="url(#a)"/>
<rect x="82" y="140" width="32" height="104" rx="16" fill="url(#a)"/>
<rect x="142" y="140" width="32" height="104" rx="16" fill="url(#a)"/>
<ellipse cx="97" cy="240" rx="20" ry="13" fill="url(#b)"/>
<ellipse cx="159" cy="240" rx="20" ry="13" fill="url(#b)"/>
"""

_LYING = """
<path d="M292 146q44 4 40-44" fill="none" stroke="url(#a)" stroke-width="20" stroke-linecap="round"/>
<ellipse cx="204" cy="118" rx="108" ry="54" fill="url(#a)"/>
<ellipse cx="256" cy="128" rx="56" ry="44" fill="url(#a)"/>
<rect x="190" y="146" width="92" height="26" rx="13" fill="url(#a)"/>
<ellipse cx="204" cy="159" rx="20" ry="13" fill="url(#b)"/>
<rect x="60" y="142" width="150" height="30" rx="15" fill="url(#a)"/>
"""

_PAWS = """
<rect x="8" y="144" width="72" height="28" rx="14" fill="url(#a)"/>
<rect x="84" y="144" width="72" height="28" rx="14" fill="url(#a)"/>
<ellipse cx="26" cy="158" rx="20" ry="14" fill="url(#b)"/>
<ellipse cx="138" cy="158" rx="20" ry="14" fill="url(#b)"/>
"""

_FOUR_LEGS = """
<path d="M286 60q34 20 22 74" fill="none" stroke="url(#b)" stroke-width="16" stroke-linecap="round"/>
<rect x="106" y="110" width="32" height="120" rx="13" fill="url(#b)"/>
<rect x="236" y="110" width="32" height="120" rx="13" fill="url(#b)"/>
<rect x="70" y="30" width="226" height="122" rx="58" fill="url(#a)"/>
<rect x="78" y="100" width="34" height="138" rx="14" fill="url(#a)"/>
<rect x="258" y="90" width="34" height="148" rx="14" fill="url(#a)"/>
<rect x="77" y="222" width="37" height="18" rx="8" fill="#4a3a33"/>
<rect x="257" y="222" width="37" height="18" rx="8" fill="#4a3a33"/>
"""

_STANDING = """
<path d="M92 86h72l4 118h-32l-8-70-8 70h-32z" fill="url(#b)" stroke="url(#b)" stroke-width="6" stroke-linejoin="round"/>
<ellipse cx="102" cy="212" rx="25" ry="11" fill="#4a322a"/>
<ellipse cx="154" cy="212" rx="25" ry="11" fill="#4a322a"/>
<path d="M80 28q-20 34-22 76" fill="none" stroke="url(#d)" stroke-width="24" stroke-linecap="round"/>
<path d="M176 28q20 34 22 76" fill="none" stroke="url(#d)" stroke-width="24" stroke-linecap="round"/>
<circle cx="57" cy="112" r="14" fill="url(#c)"/>
<circle cx="199" cy="112" r="14" fill="url(#c)"/>
<path d="M84 18q44-18 88 0l-2 86h-84z" fill="url(#a)" stroke="url(#a)" stroke-width="8" stroke-linejoin="round"/>
<rect x="112" y="0" width="32" height="26" rx="12" fill="url(#c)"/>
"""

_LEGS = """
<path d="M74 0h108l-4 96h-40l-10-60-10 60h-40z" fill="url(#a)" stroke="url(#a)" stroke-width="6" stroke-linejoin="round"/>
<ellipse cx="96" cy="103" rx="30" ry="12" fill="#4a322a"/>
<ellipse cx="160" cy="103" rx="30" ry="12" fill="#4a322a"/>
"""


def sitting(head: np.ndarray) -> np.ndarray:
    """An animal's head from the front on a sitting plush body in its main colour."""
    main = _main_colour(head, 0.25, 0.75)
    light = _shade(main, 1.5)
    body = _rasterise(_SITTING, 256, 254, (main, light))
    scale = 200 / max(head.shape[:2])
    small = resized(head, round(head.shape[1] * scale), round(head.shape[0] * scale))
    top = max(0, small.shape[0] - 92)
    canvas = np.zeros((254 + top - 40, 256, 4), np.float32)
    over(canvas, body, 0, top - 40)
    over(canvas, small, (256 - small.shape[1]) // 2, 0)
    return canvas


def lying(seated: np.ndarray, chin: float) -> np.ndarray:
    """A sitting animal from the front made to lie: the head, above the row `chin`, on its paws."""
    rows = round(chin * len(seated))
    head = seated[:rows].copy()
    columns = np.flatnonzero(head[..., 3].max(0) > 0.3)
    head = head[:, columns[0] : columns[-1] + 1]
    colours = _main_colour(head, 0.25, 0.75), _main_colour(seated, 0.92, 1.0)
    y, x = np.mgrid[0:rows, 0 : head.shape[1]].astype(np.float32)
    low = np.clip((y / rows - _JAW) / (1 - _JAW), 0, 1)
    wide = np.sqrt(1 - low**2 * 0.98) * head.shape[1] / 2 - np.abs(x + 0.5 - head.shape[1] / 2)
    head *= np.clip(wide / 3, 0, 1)[..., None]
    scale = _HEAD / max(head.shape[:2])
    small = resized(head, round(head.shape[1] * scale), round(head.shape[0] * scale))
    spare = max(0, small.shape[0] - 164)
    canvas = np.zeros((172 + spare, 340, 4), np.float32)
    over(canvas, _rasterise(_LYING, 340, 172, colours), 0, spare)
    over(canvas, _rasterise(_PAWS, 340, 172, colours), 0, spare)
    over(canvas, small, 82 - small.shape[1] // 2, 164 + spare - small.shape[0])
    return canvas


def on_four_legs(head: np.ndarray) -> np.ndarray:
    """An animal's head that looks to the left, on a body with four legs."""
    main = _main_colour(head, 0.5, 0.95)
    body = _rasterise(_FOUR_LEGS, 330, 242, (main, _shade(main, 0.75)))
    scale = 190 / max(head.shape[:2])
    small = resized(head, round(head.shape[1] * scale), round(head.shape[0] * scale))
    canvas = np.zeros((330, 330, 4), np.float32)
    over(canvas, body, 0, 88)
    over(canvas, small, 0, 20)
    return canvas


def dressed(head: np.ndarray, number: int, shirt: str | None = None) -> np.ndarray:
    """A person's face on a body with a shirt, trousers and shoes; `number` picks their colours."""
    skin = _main_colour(head, 0.5, 0.75, 0.6) if shirt is None else shirt
    if skin != shirt and not skin.startswith(("#f", "#e", "#d", "#c")):
        skin = SKIN
    shirt = shirt or SHIRTS[number % len(SHIRTS)]
    trousers = _shade(shirt, 0.7) if shirt == skin else TROUSERS[number % len(TROUSERS)]
    body = _rasterise(_STANDING, 256, 226, (shirt, trousers, skin, _shade(shirt, 0.92)))
    scale = 148 / max(head.shape[:2])
    small = resized(head, round(head.shape[1] * scale), round(head.shape[0] * scale))
    top = small.shape[0] - 16
    canvas = np.zeros((226 + top, 256, 4), np.float32)
    over(canvas, body, 0, top)
    over(canvas, small, (256 - small.shape[1]) // 2, 0)
    return canvas


def on_legs(bust: np.ndarray, number: int) -> np.ndarray:
    """A bust completed by hips, trousers and shoes."""
    height, width = bust.shape[:2]
    row = bust[-3]
    solid = np.flatnonzero(row[:, 3] > 0.9)
    left, right = int(solid.min()), int(solid.max())
    stretch = round(height * 0.2)
    trousers = _shade(_main_colour(bust, 0.9, 1.0), 0.62)
    span = right - left + 1
    scale = span / 130
    legs = _rasterise(_LEGS, 256, 116, (trousers,))
    legs = resized(legs, round(256 * scale), round(116 * scale))
    canvas = np.zeros((height + stretch + round(96 * scale), width, 4), np.float32)
    over(canvas, legs, (left + right) // 2 - legs.shape[1] // 2, height + stretch - 14)
    for step in range(stretch):
        pinch = round(span * 0.06 * (step / stretch))
        y = height - 3 + step
        source = resized(row[None, left : right + 1], max(1, span - 2 * pinch), 1)
        over(canvas, source * (1 - 0.12 * step / stretch), left + pinch, y)
    canvas[..., 3] = np.where(canvas[..., 3] > 0.85, 1, canvas[..., 3])
    over(canvas, bust[: height - 2], 0, 0)
    return canvas


def in_gown(bust: np.ndarray) -> np.ndarray:
    """A bust completed by a floor-length robe."""
    height, width = bust.shape[:2]
    row = bust[-3]
    solid = np.flatnonzero(row[:, 3] > 0.9)
    left, right = int(solid.min()), int(solid.max())
    span, length = right - left + 1, round(height * 0.62)
    spare = round(span * 0.14)
    canvas = np.zeros((height + length, max(width, span + 2 * spare), 4), np.float32)
    shift = (canvas.shape[1] - width) // 2
    for step in range(length):
        part = step / length
        widen = round(spare * part)
        if part > 0.93:
            widen -= round(spare * 0.5 * (part - 0.93) / 0.07)
        line = resized(row[None, left : right + 1], span + 2 * widen, 1)
        line[..., :3] *= 1 - 0.25 * part
        line[..., 3] = np.where(line[..., 3] > 0.8, 1, line[..., 3])
        over(canvas, line, left - widen + shift, height - 3 + step)
    over(canvas, bust[: height - 2], shift, 0)
    return canvas
