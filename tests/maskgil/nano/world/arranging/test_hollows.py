"""What is in a hollow, in something held, behind slats, at a table, in a vehicle's window."""

import functools
import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.hollows import DISHES, TABLES, _hollows, box_of
from maskgil.nano.world.clusters import extent
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage

collage = functools.cache(load_collage)


def aspect(code: str) -> float:
    """Of the drawings themselves."""
    return collage().renderer.aspect(code)


def laid(scene: Scene, seed: int) -> dict[int, list]:
    """The sprites of each thing."""
    found: dict[int, list] = {}
    for sprite in Layout(aspect).arrange(scene, random.Random(seed)):
        found.setdefault(sprite.thing, []).append(sprite)
    return found


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("name", sorted({*_hollows()} - {*DISHES, *TABLES}))
def test_what_is_in_a_hollow_is_seen_within_it(name, count):
    who, _, whole = name.rpartition(" in ")  # "key in lock"
    count = 1 if who else count
    things = Thing(who or "apple", count), Thing(whole)
    for seed in range(3):
        found = laid(Scene(things, (Relation(0, "in", (1,)),)), seed)
        (whole,), hollow = found[1], _hollows()[name]
        left, top, right, bottom = box_of(hollow, whole)
        inner = extent(found[0])
        assert left - 1 <= inner[0] and inner[2] <= right + 1
        assert top - 1.5 <= inner[1] and inner[3] <= bottom + 1
        assert len({(each.left, each.bottom) for each in found[0]}) == count


@pytest.mark.parametrize("who", ["woman", "rabbit", "bear"])
def test_what_is_in_a_held_basket_is_no_wider_than_it_and_hides_no_face(who):
    relations = (Relation(0, "holding", (1,)), Relation(2, "in", (1,)))
    for seed in range(4):
        found = laid(Scene((Thing(who), Thing("basket"), Thing("egg", 5)), relations), seed)
        basket, eggs = extent(found[1]), extent(found[2])
        body = found[0][0]
        assert basket[0] - 1 <= eggs[0] and eggs[2] <= basket[2] + 1
        within = min(eggs[2], body.box[2]) - max(eggs[0], body.box[0])
        assert within <= body.width * 0.35 or eggs[1] > body.box[1] + body.height * 0.5


@pytest.mark.parametrize(("who", "count"), [("cow", 2), ("sheep", 3), ("horse", 2)])
def test_a_fence_is_as_long_as_all_who_look_over_it(who, count):
    for seed in range(4):
        relations = (Relation(0, "behind", (1,)),)
        found = laid(Scene((Thing(who, count), Thing("fence")), relations, "field"), seed)
        left, top, right, foot = extent(found[1])
        assert len({each.bottom for each in found[0]}) == 1, "one row"
        for each in found[0]:
            seen = each.box[1] + each.part[1] * each.height
            assert left - 2 <= each.box[0] and each.box[2] <= right + 2
            assert top - each.box[1] >= each.height * 0.3 and top < seen < foot


@pytest.mark.parametrize("count", [1, 2])
def test_who_is_behind_a_gate_stands_on_the_ground(count):
    for seed in range(4):
        relations = (Relation(0, "behind", (1,)),)
        found = laid(Scene((Thing("horse", count), Thing("gate")), relations, "field"), seed)
        gate = found[1][0]
        assert all(gate.bottom - 4 <= each.bottom < gate.bottom for each in found[0])
        assert all(each.part == (0.0, 1.0) for each in found[0])


@pytest.mark.parametrize(
    ("who", "played"), [("man", "drum kit"), ("cat", "drum kit"), ("cat", "piano")]
)
def test_who_plays_behind_something_is_seen_over_its_middle(who, played):
    for seed in range(4):
        found = laid(Scene((Thing(who), Thing(played)), (Relation(0, "behind", (1,)),)), seed)
        man, kit = found[0][0], found[1][0]
        assert abs(man.middle - kit.middle) <= 2 and kit.box[1] - man.box[1] >= man.height * 0.4


@pytest.mark.parametrize(("played", "right"), [("grand piano", True), ("harp", False)])
def test_who_plays_something_high_is_at_its_end(played, right):
    for seed in range(4):
        found = laid(Scene((Thing("man"), Thing(played)), (Relation(0, "behind", (1,)),)), seed)
        man, harp = found[0][0], found[1][0]
        assert (man.middle > harp.middle) == (right != harp.mirrored)
        assert abs(man.middle - harp.middle) >= harp.width / 3


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("table", ["table", "round table", "dining table"])
def test_those_around_a_table_are_at_both_its_ends_and_behind_it(table, count):
    relations = (Relation(0, "around", (1,)),)
    for seed in range(4):
        sprites = Layout(aspect).arrange(
            Scene((Thing("person", count), Thing(table)), relations), random.Random(seed)
        )
        top = next(each for each in sprites if each.thing == 1)
        people = [each for each in sprites if each.thing == 0]
        assert any(each.middle < top.left + top.width * 0.15 for each in people)
        assert any(each.middle > top.left + top.width * 0.85 for each in people)
        assert sum(each.bottom < top.bottom for each in people) >= min(count, 4)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("a woman on a tram", "in the window of"),
        ("two passengers on a bus", "in the window of"),
        ("a man reading a newspaper on a tram", "in the window of"),
        ("a woman on top of a bus", "on"),
        ("a bird on a bus", "on"),
        ("a family around a table", "behind"),
        ("four people sitting at a table", "around"),
        ("a girl at a table", "behind"),
    ],
)
def test_who_is_on_a_train_is_seen_in_its_window(text, way):
    scene = read_scene(text).scene
    assert way in [each.name for each in scene.relations]


def test_what_is_read_in_a_window_leaves_the_face_to_be_seen():
    scene = Scene(
        (Thing("man"), Thing("newspaper"), Thing("train")),
        (Relation(0, "reading", (1,)), Relation(0, "in the window of", (2,))),
    )
    for seed in range(4):
        found = laid(scene, seed)
        man, paper, train = (found[n][0] for n in range(3))
        assert paper.box[1] >= man.box[1] + man.height * 0.15
        assert train.box[0] <= paper.box[0] and paper.box[3] <= train.box[3]


@pytest.mark.parametrize(
    ("text", "way", "drawing"),
    [
        ("shirts on a clothesline", "hanging from", "svg:clothesline-2"),
        ("a clothesline in a garden", None, "svg:clothesline"),
        ("stockings hanging over a fireplace", "hanging from", None),
        ("a key on a hook", "hanging from", None),
        ("a cat on a fireplace", "on", None),
        ("a chick hatching from an egg", "in", "svg:cracked-egg"),
        ("a rabbit jumping out of a magician's hat", "in", "svg:upturned-hat"),
        ("a puppy asleep in a slipper", "in", None),
        ("a cat in boots", "wearing", None),
        ("a man in a hat", "wearing", None),
    ],
)
def test_what_hangs_hatches_or_is_nested_is_so_in_the_picture(text, way, drawing):
    scene = read_scene(text).scene
    assert way is None or way in [each.name for each in scene.relations]
    sprites = Layout(aspect).arrange(scene, random.Random(0))
    assert drawing is None or drawing in {each.code for each in sprites}


@pytest.mark.parametrize("who", ["dragon", "dinosaur", "turtle"])
def test_an_egg_from_which_somebody_comes_is_large(who):
    for seed in range(4):
        found = laid(Scene((Thing(who), Thing("egg")), (Relation(0, "in", (1,)),)), seed)
        assert found[1][0].height >= 9 and found[0][0].height >= 6


@pytest.mark.parametrize("name", ["butterfly", "helicopter", "ufo", "bat"])
def test_what_flies_alone_is_not_cut_off_by_the_upper_edge(name):
    for seed in range(8):
        found = laid(Scene((Thing(name, 2),), (), "field"), seed)
        assert min(each.box[1] for each in found[0]) >= 1


@pytest.mark.parametrize(("what", "holder"), [("cookie", "jar"), ("sock", "washing machine")])
def test_each_of_several_hollows_has_its_share(what, holder):
    relations = (Relation(0, "in", (1,)),)
    found = laid(Scene((Thing(what, 6), Thing(holder, 2)), relations), 0)
    for whole in found[1]:
        inside = [each for each in found[0] if whole.left - 1 <= each.middle <= whole.box[2] + 1]
        assert len(inside) == 3


def test_bars_are_before_who_is_in_a_cage():
    scene = Scene((Thing("parrot"), Thing("birdcage")), (Relation(0, "in", (1,)),))
    parrot, cage = Layout(aspect).arrange(scene, random.Random(0))
    assert (parrot.thing, cage.code) == (0, "svg:birdcage-2")
    assert cage.left <= parrot.left and parrot.box[2] <= cage.box[2]


@pytest.mark.parametrize("name", ["tower", "lighthouse"])
def test_who_is_in_a_tower_looks_out_of_it(name):
    found = laid(Scene((Thing("princess"), Thing(name)), (Relation(0, "in", (1,)),)), 0)
    who, whole = found[0][0], found[1][0]
    assert who.part[1] < 1 and who.box[1] + who.part[1] * who.height < whole.bottom - 4


def test_a_family_at_a_table_is_seen_over_it_with_its_dinner_on_it():
    found = laid(read_scene("a family having dinner around a table").scene, 0)
    family, food, table = (found[n][0] for n in range(3))
    assert family.box[1] + family.height * 0.6 < table.box[1] + 1
    assert table.left <= food.left and food.box[2] <= table.box[2]
    assert abs(food.bottom - table.box[1]) <= table.height * 0.3


def test_a_bunch_on_one_hook_hangs_close_together():
    found = laid(read_scene("seven keys on a hook").scene, 0)
    (hook,), keys = found[1], found[0]
    left, _, right, _ = extent(keys)
    assert len(keys) == 7 and right - left <= 2.5 * keys[0].width
    assert left < hook.middle < right


def test_several_kinds_in_a_hollow_are_all_within_it():
    things = (Thing("apple", 2), Thing("cheese"), Thing("refrigerator"))
    relations = (Relation(0, "in", (2,)), Relation(1, "in", (2,)))
    for seed in range(4):
        found = laid(Scene(things, relations), seed)
        left, top, right, bottom = box_of(_hollows()["refrigerator"], found[2][0])
        for each in (*found[0], *found[1]):
            assert left - 1 <= each.left and each.box[2] <= right + 1
            assert top - 1 <= each.box[1] and each.bottom <= bottom + 1


@pytest.mark.parametrize("text", ["a key in a lock", "a gold key in a door"])
def test_a_key_has_its_end_in_the_keyhole_and_its_bow_beside(text):
    for seed in range(4):
        found = laid(read_scene(text).scene, seed)
        key, whole = found[0][0], found[1][0]
        assert whole.left < key.left < whole.box[2] < key.box[2]
        assert key.height <= whole.height * 0.75


def test_who_has_many_arms_is_not_cut_off_by_the_rim():
    for seed in range(4):
        found = laid(read_scene("an octopus in a treasure chest").scene, seed)
        assert [sprite.part for sprite in found[0]] == [(0.0, 1.0)]


@pytest.mark.parametrize("what", ["two surfboards", "a surfboard", "a canoe", "skis"])
@pytest.mark.parametrize("vehicle", ["van", "car"])
def test_boards_and_boats_lie_on_a_roof(what, vehicle):
    for seed in range(4):
        found = laid(read_scene(f"{what} on top of a {vehicle}").scene, seed)
        for board in found[0]:
            assert board.width > board.height
            assert abs(board.bottom - found[1][0].box[1]) <= 3


@pytest.mark.parametrize("text", ["a ship in high waves", "a boat on the waves",
                                  "a dog in the waves"])  # fmt: skip
def test_who_is_in_waves_is_between_them_partly_under_water(text):
    for seed in range(4):
        found = laid(read_scene(text).scene, seed)
        (boat,), waves = found[0], sorted(found[1], key=lambda wave: wave.left)
        assert waves[0].middle < boat.middle < waves[-1].middle
        assert boat.part[1] < 1 and boat.bottom < max(wave.bottom for wave in waves)
        assert {wave.code for wave in waves} == {"svg:wave"}
