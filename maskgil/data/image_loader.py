"""Image loader: decodes images, crops them to their bucket, and batches by bucket.

Sizes are (height, width) in pixels.
"""

# B batch, H W pixels, V views.

from __future__ import annotations

import io
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image, ImageOps, UnidentifiedImageError

from maskgil.data.aspect_buckets import Size, fit, nearest_bucket
from maskgil.data.bucket_sampler import BucketedData, mixed, seeded
from maskgil.data.image_datasets.base import ImageSource, RawImage, Unusable
from maskgil.utils.images import on_white, stack_pixels

log = logging.getLogger(__name__)
HEADER = 1 << 16  # bytes that suffice for almost every image's size
ORIENTATION = 0x0112  # the EXIF tag; 5 to 8 lie on their side


class View(NamedTuple):
    """One way to crop an image: crop 0 is central, others are random; mirrored or not."""

    crop: int = 0
    flip: bool = False


def views_of(crops: int = 1, *, flip: bool = False) -> tuple[View, ...]:
    """The views of every image: `crops` cuts, each also mirrored if `flip`."""
    if crops < 1:
        raise ValueError(f"crops is {crops}; it must be at least 1 (the centre)")
    return tuple(View(crop, side) for crop in range(crops) for side in (False, True)[: 1 + flip])


class Cut(NamedTuple):
    """A random crop: scale relative to a tight fit, and the offset down and right."""

    scale: float
    down: float
    right: float


CENTRE = Cut(1.0, 0.5, 0.5)


def random_cut(generator: torch.Generator, max_scale: float) -> Cut:
    scale, down, right = torch.rand(3, generator=generator, dtype=torch.float64).tolist()
    return Cut(1 + scale * (max_scale - 1), down, right)


def cut_of(view: View, *, seed: int, index: int, max_scale: float) -> Cut:
    """The crop of image `index` in `view`, deterministic."""
    if view.crop == 0:
        return CENTRE
    return random_cut(seeded(seed, "crop", index, view.crop), max_scale)


@dataclass
class Times:
    """Seconds by activity; `with times("decode"): ...`."""

    seconds: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - begun  # type: ignore[assignment]


def image_size(data: bytes) -> Size:
    """Displayed height and width of an encoded image, from its header. Raises Unusable."""
    with _opened(data) as image:
        return _shown_size(image)


def _shown_size(image: Image.Image) -> Size:
    width, height = image.size
    sideways = image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8)
    return (width, height) if sideways else (height, width)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """Open an image lazily; every failure within becomes Unusable."""
    if not data:
        raise Unusable("empty file")
    try:
        with Image.open(io.BytesIO(data)) as image:
            yield image
    except Unusable:
        raise
    except UnidentifiedImageError:
        raise Unusable("not an image") from None
    except (Image.DecompressionBombError, MemoryError):
        raise Unusable("too large") from None
    except Exception:  # decoders raise OSError, SyntaxError, ValueError, struct.error, …
        raise Unusable("damaged image") from None


def decode(data: bytes) -> Image.Image:
    """An encoded image as RGB, upright, on white where it is transparent. Raises Unusable."""
    with _opened(data) as image:
        return _as_rgb(image)


def decode_for(data: bytes, sizes: Sequence[Size]) -> tuple[Image.Image, Size]:
    """An image as `decode` gives it, and its nearest bucket of `sizes`. Raises Unusable.

    A JPEG much larger than its bucket is decoded at a half, a quarter or an eighth of its size,
    still at least twice what the bucket needs.
    """
    with _opened(data) as image:
        bucket, (height, width), _ = fit(_shown_size(image), sizes)
        if image.format == "JPEG":
            long, short = 2 * max(height, width), 2 * min(height, width)
            image.draft(None, (long, short) if image.width >= image.height else (short, long))
        return _as_rgb(image), bucket


def _as_rgb(image: Image.Image) -> Image.Image:
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        values = _in_bytes(np.nan_to_num(np.array(image, np.float64)), image.mode)
        image = Image.fromarray(values.round().clip(0, 255).astype(np.uint8))
    return on_white(image)


def _in_bytes(values: np.ndarray, mode: str) -> np.ndarray:
    """Scale a picture with one deep channel to 0..255.

    Integers count as 16-bit or, in formats that do not tell, as wide as needed; floats range from 0
    to 1, from -1 to 1 or like integers.
    """
    low, high = values.min(initial=0), values.max(initial=0)
    if mode == "F" and high <= 1:
        return 255 * values if low >= 0 else 127.5 * (values + 1)
    if mode.startswith("I;16") or 255 < high <= 65535:
        return values / 257
    return values if high <= 255 else values / 16_843_009  # 32 bits


def cut_out(
    image: Image.Image, bucket: Size, cut: Cut = CENTRE, *, flip: bool = False
) -> np.ndarray:
    """The part of `image` that fills `bucket`, as uint8 (H, W, 3).

    The image covers the bucket, `cut.scale` times over for a random crop. Only the part that is
    kept is resized (bicubic), so an image of any proportions takes no more memory than another.
    """
    plan = fit((image.height, image.width), (bucket,))
    if cut == CENTRE:
        height, width = plan.resize
        top, left = plan.crop[:2]
    else:
        height, width = (round(side * cut.scale) for side in plan.resize)
        top = round(cut.down * (height - bucket[0]))
        left = round(cut.right * (width - bucket[1]))
    across, along = image.width / width, image.height / height  # source pixels per target pixel
    box = (
        left * across,
        top * along,
        min(image.width, (left + bucket[1]) * across),
        min(image.height, (top + bucket[0]) * along),
    )
    pixels = np.asarray(image.resize(bucket[::-1], Image.Resampling.BICUBIC, box=box))  # (H, W, 3)
    return np.ascontiguousarray(pixels[:, ::-1] if flip else pixels)


class Skipped:
    """Counts unusable images by reason, with the first names of each."""

    def __init__(self, shown: int = 5) -> None:
        self.reasons: dict[int, str] = {}
        self.names: dict[str, list[str]] = {}
        self.shown = shown
        self._lock = threading.Lock()

    def add(self, index: int, name: str, reason: str) -> None:
        with self._lock:
            if index not in self.reasons:
                self.reasons[index] = reason
                names = self.names.setdefault(reason, [])
                if len(names) < self.shown:
                    names.append(name)

    def __len__(self) -> int:
        return len(self.reasons)

    def counts(self) -> dict[str, int]:
        """How many images for each reason, most first."""
        return dict(Counter(self.reasons.values()).most_common())

    def summary(self) -> str:
        """One line: "3 images skipped: 2 not an image (a.png, b.png), 1 empty file (c.jpg)"."""
        kinds = []
        for reason, count in self.counts().items():
            more = ", …" if count > len(self.names[reason]) else ""
            kinds.append(f"{count} {reason} ({', '.join(self.names[reason])}{more})")
        images = "image" if len(self) == 1 else "images"
        return f"{len(self)} {images} skipped" + (": " + ", ".join(kinds) if kinds else "")


class ImageBatches(BucketedData):
    """Pixels of a source in single-bucket batches, in a resumable order.

    >>> images = ImageBatches(open_source("photos"), buckets(256), crops=True, flip=True)
    >>> for batch in images.batches(64, seed=0, epoch=0, rank=0, world_size=1):
    ...     batch["pixels"]                          # (b, 3, H, W) in [-1, 1]

    Before the first batch the headers of all images are read, by `threads` threads, to sort them
    into buckets (not with a single bucket). `crops` takes a random crop, up to `max_scale` times as
    large as fits, instead of the centre; `flip` mirrors every other image at random. A damaged
    image is recorded in `skipped` and replaced by the next one of its bucket, so batches are full
    and identical in every run.
    """

    def __init__(
        self,
        source: ImageSource,
        sizes: Sequence[Size],
        *,
        crops: bool = False,
        flip: bool = False,
        max_scale: float = 1.1,
        threads: int = 2,
    ) -> None:
        if not max_scale >= 1.0:
            raise ValueError(f"max_scale is {max_scale}; it must be at least 1")
        if threads < 1:
            raise ValueError(f"threads is {threads}; it must be at least 1")
        self.source, self.sizes = source, tuple(sizes)
        self.crops, self.flip, self.max_scale, self.threads = crops, flip, max_scale, threads
        self.skipped = Skipped()
        self._members: dict[Size, np.ndarray] | None = None  # image numbers of each bucket

    @property
    def members(self) -> dict[Size, np.ndarray]:
        """The images of each bucket that has any, as numbers in the source."""
        if self._members is None:
            self._members = self._survey()
        return self._members

    def _survey(self) -> dict[Size, np.ndarray]:
        if len(self.sizes) == 1:
            return {self.sizes[0]: np.arange(len(self.source))}
        where = {size: place for place, size in enumerate(self.sizes)}

        def place(index: int) -> int:
            try:
                try:
                    size = image_size(self.source.read(index, HEADER).data)
                except Unusable:
                    size = image_size(self.source.read(index).data)
            except Unusable as error:
                self._skip(index, error.reason)
                return -1
            return where[nearest_bucket(size, self.sizes)]

        with ThreadPoolExecutor(self.threads) as pool:
            chunks = pool.map(place, range(len(self.source)), chunksize=256)
            places = np.fromiter(chunks, np.int32, count=len(self.source))
        found = {size: np.flatnonzero(places == at) for size, at in where.items()}
        return {size: numbers for size, numbers in found.items() if len(numbers)}

    def _skip(self, index: int, reason: str) -> None:
        name = self.source.name(index)
        if not len(self.skipped):
            log.warning("skipping %s: %s (the others are counted)", name, reason)
        self.skipped.add(index, name, reason)

    def __len__(self) -> int:
        return sum(self.bucket_counts())

    def bucket_counts(self) -> list[int]:
        return [len(numbers) for numbers in self.members.values()]

    def batches(
        self,
        batch_size: int,
        seed: int = 0,
        epoch: int = 0,
        rank: int = 0,
        world_size: int = 1,
        start_batch: int = 0,
    ) -> Iterator[dict[str, Any]]:
        """The batches of `epoch`, split over ranks and resumed as those of `TokenShards`.

        Keys: "pixels" (b, 3, H, W) float32 in [-1, 1], "source" (b,) int64, numbers of the images;
        "label" (b,) int64 and "caption", a list of b str, where the source holds them. The next
        batch is read while one is used.
        """
        order = self._order(batch_size, seed)
        walk = order.walk(epoch, rank=rank, world_size=world_size, start_batch=start_batch)
        buckets = list(self.members.items())

        def read() -> Iterator[dict[str, Any]]:
            with ThreadPoolExecutor(self.threads) as pool:

                def start(batch: Any, part: slice) -> Any:
                    bucket, numbers = buckets[batch.bucket]
                    places = range(*part.indices(batch_size))
                    return [
                        pool.submit(
                            self._usable,
                            numbers,
                            int(batch.positions[at]),
                            bucket,
                            mixed(batch.seed, at),
                        )
                        for at in places
                    ]

                waiting: Any = None
                for batch, part in walk:
                    waiting, ready = start(batch, part), waiting
                    if ready is not None:
                        yield self._collated([future.result() for future in ready])
                if waiting is not None:
                    yield self._collated([future.result() for future in waiting])

        return read()

    def _usable(
        self, numbers: np.ndarray, position: int, bucket: Size, seed: int
    ) -> tuple[int, RawImage, np.ndarray]:
        """The image at `position` of a bucket, or the next that can be decoded."""
        generator = torch.Generator().manual_seed(seed)
        cut = random_cut(generator, self.max_scale) if self.crops else CENTRE
        flip = self.flip and bool(torch.rand((), generator=generator) < 0.5)
        for step in range(len(numbers)):
            index = int(numbers[(position + step) % len(numbers)])
            if index in self.skipped.reasons:
                continue
            try:
                raw = self.source.read(index)
                image, _ = decode_for(raw.data, (bucket,))
            except Unusable as error:
                self._skip(index, error.reason)
                continue
            return index, raw, cut_out(image, bucket, cut, flip=flip)
        raise ValueError(
            f"none of the {len(numbers)} images of {bucket[1]} x {bucket[0]} pixels can be "
            f"decoded; {self.skipped.summary()}"
        )

    def _collated(self, items: list[tuple[int, RawImage, np.ndarray]]) -> dict[str, Any]:
        batch: dict[str, Any] = {
            "pixels": stack_pixels([pixels for _, _, pixels in items]),  # (b, 3, H, W)
            "source": torch.tensor([index for index, _, _ in items]),
        }
        if "label" in self.source.holds:
            batch["label"] = torch.tensor([raw.label for _, raw, _ in items])
        if "caption" in self.source.holds:
            batch["caption"] = [raw.caption for _, raw, _ in items]
        return batch
