"""What is on both sides of something: two of it, one here and one there."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a gate with a vase on each side", "a gate between two vases"),
        ("a lion on either side of the door", "a door between two lions"),
        ("trees on both sides of a castle", "a castle between two trees"),
        ("on each side of the tent stands a barrel", "a tent between two barrels"),
        ("a tent, and on each side a barrel", "a tent between two barrels"),
        ("a house with three trees on either side", "a house between three trees"),
        ("a cat and a dog on either side of a tree", "a tree between a cat and a dog"),
        ("a table with cups at both ends", "two cups on a table"),
    ],
)
def test_what_is_on_both_sides_is_there_twice_unless_it_is_counted(said: str, meant: str) -> None:
    found = read_scene(said)
    caption = canonical(found.scene).removesuffix(" in the forest")
    assert (caption, found.left_out) == (meant, ())


@pytest.mark.parametrize("seed", range(4))
def test_one_is_left_and_one_right_of_what_is_between(seed: int) -> None:
    scene = read_scene("a gate with a vase on each side").scene
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
    gate = next(s for s in sprites if scene.things[s.thing].noun == "gate")
    left, right = sorted(s.middle for s in sprites if s is not gate)
    assert left < gate.left < gate.left + gate.width < right
