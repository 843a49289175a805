"""Which stage loses a clip: made-up rows whose losses are known."""

from __future__ import annotations

import numpy as np
import pytest

from polyvoice.scoring import report
from polyvoice.scoring.aggregate import summarise
from polyvoice.scoring.error_attribution import blamed, is_off, judge_row, lost_aspects, stage_line
from polyvoice.scoring.results import ClipRow, EnglishRow
from polyvoice.scoring.runner import Settings


@pytest.mark.parametrize(
    ("english", "said", "lost"),
    [
        ("A brown dog and a soccer ball.", "a soccer ball and a brown dog", []),
        ("Two orange cats on the grass.", "two orange cats in a meadow", []),
        ("A yellow lemon.", "a lemon", []),  # it is yellow anyway
        ("A blue car.", "a car", ["colours"]),
        ("A blue car.", "a blue truck", ["things"]),
        ("Three green books.", "two green books", ["count"]),
        ("A cat above a dog.", "a dog beneath a cat", []),
        ("A cat above a dog.", "a dog above a cat", ["position"]),
        ("A cat to the left of a dog.", "a cat and a dog", ["position"]),
        ("A lion next to a tiger.", "a lion on the side of a tiger", []),
        ("A parrot next to a television.", "a parrot on a television", ["position"]),
        ("A parrot on top of a television.", "a parrot above a television", []),
        ("A man wearing a hat.", "a man and a hat", ["position"]),
        ("A cat, a dog and two birds.", "two birds, a dog and a cat", []),
        ("A cat, a dog and two birds.", "two birds and a dog", ["things", "count"]),
        ("A castle at night.", "a castle in a field at night", []),
        ("A castle in the snow.", "a castle in a snowfall", ["place"]),
        ("A red apple.", "a red apple apple", []),
        ("A rocket in the sky.", "a rocket", ["place"]),
        ("A cat on a white background.", "a cat", []),
        ("Four blue hearts on a pink background.", "", ["things", "colours", "count", "place"]),
    ],
)
def test_aspects_are_compared_alone(english: str, said: str, lost: list[str]) -> None:
    assert lost_aspects(english, said) == lost


def row(number: int, english: str, translation: str, prompt: str, **more) -> ClipRow:
    features = np.zeros(4, np.float32)
    features[more.pop("nearest", number)] = 1
    return ClipRow(
        key=f"fr/n-{number}", id=f"n-{number}", split="nano", language="fr", english=english,
        text="un chat", voice="", engine="", seed=0, duration=1.0, fingerprint="", heard=True,
        translation=translation, prompt=prompt, text_score=100 * float(features[number]),
        image_score=0.5, similarity=0.5, features=features, **more,
    )  # fmt: skip


def english(number: int, text: str) -> EnglishRow:
    unit = np.eye(4, dtype=np.float32)[number]
    return EnglishRow(f"n-{number}", text, 0, "", 100.0, "", unit, unit)


def test_the_stage_that_lost_it_is_named() -> None:
    texts = ["A blue car.", "A green apple.", "Two black cats.", "A white dog."]
    rows = [
        row(0, texts[0], "a blue car", "a blue car", nearest=3),  # all said, another thing drawn
        row(1, texts[1], "a palm", "a palm"),  # misheard: its words would have mended it
        row(2, texts[2], "two cats", "two cats", nearest=1),  # not mended with the words either
        row(3, texts[3], "a white dog", "a dog"),  # the glossary's fault
    ]
    told = {"a palm": "a green apple", "two cats": "two cats", "a white dog": "a dog"}
    for one in rows:
        judge_row(
            one,
            repair=lambda text, translation, language: told.get(translation, translation),
            understood=lambda prompt: prompt,
        )
    assert [blamed(one) for one in rows] == [None, "hearing", "translation", "glossary"]
    rows[2].heard = False
    assert blamed(rows[2]) == "hearing"
    rows[2].heard = True
    by_id = {f"n-{n}": english(n, text) for n, text in enumerate(texts)}
    line = stage_line(rows, by_id)
    assert line is not None
    assert (line.clips, line.translated, line.prompted) == (4, 2, 1)
    assert line.clips_lost == {"hearing": 1, "translation": 1, "glossary": 1, "drawing": 1}
    assert line.points_lost == {"hearing": 0, "translation": 25, "glossary": 0, "drawing": 25}
    assert line.translation_aspects["colours"] == 2 and line.prompt_aspects["colours"] == 3
    summary = summarise(rows, by_id, Settings())
    text = report.markdown(summary)
    assert "| French speech | 4 | 2 | 1 | 1 (+0.00) | 1 (+25.00) | 1 (+0.00) | 1 (+25.00) |" in text
    assert "| French speech | 1 → 1 | 2 → 3 |" in text
    worst = {one["key"]: one["lost_by"] for one in summary.to_json()["worst"]}
    assert worst["fr/n-2"] == "translation" and worst["fr/n-0"] is None


def test_what_the_generator_understands_is_what_counts() -> None:
    one = row(0, "A blue car.", "a blue automobile", "a blue automobile")
    judge_row(
        one,
        repair=lambda *words: words[1],
        understood=lambda prompt: prompt.replace("automobile", "car"),
    )
    assert one.caption == "a blue car" and one.prompt_lost == [] == one.translation_lost


def test_texts_beyond_nanos_words_are_not_judged() -> None:
    one = row(0, "A mechanical bird made of brass gears.", "a bird", "a bird")
    judge_row(one, repair=lambda *words: words[1], understood=lambda prompt: prompt)
    assert one.prompt_lost is None and blamed(one) is None
    assert stage_line([one], {"n-0": english(0, one.english)}) is None
    summary = summarise([one], {"n-0": english(0, one.english)}, Settings())
    assert "Where it is lost" not in report.markdown(summary)


def test_a_picture_is_off_when_another_text_is_nearer() -> None:
    by_id = {f"n-{n}": english(n, "") for n in range(3)}
    assert not is_off(np.eye(4, dtype=np.float32)[1], "n-1", by_id)
    assert is_off(np.eye(4, dtype=np.float32)[1], "n-2", by_id)
    assert not is_off(np.zeros(4, np.float32), "n-2", by_id)  # none is nearer
