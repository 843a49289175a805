"""Banks: replay buffers of composed scenes in device memory, from which batches are sampled."""

# B batch, n scenes of a chunk, S picture side, h w token grid, T word pieces.

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from maskgil.data.bucket_sampler import mixed
from maskgil.models.conditioning import Drafted
from maskgil.models.text_encoders.minilm import BertEncoder
from maskgil.tokenizers.base import Tokenizer
from maskgil.train.batches import HELD_OUT, PixelBatch, TokenBatch
from maskgil.train.composed import CHUNK, OWN, PIECES, Composers, SceneChunk
from maskgil.train.distributed import Runtime
from maskgil.utils.images import from_bytes

MARGIN = 2048  # oldest scenes that are not sampled, as the collector may be replacing them
Prepare = Callable[[SceneChunk], dict[str, Tensor]]


class Bank:
    """A ring buffer of the newest `capacity` scenes, each one a row of every tensor in `columns`.

    `prepare` converts a chunk to rows. With worker processes a thread collects their scenes on its
    own CUDA stream, up to a quarter of the bank ahead of the steps; without, scenes are composed on
    demand.
    """

    def __init__(
        self, composers: Composers, capacity: int, prepare: Prepare, device: torch.device
    ) -> None:
        self.composers, self.prepare, self.device = composers, prepare, device
        self.capacity = max(1, capacity // CHUNK) * CHUNK
        self.columns: dict[str, Tensor] = {}
        self.seen = self.given = 0  # scenes collected, and handed out as fresh
        self._begun = False
        self._error: Exception | None = None
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None

    def rows(self, size: int, *, first: int, fresh: bool, generator: torch.Generator) -> Tensor:
        """Rows of `size` scenes (B,); with `fresh`, those not handed out yet come first.

        An empty bank starts composing with scene `first`. Raises ComposingError, and ValueError for
        a capacity below four times `size`.
        """
        if 4 * size > self.capacity:
            raise ValueError(
                f"scenes.bank keeps {self.capacity} scenes; batches of {size} need {4 * size}"
            )
        self._begin(first)
        one_by_one = fresh and not self.composers.workers
        self._wait(self.given + size if one_by_one else size)
        end = self.seen
        begin = max(0, end - self.capacity + min(MARGIN, self.capacity // 4))
        numbers = torch.randint(begin, end, (size,), generator=generator, device=self.device)
        if fresh:
            new = max(self.given, begin)
            self.given = min(end, new + size)
            numbers[: self.given - new] = torch.arange(new, self.given, device=self.device)
        return numbers % self.capacity

    def _begin(self, first: int) -> None:
        if self._begun:
            return
        self._begun = True
        self.composers.start(first)
        if self.composers.workers:
            self.composers.in_background(self._collect_ahead)

    def _wait(self, count: int) -> None:
        while self.seen < count or self._error is not None:
            if self._error is not None:
                raise self._error
            if self.composers.workers:
                time.sleep(0.01)
            else:
                self._collect()

    def _collect_ahead(self) -> None:
        """Collect a chunk, unless a quarter of the bank is still fresh."""
        if self._error is not None or self.seen - self.given > self.capacity // 4:
            time.sleep(0.01)
            return
        try:
            self._collect()
        except Exception as error:  # raised again in the step that waits for scenes
            self._error = error

    @torch.no_grad()
    def _collect(self) -> None:
        with self.composers.chunk() as chunk, self._own_stream():
            rows = slice(self.seen % self.capacity, self.seen % self.capacity + CHUNK)
            for name, made in self.prepare(chunk).items():
                if name not in self.columns:
                    shape = (self.capacity, *made.shape[1:])
                    self.columns[name] = torch.empty(shape, dtype=made.dtype, device=self.device)
                self.columns[name][rows] = made
        self.seen += CHUNK

    @contextlib.contextmanager
    def _own_stream(self):
        if self._stream is None:
            yield
            return
        with torch.cuda.stream(self._stream):
            yield
            self._stream.synchronize()


class TokenBank:
    """A `TokenSource` over a bank of tokens and captions' word pieces.

    Captions are encoded here; a share `canonical` of them is canonical. `fresh`: scenes not shown
    yet come first. All randomness follows from the number of the batch and the bank's contents.
    """

    caption_length = PIECES

    def __init__(
        self, bank: Bank, tokenizer: Tokenizer, encoder: BertEncoder, engine: Runtime, *,
        canonical: float, fresh: bool = True,
    ) -> None:  # fmt: skip
        self.bank, self.encoder, self.engine = bank, encoder, engine
        self.tokenizer = tokenizer
        self.scenes, self.codebook_size = bank.composers.world, tokenizer.codebook_size
        self.canonical, self.fresh = canonical, fresh

    def again(self) -> TokenBank:
        """The same bank for another model, which samples any scenes, fresh or not."""
        return TokenBank(
            self.bank, self.tokenizer, self.encoder, self.engine,
            canonical=self.canonical, fresh=False,
        )  # fmt: skip

    def batch(self, index: int, size: int) -> TokenBatch:
        generator = step_generator(self.bank, index, int(self.fresh))
        rows = self.bank.rows(
            size, first=index * size, fresh=self.fresh, generator=generator
        )  # (B,)
        chance = torch.rand(size, generator=generator, device=rows.device)
        pieces = self.bank.columns["pieces"][rows, (chance >= self.canonical).long()]  # (B, T)
        if pieces.device.type == "cpu":  # on a GPU nothing is read back
            pieces = pieces[:, : int((pieces != self.encoder.padding).sum(-1).max())]
        with torch.no_grad(), self.engine.autocast():
            caption = self.encoder.features(pieces.long())
        drafts = self.bank.columns.get("drafts")
        condition = caption if drafts is None else Drafted(caption, drafts[rows].long())
        return TokenBatch(self.bank.columns["tokens"][rows].long(), condition, [])


class PixelBank:
    """A `PixelSource` over a bank of pictures, fresh ones first."""

    def __init__(self, bank: Bank) -> None:
        self.bank, self.scenes = bank, bank.composers.world

    def pixels(self, index: int, size: int) -> PixelBatch:
        generator = step_generator(self.bank, index)
        rows = self.bank.rows(size, first=index * size, fresh=True, generator=generator)  # (B,)
        columns = self.bank.columns
        small = from_bytes(columns["small"][rows].movedim(-1, 1))
        large = from_bytes(columns["large"][rows].movedim(-1, 1)) if "large" in columns else small
        return PixelBatch(small, large, [])

    def shown(self, count: int) -> PixelBatch:
        small, large = self.scenes.pictures(HELD_OUT, count)
        return PixelBatch(small.to(self.bank.device), large.to(self.bank.device), [])


def step_generator(bank: Bank, index: int, stream: int = 0) -> torch.Generator:
    """The generator of batch `index`, on the bank's device to avoid transfers."""
    seed = mixed(bank.composers.world.seed, "bank", index, stream)
    return torch.Generator(bank.device).manual_seed(seed)


def token_bank(
    composers: Composers, capacity: int, tokenizer: Tokenizer, device: torch.device
) -> Bank:
    """A bank of "tokens" (h, w) by a frozen tokenizer, "pieces" (2, T), maybe "drafts" (N,)."""
    kind = torch.int16 if tokenizer.codebook_size <= 1 << 15 else torch.int32

    def prepare(chunk: SceneChunk) -> dict[str, Tensor]:
        tokens = tokenizer.encode(
            from_bytes(_sent(chunk.small, device).movedim(-1, 1))
        )  # (n, h, w)
        made = {"tokens": tokens.to(kind), "pieces": _sent(chunk.pieces, device)}
        if chunk.drafts is not None:
            drafts = _sent(chunk.drafts, device)
            own = tokens.flatten(1).to(drafts.dtype)
            made["drafts"] = torch.where(drafts == OWN, own, drafts)
        return made

    return Bank(composers, capacity, prepare, device)


def pixel_bank(composers: Composers, capacity: int, device: torch.device) -> Bank:
    """A bank of pictures: "small" (S, S, 3) uint8, and "large" where that is another."""

    def prepare(chunk: SceneChunk) -> dict[str, Tensor]:
        made = {"small": _sent(chunk.small, device)}
        if chunk.large is not chunk.small:
            made["large"] = _sent(chunk.large, device)
        return made

    return Bank(composers, capacity, prepare, device)


def _sent(array: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(array).to(device)
