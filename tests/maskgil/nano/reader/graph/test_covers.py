"""What covers things, rises from them and is eaten: snow on a house, smoke above it, grass."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    "text, drawn",
    [
        ("a cottage covered in snow", "a snowy house in the snow"),
        ("a house and a car covered with snow", "a snowy house and a snowy car in the snow"),
        ("the cabin is covered in snow", "a snowy cabin in the snow"),
        ("a tree covered in snow", "a snowy fir in the snow"),
        ("a dog covered in snow", "a dog in the snow"),
        ("a shelf covered in dust", "a dust covered shelf"),
        ("a house covered in ivy", "a mossy house"),
        # smoke rises above what it comes from
        (
            "a house with smoke from the chimney",
            "a puff of smoke on the chimney of a house in a field",
        ),
        (
            "a house with smoke coming out of the chimney",
            "a puff of smoke on the chimney of a house in a field",
        ),
        ("a house with a smoking chimney", "a puff of smoke on the chimney of a house in a field"),
        (
            "a cabin with smoke rising from its chimney",
            "a puff of smoke on the chimney of a cabin in a field",
        ),
        (
            "smoke rises from the chimney of a house",
            "a puff of smoke on the chimney of a house in a field",
        ),
        (
            "smoke coming out of the chimney of a house",
            "a puff of smoke on the chimney of a house in a field",
        ),
        ("a train with smoke coming out of the chimney", "a puff of smoke above a train"),
        ("a volcano with smoke coming out of it", "a puff of smoke above a volcano"),
        ("there is smoke above the house", "a puff of smoke above a house"),
        ("a cat on the chimney of a house", "a cat on the chimney of a house in a field"),
        # who eats what is no mouthful bends down to it
        ("a cow eating grass", "a bending cow in a field"),
        ("three cows eating grass", "three bending cows in a field"),
        ("a deer eating", "a bending deer in the forest"),
        ("a horse eating hay", "a bending horse next to a hay bale in a field"),
        ("a giraffe eating leaves from a tall tree",
         "a giraffe eating a leaf and the giraffe next to a big tree in the savanna"),
        ("a dog eating from a bowl", "a bending dog next to a bowl"),
        ("a boy eating cookies", "a boy eating a cookie"),
        ("a koala eating eucalyptus", "a koala eating a leaf"),
    ],
)  # fmt: skip
def test_covers_smoke_and_meals(text: str, drawn: str) -> None:
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (drawn, ())
    assert canonical(read_scene(drawn).scene) == drawn


def test_what_birds_eat_may_be_left_out() -> None:
    found = read_scene("birds eating seeds")
    assert (canonical(found.scene), found.left_out) == ("two bending birds", ("seeds",))
