"""The corpus of captioned scenes by index; commands for a sample sheet and a pack of the art.

python -m maskgil.nano.dataset --art node_modules --sheet sheet.png
python -m maskgil.nano.dataset --art node_modules --pack pack
"""

# B batch, S picture side in pixels.

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import KEPT_BYTES, Renderer
from maskgil.nano.world.captions import canonical, caption
from maskgil.nano.world.sampler import SceneSampler
from maskgil.nano.world.scene import Scene
from maskgil.utils.images import stack_pixels


@dataclass(frozen=True)
class Example:
    """A scene of the corpus, one of its captions, and the picture (S, S, 3) uint8."""

    scene: Scene
    caption: str
    pixels: np.ndarray


class WorldSource:
    """Scenes of the world by index, for training.

    `reader` renders the encoder's input if the decoder's output is larger.
    """

    def __init__(
        self,
        renderer: Renderer,
        sampler: SceneSampler,
        *,
        reader: Renderer | None = None,
        seed: int = 0,
    ) -> None:
        self.renderer, self.sampler, self.reader, self.seed = renderer, sampler, reader, seed

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        """The renderers of the encoder's input and, if larger, of the decoder's target."""
        return (self.renderer,) if self.reader is None else (self.reader, self.renderer)

    def held_out(self) -> WorldSource:
        """The held-out part of this source."""
        sampler = SceneSampler(
            nouns=self.sampler.names, styles=self.sampler.styles, kinds=self.sampler.kinds,
            held_out=True, scenery=self.sampler.scenery,
        )  # fmt: skip
        return WorldSource(self.renderer, sampler, reader=self.reader, seed=self.seed)

    def scene(self, number: int) -> Scene:
        """The scene with this number."""
        return self.sampler.scene(number, seed=self.seed)

    def example(self, number: int, *, renderer: Renderer | None = None) -> Example:
        """The scene with this number, a caption and its picture; the same whatever came before."""
        scene = self.scene(number)
        picture = (renderer or self.renderer).draw(scene, f"{self.seed}/{number}")
        return Example(scene, self._caption(scene, number), picture)

    def caption(self, number: int) -> str:
        """The caption of the example with this number, without its picture."""
        return self._caption(self.scene(number), number)

    def _caption(self, scene: Scene, number: int) -> str:
        if not scene.things:
            return canonical(scene)
        return caption(scene, random.Random(f"{self.seed}/caption/{number}"))

    def _numbers(self, batch: int, size: int) -> range:
        return range(batch * size, (batch + 1) * size)

    def pictures(self, batch: int, size: int) -> tuple[Tensor, Tensor]:
        """The encoder's input (B, 3, S, S) and the decoder's target."""
        numbers = self._numbers(batch, size)
        large = stack_pixels([self.example(number).pixels for number in numbers])
        if self.reader is None:
            return large, large
        small = [self.example(number, renderer=self.reader).pixels for number in numbers]
        return stack_pixels(small), large

    def captioned(self, batch: int, size: int) -> tuple[Tensor, list[str]]:
        """Pixels (B, 3, S, S) and their captions."""
        drawn = [self.example(number) for number in self._numbers(batch, size)]
        return stack_pixels([one.pixels for one in drawn]), [one.caption for one in drawn]


def open_world(
    art: str, *, side: int = 192, scale: int = 1, seed: int = 0, kept: int = KEPT_BYTES,
    scenery: float = 0.0,
) -> WorldSource:  # fmt: skip
    """The corpus drawn with `art`, npm packages or a pack, at `scale` times `side` pixels."""
    folder = Art(art)
    reader = Renderer(folder, size=side, kept=kept) if scale > 1 else None
    renderer = Renderer(folder, size=side * scale, kept=kept)
    return WorldSource(renderer, SceneSampler(scenery=scenery), reader=reader, seed=seed)


def main() -> None:
    import argparse
    import sys
    import textwrap

    from PIL import Image, ImageDraw

    parser = argparse.ArgumentParser(prog="python -m maskgil.nano.dataset", description=__doc__)
    parser.add_argument(
        "--art", default="node_modules", help="folder of the npm packages, or a pack"
    )
    parser.add_argument("--sheet", help="PNG of examples with their captions to write")
    parser.add_argument("--pack", help="folder to write a pack of the art to")
    parser.add_argument("--examples", type=int, default=64)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--first", type=int, default=0, help="number of the first example")
    parser.add_argument("--size", type=int, default=192)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    try:
        if options.pack:
            from maskgil.nano.rendering.pack import write_pack

            sys.stdout.write(write_pack(options.art, options.pack) + "\n")
        if not options.sheet:
            return
        source = open_world(options.art, side=options.size, seed=options.seed)
    except ValueError as error:
        parser.error(str(error))
    step, lines = options.size + 34, []
    rows = -(-options.examples // options.columns)
    sheet = Image.new("RGB", (options.columns * (options.size + 6), rows * step), "white")
    pen = ImageDraw.Draw(sheet)
    for place in range(options.examples):
        one = source.example(options.first + place)
        x, y = place % options.columns * (options.size + 6), place // options.columns * step
        sheet.paste(Image.fromarray(one.pixels), (x, y))
        words = "\n".join(textwrap.wrap(canonical(one.scene), options.size // 6)[:3])
        pen.multiline_text((x + 2, y + options.size + 1), words, fill="black", spacing=0)
        lines.append(f"{options.first + place:5} {canonical(one.scene)} | {one.caption}")
    sheet.save(options.sheet)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
