"""What a place shows already is not seen twice: what is asked for covers it, or is it."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import located, somewhere
from maskgil.nano.world.arranging.furnished import own_box
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import VARIANTS


def arranged(scene, seed):
    return Layout(lambda code: 1.2).arranged(scene, seed)


def left_bare(box, sprite):
    """The share of a box that a sprite does not cover."""
    across = min(box[2], sprite.box[2]) - max(box[0], sprite.box[0])
    down = min(box[3], sprite.box[3]) - max(box[1], sprite.box[1])
    return 1 - max(0, across) * max(0, down) / ((box[2] - box[0]) * (box[3] - box[1]))


@pytest.mark.parametrize(
    ("setting", "name", "time"),
    [
        ("bathroom", "bathtub", "day"),
        ("living room", "sofa", "day"),
        ("kitchen", "oven", "day"),
        ("kitchen", "refrigerator", "night"),
        ("office", "desk", "day"),
        ("playground", "playground slide", "day"),
        ("desert", "full moon", "night"),
        ("village", "crescent moon", "night"),
    ],
)
def test_what_is_asked_for_covers_what_the_scenery_has(setting, name, time):
    scene, seen = Scene((Thing(name),), setting=setting, time=time), set()
    for seed in range(16):
        view, sprites = arranged(scene, seed)
        box = own_box(scene, name, view)
        seen.add(view)
        assert box is None or left_bare(box, sprites[0]) < 0.25
        assert sprites[0].box[0] >= 0 and sprites[0].box[2] <= 24
    assert len(seen) == VARIANTS


def test_who_is_on_it_goes_along_and_nobody_else_is_hidden():
    things = (Thing("sofa"), Thing("boy"), Thing("dog"))
    scene = Scene(things, (Relation(1, "on", (0,)),), setting="living room")
    for seed in range(8):
        _, sprites = arranged(scene, seed)
        sofa, boy = (next(s for s in sprites if s.thing == n) for n in (0, 1))
        assert sofa.left <= boy.middle <= sofa.left + sofa.width
        assert all(s.left >= 0 and s.left + s.width <= 24 for s in sprites)


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("a teacher at the blackboard in the classroom", ["teacher"]),
        ("a teacher in front of a blackboard", ["teacher"]),
        ("a fence in the garden", []),
        ("a cat on a fence in the garden", ["cat", "fence"]),
        ("a red fence in the garden", ["fence"]),
        ("two beds in the bedroom", ["bed"]),
        ("a bed in the bedroom", []),
        ("a lamp on the table in the dining room", ["lamp", "table"]),
        ("a bed", ["bed"]),
    ],
)
def test_what_its_place_shows_well_is_not_drawn_again(text, things):
    read = read_scene(text)
    assert [thing.noun for thing in somewhere(read.scene).things] == things
    assert read.left_out == ()


def test_what_is_wished_for_later_is_drawn():
    scene = Scene((Thing("blackboard"),), setting="classroom")
    assert located(scene) == scene != somewhere(scene)


def test_relations_follow_their_things():
    things = (Thing("blackboard"), Thing("teacher"), Thing("apple"))
    said = (Relation(1, "next to", (0,)), Relation(1, "holding", (2,)))
    scene = somewhere(Scene(things, said, setting="classroom"))
    assert scene.relations == (Relation(0, "holding", (1,)),)


def test_boxes_are_within_the_picture():
    rng = random.Random(0)
    for setting, name in (("bedroom", "bed"), ("bathroom", "mirror"), ("campsite", "tent")):
        box = own_box(Scene(setting=setting), name, rng.randrange(VARIANTS))
        assert 0 <= box[0] < box[2] <= 24 and 0 <= box[1] < box[3] <= 24
    assert own_box(Scene(setting="bedroom"), "horse", 0) is None
