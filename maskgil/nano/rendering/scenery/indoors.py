"""Scenery of rooms and table tops, and of no place at all: paper and coloured backdrops."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, draws, mix
from maskgil.nano.world.settings import COLOURS

PAPERS = (
    ("#fbfbfd", "#f1f3f7", "#e3e7ee"), ("#fdfaf4", "#f6f0e4", "#ebe1cf"),
    ("#f6fafd", "#e8f1f8", "#d6e4ef"), ("#f7fbf6", "#ebf3e8", "#dae7d6"),
    ("#fcf7fa", "#f4eaf0", "#e8d9e3"), ("#ffffff", "#fbfbfb", "#efefef"),
)  # fmt: skip


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


def room(pen: Pen, y: float, wall: tuple[str, str], floor: tuple[str, str], boards: bool) -> None:
    """A wall down to `y`, a skirting board and the floor."""
    pen.rect(0, 0, S, y, pen.gradient(*wall))
    pen.rect(0, y, S, S - y, pen.gradient(*floor))
    if boards:
        shade = pen.tone(mix(floor[1], "#000000", 0.18))
        for k in range(-6, 7):
            pen.path(
                f"M{192 + k * 34} {y}L{192 + k * 78} {S}",
                "none",
                f'stroke="{shade}" stroke-width="2" opacity=".6"',
            )
    pen.rect(0, y - 9, S, 10, pen.gradient("#ffffff", "#dcd8d0"))


def window(pen: Pen, x: float, y: float, w: float, h: float) -> None:
    """A window of four panes with the time's light outside."""
    outside = {
        "day": ("#8fcdf5", "#dff2fc"),
        "sunset": ("#e88a7c", "#fdd29a"),
        "night": ("#0f1740", "#33427c"),
    }
    pen.rect(x - 6, y - 6, w + 12, h + 12, pen.gradient("#ffffff", "#d9d4cb"), 'rx="4"')
    pen.rect(x, y, w, h, pen.gradient(*outside[pen.time], raw=True))
    if pen.time == "night":
        for _ in range(6):
            pen.ellipse(
                x + pen.rng.uniform(4, w - 4), y + pen.rng.uniform(4, h - 4), 1.3, 1.3, "#fff"
            )
    else:
        pen.path(
            f"M{x:.0f} {y + h:.0f}v{-h * 0.25:.0f}q{w * 0.3:.0f} {-h * 0.2:.0f} {w * 0.55:.0f} 0t{w * 0.45:.0f} {-h * 0.05:.0f}v{h * 0.3:.0f}z",
            pen.tone("#86c27c"),
        )
    pen.rect(x + w / 2 - 3, y, 6, h, pen.tone("#f2eee8"))
    pen.rect(x, y + h / 2 - 3, w, 6, pen.tone("#f2eee8"))


@draws("kitchen")
def kitchen(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    wall = rng.choice((("#f7ecd8", "#eaddc2"), ("#dcecf2", "#c6dde6"), ("#eef2dc", "#dde6c2")))
    room(pen, y, wall, ("#e6d4b8", "#c9ab82"), True)
    shade = pen.tone(mix(wall[1], "#8a7a68", 0.25))
    for k in range(13):
        pen.path(
            f"M{k * 32} 92V{y - 40}", "none", f'stroke="{shade}" stroke-width="1.5" opacity=".6"'
        )
    for v in range(92, y - 40, 30):
        pen.path(f"M0 {v}H{S}", "none", f'stroke="{shade}" stroke-width="1.5" opacity=".6"')
    cupboard = rng.choice(
        (
            ("#7fb0c8", "#5a8ba6"),
            ("#e8e2d6", "#cbc2b0"),
            ("#9cc08a", "#76a066"),
            ("#c98a58", "#a56a3c"),
        )
    )
    gap = rng.choice((0, 128, 256))
    for k in range(3):
        if k * 128 == gap:
            window(pen, gap + 22, 22, 84, 90)
            continue
        pen.rect(k * 128 + 4, 0, 120, 78, pen.gradient(*cupboard), 'rx="4"')
        pen.rect(k * 128 + 63, 6, 2, 66, pen.tone(mix(cupboard[1], "#000000", 0.2)))
    pen.rect(0, y - 44, S, 12, pen.gradient("#f2efea", "#cfc8bd"))
    pen.rect(0, y - 32, S, 40, pen.gradient(*cupboard))
    for k in range(6):
        pen.rect(
            k * 64 + 5,
            y - 27,
            54,
            30,
            "none",
            f'stroke="{pen.tone(mix(cupboard[1], "#000000", 0.2))}" stroke-width="2" rx="3"',
        )
        pen.ellipse(k * 64 + 32, y - 20, 3, 3, pen.tone("#f6e6b8"))


@draws("living room")
def living_room(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    wall = rng.choice(
        (
            ("#f3e4cf", "#e6d2b6"),
            ("#d5e6e4", "#bdd5d2"),
            ("#e8dcec", "#d6c5dd"),
            ("#f5dccb", "#e8c6ae"),
        )
    )
    room(pen, y, wall, ("#d9b383", "#b4875a"), True)
    spot = rng.choice((40, 214))
    window(pen, spot, 40, 120, 104)
    curtain = rng.choice(("#d86a5c", "#6a9ac8", "#8fb46a", "#c88ab0"))
    for x in (spot - 26, spot + 116):
        pen.path(
            f"M{x} 28h34q-6 70 2 142h-38q10 -70 2 -142z",
            pen.gradient(mix(curtain, "#ffffff", 0.2), curtain, flat=True),
        )
    pen.rect(spot - 34, 24, 190, 6, pen.tone("#8a6242"), 'rx="3"')
    x = 260 if spot == 40 else 44
    pen.rect(x, 60, 76, 58, pen.tone("#9a6a42"), 'rx="3"')
    pen.rect(x + 6, 66, 64, 46, pen.gradient("#bfe0f4", "#f2e4c0"))
    pen.path(f"M{x + 6} 112l20 -26l16 16l12 -10l16 20z", pen.tone("#7fb078"))
    rug = rng.choice(("#c86a5a", "#6a86b8", "#7aa878", "#c8a052"))
    pen.ellipse(192, 322, 168, 44, pen.tone(mix(rug, "#ffffff", 0.25)))
    pen.ellipse(192, 322, 150, 36, pen.tone(rug))


@draws("bedroom")
def bedroom(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    wall = rng.choice((("#d6e0f2", "#bfcde6"), ("#f4dfe6", "#e6c8d4"), ("#e2ead6", "#cbd8b8")))
    room(pen, y, wall, ("#d6bd9c", "#b4956e"), True)
    for x in range(0, S, 26):
        pen.rect(x, 0, 11, y - 9, pen.tone(mix(wall[0], "#ffffff", 0.35)), 'opacity=".5"')
    left = rng.random() < 0.5
    window(pen, 250 if left else 40, 36, 92, 96)
    x = 0 if left else 204
    cover = rng.choice(("#6a9ad8", "#d87a8a", "#8a7ac8", "#6ab09a"))
    pen.rect(x + 4, y - 92, 172, 100, pen.gradient("#b98858", "#8a5f3a"), 'rx="14"')
    for k in (0, 1):
        pen.rect(x + 20 + k * 72, y - 52, 66, 34, pen.gradient("#ffffff", "#dfe3ec"), 'rx="14"')
    pen.rect(x + 6, y - 26, 168, 62, pen.gradient(mix(cover, "#ffffff", 0.25), cover), 'rx="12"')
    pen.ellipse(192, 330, 150, 34, pen.tone(mix(cover, "#ffffff", 0.5)))


@draws("bathroom")
def bathroom(pen: Pen) -> None:
    y = 14 * 16
    rng = pen.rng
    tile = rng.choice((("#dff0f6", "#c3e0ea"), ("#e6f4e6", "#cbe6cf"), ("#f4eef8", "#e0d4ea")))
    pen.rect(0, 0, S, y, pen.gradient(*tile))
    line = pen.tone(mix(tile[1], "#6a8a9a", 0.3))
    for k in range(13):
        pen.path(
            f"M{k * 32} 0V{y}M0 {k * 32}H{S}",
            "none",
            f'stroke="{line}" stroke-width="1.6" opacity=".7"',
        )
    pen.rect(0, y, S, S - y, pen.gradient("#b8c8d4", "#8fa4b4"))
    for k in range(-7, 8):
        pen.path(
            f"M{192 + k * 32} {y}L{192 + k * 74} {S}",
            "none",
            f'stroke="{pen.tone("#7f94a4")}" stroke-width="2" opacity=".6"',
        )
    for v in (y + 26, y + 66, y + 116):
        pen.path(
            f"M0 {v}H{S}", "none", f'stroke="{pen.tone("#7f94a4")}" stroke-width="2" opacity=".6"'
        )
    x = rng.choice((52, 230))
    pen.rect(x - 6, 34, 112, 92, pen.tone("#ffffff"), 'rx="46"')
    pen.rect(x, 40, 100, 80, pen.gradient("#e8f6fd", "#b4d6e8"), 'rx="40"')
    x = 280 if x == 52 else 40
    pen.rect(x, 60, 70, 5, pen.tone("#a0aab4"))
    pen.rect(x + 8, 60, 52, 66, pen.gradient("#ffd9a8", "#f0b070"), 'rx="4"')


@draws("table top")
def table_top(pen: Pen) -> None:
    rng = pen.rng
    y = 12 * 16
    wall = rng.choice(
        (
            ("#f4ead8", "#e4d4b8"),
            ("#d9e6ee", "#bfd2de"),
            ("#e6ecd8", "#d0dabc"),
            ("#f2dcd0", "#e2c2b0"),
        )
    )
    pen.rect(0, 0, S, y, pen.gradient(*wall))
    for _ in range(4):
        x, v, r = rng.uniform(0, 384), rng.uniform(20, 150), rng.uniform(30, 60)
        pen.ellipse(x, v, r, r, pen.glow("#ffffff"), 'opacity=".35"')
    wood = rng.choice(
        (
            ("#d9a066", "#b97f47", "#9a6534"),
            ("#c98e5c", "#a56d40", "#82522e"),
            ("#e6bd88", "#cf9f66", "#b38350"),
        )
    )
    pen.rect(0, y, S, S - y, pen.gradient(*wood))
    pen.rect(0, y, S, 6, pen.tone(mix(wood[0], "#ffffff", 0.3)))
    shade = pen.tone(mix(wood[2], "#000000", 0.12))
    for k, v in enumerate((y + 34, y + 78, y + 134)):
        pen.path(f"M0 {v}H{S}", "none", f'stroke="{shade}" stroke-width="2.4"')
        for _ in range(5):
            x, w = rng.uniform(-20, 360), rng.uniform(40, 110)
            pen.path(
                f"M{x:.0f} {v - 16 - k * 4}q{w / 2:.0f} {rng.uniform(-6, 6):.0f} {w:.0f} 0",
                "none",
                f'stroke="{shade}" stroke-width="1.6" opacity=".45"',
            )
