"""Wind, darkness and the sun, as they are spoken of."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere


def states(text):
    return {thing.noun: thing.state for thing in read_scene(text).scene.things}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a palm tree in the wind", {"palm tree": "windblown"}),
        ("two girls on a windy day", {"girl": "windblown"}),
        ("a windmill on a windy hill", {"windmill": "windswept"}),
        ("laundry fluttering in the breeze", {"clothesline": "windblown"}),
        ("a woman with a hat in the wind", {"woman": "windblown", "hat": None}),
        ("a running horse in strong wind", {"horse": "running"}),
    ],
)
def test_wind_bends_what_lives_and_blows_past_what_stands_firm(text, shown):
    found = states(text)
    assert {name: found.get(name) for name in shown} == shown


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a windy day at the beach", ("windy day",)),
        ("a breeze in the wheat field", ("breeze",)),
        ("a cat in the kitchen on a windy night", ("on a windy night",)),
        ("a tree in the wind", ()),
    ],
)
def test_wind_that_moves_nothing_is_left_out(text, left):
    assert read_scene(text).left_out == left


@pytest.mark.parametrize("text", ["a wind turbine on a hill", "a puff of smoke"])
def test_words_with_wind_in_them_are_no_wind(text):
    assert set(states(text).values()) == {None}


@pytest.mark.parametrize(
    ("text", "time", "left"),
    [
        ("a dark forest", "night", ()),
        ("a candle in a dark room", "night", ()),
        ("a gloomy street", "night", ()),
        ("a dark cave", "day", ()),
        ("a dark horse", "day", ("dark",)),
    ],
)
def test_dark_places_are_seen_by_night(text, time, left):
    found = read_scene(text)
    assert (found.scene.time, found.left_out[: len(left)]) == (time, left)


@pytest.mark.parametrize("text", ["a sunny day at the lake", "a cat lying in the sun"])
def test_the_sun_is_up_where_it_is_sunny(text):
    assert "sun" in states(text)


@pytest.mark.parametrize("text", ["a sunny kitchen", "a sunny night", "rain on a sunny day"])
def test_no_sun_where_none_can_be_seen(text):
    assert "sun" not in states(text)


@pytest.mark.parametrize(
    ("text", "weather"),
    [
        ("a thunderstorm over the city", "storm"),
        ("a man walking in the snow storm", "snow"),
        ("thunder and lightning over a farm", "storm"),
    ],
)
def test_storms(text, weather):
    assert somewhere(read_scene(text).scene).weather == weather


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("boiled eggs on a plate", ("boiled",)),
        ("a rolled carpet", ("rolled",)),
        ("a fat house", ("fat",)),
        ("a hot stone", ("hot",)),
        ("a fluffy car", ("fluffy",)),
    ],
)
def test_what_a_thing_cannot_be_drawn_as_is_left_out(text, left):
    found = read_scene(text)
    assert all(thing.state is None for thing in found.scene.things)
    assert found.left_out == left
