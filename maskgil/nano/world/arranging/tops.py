"""Tops: upper edges of roofs and rocks, on which several things can stand."""

# Units are cells; y grows downward. A box is left, top, right, bottom.

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from maskgil.nano.world.clusters import Box, Sprite
from maskgil.nano.world.nouns import facing
from maskgil.utils.assets import table_rows

_STEEP = 0.5  # of the height, below which nobody is on it
_SUNK = 0.4  # cells by which feet are below the edge

Edge = tuple[float, ...]
"""Shares of the height from the top, at places evenly apart from the left to the right."""


@functools.cache
def _tops() -> dict[str, Edge]:
    rows = table_rows(Path(__file__).parents[1] / "tops.tsv")
    return {name: tuple(map(float, edge.split())) for name, edge in rows}


def top_of(name: str) -> Edge | None:
    """The profile of a noun's upper edge; None if it is level."""
    return _tops().get(name)


def span_of(edge: Edge) -> tuple[float, float]:
    """The horizontal range on which figures can stand, as fractions of its width."""
    high = [place for place, down in enumerate(edge) if down < _STEEP]
    return min(high) / len(edge), (max(high) + 1) / len(edge)


def edge_of(sprite: Sprite, name: str) -> Edge | None:
    """The upper edge as drawn; the lower of both mirror images if it faces no side."""
    edge = top_of(name)
    if edge is None:
        return None
    if sprite.code in facing():
        return edge[::-1] if sprite.mirrored else edge
    return tuple(map(max, edge, edge[::-1]))


def settled(sprites: Sequence[Sprite], edge: Edge, box: Box) -> list[Sprite]:
    """A row of figures, with worn things, each at the height of the edge under its feet."""
    left, top, right, bottom = box
    places = (np.arange(len(edge)) + 0.5) / len(edge)
    standing = [sprite for sprite in sprites if sprite.stands]
    found = []
    for sprite in sprites:
        owner = min(standing, key=lambda each: abs(each.middle - sprite.middle))
        at = float(np.interp((owner.middle - left) / (right - left), places, edge))
        foot = round(top + min(at, _STEEP) * (bottom - top) + _SUNK)
        found.append(replace(sprite, bottom=sprite.bottom + foot - owner.bottom))
    return found
