"""PNG metadata: the settings that a finished picture carries.

A PNG written here has text chunks (`TEXT_KEYS`) with its settings; `read_settings` reads them back,
so that dropping the file on the page restores everything. `scene` is the layout of a picture
changed by dialogue, `ground` an uploaded picture before anything was drawn on it: WebP in base 64.
Values outside Latin-1 become iTXt chunks, as the PNG specification demands.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import VERSION

if TYPE_CHECKING:
    from PIL.Image import Image

TEXT_KEYS = (
    "prompt", "seed", "preset", "steps", "guidance", "ar_ratio", "language", "transcript",
    "version", "scene", "ground",
)  # fmt: skip
OWN_KEYS = {"prompt", "preset", "version"}  # present in every picture made here
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
LONGEST_TEXT = 10_000
LONGEST_GROUND = 1_000_000  # characters (750 kB), below the limit of a text chunk
GROUND_SIDE, GROUND_QUALITY = 768, 90
LARGEST = 4096  # longest side that is read, in pixels
LARGEST_OWN = 2048  # longest side of a picture made here, which is not scaled
STARTING = 1024  # longest side to which other pictures are scaled
_UNREADABLE = (OSError, ValueError, SyntaxError, MemoryError, OverflowError)


class PictureError(ValueError):
    """A picture that cannot be read or written; the message is one line for the user."""


class UnreadablePictureError(PictureError):
    """A file that is no picture."""


def check_destination(path: Path) -> None:
    """Raise `PictureError` unless a PNG can be written to `path`; leaves no trace there."""
    import tempfile

    if path.is_dir():
        raise PictureError(f"cannot write {path}: it is a folder")
    if path.suffix.lower() != ".png":
        raise PictureError(f"the output must be a .png file, not {path.name!r}")
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part"):
            pass
        if path.exists():
            with path.open("ab"):
                pass
    except OSError as error:
        raise PictureError(f"cannot write {path}: {error.strerror or error}") from error


def png_bytes(image: Image, settings: Mapping[str, object]) -> bytes:
    """`image` as a PNG file with `settings` (a subset of `TEXT_KEYS`) as its text."""
    from PIL.PngImagePlugin import PngInfo

    unknown = sorted(set(settings) - set(TEXT_KEYS))
    if unknown:
        raise ValueError(f"unknown PNG text {unknown}; valid: {', '.join(TEXT_KEYS)}")
    info = PngInfo()
    for key in TEXT_KEYS:
        value = VERSION if key == "version" else settings.get(key)
        if value is not None:
            info.add_text(key, str(value).replace("\0", ""))
    data = io.BytesIO()
    # Run-length encoding: a quarter of the time; shaded pictures are as large, flat ones larger.
    image.save(data, format="PNG", pnginfo=info, compress_type=zlib.Z_RLE)
    return data.getvalue()


def save_png(image: Image, path: Path, settings: Mapping[str, object]) -> None:
    """Write `png_bytes` to `path`. Raises `PictureError` when that is not possible."""
    data = png_bytes(image, settings)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise PictureError(f"cannot write {path}: {error.strerror or error}") from error


def read_settings(path: Path) -> dict[str, str]:
    """The text chunks of a picture of this app; only their size and keys are checked.

    Raises `PictureError` when `path` is no PNG, or one this app did not make.
    """
    with _opened(path, ("PNG",)) as image:
        found = _own_text(image)
    if found is None:
        raise PictureError("that picture carries no settings; only pictures made here do")
    return found


def read_picture(path: Path) -> tuple[Image, dict[str, str] | None]:
    """Any picture as RGB, and its text chunks if this app made it (see `read_settings`).

    Other pictures are turned upright and scaled to at most `STARTING` pixels a side, transparency
    on white. Raises `PictureError` if unreadable or, before decoding, if larger than `LARGEST`
    pixels a side (`LARGEST_OWN` for a picture of this app).
    """
    from PIL import ImageOps

    from maskgil.utils.images import on_white

    with _opened(path, FORMATS) as image:
        found = _own_text(image)
        if found is None:
            image.draft("RGB", (STARTING, STARTING))  # JPEG: decoded small at once
        largest = LARGEST if found is None else LARGEST_OWN
        if max(image.size) > largest:
            size = f"{image.width} x {image.height}"
            raise PictureError(f"that picture is {size} pixels; at most {largest} are read")
        if found is not None:
            return image.convert("RGB"), found
        if image.mode.startswith("I;16"):  # 16-bit grey, which Pillow would clip at 255
            image = image.point(lambda level: level / 256, "L")
        image.thumbnail((STARTING, STARTING))
        return on_white(ImageOps.exif_transpose(image)), None


def ground_text(ground: Image) -> str:
    """An uploaded picture as the text `ground` of a picture drawn on it."""
    small = ground.convert("RGB")
    small.thumbnail((GROUND_SIDE, GROUND_SIDE))
    data = io.BytesIO()
    small.save(data, format="WEBP", quality=GROUND_QUALITY)
    return base64.b64encode(data.getvalue()).decode()


def read_ground(text: str) -> Image:
    """What `ground_text` wrote. Raises `PictureError`."""
    from PIL import Image as images

    try:
        with images.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["WEBP"]) as it:
            if max(it.size) > GROUND_SIDE:
                raise PictureError("that picture's settings are damaged: its ground is too large")
            return it.convert("RGB")
    except (*_UNREADABLE, images.DecompressionBombError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError("that picture's settings are damaged: its ground is none") from error


def crop(image: Image, grid: tuple[int, int]) -> Image:
    """The middle of `image` in the shape of a `grid` (rows, columns)."""
    scale = min(image.width / grid[1], image.height / grid[0])
    width, height = max(1, round(grid[1] * scale)), max(1, round(grid[0] * scale))
    if max(image.width - width, image.height - height) <= 1:  # the same shape within rounding
        return image
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


@contextmanager
def _opened(path: Path, formats: tuple[str, ...]) -> Iterator[Image]:
    """Open the picture at `path`; every failure becomes a `PictureError`."""
    from PIL import Image as images

    try:
        with images.open(path, formats=formats) as image:
            yield image
    except PictureError:
        raise
    except (*_UNREADABLE, images.DecompressionBombError) as error:
        raise UnreadablePictureError(
            f"that file is not a readable {', '.join(formats)} picture"
        ) from error


def _own_text(image: Image) -> dict[str, str] | None:
    """The text of a picture this app made, None for others. Raises `PictureError`."""
    if image.format != "PNG":
        return None
    found = {k: v for k, v in image.info.items() if k in TEXT_KEYS and isinstance(v, str)}
    if not found.keys() >= OWN_KEYS:
        return None
    most = {"ground": LONGEST_GROUND}
    if any(len(value) > most.get(key, LONGEST_TEXT) for key, value in found.items()):
        raise PictureError("that picture's settings are too long to be ours")
    return found
