"""The pairs clip-nano is trained on: captions encoded once, pictures drawn anew and disturbed."""

# B batch, T tokens of the longest caption, C width of the text encoder, M all tokens of a corpus,
# P painter's side and S scorer's side in pixels.

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from maskgil.models.conditioning import CaptionCondition
from maskgil.models.text_encoders.load import TextEncoder
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.tokenizers.base import Tokenizer
from maskgil.train.nano_config import SIDE
from maskgil.utils.files import written_whole
from maskgil.utils.images import from_bytes, stack_pixels, to_bytes
from polyvoice.clip_nano.pairs import Pair, looks_of, pair

MAX_SHIFT = 1 / 32  # of a picture's side, that a training picture is moved by
BLURRED, BLUR_SIDES = 0.3, (40, 64)  # share of pictures that went through so few pixels
ENCODED = 64  # captions encoded at a time
logger = logging.getLogger(__name__)


class Captions:
    """Token features of a list of captions, float16, each without padding."""

    def __init__(self, features: np.ndarray, starts: np.ndarray) -> None:
        self.features, self.starts = features, starts  # (M, C), (captions + 1,)

    @classmethod
    def encode(cls, encoder: TextEncoder, captions: Sequence[str]) -> Captions:
        """Encode captions of like length together, so that little padding is computed."""
        order = sorted(range(len(captions)), key=lambda at: (len(captions[at]), at))
        parts: list[np.ndarray | None] = [None] * len(captions)
        for first in range(0, len(order), ENCODED):
            chosen = order[first : first + ENCODED]
            features, mask = encoder.encode([captions[at] for at in chosen])
            for row, at in enumerate(chosen):
                real = features[row] if mask is None else features[row][mask[row]]
                parts[at] = real.half().numpy()
            if first % (ENCODED * 200) == 0:
                logger.info("captions encoded: %d of %d", first + len(chosen), len(order))
        whole = [part for part in parts if part is not None]
        starts = np.cumsum([0, *map(len, whole)])
        return cls(np.concatenate(whole), starts)

    @classmethod
    def kept(cls, encoder: TextEncoder, captions: Sequence[str], folder: Path | None) -> Captions:
        """As `encode`, but kept in `folder` for a run that goes on."""
        if folder is None:
            return cls.encode(encoder, captions)
        name = hashlib.sha256("\n".join(captions).encode()).hexdigest()[:16]
        paths = [folder / f"captions-{name}-{part}.npy" for part in ("features", "starts")]
        if not all(path.is_file() for path in paths):
            made = cls.encode(encoder, captions)
            for path, values in zip(paths, (made.features, made.starts), strict=True):
                with written_whole(path) as draft, draft.open("wb") as file:
                    np.save(file, values)
        return cls(np.load(paths[0], mmap_mode="r"), np.load(paths[1]))

    def batch(self, numbers: Sequence[int]) -> CaptionCondition:
        """Features (B, T, C) of the captions with these numbers, zeros after their ends."""
        rows = [self.features[self.starts[at] : self.starts[at + 1]] for at in numbers]
        longest = max(map(len, rows))
        features = torch.zeros(len(rows), longest, self.features.shape[1])
        mask = torch.zeros(len(rows), longest, dtype=torch.bool)
        for at, row in enumerate(rows):
            features[at, : len(row)] = torch.from_numpy(np.array(row, np.float32))
            mask[at, : len(row)] = True
        return CaptionCondition(features, mask)


class Corpus:
    """`count` pairs by number, in a new order each epoch; every picture another each time.

    A share `rebuilt` of the pairs is seen as `tokenizer` gives it back, since that is what nano's
    pictures look like; each is rebuilt once and kept.
    """

    def __init__(
        self,
        painter: Painter,
        sampler: SceneSampler,
        encoder: TextEncoder,
        *,
        count: int,
        seed: int = 0,
        tokenizer: Tokenizer | None = None,
        rebuilt: float = 0.0,
        folder: Path | None = None,
    ) -> None:
        self.painter, self.seed, self.tokenizer = painter, seed, tokenizer
        self.pairs = [pair(number, sampler, seed=seed) for number in range(count)]
        captions = [caption for one in self.pairs for caption in one.captions]
        self.captions = Captions.kept(encoder, captions, folder)
        self._rebuilt_below = round(rebuilt * count) if tokenizer is not None else 0
        self._kept: dict[int, Tensor] = {}  # (2, 3, P, P) uint8 by number of the pair
        self._order: tuple[int, np.ndarray] = (-1, np.empty(0))

    def numbers(self, index: int, size: int) -> list[int]:
        """The pairs of batch `index`, `size` of them."""
        numbers = []
        for at in range(index * size, (index + 1) * size):
            epoch, place = divmod(at, len(self.pairs))
            if self._order[0] != epoch:
                rng = np.random.default_rng((self.seed, epoch))
                self._order = epoch, rng.permutation(len(self.pairs))
            numbers.append(int(self._order[1][place]))
        return numbers

    def batch(
        self, numbers: Sequence[int], side: int, generator: torch.Generator
    ) -> tuple[Tensor, CaptionCondition, Tensor]:
        """Pictures (B, 3, S, S), their captions, and which scenes look the same (B, B)."""
        scenes = [scene for number in numbers for scene in self.pairs[number].scenes]
        pixels = disturb(torch.cat([self._pictures(number) for number in numbers]), side, generator)
        captions = self.captions.batch([2 * n + second for n in numbers for second in (0, 1)])
        codes: dict[tuple, int] = {}
        looks = torch.tensor([codes.setdefault(looks_of(one), len(codes)) for one in scenes])
        return pixels, captions, looks[:, None] == looks

    def _pictures(self, number: int) -> Tensor:
        """Pixels (2, 3, P, P) in [-1, 1]."""
        one: Pair = self.pairs[number]
        if number >= self._rebuilt_below:
            return stack_pixels(one.pictures(self.painter))
        if number not in self._kept:
            assert self.tokenizer is not None
            back = rebuild(self.tokenizer, stack_pixels(one.pictures(self.painter)))
            back = resize(back, self.painter.size)
            self._kept[number] = to_bytes(back)
        return from_bytes(self._kept[number])


@torch.no_grad()
def rebuild(tokenizer: Tokenizer, pixels: Tensor) -> Tensor:
    """Pixels (B, 3, P, P) through nano's tokenizer and back, at the size its decoder writes."""
    return tokenizer.decode(tokenizer.encode(resize(pixels, SIDE))).float()


def resize(pixels: Tensor, side: int) -> Tensor:
    """Pixels (B, 3, H, W) in [-1, 1] at `side`: bicubic, antialiased."""
    if pixels.shape[-1] == side:
        return pixels
    size = (side, side)
    return F.interpolate(pixels, size, mode="bicubic", antialias=True).clamp(-1, 1)


def disturb(pixels: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Pixels (B, 3, P, P): all moved, dimmed and resized to (B, 3, S, S), some of them blurred."""
    whole = pixels.shape[-1]
    furthest = round(whole * MAX_SHIFT)
    moved = F.pad(pixels, [furthest] * 4, mode="replicate")
    shifts = torch.randint(0, 2 * furthest + 1, (len(pixels), 2), generator=generator)
    moved = torch.stack(
        [
            one[:, top : top + whole, left : left + whole]
            for one, (top, left) in zip(moved, shifts.tolist(), strict=True)
        ]
    )
    small = resize(moved, side)
    blurred = torch.rand(len(pixels), generator=generator) < BLURRED
    through = int(torch.randint(*BLUR_SIDES, (1,), generator=generator))
    if through < side and bool(blurred.any()):
        small[blurred] = resize(resize(moved[blurred], through), side)
    light = 0.9 + 0.2 * torch.rand(len(pixels), 1, 1, 1, generator=generator)
    return ((small + 1) * light - 1).clamp(-1, 1)
