"""Scenery of homes: kitchen, bedroom and others; table tops; plain and coloured backdrops."""

from __future__ import annotations

import math

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.furniture import Y, curtains, cushion, room, rug, window
from maskgil.nano.rendering.scenery.shapes.plants import leaves, pot
from maskgil.nano.world.settings import COLOURS

PAPERS = (
    ("#fbfbfd", "#f1f3f7", "#e3e7ee"),
    ("#fdfaf4", "#f6f0e4", "#ebe1cf"),
    ("#f6fafd", "#e8f1f8", "#d6e4ef"),
    ("#f7fbf6", "#ebf3e8", "#dae7d6"),
    ("#fcf7fa", "#f4eaf0", "#e8d9e3"),
    ("#ffffff", "#fbfbfb", "#efefef"),
)


@draws("paper")
def paper(pen: Pen) -> None:
    """A studio's sweep: a wall that runs softly into the floor."""
    name = pen.setting.removesuffix(" background")
    if name in COLOURS:
        base = COLOURS[name]
        light, dark = mix(base, "#ffffff", 0.14), mix(base, "#000000", 0.1)
        colours = (base, light, dark) if pen.rng.random() < 0.7 else (base, base, base)
    else:
        colours = pen.rng.choice(PAPERS)
    pen.rect(0, 0, S, S, pen.gradient(colours[0], colours[1], raw=True))
    edge = pen.rng.uniform(190, 240)
    pen.rect(0, edge, S, S - edge, pen.gradient(colours[1], colours[2], raw=True))


@draws("kitchen")
def kitchen(pen: Pen) -> None:
    wall, floor, front = pen.looks("kitchen", "wall floor front")
    room(pen, Y, wall, floor, True)
    pale, line = mix(front, "#ffffff", 0.3), mix(front, "#000000", 0.3)
    for k in range(12):
        for n in (0, 1):
            if (k + n) % 2:
                pen.rect(k * 32, 96 + 32 * n, 32, 32, pen.tone(mix(wall[0], "#ffffff", 0.7)))
    with mirrored(pen, pen.pick((False, True, False, True))):
        window(pen, 264, 34, 96, 88)
        for k in range(4):
            pen.path(f"M{252 + 30 * k} 18h30v22q-15 16 -30 0z", pen.tone(pale if k % 2 else "#ffffff"))
        for k in (0, 64):
            box(pen, k + 2, -8, 60, 66, front, 4)
            pen.rect(k + 12, 4, 40, 42, pen.tone(pale), 'rx="4"')
        pen.rect(168, 0, 40, 40, pen.gradient("#e4e8ec", "#b4bcc4", flat=True))
        pen.path("M168 36h40l28 34v14h-96v-14z", pen.gradient("#f2f4f6", "#b8c0c8"))
        box(pen, 88, 172, 304, 80, front)
        for k in (92, 244, 316):
            w = 48 if k < 99 else 64
            box(pen, k, 184, w, 58, pale, 4)
            pen.rect(k + w / 2 - 12, 192, 24, 9, pen.tone(line), 'rx="4"')
        pen.rect(84, 244, 308, 12, pen.tone(line))
        box(pen, 80, 158, 312, 18, "#fdf8ee", 3)
        box(pen, 146, 158, 90, 94, "#f4f4f2", 4)
        for k in range(4):
            pen.ellipse(160 + 21 * k, 176, 7, 7, pen.tone("#d8483c"))
        pen.rect(156, 192, 70, 48, pen.tone("#3c4450"), 'rx="6"')
        pen.rect(164, 206, 54, 28, "#f8a848", 'rx="5" opacity=".8"')
        pen.rect(152, 152, 78, 9, pen.tone("#3c4450"), 'rx="4"')
        kettle = pen.pick(("#e0483c", "#3c88c8", "#e08c2c", "#48a070"))
        pen.path("M174 120h46v24q0 9 -9 9h-28q-9 0 -9 -9z", pen.gradient(mix(kettle, "#ffffff", 0.35), kettle))
        pen.rect(163, 124, 68, 9, pen.tone(mix(kettle, "#000000", 0.3)), 'rx="4"')
        box(pen, 170, 112, 54, 10, mix(kettle, "#ffffff", 0.3), 4)
        pen.ellipse(197, 109, 7, 6, pen.tone("#3c3438"))
        pen.line("M306 158v-22q0 -16 18 -16v16", pen.tone("#98a4b0"), 10)
        fridge = pen.pick(("#f4f6f8", "#b4dcd8", "#f8dca0", "#f4c4bc"))
        box(pen, -8, 72, 92, 192, fridge, 10)
        pen.rect(-8, 132, 92, 9, pen.tone(mix(fridge, "#405060", 0.35)))
        for y, h in ((92, 30), (154, 48)):
            pen.rect(62, y, 11, h, pen.tone("#8c98a4"), 'rx="5"')
        pen.path("M14 168h26v26h-26z", pen.tone("#f8d048"))


@draws("living room")
def living_room(pen: Pen) -> None:
    wall, sofa, curtain = pen.looks("living room", "wall sofa curtain")
    room(pen, Y, wall, ("#dcb07c", "#b88452"), True)
    rug(pen, pen.pick(("#5c84b8", "#c85c54", "#c89448", "#5c9c84")))
    with mirrored(pen, pen.pick((False, True, True, False))):
        window(pen, 216, 40, 104, 96)
        curtains(pen, 216, 104, 192, curtain)
        box(pen, 20, 36, 116, 84, "#a06c3c", 4)
        pen.rect(30, 46, 96, 64, pen.gradient("#9cd4f4", "#fbeac0"))
        pen.ellipse(102, 64, 11, 11, pen.tone("#fff2a8"))
        pen.path("M30 110V92L58 62L82 92L98 78L126 104v6z", pen.tone("#6cac6c"))
        lamp = pen.pick(("#f4cc6c", "#f0dcb4", "#f4a890", "#a8d4b0"))
        pen.rect(170, 116, 10, 126, pen.tone("#6c4830"))
        pen.ellipse(175, 242, 26, 8, pen.tone("#5c3c28"))
        if pen.time == "night":
            pen.ellipse(175, 108, 96, 88, pen.glow("#ffe49a"), 'opacity=".85"')
        pen.path("M158 76h34l18 48h-70z", pen.gradient(mix(lamp, "#ffffff", 0.5), lamp))
        box(pen, -24, 148, 168, 96, mix(sofa, "#000000", 0.12), 20)
        cushion(pen, 4, 160, 54, 50, pen.pick(("#f8d468", "#f8f0e0", "#f8c05c", "#fbe8b8")))
        cushion(pen, 64, 164, 50, 46, mix(sofa, "#ffffff", 0.5))
        for k in (-24, 52):
            box(pen, k, 206, 78, 38, mix(sofa, "#ffffff", 0.12), 10)
        box(pen, 120, 184, 36, 84, sofa, 14)
        box(pen, -24, 240, 160, 28, mix(sofa, "#000000", 0.2), 6)
        for k in (4, 132):
            pen.rect(k, 266, 14, 12, pen.tone("#5c3c28"))
        leaves(pen, 356, 216, 92, "#4c9c54")
        pot(pen, 356, 270, 56, 56, pen.pick(("#f4f0e8", "#c8683c", "#e8b44c", "#5c88b4")))


@draws("bedroom")
def bedroom(pen: Pen) -> None:
    wall, cover, wood = pen.looks("bedroom", "wall cover wood")
    room(pen, Y, (wall, mix(wall, "#6c6090", 0.14)), ("#dcbc92", "#bc9464"), True)
    for k in range(6):
        pen.rect(k * 64, 0, 32, Y - 9, pen.tone(mix(wall, "#ffffff", 0.55)))
    rug(pen, mix(cover, "#ffffff", 0.22), 216, 326, 140)
    with mirrored(pen, pen.pick((False, True, False, True))):
        window(pen, 204, 40, 80, 92)
        curtains(pen, 204, 80, 180, mix(cover, "#ffffff", 0.15))
        box(pen, 324, 40, 76, 212, wood, 6)
        for y, h in ((52, 120), (180, 52)):
            pen.rect(334, y, 60, h, pen.tone(mix(wood, "#ffe8c0", 0.35)), 'rx="4"')
            pen.rect(338, y + h / 2 - 12, 9, 24, pen.tone("#f0c858"), 'rx="4"')
        box(pen, 178, 188, 58, 60, wood, 4)
        pen.rect(186, 202, 42, 26, pen.tone(mix(wood, "#ffe8c0", 0.35)), 'rx="4"')
        pen.ellipse(207, 215, 6, 6, pen.tone("#f0c858"))
        if pen.time == "night":
            pen.ellipse(207, 156, 84, 76, pen.glow("#ffe49a"), 'opacity=".9"')
        pen.rect(201, 164, 12, 24, pen.tone("#f6f0e6"))
        pen.path("M192 132h30l12 36h-54z", pen.gradient("#fff8dc", "#f8d884"))
        frame = mix(wood, "#000000", 0.1)
        pen.path("M-12 240V136Q-8 108 24 108H136Q168 108 172 136V240z", pen.gradient(mix(frame, "#ffffff", 0.22), frame))
        pen.path("M4 200V144Q8 124 30 124H130Q152 124 156 144V200z", pen.tone(mix(frame, "#ffe8c0", 0.3)))
        for k in (6, 84):
            cushion(pen, k, 158, 70, 42, "#fdfcfa")
        pen.path("M-12 196Q80 180 172 196V284Q80 296 -12 284z", pen.gradient(mix(cover, "#ffffff", 0.3), cover))
        pen.path("M-12 194Q80 178 172 194V214Q80 200 -12 214z", pen.tone("#fdfcfa"))
        for k in range(3):
            for n in (0, 1):
                x, y = 20 + 60 * k, 236 + 30 * n
                if (k + n) % 2 == 0:
                    pen.ellipse(x, y, 12, 10, pen.tone(mix(cover, "#fff4c8", 0.75)))
        box(pen, 158, 204, 18, 96, frame, 6)


@draws("bathroom")
def bathroom(pen: Pen) -> None:
    tile, warm = pen.looks("bathroom", "tile warm")
    deep = mix(tile, "#1c5c94", 0.4)
    pen.rect(0, 0, S, Y, pen.gradient(mix(tile, "#ffffff", 0.55), mix(tile, "#ffffff", 0.25)))
    for k in range(12):
        for n in range(4):
            if (k + n) % 2:
                pen.rect(k * 32, 96 + 32 * n, 32, 32, pen.tone(tile))
    pen.rect(0, 80, S, 18, pen.tone(deep))
    pen.rect(0, Y, S, S - Y, pen.gradient(mix(tile, "#6c8098", 0.35), mix(tile, "#5c7088", 0.6)))
    pen.rect(0, Y - 4, S, 12, pen.tone("#ffffff"))
    rug(pen, warm, 224, 326, 128)
    with mirrored(pen, pen.pick((False, True, True, False))):
        steel = pen.tone("#9cacb8")
        pen.line("M-4 40Q48 18 84 48V64", steel, 11)
        pen.path("M56 76q4 -22 28 -22t28 22z", pen.gradient("#e8f0f4", "#94a4b0"))
        for k in (66, 84, 102):
            for y in (84, 110):
                pen.path(f"M{k} {y}q9 14 0 18q-9 -4 0 -18z", pen.tone("#58b0ec"))
        curtain = mix(warm, "#ffffff", 0.15)
        for k in range(2):
            pen.path(f"M{-8 + 20 * k} 24h22V176h-22z", pen.tone(curtain if k else mix(warm, "#000000", 0.08)))
        for x, y, r in ((44, 172, 19), (76, 164, 23), (112, 170, 20), (142, 176, 15)):
            pen.ellipse(x, y, r, r, pen.ball("#ffffff", "#ffffff", "#d4ecf8"))
        pen.ellipse(158, 156, 15, 12, pen.ball("#fff090", "#f8c428"))
        pen.ellipse(168, 140, 11, 11, pen.ball("#fff090", "#f8c428"))
        pen.path("M177 138l13 4l-13 5z", pen.tone("#f07828"))
        for k in (8, 148):
            pen.ellipse(k + 8, 266, 12, 14, pen.tone("#e0b040"))
        pen.path("M-12 176H190Q188 262 140 264H-12z", pen.gradient("#ffffff", "#e4ecf2", mix(tile, "#8098b0", 0.3)))
        box(pen, -12, 168, 212, 18, "#ffffff", 9)
        mirror = pen.tone("#e0b040")
        pen.ellipse(288, 84, 54, 62, mirror)
        pen.ellipse(288, 84, 43, 51, pen.gradient("#f4fcff", "#9ccce4"))
        pen.path("M262 92L296 42h18L270 112z", pen.tone("#ffffff"), 'opacity=".7"')
        pen.rect(274, 196, 30, 62, pen.gradient("#ffffff", "#c4d0dc", flat=True))
        pen.path("M232 176h114q-6 40 -57 40t-57 -40z", pen.gradient("#ffffff", "#ccd8e2"))
        box(pen, 226, 168, 126, 14, "#ffffff", 7)
        pen.line("M288 168v-14q0 -8 8 -8h10v12", steel, 9)
        box(pen, 236, 142, 20, 28, warm, 5)
        pen.rect(352, 104, 40, 10, steel)
        towel = pen.pick(("#f0806c", "#5c9cd8", "#58b090", "#f8b45c"))
        box(pen, 356, 104, 36, 84, towel, 4)
        pen.rect(356, 156, 36, 14, pen.tone("#fff8e8"))


@draws("table top")
def table_top(pen: Pen) -> None:
    y = 12 * 16
    wall, wood, light = pen.looks("table top", "wall wood light")
    pen.rect(0, 0, S, y, pen.gradient(*wall))
    panel = mix(wall[0], "#ffffff", 0.65)
    box(pen, 0, 144, S, y - 144, mix(wall[1], "#5c5468", 0.28))
    pen.rect(0, 138, S, 12, pen.tone(panel))
    with mirrored(pen, pen.pick((False, True, True, False))):
        window(pen, 40, 20, 112, 88)
        curtains(pen, 40, 112, 132, light)
        box(pen, 232, 84, 136, 14, mix(wood, "#5c3418", 0.35), 3)
        for k, (c, h) in enumerate(((light, 44), ("#fbf6ea", 32), ("#5ca890", 40))):
            x = 242 + 42 * k
            box(pen, x, 84 - h, 32, h, c, 7)
            pen.rect(x, 84 - h + 10, 32, 10, pen.tone(mix(c, "#7c5838", 0.4)))
        top = mix(wood, "#fff0d0", 0.1)
        pen.rect(0, y, S, S - y, pen.gradient(top, wood, mix(wood, "#5c2c10", 0.22)))
        for low, h in ((y + 32, 40), (y + 128, 64)):
            pen.rect(0, low, S, h, pen.tone(mix(wood, "#5c2c10", 0.2)), 'opacity=".3"')
        pen.rect(0, y, S, 12, pen.tone(mix(wood, "#fff4dc", 0.6)))
        bloom = pen.pick(("#f8c83c", "#e8607c", "#f08848", "#b070d0"))
        for x, top_y in ((326, 140), (348, 124), (370, 144)):
            pen.line(f"M348 190L{x} {top_y}", pen.tone("#4c9c48"), 8)
            for k in range(5):
                a = k * 1.2566
                pen.ellipse(x + 12 * math.sin(a), top_y - 12 * math.cos(a), 10, 10, pen.tone(bloom))
            pen.ellipse(x, top_y, 9, 9, pen.tone("#fff4b8" if bloom != "#f8c83c" else "#c86c2c"))
        vase = pen.pick(("#5c94d0", "#fbf6ea", "#58a890", "#f0b850"))
        pen.ellipse(350, 234, 34, 7, pen.tone(mix(wood, "#3c1c08", 0.4)), 'opacity=".6"')
        pen.path(
            "M332 176h34q-4 14 8 28q6 30 -14 30h-22q-20 0 -14 -30q12 -14 8 -28z",
            pen.gradient(mix(vase, "#ffffff", 0.5), vase, mix(vase, "#1c1c3c", 0.22), flat=True),
        )
