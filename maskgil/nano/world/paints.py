"""Paints: colours by their names in captions."""

from __future__ import annotations

# The colour a painted object takes where its light is even (sRGB).
PAINTS: dict[str, tuple[int, int, int]] = {
    "red": (214, 36, 42),
    "orange": (245, 130, 20),
    "yellow": (252, 205, 30),
    "green": (46, 158, 60),
    "blue": (30, 100, 220),
    "purple": (128, 52, 178),
    "pink": (248, 130, 180),
    "brown": (124, 74, 40),
    "black": (44, 44, 48),
    "white": (240, 241, 244),
    "gray": (138, 140, 146),
}

COLOURS = tuple(PAINTS)

SURFACES = ("metallic", "leather", "fabric", "plastic", "rough")
"""Materials that a thing of any colour may be of."""
HALF = "half "
"""Before the second colour of a thing of two, as a texture: a cat is white and "half black"."""


def halved(one: str, other: str) -> tuple[str, str]:
    """Colour and texture of a two-coloured thing: partly white things are white."""
    first, second = sorted((one, other), key=lambda colour: colour != "white")
    return first, f"{HALF}{second}"
