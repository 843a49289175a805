"""Food on food: a whole pizza with what lies on it, drinks in what they are drunk from."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout

SERVED = [
    ("a pizza with mushrooms and olives",
     "three mushroom slices all over a whole pizza and three olives all over the whole pizza"),
    ("a pizza topped with tomatoes and basil",
     "three tomatoes all over a whole pizza and three herbs all over the whole pizza"),
    ("a chocolate cake with strawberries on top", "a chocolate cake"),
    ("a cake with six raspberries", "six raspberries all over a whole cake"),
    ("pancakes with syrup", "pancakes"),
    ("a cupcake with a cherry on top", "cherries all over a cupcake"),
    ("a pizza with cheese", "a pizza"),
    ("a cup of hot chocolate with marshmallows", "a hot chocolate"),
    ("a pot of green tea", "a teapot"),
    ("a mushroom pizza", "three mushroom slices all over a whole pizza"),
    ("a cheese sandwich", "a sandwich"),
    ("a plate of pancakes with strawberries", "three strawberries all over pancakes"),
    ("a cake with five candles", "five candles on a whole cake"),
    ("two mugs of hot chocolate", "two hot chocolates"),
    ("an apple tree full of fruit", "an apple tree"),
    ("a bottle of wine", "a wine bottle"),
    ("a steaming bowl of soup", "a hot bowl of soup"),
    ("a sandwich cut in half", "a halved sandwich"),
    ("a plate of cheese and grapes", "cheese on a plate and grapes on the plate"),
    ("a plate of cookies and a glass of milk", "five cookies on a plate and a glass of milk"),
    ("a bowl of soup with a spoon", "a bowl of soup and a spoon"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "caption"), SERVED)
def test_toppings_and_vessels(text, caption):
    found = read_scene(text, imagine=False)
    assert canonical(found.scene).removesuffix(" on plain paper") == caption
    assert found.left_out == ()


def test_toppings_are_apart_and_on_what_they_top():
    scene = read_scene("a pizza with mushrooms and olives", imagine=False).scene
    sprites = Layout(lambda code: 1.25 if "pizza" in code else 1.0).arrange(scene, random.Random(1))
    pizza = next(s for s in sprites if scene.things[s.thing].noun == "whole pizza")
    others = [s for s in sprites if s.thing != pizza.thing]
    assert len({(s.left, s.bottom) for s in others}) == len(others) == 6
    left, top, right, bottom = pizza.box
    for one in others:
        assert left <= one.box[0] and one.box[2] <= right
        assert top <= one.box[1] and one.box[3] <= bottom
