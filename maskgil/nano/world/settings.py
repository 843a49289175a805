"""Settings of the world: names, ground and water rows, typical inhabitants."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from maskgil.nano.world.inflection import with_article
from maskgil.nano.world.scene import TIMES
from maskgil.utils.assets import table_rows


@dataclass(frozen=True)
class Setting:
    """A setting. Rows are in cells from the top: `horizon`, and the rows in which things stand.

    `ground`, `water`: first and last row of a thing's foot; `floats`: nothing stands at all.
    `phrases`: prepositional phrases for it. `tags`: words of the nouns' column `settings`.
    """

    name: str
    phrases: tuple[str, ...]
    tags: tuple[str, ...]
    horizon: int = 14
    ground: tuple[int, int] = (18, 23)
    water: tuple[int, int] | None = None
    floats: bool = False
    outdoors: bool = True
    times: tuple[str, ...] = TIMES

    @property
    def has_shore(self) -> bool:
        """Whether its water ends where the ground begins, before it."""
        return self.water is not None and self.water[1] < self.ground[0]

    @property
    def has_sky(self) -> bool:
        """Whether there is a sky above a ground."""
        return self.outdoors and self.deep < 24

    @property
    def deep(self) -> int:
        """How far apart feet may be: the ground's depth in cells, all 24 where there is none."""
        bare = self.floats or not self.name or self.name.endswith("background")
        return 24 if bare else 6


VARIANTS = 4  # of each setting's scenery


def view_of(seed: int | str) -> int:
    """The variant of the scenery, below `VARIANTS`, for a seed."""
    return random.Random(f"{seed}").randrange(VARIANTS)


COLOURS: dict[str, str] = {
    "red": "#ee7873", "orange": "#fdba74", "yellow": "#fdec8c", "green": "#a0dc96",
    "blue": "#8cbefa", "purple": "#c8a5f0", "pink": "#fcc4dc", "brown": "#b48c69",
    "black": "#1c1c20", "white": "#fbfbfd", "gray": "#bec1c6",
}  # fmt: skip

_PAPER = Setting("", (), ("home", "food"), 11, (19, 22), outdoors=False, times=("day",))


def _read(row: list[str]) -> Setting:
    name, phrases, tags, horizon, ground, water, kinds, times, _ = row
    return Setting(
        name, tuple(phrases.split(", ")), tuple(tags.split()), int(horizon),
        _span(ground), _span(water) if water else None,
        "floats" in kinds, "indoors" not in kinds, tuple(times.split()),
    )  # fmt: skip


def _span(rows: str) -> tuple[int, int]:
    first, last = map(int, rows.split())
    return first, last


_ROWS = table_rows(Path(__file__).with_name("settings.tsv"))
PLACES: dict[str, Setting] = {row[0]: _read(row) for row in _ROWS}
PLACES |= {
    f"{colour} background": Setting(
        f"{colour} background",
        tuple(f"{way} {with_article(colour)} background" for way in ("on", "against", "with")),
        (), 11, (19, 22), outdoors=False, times=("day",),
    )
    for colour in COLOURS
}  # fmt: skip
WITHIN = {noun: name for name, *_, nouns in _ROWS for noun in nouns.split(", ") if noun}
"""Nouns of which there is a drawing -> the setting of who is in them and nowhere else."""
INSIDE = {noun: name for noun, name in WITHIN.items() if not PLACES[name].outdoors}
"""Of these, the rooms."""
ROADS = ("road", "dirt road", "street", "city")
"""Settings with a road from the left to the right, on which vehicles are."""
UPON = ("stage", "stadium", "pier", "island", "volcano", "spaceship", "train compartment",
        "tennis court")  # fmt: skip
"""The settings of these on which somebody is, too."""


def place(name: str | None) -> Setting:
    """The setting of this name; plain paper for None. Raises ValueError for another."""
    if name is None:
        return _PAPER
    if name not in PLACES:
        raise ValueError(f"unknown setting {name!r}; choose from {', '.join(PLACES)}")
    return PLACES[name]


def has_weather(name: str) -> bool:
    """Whether weather is visible in a setting."""
    where = PLACES[name]
    return where.outdoors and not where.floats and name != "moon"
