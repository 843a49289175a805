"""`evaluate geneval`: draw the prompts of a metadata file into GenEval's folders and score them.

    OUT/images/00000/metadata.jsonl          the prompt's line
    OUT/images/00000/samples/0000.png …      its pictures

is the official scorer's input. Here any `Detector` scores them; results.jsonl has the official
format, so the official scorer's results make the same tables. By default nano uses prompts over its
own vocabulary and its own detector.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maskgil.cli import add_model_arguments, add_sampling_arguments, model_choice, sampling_changes
from maskgil.evaluation import paper_results, report
from maskgil.evaluation.commands.options import trained_names
from maskgil.evaluation.geneval import report as geneval_report
from maskgil.evaluation.geneval.scorer import (
    OFFICIAL,
    Detector,
    Prompt,
    Scores,
    Tally,
    parse_prompt,
    read_prompts,
    score,
)
from maskgil.evaluation.image_sets import DrawnPictures
from maskgil.evaluation.prompts import Prompts
from maskgil.utils.distributed import batches_of, launched, shared
from maskgil.utils.images import save_png
from maskgil.utils.progress import progress_bar

if TYPE_CHECKING:
    from maskgil.nano.world.nouns import Noun

PER_PROMPT = 4  # pictures, as in GenEval
NANO, WORLD, NOTHING = "nano", "world", "none"  # the preset; its detector; no detector
FOLDER, SAMPLE = re.compile(r"\d+"), re.compile(r"\d+\.png")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_arguments(parser)
    add_sampling_arguments(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the results")
    parser.add_argument(
        "--metadata",
        type=Path,
        help="prompts, such as evaluation_metadata.jsonl (default with --preset nano: its own)",
    )
    parser.add_argument("--limit", type=int, help="the first so many prompts of each category")
    parser.add_argument(
        "--images-per-prompt", "--seeds", type=int, default=PER_PROMPT, help="default 4"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the first picture")
    parser.add_argument("--prompt-seed", type=int, default=0, help="seed of nano's own prompts")
    parser.add_argument("--batch-size", type=int, default=16, help="pictures drawn together")
    parser.add_argument("--processes", type=int, default=1, help="processes that share the drawing")
    parser.add_argument("--images", type=Path, help="score the pictures of this folder, draw none")
    parser.add_argument(
        "--detector",
        help="world (of nano's world), a detector's .safetensors, MODULE:FUNCTION that makes one, "
        "or none (default with --preset nano: world)",
    )
    parser.add_argument("--results", type=Path, help="results.jsonl of the official scorer")


SHIPPED = {WORLD: "world-detector"}  # shipped detectors


@dataclass(frozen=True)
class Drawing:
    """Pictures of every prompt: number i of prompt p with seed `seed` + p · `per_prompt` + i."""

    folder: Path
    prompts: tuple[Prompt, ...]
    pictures: DrawnPictures  # one entry a picture, prompt by prompt
    per_prompt: int
    batch_size: int = 16

    def sample(self, prompt: int, number: int) -> Path:
        return self.folder / f"{prompt:05d}" / "samples" / f"{number:04d}.png"


def plan(
    folder: Path,
    prompts: list[Prompt],
    pictures: Any,
    *,
    per_prompt: int = PER_PROMPT,
    batch_size: int = 16,
) -> Drawing:
    """What to draw into `folder`; `pictures` makes `DrawnPictures` of one prompt a picture."""
    if per_prompt < 1:
        raise ValueError(f"--images-per-prompt is {per_prompt}; it must be at least 1")
    if batch_size < 1:
        raise ValueError(f"--batch-size is {batch_size}; it must be at least 1")
    texts = tuple(prompt.text for prompt in prompts for _ in range(per_prompt))
    drawn = pictures(Prompts(texts, {"images_per_prompt": per_prompt}))
    return Drawing(folder, tuple(prompts), drawn, per_prompt, batch_size)


def draw(drawing: Drawing, *, processes: int = 1) -> None:
    """Write the folders, skipping existing pictures; independent of the number of processes."""
    write_metadata(drawing)
    shared(draw_share, drawing, processes=processes)


def write_metadata(drawing: Drawing) -> None:
    """Make the folders. Raises ValueError if one is of another prompt."""
    for number, prompt in enumerate(drawing.prompts):
        folder = drawing.folder / f"{number:05d}"
        (folder / "samples").mkdir(parents=True, exist_ok=True)
        if launched()[0]:
            continue  # done by the first process
        line = json.dumps(prompt.raw) + "\n"
        path = folder / "metadata.jsonl"
        if path.is_file() and json.loads(path.read_text(encoding="utf-8")) != prompt.raw:
            raise ValueError(f"{path} is of another prompt; give another folder or empty it")
        path.write_text(line, encoding="utf-8")


def draw_share(drawing: Drawing, rank: int, world: int) -> int:
    """Draw every `world`-th batch of pictures; returns how many were missing."""
    total, drawn = len(drawing.prompts) * drawing.per_prompt, 0
    with progress_bar("pictures", total, disable=True if rank else None) as bar:
        for numbers in batches_of(total, drawing.batch_size, rank, world):
            missing = [
                (index, path)
                for index in numbers
                if not (path := drawing.sample(*divmod(index, drawing.per_prompt))).is_file()
            ]
            if missing:
                images = drawing.pictures.draw([index for index, _ in missing])
                for image, (_, path) in zip(images, missing, strict=True):
                    save_png(image, path)
            drawn += len(missing)
            bar.update(min(total - bar.n, world * drawing.batch_size))
    return drawn


def samples_of(folder: Path) -> Iterator[tuple[Prompt, Path]]:
    """Every picture of GenEval's folders with its prompt; ValueError when there is none."""
    if not folder.is_dir():
        raise ValueError(f"no folder {folder}")
    found = False
    for one in sorted(path for path in folder.iterdir() if FOLDER.fullmatch(path.name)):
        try:
            lines = (one / "metadata.jsonl").read_text(encoding="utf-8")
            prompt = parse_prompt(json.loads(lines))
        except (OSError, ValueError) as error:
            raise ValueError(f"{one / 'metadata.jsonl'}: {error}") from None
        for sample in sorted((one / "samples").glob("*.png")):
            if SAMPLE.fullmatch(sample.name):
                found = True
                yield prompt, sample
    if not found:
        raise ValueError(f"{folder} holds no NNNNN/samples/NNNN.png")


def score_folder(folder: Path, detector: Detector, results: Path) -> Scores:
    """Score every picture below `folder`, one at a time, writing a line each to `results`."""
    from PIL import Image, ImageOps

    tally, rules = Tally(), getattr(detector, "rules", OFFICIAL)
    results.parent.mkdir(parents=True, exist_ok=True)
    partial = results.with_name(results.name + ".part")
    with partial.open("w", encoding="utf-8") as file:
        for prompt, path in samples_of(folder):
            if prompt.tag is None:
                raise ValueError(
                    f"{path.parent.parent} is a prompt of GenEval 2, which is scored by its own "
                    "evaluation.py with image_paths.json"
                )
            with Image.open(path) as image:
                verdict, objects = score(ImageOps.exif_transpose(image), prompt, detector, rules)
            metadata = json.dumps(prompt.raw)
            boxes = {k: [[*one.box, one.score] for one in found] for k, found in objects.items()}
            line = {
                "filename": str(path), "tag": prompt.tag, "prompt": prompt.text,
                "correct": verdict.correct, "reason": verdict.reason, "metadata": metadata,
                "details": json.dumps(boxes),
            }  # fmt: skip
            file.write(json.dumps(line) + "\n")
            tally.add(prompt.tag, metadata, verdict.correct)
    partial.replace(results)
    return tally.scores()


def load_detector(name: str) -> Detector:
    """A shipped detector, one of a file, or the result of MODULE:FUNCTION. Raises ValueError.

    A detector of nano's world also reports GenEval's classes.

    A detector's attribute `rules`, if it has one, replaces the official constants.
    """
    if name in SHIPPED or name.endswith(".safetensors"):
        return _of_nano(SHIPPED.get(name, name))
    module, _, function = name.partition(":")
    try:
        make = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"--detector is {name!r}, not MODULE:FUNCTION that exists: {error}") from (
            error
        )
    return make()


def _of_nano(path: str) -> Detector:
    from maskgil.evaluation.detector.model import load_detector as load_nano
    from maskgil.evaluation.geneval.world_classes import ClassDetector

    detector = load_nano(path)
    return ClassDetector(detector, detector.rules) if detector.net.answers else detector


def run(options: argparse.Namespace) -> None:
    """Draw, score, or both; write geneval.json and geneval.md when there are scores."""
    given = [name for name in ("metadata", "images", "results") if getattr(options, name)]
    of_nano = options.preset == NANO and options.size is None
    prompts: list[Prompt] | None
    origin: dict[str, Any] = {}
    if len(given) > 1 or (not given and not of_nano):
        raise ValueError(
            "give one of --metadata FILE (prompts to draw), --images FOLDER (pictures to score) "
            "and --results FILE (of the official scorer)"
        )
    if options.results is not None:
        _report(options, options.results, str(options.results), {})
        return
    if options.images is not None:
        if options.detector in (None, NOTHING):
            raise ValueError(
                "--images are scored by a detector: give --detector world, a file or "
                "MODULE:FUNCTION"
            )
    elif model_choice(options).class_driven:
        raise ValueError("GenEval's prompts are captions: --size and imagenet draw classes")
    name = options.detector or (WORLD if of_nano else NOTHING)
    detector = None if name == NOTHING else load_detector(name)
    prompts = None
    if options.images is None:
        prompts, origin = _prompts(options, of_nano)
        if options.detector is None and not all(prompt.tag for prompt in prompts):
            detector = None
    folder = options.images or options.output / "images"
    if prompts is not None:
        if "kept" in origin and not launched()[0]:
            sys.stdout.write(_kept_line(origin) + "\n")
            sys.stdout.flush()
        _draw_all(options, folder, prompts)
    if detector is not None and not launched()[0]:
        results = options.output / "results.jsonl"
        score_folder(folder, detector, results)
        judge = SHIPPED.get(name, str(name))
        _report(options, results, judge, origin)


def _prompts(options: argparse.Namespace, of_nano: bool) -> tuple[list[Prompt], dict[str, Any]]:
    """The prompts and their origin, without prompts that the detector cannot judge."""
    from maskgil.evaluation.geneval import nano_prompts

    if options.metadata is None:
        nouns = trained_nouns(options.preset, options.weights)
        prompts = nano_prompts.nano_prompts(nouns, seed=options.prompt_seed, limit=options.limit)
        return prompts, {"prompts": "nano's own", "seed": options.prompt_seed, "nouns": len(nouns)}
    prompts = read_prompts(options.metadata)
    whole = Counter(prompt.tag for prompt in prompts)
    origin: dict[str, Any] = {"prompts": str(options.metadata), "rows": len(prompts)}
    if of_nano and options.detector in (None, WORLD):
        nouns = trained_nouns(options.preset, options.weights)
        prompts, unknown = nano_prompts.in_nanos_words(prompts, nouns)
        if unknown:
            kept = Counter(prompt.tag for prompt in prompts)
            tags = {tag or "without a category": [kept[tag], rows] for tag, rows in whole.items()}
            origin |= {"kept": len(prompts), "kept_by_category": tags, "unknown_classes": unknown}
        if not prompts:
            raise ValueError(f"{options.metadata}: nano knows the objects of none of its prompts")
    if options.limit is not None:
        prompts = _first_of_each_tag(prompts, options.limit)
        origin["limit"] = options.limit
    return prompts, origin


def _kept_line(origin: dict[str, Any]) -> str:
    """A line on how many prompts of a file are drawn by category, and what the others need."""
    tags = ", ".join(
        f"{report.HEADINGS.get(tag, tag)} {kept} of {rows}"
        for tag, (kept, rows) in origin["kept_by_category"].items()
    )
    return (
        f"Of {origin['rows']} prompts nano knows the objects of {origin['kept']} ({tags}); "
        f"it does not know {', '.join(origin['unknown_classes'])}."
    )


def _first_of_each_tag(prompts: list[Prompt], limit: int) -> list[Prompt]:
    if limit < 1:
        raise ValueError(f"--limit is {limit}; it must be at least 1")
    kept: dict[str | None, list[Prompt]] = {}
    for prompt in prompts:
        kept.setdefault(prompt.tag, []).append(prompt)
    return [prompt for own in kept.values() for prompt in own[:limit]]


def trained_nouns(preset: str = NANO, weights: str | Path | None = None) -> tuple[Noun, ...]:
    """The nouns a masked model was trained on by its metadata; by default all of nano's."""
    from maskgil.nano.world.nouns import load_nouns

    names, nouns = trained_names(preset, weights), load_nouns()
    return nouns if names is None else tuple(noun for noun in nouns if noun.name in names)


def _draw_all(options: argparse.Namespace, folder: Path, prompts: list[Prompt]) -> None:
    def pictures(texts: Prompts) -> DrawnPictures:
        return DrawnPictures(
            model_choice(options), texts, seed=options.seed, changes=sampling_changes(options)
        )

    drawing = plan(
        folder, prompts, pictures, per_prompt=options.images_per_prompt,
        batch_size=options.batch_size,
    )  # fmt: skip
    drawing.pictures.claim(folder)
    draw(drawing, processes=options.processes)
    if any(prompt.tag is None for prompt in prompts):
        # What GenEval 2's evaluation.py reads: a picture for each prompt.
        paths = {prompt.text: str(drawing.sample(i, 0)) for i, prompt in enumerate(prompts)}
        text = json.dumps(paths, indent=1, ensure_ascii=False) + "\n"
        (options.output / "image_paths.json").write_text(text, encoding="utf-8")


def _report(options: argparse.Namespace, results: Path, judge: str, origin: dict[str, Any]) -> None:
    """Write the tables of a results.jsonl, and sheets of its pictures where they can be found."""
    rows = geneval_report.read_rows(results)
    tally = Tally()
    for row in rows:
        tally.add(row.tag, row.prompt, row.correct)
    scores, shares = tally.scores(), geneval_report.summary(rows)
    official = options.results is not None
    reasons = _not_comparable(scores, judge, official, origin)
    label = "official results" if official else str(options.images or options.preset)
    record = {
        "title": "GenEval",
        "command": report.command_line(),
        "measured": scores.to_dict(),
        "shares": {
            tag: {group: share.to_dict() for group, share in own.items()}
            for tag, own in shares.items()
        },
        "scored_by": judge,
        "origin": origin,
        "failures": geneval_report.failures(rows),
        "not_comparable_because": reasons,
        "paper": [paper_results.TABLE_4.to_dict()],
    }
    kept = " " + _kept_line(origin) if "kept" in origin else ""
    first, *others = geneval_report.sections_of(rows, shares)
    sections = [
        f"Scored by {judge}. {scores.images:.1%} of all pictures are correct, "
        f"{scores.prompts:.1%} of the prompts have a correct one.{kept}",
        first,
        others[0],
        f"## Beside Table 4: {paper_results.TABLE_4.title}",
        report.beside_paper(
            paper_results.TABLE_4, label, {**scores.tags, "overall": scores.overall}
        ),
        report.comparability(reasons, "provided the official scorer made the results"),
        *others[1:],
    ]
    report.write(options.output, "geneval", record, sections, told=[first, *others[:1]])
    geneval_report.write_sheets(rows, options.output)


def _not_comparable(
    scores: Scores, judge: str, official: bool, origin: dict[str, Any]
) -> list[str]:
    reasons = []
    if not official:
        reasons.append(f"the detector is {judge}, not the official one")
    if origin.get("prompts") == "nano's own":
        reasons.append("the prompts are made of nano's vocabulary")
    if not scores.complete:
        reasons.append("the prompts do not have GenEval's six categories")
    elif sum(scores.counts.values()) != 553 * PER_PROMPT:
        reasons.append(
            f"{sum(scores.counts.values()):,} pictures, where GenEval has {553 * PER_PROMPT:,}"
        )
    return reasons
