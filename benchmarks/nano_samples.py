"""Draw 24 held-out and 24 plain prompts, first seed, into docs/nano_samples.png.

    python -m benchmarks.nano_samples [--out docs/nano_samples.png]

The prompts come from a fixed draw over the vocabulary, not from a list that somebody liked. Held
out: twelve noun–colour and twelve noun–noun combinations that training never shows.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from maskgil.evaluation.commands.geneval import trained_nouns
from maskgil.nano.emoji.captions import NO_ARTICLE, plural, with_article
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import Scene, Thing, is_held_out
from maskgil.nano.emoji.sprites import Noun
from maskgil.presets import load_generator

NUMBERS = {2: "two", 3: "three", 4: "four"}
SHOWN_SIZE = 192


def _name(thing: Thing) -> str:
    words = " ".join(filter(None, (thing.colour, thing.noun.name)))
    if thing.count > 1:
        return " ".join(filter(None, (NUMBERS[thing.count], thing.colour, plural(thing.noun.name))))
    return words if thing.noun.name in NO_ARTICLE else with_article(words)


def _caption(scene: Scene) -> str:
    names = [_name(thing) for thing in scene.things]
    if len(names) == 1:
        return names[0]
    return (" and " if scene.layout == "beside" else " above ").join(names)


PATIENCE = 4000  # draws after which a noun may come again


def _pick(
    nouns: tuple[Noun, ...],
    wanted: Callable[[Scene], bool],
    count: int,
    seed: int,
    held_out: bool,
) -> list[str]:
    """`count` different captions of the first scenes of a fixed draw that fit."""
    rng = random.Random(seed)
    sampler = SceneSampler(nouns=nouns, styles=(("3d", 1.0),), held_out=held_out)
    found: list[str] = []
    used: set[str] = set()
    draws = 0
    while len(found) < count:
        scene, draws = sampler.sample(rng), draws + 1
        names = {thing.noun.name for thing in scene.things}
        caption = _caption(scene)
        fresh = not names & used or (draws > PATIENCE and caption not in found)
        if scene.background is None and fresh and wanted(scene):
            assert is_held_out(scene) == held_out
            found.append(caption)
            used |= names
    return found


def prompts(nouns: tuple[Noun, ...]) -> dict[str, list[str]]:
    """The 48 prompts by group, always the same for the same nouns."""

    def pick(wanted: Callable[[Scene], bool], count: int, seed: int, held_out: bool) -> list[str]:
        return _pick(nouns, wanted, count, seed, held_out)

    def single(scene: Scene) -> bool:
        return scene.layout == "single"

    def pair(scene: Scene) -> bool:
        return len(scene.things) == 2 and not any(thing.colour for thing in scene.things)

    def coloured(scene: Scene) -> bool:
        return single(scene) and scene.things[0].colour is not None

    def counted(scene: Scene) -> bool:
        return len(scene.things) == 1 and scene.things[0].count > 1

    return {
        "held-out noun and colour": pick(coloured, 12, 1, True),
        "held-out pair of nouns": pick(pair, 12, 2, True),
        "one object": pick(lambda s: single(s) and not coloured(s), 8, 3, False),
        "one object in a colour": pick(coloured, 6, 4, False),
        "counts": pick(counted, 5, 5, False),
        "two objects": pick(pair, 5, 6, False),
    }


def sheet(images: list[Image.Image], captions: list[str], columns: int = 8) -> Image.Image:
    """Pictures with their prompts underneath."""
    side, text = SHOWN_SIZE, 22
    rows = -(-len(images) // columns)
    page = Image.new("RGB", (columns * (side + 8), rows * (side + text + 8)), "white")
    pen = ImageDraw.Draw(page)
    for index, (image, caption) in enumerate(zip(images, captions, strict=True)):
        left, top = index % columns * (side + 8) + 4, index // columns * (side + text + 8) + 4
        page.paste(image.resize((side, side), Image.Resampling.LANCZOS), (left, top))
        pen.rectangle((left - 1, top - 1, left + side, top + side), outline=(220, 220, 220))
        pen.text((left + 2, top + side + 4), f"{index + 1}. {caption}", fill="black")
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/nano_samples.png"))
    parser.add_argument("--weights", type=Path, help="folder of weights instead of the shipped")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    groups = prompts(trained_nouns(weights=options.weights))
    captions = [caption for group in groups.values() for caption in group]
    generator = load_generator("nano", weights=options.weights)
    images = [
        image
        for start in range(0, len(captions), 8)
        for image in generator.generate(captions[start : start + 8], seed=options.seed)
    ]
    sheet(images, captions).quantize(256).save(options.out, optimize=True)
    number = 0
    for group, members in groups.items():
        sys.stdout.write(f"# {group}\n")
        for caption in members:
            number += 1
            sys.stdout.write(f"{number}. {caption}\n")


if __name__ == "__main__":
    main()
