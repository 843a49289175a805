"""Shipped data: the folder assets/ of a checkout or an installed wheel; reading .tsv tables."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_CHECKOUT = _ROOT / "assets"
ASSETS = _CHECKOUT if (_CHECKOUT / "nano").is_dir() else _ROOT / "maskgil" / "assets"


def table_rows(table: Path) -> list[list[str]]:
    """The cells of a .tsv table by row; lines that begin with # are comments."""
    lines = table.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def table_of_ways(table: Path) -> dict[str, dict[str, tuple[str, ...]]]:
    """Kind -> key -> phrases, separated by | in the third cell of a table's rows."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for kind, what, ways in table_rows(table):
        told = found.setdefault(kind, {})
        told[what] = (*told.get(what, ()), *ways.split("|"))
    return found
