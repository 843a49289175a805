"""Scenery of roads and streams: forest, mountain and desert roads, rivers, an island."""

from __future__ import annotations

import math

from maskgil.nano.rendering.scenery.nature import jungle
from maskgil.nano.rendering.scenery.pen import Pen, S, draws, mirrored
from maskgil.nano.rendering.scenery.shapes.heavens import far_hills, sky
from maskgil.nano.rendering.scenery.shapes.lights import lit, moonlit, snowlit, stroke
from maskgil.nano.rendering.scenery.shapes.plants import FIRS, LEAVES, bush, fir, round_tree, snowy_fir, tufts

_EARTH = ("#e6cf9c", "#cfae74")
_ASPHALT = ("#80848e", "#565a66")


def _way(pen: Pen, y: float, colours: tuple[str, str], *, marked: bool = False, wide: float = 1.0) -> None:
    """A road or path from the horizon `y` to the near edge, bent by variant."""
    bend, far = pen.looks("way", "bend far")
    x, low = 192 + far, 192 - bend / 3
    foot, half, end = 104 * wide, 60 * wide, 8 * wide
    pen.path(
        f"M{x - end} {y}C{x - end + bend} {y + 40} {low - half - bend} {y + 70} {low - foot} {S}"
        f"H{low + foot}C{low + half - bend} {y + 70} {x + end + bend} {y + 40} {x + end} {y}z",
        pen.gradient(*colours),
    )
    if not marked:
        return
    for k, (v, w, h) in enumerate(((30, 5, 12), (58, 8, 18), (96, 12, 28), (142, 16, 34))):
        at = x + (low - x) * (v / (S - y)) + (bend * 0.42, bend * 0.05, -bend * 0.3, -bend * 0.2)[k]
        pen.rect(at - w / 2, y + v - h / 2, w, h, pen.tone("#fbe9a8"), 'rx="2"')


def _stream(pen: Pen, y: float) -> None:
    """A river that comes from the horizon `y` and turns along the near bank; glints on it."""
    x, far = pen.looks("stream", "x far")
    pen.path(
        f"M{x - 14} {y}C{x + far} {y + 46} -60 {y + 60} -10 {y + 116}V{y + 168}H394V{y + 96}C{x + 190} {y + 66} {x + far + 60} {y + 46} {x + 14} {y}z",
        pen.gradient("#a6daf2", "#55a9de", "#3b8ccb"),
    )
    for dx, v in ((-20, 70), (60, 96), (-90, 112), (120, 120), (-10, 138)):
        stroke(pen, f"M{192 + dx} {y + v}h40", "#e6f6fc", 5)
    pen.ridge(y + 158, 4, pen.gradient("#8fc862", "#4f9a40"), waves=2)


def _ruts(pen: Pen, y: float) -> None:
    """Ruts of wheels on a way of earth, and stones along it."""
    bend, far = pen.looks("way", "bend far")
    x, low = 192 + far, 192 - bend / 3
    for way in (-1, 1):
        for k in (0.42, 0.62):
            a, b, c = x + way * 8 * k, low + way * 60 * k - bend, low + way * 104 * k
            line = f"M{a:.0f} {y}C{a + bend:.0f} {y + 40} {b:.0f} {y + 70} {c:.0f} {S}"
            pen.line(line, pen.tone("#b48c54"), 5, 'opacity=".7" stroke-linecap="round"')
    for _ in range(14):
        v = y + 50 + 130 * pen.rng.random()
        out = pen.rng.uniform(-0.9, 0.9) * 0.55 * (v - y)
        r = 2 + (v - y) / 32
        pen.ellipse(low + out, v, r * 1.4, r, pen.ball("#e4dccc", "#b4a88e", "#8e8268"))


def _avenue(pen: Pen, y: float, gap: float, *, firs: bool = True) -> None:
    """Trees on both sides of the middle, larger where nearer, which leave `gap` at the horizon."""
    for depth, (tall, out) in enumerate(((96, 0), (140, 26), (200, 62), (270, 104))):
        for way in (-1, 1):
            for row in (1, 0):
                x = 192 + way * (gap + out + row * (34 + 12 * depth))
                foot = y + 4 + depth * 9 - row * 3
                if firs and (depth + row + pen.variant + (way > 0)) % 3:
                    fir(pen, x, foot, tall, FIRS[(depth + row) % 2])
                else:
                    round_tree(pen, x, foot, tall * 0.9, LEAVES[(depth + row) % 2])


@draws("snowy path")
def snowy_path(pen: Pen) -> None:
    y = 13 * 16
    sky(pen, y, clouds=False)
    pen.ridge(y - 50, 8, snowlit(pen, "#dfeaf4", "#b8cfe4"), waves=7)
    pen.rect(0, y - 4, S, S - y + 4, snowlit(pen, "#f6fafe", "#e6eef8", "#d6e4f2"))
    for depth, (tall, out) in enumerate(((90, 0), (130, 26), (186, 62), (250, 104))):
        for way in (-1, 1):
            for row in (1, 0):
                snowy_fir(pen, 192 + way * (40 + out + row * (34 + 12 * depth)), y + 4 + depth * 9 - row * 3, tall)
    _way(pen, y, ("#c3d2e4", "#a9bcd4"), wide=0.6)


def _wind(pen: Pen, y: float, colour: str, wide: float, *, marked: bool = False) -> None:
    """A way that winds from the near edge to the horizon `y`, in ever narrower bends."""
    flip = -1 if pen.variant % 2 else 1
    spots = []
    for step in range(161):
        t = step / 160  # from the horizon on
        at = 192 + flip * 160 * (0.1 + t) * (1 - 0.5 * t) * math.sin(10.2 * (1 - t) ** 1.2 + 0.5)
        spots.append((at, y + 2 + (S - y + 24) * t**1.8, 4 + wide * t**1.3))
        pen.ellipse(*spots[-1], max(2.5, spots[-1][2] * 0.3), pen.tone(colour))
    for at, v, w in spots[30::11] if marked else ():
        pen.ellipse(at, v, w * 0.11, w * 0.11, pen.tone("#fbe9a8"))


@draws("winding path", "winding road")
def winding_way(pen: Pen) -> None:
    y = 9 * 16
    sky(pen, y)
    far_hills(pen, y + 8)
    pen.rect(0, y + 8, S, S - y, pen.gradient("#b4e070", "#86ca5a", "#57a441"))
    for x, v, tall in ((36, 26, 50), (352, 20, 46), (300, 34, 40), (24, 110, 84), (366, 120, 90)):
        round_tree(pen, x, y + v, tall, LEAVES[(x + pen.variant) % 3])
    if pen.setting == "winding path":
        _wind(pen, y + 8, _EARTH[0], 46)
    else:
        _wind(pen, y + 8, _ASPHALT[0], 60, marked=True)
    tufts(pen, y + 90, 12, "#4c9a3c")


@draws("forest path")
def forest_path(pen: Pen) -> None:
    y = 13 * 16
    sky(pen, y, clouds=False)
    pen.ridge(y - 60, 8, pen.gradient("#b7d9b4", "#8fc09a"), waves=7)
    pen.rect(0, y - 2, S, S - y, pen.gradient("#86b856", "#4f8a3f"))
    _avenue(pen, y, 36)
    _way(pen, y, _EARTH, wide=0.6)
    for way in (-1, 1):
        bush(pen, 192 + way * 184, y + 62, 24, LEAVES[1])


@draws("snowy forest")
def snowy_forest(pen: Pen) -> None:
    y = 14 * 16
    sky(pen, y, clouds=False)
    pen.ridge(y - 60, 8, snowlit(pen, "#dfeaf4", "#b8cfe4"), waves=7)
    pen.rect(0, y - 6, S, S - y + 6, snowlit(pen, "#f2f7fc", "#dbe7f4", "#cfdff0"))
    for row, (rise, tall) in enumerate(((0, 104), (10, 140), (24, 178))):
        for k in range(6):
            x = 12 + 72 * k + (36 if row == 1 else 0) + (k * 7 + pen.variant * 11 + row * 5) % 13
            foot = y - 4 + rise
            snowy_fir(pen, x, foot, tall)
    pen.ridge(y + 22, 6, snowlit(pen, "#ffffff", "#e4eef8", "#cfdff0"), waves=1.4)


@draws("snowy village")
def snowy_village(pen: Pen) -> None:
    y = 14 * 16
    sky(pen, y, clouds=False)
    pen.peaks(y, 120, 3, ("#c6d6ea", "#9fb6d6"), True)
    pen.rect(0, y - 6, S, S - y + 6, snowlit(pen, "#f2f7fc", "#dbe7f4", "#cfdff0"))
    walls = (("#f6dcb4", "#dcb888"), ("#f2c4b0", "#d89a84"), ("#d4e0f0", "#a8bcd8"))
    for k in range(5):
        x, wide = 36 + 78 * k, (64, 76, 60, 72)[(k + pen.variant) % 4]
        foot, tall = y + (4, -4, 8)[k % 3], wide * 0.62
        pen.rect(x - wide / 2, foot - tall, wide, tall, pen.gradient(*walls[(k + pen.variant) % 3]))
        pen.rect(x - wide * 0.1, foot - tall * 0.6, wide * 0.2, tall * 0.6, pen.tone("#7a4f34"))
        for side in (-1, 1):
            pen.rect(x + side * wide * 0.3 - 7, foot - tall * 0.75, 14, 14, lit(pen, "#8fb4cc"))
        pen.path(
            f"M{x - wide * 0.64:.0f} {foot - tall:.0f}L{x} {foot - tall - wide * 0.54:.0f}L{x + wide * 0.64:.0f} {foot - tall:.0f}"
            f"q{-wide * 0.32:.0f} 12 {-wide * 0.64:.0f} 0q{-wide * 0.32:.0f} -8 {-wide * 0.64:.0f} 0z",
            snowlit(pen, "#ffffff", "#dfeaf6"),
        )
    for k, x in enumerate((74, 312)):
        fir(pen, x, y + 16, (84, 72)[k], ("#8fc0a8", "#3f7a68"))
    pen.ridge(y + 12, 5, snowlit(pen, "#ffffff", "#e4eef8", "#cfdff0"), waves=1.4)


@draws("forest river")
def forest_river(pen: Pen) -> None:
    y = 10 * 16
    sky(pen, y, clouds=False)
    pen.ridge(y - 70, 8, pen.gradient("#b7d9b4", "#8fc09a"), waves=7)
    pen.rect(0, y, S, S - y, pen.gradient("#8fc862", "#5aa743", "#4f8a3f"))
    _avenue(pen, y - 12, 30)
    _stream(pen, y + 2)


@draws("forest lake")
def forest_lake(pen: Pen) -> None:
    y, bottom = 10 * 16, 10 * 16 + 156
    sky(pen, y, clouds=False)
    pen.ridge(y - 70, 8, pen.gradient("#b7d9b4", "#8fc09a"), waves=7)
    for row in (0, 1):
        for k in range(9):
            x, tall = 24 + 42 * k + 20 * row, (118, 96, 130, 104)[(k + pen.variant) % 4] - 14 * row
            if (k + row + pen.variant) % 4:
                fir(pen, x, y + 4 + 8 * row, tall, FIRS[(k + row) % 2])
            else:
                round_tree(pen, x, y + 4 + 8 * row, tall, LEAVES[k % 2])
    pen.rect(0, y + 8, S, S - y, pen.gradient("#7fb84f", "#4e9a40"))
    pen.rect(0, y + 16, S, bottom - y - 16, pen.gradient("#8cc8d8", "#4a9cc8", "#2f7cb4"))
    for dx, v in ((-110, 52), (30, 70), (-40, 98), (90, 120), (-120, 128)):
        stroke(pen, f"M{192 + dx} {y + v}h44", "#d8f0f8", 5)
    pen.ridge(bottom, 5, pen.gradient("#8fc862", "#4f9a40"), waves=2)


@draws("jungle river")
def jungle_river(pen: Pen) -> None:
    jungle(pen)
    y = 12 * 16
    pen.ridge(y + 4, 5, pen.gradient("#5fa04a", "#3d7a3c"), waves=1.6)
    _stream(pen, y - 26)
    pen.ridge(y + 142, 4, pen.gradient("#5fa04a", "#2f6534"), waves=2)


def _mountains(pen: Pen, y: float, tall: float, count: int, firs: tuple[int, ...]) -> None:
    """Peaks with snow, `tall` at most, lower ones before them, and firs at these columns."""
    sky(pen, y)
    pen.peaks(y, tall, count, ("#9db2cc", "#7f95b5"), True)
    pen.peaks(y + 4, tall - 70, 4, ("#8fa08c", "#6a8072"), False)
    for k, x in enumerate(firs):
        fir(pen, x, y + 15, (68, 82, 58)[k % 3], FIRS[k % 2])


@draws("mountain river")
def mountain_river(pen: Pen) -> None:
    y = 10 * 16
    _mountains(pen, y, 150, 4, (20, 52, 84, 300, 332, 366))
    pen.rect(0, y + 2, S, S - y, pen.gradient("#9ccb6a", "#6fae4f", "#4e9a40"))
    _stream(pen, y + 2)
    for x, v, r in ((60, 62, 13), (330, 70, 16), (262, 40, 9), (118, 44, 8)):
        pen.ellipse(x, y + v, r * 1.4, r, pen.ball("#c3c6cc", "#92969f", "#666b76"))


@draws("mountain road", "mountain path")
def mountain_road(pen: Pen) -> None:
    y = 12 * 16
    _mountains(pen, y, 180, 3, (14, 48, 88, 296, 334, 372))
    pen.rect(0, y + 2, S, S - y, pen.gradient("#a4d070", "#6cb74d", "#4e9a40"))
    if pen.setting == "mountain path":
        _wind(pen, y + 2, _EARTH[0], 46)
    else:
        _wind(pen, y + 2, _ASPHALT[0], 60, marked=True)


@draws("desert road", "desert track")
def desert_road(pen: Pen) -> None:
    y = 12 * 16
    sky(pen, y, clouds=pen.variant % 2 == 0)
    pen.peaks(y + 4, 70, 3, ("#d99a63", "#b8733f"), False)
    pen.rect(0, y, S, S - y, pen.gradient("#f6dc9c", "#eabb6c", "#d89f50"))
    if pen.setting == "desert track":
        _way(pen, y, ("#dcb070", "#b8823f"))
        _ruts(pen, y)
    else:
        _way(pen, y, _ASPHALT, marked=True)
    for x, foot, h in ((40, 40, 60), (352, 56, 76), (318, 20, 34)):
        green = pen.gradient("#7fc06a", "#3f8a4a", flat=True)
        pen.rect(x - 7, y + foot - h, 14, h, green, 'rx="7"')
        stroke(pen, f"M{x} {y + foot - h * 0.4:.0f}h{h * 0.34:.0f}v{-h * 0.3:.0f}", "#4f9a52", 9)


@draws("country road")
def country_road(pen: Pen) -> None:
    y = 12 * 16
    sky(pen, y)
    far_hills(pen, y - 6)
    pen.rect(0, y, S, S - y, pen.gradient("#a4d870", "#6cb74d", "#57a441"))
    for side in (-1, 1):
        x = 192 + side * 150
        pen.path(f"M{x - 170} {y + 34}Q{x} {y - 84} {x + 170} {y + 34}z", pen.gradient("#b4e070", "#7cc552", "#6cb74d"))
        round_tree(pen, x + side * 18, y - 12, 66, LEAVES[pen.variant % 3])
    _way(pen, y, _ASPHALT, marked=True)


@draws("avenue")
def avenue(pen: Pen) -> None:
    y = 12 * 16
    sky(pen, y)
    far_hills(pen, y - 6)
    pen.rect(0, y, S, S - y, pen.gradient("#a4d870", "#6cb74d", "#57a441"))
    pen.path(f"M184 {y}h16L300 {S}H84z", pen.gradient(*_ASPHALT))
    for v, w, h in ((26, 3, 10), (56, 6, 16), (98, 9, 26), (150, 13, 34)):
        pen.rect(192 - w / 2, y + v - h / 2, w, h, pen.tone("#fbe9a8"), 'rx="2"')
    for tall, out, foot in ((60, 22, 6), (84, 46, 16), (120, 84, 36), (176, 138, 74)):
        for way in (-1, 1):
            round_tree(pen, 192 + way * (out + 12), y + foot, tall, LEAVES[pen.variant % 3])


@draws("river path")
def river_path(pen: Pen) -> None:
    y = 11 * 16
    sky(pen, y)
    far_hills(pen, y)
    pen.rect(0, y, S, S - y, pen.gradient("#a4d870", "#6cb74d", "#57a441"))
    with mirrored(pen, pen.variant % 2 == 1):
        for x, v, tall in ((30, 10, 74), (84, 6, 58), (120, 4, 44), (262, 8, 56), (318, 14, 78), (366, 30, 104)):
            round_tree(pen, x, y + v, tall, LEAVES[(pen.variant + x) % 3])
        pen.path(f"M168 {y}C150 {y + 50} 40 {y + 60} -20 {y + 80}V{S}H150C170 {y + 120} 196 {y + 60} 186 {y}z", pen.gradient("#a6daf2", "#55a9de", "#3b8ccb"))
        for x, v in ((120, 40), (60, 84), (10, 120), (90, 140), (30, 180)):
            stroke(pen, f"M{x} {y + v}h40", "#e6f6fc", 5)
        pen.path(f"M196 {y}C210 {y + 60} 208 {y + 120} 210 {S}H316C292 {y + 120} 240 {y + 60} 206 {y}z", pen.gradient(*_EARTH))
    tufts(pen, y + 80, 10, "#4c9a3c")


@draws("beach path")
def beach_path(pen: Pen) -> None:
    y = 9 * 16
    sky(pen, y)
    pen.rect(0, y, S, 64, pen.gradient("#8fd0ee", "#3f9ad8"))
    for x, v in ((40, 18), (150, 34), (262, 16), (330, 40)):
        stroke(pen, f"M{x} {y + v}h40", "#dff3fc", 5)
    pen.ridge(y + 52, 4, pen.tone("#f4fbff"), waves=3)
    pen.ridge(y + 58, 4, pen.gradient("#f8e6b4", "#ecc97e"), waves=3)
    for side in (-1, 1):
        x = 192 + side * 172
        pen.path(f"M{x - 190} {S}C{x - 130} {y + 20} {x + 130} {y + 20} {x + 190} {S}z", pen.gradient("#d8d88a", "#a8b860", "#8aa04c"))
    _way(pen, y + 60, ("#fbeec8", "#eccf90"), wide=0.8)
    tufts(pen, y + 96, 22, "#6f8f3c")


@draws("coast road")
def coast_road(pen: Pen) -> None:
    y = 10 * 16
    sky(pen, y)
    with mirrored(pen, pen.variant % 2 == 1):
        pen.rect(0, y, S, S - y, pen.gradient("#8fd0ee", "#3f9ad8", "#2371b8"))
        for x, v in ((40, 30), (150, 18), (10, 76), (70, 120), (6, 170)):
            stroke(pen, f"M{x} {y + v}h44", "#dff3fc", 5)
        pen.path(f"M236 {y}C220 {y + 60} 120 {y + 120} 20 {S}H{S}V{y}z", pen.gradient("#f8e6b4", "#ecc97e"))
        pen.path(f"M252 {y}C240 {y + 60} 160 {y + 120} 76 {S}H{S}V{y}z", pen.gradient("#a4d870", "#6cb74d", "#57a441"))
        pen.path(f"M{S} {y + 6}V{y - 66}Q320 {y - 40} 262 {y + 6}z", pen.gradient("#9fd66b", "#6fae4f"))
        pen.path(f"M262 {y}C256 {y + 60} 190 {y + 120} 112 {S}H312C312 {y + 120} 284 {y + 60} 278 {y}z", pen.gradient(*_ASPHALT))
        for x, v, w, h in ((266, 40, 6, 14), (254, 80, 9, 20), (236, 128, 12, 28), (220, 186, 16, 36)):
            pen.rect(x - w / 2, y + v - h / 2, w, h, pen.tone("#fbe9a8"), 'rx="2"')
        for x, v, tall in ((344, 40, 84), (366, 110, 120)):
            round_tree(pen, x, y + v, tall, LEAVES[(pen.variant + v) % 3])


@draws("field path")
def field_path(pen: Pen) -> None:
    y = 12 * 16
    sky(pen, y)
    far_hills(pen, y + 4)
    pen.rect(0, y + 4, S, S - y, pen.gradient("#b4e070", "#7cc552", "#57a441"))
    for k, x in enumerate((24, 76, 310, 360)):
        round_tree(pen, x, y + 14, (84, 62, 70, 90)[k], LEAVES[(k + pen.variant) % 3])
    _way(pen, y + 4, _EARTH, wide=0.6)
    tufts(pen, y + 70, 10, "#4c9a3c")


def _maize(pen: Pen, x: float, foot: float, tall: float) -> None:
    """A plant of maize with two cobs, `tall` from its foot."""
    t = tall / 100
    stroke(pen, f"M{x:.0f} {foot:.0f}V{foot - tall:.0f}", "#5fa03c", max(4, 8 * t))
    for way, up in ((-1, 20), (1, 34), (-1, 56), (1, 70)):
        pen.path(
            f"M{x:.0f} {foot - up * t:.0f}q{way * 14 * t:.0f} {-34 * t:.0f} {way * 40 * t:.0f} {-16 * t:.0f}"
            f"q{-way * 22 * t:.0f} {-2 * t:.0f} {-way * 40 * t:.0f} {32 * t:.0f}z",
            pen.gradient("#8fd05a", "#4a9a3a"),
        )
    for way, up in ((1, 52), (-1, 40)):
        pen.ellipse(
            x + way * 9 * t,
            foot - up * t,
            9 * t,
            19 * t,
            pen.ball(*(moonlit(pen, c) for c in ("#fff0a0", "#fbcf3a", "#e0a020")), raw=True),
            f'transform="rotate({way * 14} {x + way * 9 * t:.0f} {foot - up * t:.0f})"',
        )
    pen.path(f"M{x:.0f} {foot - tall - 20 * t:.0f}l{7 * t:.0f} {24 * t:.0f}h{-14 * t:.0f}z", pen.tone("#e8c878"))


@draws("corn field")
def corn_field(pen: Pen) -> None:
    y = 12 * 16
    sky(pen, y)
    pen.ridge(y - 14, 12, pen.gradient("#b4d894", "#8fc078"), waves=2)
    pen.rect(0, y - 4, S, S - y + 4, pen.gradient("#a8844e", "#8a6638"))
    for row, (up, tall, step) in enumerate(((0, 70, 28), (20, 92, 40), (46, 118, 52))):
        for k in range(-1, S // step + 2):
            x = k * step + (step // 2 if (row + pen.variant) % 2 else 0)
            if row < 2 or abs(x - 192) > 112:
                _maize(pen, x, y + 26 + up, tall)
    for x in (6, 378):
        _maize(pen, x, y + 140, 150)
