"""Relighting uploaded pictures: time of day, weather and styles of nano's world."""

# S picture side in pixels.

from __future__ import annotations

import numpy as np

from maskgil.nano.rendering import looks, weather
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.scene import Scene

# What is left of the light in red, green and blue, and what of its own a time adds.
LIGHTS = {
    "dawn": ((0.78, 0.72, 0.76), (44, 36, 50)),
    "sunset": ((0.96, 0.74, 0.6), (26, 8, 10)),
    "night": ((0.26, 0.31, 0.5), (4, 7, 20)),
}


def relit(picture: np.ndarray, scene: Scene) -> np.ndarray:
    """`picture` (S, S, 3) uint8 at the time of day, in the weather and in the style of `scene`.

    Raises ValueError if S is no multiple of 24.
    """
    if picture.shape[0] % GRID or picture.shape[0] != picture.shape[1]:
        raise ValueError(f"a side is a multiple of {GRID}, the picture is {picture.shape[:2]}")
    cell = len(picture) // GRID
    made = picture.astype(np.float32)
    if scene.time in LIGHTS:
        left, added = LIGHTS[scene.time]
        made = made * np.array(left, np.float32) + np.array(added, np.float32)
    if scene.style != "3d":
        made = looks.styled(made / 255, scene.style, cell) * 255
    drawn = made.round().clip(0, 255).astype(np.uint8)
    if scene.weather != "clear":
        weather.fall(drawn, scene.weather, 0, scene.style, cell)
    return drawn
