"""Roads, their sides and waters: where several stand, as far as that reaches."""

from __future__ import annotations

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import behind, somewhere
from maskgil.nano.world.arranging.drawn_by import code_of
from maskgil.nano.world.clusters import GRID
from maskgil.nano.world.settings import place
from maskgil.presets.load import load_collage


def arranged(text: str, seed: int = 0):
    scene = somewhere(read_scene(text).scene)
    return scene, load_collage().layout.arranged(scene, seed)[1]


@pytest.mark.parametrize(
    "text", ["a harbour full of small boats", "four boats on a canal", "six rowboats on a lake"]
)
def test_no_boat_floats_before_the_houses(text):
    for seed in range(4):
        scene, sprites = arranged(text, seed)
        first = place(scene.setting).water[0]
        assert all(sprite.bottom >= first - 2 for sprite in sprites)


@pytest.mark.parametrize("text", ["a road full of cars", "five buses in the street"])
def test_cars_are_on_the_road(text):
    for seed in range(4):
        scene, sprites = arranged(text, seed)
        assert min(sprite.bottom for sprite in sprites) >= place(scene.setting).ground[0] - 2


@pytest.mark.parametrize("text", ["a path lined with trees", "six lamp posts on a mountain road"])
def test_what_lines_a_way_is_on_both_sides_of_it_and_larger_where_nearer(text):
    _, sprites = arranged(text)
    feet = [sprite.bottom for sprite in sprites]
    assert feet == sorted(feet) and sprites[0].height < sprites[-1].height
    assert {sprite.middle < GRID / 2 for sprite in sprites} == {True, False}
    assert all(abs(sprite.middle - GRID / 2) > 3 for sprite in sprites)


@pytest.mark.parametrize(
    ("text", "left"),
    [("a fairground with a big wheel", 0), ("a red ferris wheel at the fair", 1),
     ("a library full of books", 0), ("a book in the library", 1)],
)  # fmt: skip
def test_what_a_place_shows_is_not_drawn_again(text, left):
    assert len(somewhere(read_scene(text).scene).things) == left


def test_a_letter_box_is_no_larger_than_a_house():
    _, (sprite,) = arranged("a red letter box at the corner of a street")
    assert sprite.height <= 10


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("a park in the snow", "park"),
        ("a snowy field", "snow"),
        ("a village in winter", "snowy village"),
    ],
)
def test_where_snow_falls_the_place_is_seen(text, setting):
    assert behind(somewhere(read_scene(text).scene)).setting == setting


def test_a_boat_is_narrower_than_the_arch_it_is_under_and_both_are_in_the_water():
    scene, sprites = arranged("a rowing boat under a stone arch")
    boat, arch = sorted(sprites, key=lambda sprite: sprite.thing)
    assert boat.width <= 0.5 * arch.width
    assert max(boat.bottom, arch.bottom) <= place(scene.setting).water[1]


def test_a_jetty_begins_at_the_shore_and_ends_in_the_water():
    scene, (jetty,) = arranged("a lake with a wooden jetty")
    where = place(scene.setting)
    assert jetty.bottom >= where.ground[0] - 1 and jetty.bottom - jetty.height < where.water[1]


@pytest.mark.parametrize(
    ("text", "code"),
    [("a car drives through a tunnel", "🚘"), ("a truck in a tunnel", "svg:truck-2"),
     ("a car in the street", "🚗"), ("ducks cross the road", "svg:duck"),
     ("a duck on a lake", "🦆")],
)  # fmt: skip
def test_where_something_is_may_choose_its_drawing(text, code):
    scene = read_scene(text).scene
    assert code_of(scene.things[0], scene, 0) == code


@pytest.mark.parametrize("text", ["a hot air balloon over a city", "a helicopter in the mountains"])
def test_what_is_alone_in_the_air_is_small_and_over_the_land(text):
    scene = read_scene(text).scene
    for seed in range(6):
        _, (sprite,) = load_collage().renderer.layout.arranged(scene, seed)
        assert max(sprite.width, sprite.height) <= 12
        assert sprite.bottom <= place(scene.setting).horizon


@pytest.mark.parametrize(
    "text", ["seven ducks in the lake", "six swans on the pond", "ten boats on a lake"]
)
def test_rows_on_the_water_do_not_rise_over_its_far_bank(text):
    scene, sprites = arranged(text)
    assert min(s.bottom for s in sprites) >= place(scene.setting).water[0] - 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a campfire by the lake", "lakeside"), ("a boat on the lake", "lake"),
     ("a bridge over a river", "river"), ("a tent by a river", "riverside"),
     ("a boy swims in the lake", "lake"), ("a dog lies beside the road", "roadside")],
)  # fmt: skip
def test_who_is_on_the_shore_alone_has_more_of_it(text, shown):
    assert behind(somewhere(read_scene(text).scene)).setting == shown


def test_geese_on_the_water_have_no_legs_and_are_on_it():
    scene, sprites = arranged("five geese swim in the village pond")
    assert scene.setting == "pond" and {sprite.part[1] for sprite in sprites} == {0.84}


def test_a_tent_behind_a_fire_by_a_lake_is_on_its_shore():
    scene, sprites = arranged("a tent beside a lake with a campfire in front of it")
    tent = next(s for s in sprites if scene.things[s.thing].noun == "tent")
    assert behind(scene).setting == "lakeside" and tent.bottom >= 15
