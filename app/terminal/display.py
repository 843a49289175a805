"""Terminal display: a level meter, and pictures drawn in half-block characters.

A character cell shows two pixels: foreground (upper half block) and background colour.
"""

# r rows of text, c columns; w x h pixels.

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, TextIO

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

COLUMNS = 44  # width of a picture
_FLOOR = -60.0  # dBFS at the meter's left end
_BLANK = ((38, 38, 38), (52, 52, 52))  # checkerboard of cells not drawn yet
_RESET = "\x1b[0m"


class Screen:
    """Lines that overwrite each other on a terminal, consecutive lines elsewhere."""

    def __init__(self, out: TextIO):
        self._out = out
        self.is_terminal = bool(getattr(out, "isatty", lambda: False)())
        self._colours = _colours() if self.is_terminal else 0
        self._rows = 0  # height of the picture above the cursor

    def say(self, text: str = "") -> None:
        """Print a permanent line."""
        self._write(f"{self._clear()}{text}\n")
        self._rows = 0

    def show(self, text: str) -> None:
        """Print a line that the next one overwrites; nothing if this is no terminal."""
        if self.is_terminal:
            self._write(f"{self._clear()}{text}")

    def picture(self, image: Image, written: np.ndarray | None = None) -> None:
        """Show `image` over the previous picture; `written` (h, w) bool: cells already drawn."""
        if not self._colours:
            return
        lines = half_blocks(image, written, colours=self._colours)
        up = f"\x1b[{self._rows}A" if self._rows else ""
        self._write(self._clear() + up + "".join(f"\x1b[2K{line}\n" for line in lines))
        self._rows = len(lines)

    def done(self) -> None:
        """Keep the picture; the next one goes below."""
        self._rows = 0

    def _clear(self) -> str:
        return "\r\x1b[2K" if self.is_terminal else ""

    def _write(self, text: str) -> None:
        try:
            self._out.write(text)
        except UnicodeEncodeError:
            coding = getattr(self._out, "encoding", None) or "ascii"
            self._out.write(text.encode(coding, "replace").decode(coding))
        self._out.flush()


def meter(rms: float, width: int = 24) -> str:
    """A bar of `width` characters for a loudness (root mean square): full is 0 dBFS."""
    level = 20 * math.log10(rms) if rms > 0 else -math.inf
    filled = round(width * min(1.0, max(0.0, 1 - level / _FLOOR)))
    return "█" * filled + "·" * (width - filled)


def half_blocks(
    image: Image, written: np.ndarray | None = None, *, columns: int = COLUMNS, colours: int = 2**24
) -> list[str]:
    """`image` as lines of text with ANSI colours, each line two rows of pixels.

    Cells not in `written` (h, w) bool are checkered. `colours` is 2^24 or 256.
    """
    from PIL import Image as images

    height = max(2, 2 * round(columns * image.height / image.width / 2))
    size = (columns, height)
    pixels = np.array(image.convert("RGB").resize(size, images.Resampling.BOX))  # (h, w, 3)
    if written is not None:
        mask = images.fromarray(np.asarray(written, np.uint8) * 255)
        drawn = np.array(mask.resize(size, images.Resampling.NEAREST)) > 0  # (h, w)
        checks = np.indices(drawn.shape).sum(0) // 2 % 2
        pixels = np.where(drawn[..., None], pixels, np.array(_BLANK, np.uint8)[checks])
    code = _true_colour if colours > 256 else _of_256
    return [
        "".join(
            f"\x1b[38;{code(above)};48;{code(below)}m▀"
            for above, below in zip(pixels[row], pixels[row + 1], strict=True)
        )
        + _RESET
        for row in range(0, height, 2)
    ]


def _true_colour(pixel: np.ndarray) -> str:
    return "2;{};{};{}".format(*pixel)


def _of_256(pixel: np.ndarray) -> str:
    """The nearest colour of xterm's 6 x 6 x 6 cube."""
    red, green, blue = (int(value) * 5 // 255 for value in (pixel.astype(int) + 25).clip(0, 255))
    return f"5;{16 + 36 * red + 6 * green + blue}"


def _colours() -> int:
    """The number of colours of the terminal: 2^24, 256, or 0 for too few or NO_COLOR."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") in (None, "", "dumb"):
        return 0
    if os.environ.get("COLORTERM") in ("truecolor", "24bit") or "WT_SESSION" in os.environ:
        return 2**24
    return 256 if "256" in os.environ["TERM"] else 0
