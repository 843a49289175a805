"""Composers: scenes drawn by worker processes into shared memory, captions as word pieces."""

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

AHEAD = 4  # chunks that each worker may have ready
CHUNK = 32  # scenes composed at a time
NICE = 5  # the steps go first where there are fewer cores than processes
PIECES = 48  # of a caption, with the encoder's first and last
ATTEMPTS = 4  # at a free caption of so many pieces, before the canonical one stands in for it
OWN = -2  # of a draft: the picture's own code in that cell
SKETCHED = (0.15, 0.75)  # shares of a place's codes that are drafted
UNSKETCHED = 0.15  # the share of places without any
PATIENCE = 10.0  # seconds between two looks whether the other side lives


class ComposingError(ValueError):
    """Scenes can no longer be composed; one line for the user."""


class SceneChunk(NamedTuple):
    """Scenes as tokenizers read (n, S, S, 3) and write them, uint8; the same where sizes agree.

    `pieces` (n, 2, T) int16: the canonical caption and a free one, 0 behind their ends. `drafts`
    (n, N) int16: as of `Drafted`, where there are references to lay them of; `OWN` for the
    picture's own codes.
    """

    small: np.ndarray
    large: np.ndarray
    pieces: np.ndarray
    drafts: np.ndarray | None = None


class Composers:
    """Scenes by number in chunks, composed ahead by `workers` processes, or by this one (0).

    `words` cuts captions into pieces; None for pictures alone. `drafts` lays drafts. The processes
    are forked here, so that they begin without what CUDA and threads leave behind: make this before
    either starts. Chunks come as they are ready. Raises ValueError where processes cannot be
    forked.
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
        """Call `collect`, which takes a chunk, again and again in a thread until `close`."""

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
        """Scenes that are ready; inside, their memory is the caller's."""
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
        os.setpgrp()  # what stops the run from a terminal is the parent's to handle
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
        """A place alone: its plain caption twice, and a draft of some of its own codes."""
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
            self._ready.put((0, None))  # whoever waits wakes up
            self._thread.join()
        for one in self._crew:
            one.kill()
            one.join()


def _shared(shape: tuple[int, ...], kind: type) -> np.ndarray:
    """Zeros that forked processes share."""
    memory = mmap.mmap(-1, prod(shape) * np.dtype(kind).itemsize)
    return np.frombuffer(memory, kind).reshape(shape)
