"""Heaps: what is piled lies in rows that narrow upward, with who is in it before its middle."""

import random
from itertools import pairwise

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.layout import Layout


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a heap of apples", "six piled apples"),
        ("a goat in a pile of oranges", "a goat in six piled oranges"),
        ("a goat in a pile of autumn leaves", "a goat in a leaf pile"),
        ("a cat on a pile of pillows", "a cat on six piled pillows"),
        ("a dragon on a heap of gold", "a dragon on six piled coins"),
        ("four piled boxes", "four piled boxes"),
        ("a pile of puppies", "six puppies"),
        ("a pile of hay", "a haystack"),
        ("a group of apples", "five apples"),
    ],
)
def test_what_is_in_a_heap_is_piled(said: str, meant: str) -> None:
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (meant, ())


@pytest.mark.parametrize("said", ["a goat in a heap of oranges", "a heap of oranges"])
@pytest.mark.parametrize("seed", range(3))
def test_a_heap_narrows_upward_about_who_is_in_it(said: str, seed: int) -> None:
    scene = read_scene(said).scene
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
    oranges = [s for s in sprites if scene.things[s.thing].noun == "orange"]
    rows = [[s for s in oranges if s.bottom == row] for row in sorted({s.bottom for s in oranges})]
    assert [len(row) for row in rows] == [1, 2, 3]
    for row in rows:
        edges = sorted(s.left for s in row)
        assert all(b - a <= oranges[0].width for a, b in pairwise(edges))
    left, right = min(s.left for s in oranges), max(s.left + s.width for s in oranges)
    for goat in (s for s in sprites if s not in oranges):
        assert abs(goat.middle - (left + right) / 2) <= 1
        assert sprites.index(goat) > max(map(sprites.index, rows[1]))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("a wagon of hay", "a hay bale in a wagon"),
        ("a wheelbarrow of hay", "a hay bale in a wheelbarrow in the garden"),
        ("a busy square", "a woman, a man, an old man, a girl and a boy in the square"),
        ("a crowded square with a fountain", "a fountain, a woman and a man in the square"),
        ("a blue square", "a blue square"),
        ("an empty street", "in the street"),
        ("a deserted beach", "on the beach"),
        ("an empty classroom", "in the classroom"),
    ],
)
def test_what_is_full_shows_what_it_is_full_of_and_what_is_empty_nothing(said, meant) -> None:
    found = read_scene(said)
    assert (canonical(found.scene), found.left_out) == (meant, ())


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("a bouquet of roses", "a rose bouquet"),
        ("a girl with a bouquet of tulips", "a girl holding a tulip bouquet"),
        ("a bunch of white roses", "a white rose bouquet"),
        ("a bouquet of flowers", "a bouquet"),
        ("a bunch of bananas", "a banana bunch"),
        ("a bunch of green grapes", "green grapes"),
        ("two bananas", "two bananas"),
        ("a bunch of keys", "a bunch of keys"),
    ],
)
def test_what_is_in_a_bunch_is_one_thing(text, caption):
    found = read_scene(text)
    assert (canonical(found.scene), found.left_out) == (caption, ())
