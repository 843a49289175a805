"""Collage: the drawings of a scene at their layout, with alpha, to be laid over any scenery."""

# h, w grid of the picture's tokens, its cells; P pixels of a cell.

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from threading import Lock

import numpy as np

from maskgil.nano.drafts.draft import WHOLE_HOLE, frame_in
from maskgil.nano.drafts.references import may_look_so
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.arranging.sizes.cell_sizes import SIZES, VAST
from maskgil.nano.world.clusters import GRID, Sprite, moved
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Scene, Thing


class Collage:
    """Renders collages of scenes with `renderer`."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer, self.layout = renderer, renderer.layout
        self._lock = Lock()  # of the renderer's caches, as pages plan while pictures are drawn

    def of(self, scene: Scene, seed: int | str, hole: np.ndarray = WHOLE_HOLE) -> np.ndarray:
        """The drawings (h, w, P, P, 4) uint8 of a scene laid out by `seed`, by cell.

        Premultiplied colours and alpha. They fill the largest part of the `hole` (h, w) bool;
        outside everything is transparent.
        """
        left, top, width, height = frame_in(hole)
        sprites = Layout(self.renderer.aspect, (width, height)).arranged(scene, seed)[1]
        return self.lay(scene, moved(sprites, left, top), hole.shape) * hole[..., None, None, None]

    def lay(
        self, scene: Scene, sprites: Iterable[Sprite], shape: tuple[int, ...] = (GRID, GRID)
    ) -> np.ndarray:
        """The drawings (h, w, P, P, 4) uint8 of sprites already laid out."""
        scene = replace(scene, things=tuple(map(_as_drawn, scene.things)))
        rows, columns = shape
        whole = map(self._in_whole_cells, sprites)
        with self._lock:
            sheet = self.renderer.drawings(scene, whole, (rows, columns))
        side = self.renderer.cell
        return sheet.reshape(rows, side, columns, side, 4).swapaxes(1, 2)

    def _in_whole_cells(self, sprite: Sprite) -> Sprite:
        """The sprite at a size in whole cells, aligned to the grid."""
        width, height = sprite.width, sprite.height
        if max(width, height) not in (*SIZES, *VAST, GRID):
            nearest = min(SIZES, key=lambda size: abs(size - max(width, height)))
            width, height = self.layout.cells(sprite.code, nearest)
        left = round(sprite.left + (sprite.width - width) / 2)
        top = round(sprite.bottom - (sprite.height + height) / 2)
        return replace(sprite, left=left, bottom=top + height, width=width, height=height)


def _as_drawn(thing: Thing) -> Thing:
    """The thing with a colour or material that its noun allows."""
    if may_look_so(thing):
        return thing
    return replace(thing, colour=None, texture=None)
