"""Scenery of dining room, nursery, greenhouse, spaceship, museum."""

from __future__ import annotations

import math

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.furniture import Y, curtains, desk, frame, room, window
from maskgil.nano.rendering.scenery.shapes.plants import leaves, pot


def teddy(pen: Pen, x: float, foot: float, fur: str) -> None:
    """A sitting toy bear, 96 tall, whose middle is at `x`."""
    fill, pale = pen.ball(mix(fur, "#ffe0b0", 0.4), fur), pen.tone(mix(fur, "#fff0d0", 0.75))
    for k in (-1, 1):
        pen.ellipse(x + 20 * k, foot - 82, 12, 12, fill)
        pen.ellipse(x + 27 * k, foot - 32, 11, 15, fill)
    pen.ellipse(x, foot - 26, 26, 28, fill)
    pen.ellipse(x, foot - 22, 15, 16, pale)
    pen.ellipse(x, foot - 64, 28, 25, fill)
    pen.ellipse(x, foot - 56, 14, 11, pale)
    for k in (-1, 1):
        pen.ellipse(x + 22 * k, foot - 8, 15, 12, fill)
        pen.ellipse(x + 11 * k, foot - 70, 4, 5, pen.tone("#2c1c18"))
    pen.ellipse(x, foot - 60, 6, 4.5, pen.tone("#2c1c18"))


@draws("dining room")
def dining_room(pen: Pen) -> None:
    wall, wood, cloth = pen.looks("dining room", "wall wood cloth")
    room(pen, Y, wall, pen.pick((("#d8a468", "#b47c44"), ("#c08a54", "#9c683a"))), False)
    low = mix(wall[1], "#7c5430", 0.55)
    pen.rect(0, 160, S, Y - 160, pen.gradient(mix(low, "#ffffff", 0.12), low))
    pen.rect(0, 152, S, 12, pen.tone(mix(low, "#ffffff", 0.45)))
    rug = mix(cloth, "#000000", 0.12)
    pen.ellipse(208, 300, 172, 44, pen.tone(mix(rug, "#fff0d0", 0.6)))
    pen.ellipse(208, 300, 150, 34, pen.tone(rug))
    with mirrored(pen, pen.pick((False, True, True, False))):
        window(pen, 292, 40, 72, 96)
        box(pen, -4, 128, 116, 112, wood, 4)
        box(pen, -8, 118, 128, 16, mix(wood, "#ffffff", 0.25), 3)
        for k in (4, 60):
            box(pen, k, 144, 44, 76, mix(wood, "#ffffff", 0.16), 3)
            pen.ellipse(k + (36 if k < 9 else 8), 182, 6, 6, pen.tone("#f4cc5c"))
        for k, plate in enumerate(("#ffffff", mix(cloth, "#ffffff", 0.3), "#ffffff")):
            pen.ellipse(18 + 36 * k, 96, 20, 22, pen.tone(mix(plate, "#405068", 0.28)))
            pen.ellipse(18 + 36 * k, 95, 17, 19, pen.tone(plate))
            pen.ellipse(18 + 36 * k, 95, 9, 10, pen.tone(mix(plate, cloth, 0.6)))
        box(pen, -8, 44, 120, 12, mix(wood, "#ffffff", 0.15), 3)
        for k, (h, c) in enumerate(((30, cloth), (20, "#ffffff"), (26, "#f0c048"))):
            pen.path(f"M{8 + 36 * k} {44 - h}h22q6 {h / 2} -2 {h}h-18q-8 {-h / 2} -2 {-h}z", pen.tone(c))
        for x in (132, 256):
            pen.rect(x, 148, 52, 68, pen.tone(mix(wood, "#000000", 0.25)), 'rx="10"')
            pen.rect(x + 12, 160, 28, 60, pen.tone(mix(wood, "#ffffff", 0.3)), 'rx="4"')
        for x in (136, 290):
            pen.rect(x, 240, 16, 52, pen.tone(mix(wood, "#000000", 0.3)))
        pen.rect(122, 204, 196, 52, pen.gradient("#ffffff", "#e6e2da"), 'rx="4"')
        for k in range(6):
            pen.path(f"M{126 + 32 * k} 256h28l-14 16z", pen.tone("#f2eee6"))
        pen.rect(200, 204, 40, 68, pen.tone(cloth))
        pen.rect(118, 198, 204, 14, pen.tone("#ffffff"), 'rx="6"')
        for x in (156, 284):
            pen.ellipse(x, 198, 24, 6, pen.tone(mix(cloth, "#ffffff", 0.45)))
        for dx, c in ((-18, "#e0443c"), (18, "#f0a030"), (0, "#8cc04c")):
            pen.ellipse(220 + dx, 176, 13, 13, pen.ball(mix(c, "#ffffff", 0.4), c))
        pen.path("M184 178h72q-4 22 -36 22t-36 -22z", pen.gradient("#f4f8fc", "#a8bccc"))
        pen.rect(216, 0, 8, 44, pen.tone("#5c4030"))
        pen.ellipse(220, 96, 130, 70, pen.glow("#fff0b0"), 'opacity=".8"')
        pen.ellipse(220, 94, 24, 14, "#fff8d0")
        shade = pen.pick(("#e8a83c", "#d8584c", "#3c8c84", "#e0c060"))
        pen.path("M164 92q6 -52 56 -52t56 52z", pen.gradient(mix(shade, "#ffffff", 0.4), shade))


@draws("nursery")
def nursery(pen: Pen) -> None:
    wall, stripe, dots = pen.looks("nursery", "wall stripe dots")
    room(pen, Y, (wall, mix(wall, "#a08060", 0.1)), ("#ecc898", "#d4a870"), False)
    for k in range(6):
        pen.rect(k * 64, 0, 32, Y - 8, pen.tone(stripe))
        for n in range(3):
            x, y = k * 64 + 16 + 32 * (n % 2), 24 + 64 * n
            d = "M" + "L".join(f"{x + math.sin(a) * r:.1f} {y - math.cos(a) * r:.1f}" for a, r in ((i * math.pi / 5, 12 if i % 2 else 22) for i in range(10)))
            pen.path(d + "z", pen.tone(mix(dots, "#ffffff", 0.25)))
    for rx, ry, c in ((160, 46, "#f0605c"), (132, 37, "#f8c84c"), (102, 28, "#5cb46c"), (70, 18, "#5ca0e4")):
        pen.ellipse(192, 316, rx, ry, pen.tone(mix(c, "#ffffff", 0.35)))
    with mirrored(pen, pen.pick((False, True, False, True))):
        window(pen, 144, 44, 96, 96)
        curtains(pen, 144, 96, 164, dots)
        white = pen.pick(("#ffffff", "#f6e2b8", "#ffffff", "#e8f2f8"))
        teddy(pen, 332, 100, pen.pick(("#b87c48", "#a86c40", "#c8904c", "#98603c")))
        box(pen, 276, 96, 116, 144, mix(white, "#a07848", 0.45), 6)
        for k in range(2):
            pen.rect(288, 108 + 64 * k, 96, 54, pen.tone(mix(white, "#6c4c30", 0.72)))
        pen.ellipse(312, 139, 23, 23, pen.ball("#ff9c94", "#e04840"))
        pen.rect(289, 133, 46, 12, pen.tone("#ffffff"))
        box(pen, 346, 134, 28, 28, "#4c94e0", 3)
        pen.path("M344 134h32l-16 -24z", pen.tone("#f4b83c"))
        for k, c in enumerate(("#e8504c", "#f4b83c", "#4c94e0", "#5cb860")):
            box(pen, 289 + 24 * k, 180, 22, 46, c, 2)
        box(pen, 312, 270, 96, 56, pen.pick(("#4c94e0", "#f08c50", "#5cb890", "#a07cd0")), 8)
        pen.rect(312, 290, 96, 14, pen.tone("#ffffff"))
        for x, c in ((332, "#f4c43c"), (366, "#e8504c")):
            pen.ellipse(x, 266, 18, 18, pen.ball(mix(c, "#ffffff", 0.4), c))
        box(pen, 308, 266, 100, 14, "#ffffff", 5)
        cover = pen.pick(("#7cc0f0", "#f8a8c0", "#a8d88c", "#f8d06c"))
        pen.rect(-10, 196, 128, 76, pen.tone(mix(cover, "#304060", 0.25)))
        pen.path("M-10 184h128v30h-128z", pen.tone("#ffffff"))
        pen.rect(-10, 206, 128, 56, pen.tone(cover))
        for k in range(5):
            pen.rect(-6 + 26 * k, 164, 12, 108, pen.tone(white), 'rx="4"')
        for y in (156, 264):
            box(pen, -10, y, 134, 14, white, 6)
        box(pen, 108, 132, 18, 172, white, 7)
        pen.ellipse(117, 130, 13, 13, pen.ball("#ffffff", mix(white, "#a08060", 0.2)))
        pen.line("M117 0V22Q60 26 56 60", pen.tone("#c09060"), 6)
        for x, y, c in ((24, 92, "#f4b83c"), (56, 104, "#e8504c"), (88, 92, "#4c94e0")):
            pen.line(f"M56 50L{x} {y}", pen.tone("#c09060"), 5)
            pen.ellipse(x, y, 13, 13, pen.ball(mix(c, "#ffffff", 0.4), c))


@draws("greenhouse")
def greenhouse(pen: Pen) -> None:
    night = pen.time == "night"
    glass = ("#101a48", "#3a4a86") if night else pen.pick((("#7cc4f4", "#e4f6fe"), ("#8cd0ee", "#eefaf2"), ("#6cb8f0", "#dcf0fc"), ("#90c8ee", "#fdf4dc")))
    pen.rect(0, 0, S, Y + 4, pen.gradient(*glass, raw=True))
    if night:
        pen.ellipse(pen.pick((112, 272, 272, 112)), 84, 18, 18, "#fbf2c8")
    far = "#2c4c4c" if night else "#8cc884"
    pen.path(f"M0 {Y}V168Q96 128 192 164T384 156V{Y}z", far)
    pen.path(f"M0 {Y}V196Q120 172 220 196T384 188V{Y}z", mix(far, "#0c4c2c", 0.3))
    pen.rect(0, Y, S, S - Y, pen.gradient("#b88c5c", "#946a40"))
    pen.path(f"M144 {Y}h96L320 {S}H64z", pen.gradient("#e8dcc4", "#d0c0a0"))
    white, shade = pen.tone("#ffffff"), pen.tone("#cfdad8")
    pen.path("M0 0H384V56L192 4L0 56z", pen.tone("#ffffff"), 'opacity=".32"')
    for k in range(1, 6):
        pen.rect(k * 64 - 5, 0, 10, Y, white)
        pen.rect(k * 64 + 3, 0, 3, Y, shade)
    for y in (72, 148):
        pen.rect(0, y, S, 10, white)
    pen.path("M-8 64L192 6L392 64V48L192 -10L-8 48z", white)
    pen.rect(0, 200, S, 30, pen.gradient("#ffffff", "#d4dcd8"))
    for k in range(4):
        pen.path(f"M{14 + k * 96} 148l36 -66h18l-36 66z", "#ffffff", 'opacity=".3"')
    (green,) = pen.looks("greenhouse", "green")
    clay, bloom = "#c8683c", pen.pick(("#e84c58", "#f8b838", "#e068b0", "#f07c34"))
    for x in (96, 288):
        pen.rect(x - 3, 0, 6, 40, pen.tone("#6c5440"))
        for dx, y, r in ((-24, 58, 18), (24, 58, 18), (0, 48, 22)):
            pen.ellipse(x + dx, y, r, r * 0.9, pen.ball(mix(green, "#e0ff90", 0.4), green))
        for dx, y in ((-22, 56), (2, 42), (24, 58)):
            pen.ellipse(x + dx, y, 8, 8, pen.tone(bloom))
        pen.path(f"M{x - 28} 66h56q-6 24 -28 24t-28 -24z", pen.tone("#8a5c38"))
    with mirrored(pen, pen.pick((False, True, True, False))):
        desk(pen, -24, 232, 120, 60, "#b8824c")
        desk(pen, 296, 232, 120, 60, "#b8824c")
        leaves(pen, 44, 200, 108, green)
        pot(pen, 44, 234, 52, 42, clay)
        pen.line("M340 204V96", pen.tone("#5c8c3c"), 9)
        for x, y, r in ((318, 168, 26), (362, 150, 28), (332, 116, 26), (354, 192, 22)):
            pen.ellipse(x, y, r, r * 0.9, pen.ball(mix(green, "#e8ff90", 0.45), green))
        for x, y in ((314, 150), (356, 128), (346, 172), (372, 176), (320, 184)):
            pen.ellipse(x, y, 10, 10, pen.ball("#ff9080", "#e03c30"))
        pot(pen, 340, 234, 52, 40, clay)
        leaves(pen, 0, 300, 84, mix(green, "#20604c", 0.3))
        pot(pen, 16, 344, 72, 56, mix(clay, "#8c4020", 0.3))
        for x, y in ((332, 284), (364, 272), (384, 292)):
            pen.line(f"M{x} {y}V320", pen.tone(green), 8)
            for a in range(5):
                pen.ellipse(x + 11 * math.sin(a * 1.257), y - 11 * math.cos(a * 1.257), 9, 9, pen.tone(bloom))
            pen.ellipse(x, y, 8, 8, pen.tone("#fff0a0"))
        box(pen, 308, 308, 92, 40, "#a87040", 4)


@draws("spaceship")
def spaceship(pen: Pen) -> None:
    hull, glow, world, big, screen = pen.looks("spaceship", "hull glow world big screen")
    dark, light = mix(hull, "#141c3c", 0.62), mix(hull, "#ffffff", 0.5)
    pen.rect(0, 0, S, Y, pen.gradient(light, hull))
    pen.rect(0, Y, S, S - Y, pen.gradient(mix(hull, "#2c3454", 0.42), mix(hull, "#2c3454", 0.2)))
    pen.path(f"M120 {Y}h144L328 {S}H56z", pen.gradient(mix(hull, "#2c3454", 0.3), mix(hull, "#ffffff", 0.1)))
    for flip in (False, True):
        with mirrored(pen, flip):
            pen.path(f"M112 {Y}h12L64 {S}H40z", glow)
    pen.rect(0, 0, S, 24, pen.tone(dark))
    for k in range(4):
        pen.rect(16 + 96 * k, 6, 64, 12, "#fffbe0", 'rx="6"')
    for k, x in enumerate((64, 192, 320)):
        y, r = 96, 52
        pen.ellipse(x, y, r + 8, r + 8, pen.gradient("#ffffff", mix(hull, "#141c3c", 0.45)))
        pen.ellipse(x, y, r - 4, r - 4, pen.gradient("#0c0c34", "#2c1c5c", raw=True))
        spots = ((-22, -24), (20, 22), (26, -14), (-28, 14), (0, 2))
        for dx, dy in spots[: 4 if k == big else 5]:
            if k == big and abs(dx) < 26:
                continue
            pen.ellipse(x + dx, y + dy, 9, 9, pen.glow("#c8d4ff"))
            pen.ellipse(x + dx, y + dy, 5.5, 5.5, "#fffbe0")
        if k == big:
            pen.ellipse(x, y, 26, 26, pen.ball(mix(world, "#ffffff", 0.55), world, mix(world, "#1c1040", 0.5), raw=True))
            pen.line(f"M{x - 42} {y + 12}Q{x} {y + 22} {x + 42} {y - 14}", "#fbe6a8", 8, 'stroke-linecap="round"')
    pen.rect(0, 160, S, 12, pen.tone(dark))
    pen.rect(0, 163, S, 6, glow)
    box(pen, 0, 172, S, 64, mix(hull, "#141c3c", 0.3))
    lights = ("#f8504c", "#f8d048", "#58e078", "#58b8f8")
    for k in range(6):
        box(pen, k * 64 + 4, 178, 56, 26, mix(hull, "#141c3c", 0.62), 6)
        for n in (0, 1):
            fill = lights[(k * 2 + n + pen.variant) % 4]
            pen.ellipse(k * 64 + 18 + 28 * n, 191, 10, 10, fill)
        box(pen, k * 64 + 4, 210, 56, 16, mix(hull, "#ffffff", 0.35), 4)
    for flip in (False, True):
        with mirrored(pen, flip):
            pen.path("M-4 196H88L108 240V320H-4z", pen.tone(dark))
            pen.path("M-4 190H84L112 240H-4z", pen.gradient(light, hull))
            pen.path("M-4 198H44L56 230H-4z", screen)
            pen.line("M0 218h12l10 -14l12 20l8 -8h8", glow, 6)
            for k in range(2):
                pen.ellipse(68 + 8 * k, 206 + 18 * k, 8, 7, lights[k * 2])
            for k in range(3):
                pen.ellipse(16 + 32 * k, 264, 10, 10, lights[(k + 1 + pen.variant) % 4])
            pen.rect(0, 288, 96, 12, glow)
            pen.rect(-4, 312, 112, 12, pen.tone(mix(dark, "#000000", 0.4)))


@draws("museum")
def museum(pen: Pen) -> None:
    wall, red = pen.looks("museum", "wall red")
    room(pen, Y, (mix(wall, "#ffffff", 0.1), mix(wall, "#000000", 0.1)), ("#e8c898", "#c89c64"), False)
    gold = "#ecb83c"
    pen.rect(0, 0, S, 16, pen.tone("#fbf4e4"))
    pen.rect(0, 16, S, 6, pen.tone(gold))
    pen.rect(0, Y - 16, S, 20, pen.tone("#fbf4e4"))
    with mirrored(pen, pen.pick((False, True, True, False))):
        frame(pen, 16, 64, 96, 112, gold, "#6c8c78")
        pen.path("M24 176q2 -52 40 -52t40 52z", pen.tone(pen.pick(("#3c5c9c", "#b84048", "#e0a83c", "#2c6c5c"))))
        pen.rect(53, 116, 22, 24, pen.tone("#e8b890"))
        pen.path("M32 140q-8 -72 32 -72t32 72q-32 -20 -64 0z", pen.tone("#5c3824"))
        pen.ellipse(64, 104, 23, 28, pen.tone("#f8d0ac"))
        pen.path("M41 98q0 -24 23 -24t23 24q-23 -14 -46 0z", pen.tone("#5c3824"))
        for k in (55, 73):
            pen.ellipse(k, 105, 4, 4.5, pen.tone("#3c2418"))
        pen.path("M55 118q9 9 18 0z", pen.tone("#c84c48"))
        frame(pen, 146, 56, 112, 80, gold, "#8cccf0")
        sun = pen.pick(("#fff0a0", "#ffb05c", "#ffffff", "#ffe080"))
        pen.ellipse(230, 80, 13, 13, pen.tone(sun))
        pen.path("M146 136V112L176 76L204 116L224 96L258 124V136z", pen.tone("#7c84b4"))
        pen.path("M146 136V120Q180 104 208 120T258 116V136z", pen.tone("#58a854"))
        pen.path("M160 80l16 -4l14 20l-12 -6l-14 8z", pen.tone("#ffffff"))
        stone = "#f0ece4"
        pen.ellipse(328, 112, 64, 84, pen.glow("#fff4d0"), 'opacity=".5"')
        fill = pen.gradient("#ffffff", stone, mix(stone, "#403850", 0.35), flat=True)
        box(pen, 284, 168, 88, 20, stone, 3)
        pen.rect(296, 188, 64, 64, fill)
        box(pen, 282, 244, 92, 22, stone, 3)
        if pen.variant % 2:
            vase = pen.pick(("#3c78c8", "#3c78c8", "#c85038", "#d87838"))
            pen.path(
                "M304 76h48v14q-14 10 -4 24q18 24 0 46q-4 8 -6 8h-28q-2 0 -6 -8q-18 -22 0 -46q10 -14 -4 -24z",
                pen.gradient(mix(vase, "#ffffff", 0.4), vase, mix(vase, "#000000", 0.25), flat=True),
            )
            pen.rect(300, 124, 56, 16, pen.tone("#fff0c8"))
            pen.rect(300, 72, 56, 12, pen.tone(gold), 'rx="5"')
        else:
            bust = pen.gradient("#ffffff", "#e4e0e4", "#a49cac", flat=True)
            pen.path("M284 168q2 -34 30 -36v-16h28v16q28 2 30 36z", bust)
            pen.ellipse(328, 92, 26, 32, bust)
            for dx, dy in ((-22, 78), (22, 78), (-12, 62), (12, 62), (0, 58)):
                pen.ellipse(328 + dx, dy, 12, 12, pen.ball("#ffffff", "#b8b0bc"))
            pen.path("M325 92h6l5 16h-16z", pen.tone("#c4bcc8"))
    for k in range(4):
        x = 128 * k
        if k < 3:
            for dy, c in ((4, mix(red, "#000000", 0.35)), (0, red)):
                pen.line(f"M{x} {232 + dy}q64 58 128 0", pen.tone(c), 13)
        pen.ellipse(x, 298, 24, 7, pen.tone(mix(gold, "#000000", 0.35)))
        pen.rect(x - 7, 224, 14, 72, pen.gradient("#ffe8a0", gold, "#b07c1c", flat=True))
        pen.ellipse(x, 222, 13, 13, pen.ball("#fff0b8", gold))
