"""Scenery of sites: rooftop, pier, volcano, campsite, building site, ruins."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.heavens import far_hills, sky
from maskgil.nano.rendering.scenery.shapes.lights import lamp, lamplit, lit, stroke
from maskgil.nano.rendering.scenery.shapes.plants import FIRS, LEAVES, bush, fir, round_tree


def _block(pen: Pen, x: int, top: int, w: int, bottom: int, colour: str, dark: int) -> None:
    """A tower block with panes a cell apart; one in `dark` is lit by night."""
    pen.rect(x, top, w, bottom - top, pen.gradient(mix(colour, "#ffffff", 0.14), colour))
    for j in range((bottom - top) // 24):
        for k in range(w // 16 - 1):
            shown = pen.tone(mix(colour, "#ffffff", 0.55))
            if pen.time == "night":
                shown = "#ffdf8a" if (j * 3 + k * 5 + x // 16) % dark == 0 else "#2a3358"
            elif pen.time == "sunset" and (j + k) % dark == 0:
                shown = "#ffe3a0"
            pen.rect(x + 11 + 16 * k, top + 12 + 24 * j, 10, 13, shown, 'rx="1"')


def _pot(pen: Pen, x: float, foot: float, w: float, tall: bool, flower: str) -> None:
    if tall:
        for way in (-1, 0, 1):
            pen.path(
                f"M{x - 5} {foot - w * 0.7:.0f}Q{x + way * w * 0.2:.0f} {foot - w * 2:.0f} {x + way * w * 0.7:.0f} {foot - w * (2.5 - 0.4 * abs(way)):.0f}"
                f"Q{x + way * w * 0.7 + 12:.0f} {foot - w * 1.5:.0f} {x + 7} {foot - w * 0.7:.0f}z",
                lamplit(pen, "#58a850"),
            )
    else:
        bush(pen, x, foot - w * 0.6, w * 0.5, LEAVES[0])
        for dx, dy in ((-0.4, 0.95), (0.4, 0.95), (0, 1.25)):
            pen.ellipse(x + dx * w, foot - dy * w, w * 0.17, w * 0.17, lamplit(pen, flower))
    pen.path(f"M{x - w * 0.5:.0f} {foot - w * 0.75:.0f}h{w:.0f}l{-w * 0.14:.0f} {w * 0.75:.0f}h{-w * 0.72:.0f}z", lamplit(pen, "#c8704a"))
    pen.rect(x - w * 0.56, foot - w * 0.86, w * 1.12, w * 0.24, lamplit(pen, "#e89a6a"), 'rx="3"')


def _tank(pen: Pen, x: int, foot: int) -> None:
    """A wooden water tank on legs."""
    stroke(pen, f"M{x - 32} {foot}V{foot - 70}M{x + 32} {foot}V{foot - 70}", "#4f4a50", 9)
    stroke(pen, f"M{x - 32} {foot - 10}L{x + 32} {foot - 56}M{x + 32} {foot - 10}L{x - 32} {foot - 56}", "#5f5a60", 5)
    pen.rect(x - 48, foot - 148, 96, 88, pen.gradient("#a86f44", "#c88a58", "#8a5634", flat=True))
    for v in (foot - 136, foot - 84):
        pen.rect(x - 48, v, 96, 9, pen.tone("#5f3a26"))
    pen.path(f"M{x - 56} {foot - 144}L{x} {foot - 188}L{x + 56} {foot - 144}z", pen.tone("#6a5a5a"))


def _chimney(pen: Pen, x: int, foot: int) -> None:
    """A brick chimney with two pots."""
    pen.rect(x - 40, foot - 128, 80, 128, pen.tone("#c06a4a"))
    for j in range(8):
        for k in range(3):
            left = max(x - 40, x - 56 + 32 * k + 16 * (j % 2))
            right = min(x + 40, x - 28 + 32 * k + 16 * (j % 2))
            pen.rect(left, foot - 126 + 16 * j, right - left, 12, pen.tone("#d88860"))
    pen.rect(x - 48, foot - 140, 96, 16, pen.tone("#8a8088"), 'rx="3"')
    for dx in (-20, 20):
        pen.rect(x + dx - 11, foot - 168, 22, 30, pen.tone("#b8583c"), 'rx="3"')


@draws("rooftop")
def rooftop(pen: Pen) -> None:
    y = 15 * 16
    tank, flip, wall, tile, bloom, shades = pen.looks("rooftop", "tank flip wall tile bloom shades")
    sky(pen, y)
    with mirrored(pen, flip):
        for x, top, w in ((0, 112, 64), (80, 80, 64), (176, 64, 48), (240, 104, 64), (320, 72, 64)):
            pen.rect(x, top, w, y - top, pen.tone(shades[0]))
        for k, (x, top, w) in enumerate(((16, 160, 64), (96, 136, 48), (144, 168, 64), (208, 120, 64), (272, 152, 48), (320, 128, 64))):
            _block(pen, x, top, w, y, shades[1], 3 + k % 2)
        (_tank if tank else _chimney)(pen, 72, y)
        pen.rect(0, 208, S, 48, lamplit(pen, wall))
        pen.rect(0, 200, S, 14, lamplit(pen, mix(wall, "#ffffff", 0.55)), 'rx="3"')
        for x in range(0, S, 64):
            pen.rect(x, 220, 6, 36, lamplit(pen, mix(wall, "#000000", 0.3)))
        pen.rect(0, 256, S, S - 256, lamplit(pen, tile))
        for j in range(4):
            for k in range(13):
                if (j + k) % 2:
                    pen.rect(32 * k, 256 + 32 * j, 32, 32, lamplit(pen, mix(tile, "#ffffff", 0.34)))
        pen.rect(0, 256, S, 8, lamplit(pen, mix(tile, "#000000", 0.3)))
        stroke(pen, "M372 262V52M112 88Q244 148 372 56", "#5a4f50", 6)
        for x, v in ((160, 112), (208, 122), (256, 120), (304, 106), (344, 84)):
            lamp(pen, x, v, 9)
        for x, foot, w, tall in ((28, 292, 46, True), (356, 292, 46, True), (32, 376, 54, False), (352, 376, 54, False)):
            _pot(pen, x, foot, w, tall, bloom)


def _lighthouse(pen: Pen, x: float, foot: float) -> None:
    pen.ellipse(x, foot + 2, 46, 14, pen.tone("#8a8f98"))
    pen.path(f"M{x - 20} {foot}l6 -88h28l6 88z", pen.tone("#ffffff"))
    for v in (24, 64):
        pen.path(f"M{x - 20 + v * 0.07:.0f} {foot - v + 14}l1 -20h{38 - v * 0.14:.0f}l1 20z", pen.tone("#e8504a"))
    if pen.time != "day":
        pen.ellipse(x, foot - 98, 60, 40, pen.glow("#ffe9a8"), 'opacity=".7"')
    pen.rect(x - 12, foot - 108, 24, 20, lit(pen, "#ffe9a0"))
    pen.path(f"M{x - 18} {foot - 106}L{x} {foot - 126}L{x + 18} {foot - 106}z", pen.tone("#c03f3a"))


def _post(pen: Pen, x: float, foot: float, w: float, tall: float) -> None:
    pen.rect(x - w / 2, foot - tall, w, tall, pen.gradient("#b07c4c", "#8a5a34", "#64402a", flat=True), 'rx="3"')
    pen.rect(x - w * 0.62, foot - tall - 6, w * 1.24, 12, pen.tone("#f4f0e4"), 'rx="5"')


@draws("pier")
def pier(pen: Pen) -> None:
    y, edge = 9 * 16, 272
    far, flip, plank, water = pen.looks("pier", "far flip plank water")
    sky(pen, y)
    if far == "peaks":
        pen.peaks(y + 2, 100, 4, ("#a8bcd2", "#8aa2bf"), True)
    if far != "lighthouse":
        pen.ridge(y - 10, 14, pen.gradient("#93cf93", "#74b974"), waves=2.2)
        for x in range(16, S, 48):
            fir(pen, x, y + 4, 52 + 14 * (x // 48 % 2), FIRS[x // 48 % 2])
    with mirrored(pen, flip):
        pen.rect(0, y, S, S - y, pen.gradient(*water))
        if far == "lighthouse":
            _lighthouse(pen, 248, y + 10)
        for x, v, w in ((24, 176, 64), (144, 168, 48), (272, 184, 64), (80, 216, 80), (224, 224, 80), (320, 248, 64), (16, 256, 64)):
            stroke(pen, f"M{x} {v}q{w / 4} -7 {w / 2} 0t{w / 2} 0", "#dff4fc", 6)
        for x in (104, 280):
            _post(pen, x, edge + 6, 20, 44)
        pen.rect(0, edge, S, S - edge, pen.tone(mix(plank, "#000000", 0.34)))
        for k in range(-6, 6):
            a, b = 192 + 32 * k, 192 + 56 * k
            shade = mix(plank, "#ffffff", 0.2) if k % 2 else mix(plank, "#000000", 0.04)
            pen.path(f"M{a + 1} {edge}h30L{b + 53} {S}H{b + 2}z", pen.tone(shade))
        pen.rect(0, edge - 4, S, 14, pen.tone(mix(plank, "#000000", 0.4)), 'rx="2"')
        for x in (32, 352):
            out = -1 if x < 192 else 1
            stroke(pen, f"M{x} 224Q{x + out * 10} 290 {x + out * 14} 300", "#f4ead0", 8)
            _post(pen, x, edge + 10, 28, 92)
            _post(pen, x + out * 8, S + 10, 40, 110)
        pen.ellipse(32, 226, 24, 24, "none", f'stroke="{lamplit(pen, "#f0524a")}" stroke-width="13"')
        stroke(pen, "M14 212l4 3M50 212l-4 3M14 240l4 -3M50 240l-4 -3", "#ffffff", 9)
        stroke(pen, "M352 180V128h-14", "#4a4f5c", 8)
        lamp(pen, 336, 140, 12)


@draws("volcano")
def volcano(pen: Pen) -> None:
    y = 14 * 16
    at, flip, rock, soil = pen.looks("volcano", "at flip rock soil")
    fire = pen.gradient("#fff0a0", "#ffb02e", "#f4551f", "#d83318", raw=True)
    sky(pen, y, clouds=False)
    with mirrored(pen, flip):
        x = at
        smoke = {"day": "#8f8a92", "dawn": "#a89aa6", "sunset": "#8a6470", "night": "#4a4660"}[pen.time]
        for k, (dx, v, r) in enumerate(((92, 4, 42), (48, 18, 38), (130, 22, 34), (18, 40, 28), (0, 62, 20))):
            pen.ellipse(x + dx, v, r * 1.15, r * 0.86, mix(smoke, "#ffffff", 0.1 * (k % 2)))
        pen.ellipse(x, 78, 120, 84, pen.glow("#ff8a3a"), 'opacity=".8"')
        for dx, tall, w in ((-22, 30, 8), (22, 32, 8), (0, 46, 9)):
            stroke_ = f'stroke="#ffa52e" stroke-width="{w}" stroke-linecap="round"'
            pen.path(f"M{x} 86q{dx * 0.5:.0f} {-tall} {dx} {-tall + 6}", "none", stroke_)
        pen.path(f"M-20 {y + 8}Q60 {y - 70} 110 {y - 40}T394 {y - 30}V{y + 8}z", pen.tone(mix(rock[0], "#b0c0d0", 0.45)))
        pen.path(f"M{x - 176} {y + 10}Q{x - 70} {y - 40} {x - 38} 82h76Q{x + 70} {y - 40} {x + 176} {y + 10}z", pen.gradient(*rock))
        pen.path(f"M{x + 14} 84h24Q{x + 70} {y - 40} {x + 176} {y + 10}H{x + 70}Q{x + 34} {y - 60} {x + 14} 84z", pen.tone(rock[1]), 'opacity=".7"')
        pen.ellipse(x, 83, 39, 11, "#ffd24a")
        pen.path(
            f"M{x - 36} 84Q{x} 100 {x + 36} 84L{x + 32} 112q-8 14 -14 -4q-4 20 8 52q10 34 34 {y - 154}h-30"
            f"q-26 -40 -30 -90q-8 16 -14 34q-6 34 -30 44q8 -40 6 -76q-2 -16 -8 -4z",
            fire,
        )
        pen.rect(0, y + 4, S, S - y, pen.gradient(*soil))
        pen.path(
            f"M{x + 28} {y + 2}h34Q{x + 88} {y + 14} 330 {y + 34}T394 {y + 66}V{y + 104}Q330 {y + 84} 292 {y + 56}T{x + 28} {y + 2}z",
            pen.gradient("#ff9a2a", "#f4551f", "#e03a18", raw=True),
        )
        pen.line(f"M{x + 44} {y + 5}Q{x + 84} {y + 24} 320 {y + 46}T394 {y + 82}", "#ffd24a", 8, 'stroke-linecap="round"')
        black = ("#6a666e", "#3c3a42", "#232128")
        for rx, foot, r in ((20, 262, 40), (74, 256, 24), (10, 350, 48), (56, 378, 34), (372, 372, 46), (318, 384, 28), (352, 244, 22)):
            pen.path(
                f"M{rx - r} {foot}L{rx - r * 0.8:.0f} {foot - r * 0.6:.0f}"
                f"L{rx - r * 0.2:.0f} {foot - r}L{rx + r * 0.5:.0f} {foot - r * 0.8:.0f}L{rx + r} {foot}z",
                pen.ball(*black),
            )


def _tent(pen: Pen, x: float, foot: float, w: float, colour: str) -> None:
    h = w * 0.72
    if pen.time == "night":
        pen.ellipse(x, foot - h * 0.4, w * 0.8, h * 0.8, pen.glow("#ffcf6a"), 'opacity=".5"')
    pen.path(
        f"M{x - w * 0.14:.0f} {foot - h:.0f}L{x + w * 0.36:.0f} {foot - h:.0f}L{x + w * 0.7:.0f} {foot - 6:.0f}L{x + w * 0.5:.0f} {foot}z",
        pen.tone(mix(colour, "#000000", 0.26)),
    )
    pen.path(f"M{x - w * 0.14:.0f} {foot - h:.0f}L{x + w * 0.42:.0f} {foot}H{x - w * 0.7:.0f}z", lamplit(pen, colour))
    pen.path(
        f"M{x - w * 0.14:.0f} {foot - h * 0.78:.0f}L{x + w * 0.08:.0f} {foot}H{x - w * 0.36:.0f}z", "#ffdf8a" if pen.time == "night" else pen.tone("#4a3a38")
    )
    pen.path(f"M{x - w * 0.14:.0f} {foot - h:.0f}L{x + w * 0.16:.0f} {foot}h{w * 0.1:.0f}z", lamplit(pen, mix(colour, "#ffffff", 0.45)))


@draws("campsite")
def campsite(pen: Pen) -> None:
    y = 14 * 16
    one, two, flip, hills = pen.looks("campsite", "one two flip hills")
    sky(pen, y)
    if hills:
        pen.peaks(y, 150, 3, ("#a8bcd2", "#8aa2bf"), True)
    with mirrored(pen, flip):
        for k in range(9):
            fir(pen, -8 + 50 * k, y + 2, (168, 128, 148, 116, 100, 120, 140, 124, 172)[k], FIRS[k % 2])
        pen.rect(0, y, S, S - y, pen.gradient("#a8d070", "#7cb450", "#669c44"))
        pen.ellipse(192, y + 70, 180, 54, pen.tone("#dcc08a"))
        _tent(pen, 76, y + 36, 124, one)
        _tent(pen, 312, y + 28, 104, two)
        fx, fy = 200, y + 30
        if pen.time != "day":
            pen.ellipse(fx, fy - 10, 110, 80, pen.glow("#ffb04a"), 'opacity=".8"')
        stroke(pen, f"M{fx - 24} {fy + 4}L{fx + 20} {fy - 8}M{fx + 24} {fy + 4}L{fx - 20} {fy - 8}", "#6f4226", 10)
        pen.path(f"M{fx - 20} {fy - 2}q-6 -26 10 -34q-2 10 4 12q-2 -24 12 -36q0 20 12 28q8 12 2 30z", "#ff8a24")
        pen.path(f"M{fx - 9} {fy - 2}q-2 -14 7 -24q4 10 12 14q3 6 -1 10z", "#ffe05a")
        for dx, dy in ((-32, 2), (-16, 9), (0, 11), (16, 9), (32, 2)):
            pen.ellipse(fx + dx, fy + dy, 10, 7, pen.ball("#d0d2d8", "#9a9ea8", "#6a6e7a"))
        for x, v in ((128, y + 62), (268, y + 58)):
            pen.rect(x - 28, v - 16, 56, 18, pen.gradient("#a87044", "#7a4c2c"), 'rx="8"')
            pen.ellipse(x + 22, v - 7, 9, 9, pen.tone("#e8c490"))
        for x, v, r in ((8, 372, 34), (380, 360, 38)):
            bush(pen, x, v, r, LEAVES[x % 3])


@draws("construction site")
def construction_site(pen: Pen) -> None:
    y = 14 * 16
    crane, wall, net, flip = pen.looks("construction site", "crane wall net flip")
    sky(pen, y, clouds=False)
    pen.ridge(y - 20, 10, pen.gradient("#b8ccb8", "#98b498"), waves=2)
    with mirrored(pen, flip):
        pen.rect(24, 72, 144, y - 56, pen.gradient(wall, mix(wall, "#000000", 0.12)))
        for x in (32, 88, 144):
            pen.rect(x, 48, 16, 26, pen.tone("#9aa0a8"))
        for j in range(3):
            for k in range(2):
                shown = lit(pen, "#4a5568") if (j + k) % 2 else pen.tone("#4a5568")
                pen.rect(44 + 64 * k, 88 + 48 * j, 32, 28, shown)
        pen.rect(96, 124, 80, 50, lamplit(pen, net))
        for x in (10, 90, 170):
            pen.rect(x, 56, 9, y - 30, pen.tone("#5a6270"))
        for v in (72, 120, 168):
            pen.rect(0, v, 192, 12, lamplit(pen, "#f0b860"))
        pen.rect(304, 44, 24, y - 30, lamplit(pen, crane))
        for k in range(7):
            pen.path(f"M308 {56 + 26 * k}h16l-16 18z", pen.tone(mix(crane, "#3a2a10", 0.55)))
        pen.rect(96, 36, 288, 16, lamplit(pen, crane), 'rx="2"')
        for k in range(12):
            pen.path(f"M{102 + 24 * k} 48l8 -9l8 9z", pen.tone(mix(crane, "#3a2a10", 0.55)))
        stroke(pen, "M316 8L150 38M316 8L376 38", "#5a6270", 4)
        pen.path("M304 40l8 -36h8l8 36z", lamplit(pen, crane))
        pen.rect(352, 50, 32, 30, pen.tone("#8a9099"), 'rx="2"')
        pen.rect(280, 52, 26, 28, lit(pen, "#cfe8f8"), f'stroke="{lamplit(pen, crane)}" stroke-width="5"')
        stroke(pen, "M224 52v48", "#4a5260", 5)
        pen.rect(204, 96, 40, 24, pen.tone("#c0664a"), 'rx="2"')
        pen.rect(0, y + 4, S, S - y, pen.gradient("#dcb884", "#bf9560"))
        for k, x in enumerate(range(0, S, 48)):
            pen.rect(x + 3, y - 12, 42, 34, lamplit(pen, ("#f4822e", "#ffffff")[k % 2]), 'rx="3"')
            pen.rect(x + 3, y, 42, 11, lamplit(pen, ("#ffffff", "#f4822e")[k % 2]))
            pen.rect(x - 4, y - 20, 9, 54, pen.tone("#5a6270"), 'rx="3"')
        pen.path(f"M232 {y + 60}Q262 {y + 8} 304 {y - 22}Q348 {y + 4} 404 {y + 60}z", pen.gradient("#fae09a", "#dcae5c"))
        pen.path(f"M304 {y - 22}Q348 {y + 4} 404 {y + 60}H320Q324 {y + 12} 304 {y - 22}z", pen.tone("#d8a854"), 'opacity=".7"')
        for v, n in ((y + 52, 3), (y + 34, 3), (y + 16, 2)):
            for k in range(n):
                box(pen, 4 + 34 * k + 17 * (3 - n), v, 31, 15, "#d06a4a", 2)
        for x, foot in ((24, 376), (362, 372)):
            pen.path(f"M{x - 22} {foot}L{x - 5} {foot - 66}h10L{x + 22} {foot}z", lamplit(pen, "#f4702a"))
            pen.path(f"M{x - 15} {foot - 24}l5 -18h20l5 18z", lamplit(pen, "#ffffff"))
            pen.rect(x - 30, foot - 6, 60, 12, lamplit(pen, "#e05f20"), 'rx="3"')


IVY = ("#8ccf62", "#4c9a44", "#2c6c38")


def _column(pen: Pen, x: float, foot: float, tall: float, w: float, stone: str, whole: bool) -> None:
    """A fluted column, with its capital or broken off."""
    shade = pen.gradient(mix(stone, "#ffffff", 0.3), stone, mix(stone, "#000000", 0.25), flat=True)
    top = foot - tall
    if whole:
        pen.rect(x - w / 2, top, w, tall, shade)
        pen.rect(x - w * 0.72, top, w * 1.44, w * 0.4, pen.tone(mix(stone, "#ffffff", 0.25)), 'rx="2"')
    else:
        pen.path(f"M{x - w / 2} {foot}V{top + 14}l{w * 0.3:.0f} -18l{w * 0.3:.0f} 12l{w * 0.4:.0f} -8V{foot}z", shade)
    for dx in (-0.2, 0.2):
        pen.rect(x + dx * w - 3, top + 24, 5, tall - 34, pen.tone(mix(stone, "#000000", 0.22)), 'rx="2"')
    pen.rect(x - w * 0.72, foot - w * 0.4, w * 1.44, w * 0.44, pen.tone(mix(stone, "#ffffff", 0.12)), 'rx="2"')


@draws("ruins")
def ruins(pen: Pen) -> None:
    y = 14 * 16
    stone, flip, arch, grass = pen.looks("ruins", "stone flip arch grass")
    sky(pen, y)
    if pen.time == "night":
        stone = mix(stone, "#ffffff", 0.6)
    far_hills(pen, y - 4)
    with mirrored(pen, flip):
        for k, x in enumerate((150, 300, 350)):
            round_tree(pen, x, y + 4, (70, 84, 100)[k], LEAVES[k])
        pen.rect(0, y, S, S - y, pen.gradient(*grass))
        foot = y + 20
        d = f"M{arch - 72} {foot}V96l16 -14l14 10l18 -16h44l16 12l20 -8l12 20l4 34V{foot}h-36V172a36 40 0 0 0 -72 0V{foot}z"
        pen.path(d, pen.gradient(mix(stone, "#ffffff", 0.1), mix(stone, "#000000", 0.16)))
        for v, a, b in ((120, -72, -40), (152, -72, -44), (200, -72, -38), (120, 32, 68), (152, 44, 70), (200, 36, 72)):
            pen.rect(arch + a, v, b - a, 5, pen.tone(mix(stone, "#000000", 0.28)))
        pen.line(f"M{arch - 44} 172a44 48 0 0 1 88 0", pen.tone(mix(stone, "#000000", 0.26)), 8)
        pen.rect(16, 72, 112, 22, pen.tone(mix(stone, "#ffffff", 0.16)), 'rx="2"')
        pen.path("M16 76L72 42L112 64l-10 6l10 8z", pen.tone(mix(stone, "#000000", 0.08)))
        for x in (36, 104):
            _column(pen, x, foot, 176, 32, stone, True)
        _column(pen, 334, foot + 6, 104, 36, stone, False)
        for x, v, r in (
            (arch - 56, 92, 20),
            (arch - 66, 124, 16),
            (arch - 60, 232, 20),
            (36, 132, 16),
            (28, 100, 20),
            (46, 160, 13),
            (346, 196, 17),
            (338, 224, 20),
            (arch + 60, 104, 16),
        ):
            bush(pen, x, v + r * 0.5, r * 0.72, IVY)
        _column(pen, 30, 376, 88, 48, stone, False)
        bush(pen, 52, 380, 18, IVY)
        pen.rect(296, 336, 96, 46, pen.gradient(mix(stone, "#ffffff", 0.2), mix(stone, "#000000", 0.25)), 'rx="4"')
        for v in (348, 364):
            pen.rect(312, v, 80, 6, pen.tone(mix(stone, "#000000", 0.24)))
        pen.ellipse(298, 359, 14, 23, pen.tone(mix(stone, "#ffffff", 0.28)))
        pen.ellipse(298, 359, 7, 12, pen.tone(mix(stone, "#000000", 0.14)))
        bush(pen, 364, 344, 18, IVY)


@draws("street corner")
def street_corner(pen: Pen) -> None:
    y = 13 * 16
    sky(pen, y)
    walls = pen.pick((("#f0c49a", "#d89c70"), ("#f3b8a0", "#d08468"), ("#bcd8ec", "#8cb0d0"), ("#e8e0cc", "#c4b898")))
    pen.rect(0, y, S, S - y, pen.gradient("#8b9099", "#6d727c"))
    for side, far in ((-1, ("#c8d8b8", "#a4bc90")), (1, ("#d6c4ea", "#b09ad0"))):
        x = 192 + side * 192
        pen.path(f"M{x} 60L{192 + side * 140} 96V{y + 10}L{x} {y + 4}z", pen.gradient(*far))
    pen.path(f"M192 {y + 76}L-20 {y + 16}V{y - 4}H{S + 20}V{y + 16}z", pen.gradient("#d8d4cc", "#bdb8ae"))
    for side in (-1, 1):
        wall = walls if side < 0 else (walls[1], mix(walls[1], "#000000", 0.16))
        ends = 192 + side * 150
        pen.path(f"M192 26L{ends} 76V{y + 14}L192 {y + 48}z", pen.gradient(*wall))
        pen.path(f"M192 14L{ends + side * 6} 66v12L192 30z", pen.tone("#8a5a44"))
        for k in range(3):
            near, away = 24 + 44 * k, 50 + 44 * k
            for top in (64, 116):
                drop = 0.34 * (1 - (top - 26) / 240)
                a, b = 192 + side * near, 192 + side * away
                pen.path(f"M{a} {top + near * drop:.0f}L{b} {top + away * drop:.0f}v26L{a} {top + near * drop + 30:.0f}z", lit(pen, "#8fc0e0"))
        a, b = 192 + side * 16, 192 + side * 136
        pen.path(f"M{a} 176L{b} 180V{y + 12}L{a} {y + 40}z", lit(pen, "#5c7c98"))
        pen.path(f"M{a} 162L{b} 172l{side * 6} 14L{a + side * 2} 188z", pen.tone(("#e0605a", "#4f9a6a", "#4f7ad0", "#e8a83a")[pen.variant]))
    pen.path(f"M192 {y + 76}L-20 {y + 16}v8L192 {y + 88}L{S + 20} {y + 24}v-8z", pen.tone("#a09a90"))
    for k in range(5):
        x = 96 + 40 * k
        pen.path(f"M{x} {y + 112}h22l{(x - 190) / 6:.0f} 54h-30z", pen.tone("#f4f1e4"))
    lamp(pen, 40, 100, 9)
    pen.rect(37, 108, 6, y - 78, pen.tone("#4a4f5c"))
