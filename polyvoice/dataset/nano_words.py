"""Vocabulary check: whether nano draws all that an English text says."""

from __future__ import annotations

from maskgil.nano.reader.reader import read_scene


def fault(english: str) -> str:
    """What of a text nano cannot draw, in words; empty for a text it can."""
    found = read_scene(english)
    if found.left_out:
        return f"nano does not draw {', '.join(map(repr, found.left_out))}"
    if not found.scene.things:
        return "nano finds no thing to draw"
    for thing in found.scene.things:
        if thing.colour and found.scene.setting == f"{thing.colour} background":
            return f"a {thing.colour} {thing.noun} is not seen before {thing.colour}"
    return ""
