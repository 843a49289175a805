"""The words of the scenes' world: names, plurals, drawings, true sizes, where things stand."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Noun:
    """One row of nouns.tsv. `size`: the drawing's longer side in metres.

    `art`: emoji; behind one, `^` a head that needs an animal's body, `~` a person's face,
    `_` a person down to the chest. `places`: letters of ground, air, water, table, l (wall).
    """

    name: str
    plural: str
    synonyms: tuple[str, ...]
    art: tuple[str, ...]
    category: str
    size: float
    places: str
    paintable: bool
    colour: str | None
    settings: tuple[str, ...]
    anchors: tuple[tuple[str, float], ...]


@functools.cache
def load_nouns() -> tuple[Noun, ...]:
    """The rows of nouns.tsv, in its order."""
    nouns = []
    for row in Path(__file__).with_name("nouns.tsv").read_text(encoding="utf-8").splitlines():
        if row.startswith("#"):
            continue
        name, many, also, art, kind, size, places, paint, colour, settings, anchors = row.split(
            "\t"
        )
        pairs = (pair.split("=") for pair in anchors.split())
        nouns.append(
            Noun(
                name,
                many,
                tuple(filter(None, also.split(","))),
                tuple(art.split()),
                kind,
                float(size),
                places,
                paint == "y",
                None if colour == "-" else colour,
                tuple(settings.split()),
                tuple((key, float(at)) for key, at in pairs),
            )
        )
    return tuple(nouns)
