"""The sky of each time of day, sun, moon, stars and clouds, and far hills under it."""

from __future__ import annotations

from maskgil.nano.rendering.scenery.pen import Pen, S

_SKIES = {
    "day": (("#4f9fe8", "#a9d8f8", "#e4f4fd"), ("#6bb4f0", "#c4e4fa", "#f2f9fe"), ("#7cc6f2", "#bfe6f7", "#fdf6e3")),
    "dawn": (("#8cbce8", "#f2ccd8", "#fbe0c8"), ("#8fb4e6", "#d8cfee", "#fbd9cc"), ("#8fb0dc", "#f3c6d3", "#fde6d8")),
    "sunset": (("#4a4f9c", "#e8747c", "#fdc27a"), ("#7a4f9a", "#f08a5a", "#fde08a"), ("#34568f", "#f09a76", "#ffd9a0")),
    "night": (("#0b1038", "#1f2a63", "#3a4786"), ("#0a1230", "#182455", "#2b3d78"), ("#140f3a", "#2a2566", "#4a3f8a")),
}

_LOW_SUNS = {"dawn": ("#fff6e0", "#fffef6", "#fff0c8", "#ffdcb4"), "sunset": ("#ffe9a8", "#fff6c8", "#ffd763", "#ff9a3c")}
CLOUDS = {"day": "#ffffff", "dawn": "#fbdfe6", "sunset": "#ffc9a8", "night": "#46518f"}


def sky(pen: Pen, bottom: float, *, clouds: bool = True) -> None:
    """The sky of the time down to `bottom`: clouds, a low sun, or moon and stars."""
    rng = pen.rng
    pen.rect(0, bottom, S, S - bottom, pen.tone("#8fc070"))
    pen.rect(0, 0, S, bottom + 2, pen.gradient(*rng.choice(_SKIES[pen.time]), raw=True))
    if pen.time == "night":
        stars(pen, bottom * 0.9, rng.randint(10, 18))
        if rng.random() < 0.6:
            x, y = rng.uniform(40, 344), rng.uniform(30, max(40, bottom * 0.35))
            r = rng.uniform(18, 24)
            pen.ellipse(x, y, r * 2.6, r * 2.6, pen.glow("#cfd8ff"), 'opacity=".35"')
            pen.ellipse(x, y, r, r, pen.ball("#fffbe6", "#f3e7b8", "#d8c890", raw=True))
            if rng.random() < 0.5:
                pen.ellipse(x + r * 0.5, y - r * 0.25, r * 0.86, r * 0.86, "#1a2455")
    elif pen.time in _LOW_SUNS:
        glow, *ball = _LOW_SUNS[pen.time]
        x, r = rng.uniform(50, 334), rng.uniform(24, 36)
        y = bottom - rng.uniform(-8, 40)
        pen.ellipse(x, y, r * 4, r * 4, pen.glow(glow), 'opacity=".75"')
        pen.ellipse(x, y, r, r, pen.ball(*ball, raw=True))
    if clouds and rng.random() < 0.8:
        white = CLOUDS[pen.time]
        for _ in range(rng.randint(1, 4)):
            x, y = rng.uniform(10, 374), rng.uniform(20, max(30, bottom * 0.55))
            cloud(pen, x, y, rng.uniform(16, 34), white)


def mist(pen: Pen, y: float) -> None:
    """Banks of morning mist where the land meets the sky, at `y`."""
    for dx, dy, rx, ry, much in ((70, 2, 210, 26, 0.75), (310, 14, 200, 30, 0.8), (170, 46, 240, 24, 0.5)):
        pen.ellipse(dx, y + dy, rx, ry, pen.glow("#fdf3f4"), f'opacity="{much}"')


def stars(pen: Pen, bottom: float, count: int, colours: tuple[str, ...] = ("#fffbe0",)) -> None:
    """Stars large enough for a token each, at places of a grid shaken, so that none are heaps."""
    rng = pen.rng
    cells = [(x, y) for x in range(8, S, 48) for y in range(8, max(9, int(bottom) - 16), 48)]
    for column, row in rng.sample(cells, min(count, len(cells))):
        x, y, r = column + rng.uniform(0, 32), row + rng.uniform(0, 32), rng.uniform(3.2, 5)
        colour = rng.choice(colours)
        pen.ellipse(x, y, r * 2.2, r * 2.2, pen.glow(colour), 'opacity=".5"')
        d = f"M{x:.1f} {y - r * 1.5:.1f}" + "".join(
            f"Q{x:.1f} {y:.1f} {x + dx * r * 1.5:.1f} {y + dy * r * 1.5:.1f}" for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1))
        )
        pen.path(d + "z", colour)
        pen.ellipse(x, y, r * 0.6, r * 0.6, colour)


def cloud(pen: Pen, x: float, y: float, r: float, white: str) -> None:
    """A soft heap of balls with a level underside."""
    more = 'opacity=".85"'
    parts = [(-1.3, 0.1, 0.62), (-0.55, -0.25, 0.85), (0.35, -0.35, 1.0), (1.2, 0.05, 0.7)]
    for dx, dy, k in parts:
        pen.ellipse(x + dx * r, y + dy * r, k * r, k * r * 0.72, white, more)
    pen.rect(x - 1.8 * r, y, 3.6 * r, r * 0.5, white, f'rx="{r * 0.25:.1f}" ' + more)


def far_hills(pen: Pen, y: float) -> None:
    """Two ridges of hills."""
    pen.ridge(y - 22, 20, pen.gradient("#a8d2c4", "#8fc9a0"), waves=pen.rng.uniform(1.4, 2.6))
    pen.ridge(y - 6, 16, pen.gradient("#93cf83", "#74b964"), waves=pen.rng.uniform(1.2, 2.4))
