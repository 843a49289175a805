"""`evaluate recognised`: accuracy of nano's detector by kind of scene, and of its verdicts.

Kinds are held-out scenes of the corpus, and loose, distorted scenes with things anywhere. Rebuilt
ones were encoded and decoded by a tokenizer, the upper bound for generators.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from maskgil.evaluation import report
from maskgil.evaluation.detector.accuracy import FRESH_SEED, AccuracyCounts, measure, summed
from maskgil.evaluation.detector.class_cases import class_cases, class_prompts
from maskgil.evaluation.detector.loose_scenes import LooseWorldScenes
from maskgil.evaluation.detector.model import NAME, RULES, NanoDetector, load_detector
from maskgil.evaluation.detector.rebuilt import Rebuilder
from maskgil.evaluation.detector.scenes import WorldScenes
from maskgil.evaluation.detector.train import detector_of_run
from maskgil.evaluation.detector.verdict_cases import verdicts
from maskgil.evaluation.geneval.report import VerdictRow, judged_table, summary
from maskgil.evaluation.geneval.world_classes import ClassDetector
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.nouns import Noun, load_nouns
from maskgil.nano.world.sampler import KINDS, SceneSampler

COLUMNS = {
    "recall": "right class and box", "precision": "precision", "colour": "colour",
    "settings": "setting", "times": "time", "weathers": "weather", "styles": "style",
    "muddles_named": "muddles named", "mean_overlap": "overlap", "whole_pictures": "whole",
    "things": "things",
}  # fmt: skip
SETS = (*KINDS, "loose", "spoilt")
ALL = "all kinds"
Verdicts = tuple[list[VerdictRow], list[VerdictRow]]  # of matching scenes, of near misses


def fresh(
    name: str, renderer: Renderer, nouns: Sequence[Noun] = (), known: Sequence[str] = ()
) -> Any:
    """Scenes of a kind by index, with a seed that no training uses.

    `known`: the judge's nouns in order, by default all.
    """
    if name in KINDS:
        names = tuple(one.name for one in nouns) or None
        sampler = SceneSampler(nouns=names, kinds={name: 1.0})
        return WorldScenes(renderer, sampler, seed=FRESH_SEED, known=known)
    spoilt = name == "spoilt"
    return LooseWorldScenes(renderer, nouns, spoilt=spoilt, seed=FRESH_SEED, known=known)


def detector_of(name: str) -> NanoDetector:
    """A detector by name or file, or with the averaged weights of a run's folder."""
    if not Path(name).is_dir():
        return load_detector(name)
    net = detector_of_run(Path(name)).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return NanoDetector(net)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the results")
    parser.add_argument("--art", required=True, help="npm folder of the art, or a pack of it")
    parser.add_argument(
        "--detector", default=NAME, help="name or file of the detector, or the folder of its run"
    )
    parser.add_argument("--tokenizer", help="name or file, to measure rebuilt scenes too")
    parser.add_argument("--scenes", type=int, default=400, help="fresh scenes of each set")
    parser.add_argument("--prompts", type=int, help="the first so many prompts of each category")


def run(options: argparse.Namespace) -> None:
    """Measure and write recognised.json and recognised.md."""
    if options.scenes < 1:
        raise ValueError(f"--scenes is {options.scenes}; it must be at least 1")
    net = detector_of(options.detector).net
    world = {noun.name: noun for noun in load_nouns()}
    if not world.keys() >= set(net.config.nouns):
        raise ValueError(f"{options.detector} knows other nouns than maskgil/nano/world has")
    nouns = [world[name] for name in net.config.nouns]  # nouns newer than the detector
    rebuild = None
    if options.tokenizer not in (None, "none"):
        rebuild = Rebuilder(options.tokenizer)
        if rebuild.side != net.config.image_size:
            raise ValueError(
                f"{options.tokenizer} reads {rebuild.side} pixels a side, the detector "
                f"{net.config.image_size}; give a tokenizer of the world"
            )
    renderer = Renderer(Art(options.art), size=net.config.image_size)
    found: dict[str, AccuracyCounts] = {}
    for how, through in {"": None, "rebuilt ": rebuild}.items():
        if how and through is None:
            continue
        for name in SETS:
            scenes = fresh(name, renderer, nouns, net.config.nouns)
            pictures = (scenes[number] for number in range(options.scenes))
            label = how + name
            found[label] = measure(net, pictures, options.scenes, rebuild=through, label=label)
        found[how + ALL] = summed(found[how + kind] for kind in KINDS)
    judge = ClassDetector(NanoDetector(net), RULES)
    prompts = class_prompts(limit=options.prompts)
    ways = {"real": None} if rebuild is None else {"real": None, "rebuilt": rebuild}
    said = {
        how: verdicts(list(class_cases(prompts)), renderer, judge, way, label=f"verdicts, {how}")
        for how, way in ways.items()
    }
    _report(options, found, said)


def _report(
    options: argparse.Namespace, found: dict[str, AccuracyCounts], said: dict[str, Verdicts]
) -> None:
    shares = {name: counts.shares() for name, counts in found.items()}
    mistaken = found[ALL].mistaken + found["loose"].mistaken + found["spoilt"].mistaken
    record = {
        "title": "Things of the world recognised",
        "command": report.command_line(),
        "detector": options.detector,
        "tokenizer": options.tokenizer,
        "scenes": shares,
        "missed": [[*pair] for pair in found[ALL].missed.most_common(40)],
        "verdicts": {
            how: {tag: shares["all"].to_dict() for tag, shares in summary(own).items()}
            for how, (own, _) in said.items()
        },
        "mistaken": [[*pair, times] for pair, times in mistaken.most_common(40)],
    }
    rows = [[name, *(row[column] for column in COLUMNS)] for name, row in shares.items()]
    sections = [
        "Kinds of scenes are the corpus's, of combinations that generators never see; loose scenes "
        "have things anywhere in any size, spoilt ones the same beside muddles, blurred, dotted or "
        "compressed. Things of which less than two fifths are in sight are not asked for.",
        report.table(["", *COLUMNS.values()], rows),
    ]
    for how in ("", "rebuilt "):
        if how + ALL in shares:
            sections.append(
                f"Of things of at least 5 x 5 cells, {how or 'as drawn '}"
                f"{shares[how + ALL]['large']:.3f} are recognised."
            )
    sections += [
        "Right verdicts on prompts over GenEval's 80 classes: scenes as each prompt asks, and near "
        "misses, which have one noun, colour, count or place wrong.",
        judged_table(said),
    ]
    report.write(options.output, "recognised", record, sections)
    sys.stdout.write("\n\n".join(sections) + "\n")
