"""WebDataset tar shards: local files with random access, without unpacking."""

from __future__ import annotations

import glob
import json
import re
import tarfile
from bisect import bisect_right
from pathlib import Path
from typing import Any

import numpy as np

from maskgil.data.image_datasets.base import (
    SUFFIXES,
    RawImage,
    SourceError,
    SourceOptions,
    Unusable,
    as_caption,
    as_label,
    decoded,
    fingerprint_of,
    pick_column,
    read_file,
    stamp_of,
)

Span = tuple[int, int]  # offset and bytes of a part in its tar


class TarSource:
    """WebDataset shards: local tar files whose members of one key are a sample.

    Samples are numbered in the order of the tars (sorted) and, within one, of its members. The
    image is the member with an image's suffix, the label that of `cls`, the caption that of `txt`;
    `json.title` names a field of the member `json`. Tars are not unpacked; one that breaks off is
    read as far as it goes.
    """

    def __init__(self, path: str, options: SourceOptions) -> None:
        self.notes: list[str] = []
        self.classes: tuple[str, ...] | None = None
        self.tars = _tar_files(path)
        keys: list[str] = []
        starts = [0]  # number of each tar's first sample, and of all
        found: dict[str, list[tuple[int, Span]]] = {}  # of a kind of part: its samples
        for tar in self.tars:
            samples, trouble = _index_tar(tar)
            if trouble:
                self.notes.append(f"{tar.name}: {trouble}, {len(samples)} samples before that")
            for key, parts in samples:
                for part, span in parts.items():
                    found.setdefault(part, []).append((len(keys), span))
                keys.append(key)
            starts.append(len(keys))
        self._keys, self._starts = keys, starts
        self._spans = {part: _table(len(keys), spans) for part, spans in found.items()}
        self._image = options.image_column
        present = set(found)
        self._parts = {
            "label": _part(options.label_column, "cls", present, options.wants("label"), path),
            "caption": _part(
                options.caption_column, "txt", present, options.wants("caption"), path
            ),
        }
        self.holds = tuple(name for name, part in self._parts.items() if part is not None)
        self.fingerprint = fingerprint_of(
            [*(f"{tar.name} {first}" for tar, first in zip(self.tars, starts, strict=False)), *keys]
        )

    def __len__(self) -> int:
        return len(self._keys)

    def name(self, index: int) -> str:
        return f"{self._tar(index).name}:{self._keys[index]}"

    def _tar(self, index: int) -> Path:
        return self.tars[bisect_right(self._starts, index) - 1]

    def stamp(self, index: int) -> str:
        spans = {part: table[index].tolist() for part, table in self._spans.items()}
        return stamp_of(self._tar(index), also=sorted(spans.items()))

    def read(self, index: int, limit: int = -1) -> RawImage:
        label = caption = None
        if self._parts["label"] is not None:
            label = as_label(self._value(index, self._parts["label"]), None)
        if self._parts["caption"] is not None:
            caption = as_caption(self._value(index, self._parts["caption"]))
        data = self._bytes(index, self._image or self._image_part(index), limit)
        if data is None:
            raise Unusable("no image")
        return RawImage(data, label, caption)

    def _image_part(self, index: int) -> str:
        """The part that is the image, `jpg` before `left.jpg`; "" when there is none."""
        images = [
            part
            for part, spans in self._spans.items()
            if spans[index, 0] >= 0 and part.rpartition(".")[2] in SUFFIXES
        ]
        return min(images, key=lambda part: (part.count("."), part), default="")

    def _bytes(self, index: int, part: str, limit: int = -1) -> bytes | None:
        spans = self._spans.get(part)
        if spans is None or spans[index, 0] < 0:
            return None
        offset, size = (int(value) for value in spans[index])
        return read_file(self._tar(index), offset, size if limit < 0 else min(size, limit))

    def _value(self, index: int, column: str) -> Any:
        """The text of a part, or a field of a JSON part; None when it is not there."""
        part, _, key = column.partition(".")
        data = self._bytes(index, part)
        if data is None:
            return None
        text = decoded(data)
        if not key:
            return text
        try:
            content = json.loads(text)
        except ValueError:
            return None
        return content.get(key) if isinstance(content, dict) else None


def _table(count: int, spans: list[tuple[int, Span]]) -> np.ndarray:
    """Offset and bytes (samples, 2) of one kind of part; -1 where a sample has none."""
    table = np.full((count, 2), -1, np.int64)
    if spans:
        table[[index for index, _ in spans]] = [span for _, span in spans]
    return table


def _part(asked: str | None, usual: str, present: set[str], wanted: bool, where: str) -> str | None:
    """The part of a sample, or `part.field`, to read; SourceError when no sample has it."""
    if asked is None:
        return usual if wanted and usual in present else None
    pick_column(asked.partition(".")[0], (), present, True, where)
    return asked


def _tar_files(path: str) -> list[Path]:
    """The tars of a folder, a pattern (`{0000..0012}`, `*`) or a single file, sorted."""
    folder = Path(path).expanduser()
    if folder.is_dir():
        found = sorted(folder.glob("*.tar"))
    elif folder.is_file():
        found = [folder]
    else:
        names = [name for text in _braces(str(folder)) for name in sorted(glob.glob(text))]
        found = [Path(name) for name in dict.fromkeys(names)]
    if not found:
        raise SourceError(f"no .tar shards at {path}")
    packed = next((one for one in found if not one.name.endswith(".tar")), None)
    if packed is not None:
        raise SourceError(f"{packed} is not a plain .tar; unpack compressed tars first")
    return found


def _braces(text: str) -> list[str]:
    """`a-{000..002}.tar` as three names; other texts as they are."""
    match = re.search(r"\{(\d+)\.\.(\d+)\}", text)
    if match is None:
        return [text]
    first, last = match.groups()
    numbers = range(int(first), int(last) + 1)
    return [
        name
        for number in numbers
        for name in _braces(
            text[: match.start()] + f"{number:0{len(first)}d}" + text[match.end() :]
        )
    ]


def _index_tar(path: Path) -> tuple[list[tuple[str, dict[str, Span]]], str | None]:
    """Keys and parts of the samples of a tar, and what is wrong with it, if anything."""
    samples: list[tuple[str, dict[str, Span]]] = []
    trouble = None
    try:
        with tarfile.open(path, "r:") as tar:
            while (member := tar.next()) is not None:
                tar.members = []  # type: ignore[attr-defined]  # it would keep them all
                folder, _, file = member.name.rpartition("/")
                stem, _, extension = file.partition(".")
                if not member.isfile() or not stem or not extension:
                    continue
                key = f"{folder}/{stem}" if folder else stem
                if not samples or samples[-1][0] != key:
                    samples.append((key, {}))
                samples[-1][1][extension.lower()] = member.offset_data, member.size
    except (tarfile.TarError, OSError, EOFError) as error:
        trouble = f"damaged ({str(error) or type(error).__name__})"
    return samples, trouble
