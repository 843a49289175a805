"""Scenery of great halls and vaults: church, stage, throne room, hallway, cellar and cave."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, box, draws, mirrored, mix
from maskgil.nano.rendering.scenery.shapes.furniture import Y
from maskgil.nano.rendering.scenery.shapes.lights import torch


def column(pen: Pen, x: float, top: float, foot: float, w: float, colour: str) -> None:
    """A round column with a broad head and foot."""
    light, dark = mix(colour, "#ffffff", 0.3), mix(colour, "#000000", 0.25)
    pen.rect(x, top, w, foot - top, pen.gradient(light, colour, dark, flat=True))
    for y in (top, foot - 18):
        box(pen, x - 8, y, w + 16, 18, mix(colour, "#ffffff", 0.1), 3)


def carpet(pen: Pen, colour: str, top: float, half: float, low: float) -> None:
    """A runner from the far wall towards the viewer, with borders."""
    for edge, fill in ((0.0, mix(colour, "#ffe08a", 0.75)), (0.14, colour)):
        a, b = half * (1 - edge), low * (1 - edge)
        pen.path(f"M{192 - a:.1f} {top}H{192 + a:.1f}L{192 + b:.1f} {S}H{192 - b:.1f}z", pen.gradient(fill, mix(fill, "#000000", 0.1)))


def stones(pen: Pen, bottom: float, colours: tuple[str, ...], joint: str) -> None:
    """A wall of large stones in a regular bond."""
    pen.rect(0, 0, S, bottom, pen.tone(joint))
    for row in range(int(bottom) // 32 + 1):
        h = min(29, bottom - row * 32)
        for k in range(-1, 7):
            x = k * 64 + 32 * (row % 2)
            if h > 4:
                box(pen, x, row * 32, 61, h, colours[(k + 2 * row + 1) % len(colours)], 5)


@draws("church")
def church(pen: Pen) -> None:
    stone, glass, wood = pen.looks("church", "stone glass wood")
    dark = mix(stone, "#4a3a4a", 0.4)
    pen.rect(0, 0, S, Y + 4, pen.tone(dark))
    pen.rect(0, Y, S, S - Y, pen.gradient(mix(stone, "#8a6a50", 0.3), mix(stone, "#6a4a38", 0.55)))
    pen.path(f"M40 {Y}V116Q48 24 192 8Q336 24 344 116V{Y}z", pen.gradient(mix(stone, "#ffffff", 0.3), stone))
    shine = [mix(c, "#101030", 0.45) if pen.time == "night" else mix(c, "#ffffff", 0.12) for c in glass]
    for n, (x, top, h) in enumerate(((72, 72, 112), (160, 40, 112), (248, 72, 112))):
        frame, foot, w = pen.tone(mix(stone, "#3a2c34", 0.75)), top + h, 64
        pen.path(f"M{x - 8} {foot + 8}V{top + 32}Q{x - 4} {top} {x + w / 2} {top - 24}Q{x + w + 4} {top} {x + w + 8} {top + 32}V{foot + 8}z", frame)
        pen.path(f"M{x} {top + 32}Q{x + 4} {top} {x + w / 2} {top - 14}V{top + 32}z", shine[n % 4])
        pen.path(f"M{x + w} {top + 32}Q{x + w - 4} {top} {x + w / 2} {top - 14}V{top + 32}z", shine[(n + 1) % 4])
        for k in range(2):
            for row in range(2):
                pen.rect(x + 32 * k, top + 34 + 40 * row, 32, 38, shine[(n + 2 + k + row * 3) % 4])
        pen.rect(x + w / 2 - 2, top - 14, 4, h + 14, frame)
        pen.ellipse(x + w / 2, top + 52, 12, 12, "#fff2c0" if pen.time != "night" else "#8a8cc0")
    for x in (8, 340):
        column(pen, x, 40, Y + 24, 36, stone)
    carpet(pen, pen.pick(("#b8343c", "#8c3c8c", "#2c5ca0", "#2c7858")), Y, 44, 128)
    box(pen, 132, 184, 120, 48, "#fffdf6", 3)
    pen.rect(132, 192, 120, 12, pen.tone("#e8c050"))
    for x in (142, 230):
        pen.rect(x, 164, 12, 20, pen.tone("#fdf8e8"))
        pen.ellipse(x + 6, 156, 6, 9, "#ffc840")
    pen.rect(186, 136, 12, 48, pen.tone("#d8a020"))
    pen.rect(174, 148, 36, 12, pen.tone("#d8a020"))
    for flip in (False, True):
        with mirrored(pen, flip):
            for k in range(3):
                y, w, h = 232 + 44 * k, 92 - 22 * k, 48 + 8 * k
                box(pen, -8, y, w + 8, h - 14, wood, 3)
                box(pen, w - 8, y - 8, 18, h + 8, mix(wood, "#000000", 0.3), 6)
                pen.rect(-8, y, w, 10, pen.tone(mix(wood, "#ffe0b0", 0.45)))


@draws("stage")
def stage(pen: Pen) -> None:
    y = 15 * 16
    back, x, red = pen.looks("stage", "back x red")
    pen.rect(0, 0, S, y, pen.gradient(*back))
    hills = mix(back[0], "#2c6c4c", 0.55)
    pen.path(f"M0 {y}V184Q96 136 200 188T384 172V{y}z", pen.tone(mix(hills, "#ffffff", 0.25)))
    pen.path(f"M0 {y}V212Q120 184 220 216T384 204V{y}z", pen.tone(hills))
    pen.ellipse(x, 108, 28, 28, pen.tone("#fff0b0"))
    pen.rect(0, y, S, S - y, pen.gradient("#c88c50", "#a06834"))
    for k in range(-6, 6):
        if k % 2:
            d = f"M{192 + k * 34} {y}h34L{192 + (k + 1) * 64} {S}h-64z"
            pen.path(d, pen.tone("#b47c44"), 'opacity=".8"')
    pen.ellipse(192, 312, 150, 44, pen.glow("#fff4c8"), 'opacity=".7"')
    light, dark = mix(red, "#ffffff", 0.12), mix(red, "#400810", 0.42)
    for flip in (False, True):
        with mirrored(pen, flip):
            pen.path("M0 32H104Q108 120 80 190Q98 250 96 296H0z", pen.gradient(light, red))
            for k in (0, 32, 64):
                low = k // 8
                pen.path(f"M{k} 32h16L{k + 16 - low} 190L{k + 16 + low} 296h-16L{k - low} 190z", pen.tone(dark))
            box(pen, -4, 182, 90, 16, "#f4c440", 6)
    for k in range(6):
        pen.path(f"M{k * 64} 0h64v48q-32 44 -64 0z", pen.gradient(red, light))
        pen.path(f"M{k * 64} 0h16v62q-8 -4 -16 -14zM{k * 64 + 48} 0h16v48q-8 10 -16 14z", pen.tone(dark))
        pen.path(f"M{k * 64} 44q32 44 64 0v14q-32 44 -64 0z", pen.tone("#f4c440"))
    pen.rect(0, 0, S, 16, pen.tone("#e0ac30"))
    pen.rect(0, 368, S, 16, pen.tone("#5a3420"))
    for k in range(6):
        x = k * 64 + 32
        pen.rect(x - 24, 352, 48, 24, "#f8a838", 'rx="14" opacity=".55"')
        pen.rect(x - 16, 352, 32, 24, "#fff0a0", 'rx="12"')


@draws("throne room")
def throne_room(pen: Pen) -> None:
    stone, cloth = pen.looks("throne room", "stone cloth")
    dim, flip = mix(stone, "#3c3048", 0.45), pen.variant % 2 == 1
    pen.rect(0, 0, S, Y, pen.gradient(mix(dim, "#000000", 0.15), dim))
    pen.rect(0, Y, S, S - Y, pen.gradient(mix(stone, "#6a5a6a", 0.2), mix(stone, "#4a3a4a", 0.45)))
    for row, (top, low) in enumerate(((Y + 14, Y + 38), (Y + 70, Y + 112))):
        more = f'opacity="{0.35 - 0.05 * row}"'
        pen.rect(0, top, S, low - top, pen.tone(mix(stone, "#ffffff", 0.2)), more)
    pen.path(f"M120 {Y}V88Q124 20 192 16Q260 20 264 88V{Y}z", pen.tone(mix(dim, "#000000", 0.35)))
    for x in (72, 264):
        pen.rect(x - 6, 32, 60, 10, pen.tone("#e8bc3c"), 'rx="4"')
        pen.path(f"M{x} 40h48v128l-24 -24l-24 24z", pen.gradient(mix(cloth, "#ffffff", 0.2), cloth))
        pen.path(f"M{x + 24} 64l16 20l-16 24l-16 -24z", pen.tone("#f4cc4c"))
    red = "#c02838"
    box(pen, 96, Y - 16, 192, 20, mix(stone, "#ffffff", 0.25), 3)
    box(pen, 80, Y, 224, 20, mix(stone, "#ffffff", 0.1), 3)
    carpet(pen, red, Y - 16, 36, 128)
    gold = pen.gradient("#ffe07a", "#c88c1c")
    pen.path("M148 208V96Q150 72 192 56Q234 72 236 96V208z", gold)
    pen.path("M162 176V104Q166 88 192 78Q218 88 222 104V176z", pen.tone(mix(cloth, "#ffffff", 0.05)))
    pen.path("M168 60V32l14 14l10 -20l10 20l14 -14V60z", gold)
    box(pen, 160, 160, 64, 22, red, 8)
    for x in (140, 224):
        box(pen, x, 148, 20, 62, "#e0ac34", 6)
    for k, x in enumerate((-8, 336)):
        column(pen, x, 0, Y + 64, 48, stone)
        torch(pen, x + 24, 112) if flip == bool(k) or pen.time == "night" else None


@draws("hallway")
def hallway(pen: Pen) -> None:
    wall, door, floor, rug = pen.looks("hallway", "wall door floor rug")
    pen.rect(0, 0, S, S, pen.tone(mix(wall, "#ffffff", 0.6)))
    pen.path(f"M112 {Y}H272L480 384H-96z", pen.gradient(mix(floor, "#ffffff", 0.2), mix(floor, "#000000", 0.12)))
    pen.path(f"M152 {Y}H232L336 384H48z", pen.tone(rug))
    pen.rect(112, 64, 160, Y - 64, pen.gradient(mix(wall, "#ffffff", 0.25), wall))
    for x, y, w in ((172, 44, 40), (152, 8, 80)):
        pen.path(f"M{x} {y + 10}L{x + 6} {y - 4}H{x + w - 6}L{x + w} {y + 10}z", "#fffbe0")
    glass = {"day": ("#8fcdf5", "#dff2fc"), "night": ("#0f1740", "#33427c")}[pen.time]
    if pen.variant % 2 == 1:
        box(pen, 152, 96, 80, 96, "#ffffff", 3)
        pen.rect(160, 104, 64, 80, pen.gradient(*glass, raw=True))
        pen.rect(187, 104, 10, 80, pen.tone("#ffffff"))
    else:
        box(pen, 144, 88, 96, Y - 88, mix(door, "#ffffff", 0.5))
        box(pen, 152, 96, 80, Y - 96, door)
        pen.rect(168, 112, 48, 40, pen.tone(mix(door, "#ffffff", 0.35)))
        pen.ellipse(220, 172, 6, 6, pen.tone("#f4cc4c"))
    sides = pen.gradient(mix(wall, "#000000", 0.12), mix(wall, "#6a5a50", 0.12), flat=True)

    def on_wall(x: float, slope: float) -> str:
        """A point of the left wall: how far up or down from the eye's height at this x."""
        return f"{x} {162 + slope * (192 - x):.1f}"

    def panel(a: float, b: float, top: float, low: float, fill: str) -> None:
        pen.path(f"M{on_wall(a, top)}L{on_wall(b, top)}L{on_wall(b, low)}L{on_wall(a, low)}z", fill)

    for flip in (False, True):
        with mirrored(pen, flip):
            panel(-96, 112, -1.225, 0.775, sides)
            for a, b in ((-24, 24), (56, 96)):
                panel(a - 5, b + 5, -0.74, 0.775, pen.tone(mix(door, "#000000", 0.45)))
                panel(a, b, -0.68, 0.775, pen.tone(door))
                panel(a + 7, b - 7, -0.55, -0.1, pen.tone(mix(door, "#ffffff", 0.3)))
                panel(a + 7, b - 7, 0.12, 0.6, pen.tone(mix(door, "#000000", 0.2)))
                x = b - 8
                pen.ellipse(x, 162 + 0.03 * (192 - x), 6, 6, pen.tone("#f4cc4c"))


@draws("cellar")
def cellar(pen: Pen) -> None:
    (grey,) = pen.looks("cellar", "grey")
    shades = tuple(mix(grey, other, 0.14) for other in ("#ffffff", "#000000", "#c8a080", "#ffffff", "#3c3c50"))
    stones(pen, Y, shades, mix(grey, "#181420", 0.65))
    pen.rect(0, 0, S, Y, pen.gradient("#181424", "#3c3040"), 'opacity=".35"')
    pen.rect(0, Y, S, S - Y, pen.gradient(mix(grey, "#3c2c24", 0.5), mix(grey, "#2c2020", 0.7)))
    pen.rect(0, Y - 4, S, 10, pen.tone(mix(grey, "#181420", 0.6)))
    with mirrored(pen, pen.variant % 2 == 1):
        x = 128
        pen.path(f"M{x - 20} {Y + 4}V108Q{x - 16} 28 {x + 64} 24Q{x + 144} 28 {x + 148} 108V{Y + 4}z", pen.tone(mix(grey, "#ffffff", 0.35)))
        pen.path(f"M{x} {Y + 4}V112Q{x + 4} 46 {x + 64} 44Q{x + 124} 46 {x + 128} 112V{Y + 4}z", pen.gradient("#1c1624", "#2c2430"))
        for k in range(5):
            top, inset, far = Y - 20 - 26 * k, 8 * k, 0.16 * k
            w, light = 128 - 2 * inset, mix(grey, "#ffffff", 0.35)
            pen.rect(x + inset, top, w, 26, pen.tone(mix(grey, "#14101c", 0.35 + far)))
            pen.rect(x + inset, top, w, 10, pen.tone(mix(light, "#14101c", far)))
        torch(pen, 72, 104)
        torch(pen, 312, 104)
        wood = pen.pick(("#a8703c", "#8c5834", "#b88048"))
        for bx, by in ((-28, 176), (320, 188), (-56, 236)):
            barrel(pen, bx, by, wood)


def barrel(pen: Pen, x: float, y: float, wood: str) -> None:
    """A standing barrel of 88 by 104 with iron hoops."""
    dark = mix(wood, "#000000", 0.45)
    fill = pen.gradient(dark, mix(wood, "#ffffff", 0.2), wood, dark, flat=True)
    pen.path(f"M{x + 10} {y}h68q20 52 0 104h-68q-20 -52 0 -104z", fill)
    for k in (14, 78):
        pen.rect(x + 2, y + k, 84, 12, pen.tone("#4c4a54"), 'rx="4"')
    pen.ellipse(x + 44, y, 34, 9, pen.tone(mix(wood, "#ffe8c0", 0.35)))


@draws("cave")
def cave(pen: Pen) -> None:
    y = 15 * 16
    rock, crystal = pen.looks("cave", "rock crystal")
    deep, light = mix(rock, "#140c18", 0.6), mix(rock, "#ffffff", 0.2)
    pen.rect(0, 0, S, y, pen.gradient(mix(rock, "#000000", 0.25), mix(rock, "#000000", 0.05)))
    pen.rect(0, y - 4, S, S - y + 4, pen.gradient(mix(rock, "#402820", 0.42), mix(rock, "#c8a888", 0.25)))
    pen.rect(0, 0, S, y, pen.gradient(mix(rock, "#000000", 0.1), mix(rock, "#ffffff", 0.22)))
    with mirrored(pen, pen.variant % 2 == 1):
        pen.path(f"M80 {y}Q72 190 104 148Q112 96 152 92Q196 80 212 128Q244 170 232 {y}z", pen.tone(mix(rock, "#000000", 0.35)))
        pen.path(f"M96 {y}Q92 200 122 160Q128 112 160 110Q188 104 196 140Q222 180 212 {y}z", pen.gradient("#0c0812", "#2a1c2c", raw=True))
        pen.path(f"M0 0H{S}V96Q352 64 300 56Q240 36 180 44Q90 36 40 72Q52 130 36 176Q24 220 48 {y + 20}Q20 {y + 48} 0 {y + 52}z", pen.tone(deep))
        pen.path(f"M{S} 60Q336 120 356 180Q336 220 352 {y + 16}Q368 {y + 40} {S} {y + 44}z", pen.tone(deep))
        for x, h, w in ((64, 160, 56), (120, 104, 48), (176, 80, 48), (228, 136, 56), (352, 144, 56)):
            pen.path(f"M{x - w / 2} 30Q{x - w / 4} {h * 0.5:.0f} {x - 5} {h}q5 8 10 0Q{x + w / 4} {h * 0.5:.0f} {x + w / 2} 30z", pen.tone(deep))
            pen.path(f"M{x - w / 4} 30Q{x - w / 8} {h * 0.5:.0f} {x - 3} {h - 6}L{x} 30z", pen.tone(mix(rock, "#000000", 0.15)))
        pen.path(f"M264 16h56L352 {y + 72}H240z", pen.gradient("#fffdf0", "#ffe9a0", raw=True), 'opacity=".42"')
        pen.path("M240 -2H344L336 20L312 36L272 30L252 38z", pen.gradient("#7cc4f4", "#e4f6fe", raw=True))
        pen.path("M240 -2h36q-4 18 -20 28zM344 -2h-28q2 14 16 24z", pen.tone("#4c9c4c"))
        pen.ellipse(296, y + 72, 56, 16, pen.tone("#fff0b8"), 'opacity=".6"')
        for x, h, w in ((44, 88, 56), (12, 128, 64), (352, 104, 64)):
            pen.path(
                f"M{x - w / 2} {y + 56}Q{x - w / 6} {y + 56 - h * 0.4:.0f} {x - 4} {y + 56 - h}"
                f"q4 -6 8 0Q{x + w / 6} {y + 56 - h * 0.4:.0f} {x + w / 2} {y + 56}z",
                pen.gradient(light, rock, deep, flat=True),
            )
        for x, h in ((318, 40), (340, 64), (364, 44)):
            pen.path(
                f"M{x - 12} {y + 72}L{x - 12} {y + 84 - h}L{x} {y + 64 - h}L{x + 12} {y + 84 - h}V{y + 72}z",
                pen.gradient(mix(crystal, "#ffffff", 0.5), crystal),
            )


@draws("lake cave")
def lake_cave(pen: Pen) -> None:
    y = 10 * 16
    rock, water, glow = pen.looks("lake cave", "rock water glow")
    deep = mix(rock, "#201424", 0.5)
    pen.rect(0, 0, S, S, pen.gradient(mix(rock, "#000000", 0.35), mix(rock, "#ffffff", 0.12)))
    pen.path(f"M60 {y + 10}Q70 90 130 76Q192 56 250 78Q320 92 326 {y + 10}z", pen.tone(mix(rock, "#000000", 0.5)))
    pen.ellipse(192, y + 6, 150, 64, pen.glow(glow), 'opacity=".55"')
    with mirrored(pen, pen.variant % 2 == 1):
        pen.path(f"M0 0H{S}V110Q350 70 300 62Q240 40 180 48Q90 40 44 78Q56 130 40 {y + 20}L0 {y + 60}z", pen.tone(deep))
        pen.path(f"M{S} 60Q338 110 352 {y + 20}L{S} {y + 60}z", pen.tone(deep))
        for x, h, w in ((70, 140, 52), (124, 104, 46), (182, 84, 44), (240, 112, 46), (308, 148, 54)):
            pen.path(f"M{x - w / 2} 30Q{x - w / 4} {h * 0.5:.0f} {x - 5} {h}q5 8 10 0Q{x + w / 4} {h * 0.5:.0f} {x + w / 2} 30z", pen.tone(deep))
            pen.path(f"M{x - w / 4} 30Q{x - w / 8} {h * 0.5:.0f} {x - 3} {h - 6}L{x} 30z", pen.tone(mix(rock, "#000000", 0.12)))
        pen.rect(0, y + 8, S, 180, pen.gradient(*water, raw=True))
        for k in range(6):
            pen.rect((44 + 122 * k) % 330, y + 34 + 20 * k, 60, 7, "#d8fbff", 'rx="3.5" opacity=".6"')
        for x, r in ((-4, 60), (388, 64)):
            pen.ellipse(x, y + 40, r, r * 0.7, pen.ball(mix(rock, "#ffffff", 0.2), rock, deep))
        for x, tall in ((52, 60), (336, 72)):
            for dx, share in ((-14, 0.7), (14, 0.8), (0, 1.0)):
                pen.path(f"M{x + dx - 9} {y + 36}L{x + dx} {y + 36 - tall * share:.0f}L{x + dx + 9} {y + 36}z", pen.gradient("#f0fcff", glow, raw=True))
    pen.ridge(332, 5, pen.tone(mix(rock, "#ffffff", 0.35)), waves=2)
    pen.ridge(340, 5, pen.gradient(mix(rock, "#ffffff", 0.16), mix(rock, "#000000", 0.2)), waves=2)
