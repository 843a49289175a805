"""Start replicas of the generator on Ray Serve: `python -m app.backends --replicas 2`."""

from __future__ import annotations

import argparse
import sys

from app.backends.ray_serve import APP, deploy
from app.config import load_config
from maskgil.utils.threads import settle_threads


def main() -> int:
    from app.cli import first_line
    from maskgil.utils.command_line import BAD_INPUT, OneLineParser

    parser = OneLineParser(prog="python -m app.backends", description=__doc__)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--preset", default="nano")
    parser.add_argument("--name", default=APP)
    parser.add_argument("--cpus", type=float, default=1.0, help="counted for each replica")
    arguments: argparse.Namespace = parser.parse_args()
    settle_threads(pools=2)
    try:
        if arguments.replicas < 1:
            raise ValueError(f"replicas must be at least 1, not {arguments.replicas}")
        deploy(
            load_config(arguments.preset),
            replicas=arguments.replicas, name=arguments.name, cpus=arguments.cpus,
        )  # fmt: skip
    except (ValueError, OSError) as error:
        print(f"python -m app.backends: {first_line(error)}", file=sys.stderr)
        return BAD_INPUT
    print(
        f"{arguments.replicas} replicas are ready: python app.py --backend ray://{arguments.name}"
    )
    return 0


sys.exit(main())
