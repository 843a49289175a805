"""What a place shows already is not seen twice: what is asked for covers it, or is it."""

import io
import random
import sys

import numpy as np
import pytest
from PIL import Image

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.rendering.scenery import svg
from maskgil.nano.rendering.scenery.pen import SCENERY
from maskgil.nano.rendering.scenery.shapes.heavens import sky
from maskgil.nano.scene_prompts import located, somewhere
from maskgil.nano.world.arranging.drawn_by import code_of
from maskgil.nano.world.arranging.furnished import _shared, _skylines, own_box
from maskgil.nano.world.clusters import kind_of
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import VARIANTS
from maskgil.presets.load import load_collage


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


SCENES = [
    "a woman with a yellow hat in the sun", "two girls in the sun", "three children and the moon",
    "a house in the forest under the moon", "the sun over a city", "a boy looking at the moon",
    "an elephant in the sun", "three stars over a mountain",
]  # fmt: skip


@pytest.mark.parametrize("text", SCENES)
def test_sun_moon_and_stars_are_before_sky_alone_and_behind_nobody(text):
    scene = somewhere(read_scene(text).scene)
    for seed in range(8):
        view, sprites = load_collage().layout.arranged(scene, seed)
        skyline = _skylines()[scene.setting][view]
        for sprite in sprites:
            if kind_of(noun(scene.things[sprite.thing].noun)) != "c" or own_box(
                scene, scene.things[sprite.thing].noun, view
            ):
                continue
            area = sprite.width * sprite.height
            columns = range(int(sprite.left), int(sprite.left + sprite.width))
            before = sum(max(0, sprite.bottom - skyline[column // 2]) for column in columns)
            hidden = sum(_shared(sprite, each) for each in sprites if each is not sprite)
            assert before <= 0.4 * area and hidden <= 0.35 * area and sprite.bottom <= 8


@pytest.mark.parametrize("name", ["park", "forest", "city", "field"])
def test_the_skylines_are_those_of_the_scenery(name, monkeypatch):
    import resvg_py

    module = sys.modules[SCENERY[name].__module__]
    plain = "#ff00ff"

    def bare(pen, bottom, **more):
        before = len(pen.body)
        sky(pen, bottom, **more)
        del pen.body[before:]
        pen.rect(0, 0, 384, 384, plain)

    monkeypatch.setattr(module, "sky", bare)
    for view in range(VARIANTS):
        png = resvg_py.svg_to_bytes(svg_string=svg(name, "day", view), width=384, height=384)
        pixels = np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB")).astype(int)
        seen = np.abs(pixels - (255, 0, 255)).max(-1) >= 90
        shares = seen.reshape(24, 16, 12, 32).mean((1, 3)) > 0.12
        assert tuple(shares.argmax(0)) == _skylines()[name][view]


def test_a_moon_behind_a_tower_is_at_its_top():
    scene = somewhere(read_scene("the moon behind a tower").scene)
    for seed in range(4):
        sprites = load_collage().layout.arranged(scene, seed)[1]
        moon, tower = (next(s for s in sprites if s.thing == n) for n in (0, 1))
        assert moon.bottom <= tower.bottom - tower.height / 2


@pytest.mark.parametrize(
    ("text", "noun_shown"),
    [
        ("a lamp hanging from the ceiling in a living room", "ceiling lamp"),
        ("a fan on the ceiling of the bedroom", "ceiling fan"),
        ("a chandelier hanging from the ceiling of a ballroom", "chandelier"),
        ("a ceiling fan in the kitchen", "ceiling fan"),
        ("a spider hanging from the ceiling", "spider"),
        ("a clock on the wall of a classroom", "clock"),
    ],
)
def test_what_hangs_from_a_ceiling_or_on_a_wall_is_high_and_leaves_the_room_to_be_seen(
    text, noun_shown
):
    found = read_scene(text)
    assert [each.noun for each in found.scene.things] == [noun_shown] and not found.left_out
    for seed in range(6):
        _, (sprite,) = arranged(found.scene, seed)
        assert max(sprite.width, sprite.height) <= 10
        assert sprite.box[1] == 0 if noun_shown != "clock" else sprite.bottom <= 16


def test_who_teaches_brings_no_second_blackboard_and_has_the_class_before_them():
    scene = somewhere(read_scene("a teacher writing on a blackboard in front of her class").scene)
    names = [thing.noun for thing in scene.things]
    teacher, pupils = names.index("teacher"), names.index("child")
    assert (scene.things[pupils].count, "blackboard" in names) == (4, False)
    order = [sprite.thing for sprite in arranged(scene, 0)[1]]
    assert order.index(teacher) < order.index(pupils)
    assert code_of(scene.things[teacher], scene, teacher) != noun("teacher").art[0]
    alone = Scene((Thing("teacher"),), setting="park")
    assert code_of(alone.things[0], alone, 0) == noun("teacher").art[0]
