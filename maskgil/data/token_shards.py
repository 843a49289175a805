"""Token shards: pictures as token grids in memory-mapped files, and training batches.

A folder holds `manifest.json` and safetensors files. A file holds a stretch of the source; for each
grid HxW in it, n pictures in V views (crops, mirrored or not) of h x w tokens:

    HxW.tokens   (n, V, h, w)  int16, or int32 for codebooks of more than 32,768 codes
    HxW.source   (n,)          int64, number of the image in the source
    HxW.label    (n,)          int64, if there are labels
    HxW.caption  (bytes,)      uint8, UTF-8 of all captions on end, if there are captions
    HxW.caption_ends (n,)      int64, where each caption ends
    HxW.features (ΣT, C)       float16, if there are caption features: real tokens only, on end
    HxW.feature_ends (n,)      int64, where each caption's features end
"""

# n pictures, V views, h w token grid, T caption tokens, C width of their features, B batch.

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from maskgil.checkpoints import sha256_of
from maskgil.data.bucket_sampler import BucketedData, seeded
from maskgil.models.conditioning import CaptionCondition
from maskgil.utils.files import write_atomically

FORMAT = "maskgil-tokens-1"
MANIFEST = "manifest.json"
Grid = tuple[int, int]


class ShardError(ValueError):
    """Token shards that are missing, unfinished or damaged; one line for the user."""


@dataclass(frozen=True)
class ShardRow:
    """One picture to store. `tokens` (V, h, w); `features` (T, C), real tokens only."""

    source: int
    tokens: Tensor
    label: int | None = None
    caption: str | None = None
    features: Tensor | None = None

    @property
    def grid(self) -> Grid:
        return int(self.tokens.shape[-2]), int(self.tokens.shape[-1])


def grid_name(grid: Grid) -> str:
    return f"{grid[0]}x{grid[1]}"


def write_shard(path: Path, rows: Sequence[ShardRow], *, codebook_size: int) -> dict[str, Any]:
    """Write `rows`, in order of their source, as a shard; return its entry for the manifest.

    The same rows give the same bytes. All rows hold the same kinds of fields.
    """
    from safetensors.torch import save

    dtype = torch.int16 if codebook_size <= 1 << 15 else torch.int32
    grids = sorted({row.grid for row in rows})
    tensors: dict[str, Tensor] = {}
    for grid in grids:
        chosen = [row for row in rows if row.grid == grid]
        fields: dict[str, Tensor] = {
            "tokens": torch.stack([row.tokens for row in chosen]).to(dtype),  # (n, V, h, w)
            "source": torch.tensor([row.source for row in chosen]),
        }
        if chosen[0].label is not None:
            fields["label"] = torch.tensor([row.label for row in chosen])
        if chosen[0].caption is not None:
            texts = [(row.caption or "").encode() for row in chosen]
            joined_texts = bytearray(b"".join(texts) or b" ")
            fields["caption"] = torch.frombuffer(joined_texts, dtype=torch.uint8)  # (bytes,)
            fields["caption_ends"] = torch.tensor([len(text) for text in texts]).cumsum(0)
        if chosen[0].features is not None:
            features = [row.features for row in chosen if row.features is not None]
            joined = torch.cat(features).to(torch.float16)  # (ΣT, C)
            if not bool(joined.isfinite().all()):
                raise ValueError("caption features do not fit in float16")
            fields["features"] = joined
            fields["feature_ends"] = torch.tensor([len(one) for one in features]).cumsum(0)
        tensors |= {f"{grid_name(grid)}.{name}": value for name, value in fields.items()}
    data = save(tensors)
    write_atomically(path, data)
    return {
        "file": path.name,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "grids": {grid_name(grid): sum(row.grid == grid for row in rows) for grid in grids},
    }


def write_manifest(
    folder: Path,
    shards: Sequence[dict[str, Any]],
    *,
    tokenizer: dict[str, Any],
    holds: Sequence[str],
    views: Sequence[dict[str, Any]] = ({"crop": 0, "flip": False},),
    classes: Sequence[str] | None = None,
    num_classes: int = 0,
    caption_features: dict[str, Any] | None = None,
    **notes: Any,
) -> None:
    """Declare `shards`, entries of `write_shard` in the order of the source, finished.

    `tokenizer`: at least "codebook_size" and "downsample_factor"; `caption_features`: "dim" and
    "padding_side"; `notes`, anything else worth keeping.
    """
    manifest = {
        "format": FORMAT,
        "pictures": sum(sum(entry["grids"].values()) for entry in shards),
        "holds": list(holds),
        "tokenizer": tokenizer,
        "views": list(views),
        "classes": None if classes is None else list(classes),
        "num_classes": num_classes,
        "caption_features": caption_features,
        **notes,
        "shards": list(shards),
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    write_atomically(folder / MANIFEST, text.encode())


def fields_of(row: ShardRow) -> tuple[str, ...]:
    """Which of "label", "caption" and "caption_embeds" a row holds."""
    held = {"label": row.label, "caption": row.caption, "caption_embeds": row.features}
    return tuple(name for name, value in held.items() if value is not None)


def save_rows(
    folder: str | Path,
    rows: Sequence[ShardRow],
    *,
    codebook_size: int,
    downsample_factor: int = 16,
    shard_size: int = 1024,
    classes: Sequence[str] | None = None,
) -> Path:
    """Write rows held in memory as a finished folder of shards; for small sets and tests.

    All rows hold the same fields and the same number of views; features count as right-padded.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    entries = [
        write_shard(
            folder / f"shard-{start // shard_size:06d}.safetensors",
            rows[start : start + shard_size],
            codebook_size=codebook_size,
        )
        for start in range(0, len(rows), shard_size)
    ]
    first = rows[0]
    dim = None if first.features is None else first.features.shape[1]
    write_manifest(
        folder,
        entries,
        tokenizer={"codebook_size": codebook_size, "downsample_factor": downsample_factor},
        holds=fields_of(first),
        views=[{"crop": view, "flip": False} for view in range(len(first.tokens))],
        classes=classes,
        num_classes=1 + max((row.label for row in rows if row.label is not None), default=-1),
        caption_features=None if dim is None else {"dim": dim, "padding_side": "right"},
    )
    return folder


class TokenShards(BucketedData):
    """Pictures as tokens, in random access and in batches of one grid; what training reads.

    >>> shards = TokenShards("shards/imagenet")
    >>> shards[0]["tokens"].shape, shards.grids
    >>> for batch in shards.batches(256, seed=0, epoch=0, rank=0, world_size=1):
    ...     model.logits(batch["tokens"].flatten(1), batch["label"])

    Files are memory-mapped when first used: memory stays flat, whatever the size of the data, and
    processes on one machine share it. Objects can be pickled and passed to worker processes.

    Pictures are numbered grid by grid (`grids`, sorted), within a grid in the order of the source;
    neither the size of the shards nor how they were made changes a number.

    Attributes: `grids` (h, w) and `counts`, the pictures of each; `codebook_size`;
    `downsample_factor`; `num_views`, how many views (crops, mirrored or not) each picture has;
    `holds`, which of "label", "caption" and "caption_embeds" each picture has; `classes`, the
    names of the labels or None; `num_classes`, highest label + 1 or 0; `caption_dim` or 0;
    `manifest`, everything that was written down when the shards were made.

    Raises ShardError, in one line, when the folder is not a finished set of shards or a file is
    missing or of another size; `verify` also reads and hashes every file.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser()
        self.manifest = manifest = read_manifest(self.path)
        entries = manifest["shards"]
        for entry in entries:
            file = self.path / entry["file"]
            size = file.stat().st_size if file.is_file() else None
            if size != entry["bytes"]:
                found = "missing" if size is None else f"{size} bytes long, not {entry['bytes']}"
                raise ShardError(f"{file} is {found}; run the tokenize command again")
        names = {name for entry in entries for name in entry["grids"]}
        self.grids: tuple[Grid, ...] = tuple(sorted(_parse_grid(name) for name in names))
        self._ends = [  # of each grid: pictures up to the end of each shard
            list(accumulate(entry["grids"].get(grid_name(grid), 0) for entry in entries))
            for grid in self.grids
        ]
        self.counts = tuple(ends[-1] for ends in self._ends)
        self._starts = [0, *accumulate(self.counts)]  # number of each grid's first picture
        self.holds: tuple[str, ...] = tuple(manifest["holds"])
        self.num_views = len(manifest["views"])
        self.codebook_size = int(manifest["tokenizer"]["codebook_size"])
        self.downsample_factor = int(manifest["tokenizer"]["downsample_factor"])
        self.classes: list[str] | None = manifest["classes"]
        self.num_classes = int(manifest["num_classes"])
        features = manifest["caption_features"]
        self.caption_dim = int(features["dim"]) if features else 0
        self.padding_side = features["padding_side"] if features else "right"
        self._maps: dict[int, dict[str, Tensor]] = {}

    def __len__(self) -> int:
        return self._starts[-1]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_maps": {}, "_last_order": None}

    def __getitem__(self, index: int) -> dict[str, Any]:
        """Picture `index`, first view (centred, not mirrored); see `view`."""
        return self.view(index, 0)

    def view(self, index: int, view: int) -> dict[str, Any]:
        """View `view` of picture `index`.

        Keys: "tokens" (h, w) int64, "index" and "source" (number of the image in the source); and
        of `holds`: "label" int, "caption" str, "caption_embeds" (T, C) float16, without padding.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} pictures; {index} is not one of them")
        if not 0 <= view < self.num_views:
            raise IndexError(f"there are {self.num_views} views of a picture; {view} is not one")
        index %= len(self)
        bucket = bisect_right(self._starts, index) - 1
        position = index - self._starts[bucket]
        ends = self._ends[bucket]
        shard = bisect_right(ends, position)
        row = position - (ends[shard - 1] if shard else 0)
        tensors = self._mapped(shard)
        prefix = grid_name(self.grids[bucket])

        def stretch(name: str, ends_name: str) -> Tensor:
            stops = tensors[f"{prefix}.{ends_name}"]
            return tensors[f"{prefix}.{name}"][int(stops[row - 1]) if row else 0 : int(stops[row])]

        item: dict[str, Any] = {
            "tokens": tensors[f"{prefix}.tokens"][row, view].long(),  # (h, w)
            "index": index,
            "source": int(tensors[f"{prefix}.source"][row]),
        }
        if "label" in self.holds:
            item["label"] = int(tensors[f"{prefix}.label"][row])
        if "caption" in self.holds:
            item["caption"] = stretch("caption", "caption_ends").numpy().tobytes().decode()
        if "caption_embeds" in self.holds:
            item["caption_embeds"] = stretch("features", "feature_ends").clone()  # (T, C)
        return item

    def bucket_counts(self) -> tuple[int, ...]:
        return self.counts

    def batches(
        self,
        batch_size: int,
        seed: int = 0,
        epoch: int = 0,
        rank: int = 0,
        world_size: int = 1,
        start_batch: int = 0,
    ) -> Iterator[dict[str, Any]]:
        """The batches of `epoch` from number `start_batch` on, each of one grid.

        `batch_size` is the global one, over all ranks; `rank` yields its part of each, b =
        batch_size / world_size pictures, in the global order: the parts of all ranks on end are
        the batch one process would see. Which pictures, in which order and in which view
        follows from (seed, epoch, number of the batch) alone. Every batch is full; pictures left
        over at the end of an epoch come first in the next (see `BucketBatchSampler`).

        Keys: "tokens" (b, h, w) int64, "index" (b,) int64; and of `holds`: "label" (b,) int64,
        "caption" list of b str, "caption_embeds" (b, T, C) float16 with "caption_mask" (b, T) bool,
        as `CaptionCondition` takes them.
        """
        order = self._order(batch_size, seed)
        walk = order.walk(epoch, rank=rank, world_size=world_size, start_batch=start_batch)

        def read() -> Iterator[dict[str, Any]]:
            for batch, part in walk:
                generator = seeded(batch.seed, "view")
                views = torch.randint(self.num_views, (batch_size,), generator=generator)
                first = self._starts[batch.bucket]
                pairs = zip(batch.positions[part].tolist(), views[part].tolist(), strict=True)
                yield self._collated([self.view(first + at, view) for at, view in pairs])

        return read()

    def _collated(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        batch: dict[str, Any] = {
            "tokens": torch.stack([item["tokens"] for item in items]),  # (b, h, w)
            "index": torch.tensor([item["index"] for item in items]),
        }
        if "label" in self.holds:
            batch["label"] = torch.tensor([item["label"] for item in items])
        if "caption" in self.holds:
            batch["caption"] = [item["caption"] for item in items]
        if "caption_embeds" in self.holds:
            features = [item["caption_embeds"] for item in items]
            caption = padded(features, self.padding_side)
            batch["caption_embeds"], batch["caption_mask"] = caption
        return batch

    def verify(self) -> None:
        """Hash every file; ShardError names the first that is not what was written."""
        for entry in self.manifest["shards"]:
            found = sha256_of(self.path / entry["file"])
            if found != entry["sha256"]:
                raise ShardError(
                    f"{self.path / entry['file']} has sha256 {found[:12]}…, "
                    f"expected {entry['sha256'][:12]}…: damaged or replaced"
                )

    def _mapped(self, shard: int) -> dict[str, Tensor]:
        if shard not in self._maps:
            self._maps[shard] = map_shard(self.path / self.manifest["shards"][shard]["file"])
        return self._maps[shard]


def map_shard(path: Path) -> dict[str, Tensor]:
    """The tensors of a shard, mapped into memory, not read; ShardError when it is damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ShardError(f"{path} is not a readable shard: {error}") from error


def padded(features: Sequence[Tensor], side: str) -> CaptionCondition:
    """Features of b captions, each (T, C), as one (b, T, C) with its mask; `side` is padded."""
    length = max(len(one) for one in features)
    embeds = features[0].new_zeros(len(features), length, features[0].shape[1])
    mask = torch.zeros(len(features), length, dtype=torch.bool)
    for row, one in enumerate(features):
        place = slice(length - len(one), length) if side == "left" else slice(0, len(one))
        embeds[row, place], mask[row, place] = one, True
    return CaptionCondition(embeds, mask)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a folder of shards; ShardError when there is none or it is no manifest."""
    path = folder / MANIFEST
    if not path.is_file():
        raise ShardError(
            f"{folder} holds no finished token shards (no {MANIFEST}); make them with "
            "`python -m maskgil tokenize`, or run it again if it was stopped"
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ShardError(f"{path} is not JSON: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ShardError(f"{path} is of format {found!r}; this version reads {FORMAT!r}")
    if not manifest["shards"] or not any(entry["grids"] for entry in manifest["shards"]):
        raise ShardError(f"{folder} holds no pictures")
    return manifest


def _parse_grid(name: str) -> Grid:
    rows, columns = name.split("x")
    return int(rows), int(columns)
