"""Sketches of places: some of the codes that composed scenery has, which a picture begins from."""

# h, w grid of the picture's tokens, N = h · w.

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.scene import Scene
from maskgil.nano.world.settings import view_of

STYLE = "3d"  # places are stored in this one alone
SHARE = 0.5  # of a place's codes that a picture begins from


def sketch_cells(share: float, rng: random.Random) -> np.ndarray:
    """Which cells (h, w) bool of a place are in a sketch: so many of all, by chance."""
    cells = np.zeros(GRID * GRID, bool)
    cells[rng.sample(range(cells.size), round(share * cells.size))] = True
    return cells.reshape(GRID, GRID)


class Places:
    """Stored codes of places: by setting, time and weather, `VARIANTS` views of each.

    `names` (n,) "lake/night/rain"; `codes` (n, VARIANTS, N) of a tokenizer.
    """

    def __init__(self, names: np.ndarray, codes: np.ndarray) -> None:
        self.codes = codes
        self._row = {name: row for row, name in enumerate(names.tolist())}

    @classmethod
    def read(cls, path: Path) -> Places:
        """Those of a file. Raises ValueError for one that holds none."""
        try:
            with np.load(path) as stored:
                return cls(stored["names"], stored["codes"])
        except (OSError, KeyError, ValueError, EOFError) as error:
            raise ValueError(f"{path} holds no places: {error}") from error

    def sketch(self, scene: Scene, seed: int) -> np.ndarray | None:
        """Codes (h, w) int64 that a picture of a scene's place begins from, NO_CODE elsewhere.

        `seed` chooses view and cells. None for a place that is not stored.
        """
        row = self._row.get(name_of(scene))
        if row is None or scene.style != STYLE:
            return None
        codes = self.codes[row, view_of(seed)].reshape(GRID, GRID).astype(np.int64)
        cells = sketch_cells(SHARE, random.Random(f"{seed}/sketch"))
        return np.where(cells, codes, NO_CODE)


def name_of(scene: Scene) -> str:
    """'lake/night/rain'."""
    return f"{scene.setting}/{scene.time}/{scene.weather}"
