"""Report of a GenEval run: shares with confidence intervals, failures, contact sheets."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from maskgil.evaluation.paper_results import GENEVAL_TAGS
from maskgil.evaluation.prompts import text_lines
from maskgil.evaluation.report import HEADINGS, table
from maskgil.utils.images import save_png

Z = 1.959964  # of a 95% interval
GROUPS = ("all", "seen", "held out")
PICTURE, MARGIN, CAPTION = 160, 6, 30  # pixels of a sheet
RIGHT, WRONG = (34, 140, 60), (200, 40, 40)


class VerdictRow(NamedTuple):
    """A scored picture. `prompt` identifies the prompt; `held_out` is None if unknown."""

    tag: str
    text: str
    prompt: str
    correct: bool
    reason: str
    held_out: bool | None
    file: str | None


def read_rows(path: Path) -> list[VerdictRow]:
    """The pictures of a results.jsonl, ours or the official scorer's; ValueError names the line."""
    rows = []
    for number, line in enumerate(text_lines(path), 1):
        try:
            raw = json.loads(line)
            metadata = str(raw["metadata"])
            told = json.loads(metadata)
            rows.append(
                VerdictRow(
                    str(raw["tag"]), str(raw.get("prompt", "")), metadata, bool(raw["correct"]),
                    str(raw.get("reason", "")), told.get("held_out"), raw.get("filename"),
                )
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ValueError(
                f"{path}, line {number}: expected JSON with tag, metadata and correct"
            ) from None
    if not rows:
        raise ValueError(f"{path} holds no results")
    return rows


@dataclass(frozen=True)
class CategoryShare:
    """The share of right pictures, with a 95% interval."""

    value: float
    low: float
    high: float
    pictures: int
    prompts: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"

    def to_dict(self) -> dict[str, Any]:
        return {
            "share": self.value, "low": self.low, "high": self.high,
            "pictures": self.pictures, "prompts": self.prompts,
        }  # fmt: skip


def share_of(rows: Sequence[VerdictRow]) -> CategoryShare:
    """The share of right pictures with Wilson's interval (1927).

    Pictures of one prompt are correlated: their effective number follows from the variance between
    prompts, at least one per prompt.
    """
    prompts: dict[str, list[bool]] = {}
    for row in rows:
        prompts.setdefault(row.prompt, []).append(row.correct)
    count, total = len(prompts), len(rows)
    value = sum(row.correct for row in rows) / total
    means = [sum(one) / len(one) for one in prompts.values()]
    spread = sum((mean - value) ** 2 for mean in means) / max(1, count - 1) / count
    unsure = value * (1 - value)  # 0 if all are right or all wrong: then prompts are counted
    independent = unsure / spread if spread > 0 else total if unsure > 0 else count
    low, high = wilson(value, min(total, max(count, independent)))
    return CategoryShare(value, low, high, total, count)


def wilson(value: float, count: float) -> tuple[float, float]:
    """The 95% interval of a share `value` of `count` independent trials."""
    middle = (value + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count)
    half *= math.sqrt(value * (1 - value) / count + Z**2 / (4 * count**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_of(shares: Iterable[CategoryShare]) -> CategoryShare:
    """The mean of independent shares; its interval from theirs (Zou and Donner 2008)."""
    shares = list(shares)
    count, value = len(shares), sum(share.value for share in shares) / len(shares)
    below = math.sqrt(sum((share.value - share.low) ** 2 for share in shares)) / count
    above = math.sqrt(sum((share.high - share.value) ** 2 for share in shares)) / count
    return CategoryShare(
        value, max(0.0, value - below), min(1.0, value + above),
        sum(share.pictures for share in shares), sum(share.prompts for share in shares),
    )  # fmt: skip


def summary(rows: Sequence[VerdictRow]) -> dict[str, dict[str, CategoryShare]]:
    """Shares by category, then by group; the last category, "overall", is the mean of the others.

    A group of a category without pictures is absent, so the overall of "held out" is the mean of
    the categories that combine things or colours.
    """
    tags = [tag for tag in GENEVAL_TAGS if any(row.tag == tag for row in rows)]
    tags += sorted({row.tag for row in rows} - set(tags))
    found: dict[str, dict[str, CategoryShare]] = {}
    for tag in tags:
        own = [row for row in rows if row.tag == tag]
        groups = {
            "all": own,
            "seen": [row for row in own if row.held_out is False],
            "held out": [row for row in own if row.held_out is True],
        }
        found[tag] = {name: share_of(part) for name, part in groups.items() if part}
    found["overall"] = {
        name: mean_of(found[tag][name] for tag in tags if name in found[tag])
        for name in GROUPS
        if any(name in found[tag] for tag in tags)
    }
    return found


def sections_of(
    rows: Sequence[VerdictRow], shares: dict[str, dict[str, CategoryShare]]
) -> list[str]:
    """The tables as Markdown."""
    groups = [name for name in GROUPS if name in shares["overall"]]
    body = [
        [
            HEADINGS.get(tag, tag),
            *(str(own[g]) if g in own else "–" for g in groups),
            own["all"].pictures,
        ]
        for tag, own in shares.items()
    ]
    parts = [
        table(["category", *groups, "pictures"], body),
        "Shares of right pictures with 95% intervals, which count pictures of one prompt as the "
        "spread between prompts allows. Overall is the mean of the categories above it."
        + (" Held out are combinations that training never showed." if len(groups) > 1 else ""),
        "## What went wrong",
    ]
    for tag in [tag for tag in shares if tag != "overall"]:
        failed = failures(row for row in rows if row.tag == tag)
        if failed:
            lines = [
                f"- {one['prompt']}{' (held out)' if one['held_out'] else ''}: "
                f"{one['wrong']} of {one['pictures']} wrong; {one['reason']}"
                for one in failed
            ]
            parts.append(f"### {HEADINGS.get(tag, tag)}\n\n" + "\n".join(lines))
    return parts


def failures(rows: Iterable[VerdictRow]) -> list[dict[str, Any]]:
    """Prompts with wrong pictures, the worst first, with the reason for the first one."""
    prompts: dict[str, list[VerdictRow]] = {}
    for row in rows:
        prompts.setdefault(row.prompt, []).append(row)
    found = []
    for own in prompts.values():
        wrong = [row for row in own if not row.correct]
        if wrong:
            found.append(
                {
                    "tag": own[0].tag, "prompt": own[0].text, "held_out": own[0].held_out,
                    "wrong": len(wrong), "pictures": len(own),
                    "reason": wrong[0].reason.replace("\n", "; "),
                }
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one["wrong"] / one["pictures"], one["prompt"]))


def first_of_each(rows: Iterable[VerdictRow]) -> list[VerdictRow]:
    """The first picture of each prompt, in order, without selection."""
    found: dict[str, VerdictRow] = {}
    for row in rows:
        found.setdefault(row.prompt, row)
    return list(found.values())


def sheet(rows: Sequence[VerdictRow], *, columns: int = 10) -> Image.Image:
    """Pictures with their prompts and whether they are right; a dot marks a held-out prompt."""
    font = ImageFont.load_default(11)
    width, height = PICTURE + MARGIN, PICTURE + CAPTION + MARGIN
    lines = -(-len(rows) // columns)
    page = Image.new("RGB", (min(columns, len(rows)) * width + MARGIN, lines * height), "white")
    pen = ImageDraw.Draw(page)
    for index, row in enumerate(rows):
        left = index % columns * width + MARGIN
        top = index // columns * height + MARGIN
        assert row.file is not None
        with Image.open(row.file) as image:
            small = image.convert("RGB").resize((PICTURE, PICTURE), Image.Resampling.LANCZOS)
        page.paste(small, (left, top))
        colour = RIGHT if row.correct else WRONG
        pen.rectangle((left - 1, top - 1, left + PICTURE, top + PICTURE), outline=colour, width=2)
        _mark(pen, left + PICTURE - 18, top + 3, row.correct)
        words = top + PICTURE + 2
        if row.held_out:  # a dot, which the font lacks
            pen.ellipse((left + 1, words + 4, left + 5, words + 8), fill="black")
        text = ("   " if row.held_out else "") + _wrapped(row.text, font, indent=bool(row.held_out))
        pen.multiline_text((left + 1, words), text, "black", font)
    return page


def _mark(pen: ImageDraw.ImageDraw, x: int, y: int, correct: bool) -> None:
    """A tick or a cross on a disc of 15 pixels."""
    pen.ellipse((x, y, x + 15, y + 15), fill=RIGHT if correct else WRONG)
    if correct:
        pen.line([(x + 4, y + 8), (x + 7, y + 11), (x + 12, y + 4)], "white", 2)
    else:
        pen.line([(x + 4, y + 4), (x + 11, y + 11)], "white", 2)
        pen.line([(x + 11, y + 4), (x + 4, y + 11)], "white", 2)


def _wrapped(text: str, font: Any, *, indent: bool = False) -> str:
    """`text` in at most two lines as wide as a picture, the first with room for a dot."""
    first, *words = text.split() or [""]
    lines = [first]
    for word in words:
        room = PICTURE - (9 if indent and len(lines) == 1 else 0)
        longer = f"{lines[-1]} {word}"
        if font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join([lines[0], " ".join(lines[1:])] if len(lines) > 1 else lines)


def write_sheets(rows: Sequence[VerdictRow], folder: Path) -> list[Path]:
    """`sheet-CATEGORY.png` of the first picture of each prompt, of rows that have files."""
    written = []
    for tag in dict.fromkeys(row.tag for row in rows):
        shown = [row for row in first_of_each(r for r in rows if r.tag == tag) if row.file]
        if shown and all(Path(str(row.file)).is_file() for row in shown):
            path = folder / f"sheet-{tag}.png"
            save_png(sheet(shown).quantize(256), path, optimize=True)
            written.append(path)
    return written


def judged_table(judged: dict[str, tuple[list[VerdictRow], list[VerdictRow]]]) -> str:
    """Shares of right verdicts by category, for matching scenes and for near misses."""
    columns: list[str] = []
    body: dict[str, list[str]] = {}
    for how, (own, near) in judged.items():
        columns += [how, f"{how}, near misses"]
        wrong = [row._replace(correct=not row.correct) for row in near]
        for rows in (own, wrong):
            for tag, shares in summary(rows).items():
                body.setdefault(tag, []).append(str(shares["all"]))
    rows_of = [[HEADINGS.get(tag, tag), *cells] for tag, cells in body.items()]
    return table(["category", *columns], rows_of)
