"""Batches: prefetched token and pixel batches by step number."""

# B pictures of the global batch, b of this process, h w token grid, H W pixels.

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.data.bucket_sampler import mixed
from maskgil.models.conditioning import CaptionCondition, Drafted
from maskgil.models.text_encoders.load import TextEncoder
from maskgil.tokenizers.base import Tokenizer
from maskgil.train.distributed import Runtime

HELD_OUT = 10**8 + 1000  # number of a batch that no run reaches


class TokenBatch(NamedTuple):
    """Tokens (b, h, w) and their condition; `names` are indices in the source, for reports."""

    tokens: Tensor
    condition: Tensor | CaptionCondition | Drafted
    names: list[int]


class TokenSource(Protocol):
    """Batches for generators."""

    codebook_size: int
    caption_length: int | None  # of all captions if constant, else None

    def batch(self, index: int, size: int) -> TokenBatch:
        """This process's part of the global batch `index` of `size` pictures."""


class PixelBatch(NamedTuple):
    """A tokenizer's input (b, 3, H, W) and target, both in [-1, 1]."""

    read: Tensor
    wanted: Tensor
    names: list[int]


class Scenes(Protocol):
    """Scenes by index, for training."""

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """The encoder's input (B, 3, S, S) and the decoder's target."""

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """The encoder's input (B, 3, S, S), and captions."""

    def held_out(self) -> Scenes:
        """The held-out part of this source."""


class PixelSource(Protocol):
    """Batches for tokenizers."""

    def pixels(self, index: int, size: int) -> PixelBatch:
        """This process's part of the global batch `index` of `size` pictures."""

    def shown(self, count: int) -> PixelBatch:
        """`count` fixed pictures for monitoring."""


class Batches(Protocol):
    """The interface of `TokenShards` and `ImageBatches`: resumable batches of an epoch."""

    def locate(self, step: int, batch_size: int) -> tuple[int, int]: ...

    def batches(
        self, batch_size: int, seed: int, epoch: int, rank: int, world_size: int, start_batch: int
    ) -> Iterator[dict[str, Any]]: ...


class Reader:
    """Batches of `data` by number, prefetched when read in order."""

    def __init__(self, data: Batches, *, seed: int, rank: int = 0, world_size: int = 1) -> None:
        self.data, self.seed, self.rank, self.world_size = data, seed, rank, world_size
        self._pool = ThreadPoolExecutor(1)
        self._ahead: tuple[tuple[int, int], Future] | None = None
        self._place: tuple[int, int, int] | None = None  # index, batch size and epoch of the next
        self._open: Iterator[dict[str, Any]] = iter(())

    def batch(self, index: int, size: int) -> dict[str, Any]:
        wanted = (index, size)
        if self._ahead is not None and self._ahead[0] == wanted:
            future = self._ahead[1]
        else:
            future = self._pool.submit(self._read, *wanted)
        result = future.result()
        self._ahead = (index + 1, size), self._pool.submit(self._read, index + 1, size)
        return result

    def _read(self, index: int, size: int) -> dict[str, Any]:
        if self._place is None or self._place[:2] != (index, size):
            epoch, start = self.data.locate(index, size)
            self._begin(size, epoch, start)
        else:
            epoch = self._place[2]
        while (batch := next(self._open, None)) is None:
            epoch += 1
            self._begin(size, epoch, 0)
        self._place = (index + 1, size, epoch)
        return batch

    def _begin(self, size: int, epoch: int, start: int) -> None:
        self._open = self.data.batches(size, self.seed, epoch, self.rank, self.world_size, start)


def part_of(size: int, engine: Runtime) -> slice:
    """This process's rows of a global batch of `size`. Raises ValueError if not divisible."""
    if size % engine.world_size:
        raise ValueError(
            f"a batch of {size} pictures cannot be split evenly over {engine.world_size} "
            f"processes; choose a multiple of {engine.world_size}"
        )
    share = size // engine.world_size
    return slice(engine.rank * share, (engine.rank + 1) * share)


def padded(caption: CaptionCondition, length: int | None = None) -> CaptionCondition:
    """Pad captions (B, T, C) on the right to `length`, or to a multiple of 8 (None)."""
    embeds, mask = caption
    if mask is None:
        mask = torch.ones(embeds.shape[:2], dtype=torch.bool, device=embeds.device)
    extra = -embeds.shape[1] % 8 if length is None else length - embeds.shape[1]
    return CaptionCondition(F.pad(embeds, (0, 0, 0, extra)), F.pad(mask, (0, extra)))


class ShardSource:
    """A `TokenSource` over token shards with labels, caption features, or captions to encode."""

    caption_length = None

    def __init__(
        self, shards: Any, *, seed: int, engine: Runtime, text_encoder: TextEncoder | None = None
    ) -> None:
        self.shards, self.engine, self.text_encoder = shards, engine, text_encoder
        self.codebook_size = shards.codebook_size
        self.reader = Reader(shards, seed=seed, rank=engine.rank, world_size=engine.world_size)

    def batch(self, index: int, size: int) -> TokenBatch:
        part_of(size, self.engine)
        found = self.reader.batch(index, size)
        device = self.engine.device
        condition: Tensor | CaptionCondition
        if "caption_embeds" in found:
            stored = CaptionCondition(found["caption_embeds"], found["caption_mask"])
            condition = padded(stored.to(device))
        elif "label" in found:
            condition = found["label"].to(device)
        else:
            assert self.text_encoder is not None, "captions without features need an encoder"
            with torch.no_grad():
                condition = padded(self.text_encoder.encode(found["caption"]).to(device))
        return TokenBatch(found["tokens"].to(device), condition, found["index"].tolist())


class SceneTokens:
    """A `TokenSource` of nano's scenes, rendered and tokenised on demand."""

    caption_length = None

    def __init__(
        self,
        scenes: Scenes,
        tokenizer: Tokenizer,
        text_encoder: TextEncoder,
        engine: Runtime | None = None,
    ) -> None:
        self.scenes, self.tokenizer, self.text_encoder = scenes, tokenizer, text_encoder
        self.engine = engine or Runtime()
        self.codebook_size = tokenizer.codebook_size

    def batch(self, index: int, size: int) -> TokenBatch:
        part, device = part_of(size, self.engine), self.engine.device
        pixels, captions = self.scenes.captioned(index, size)
        with torch.no_grad():
            tokens = self.tokenizer.encode(pixels[part].to(device))  # (b, h, w)
            with self.engine.autocast():
                caption = padded(self.text_encoder.encode(captions[part]).to(device))
        return TokenBatch(tokens, caption, list(range(index * size, (index + 1) * size))[part])


def busy_crops(small: Tensor, large: Tensor, crop: int, index: int) -> tuple[Tensor, Tensor]:
    """Of two random squares of `crop` × `crop` patches of each picture, the one of larger variance.

    Patches are 8 × 8 pixels of `small` (B, 3, S, S) and the same area of `large` (B, 3, kS, kS).
    Most of a scene is even ground, which is learned quickly. Random by `index`.
    """
    scale, side = large.shape[-1] // small.shape[-1], 8 * crop
    generator = torch.Generator().manual_seed(mixed(0, "crops", index))
    places = small.shape[-1] // 8 - crop + 1
    corners = 8 * torch.randint(places, (len(small), 2, 2), generator=generator)
    pairs = []
    for near, far, two in zip(small, large, corners.tolist(), strict=True):
        cut = [near[:, y : y + side, x : x + side] for y, x in two]
        chosen = int(cut[1].var() > cut[0].var())
        y, x = (scale * corner for corner in two[chosen])
        pairs.append((cut[chosen], far[:, y : y + scale * side, x : x + scale * side]))
    return torch.stack([a for a, _ in pairs]), torch.stack([b for _, b in pairs])


class ScenePixels:
    """A `PixelSource` of nano's scenes; targets may be larger than inputs."""

    def __init__(self, scenes: Scenes, engine: Runtime | None = None, *, crop: int = 0) -> None:
        self.scenes, self.engine, self.crop = scenes, engine or Runtime(), crop

    def pixels(self, index: int, size: int) -> PixelBatch:
        part = part_of(size, self.engine)
        small, large = self.scenes.pictures(index, size)
        if self.crop:
            small, large = busy_crops(small, large, self.crop, index)
        small, large = (one[part].to(self.engine.device) for one in (small, large))
        return PixelBatch(small, large, list(range(index * size, (index + 1) * size))[part])

    def shown(self, count: int) -> PixelBatch:
        small, large = self.scenes.pictures(HELD_OUT, count)
        device = self.engine.device
        return PixelBatch(small.to(device), large.to(device), [])


class ImagePixels:
    """A `PixelSource` of images, in batches of one size."""

    def __init__(self, images: Any, *, seed: int, engine: Runtime) -> None:
        self.images, self.engine = images, engine
        self._shown: PixelBatch | None = None
        self.reader = Reader(images, seed=seed, rank=engine.rank, world_size=engine.world_size)

    def pixels(self, index: int, size: int) -> PixelBatch:
        part_of(size, self.engine)
        found = self.reader.batch(index, size)
        pixels = found["pixels"].to(self.engine.device)
        return PixelBatch(pixels, pixels, found["source"].tolist())

    def shown(self, count: int) -> PixelBatch:
        """Images of one size; fewer when there are fewer."""
        if self._shown is None:
            first = next(iter(self.images.batches(min(count, len(self.images)))))
            pixels = first["pixels"].to(self.engine.device)
            self._shown = PixelBatch(pixels, pixels, first["source"].tolist())
        return self._shown
