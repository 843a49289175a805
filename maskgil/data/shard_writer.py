"""Shard writer: tokenises ranges of a dataset into token shards, in worker processes."""

# n images of a shard, V views, B views of a batch.

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL.Image import Image
from torch import Tensor

from maskgil import checkpoints
from maskgil.data.aspect_buckets import Size
from maskgil.data.image_datasets.base import ImageSource, RawImage, Unusable
from maskgil.data.image_loader import Times, View, cut_of, cut_out, decode_for
from maskgil.data.source_changes import content_mark
from maskgil.data.token_shards import ShardRow, write_shard
from maskgil.models.text_encoders.load import load_text_encoder
from maskgil.utils.checks import at_least
from maskgil.utils.files import write_atomically
from maskgil.utils.images import stack_pixels

WAITING = 4  # batches of pixels that may be buffered for incomplete buckets
CAPTIONS = 32  # encoded at a time


@dataclass(frozen=True)
class Recipe:
    """The settings that determine the contents of shards."""

    tokenizer: str
    sizes: tuple[Size, ...]
    views: tuple[View, ...]
    max_scale: float = 1.1  # of random crops
    seed: int = 0
    caption_features: str | None = None
    batch_size: int = 32
    shard_size: int = 1024

    def __post_init__(self) -> None:
        at_least(self, 1, "batch_size", "shard_size", "max_scale")

    def stretch(self, number: int, total: int) -> range:
        """The images of shard `number` out of `total`."""
        first = number * self.shard_size
        return range(first, min(total, first + self.shard_size))


class ShardMaker:
    """Makes shards of `source` by number; the same number always gives the same bytes."""

    def __init__(self, recipe: Recipe, source: ImageSource, *, device: str = "cpu") -> None:
        self.recipe, self.source, self.device = recipe, source, device
        self.tokenizer = checkpoints.load(recipe.tokenizer, device=device)
        self.encoder = None
        if recipe.caption_features is not None:
            self.encoder = load_text_encoder(recipe.caption_features, device=device)

    def make(
        self, number: int, total: int, folder: Path, on_image: Callable[[], None]
    ) -> dict[str, Any]:
        """Write shard `number` of a source of `total` images; return its manifest entry.

        Besides the fields of `write_shard` the entry has "skipped" (number, name, reason),
        "num_classes", "stamps" and "contents" (see `source_changes`), "begun" (a time) and
        "seconds" (by activity, "total", and CPU time as "processor").
        """
        begun, clock, cpu, times = time.time(), time.perf_counter(), time.process_time(), Times()
        rows: dict[int, RawImage] = {}
        skipped: list[tuple[int, str, str]] = []
        stamps: list[str] = []
        contents: list[str] = []
        encoder = _BatchEncoder(self.tokenizer, self.recipe, self.device, times)
        for index in self.recipe.stretch(number, total):
            stamps.append(self.source.stamp(index))  # first, so that later writes show
            try:
                with times("read"):
                    raw = self._read(index, contents)
                with times("decode"):
                    image, bucket = decode_for(raw.data, self.recipe.sizes)
            except Unusable as error:
                skipped.append((index, self.source.name(index), error.reason))
            else:
                rows[index] = RawImage(b"", raw.label, raw.caption)
                encoder.add(index, image, bucket)
            on_image()
        encoder.finish()
        with times("captions"):
            features = self._features([raw.caption or "" for raw in rows.values()])
        with times("write"):
            entry = write_shard(
                folder / f"shard-{number:06d}.safetensors",
                [
                    ShardRow(index, encoder.tokens[index], raw.label, raw.caption, feature)
                    for (index, raw), feature in zip(rows.items(), features, strict=True)
                ],
                codebook_size=self.tokenizer.codebook_size,
            )
        labels = [raw.label for raw in rows.values() if raw.label is not None]
        seconds = {
            **times.seconds,
            "total": time.perf_counter() - clock,
            "processor": time.process_time() - cpu,
        }
        return {
            **entry,
            "skipped": skipped,
            "num_classes": max(labels, default=-1) + 1,
            "stamps": "".join(stamps),
            "contents": "".join(contents),
            "seconds": {name: round(value, 4) for name, value in seconds.items()},
            "begun": begun,
        }

    def _read(self, index: int, contents: list[str]) -> RawImage:
        """Read image `index` and append its content mark to `contents`. Raises Unusable."""
        try:
            raw = self.source.read(index)
        except Unusable as error:
            contents.append(content_mark(error))
            raise
        contents.append(content_mark(raw))
        return raw

    def _features(self, captions: list[str]) -> list[Tensor] | list[None]:
        """Features (T, C) of the real tokens of each caption; equal captions share them."""
        if self.encoder is None:
            return [None] * len(captions)
        distinct = sorted(set(captions), key=lambda text: (len(text), text))
        found: dict[str, Tensor] = {}
        for start in range(0, len(distinct), CAPTIONS):
            texts = distinct[start : start + CAPTIONS]
            embeds, mask = self.encoder.encode(texts)
            for row, text in enumerate(texts):
                real = embeds[row] if mask is None else embeds[row][mask[row]]  # (T, C)
                found[text] = real.to("cpu", torch.float16)
        return [found[text] for text in captions]


class _BatchEncoder:
    """Gathers views by bucket and encodes them in full batches; `tokens` by image, (V, h, w)."""

    def __init__(self, tokenizer: Any, recipe: Recipe, device: str, times: Times) -> None:
        self.tokenizer, self.recipe, self.device, self.times = tokenizer, recipe, device, times
        self.tokens: dict[int, Tensor] = {}
        self._waiting: dict[Size, list[tuple[int, int, np.ndarray]]] = {}

    def add(self, index: int, image: Image, bucket: Size) -> None:
        """Crop and buffer all views of image `index`."""
        recipe = self.recipe
        for place, view in enumerate(recipe.views):
            with self.times("resize"):
                cut = cut_of(view, seed=recipe.seed, index=index, max_scale=recipe.max_scale)
                pixels = cut_out(image, bucket, cut, flip=view.flip)
            self._add(index, place, bucket, pixels)

    def _add(self, index: int, place: int, bucket: Size, pixels: np.ndarray) -> None:
        waiting = self._waiting.setdefault(bucket, [])
        waiting.append((index, place, pixels))
        size = self.recipe.batch_size
        if len(waiting) == size:
            self._encode(bucket)
        elif sum(map(len, self._waiting.values())) >= WAITING * size:
            self._encode(max(self._waiting, key=lambda one: (len(self._waiting[one]), one)))

    def finish(self) -> None:
        for bucket in sorted(self._waiting):
            self._encode(bucket)

    def _encode(self, bucket: Size) -> None:
        with self.times("encode"):
            views = self._waiting.pop(bucket)
            pixels = stack_pixels([one for _, _, one in views]).to(self.device)  # (B, 3, H, W)
            with torch.inference_mode():
                indices = self.tokenizer.encode(pixels).cpu()  # (B, h, w)
            for (index, place, _), grid in zip(views, indices, strict=True):
                if index not in self.tokens:
                    self.tokens[index] = grid.new_zeros(len(self.recipe.views), *grid.shape)
                self.tokens[index][place] = grid


def _journal(target: Path, number: int) -> Path:
    """The file that keeps a finished shard's entry until the manifest is written."""
    return target / f"shard-{number:06d}.json"


def journal(target: Path, number: int, entry: dict[str, Any]) -> None:
    """Save the entry of a finished shard until the manifest is written."""
    write_atomically(_journal(target, number), json.dumps(entry).encode())


def journaled(target: Path, number: int) -> dict[str, Any] | None:
    """The entry of a shard that an earlier run finished, its file unchanged; else None."""
    try:
        entry = json.loads(_journal(target, number).read_text(encoding="utf-8"))
        return entry if checkpoints.sha256_of(target / entry["file"]) == entry["sha256"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _make(
    maker: ShardMaker, number: int, total: int, target: Path, on_image: Callable[[], None]
) -> dict[str, Any]:
    """Make a shard and note it in the journal."""
    entry = maker.make(number, total, target, on_image)
    journal(target, number, entry)
    return entry


class Jobs:
    """Makes shards, in this process or in workers."""

    def __init__(
        self,
        source: ImageSource,
        recipe: Recipe,
        target: Path,
        total: int,
        threads: int,
        devices: tuple[str, ...],
    ) -> None:
        self.source, self.recipe, self.target, self.total = source, recipe, target, total
        self.threads, self.devices = threads, devices

    def maker(self, device: str) -> ShardMaker:
        """Load the models, in the process that runs them."""
        torch.set_num_threads(self.threads)
        warnings.filterwarnings("ignore", module=r"PIL\.")  # of odd metadata and large images
        return ShardMaker(self.recipe, self.source, device=device)

    def make(
        self, numbers: list[int], workers: int, advance: Callable[[int], None]
    ) -> dict[int, dict[str, Any]]:
        """Make shards; returns their entries by number and reports images done to `advance`."""
        if workers > 1 and len(numbers) > 1:
            return self._in_processes(numbers, min(workers, len(numbers)), advance)
        if not numbers:
            return {}
        threads = torch.get_num_threads()
        try:
            maker = self.maker(self.devices[0])
            return {
                number: _make(maker, number, self.total, self.target, lambda: advance(1))
                for number in numbers
            }
        finally:
            torch.set_num_threads(threads)

    def _in_processes(
        self, numbers: list[int], workers: int, advance: Callable[[int], None]
    ) -> dict[int, dict[str, Any]]:
        from concurrent.futures import ProcessPoolExecutor, wait
        from concurrent.futures.process import BrokenProcessPool

        context = multiprocessing.get_context("spawn")
        done, started = context.Value("q", 0), context.Value("i", 0)
        pool = ProcessPoolExecutor(workers, context, _start_process, (self, done, started))
        seen = 0
        try:
            futures = {pool.submit(_make_in_process, number): number for number in numbers}
            waiting = set(futures)
            while waiting:
                ready, waiting = wait(waiting, timeout=0.3, return_when="FIRST_EXCEPTION")
                advance(done.value - seen)
                seen = done.value
                for future in ready:
                    future.result()
            pool.shutdown()
            return {number: future.result() for future, number in futures.items()}
        except BaseException as error:  # also Ctrl-C: leave no process behind
            pool.shutdown(wait=False, cancel_futures=True)
            for child in multiprocessing.active_children():
                child.terminate()
            pool.shutdown(wait=True)
            if isinstance(error, BrokenProcessPool):
                raise ValueError(
                    "a process ended before its work (out of memory?); the same command goes on "
                    "where it stopped, with fewer --workers if need be"
                ) from None
            raise


@dataclass
class _Process:
    """State of a worker process; models are loaded with its first shard."""

    jobs: Jobs
    done: Any
    device: str
    maker: ShardMaker | None = None


_process: _Process | None = None


def _start_process(jobs: Jobs, done: Any, started: Any) -> None:
    """Initialise a worker: it dies with its parent and ignores Ctrl-C."""
    global _process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    with started.get_lock():
        number = started.value
        started.value += 1
    _process = _Process(jobs, done, jobs.devices[number % len(jobs.devices)])


def _make_in_process(number: int) -> dict[str, Any]:
    mine = _process
    assert mine is not None
    if mine.maker is None:
        mine.maker = mine.jobs.maker(mine.device)

    def count() -> None:
        with mine.done.get_lock():
            mine.done.value += 1

    return _make(mine.maker, number, mine.jobs.total, mine.jobs.target, count)
