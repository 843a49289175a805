"""Images of a folder, with captions beside them or class folders."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from maskgil.data.image_datasets.base import (
    CAPTION_COLUMNS,
    SUFFIXES,
    RawImage,
    SourceError,
    SourceOptions,
    Unusable,
    _named,
    as_caption,
    as_label,
    decoded,
    fingerprint_of,
    pick_column,
    read_file,
    stamp_of,
)


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
        images, texts = _walk(self.folder, self.notes)
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
        self.fingerprint = fingerprint_of(images)

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

    def stamp(self, index: int) -> str:
        path = self.folder / self.images[index]
        files = [path, path.with_suffix(".txt")] if self._sidecars else [path]
        return stamp_of(*files, also=self._rows.get(self.images[index]))

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
            sidecar = (self.folder / image).with_suffix(".txt")
            if not sidecar.is_file():
                raise Unusable("no caption")
            caption = as_caption(decoded(read_file(sidecar)))
        elif "label" in self.holds:
            label = as_label(image.split("/")[0] if "/" in image else None, self._numbers)
        return RawImage(read_file(self.folder / image, 0, limit), label, caption)


def _walk(folder: Path, notes: list[str]) -> tuple[list[str], list[str]]:
    """Images and .txt files below `folder`, as sorted relative paths; hidden ones are left out.

    Each folder is visited once, links after real folders. A line for each unreadable one goes to
    `notes`.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder")
    images: list[str] = []
    texts: list[str] = []
    seen: set[tuple[int, int]] = set()
    waiting, links = [""], list[str]()
    while waiting or links:
        prefix = waiting.pop() if waiting else links.pop(0)
        about = (folder / prefix).stat()
        if (about.st_dev, about.st_ino) in seen:
            continue
        seen.add((about.st_dev, about.st_ino))
        try:
            with os.scandir(folder / prefix) as found:
                entries = sorted(found, key=lambda one: one.name)
        except OSError as error:
            notes.append(f"{prefix or folder} is left out: {error.strerror}")
            continue
        for entry in entries:
            name, suffix = prefix + entry.name, entry.name.rpartition(".")[2].lower()
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                (links if entry.is_symlink() else waiting).append(name + "/")
            elif suffix in SUFFIXES:
                images.append(name)
            elif suffix == "txt":
                texts.append(name)
    return sorted(images), sorted(texts)


def _read_metadata(path: Path) -> dict[str, dict[str, Any]]:
    """Rows of metadata.jsonl or metadata.csv by their file_name; SourceError names a bad line."""
    rows: dict[str, dict[str, Any]] = {}
    try:
        text = decoded(read_file(path))
    except Unusable:
        raise SourceError(f"{path} is in an unknown encoding; save it as UTF-8") from None
    with io.StringIO(text, newline="") as file:
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
