"""Composers: workers that render scenes into shared memory, with captions as word pieces."""

# n scenes of a chunk, S picture side in pixels, T word pieces.

from __future__ import annotations

import contextlib
import mmap
import multiprocessing
import os
import queue
import random
import threading
from collections.abc import Callable, Iterator
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from maskgil.models.conditioning import NO_CODE
from maskgil.nano.dataset import WorldSource
from maskgil.nano.drafts.draft import Drafts
from maskgil.nano.drafts.places import sketch_cells
from maskgil.nano.world.captions import canonical, caption
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.scene import Scene

if TYPE_CHECKING:
    from tokenizers import Tokenizer

AHEAD = 4  # prefetched chunks per worker
CHUNK = 32  # scenes per chunk
NICE = 5  # niceness of workers, so that training steps take precedence
PIECES = 48  # maximal word pieces of a caption, special tokens included
ATTEMPTS = 4  # at a free caption short enough, before falling back to the canonical one
OWN = -2  # marks a drafted cell that has the picture's own code
SKETCHED = (0.15, 0.75)  # range of the share of a setting's codes that is drafted
UNSKETCHED = 0.15  # share of settings without draft
PATIENCE = 10.0  # seconds between two checks that the other side is alive


class ComposingError(ValueError):
    """Composing failed; one line for the user."""


class SceneChunk(NamedTuple):
    """Scenes as uint8 inputs (n, S, S, 3) and targets of tokenizers, the same array if sizes agree.

    `pieces` (n, 2, T) int16: canonical and free caption, zero-padded. `drafts` (n, N) int16: as in
    `Drafted`, if there are references; `OWN` for the picture's own codes.
    """

    small: np.ndarray
    large: np.ndarray
    pieces: np.ndarray
    drafts: np.ndarray | None = None


class Composers:
    """Chunks of scenes, prefetched by `workers` processes or composed in this one (0).

    `words` tokenises captions; None for pictures only. `drafts` lays drafts. Processes are forked
    here: construct this before starting CUDA or threads. Chunks arrive in order of completion.
    Raises ValueError if processes cannot be forked.
    """

    def __init__(
        self, world: WorldSource, workers: int = 0, *, words: Tokenizer | None = None,
        drafts: Drafts | None = None,
    ) -> None:  # fmt: skip
        self.world, self.workers, self.words, self.drafts = world, workers, words, drafts
        self.next = 0
        self.closed = False
        self._thread: threading.Thread | None = None
        if words is not None:
            words.enable_truncation(PIECES)
            words.no_padding()
        self._chunks = [self._shared_chunk() for _ in range(max(1, AHEAD * workers))]
        self._crew: list[Any] = []
        if not workers:
            return
        context: Any = multiprocessing.get_context("fork")
        self._jobs, self._ready = context.Queue(), context.Queue()
        for _ in range(workers):
            one = context.Process(target=self._work, args=(os.getpid(),), daemon=True)
            one.start()
            self._crew.append(one)

    def _shared_chunk(self) -> SceneChunk:
        sides = {renderer.size for renderer in self.world.renderers}
        small, *rest = (_shared((CHUNK, side, side, 3), np.uint8) for side in sorted(sides))
        pieces = _shared((CHUNK, 2, PIECES), np.int16)
        drafts = None if self.drafts is None else _shared((CHUNK, GRID * GRID), np.int16)
        return SceneChunk(small, rest[0] if rest else small, pieces, drafts)

    def start(self, first: int) -> None:
        """Begin with the scene of number `first`."""
        self.next = first
        for place in range(len(self._chunks) if self.workers else 0):
            self._ask(place)

    def in_background(self, collect: Callable[[], None]) -> None:
        """Call `collect` repeatedly in a thread until `close`."""

        def loop() -> None:
            while not self.closed:
                collect()

        self._thread = threading.Thread(target=loop, daemon=True)
        self._thread.start()

    def _ask(self, place: int) -> None:
        self._jobs.put((place, self.next))
        self.next += CHUNK

    @contextlib.contextmanager
    def chunk(self) -> Iterator[SceneChunk]:
        """The next chunk; its memory belongs to the caller within the block."""
        if not self.workers:
            self._compose(self.next, self._chunks[0])
            self.next += CHUNK
            yield self._chunks[0]
            return
        place = self._take()
        yield self._chunks[place]
        self._ask(place)

    def _take(self) -> int:
        while not self.closed:
            try:
                place, error = self._ready.get(timeout=PATIENCE)
            except queue.Empty:
                if not all(one.is_alive() for one in self._crew):
                    raise ComposingError("a process that composes scenes has died") from None
                continue
            if error is not None:
                raise ComposingError(f"composing scenes: {error}")
            return int(place)
        raise ComposingError("no more scenes are composed")

    def _work(self, parent: int) -> None:
        os.nice(NICE)
        os.setpgrp()  # signals from the terminal are left to the parent
        while os.getppid() == parent:
            with contextlib.suppress(queue.Empty):
                place, first = self._jobs.get(timeout=PATIENCE)
                try:
                    self._compose(first, self._chunks[place])
                except Exception as error:
                    self._ready.put((place, f"{type(error).__name__}: {error}"))
                else:
                    self._ready.put((place, None))

    def _compose(self, first: int, into: SceneChunk) -> None:
        seed = self.world.seed
        into.pieces[:] = 0
        for row, number in enumerate(range(first, first + CHUNK)):
            scene = self.world.scene(number)
            sizes = into.small, into.large
            for renderer, pictures in zip(self.world.renderers, sizes, strict=False):
                pictures[row] = renderer.draw(scene, f"{seed}/{number}")
            if not scene.things:
                self._take_scenery(scene, number, into, row)
                continue
            if self.drafts is not None and into.drafts is not None:
                into.drafts[row] = self.drafts.of(scene, f"{seed}/{number}").ravel()
            if self.words is None:
                continue
            plain = free = self.words.encode(canonical(scene))
            for attempt in range(ATTEMPTS):
                rng = random.Random(f"{seed}/caption/{number}/{attempt}")
                tried = self.words.encode(caption(scene, rng))
                if not tried.overflowing:
                    free = tried
                    break
            for column, text in enumerate((plain, free)):
                into.pieces[row, column, : len(text.ids)] = text.ids

    def _take_scenery(self, scene: Scene, number: int, into: SceneChunk, row: int) -> None:
        """A setting without things: its plain caption twice, and a draft of some of its codes."""
        rng = random.Random(f"{self.world.seed}/sketch/{number}")
        share = 0.0 if rng.random() < UNSKETCHED else rng.uniform(*SKETCHED)
        if into.drafts is not None:
            into.drafts[row] = np.where(sketch_cells(share, rng), OWN, NO_CODE).ravel()
        if self.words is not None:
            ids = self.words.encode(canonical(scene)).ids
            into.pieces[row, :, : len(ids)] = ids

    def close(self) -> None:
        """End the thread and the processes."""
        self.closed = True
        if self._thread is not None:
            self._ready.put((0, None))  # wake waiting threads
            self._thread.join()
        for one in self._crew:
            one.kill()
            one.join()


def _shared(shape: tuple[int, ...], kind: type) -> np.ndarray:
    """Zeros that forked processes share."""
    memory = mmap.mmap(-1, prod(shape) * np.dtype(kind).itemsize)
    return np.frombuffer(memory, kind).reshape(shape)
