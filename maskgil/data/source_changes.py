"""Source changes: which images or captions are no longer what token shards were made of.

`source.json` beside the shards holds two marks of each image: its stamp (size and time of its
files) and a hash of its contents.
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
KEPT = ("stamps", "contents", "skipped", "num_classes")  # of a shard's entry
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
    """The mark of what was read of an image, or of why nothing could be."""
    if isinstance(raw, Unusable):
        return mark_of(raw.reason)
    return mark_of(raw.data, raw.label, raw.caption)


def changed(
    entry: dict[str, Any], source: ImageSource, images: Iterable[int], *, verify: bool = False
) -> list[int]:
    """Which of `images`, those of the shard of `entry`, are others than when it was made.

    `verify`: by their contents, all of which are read, instead of their stamps.
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
    """What has changed, in one line."""
    return (
        f"{len(images)} images or captions have changed since ({_names(source, images)}); "
        f"{shards} shard(s) are made again"
    )


def difference(source: ImageSource, total: int, entries: Iterable[dict[str, Any]]) -> str:
    """Which images are new and how many gone since the shards of `entries`; "" where all are known.

    By the stamps: the names of those that are gone are not kept.
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
    """Write `source.json`: of each shard's entry what tells whether it is still true."""
    kept = [{key: entry[key] for key in KEPT if key in entry} for entry in entries]
    write_atomically(target / RECORD, json.dumps({"shards": kept}).encode())


def recorded(target: Path, manifest: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The entries by number of finished shards; empty where `source.json` is none of theirs."""
    try:
        kept = json.loads((target / RECORD).read_text(encoding="utf-8"))["shards"]
        pairs = zip(manifest["shards"], kept, strict=True)
        return {number: {**entry, **more} for number, (entry, more) in enumerate(pairs)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
