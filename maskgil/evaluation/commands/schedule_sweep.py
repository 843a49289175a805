"""`evaluate schedules`: the paper's Table A.4, metrics by steps and mask schedule, with a plot.

Every cell draws the same prompts with the same seeds, so cells differ only in settings. Cells are
saved one by one, so an interrupted run resumes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maskgil.cli import model_choice
from maskgil.evaluation import paper_results, report
from maskgil.evaluation.commands.geneval import draw, load_detector, plan, score_folder
from maskgil.evaluation.commands.options import (
    add_drawing_arguments,
    add_shared_arguments,
    check_reference,
    model_label,
)
from maskgil.evaluation.commands.sweep import Cell, base_of, sweep
from maskgil.evaluation.geneval.scorer import read_prompts
from maskgil.evaluation.image_sets import DrawnPictures
from maskgil.evaluation.prompts import Prompts
from maskgil.sampling.mask_schedules import SCHEDULES, check_schedule
from maskgil.utils.distributed import launched

STEPS = (4, 8, 12, 16)
Cells = dict[str, dict[str, Any]]  # by cell_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_shared_arguments(parser)
    add_drawing_arguments(parser)
    parser.set_defaults(images=None)
    parser.add_argument("--step-counts", default=",".join(map(str, STEPS)), help="such as 4,8,12")
    parser.add_argument("--schedules", default=",".join(SCHEDULES), help="such as cosine,arccos")
    parser.add_argument("--metadata", type=Path, help="GenEval prompts, drawn and scored by cell")
    parser.add_argument("--detector", help="MODULE:FUNCTION that makes the detector for them")
    parser.add_argument("--images-per-prompt", type=int, default=1)


def cell_name(schedule: str, steps: int) -> str:
    return f"{schedule}-{steps}"


def _asked(options: argparse.Namespace) -> tuple[list[int], list[str]]:
    """The step counts and schedules of the grid. Raises ValueError."""
    if options.steps is not None or options.schedule is not None:
        raise ValueError("the grid sets steps and schedule: use --step-counts and --schedules")
    if (options.metadata is None) != (options.detector is None):
        raise ValueError("--metadata and --detector go together")
    try:
        steps = [int(word) for word in options.step_counts.split(",")]
    except ValueError:
        raise ValueError(
            f"--step-counts is {options.step_counts!r}; expected numbers such as 4,8"
        ) from None
    if min(steps) < 1:
        raise ValueError(f"--step-counts is {options.step_counts!r}; each must be at least 1")
    names = options.schedules.split(",")
    for name in names:
        check_schedule(name)
    return steps, names


def run(options: argparse.Namespace) -> None:
    """Measure every cell and write schedules.json, .md and .png."""
    steps, names = _asked(options)
    _need_matplotlib()
    base, settings = base_of(
        options, model_choice(options), metadata=options.metadata, detector=options.detector,
        images_per_prompt=options.images_per_prompt,
    )  # fmt: skip
    check_reference(options)
    cells = report.known(options.output / "schedules.json", settings, "cells")
    wanted: Cells = {
        cell_name(name, count): {"num_steps": count, "schedule": name}
        for count in steps
        for name in names
    }
    for cell in sweep(options, base, wanted, cells):
        numbers = _numbers(options, cell)
        if launched()[0]:
            continue  # the first process has everything
        what = wanted[cell.label]
        cells[cell.label] = {"schedule": what["schedule"], "steps": what["num_steps"], **numbers}
        _write(options, settings, cells, steps, names)
    if not launched()[0]:
        _write(options, settings, cells, steps, names, last=True)


def _numbers(options: argparse.Namespace, cell: Cell) -> dict[str, Any]:
    """The numbers of one cell."""
    summary, drawn = cell.summary, cell.pictures
    found: dict[str, Any] = {"count": summary.vectors.count, "seconds": round(summary.seconds, 1)}
    if not launched()[0]:
        found |= cell.distance()
    if options.metadata is None:
        return found
    folder = options.output / "geneval" / cell.label

    def pictures(texts: Prompts) -> DrawnPictures:
        return DrawnPictures(
            drawn.choice, texts, seed=options.seed, changes=drawn.changes, weights=drawn.weights
        )

    drawing = plan(
        folder / "images",
        read_prompts(options.metadata),
        pictures,
        per_prompt=options.images_per_prompt,
    )
    drawing.pictures.claim(drawing.folder)
    draw(drawing, processes=options.processes)
    if not launched()[0]:
        scores = score_folder(
            drawing.folder, load_detector(options.detector), folder / "results.jsonl"
        )
        found["geneval"] = scores.overall
    return found


def _need_matplotlib() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ValueError("the plot needs matplotlib: pip install matplotlib") from error


def numbers_in(cells: Cells) -> list[str]:
    """The names of the measured numbers, the distance first."""
    known = ("schedule", "steps", "count", "seconds")
    return list(dict.fromkeys(key for cell in cells.values() for key in cell if key not in known))


def _write(
    options: argparse.Namespace,
    settings: dict[str, Any],
    cells: Cells,
    steps: Sequence[int],
    names: Sequence[str],
    *,
    last: bool = False,
) -> None:
    """Write the cells so far; print them the `last` time."""
    label = model_label(options)
    sections = [
        f"{label}, {next(iter(cells.values()))['count']:,} pictures a cell, the same prompts and "
        "seeds in each. Of the paper's Table A.4 no number could be read at a source, so none "
        "stands here."
    ]
    best = {}
    for number in numbers_in(cells):
        grid = [
            [count, *(cells.get(cell_name(name, count), {}).get(number) for name in names)]
            for count in steps
        ]
        lower = number != "geneval"
        ranked = sorted(
            (cell for cell in cells.values() if number in cell),
            key=lambda cell: cell[number],
            reverse=not lower,
        )
        best[number] = {key: ranked[0][key] for key in ("schedule", "steps", number)}
        sections.append(f"## {number}, {'lower' if lower else 'higher'} is better")
        sections.append(report.table(["steps", *names], grid))
        sections.append(
            f"Best: {ranked[0]['schedule']} in {ranked[0]['steps']} steps, "
            f"{report.shown(ranked[0][number])}."
        )
    told = sections if last else []
    sections = [*sections, "![grid](schedules.png)"]
    record = {
        "title": "Schedules and steps",
        "command": report.command_line(),
        "settings": settings,
        "cells": cells,
        "best": best,
        "paper": [paper_results.TABLE_A4.to_dict()],
    }
    report.write(options.output, "schedules", record, sections, told=told)
    plot(cells, names, options.output / "schedules.png", title=label)


def plot(cells: Cells, names: Sequence[str], path: Path, *, title: str) -> None:
    """Plot each number over the steps, a line per schedule."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    numbers = numbers_in(cells)
    figure = Figure(figsize=(5.2 * len(numbers), 3.8), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, number in zip(
        figure.subplots(1, len(numbers), squeeze=False)[0], numbers, strict=True
    ):
        for name in names:
            line = sorted(
                (cell["steps"], cell[number])
                for cell in cells.values()
                if cell["schedule"] == name and number in cell
            )
            if line:
                axes.plot(*zip(*line, strict=True), marker="o", label=name)
        axes.set_xlabel("steps")
        axes.set_ylabel(number)
        axes.set_title(title)
        axes.grid(alpha=0.3)
        axes.legend()
    figure.savefig(path, dpi=110)
