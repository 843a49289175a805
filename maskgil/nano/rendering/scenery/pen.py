"""Pen: SVG primitives of scenery, randomised by variant and coloured by time of day."""

# Units: the picture is 384 by 384; a cell of the grid is 16.

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from maskgil.nano.world.settings import place
from maskgil.utils.assets import table_rows

S = 384
T = TypeVar("T")


class Pen:
    """Collects the SVG of one picture; colours are said as by day and toned for the time."""

    def __init__(self, rng: random.Random, time: str, setting: str, variant: int = 0) -> None:
        self.rng, self.time, self.setting, self.variant = rng, time, setting, variant
        self.outdoors = setting != "paper" and place(setting).outdoors
        self.body: list[str] = []
        self.defs: list[str] = []

    def pick(self, options: Sequence[T]) -> T:
        """The option of this variant: neighbours differ, and every time of day has the same."""
        return options[self.variant % len(options)]

    def looks(self, drawing: str, names: str) -> list[Any]:
        """What varies in a drawing, by its names in looks.tsv, as this variant has it."""
        return [self.pick(_looks()[drawing, name]) for name in names.split()]

    def tone(self, colour: str) -> str:
        """The colour in this time's light."""
        r, g, b = (float(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        if self.time == "night" and not self.outdoors:
            r, g, b = r * 0.8 + 6, g * 0.68 + 2, b * 0.56
        elif self.time == "night":
            r, g, b = r * 0.28 + 8, g * 0.34 + 13, b * 0.47 + 32
        elif self.time == "dawn":
            r, g, b = r * 0.78 + 44, g * 0.72 + 38, b * 0.74 + 52
        elif self.time == "sunset":
            r, g, b = r * 0.86 + 26, g * 0.72 + 12, b * 0.66 + 18
        return "#" + "".join(f"{min(255, max(0, round(v))):02x}" for v in (r, g, b))

    def gradient(self, *colours: str, raw: bool = False, flat: bool = False) -> str:
        """Top to bottom, or with `flat` left to right."""
        way = 'x2="1" y2="0"' if flat else 'x2="0" y2="1"'
        return self._shades("linear", way, colours, raw)

    def ball(self, *colours: str, raw: bool = False) -> str:
        """Lit from the upper left."""
        return self._shades("radial", 'cx=".35" cy=".28" r=".8"', colours, raw)

    def _shades(self, kind: str, way: str, colours: Sequence[str], raw: bool) -> str:
        name = f"g{len(self.defs)}"
        shown = colours if raw else [self.tone(c) for c in colours]
        stops = "".join(f'<stop offset="{i / max(1, len(shown) - 1):.3f}" stop-color="{c}"/>' for i, c in enumerate(shown))
        self.defs.append(f'<{kind}Gradient id="{name}" {way}>{stops}</{kind}Gradient>')
        return f"url(#{name})"

    def glow(self, colour: str) -> str:
        name = f"g{len(self.defs)}"
        self.defs.append(
            f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}"/><stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
        )
        return f"url(#{name})"

    def add(self, text: str) -> None:
        self.body.append(text)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, more: str = "") -> None:
        self.add(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}" {more}/>')

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> None:
        self.add(f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}" {more}/>')

    def path(self, d: str, fill: str, more: str = "") -> None:
        self.add(f'<path d="{d}" fill="{fill}" {more}/>')

    def line(self, d: str, colour: str, width: float, more: str = "") -> None:
        self.path(d, "none", f'stroke="{colour}" stroke-width="{width}" {more}')

    def ridge(self, y: float, rise: float, fill: str, *, waves: float = 2.0, bottom: float = S) -> None:
        """A soft line of hills across the picture, filled down to `bottom`."""
        phase, second = self.rng.uniform(0, 6.28), self.rng.uniform(0, 6.28)
        points = []
        for step in range(25):
            x = S * step / 24
            t = x / S * waves * math.pi
            points.append((x, y - rise * (0.65 * math.sin(t + phase) + 0.35 * math.sin(2.3 * t + second))))
        line = "L".join(f"{x:.1f} {v:.1f}" for x, v in points)
        self.path(f"M0 {bottom}L{line}L{S} {bottom}z", fill)

    def peaks(self, y: float, tall: float, count: int, colours: tuple[str, str], snow: bool) -> None:
        """Mountains whose feet are at `y`."""
        for i in range(count):
            x = S * (i + 0.5 + self.rng.uniform(-0.3, 0.3)) / count
            h = tall * self.rng.uniform(0.6, 1)
            w = h * self.rng.uniform(0.75, 1.05)
            skew = self.rng.uniform(-0.15, 0.15) * w
            self.path(
                f"M{x - w:.1f} {y}L{x + skew - 6:.1f} {y - h + 5:.1f}Q{x + skew:.1f} {y - h - 3:.1f} {x + skew + 6:.1f} {y - h + 5:.1f}L{x + w:.1f} {y}z",
                self.gradient(*colours),
            )
            self.path(
                f"M{x + skew:.1f} {y - h + 2:.1f}L{x + w:.1f} {y}L{x + w * 0.15:.1f} {y}L{x + skew + 8:.1f} {y - h * 0.55:.1f}z",
                self.tone(colours[1]),
                'opacity=".5"',
            )
            if snow:
                k = 0.3
                self.path(
                    f"M{x + skew - (w + skew) * k:.1f} {y - h * (1 - k):.1f}L{x + skew - 6:.1f} {y - h + 5:.1f}"
                    f"Q{x + skew:.1f} {y - h - 3:.1f} {x + skew + 6:.1f} {y - h + 5:.1f}L{x + skew + (w - skew) * k:.1f} {y - h * (1 - k):.1f}"
                    f"l{-w * 0.1:.1f} {-h * 0.06:.1f}l{-w * 0.1:.1f} {h * 0.08:.1f}l{-w * 0.12:.1f} {-h * 0.07:.1f}l{-w * 0.1:.1f} {h * 0.05:.1f}z",
                    self.gradient("#ffffff", "#e4eef8"),
                )


@functools.cache
def _looks() -> dict[tuple[str, str], list[Any]]:
    """Drawing and what varies in it -> its values by variant."""
    rows = table_rows(Path(__file__).with_name("looks.tsv"))
    return {(drawing, what): [_value(cell) for cell in cells] for drawing, what, *cells in rows}


def _value(cell: str) -> Any:
    if " " in cell:
        return tuple(_value(each) for each in cell.split())
    if cell in ("yes", "no"):
        return cell == "yes"
    if cell.lstrip("-").isdigit():
        return int(cell)
    return float(cell) if cell.lstrip("-").replace(".", "").isdigit() else cell


def mix(colour: str, other: str, share: float) -> str:
    """The colour with a share of another in it."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def box(pen: Pen, x: float, y: float, w: float, h: float, colour: str, r: float = 0) -> None:
    """A body of one colour, lit from above, with corners of radius `r`."""
    fill = pen.gradient(mix(colour, "#ffffff", 0.16), mix(colour, "#000000", 0.1))
    pen.rect(x, y, w, h, fill, f'rx="{r}"')


@contextmanager
def mirrored(pen: Pen, yes: bool) -> Iterator[None]:
    """What is drawn within has left and right changed, if `yes`."""
    if yes:
        pen.add(f'<g transform="translate({S} 0) scale(-1 1)">')
    yield
    if yes:
        pen.add("</g>")


Draw = Callable[[Pen], None]
SCENERY: dict[str, Draw] = {}


def draws(*names: str) -> Callable[[Draw], Draw]:
    """Registers what draws these settings."""

    def register(function: Draw) -> Draw:
        for name in names:
            SCENERY[name] = function
        return function

    return register
