"""What is on, in and carried: rows with contents, loads of two, what is half full, kinds told apart
by what they are with."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
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
def test_what_is_on_in_and_carried(text, caption):
    found = read_scene(text)
    assert canonical(found.scene) == caption
    assert not found.left_out
