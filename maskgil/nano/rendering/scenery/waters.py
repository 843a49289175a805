"""Scenery of waters and of what is above: sea, beach, lakes, rivers, underwater, sky, space, moon."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, draws, mirrored
from maskgil.nano.rendering.scenery.shapes.heavens import CLOUDS, cloud, far_hills, sky, stars
from maskgil.nano.rendering.scenery.shapes.lights import moonlit, snowlit, stroke
from maskgil.nano.rendering.scenery.shapes.plants import FIRS, LEAVES, bush, fir, round_tree, tufts


def _glints(pen: Pen, top: float, bottom: float) -> None:
    """What moon or low sun leave on the water: bright dashes, wider where nearer."""
    if pen.time == "day":
        return
    shade = "#fff3c4" if pen.time == "night" else "#ffe2a0"
    x = pen.rng.uniform(110, 274)
    for k in range(5):
        y, w = top + (bottom - top) * (k + 0.6) / 5.5, 34 + 9 * k
        pen.rect(x - w / 2 + (10 if k % 2 else -10), y, w, 7, shade, 'rx="3.5" opacity=".6"')


def _water(pen: Pen, top: float, *, bottom: float = S, waves: int = 14) -> None:
    pen.rect(0, top, S, bottom - top, pen.gradient("#8fd0ee", "#3f9ad8", "#2371b8"))
    for _ in range(waves):
        y = top + (bottom - top) * pen.rng.random() ** 1.4
        w = 14 + 60 * (y - top) / max(1.0, S - top)
        x = pen.rng.uniform(-20, 384)
        pen.line(f"M{x:.0f} {y:.0f}q{w * 0.25:.0f} -5 {w * 0.5:.0f} 0t{w * 0.5:.0f} 0", pen.tone("#dff3fc"), 4, 'stroke-linecap="round" opacity=".7"')


@draws("sea")
def sea(pen: Pen) -> None:
    y = 10 * 16
    sky(pen, y)
    _water(pen, y)
    for k in range(4):
        pen.ridge(y + 40 + k * 52, 6, pen.tone("#bfe4f8"), waves=7 - k * 1.2)
        pen.ridge(y + 47 + k * 52, 6, pen.gradient("#4aa3dc", "#2371b8"), waves=7 - k * 1.2)


@draws("beach")
def beach(pen: Pen) -> None:
    y, shore = 9 * 16, 15.5 * 16
    rng = pen.rng
    sky(pen, y)
    if rng.random() < 0.5:
        x = rng.uniform(0, 300)
        pen.path(f"M{x:.0f} {y}q40 -26 90 0z", pen.gradient("#8fc6a0", "#6aa98a"))
    _water(pen, y, bottom=shore + 10, waves=12)
    pen.ridge(shore, 5, pen.tone("#f4fbff"), waves=3)
    pen.ridge(shore + 7, 5, pen.gradient("#f3dca6", "#efd08c", "#dcb368"), waves=3)
    if rng.random() < 0.6:
        x = rng.choice((20, 364))
        lean = 30 if x < 100 else -30
        pen.path(f"M{x - 6} {shore + 40}q{lean * 0.2:.0f} -80 {lean} -150l7 2q{-lean * 0.6:.0f} 70 {-lean + 8} 150z", pen.gradient("#b88a58", "#86603a"))
        for a, b in ((-64, 14), (-50, -22), (-8, -46), (44, -26), (62, 10), (-36, 34), (40, 34)):
            pen.path(
                f"M{x + lean:.0f} {shore - 112}q{a * 0.5:.0f} {b - 24} {a} {b + 16}q{-a * 0.4:.0f} {-b * 0.4 - 6:.0f} {-a} {-b - 16}z",
                pen.gradient("#7fc65a", "#3a8a45"),
            )
    for _ in range(rng.randint(2, 7)):
        x, v = rng.uniform(0, 384), rng.uniform(shore + 30, 376)
        pen.ellipse(x, v, 5, 3, pen.ball("#fff3ea", "#f0cdb4", "#c99a80"))


@draws("cliff")
def cliff(pen: Pen) -> None:
    """A headland from the front: grass on sheer rock, the sea on either side and far below."""
    y = 9 * 16
    sky(pen, y)
    _water(pen, y, waves=10)
    with mirrored(pen, pen.variant % 2 == 1):
        top = f"M14 {y + 136}Q22 {y + 116} 76 {y + 110}L150 {y + 100}L232 {y + 104}L306 {y + 110}Q362 {y + 118} 370 {y + 138}"
        lip = f"L330 {y + 162}L262 {y + 154}L196 {y + 168}L128 {y + 156}L62 {y + 164}"
        pen.path(f"{top}L360 {y + 170}L372 {y + 200}L364 {S}H16L26 {y + 204}L12 {y + 176}z", pen.gradient("#c9a480", "#b08a66", "#7c5840"))
        pen.path(f"{top}{lip}z", pen.gradient("#b4e07a", "#82c858", "#62ac48"))
        for x, v, tall in ((52, 176, 52), (104, 172, 64), (160, 180, 54), (220, 178, 60), (282, 170, 66), (334, 176, 56)):
            pen.path(f"M{x} {y + v}l8 {tall * 0.4:.0f}l-7 {tall * 0.3:.0f}l5 {tall * 0.3:.0f}", "none", f'stroke="{pen.tone("#6a4a34")}" stroke-width="5"')
        for x, r in ((4, 14), (380, 16), (26, 8)):
            pen.ellipse(x, S - 8, r * 1.8, r * 0.7, pen.tone("#eaf6fc"))


@draws("lake", "pond", "river", "lakeside", "riverside")
def lake(pen: Pen) -> None:
    y = 10 * 16
    rng = pen.rng
    pond, river = pen.setting == "pond", pen.setting in ("river", "riverside")
    sky(pen, y)
    if not pond and not river:
        pen.peaks(y + 2, 110, 4, ("#a8bcd2", "#8aa2bf"), rng.random() < 0.6)
    far_hills(pen, y + 6)
    for _ in range(rng.randint(3, 7)):
        x, tall = rng.uniform(0, 384), rng.uniform(46, 90)
        if rng.random() < 0.5:
            fir(pen, x, y + 10, tall, rng.choice(FIRS))
        else:
            round_tree(pen, x, y + 10, tall, rng.choice(LEAVES))
    pen.rect(0, y + 4, S, S - y, pen.gradient("#9fd66b", "#6cb74d", "#4e9a40"))
    if river:
        x, far = rng.uniform(120, 264), rng.uniform(-60, 60)
        pen.path(
            f"M{x - 14:.0f} {y + 4}C{x + far:.0f} {y + 46} -60 {y + 60} -10 {y + 120}V{y + 168}"
            f"H394V{y + 96}C{x + 190:.0f} {y + 66} {x + far + 60:.0f} {y + 46} {x + 14:.0f} {y + 4}z",
            pen.gradient("#a6daf2", "#55a9de", "#3b8ccb"),
        )
        bottom = y + (158 if pen.setting == "river" else 84)
        if pen.setting == "riverside":
            pen.ridge(bottom, 4, pen.gradient("#9fd66b", "#5aa743"), waves=2)
    elif pond:
        bottom = y + 152
        middle, half = (y + 34 + bottom) / 2, (bottom - y - 34) / 2
        pen.ellipse(192, middle, 186, half + 6, pen.gradient("#d9c79a", "#b79f6c"))
        pen.ellipse(192, middle, 178, half, pen.gradient("#9fd8f0", "#4fa6dc", "#3a8ac6"))
    else:
        bottom = y + (156 if pen.setting == "lake" else 80)
        pen.rect(0, y + 10, S, bottom - y - 10, pen.gradient("#b4e0f2", "#5fb0e0", "#3b8ccb"))
        pen.ridge(bottom, 5, pen.gradient("#9fd66b", "#5aa743"), waves=2)
    for _ in range(7):
        x, v = rng.uniform(40, 300), rng.uniform(y + 54, bottom - 18)
        pen.line(f"M{x:.0f} {v:.0f}h{rng.uniform(26, 52):.0f}", pen.tone("#e6f6fc"), 5, 'stroke-linecap="round" opacity=".7"')
    if not river:
        _glints(pen, y + (48 if pond else 16), bottom - 20)
    tufts(pen, bottom + 16, 14, "#4c9a3c")
    for x in range(0, 384, 22):
        if rng.random() < 0.3:
            for dx in (0, 5, 10):
                pen.line(f"M{x + dx} {bottom + 6}q2 -18 {rng.uniform(-5, 5):.0f} -30", pen.tone("#4f9440"), 3, 'stroke-linecap="round"')


_CORALS = (("#ffb0a0", "#e8605a", "#a83a4a"), ("#ffd0e8", "#d870b8", "#8a3a86"), ("#b8b8c8", "#80889a", "#525a6e"))


@draws("underwater")
def underwater(pen: Pen) -> None:
    rng = pen.rng
    deep = rng.choice((("#7fdcf0", "#2f9ad6", "#14559c"), ("#66c8ee", "#2a86cc", "#123f86")))
    pen.rect(0, 0, S, S, pen.gradient(*deep))
    for _ in range(5):
        x, w = rng.uniform(-40, 384), rng.uniform(16, 44)
        pen.path(f"M{x:.0f} 0h{w:.0f}l60 300h{-w * 2.4:.0f}z", "#fff", 'opacity=".09"')
    pen.ridge(346, 10, pen.gradient("#cbb884", "#a58d5c"), waves=2)
    for _ in range(7):
        x, tall = rng.uniform(0, 384), rng.uniform(40, 110)
        d = f"M{x:.0f} 372" + "".join(f"q{(-1) ** k * 12} {-tall / 6:.0f} 0 {-tall / 3:.0f}" for k in range(3))
        pen.line(d, rng.choice(("#2f9a6a", "#4fb45a", "#238a7a")), 7, 'stroke-linecap="round"')
    for _ in range(rng.randint(2, 5)):
        x, r = rng.uniform(0, 384), rng.uniform(12, 24)
        colour = rng.choice(_CORALS)
        for dx, k in ((-0.8, 0.7), (0.8, 0.75), (0, 1)):
            pen.ellipse(x + dx * r, 370 - r * 0.3, r * k, r * k, pen.ball(*colour))
    for _ in range(14):
        r = rng.uniform(2, 6)
        pen.ellipse(rng.uniform(0, 384), rng.uniform(10, 330), r, r, "#e8fbff", 'opacity=".4"')


@draws("sky")
def sky_alone(pen: Pen) -> None:
    sky(pen, S)
    white = CLOUDS[pen.time]
    for _ in range(pen.rng.randint(2, 4)):
        x, y = pen.rng.uniform(0, 384), pen.rng.uniform(30, 370)
        cloud(pen, x, y, pen.rng.uniform(20, 40), white)
    for x in range(-20, 420, 50):
        cloud(pen, x + pen.rng.uniform(-14, 14), 376, pen.rng.uniform(20, 34), white)


_PLANETS = (("#ffd9a0", "#e08a4a", "#8a4228"), ("#b8e0ff", "#5a9ae0", "#234a8a"), ("#e8c8ff", "#a070d0", "#54308a"))
_STARS = ("#ffffff", "#ffffff", "#ffe9b8", "#bcd4ff")


@draws("space")
def space(pen: Pen) -> None:
    rng = pen.rng
    dark = rng.choice((("#0a0a24", "#15123c", "#0c1030"), ("#06101f", "#0f1d3f", "#0a1230")))
    pen.rect(0, 0, S, S, pen.gradient(*dark, raw=True))
    for _ in range(3):
        x, y, r = rng.uniform(0, 384), rng.uniform(0, 384), rng.uniform(90, 170)
        haze = pen.glow(rng.choice(("#5a3aa8", "#2a5ab8", "#a83a7a")))
        pen.ellipse(x, y, r, r * 0.7, haze, 'opacity=".42"')
    stars(pen, S, 34, _STARS)
    if rng.random() < 0.6:
        x, y, r = rng.choice((30, 354)), rng.choice((40, 344)), rng.uniform(22, 46)
        pen.ellipse(x, y, r, r, pen.ball(*rng.choice(_PLANETS), raw=True))


@draws("moon")
def moon(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    pen.rect(0, 0, S, S, pen.gradient("#05060f", "#0f1330", raw=True))
    stars(pen, y, 20, _STARS)
    x, v = rng.uniform(50, 334), rng.uniform(40, 90)
    pen.ellipse(x, v, 30, 30, pen.ball("#bfe6ff", "#3f8ad8", "#173a78", raw=True))
    pen.path(f"M{x - 18:.0f} {v - 6:.0f}q8 -14 20 -8q4 10 -6 14q-10 4 -14 -6zM{x + 2:.0f} {v + 10:.0f}q12 -8 18 0q-4 12 -14 10z", "#6fc06a", 'opacity=".85"')
    night, pen.time = pen.time, "day"
    pen.ridge(y - 4, 10, pen.gradient("#a5a8b2", "#8a8d98"), waves=3)
    pen.ridge(y + 8, 6, pen.gradient("#d6d8de", "#aeb1ba", "#8d909b"), waves=1.6)
    for _ in range(8):
        x, v = rng.uniform(0, 384), rng.uniform(y + 30, 376)
        r = 8 + 26 * (v - y) / 160 * rng.uniform(0.5, 1)
        pen.ellipse(x, v, r, r * 0.34, pen.gradient("#80838e", "#b0b3bc"))
        pen.ellipse(x, v + 2, r * 0.82, r * 0.24, pen.tone("#999ca7"))
    pen.time = night


@draws("frozen lake")
def frozen_lake(pen: Pen) -> None:
    y = 11 * 16
    rng = pen.rng
    (ice,) = pen.looks("frozen lake", "ice")
    sky(pen, y)
    pen.peaks(y, 110, 4, ("#b8cce0", "#98b0cc"), True)
    pen.ridge(y - 6, 8, snowlit(pen, "#ffffff", "#e4eef8"), waves=3)
    for k in range(8):
        x, tall = 24 + 48 * k + rng.uniform(-10, 10), rng.uniform(56, 92)
        fir(pen, x, y + 12, tall, ("#5f9a88", "#3f7468"))
        pen.path(f"M{x} {y + 10 - tall}l{tall * 0.12:.0f} {tall * 0.28:.0f}q{-tall * 0.12:.0f} 9 {-tall * 0.24:.0f} 0z", pen.tone("#ffffff"))
    pen.rect(0, y + 8, S, 40, snowlit(pen, "#ffffff", "#dce8f4"))
    pen.ellipse(192, 296, 252, 104, snowlit(pen, "#f6fbff", "#e8f2fc"))
    pen.ellipse(192, 298, 240, 94, snowlit(pen, *ice))
    pen.rect(0, 372, S, 12, snowlit(pen, "#f4f9ff", "#e8f2fc"))
    for x, v, w in ((60, 246, 70), (250, 236, 84), (120, 300, 90), (270, 322, 76), (40, 336, 60)):
        pen.path(f"M{x} {v}l{w} -14v9l{-w} 14z", pen.tone("#ffffff"), 'opacity=".8"')
    for d in ("M150 262l34 16 -10 22 40 18", "M300 270l-24 18 16 18", "M70 290l28 6 12 20"):
        pen.line(d, pen.tone("#6ea8cc"), 4, 'stroke-linejoin="round"')
    for x, r in ((0, 60), (372, 66)):
        pen.ellipse(x, 246, r, r * 0.36, snowlit(pen, "#ffffff", "#d8e6f4"))


@draws("rapids")
def rapids(pen: Pen) -> None:
    y = 10 * 16
    rng = pen.rng
    (rock,) = pen.looks("rapids", "rock")
    flip = pen.variant % 2 == 1
    foam = "#b8c8f0" if pen.time == "night" else pen.tone("#ffffff")
    sky(pen, y)
    pen.ridge(y - 30, 26, pen.gradient("#a2cdb0", "#7fb890"), waves=2.4)
    for k in range(10):
        fir(pen, 40 * k + rng.uniform(-8, 8), y + 16, rng.uniform(70, 116), FIRS[k % 2])
    pen.rect(0, y + 4, S, S - y, pen.gradient("#8fca5c", "#62a845"))
    left, right = (150, 214) if not flip else (170, 234)
    pen.path(
        f"M{left} {y + 8}C{left - 60} {y + 44} -60 {y + 50} -10 {y + 78}V{y + 172}H394V{y + 78}C440 {y + 50} {right + 60} {y + 44} {right} {y + 8}z",
        pen.gradient("#8fd4f0", "#3f9cd8", "#2a7cc0"),
    )
    for row in range(5):
        v = y + 44 + row * 27
        for k in range(5):
            x = (k * 96 + row * 44 + (20 if flip else 0)) % 430 - 30
            w = 40 + 9 * row
            pen.path(f"M{x} {v}q{w * 0.3:.0f} -18 {w * 0.6:.0f} -4t{w * 0.5:.0f} 2q{-w * 0.3:.0f} 14 {-w * 0.6:.0f} 8t{-w * 0.5:.0f} -6z", foam)
    for x, v, r in ((96, y + 78, 24), (300, y + 70, 22), (40, y + 128, 32), (350, y + 122, 34), (200, y + 60, 16)):
        pen.ellipse(x, v + r * 0.5, r * 1.5, r * 0.4, foam)
        pen.path(
            f"M{x - r} {v + r * 0.5:.0f}Q{x - r} {v - r * 0.7:.0f} {x - 4} {v - r * 0.8:.0f}Q{x + r} {v - r * 0.7:.0f} {x + r} {v + r * 0.5:.0f}z",
            pen.gradient(*rock),
        )
    pen.ridge(y + 172, 4, pen.gradient("#9fd66b", "#5aa743"), waves=2)
    for x, r in ((8, 22), (376, 24)):
        bush(pen, x, y + 184, r, rng.choice(LEAVES))


@draws("valley", "snowy valley")
def valley(pen: Pen) -> None:
    y, snowy = 7 * 16, pen.setting == "snowy valley"
    flip = pen.variant % 2 == 1
    (far,) = pen.looks("valley", "far")
    sky(pen, y)
    pen.peaks(y + 6, 84, 5, far, True)
    ridge = snowlit(pen, "#e8f0f8", "#cfdeee") if snowy else pen.gradient("#9fd0a8", "#84c088")
    pen.ridge(y - 2, 12, ridge, waves=2.6)
    ground = snowlit(pen, "#f6fafe", "#e6eef8", "#cfdff0") if snowy else pen.gradient("#a8da78", "#7cc458", "#5aa743")
    pen.rect(0, y + 4, S, S - y, ground)
    if flip:
        pen.add(f'<g transform="translate({S} 0) scale(-1 1)">')
    for x, v, w, h, colour in (
        (20, 150, 80, 22, "#e4d46a"),
        (270, 140, 84, 20, "#7cb84c"),
        (30, 228, 96, 30, "#c8dc62"),
        (270, 220, 110, 30, "#e8cc5c"),
        (0, 316, 90, 44, "#8ac850"),
    ):
        pen.path(f"M{x + 14} {v}h{w}l-14 {h}h{-w}z", moonlit(pen, "#dbe7f4") if snowy else pen.tone(colour))
    water, bank = pen.gradient("#b4e4f8", "#5cb4e8", "#3a8ed0"), moonlit(pen, "#ffffff") if snowy else pen.tone("#d8e4a0")
    for colour, wider in ((bank, 10), (water, 0)):
        for d, w in (("M196 108C260 126 300 136 240 156", 12), ("M240 156C180 176 60 176 90 214", 20), ("M90 214C120 252 340 226 326 282", 34)):
            pen.line(d, colour if colour != water else pen.tone("#5cb4e8"), w + wider, 'stroke-linecap="round"')
        pen.path(f"M{309 - wider / 2} 276q10 30 -90 56T{60 - wider} 400H{190 + wider}q20 -30 84 -58t{69 + wider / 2} -62z", colour)
    for x, v, tall in (
        (150, 142, 22),
        (330, 172, 30),
        (176, 206, 34),
        (250, 236, 40),
        (20, 210, 38),
        (52, 300, 58),
        (356, 340, 74),
        (316, 372, 66),
        (372, 250, 46),
    ):
        if snowy:
            fir(pen, x, v + 6, max(56, tall * 1.5), ("#8fc0a8", "#3f7a68"))
        else:
            round_tree(pen, x, v, tall, LEAVES[(x + v) % len(LEAVES)])
    if flip:
        pen.add("</g>")


def _palm(pen: Pen, x: float, foot: float, tall: float, lean: float) -> None:
    """A palm, bent by `lean`."""
    pen.path(
        f"M{x - 8} {foot}Q{x - 4} {foot - tall / 2:.0f} {x + lean - 5} {foot - tall}h10Q{x + 8} {foot - tall / 2:.0f} {x + 9} {foot}z",
        pen.gradient("#b88a58", "#86603a"),
    )
    for a, b in ((-56, 22), (-46, -12), (-8, -36), (40, -16), (54, 20), (-24, 40), (28, 40)):
        pen.path(
            f"M{x + lean} {foot - tall}q{a * 0.5:.0f} {b - 20} {a} {b + 14}q{-a * 0.4:.0f} {-b * 0.4 - 6:.0f} {-a} {-b - 14}z",
            pen.gradient("#7fc65a", "#3a8a45"),
        )


@draws("oasis")
def oasis(pen: Pen) -> None:
    y = 11 * 16
    sky(pen, y, clouds=False)
    pen.ridge(y - 12, 18, pen.gradient("#f4d48c", "#e8b866"), waves=2)
    pen.rect(0, y - 2, S, S - y + 2, pen.gradient("#f6dc9c", "#eabb6c", "#d89f50"))
    with mirrored(pen, pen.variant % 2 == 1):
        pen.ellipse(192, y + 66, 178, 46, pen.gradient("#9cc860", "#6aa848"))
        for x, foot, tall, lean in ((58, 40, 130, -16), (104, 26, 96, 14), (300, 30, 112, -12), (340, 46, 140, 18)):
            _palm(pen, x, y + foot, tall, lean)
        pen.ellipse(192, y + 70, 138, 32, pen.gradient("#9fd8f0", "#4fa6dc", "#3a8ac6"))
        for dx, v in ((-80, 62), (10, 56), (50, 78), (-40, 88)):
            stroke(pen, f"M{192 + dx} {y + v}h36", "#e6f6fc", 5)
        for x in (40, 84, 300, 344):
            bush(pen, x, y + 92, 17, LEAVES[x % 3])


@draws("island")
def island(pen: Pen) -> None:
    y, flip = 9 * 16, pen.variant % 2 == 1
    sky(pen, y, clouds=False)
    for x, v, r in pen.pick((((70, 50, 24),), ((300, 40, 22), (90, 70, 16)), ((240, 44, 26),), ())):
        white = CLOUDS[pen.time]
        cloud(pen, x, v, r, white)
    pen.rect(0, y, S, S - y, pen.gradient("#8fd0ee", "#3f9ad8", "#2371b8"))
    for x, v in ((30, 30), (300, 24), (8, 92), (330, 100), (20, 190), (150, 214), (290, 206)):
        stroke(pen, f"M{x} {y + v}h46", "#dff3fc", 5)
    pen.ellipse(192, y + 128, 176, 66, pen.gradient("#c8ecf6", "#8fd0ee"))
    pen.ellipse(192, y + 124, 160, 58, pen.gradient("#f8e6b4", "#ecc97e", "#d8ac62"))
    pen.ellipse(192, y + 104, 112, 30, pen.gradient("#a8d870", "#6fb84f"))
    with mirrored(pen, flip):
        for x, tall, lean in ((76, 150, -22), (322, 120, 18)):
            foot = y + 110
            _palm(pen, x, foot, tall, lean)
