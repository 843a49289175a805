"""Young ones are those of the animal that they are named with, and smaller than it."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.people.families import GROWN_UP, families
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Scene, Thing

YOUNG = [
    ("a lioness and two cubs", "a lioness and two lion cubs"),
    ("a lion with his cub", "a lion and a lion cub"),
    ("two cubs and a lioness", "two lion cubs and a lioness"),
    ("a horse and a foal", "a horse and a foal"),
    ("a cow and her calf", "a cow and a calf"),
    ("a mother elephant with a calf", "an elephant and a little elephant"),
    ("a whale and her calf", "a whale and a little whale"),
    ("a penguin and its chick", "a penguin and a little penguin"),
    ("a kangaroo mother with a joey", "a kangaroo and a little kangaroo"),
    ("a sheep with her lamb", "a sheep and a lamb"),
    ("an owl and two owlets", "an owl and two little owls"),
    ("a family of bears", "two bears and three little bears"),
    ("a family of ducks on a pond", "two ducks and three little ducks on a pond"),
    ("a wolf and a calf", "a wolf and a calf"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "caption"), YOUNG)
def test_young_ones_are_of_their_kind(text, caption):
    found = read_scene(text, imagine=False)
    assert canonical(found.scene).removesuffix(" on plain paper") == caption
    assert found.left_out == ()


FAMILIES = ["a mother pig with five piglets", "a bear and a cub", "a duck and three ducklings",
            "a tiger and two cubs"]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("text", FAMILIES)
def test_who_is_grown_is_larger(text, seed):
    scene = read_scene(text, imagine=False).scene
    ((young, grown),) = families(scene)
    sprites = Layout(lambda code: 1.2).arrange(scene, random.Random(seed))
    sides = {n: max(max(s.width, s.height) for s in sprites if s.thing == n)
             for n in (young, grown)}  # fmt: skip
    assert sides[young] <= 1.15 * GROWN_UP * sides[grown]


def test_two_that_are_told_alike_are_no_family():
    assert families(Scene((Thing("dog", size="little"), Thing("dog", size="big")))) == []
    assert families(Scene((Thing("lion"), Thing("lioness")))) == []


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("an old lady", "an old woman"),
        ("an elderly couple holding hands", "an old man holding hands with an old woman"),
        ("an old couple holding hands on a bench",
         "an old man on a bench, an old woman on the bench and the old man holding hands with"
         " the old woman"),
        ("an old couple on a bench", "an old man on a bench and an old woman on the bench"),
        ("a couple sitting on a sofa",
         "a sitting man on a sofa and a sitting woman on the sofa"),
        ("a couple", "a couple"),
    ],
)  # fmt: skip
def test_the_old_are_drawn_old(text, caption):
    found = read_scene(text, imagine=False)
    read = canonical(found.scene).removesuffix(" on plain paper")
    assert (read, found.left_out) == (caption, ())
