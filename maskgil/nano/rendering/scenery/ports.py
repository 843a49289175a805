"""Scenery of ports and gorges: platform, harbor, airport; waterfall, swamp, canyon."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.heavens import sky
from maskgil.nano.rendering.scenery.shapes.lights import GLOW, lamp, lamplit, lit, stroke
from maskgil.nano.rendering.scenery.shapes.plants import FIRS, LEAVES, bush, fir, round_tree


@draws("platform")
def platform(pen: Pen) -> None:
    y = 14 * 16
    wall, roof, flip = pen.looks("platform", "wall roof flip")
    sky(pen, y)
    with mirrored(pen, flip):
        pen.rect(0, 112, 272, y - 96, pen.tone(wall))
        pen.path("M-10 116L16 84H256L282 116z", pen.tone("#8a5a44"))
        for x in (64, 192):
            pen.rect(x, 128, 48, 72, pen.tone("#ffffff"), 'rx="3"')
            pen.rect(x + 7, 135, 34, 58, lit(pen, "#a8d0ea"))
        pen.rect(128, 136, 48, y - 120, pen.tone("#6a4a3a"), 'rx="3"')
        for v in (188, 204):
            pen.rect(40, v, 84, 11, lamplit(pen, "#4f7a4a"), 'rx="3"')
        for x in (50, 104):
            pen.rect(x, 214, 10, 16, pen.tone("#3f4856"))
        for x, tall in ((306, 92), (360, 116)):
            round_tree(pen, x, y + 12, tall, LEAVES[0])
        pen.rect(0, y, S, 16, pen.tone("#e4dccc"))
        pen.rect(0, y + 16, S, 16, pen.tone("#8f8a88"))
        pen.rect(0, y + 32, S, 48, pen.tone("#a49a8e"))
        for x in range(0, S, 32):
            pen.rect(x, y + 32, 16, 44, pen.tone("#7a5640"))
        for v in (y + 38, y + 62):
            pen.rect(0, v, S, 9, pen.tone("#e4e8ee"))
        pen.rect(0, y + 76, S, S - y, pen.gradient("#dcd6cc", "#c0b8ac"))
        pen.rect(0, y + 76, S, 8, pen.tone("#8f8a88"))
        pen.rect(0, y + 88, S, 12, lamplit(pen, "#ffd23f"))
    for x in (24, 344):
        pen.rect(x, 40, 16, 272, pen.gradient("#5a6474", "#3f4856"))
        pen.rect(x - 8, 304, 32, 16, pen.tone("#3f4856"), 'rx="3"')
        stroke(pen, f"M{x + 8} 88L{x + 8 + (40 if x < 99 else -40)} 44", "#4a5464", 10)
    pen.rect(0, 0, S, 32, lamplit(pen, roof))
    for x in range(0, S, 32):
        pen.path(f"M{x} 30h32v10a16 14 0 0 1 -32 0z", lamplit(pen, "#f4efe2"))
        pen.path(f"M{x} 28h32v6h-32z", lamplit(pen, roof))
    with mirrored(pen, flip):
        pen.rect(300, 48, 8, 20, pen.tone("#3f4856"))
        pen.ellipse(304, 92, 28, 28, pen.tone("#3f4856"))
        pen.ellipse(304, 92, 21, 21, lit(pen, "#ffffff"))
        pen.line("M304 92V78M304 92L314 97", "#2c3340", 5, 'stroke-linecap="round"')
        pen.rect(104, 48, 8, 16, pen.tone("#3f4856"))
        pen.rect(208, 48, 8, 16, pen.tone("#3f4856"))
        pen.rect(80, 56, 160, 32, lamplit(pen, "#2f5fa8"), 'rx="4"')
        pen.rect(96, 66, 80, 12, lamplit(pen, "#ffffff"), 'rx="3"')
        pen.rect(192, 66, 32, 12, lamplit(pen, "#ffd84a"), 'rx="3"')


def _boat(pen: Pen, x: float, y: float, hull: str, sails: str) -> None:
    pen.rect(x - 4, y - 116, 8, 112, pen.tone("#8a6a4a"))
    pen.path(f"M{x + 6} {y - 108}L{x + 44} {y - 18}H{x + 6}z", pen.tone(sails))
    pen.path(f"M{x - 6} {y - 92}L{x - 34} {y - 18}H{x - 6}z", pen.tone("#ffffff"))
    pen.path(f"M{x - 50} {y - 14}H{x + 54}Q{x + 46} {y + 12} {x + 28} {y + 12}H{x - 32}Q{x - 46} {y + 10} {x - 50} {y - 14}z", pen.tone(hull))
    pen.rect(x - 48, y - 14, 100, 6, pen.tone("#ffffff"))


@draws("harbor")
def harbor(pen: Pen) -> None:
    y = 9 * 16
    rng = pen.rng
    walls = rng.sample(("#f0605a", "#ffd25a", "#6ab0e4", "#f4efe2", "#f0a05a", "#7cc08a"), 4)
    crane, hull, sails, flip = pen.looks("harbor", "crane hull sails flip")
    sky(pen, y)
    pen.ridge(y - 8, 12, pen.gradient("#a8d2b4", "#84bc90"), waves=2)
    with mirrored(pen, flip):
        for k, wall in enumerate(walls):
            x, top = 48 * k, (72, 88, 64, 80)[k]
            pen.rect(x, top, 48, y + 8 - top, pen.tone(wall))
            pen.path(f"M{x - 3} {top + 1}L{x + 24} {top - 28}L{x + 51} {top + 1}z", pen.tone(("#a8503f", "#6a4a44")[k % 2]))
            for dx in (7, 27):
                pen.rect(x + dx, top + 10, 14, 18, lit(pen, "#4f6a88"), 'rx="2"')
            pen.rect(x + 16, y - 18, 16, 26, pen.tone("#5a4438"))
        for x in (272, 320):
            pen.rect(x, 40, 12, y - 36, pen.tone(crane))
        pen.rect(224, 40, 152, 14, pen.tone(crane))
        stroke(pen, "M296 40V14L232 44M302 14L368 42M278 92h46", crane, 7)
        stroke(pen, "M240 54V92", "#4a5464", 5)
        pen.rect(224, 92, 32, 22, pen.tone("#3f78b8"))
        crates = ((336, 120, "#e8604a"), (352, 96, "#4f9a6a"), (224, 120, "#f0b03a"), (344, 120, "#3f8fb8"))
        for x, v, colour in crates:
            pen.rect(x, v, 48, 24, pen.tone(colour))
        pen.rect(0, y, S, 20, pen.gradient("#b8aca0", "#8f857a"))
    pen.rect(0, y + 18, S, 150, pen.gradient("#86cdea", "#4a9fd4", "#2f7fbc"))
    for k in range(8):
        x, v = (24 + 104 * k) % 352, y + 48 + 14 * k
        pen.rect(x, v, 56, 6, pen.tone("#c4e8f8"), 'rx="3" opacity=".7"')
    if pen.time == "night":
        for k in (24, 120):
            pen.rect(k + (160 if flip else 0), y + 22, 20, 60, GLOW, 'rx="8" opacity=".25"')
    with mirrored(pen, flip):
        _boat(pen, 330, y + 72, hull, sails)
        _boat(pen, 54, y + 52, "#f4f4f4", "#ffffff")
    pen.rect(0, 304, S, 80, pen.gradient("#d4cabc", "#b4a898"))
    pen.rect(0, 296, S, 16, pen.tone("#eee6d8"))
    pen.rect(0, 312, S, 6, pen.tone("#9a8e80"))
    for x in (48, 144, 240, 336):
        pen.rect(x, 318, 4, 66, pen.tone("#a89c8c"))
    for x in (32, 352):
        pen.rect(x - 11, 276, 22, 30, pen.tone("#3a4250"), 'rx="4"')
        pen.rect(x - 17, 268, 34, 13, pen.tone("#3a4250"), 'rx="6"')


@draws("airport")
def airport(pen: Pen) -> None:
    y = 12 * 16
    band, tail, flip = pen.looks("airport", "band tail flip")
    sky(pen, y)
    pen.ridge(y - 6, 10, pen.gradient("#a8d2b4", "#84bc90"), waves=2)
    with mirrored(pen, flip):
        pen.path("M76 200L80 80H112L116 200z", pen.gradient("#f0f2f6", "#c8ced8"))
        pen.path("M60 44H132L120 84H72z", lit(pen, "#5f9ac8"))
        pen.rect(52, 36, 88, 12, pen.tone("#eef0f4"), 'rx="4"')
        pen.rect(68, 80, 56, 10, pen.tone(band))
        stroke(pen, "M96 36V14", "#8a92a0", 6)
        pen.ellipse(96, 12, 7, 7, "#ff5a4a" if pen.time != "day" else pen.tone("#e8504a"))
        pen.rect(112, 128, 272, y - 112, pen.tone("#a8bcd4"))
        pen.path("M104 132Q248 84 392 132z", pen.tone("#cfd6e0"))
        pen.rect(112, 128, 272, 12, pen.tone(band))
        for x in range(128, S, 32):
            pen.rect(x, 148, 24, 32, lit(pen, "#6fb0dc"), 'rx="2"')
        pen.rect(0, y - 4, S, S - y + 4, pen.gradient("#a8d474", "#7cbc52"))
        pen.rect(0, y - 4, S, 28, pen.tone("#b4b8c0"))
        for v in (196, 208):
            pen.ellipse(262, v + 6, 9, 9, pen.tone("#3a404c"))
            pen.ellipse(308, v + 6, 9, 9, pen.tone("#3a404c"))
        pen.path("M322 184L340 128H366L360 184z", lamplit(pen, tail))
        pen.path("M364 204H236Q208 204 208 190Q208 174 240 172H372Q372 196 364 204z", lamplit(pen, "#ffffff"))
        pen.rect(240, 182, 96, 9, pen.tone("#3a5a88"), 'rx="4"')
        pen.path("M216 184Q220 176 232 176V184z", pen.tone("#3a5a88"))
        pen.path("M276 194H320L344 216H318z", pen.tone("#8a98b0"))
        pen.path(f"M158 {y + 32}H226L440 {S}H-56z", pen.tone("#767c88"))
        for top, low in ((y + 40, y + 56), (y + 70, y + 96), (y + 116, y + 150)):
            a, b = (top - y) * 0.075 + 1, (low - y) * 0.075 + 1
            pen.path(f"M{192 - a:.0f} {top}H{192 + a:.0f}L{192 + b:.0f} {low}H{192 - b:.0f}z", lamplit(pen, "#ffffff"))
        for k in (-3, -2, 2, 3):
            x = 192 + 30 * k
            pen.path(f"M{x - 8} {y + 144}h16L{x + 10 + 9 * k} {S}h-24z", lamplit(pen, "#ffffff"))
        for side in (-1, 1):
            for t in (0.12, 0.4, 0.8):
                beside = 192 + side * (34 + 214 * t + 12 + 10 * t)
                lamp(pen, beside, y + 32 + 160 * t, 4 + 4 * t)
        pen.rect(20, 132, 8, 88, pen.tone("#e4e8ee"))
        for k, colour in enumerate(("#f0604a", "#ffffff", "#f0604a")):
            pen.path(f"M{26 + 16 * k} {132 + 2 * k}h16v{24 - 4 * k}h-16z", pen.tone(colour))


@draws("waterfall")
def waterfall(pen: Pen) -> None:
    y = 11 * 16
    rng = pen.rng
    rock, x, firs = pen.looks("waterfall", "rock x firs")
    leaves = rng.choice(LEAVES)
    foam = "#aebfe8" if pen.time == "night" else pen.tone("#ffffff")
    fall = ("#bfeafa", "#8fd4f4", "#d8f4fe")
    night = pen.time == "night"
    sky(pen, y)
    for k in range(9):
        foot = 72 - 8 * (k % 2)
        if abs(48 * k - x) > 56:
            if firs:
                fir(pen, 48 * k, foot, 76, FIRS[k % 2])
            else:
                round_tree(pen, 48 * k, foot + 6, 72, leaves)
    pen.rect(0, 62, S, 190, pen.tone(rock[1]))
    pen.rect(0, 56, S, 16, pen.tone("#74b84c"), 'rx="8"')
    for k in range(8):
        ledge = 66 + (0, 10, 4, 12)[k % 4]
        for j in range(3):
            a, h = 48 * k, (72, 52, 62)[(k + j) % 3]
            pen.path(
                f"M{a + 1} {ledge + 14}L{a + 12} {ledge}L{a + 38} {ledge + 4}L{a + 47} {ledge + 18}"
                f"L{a + 44} {ledge + h - 10}L{a + 28} {ledge + h}L{a + 5} {ledge + h - 6}z",
                pen.gradient(rock[0], rock[1]),
            )
            pen.path(f"M{a + 36} {ledge + 4}L{a + 47} {ledge + 18}L{a + 44} {ledge + h - 10}L{a + 28} {ledge + h}L{a + 33} {ledge + 24}z", pen.tone(rock[2]))
            ledge += h - 4
    pen.rect(0, 224, S, 160, pen.gradient("#8fd8f0", "#4aa8dc", "#2f88c4"))
    pen.path(f"M{x - 44} 60q44 -14 88 0L{x + 60} 240H{x - 60}z", pen.tone(rock[2]))
    pen.path(f"M{x - 36} 62q36 -12 72 0L{x + 50} 240H{x - 50}z", pen.gradient(*(("#5a78c0", "#4464b0", "#6f8ccc") if night else fall), raw=night))
    for dx, w in ((-26, 10), (0, 12), (26, 10)):
        pen.path(f"M{x + dx - w / 2} {70 + abs(dx)}h{w}l{4 + dx * 0.2:.0f} 160h{-w - 8}z", foam)
    for dx, r in ((-56, 18), (56, 18), (-28, 22), (28, 22), (0, 24)):
        pen.ellipse(x + dx, 238, r, r * 0.7, foam)
    for k, (cx, w) in enumerate(((x - 90, 48), (x + 60, 48), (x - 30, 64), (x - 150, 56), (x + 110, 56))):
        pen.rect(cx, 262 + 11 * k, w, 7, pen.tone("#dff4fc"), 'rx="3.5" opacity=".8"')
    for cx, cy, r in ((16, 240, 36), (368, 240, 36), (62, 238, 22), (326, 238, 22)):
        pen.ellipse(cx, cy, r, r * 0.72, pen.ball(*rock))
    pen.ridge(326, 4, pen.tone("#c8ecf8"), waves=2)
    pen.ridge(332, 4, pen.gradient("#8fca5c", "#5fa447"), waves=2)
    for bx, r in ((6, 22), (378, 22)):
        bush(pen, bx, 346, r, leaves)


@draws("swamp")
def swamp(pen: Pen) -> None:
    y = 10 * 16
    green, flip, pads = pen.looks("swamp", "green flip pads")
    night = pen.time == "night"
    mist = "#7c94b4" if night else pen.tone("#e4ecd8")
    sky(pen, y + 40, clouds=False)
    pen.rect(0, 0, S, y + 40, pen.gradient("#c4d08a", "#eef0c8"), 'opacity=".6"')
    for k in range(9):
        x, r = 48 * k + 6, 34 + 10 * (k % 3)
        pen.rect(x - 6, 96, 12, 110, pen.tone("#6a7c60"))
        pen.ellipse(x, 104 - 6 * (k % 2), r, r * 0.8, pen.tone("#86a070"))
    pen.rect(0, y + 8, S, 80, pen.tone("#6f8a58"))
    pen.ellipse(60, y + 10, 330, 16, mist, 'opacity=".6"')
    pen.ellipse(340, y + 34, 330, 12, mist, 'opacity=".5"')
    bog = (mix(pen.tone(c), "#5fae8a", 0.35 if night else 0) for c in green)
    pen.rect(0, y + 48, S, 136, pen.gradient(*bog, raw=True))
    for k in range(6):
        pen.rect((40 + 130 * k) % 340, y + 70 + 17 * k, 64, 7, pen.tone("#d0d890"), 'rx="3.5" opacity=".6"')
    with mirrored(pen, flip):
        for x, foot, t, way in ((40, y + 96, 1.0, 1), (340, y + 84, 0.85, -1)):
            bark = "#54463a"
            stroke(pen, f"M{x} {foot}q{22 * t * way:.0f} {-40 * t:.0f} {-4 * way} {-84 * t:.0f}t{16 * way} {-90 * t:.0f}", bark, 26 * t)
            stroke(pen, f"M{x - 24} {foot + 6}L{x} {foot - 34}L{x + 24} {foot + 6}", bark, 13)
            top = foot - 130 * t
            stroke(
                pen, f"M{x + 2 * way} {top + 34:.0f}q{30 * way} {-8} {52 * way} {-44}M{x + 4 * way} {top + 6:.0f}q{-22 * way} {-12} {-34 * way} {-44}", bark, 11
            )
            for dx, dy, r in ((-34, -54, 30), (4, -64, 36), (54, -50, 32)):
                cx, cy = x + dx * way, top + dy
                pen.ellipse(cx, cy, r, r * 0.6, pen.gradient("#7f9a4f", "#56703a"))
                for k in (-14, 8):
                    pen.rect(cx + k - 5, cy + 4, 10, 34 + 10 * (k > 0), pen.tone("#66804a"), 'rx="5"')
    for k, x in enumerate(pads):
        v = y + 112 + 22 * (k % 2)
        pen.ellipse(x, v, 24, 9, pen.tone("#5fae4a"))
        pen.path(f"M{x} {v}l26 -6v8z", pen.tone(green[1]))
        if k == 1:
            pen.ellipse(x - 6, v - 6, 10, 8, pen.tone("#f4b4d0"))
    pen.ridge(334, 4, pen.gradient("#7a8a48", "#5a6a38"), waves=2)
    for x in (12, 44, 76, 308, 340, 372):
        tall = 104 - 14 * (x % 3)
        for lean in (-14, 14):
            pen.path(f"M{x - 6} 350Q{x} {350 - tall // 2} {x + lean} {350 - tall + 24}Q{x + 6} {350 - tall // 3} {x + 6} 350z", pen.tone("#8fc04a"))
        stroke(pen, f"M{x} 350v{-tall}", "#5f9a38", 5)
        pen.rect(x - 5.5, 350 - tall - 10, 11, 30, pen.tone("#6a4028"), 'rx="5.5"')


def _cliff(pen: Pen, edge: str, bands: tuple[str, ...], top: int, shift: int) -> None:
    """A rock wall within `edge`, in level layers."""
    name = f"c{len(pen.defs)}"
    pen.defs.append(f'<clipPath id="{name}"><path d="{edge}"/></clipPath>')
    pen.add(f'<g clip-path="url(#{name})">')
    for k in range(10):
        v = top + 24 * k
        pen.path(f"M-10 {v}Q60 {v + 9} 110 {v + 2}T230 {v + 4}T394 {v}V{S}H-10z", pen.tone(bands[(k + shift) % 4]))
    pen.add("</g>")


@draws("canyon", "canyon river")
def canyon(pen: Pen) -> None:
    y = 13 * 16
    bands, river, flip = pen.looks("canyon", "bands river flip")
    shift = pen.variant
    pale = tuple(f"#{c}" for c in ("ecbc94", "dc9c7c", "f2ceac", "d08c74"))
    sky(pen, y)
    pen.rect(0, y - 4, S, S - y + 4, pen.gradient("#f0c48a", "#e4b074", "#d89c60"))
    with mirrored(pen, flip):
        _cliff(pen, f"M60 104H148L156 136L176 144L182 {y + 4}H60z", pale, 100, shift)
        _cliff(pen, f"M340 84H262L256 120L232 128L222 {y + 4}H340z", pale, 84, shift + 2)
        if pen.setting == "canyon river":
            d = f"M184 {y}C210 {y + 30} -20 {y + 34} -20 {y + 60}V{S}H404V{y + 60}C404 {y + 34} 240 {y + 30} 212 {y}z"
            pen.path(d, pen.gradient("#a4dcf0", "#5fb4e0", "#4a9ccc"))
            pen.ridge(S - 34, 4, pen.gradient("#f0c48a", "#d89c60"), waves=2)
        elif river:
            d = f"M184 {y}C236 {y + 40} 70 {y + 64} 50 {S}H270C236 {y + 80} 290 {y + 40} 212 {y}z"
            pen.path(d, pen.gradient("#a4dcf0", "#5fb4e0", "#4a9ccc"))
        else:
            d = f"M188 {y}C230 {y + 40} 110 {y + 70} 96 {S}H276C220 {y + 80} 268 {y + 40} 208 {y}z"
            pen.path(d, pen.gradient("#fdeccb", "#f8deb0"))
        low = y + 30
        _cliff(pen, f"M-10 20H84L92 60L112 68L104 112L128 120L120 168L140 180L132 {low}H-10z", bands, 14, shift)
        _cliff(pen, f"M394 52H316L308 92L284 100L290 144L268 156L272 196L250 206L256 {low}H394z", bands, 44, shift + 1)
        for x, r in ((8, 30), (60, 24), (112, 20), (378, 30), (326, 24), (276, 18)):
            pen.ellipse(x, low + 2, r, r * 0.75, pen.ball(bands[2], bands[0], bands[1]))
