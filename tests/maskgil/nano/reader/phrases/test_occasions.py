"""Occasions are read as what is there; somebody at one stands by what tells it."""

import pytest

from maskgil.nano.reader.phrases.occasions import OCCASIONS
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.utils.assets import table_rows


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a wedding", "a bride and a groom in the church"),
        ("a birthday party with a cake",
         "three balloons, a gift, a boy, a girl and a cake in the living room"),
        ("a small wedding on the beach", "a bride and a groom on the beach"),
        ("a couple getting married in a church", "a bride and a groom in the church"),
        ("two frogs getting married", "two frogs next to a wedding cake"),
        ("a wedding between two frogs", "two frogs next to a wedding cake"),
        ("a bride at her wedding", "a bride next to a wedding cake"),
        ("a dog at a birthday party", "a dog next to a birthday cake and three balloons"),
        ("a girl celebrating her birthday", "a girl next to a birthday cake and three balloons"),
        ("christmas eve", "a christmas tree and three gifts in the living room"),
        ("a classroom christmas party", "a christmas tree and three gifts in the classroom"),
        ("a cozy christmas morning with a fireplace",
         "a christmas tree, three gifts and a fireplace in the living room"),
        ("a village at christmas", "a christmas tree in a village"),
        ("people celebrating new year's eve", "two people under fireworks at night"),
        ("fireworks over the harbor on new year's eve", "fireworks at the harbor at night"),
        ("a sword fight between a pirate and a knight",
         "a knight holding a sword, a pirate holding a sword and the pirate fighting with "
         "the knight"),
        ("a concert of frogs", "two frogs on the stage"),
        ("a battle of two dragons", "two dragons"),
        ("love", "a couple in love and a heart"),
        ("snow white", "a princess holding an apple in the forest"),
        ("alice in wonderland", "a girl wearing a blue dress, the girl next to a white rabbit and "
         "a teapot"),
        ("a christmas card", "a greeting card"),
        ("a party hat", "a party hat"),
        ("two wedding rings", "two rings"),
        ("a boy throwing a ball", "a boy throwing a sports ball"),
    ],
)  # fmt: skip
def test_an_occasion_is_what_is_there(text, caption):
    reading = read_scene(text)
    assert (canonical(reading.scene), reading.left_out) == (caption, ())


def test_what_nobody_sees_is_read_where_it_is_all_that_is_said():
    assert canonical(read_scene("a love of the sea").scene) == "on the sea"
    assert "heart" not in canonical(read_scene("two cats in love").scene)


@pytest.mark.parametrize("text", ["no party", "a dog without a birthday party"])
def test_an_occasion_that_is_denied_is_not_there(text):
    assert "cake" not in canonical(read_scene(text).scene)


def test_what_is_left_of_an_occasion_is_told_as_it_was_said():
    assert read_scene("a royal wedding").left_out == ("royal",)


@pytest.mark.parametrize(("names", "here", "there"), list(table_rows(OCCASIONS)))
def test_every_occasion_is_drawn_whole(names, here, there):
    all_names = [name.removeprefix("=") for name in names.split(", ")]
    texts = [*(all_names if here != "-" else ())]
    texts += [f"a cat at the {name}" for name in all_names if there != "-"]
    for text in texts:
        reading = read_scene(text)
        assert not reading.left_out, text
        assert reading.scene.things or reading.scene.setting, text
