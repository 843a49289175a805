"""Rooms and what stands in them: walls, windows, desks, chairs, jars, rugs."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S, box, mix

Y = 14 * 16  # where walls meet the floor


def room(pen: Pen, y: float, wall: tuple[str, str], floor: tuple[str, str], boards: bool) -> None:
    """A wall down to `y`, a skirting board and the floor, of broad boards or plain."""
    pen.rect(0, 0, S, y, pen.gradient(*wall))
    pen.rect(0, y, S, S - y, pen.gradient(*floor))
    if boards:
        shade = pen.tone(mix(floor[1], "#000000", 0.12))
        for k in range(-4, 4, 2):
            pen.path(f"M{192 + k * 64} {y}h64L{192 + (k + 1) * 112} {S}h-112z", shade, 'opacity=".35"')
    pen.rect(0, y - 9, S, 14, pen.gradient("#ffffff", "#dcd8d0"))


def window(pen: Pen, x: float, y: float, w: float, h: float) -> None:
    """A window of four panes with the time's light outside."""
    outside = {"day": ("#7cc4f4", "#e4f5fd"), "sunset": ("#e88a7c", "#fdd29a"), "night": ("#0f1740", "#3a4a8c")}
    pen.rect(x - 9, y - 9, w + 18, h + 18, pen.gradient("#ffffff", "#d9d4cb"), 'rx="4"')
    pen.rect(x, y, w, h, pen.gradient(*outside[pen.time], raw=True))
    if pen.time == "night":
        pen.ellipse(x + w * 0.76, y + h * 0.24, 11, 11, "#fbf2c8")
        for dx, dy in ((0.2, 0.2), (0.3, 0.72), (0.8, 0.78)):
            pen.ellipse(x + w * dx, y + h * dy, 4, 4, "#fffbe0")
    else:
        pen.path(
            f"M{x:.0f} {y + h:.0f}v{-h * 0.25:.0f}q{w * 0.3:.0f} {-h * 0.2:.0f} {w * 0.55:.0f} 0t{w * 0.45:.0f} {-h * 0.05:.0f}v{h * 0.3:.0f}z",
            pen.tone("#86c27c"),
        )
    pen.rect(x + w / 2 - 4, y, 8, h, pen.tone("#f6f2ec"))
    pen.rect(x, y + h / 2 - 4, w, 8, pen.tone("#f6f2ec"))
    pen.rect(x - 14, y + h + 4, w + 28, 10, pen.tone("#f6f2ec"), 'rx="4"')


def curtains(pen: Pen, x: float, w: float, low: float, colour: str) -> None:
    """A pair of curtains at both sides of a window `w` wide, with a rod."""
    for k in (x - 26, x + w - 10):
        pen.path(
            f"M{k} 24h36q-6 {low * 0.5:.0f} 2 {low - 24:.0f}h-40q10 {-low * 0.5:.0f} 2 {24 - low:.0f}z",
            pen.gradient(mix(colour, "#ffffff", 0.3), colour, flat=True),
        )
    pen.rect(x - 36, 16, w + 72, 10, pen.tone("#8a5c38"), 'rx="5"')


def cushion(pen: Pen, x: float, y: float, w: float, h: float, colour: str) -> None:
    """A soft pillow, bulging and lit from above."""
    pen.path(
        f"M{x + 8} {y}Q{x + w / 2} {y + 7} {x + w - 8} {y}Q{x + w + 4} {y - 3} {x + w} {y + 10}"
        f"Q{x + w - 5} {y + h / 2} {x + w} {y + h - 9}Q{x + w + 3} {y + h + 2} {x + w - 9} {y + h}"
        f"H{x + 9}Q{x - 3} {y + h + 2} {x} {y + h - 9}Q{x + 5} {y + h / 2} {x} {y + 10}Q{x - 4} {y - 3} {x + 8} {y}z",
        pen.gradient(mix(colour, "#ffffff", 0.25), mix(colour, "#000000", 0.12)),
    )


def rug(pen: Pen, colour: str, x: float = 192, y: float = 322, rx: float = 164) -> None:
    """An oval rug with a broad pale border."""
    pen.ellipse(x, y, rx, rx * 0.27, pen.tone(mix(colour, "#fff4dc", 0.62)))
    pen.ellipse(x, y, rx - 22, (rx - 22) * 0.245, pen.tone(colour))


def desk(pen: Pen, x: float, y: float, w: float, h: float, colour: str) -> None:
    """A board on two legs whose feet are at `y + h`."""
    dark = mix(colour, "#000000", 0.3)
    for k in (x + 6, x + w - 18):
        pen.rect(k, y + 8, 12, h - 8, pen.tone(dark))
    box(pen, x, y, w, 16, colour, 3)


def chair(pen: Pen, x: float, y: float, colour: str) -> None:
    """A chair seen from behind, 48 wide, its back's top at `y`."""
    for k in (x, x + 36):
        pen.rect(k, y, 12, 96, pen.tone(mix(colour, "#000000", 0.35)), 'rx="4"')
    box(pen, x, y, 48, 32, colour, 6)
    box(pen, x - 2, y + 48, 52, 14, colour, 4)


def jar(pen: Pen, x: float, foot: float, w: float, h: float, colour: str) -> None:
    """A bottle with a neck and a lid."""
    pen.rect(x + w * 0.3, foot - h, w * 0.4, h * 0.4, pen.tone(mix(colour, "#000000", 0.3)))
    box(pen, x, foot - h * 0.72, w, h * 0.72, colour, 5)


def frame(pen: Pen, x: float, y: float, w: float, h: float, wood: str, inner: str) -> None:
    """A picture's frame, 10 thick, around a ground of colour `inner`."""
    box(pen, x - 10, y - 10, w + 20, h + 20, wood, 4)
    pen.rect(x, y, w, h, pen.gradient(mix(inner, "#ffffff", 0.25), inner))
