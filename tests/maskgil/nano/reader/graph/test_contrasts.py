"""What is not so but otherwise: "not on the sofa but under it"."""

import pytest

from maskgil.nano.reader.reader import read_scene


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a mouse not on the bench but under it", "a mouse under the bench"),
        ("a mouse that isn't behind the bench, it's in front of it",
         "a mouse in front of the bench"),
        ("a mouse under, not on, the bench", "a mouse under the bench"),
        ("a mouse not in the garden but the kitchen", "a mouse in the kitchen"),
        ("a spoon not beside the plate but on it, and a fork", "a spoon on the plate, and a fork"),
        ("a boy not riding a pony but standing next to it", "a boy standing next to a pony"),
        ("a boy not riding a pony but a camel", "a boy riding a camel"),
        ("a bus that is not green but yellow", "a bus that is yellow"),
        ("a pony, not white but brown, in a field", "a brown pony in a field"),
        ("a queen not in a red dress but in a blue one", "a queen in a blue dress"),
        ("not two pears but three", "three pears"),
        ("a room with not one but two mice", "a room with two mice"),
        ("not only a mouse but also a pear", "a mouse and a pear"),
        ("a farm without pigs but with a goat", "a farm with a goat"),
    ],
)  # fmt: skip
def test_what_is_so_is_drawn(said, meant):
    found = read_scene(said)
    assert found.scene == read_scene(meant).scene and not found.left_out


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("two boats but not red ones", "two blue boats"),
        ("a car, any colour but red", "a blue car"),
        ("a car in a color other than red", "a blue car"),
        ("a car, any colour as long as it isn't red", "a blue car"),
        ("a car that is not red or blue", "a green car"),
        ("a cat that isn't orange", "a gray cat"),
        ("a tree that isn't green", "a yellow tree"),
        ("a dog and a non-red car", "a dog and a blue car"),
        ("a boat and a car, but the car not red", "a boat and a blue car"),
        ("a blue car, not red", "a blue car"),
        ("a wooden boat, not red", "a wooden boat"),
        ("a cat that isn't black", "a cat"),
        ("a car and no red house", "a car"),
        ("a cat, no oranges", "a cat"),
    ],
)
def test_what_is_not_so_coloured_has_another_colour(said, meant):
    found = read_scene(said)
    assert found.scene == read_scene(meant).scene and not found.left_out
