"""Records of measurements as JSON and Markdown, beside the paper's numbers.

Measured and published numbers are in separate rows, and metrics of another name
(`fed-efficientnet`) have their own column.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maskgil.evaluation import markdown
from maskgil.evaluation.paper_results import PaperTable

HEADINGS = {
    "fid": "FID ↓", "rfid": "rFID ↓", "inception_score": "IS ↑", "precision": "precision ↑",
    "recall": "recall ↑", "psnr": "PSNR, dB ↑", "ssim": "SSIM ↑", "codebook_size": "codes",
    "codebook_usage": "usage ↑", "ar_ratio": "AR share", "single_object": "single object",
    "two_object": "two objects", "color_attr": "colour attribution", "colors": "colours",
}  # fmt: skip
DASH = "–"


def shown(value: Any) -> str:
    """A formatted number: integers in full, others with four digits."""
    if value is None:
        return DASH
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e9):
        return f"{int(value):,}"
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    return f"{value:.{min(digits, 6)}f}"


def _quoted(value: float | int | None) -> str:
    """A number of the paper, as printed there."""
    return f"{value:,}" if isinstance(value, int) else DASH if value is None else f"{value:g}"


def table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table."""
    return markdown.table(headings, [[shown(value) for value in row] for row in rows])


def beside_paper(paper: PaperTable, label: str, measured: dict[str, Any]) -> str:
    """The paper's rows and the measured row `label` in one table, every number in its column."""
    numbers = {key: value for key, value in measured.items() if isinstance(value, int | float)}
    columns = list(paper.columns) + [key for key in numbers if key not in paper.columns]
    rows: list[list[Any]] = [
        [f"{row.model} (paper)", *(_quoted(row.values.get(c)) for c in columns), row.source or DASH]
        for row in paper.rows
    ]
    rows.append([f"**{label} (this run)**", *(numbers.get(c) for c in columns), "measured"])
    headings = ["", *(HEADINGS.get(column, column) for column in columns), "source"]
    return table(headings, rows)


def numbers_table(label: str, measured: dict[str, Any]) -> str:
    """The numbers of one run alone."""
    numbers = {key: value for key, value in measured.items() if isinstance(value, int | float)}
    return table(["", *(HEADINGS.get(key, key) for key in numbers)], [[label, *numbers.values()]])


def comparability(reasons: Sequence[str], otherwise: str) -> str:
    """A paragraph on whether the measured row is comparable with the paper's."""
    if not reasons:
        return f"Comparable with the paper, {otherwise}."
    return "Not comparable with the paper: " + "; ".join(reasons) + "."


def write(
    folder: Path,
    name: str,
    record: dict[str, Any],
    sections: Sequence[str],
    *,
    told: Sequence[str] = (),
) -> None:
    """Write `name`.json and `name`.md to `folder`; print `told` and their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(plain(record), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    command = " ".join(record["command"])
    parts = [f"# {record['title']}", f"`{command}`", *sections]
    (folder / f"{name}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    if told:
        where = f"written to {folder / name}.md and .json"
        sys.stdout.write("\n\n".join([*told, where]) + "\n")


def known(path: Path, settings: dict[str, Any], part: str) -> dict[str, Any]:
    """`part` of the record at `path`, empty if there is none.

    Raises ValueError if its settings differ.
    """
    if not path.is_file():
        return {}
    record = json.loads(path.read_text(encoding="utf-8"))
    if record["settings"] != settings:
        raise ValueError(f"{path} is a table of other settings; give another folder or remove it")
    found: dict[str, Any] = record[part]
    return found


def plain(value: Any) -> Any:
    """A JSON-compatible value; non-finite numbers become None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def command_line() -> list[str]:
    """This program's command line, for the record."""
    return ["python", "-m", "maskgil", *sys.argv[1:]]
