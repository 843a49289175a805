"""Published numbers of the MaskGIL paper (arXiv 2507.13032), with sources.

Only numbers that we could read at a named source; others are None, printed as a dash. None was
measured by this project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

README = "authors' README, github.com/synbol/MaskGIL, table of checkpoints"
ABSTRACT = "abstract of arXiv 2507.13032"
CODES = "the tokenizers' published configurations"
COUNTS = "256 tokens, 8 steps: AR tokens one by one, then the masked model's steps"
GENEVAL_TAGS = ("single_object", "two_object", "counting", "colors", "position", "color_attr")


@dataclass(frozen=True)
class PaperRow:
    """One row: `values` by column, None where no source was at hand; `source` of those that are."""

    model: str
    values: dict[str, float | int | None] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class PaperTable:
    """A table of the paper by its number there; `columns` are the keys of measured numbers."""

    number: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[PaperRow, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON, every column in every row."""
        return {
            "table": self.number,
            "title": self.title,
            "rows": [
                {
                    "model": row.model,
                    **{column: row.values.get(column) for column in self.columns},
                    "source": row.source or None,
                }
                for row in self.rows
            ],
        }


TABLE_1 = PaperTable(
    "1",
    "image tokenizers, ImageNet 256 × 256",
    ("codebook_size", "rfid"),
    (
        PaperRow("MaskGIT-VQ", {"codebook_size": 1024}, CODES),
        PaperRow("Chameleon-VQ", {"codebook_size": 8192}, CODES),
        PaperRow("LlamaGen-VQ", {"codebook_size": 16384}, CODES),
        PaperRow("Open-MAGVIT2", {"codebook_size": 262144}, CODES),
    ),
)
TABLE_3 = PaperTable(
    "3",
    "class-driven generation, ImageNet 256 × 256",
    ("steps", "fid", "inception_score", "precision", "recall"),
    (
        PaperRow("MaskGIL-B", {"fid": 5.64}, README),
        PaperRow("MaskGIL-L", {"fid": 4.01}, README),
        PaperRow("MaskGIL-XL", {"fid": 3.90}, README),
        PaperRow("MaskGIL-XXL", {"fid": 3.71, "steps": 8}, f"{README}; {ABSTRACT}"),
    ),
)
TABLE_4 = PaperTable(
    "4",
    "text-driven generation, GenEval",
    (*GENEVAL_TAGS, "overall"),
    (PaperRow("MaskGIL-XL text, 775M"),),
)
TABLE_5 = PaperTable(
    "5",
    "autoregressive share of the tokens",
    ("ar_ratio", "steps", "fid"),
    tuple(
        PaperRow(f"ratio {ratio:g}", {"ar_ratio": ratio, "steps": steps}, COUNTS)
        for ratio, steps in ((1.0, 256), (0.75, 200), (0.5, 136), (0.25, 72), (0.0, 8))
    ),
)
TABLE_A4 = PaperTable(
    "A.4", "schedules and steps, FID", ("steps", "root", "linear", "square", "cosine", "arccos"), ()
)
SIZE_ROWS = {"b": "MaskGIL-B", "l": "MaskGIL-L", "xl": "MaskGIL-XL", "xxl": "MaskGIL-XXL"}
