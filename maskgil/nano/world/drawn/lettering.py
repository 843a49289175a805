"""Writing areas: things that can bear text, and where on their drawings."""

from __future__ import annotations

import functools
import re
import unicodedata
from pathlib import Path
from typing import NamedTuple

from maskgil.nano.world.drawn.regions import Box
from maskgil.utils.assets import table_rows

SIGN = "placard"  # what bears words that are to be written on nothing else
MACHINES = ("robot",)  # who is alive, but bears lettering as a thing
LONGEST = 24  # letters that are written on one thing
LINES = 3
LEADING = 1.3  # of a capital's height, from one line to the next
_BREADTH = 0.95  # of a capital's height, a letter with what parts it from the next
_READABLE = 1.4  # cells of a capital that can be read
_OWN, _BARE = "~", "-"
_SIGNS = re.compile(r"[^A-Za-z0-9 !?&.,:;'\"#%+@/()\-]")


class WritingArea(NamedTuple):
    """A `box` in fractions of a drawing, first covered with `plate`, a colour or its own.

    `own`: its default text.
    """

    box: Box
    plate: str = _BARE
    own: str = ""

    @property
    def covered(self) -> bool:
        """Whether what the drawing has there is hidden."""
        return self.plate != _BARE

    @property
    def colour(self) -> tuple[int, int, int] | None:
        """The plate's own colour; None: that of most of what it covers."""
        if not self.plate.startswith("#"):
            return None
        red, green, blue = bytes.fromhex(self.plate[1:])
        return red, green, blue


@functools.cache
def writing_areas() -> dict[str, WritingArea]:
    """Noun -> the writing area of its first drawing."""
    rows = table_rows(Path(__file__).with_name("lettering.tsv"))
    found = {}
    for name, box, plate, *own in rows:
        left, top, right, bottom = map(float, box.split(","))
        found[name] = WritingArea((left, top, right, bottom), plate, *own)
    return found


def mirrored_box(box: Box) -> Box:
    """A box on the mirrored drawing."""
    left, top, right, bottom = box
    return 1 - right, top, 1 - left, bottom


def least_side(name: str, text: str, aspect: float) -> float:
    """The longer side in cells at which a text on a noun's drawing is legible.

    `aspect`: the drawing's width over its height.
    """
    left, top, right, bottom = writing_areas()[name].box
    wide, high = (right - left) * min(aspect, 1), (bottom - top) * min(1 / aspect, 1)
    words, best = text.split(), 0.0
    for count in range(1, min(LINES, len(words)) + 1):
        longest = max(max(map(len, words)), -(-len(text) // count))
        best = max(best, min(high / (LEADING * count), wide / (_BREADTH * longest)))
    return _READABLE / best


def writable(text: str) -> str:
    """`text` in drawable letters without accents; "" for other scripts or too long texts.

    Lower-case texts become capitals, which are more legible in small pictures.
    """
    text = text.upper() if text.islower() else text
    base = unicodedata.normalize("NFKD", " ".join(text.split()))
    base = "".join(char for char in base if not unicodedata.combining(char))
    return base if base and len(base) <= LONGEST and not _SIGNS.search(base) else ""
