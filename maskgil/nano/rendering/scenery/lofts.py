"""Scenery of attic, stable, empty room, cinema, circus, dance floor."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.furniture import Y, room, window
from maskgil.nano.rendering.scenery.shapes.lights import lantern


def carton(pen: Pen, x: float, y: float, w: float, h: float, colour: str = "#d8a868") -> None:
    """A cardboard box with a strip of tape."""
    box(pen, x, y, w, h, colour, 2)
    pen.rect(x, y, w, 12, pen.tone(mix(colour, "#6a4020", 0.35)))
    pen.rect(x + w / 2 - 9, y, 18, h * 0.6, pen.tone(mix(colour, "#fff4d8", 0.6)))


def beam(pen: Pen, d: str, wood: str, w: float = 22) -> None:
    """A timber along a line, with a lit upper side."""
    pen.line(d, pen.tone(mix(wood, "#000000", 0.25)), w)
    more = f'stroke="{pen.tone(mix(wood, "#ffe0b0", 0.25))}" stroke-width="{w * 0.4:.0f}"'
    pen.path(d, "none", more + f' transform="translate(0 {-w * 0.2:.1f})"')


@draws("attic")
def attic(pen: Pen) -> None:
    night = pen.time == "night"
    wood, wall = pen.looks("attic", "wood wall")
    pen.rect(0, 0, S, Y, pen.gradient(wall, mix(wall, "#8a6040", 0.2)))
    for k in range(6):
        pen.rect(k * 64, 0, 32, Y, pen.tone(mix(wall, "#8a5c30", 0.16)))
    pen.rect(0, Y, S, S - Y, pen.gradient(mix(wood, "#e8c090", 0.3), mix(wood, "#5a3418", 0.25)))
    pen.rect(0, Y - 6, S, 12, pen.tone(mix(wood, "#3a2010", 0.45)))
    tile = mix(wood, "#5a2c1c", 0.5)
    for flip in (False, True):
        with mirrored(pen, flip):
            pen.path("M0 0H176L0 208z", pen.tone(tile))
            for k in range(3):
                x = 24 + k * 64
                pen.path(f"M{x - 60} 0h32L0 {round((x - 28) * 1.18)}V{max(0, round((x - 60) * 1.18))}z", pen.tone(mix(tile, "#e8b880", 0.24)))
            beam(pen, "M200 -28L-16 228", wood, 26)
    beam(pen, "M96 96H288", wood, 20)
    x, y, r = 192, 116, 48
    sky = ("#0f1740", "#3c4a8c") if night else ("#7cc4f4", "#e8f6fc")
    pen.path(f"M{x - 40} {y}H{x + 40}L{x + 152} {S}H{x - 152}z", pen.gradient("#fff4c0", "#fff0b0"), f'opacity="{0.12 if night else 0.3}"')
    pen.ellipse(x, y, r + 12, r + 12, pen.gradient(mix(wood, "#ffffff", 0.75), mix(wood, "#ffffff", 0.3)))
    pen.ellipse(x, y, r, r, pen.gradient(*sky, raw=True))
    if night:
        pen.ellipse(x + 20, y - 20, 14, 14, "#fbf2c8")
    else:
        pen.path(f"M{x - 44} {y + 18}q36 -22 52 -4q18 -10 36 4q-12 30 -44 30t-44 -30z", "#86c27c")
    for d in (f"M{x} {y - r}V{y + r}", f"M{x - r} {y}H{x + r}"):
        pen.line(d, pen.tone("#f8f0e0"), 10)
    with mirrored(pen, pen.pick((False, True, False, True))):
        carton(pen, -12, 184, 88, 72, "#d8a868")
        carton(pen, 8, 128, 60, 56, "#c89860")
        carton(pen, -28, 256, 92, 72, "#e0b478")
        shade = pen.pick(("#e05c50", "#4c8cc8", "#58a868", "#e0a840"))
        box(pen, 330, 152, 12, 88, mix(wood, "#000000", 0.3))
        pen.ellipse(336, 240, 26, 8, pen.tone(mix(wood, "#000000", 0.35)))
        if night:
            pen.ellipse(336, 136, 84, 72, pen.glow("#ffe49a"), 'opacity=".8"')
        pen.path("M316 104h40l16 52h-72z", pen.gradient(mix(shade, "#ffffff", 0.35), shade))
        chest = pen.pick(("#8c5430", "#5c7890", "#7c4c3c", "#5c805c"))
        box(pen, 272, 256, 124, 72, chest, 4)
        pen.path("M268 262q0 -40 30 -40H392V262z", pen.gradient(mix(chest, "#ffffff", 0.3), chest))
        brass = "#f0c048"
        for k in (284, 352):
            pen.rect(k, 224, 14, 104, pen.tone(brass))
        pen.rect(268, 256, 128, 12, pen.tone(mix(chest, "#000000", 0.45)))
        box(pen, 310, 250, 30, 30, brass, 5)
        pen.ellipse(325, 266, 5, 6, pen.tone("#4a3418"))


def bale(pen: Pen, x: float, y: float, w: float, h: float) -> None:
    """A bale of hay with two cords."""
    box(pen, x, y, w, h, "#ecc454", 8)
    for k in range(3):
        pen.rect(x + 8, y + 10 + k * h / 3, w - 16, 7, pen.tone("#c8982c"), 'rx="3"')
    for share in (0.24, 0.66):
        pen.rect(x + w * share, y, 10, h, pen.tone("#a86c34"))


@draws("stable")
def stable(pen: Pen) -> None:
    wood, door = pen.looks("stable", "wood door")
    dark = mix(wood, "#2c1408", 0.55)
    pen.rect(0, 0, S, Y + 8, pen.tone(wood))
    for k in range(6):
        pen.rect(k * 64, 0, 32, Y + 8, pen.tone(mix(wood, "#ffe0b0", 0.16)))
    pen.rect(0, Y, S, S - Y, pen.gradient("#e0bc74", "#c49850"))
    pen.rect(0, Y - 2, S, 12, pen.tone(mix(wood, "#000000", 0.4)))
    pen.path(f"M0 264Q56 244 120 262T256 256T384 262V{Y + 8}H0z", pen.tone("#f0d484"))
    pale = mix(door, "#fff0d8", 0.72)
    with mirrored(pen, pen.pick((False, True, False, True))):
        for x in (24, 208):
            pen.rect(x, 56, 128, 184, pen.gradient(mix(dark, "#000000", 0.35), mix(dark, "#000000", 0.1)))
            pen.path(f"M{x} 152q32 -24 64 -8t64 -4v20h-128z", pen.tone("#c89c3c"))
            box(pen, x, 152, 128, 90, door)
            more = f'stroke="{pen.tone(pale)}" stroke-width="14"'
            pen.path(f"M{x + 7} 236L{x + 121} 158M{x + 7} 158L{x + 121} 236", "none", more)
            pen.path(f"M{x + 7} 159h114v76h-114z", "none", more)
        for x in (0, 168, 352):
            box(pen, x, 0, 24, Y + 24, mix(wood, "#3a1c0c", 0.4), 2)
        for x in (24, 192, 376):
            beam(pen, f"M{x - 12} 104L{x + 52} 36M{x - 12} 104L{x - 76} 36", mix(wood, "#3a1c0c", 0.3), 18)
        box(pen, 0, 24, S, 28, mix(wood, "#3a1c0c", 0.35), 2)
        lantern(pen, 180, 44)
        bale(pen, 276, 268, 124, 64)
        bale(pen, 300, 208, 100, 60)
        metal = "#a8b4c0"
        pen.line("M12 252q34 -56 68 0", pen.tone("#6c7884"), 7)
        pen.path("M4 248h84l-12 72h-60z", pen.gradient("#e4ecf2", metal, "#78848f", flat=True))
        pen.ellipse(46, 250, 42, 10, pen.tone("#5cb0e0"))
        pen.rect(10, 272, 72, 10, pen.tone("#6c7884"))


@draws("empty room")
def empty_room(pen: Pen) -> None:
    wall, wood, x = pen.looks("empty room", "wall wood x")
    room(pen, Y, (wall, mix(wall, "#a89884", 0.16)), (wood, mix(wood, "#5a3418", 0.2)), True)
    window(pen, x, 40, 112, 112)
    pen.path(f"M{x - 20} {S}L{x + 10} 264H{x + 90}L{x + 70} {S}z", "#fff4c8", f'opacity="{0.1 if pen.time == "night" else 0.28}"')


@draws("cinema")
def cinema(pen: Pen) -> None:
    seat, shown = pen.looks("cinema", "seat shown")
    pen.rect(0, 0, S, S, pen.gradient("#3a2440", "#241830", raw=True))
    pen.path(f"M64 168H320L{S} {S}H0z", "#ffffff", 'opacity=".07"')
    pen.rect(56, 22, 272, 150, "#14101c", 'rx="4"')
    pen.rect(66, 32, 252, 130, pen.gradient(*shown[:2], raw=True))
    pen.path("M66 162V128q60 -44 120 -10t132 -14V162z", shown[2])
    pen.ellipse(264, 64, 18, 18, "#fff4c0")
    for x in (0, S - 52):
        pen.rect(x, 0, 52, 208, pen.gradient("#d0384a", "#8f2034", "#c03044", "#8f2034", raw=True, flat=True))
    pen.rect(0, 0, S, 22, "#8f2034")
    for row, (v, w) in enumerate(((184, 40), (216, 48))):
        for k in range(-1, 10):
            x = k * w + (row % 2) * w // 2
            pen.rect(x + 3, v, w - 6, 60, mix(seat, "#000000", 0.34 - 0.14 * row), 'rx="12"')
            pen.rect(x + 7, v + 4, w - 14, 16, mix(seat, "#ffffff", 0.12), 'rx="8"')
    pen.rect(0, 262, S, S - 262, pen.gradient("#6a3048", "#4a2238", raw=True))
    for x in (8, 360):
        for v in (286, 330, 370):
            pen.rect(x, v, 16, 8, "#ffd880", 'rx="3"')


@draws("circus")
def circus(pen: Pen) -> None:
    (cloth,) = pen.looks("circus", "cloth")
    y = 13 * 16
    pale = mix("#fff4dc", cloth, 0.06)
    pen.rect(0, 0, S, S, pen.tone(mix(cloth, "#20102a", 0.5)))
    for k in range(-6, 6):
        a, b = 192 + 8 * k, 192 + 64 * k
        pen.path(f"M{a} -20H{a + 8}L{b + 64} 120V{y}H{b}V120z", pen.tone(cloth if k % 2 else pale))
    for k in range(12):
        pen.path(f"M{k * 32} 112h32v10a16 16 0 0 1 -32 0z", pen.tone("#ffd24a"))
    for x in (72, 312):
        pen.rect(x - 6, 0, 12, y, pen.tone("#8a5a3c"))
        pen.path(f"M{x} 30L{x + (90 if x < 192 else -90)} {S}H{x - (40 if x < 192 else -40)}z", "#fff8d0", 'opacity=".16"')
    for row, v in enumerate((148, 176, 204)):
        pen.rect(0, v + 14, S, 26, pen.tone(mix("#6a4a8a", "#20102a", 0.14 * row)))
        for k in range(13):
            x = k * 32 + 16 * (row % 2)
            shirt = ("#58a8e0", "#f0b040", "#e87898", "#68b868", "#b080d8")[(k * 2 + row) % 5]
            pen.ellipse(x, v + 22, 13, 14, pen.tone(shirt))
            pen.ellipse(x, v + 4, 8, 9, pen.tone(("#f4c894", "#b07a50", "#ffdcb0")[(k + row) % 3]))
    pen.rect(0, 246, S, S - 246, pen.tone("#6a4a3a"))
    pen.ellipse(192, 318, 236, 92, pen.tone(cloth))
    pen.ellipse(192, 312, 236, 88, pen.tone("#ffd24a"))
    pen.ellipse(192, 318, 218, 80, pen.gradient("#f0d8a0", "#d8b070"))


@draws("dance floor")
def dance_floor(pen: Pen) -> None:
    (night,) = pen.looks("dance floor", "night")
    glow = ("#ff5ab8", "#4ad8f0", "#ffd84a", "#7af07a")
    pen.rect(0, 0, S, Y, pen.gradient(*night, raw=True))
    for k, x in enumerate((32, 128, 256, 352)):
        pen.path(f"M{x} 0h10L{x + (120 if k < 2 else -40)} {Y}h-90z", glow[(k + pen.variant) % 4], 'opacity=".28"')
        pen.rect(x - 10, 0, 30, 22, "#14101c", 'rx="5"')
    for x in (0, S - 60):
        pen.rect(x, 104, 60, Y - 104, "#1c1626", 'rx="4"')
        for v in (136, 190):
            pen.ellipse(x + 30, v, 22, 22, "#4a4458")
            pen.ellipse(x + 30, v, 10, 10, "#14101c")
    pen.rect(189, 0, 6, 40, "#c8c8d8")
    pen.ellipse(192, 76, 40, 40, pen.ball("#ffffff", "#b8bcd8", "#62648a", raw=True))
    for d in ("M156 62H228M152 78H232M156 94H228", "M176 40V112M192 36V116M208 40V112"):
        pen.line(d, "#6a6c90", 4)
    for k, (x, v) in enumerate(((96, 56), (288, 60), (120, 136), (270, 140), (192, 168))):
        pen.ellipse(x, v, 9, 9, glow[k % 4])
    pen.rect(0, Y, S, S - Y, "#241a38")
    rows = ((Y, 256), (256, 292), (292, 334), (334, S))
    for row, (top, low) in enumerate(rows):
        for k in range(-5, 5):
            a, b = 48 + (top - Y) * 0.16, 48 + (low - Y) * 0.16
            shade = glow[(k + row * 3 + pen.variant) % 4]
            pen.path(
                f"M{192 + k * a + 3:.0f} {top + 3}H{192 + (k + 1) * a - 3:.0f}L{192 + (k + 1) * b - 3:.0f} {low - 3}H{192 + k * b + 3:.0f}z",
                mix(shade, "#2a1c48", 0.25 + 0.3 * ((k + row) % 2)),
            )
