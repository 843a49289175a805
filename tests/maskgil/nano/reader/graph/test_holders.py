"""What holds others: racks, boxes, shelves, vessels, tables and people who carry."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a coat rack with two coats", "two coats hanging from a coat rack in the hallway"),
        ("a wardrobe full of dresses", "five dresses hanging from a wardrobe"),
        ("a wardrobe with five dresses", "five dresses hanging from a wardrobe"),
        ("a suitcase on a wardrobe", "a suitcase on a wardrobe"),
        ("a table full of food", "a plate of food on a table"),
        ("a box with three balls", "three sports balls in a box"),
        ("six eggs in a carton", "six eggs in a box"),
        ("a box with a ribbon", "a ribbon on a box"),
        ("a toolbox with a hammer", "a hammer in a toolbox"),
        ("a canoe with two paddles", "two oars in a canoe on the lake"),
        ("a shelf full of jars", "five jars on a shelf"),
        ("a candle in a candlestick", "a candle holder"),
        ("a glass half full of milk", "a half full glass of milk"),
        ("a jug of lemonade", "a jug of lemonade"),
        ("two keys on a ring", "two keys on a ring"),
        ("a table with a red tablecloth", "a red clothed table with a tablecloth"),
        ("a lamp and a bowl of apples on a table",
         "five apples in a bowl, the bowl on a table and a lamp on the table"),
        ("a cup on a saucer and a spoon on a table",
         "a cup on a plate, a spoon on a table and the plate on the table"),
        ("a boy building a tower of blocks", "a crouching boy next to a tower of blocks"),
        ("a man building a doghouse", "a man next to a doghouse and the man holding a hammer"),
        ("a boy and a girl carrying a box", "a box between a boy and a girl"),
        ("a boy carrying a backpack", "a boy wearing a backpack"),
        ("a boy holding a backpack", "a boy holding a backpack"),
        ("a barber cutting a man's hair", "a man next to a man and the man holding scissors"),
        ("a man typing on a laptop at a desk",
         "a man behind a desk and a laptop on the desk"),
        ("a woman sitting at a desk typing",
         "a sitting woman behind a desk and a laptop on the desk"),
        ("a couple in raincoats", "a man wearing a raincoat, a woman wearing a raincoat and "
         "the man holding hands with the woman"),
        ("a man in a long black coat", "a man wearing a black long coat"),
        ("a half empty bottle of wine", "a half full bottle of wine"),
        ("five strawberries on a tart", "five strawberries on a tart"),
        ("a tart apple", "an apple"),
        ("two eggs in a frying pan", "two fried eggs in a pan"),
        ("a loaf of bread on a wooden board", "bread on a cutting board on the table"),
    ],
)  # fmt: skip
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
