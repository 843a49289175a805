"""Nouns of nano's world: names, plurals, drawings, real sizes, supports."""

from __future__ import annotations

import csv
import functools
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from maskgil.nano.world.arranging.people.poses import pose_of
from maskgil.nano.world.inflection import plural
from maskgil.utils.assets import ASSETS, table_rows

PEOPLE = ("person", "people")
ALIVE = (*PEOPLE, "animal")
"""Categories of who does things as people do."""
LIVING = (*ALIVE, "insect", "marine")
"""Categories of who lives."""
UNPAINTED = ("person", "people", "symbol")
"""Categories whose colours say what they are."""
DRAWINGS = ASSETS / "nano" / "art"
_GREENERY = ("apple tree", "birch", "bush", "fern", "hedge", "oak tree", "snowy fir", "willow")
_PAINTED = ("blue", "green", "yellow", "white", "red", "orange", "purple", "pink", "brown", "black",
            "gray")  # fmt: skip
_LIKELY = {
    "animal": ("gray", "brown", "black", "white"), "person": ("brown", "black"),
    "people": ("brown", "black"), "plant": ("yellow", "pink", "white"),
    "fruit": ("green", "yellow", "red"), "food": ("yellow", "brown", "green"),
}  # fmt: skip
_LETTERS = {"ground": "g", "air": "a", "water": "w", "table": "t", "wall": "l", "wear": "t"}


@dataclass(frozen=True)
class Noun:
    """One thing of the world. `size`: the drawing's longer side in metres.

    `art`: an emoji, or `svg:` and the name of an SVG; suffixes of an emoji: `^` an animal's head
    that needs a sitting body, `<` one in profile that needs four legs, `~` a person's face, `_` a
    bust, `=` a bust in a gown. `places`: letters of ground, air, water, table, l (wall). `anchors`:
    where others sit, stand or hang on it, see anchors.tsv. `share`: relative frequency in random
    scenes, see shares.tsv.
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
    share: float = 1.0

    @property
    def grows(self) -> bool:
        """Whether it is a plant, before or among whose leaves things are."""
        return self.category == "plant" or self.name in _GREENERY

    def anchor(self, name: str, default: float) -> float:
        """The anchor of this name, in shares of the drawing's height from its top."""
        return dict(self.anchors).get(name, default)


def colour_but(noun: Noun, denied: Collection[str]) -> str | None:
    """A colour of a thing other than the `denied` ones; None for its own."""
    if not noun.paintable or noun.colour not in denied:
        return None
    likely = (*_LIKELY.get(noun.category, ()), *_PAINTED)
    return next((colour for colour in likely if colour not in denied), None)


def _rows(name: str) -> list[list[str]]:
    return table_rows(Path(__file__).with_name(name))


def _pairs(text: str) -> tuple[tuple[str, float], ...]:
    split = (pair.split("=") for pair in text.split())
    return tuple((key, float(at)) for key, at in split)


def _emoji_nouns() -> dict[str, Noun]:
    nouns = {}
    for name, many, also, art, kind, size, places, paint, colour, settings, *rest in _rows(
        "nouns.tsv"
    ):
        nouns[name] = Noun(
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
            _pairs(rest[0] if rest else ""),
        )
    return nouns


def _with_drawings(nouns: dict[str, Noun]) -> None:
    """Adds the project's own drawings, to the noun that they show or as a new one."""
    with (DRAWINGS / "art.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    for row in rows:
        name, code = row["noun"], "svg:" + row["file"].removesuffix(".svg")
        also = tuple(filter(None, row["synonyms"].split(",")))
        if name in nouns:
            known = nouns[name]
            synonyms = tuple(dict.fromkeys(known.synonyms + also))
            nouns[name] = replace(known, art=(*known.art, code), synonyms=synonyms)
            continue
        nouns[name] = Noun(
            name,
            plural(name),
            also,
            (code,),
            row["category"],
            min(40.0, max(float(row["width_m"]), float(row["height_m"]))),
            _LETTERS[row["place"]],
            row["paintable"] == "yes",
            None if row["colour"] == "none" else row["colour"],
            tuple((row["settings"] or "").split()) or _CATEGORY_SETTINGS.get(row["category"], ()),
            (),
        )


_CATEGORY_SETTINGS = {
    "vehicle": ("road", "street"), "nature": ("field", "forest", "hill"),
    "furniture": ("home",), "building": ("village", "hill", "field"), "sport": ("park", "field"),
    "farm": ("farm",), "garden": ("garden",), "appliance": ("kitchen",), "kitchen": ("food",),
    "structure": ("park", "hill"), "outdoor": ("field", "park", "forest"), "home": ("home",),
    "electronics": ("home",), "street": ("street", "city"), "bathroom": ("home",),
    "music": ("home",), "tool": ("garden", "farm"), "people": ("people",),
    "playground": ("park",), "toy": ("home", "park"), "clothes": ("home",),
}  # fmt: skip


@functools.cache
def load_nouns() -> tuple[Noun, ...]:
    """All nouns, those of nouns.tsv first. Synonyms that are another noun's name are dropped."""
    nouns = _emoji_nouns()
    _with_drawings(nouns)
    for name, pairs in _rows("anchors.tsv"):
        nouns[name] = replace(nouns[name], anchors=nouns[name].anchors + _pairs(pairs))
    for name, code in _rows("main_drawings.tsv"):
        others = tuple(other for other in nouns[name].art if other != code)
        nouns[name] = replace(nouns[name], art=(code, *others))
    taken = set(nouns)
    for name, noun in nouns.items():
        free = tuple(word for word in noun.synonyms if word not in taken)
        taken.update(free)
        nouns[name] = replace(noun, synonyms=free)
    for share, names in _rows("shares.tsv"):
        for name in names.split(", "):
            nouns[name] = replace(nouns[name], share=float(share))
    return tuple(nouns.values())


class _Facing(frozenset[str]):
    """Codes of drawings; with them all of people in poses, and of who lies or climbs."""

    def __contains__(self, code: object) -> bool:
        turned = str(code).endswith(("|lying", "|up")) or pose_of(str(code)) is not None
        return turned or super().__contains__(code)


@functools.cache
def facing() -> frozenset[str]:
    """Drawings that face left and may be mirrored."""
    return _Facing(code for code, *_ in _rows("facing.tsv"))


@functools.cache
def painted_whole() -> frozenset[str]:
    """Multicoloured drawings that are repainted entirely."""
    return frozenset(code for code, *_ in _rows("painted_whole.tsv"))


def kept_of(code: str) -> str:
    """What a drawing keeps when it is painted: "nothing", "leaves", "panes" or "details"."""
    if code in painted_whole():
        return "nothing"
    kept = {"leaves": ("plant",), "panes": ("vehicle", "aircraft", "watercraft", "building")}
    return next((one for one, kinds in kept.items() if code in drawings_of(kinds)), "details")


@functools.cache
def drawings_of(categories: tuple[str, ...]) -> frozenset[str]:
    """The drawings of the nouns of some categories."""
    return frozenset(code for one in load_nouns() if one.category in categories for code in one.art)


def noun(name: str) -> Noun:
    """The noun of this name. Raises ValueError for another."""
    found = _by_name().get(name)
    if found is None:
        known = "maskgil/nano/world/nouns.tsv and art.tsv list them"
        raise ValueError(f"unknown noun {name!r}; {known}")
    return found


@functools.cache
def _by_name() -> dict[str, Noun]:
    return {one.name: one for one in load_nouns()}
