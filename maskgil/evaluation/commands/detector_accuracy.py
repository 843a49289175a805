"""`evaluate recognised`: how often nano's detector is right on real scenes, and on rebuilt ones.

On scenes fresh from the art it is the detector that is measured: a judge has to be right there.
After a tokenizer's encode and decode it is the tokenizer: what is lost there no generator can draw.
Then nano's GenEval prompts as real scenes and near misses: is the verdict right? (`judged_scenes`)
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from maskgil.evaluation import report
from maskgil.evaluation.commands import world_recognised
from maskgil.evaluation.detector.accuracy import FRESH_SEED, AccuracyCounts, measure
from maskgil.evaluation.detector.dataset import LooseScenes, Shown, SlotScenes, truth_of
from maskgil.evaluation.detector.model import NAME
from maskgil.evaluation.detector.rebuilt import Rebuilder
from maskgil.evaluation.detector.verdict_cases import cases, verdicts
from maskgil.evaluation.geneval.nano_prompts import nano_prompts
from maskgil.evaluation.geneval.report import (
    CategoryShare,
    VerdictRow,
    failures,
    judged_table,
    summary,
    wilson,
)
from maskgil.nano.emoji.renderer import Painter
from maskgil.nano.emoji.sampler import SceneSampler
from maskgil.nano.emoji.scene import SLOTS, Scene, Thing
from maskgil.nano.emoji.sprites import ArtFolder, Noun, load_nouns
from maskgil.nano.world.paints import COLOURS

TOKENIZER = "nano-tokenizer"
SETS = ("slots", "held out", "loose", "spoilt")
SIZES = {"large": "single", "small": "beside"}  # of sprites: the layout that shows them so


def fresh(name: str, art: ArtFolder, nouns: Sequence[Noun], side: int) -> Any:
    """The scenes of a set by number, which training never drew."""
    if name in ("slots", "held out"):
        sampler = SceneSampler(tuple(nouns), (("3d", 1.0),), name == "held out")
        return SlotScenes(art, sampler, side=side, seed=FRESH_SEED)
    styles = (("3d", 1.0),)
    return LooseScenes(art, nouns, styles=styles, spoilt=name == "spoilt", seed=FRESH_SEED)


class SpriteCase(NamedTuple):
    """A thing in a layout, in its own colours or painted: what `every_sprite` shows."""

    noun: Noun
    layout: str
    colour: str | None = None


def every_sprite(nouns: Sequence[Noun], size: str, *, painted: bool = False) -> list[SpriteCase]:
    """Each noun alone (`size` "large"), or as small as in pairs, twice ("small").

    In its own colours, or, of those that may be painted, each in one colour: they take turns.
    """
    layout = SIZES[size]
    if not painted:
        return [SpriteCase(noun, layout) for noun in nouns]
    offset = list(SIZES).index(size) * (len(COLOURS) // 2)
    sprites = []
    for number, noun in enumerate(noun for noun in nouns if noun.paintable):
        turn = number + offset
        if COLOURS[turn % len(COLOURS)] == noun.colour:
            turn += 1  # that one is no paint
        sprites.append(SpriteCase(noun, layout, COLOURS[turn % len(COLOURS)]))
    return sprites


def draw_sprite(sprite: SpriteCase, painter: Painter, numbers: dict[str, int]) -> Shown:
    count = len(SLOTS[sprite.layout])
    scene = Scene((Thing(sprite.noun, sprite.colour, count),), sprite.layout)
    return Shown(painter.draw(scene), truth_of(scene, painter, numbers))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the results")
    parser.add_argument("--art", required=True, help="npm folder of the art; a world's: or a pack")
    parser.add_argument(
        "--detector", default=NAME, help="name or file of the detector, or the folder of its run"
    )
    parser.add_argument(
        "--tokenizer",
        help=f"name or file; none for real scenes alone (default {TOKENIZER}, a world's: none)",
    )
    parser.add_argument("--scenes", type=int, default=400, help="fresh scenes of each set")
    parser.add_argument("--prompts", type=int, help="the first so many prompts of each category")


def run(options: argparse.Namespace) -> None:
    """Measure and write recognised.json and recognised.md."""
    if options.scenes < 1:
        raise ValueError(f"--scenes is {options.scenes}; it must be at least 1")
    judge = world_recognised.detector_of(options.detector)
    net = judge.net
    if net.answers:
        world_recognised.run(options, net)
        return
    art, options.tokenizer = ArtFolder(options.art), options.tokenizer or TOKENIZER
    nouns = [noun for noun in load_nouns() if noun.name in net.config.nouns]
    if [noun.name for noun in nouns] != list(net.config.nouns):
        raise ValueError(f"{options.detector} knows other nouns than maskgil/nano/emoji/nouns.tsv")
    if net.config.colours != COLOURS:
        raise ValueError(f"{options.detector} knows other colours than the scenes have")
    rebuild = None if options.tokenizer == "none" else Rebuilder(options.tokenizer)
    side = net.config.image_size if rebuild is None else rebuild.side
    found: dict[str, AccuracyCounts] = {}
    for name in SETS:
        scenes = fresh(name, art, nouns, side)
        pictures = (scenes[number] for number in range(options.scenes))
        found[name] = measure(net, pictures, options.scenes, label=name)
    painter, numbers = Painter(art, size=side), {noun.name: i for i, noun in enumerate(nouns)}
    ways: dict[str, Rebuilder | None] = {"real": None}
    if rebuild is not None:
        ways["rebuilt"] = rebuild
    for painted in (False, True):
        for size in SIZES:
            sprites = every_sprite(nouns, size, painted=painted)
            for how, through in ways.items():
                drawn = (draw_sprite(one, painter, numbers) for one in sprites)
                name = f"{how}, {'painted, ' if painted else ''}{size}"
                found[name] = measure(net, drawn, len(sprites), rebuild=through, label=name)
    shown = list(cases(nano_prompts(nouns, limit=options.prompts), nouns))
    judged = {
        how: verdicts(shown, painter, judge, through, label=f"verdicts, {how}")
        for how, through in ways.items()
    }
    _report(options, found, judged)


def _share(counts: Sequence[AccuracyCounts]) -> CategoryShare:
    """Things recognised of those of several sets; the interval takes things for independent."""
    right, there = sum(c.right for c in counts), max(1, sum(c.there for c in counts))
    pictures = sum(c.pictures for c in counts)
    return CategoryShare(right / there, *wilson(right / there, there), pictures, pictures)


def _report(
    options: argparse.Namespace,
    found: dict[str, AccuracyCounts],
    judged: dict[str, tuple[list[VerdictRow], list[VerdictRow]]],
) -> None:
    sprites = {name: found[name] for name in found if name not in SETS}
    rebuilt = {name: counts for name, counts in sprites.items() if name.startswith("rebuilt")}
    mistaken = sum((found[name].mistaken for name in SETS), Counter())
    record: dict[str, Any] = {
        "title": "Things recognised",
        "command": report.command_line(),
        "detector": options.detector,
        "tokenizer": options.tokenizer,
        "scenes": {name: found[name].shares() for name in SETS},
        "sprites": {
            name: {**counts.shares(), "missed": sorted(counts.missed)}
            for name, counts in sprites.items()
        },
        "mistaken": [[*pair, times] for pair, times in mistaken.most_common(40)],
        "verdicts": {
            how: {
                "own": {tag: shares["all"].to_dict() for tag, shares in summary(own).items()},
                "wrong": failures(own),
                "near_misses_taken_for_right": failures(
                    row._replace(correct=not row.correct, reason="near miss") for row in near
                ),
            }
            for how, (own, near) in judged.items()
        },
    }
    columns = ("recall", "precision", "colour", "mean_overlap", "whole_pictures", "things")
    rows = [[name, *(found[name].shares()[c] for c in columns)] for name in found]
    headings = ["", "right class and box", "precision", "colour", "overlap", "whole", "things"]
    sections = [
        "Scenes are fresh and real: slots are the corpus's own, held out its combinations that "
        "generators never see, loose those with things anywhere in any size, spoilt the same "
        "blurred, dotted or compressed. Then every noun once alone and twice small, in its own "
        "colours, and painted where it may be.",
        report.table(headings, rows),
        "Right verdicts on nano's own prompts: scenes drawn from the art as each prompt asks, and "
        "near misses, which have one noun, colour, count or place wrong.",
        judged_table(judged),
    ]
    if rebuilt:
        own = [counts for name, counts in rebuilt.items() if "painted" not in name]
        painted = [counts for name, counts in rebuilt.items() if "painted" in name]
        record["recognised"] = _share(own).to_dict()
        record["recognised_painted"] = _share(painted).to_dict()
        sections.append(
            f"Rebuilt by {options.tokenizer}, the share of sprites that are recognised is "
            f"{_share(own)}, of painted ones {_share(painted)}."
        )
    told = len(sections)
    for name, counts in sprites.items():
        if counts.missed:
            sections.append(f"Not recognised ({name}): {', '.join(sorted(counts.missed))}.")
    report.write(options.output, "recognised", record, sections)
    sys.stdout.write("\n\n".join(sections[:told]) + "\n")
