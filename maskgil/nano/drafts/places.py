"""Sketches of settings: stored codes of composed scenery, from which a picture starts."""

# h, w grid of the picture's tokens, N = h · w.

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.scene import STYLES, WEATHERS, Scene
from maskgil.nano.world.settings import PLACES, VARIANTS, has_weather, view_of
from maskgil.utils.images import stack_pixels

if TYPE_CHECKING:
    from torch import Tensor

    from maskgil.nano.rendering.renderer import Renderer

USUAL = "3d"  # the style stored in every weather; others only in clear weather
AT_DAWN = (
    "clear",
    "fog",
)  # weathers that are stored at dawn, in the usual style; else sunset is it


def sketch_cells(share: float, rng: random.Random) -> np.ndarray:
    """A random share of the cells (h, w) bool, for a sketch."""
    cells = np.zeros(GRID * GRID, bool)
    cells[rng.sample(range(cells.size), round(share * cells.size))] = True
    return cells.reshape(GRID, GRID)


class StoredPlaces:
    """Stored codes by setting, time, weather and style, `VARIANTS` views of each.

    `names` (n,) "lake/night/rain/3d"; `codes` (n, VARIANTS, N) of a tokenizer.
    """

    def __init__(self, names: np.ndarray, codes: np.ndarray) -> None:
        self.codes = codes
        self._row = {name: row for row, name in enumerate(names.tolist())}

    @classmethod
    def read(cls, path: Path) -> StoredPlaces:
        """Read a file. Raises ValueError if it is none of these."""
        try:
            with np.load(path) as stored:
                return cls(stored["names"], stored["codes"])
        except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
            raise ValueError(f"{path} holds no places: {error}") from error

    def sketch(self, scene: Scene, seed: int, share: float) -> np.ndarray | None:
        """A `share` of the codes (h, w) int64 of a scene's setting, NO_CODE elsewhere.

        `seed` chooses view and cells. None for a setting that is not stored.
        """
        row = self._row.get(name_of(_lit(scene)))
        if row is None:
            return None
        codes = self.codes[row, view_of(seed)].reshape(GRID, GRID).astype(np.int64)
        cells = sketch_cells(share, random.Random(f"{seed}/sketch"))
        return np.where(cells, codes, NO_CODE)


def write(renderer: Renderer, encode: Callable[[Tensor], Tensor], path: Path) -> str:
    """Write the codes of all settings to an .npz file; returns a summary line.

    `encode`: pictures (B, 3, S, S) -> codes (B, h, w) of a tokenizer.
    """
    import torch

    scenes = [
        Scene(setting=name, time=time, weather=weather, style=style)
        for name, where in PLACES.items()
        for time in where.times
        for weather in (WEATHERS if has_weather(name) else WEATHERS[:1])
        for style in (STYLES if weather == WEATHERS[0] else (USUAL,))
    ]
    scenes = [scene for scene in scenes if scene == _lit(scene)]
    seeds = [next(s for s in itertools.count() if view_of(s) == view) for view in range(VARIANTS)]
    codes = np.zeros((len(scenes), VARIANTS, GRID * GRID), np.uint16)
    for row, scene in enumerate(scenes):
        pixels = stack_pixels([renderer.draw(scene, seed) for seed in seeds])
        with torch.inference_mode():
            codes[row] = encode(pixels).flatten(1).numpy()
    np.savez_compressed(path, names=np.array([name_of(scene) for scene in scenes]), codes=codes)
    megabytes = path.stat().st_size / 1e6
    return f"{len(scenes)} places in their light, {VARIANTS} views each: {megabytes:.1f} MB"


def _lit(scene: Scene) -> Scene:
    """The scene in the light that is stored for it."""
    kept = scene.time != "dawn" or (scene.weather in AT_DAWN and scene.style == USUAL)
    return scene if kept else replace(scene, time="sunset")


def name_of(scene: Scene) -> str:
    """'lake/night/rain/3d'."""
    return f"{scene.setting}/{scene.time}/{scene.weather}/{scene.style}"
