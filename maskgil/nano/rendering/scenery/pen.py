"""Scenery as SVG: sky, ground and what stands far behind, drawn anew for each variant and time."""

# Units: the picture is 384 by 384; a cell of the grid is 16.

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from maskgil.nano.world.settings import place

S = 384
T = TypeVar("T")

_SKIES = {
    "day": (("#4f9fe8", "#a9d8f8", "#e4f4fd"), ("#6bb4f0", "#c4e4fa", "#f2f9fe"),
            ("#7cc6f2", "#bfe6f7", "#fdf6e3")),
    "sunset": (("#4a4f9c", "#e8747c", "#fdc27a"), ("#7a4f9a", "#f08a5a", "#fde08a"),
               ("#34568f", "#f09a76", "#ffd9a0")),
    "night": (("#0b1038", "#1f2a63", "#3a4786"), ("#0a1230", "#182455", "#2b3d78"),
              ("#140f3a", "#2a2566", "#4a3f8a")),
}  # fmt: skip


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

    def tone(self, colour: str) -> str:
        """The colour in this time's light."""
        r, g, b = (float(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
        if self.time == "night" and not self.outdoors:
            r, g, b = r * 0.8 + 6, g * 0.68 + 2, b * 0.56
        elif self.time == "night":
            r, g, b = r * 0.28 + 8, g * 0.34 + 13, b * 0.47 + 32
        elif self.time == "sunset":
            r, g, b = r * 0.86 + 26, g * 0.72 + 12, b * 0.66 + 18
        return "#" + "".join(f"{min(255, max(0, round(v))):02x}" for v in (r, g, b))

    def gradient(self, *colours: str, raw: bool = False, flat: bool = False) -> str:
        """Top to bottom, or with `flat` left to right."""
        name = f"g{len(self.defs)}"
        shown = colours if raw else [self.tone(c) for c in colours]
        stops = "".join(
            f'<stop offset="{i / max(1, len(shown) - 1):.3f}" stop-color="{c}"/>'
            for i, c in enumerate(shown)
        )
        way = 'x2="1" y2="0"' if flat else 'x2="0" y2="1"'
        self.defs.append(f'<linearGradient id="{name}" {way}>{stops}</linearGradient>')
        return f"url(#{name})"

    def ball(self, *colours: str, raw: bool = False) -> str:
        """Lit from the upper left."""
        name = f"g{len(self.defs)}"
        shown = colours if raw else [self.tone(c) for c in colours]
        stops = "".join(
            f'<stop offset="{i / max(1, len(shown) - 1):.3f}" stop-color="{c}"/>'
            for i, c in enumerate(shown)
        )
        self.defs.append(
            f'<radialGradient id="{name}" cx=".35" cy=".28" r=".8">{stops}</radialGradient>'
        )
        return f"url(#{name})"

    def glow(self, colour: str) -> str:
        name = f"g{len(self.defs)}"
        self.defs.append(
            f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}"/>'
            f'<stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
        )
        return f"url(#{name})"

    def add(self, text: str) -> None:
        self.body.append(text)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, more: str = "") -> None:
        self.add(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}" {more}/>'
        )

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, more: str = "") -> None:
        self.add(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}" {more}/>'
        )

    def path(self, d: str, fill: str, more: str = "") -> None:
        self.add(f'<path d="{d}" fill="{fill}" {more}/>')

    def ridge(
        self, y: float, rise: float, fill: str, *, waves: float = 2.0, bottom: float = S
    ) -> None:
        """A soft line of hills across the picture, filled down to `bottom`."""
        phase, second = self.rng.uniform(0, 6.28), self.rng.uniform(0, 6.28)
        points = []
        for step in range(25):
            x = S * step / 24
            t = x / S * waves * math.pi
            points.append(
                (x, y - rise * (0.65 * math.sin(t + phase) + 0.35 * math.sin(2.3 * t + second)))
            )
        line = "L".join(f"{x:.1f} {v:.1f}" for x, v in points)
        self.path(f"M0 {bottom}L{line}L{S} {bottom}z", fill)

    def peaks(
        self, y: float, tall: float, count: int, colours: tuple[str, str], snow: bool
    ) -> None:
        """Mountains whose feet are at `y`."""
        for i in range(count):
            x = S * (i + 0.5 + self.rng.uniform(-0.3, 0.3)) / count
            h = tall * self.rng.uniform(0.6, 1)
            w = h * self.rng.uniform(0.75, 1.05)
            skew = self.rng.uniform(-0.15, 0.15) * w
            self.path(
                f"M{x - w:.1f} {y}L{x + skew - 6:.1f} {y - h + 5:.1f}Q{x + skew:.1f} {y - h - 3:.1f} "
                f"{x + skew + 6:.1f} {y - h + 5:.1f}L{x + w:.1f} {y}z",
                self.gradient(*colours),
            )
            self.path(
                f"M{x + skew:.1f} {y - h + 2:.1f}L{x + w:.1f} {y}L{x + w * 0.15:.1f} {y}L{x + skew + 8:.1f} {y - h * 0.55:.1f}z",
                self.tone(colours[1]), 'opacity=".5"',
            )  # fmt: skip
            if snow:
                k = 0.3
                self.path(
                    f"M{x + skew - (w + skew) * k:.1f} {y - h * (1 - k):.1f}L{x + skew - 6:.1f} {y - h + 5:.1f}"
                    f"Q{x + skew:.1f} {y - h - 3:.1f} {x + skew + 6:.1f} {y - h + 5:.1f}L{x + skew + (w - skew) * k:.1f} {y - h * (1 - k):.1f}"
                    f"l{-w * 0.1:.1f} {-h * 0.06:.1f}l{-w * 0.1:.1f} {h * 0.08:.1f}l{-w * 0.12:.1f} {-h * 0.07:.1f}l{-w * 0.1:.1f} {h * 0.05:.1f}z",
                    self.gradient("#ffffff", "#e4eef8"),
                )


def sky(pen: Pen, bottom: float, *, clouds: bool = True) -> None:
    """The sky of the time down to `bottom`: clouds, a low sun, or moon and stars."""
    rng = pen.rng
    pen.rect(0, bottom, S, S - bottom, pen.tone("#8fc070"))
    pen.rect(0, 0, S, bottom + 2, pen.gradient(*rng.choice(_SKIES[pen.time]), raw=True))
    if pen.time == "night":
        stars(pen, bottom * 0.9, rng.randint(10, 18))
        if rng.random() < 0.6:
            x, y, r = (
                rng.uniform(40, 344),
                rng.uniform(30, max(40, bottom * 0.35)),
                rng.uniform(18, 24),
            )
            pen.ellipse(x, y, r * 2.6, r * 2.6, pen.glow("#cfd8ff"), 'opacity=".35"')
            pen.ellipse(x, y, r, r, pen.ball("#fffbe6", "#f3e7b8", "#d8c890", raw=True))
            if rng.random() < 0.5:
                pen.ellipse(x + r * 0.5, y - r * 0.25, r * 0.86, r * 0.86, "#1a2455")
    elif pen.time == "sunset":
        x, r = rng.uniform(50, 334), rng.uniform(24, 36)
        y = bottom - rng.uniform(-8, 40)
        pen.ellipse(x, y, r * 4, r * 4, pen.glow("#ffe9a8"), 'opacity=".75"')
        pen.ellipse(x, y, r, r, pen.ball("#fff6c8", "#ffd763", "#ff9a3c", raw=True))
    if clouds and rng.random() < 0.8:
        white = {"day": "#ffffff", "sunset": "#ffc9a8", "night": "#46518f"}[pen.time]
        for _ in range(rng.randint(1, 4)):
            cloud(
                pen,
                rng.uniform(10, 374),
                rng.uniform(20, max(30, bottom * 0.55)),
                rng.uniform(16, 34),
                white,
            )


def stars(pen: Pen, bottom: float, count: int, colours: tuple[str, ...] = ("#fffbe0",)) -> None:
    """Stars large enough for a token each, at places of a grid shaken, so that none are heaps."""
    rng = pen.rng
    cells = [(x, y) for x in range(8, S, 48) for y in range(8, max(9, int(bottom) - 16), 48)]
    for column, row in rng.sample(cells, min(count, len(cells))):
        x, y, r = column + rng.uniform(0, 32), row + rng.uniform(0, 32), rng.uniform(3.2, 5)
        colour = rng.choice(colours)
        pen.ellipse(x, y, r * 2.2, r * 2.2, pen.glow(colour), 'opacity=".5"')
        d = f"M{x:.1f} {y - r * 1.5:.1f}" + "".join(
            f"Q{x:.1f} {y:.1f} {x + dx * r * 1.5:.1f} {y + dy * r * 1.5:.1f}"
            for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))
        )
        pen.path(d + "z", colour)
        pen.ellipse(x, y, r * 0.6, r * 0.6, colour)


def cloud(pen: Pen, x: float, y: float, r: float, white: str) -> None:
    """A soft heap of balls with a level underside."""
    more = 'opacity=".85"'
    parts = [(-1.3, 0.1, 0.62), (-0.55, -0.25, 0.85), (0.35, -0.35, 1.0), (1.2, 0.05, 0.7)]
    for dx, dy, k in parts:
        pen.ellipse(x + dx * r, y + dy * r, k * r, k * r * 0.72, white, more)
    pen.rect(x - 1.8 * r, y, 3.6 * r, r * 0.5, white, f'rx="{r * 0.25:.1f}" ' + more)


def round_tree(pen: Pen, x: float, foot: float, tall: float, greens: tuple[str, str, str]) -> None:
    """A leafy tree, `tall` from the foot to the crown's top."""
    w = tall * 0.07
    pen.rect(x - w, foot - tall * 0.45, 2 * w, tall * 0.45, pen.gradient("#8a5a36", "#5e3b22"))
    for dx, dy, k in ((-0.24, -0.52, 0.24), (0.24, -0.5, 0.24), (0, -0.72, 0.28), (0, -0.5, 0.26)):
        r = tall * k
        pen.ellipse(x + dx * tall, foot + dy * tall, r, r * 0.95, pen.ball(*greens))


def fir(pen: Pen, x: float, foot: float, tall: float, greens: tuple[str, str]) -> None:
    """A conifer of three tiers."""
    pen.rect(x - tall * 0.04, foot - tall * 0.16, tall * 0.08, tall * 0.16, pen.tone("#6a4328"))
    for k in range(3):
        top, width = foot - tall * (1 - 0.22 * k), tall * (0.19 + 0.07 * k)
        low = top + tall * 0.42
        pen.path(
            f"M{x:.1f} {top:.1f}L{x + width:.1f} {low:.1f}Q{x:.1f} {low + tall * 0.05:.1f} {x - width:.1f} {low:.1f}z",
            pen.gradient(greens[0], greens[1], greens[1]),
        )


def bush(pen: Pen, x: float, foot: float, r: float, greens: tuple[str, str, str]) -> None:
    for dx, k in ((-0.8, 0.7), (0.8, 0.7), (0, 1.0)):
        pen.ellipse(x + dx * r, foot - r * k * 0.55, r * k, r * k * 0.8, pen.ball(*greens))


def flower(pen: Pen, x: float, y: float, r: float, colour: str) -> None:
    pen.path(
        f"M{x:.1f} {y:.1f}v{r * 3:.1f}",
        "none",
        f'stroke="{pen.tone("#3f8f3a")}" stroke-width="{r * 0.5:.1f}"',
    )
    for k in range(5):
        a = k * 1.2566
        pen.ellipse(
            x + math.cos(a) * r * 0.8, y + math.sin(a) * r * 0.8, r * 0.6, r * 0.6, pen.tone(colour)
        )
    pen.ellipse(x, y, r * 0.5, r * 0.5, pen.tone("#ffd84a"))


def tufts(pen: Pen, top: float, count: int, colour: str) -> None:
    """Blades of grass strewn below `top`, larger where nearer."""
    for _ in range(count):
        y = pen.rng.uniform(top, S)
        x, h = pen.rng.uniform(0, S), 4 + 9 * (y - top) / max(1, S - top)
        pen.path(
            f"M{x - h * 0.5:.1f} {y:.1f}q{h * 0.1:.1f} {-h * 0.6:.1f} {-h * 0.15:.1f} {-h:.1f}q{h * 0.5:.1f} {h * 0.3:.1f} {h * 0.5:.1f} {h * 0.8:.1f}"
            f"q0 {-h * 0.7:.1f} {h * 0.3:.1f} {-h * 1.1:.1f}q{h * 0.25:.1f} {h * 0.5:.1f} {h * 0.05:.1f} {h * 1.3:.1f}z",
            pen.tone(colour), 'opacity=".7"',
        )  # fmt: skip


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
