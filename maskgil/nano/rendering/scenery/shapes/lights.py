"""Light by night: of windows, lamps and flames, and on what they shine."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, mix


def moonlit(pen: Pen, colour: str) -> str:
    """The colour of what is pale or bright enough to keep some of its hue by night."""
    return mix(pen.tone(colour), colour, 0.24) if pen.time == "night" else pen.tone(colour)


def moonball(pen: Pen, *colours: str) -> str:
    """A ball that keeps some of its hue by night."""
    return pen.ball(*(moonlit(pen, each) for each in colours), raw=True)


def snowlit(pen: Pen, *colours: str) -> str:
    """A gradient of snow or ice, which is pale by night too."""
    if pen.time != "night":
        return pen.gradient(*colours)
    return pen.gradient(*(mix(pen.tone(each), each, 0.34) for each in colours), raw=True)


GLOW = "#ffdf8a"


def lit(pen: Pen, colour: str) -> str:
    """The colour of a window or lamp: it shines by night."""
    return GLOW if pen.time == "night" else pen.tone(colour)


def stroke(pen: Pen, d: str, colour: str, width: float, *, shone: bool = False) -> None:
    """A thick line with round ends; `shone`: lamps shine on it by night."""
    shown = lamplit(pen, colour) if shone else pen.tone(colour)
    pen.path(d, "none", f'stroke="{shown}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"')


def lamp(pen: Pen, x: float, y: float, r: float) -> None:
    """A round lamp with its light around it by night."""
    if pen.time != "day":
        pen.ellipse(x, y, r * 4, r * 4, pen.glow("#ffe9a8"), 'opacity=".6"')
    pen.ellipse(x, y, r, r, lit(pen, "#fff6d8") if pen.time != "sunset" else "#fff0b8")


def lamplit(pen: Pen, colour: str) -> str:
    """The colour of what lamps shine on by night."""
    if pen.time != "night":
        return pen.tone(colour)
    r, g, b = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"#{round(r * 0.6 + 12):02x}{round(g * 0.52 + 12):02x}{round(b * 0.46 + 28):02x}"


def torch(pen: Pen, x: float, y: float) -> None:
    """A burning torch in a holder; `y` is where the flame begins."""
    pen.ellipse(x, y - 10, 84, 84, pen.glow("#ffb84a"), 'opacity=".75"')
    pen.path(f"M{x - 14} {y}h28l-8 56h-12z", pen.gradient("#8a5a30", "#5a3418"))
    pen.rect(x - 18, y + 18, 36, 10, pen.tone("#3a3438"), 'rx="4"')
    for k, fill in ((1.0, "#f08020"), (0.62, "#ffd048"), (0.3, "#fff4c0")):
        pen.path(
            f"M{x} {y - 52 * k:.1f}q{22 * k:.1f} {22 * k:.1f} {19 * k:.1f} {38 * k:.1f}q{-4 * k:.1f} {18 * k:.1f} {-19 * k:.1f} {18 * k:.1f}"
            f"t{-19 * k:.1f} {-18 * k:.1f}q{-2 * k:.1f} {-16 * k:.1f} {19 * k:.1f} {-38 * k:.1f}z",
            fill,
        )


def lantern(pen: Pen, x: float, y: float) -> None:
    """A lit lantern that hangs from (x, y)."""
    iron = pen.tone("#3c3438")
    pen.ellipse(x, y + 56, 84, 76, pen.glow("#ffd070"), 'opacity=".85"')
    pen.rect(x - 3, y, 6, 24, iron)
    pen.path(f"M{x - 24} {y + 36}q0 -20 24 -20t24 20z", iron)
    pen.rect(x - 19, y + 36, 38, 46, "#ffe49a", 'rx="6"')
    pen.path(f"M{x} {y + 44}q14 16 10 28q-10 10 -20 0q-4 -12 10 -28z", "#f8943c")
    pen.rect(x - 26, y + 80, 52, 12, iron, 'rx="4"')
