"""Scenery of seasons: autumn forest, spring park, flower and wheat fields, ski slope, vineyard."""

from __future__ import annotations

import math

from maskgil.nano.rendering.scenery.pen import SCENERY, Pen, S, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.heavens import far_hills, sky
from maskgil.nano.rendering.scenery.shapes.lights import lit, moonball, moonlit, snowlit, stroke
from maskgil.nano.rendering.scenery.shapes.plants import bush, fir, leaf, tall_tree
from maskgil.nano.world.settings import PLACES

AUTUMN = (("#ffb65a", "#f0842f", "#c4581f"), ("#ff8a66", "#dc4a34", "#9a2c28"), ("#ffe67a", "#f6bf2f", "#cf8f1f"))


@draws("autumn forest")
def autumn_forest(pen: Pen) -> None:
    y = 14 * 16
    shift, flip, soil = pen.looks("autumn forest", "shift flip soil")
    sky(pen, y, clouds=False)
    pen.ridge(y - 96, 8, pen.gradient("#f6cc8a", "#e8a868"), waves=9)
    pen.ridge(y - 56, 8, pen.gradient("#e89a5a", "#c8743f"), waves=8)
    with mirrored(pen, flip):
        for k, x in enumerate((32, 104, 176, 248, 328)):
            tall_tree(pen, x, y + 4, (168, 140, 152, 136, 164)[k], AUTUMN[(k + shift) % 3], "#7a4a34")
        pen.rect(0, y, S, S - y, pen.gradient(*(moonlit(pen, each) for each in soil), raw=True))
        for x, k in ((40, 0), (140, 2), (232, 1), (340, 0)):
            pen.ellipse(x, y + 6, 58, 14, moonlit(pen, AUTUMN[(k + shift) % 3][1]))
        for k, (x, tall) in enumerate(((6, 250), (372, 268))):
            tall_tree(pen, x, y + 62, tall, AUTUMN[(k + 1 + shift) % 3], "#5f3826")
            pen.ellipse(x, y + 66, 74, 16, moonlit(pen, AUTUMN[(k + 1 + shift) % 3][1]))
        for k, (x, v, r, turn) in enumerate(
            ((36, 332, 27, 20), (78, 368, 24, -30), (346, 326, 27, 150), (304, 366, 24, 200), (372, 374, 24, 60), (8, 378, 24, -60))
        ):
            leaf(pen, x, v, r, AUTUMN[(k + shift) % 3][(k // 3) % 2], turn)


@draws("spring park")
def spring_park(pen: Pen) -> None:
    y = 14 * 16
    pink = ("#fff0f6", "#fbb4d0", "#e884ae")
    deep = ("#ffd6e6", "#f48cb6", "#cf5f92")
    white = ("#ffffff", "#fde4ee", "#eeb8d0")
    crowns = pen.pick(((pink, deep), (deep, pink), (white, deep), (pink, white)))
    bend, flip = pen.looks("spring park", "bend flip")
    sky(pen, y)
    pen.ridge(y - 40, 12, pen.gradient("#b8e4a0", "#98d488"), waves=2.4)
    with mirrored(pen, flip):
        for k, x in enumerate((64, 136, 208, 280, 344)):
            if k % 2:
                bush(pen, x, y + 8, 30, ("#c8f08a", "#86d060", "#58a848"))
            else:
                tall_tree(pen, x, y + 8, (124, 0, 112, 0, 128)[k], crowns[k // 2 % 2], "#7a4a3a")
        pen.rect(0, y, S, S - y, pen.gradient("#c8f08a", "#92da62", "#74c44e"))
        pen.path(f"M184 {y}Q{192 + bend} {y + 60} 108 {S}H276Q{240 + bend} {y + 66} 208 {y}z", pen.gradient("#fbeed0", "#ecd6a8"))
        for k, (x, tall) in enumerate(((14, 250), (366, 262))):
            pen.ellipse(x, y + 58, 80, 17, moonlit(pen, "#f8c4da"))
            tall_tree(pen, x, y + 56, tall, crowns[k], "#6a3f34")
        for x, v in ((24, 326), (70, 352), (352, 330), (318, 356), (366, 368), (16, 372)):
            pen.ellipse(x, v, 11, 7, moonlit(pen, "#fbb4d0"))
            pen.ellipse(x + 12, v - 6, 7, 7, moonlit(pen, "#ffe6f0"))


def _lavender(pen: Pen, x: float, top: float, r: float) -> None:
    for k in range(5):
        w = r * (0.4 + 0.11 * k)
        pen.ellipse(x, top + r * 0.75 * k, w, r * 0.55, moonlit(pen, ("#d0b0ff", "#a478ec")[k % 2]))


def _poppy(pen: Pen, x: float, top: float, r: float) -> None:
    for dx, dy in ((-0.5, 0.1), (0.5, 0.1), (0, -0.35), (0, 0.45)):
        red = moonball(pen, "#ff8f6c", "#fa4a3c", "#d82c30")
        pen.ellipse(x + dx * r, top + r + dy * r, r * 0.72, r * 0.62, red)
    pen.ellipse(x, top + r, r * 0.32, r * 0.32, pen.tone("#2a2028"))


def _tulip(pen: Pen, x: float, top: float, r: float, colour: str) -> None:
    pen.path(
        f"M{x - r} {top}q{r * 0.5} {r * 0.4} {r * 0.5} {r * 0.5}L{x} {top - r * 0.3}l{r * 0.5} {r * 0.8}"
        f"q0 -{r * 0.1} {r * 0.5} -{r * 0.5}q{r * 0.5} {r * 2} -{r} {r * 2}q-{r * 1.5} 0 -{r} -{r * 2}z",
        moonlit(pen, colour),
    )


def _sunflower(pen: Pen, x: float, top: float, r: float) -> None:
    for k in range(10):
        a = k * math.pi / 5
        pen.ellipse(x + math.cos(a) * r * 0.8, top + r + math.sin(a) * r * 0.8, r * 0.42, r * 0.42, moonlit(pen, ("#ffd62e", "#f8b420")[k % 2]))
    pen.ellipse(x, top + r, r * 0.62, r * 0.62, pen.ball("#9a6234", "#6f3f20", "#4f2a18"))


@draws("flower field", "poppy field", "sunflower field")
def flower_field(pen: Pen) -> None:
    y = 12 * 16
    kind = {"poppy field": 1, "sunflower field": 3}.get(pen.setting, pen.variant % 4)
    tulips = ("#f0484e", "#ffd23f", "#f684b4", "#ff8f3a")
    bands = ((("#7448c4", "#a684e6"),) * 4, (("#cc2430", "#ee5a52"),) * 4, tuple((c, c) for c in tulips), (("#eca41c", "#ffd648"),) * 4)[kind]
    green = ("#6fa858", "#5fa848", "#5fb04a", "#6fa83f")[kind]
    sky(pen, y)
    far_hills(pen, y + 4)
    pen.rect(0, y, S, S - y, pen.tone(green))
    cx = (192, 224, 160, 192)[kind]
    for k in range(-4, 5):
        near, far = (moonlit(pen, each) for each in bands[k % 4])
        a, b = cx + 48 * k, 192 + 128 * k
        pen.path(f"M{a - 16} {y}L{b - 44} {S}H{b + 44}L{a + 16} {y}z", pen.gradient(far, near, raw=True))
    for k, (x, top, r) in enumerate(
        ((88, 300, 17), (296, 304, 17), (54, 262, 20), (336, 258, 20), (18, 226, 22), (368, 230, 22), (20, 312, 22), (362, 316, 22))
    ):
        stroke(pen, f"M{x} {top + r}V{S}", "#3f8f3a", 9)
        for way in (-1, 1):
            pen.path(f"M{x} {S}Q{x + way * 8} {S - 50} {x + way * 24} {S - 56}Q{x + way * 28} {S - 16} {x} {S}z", pen.tone("#57a844"))
        if kind == 0:
            _lavender(pen, x, top - 20, r)
        elif kind == 1:
            _poppy(pen, x, top - 10, r * 1.15)
        elif kind == 2:
            _tulip(pen, x, top, r, tulips[(k // 2 + k) % 4])
        else:
            _sunflower(pen, x, top - 14, r * 1.25)


def _barn(pen: Pen, x: float, foot: float) -> None:
    pen.rect(x - 48, foot - 56, 96, 56, pen.gradient("#dc5648", "#b03c34"))
    pen.path(f"M{x - 56} {foot - 52}l16 -30l40 -18l40 18l16 30z", pen.tone("#7a4638"))
    pen.rect(x - 18, foot - 40, 36, 40, pen.tone("#fbf0e0"))
    stroke(pen, f"M{x - 14} {foot - 36}l28 34M{x + 14} {foot - 36}l-28 34", "#b8443a", 5)
    pen.rect(x - 10, foot - 80, 20, 18, lit(pen, "#fbf0e0"), 'rx="3"')


def _windmill(pen: Pen, x: float, foot: float) -> None:
    pen.path(f"M{x - 32} {foot}l10 -84h44l10 84z", pen.gradient("#fffaf0", "#dccfb8"))
    pen.path(f"M{x - 26} {foot - 82}q26 -40 52 0z", pen.tone("#c0563f"))
    pen.rect(x - 9, foot - 28, 18, 28, pen.tone("#7a4f34"), 'rx="3"')
    pen.rect(x - 7, foot - 58, 14, 16, lit(pen, "#8fb4cc"), 'rx="2"')
    for k in range(4):
        pen.add(f'<g transform="translate({x} {foot - 88}) rotate({45 + 90 * k})">')
        pen.rect(-2.5, -68, 5, 68, pen.tone("#7a4f34"))
        pen.rect(0, -68, 15, 48, pen.tone("#f8e8d0"))
        pen.rect(-2.5, -68, 5, 68, pen.tone("#7a4f34"))
        pen.add("</g>")
    pen.ellipse(x, foot - 88, 7, 7, pen.tone("#7a4f34"))


def _ear(pen: Pen, x: float, top: float, lean: float) -> None:
    stroke(pen, f"M{x} {S + 8}Q{x} {top + 60} {x + lean} {top + 20}", "#c8923a", 7)
    pen.add(f'<g transform="translate({x + lean} {top + 30}) rotate({lean})">')
    for k in range(4):
        for way in (-1, 1):
            pen.ellipse(way * 8, -15 * k, 9, 12, moonlit(pen, ("#f4c24e", "#dca038")[k % 2]), f'transform="rotate({way * 22} {way * 8} {-15 * k})"')
    pen.ellipse(0, -56, 8, 13, moonlit(pen, "#f4c24e"))
    pen.add("</g>")


@draws("wheat field")
def wheat_field(pen: Pen) -> None:
    y = 12 * 16
    mill, x, flip, gold = pen.looks("wheat field", "mill x flip gold")
    sky(pen, y)
    pen.ridge(y - 14, 14, pen.gradient("#b4d894", "#8fc078"), waves=2)
    with mirrored(pen, flip):
        for k in range(3):
            bush(pen, 232 + 56 * k, y + 6, 22, ("#a5d86a", "#5fae45", "#35793a"))
        (_windmill if mill else _barn)(pen, x, y + 8)
        for k, (v, colour) in enumerate(((0, gold[1]), (24, gold[0]), (58, gold[1]), (108, gold[0]))):
            lift = 5 + 2 * k
            pen.path(f"M0 {y + v}Q96 {y + v - lift} 192 {y + v}T{S} {y + v}V{S}H0z", moonlit(pen, colour))
        pen.path(f"M186 {y - 1}Q150 {y + 80} 104 {S}H280Q236 {y + 80} 206 {y}z", pen.gradient("#f4e2b4", "#e0c490"))
        for base, way in ((0, 1), (S, -1)):
            pen.path(
                f"M{base} 262Q{base + way * 56} 290 {base + way * 88} {S}H{base}z", pen.gradient(moonlit(pen, "#f8d66c"), moonlit(pen, "#ecbc50"), raw=True)
            )
            for dx, top in ((84, 300), (58, 250), (32, 208), (8, 232)):
                _ear(pen, base + way * dx, top, way * (12 if dx > 20 else 4))


def _rows_of(pen: Pen, y: float, colours: tuple[str, ...], earth: str) -> None:
    """Rows of plants in flower that run together far off, each of one colour."""
    pen.rect(0, y, S, S - y, moonlit(pen, earth))
    for k in range(-9, 10):
        a, b = 192 + 22 * k, 192 + 84 * k
        shade = colours[k % len(colours)]
        pen.path(f"M{a - 8} {y}h16L{b + 30} {S}h-60z", moonlit(pen, shade))
        pen.path(f"M{a - 3} {y}h6L{b + 10} {S}h-22z", moonlit(pen, mix(shade, "#ffffff", 0.3)))


@draws("lavender field", "tulip field")
def rows_of_flowers(pen: Pen) -> None:
    y = 12 * 16
    flip = pen.variant % 2 == 1
    sky(pen, y)
    pen.ridge(y - 22, 18, pen.gradient("#b8cce0", "#98b4cc"), waves=2.2)
    pen.ridge(y - 6, 10, pen.gradient("#b4d894", "#8fc078"), waves=2)
    lavender = pen.setting == "lavender field"
    with mirrored(pen, flip):
        for k in range(4):
            bush(pen, 216 + 44 * k, y + 4, 20, ("#a5d86a", "#5fae45", "#35793a"))
        if lavender:
            pen.rect(52, y - 44, 80, 48, pen.gradient("#f8e4c0", "#e0c494"))
            pen.path(f"M44 {y - 42}l14 -22h68l14 22z", pen.tone("#c86a4a"))
            for x in (64, 100):
                pen.rect(x, y - 34, 16, 18, lit(pen, "#6a8ca8"), 'rx="2"')
        else:
            _windmill(pen, 92, y + 4)
    if lavender:
        tints = pen.pick((("#9a6ae0", "#8458cc"), ("#a878e8", "#8a5ad0"), ("#8f70e4", "#7454c8"), ("#b07ce0", "#9060c8")))
        _rows_of(pen, y, tints, "#7fb05c")
        return
    reds = ("#f0485a", "#ffd23f", "#ff8ac0", "#f8804a", "#c860d0")
    _rows_of(pen, y, reds[pen.variant :] + reds[: pen.variant], "#58a848")
    for base, way in ((0, 1), (S, -1)):
        for k, (dx, top) in enumerate(((70, 326), (36, 292), (6, 318))):
            stroke(pen, f"M{base + way * dx} {S}V{top + 20}", "#4f9a3c", 8)
            _tulip(pen, base + way * dx, top, 20, reds[(k + (way > 0)) % 5])


@draws(*(name for name in PLACES if name.endswith(" edge")))
def edge_of_a_field(pen: Pen) -> None:
    """A lane and grass before a field."""
    pen.setting = pen.setting.removesuffix(" edge")
    SCENERY[pen.setting](pen)
    y = 17.6 * 16
    pen.rect(0, y, S, S - y, pen.gradient("#a8da70", "#7cc04e"))
    pen.ridge(y + 4, 3, pen.gradient("#a8da70", "#74b84a"), waves=3)
    pen.rect(0, y + 30, S, S, pen.gradient("#ecd8a8", "#cfae74"))
    pen.ridge(S - 12, 3, pen.gradient("#9ad066", "#62ac44"), waves=4)


@draws("ski slope")
def ski_slope(pen: Pen) -> None:
    y = 9 * 16
    lean, flag = pen.looks("ski slope", "lean flag")
    sky(pen, y + 40)
    pen.peaks(y + 40, 150, 3, ("#b4c8e0", "#8fa8c8"), True)
    pen.rect(0, y + 36, S, S - y, snowlit(pen, "#e8f0fa", "#d8e6f6"))
    with mirrored(pen, pen.variant % 2 == 1):
        pen.path(f"M0 {72 + lean}Q150 {104 + lean} 250 190T{S} 300V{S}H0z", snowlit(pen, "#ffffff", "#dbe8f6"))
        pen.path(f"M0 {150 + lean}Q150 {176 + lean} 250 250T{S} 340V{S}H0z", snowlit(pen, "#f4f9ff", "#c8dcf0"))
        pen.path(f"M0 {252 + lean}Q170 262 270 318T{S} 376V{S}H0z", snowlit(pen, "#ffffff", "#d8e6f6"))
        for x, foot, tall in ((30, 88, 84), (78, 100, 66), (300, 236, 74), (350, 262, 92), (372, 300, 84)):
            foot += lean if x < 200 else 0
            fir(pen, x, foot, tall, ("#5a9a88", "#3a7466"))
        for x, foot in ((24, 232 + lean), (120, 252 + lean // 2), (226, 300), (330, 366)):
            pen.rect(x - 3, foot - 62, 7, 62, pen.tone("#8a4a3a"))
            pen.path(f"M{x + 3} {foot - 60}h36l-10 12 10 12h-36z", pen.tone(flag))


def _grapes(pen: Pen, x: float, y: float, colours: tuple[str, str, str]) -> None:
    for row, count in enumerate((3, 2, 1)):
        for k in range(count):
            pen.ellipse(x + (k - (count - 1) / 2) * 15, y + 13 * row, 8.5, 8.5, moonball(pen, *colours))


@draws("vineyard")
def vineyard(pen: Pen) -> None:
    y = 13 * 16
    at, flip, grape, wall, roof = pen.looks("vineyard", "at flip grape wall roof")
    sky(pen, y)
    with mirrored(pen, flip):
        pen.path(f"M-10 {y - 30}Q90 {y - 92} 200 {y - 40}T394 {y - 70}V{S}H-10z", pen.gradient("#c8e09a", "#a4c878"))
        x, foot = at, y - 44
        for dx in (-72, 68, 92):
            pen.path(
                f"M{x + dx - 11} {foot + 6}Q{x + dx - 10} {foot - 60} {x + dx} {foot - 82}Q{x + dx + 10} {foot - 60} {x + dx + 11} {foot + 6}z",
                pen.gradient("#4f8f4f", "#2f6440"),
            )
        pen.rect(x - 56, foot - 40, 112, 48, pen.tone(wall))
        pen.path(f"M{x - 64} {foot - 38}l14 -20h100l14 20z", pen.tone(roof))
        pen.rect(x - 20, foot - 80, 40, 48, pen.tone(wall))
        pen.path(f"M{x - 28} {foot - 78}l28 -22l28 22z", pen.tone(roof))
        for dx, dy in ((-44, 28), (28, 28), (-8, 68)):
            pen.rect(x + dx, foot - dy, 16, 20, lit(pen, "#6a8ca8"), 'rx="3"')
        pen.rect(x - 9, foot - 26, 18, 34, pen.tone("#7a4f34"), 'rx="8"')
        edge = f"M-10 {y - 24}Q110 {y - 52} 210 {y - 16}T394 {y - 30}V{S}H-10z"
        pen.path(edge, pen.gradient("#e0cc94", "#ccae74"))
        pen.defs.append(f'<clipPath id="rows"><path d="{edge}"/></clipPath>')
        pen.add('<g clip-path="url(#rows)">')
        for k in range(-1, 13):
            a, b = 192 + 26 * (k - 6), 192 + 40 * (k - 6)
            pen.path(f"M{a - 8} {y - 56}h16L{b + 12} {y + 8}h-24z", pen.tone("#6fae4a"))
        pen.add("</g>")
    pen.rect(0, y + 4, S, S - y, pen.gradient("#e4cc94", "#cca468"))
    for way in (-1, 1):
        for k in range(4):
            a, b = 192 + way * (54 + 46 * k), 192 + way * (170 + 130 * k)
            pen.path(f"M{a - 12} {y + 4}L{b - 38} {S}h76L{a + 12} {y + 4}z", pen.gradient("#8fcf5a", "#58a040"))
    for way in (-1, 1):
        for dx, foot, tall in ((106, 276, 84), (164, 356, 132)):
            x = 192 + way * dx
            pen.rect(x - 6, foot - tall, 12, tall, pen.tone("#8a5a36"), 'rx="3"')
            t = tall / 90
            crown = ((-20, 54, 20), (20, 56, 20), (0, 78, 22), (-14, 30, 15), (16, 30, 15))
            for ox, oy, r in crown:
                pen.ellipse(x + ox * t, foot - oy * t, r * t, r * 0.85 * t, pen.ball("#a8dc64", "#62ac40", "#3c7c30"))
            for ox, oy in ((-16, 46), (18, 52)):
                _grapes(pen, x + ox * t, foot - oy * t, grape)
