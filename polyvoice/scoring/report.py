"""Reports of a run: Markdown tables and an HTML page."""

from __future__ import annotations

import base64
import io
import math
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.languages import LANGUAGES
from polyvoice.dataset.clips import Clip
from polyvoice.scoring.aggregate import LanguageLine, Summary
from polyvoice.scoring.error_attribution import ASPECTS, STAGES, blamed
from polyvoice.scoring.metrics import Estimate
from polyvoice.scoring.results import ClipRow

if TYPE_CHECKING:
    from jinja2 import Environment

ENGLISH_LINE = "English text"
SUMMARIES = ("scores", "texts", "stages", "aspects")  # the tables of `tables` that count clips
Table = list[list[str]]  # its head, then its rows
Bar = tuple[str, Estimate | None, Estimate | None]  # a line's name, score, and score of wrong pairs


def number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def interval(value: Estimate | None, digits: int = 2, *, scale: float = 1.0) -> str:
    """ "31.04 [30.71, 31.40]"; a dash for nothing."""
    if value is None:
        return "–"
    low, high = scale * value.low, scale * value.high
    return f"{scale * value.value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def middle(value: Estimate | None, digits: int = 2) -> str:
    return number(value.value if value else None, digits)


def percent(value: Estimate | None, digits: int) -> str:
    return f"{interval(value, digits, scale=100)} %"


def name_of(line: LanguageLine) -> str:
    return f"{LANGUAGES.get(line.language, line.language)} speech"


def _markdown_table(table: Table) -> str:
    """A Markdown table with escaped pipes."""
    lines = [" | ".join(cell.replace("|", "\\|") or "–" for cell in row) for row in table[1:]]
    head = "| " + " | ".join(table[0]).lstrip()
    return "\n".join([f"{head} |", "|" + "---|" * len(table[0]), *(f"| {x} |" for x in lines), ""])


@lru_cache(maxsize=1)
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["html"]),
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters |= {"markdown": _markdown_table, "interval": interval, "speech": name_of}
    return environment


def tables(summary: Summary) -> dict[str, Table]:
    """The run's tables by name: scores, texts, stages of loss, worst clips.

    Without tables of stages for texts outside of nano's vocabulary.
    """
    english, lines = summary.english, summary.languages
    scores = [
        ["", "clips", "Text CLIPScore", "shuffled", "lost to English", "Image CLIPScore",
         "shuffled"],
        [ENGLISH_LINE, str(english.texts), interval(english.text), middle(english.text_shuffled)]
        + 3 * ["–"],
        *(
            [
                name_of(one), str(one.clips), interval(one.text), middle(one.text_shuffled),
                interval(one.lost), interval(one.image, 3), middle(one.image_shuffled, 3),
            ]
            for one in lines
        ),
    ]  # fmt: skip
    texts = [
        ["", "chrF", "BLEU", "chrF, Whisper alone", "similarity", "language right", "WER", "CER",
         "real time, heard", "heard and drawn"],
        *(
            [
                name_of(one), number(one.prompt.get("chrf"), 1), number(one.prompt.get("bleu"), 1),
                number(one.translation.get("chrf"), 1), interval(one.similarity, 3),
                percent(one.language_right, 0), percent(one.word_errors, 1),
                percent(one.character_errors, 1), middle(one.real_time),
                middle(one.real_time_drawn),
            ]
            for one in lines
        ),
    ]  # fmt: skip
    worst = [
        ["clip", "said", "heard", "English text", "drawn", "Text", "Image"],
        *(
            [row.key, row.text, row.transcript, row.english, row.prompt, number(row.text_score),
             number(row.image_score, 3)]
            for row in summary.worst
        ),
    ]  # fmt: skip
    return {"scores": scores, "texts": texts, **_stages(summary), "worst": worst}


def _stages(summary: Summary) -> dict[str, Table]:
    """Two tables of losses by stage; none for texts outside of nano's vocabulary."""
    lines = [(name_of(line), line.stages) for line in summary.languages if line.stages]
    if not lines:
        return {}
    stages = [
        ["", "clips", "Whisper's English right", "prompt right", "lost in hearing",
         "in translation", "by the glossary", "in drawing"],
        *(
            [name, str(one.clips), str(one.translated), str(one.prompted)]
            + [f"{one.clips_lost[stage]} ({one.points_lost[stage]:+.2f})" for stage in STAGES]
            for name, one in lines
        ),
    ]  # fmt: skip
    aspects = [
        ["wrong: in Whisper's English → in the prompt", *ASPECTS],
        *(
            [name, *(f"{one.translation_aspects[a]} → {one.prompt_aspects[a]}" for a in ASPECTS)]
            for name, one in lines
        ),
    ]
    return {"stages": stages, "aspects": aspects}


def stages_note(summary: Summary) -> str:
    """A note on the tables of stages."""
    return (
        "Right: the same things, colours, count, position and place as the English text. In "
        "hearing: with the words that were said, the glossary makes the right prompt. By the "
        "glossary: Whisper's English was right. In drawing: the prompt is right, and another "
        "English text of this run lies nearer to the picture (so it is with "
        f"{summary.english.off} of the {summary.english.texts} pictures of the English texts). In "
        "parentheses what the clips take off the Text CLIPScore, averaged over all clips; in "
        "drawing, all clips of right prompts."
    )


def markdown(summary: Summary) -> str:
    """The run's tables, the failed clips and the ten worst."""
    guidance = summary.settings.guidance
    return (
        _templates()
        .get_template("report.md")
        .render(
            summary=summary,
            settings=summary.settings,
            guidance="preset's" if guidance is None else f"{guidance:g}",
            tables=tables(summary),
            stages_note=stages_note(summary),
            first_look=summary.first_look,
            unheard=[row.key for row in summary.scored if not row.heard],
        )
    )


# ---------------------------------------------------------------- the page


LEFT, WIDTH, RIGHT, STEP = 132, 330, 168, 30  # of the bars' drawing, in its units


def plot(lines: list[Bar]) -> dict[str, Any] | None:
    """The geometry of horizontal bars with intervals, or None."""
    shown = [(name, value, floor) for name, value, floor in lines if value is not None]
    if not shown:
        return None
    edges = [edge for _, value, floor in shown for edge in (value.low, value.high)]
    edges += [floor.value for _, _, floor in shown if floor]
    low, high = min(0.0, *edges), max(0.0, *edges) or 1.0

    def x(value: float) -> str:
        return f"{LEFT + WIDTH * (value - low) / (high - low):.1f}"

    bars = []
    for index, (name, value, floor) in enumerate(shown):
        start, end = sorted((float(x(0.0)), float(x(value.value))))
        bars.append({
            "name": name, "value": value, "y": index * STEP + 5, "start": f"{start:.1f}",
            "width": f"{end - start:.1f}", "low": x(value.low), "high": x(value.high),
            "floor": x(floor.value) if floor else None,
        })  # fmt: skip
    return {
        "bars": bars, "bottom": len(shown) * STEP, "left": LEFT, "right": LEFT + WIDTH,
        "width": LEFT + WIDTH + RIGHT,
        "ticks": [(f"{tick:g}", x(tick)) for tick in _ticks(low, high)],
    }  # fmt: skip


def _ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers from `low` to `high`."""
    size = 10 ** math.floor(math.log10(high - low))
    step = next(s * size for s in (0.2, 0.5, 1.0, 2.0) if (high - low) / (s * size) < 7)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(step * k, 10) for k in range(first, last + 1)]


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def picture_data(path: Path, side: int = 288) -> str:
    """A picture as a data URL: WebP of at most `side` pixels."""
    from PIL import Image

    with Image.open(path) as picture:
        small = picture.convert("RGB")
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=85)
    return _data("image/webp", buffer.getvalue())


def page(summary: Summary, clips: dict[str, Clip], dataset: Path, run: Path) -> str:
    """The whole report as one file: bars, tables, and a card with sound and pictures for each clip.

    `clips` by key; unreadable files are left out of their card.
    """
    english = {key: picture_data(run / row.picture) for key, row in summary.english_rows.items()}
    ranks = {row.key: rank for rank, row in enumerate(summary.worst, 1)}
    rows = sorted(summary.scored, key=lambda row: (row.image_score, row.text_score))
    lines, known = summary.languages, tables(summary)
    text: list[Bar] = [(ENGLISH_LINE, summary.english.text, summary.english.text_shuffled)]
    text += [(name_of(one), one.text, one.text_shuffled) for one in lines]
    image: list[Bar] = [(name_of(one), one.image, one.image_shuffled) for one in lines]
    return (
        _templates()
        .get_template("report.html")
        .render(
            title=f"PolyVoice: split {summary.split}, preset {summary.settings.preset}",
            first_look=summary.first_look,
            judge=summary.judge,
            plot=plot,
            charts=[
                ("Text CLIPScore: 100 · cos(picture, English text)", text, 1),
                ("Image CLIPScore: cos(picture from speech, from the English text)", image, 3),
            ],
            tables=[known[name] for name in SUMMARIES if name in known],
            note=stages_note(summary) if "stages" in known else "",
            failed=summary.failed,
            languages=lines,
            cards=[
                _card(row, clips[row.key].path(dataset), ranks.get(row.key))
                | {"picture": picture_data(run / row.picture), "english": english[row.id]}
                for row in rows
            ],
            numbers=summary.to_json(),
        )
    )


def _card(row: ClipRow, path: Path, rank: int | None) -> dict[str, Any]:
    """The page's card of one clip; `rank` among the worst, 1 the lowest."""
    wrong = row.heard and row.detected != row.language
    return {
        "row": row,
        "rank": rank,
        "sound": _data("audio/ogg", path.read_bytes()) if path.is_file() else "",
        "taken_for": LANGUAGES.get(row.detected, row.detected) if wrong else "",
        "lost_in": blamed(row),
        "lines": (
            ("said", row.text or "not written down", row.language),
            ("heard", row.transcript or "nothing", row.detected if row.transcript else "en"),
            ("Whisper", row.translation or "–", "en"),
            ("prompt", row.prompt or "an empty prompt", "en"),
            ("drawn as", row.caption if row.caption != row.prompt else "", "en"),
            ("English", row.english, "en"),
        ),
    }
