"""Self-repairs: what was meant instead, in its place, or both after all."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from tests.maskgil.nano.dialogue.stands import check


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("a cat. no wait, a dog. actually both", "a cat and a dog"),
        ("a cat or a dog. you know what, both", "a cat and a dog"),
        ("a red car, actually a blue one", "a blue car"),
        ("a cat in a box, no wait, a dog", "a dog in a box"),
        ("a forest with a deer, actually two deer", "a forest with two deer"),
        ("three balloons, no, four", "four balloons"),
        ("a boy on a bike. sorry, a girl", "a girl on a bike"),
    ],
)
def test_a_first_wish_is_repaired(said, wish):
    assert interpret(said, None).wish.replace(" ,", ",") == wish


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a cat", ["no wait, a dog", "actually both"], "a dog and a cat"),
        ("a house", ["remove it, use a castle instead", "keep both"], "a castle and a house"),
        ("a table", ["put a cup on the table, no, a vase"], "a vase on a table"),
        ("a beach", ["add a banana, no, two"], "two bananas on a beach"),
        ("a beach", ["add a big dog, make that two"], "two big dogs on a beach"),
        ("a tree in a field", ["another tree, no, two"], "three trees in a field"),
        ("a garden", ["add a dog, two"], "two dogs in a garden"),
    ],
)
def test_what_was_meant_is_in_its_place(wish, said, stands):
    check(wish, said, stands)
