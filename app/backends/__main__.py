"""Start replicas of the generator on Ray Serve: `python -m app.backends --replicas 2`."""

from __future__ import annotations

import argparse
import sys

from app.backends.ray_serve import APP, deploy
from app.config import load_config
from maskgil.utils.command_line import OneLineParser, status_of
from maskgil.utils.threads import settle_threads


def main() -> int:
    parser = OneLineParser(prog="python -m app.backends", description=__doc__)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--preset", default="nano")
    parser.add_argument("--name", default=APP)
    parser.add_argument("--cpus", type=float, default=1.0, help="counted for each replica")
    arguments: argparse.Namespace = parser.parse_args()
    settle_threads(pools=2)
    return status_of(lambda: start(arguments), parser.prog)


def start(arguments: argparse.Namespace) -> None:
    """Start what was asked for. Raises ValueError in one line."""
    count, name = arguments.replicas, arguments.name
    if count < 1:
        raise ValueError(f"replicas must be at least 1, not {count}")
    deploy(load_config(arguments.preset), replicas=count, name=name, cpus=arguments.cpus)
    print(f"{count} replicas are ready: python app.py --backend ray://{name}")


sys.exit(main())
