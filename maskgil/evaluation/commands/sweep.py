"""Sweeps: the same prompts and seeds drawn and measured with each of several settings."""

from __future__ import annotations

import argparse
from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from maskgil.cli import sampling_changes
from maskgil.evaluation import report
from maskgil.evaluation.commands.options import Reference, network_choice, prompts_of, reference_of
from maskgil.evaluation.feature_extractors import number_name
from maskgil.evaluation.image_sets import DrawnPictures
from maskgil.evaluation.metrics import frechet_distance
from maskgil.evaluation.runner import EvaluationJob, EvaluationSummary, measure
from maskgil.presets.choice import ModelChoice


class Cell(NamedTuple):
    """A measured setting: its pictures and their sums, beside the reference."""

    label: str
    pictures: DrawnPictures
    summary: EvaluationSummary
    reference: Reference

    def distance(self) -> dict[str, float]:
        """The Fréchet distance under its name; in a launcher's first process."""
        vectors, info = self.summary.vectors, self.summary.info
        return {number_name("distance", info): frechet_distance(vectors, self.reference.vectors)}


def base_of(
    options: argparse.Namespace, choice: ModelChoice, **more: Any
) -> tuple[DrawnPictures, dict[str, Any]]:
    """The pictures that all cells vary, and the settings of the whole sweep for its record."""
    changes = sampling_changes(options)
    base = DrawnPictures(choice, prompts_of(options), seed=options.seed, changes=changes)
    names = ("reference", "reference_count", "features", "resizing")
    shared = {name: getattr(options, name) for name in names}
    return base, report.plain({**base.describe(), **shared, **more})


def sweep(
    options: argparse.Namespace,
    base: DrawnPictures,
    cells: Mapping[str, dict[str, Any]],
    known: Container[str],
) -> Iterator[Cell]:
    """Measure each of `cells`, changes of sampling by label, that is not `known` yet."""
    reference: Reference | None = None
    for label, changes in cells.items():
        if label in known:
            continue
        pictures = DrawnPictures(
            base.choice, base.prompts, seed=options.seed, changes={**base.changes, **changes},
            weights=base.weights,
        )  # fmt: skip
        job = EvaluationJob(pictures, network_choice(options), options.batch_size, label=label)
        summary = measure(job, options.processes)
        reference = reference or reference_of(options, summary, len(pictures), None)
        yield Cell(label, pictures, summary, reference)
