"""Free spots for a new drawing in an existing layout."""

# Units are cells; y grows downward.

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from maskgil.nano.world.clusters import ALOFT, GRID, SLOT, Sprite
from maskgil.nano.world.settings import Setting

NEAR = 0.012  # what a row away from where it belongs costs, in shares of what is hidden
FAR = 0.004  # what a cell away from its like costs
EDGE = 0.04  # what touching the picture's edge costs
NOISE = 0.05
ASIDE = 0.25  # what a cell away from the side costs where it is to stand
FACE = 0.45  # of a drawing's height, from above, where a face may be
FACING = 0.4  # what hiding all of that costs more
MUCH = 1.5  # times as large: from where on a new drawing is behind


@dataclass(frozen=True)
class Spot:
    """Left and bottom of a drawing, and its cost there: the summed hidden fractions."""

    left: int
    bottom: int
    cost: float


def best_spot(
    size: tuple[int, int], kind: str, where: Setting, sprites: Sequence[Sprite],
    rng: random.Random, near: Sprite | None = None, side: int | None = None,
    *, cost: Callable[[Sprite, Sprite], float] | None = None,
) -> Spot:  # fmt: skip
    """The spot of minimal occlusion for a drawing of this size, near one of its kind if any.

    `cost(new, other)`: the cost of occlusion between two sprites, `cost_of_hiding`.

    `kind`: its support, as in `Noun.places`. `side`: -1 for the left third of the picture, 1 for
    the right, 0 for the middle.
    """
    width, height = size
    feet = _feet(height, kind, where, sprites)
    best, least = Spot(0, GRID, 99.0), float("inf")
    for bottom in feet:
        for left in range(0, max(1, GRID - width + 1), SLOT):
            sprite = Sprite(-1, "", left, bottom, width, height)
            over = sum((cost or cost_of_hiding)(sprite, other) for other in sprites)
            there = over + NOISE * rng.random() + NEAR * abs(bottom - feet[0])
            if near is not None:
                there += FAR * (abs(left - near.left) + abs(bottom - near.bottom))
            there += EDGE * (left == 0 or left + width == GRID)
            if side is not None:
                there += ASIDE * _beside(left, width, side)
            if there < least:
                best, least = Spot(left, bottom, over), there
    return best


def _beside(left: int, width: int, side: int) -> float:
    """Cells that the middle of a drawing lies outside of its third of the picture."""
    centre = left + width / 2 - GRID / 2
    if not side:
        return max(0.0, abs(centre) - GRID / 12)
    first = (GRID - width) / 2 if width > 2 * GRID / 3 else GRID / 6
    return max(0.0, first - side * centre)


def hidden(new: Sprite, other: Sprite) -> float:
    """The hidden fraction of the rear one: the new one if it is much larger."""
    behind, before = (new, other) if is_behind(new, other) else (other, new)
    return covered(behind, before)


def cost_of_hiding(new: Sprite, other: Sprite) -> float:
    """The `hidden` fraction, increased if a face is hidden."""
    return cost_behind(*((new, other) if is_behind(new, other) else (other, new)))


def cost_behind(behind: Sprite, before: Sprite) -> float:
    """The same with a known rear one."""
    return covered(behind, before) + FACING * _face(behind, before)


def covered(behind: Sprite, before: Sprite) -> float:
    """The fraction of a drawing covered by another in front."""
    mine, theirs = behind.box, before.box
    wide = min(mine[2], theirs[2]) - max(mine[0], theirs[0])
    tall = min(mine[3], theirs[3]) - max(mine[1], theirs[1])
    return max(0.0, wide) * max(0.0, tall) / (behind.width * behind.height)


def _face(behind: Sprite, before: Sprite) -> float:
    """The same of its upper part, where people and animals have their faces."""
    upper = replace(behind, bottom=behind.bottom - behind.height * (1 - FACE))
    return covered(replace(upper, height=behind.height * FACE), before)


def is_behind(new: Sprite, other: Sprite) -> bool:
    """Whether a new drawing goes behind another: a tree behind a cat."""
    return new.width * new.height > MUCH * other.width * other.height


def _feet(height: int, kind: str, where: Setting, sprites: Sequence[Sprite]) -> list[int]:
    """Rows on which it may stand, hang or fly, the best first."""
    lowest, highest = GRID, height + (SLOT if height + SLOT <= GRID else 0)
    if kind in ALOFT and not where.floats:
        sky = max(highest, where.horizon)
        return _even(highest, sky)
    if where.floats:
        return _sorted(_even(height, lowest), (height + GRID) / 2)
    if where.deep == GRID:
        known = [sprite.bottom for sprite in sprites]
        usual = max(known, default=(GRID + height) / 2)
        return _sorted(_even(max(highest, where.horizon), lowest - 1), usual)
    first, last = where.water if kind == "w" and where.water else where.ground
    rows = _even(max(first, highest), max(last, highest))
    known = [sprite.bottom for sprite in sprites if first <= sprite.bottom <= last]
    return _sorted(rows, max(known, default=first))


def _even(first: float, last: float) -> list[int]:
    start = SLOT * -(-int(first) // SLOT)
    return list(range(start, int(last) + 1, SLOT)) or [min(GRID, start)]


def _sorted(rows: list[int], usual: float) -> list[int]:
    return sorted(rows, key=lambda row: abs(row - usual))
