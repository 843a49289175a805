"""`python -m maskgil evaluate fid | rfid | geneval | schedules | ratios | recognised | tokens`."""

from __future__ import annotations

import argparse

from maskgil.utils.checks import check_device
from maskgil.utils.files import check_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from maskgil.evaluation.commands import (
        detector_accuracy,
        fid,
        geneval,
        ratio_sweep,
        scene_tokens,
        schedule_sweep,
    )

    commands = parser.add_subparsers(dest="measure", required=True)
    for name, add, run_measure, about in (
        ("fid", fid.add_fid_arguments, fid.fid, "generated pictures against a reference"),
        ("rfid", fid.add_rfid_arguments, fid.rfid,
         "a tokenizer's reconstructions against their originals"),
        ("geneval", geneval.add_arguments, geneval.run, "GenEval's prompts, drawn and scored"),
        ("schedules", schedule_sweep.add_arguments, schedule_sweep.run,
         "the grid of steps and schedules"),
        ("ratios", ratio_sweep.add_arguments, ratio_sweep.run,
         "the share written one by one, of two models"),
        ("recognised", detector_accuracy.add_arguments, detector_accuracy.run,
         "nano's detector on real scenes and on a tokenizer's"),
        ("tokens", scene_tokens.add_arguments, scene_tokens.run,
         "what a tokenizer of scenes keeps, in numbers and as a sheet"),
    ):  # fmt: skip
        command = commands.add_parser(name, help=about)
        add(command)
        command.set_defaults(run_measure=run_measure)


def run(options: argparse.Namespace) -> None:
    """Run the measurement the options name. Raises ValueError, one line for the user."""
    if hasattr(options, "device"):
        check_device(options.device)
    check_folder(options.output)
    options.run_measure(options)
