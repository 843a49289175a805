"""Error rates, translation scores, intervals, wrong pairs."""

from __future__ import annotations

import numpy as np
import pytest

from polyvoice.scoring.metrics import (
    character_errors,
    edit_distance,
    estimate,
    others_mean,
    spoken_words,
    translation_scores,
    word_errors,
)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("flaw", "lawn", 2)],
)
def test_edit_distance(one: str, other: str, distance: int) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == distance


def test_words_are_compared_as_they_sound() -> None:
    assert spoken_words("Trois étoiles, jaunes !", "fr") == ["3", "etoiles", "jaunes"]
    assert spoken_words("3 etoiles jaunes", "fr") == ["3", "etoiles", "jaunes"]
    assert spoken_words("Two cats.", "en") == ["2", "cats"]
    assert word_errors("Duas maçãs vermelhas.", "2 maçãs vermelhas", "pt") == (0, 3)
    assert word_errors("Un chat roux et une pomme.", "un charouse et une pomme", "fr") == (2, 6)


def test_chinese_is_counted_by_character_in_one_script() -> None:
    assert word_errors("两只黑猫在汽车的左边。", "兩隻黑貓在汽車的左邊", "zh") == (0, 10)
    assert word_errors("黑猫", "黑貌", "zh") == (1, 2) == character_errors("黑猫", "黑貌", "zh")


def test_characters_ignore_spaces() -> None:
    assert character_errors("ice cream", "icecream", "en") == (0, 8)
    assert word_errors("ice cream", "icecream", "en") == (2, 2)


def test_interval_holds_the_mean_and_narrows_with_more_clips() -> None:
    rng = np.random.default_rng(0)
    few, many = (estimate(list(rng.normal(5, 1, n))) for n in (25, 900))
    assert few is not None and many is not None
    assert few.low < few.value < few.high
    assert many.low < 5 < many.high
    assert many.high - many.low == pytest.approx(2 * 1.96 / 30, rel=0.15)
    assert few.high - few.low > 4 * (many.high - many.low)
    assert estimate([1.0, 2.0, 3.0]) == estimate([1.0, 2.0, 3.0])
    assert estimate([]) is None


def test_interval_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        found = estimate(list(rng.exponential(2.0, 80)))
        assert found is not None
        covered += found.low <= 2.0 <= found.high
    assert 0.88 < covered / 200 <= 0.99


def test_rates_weigh_clips_by_their_length() -> None:
    found = estimate([1, 0], [10, 2])
    assert found is not None and found.value == pytest.approx(1 / 12)
    assert estimate([1, 2], [0, 0]) is None


def test_translation_scores_are_sacrebleus() -> None:
    texts = ["a black cat to the left of a yellow car", "three red apples on the grass"]
    assert translation_scores(texts, [text.upper() for text in texts]) == pytest.approx(
        {"chrf": 100.0, "bleu": 100.0}
    )
    worse = translation_scores(texts, ["a black cat on a car", "three apples"])
    assert 20 < worse["chrf"] < 70
    assert worse["bleu"] < 40


def test_wrong_pairs_leave_the_right_one_out() -> None:
    table = np.array([[1.0, 0.2, 0.4], [0.0, 1.0, 0.2], [0.6, 0.0, 1.0]])
    np.testing.assert_allclose(others_mean(table), [0.3, 0.1, 0.3])
    assert others_mean(np.ones((1, 1))).size == 0
