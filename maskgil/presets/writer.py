"""Command line shared by the writers of nano's data files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path


def run(
    module: str, about: str | None, out: str, write: Callable[[argparse.Namespace], str],
    *, art: bool = True, tokenizer: bool = False,
) -> None:  # fmt: skip
    """Parse the arguments of `python -m maskgil.presets.MODULE`, `write`, print what it returns."""
    parser = argparse.ArgumentParser(prog=f"python -m maskgil.presets.{module}", description=about)
    if art:
        parser.add_argument("--art", default="node_modules", help="npm packages, or a pack of them")
    if tokenizer:
        parser.add_argument("--tokenizer", required=True)
    parser.add_argument("-o", "--out", type=Path, default=Path(out))
    options = parser.parse_args()
    try:
        sys.stdout.write(write(options) + "\n")
    except (ValueError, OSError) as error:
        parser.error(str(error))
