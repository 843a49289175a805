"""Pictures as tensors: batches of scenes, sheets of pictures."""

# B batch, S picture side in pixels.

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from PIL import Image
from torch import Tensor

from maskgil.nano.emoji.captions import caption_scene
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import Scene
from maskgil.nano.emoji.sprites import ArtFolder
from maskgil.utils.images import stack_pixels


class Scenes(Protocol):
    """Scenes by number, as training takes them."""

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """What the encoder reads (B, 3, S, S) and what the decoder should write."""

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """Pixels (B, 3, S, S) that the encoder reads, and their captions."""

    def held_out(self) -> Scenes:
        """The same source of what training never shows."""


class SceneSource:
    """Scenes by number. `reader` draws what the encoder reads where the decoder writes larger."""

    def __init__(
        self,
        painter: Painter,
        sampler: SceneSampler,
        *,
        reader: Painter | None = None,
        seed: int = 0,
    ) -> None:
        self.painter, self.sampler, self.reader, self.seed = painter, sampler, reader, seed

    def held_out(self) -> SceneSource:
        """The same source of what training never shows."""
        sampler = replace(self.sampler, held_out=True)
        return SceneSource(self.painter, sampler, reader=self.reader, seed=self.seed)

    def _examples(self, batch: int, size: int, painter: Painter) -> list[Example]:
        numbers = range(batch * size, (batch + 1) * size)
        return [example(number, painter, self.sampler, seed=self.seed) for number in numbers]

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """What the encoder reads (B, 3, S, S) and what the decoder should write."""
        drawn = self._examples(batch, size, self.painter)
        large = stack_pixels([one.pixels for one in drawn])
        if self.reader is None:
            return large, large
        return stack_pixels([self.reader.draw(one.scene) for one in drawn]), large

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """Pixels of `painter` (B, 3, S, S) and their captions."""
        drawn = self._examples(batch, size, self.painter)
        return stack_pixels([one.pixels for one in drawn]), [one.caption for one in drawn]


@dataclass(frozen=True)
class Example:
    scene: Scene
    caption: str
    pixels: np.ndarray  # (S, S, 3) uint8


def example(index: int, painter: Painter, sampler: SceneSampler, *, seed: int = 0) -> Example:
    """The example with this index: the same for the same seed, whatever came before."""
    rng = random.Random(f"{seed}/{index}")
    scene = sampler.sample(rng)
    return Example(scene, caption_scene(scene, rng), painter.draw(scene))


def main() -> None:
    import argparse
    import sys

    parser = argparse.ArgumentParser(
        prog="python -m maskgil.nano.emoji.dataset", description=__doc__
    )
    parser.add_argument("--art", default="node_modules", help="folder of the art's npm packages")
    parser.add_argument("--sheet", default="scenes.png", help="PNG of examples to write")
    parser.add_argument("--examples", type=int, default=48)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", action="store_true", help="only what training never shows")
    options = parser.parse_args()
    try:
        painter = Painter(ArtFolder(options.art), size=options.size)
    except ValueError as error:
        parser.error(str(error))
    sampler = SceneSampler(held_out=options.held_out)
    shown = [example(i, painter, sampler, seed=options.seed) for i in range(options.examples)]
    rows = [
        np.concatenate([e.pixels for e in shown[i : i + 8]], 1)
        for i in range(0, len(shown) - len(shown) % 8, 8)
    ]
    Image.fromarray(np.concatenate(rows)).save(options.sheet)
    for i, one in enumerate(shown):
        sys.stdout.write(f"{i:4} {one.caption}\n")


if __name__ == "__main__":
    main()
