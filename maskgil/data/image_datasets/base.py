"""Image datasets: the protocol, raw images, captions and labels.

A source has a fixed order and reads any image by index, still encoded. Unreadable ones raise
`Unusable` with a reason; they are counted and never end a run.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from maskgil.utils.checks import one_of

SUFFIXES = frozenset((
    "avif", "bmp", "gif", "jfif", "jpeg", "jpg", "jp2", "pbm", "pgm", "png", "ppm", "tga", "tif",
    "tiff", "webp",
))  # fmt: skip
FORMATS = ("auto", "folder", "datasets", "webdataset")
CONDITIONS = ("auto", "label", "caption", "none")
WINDOWS_SIGNS = frozenset("‘’“”«»–—…€£§°ºª·¡¿\u00a0")  # accepted in Latin-1 beside letters
CAPTION_COLUMNS = ("caption", "text")  # default columns


class SourceError(ValueError):
    """An unusable source; one line for the user."""


class Unusable(Exception):
    """An unusable image; `reason` is short and common to all of its kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RawImage:
    """An encoded image as stored, with its label and caption."""

    data: bytes
    label: int | None = None
    caption: str | None = None


@dataclass(frozen=True)
class SourceOptions:
    """How to read a source. `condition`: label, caption, all available ("auto") or none.

    Columns are those of a dataset or of metadata.jsonl; in tar shards parts of a sample such as
    "cls", "txt" or "json.title". `split` and `config` are those of `datasets.load_dataset`.
    """

    format: Literal["auto", "folder", "datasets", "webdataset"] = "auto"
    condition: Literal["auto", "label", "caption", "none"] = "auto"
    split: str = "train"
    config: str | None = None
    image_column: str | None = None
    label_column: str | None = None
    caption_column: str | None = None

    def __post_init__(self) -> None:
        one_of(self, FORMATS, "format")
        one_of(self, CONDITIONS, "condition")

    def wants(self, field_name: str) -> bool:
        return self.condition in ("auto", field_name)


class ImageSource(Protocol):
    """Images by index. `holds`: which of "label" and "caption" every usable image has.

    `classes` are the labels' names, if known; `fingerprint` changes when the list of images does;
    `notes` are lines about what is wrong with the source as a whole.
    """

    holds: tuple[str, ...]
    classes: tuple[str, ...] | None
    fingerprint: str
    notes: list[str]

    def __len__(self) -> int: ...

    def name(self, index: int) -> str:
        """The name of image `index` in reports."""

    def read(self, index: int, limit: int = -1) -> RawImage:
        """Image `index`, its first `limit` bytes or all. Raises Unusable."""

    def stamp(self, index: int) -> str:
        """Sixteen characters that change when image `index`, its caption or label is rewritten."""


def fingerprint_of(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def stamp_of(*files: Path, also: object = None) -> str:
    """A stamp of the sizes and times of `files`, and of `also`."""
    digest = hashlib.sha256(repr(also).encode())
    for path in files:
        try:
            about = path.stat()
            digest.update(f"{about.st_size} {about.st_mtime_ns}\0".encode())
        except OSError:
            digest.update(b"none\0")
    return digest.hexdigest()[:16]


def decoded(data: bytes) -> str:
    """Text in UTF-8, UTF-16, UTF-32 or Latin-1 (as Windows writes it); Unusable for others.

    Latin-1 is accepted if the text consists of Latin words, mostly without accents.
    """
    marks = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    kind = "utf-8-sig"
    if data.startswith(marks[:2]):
        kind = "utf-32"
    elif data.startswith(marks[2:]):
        kind = "utf-16"
    elif b"\0" in data:  # never in 8-bit text
        kind = "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be"
    with contextlib.suppress(UnicodeDecodeError):
        return data.decode(kind)
    text = data.decode("cp1252", errors="replace")
    letters = [one for one in text if one.isalpha()]
    plain = sum(one.isascii() for one in letters)
    strange = [one for one in text if not (one.isascii() or one.isalpha() or one in WINDOWS_SIGNS)]
    if b"\0" in data or strange or 3 * plain < 2 * len(letters):
        raise Unusable("caption in an unknown encoding")
    return text


def as_caption(value: Any) -> str:
    """A caption as text, the first of several. Raises Unusable without one."""
    if isinstance(value, list | tuple) and value:
        value = value[0]
    if not isinstance(value, str) or not value.strip():
        raise Unusable("no caption")
    return value.strip()


def as_label(value: Any, numbers: dict[Any, int] | None) -> int:
    """A label's number, by its name if labels have names. Raises Unusable without one."""
    try:
        label = int(value if numbers is None else numbers.get(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise Unusable("no label") from None
    if label < 0:  # marks unlabelled rows of `datasets`
        raise Unusable("no label")
    return label


def _named(values: Iterable[Any]) -> dict[Any, int] | None:
    """Numbers for named labels, sorted; None if all are numbers already."""
    known = {value for value in values if value not in (None, "")}
    if all(str(value).lstrip("-").isdigit() for value in known):
        return None
    return {name: number for number, name in enumerate(sorted(known, key=str))}


def read_file(path: Path, start: int = 0, size: int = -1) -> bytes:
    """`size` bytes from `start`, -1 for the rest. Raises Unusable."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unusable("no regular file")  # a pipe would block
        with path.open("rb") as file:
            file.seek(start)
            return file.read(size)
    except FileNotFoundError:
        raise Unusable("missing file") from None
    except OSError:
        raise Unusable("unreadable file") from None


def pick_column(
    asked: str | None, usual: Sequence[str], found: Iterable[str], wanted: bool, where: object
) -> str | None:
    """The column to read: `asked`, else the first existing one of `usual`, else None."""
    found = set(found)
    if asked is not None:
        if asked not in found:
            columns = ", ".join(sorted(map(str, found)))
            raise SourceError(f"{where} has no column {asked!r}; it has {columns}")
        return asked
    return next((name for name in usual if wanted and name in found), None)
