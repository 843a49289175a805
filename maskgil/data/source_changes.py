"""Source changes: images or captions that changed since token shards were made of them.

`source.json` beside the shards has two marks of each image: its stamp (size and mtime of its files)
and a hash of its contents.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from maskgil.data.image_datasets.base import ImageSource, RawImage, Unusable
from maskgil.utils.files import write_atomically

RECORD = "source.json"
KEPT = ("stamps", "contents", "skipped", "num_classes")  # fields of a shard's entry
LENGTH = 16  # hexadecimal digits of a mark
SHOWN = 5  # names in a message


def mark_of(*parts: object) -> str:
    """A short hash of `parts`."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else repr(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:LENGTH]


def content_mark(raw: RawImage | Unusable) -> str:
    """The mark of an image's contents, or of the reason why it is unusable."""
    if isinstance(raw, Unusable):
        return mark_of(raw.reason)
    return mark_of(raw.data, raw.label, raw.caption)


def changed(
    entry: dict[str, Any], source: ImageSource, images: Iterable[int], *, verify: bool = False
) -> list[int]:
    """Which of `images`, those of a shard with `entry`, have changed since it was made.

    `verify`: compare contents, reading all of them, instead of stamps.
    """
    known = entry.get("contents" if verify else "stamps")
    if not known:  # written by a version that took no note
        return []
    found = []
    for place, index in enumerate(images):
        mark = _read_mark(source, index) if verify else source.stamp(index)
        if mark != known[place * LENGTH : (place + 1) * LENGTH]:
            found.append(index)
    return found


def _read_mark(source: ImageSource, index: int) -> str:
    try:
        return content_mark(source.read(index))
    except Unusable as error:
        return content_mark(error)


def change_line(source: ImageSource, images: Sequence[int], shards: int) -> str:
    """A one-line message about the changes."""
    return (
        f"{len(images)} images or captions have changed since ({_names(source, images)}); "
        f"{shards} shard(s) are made again"
    )


def difference(source: ImageSource, total: int, entries: Iterable[dict[str, Any]]) -> str:
    """A message about new and missing images since the shards of `entries`; "" if all are known.

    By stamps; names of missing images are not stored.
    """
    marks = [entry.get("stamps", "") for entry in entries]
    known = Counter(
        part[place : place + LENGTH] for part in marks for place in range(0, len(part), LENGTH)
    )
    if not known:  # written by a version that took no note
        return ""
    new = []
    for index in range(total):
        stamp = source.stamp(index)
        if known[stamp]:
            known[stamp] -= 1
        else:
            new.append(index)
    said = [f"{len(new)} images are new or changed ({_names(source, new)})"] if new else []
    gone = known.total()
    return " and ".join(said + ([f"{gone} of its own are gone or changed"] if gone else []))


def _names(source: ImageSource, images: Sequence[int]) -> str:
    return ", ".join(map(source.name, images[:SHOWN])) + (", …" if len(images) > SHOWN else "")


def write_record(target: Path, entries: Sequence[dict[str, Any]]) -> None:
    """Write `source.json`: the marks of each shard's entry."""
    kept = [{key: entry[key] for key in KEPT if key in entry} for entry in entries]
    write_atomically(target / RECORD, json.dumps({"shards": kept}).encode())


def recorded(target: Path, manifest: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The entries of finished shards by number; empty if `source.json` does not belong to them."""
    try:
        kept = json.loads((target / RECORD).read_text(encoding="utf-8"))["shards"]
        pairs = zip(manifest["shards"], kept, strict=True)
        return {number: {**entry, **more} for number, (entry, more) in enumerate(pairs)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
