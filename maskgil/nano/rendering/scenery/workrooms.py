"""Scenery of laboratory, workshop, train compartment, shop window."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.furniture import Y, jar, room, window
from maskgil.nano.rendering.scenery.shapes.lights import lamplit, lit


@draws("laboratory")
def laboratory(pen: Pen) -> None:
    rng = pen.rng
    (wall,) = pen.looks("laboratory", "wall")
    room(pen, Y, wall, ("#c4d0d8", "#9cb0bc"), False)
    top, front = "#f6f8fa", pen.pick(("#4c9cac", "#5c88c4", "#7c78bc"))
    shades = rng.sample(("#e84c6c", "#48c070", "#4c94f0", "#f4b830", "#a860d8"), 5)
    with mirrored(pen, pen.variant % 2 == 1):
        box(pen, 16, 20, 160, 96, "#ffffff", 3)
        rows = ("10000001", "11000111", "11111111", "11111111", "01111110")
        for r, row in enumerate(rows):
            for k, here in enumerate(row):
                if here == "1":
                    group = 0 if k < 2 else 1 if k < 5 else 2
                    pale = mix(shades[group], "#ffffff", 0.25)
                    pen.rect(32 + 16 * k, 28 + 16 * r, 15, 15, pen.tone(pale))
        box(pen, 208, 92, 160, 12, "#a8b4bc", 3)
        for k, x in enumerate((216, 256, 296, 336)):
            jar(pen, x, 92, 28, 56, shades[(k + 1) % 5])
            pen.rect(x, 62, 28, 14, pen.tone("#ffffff"))
    box(pen, 0, 192, S, 44, front)
    for k in range(6):
        pen.rect(k * 64 + 6, 208, 52, 28, pen.tone(mix(front, "#ffffff", 0.25)), 'rx="3"')
    box(pen, 0, 184, S, 14, top, 3)
    with mirrored(pen, pen.variant > 1):
        for x, w, h, colour in ((16, 72, 84, shades[0]), (104, 48, 60, shades[1])):
            flask(pen, x, 184, w, h, colour)
        round_flask(pen, 208, 184, 30, shades[2])
        box(pen, 240, 156, 72, 10, "#b07c48", 3)
        for k in range(3):
            pen.rect(246 + 22 * k, 132, 14, 48, pen.tone("#eef8fc"), 'rx="6"')
            pen.rect(246 + 22 * k, 150, 14, 32, pen.tone(shades[(k + 2) % 5]), 'rx="6"')
        box(pen, 236, 176, 80, 10, "#b07c48", 3)
        microscope(pen, 312, 184)
        for x in (-40, 320):
            box(pen, x, 248, 104, 96, front, 4)
            box(pen, x - 8, 236, 120, 16, top, 4)
        flask(pen, 2, 238, 56, 68, shades[3])
        round_flask(pen, 352, 238, 24, shades[4])


def flask(pen: Pen, x: float, foot: float, w: float, h: float, colour: str) -> None:
    """A conical flask half full."""
    mid, neck = x + w / 2, w * 0.16
    glass = f'stroke="{pen.tone("#8cb0c4")}" stroke-width="4"'
    pen.path(
        f"M{mid - neck} {foot - h}h{2 * neck}v{h * 0.35}L{x + w} {foot - 6}q0 6 -6 6H{x + 6}q-6 0 -6 -6L{mid - neck} {foot - h * 0.65}z",
        pen.tone("#f4fbfe"),
        glass,
    )
    pen.path(f"M{x + w * 0.2:.1f} {foot - h * 0.4:.1f}H{x + w * 0.8:.1f}L{x + w - 3} {foot - 3}H{x + 3}z", pen.gradient(mix(colour, "#ffffff", 0.25), colour))
    pen.rect(mid - neck - 4, foot - h - 4, 2 * neck + 8, 9, pen.tone("#a8c4d4"), 'rx="4"')


def round_flask(pen: Pen, x: float, foot: float, r: float, colour: str) -> None:
    """A round flask with a long neck, on a ring."""
    pen.rect(x - r * 0.3, foot - r * 3.1, r * 0.6, r * 1.5, pen.tone("#dceef6"))
    pen.ellipse(x, foot - r, r, r, pen.tone("#eef8fc"))
    pen.path(f"M{x - r + 2} {foot - r}h{2 * r - 4}a{r - 2} {r - 2} 0 0 1 {4 - 2 * r} 0z", pen.gradient(mix(colour, "#ffffff", 0.25), colour))
    pen.rect(x - r * 0.45, foot - r * 3.2, r * 0.9, 9, pen.tone("#a8c4d4"), 'rx="4"')


def microscope(pen: Pen, x: float, foot: float) -> None:
    """A microscope, its eyepiece to the upper left."""
    dark = "#3c4654"
    pen.line(f"M{x + 34} {foot - 84}Q{x + 72} {foot - 60} {x + 48} {foot - 12}", pen.tone(dark), 13)
    pen.path(f"M{x + 8} {foot - 100}l18 -10l28 50l-18 10z", pen.tone("#e8ecf0"))
    pen.path(f"M{x + 6} {foot - 104}l18 -10l6 12l-18 10z", pen.tone(dark))
    pen.rect(x + 8, foot - 38, 44, 9, pen.tone(dark))
    box(pen, x, foot - 14, 68, 14, dark, 5)


@draws("workshop")
def workshop(pen: Pen) -> None:
    wall, handle = pen.looks("workshop", "wall handle")
    room(pen, Y, wall, ("#b0a89e", "#8c8478"), False)
    peg, wood = pen.pick(("#f0d8a4", "#e8e4d8", "#b8d4dc")), pen.pick(("#b87c44", "#a06838"))
    steel, dark = pen.tone("#7c8894"), pen.tone("#48525e")
    with mirrored(pen, pen.variant % 2 == 1):
        box(pen, 16, 16, 256, 128, wood, 4)
        pen.rect(24, 24, 240, 112, pen.tone(peg))
        pen.rect(52, 60, 14, 68, pen.tone(handle), 'rx="5"')
        pen.path("M32 40h48q10 2 12 14h-12v8h-48z", dark)
        pen.path("M112 60L152 36v88l-18 -6z", steel)
        pen.path("M104 36h52v24h-52z", pen.tone(handle), 'rx="6"')
        pen.rect(118, 44, 22, 8, pen.tone(peg))
        pen.rect(184, 56, 14, 72, steel, 'rx="6"')
        pen.path("M174 32q-8 20 4 30h26q12 -10 4 -30l-8 -2v18h-18v-18z", steel)
        pen.rect(230, 36, 20, 44, pen.tone(handle), 'rx="8"')
        pen.rect(235, 78, 10, 48, dark)
        window(pen, 302, 32, 64, 84)
        box(pen, -8, 172, 296, 18, mix(wood, "#ffffff", 0.15), 3)
        for x in (8, 248):
            pen.rect(x, 188, 24, 68, pen.tone(mix(wood, "#000000", 0.3)))
        box(pen, 32, 222, 216, 14, wood)
        box(pen, 196, 148, 64, 14, "#4c6c8c", 3)
        box(pen, 216, 158, 24, 16, "#3c5468", 3)
        box(pen, 244, 128, 20, 34, "#4c6c8c", 3)
        box(pen, 56, 192, 52, 30, "#4c8ab8", 3)
        box(pen, 128, 196, 40, 26, "#58a068", 3)
        box(pen, 300, 160, 96, 112, "#d83c34" if handle != "#d83c34" else "#2c6cc0", 5)
        for k in range(3):
            pen.rect(308, 172 + 32 * k, 80, 24, pen.tone("#f0f0ec"), 'opacity=".85" rx="3"')
            pen.rect(332, 180 + 32 * k, 32, 8, dark)
        for x in (312, 364):
            pen.ellipse(x, 276, 10, 10, dark)
        for y in (336, 300):
            pen.ellipse(20, y, 56, 26, dark)
            pen.ellipse(20, y - 6, 52, 20, pen.tone("#5c6672"))
            pen.ellipse(20, y - 6, 26, 10, pen.tone("#2c323a"))


def _seat(pen: Pen, x: float, colour: str, way: int) -> None:
    """A train's seat from the side, its back at `x`, facing left (-1) or right (1)."""
    for dx, v, w, h, shade in ((0, 150, 34, 150, 0.0), (0, 262, 92, 40, 0.08), (8, 300, 16, 34, 0.5), (68, 300, 16, 34, 0.5), (4, 128, 26, 34, -0.2)):
        tint = mix(colour, "#ffffff", -shade) if shade < 0 else mix(colour, "#000000", shade)
        box(pen, x + dx if way > 0 else x - dx - w, v, w, h, tint, 8)


@draws("train compartment")
def train_compartment(pen: Pen) -> None:
    wall, seat = pen.looks("train compartment", "wall seat")
    outside = {"day": ("#6cb8f0", "#d8f0fc"), "night": ("#0f1740", "#3a4a8c")}[pen.time]
    room(pen, Y + 32, (wall, mix(wall, "#8f8880", 0.2)), ("#8f9098", "#70727c"), False)
    pen.rect(0, 0, S, 26, pen.gradient("#ffffff", mix(wall, "#8f8880", 0.25)))
    for x in (48, 208):
        pen.rect(x, 10, 128, 10, lit(pen, "#fffbe8"), 'rx="5"')
    for x in (24, 208):
        pen.rect(x - 8, 60, 168, 132, pen.gradient("#b8bcc4", "#8a8f9a"), 'rx="20"')
        pen.rect(x, 68, 152, 116, pen.gradient(*outside, raw=True), 'rx="14"')
        hill = pen.tone("#7cc060") if pen.time == "day" else "#22386a"
        far = pen.tone("#a0d0a0") if pen.time == "day" else "#2c447c"
        pen.path(f"M{x} 150q40 -36 80 -10t72 -8v40q0 12 -14 12h-124q-14 0 -14 -12z", far)
        pen.path(f"M{x} 166q50 -20 90 -4t62 -2v12q0 12 -14 12h-124q-14 0 -14 -12z", hill)
    pen.rect(0, 36, S, 10, pen.tone("#9aa0ac"))
    for x, w, colour in ((40, 56, "#c8704a"), (112, 40, "#4a8a9a"), (250, 64, "#6a7ac0")):
        box(pen, x, 10, w, 28, colour, 5)
    _seat(pen, 0, seat, 1)
    _seat(pen, S, seat, -1)


@draws("shop window")
def shop_window(pen: Pen) -> None:
    front, inner = pen.looks("shop window", "front inner")
    box(pen, 0, 0, S, S, front)
    pen.rect(24, 72, 336, 240, pen.tone(mix(front, "#ffffff", 0.7)), 'rx="4"')
    pen.rect(36, 84, 312, 216, lamplit(pen, inner) if pen.time != "night" else mix(inner, "#c89048", 0.25))
    for x in (36, 300):
        fold = lamplit(pen, mix(front, "#ffffff", 0.4))
        pen.rect(x, 84, 48, 176, fold)
        for k in (10, 30):
            pen.rect(x + k, 84, 9, 176, lamplit(pen, mix(front, "#ffffff", 0.15)))
    for x in (120, 192, 264):
        pen.rect(x - 3, 84, 6, 20, pen.tone("#4a4a54"))
        pen.ellipse(x, 112, 30, 26, pen.glow("#fff0b0"))
        pen.path(f"M{x - 16} 116L{x - 8} 100h16l8 16z", pen.tone("#f0b840"))
    pen.rect(36, 260, 312, 40, lamplit(pen, "#d8b080"))
    pen.rect(36, 256, 312, 10, lamplit(pen, "#f0d0a0"))
    pen.path("M40 240L150 96h36L76 240zM210 240L320 96h14L224 240z", "#ffffff", 'opacity=".16"')
    for k in range(8):
        colour = "#ffffff" if k % 2 else front
        pen.path(f"M{k * 48} 20h48v36a24 20 0 0 1 -48 0z", pen.tone(mix(colour, "#ffffff", 0.1)))
    pen.rect(0, 8, S, 18, pen.tone(mix(front, "#000000", 0.25)))
    pen.rect(0, 312, S, 16, pen.tone(mix(front, "#ffffff", 0.45)))
    pen.rect(24, 336, 336, 28, pen.tone(mix(front, "#000000", 0.18)), 'rx="3"')
    pen.rect(0, 370, S, 14, pen.gradient("#c4c0b8", "#a8a49c"))
