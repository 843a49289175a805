"""Plants: trees, bushes, flowers, grass, and pots of leaves."""

from __future__ import annotations

import math

from maskgil.nano.rendering.scenery.pen import Pen, S, box, mix
from maskgil.nano.rendering.scenery.shapes.lights import moonball, moonlit, snowlit, stroke


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


def snowy_fir(pen: Pen, x: float, foot: float, tall: float) -> None:
    """A fir with snow on every tier."""
    fir(pen, x, foot, tall, ("#7fae98", "#2f6b58"))
    for tier in (0, 1, 2):
        top, wide = foot - tall * (1 - 0.22 * tier), tall * (0.12 + 0.05 * tier)
        pen.path(
            f"M{x} {top:.0f}L{x + wide:.0f} {top + tall * 0.25:.0f}q{-wide * 0.5:.0f} {-tall * 0.04:.0f} {-wide:.0f} 0"
            f"q{-wide * 0.5:.0f} {tall * 0.04:.0f} {-wide:.0f} 0z",
            snowlit(pen, "#ffffff", "#dfeaf6"),
        )


def bush(pen: Pen, x: float, foot: float, r: float, greens: tuple[str, str, str]) -> None:
    for dx, k in ((-0.8, 0.7), (0.8, 0.7), (0, 1.0)):
        pen.ellipse(x + dx * r, foot - r * k * 0.55, r * k, r * k * 0.8, pen.ball(*greens))


def flower(pen: Pen, x: float, y: float, r: float, colour: str) -> None:
    pen.path(f"M{x:.1f} {y:.1f}v{r * 3:.1f}", "none", f'stroke="{pen.tone("#3f8f3a")}" stroke-width="{r * 0.5:.1f}"')
    for k in range(5):
        a = k * 1.2566
        pen.ellipse(x + math.cos(a) * r * 0.8, y + math.sin(a) * r * 0.8, r * 0.6, r * 0.6, pen.tone(colour))
    pen.ellipse(x, y, r * 0.5, r * 0.5, pen.tone("#ffd84a"))


def strewn_flowers(pen: Pen, top: float, count: int) -> None:
    """At most six flowers below `top`, each large enough for tokens, apart, larger where nearer."""
    for column in pen.rng.sample(range(6), count):
        y = pen.rng.uniform(top, S - 48)
        r = 11 + 7 * (y - top) / (S - 48 - top)
        flower(pen, 32 + 64 * column + pen.rng.uniform(-14, 14), y, r, pen.rng.choice(PETALS))


def tufts(pen: Pen, top: float, count: int, colour: str) -> None:
    """Blades of grass strewn below `top`, larger where nearer."""
    for _ in range(count):
        y = pen.rng.uniform(top, S)
        x, h = pen.rng.uniform(0, S), 4 + 9 * (y - top) / max(1, S - top)
        pen.path(
            f"M{x - h * 0.5:.1f} {y:.1f}q{h * 0.1:.1f} {-h * 0.6:.1f} {-h * 0.15:.1f} {-h:.1f}q{h * 0.5:.1f} {h * 0.3:.1f} {h * 0.5:.1f} {h * 0.8:.1f}"
            f"q0 {-h * 0.7:.1f} {h * 0.3:.1f} {-h * 1.1:.1f}q{h * 0.25:.1f} {h * 0.5:.1f} {h * 0.05:.1f} {h * 1.3:.1f}z",
            pen.tone(colour),
            'opacity=".7"',
        )


LEAVES = (("#a5d86a", "#5fae45", "#35793a"), ("#8ccf72", "#46a04e", "#2a6b3c"), ("#b9d864", "#7fb043", "#4d7c33"))
FIRS = (("#5fae6a", "#1f6b45"), ("#4f9a5c", "#1d5a3c"))
PETALS = ("#ff6b8a", "#ffd23f", "#ffffff", "#b57bee", "#ff8f4a", "#6fa8ff")


def bare_tree(pen: Pen, x: float, foot: float, tall: float, colour: str) -> None:
    """A tree without leaves, its boughs bent."""
    t = tall / 100
    pen.path(
        f"M{x - 13 * t:.0f} {foot}Q{x - 2 * t:.0f} {foot - 30 * t:.0f} {x - 6 * t:.0f} {foot - 60 * t:.0f}"
        f"h{12 * t:.0f}Q{x + 6 * t:.0f} {foot - 30 * t:.0f} {x + 15 * t:.0f} {foot}z",
        pen.tone(colour),
    )
    for dx, dy, bx, by, w in ((-36, -30, -26, -4, 7), (34, -34, 30, -2, 7), (-14, -44, 4, -20, 6), (18, -50, -2, -22, 5)):
        stroke(pen, f"M{x:.0f} {foot - 56 * t:.0f}q{bx * t:.0f} {by * t:.0f} {dx * t:.0f} {dy * t:.0f}", colour, round(w * t, 1))
    stroke(
        pen,
        f"M{x - 26 * t:.0f} {foot - 68 * t:.0f}q{-10 * t:.0f} {2 * t:.0f} {-20 * t:.0f} {-6 * t:.0f}"
        f"M{x + 26 * t:.0f} {foot - 70 * t:.0f}q{10 * t:.0f} {2 * t:.0f} {20 * t:.0f} {-4 * t:.0f}",
        colour,
        4 * t,
    )


def tall_tree(pen: Pen, x: float, foot: float, tall: float, leaves: tuple[str, str, str], bark: str) -> None:
    """A tree with a thick forked trunk and a wide crown of five balls."""
    t = tall / 100
    top = foot - 52 * t
    stroke(
        pen,
        f"M{x:.0f} {foot - 34 * t:.0f}L{x - 20 * t:.0f} {top - 6 * t:.0f}M{x:.0f} {foot - 34 * t:.0f}L{x + 20 * t:.0f} {top - 6 * t:.0f}",
        bark,
        round(6 * t, 1),
    )
    pen.path(
        f"M{x - 9 * t:.0f} {foot:.0f}Q{x - 5 * t:.0f} {foot - 26 * t:.0f} {x - 6 * t:.0f} {top:.0f}h{12 * t:.0f}"
        f"Q{x + 5 * t:.0f} {foot - 26 * t:.0f} {x + 9 * t:.0f} {foot:.0f}z",
        pen.tone(bark),
    )
    for dx, dy, k in ((-27, 58, 18), (27, 58, 18), (-15, 76, 19), (16, 75, 20), (0, 64, 20)):
        pen.ellipse(x + dx * t, foot - dy * t, k * t, k * 0.92 * t, moonball(pen, *leaves))


def leaf(pen: Pen, x: float, y: float, r: float, colour: str, turn: int) -> None:
    """A fallen leaf with its stalk."""
    pen.add(f'<g transform="translate({x:.0f} {y:.0f}) rotate({turn})">')
    pen.path(f"M{-r} 0Q{-r * 0.2:.1f} {-r:.1f} {r} 0Q{-r * 0.2:.1f} {r:.1f} {-r} 0z", moonlit(pen, colour))
    stroke(pen, f"M{-r * 1.4:.1f} 0H{r * 0.5:.1f}", "#8a4a24", 4)
    pen.add("</g>")


def leaves(pen: Pen, x: float, foot: float, r: float, green: str) -> None:
    """A fan of five broad leaves that rises from (x, foot), `r` long."""
    for turn in (-68, 68, -36, 36, 0):
        shade = mix(green, "#ffffff", 0.24) if abs(turn) == 36 else green
        pen.path(
            f"M0 0C{-r * 0.3:.1f} {-r * 0.4:.1f} {-r * 0.24:.1f} {-r * 0.8:.1f} 0 {-r:.1f}C{r * 0.24:.1f} {-r * 0.8:.1f} {r * 0.3:.1f} {-r * 0.4:.1f} 0 0z",
            pen.gradient(mix(shade, "#ffffff", 0.2), mix(shade, "#0c3c20", 0.2)),
            f'transform="translate({x} {foot}) rotate({turn})"',
        )


def pot(pen: Pen, x: float, foot: float, w: float, h: float, clay: str) -> None:
    """A flower pot with a broad rim, whose middle is at `x`."""
    pen.path(f"M{x - w / 2} {foot - h}h{w}l{-w * 0.16:.1f} {h}h{-w * 0.68:.1f}z", pen.gradient(mix(clay, "#ffffff", 0.2), mix(clay, "#000000", 0.2), flat=True))
    box(pen, x - w / 2 - 4, foot - h, w + 8, 14, mix(clay, "#ffffff", 0.12), 4)
