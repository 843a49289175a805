"""How things look, and what wind, dark and sun do to them, as it is said."""

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
        ("a cat in the kitchen on a windy day", ("on a windy day",)),
        ("a tree in the wind", ()),
    ],
)
def test_wind_that_moves_nothing_is_left_out(text, left):
    assert read_scene(text).left_out == left


@pytest.mark.parametrize(
    ("text", "shown", "time"),
    [
        ("a windy day at the beach", {"palm tree": "windblown"}, "day"),
        ("a windy night in the village", {"tree": "windblown"}, "night"),
        ("a breeze in the garden", {"flower": "windblown"}, "day"),
    ],
)
def test_wind_over_a_place_is_seen_by_what_grows_there(text, shown, time):
    assert states(text) == shown
    assert read_scene(text).scene.time == time


def test_wind_over_the_sea_is_a_gust():
    assert states("a windy day at sea") == {"gust of wind": None}


@pytest.mark.parametrize(
    ("text", "moon"),
    [
        ("a wolf in the moonlight", True),
        ("a moonlit lake", True),
        ("a cat in the kitchen by moonlight", False),
        ("a crescent moon over a castle in the moonlight", False),
        ("a wolf at night", False),
    ],
)
def test_the_moon_is_up_where_its_light_is(text, moon):
    assert ("full moon" in states(text)) == moon


@pytest.mark.parametrize(
    ("text", "weather", "things"),
    [
        ("lightning over the mountains", "storm", []),
        ("a house and lightning", "storm", ["house"]),
        ("lightning", "clear", ["lightning"]),
        ("two lightning bolts over a farm", "storm", ["lightning"]),
    ],
)
def test_lightning_is_seen_in_a_storm(text, weather, things):
    scene = read_scene(text).scene
    assert (scene.weather, [thing.noun for thing in scene.things]) == (weather, things)


@pytest.mark.parametrize(
    ("text", "setting", "state", "left"),
    [
        ("a cat at the window in the rain", "living room", "rain streaked", ()),
        ("a boy at the window while it snows outside", "living room", "snow streaked", ()),
        ("a girl in the kitchen while it is raining", "kitchen", "rain streaked", ()),
        ("a dog on a sofa on a rainy day", "living room", "rain streaked", ()),
        ("an old woman knitting while it snows outside", "living room", "snow streaked", ()),
        ("rain on the window", "living room", "rain streaked", ()),
    ],
)
def test_weather_of_a_room_is_seen_through_its_window(text, setting, state, left):
    found = read_scene(text)
    assert (found.scene.setting, found.scene.weather) == (setting, "clear")
    assert states(text)["window"] == state
    assert found.left_out == left


@pytest.mark.parametrize(
    ("text", "weather"),
    [
        ("a house with a window in the rain", "rain"),
        ("a woman with an umbrella in the rain", "rain"),
        ("a window in a village in the rain", "rain"),
    ],
)
def test_weather_of_the_open_air_stays_there(text, weather):
    assert somewhere(read_scene(text).scene).weather == weather


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


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("an old car", {"car": "rusty"}),
        ("an ancient castle", {"castle": "mossy"}),
        ("an old piano", {"piano": "dust covered"}),
        ("a brand new bike", {"bicycle": "sparkling"}),
        ("a clean plate", {"plate": "sparkling"}),
        ("a new dog", {"dog": None}),
        ("a woman who cleans a plate", {"plate": None}),
        ("an old broken car", {"car": "broken"}),
    ],
)
def test_old_things_are_rusty_mossy_or_dusty_and_new_ones_shine(text, states):
    found = {thing.noun: thing.state for thing in read_scene(text).scene.things}
    assert {name: found[name] for name in states} == states


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("an old dog", ("old",)),
        ("a long snake", ("long",)),
        ("a house on a steep hill", ("steep",)),
        ("a man with blond hair in a long corridor", ()),
        ("a burning candle", ()),
        ("a lit campfire", ()),
        ("a lit house", ("lit",)),
        ("a sweet cake", ()),
    ],
)
def test_looks_that_are_not_drawn_are_told(text, left):
    assert read_scene(text).left_out == left


def test_a_candle_has_its_flame():
    things = read_scene("a burning candle and a burning house").scene.things
    assert sorted(thing.noun for thing in things) == ["candle", "fire", "house"]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("an open door", "open door"),
        ("an open window", "open window"),
        ("an empty box", "open box"),
        ("an empty glass", "empty glass"),
        ("a hailstorm over a village", "hail cloud"),
    ],
)
def test_open_and_empty_things_have_drawings_of_their_own(text, drawn):
    found = read_scene(text)
    assert [thing.noun for thing in found.scene.things] == [drawn]
    assert found.left_out == ()


def test_hail_falls_from_above():
    scene = read_scene("hail falling on a car").scene
    assert [(each.name, each.objects) for each in scene.relations] == [("above", (1,))]
