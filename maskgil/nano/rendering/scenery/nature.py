"""Scenery of the open country: meadows, woods, mountains, deserts."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, draws, mirrored
from maskgil.nano.rendering.scenery.shapes.heavens import CLOUDS, cloud, far_hills, sky
from maskgil.nano.rendering.scenery.shapes.lights import moonlit, snowlit
from maskgil.nano.rendering.scenery.shapes.plants import FIRS, LEAVES, PETALS, bush, fir, flower, round_tree, strewn_flowers, tufts


def _meadow(pen: Pen, top: float, near: str = "#5faf45", far: str = "#a7dc6c") -> None:
    pen.ridge(top, 6, pen.gradient(far, "#7cc552", near), waves=1.2)
    tufts(pen, top + 24, 26, "#4c9a3c")


@draws("field")
def field(pen: Pen) -> None:
    y = 12 * 16
    sky(pen, y)
    far_hills(pen, y)
    _meadow(pen, y)
    strewn_flowers(pen, y + 40, pen.rng.randint(0, 4))


@draws("flower meadow")
def flower_meadow(pen: Pen) -> None:
    y = 12 * 16
    sky(pen, y)
    far_hills(pen, y + 4)
    pen.rect(0, y, S, S - y, pen.gradient("#b4e07a", "#7cc552", "#57a441"))
    for row in range(5):
        v, r = y + 18 + 5.4 * row * (row + 3) / 1.1, 6 + 2.6 * row
        step = 34 + 14 * row
        for k in range(-1, int(S / step) + 2):
            x = step * (k + (0.5 if row % 2 else 0)) + pen.rng.uniform(-0.3, 0.3) * step
            flower(pen, x, v + pen.rng.uniform(-4, 4), r, PETALS[pen.rng.randrange(len(PETALS))])
    tufts(pen, y + 40, 14, "#4c9a3c")


@draws("park")
def park(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    sky(pen, y)
    pen.ridge(y - 26, 12, pen.gradient("#8fc98b", "#78b873"), waves=2.4)
    for _ in range(rng.randint(4, 6)):
        x, foot = rng.uniform(0, 384), y + rng.uniform(-8, 10)
        round_tree(pen, x, foot, rng.uniform(80, 150), rng.choice(LEAVES))
    _meadow(pen, y + 6)
    if rng.random() < 0.75:
        x = rng.uniform(120, 264)
        bend, foot = rng.uniform(-70, 70), rng.uniform(60, 324)
        pen.path(
            f"M{x - 8:.0f} {y + 6}Q{x + bend:.0f} {y + 70} {foot - 62:.0f} {S}H{foot + 62:.0f}Q{x + bend + 60:.0f} {y + 70} {x + 12:.0f} {y + 6}z",
            pen.gradient("#f3e2bd", "#dcc393"),
        )


@draws("garden")
def garden(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    sky(pen, y - 40)
    for _ in range(3):
        round_tree(pen, rng.uniform(0, 384), y - 20, rng.uniform(90, 140), rng.choice(LEAVES))
    pen.rect(0, y - 60, S, 70, pen.gradient("#7cc063", "#3f8a3f"))
    if rng.random() < 0.6:
        white = rng.random() < 0.6
        colours = ("#ffffff", "#dfe6ee") if white else ("#d39a5e", "#a8703c")
        shade = pen.gradient(*colours)
        for low in (y - 44, y - 16):
            pen.rect(0, low, S, 7, shade)
        for k in range(17):
            x = k * 24 - 6
            pen.path(f"M{x} {y + 8}V{y - 54}l8 -10l8 10V{y + 8}z", shade)
    _meadow(pen, y + 6)
    for x in range(-6, 400, 24):
        if rng.random() < 0.55:
            bush(pen, x, y + 18, rng.uniform(10, 17), rng.choice(LEAVES))
        if rng.random() < 0.4:
            at, head = x + rng.uniform(-10, 10), y + rng.uniform(2, 16)
            flower(pen, at, head, rng.uniform(9, 11), rng.choice(PETALS))
    strewn_flowers(pen, y + 50, rng.randint(0, 4))


@draws("forest")
def forest(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    sky(pen, y)
    firs = rng.random() < 0.5
    for depth, haze in ((0, ("#b7d9b4", "#9cc7a3")), (1, ("#86b98a", "#6aa578"))):
        pen.ridge(y - 70 + depth * 36, 10, pen.gradient(*haze), waves=9)
    for depth in range(3):
        for _ in range(6):
            x, foot = rng.uniform(-10, 394), y - 14 + depth * 13
            tall = rng.uniform(120, 170) + depth * 22
            if firs or rng.random() < 0.2:
                fir(pen, x, foot, tall, rng.choice(FIRS))
            else:
                round_tree(pen, x, foot, tall, rng.choice(LEAVES))
    pen.ridge(y + 14, 5, pen.gradient("#7fae52", "#5c8f43", "#47793a"), waves=1.5)
    for _ in range(rng.randint(3, 6)):
        x, low = rng.uniform(0, 384), y + rng.uniform(14, 30)
        bush(pen, x, low, rng.uniform(10, 18), rng.choice(LEAVES))
    tufts(pen, y + 40, 30, "#3f7a37")


@draws("jungle")
def jungle(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    pen.rect(0, 0, S, S, pen.gradient("#dff0a8", "#8ccf7a", "#3f8f52"))
    for depth in range(4):
        colour = (("#a9d98a", "#7fc177"), ("#72b866", "#4d9a55"), ("#4d9a4f", "#2f7a45"), ("#35803f", "#1f5c36"))[depth]
        for _ in range(7):
            x, top = rng.uniform(-20, 404), rng.uniform(-30, 60) + depth * 22
            pen.rect(x, top, 6 + depth * 3, y - top + 20, pen.gradient("#8a7a4a", "#5c4a30"))
            for _ in range(6):
                a, r = rng.uniform(-70, 70), rng.uniform(34, 62)
                side = rng.choice((-1, 1))
                pen.path(
                    f"M{x + 4:.0f} {top + 8:.0f}q{side * r:.0f} {-r * 0.5:.0f} {side * r * 1.6:.0f} {a * 0.3 + 26:.0f}"
                    f"q{-side * r * 0.7:.0f} {-r * 0.2:.0f} {-side * r * 1.6:.0f} {-a * 0.3 - 20:.0f}z",
                    pen.gradient(*colour),
                )
    pen.ridge(y + 12, 6, pen.gradient("#5fa04a", "#3d7a3c", "#2f6534"), waves=1.6)
    for _ in range(12):
        x, foot, r = rng.uniform(0, 384), y + rng.uniform(6, 30), rng.uniform(18, 34)
        for k in (-1, -0.5, 0.5, 1):
            pen.path(
                f"M{x:.0f} {foot:.0f}q{k * r * 0.4:.0f} {-r:.0f} {k * r:.0f} {-r * 0.9:.0f}q{-k * r * 0.2:.0f} {r * 0.6:.0f} {-k * r:.0f} {r * 0.9:.0f}z",
                pen.gradient("#6fc05a", "#2f7f3f"),
            )
    for side in (0, 384):
        for _ in range(3):
            x = side + rng.uniform(-14, 14)
            pen.line(
                f"M{x:.0f} -4q{rng.uniform(-16, 16):.0f} 60 {rng.uniform(-14, 14):.0f} {rng.uniform(90, 150):.0f}",
                pen.tone("#3f8f3f"),
                5,
                'stroke-linecap="round"',
            )


@draws("savanna")
def savanna(pen: Pen) -> None:
    y = 13 * 16
    rng = pen.rng
    sky(pen, y)
    pen.rect(0, y - 4, S, S - y, pen.tone("#dcb95c"))
    pen.ridge(y - 8, 12, pen.gradient("#d9c58a", "#cdb56f"), waves=1.8)
    pen.ridge(y, 4, pen.gradient("#efd684", "#dcb95c", "#c79a45"), waves=1.2)
    for _ in range(rng.randint(2, 4)):
        x, foot, tall = rng.uniform(20, 364), y + rng.uniform(0, 12), rng.uniform(60, 100)
        pen.path(
            f"M{x - 4:.0f} {foot:.0f}q4 {-tall * 0.4:.0f} {-tall * 0.2:.0f} {-tall * 0.8:.0f}"
            f"l4 -2q{tall * 0.14:.0f} {tall * 0.2:.0f} {tall * 0.2:.0f} {tall * 0.3:.0f}"
            f"l{tall * 0.2:.0f} {-tall * 0.3:.0f}l4 2q{-tall * 0.3:.0f} {tall * 0.5:.0f} {-tall * 0.18:.0f} {tall * 0.8:.0f}z",
            pen.tone("#7a5638"),
        )
        for dx, dy, k in ((-0.2, -0.84, 0.36), (0.24, -0.88, 0.32), (0, -0.98, 0.4)):
            crown = pen.ball("#a9c25a", "#7a9a3f", "#55752f")
            pen.ellipse(x + dx * tall, foot + dy * tall, k * tall, k * tall * 0.3, crown)
    tufts(pen, y + 20, 40, "#b08a3a")


@draws("hill")
def hill(pen: Pen) -> None:
    y = 13 * 16
    rng = pen.rng
    sky(pen, y + 20)
    far_hills(pen, y - 6)
    top = rng.uniform(130, 254)
    pen.path(f"M-40 {y + 70}Q{top:.0f} {y - 80} 424 {y + 70}V{S}H-40z", pen.gradient("#b4e070", "#7cc552", "#57a441"))
    pen.path(f"M-40 {S - 60}Q{S - top:.0f} {S - 120} 424 {S - 30}V{S}H-40z", pen.gradient("#8fd05a", "#5aa743"), 'opacity=".6"')
    tufts(pen, y + 60, 22, "#4c9a3c")
    strewn_flowers(pen, y + 70, rng.randint(0, 3))


@draws("mountain")
def mountain(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    sky(pen, y)
    pen.rect(0, y - 8, S, S - y, pen.tone("#8fb96a"))
    pen.peaks(y, 190, 3, ("#9db2cc", "#7f95b5"), True)
    pen.peaks(y + 4, 120, 4, ("#8fa08c", "#6a8072"), rng.random() < 0.4)
    for _ in range(rng.randint(5, 10)):
        fir(pen, rng.uniform(0, 384), y + rng.uniform(0, 12), rng.uniform(36, 64), rng.choice(FIRS))
    pen.ridge(y + 6, 6, pen.gradient("#9ccb6a", "#6fae4f", "#558f43"), waves=1.6)
    for _ in range(rng.randint(2, 5)):
        x, foot, r = rng.uniform(0, 384), rng.uniform(y + 24, 376), rng.uniform(7, 15)
        pen.ellipse(x, foot, r * 1.4, r, pen.ball("#c3c6cc", "#92969f", "#666b76"))
    tufts(pen, y + 30, 18, "#4c8a3c")


@draws("mountain top")
def mountain_top(pen: Pen) -> None:
    """A summit from the front, with lower peaks and clouds beyond it."""
    y = 13 * 16
    sky(pen, y + 66)
    pen.rect(0, y + 62, S, S - y, pen.tone("#8ea3be"))
    pen.peaks(y + 66, 150, 3, ("#b4c6dc", "#93a9c6"), True)
    pen.peaks(y + 100, 90, 4, ("#9fb2c8", "#7f94b0"), True)
    for k, x in enumerate((16, 92, 300, 372)):
        cloud(pen, x, y + 60 + (k * 7 + pen.variant * 5) % 22, (30, 22, 24, 32)[k], CLOUDS[pen.time])
    with mirrored(pen, pen.variant % 2 == 1):
        rock = pen.gradient("#b9b2ac", "#8f8a8a", "#6c686c")
        pen.path(f"M-30 {S}L8 {y + 96}Q20 {y + 66} 64 {y + 62}L150 {y + 50}L236 {y + 54}L318 {y + 60}Q364 {y + 66} 378 {y + 98}L414 {S}z", rock)
        pen.path(
            f"M10 {y + 94}Q22 {y + 66} 64 {y + 62}L150 {y + 50}L236 {y + 54}L318 {y + 60}Q364 {y + 66} 376 {y + 96}"
            f"L330 {y + 116}L268 {y + 106}L214 {y + 124}L150 {y + 108}L92 {y + 122}L48 {y + 106}z",
            pen.gradient("#b8d48a", "#8cb868", "#7ea860"),
        )
        for x, v, tall in ((52, 122, 48), (110, 128, 46), (164, 120, 54), (222, 132, 44), (276, 116, 56), (332, 122, 50)):
            pen.path(f"M{x} {y + v}l8 {tall * 0.4:.0f}l-7 {tall * 0.3:.0f}l5 {tall * 0.3:.0f}", "none", f'stroke="{pen.tone("#55525a")}" stroke-width="5"')
        for x, v, r in ((52, 84, 11), (336, 86, 13), (288, 70, 8)):
            pen.ellipse(x, y + v, r * 1.4, r, pen.ball("#c3c6cc", "#92969f", "#666b76"))


@draws("desert")
def desert(pen: Pen) -> None:
    y = 13 * 16
    rng = pen.rng
    sky(pen, y, clouds=rng.random() < 0.3)
    if rng.random() < 0.5:
        pen.peaks(y + 4, 90, 3, ("#d99a63", "#b8733f"), False)
    pen.rect(0, y, S, S - y, pen.tone("#e9b968"))
    pen.ridge(y - 4, 24, pen.gradient("#f8dc9c", "#e9b968"), waves=rng.uniform(1.5, 2.6))
    pen.ridge(y + 34, 22, pen.gradient("#f6d58c", "#e2ab58"), waves=rng.uniform(1.2, 2.2))
    pen.ridge(y + 84, 18, pen.gradient("#fadf9f", "#e6b465", "#d89f50"), waves=rng.uniform(1, 1.8))
    for _ in range(rng.randint(0, 3)):
        x, foot, h = rng.uniform(10, 374), y + rng.uniform(6, 26), rng.uniform(26, 46)
        green = pen.gradient("#7fc06a", "#3f8a4a", flat=True)
        pen.rect(x - 5, foot - h, 10, h, green, 'rx="5"')
        pen.line(f"M{x:.0f} {foot - h * 0.4:.0f}h{h * 0.3:.0f}v{-h * 0.3:.0f}", pen.tone("#4f9a52"), 7, 'stroke-linecap="round" stroke-linejoin="round"')


@draws("snow")
def snow(pen: Pen) -> None:
    y = 13 * 16
    rng = pen.rng
    sky(pen, y)
    if rng.random() < 0.6:
        pen.peaks(y, 120, 3, ("#c6d6ea", "#9fb6d6"), True)
    pen.rect(0, y, S, S - y, moonlit(pen, "#dbe7f4"))
    pen.ridge(y - 12, 18, snowlit(pen, "#dfeaf6", "#c4d6ea"), waves=2.2)
    for _ in range(rng.randint(3, 8)):
        x, foot, tall = rng.uniform(0, 384), y + rng.uniform(-6, 10), rng.uniform(50, 100)
        fir(pen, x, foot, tall, rng.choice((("#8fc0a8", "#3f7a68"), ("#eef6fb", "#8fb3b8"))))
    pen.ridge(y, 8, snowlit(pen, "#f2f7fc", "#dbe7f4", "#bfd2e8"), waves=1.4)
    pen.ridge(y + 90, 10, snowlit(pen, "#ffffff", "#cfdff0"), waves=1.1)
