"""Where images come from: folders, Hugging Face `datasets`, tar shards (see tar_source).

A source numbers its images once and for all and reads any of them by number, still encoded. What
cannot be read is `Unusable`, with a reason that is counted; it never ends a run.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

SUFFIXES = frozenset((
    "avif", "bmp", "gif", "jfif", "jpeg", "jpg", "jp2", "pbm", "pgm", "png", "ppm", "tga", "tif",
    "tiff", "webp",
))  # fmt: skip
FORMATS = ("auto", "folder", "datasets", "webdataset")
CONDITIONS = ("auto", "label", "caption", "none")
CAPTION_COLUMNS = ("caption", "text")  # looked for when none is named
Label = int | str | None


class SourceError(ValueError):
    """A source that cannot be used at all; one line for the user."""


class Unusable(Exception):
    """One image that cannot be used; `reason` is short and the same for all of its kind."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RawImage:
    """An encoded image as it is stored, and what is said of it."""

    data: bytes
    label: int | None = None
    caption: str | None = None


@dataclass(frozen=True)
class SourceOptions:
    """How to read a source. `condition`: which of label and caption to take, or all there is.

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
        for name, value, valid in (
            ("format", self.format, FORMATS), ("condition", self.condition, CONDITIONS)
        ):  # fmt: skip
            if value not in valid:
                raise ValueError(f"{name} is {value!r}; choose one of {', '.join(valid)}")

    def wants(self, field_name: str) -> bool:
        return self.condition in ("auto", field_name)


class ImageSource(Protocol):
    """Images by number. `holds`: "label", "caption", which every usable image has.

    `classes` are the labels' names, if known; `fingerprint` changes when the list of images does;
    `notes` are lines about what is wrong with the source as a whole.
    """

    holds: tuple[str, ...]
    classes: tuple[str, ...] | None
    fingerprint: str
    notes: list[str]

    def __len__(self) -> int: ...

    def name(self, index: int) -> str:
        """What image `index` is called, for reports."""
        ...

    def read(self, index: int, limit: int = -1) -> RawImage:
        """Image `index`, its first `limit` bytes or all. Raises Unusable."""
        ...


def open_source(path: str | Path, options: SourceOptions | None = None) -> ImageSource:
    """The source at `path`, or of that name on the hub when `options.format` is "datasets"."""
    options = options or SourceOptions()
    kind = options.format if options.format != "auto" else _format_of(str(path))
    source: ImageSource
    if kind == "folder":
        source = FolderSource(path, options)
    elif kind == "datasets":
        source = DatasetSource(str(path), options)
    else:
        from maskgil.data.image_datasets.tar import TarSource

        source = TarSource(str(path), options)
    if options.condition in ("label", "caption") and options.condition not in source.holds:
        raise SourceError(f"{path} has no {options.condition}s")
    if not len(source):
        raise SourceError("; ".join([f"{path} holds no images", *source.notes]))
    return source


def _format_of(path: str) -> str:
    """The format of what lies at a local path."""
    folder = Path(path).expanduser()
    if path.endswith(".tar") or (".tar" in path and any(sign in path for sign in "{*?[")):
        return "webdataset"
    if not folder.is_dir():
        raise SourceError(
            f"no folder of images, saved dataset or .tar shards at {path}; "
            "for a dataset by its name on the hub, give --format datasets"
        )
    if (folder / "state.json").is_file() or (folder / "dataset_dict.json").is_file():
        return "datasets"
    return "webdataset" if any(folder.glob("*.tar")) else "folder"


def fingerprint_of(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def as_caption(value: Any) -> str:
    """A caption as text, the first of several; Unusable when there is none."""
    if isinstance(value, list | tuple) and value:
        value = value[0]
    if not isinstance(value, str) or not value.strip():
        raise Unusable("no caption")
    return value.strip()


def as_label(value: Any, numbers: dict[Any, int] | None) -> int:
    """A label's number, by its name where labels have names; Unusable when there is none."""
    try:
        label = int(value if numbers is None else numbers.get(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise Unusable("no label") from None
    if label < 0:  # `datasets` marks unlabelled rows so
        raise Unusable("no label")
    return label


def _named(values: Iterable[Any]) -> dict[Any, int] | None:
    """Numbers for labels that are words, sorted; None when all are numbers already."""
    known = {value for value in values if value not in (None, "")}
    if all(str(value).lstrip("-").isdigit() for value in known):
        return None
    return {name: number for number, name in enumerate(sorted(known, key=str))}


def read_file(path: Path, start: int, size: int) -> bytes:
    """`size` bytes from `start`, -1 for all the rest; Unusable when the file cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read(size)
    except FileNotFoundError:
        raise Unusable("missing file") from None
    except OSError:
        raise Unusable("unreadable file") from None


class FolderSource:
    """All images below a folder, sorted by path.

    Captions come from metadata.jsonl or metadata.csv in the folder (a column file_name, a column
    text or caption, and a column of labels if named or called label), else from a .txt file beside
    each image; else the folders directly below are the classes.
    """

    def __init__(self, path: str | Path, options: SourceOptions) -> None:
        self.folder = Path(path).expanduser()
        self.notes: list[str] = []
        self.classes: tuple[str, ...] | None = None
        images, texts = _walk(self.folder)
        self._rows: dict[str, dict[str, Any]] = {}
        self._sidecars = False
        self._numbers: dict[Any, int] | None = None
        self.holds: tuple[str, ...] = ()
        metadata = next(
            (p for n in ("metadata.jsonl", "metadata.csv") if (p := self.folder / n).is_file()),
            None,
        )
        if metadata is not None and options.condition != "none":
            self._rows = _read_metadata(metadata)
            self._use_metadata(metadata, options)
            images = sorted({*images, *self._rows})
        if not self.holds and options.wants("caption"):
            stems = {text.removesuffix(".txt") for text in texts}
            if any(image.rpartition(".")[0] in stems for image in images):
                self.holds, self._sidecars = ("caption",), True
        if not self.holds and options.wants("label"):
            names = sorted({image.split("/")[0] for image in images if "/" in image})
            if names:
                self.holds, self.classes = ("label",), tuple(names)
                self._numbers = {name: number for number, name in enumerate(names)}
        self.images = images
        rows = (json.dumps(self._rows.get(image)) for image in images)
        self.fingerprint = fingerprint_of([*images, *rows, *(texts if self._sidecars else [])])

    def _use_metadata(self, path: Path, options: SourceOptions) -> None:
        columns = {name for row in self._rows.values() for name in row}
        self._caption_column = pick_column(
            options.caption_column, CAPTION_COLUMNS, columns, options.wants("caption"), path
        )
        self._label_column = pick_column(
            options.label_column, ("label",), columns, options.wants("label"), path
        )
        if self._label_column is not None:
            self._numbers = _named(row.get(self._label_column) for row in self._rows.values())
            self.classes = None if self._numbers is None else tuple(map(str, self._numbers))
        columns_held = (("label", self._label_column), ("caption", self._caption_column))
        self.holds = tuple(name for name, column in columns_held if column is not None)
        if not self.holds:
            self._rows = {}

    def __len__(self) -> int:
        return len(self.images)

    def name(self, index: int) -> str:
        return self.images[index]

    def read(self, index: int, limit: int = -1) -> RawImage:
        image = self.images[index]
        label = caption = None
        if self._rows:
            row = self._rows.get(image, {})
            if "label" in self.holds:
                label = as_label(row.get(self._label_column or ""), self._numbers)
            if "caption" in self.holds:
                caption = as_caption(row.get(self._caption_column or ""))
        elif self._sidecars:
            try:
                sidecar = (self.folder / image).with_suffix(".txt")
                caption = as_caption(sidecar.read_text(encoding="utf-8", errors="replace"))
            except OSError:
                raise Unusable("no caption") from None
        elif "label" in self.holds:
            label = as_label(image.split("/")[0] if "/" in image else None, self._numbers)
        return RawImage(read_file(self.folder / image, 0, limit), label, caption)


def _walk(folder: Path) -> tuple[list[str], list[str]]:
    """Images and .txt files below `folder`, as sorted relative paths; hidden ones are left out."""
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder")
    images, texts = [], []
    for root, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        prefix = Path(root).relative_to(folder).as_posix()
        prefix = "" if prefix == "." else prefix + "/"
        for name in files:
            suffix = name.rpartition(".")[2].lower()
            if name.startswith("."):
                continue
            if suffix in SUFFIXES:
                images.append(prefix + name)
            elif suffix == "txt":
                texts.append(prefix + name)
    return sorted(images), sorted(texts)


def _read_metadata(path: Path) -> dict[str, dict[str, Any]]:
    """Rows of metadata.jsonl or metadata.csv by their file_name; SourceError names a bad line."""
    rows: dict[str, dict[str, Any]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines: Iterable[Any] = csv.DictReader(file) if path.suffix == ".csv" else file
        for number, line in enumerate(lines, 1):
            try:
                if isinstance(line, str):
                    if not line.strip():
                        continue
                    line = json.loads(line)
                name = Path(line["file_name"]).as_posix()
            except (ValueError, TypeError, KeyError):
                raise SourceError(
                    f"{path}, row {number}: expected a row with a file_name"
                ) from None
            rows[name] = {key: value for key, value in line.items() if key != "file_name"}
    return rows


def pick_column(
    asked: str | None, usual: Sequence[str], found: Iterable[str], wanted: bool, where: object
) -> str | None:
    """The column to read: `asked`, or the first of `usual` that is there; None for none."""
    found = set(found)
    if asked is not None:
        if asked not in found:
            columns = ", ".join(sorted(map(str, found)))
            raise SourceError(f"{where} has no column {asked!r}; it has {columns}")
        return asked
    return next((name for name in usual if wanted and name in found), None)


class DatasetSource:
    """A Hugging Face dataset: saved with `save_to_disk`, a local folder, or by name on the hub.

    The image column is the first of that type, the label column "label", the caption column
    "caption" or "text", unless they are named. Of several captions the first is taken.
    """

    def __init__(self, path: str, options: SourceOptions) -> None:
        try:
            import datasets
        except ImportError:
            raise SourceError(
                "reading datasets needs the datasets library: pip install -r requirements-train.txt"
            ) from None
        self.notes: list[str] = []
        data = _load_dataset(path, options)
        features = data.features
        kinds = [n for n, feature in features.items() if isinstance(feature, datasets.Image)]
        image = pick_column(options.image_column, kinds, features, True, path)
        if image is None:
            columns = ", ".join(features)
            raise SourceError(f"{path} has no column of images; give --image-column of {columns}")
        if isinstance(features[image], datasets.Image):
            data = data.cast_column(image, datasets.Image(decode=False))
        label = pick_column(
            options.label_column, ("label",), features, options.wants("label"), path
        )
        caption = pick_column(
            options.caption_column, CAPTION_COLUMNS, features, options.wants("caption"), path
        )
        self._image, self._columns = image, {"label": label, "caption": caption}
        self.holds = tuple(name for name, column in self._columns.items() if column is not None)
        self._data = data.select_columns([image, *(c for c in (label, caption) if c is not None)])
        self._numbers: dict[Any, int] | None = None
        self.classes: tuple[str, ...] | None = None
        if label is not None:
            if isinstance(features[label], datasets.ClassLabel):
                self.classes = tuple(features[label].names)
            else:
                self._numbers = _named(_distinct(data, label, path))
                self.classes = None if self._numbers is None else tuple(map(str, self._numbers))
        self.fingerprint = fingerprint_of([str(len(data)), repr(sorted(features.items())), path])

    def __len__(self) -> int:
        return len(self._data)

    def name(self, index: int) -> str:
        return f"row {index}"

    def read(self, index: int, limit: int = -1) -> RawImage:
        try:
            row = self._data[index]
        except Exception:  # damaged Arrow files fail in many ways
            raise Unusable("unreadable row") from None
        value = row[self._image]
        label = caption = None
        if "label" in self.holds:
            label = as_label(row[self._columns["label"] or ""], self._numbers)
        if "caption" in self.holds:
            caption = as_caption(row[self._columns["caption"] or ""])
        if isinstance(value, dict):  # of an Image column: encoded bytes, or a path
            data, path = value.get("bytes"), value.get("path")
            if data is None and path is not None:
                data = read_file(Path(path), 0, limit)
        else:
            data = value
        if not isinstance(data, bytes):
            raise Unusable("no image")
        return RawImage(data if limit < 0 else data[:limit], label, caption)


def _distinct(data: Any, column: str, path: str) -> list[Any]:
    try:
        return data.unique(column)
    except Exception:  # lists and other kinds that are no labels
        raise SourceError(f"column {column!r} of {path} holds no labels") from None


def _load_dataset(path: str, options: SourceOptions) -> Any:
    """The split of a dataset; SourceError, in one line, for whatever goes wrong."""
    import datasets

    folder = Path(path).expanduser()
    try:
        if (folder / "state.json").is_file() or (folder / "dataset_dict.json").is_file():
            data = datasets.load_from_disk(str(folder))
        else:
            where = str(folder) if folder.exists() else path
            data = datasets.load_dataset(where, options.config, split=options.split)
    except Exception as error:  # the library raises many kinds
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise SourceError(f"cannot load the dataset {path}: {first}") from error
    if isinstance(data, dict):
        if options.split not in data:
            raise SourceError(
                f"{path} has no split {options.split!r}; choose one of {', '.join(data)}"
            )
        data = data[options.split]
    return data
