"""False corrections: the share of right translations that the glossary changes.

    python -m benchmarks.glossary_harm PAIRS.jsonl            # a Markdown table
    python -m benchmarks.glossary_harm PAIRS.jsonl --json     # one line of JSON
    python -m benchmarks.glossary_harm PAIRS.jsonl --show 20  # and what was changed, 20 a kind

PAIRS.jsonl has one sentence a line: "kind", "language", "said" and its right "english". A prompt
other than that English is harm. Half of the sentences, told by a hash of what was said, are for
choosing rules by (development); the other half is held out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.glossary.repair import Glossary
from benchmarks.common import parser_of, read_rows
from maskgil.evaluation import markdown
from maskgil.utils.command_line import status_of

PARTS = ("development", "held-out")


@dataclass(frozen=True)
class CaptionPair:
    """A sentence and its right English."""

    kind: str
    language: str
    said: str
    english: str

    @property
    def part(self) -> str:
        """Half of the pairs are development, whatever file they are in."""
        return PARTS[hashlib.sha256(self.said.encode()).digest()[0] % 2]


@dataclass(frozen=True)
class ChangedPair:
    """A pair, and the prompt that is not its English."""

    pair: CaptionPair
    prompt: str


def read_pairs(path: Path) -> list[CaptionPair]:
    """The pairs of a file.

    Raises:
        ValueError: a line is no JSON object with the four texts.
    """

    def pair(row: dict[str, str]) -> CaptionPair:
        return CaptionPair(row["kind"], row["language"], row["said"], row["english"])

    return read_rows(path, pair, "a kind, language, said, english")


def changes(pairs: Iterable[CaptionPair], glossary: Glossary) -> list[ChangedPair]:
    """The pairs whose English the glossary would not leave as it is."""
    prompts = ((p, glossary.repair(p.said, p.english, p.language).prompt) for p in pairs)
    return [ChangedPair(pair, prompt) for pair, prompt in prompts if prompt != pair.english]


def shares(pairs: list[CaptionPair], changed: list[ChangedPair]) -> list[dict[str, object]]:
    """Pairs and changes of every kind as a whole, in each part, and in each language."""
    total, harmed = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for counted, some in ((total, pairs), (harmed, [change.pair for change in changed])):
        for pair in some:
            counted.update(
                (pair.kind, language, part)
                for language in ("all", pair.language)
                for part in ("all", pair.part)
                if "all" in (language, part)
            )
    rank = ("all", *PARTS)
    keys = sorted(total, key=lambda key: (key[0], key[1] != "all", key[1], rank.index(key[2])))
    return [
        {"kind": kind, "language": language, "part": part, "pairs": total[kind, language, part],
         "changed": harmed[kind, language, part]}
        for kind, language, part in keys
    ]  # fmt: skip


def table(rows: list[dict[str, object]]) -> str:
    """The rows of `shares` in Markdown."""
    columns = ("kind", "language", "part", "pairs", "changed")
    shares = [f"{int(str(row['changed'])) / int(str(row['pairs'])):.1%}" for row in rows]
    cells = [[*map(row.get, columns), share] for row, share in zip(rows, shares, strict=True)]
    return markdown.table([*columns, "share"], cells)


def main(argv: list[str] | None = None) -> int:
    parser = parser_of("benchmarks.glossary_harm", __doc__)
    parser.add_argument("pairs", type=Path, metavar="PAIRS.jsonl")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="changes of development")
    options = parser.parse_args(argv)
    return status_of(lambda: run(options), parser.prog)


def run(options: argparse.Namespace) -> None:
    """Print the table that is asked for, and changes."""
    pairs = read_pairs(options.pairs)
    changed = changes(pairs, Glossary.load())
    rows = shares(pairs, changed)
    print(json.dumps(rows) if options.json else table(rows))
    for kind in sorted({pair.kind for pair in pairs}):
        some = [c for c in changed if c.pair.kind == kind and c.pair.part == PARTS[0]]
        for change in some[: options.show]:
            pair = change.pair
            print(f"{kind} {pair.language}: {pair.said} | {pair.english} -> {change.prompt}")


if __name__ == "__main__":
    sys.exit(main())
