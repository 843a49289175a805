"""`python -m maskgil evaluate fid | rfid | geneval | schedules | recognised | tokens`."""

from __future__ import annotations

import argparse

HELP = {
    "fid": "generated pictures against a reference",
    "rfid": "a tokenizer's reconstructions against their originals",
    "geneval": "GenEval's prompts, drawn and scored",
    "schedules": "the grid of steps and schedules",
    "recognised": "nano's detector on real scenes and on a tokenizer's",
    "tokens": "what a tokenizer of scenes keeps, in numbers and as a sheet",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from maskgil.evaluation.commands import (
        detector_accuracy,
        fid,
        geneval,
        scene_tokens,
        schedule_sweep,
    )

    measures = parser.add_subparsers(dest="measure", required=True)
    fid.add_fid_arguments(measures.add_parser("fid", help=HELP["fid"]))
    fid.add_rfid_arguments(measures.add_parser("rfid", help=HELP["rfid"]))
    geneval.add_arguments(measures.add_parser("geneval", help=HELP["geneval"]))
    schedule_sweep.add_arguments(measures.add_parser("schedules", help=HELP["schedules"]))
    detector_accuracy.add_arguments(measures.add_parser("recognised", help=HELP["recognised"]))
    scene_tokens.add_arguments(measures.add_parser("tokens", help=HELP["tokens"]))


def run(options: argparse.Namespace) -> None:
    """Run the measurement the options name. Raises ValueError, one line for the user."""
    from maskgil.evaluation.commands import (
        detector_accuracy,
        fid,
        geneval,
        scene_tokens,
        schedule_sweep,
    )

    {
        "fid": fid.fid,
        "rfid": fid.rfid,
        "geneval": geneval.run,
        "schedules": schedule_sweep.run,
        "recognised": detector_accuracy.run,
        "tokens": scene_tokens.run,
    }[options.measure](options)
