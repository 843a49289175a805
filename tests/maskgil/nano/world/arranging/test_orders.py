"""Several in a row, in a stack, in a circle: read, said and laid out so."""

import random
from itertools import pairwise

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Scene, Thing


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        ("five ducks in a row", "five lined up ducks"),
        ("ducks in a row", "five lined up ducks"),
        ("three cats sitting in a row", "three lined up cats"),
        ("a row of houses", "five lined up houses"),
        ("four penguins standing in line", "four lined up penguins in the snow"),
        ("three stones in a stack", "three stacked rocks"),
        ("a stack of four boxes", "four stacked boxes"),
        ("three hats on top of each other", "three stacked hats"),
        ("mushrooms in a circle in the forest", "five circled mushrooms in the forest"),
        ("a stack of pancakes", "pancakes"),
        ("a circle of stones", "five circled rocks"),
        ("a duck in a row", "a duck"),
    ],
)
def test_an_order_is_read_and_said(text, caption):
    scene = read_scene(text).scene
    assert canonical(scene) == caption
    assert canonical(read_scene(caption).scene) == caption


def laid(name: str, count: int, order: str, seed: int):
    scene = Scene((Thing(name, count, state=order),))
    return Layout(lambda _: 1.0).arrange(scene, random.Random(seed))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [2, 3, 5, 8])
def test_a_line_is_one_row(count, seed):
    sprites = laid("duck", count, "lined up", seed)
    assert len({sprite.bottom for sprite in sprites}) == 1
    lefts = sorted(sprite.left for sprite in sprites)
    steps = [after - before for before, after in pairwise(lefts)]
    assert min(steps) >= sprites[0].width / 2
    assert lefts[0] >= 0 and lefts[-1] + sprites[0].width <= GRID


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("count", [2, 3, 5])
def test_each_of_a_stack_is_on_the_one_before(count, seed):
    sprites = laid("box", count, "stacked", seed)
    assert max(s.left for s in sprites) - min(s.left for s in sprites) <= 1
    for below, above in pairwise(sprites):
        assert below.box[1] < above.bottom < below.bottom
    assert [sprite.stands for sprite in sprites] == [True] + [False] * (count - 1)


@pytest.mark.parametrize("seed", range(4))
def test_of_a_circle_who_is_nearer_is_before_who_is_behind(seed):
    sprites = laid("chair", 6, "circled", seed)
    assert [s.bottom for s in sprites] == sorted(s.bottom for s in sprites)
    assert len({(s.left, s.bottom) for s in sprites}) == 6
    assert max(s.bottom for s in sprites) > min(s.bottom for s in sprites) + 2


@pytest.mark.parametrize("seed", range(4))
def test_beside_a_line_there_is_room_for_something_else(seed):
    scene = read_scene("five people in a queue at a bus stop").scene
    sprites = Layout(lambda code: 0.5 if "\U0001f9d1" in code else 1.0).arrange(
        scene, random.Random(seed)
    )
    (stop,) = (sprite for sprite in sprites if scene.things[sprite.thing].noun == "bus stop")
    line = [sprite for sprite in sprites if sprite is not stop]
    assert len(line) == 5
    assert all(s.left + s.width <= stop.left or s.left >= stop.left + stop.width for s in line)
