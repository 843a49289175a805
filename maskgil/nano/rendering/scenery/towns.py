"""Scenery of towns and the land around them: roads, streets, squares, farms, castles, rails."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.buildings import ROOFS, WALLS, cottage, panes
from maskgil.nano.rendering.scenery.shapes.heavens import sky
from maskgil.nano.rendering.scenery.shapes.lights import lamp, lamplit, lit
from maskgil.nano.rendering.scenery.shapes.plants import FIRS, LEAVES, bush, fir, round_tree, tufts


def _asphalt(pen: Pen, top: float, bottom: float) -> None:
    pen.rect(0, top, S, bottom - top, pen.gradient("#8b9099", "#6d727c"))
    middle = (top + bottom) / 2
    for x in range(-10, 400, 56):
        pen.rect(x, middle - 3, 32, 6, pen.tone("#f4f1dc"), 'rx="2"')


@draws("road", "dirt road", "roadside")
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
    if pen.setting == "dirt road":
        pen.ridge(16.8 * 16, 2, pen.gradient("#e4cc98", "#c89c5c"), waves=5)
        for v in (19 * 16, 21.6 * 16):
            pen.ridge(v, 2, pen.tone("#a87840"), waves=4, bottom=v + 10)
        pen.ridge(23.2 * 16, 2, pen.gradient("#8cc860", "#6cb74d"), waves=5)
        return
    if pen.setting == "roadside":
        _asphalt(pen, y + 20, y + 76)
        for v in (y + 18, y + 74):
            pen.rect(0, v, S, 4, pen.tone("#e8e4d4"))
        tufts(pen, y + 96, 20, "#4c9a3c")
        return
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
    pen.path(f"M150 {y + 8}Q210 {y + 60} {rng.uniform(60, 160):.0f} {S}h150Q270 {y + 70} 178 {y + 8}z", pen.gradient("#ead6ae", "#cdb07c"))
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
        f"M{x - w * 0.56:.0f} {foot - w * 0.5:.0f}l{w * 0.16:.0f} {-w * 0.26:.0f}"
        f"l{w * 0.4:.0f} {-w * 0.18:.0f}l{w * 0.4:.0f} {w * 0.18:.0f}l{w * 0.16:.0f} {w * 0.26:.0f}z",
        pen.gradient("#7a4a40", "#5a332c"),
    )
    pen.rect(x - w * 0.16, foot - w * 0.34, w * 0.32, w * 0.34, pen.tone("#f4ece0"))
    pen.line(f"M{x - w * 0.14:.0f} {foot - w * 0.32:.0f}l{w * 0.28:.0f} {w * 0.3:.0f}m0 {-w * 0.3:.0f}l{-w * 0.28:.0f} {w * 0.3:.0f}", pen.tone("#b8453c"), 4)
    for _ in range(3):
        round_tree(pen, rng.uniform(0, 384), y + 8, rng.uniform(56, 84), rng.choice(LEAVES))
    pen.ridge(y + 6, 4, pen.gradient("#b4dc72", "#83c052", "#62a544"), waves=1.3)
    if rng.random() < 0.6:
        for k in range(9):
            pen.path(
                f"M{192 + (k - 4) * 26} {y + 12}L{192 + (k - 4) * 96} {y + 60}l30 0L{192 + (k - 4) * 26 + 12} {y + 12}z", pen.gradient("#e6c25e", "#d0a040")
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
    pen.path(f"M{x - 20:.0f} {y + 4}Q{x:.0f} {y + 60} {x - 90:.0f} {S}h180Q{x + 40:.0f} {y + 60} {x + 20:.0f} {y + 4}z", pen.gradient("#e6d6b4", "#cbb084"))
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


_PLASTER = ("#f6d08a", "#f0a088", "#a8d0e8", "#f4ead4", "#e8b8c8", "#b8d8a0")


def _cobbles(pen: Pen, top: float, stone: str) -> None:
    """A ground of rounded stones down to the lower edge, larger where it is nearer."""
    pen.rect(0, top, S, S - top, pen.gradient(mix(stone, "#ffffff", 0.1), mix(stone, "#000000", 0.1)))
    v, row = top + 6, 0
    while v < S:
        h = 12 + 8 * (v - top) / (S - top)
        w = h * 2.4
        for k in range(-1, int(S / (w + 8)) + 2):
            x = k * (w + 8) + (row % 2) * (w + 8) / 2
            pen.rect(x, v, w, h, lamplit(pen, mix(stone, "#ffffff", 0.34)), f'rx="{h / 2.4:.1f}"')
        v, row = v + h + 6, row + 1


def _front(pen: Pen, x: float, w: float, top: float, foot: float, wall: str, door: bool) -> None:
    """A house's front with shuttered windows, boxes of flowers under them and a door."""
    box(pen, x, top, w, foot - top, wall)
    roof = mix(wall, "#7a3020", 0.62)
    pen.rect(x - 6, top - 14, w + 12, 20, pen.tone(roof), 'rx="4"')
    shutter = pen.tone(mix(wall, "#2c5a6a", 0.66))
    middle = x + w / 2
    for v in range(int(top) + 24, int(foot) - 120, 76):
        pen.rect(middle - 30, v, 60, 46, shutter, 'rx="3"')
        pen.rect(middle - 16, v, 32, 46, lit(pen, "#5f87a8"), 'rx="3"')
        pen.rect(middle - 30, v + 46, 60, 12, pen.tone("#8a5a3c"))
        for k, colour in enumerate(("#f0506a", "#ff8aa8", "#f0506a", "#ffd24a")):
            pen.ellipse(middle - 24 + 16 * k, v + 42, 10, 9, lamplit(pen, colour))
    if door:
        pen.rect(middle - 24, foot - 92, 48, 92, pen.tone(mix(wall, "#3a2018", 0.72)), 'rx="20"')
        pen.rect(middle - 17, foot - 84, 34, 84, pen.tone(mix(wall, "#5a8a6a", 0.8)), 'rx="16"')


def _flower_pot(pen: Pen, x: float, foot: float, k: float, colour: str) -> None:
    leaves = ("#a8dc6a", "#5fae45", "#35793a")
    bush(pen, x, foot - 30 * k, 20 * k, leaves)
    for dx, dy in ((-20, 40), (0, 54), (20, 42), (8, 34), (-8, 46)):
        pen.ellipse(x + dx * k, foot - dy * k, 7 * k, 7 * k, lamplit(pen, colour))
    pen.path(f"M{x - 18 * k} {foot - 30 * k}h{36 * k}l{-6 * k} {30 * k}h{-24 * k}z", lamplit(pen, "#d0704a"))
    pen.rect(x - 21 * k, foot - 36 * k, 42 * k, 10 * k, lamplit(pen, "#e08a60"), 'rx="3"')


@draws("alley")
def alley(pen: Pen) -> None:
    y = 13 * 16
    shift, flip, stone = pen.looks("alley", "shift flip stone")
    walls = [_PLASTER[(k + shift) % 6] for k in range(6)]
    sky(pen, y)
    with mirrored(pen, flip):
        _front(pen, 150, 42, 112, y + 8, walls[4], False)
        _front(pen, 194, 44, 92, y + 8, walls[5], False)
        _cobbles(pen, y, stone)
        _front(pen, 92, 58, 56, y + 24, walls[1], True)
        _front(pen, 240, 56, 70, y + 24, walls[3], True)
        _front(pen, -16, 108, -24, y + 68, walls[0], True)
        _front(pen, 296, 104, -10, y + 68, walls[2], True)
        pen.path(f"M92 {y + 24}H150L192 {y}H92zM296 {y + 24}H240L196 {y}H296z", pen.tone(mix(stone, "#000000", 0.16)), 'opacity=".4"')
        for x, foot, k, colour in (
            (118, y + 34, 0.8, "#f0506a"),
            (270, y + 34, 0.8, "#ffd24a"),
            (22, y + 96, 1.35, "#f48ac0"),
            (86, y + 88, 1.1, "#ffd24a"),
            (350, y + 96, 1.35, "#f0506a"),
        ):
            _flower_pot(pen, x, foot, k, colour)
        pen.rect(300, 92, 26, 8, pen.tone("#3a4250"))
        lamp(pen, 296, 112, 12)


@draws("square")
def square(pen: Pen) -> None:
    y = 14 * 16
    shift, flip, stone, hall = pen.looks("square", "shift flip stone hall")
    sky(pen, y)
    with mirrored(pen, flip):
        for k, x in enumerate((-8, 56, 248, 312)):
            wall, top = _PLASTER[(k + shift) % 6], (104, 88, 96, 80)[k]
            box(pen, x, top, 64, y + 8 - top, wall)
            pen.path(f"M{x - 4} {top + 2}L{x + 32} {top - 44}L{x + 68} {top + 2}z", pen.tone(mix(wall, "#8a3020", 0.66)))
            for v in (top + 14, top + 52):
                for dx in (9, 37):
                    pen.rect(x + dx, v, 18, 26, lit(pen, "#5f87a8"), 'rx="3"')
            pen.path(f"M{x + 2} {y - 36}h60l6 14h-72z", pen.tone(("#e0605a", "#4f9a6a", "#4f7ad0", "#e8a83a")[k]))
            pen.rect(x + 8, y - 22, 48, 30, lit(pen, "#54677e"))
        box(pen, 120, 96, 128, y - 88, hall)
        pen.path("M112 98L136 60H232L256 98z", pen.tone(mix(hall, "#5a3a4a", 0.6)))
        box(pen, 160, 24, 48, 80, mix(hall, "#ffffff", 0.2))
        pen.path("M152 26L184 -16L216 26z", pen.tone(mix(hall, "#5a3a4a", 0.6)))
        pen.ellipse(184, 52, 18, 18, lit(pen, "#ffffff"))
        pen.line("M184 52V40M184 52L193 57", "#2c3340", 5, 'stroke-linecap="round"')
        for x in (134, 172, 210):
            pen.rect(x, 112, 24, 34, lit(pen, "#5f87a8"), 'rx="12"')
            pen.rect(x - 2, y - 64, 28, 72, pen.tone(mix(hall, "#3a2018", 0.6)), 'rx="14"')
        _cobbles(pen, y + 4, stone)
        pen.rect(0, y, S, 10, pen.tone(mix(stone, "#000000", 0.3)))
        for x in (26, 358):
            pen.rect(x - 5, 132, 10, 176, pen.tone("#3a4654"), 'rx="3"')
            pen.rect(x - 14, 300, 28, 14, pen.tone("#3a4654"), 'rx="5"')
            pen.path(f"M{x - 20} 112L{x} 92L{x + 20} 112z", pen.tone("#3a4654"))
            lamp(pen, x, 126, 15)


@draws("courtyard")
def courtyard(pen: Pen) -> None:
    y = 14 * 16
    wall, stone = pen.looks("courtyard", "wall stone")
    leaves = pen.rng.choice(LEAVES)
    dark = mix(wall, "#2a1c28", 0.7)
    sky(pen, 64)
    box(pen, 0, 40, S, y - 36, wall)
    pen.rect(0, 28, S, 20, pen.tone(mix(wall, "#8a3a24", 0.7)))
    for x in range(0, S, 32):
        pen.ellipse(x + 16, 48, 16, 9, pen.tone(mix(wall, "#a8502c", 0.75)))
    for x in (72, 168, 264):
        pen.rect(x, 72, 48, 46, pen.tone(mix(wall, "#4a7a5a", 0.7)), 'rx="3"')
        pen.rect(x + 10, 72, 28, 46, lit(pen, "#5f87a8"), 'rx="3"')
    for x in (40, 144, 248):
        pen.rect(x, 138, 96, y - 134, pen.tone(mix(wall, "#ffffff", 0.45)), 'rx="46"')
        pen.rect(x, 190, 96, y - 186, pen.tone(mix(wall, "#ffffff", 0.45)))
        pen.rect(x + 12, 150, 72, y - 146, pen.tone(dark), 'rx="36"')
        pen.rect(x + 12, 190, 72, y - 186, pen.tone(dark))
    _cobbles(pen, y, stone)
    with mirrored(pen, pen.variant % 2 == 1):
        for v in range(56, 250, 26):
            for x in (8, 34):
                pen.ellipse(x, v, 24, 18, pen.ball(*leaves))
        _flower_pot(pen, 348, y + 44, 1.5, "#f0506a")
        _flower_pot(pen, 20, y + 72, 1.5, "#f48ac0")


@draws("canal")
def canal(pen: Pen) -> None:
    y = 11 * 16
    shift, flip = pen.looks("canal", "shift flip")
    sky(pen, y)
    tops = (64, 44, 76, 52, 68, 40, 60, 72)
    walls = [mix(_PLASTER[(k + shift) % 6], "#8a4a34", 0.3 * (k % 2)) for k in range(8)]
    with mirrored(pen, flip):
        for k, wall in enumerate(walls):
            x, top = 48 * k, tops[k]
            box(pen, x, top, 47, y - top, wall)
            pen.path(f"M{x} {top + 2}v-10h8v-14h8v-14h15v14h8v14h8v10z", pen.tone(wall))
            pen.rect(x + 17, top - 22, 13, 14, lit(pen, "#4f6a88"), 'rx="3"')
            for v in range(top + 8, y - 44, 38):
                for dx in (7, 26):
                    pen.rect(x + dx, v, 14, 24, lit(pen, "#4f6a88"), 'rx="2"')
            pen.rect(x + 16, y - 32, 15, 32, pen.tone(mix(wall, "#2a1c18", 0.7)))
        pen.rect(0, y - 4, S, 24, pen.gradient("#b8a898", "#8a7a70"))
        water = pen.gradient("#8ac8dc", "#4a98bc", "#357fa8")
        pen.rect(0, y + 18, S, 150, water)
        for k, wall in enumerate(walls):
            pen.rect(48 * k, y + 18, 47, 56, lamplit(pen, wall), 'opacity=".32"')
        for x in (16, 208):
            pen.path(f"M{x} {y + 22}V{y - 6}Q{x + 80} {y - 40} {x + 160} {y - 6}V{y + 22}h-26q-54 -50 -108 0z", pen.gradient("#c08468", "#8f5a48")) if x == (
                208 if pen.variant < 2 else 16
            ) else None
        for k in range(7):
            x, v = (36 + 118 * k) % 340, y + 58 + 15 * k
            pen.rect(x, v, 52, 6, pen.tone("#d4eef8"), 'rx="3" opacity=".7"')
    pen.rect(0, 328, S, 56, pen.gradient("#c4b4a4", "#a49484"))
    pen.rect(0, 322, S, 14, pen.tone("#e0d4c4"))
    for x in range(0, S, 64):
        pen.rect(x + (32 if pen.variant % 2 else 0), 338, 4, 46, pen.tone("#8f8274"))
    for x in (28, 356):
        pen.rect(x - 9, 296, 18, 34, pen.tone("#3a4250"), 'rx="5"')
        pen.rect(x - 14, 290, 28, 12, pen.tone("#3a4250"), 'rx="6"')
