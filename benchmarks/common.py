"""What the benchmarks share: command lines, JSON lines, medians."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

Row = TypeVar("Row")
ROOT = Path(__file__).resolve().parent.parent
CLIPS = ROOT / "tests" / "fixtures" / "clips"
RATIOS = (0.0, 0.25, 0.5, 0.75, 1.0)  # AR ratios


def parser_of(module: str, about: str | None) -> argparse.ArgumentParser:
    """A parser with a module's docstring, as it is, for its help."""
    raw = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(f"python -m {module}", description=about, formatter_class=raw)


def read_rows(path: Path, make: Callable[[Any], Row], expected: str) -> list[Row]:
    """What `make` reads from each JSON line of a file.

    Raises:
        ValueError: a line is not what is `expected`.
    """
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(make(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(f"{path} line {number}: not {expected}") from None
    return rows


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def median(work: Callable[[], object], repeat: int) -> float:
    """Median seconds of `repeat` calls, after one that does not count."""
    return statistics.median([seconds(work) for _ in range(repeat + 1)][1:])
