"""What a run's rows come to: the summary, the table and the page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from polyvoice.dataset.clips import Clip
from polyvoice.scoring import report
from polyvoice.scoring.aggregate import summarise
from polyvoice.scoring.metrics import Estimate
from polyvoice.scoring.results import ClipRow, EnglishRow
from polyvoice.scoring.runner import Settings


def made_up(count: int = 4) -> tuple[list[ClipRow], dict[str, EnglishRow]]:
    """Rows whose pictures are as good as their English ones, in a space of `count` texts."""
    rows, english = [], {}
    for i in range(count):
        unit = np.eye(count, dtype=np.float32)[i]
        shared = {"id": f"nano-{i}", "english": f"A cat number {i}.", "seed": i}
        english[f"nano-{i}"] = EnglishRow(
            **shared, fingerprint="", text_score=100.0, picture="", features=unit,
            text_features=unit,
        )  # fmt: skip
        rows.append(
            ClipRow(
                key=f"fr/nano-{i}",
                split="nano",
                language="fr",
                text="Un <b>chat</b> | noir.",
                voice="",
                engine="",
                duration=2.0,
                fingerprint="",
                heard=True,
                detected="fr",
                transcript="Un chat",
                translation="A cat",
                prompt=f"A cat number {i}.",
                similarity=1.0,
                wrong_words=1,
                words=4,
                wrong_characters=1,
                characters=10,
                listen_seconds=1.0,
                draw_seconds=0.5,
                text_score=100.0,
                image_score=1.0 - i / 10,
                picture="",
                features=unit,
                **shared,
            )
        )
    return rows, english


def test_summary_counts_right_and_wrong_pairs() -> None:
    rows, english = made_up()
    rows[3].error = "damaged"
    summary = summarise(rows, english, Settings(clip="openai/clip-vit-base-patch32"))
    (line,) = summary.languages
    assert (line.clips, line.failed) == (3, 1)
    assert line.text == Estimate(100.0, 100.0, 100.0)
    assert line.text_shuffled == Estimate(0.0, 0.0, 0.0)
    assert line.image_shuffled == Estimate(0.0, 0.0, 0.0)
    assert line.lost == Estimate(0.0, 0.0, 0.0)
    assert line.image is not None and line.image.value == pytest.approx(0.9)
    assert line.word_errors is not None and line.word_errors.value == pytest.approx(0.25)
    assert line.real_time is not None and line.real_time.value == pytest.approx(0.5)
    assert line.real_time_drawn is not None and line.real_time_drawn.value == pytest.approx(0.75)
    assert line.prompt["chrf"] == pytest.approx(100.0) and line.translation["chrf"] < 60
    assert [row.key for row in summary.worst] == ["fr/nano-2", "fr/nano-1", "fr/nano-0"]
    assert summary.to_json()["comparable_with_the_paper"] is True
    assert summary.to_json()["first_look"] is True
    assert "A first look, no result" in report.markdown(summary)
    assert "fr 100.00 to 100.00 of 3" in summary.first_look


def test_a_run_of_many_clips_is_no_first_look() -> None:
    rows, english = made_up(30)
    summary = summarise(rows, english, Settings())
    assert summary.first_look == "" and "first look" not in report.markdown(summary)


def test_the_page_is_whole_and_escapes_what_was_said(tmp_path: Path) -> None:
    from PIL import Image

    rows, english = made_up(2)
    Image.new("RGB", (96, 96), "red").save(tmp_path / "red.png")
    for row in [*rows, *english.values()]:
        row.picture = "red.png"
    (tmp_path / "nano").mkdir()
    (tmp_path / "nano" / "one.ogg").write_bytes(b"OggS")
    clips = {
        row.key: Clip("one.ogg", row.id, "nano", "fr", "", "", "", "", 1.0, "", 0) for row in rows
    }
    summary = summarise(rows, english, Settings())
    page = report.page(summary, clips, tmp_path, tmp_path)
    assert page.count("<article") == 2
    assert page.count("<audio controls") == 2
    assert page.count("data:image/webp;base64,") == 4
    assert "<b>chat</b>" not in page and "&lt;b&gt;chat&lt;/b&gt;" in page
    assert "<!-- " not in page
    assert page.count('class="rank">lowest') == 2 and page.index("lowest 1<") < page.index(
        "lowest 2<"
    )
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert page.count('class="whisker"') == 3  # English and French text scores, French image score
    text = report.markdown(summary)
    assert "Un <b>chat</b> \\| noir." in text


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (-10.4, 40.1, [-10.0, 0.0, 10.0, 20.0, 30.0, 40.0]),
        (0.0, 31.4, [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert report._ticks(low, high) == ticks
