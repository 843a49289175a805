"""References: tokens of every drawing of nano's nouns, in all its sizes and looks.

Retrieval instead of memorisation in a small model's weights (Blattmann et al. 2022,
Retrieval-Augmented Diffusion Models).
"""

# w h width and height of a drawing in cells, which are tokens; D drawings, L looks, S sizes.

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from functools import cache
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol
from zipfile import BadZipFile

import numpy as np

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.rendering.looks import HALVES, PATTERNS, TEXTURES
from maskgil.nano.world.arranging.drawn_by import (
    AT_A_WALK,
    BALANCING,
    BARE,
    CLINGING,
    DIGGING,
    IN_FLIGHT,
    IN_MOTION,
    ON_BELLY,
    RIDDEN,
    SIDEWAYS,
    STANDING,
    STIRS,
    STRETCHED,
    USED,
)
from maskgil.nano.world.arranging.pairs import HUNG
from maskgil.nano.world.arranging.people.anatomy import figure
from maskgil.nano.world.arranging.people.belongings import SHOWN_BY
from maskgil.nano.world.arranging.sizes.cell_sizes import SIZES
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.drawn.by_place import ON_FEET, ONCOMING, SPREAD
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import UNPAINTED, Noun, facing, load_nouns
from maskgil.nano.world.nouns import noun as find_noun
from maskgil.nano.world.paints import PAINTS, SURFACES
from maskgil.nano.world.scene import Thing

if TYPE_CHECKING:
    from torch import Tensor

    from maskgil.nano.rendering.renderer import Renderer

OWN = ""  # the look of an unmodified drawing
LOOKS = (OWN, *PAINTS, *TEXTURES)
GROUND = 0.97  # the paper behind a single drawing, 1 is white
COVERED = 0.2  # share of a cell that a drawing must cover to own it
CODES = 1 << 15  # upper bound of codebooks of int16 tokens
PAPER = 0.5  # mean coverage below which a token is mostly paper
Size = tuple[int, int]  # w, h


_OTHERS = (
    AT_A_WALK, BALANCING, BARE, CLINGING, DIGGING, IN_FLIGHT, IN_MOTION, ON_BELLY, ON_FEET,
    ONCOMING, SPREAD, STANDING, STRETCHED,
)  # fmt: skip


class References(Protocol):
    """Looks up the tokens of drawings.

    `thin` (CODES,) bool: tokens that are mostly paper, which must not cover other drawings.
    """

    thin: np.ndarray

    def aspect(self, code: str) -> float:
        """Width over height of a drawing."""

    def tokens(self, code: str, size: Size, look: str, mirrored: bool = False) -> np.ndarray:
        """Its tokens (h, w) int16, NO_CODE outside of it."""


def look_of(thing: Thing) -> str:
    """A thing's look: colour or material."""
    return thing.colour or thing.texture or OWN


def drawings_of(noun: Noun) -> tuple[str, ...]:
    """All drawings of a noun in use: the main one, and those worn, ridden, flying or running."""
    figures = [code for code in noun.art if figure(code)]
    other = [each.get(noun.name) for each in (RIDDEN, HUNG, STIRS, SIDEWAYS, *USED.values())]
    ridden = [code for code in noun.art if code in other]
    moving = [
        code for code in noun.art
        if code in (each.get(noun.name) for each in _OTHERS)
    ]  # fmt: skip
    having = [code for code in noun.art if code in SHOWN_BY.values()]
    return tuple(dict.fromkeys((*noun.art[:1], *figures[:1], *ridden, *moving, *having)))


def looks_of(noun: Noun) -> tuple[str, ...]:
    """The looks of a noun: any colour unless it is a person or a sign."""
    if noun.paintable:
        return LOOKS
    if noun.category not in UNPAINTED:
        return (OWN, *PAINTS)
    return (OWN, noun.colour) if noun.colour in PAINTS else (OWN,)


def may_look_so(thing: Thing) -> bool:
    """Whether a thing's noun allows its colour, material and pattern."""
    one = find_noun(thing.noun)
    if thing.texture in (*PATTERNS, *HALVES, *SURFACES):
        return one.category not in UNPAINTED and (thing.colour or OWN) in looks_of(one)
    return look_of(thing) in looks_of(one)


class DrawnReferences:
    """References rendered and tokenised on demand; `encode` is a tokenizer's."""

    def __init__(self, renderer: Renderer, encode: Callable[[Tensor], Tensor]) -> None:
        self.renderer, self.encode = renderer, encode
        self.tokens = cache(self._tokens)
        self.thin = np.zeros(CODES, bool)  # unknown until all are drawn
        self._drawn, self._shares = np.zeros(CODES, np.int64), np.zeros(CODES)

    def aspect(self, code: str) -> float:
        return self.renderer.aspect(code)

    def _tokens(self, code: str, size: Size, look: str, mirrored: bool = False) -> np.ndarray:
        import torch

        colour, texture = (look if look in known else None for known in (PAINTS, TEXTURES))
        thing = Thing("", colour=colour, texture=texture)
        sprite = Sprite(0, code, 0, size[1], *size, stands=False, mirrored=mirrored)
        canvas = self.renderer.canvas(sprite, thing, "3d", shadow=False)  # (8h, 8w, 4)
        cell = self.renderer.cell
        rgb = (canvas[..., :3] + GROUND * (1 - canvas[..., 3:])).clip(0, 1)
        pixels = torch.from_numpy(rgb).permute(2, 0, 1)[None].float() * 2 - 1
        with torch.inference_mode():
            codes = self.encode(pixels)[0].cpu().numpy().astype(np.int16)  # (h, w)
        shares = canvas[..., 3].reshape(size[1], cell, size[0], cell).mean((1, 3))
        covered = shares > COVERED
        np.add.at(self._drawn, codes[covered], 1)
        np.add.at(self._shares, codes[covered], shares[covered])
        return np.where(covered, codes, np.int16(NO_CODE))

    def measured_thin(self) -> np.ndarray:
        """The `thin` of all that was drawn so far."""
        return self._shares < PAPER * self._drawn


class StoredReferences:
    """References from a file made by `write`. Raises ValueError for any other file."""

    def __init__(self, path: Path) -> None:
        self._entries, self.thin = _read(path)

    def aspect(self, code: str) -> float:
        entry = self._entries.get(code)
        return 1.0 if entry is None else entry.aspect  # a newer drawing has no tokens

    def tokens(self, code: str, size: Size, look: str, mirrored: bool = False) -> np.ndarray:
        """As of `References`; falls back to the drawing's own look, and to its unmirrored form."""
        w, h = size
        entry = self._entries.get(code)
        if entry is None:
            return np.full((h, w), NO_CODE, np.int16)
        start = entry.first(look, mirrored)
        for width, height in entry.sizes.tolist():
            if (width, height) == (w, h):
                return entry.codes[start : start + w * h].reshape(h, w)
            start += width * height
        return np.full((h, w), NO_CODE, np.int16)


class _Entry(NamedTuple):
    """Where a drawing's tokens are: by look, in each way, by size."""

    codes: np.ndarray  # (N,) int16 of all its file's drawings
    start: int
    aspect: float
    looks: str  # comma-separated
    ways: int  # 2 where it is there mirrored, too
    sizes: np.ndarray  # (S, 2) width and height
    area: int  # of all its sizes

    def first(self, look: str, mirrored: bool) -> int:
        """The index of its first size in this look, or in its own look."""
        known = self.looks.split(",")
        place = known.index(look if look in known else OWN)
        return self.start + (place * self.ways + min(mirrored, self.ways - 1)) * self.area


def _read(path: Path) -> tuple[dict[str, _Entry], np.ndarray]:
    """A file's drawings, and which tokens are thin."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            names, looks = stored["drawings"].tolist(), stored["looks"].tolist()
            aspects, shapes = stored["aspects"].tolist(), stored["shapes"]  # (D, S, 2)
            turned = stored["turned"].tolist()  # (D,): whether it is there mirrored, too
            codes = stored["codes"]
            thin = stored["thin"] if "thin" in stored else np.zeros(CODES, bool)
    except (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} holds no references of drawings: {error}") from error
    areas = shapes.astype(int).prod(2).sum(1).tolist()
    entries: dict[str, _Entry] = {}
    start = 0
    for name, aspect, own, both, sizes, area in zip(
        names, aspects, looks, turned, shapes, areas, strict=True
    ):
        entries[name] = _Entry(codes, start, aspect, own, 1 + both, sizes, area)
        start += area * (1 + both) * (own.count(",") + 1)
    return entries, thin


def write(references: DrawnReferences, path: Path, nouns: Iterable[Noun] | None = None) -> str:
    """Write the references of `nouns` (default all) to an .npz file; returns a summary line."""
    layout, looks = Layout(references.aspect), dict[str, tuple[str, ...]]()
    for noun in load_nouns() if nouns is None else nouns:
        for code in drawings_of(noun):
            looks[code] = tuple(dict.fromkeys((*looks.get(code, ()), *looks_of(noun))))
    shapes = [[layout.cells(code, size) for size in SIZES] for code in looks]
    codes = [
        references.tokens(code, size, look, mirrored).ravel()
        for (code, own), sizes in zip(looks.items(), shapes, strict=True)
        for look in own
        for mirrored, size in product((False, True)[: 1 + (code in facing())], sizes)
    ]
    np.savez_compressed(
        path,
        drawings=np.array(list(looks)),
        looks=np.array([",".join(own) for own in looks.values()]),
        aspects=np.array([references.aspect(code) for code in looks]),
        shapes=np.array(shapes, np.uint8),
        turned=np.array([code in facing() for code in looks]),
        codes=np.concatenate(codes),
        thin=references.measured_thin(),
    )
    count = sum(len(own) for own in looks.values())
    megabytes = path.stat().st_size / 1e6
    return f"{len(looks)} drawings in {count} looks, {len(SIZES)} sizes each: {megabytes:.1f} MB"
