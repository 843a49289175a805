"""Scenery of towns and the land around them: roads, streets, skylines, farms, castles, rails."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, draws
from maskgil.nano.rendering.scenery.shapes.buildings import ROOFS, WALLS, cottage, panes
from maskgil.nano.rendering.scenery.shapes.heavens import sky
from maskgil.nano.rendering.scenery.shapes.plants import FIRS, LEAVES, bush, fir, round_tree, tufts


def _asphalt(pen: Pen, top: float, bottom: float) -> None:
    pen.rect(0, top, S, bottom - top, pen.gradient("#8b9099", "#6d727c"))
    middle = (top + bottom) / 2
    for x in range(-10, 400, 56):
        pen.rect(x, middle - 3, 32, 6, pen.tone("#f4f1dc"), 'rx="2"')


@draws("road")
def road(pen: Pen) -> None:
    y = 12 * 16
    rng = pen.rng
    sky(pen, y)
    if rng.random() < 0.4:
        pen.peaks(y, 110, 3, ("#a8bcd2", "#8aa2bf"), True)
    pen.ridge(y - 10, 16, pen.gradient("#a2d29a", "#86c07c"), waves=2)
    for _ in range(rng.randint(2, 6)):
        x, tall = rng.uniform(0, 384), rng.uniform(50, 90)
        if rng.random() < 0.5:
            fir(pen, x, y + 14, tall, rng.choice(FIRS))
        else:
            round_tree(pen, x, y + 14, tall, rng.choice(LEAVES))
    pen.rect(0, y + 4, S, S - y, pen.gradient("#a4d870", "#6cb74d"))
    _asphalt(pen, 16.6 * 16, 23 * 16)
    pen.rect(0, 16.6 * 16, S, 4, pen.tone("#e8e4d4"))
    pen.rect(0, 23 * 16 - 3, S, 4, pen.tone("#e8e4d4"))


@draws("street")
def street(pen: Pen) -> None:
    y = 13 * 16
    rng = pen.rng
    sky(pen, y)
    x = -10.0
    while x < S:
        w, h = rng.uniform(56, 92), rng.uniform(90, 165)
        foot = y + 30
        pen.rect(x, foot - h, w - 2, h, pen.gradient(*rng.choice(WALLS)))
        pen.rect(x - 2, foot - h - 5, w + 2, 8, pen.tone("#8a6a58"), 'rx="2"')
        rows = max(1, round((h - 50) / 32))
        panes(pen, x + 3, foot - h + 8, w - 8, h - 52, rng.choice((2, 3)), rows)
        awning = rng.choice(("#e0605a", "#4f9a6a", "#4f7ad0", "#e8a83a"))
        pen.rect(x + 6, foot - 34, w - 14, 34, pen.gradient("#5c6e84", "#3f4e62"))
        pen.path(f"M{x + 4:.0f} {foot - 36:.0f}h{w - 10:.0f}l4 13h{-w + 2:.0f}z", pen.tone(awning))
        x += w
    pen.rect(0, y + 28, S, 46, pen.gradient("#d8d4cc", "#bdb8ae"))
    pen.rect(0, y + 70, S, 8, pen.tone("#a09a90"))
    _asphalt(pen, y + 78, S)


@draws("city")
def city(pen: Pen) -> None:
    y = 15 * 16
    rng = pen.rng
    sky(pen, y)
    far = (("#c3d4e6", "#aec3da"), ("#9fb6d0", "#86a0bf"), ("#7f97b5", "#667f9e"))
    for depth, colours in enumerate(far):
        x = -rng.uniform(0, 30)
        while x < S:
            w, h = rng.uniform(32, 58), rng.uniform(70, 200) * (1 - 0.12 * depth)
            pen.rect(x, y - h, w, h + 12, pen.gradient(*colours), 'rx="2"')
            if rng.random() < 0.25:
                pen.rect(x + w / 2 - 1.5, y - h - 22, 3, 24, pen.tone(colours[1]))
            columns, rows = max(2, round(w / 12)), max(3, round(h / 14))
            panes(pen, x + 2, y - h + 6, w - 4, h - 8, columns, rows, 0.5)
            x += w + rng.uniform(-4, 10)
    pen.rect(0, y, S, 50, pen.gradient("#d4d4d0", "#b8b8b4"))
    for x in range(10, 384, 62):
        if rng.random() < 0.6:
            round_tree(pen, x + rng.uniform(-8, 8), y + 20, 52, rng.choice(LEAVES))
    _asphalt(pen, y + 50, S)


@draws("village")
def village(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    sky(pen, y)
    pen.ridge(y - 20, 22, pen.gradient("#a2d29a", "#86c07c"), waves=2)
    for k in range(6):
        x, foot = 20 + k * 66 + rng.uniform(-14, 14), y + rng.uniform(-14, 8)
        cottage(pen, x, foot, rng.uniform(48, 66))
    for _ in range(rng.randint(3, 6)):
        round_tree(pen, rng.uniform(0, 384), y + 14, rng.uniform(50, 80), rng.choice(LEAVES))
    pen.ridge(y + 10, 4, pen.gradient("#a9dc72", "#76bf50", "#5aa743"), waves=1.4)
    pen.path(
        f"M150 {y + 8}Q210 {y + 60} {rng.uniform(60, 160):.0f} {S}h150Q270 {y + 70} 178 {y + 8}z",
        pen.gradient("#ead6ae", "#cdb07c"),
    )
    tufts(pen, y + 36, 16, "#4c9a3c")


@draws("farm")
def farm(pen: Pen) -> None:
    y = 13 * 16
    rng = pen.rng
    sky(pen, y)
    pen.ridge(y - 14, 18, pen.gradient("#b9d98a", "#98c46a"), waves=1.8)
    x, w = rng.uniform(50, 330), rng.uniform(90, 120)
    foot = y + 6
    pen.rect(x - w / 2, foot - w * 0.5, w, w * 0.5, pen.gradient("#d8564a", "#a83a34"))
    pen.path(
        f"M{x - w * 0.56:.0f} {foot - w * 0.5:.0f}l{w * 0.16:.0f} {-w * 0.26:.0f}l{w * 0.4:.0f} {-w * 0.18:.0f}l{w * 0.4:.0f} {w * 0.18:.0f}l{w * 0.16:.0f} {w * 0.26:.0f}z",
        pen.gradient("#7a4a40", "#5a332c"),
    )
    pen.rect(x - w * 0.16, foot - w * 0.34, w * 0.32, w * 0.34, pen.tone("#f4ece0"))
    pen.line(f"M{x - w * 0.14:.0f} {foot - w * 0.32:.0f}l{w * 0.28:.0f} {w * 0.3:.0f}m0 {-w * 0.3:.0f}l{-w * 0.28:.0f} {w * 0.3:.0f}", pen.tone("#b8453c"), 4)  # fmt: skip
    for _ in range(3):
        round_tree(pen, rng.uniform(0, 384), y + 8, rng.uniform(56, 84), rng.choice(LEAVES))
    pen.ridge(y + 6, 4, pen.gradient("#b4dc72", "#83c052", "#62a544"), waves=1.3)
    if rng.random() < 0.6:
        for k in range(9):
            pen.path(
                f"M{192 + (k - 4) * 26} {y + 12}L{192 + (k - 4) * 96} {y + 60}l30 0L{192 + (k - 4) * 26 + 12} {y + 12}z",
                pen.gradient("#e6c25e", "#d0a040"),
            )
    for v in (y + 14, y + 26):
        pen.rect(0, v, S, 5, pen.tone("#b98450"))
    for k in range(9):
        pen.rect(k * 48 + 6, y + 4, 7, 36, pen.gradient("#c8935c", "#93643a"), 'rx="2"')
    tufts(pen, y + 60, 20, "#4c9a3c")


@draws("castle")
def castle(pen: Pen) -> None:
    y = 15 * 16
    rng = pen.rng
    sky(pen, y)
    pen.ridge(y - 30, 20, pen.gradient("#a2d29a", "#86c07c"), waves=2)
    wall = rng.choice((("#d8d2c8", "#a9a298"), ("#e2d2b8", "#b8a080"), ("#c6cad6", "#9298aa")))
    x = rng.uniform(150, 234)

    def tower(tx: float, w: float, h: float) -> None:
        pen.rect(tx - w / 2, y - h, w, h + 8, pen.gradient(*wall, flat=True))
        for k in range(3):
            left = tx - w / 2 - 3 + k * (w + 6) / 3 + 1
            pen.rect(left, y - h - 9, (w + 6) / 3 - 5, 12, pen.tone(wall[0]))
        if rng.random() < 0.6:
            pen.path(
                f"M{tx - w * 0.6:.0f} {y - h - 4:.0f}L{tx:.0f} {y - h - w * 1.2:.0f}L{tx + w * 0.6:.0f} {y - h - 4:.0f}z",
                pen.gradient(*ROOFS[2 if rng.random() < 0.5 else 0]),
            )
        lit = "#ffdf8a" if pen.time == "night" else pen.tone("#5a5e70")
        pen.rect(tx - 4, y - h + 22, 8, 16, lit, 'rx="4"')

    pen.rect(x - 110, y - 84, 220, 92, pen.gradient(*wall))
    for k in range(11):
        pen.rect(x - 110 + k * 20, y - 95, 12, 14, pen.tone(wall[0]))
    tower(x - 44, 40, 150)
    tower(x + 50, 36, 128)
    tower(x - 112, 34, 110)
    tower(x + 112, 34, 118)
    pen.path(f"M{x - 22:.0f} {y + 8}v-36q22 -34 44 0v36z", pen.gradient("#7a5236", "#4f3322"))
    pen.ridge(y + 4, 5, pen.gradient("#a4d46c", "#6cb34d", "#529a40"), waves=1.4)
    pen.path(
        f"M{x - 20:.0f} {y + 4}Q{x:.0f} {y + 60} {x - 90:.0f} {S}h180Q{x + 40:.0f} {y + 60} {x + 20:.0f} {y + 4}z",
        pen.gradient("#e6d6b4", "#cbb084"),
    )
    for _ in range(4):
        bush(pen, rng.uniform(0, 384), y + 18, rng.uniform(10, 16), rng.choice(LEAVES))


@draws("railway")
def railway(pen: Pen) -> None:
    y = 13 * 16
    rng = pen.rng
    sky(pen, y)
    pen.ridge(y - 14, 18, pen.gradient("#a2d29a", "#86c07c"), waves=2)
    for _ in range(rng.randint(3, 6)):
        round_tree(pen, rng.uniform(0, 384), y + 12, rng.uniform(50, 90), rng.choice(LEAVES))
    pen.rect(0, y + 4, S, S - y, pen.gradient("#a4d870", "#62a84a"))
    top = 18.4 * 16
    pen.rect(0, top, S, 74, pen.gradient("#bcb6ac", "#8f897f"))
    for x in range(-8, 400, 26):
        pen.rect(x, top + 6, 13, 60, pen.gradient("#9a6b48", "#6f4a30"), 'rx="2"')
    for v in (top + 16, top + 48):
        pen.rect(0, v, S, 7, pen.gradient("#dfe3e8", "#8d939c"))
    tufts(pen, top + 78, 8, "#4c9a3c")
