"""Pictures: their size, and the settings a finished PNG carries.

A PNG written here holds text chunks (`TEXT_KEYS`) saying how it was made; `read_settings` reads
them back, so that dropping the file on the page restores everything. Values outside Latin-1 become
iTXt chunks, as the PNG specification asks.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.config import VERSION

if TYPE_CHECKING:
    from PIL.Image import Image

TEXT_KEYS = (
    "prompt", "seed", "preset", "steps", "guidance", "ar_ratio", "language", "transcript",
    "version",
)  # fmt: skip
LONGEST_TEXT = 10_000
LARGEST = 4096  # pixels a side of a picture that is read


class PictureError(ValueError):
    """A picture that cannot be read or written; the message is one line for the user."""


def enlarge(image: Image, size: int) -> Image:
    """`image` as RGB, scaled so that its longer side is `size` pixels."""
    from PIL import Image as images

    scale = size / max(image.size)
    shape = (round(image.width * scale), round(image.height * scale))
    image = image.convert("RGB")
    return image if image.size == shape else image.resize(shape, images.Resampling.LANCZOS)


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
    image.save(data, format="PNG", pnginfo=info)
    return data.getvalue()


def save_png(image: Image, path: Path, settings: Mapping[str, object]) -> None:
    """Write `png_bytes` to `path`. Raises `PictureError` when that is not possible."""
    data = png_bytes(image, settings)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise PictureError(f"cannot write {path}: {error.strerror or error}") from error


def read_settings(path: Path) -> dict[str, str]:
    """The text a picture of this app carries, unchecked beyond its size and its keys.

    Raises `PictureError` when `path` is no PNG, or one this app did not make.
    """
    return read_picture(path, pixels=False)[1]


def read_picture(path: Path, *, pixels: bool = True) -> tuple[Image, dict[str, str]]:
    """A picture made by this app, and the text it carries (see `read_settings`).

    Pictures of more than `LARGEST` pixels a side are refused before they are decoded.
    """
    from PIL import Image as images

    try:
        with images.open(path, formats=["PNG"]) as image:
            if pixels and max(image.size) > LARGEST:
                size = f"{image.width} x {image.height}"
                raise PictureError(f"that picture is {size} pixels; at most {LARGEST} are read")
            found = {k: v for k, v in image.info.items() if k in TEXT_KEYS and isinstance(v, str)}
            picture = image.convert("RGB") if pixels else image
    except PictureError:
        raise
    except (OSError, ValueError, SyntaxError, images.DecompressionBombError) as error:
        raise PictureError("that file is not a readable PNG picture") from error
    if "prompt" not in found:
        raise PictureError("that picture carries no settings; only pictures made here do")
    if any(len(value) > LONGEST_TEXT for value in found.values()):
        raise PictureError("that picture's settings are too long to be ours")
    return picture, found
