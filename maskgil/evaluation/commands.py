"""`python -m maskgil evaluate fid | rfid | geneval | schedules | recognised`."""

from __future__ import annotations

import argparse

HELP = {
    "fid": "generated pictures against a reference",
    "rfid": "a tokenizer's reconstructions against their originals",
    "geneval": "GenEval's prompts, drawn and scored",
    "schedules": "the grid of steps and schedules",
    "recognised": "nano's detector on real scenes and on a tokenizer's",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from maskgil.evaluation import distances, geneval_runs, recognised, schedules

    measures = parser.add_subparsers(dest="measure", required=True)
    distances.add_fid_arguments(measures.add_parser("fid", help=HELP["fid"]))
    distances.add_rfid_arguments(measures.add_parser("rfid", help=HELP["rfid"]))
    geneval_runs.add_arguments(measures.add_parser("geneval", help=HELP["geneval"]))
    schedules.add_arguments(measures.add_parser("schedules", help=HELP["schedules"]))
    recognised.add_arguments(measures.add_parser("recognised", help=HELP["recognised"]))


def run(options: argparse.Namespace) -> None:
    """Run the measurement the options name. Raises ValueError, one line for the user."""
    from maskgil.evaluation import distances, geneval_runs, recognised, schedules

    {
        "fid": distances.fid,
        "rfid": distances.rfid,
        "geneval": geneval_runs.run,
        "schedules": schedules.run,
        "recognised": recognised.run,
    }[options.measure](options)
