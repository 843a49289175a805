"""Scenery of public rooms: classroom, office, library, shop, restaurant, hospital, gym."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.furniture import Y, chair, desk, jar, room, window

LIGHT_WALLS = (("#fbf0cf", "#f2e0b0"), ("#d9ecf6", "#bfdcea"), ("#e6f2dc", "#cde2bd"), ("#fbe4d4", "#f0cdb6"))


@draws("classroom")
def classroom(pen: Pen) -> None:
    room(pen, Y, pen.pick(LIGHT_WALLS), ("#e2bd88", "#c4965c"), False)
    wood, flip = pen.pick(("#c98a4c", "#b87848", "#d8a04c")), pen.variant % 2 == 1
    with mirrored(pen, flip):
        window(pen, 22, 38, 68, 100)
        box(pen, 120, 24, 240, 144, wood, 4)
        pen.rect(130, 34, 220, 124, pen.gradient("#3c8060", "#2c6a4c"))
        box(pen, 128, 160, 224, 14, mix(wood, "#ffffff", 0.3), 3)
        pen.rect(288, 152, 32, 10, pen.tone("#f6f2e6"))
    x = 30 if flip else 130
    chalk = f'stroke="{pen.tone("#fafaf2")}" stroke-width="9" stroke-linecap="round" stroke-linejoin="round"'
    pen.path(f"M{x + 26} 128l20 -64l20 64M{x + 33} 106h26", "none", chalk)
    pen.path(f"M{x + 90} 64v64h20q20 0 20 -17t-20 -17h-20h16q17 0 17 -15t-17 -15z", "none", chalk)
    pen.path(f"M{x + 194} 74q-12 -13 -27 -8q-14 6 -14 30t14 30q15 5 27 -8", "none", chalk)
    (seat,) = pen.looks("classroom", "seat")
    for x, book in ((-36, 48), (300, 16)):
        desk(pen, x, 232, 120, 72, wood)
        box(pen, x + book, 216, 52, 16, mix(seat, "#ffffff", 0.25), 3)
        chair(pen, x + (48 if x < 0 else 24), 256, seat)


@draws("office")
def office(pen: Pen) -> None:
    room(pen, Y, (("#eef2f6", "#d6dee6")), pen.pick((("#98acc2", "#7c92ac"), ("#b8b0a4", "#9c9284"))), False)
    glass = {"day": ("#8fcdf5", "#dff2fc"), "night": ("#0f1740", "#33427c")}[pen.time]
    night, flip = pen.time == "night", pen.variant % 2 == 1
    with mirrored(pen, flip):
        for x in (48, 240):
            pen.rect(x, 0, 96, 14, pen.tone("#fffbe8") if not night else "#ffe9a8")
        pen.rect(10, 26, 268, 124, pen.tone("#ffffff"))
        pen.rect(16, 32, 256, 112, pen.gradient(*glass, raw=True))
        for x, h in pen.pick((((24, 64), (64, 40), (96, 80), (160, 56), (208, 96)), ((16, 40), (64, 88), (112, 48), (160, 72), (224, 48)))):
            pen.rect(x, 144 - h, 40, h, "#222c58" if night else "#7f9cb8")
            for k in (0, 1):
                pen.rect(x + 8 + 16 * k, 144 - h + 10, 8, 12, "#ffd76a" if night else "#dcecf6")
        for x in (96, 184):
            pen.rect(x, 26, 10, 124, pen.tone("#ffffff"))
        cabinet = pen.pick(("#5a86b8", "#8a94a0", "#5aa08c"))
        box(pen, 304, 92, 72, 144, cabinet, 4)
        for k in range(3):
            pen.rect(312, 100 + 44 * k, 56, 36, pen.tone(mix(cabinet, "#ffffff", 0.35)), 'rx="3"')
            pen.rect(328, 112 + 44 * k, 24, 8, pen.tone(mix(cabinet, "#000000", 0.4)))
        wood = pen.pick(("#c8925a", "#a87448", "#e0c49a"))
        desk(pen, -16, 200, 176, 56, wood)
        box(pen, 96, 208, 52, 40, wood)
        pen.rect(54, 180, 20, 20, pen.tone("#3c444e"))
        box(pen, 16, 116, 96, 68, "#2c343e", 5)
        pen.rect(24, 124, 80, 52, pen.gradient("#6ac0f0", "#3c8cd0", raw=True))
        box(pen, 120, 172, 28, 28, "#f6f6f2", 3)
        seat = pen.pick(("#d8504c", "#3c4858", "#e89a3c"))
        pen.rect(30, 276, 16, 44, pen.tone("#3a424c"))
        pen.path("M0 328q38 -28 76 0z", pen.tone("#3a424c"))
        box(pen, 2, 196, 72, 64, seat, 16)
        box(pen, -2, 262, 80, 20, seat, 9)


@draws("library")
def library(pen: Pen) -> None:
    room(pen, Y, ("#f0e2c4", "#e2cda4"), ("#c08a54", "#98683a"), False)
    wood, row = pen.looks("library", "wood row")
    dark = mix(wood, "#000000", 0.45)
    pen.rect(0, 0, S, Y + 8, pen.tone(dark))
    for level in range(3):
        foot = 68 + 72 * level
        for k in range(12):
            h, book = (56, 48, 56)[(k + level) % 3], row[(k + 3 * level) % 8]
            for n in (0, 1):
                pen.rect(k * 32 + 16 * n + 1, foot - h, 15, h, pen.tone(book))
            pen.rect(k * 32 + 1, foot - h + 10, 31, 8, pen.tone(mix(book, "#fff4d0", 0.6)))
        box(pen, 0, foot, S, 12, wood)
    for x in (-8, 120, 248, 376):
        box(pen, x, 0, 16, Y + 12, wood)
    with mirrored(pen, pen.variant % 2 == 1):
        steps = pen.tone("#f0c878")
        for x in (264, 320):
            pen.path(f"M{x} {Y + 56}L{x + 16} 8h12L{x + 12} {Y + 56}z", steps)
        for k in range(6):
            pen.rect(274 + 12 - 2.6 * k, 32 + 40 * k, 56, 10, steps)
        cloth = pen.pick(("#3c9060", "#3c70a8", "#b8483c"))
        desk(pen, -24, 232, 136, 80, mix(wood, "#000000", 0.3))
        pen.rect(-24, 232, 136, 8, pen.tone("#e0a868"), 'rx="3"')
        if pen.time == "night":
            pen.ellipse(58, 196, 72, 52, pen.glow("#ffe9a8"), 'opacity=".8"')
        box(pen, 51, 184, 14, 44, "#e8c050")
        box(pen, 32, 222, 52, 12, "#e8c050", 5)
        pen.path("M16 196q6 -48 42 -48t42 48z", pen.gradient(mix(cloth, "#ffffff", 0.3), cloth))
        pen.rect(24, 196, 68, 8, "#fff2c0")
        box(pen, -8, 216, 36, 16, "#d8504c", 3)


@draws("shop")
def shop(pen: Pen) -> None:
    rng = pen.rng
    room(pen, Y, ("#fdf6e4", "#f2e6c8"), (("#e6e8ec", "#c6ccd4")), False)
    (bright,) = pen.looks("shop", "bright")
    for k in range(12):
        pen.path(f"M{k * 32} 0h32v28q-16 14 -32 0z", pen.tone(bright if k % 2 else "#ffffff"))
    box(pen, 0, 52, S, 180, "#dcd2c0")
    goods = rng.sample(("#e8504c", "#4c9ce0", "#f0c03c", "#5cb05c", "#a868c0", "#f08c3c"), 6)
    for level in range(2):
        foot = 128 + 88 * level
        pen.rect(0, foot - 72, S, 72, pen.tone("#c4b498"))
        for k in range(8):
            colour, x = goods[(k + 2 * level) % 6], k * 48
            if (k // 2 + level) % 3 == 0:
                jar(pen, x + 9, foot, 30, 66, colour)
                pen.rect(x + 9, foot - 32, 30, 16, pen.tone("#fff8e8"))
            elif (k // 2 + level) % 3 == 1:
                box(pen, x + 4, foot - 58, 40, 58, colour, 2)
                pen.ellipse(x + 24, foot - 30, 13, 13, pen.tone("#fff8e8"))
            else:
                box(pen, x + 5, foot - 48, 38, 48, colour, 8)
                pen.rect(x + 5, foot - 48, 38, 12, pen.tone("#eef0f4"), 'rx="5"')
        box(pen, 0, foot, S, 12, "#ffffff")
    with mirrored(pen, pen.variant % 2 == 1):
        box(pen, 276, 228, 124, 92, bright, 4)
        pen.rect(276, 252, 124, 16, pen.tone("#ffffff"))
        box(pen, 268, 216, 132, 18, "#8a929c", 4)
        box(pen, 308, 172, 64, 46, "#4c5664", 5)
        pen.path("M316 176l8 -32h44l8 32z", pen.tone("#3a424e"))
        pen.rect(328, 150, 34, 16, pen.tone("#8ce0a0"))
        for k in range(3):
            pen.rect(316 + 18 * k, 188, 12, 12, pen.tone("#f2f2ee"))
        for k, (fruit, light) in enumerate((("#e04840", "#ff9080"), ("#f08c20", "#ffc870"))):
            y = 216 + 56 * k
            for n in range(4 - k):
                pen.ellipse(8 + 26 * n, y, 15, 15, pen.ball(light, fruit))
            box(pen, -8, y + 8, 112 - 24 * k, 44, "#b8824c", 3)
            pen.rect(-8, y + 24, 112 - 24 * k, 8, pen.tone("#8a5c30"))


@draws("restaurant")
def restaurant(pen: Pen) -> None:
    wall, seat, shade, cloth = pen.looks("restaurant", "wall seat shade cloth")
    room(pen, Y, wall, ("#b07848", "#8c5a34"), False)
    with mirrored(pen, pen.variant % 2 == 1):
        window(pen, 22, 60, 100, 76)
        box(pen, 258, 48, 100, 100, "#a06c3c", 4)
        pen.rect(268, 58, 80, 80, pen.tone("#2f3a38"))
        for k, (x, w) in enumerate(((284, 48), (280, 32), (280, 40), (280, 28))):
            pen.rect(x, 66 + 18 * k, w, 8, pen.tone("#f6f2e0"))
    for k in range(6):
        box(pen, k * 64 + 1, 160, 62, 56, seat, 12)
    box(pen, 0, 200, S, 32, mix(seat, "#000000", 0.15), 4)
    for x in (64, 192, 320):
        pen.rect(x - 3, 0, 6, 20, pen.tone("#4a3a30"))
        pen.ellipse(x, 52, 70, 44, pen.glow("#fff0b0"), 'opacity=".75"')
        pen.ellipse(x, 46, 14, 10, "#fff6c8")
        pen.path(f"M{x - 34} 46q4 -32 34 -32t34 32z", pen.gradient(mix(shade, "#ffffff", 0.3), shade))
    for x in (-48, 288):
        pen.rect(x + 64, 304, 16, 56, pen.tone("#5a3a24"))
        pen.rect(x + 40, 352, 64, 12, pen.tone("#5a3a24"), 'rx="5"')
        pen.rect(x, 256, 144, 64, pen.tone("#fff8ee"))
        for k in range(5):
            for n in range(2):
                if (k + n) % 2 == 0:
                    w = min(32, 144 - 32 * k)
                    pen.rect(x + 32 * k, 256 + 32 * n, w, 32, pen.tone(cloth))
        pen.rect(x, 250, 144, 10, pen.tone("#ffffff"))
        at = x + 64 if x < 0 else x + 28
        pen.ellipse(at + 22, 247, 36, 8, pen.tone("#e8ecf4"))
        pen.path(f"M{at + 4} 246q0 -22 18 -22t18 22z", pen.gradient("#f0c060", "#d89038"))
        side = x + 112 if x < 0 else x + 8
        pen.rect(side + 5, 228, 6, 22, pen.tone("#f4f8fa"))
        pen.path(f"M{side - 4} 196h24q2 34 -12 36q-14 -2 -12 -36z", pen.tone("#e6f2f8"))
        pen.path(f"M{side - 4} 208h24q0 22 -12 24q-12 -2 -12 -24z", pen.tone("#a8243c"))


@draws("hospital")
def hospital(pen: Pen) -> None:
    wall, cover, curtain = pen.looks("hospital", "wall cover curtain")
    room(pen, Y, wall, ("#dfe6ea", "#bccad2"), False)
    pen.rect(0, 144, S, 71, pen.tone(mix(wall[1], "#3c8c88", 0.5)))
    pen.rect(0, 12, S, 8, pen.tone("#a8b4bc"))
    with mirrored(pen, pen.variant % 2 == 1):
        for k in range(5):
            fill = curtain if k % 2 else mix(curtain, "#ffffff", 0.28)
            pen.path(f"M{112 + 16 * k} 20h16v176q-8 8 -16 0z", pen.tone(fill))
        box(pen, 216, 40, 80, 80, "#ffffff", 12)
        pen.rect(244, 52, 24, 56, "#e03c40")
        pen.rect(228, 68, 56, 24, "#e03c40")
        window(pen, 18, 40, 76, 84)
        for x in (312, 360):
            pen.rect(x, 40, 8, 8, pen.tone("#8894a0"))
        pen.rect(336, 32, 12, 208, pen.tone("#7c8894"))
        pen.rect(312, 32, 58, 10, pen.tone("#8c98a4"), 'rx="4"')
        box(pen, 302, 44, 30, 48, "#e85858", 8)
        pen.rect(302, 44, 30, 14, pen.tone("#f6fafc"), 'rx="6"')
        box(pen, 200, 152, 64, 56, "#5c6874", 5)
        pen.rect(208, 160, 48, 40, "#16302c")
        pen.line("M208 182h14l6 -14l8 24l6 -10h14", "#58f090", 6)
        box(pen, 208, 208, 48, 32, "#c8d2da", 3)
    for flip in (False, True):
        with mirrored(pen, flip):
            for x in (-8, 96):
                pen.rect(x, 160, 14, 168, pen.tone("#6c7c8c"), 'rx="6"')
                pen.ellipse(x + 7, 328, 10, 10, pen.tone("#4c5660"))
            box(pen, -8, 168, 116, 56, "#9cb4c8", 10)
            box(pen, 8, 196, 80, 40, "#ffffff", 16)
            pen.rect(-8, 228, 112, 76, pen.gradient(mix(cover, "#ffffff", 0.2), cover), 'rx="10"')
            pen.rect(-8, 228, 112, 18, pen.tone("#ffffff"), 'rx="8"')
            box(pen, -8, 292, 116, 14, "#7c8c9c", 5)


@draws("gym")
def gym(pen: Pen) -> None:
    wall, band = pen.looks("gym", "wall band")
    room(pen, Y, wall, ("#e8b070", "#c8884c"), False)
    pen.rect(0, 176, S, 39, pen.tone(band))
    line = f'stroke="{pen.tone("#fffaf0")}" stroke-width="8"'
    pen.path("M96 226L16 384M288 226L368 384M76 264H308", "none", line)
    pen.path("M112 388Q120 320 192 320T272 388", "none", line)
    with mirrored(pen, pen.variant % 2 == 1):
        for x in (8, 64):
            box(pen, x, 16, 14, 224, "#a86c34", 4)
        for k in range(7):
            box(pen, 18, 28 + 28 * k, 52, 13, "#e0a458", 6)
        box(pen, 132, 24, 120, 92, "#ffffff", 4)
        pen.rect(138, 30, 108, 80, "none", f'stroke="{pen.tone("#d8403c")}" stroke-width="8"')
        pen.rect(170, 66, 44, 36, "none", f'stroke="{pen.tone("#d8403c")}" stroke-width="8"')
        pen.path("M164 112h56l-10 48h-36z", pen.tone("#f6f6f2"))
        pen.path("M178 112l8 48h12l8 -48z", pen.tone("#c4ccd4"))
        pen.rect(158, 104, 68, 12, pen.tone("#f07020"), 'rx="6"')
        for x in (288, 344):
            pen.rect(x - 2, 0, 6, 88, pen.tone("#f0e4c8"))
            pen.ellipse(x + 1, 104, 14, 18, "none", f'stroke="{pen.tone("#8c5c30")}" stroke-width="9"')
        for y in (168, 220):
            box(pen, 272, y + 26, 120, 12, "#5c6670", 4)
            for k in range(2):
                x, weight = 280 + 56 * k, ("#3c444e", band)[k]
                pen.rect(x + 8, y + 8, 32, 10, pen.tone("#b4bec8"))
                for n in (0, 32):
                    box(pen, x + n, y - 2, 16, 30, weight, 4)
        for x in (276, 372):
            box(pen, x, 176, 12, 96, "#4c5660", 4)
