"""What is "with" racks, boxes and shelves hangs from them, is in them or on them."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a coat rack with two coats", "two coats hanging from a coat rack"),
        ("a wardrobe full of dresses", "five dresses hanging from a wardrobe"),
        ("a wardrobe with five dresses", "five dresses hanging from a wardrobe"),
        ("a suitcase on a wardrobe", "a suitcase on a wardrobe"),
        ("a toolbox with a hammer", "a hammer in a toolbox"),
        ("a canoe with two paddles", "two oars in a canoe on the lake"),
        ("a shelf full of jars", "five jars on a shelf"),
        ("a candle in a candlestick", "a candle holder"),
        ("a glass half full of milk", "a half full glass of milk"),
        ("a jug of lemonade", "a jug of lemonade"),
        ("two keys on a ring", "two keys on a ring"),
        ("a table with a red tablecloth", "a red clothed table with a tablecloth"),
    ],
)
def test_what_holds_others_has_them_where_they_belong(text, caption):
    reading = read_scene(text)
    assert (canonical(reading.scene), reading.left_out) == (caption, ())


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("a round table with three legs", "three legs"),
        ("a birdcage with an open door", "open door"),
        ("a cardboard box with holes", "holes"),
    ],
)
def test_a_part_that_no_drawing_shows_is_no_thing_beside_it(text, left_out):
    reading = read_scene(text)
    assert (len(reading.scene.things), reading.left_out) == (1, (left_out,))
