"""Stage: a scene with its picture's tokens, and what of them a change redraws."""

# h, w grid of the picture's tokens; N = h · w.

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.dialogue.changes import Change
from maskgil.nano.dialogue.rearranging import Rearranger
from maskgil.nano.drafts.draft import Drafts
from maskgil.nano.world.clusters import GRID, Sprite
from maskgil.nano.world.scene import Scene


@dataclass(frozen=True)
class Arrangement:
    """A scene and where its things stand: `sprites` back to front, arranged by `seed`."""

    scene: Scene
    sprites: tuple[Sprite, ...]
    seed: int

    def boxes(self) -> list[tuple[float, float, float, float] | None]:
        """Left, top, right and bottom of each thing in shares of the picture."""
        found: list[tuple[float, float, float, float] | None] = []
        for index in range(len(self.scene.things)):
            boxes = [sprite.box for sprite in self.sprites if sprite.thing == index]
            if not boxes:
                found.append(None)
                continue
            left, top, right, bottom = zip(*boxes, strict=True)
            ends = min(left), min(top), max(right), max(bottom)
            found.append(tuple(round(end / GRID, 3) for end in ends))  # type: ignore[arg-type]
        return found


@dataclass(frozen=True)
class Plan:
    """What to draw: the `draft` (h, w) int64, and the `hole` (h, w) bool that is drawn anew."""

    arrangement: Arrangement
    draft: np.ndarray
    hole: np.ndarray

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the picture before stays."""
        return bool(self.hole.all())


class Planner:
    """Lays out scenes, and changes of them, with drawings of `drafts`."""

    def __init__(self, drafts: Drafts) -> None:
        self.drafts = drafts

    def first(self, scene: Scene, seed: int) -> Plan:
        """A scene laid out anew, as it is without any dialogue."""
        sprites = tuple(self.drafts.layout.arranged(scene, seed)[1])
        arrangement = Arrangement(scene, sprites, seed)
        return Plan(arrangement, self._draft(arrangement), np.ones((GRID, GRID), bool))

    def next(self, change: Change, before: Arrangement) -> Plan:
        """What a change redraws of the scene before it."""
        layout = self.drafts.layout
        sprites = tuple(Rearranger(layout, change, before.sprites, before.seed).run())
        after = Arrangement(change.after, sprites, before.seed)
        draft = self._draft(after)
        if change.before.style != change.after.style:
            return Plan(after, draft, np.ones((GRID, GRID), bool))
        kept = (self._draft(before) == draft) & (draft != NO_CODE)
        if self._is_another_place(change):
            return Plan(after, draft, ~(kept & _inner(draft != NO_CODE)))
        return Plan(after, draft, self._touched(change, before, after) & ~kept)

    def _draft(self, arrangement: Arrangement) -> np.ndarray:
        return self.drafts.lay(arrangement.scene, arrangement.sprites)

    @staticmethod
    def _is_another_place(change: Change) -> bool:
        """Whether all behind the things looks otherwise: the setting, time or weather."""
        before, after = change.before, change.after
        names = ("setting", "time", "weather")
        return any(getattr(before, name) != getattr(after, name) for name in names)

    @staticmethod
    def _touched(change: Change, before: Arrangement, after: Arrangement) -> np.ndarray:
        """Cells (h, w) of the drawings that came, went or look otherwise."""
        old = [(sprite, before.scene.things[sprite.thing]) for sprite in before.sprites]
        new = [(sprite, after.scene.things[sprite.thing]) for sprite in after.sprites]
        looks_before = {(_where(sprite), thing.colour, thing.texture) for sprite, thing in old}
        looks_after = {(_where(sprite), thing.colour, thing.texture) for sprite, thing in new}
        touched = np.zeros((GRID, GRID), bool)
        for box, *_ in looks_before ^ looks_after:
            _, left, top, right, bottom, _ = box
            rows = slice(max(0, round(top)), max(0, round(bottom)))
            touched[rows, max(0, round(left)) : max(0, round(right))] = True
        return touched


def _inner(cells: np.ndarray) -> np.ndarray:
    """Cells (h, w) whose four neighbours are marked, too; beyond the edge all are."""
    wide = np.pad(cells, 1, constant_values=True)
    return cells & wide[:-2, 1:-1] & wide[2:, 1:-1] & wide[1:-1, :-2] & wide[1:-1, 2:]


def _where(sprite: Sprite) -> tuple[str, float, float, float, float, bool]:
    """What of a drawing is seen, and where."""
    return sprite.code, *sprite.box, sprite.mirrored
