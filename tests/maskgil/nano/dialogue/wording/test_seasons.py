"""Seasons, weather among other things that are said, and what is told again."""

import pytest

from tests.maskgil.nano.dialogue.stands import outcome_of

FARM = "a hut and two goats on a farm"


@pytest.mark.parametrize(
    ("stands", "said", "setting", "weather"),
    [
        ("a dog in the park", "make it spring", "spring park", "clear"),
        ("a dog in the park", "it's autumn now", "autumn forest", "clear"),
        ("a dog in the autumn forest", "it is summer", "park", "clear"),
        ("a dog on the beach", "it is winter", "beach", "snow"),
        ("a dog on the beach while it is snowing", "it's summer", "beach", "clear"),
    ],
)
def test_seasons_are_told_by_place_or_weather(stands, said, setting, weather):
    _, scene = outcome_of(stands, said)
    assert (scene.setting, scene.weather) == (setting, weather)


@pytest.mark.parametrize("said", ["it's night and it's raining but make the ball glow",
                                  "it's snowing and it's night but the boy is happy"])  # fmt: skip
def test_time_and_weather_and_more_are_told_in_one_sentence(said):
    outcome, scene = outcome_of("a boy and a ball in the park", said)
    assert outcome.action == "change" and scene.time == "night"


def test_what_stands_and_is_told_again_is_one_more_or_another_picture():
    outcome, _ = outcome_of(FARM, "a hut and two goats")
    assert outcome.question is not None
    more, new = outcome.question.outcomes
    assert [thing.count for thing in more.change.after.things] == [2, 4]
    assert new.action == "new" and new.wish == "a hut and two goats"


def test_nothing_is_taken_but_for_what_is_not_there():
    outcome, scene = outcome_of("a cat and a lamp", "remove everything except the pirate")
    assert outcome.action == "none" and len(scene.things) == 2
