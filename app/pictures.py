"""Pictures: how an unfinished one looks, and the settings a finished PNG carries.

A PNG written here holds text chunks (`TEXT_KEYS`) saying how it was made; `read_settings` reads
them back, so that dropping the file on the page restores everything. Values outside Latin-1 become
iTXt chunks, as the PNG specification asks.
"""

# h, w token grid; S side of the shown picture in pixels.

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.config import VERSION

if TYPE_CHECKING:
    from PIL.Image import Image

TEXT_KEYS = (
    "prompt", "seed", "preset", "steps", "guidance", "ar_ratio", "language", "transcript",
    "version",
)  # fmt: skip
LONGEST_TEXT = 10_000
VEIL_GRAY = 128
VEIL_ALPHA = (26, 36, 48, 60)


class PictureError(ValueError):
    """A picture that cannot be read or written; the message is one line for the user."""


def enlarge(image: Image, size: int) -> Image:
    """`image` as RGB, scaled so that its longer side is `size` pixels."""
    from PIL import Image as images

    scale = size / max(image.size)
    shape = (round(image.width * scale), round(image.height * scale))
    image = image.convert("RGB")
    return image if image.size == shape else image.resize(shape, images.Resampling.LANCZOS)


def veil(image: Image, written: np.ndarray) -> Image:
    """Cover the cells of `image` not yet `written` (h, w) bool with a soft neutral pattern.

    The answer is RGBA: what is covered is see-through, so it suits a light and a dark page alike.
    """
    from PIL import Image as images

    rgba = np.asarray(image.convert("RGBA")).copy()  # (S, S, 4)
    rows = np.arange(image.height) * written.shape[0] // image.height
    columns = np.arange(image.width) * written.shape[1] // image.width
    shown = written[rows[:, None], columns[None, :]]  # (S, S)
    rgba[~shown, :3] = VEIL_GRAY
    rgba[..., 3] = np.where(shown, 255, _pattern(image.size, written.shape))
    return images.fromarray(rgba)


def blank(size: int, grid: tuple[int, int] = (12, 12)) -> Image:
    """A picture of which nothing is written yet, `size` pixels a side."""
    from PIL import Image as images

    return veil(images.new("RGB", (size, size)), np.zeros(grid, dtype=bool))


@functools.lru_cache(maxsize=8)
def _pattern(size: tuple[int, int], grid: tuple[int, int]) -> np.ndarray:
    """Opacity (S, S) uint8 of one rounded tile a cell, its strength varying from cell to cell."""
    from PIL import Image as images
    from PIL import ImageDraw

    fine = 4  # drawn this much larger, then reduced: smooth corners
    (width, height), (h, w) = size, grid
    canvas = images.new("L", (width * fine, height * fine))
    draw = ImageDraw.Draw(canvas)
    cell_w, cell_h = canvas.width / w, canvas.height / h
    gap, radius = 0.07 * min(cell_w, cell_h), 0.24 * min(cell_w, cell_h)
    strength = np.random.default_rng(0).integers(len(VEIL_ALPHA), size=grid)  # (h, w)
    for row in range(h):
        for column in range(w):
            alpha = VEIL_ALPHA[int(strength[row, column])]
            left, top = column * cell_w + gap, row * cell_h + gap
            box = (left, top, left + cell_w - 2 * gap, top + cell_h - 2 * gap)
            draw.rounded_rectangle(box, radius, fill=alpha)
    return np.asarray(canvas.resize(size, images.Resampling.BOX))


def check_destination(path: Path) -> None:
    """Raise `PictureError` unless a PNG can be written to `path`; leaves no trace there."""
    import tempfile

    if path.suffix.lower() != ".png":
        raise PictureError(f"the output must be a .png file, not {path.name!r}")
    if path.is_dir():
        raise PictureError(f"cannot write {path}: it is a folder")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part"):
            pass
        if path.exists():
            with path.open("ab"):
                pass
    except OSError as error:
        raise PictureError(f"cannot write {path}: {error.strerror or error}") from error


def save_png(image: Image, path: Path, settings: Mapping[str, object]) -> None:
    """Write `image` with `settings` (a subset of `TEXT_KEYS`) as PNG text."""
    from PIL.PngImagePlugin import PngInfo

    unknown = sorted(set(settings) - set(TEXT_KEYS))
    if unknown:
        raise ValueError(f"unknown PNG text {unknown}; valid: {', '.join(TEXT_KEYS)}")
    info = PngInfo()
    for key in TEXT_KEYS:
        value = VERSION if key == "version" else settings.get(key)
        if value is not None:
            info.add_text(key, str(value).replace("\0", ""))
    try:
        image.save(path, format="PNG", pnginfo=info)
    except OSError as error:
        raise PictureError(f"cannot write {path}: {error.strerror or error}") from error


def read_settings(path: Path) -> dict[str, str]:
    """The text a picture of this app carries, unchecked beyond its size and its keys.

    Raises `PictureError` when `path` is no PNG, or one this app did not make.
    """
    from PIL import Image as images

    try:
        with images.open(path, formats=["PNG"]) as image:
            found = {k: v for k, v in image.info.items() if k in TEXT_KEYS and isinstance(v, str)}
    except (OSError, ValueError, SyntaxError, images.DecompressionBombError) as error:
        raise PictureError("that file is not a readable PNG picture") from error
    if "prompt" not in found:
        raise PictureError("that picture carries no settings; only pictures made here do")
    if any(len(value) > LONGEST_TEXT for value in found.values()):
        raise PictureError("that picture's settings are too long to be ours")
    return found
