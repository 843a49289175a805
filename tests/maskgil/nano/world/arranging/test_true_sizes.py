"""Sizes as they are said, and those of life where nothing is said."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing


def longest(scene, index=0, seed=0):
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
    return max(max(s.width, s.height) for s in sprites if s.thing == index)


@pytest.mark.parametrize(("name", "setting"), [("robot", "city"), ("whale", "sea")])
def test_who_is_alone_in_a_place_is_as_large_in_it_as_is_said(name, setting):
    said = ("tiny", "small", None, "huge", "giant")
    sizes = [longest(Scene((Thing(name, size=size),), setting=setting)) for size in said]
    assert sizes == sorted(set(sizes))
    assert sizes[0] <= 6 and sizes[-1] >= 20


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("small", "large", "times"),
    [
        ("mouse", "elephant", 2),
        ("man", "skyscraper", 1.5),
        ("snail", "house", 2),
        ("dog", "car", 1.5),
    ],
)
def test_of_two_things_the_one_that_is_larger_in_life_is_far_larger(small, large, times, seed):
    scene = Scene((Thing(small), Thing(large)))
    assert longest(scene, 1, seed) >= times * longest(scene, 0, seed)


@pytest.mark.parametrize("size", ["huge", "giant"])
def test_a_giant_is_larger_than_what_is_larger_in_life(size):
    scene = Scene((Thing("snail", size=size), Thing("man", size="little")))
    assert longest(scene, 0) > longest(scene, 1)


def test_a_small_bird_on_an_elephant_is_small():
    scene = Scene((Thing("bird"), Thing("elephant")), (Relation(0, "on", (1,)),))
    assert longest(scene, 0) <= 0.5 * longest(scene, 1)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("a dragon bigger than a castle", ("huge", None)),
        ("a dog that is smaller than a cat", ("small", None)),
        ("a tall tree next to a house", ("big", None)),
        ("a man taller than a tree", ("huge", None)),
        ("a bigger dog and a cat", ("big", None)),
    ],
)
def test_sizes_are_read(text, sizes):
    assert tuple(thing.size for thing in read_scene(text).scene.things) == sizes


@pytest.mark.parametrize("size", ["big", "huge"])
def test_of_two_alike_the_big_one_is_larger(size):
    scene = Scene((Thing("man", size=size), Thing("woman")))
    assert longest(scene, 0) > longest(scene, 1)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("support", ["table", "shelf", "couch", "fence", "washing machine"])
def test_what_is_on_furniture_is_as_small_as_it_can_be_made_out(support, seed):
    scene = Scene((Thing("apple"), Thing(support)), (Relation(0, "on", (1,)),))
    assert longest(scene, 0, seed) <= 0.5 * longest(scene, 1, seed)


@pytest.mark.parametrize("count", [2, 4, 6])
def test_nothing_in_a_row_on_a_table_hangs_over_its_edge(count):
    scene = Scene((Thing("cup", count), Thing("table")), (Relation(0, "on", (1,)),))
    *cups, table = sorted(Layout(lambda code: 1.0).arrange(scene, random.Random(0)),
                          key=lambda sprite: sprite.thing)  # fmt: skip
    assert table.left <= min(cup.left for cup in cups)
    assert max(cup.box[2] for cup in cups) <= table.box[2]
