"""What is carried, under a tree or in front of a house: faces and what is behind are seen."""

import random

import pytest

from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing

PEOPLE = {"👦": 0.5, "👧": 0.5, "👨": 0.5}


def aspect(code: str) -> float:
    """People are tall, all else is square."""
    return 0.5 if code[0] in PEOPLE or code.startswith("svg:boy") else 1.0


def arranged(things: list[str], relations: list[tuple[int, str, int]], seed: int) -> list[Sprite]:
    """Sprites of one of each of `things` in their order."""
    graph = tuple(Relation(first, name, (second,)) for first, name, second in relations)
    scene = Scene(tuple(Thing(name) for name in things), graph)
    return sorted(Layout(aspect).arrange(scene, random.Random(seed)), key=lambda s: s.thing)


@pytest.mark.parametrize("held", ["kite", "balloon", "suitcase", "guitar"])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_held_leaves_the_face_to_be_seen(held, seed):
    boy, item = arranged(["boy", held], [(0, "holding", 1)], seed)
    left, right = boy.left + boy.width * 0.3, boy.left + boy.width * 0.7
    chin = boy.bottom - boy.height * 0.65
    over = min(right, item.left + item.width) - max(left, item.left)
    assert over <= boy.width * 0.1 or item.bottom - item.height >= chin - 1


@pytest.mark.parametrize("seed", range(4))
def test_an_animal_in_profile_eats_with_its_mouth(seed):
    horse, apple = arranged(["horse", "apple"], [(0, "holding", 1)], seed)
    head_right = horse.mirrored  # drawn to the left
    middle = apple.left + apple.width / 2
    assert (middle > horse.left + horse.width / 2) == head_right


@pytest.mark.parametrize("seed", range(4))
def test_people_under_a_tree_are_large_enough_for_a_face_and_beside_its_trunk(seed):
    boy, tree = arranged(["boy", "tree"], [(0, "under", 1)], seed)
    assert boy.height >= 12
    assert abs(boy.left + boy.width / 2 - tree.left - tree.width / 2) >= 2


def test_several_things_in_front_of_one_stand_abreast_and_do_not_hide_it():
    for seed in range(6):
        relations = [(0, "in front of", 2), (1, "in front of", 2)]
        car, truck, house = arranged(["car", "truck", "house"], relations, seed)
        assert min(car.left + car.width, truck.left + truck.width) <= max(car.left, truck.left)
        assert min(car.bottom - car.height, truck.bottom - truck.height) > house.bottom - (
            house.height * 0.7
        )


@pytest.mark.parametrize("name, first", [("above", "moon"), ("under", "wolf")])
def test_who_is_below_the_moon_is_no_smaller_than_it(name, first):
    moon, wolf = "full moon", "wolf"
    things = [moon, wolf] if first == "moon" else [wolf, moon]
    for seed in range(4):
        sprites = arranged(things, [(0, name, 1)], seed)
        by_name = dict(zip(things, sprites, strict=True))
        assert by_name[wolf].height >= 12 > by_name[moon].height


def test_what_is_in_front_of_the_moon_is_in_its_middle():
    for seed in range(4):
        bat, moon = arranged(["bat", "full moon"], [(0, "in front of", 1)], seed)
        assert abs(bat.left + bat.width / 2 - moon.left - moon.width / 2) <= 1
        assert moon.bottom - moon.height <= bat.bottom - bat.height and bat.bottom <= moon.bottom


def test_a_castle_is_not_as_small_as_each_of_its_knights():
    scene = Scene((Thing("castle"), Thing("knight", 3)))
    for seed in range(4):
        castle, *knights = sorted(
            Layout(aspect).arrange(scene, random.Random(seed)), key=lambda s: s.thing
        )
        assert castle.height >= max(knight.height for knight in knights) >= 8
        assert all(knight.bottom >= castle.bottom for knight in knights)


@pytest.mark.parametrize("count", [2, 3])
def test_a_bunch_of_flowers_in_a_vase_is_large_enough_to_be_seen(count):
    scene = Scene((Thing("tulip", count), Thing("vase")), (Relation(0, "in", (1,)),))
    for seed in range(4):
        sprites = Layout(lambda code: 0.6).arrange(scene, random.Random(seed))
        assert all(sprite.height >= 8 for sprite in sprites)
