"""Scenery of every setting as SVG: sky, ground and background, by variant and time."""

from __future__ import annotations

import random

import maskgil.nano.rendering.scenery.byways
import maskgil.nano.rendering.scenery.grounds
import maskgil.nano.rendering.scenery.halls
import maskgil.nano.rendering.scenery.indoors
import maskgil.nano.rendering.scenery.lofts
import maskgil.nano.rendering.scenery.nature
import maskgil.nano.rendering.scenery.ports
import maskgil.nano.rendering.scenery.rooms
import maskgil.nano.rendering.scenery.seasons
import maskgil.nano.rendering.scenery.sites
import maskgil.nano.rendering.scenery.towns
import maskgil.nano.rendering.scenery.vaults
import maskgil.nano.rendering.scenery.waters
import maskgil.nano.rendering.scenery.workrooms  # noqa: F401  (they register what they draw)
from maskgil.nano.rendering.scenery.pen import SCENERY, Pen, S
from maskgil.nano.rendering.scenery.shapes.heavens import mist
from maskgil.nano.world.settings import COLOURS, place


def svg(setting: str | None, time: str, variant: int) -> str:
    """The scenery of a setting at a time; `variant` below `VARIANTS` picks its shapes."""
    pen = Pen(random.Random(f"{setting}/{variant}"), time, setting or "paper", variant)
    coloured = setting is not None and setting.removesuffix(" background") in COLOURS
    SCENERY["paper" if setting is None or coloured else place(setting).name](pen)
    if time == "dawn" and setting is not None and place(setting).has_sky:
        mist(pen, place(setting).horizon * 16)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {S} {S}"><defs>{"".join(pen.defs)}</defs>{"".join(pen.body)}</svg>'
