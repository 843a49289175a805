"""Scenery of public grounds: playground, stadium, tennis court, ball field, bare earth, pool, market, fair, porch."""

from __future__ import annotations

import math

from maskgil.nano.rendering.scenery.pen import Pen, S, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.heavens import far_hills, sky
from maskgil.nano.rendering.scenery.shapes.lights import lamp, lamplit, lit, stroke
from maskgil.nano.rendering.scenery.shapes.plants import LEAVES, bare_tree, bush, round_tree


@draws("playground")
def playground(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    main, second = pen.pick((("#f0504a", "#3f8fe0"), ("#3f8fe0", "#f4b02a"),
                             ("#9a62d8", "#f0609a"), ("#f4a02a", "#3f78c8")))  # fmt: skip
    flip, leaves = pen.pick((False, True, True, False)), rng.choice(LEAVES)
    sky(pen, y)
    pen.ridge(y - 30, 14, pen.gradient("#c4e2cc", "#a8d4b0"), waves=2)
    for x, tall in ((192, 132), (6, 96), (384, 104)):
        round_tree(pen, x, y, tall, leaves)
    for x in range(0, S + 1, 32):
        pen.ellipse(x, y - 8, 22, 18, pen.tone("#6ab458"))
    pen.rect(0, y - 8, S, 32, pen.gradient("#6ab458", "#4f9a48"))
    pen.rect(0, y + 8, S, S - y, pen.gradient("#b4e07a", "#7cc552", "#5faf45"))
    with mirrored(pen, flip):
        pen.rect(112, y + 32, 112, 40, pen.tone("#b07840"), 'rx="8"')
        pen.rect(120, y + 40, 96, 24, pen.tone("#fbe2a4"), 'rx="4"')
        pen.path(f"M176 {y + 60}l16 -34l16 34z", pen.tone("#e8bf6a"))
        foot = y + 56
        for x in (28, 68):
            pen.rect(x, 112, 12, foot - 112, lamplit(pen, second), 'rx="4"')
        for v in range(176, foot - 8, 24):
            pen.rect(32, v, 44, 10, lamplit(pen, second))
        pen.rect(20, 144, 68, 14, pen.tone("#fff2c8"), 'rx="4"')
        pen.path("M14 116L54 72L94 116z", pen.gradient(main, main))
        stroke(pen, f"M80 156C112 166 104 {foot - 20} 152 {foot - 6}h14", main, 22, shone=True)
        stroke(pen, f"M84 153C116 162 112 {foot - 26} 154 {foot - 10}h12", "#ffffff", 6, shone=True)
        for x in (232, 352):
            stroke(pen, f"M{x - 14} {foot}L{x} 124L{x + 14} {foot}", main, 11, shone=True)
        stroke(pen, "M226 124H358", second, 12, shone=True)
        for x in (256, 304):
            stroke(pen, f"M{x} 128v112M{x + 28} 128v112", "#5a5f6c", 6)
            pen.rect(x - 6, 236, 40, 12, lamplit(pen, second), 'rx="4"')


@draws("stadium")
def stadium(pen: Pen) -> None:
    y = 12 * 16
    rng = pen.rng
    wall, board = pen.pick((("#5a78b8", "#e8504a"), ("#b85a5a", "#3f78d0"),
                              ("#5a6a80", "#f0a83a"), ("#4f8a8a", "#8a5ad0")))  # fmt: skip
    crowd = ("#f0605a", "#ffd84a", "#ffffff", "#6ab0f4", "#f49ac0", "#f09a4a")
    shift = rng.randint(0, 5)
    sky(pen, y, clouds=False)
    for x in (48, 336):
        pen.rect(x - 6, 40, 12, 100, pen.tone("#7a8090"))
        if pen.time != "day":
            pen.ellipse(x, 32, 90, 70, pen.glow("#fff6c8"), 'opacity=".7"')
        pen.rect(x - 48, 12, 96, 40, pen.tone("#4a5060"), 'rx="6"')
        for k in (-1, 0, 1):
            bright = "#fffbe0" if pen.time != "day" else pen.tone("#f4f6fa")
            pen.ellipse(x + 32 * k, 32, 13, 14, bright)
    pen.rect(0, 72, S, 12, pen.tone("#eef0f4"))
    pen.rect(0, 80, S, y - 80, pen.gradient(wall, wall))
    for j in range(3):
        pen.rect(0, 80 + 32 * j, S, 6, pen.tone("#3f4a60"))
        for k in range(12):
            x, v = 16 + 32 * k, 80 + 32 * j
            shown = lamplit(pen, crowd[(5 * k + 2 * j + k // 4 + shift) % 6])
            pen.path(f"M{x - 13} {v + 32}v-6a13 9 0 0 1 26 0v6z", shown)
            pen.ellipse(x, v + 13, 6.5, 7, lamplit(pen, "#f4cfa8"))
    pen.rect(0, 176, S, 16, lamplit(pen, board))
    for x in range(32, S, 128):
        pen.rect(x, 176, 64, 16, lamplit(pen, "#ffffff"))
    for k in range(6):
        pen.rect(0, y + 32 * k, S, 32, lamplit(pen, ("#7fcf5a", "#5fb448")[k % 2]))
    for x, v, w, h in ((0, y + 5, S, 6), (64, y + 52, 256, 6)):
        pen.rect(x, v, w, h, lamplit(pen, "#ffffff"))
    stroke(pen, f"M96 {y + 8}L64 {y + 55}M288 {y + 8}L320 {y + 55}", "#ffffff", 6, shone=True)
    stroke(pen, f"M-10 {y + 160}H394M104 {S}Q192 {y + 100} 280 {S}", "#ffffff", 7, shone=True)
    pen.rect(136, 132, 112, 68, lamplit(pen, "#ffffff"), 'opacity=".4"')
    net = "M160 134V196M192 134V196M224 134V196M136 156H248M136 178H248"
    stroke(pen, net, "#ffffff", 2.5, shone=True)
    stroke(pen, f"M136 {y + 8}V132H248V{y + 8}", "#ffffff", 9, shone=True)


@draws("tennis court")
def tennis_court(pen: Pen) -> None:
    y = 12 * 16
    court, around = pen.pick((("#4f8fd8", "#5fae62"), ("#d0764a", "#c0623c"),
                              ("#58ab60", "#b06a50"), ("#7a78cc", "#5a9fd0")))  # fmt: skip
    leaves = pen.rng.choice(LEAVES)
    sky(pen, y)
    for x, tall in ((8, 112), (120, 132), (248, 116), (372, 128)):
        round_tree(pen, x, y - 20, tall, leaves)
    pen.rect(0, 128, S, y - 128, lamplit(pen, "#2f7a58"))
    for x in range(0, S + 1, 64):
        pen.rect(x - 3, 116, 6, y - 112, lamplit(pen, "#c8d0d4"))
    pen.rect(0, 120, S, 6, lamplit(pen, "#c8d0d4"))
    pen.rect(0, y, S, S - y, lamplit(pen, around))
    pen.path(f"M88 {y + 18}H296L408 {S}H-24z", lamplit(pen, court))
    lines = (f"M88 {y + 18}H296M88 {y + 18}L-24 {S}M296 {y + 18}L408 {S}M114 {y + 18}L40 {S}"
             f"M270 {y + 18}L344 {S}M104 {y + 34}H280M192 {y + 34}V{y + 120}M64 {y + 120}H320")  # fmt: skip
    stroke(pen, lines, "#ffffff", 5, shone=True)
    net = "".join(f"M{x} {y + 28}V{y + 66}" for x in range(44, 344, 10))
    stroke(pen, f"{net}M40 {y + 40}H344M40 {y + 52}H344", "#3a4450", 1.5)
    pen.rect(36, y + 22, 312, 8, lamplit(pen, "#ffffff"))
    pen.rect(188, y + 22, 7, 46, lamplit(pen, "#ffffff"))
    for x in (30, 346):
        pen.rect(x, y + 16, 8, 58, lamplit(pen, "#4a5560"), 'rx="3"')


@draws("baseball field")
def baseball_field(pen: Pen) -> None:
    y = 12 * 16
    wall, second = pen.pick((("#2f7a58", "#f4b02a"), ("#3a5f9c", "#ffffff"), ("#7a4a40", "#f0d060"),
                             ("#44606c", "#f08a3a")))  # fmt: skip
    leaves, flip = pen.rng.choice(LEAVES), pen.pick((False, True, True, False))
    sky(pen, y)
    for k in range(7):
        round_tree(pen, 4 + 62 * k, y - 26, 76 + 20 * (k * 3 % 4), leaves)
    with mirrored(pen, flip):
        pen.rect(44, 60, 8, 90, lamplit(pen, "#f4c83a"))
        pen.rect(250, 72, 84, 52, lamplit(pen, "#2c3640"), 'rx="5"')
        for x, v in ((260, 82), (260, 102), (296, 82), (296, 102)):
            pen.rect(x, v, 26, 12, lamplit(pen, "#f4c83a" if v > 90 else "#e8eef2"), 'rx="2"')
        pen.rect(264, 120, 8, 32, lamplit(pen, "#5a6470"))
        pen.rect(312, 120, 8, 32, lamplit(pen, "#5a6470"))
    pen.rect(0, 148, S, y - 140, lamplit(pen, wall))
    pen.rect(0, 144, S, 8, lamplit(pen, second))
    pen.rect(0, y - 10, S, 20, lamplit(pen, "#c98f58"))
    for k in range(4):
        pen.rect(0, y + 6 + 48 * k, S, 48, lamplit(pen, ("#7fcb5a", "#68b84c")[k % 2]))
    pen.ellipse(192, S + 8, 330, 150, lamplit(pen, "#c98a52"))
    pen.path(f"M192 {y + 62}L292 {y + 104}L192 {y + 160}L92 {y + 104}z", lamplit(pen, "#78c656"))
    pen.ellipse(192, y + 102, 26, 9, lamplit(pen, "#c98a52"))
    pen.rect(182, y + 99, 20, 4, lamplit(pen, "#ffffff"))
    stroke(pen, f"M192 {y + 172}L-40 {y + 46}M192 {y + 172}L424 {y + 46}", "#ffffff", 5, shone=True)
    for x, v in ((192, 58), (296, 104), (88, 104)):
        pen.path(f"M{x - 13} {y + v}l13 -6l13 6l-13 6z", lamplit(pen, "#ffffff"))
    pen.path(f"M176 {y + 168}h32v8l-16 9l-16 -9z", lamplit(pen, "#ffffff"))


@draws("dirt field")
def dirt_field(pen: Pen) -> None:
    y = 12 * 16
    rng = pen.rng
    earth, far = pen.pick((("#c89a6a", "#8fbf7a"), ("#b98a5c", "#a8c070"), ("#d0a274", "#7fb488"),
                           ("#c08e66", "#98b86a")))  # fmt: skip
    leaves = rng.choice(LEAVES)
    sky(pen, y)
    far_hills(pen, y)
    for x in rng.sample(range(10, S, 44), 5):
        bush(pen, x, y + 4, rng.randint(16, 30), leaves)
    pen.rect(0, y, S, 20, pen.tone(far))
    pen.ridge(y + 14, 6, pen.gradient(earth, mix(earth, "#5a3a20", 0.3)), waves=3)
    for _ in range(26):
        v = rng.randint(y + 36, S - 14)
        near = (v - y) / (S - y)
        pen.ellipse(rng.randint(0, S), v, 6 + 26 * near, 2 + 5 * near, pen.tone(mix(earth, "#5a3a20", 0.28)), 'opacity=".5"')  # fmt: skip
    for _ in range(16):
        x, v = rng.randint(6, S - 6), rng.randint(y + 40, S - 10)
        r = 2 + 6 * (v - y) / (S - y)
        pen.ellipse(x, v, r * 1.4, r, pen.ball("#c8c0b8", "#948a80"))


@draws("swimming pool")
def swimming_pool(pen: Pen) -> None:
    y = 8 * 16
    shades = (pen.pick(("#f0504a", "#f4b02a", "#3fa88a", "#e870a8")), "#ffffff")
    tile = pen.pick(("#3f8fd0", "#2f9aa8", "#4f78d0", "#3fa0c8"))
    spots = pen.pick(((64, 176), (176, 296), (48, 168), (160, 288)))
    flip = pen.pick((False, True))
    sky(pen, y)
    for k in range(-1, 9):
        bush(pen, k * 48 + 24, y + 6, 30, LEAVES[k % 3])
    pen.rect(0, y, S, S - y, pen.gradient("#f6e6cc", "#e6cfa8"))
    for x in spots:
        pen.rect(x - 4, 64, 8, 104, pen.tone("#f4f0e8"))
        for k, colour in enumerate((*shades, *shades, shades[0])):
            a, b = x - 60 + 24 * k, x - 36 + 24 * k
            pen.path(f"M{x} 44L{a} 92Q{(a + b) / 2} 104 {b} 92z", pen.tone(colour))
        stroke(pen, f"M{x + 12} 166h52l22 -28", "#ffffff", 12)
        stroke(pen, f"M{x + 14} 162h48l20 -26", shades[0], 7)
    pen.rect(0, 176, S, 16, pen.tone("#ffffff"))
    for x in range(0, S, 64):
        pen.rect(x, 176, 32, 16, pen.tone(tile))
    if pen.time == "night":
        pen.rect(0, 192, S, 112, pen.gradient("#2fb4d8", "#2f8fd0", "#2470b8", raw=True))
    else:
        pen.rect(0, 192, S, 112, pen.gradient("#7fe0f4", "#4fc4f0", "#38a8e4"))
    for v in (212, 260):
        for x in range(0, S, 64):
            pen.rect(x, v, 32, 9, lamplit(pen, "#f0605a"), 'rx="4"')
            pen.rect(x + 32, v, 32, 9, lamplit(pen, "#ffffff"), 'rx="4"')
    pen.rect(0, 300, S, 20, pen.tone("#ffffff"))
    for x in range(0, S, 64):
        pen.rect(x, 304, 32, 16, pen.tone(tile))
    pen.rect(0, 320, S, 64, pen.gradient("#f2e2c4", "#e2c89c"))
    with mirrored(pen, flip):
        stroke(pen, "M20 268V208q0 -24 22 -24h6M52 276V208q0 -24 22 -24h6", "#dfe6ee", 9)
        stroke(pen, "M22 232h30M22 256h30", "#b8c2ce", 8)
        pen.rect(320, 150, 64, 30, pen.tone("#8fa2b8"), 'rx="3"')
        pen.rect(272, 140, 112, 12, pen.tone("#ffffff"), 'rx="4"')
        pen.rect(272, 150, 112, 5, pen.tone("#5a88c8"))
        stroke(pen, "M340 140v-28h40", "#dfe6ee", 8)


def _gravestone(pen: Pen, x: float, foot: float, w: float, cross: bool) -> None:
    night = pen.time == "night"
    stone = pen.gradient(*(("#8c96c0", "#66709c") if night else ("#d8dae0", "#9a9eaa")), raw=night)
    if cross:
        pen.rect(x - w * 0.17, foot - w * 1.7, w * 0.34, w * 1.7, stone, 'rx="3"')
        pen.rect(x - w * 0.5, foot - w * 1.35, w, w * 0.34, stone, 'rx="3"')
    else:
        h = w * 0.9
        pen.path(f"M{x - w / 2:.0f} {foot}v{-h:.0f}a{w / 2:.0f} {w / 2:.0f} 0 0 1 {w:.0f} 0v{h:.0f}z", stone)  # fmt: skip
        pen.rect(x - w * 0.28, foot - h * 0.9, w * 0.56, w * 0.24, pen.tone("#6a6e7c"))
    pen.ellipse(x, foot, w * 0.75, w * 0.16, pen.tone("#5a8a4a"))


@draws("graveyard")
def graveyard(pen: Pen) -> None:
    y = 13 * 16
    flip = pen.pick((False, True, True, False))
    grass = pen.pick((("#a8c47a", "#6a9450"), ("#9abf8a", "#5f8f5f"), ("#b4bf7a", "#7f8f4a"),
                      ("#c4b484", "#94844f")))  # fmt: skip
    crosses = pen.pick(((0, 3), (1,), (2,), (1, 2)))
    sky(pen, y)
    pen.ridge(y - 26, 14, pen.gradient("#a4b8a8", "#8aa494"), waves=2)
    with mirrored(pen, flip):
        pen.rect(0, y + 4, S, S - y, pen.gradient(*grass))
        pen.ellipse(192, y + 12, 250, 16, pen.tone("#eef4f8"), 'opacity=".4"')
        for v in (y - 52, y - 8):
            pen.rect(0, v, S, 8, pen.tone("#3a3e4c"))
        for x in range(0, S, 24):
            pen.path(f"M{x + 2} {y + 10}v-72l5 -12l5 12v72z", pen.tone("#3a3e4c"))
        for x in (152, 216):
            pen.rect(x, y - 88, 24, 100, pen.gradient("#b8a898", "#8a7a6c"))
            pen.rect(x - 6, y - 98, 36, 14, pen.tone("#cfc2b4"), 'rx="3"')
        stroke(pen, f"M164 {y - 92}Q196 {y - 136} 228 {y - 92}", "#3a3e4c", 9)
        bare_tree(pen, 322, y + 30, 210, "#5a4a44")
        stones = ((112, 36, 40), (272, 36, 40), (32, 56, 48), (352, 60, 48), (336, 136, 56))
        for k, (x, foot, w) in enumerate(stones):
            _gravestone(pen, x, y + foot, w, k in crosses)


@draws("market")
def market(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    stripes = rng.sample(("#e8504a", "#3f9a5a", "#3f7ad0", "#f09a3a", "#9a62d0"), 3)
    wares = rng.sample(("#f0504a", "#f4a02a", "#6ab83a", "#ffd23f", "#8a4aa8", "#c8e070"), 6)
    walls = rng.sample(("#f6d9a8", "#f3c0a8", "#c4dcec", "#e8e2d4", "#dcccea", "#d0e6c0"), 4)
    shift = rng.randint(0, 3)
    sky(pen, y)
    for k, wall in enumerate(walls):
        x, top = k * 96, (64, 88, 48, 80)[(k + shift) % 4]
        pen.rect(x, top, 96, y - top + 30, pen.tone(wall))
        pen.path(f"M{x - 4} {top}l20 -28h64l20 28z", pen.tone(("#d8654f", "#8a5a44")[k % 2]))
        for dx in (16, 60):
            pen.rect(x + dx, top + 16, 20, 28, lit(pen, "#8fb4cc"), 'rx="2"')
    pen.rect(0, y + 16, S, S - y, pen.gradient("#d8cfc4", "#b8aa9c"))
    for j in range(5):
        for k in range(-1, 13):
            x, v = 32 * k + 16 * (j % 2), y + 64 + 20 * j
            pen.rect(x + 2, v + 2, 28, 16, pen.tone(("#cfc4b8", "#c0b4a6")[(k + j) % 2]), 'rx="6"')
    for k, colour in enumerate(stripes):
        x = 8 + 128 * k
        pen.rect(x, 128, 112, y - 88, lamplit(pen, "#6f4f3a"))
        if pen.time == "night":
            pen.ellipse(x + 56, 176, 60, 44, pen.glow("#ffcf6a"), 'opacity=".75"')
        for px in (x, x + 102):
            pen.rect(px, 128, 10, y - 72, lamplit(pen, "#c8935c"))
        for n in range(3):
            c = wares[(2 * k + n % 2) % 6]
            for dx in (-10, 10, 0):
                pen.ellipse(x + 24 + 32 * n + dx, 212 - (8 if dx == 0 else 0), 10, 10, lamplit(pen, c))
        pen.rect(x - 4, 216, 120, 18, lamplit(pen, "#e0b078"), 'rx="2"')
        pen.rect(x, 234, 112, 46, lamplit(pen, "#a87444"))
        for n in range(7):
            shown = lamplit(pen, colour if n % 2 == 0 else "#fffaf0")
            pen.path(f"M{x + 16 * n} 112h16l0 50a8 8 0 0 1 -16 0z", shown)
        pen.rect(x - 4, 106, 120, 10, lamplit(pen, colour), 'rx="3"')


@draws("fairground")
def fairground(pen: Pen) -> None:
    y = 14 * 16
    flip = pen.pick((False, True, False, True))
    wheel = pen.pick(("#f0605a", "#4f8fe0", "#9a62d8", "#e89a3a"))
    tents = pen.pick((("#e8504a", "#3f8fd0"), ("#f4b02a", "#9a5ad0"), ("#3f8fd0", "#e8504a"),
                      ("#3fa86a", "#f4b02a")))  # fmt: skip
    cabins = ("#ffd23f", "#f0504a", "#6ab8f4", "#7fcf5a", "#f49ac0", "#f09a3a", "#b57bee", "#ffffff")  # fmt: skip
    sky(pen, y)
    far_hills(pen, y)
    pen.rect(0, y, S, S - y, pen.gradient("#b8dc7c", "#86c05a"))
    pen.rect(0, y + 56, S, S - y, pen.gradient("#f0dcae", "#dcbf88"))
    with mirrored(pen, flip):
        cx, cy, r = 112, 122, 88
        stroke(pen, f"M{cx} {cy}L{cx - 48} {y + 50}M{cx} {cy}L{cx + 48} {y + 50}", "#6a7088", 12)
        for k in range(8):
            a = k * math.pi / 4
            rim = f"{cx + r * math.cos(a):.0f} {cy + r * math.sin(a):.0f}"
            stroke(pen, f"M{cx} {cy}L{rim}", "#f4f4fa", 5)
        pen.ellipse(cx, cy, r, r, "none", f'stroke="{lamplit(pen, wheel)}" stroke-width="10"')
        pen.ellipse(cx, cy, 14, 14, lit(pen, "#ffd84a"))
        for k, colour in enumerate(cabins):
            a = k * math.pi / 4
            x, v = cx + r * math.cos(a), cy + r * math.sin(a)
            if pen.time == "night":
                pen.ellipse(x, v, 26, 26, pen.glow(colour), 'opacity=".7"')
            shown = colour if pen.time == "night" else pen.tone(colour)
            pen.path(f"M{x - 13:.0f} {v:.0f}h26v8a13 10 0 0 1 -26 0z", shown)
            pen.path(f"M{x - 15:.0f} {v - 1:.0f}a15 13 0 0 1 30 0z", lamplit(pen, wheel))
        for n, (x, w, top) in enumerate(((312, 64, 108), (232, 44, 152))):
            foot = y + 54 - 6 * n
            eave = top + w * 0.85
            for k in range(8):
                shown = lamplit(pen, tents[n] if k % 2 == 0 else "#fffaf0")
                a, b = x - w + w * k / 4, x - w + w * (k + 1) / 4
                pen.path(f"M{a} {eave}V{foot}H{b}V{eave}z", shown)
                pen.path(f"M{x} {top}L{a} {eave}Q{(a + b) / 2} {eave + 14} {b} {eave}z", shown)
            pen.path(f"M{x - w * 0.25} {foot}L{x} {eave + 8}L{x + w * 0.25} {foot}z", lit(pen, "#5a4050"))
            stroke(pen, f"M{x} {top}v-18", "#8a6a58", 4)
            pen.path(f"M{x} {top - 22}l24 8l-24 8z", pen.tone(tents[1 - n]))
    stroke(pen, "M-4 8Q96 44 192 10Q288 44 388 8", "#8a6a58", 3)
    for k in range(12):
        x = 16 + 32 * k
        v = 10 + 17 * (1 - abs((x % 192) - 96) / 96) ** 0.6
        shown = cabins[k % 8] if pen.time == "night" else pen.tone(cabins[k % 8])
        pen.path(f"M{x - 11} {v:.0f}h22l-11 24z", shown)


@draws("porch")
def porch(pen: Pen) -> None:
    y = 15 * 16
    rng = pen.rng
    wall, dark = pen.pick((("#f4e2b8", "#dcc48c"), ("#c4dcea", "#9cbcd4"),
                             ("#f0f0ea", "#d0d2cc"), ("#e8b8a0", "#cc9478")))  # fmt: skip
    door = pen.pick(("#4f8a6a", "#d8564a", "#3f78b8", "#6a4a8a"))
    flip, leaves = pen.pick((False, False, True, True)), rng.choice(LEAVES)
    sky(pen, y)
    far_hills(pen, y - 10)
    with mirrored(pen, flip):
        round_tree(pen, 350, y - 20, 120, leaves)
        pen.rect(264, y - 30, 120, 40, pen.gradient("#a4d870", "#7cc552"))
        pen.rect(0, 32, 264, y - 32, pen.tone(wall))
        for v in range(48, y, 32):
            pen.rect(0, v, 264, 16, pen.tone(dark))
        pen.rect(40, 80, 96, y - 80, pen.tone("#ffffff"), 'rx="2"')
        pen.rect(50, 90, 76, y - 90, pen.gradient(door, door))
        pen.rect(64, 104, 48, 48, lit(pen, "#cfe8f8"), 'rx="3"')
        pen.ellipse(116, 176, 6, 6, pen.tone("#ffd84a"))
        pen.rect(160, 92, 88, 92, pen.tone("#ffffff"), 'rx="2"')
        pen.rect(169, 101, 70, 74, lit(pen, "#a8d4f0"))
        pen.rect(200, 101, 8, 74, pen.tone("#ffffff"))
        pen.rect(169, 134, 70, 8, pen.tone("#ffffff"))
        pen.rect(156, 184, 96, 20, pen.tone("#a8703c"), 'rx="3"')
        for k, petal in enumerate(("#f0605a", "#ffd23f", "#f49ac0", "#f0605a", "#ffd23f")):
            pen.ellipse(168 + 18 * k, 182, 9, 9, pen.tone(petal))
        for v in (y - 72, y - 12):
            pen.rect(264, v, 120, 12, pen.tone("#ffffff"))
        for x in range(272, S, 24):
            pen.rect(x, y - 64, 10, 64, pen.tone("#f4f4f0"))
        for x in (256, 368):
            pen.rect(x, 32, 16, y - 28, pen.gradient("#ffffff", "#dfe2e6"))
        pen.rect(0, 0, S, 32, pen.gradient("#a8604a", "#7f4436"))
        pen.rect(0, 30, S, 14, pen.tone("#ffffff"))
        lamp(pen, 148, 82, 9)
        for k in range(5):
            pen.rect(0, y + 32 * k, S, 32, pen.tone(("#d8a468", "#c48e54")[k % 2]))
            pen.rect(0, y + 32 * k, S, 4, pen.tone("#94683c"))
