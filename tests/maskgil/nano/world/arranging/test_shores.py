"""What stands on the land and what floats by a shore; copies that are farther away."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import place

SHORES = ("lake", "river", "pond")


def feet(scene, seed, index):
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
    return [sprite.bottom for sprite in sprites if sprite.thing == index]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("setting", SHORES)
@pytest.mark.parametrize("name", ["house", "cow", "pine tree"])
def test_who_lives_on_the_land_stands_on_it_and_not_in_the_water(name, setting, seed):
    for count in (1, 2):
        scene = Scene((Thing(name, count),), setting=setting)
        assert min(feet(scene, seed, 0)) > place(setting).ground[0]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("relation", ["next to", "between"])
def test_a_boat_with_what_stands_ashore_floats_behind_it(relation, seed):
    things = (Thing("rowboat"), Thing("man"), Thing("pine tree", 2))
    said = (Relation(1, "in", (0,)), Relation(0, relation, (2,)))
    scene = Scene(things, said, setting="river")
    trees = feet(scene, seed, 2)
    assert min(trees) > place("river").ground[0]
    assert max(feet(scene, seed, 0)) + 2 < min(trees)
    assert max(feet(scene, seed, 1)) + 2 < min(trees), "with who is in it"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("count", [3, 4, 5])
def test_copies_in_the_row_behind_are_smaller_and_higher(count, seed):
    scene = Scene((Thing("elephant", count),), setting="savanna")
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
    rows = sorted({sprite.bottom for sprite in sprites})
    assert len(rows) == 2
    widths = [{s.width for s in sprites if s.bottom == row} for row in rows]
    assert max(widths[0]) < min(widths[1])


@pytest.mark.parametrize("setting", ["lake", "road", "field"])
def test_two_of_a_kind_do_not_reach_both_edges_of_a_place(setting):
    scene = Scene((Thing("swan" if setting == "lake" else "car", 2),), setting=setting)
    for seed in range(6):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        assert sum(sprite.width for sprite in sprites) <= 20


def test_mountains_behind_a_lake_are_those_of_its_scenery():
    scene = read_scene("a rowing boat on a lake with mountains behind").scene
    assert [thing.noun for thing in scene.things] == ["rowboat"]


@pytest.mark.parametrize("name", ["bridge", "stone bridge", "heron", "swan"])
def test_what_wades_and_what_spans_the_water_is_in_it(name):
    for seed in range(4):
        assert max(feet(Scene((Thing(name),), setting="river"), seed, 0)) <= 18


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("setting", [*SHORES, "forest river", "forest lake"])
@pytest.mark.parametrize("said", [Relation(1, "behind", (0,)), Relation(0, "in front of", (1,))])
def test_what_is_behind_a_boat_is_on_the_other_bank_and_hides_nothing(said, setting, seed):
    scene = Scene((Thing("canoe"), Thing("tree", 2)), (said,), setting)
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
    (canoe,) = (s for s in sprites if s.thing == 0)
    trees = [s for s in sprites if s.thing == 1]
    assert max(s.bottom for s in trees) < canoe.bottom - 1
    assert all(sprites.index(s) < sprites.index(canoe) for s in trees)
    assert all(s.height <= place(setting).horizon for s in trees)


@pytest.mark.parametrize("text", ["a man rowing a boat on a lake", "a woman rowing on the sea",
                                  "a man swimming in the sea", "a goose on a lake"])  # fmt: skip
def test_who_is_drawn_in_water_of_their_own_or_on_feet_is_cut_off_there(text):
    (sprite,) = Layout(lambda code: 1.0).arrange(read_scene(text).scene, random.Random(0))
    assert 0.7 < sprite.part[1] < 0.9 and not sprite.stands
