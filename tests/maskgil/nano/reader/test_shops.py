"""Shops by what they sell, what has a long handle, pins beside a ball."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a florist's next to a bookstore", "a flower shop next to a bookshop"),
        ("two candy stores", "two sweet shops"),
        ("a boutique and a pet store", "a clothes shop and a pet shop"),
        ("a barber shop", "a shop"),
        ("a gardener with a rake", "a gardener holding a rake"),
        ("a boy with a fishing rod", "a boy holding a fishing rod"),
        ("a man with a ladder", "a man and a ladder"),
        ("a bowling ball and three pins", "a bowling ball and three bowling pins"),
        ("three pins", "three pushpins"),
    ],
)
def test_each_is_what_it_says(text, caption):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (caption, ())


def test_what_a_castle_does_not_show_is_told():
    found = read_scene("a castle with a drawbridge and a moat")
    assert canonical(found.scene) == "a castle and a drawbridge" and found.left_out == ("moat",)


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a woman in orange", "a woman wearing an orange dress"),
        ("a worm in an orange", "a worm in an orange"),
    ],
)
def test_orange_is_a_colour_of_clothes_and_a_fruit(text, caption):
    assert canonical(read_scene(text, imagine=False).scene) == caption
