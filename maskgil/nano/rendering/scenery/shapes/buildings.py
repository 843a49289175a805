"""Houses, far or near: walls, roofs, windows."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen

WALLS = (("#f6d9a8", "#e2b878"), ("#f3b8a0", "#d98a70"), ("#bcd8ec", "#90b6d6"), ("#e8e2d4", "#c9c0ac"), ("#d6c4ea", "#b09ad0"), ("#c8e2b8", "#9cc48a"))
ROOFS = (("#d8654f", "#a8402f"), ("#8a5a44", "#5f3a2b"), ("#5a78a8", "#3d5680"))


def panes(pen: Pen, x: float, y: float, w: float, h: float, columns: int, rows: int, lit: float = 0.4) -> None:
    """A grid of panes; by night a share of them is lit."""
    cw, ch = w / columns, h / rows
    day = pen.tone("#cfe8f8")
    for i in range(columns):
        for j in range(rows):
            colour = day
            if pen.time == "night":
                colour = "#ffdf8a" if pen.rng.random() < lit else "#2a3358"
            elif pen.time == "sunset" and pen.rng.random() < lit:
                colour = "#ffdf9a"
            pen.rect(x + i * cw + cw * 0.22, y + j * ch + ch * 0.2, cw * 0.56, ch * 0.6, colour, 'rx="1"')


def cottage(pen: Pen, x: float, foot: float, w: float) -> None:
    """A small house with a gable, far off."""
    h = w * 0.62
    pen.rect(x - w / 2, foot - h, w, h, pen.gradient(*pen.rng.choice(WALLS)))
    pen.path(f"M{x - w * 0.6:.1f} {foot - h:.1f}L{x:.1f} {foot - h - w * 0.5:.1f}L{x + w * 0.6:.1f} {foot - h:.1f}z", pen.gradient(*pen.rng.choice(ROOFS)))
    pen.rect(x - w * 0.09, foot - h * 0.55, w * 0.18, h * 0.55, pen.tone("#7a4f34"), 'rx="2"')
    panes(pen, x - w * 0.46, foot - h * 0.8, w * 0.36, h * 0.45, 1, 1, 0.8)
    panes(pen, x + w * 0.1, foot - h * 0.8, w * 0.36, h * 0.45, 1, 1, 0.8)
