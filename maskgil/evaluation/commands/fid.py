"""`evaluate fid` and `evaluate rfid`: metrics of a set of pictures against a reference.

`fid` draws pictures (or takes a folder of them) and compares them with a reference; `rfid` compares
a tokenizer's reconstructions with their originals.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from maskgil.cli import check_used
from maskgil.evaluation import paper_results, report
from maskgil.evaluation.commands.options import (
    SCENES,
    Reference,
    add_drawing_arguments,
    add_shared_arguments,
    check_reference,
    drawn_or_given,
    evaluations,
    model_label,
    network_choice,
    reference_of,
    scenes_of,
    write_statistics,
)
from maskgil.evaluation.feature_extractors import number_name
from maskgil.evaluation.image_sets import (
    FolderPictures,
    PictureSet,
    Reconstructions,
    load_tokenizer,
    whole_side,
)
from maskgil.evaluation.metrics import check_neighbours, frechet_distance, precision_recall
from maskgil.evaluation.runner import EvaluationJob, EvaluationSummary, FeatureRows, measure
from maskgil.utils.distributed import launched

PAPER_COUNT = 50_000  # of the paper: 50 of each of 1,000 classes
SPLITS, MANY = 10, 5_000  # splits of the Inception Score, for sets of at least so many


def add_fid_arguments(parser: argparse.ArgumentParser) -> None:
    add_shared_arguments(parser)
    add_drawing_arguments(parser)
    parser.add_argument("--images", help="measure a folder's pictures, or scenes; draw none")
    parser.add_argument("--side", type=int, help="side of the squares these are cut to, in pixels")
    parser.add_argument("--save-images", type=Path, help="keep the pictures; resumes from them")
    parser.add_argument("--save-statistics", type=Path, help="keep the reference's sums (.npz)")
    parser.add_argument(
        "--splits", type=int, help="parts of the score (default 10; few pictures 1)"
    )
    parser.add_argument("--neighbours", type=int, default=3, help="of precision and recall")
    parser.add_argument(
        "--no-precision-recall", action="store_true", help="no features on disk, no distances"
    )


def add_rfid_arguments(parser: argparse.ArgumentParser) -> None:
    add_shared_arguments(parser)
    parser.add_argument("--tokenizer", default="nano-tokenizer", help="name or file of weights")
    parser.add_argument("--images", required=True, help="folder of pictures, or scenes")
    parser.add_argument(
        "--num-images", type=int, help="the first so many (default all; scenes 500)"
    )
    parser.add_argument("--side", type=int, help="side of the squares they are cut to, in pixels")
    parser.add_argument("--device", default="cpu")


def metrics_of(
    generated: EvaluationSummary, reference: Reference, *, neighbours: int, device: str
) -> dict[str, Any]:
    """All metrics of a set by name; precision and recall if features were kept."""
    info = generated.info
    found: dict[str, Any] = {
        number_name("distance", info): frechet_distance(generated.vectors, reference.vectors)
    }
    if generated.score is not None:
        name = number_name("score", info)
        found[name], deviation = generated.score.compute()
        if len(generated.score.counts) > 1:
            found[f"{name}_std"] = deviation
    if generated.feature_files and reference.features is not None:
        rows = FeatureRows(generated.feature_files, info.dim)
        both = precision_recall(rows, reference.features, neighbours=neighbours, device=device)
        for name, value in zip(("precision", "recall"), both, strict=True):
            found[number_name(name, info)] = value  # type: ignore[arg-type]
    return found


def fid(options: argparse.Namespace) -> None:
    """Measure generated pictures against a reference and write fid.json and fid.md."""
    if options.images is None:
        check_used(options)
    real = check_reference(options)  # before weights are downloaded
    pictures, network = drawn_or_given(options), network_choice(options)
    work = None if options.no_precision_recall else options.output / "features"
    if work is not None:
        check_neighbours("generated", len(pictures), options.neighbours)
        check_neighbours("real", len(pictures) if real is None else real, options.neighbours)
    splits = options.splits or (SPLITS if len(pictures) >= MANY else 1)
    job = EvaluationJob(
        pictures, network, options.batch_size, splits,
        None if work is None else work / "generated", "drawing",
    )  # fmt: skip
    try:
        generated = measure(job, options.processes)
        has_pictures = not options.reference.endswith(".npz")
        reference = reference_of(
            options,
            generated,
            len(pictures),
            work / "reference" if work and has_pictures else None,
        )
        if launched()[0]:
            return  # the first process has everything
        if options.save_statistics is not None:
            write_statistics(options.save_statistics, reference.vectors, generated.info)
        measured = metrics_of(
            generated, reference, neighbours=options.neighbours, device=options.device
        )
    finally:
        if work is not None and not launched()[0]:
            shutil.rmtree(work, ignore_errors=True)
    _report_fid(options, pictures, generated, reference, measured)


def _report_fid(
    options: argparse.Namespace,
    pictures: PictureSet,
    generated: EvaluationSummary,
    reference: Reference,
    measured: dict[str, Any],
) -> None:
    reasons = not_comparable(options, generated)
    label = options.images or model_label(options)
    steps = None if options.images is not None else evaluations(options, options.ar_ratio)
    shown = {"steps": steps, **measured}
    record = {
        "title": "Generated pictures against a reference",
        "measured": measured,
        **_record(generated, reasons, paper_results.TABLE_3, paper_results.TABLE_5),
        "splits": None if generated.score is None else len(generated.score.counts),
        "neighbours": options.neighbours,
        "steps": steps,
        "generated": pictures.describe(),
        "reference": reference.origin,
    }
    known = reference.count
    sections = [
        f"{generated.vectors.count:,} pictures of {_size(generated)} against "
        f"{'an unknown number' if known is None else format(known, ',')} of the reference, in the "
        f"features of {generated.info.name}, resized to {generated.info.resizing}; "
        f"{generated.seconds:.0f} s to draw and see them.",
        f"## Beside Table 3: {paper_results.TABLE_3.title}",
        report.beside_paper(paper_results.TABLE_3, label, shown),
    ]
    if steps is not None:
        with_ratio = {"ar_ratio": options.ar_ratio, **shown}
        sections += [
            f"## Beside Table 5: {paper_results.TABLE_5.title}",
            report.beside_paper(paper_results.TABLE_5, label, with_ratio),
        ]
    sections.append(
        report.comparability(
            reasons, "provided the reference holds the statistics of ImageNet's training set"
        )
    )
    told = [sections[0], report.numbers_table(label, shown), sections[-1]]
    report.write(options.output, "fid", record, sections, told=told)


def _record(
    summary: EvaluationSummary, reasons: list[str], *paper: paper_results.PaperTable
) -> dict[str, Any]:
    """The record's common fields about the measurement."""
    return {
        "command": report.command_line(),
        "count": summary.vectors.count,
        "size": summary.size,
        "network": vars(summary.info),
        "seconds": round(summary.seconds, 1),
        "not_comparable_because": reasons,
        "paper": [table.to_dict() for table in paper],
    }


def _size(summary: EvaluationSummary) -> str:
    assert summary.size is not None
    return f"{summary.size[1]} × {summary.size[0]} pixels"


def not_comparable(options: argparse.Namespace, generated: EvaluationSummary) -> list[str]:
    """Reasons why the numbers are not comparable with the paper's."""
    others = "its distance is not FID and its score is not the Inception Score"
    reasons = _unlike_paper(generated, others, "the paper")
    if options.images is None and options.random_weights:
        reasons.append("the weights are untrained")
    if options.images is None and options.size is None:
        reasons.append("the model is none of the paper's class-driven ones")
    return reasons


def _unlike_paper(summary: EvaluationSummary, others: str, whole: str) -> list[str]:
    """`others`: what numbers of other features are not; `whole`: what has the paper's count."""
    reasons = []
    if not summary.info.is_reference:
        reasons.append(f"the features are those of {summary.info.name}, so {others}")
    if summary.vectors.count != PAPER_COUNT:
        reasons.append(f"{summary.vectors.count:,} pictures, where {whole} has {PAPER_COUNT:,}")
    if summary.size != (256, 256):
        reasons.append(f"pictures of {_size(summary)}, where the paper has 256 × 256")
    return reasons


def rfid(options: argparse.Namespace) -> None:
    """Measure a tokenizer's reconstructions and write rfid.json and rfid.md."""
    side = options.side or whole_side(load_tokenizer(options.tokenizer))
    originals: PictureSet
    if options.images == SCENES:
        originals = scenes_of(options, options.num_images or 500, side=side)
    else:
        originals = FolderPictures(options.images, size=(side, side), count=options.num_images)
    pictures = Reconstructions(originals, options.tokenizer, options.device)
    job = EvaluationJob(
        pictures, network_choice(options), options.batch_size, label="reconstructing"
    )
    summary = measure(job, options.processes)
    if launched()[0]:
        return
    info = summary.info
    assert summary.originals and summary.pairs and summary.usage
    usage = summary.usage.compute()
    measured = {
        number_name("reconstruction", info): frechet_distance(summary.vectors, summary.originals),
        **summary.pairs.compute(),
        **usage,
    }
    reasons = _unlike_paper(summary, "the distance is not rFID", "ImageNet's validation set")
    codes = len(summary.usage.counts)
    record = {
        "title": "A tokenizer's reconstructions",
        "measured": measured,
        "codebook_size": codes,
        **_record(summary, reasons, paper_results.TABLE_1),
        "pictures": pictures.describe(),
    }
    shown = {"codebook_size": codes, **measured}
    sections = [
        f"{summary.vectors.count:,} pictures of {_size(summary)}, in the features of {info.name}.",
        f"## Beside Table 1: {paper_results.TABLE_1.title}",
        report.beside_paper(paper_results.TABLE_1, options.tokenizer, shown),
        report.comparability(reasons, "provided the pictures are ImageNet's validation set"),
    ]
    told = [sections[0], report.numbers_table(options.tokenizer, shown), sections[-1]]
    report.write(options.output, "rfid", record, sections, told=told)
