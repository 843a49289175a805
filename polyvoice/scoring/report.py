"""A run's results for people: Markdown tables, and a page to open in a browser."""

from __future__ import annotations

import base64
import html
import io
import json
import math
from pathlib import Path

from app.languages import LANGUAGES
from polyvoice.dataset.clips import Clip
from polyvoice.scoring.aggregate import LanguageLine, Summary
from polyvoice.scoring.error_attribution import ASPECTS, STAGES, blamed
from polyvoice.scoring.metrics import Estimate
from polyvoice.scoring.results import ClipRow

ENGLISH_LINE = "English text"


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


def name_of(line: LanguageLine) -> str:
    return f"{LANGUAGES.get(line.language, line.language)} speech"


def markdown(summary: Summary) -> str:
    """The run's tables, the failed clips and the ten worst."""
    settings = summary.settings
    guidance = "preset's" if settings.guidance is None else f"{settings.guidance:g}"
    out = [
        f"# PolyVoice, split {summary.split}, preset {settings.preset}",
        "",
        f"CLIP model: {summary.judge}.  ",
        "Text CLIPScore = 100 · cos(picture, English text); Image CLIPScore = cos(picture from "
        "speech, picture from the English text), raw. In brackets 95 % bootstrap intervals; "
        "“shuffled” is the same score of wrong pairs.  ",
        f"Steps {settings.steps}, guidance {guidance}, ar_ratio {settings.ar_ratio:g}, each row's "
        f"own seed; language {'told' if settings.tell_language else 'detected'}.",
        "",
        "| | clips | Text CLIPScore | shuffled | lost to English | Image CLIPScore | shuffled |",
        "|---|---|---|---|---|---|---|",
        f"| {ENGLISH_LINE} | {summary.english.texts} | {interval(summary.english.text)} "
        f"| {middle(summary.english.text_shuffled)} | – | – | – |",
    ]
    for line in summary.languages:
        out.append(
            f"| {name_of(line)} | {line.clips} | {interval(line.text)} "
            f"| {middle(line.text_shuffled)} | {interval(line.lost)} | {interval(line.image, 3)} "
            f"| {middle(line.image_shuffled, 3)} |"
        )
    out += [
        "",
        "| | chrF | BLEU | chrF, Whisper alone | similarity | language right | WER | CER "
        "| real time, heard | heard and drawn |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for line in summary.languages:
        out.append(
            f"| {name_of(line)} | {number(line.prompt.get('chrf'), 1)} "
            f"| {number(line.prompt.get('bleu'), 1)} "
            f"| {number(line.translation.get('chrf'), 1)} | {interval(line.similarity, 3)} "
            f"| {interval(line.language_right, 0, scale=100)} % "
            f"| {interval(line.word_errors, 1, scale=100)} % "
            f"| {interval(line.character_errors, 1, scale=100)} % "
            f"| {middle(line.real_time)} | {middle(line.real_time_drawn)} |"
        )
    out += [
        "",
        "chrF, BLEU (sacrebleu, without case) and similarity (cosine of MiniLM sentence vectors) "
        "compare the prompt that was drawn with the English text; WER and CER compare the "
        "transcript with what was said, in Chinese both by character. Real time: seconds of work "
        "per second of sound on this machine.",
        "",
    ]
    out += _stages(summary)
    unheard = [row.key for row in summary.scored if not row.heard]
    if unheard:
        out += [f"No speech found in {', '.join(unheard)}: an empty prompt was drawn.", ""]
    if summary.failed:
        out += [f"Left out, {len(summary.failed)}:", ""]
        out += [f"- {row.key}: {row.error}" for row in summary.failed] + [""]
    out += ["## Lowest Image CLIPScore", ""]
    out += ["| clip | said | heard | English text | drawn | Text | Image |"]
    out += ["|---|---|---|---|---|---|---|"]
    for row in summary.worst:
        cells = (row.key, row.text, row.transcript, row.english, row.prompt)
        safe = " | ".join(cell.replace("|", "\\|") or "–" for cell in cells)
        out.append(f"| {safe} | {number(row.text_score)} | {number(row.image_score, 3)} |")
    return "\n".join(out) + "\n"


def stages_note(summary: Summary) -> str:
    """What the tables of the stages count."""
    return (
        "Right: the same things, colours, count, position and place as the English text. In "
        "hearing: with the words that were said, the glossary makes the right prompt. By the "
        "glossary: Whisper's English was right. In drawing: the prompt is right, and another "
        "English text of this run lies nearer to the picture (so it is with "
        f"{summary.english.off} of the {summary.english.texts} pictures of the English texts). In "
        "parentheses what the clips take off the Text CLIPScore, averaged over all clips; in "
        "drawing, all clips of right prompts."
    )


def _stages(summary: Summary) -> list[str]:
    """Where the clips go wrong: two tables; nothing for texts beyond nano's words."""
    lines = [(name_of(line), line.stages) for line in summary.languages if line.stages]
    if not lines:
        return []
    out = [
        "## Where it is lost",
        "",
        "| | clips | Whisper's English right | prompt right | lost in hearing | in translation "
        "| by the glossary | in drawing |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, stages in lines:
        cells = (f"{stages.clips_lost[one]} ({stages.points_lost[one]:+.2f})" for one in STAGES)
        out.append(
            f"| {name} | {stages.clips} | {stages.translated} | {stages.prompted} "
            f"| {' | '.join(cells)} |"
        )
    out += [
        "",
        stages_note(summary),
        "",
        f"| wrong: in Whisper's English → in the prompt | {' | '.join(ASPECTS)} |",
        "|---|" + "---|" * len(ASPECTS),
    ]
    for name, stages in lines:
        cells = (
            f"{stages.translation_aspects[one]} → {stages.prompt_aspects[one]}" for one in ASPECTS
        )
        out.append(f"| {name} | {' | '.join(cells)} |")
    return [*out, ""]


# ---------------------------------------------------------------- the page


LEFT, WIDTH, RIGHT, STEP = 132, 330, 168, 30  # of the bars' drawing, in its units


def bars(title: str, lines: list[tuple[str, Estimate | None, float | None]], digits: int) -> str:
    """Horizontal bars with intervals as SVG; a tick marks each line's shuffled score."""
    shown = [(name, value, floor) for name, value, floor in lines if value is not None]
    if not shown:
        return ""
    edges = [edge for _, value, floor in shown for edge in (value.low, value.high, floor or 0.0)]
    low, high = min(0.0, *edges), max(0.0, *edges) or 1.0
    bottom = len(shown) * STEP

    def x(value: float) -> float:
        return LEFT + WIDTH * (value - low) / (high - low)

    parts = []
    for tick in _ticks(low, high):
        parts.append(
            f'<path d="M{x(tick):.1f} 0V{bottom}" class="grid"/><text x="{x(tick):.1f}" '
            f'y="{bottom + 14}" text-anchor="middle" class="tick">{tick:g}</text>'
        )
    for index, (name, value, floor) in enumerate(shown):
        y = index * STEP + 5
        start, end = sorted((x(0.0), x(value.value)))
        first, last, middle = x(value.low), x(value.high), y + 10
        parts.append(
            f'<text x="{LEFT - 10}" y="{y + 14}" text-anchor="end">{html.escape(name)}</text>'
            f'<rect x="{start:.1f}" y="{y}" width="{end - start:.1f}" height="20" rx="2" '
            f'class="bar"/><path d="M{first:.1f} {middle - 5}v10m0 -5H{last:.1f}m0 -5v10" '
            f'class="whisker"/><text x="{LEFT + WIDTH + 12}" y="{y + 14}">'
            f"{interval(value, digits)}</text>"
        )
        if floor is not None:
            parts.append(f'<path d="M{x(floor):.1f} {y - 3}v26" class="floor"/>')
    box = f"0 0 {LEFT + WIDTH + RIGHT} {bottom + 20}"
    return (
        f"<figure><figcaption>{html.escape(title)}</figcaption>"
        f'<svg viewBox="{box}" role="img">{"".join(parts)}</svg></figure>'
    )


def _ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers from `low` to `high`."""
    size = 10 ** math.floor(math.log10(high - low))
    step = next(s * size for s in (0.2, 0.5, 1.0, 2.0) if (high - low) / (s * size) < 7)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(step * k, 10) for k in range(first, last + 1)]


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def picture_data(path: Path, side: int = 288) -> str:
    """A picture as a data address: WebP of at most `side` pixels."""
    from PIL import Image

    with Image.open(path) as picture:
        small = picture.convert("RGB")
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "WEBP", quality=85)
    return _data("image/webp", buffer.getvalue())


def page(summary: Summary, clips: dict[str, Clip], dataset: Path, run: Path) -> str:
    """The whole report as one file: bars, tables, and a card with sound and pictures for each clip.

    `clips` by key; what cannot be read any more is left out of its card.
    """
    english = {key: picture_data(run / row.picture) for key, row in summary.english_rows.items()}
    ranks = {row.key: rank for rank, row in enumerate(summary.worst, 1)}
    cards = "".join(
        _card(row, clips[row.key], dataset, run, english, ranks.get(row.key))
        for row in sorted(summary.scored, key=lambda row: (row.image_score, row.text_score))
    )
    failed = "".join(
        f"<li><b>{html.escape(row.key)}</b>: {html.escape(row.error)}</li>"
        for row in summary.failed
    )
    text_lines = [(ENGLISH_LINE, summary.english.text, _floor(summary.english.text_shuffled))]
    text_lines += [(name_of(one), one.text, _floor(one.text_shuffled)) for one in summary.languages]
    image_lines = [
        (name_of(one), one.image, _floor(one.image_shuffled)) for one in summary.languages
    ]
    options = "".join(
        f'<option value="{one.language}">{html.escape(name_of(one))}</option>'
        for one in summary.languages
    )
    staged = any(line.stages for line in summary.languages)
    template = Path(__file__).with_name("report.html").read_text(encoding="utf-8")
    parts = {
        "title": html.escape(f"PolyVoice: split {summary.split}, preset {summary.settings.preset}"),
        "judge": html.escape(summary.judge),
        "bars": bars("Text CLIPScore: 100 · cos(picture, English text)", text_lines, 1)
        + bars("Image CLIPScore: cos(picture from speech, from the English text)", image_lines, 3),
        "tables": _tables(markdown(summary)),
        "note": f'<p class="note">{html.escape(stages_note(summary))}</p>' if staged else "",
        "failed": f"<h2>Left out</h2><ul>{failed}</ul>" if failed else "",
        "options": options,
        "cards": cards,
        "numbers": json.dumps(summary.to_json(), ensure_ascii=False).replace("<", "\\u003c"),
    }
    for name, part in parts.items():
        template = template.replace(f"<!-- {name} -->", part)
    return template


def _floor(value: Estimate | None) -> float | None:
    return value.value if value else None


def _tables(text: str) -> str:
    """The Markdown's tables as HTML, without the last one, of clips, which the cards show."""
    tables: list[list[list[str]]] = []
    inside = False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        if not inside:
            tables.append([])
        inside = True
        if not line.startswith("|---"):
            tables[-1].append([cell.strip() for cell in line.strip("|").split("|")])
    out = []
    for table in tables[:-1]:
        head, *body = table
        rows = ["<tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in head) + "</tr>"]
        rows += [
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
            for row in body
        ]
        out.append(f'<div class="wide"><table>{"".join(rows)}</table></div>')
    return "".join(out)


def _card(
    row: ClipRow, clip: Clip, dataset: Path, run: Path, english: dict[str, str], rank: int | None
) -> str:
    """One clip; `rank` among the worst of the run, 1 the lowest."""
    path = clip.path(dataset)
    sound = ""
    if path.is_file():
        address = _data("audio/ogg", path.read_bytes())
        sound = f'<audio controls preload="none" src="{address}"></audio>'
    lines = (
        ("said", row.text, row.language),
        ("heard", row.transcript or "nothing", row.detected if row.transcript else "en"),
        ("Whisper", row.translation or "–", "en"),
        ("prompt", row.prompt or "an empty prompt", "en"),
        ("drawn as", row.caption if row.caption != row.prompt else "", "en"),
        ("English", row.english, "en"),
    )
    texts = "".join(
        f'<dt>{name}</dt><dd lang="{html.escape(code, quote=True)}">{html.escape(text)}</dd>'
        for name, text, code in lines
        if text
    )
    badge = f' <span class="rank">lowest {rank}</span>' if rank else ""
    wrong = ""
    if row.heard and row.detected != row.language:
        name = LANGUAGES.get(row.detected, row.detected)
        wrong = f' <span class="wrong">taken for {html.escape(name)}</span>'
    stage = blamed(row)
    if stage:
        wrong += f' <span class="wrong">lost in {stage}</span>'
    alt = html.escape(row.prompt, quote=True)
    return (
        f'<article data-language="{row.language}" data-rank="{rank or 0}" '
        f'data-image="{row.image_score:.4f}" data-text="{row.text_score:.4f}" '
        f'data-key="{html.escape(row.key, quote=True)}">'
        f"<h3>{html.escape(row.key)}{badge}{wrong}</h3>{sound}"
        f'<div class="pair"><figure><img loading="lazy" alt="{alt}" '
        f'src="{picture_data(run / row.picture)}"><figcaption>from speech</figcaption></figure>'
        f'<figure><img loading="lazy" alt="{html.escape(row.english, quote=True)}" '
        f'src="{english[row.id]}"><figcaption>from the English text</figcaption></figure></div>'
        f"<dl>{texts}</dl><p>Text CLIPScore <b>{row.text_score:.1f}</b> · Image CLIPScore "
        f"<b>{row.image_score:.3f}</b> · similarity {row.similarity:.2f}</p></article>"
    )
