"""`evaluate ratios`: the paper's Table 5, metrics by AR ratio.

Every row draws the same prompts with the same seeds. Rows are saved one by one, so an interrupted
run resumes.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from maskgil.cli import model_choice
from maskgil.evaluation import paper_results, report
from maskgil.evaluation.commands.options import (
    add_drawing_arguments,
    add_shared_arguments,
    check_reference,
    evaluations,
    model_label,
)
from maskgil.evaluation.commands.sweep import base_of, sweep
from maskgil.evaluation.feature_extractors import number_name
from maskgil.utils.distributed import launched

RATIOS = (1.0, 0.75, 0.5, 0.25, 0.0)  # of the paper
BOTH = 0.5  # a ratio that loads both models
Rows = dict[str, dict[str, Any]]  # by ratio


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_shared_arguments(parser)
    add_drawing_arguments(parser)
    parser.set_defaults(images=None)
    parser.add_argument("--ratios", default=",".join(f"{ratio:g}" for ratio in RATIOS))


def _asked(options: argparse.Namespace) -> list[float]:
    """The ratios of the rows. Raises ValueError."""
    if options.ar_ratio:
        raise ValueError("the rows set the share: use --ratios instead of --ar-ratio")
    try:
        ratios = [float(word) for word in options.ratios.split(",")]
    except ValueError:
        ratios = []
    if not ratios or not all(0 <= ratio <= 1 for ratio in ratios):
        raise ValueError(f"--ratios is {options.ratios!r}; expected shares such as 1,0.5,0")
    return ratios


def run(options: argparse.Namespace) -> None:
    """Measure every row, print the table, and write ratios.json and ratios.md."""
    ratios = _asked(options)
    check_reference(options)  # before weights are downloaded
    base, settings = base_of(options, replace(model_choice(options), ar_ratio=BOTH))
    rows = report.known(options.output / "ratios.json", settings, "rows")
    cells = {f"{ratio:g}": {"ar_ratio": ratio} for ratio in ratios}
    for cell in sweep(options, base, cells, rows):
        if launched()[0]:
            continue  # the first process has everything
        ratio, summary = cells[cell.label]["ar_ratio"], cell.summary
        row: dict[str, Any] = {"ar_ratio": ratio, "steps": evaluations(options, ratio)}
        row |= cell.distance()
        if summary.score is not None:
            row[number_name("score", summary.info)] = summary.score.compute()[0]
        row["seconds_per_picture"] = summary.seconds / len(cell.pictures)
        rows[cell.label] = row
        _write(options, settings, rows, ratios)
    if not launched()[0]:
        _write(options, settings, rows, ratios, last=True)


def _write(
    options: argparse.Namespace,
    settings: dict[str, Any],
    rows: Rows,
    ratios: list[float],
    *,
    last: bool = False,
) -> None:
    """Write the rows so far; print them the `last` time."""
    shown = [rows[f"{ratio:g}"] for ratio in ratios if f"{ratio:g}" in rows]
    names = list(shown[0])
    table = report.table(
        [report.HEADINGS.get(name, name) for name in names],
        [[row.get(name) for name in names] for row in shown],
    )
    label, paper = model_label(options), paper_results.TABLE_5
    sections = [
        f"{label}, {settings['count']:,} pictures a row, the same prompts and seeds in each.",
        table,
        f"## The paper's Table 5: {paper.title}",
        report.table(
            ["", *(report.HEADINGS.get(name, name) for name in paper.columns), "source"],
            [[r.model, *(r.values.get(c) for c in paper.columns), r.source] for r in paper.rows],
        ),
    ]
    record = {
        "title": "Autoregressive share of the tokens", "command": report.command_line(),
        "settings": settings, "rows": rows, "paper": [paper.to_dict()],
    }  # fmt: skip
    told = sections[:2] if last else []
    report.write(options.output, "ratios", record, sections, told=told)
