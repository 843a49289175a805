"""Weather over the scenery: rain, snow, fog, storm; behind the things, except fog."""

from __future__ import annotations

import functools
import random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from maskgil.nano.world.clusters import GRID

_FOGS = {
    "day": (232, 237, 242),
    "dawn": (244, 230, 234),
    "sunset": (246, 220, 206),
    "night": (146, 154, 182),
}
_SNOWS = {
    "day": (246, 250, 255),
    "dawn": (244, 236, 246),
    "sunset": (250, 226, 220),
    "night": (126, 144, 190),
}
_THICK = 0.22  # of what is before the ground, how much is fog between its banks


@functools.lru_cache(64)
def _sheet(kind: str, variant: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Colours times alpha (S, S, 3) uint16 and 255 - alpha (S, S, 1) uint16."""
    rng = random.Random(f"{kind}/{variant}")
    fine = 384
    image = Image.new("RGBA", (fine, fine), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    if kind in ("rain", "storm"):
        shade = (62, 74, 100, 84) if kind == "rain" else (34, 40, 68, 128)
        image.paste(shade, (0, 0, fine, fine))
        for x in range(-20, 420, 34):
            y, r = rng.randint(-14, 26), rng.randint(26, 46)
            grey = rng.randint(96, 130) if kind == "rain" else rng.randint(52, 78)
            pen.ellipse((x - r, y - r, x + r, y + r * 0.8), fill=(grey, grey + 4, grey + 16, 255))
        places = [(x, y) for x in range(8, fine, 48) for y in range(44, fine, 40)]
        for x, y in rng.sample(places, 46):
            x, y, long = x + rng.randint(0, 32), y + rng.randint(0, 24), rng.randint(22, 34)
            pen.line((x, y, x - long // 4, y + long), fill=(206, 228, 250, 230), width=5)
        if kind == "storm":
            x, y = rng.randint(70, 314), 26
            points = [(x, y)]
            for _ in range(5):
                x, y = x + rng.randint(-22, 22), y + rng.randint(20, 34)
                points.append((x, y))
            pen.line(points, fill=(255, 240, 140, 255), width=12, joint="curve")
    elif kind == "snow":
        image.paste((226, 234, 244, 66), (0, 0, fine, fine))
        places = [(x, y) for x in range(8, fine, 40) for y in range(8, fine, 40)]
        for x, y in rng.sample(places, 60):
            x, y, r = x + rng.randint(0, 24), y + rng.randint(0, 24), rng.choice((4, 5, 6, 7))
            pen.ellipse((x - r, y - r, x + r, y + r), fill=(255, 255, 255, 255))
    else:
        image.paste((214, 220, 226, 110), (0, 0, fine, fine))
        for y in (120, 176, 232):  # banks of it, thickest where the land meets the sky
            x, w, h = rng.randint(40, 344), rng.randint(190, 260), rng.randint(22, 34)
            pen.ellipse((x - w, y - h, x + w, y + h), fill=(230, 234, 239, 190))
        image = image.filter(ImageFilter.GaussianBlur(16))
    if size != fine:
        image = image.resize((size, size), Image.Resampling.BOX)
    pixels = np.asarray(image).astype(np.uint16)
    alpha = pixels[..., 3:]
    return pixels[..., :3] * alpha // 255, 255 - alpha


def settle(picture: np.ndarray, time: str, horizon: int) -> None:
    """Cover grass, earth, pavements and leaves of `picture` (S, S, 3) uint8 with snow, in place.

    Below row `horizon` it is thick; water, roofs and what is painted keep their colours.
    """
    red, green, blue = (picture[..., each].astype(np.int16) for each in range(3))
    most, least = picture.max(-1).astype(np.int16), picture.min(-1).astype(np.int16)
    dull, dyed = most - least, np.maximum(most, 1)
    leaf = (green >= red) & (green > blue + 8)
    earth = (red >= green) & (green > blue + 8) & (dull * 5 < dyed * 3)
    stone = (blue - red < 60) if time == "night" else (dull * 6 < dyed) & (least < 235)
    thick = np.where(leaf, 0.9, np.where(earth, 0.74, np.where(stone, 0.6, 0.0)))
    thick[:horizon] = np.where(leaf[:horizon], 0.42, 0.0)
    share = thick[..., None].astype(np.float32)
    light = picture.mean(-1, keepdims=True) / 255  # what is lighter stays so
    snow = np.array(_SNOWS[time], np.float32) * (0.9 + 0.1 * light)
    picture[...] = (picture * (1 - share) + snow * share).round().clip(0, 255).astype(np.uint8)


@functools.lru_cache(8)
def _banks(time: str, height: int, width: int) -> np.ndarray:
    """Banks of fog over the lower half (H, W, 4) float32: colours times alpha, then alpha."""
    fine = np.zeros((GRID, GRID), np.float32)
    rng = random.Random(time)
    y, x = np.mgrid[0:GRID, 0:GRID] + 0.5
    for row, thick in ((10, 0.3), (13.5, 0.42), (17, 0.5), (20.5, 0.5)):
        for column in range(-2, GRID + 3, 6):
            at, down = column + rng.uniform(-2, 2), row + rng.uniform(-0.8, 0.8)
            away = ((x - at) / 5.5) ** 2 + ((y - down) / 2.2) ** 2
            fine = np.maximum(fine, thick * np.clip(1.5 - away, 0, 1))
    fine += _THICK * np.clip((y - 9) / 9, 0, 1) * (1 - fine)
    image = Image.fromarray(fine.astype(np.float32)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    alpha = np.clip(np.asarray(image), 0, 1)[..., None]
    return np.concatenate([np.array(_FOGS[time], np.float32) / 255 * alpha, alpha], -1)


def veil(picture: np.ndarray, time: str) -> None:
    """Draw fog in place over a picture (H, W, 3) uint8 or drawings (H, W, 4)."""
    banks = _banks(time, *picture.shape[:2])
    mixed = picture * (1 - banks[..., 3:]) + banks[..., : picture.shape[-1]] * 255
    picture[...] = mixed.round().clip(0, 255).astype(np.uint8)


def fall(picture: np.ndarray, kind: str, variant: int, style: str, cell: int) -> None:
    """Draw the weather onto `picture` (S, S, 3) uint8 in place."""
    colours, rest = _sheet(kind, variant % 6, len(picture))
    if style == "pencil sketch":
        colours = np.broadcast_to(colours.mean(-1, keepdims=True).astype(np.uint16), colours.shape)
    picture[...] = (picture * rest // 255 + colours).astype(np.uint8)
    if style == "pixel art":
        block = cell // 2
        rows = len(picture) // block
        small = picture.reshape(rows, block, rows, block, 3).mean((1, 3)).astype(np.uint8)
        picture[...] = np.repeat(np.repeat(small, block, 0), block, 1)
