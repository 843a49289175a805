"""Training pairs of clip-nano: pictures from worker processes, captions as word pieces."""

# B batch, T word pieces of the longest caption, C width of the text encoder, P renderer's side and
# S scorer's side in pixels.

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.conditioning import CaptionCondition
from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.rendering.renderer import Renderer
from maskgil.tokenizers.base import Tokenizer
from maskgil.train.tasks.ahead import Ahead, Repeated
from maskgil.utils.images import from_bytes
from polyvoice.clip_nano.pairs import Pairs, meaning_of
from polyvoice.clip_nano.regions import RegionReader, Regions

MAX_SHIFT = 1 / 32  # maximal shift of a training picture, as a fraction of its side
BLURRED, BLUR_SIDES = 0.3, (96, 192)  # share of pictures downsampled to these sides


class Drawn(NamedTuple):
    """Pictures (B, P, P, 3) uint8, their captions, and which scenes mean the same (B,) int64."""

    pictures: np.ndarray
    captions: list[str]
    meanings: np.ndarray


class PairBatches:
    """Batches of `size` pairs by index, both pictures of a pair adjacent."""

    def __init__(self, renderer: Renderer, pairs: Pairs, size: int) -> None:
        self.renderer, self.pairs, self.size = renderer, pairs, size

    def __getitem__(self, batch: int) -> Drawn:
        numbers = range(batch * self.size, (batch + 1) * self.size)
        pairs = [self.pairs(number) for number in numbers]
        codes: dict[tuple, int] = {}
        scenes = [scene for one in pairs for scene in one.scenes]
        return Drawn(
            np.stack([picture for one in pairs for picture in one.pictures(self.renderer)]),
            [caption for one in pairs for caption in one.captions],
            np.array([codes.setdefault(meaning_of(one), len(codes)) for one in scenes]),
        )


class DeviceBatch(NamedTuple):
    """A batch on its device: regions of its pictures, features of the captions, meanings."""

    regions: Regions
    captions: CaptionCondition
    meanings: Tensor


class Corpus:
    """Batches of pairs, drawn by `workers` other processes and shown several `times`.

    `prepare` moves a batch to the device, once.
    """

    def __init__(
        self, batches: PairBatches, prepare: Callable[[Drawn], DeviceBatch], *, workers: int = 0,
        times: int = 1,
    ) -> None:  # fmt: skip
        self.drawn = Repeated(Ahead(batches, workers), times, prepare)

    def batch(self, index: int) -> tuple[Regions, CaptionCondition, Tensor]:
        """Regions of the pictures, captions, and pairs of equivalent scenes (B, B)."""
        seen, _ = self.drawn[index]
        return seen.regions, seen.captions, seen.meanings[:, None] == seen.meanings


def prepared(
    drawn: Drawn,
    *,
    reader: RegionReader,
    encoder: TextEncoder,
    device: torch.device | str = "cpu",
    tokenizer: Tokenizer | None = None,
    rebuilt: float = 0.0,
) -> DeviceBatch:
    """A batch on `device`, with detected regions and encoded captions.

    A share `rebuilt` of the pictures is encoded and decoded by `tokenizer`, as nano's pictures are;
    all are distorted.
    """
    pictures = torch.from_numpy(drawn.pictures).to(device).movedim(-1, 1)
    pixels = from_bytes(pictures)
    count = 2 * round(rebuilt * len(pictures) / 2)
    if count and tokenizer is not None:
        pixels = torch.cat([rebuild(tokenizer, pixels[:count]), pixels[count:]])
    generator = torch.Generator().manual_seed(int(drawn.pictures[0].sum()))
    seen = [reader(each) for each in disturb(pixels, reader.side, generator).split(16)]
    captions = encoder.encode(drawn.captions).to(device)
    regions = Regions(*(torch.cat(parts) for parts in zip(*seen, strict=True)))
    return DeviceBatch(regions, captions, torch.from_numpy(drawn.meanings).to(device))


@torch.no_grad()
def rebuild(tokenizer: Tokenizer, pixels: Tensor) -> Tensor:
    """Pixels (B, 3, P, P) encoded and decoded by nano's tokenizer, at the original size."""
    back = tokenizer.decode(tokenizer.encode(pixels.contiguous())).float()
    return resize(back, pixels.shape[-1])


def resize(pixels: Tensor, side: int) -> Tensor:
    """Pixels (B, 3, H, W) in [-1, 1] at `side`: bicubic, antialiased."""
    if pixels.shape[-1] == side:
        return pixels
    size = (side, side)
    return F.interpolate(pixels, size, mode="bicubic", antialias=True).clamp(-1, 1)


def disturb(pixels: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Pixels (B, 3, P, P) shifted, dimmed and resized to (B, 3, S, S), some of them blurred.

    `generator`: on the CPU, so that a step is the same on any device.
    """
    device, whole = pixels.device, pixels.shape[-1]
    furthest = round(whole * MAX_SHIFT)
    shifts = torch.randint(-furthest, furthest + 1, (len(pixels), 2), generator=generator)
    steps = torch.arange(whole)
    rows = (steps + shifts[:, :1]).clamp(0, whole - 1).to(device)  # (B, P)
    columns = (steps + shifts[:, 1:]).clamp(0, whole - 1).to(device)
    moved = pixels.take_along_dim(rows[:, None, :, None], 2)
    moved = moved.take_along_dim(columns[:, None, None, :], 3)
    small = resize(moved, side)
    blurred = torch.nonzero(torch.rand(len(pixels), generator=generator) < BLURRED)[:, 0].to(device)
    through = int(torch.randint(*BLUR_SIDES, (1,), generator=generator))
    if through < side and len(blurred):
        small = small.index_copy(0, blurred, resize(resize(moved[blurred], through), side))
    light = 0.9 + 0.2 * torch.rand(len(pixels), 1, 1, 1, generator=generator)
    return ((small + 1) * light.to(device) - 1).clamp(-1, 1)
