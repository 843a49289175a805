"""What is between two or among many, at the bottom of the sea, on a dish, a sill, a sofa."""

import functools
import itertools
import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.clusters import extent
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage

collage = functools.cache(load_collage)


def laid(things, relations=(), setting=None, time="day", seed=0):
    """The sprites of each thing."""
    scene = Scene(tuple(things), tuple(Relation(*each) for each in relations), setting, time)
    found: dict[int, list] = {}
    for sprite in Layout(collage().renderer.aspect).arrange(scene, random.Random(seed)):
        found.setdefault(sprite.thing, []).append(sprite)
    return found


@pytest.mark.parametrize(
    ("what", "ends"),
    [("bridge", "cliff"), ("bridge", "mountain"), ("hammock", "tree"), ("bridge", "tower")],
)
def test_a_bridge_between_two_reaches_from_one_to_the_other(what, ends):
    for seed in range(6):
        found = laid([Thing(what), Thing(ends, 2)], [(0, "between", (1,))], seed=seed)
        (span,), (left, right) = found[0], sorted(found[1], key=lambda each: each.left)
        assert span.left < left.box[2] and right.left < span.box[2]
        assert left.middle < span.left + 1 and span.box[2] - 1 < right.middle
        assert span.width >= 8


@pytest.mark.parametrize("seed", range(4))
def test_a_bridge_between_cliffs_is_at_their_tops(seed):
    found = laid([Thing("bridge"), Thing("cliff", 2)], [(0, "between", (1,))], seed=seed)
    span, cliff = found[0][0], found[1][0]
    assert cliff.box[1] < span.bottom < cliff.box[1] + cliff.height / 2


@pytest.mark.parametrize("seed", range(4))
def test_who_flies_between_two_is_above_their_feet(seed):
    things = [Thing("superhero", state="flying"), Thing("skyscraper", 2)]
    found = laid(things, [(0, "between", (1,))], seed=seed)
    assert found[0][0].bottom < found[1][0].bottom - 2


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a black sheep among white sheep", 5),
        ("a red apple among green apples", 5),
        ("a cat among three pigeons", 3),
        ("a cat between two dogs", 2),
        ("a boat between rocks", 2),
    ],
)
def test_one_among_others_is_among_several(text, count):
    scene = read_scene(text).scene
    relation = next(each for each in scene.relations if each.name == "between")
    assert scene.things[relation.objects[0]].count == count


@pytest.mark.parametrize("seed", range(6))
def test_one_among_many_alike_is_whole_and_in_their_middle(seed):
    things = [Thing("sheep", colour="black"), Thing("sheep", 5, colour="white")]
    found = laid(things, [(0, "between", (1,))], seed=seed)
    black, white = found[0][0], found[1]
    left, _, right, _ = extent(white)
    assert black.bottom >= max(each.bottom for each in white)
    assert abs(black.middle - (left + right) / 2) <= 2
    assert max(each.width for each in white) <= black.width * 1.2 <= 12
    assert len({(each.left, each.bottom) for each in white}) == 5


@pytest.mark.parametrize("name", ["treasure chest", "anchor", "shipwreck", "rock"])
def test_what_lies_at_the_bottom_of_the_sea_is_on_its_ground(name):
    for seed in range(4):
        assert laid([Thing(name)], (), "underwater", seed=seed)[0][0].bottom == 23
        both = laid([Thing("crab"), Thing(name)], [(0, "on", (1,))], "underwater", seed=seed)
        assert both[1][0].bottom == 23 and both[0][0].bottom < 23


def test_who_swims_or_is_held_there_is_not_sunk():
    fish = [laid([Thing("fish")], (), "underwater", seed=seed)[0][0].bottom for seed in range(8)]
    assert min(fish) < 20
    things, held = [Thing("scuba diver"), Thing("camera")], [(0, "holding", (1,))]
    bottoms = [laid(things, held, "underwater", seed=seed)[0][0].bottom for seed in range(8)]
    assert min(bottoms) < 22


@pytest.mark.parametrize("count", [4, 6, 8])
@pytest.mark.parametrize("dish", ["plate", "tray"])
def test_many_on_a_dish_are_no_wider_than_it(dish, count):
    for seed in range(4):
        found = laid([Thing("sushi", count), Thing(dish)], [(0, "on", (1,))], seed=seed)
        (plate,), inner = found[1], extent(found[0])
        assert plate.left <= inner[0] and inner[2] <= plate.box[2]
        assert plate.box[1] - plate.height / 2 <= inner[1] and inner[3] <= plate.bottom


@pytest.mark.parametrize("table", ["table", "round table"])
def test_plates_on_a_table_lie_within_its_top(table):
    found = laid([Thing("plate", 6), Thing(table)], [(0, "on", (1,))])
    (top,), inner = found[1], extent(found[0])
    assert top.left <= inner[0] and inner[2] <= top.box[2] and inner[3] > top.box[1] + 1
    assert len({each.bottom for each in found[0]}) == 2


@pytest.mark.parametrize("name", ["cactus", "flower pot", "cat"])
def test_what_is_on_a_sill_does_not_hide_the_window(name):
    for seed in range(4):
        found = laid([Thing(name), Thing("window")], [(0, "on", (1,))], seed=seed)
        assert found[0][0].height <= found[1][0].height * 0.55


@pytest.mark.parametrize(("seat", "count"), [("sofa", 3), ("armchair", 2)])
def test_cushions_are_smaller_than_what_they_are_on(seat, count):
    found = laid([Thing("pillow", count), Thing(seat)], [(0, "on", (1,))], "living room")
    assert max(each.width for each in found[0]) <= found[1][0].width * 0.5


def test_an_igloo_under_northern_lights_is_not_lost_below_them():
    things, under = [Thing("igloo"), Thing("northern lights")], [(0, "under", (1,))]
    assert laid(things, under, "snow", "night")[0][0].width >= 10


def test_leaves_in_a_wheelbarrow_are_leaves():
    found = laid([Thing("leaf", 5), Thing("wheelbarrow")], [(0, "in", (1,))], "garden")
    assert max(each.height for each in found[0]) <= found[1][0].width * 0.35


def test_flowers_in_a_vase_on_a_sill_are_before_the_window():
    found = laid(
        [Thing("flower", 2), Thing("vase"), Thing("window")],
        [(0, "in", (1,)), (1, "on", (2,))],
    )
    assert len(found[2]) == 1, "the window is not drawn over them"
    assert max(each.height for each in found[0]) <= found[1][0].height * 1.3


def test_houses_in_colours_of_their_own_are_in_one_row():
    scene = read_scene("a row of colourful houses along a canal").scene
    found = Layout(collage().renderer.aspect).arrange(scene, random.Random(0))
    assert len({each.bottom for each in found}) == 1
    assert sorted(each.thing for each in found) == list(range(5))
    assert all(a.left < b.left for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(("who", "tree"), [("cow", "oak tree"), ("child", "apple tree")])
def test_a_tree_over_many_is_large(who, tree):
    for seed in range(4):
        found = laid([Thing(who, 4), Thing(tree)], [(0, "under", (1,))], "field", seed=seed)
        assert found[1][0].height >= 14 and min(each.width for each in found[0]) >= 4
        left, _, right, _ = extent(found[0])
        assert left >= 0 and right <= 24


@pytest.mark.parametrize(("way", "held"), [("eating", "pizza"), ("holding", "balloon")])
@pytest.mark.parametrize("seed", range(3))
def test_who_is_round_something_has_theirs_with_them(way, held, seed):
    things = [Thing("person", 3), Thing(held, 3), Thing("table")]
    found = laid(things, [(0, way, (1,)), (0, "around", (2,))], seed=seed)
    assert len(found[0]) == len(found[1]) == 3
    for item in found[1]:
        who = min(found[0], key=lambda each: abs(each.middle - item.middle))
        assert abs(who.middle - item.middle) <= who.width and item.box[1] < who.bottom


@pytest.mark.parametrize(
    ("who", "grown"), [("windmill", "tulip"), ("castle", "rose"), ("lighthouse", "flower")]
)
def test_what_is_far_larger_stands_in_what_grows_before_it(who, grown):
    for seed in range(3):
        found = laid([Thing(who), Thing(grown, 5)], [(0, "between", (1,))], "field", seed=seed)
        tall = found[0][0].height
        assert len(found[1]) == 5 and all(each.height <= tall / 2 for each in found[1])
        assert min(each.bottom for each in found[1]) > found[0][0].bottom


def test_a_gate_before_a_herd_is_as_high_as_they_are():
    for seed in range(3):
        found = laid([Thing("sheep", 4), Thing("gate")], [(0, "behind", (1,))], "farm", seed=seed)
        assert found[1][0].height >= found[0][0].height


@pytest.mark.parametrize("text", ["a hedgehog among autumn leaves", "a rabbit among daffodils"])
def test_most_of_who_is_among_plants_is_before_them(text):
    """None of those in front hides more than the lower part of its middle."""
    sprites = Layout(collage().renderer.aspect).arrange(read_scene(text).scene, random.Random(0))
    (who,) = [at for at, sprite in enumerate(sprites) if sprite.thing == 0]
    body = sprites[who]
    for each in sprites[who + 1 :]:
        if each.left <= body.middle <= each.left + each.width:
            assert each.bottom - each.height >= body.bottom - 0.5 * body.height
