"""What is on, in, under or astride another: seen, large enough, cut where it is hidden."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.arranging.tops import edge_of
from maskgil.nano.world.clusters import extent
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.presets.load import load_collage
from tests.helpers.arranged_scenes import arranged, arranged_many, aspect, overlap, shown


@pytest.mark.parametrize("seed", range(4))
def test_people_under_a_tree_are_large_enough_for_a_face_and_beside_its_trunk(seed):
    boy, tree = arranged(["boy", "tree"], [(0, "under", 1)], seed)
    assert boy.height >= 12
    assert abs(boy.left + boy.width / 2 - tree.left - tree.width / 2) >= 2


@pytest.mark.parametrize("count", [2, 3])
def test_a_bunch_of_flowers_in_a_vase_is_large_enough_to_be_seen(count):
    scene = Scene((Thing("tulip", count), Thing("vase")), (Relation(0, "in", (1,)),))
    for seed in range(4):
        sprites = Layout(lambda code: 0.6).arrange(scene, random.Random(seed))
        assert all(sprite.height >= 6 for sprite in sprites)


@pytest.mark.parametrize("count", [2, 5, 9])
def test_flowers_in_a_vase_are_close_together_over_its_opening(count):
    scene = Scene((Thing("tulip", count), Thing("vase")), (Relation(0, "in", (1,)),))
    sprites = load_collage().layout.arrange(scene, random.Random(0))
    vase = next(s for s in sprites if s.thing == 1)
    flowers = [s for s in sprites if s.thing == 0]
    assert len(flowers) == count
    assert all(abs(s.middle - vase.middle) <= 0.75 * vase.width + 1 for s in flowers)
    assert all(s.bottom > vase.box[1] - s.height / 2 for s in flowers)


@pytest.mark.parametrize("seed", range(3))
def test_who_is_on_a_seesaw_sits_at_its_ends_and_looks_to_the_middle(seed):
    scene = read_scene("two girls on a seesaw").scene
    board, *girls = load_collage().layout.arrange(scene, random.Random(seed))
    left, right = sorted(girls, key=lambda s: s.left)
    assert left.mirrored and not right.mirrored
    assert left.middle < board.left + board.width / 4
    assert right.middle > board.left + board.width * 3 / 4
    lower = right if board.mirrored else left
    assert lower.bottom == max(left.bottom, right.bottom)


def test_what_is_on_a_bench_is_on_its_seat():
    bench, cat = arranged(["bench", "cat"], [(1, "on", 0)], 0)
    assert bench.box[1] + 0.55 * bench.height < cat.bottom < bench.box[1] + 0.75 * bench.height


@pytest.mark.parametrize(("who", "container"), [("girl", "bed"), ("dog", "basket")])
@pytest.mark.parametrize("seed", range(4))
def test_what_is_in_something_ends_behind_its_rim(who, container, seed):
    inner, *parts = arranged([who, container], [(0, "in", 1)], seed)
    whole = next(part for part in parts if part.part == (0.0, 1.0))
    cover = next(part for part in parts if part.part[0] > 0)
    rim = whole.bottom - whole.height * (1 - cover.part[0])
    assert rim - 1 <= shown(inner) <= rim + 2 < whole.bottom
    assert rim - (inner.bottom - inner.height) >= 3, "its head is over the rim"


@pytest.mark.parametrize("seed", range(4))
def test_what_is_in_a_cage_is_whole(seed):
    bird, *_ = arranged(["bird", "birdcage"], [(0, "in", 1)], seed)
    assert bird.part == (0.0, 1.0)


@pytest.mark.parametrize("relation", ["on", "in"])
@pytest.mark.parametrize("seed", range(2))
def test_a_boat_with_somebody_in_it_is_an_open_one(relation, seed):
    sailor, *boats = arranged(["sailor", "boat"], [(0, relation, 1)], seed)
    assert {boat.code for boat in boats} == {"svg:rowboat"}
    assert sailor.part[1] < 1
    alone = arranged(["boat", "lighthouse"], [], seed)
    assert "svg:rowboat" not in {sprite.code for sprite in alone}


@pytest.mark.parametrize("tree", ["tree", "oak tree", "apple tree"])
@pytest.mark.parametrize("seed", range(2))
def test_animals_in_a_tree_are_on_top_of_its_crown(tree, seed):
    *owls, tree_itself = arranged_many([("owl", 2), (tree, 1)], [(0, "in", 1)], seed)
    for owl in owls:
        assert owl.bottom <= tree_itself.bottom - tree_itself.height * 0.55
        assert max(owl.width, owl.height) >= 8


@pytest.mark.parametrize("seed", range(4))
def test_a_rider_is_away_from_the_head_of_what_is_ridden(seed):
    boy, horse = arranged(["boy", "horse"], [(0, "riding", 1)], seed)
    aside = boy.left + boy.width / 2 - horse.left - horse.width / 2
    assert (aside < 0) == horse.mirrored and abs(aside) >= 1


@pytest.mark.parametrize("seed", range(4))
def test_a_load_is_on_the_back_and_no_larger_than_half_of_who_carries_it(seed):
    rug, camel = arranged(["rug", "camel"], [(0, "on", 1)], seed)
    assert camel.box[1] < rug.bottom < camel.bottom - camel.height * 0.3
    assert max(rug.width, rug.height) <= max(camel.width, camel.height) / 2 + 1
    aside = rug.left + rug.width / 2 - camel.left - camel.width / 2
    assert (aside < 0) == camel.mirrored and abs(aside) >= 1


@pytest.mark.parametrize("seed", range(4))
def test_several_on_one_thing_overlap_rather_than_become_lumps(seed):
    *frogs, _log = arranged_many([("frog", 3), ("log", 1)], [(0, "on", 1)], seed)
    assert all(frog.width >= 8 for frog in frogs)
    assert len({frog.left for frog in frogs}) == 3


@pytest.mark.parametrize("seed", range(2))
def test_a_broom_that_is_ridden_lies_and_flies(seed):
    scene = Scene((Thing("witch"), Thing("broom")), (Relation(0, "riding", (1,)),), "village")
    sprites = Layout(aspect).arrange(scene, random.Random(seed))
    assert {sprite.code for sprite in sprites} == {"svg:witch-2|astride", "svg:broom-2"}
    assert not any(sprite.stands for sprite in sprites)
    (alone,) = Layout(aspect).arrange(Scene((Thing("broom"),)), random.Random(seed))
    assert alone.code != "svg:broom-2" and alone.stands


@pytest.mark.parametrize("seed", range(4))
def test_people_on_a_seat_are_large_enough_for_a_face_and_near_its_middle(seed):
    *girls, _bench = arranged_many([("girl", 2), ("bench", 1)], [(0, "on", 1)], seed)
    assert all(girl.height >= 12 for girl in girls)
    boy, swing = arranged(["boy", "swing"], [(0, "on", 1)], seed)
    assert abs(boy.left + boy.width / 2 - swing.left - swing.width / 2) <= 2
    assert swing.bottom - boy.bottom <= swing.height * 0.4, "on its seat"


@pytest.mark.parametrize("building", ["hospital", "barn"])
def test_who_is_in_a_building_is_seen_before_it(building):
    cow, house = arranged(["cow", building], [(0, "in", 1)], 0)
    assert cow.bottom > house.bottom and cow.part == (0.0, 1.0)


@pytest.mark.parametrize("seed", range(2))
def test_who_is_in_a_tunnel_or_at_a_window_stands_at_its_foot(seed):
    car, tunnel = arranged(["car", "tunnel"], [(0, "in", 1)], seed)
    assert car.bottom == tunnel.bottom and car.part == tunnel.part == (0.0, 1.0)
    cat, window = arranged(["cat", "window"], [(0, "on", 1)], seed)
    assert 0 <= window.bottom - cat.bottom <= window.height * 0.2


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_fish_swim_in_the_middle_of_a_tank_beside_each_other(count, seed):
    scene = Scene((Thing("goldfish", count), Thing("empty aquarium")), (Relation(0, "in", (1,)),))
    sprites = Layout(aspect).arrange(scene, random.Random(seed))
    tank = next(sprite for sprite in sprites if sprite.thing == 1)
    fish = [sprite for sprite in sprites if sprite.thing == 0]
    assert len(fish) == count
    for each in fish:
        middle = (each.box[1] + each.box[3] - tank.box[1] - tank.box[3]) / 2
        assert abs(middle) <= 1 and each.part == (0.0, 1.0)
        assert tank.box[0] - 1 <= each.box[0] and each.box[2] <= tank.box[2] + 1


@pytest.mark.parametrize("name", ["crocodile", "turtle", "frog", "beaver", "hippopotamus"])
@pytest.mark.parametrize("seed", range(2))
def test_half_of_who_is_in_ripples_is_above_the_surface(name, seed):
    layout = load_collage().layout
    scene = Scene((Thing(name), Thing("ripples")), (Relation(0, "in", (1,)),), "river")
    sprites = layout.arrange(scene, random.Random(seed))
    swimmer = next(sprite for sprite in sprites if sprite.thing == 0)
    line = swimmer.bottom - swimmer.height * (1 - swimmer.part[1])
    tall = min(swimmer.height, swimmer.width / layout.aspect(swimmer.code))
    assert 0.5 * tall <= line - (swimmer.bottom - tall) < 0.9 * tall


@pytest.mark.parametrize("dish", ["plate", "tray", "cutting board"])
@pytest.mark.parametrize("counts", [(1, 1), (2, 1), (1, 3), (1, 1, 1)])
@pytest.mark.parametrize("seed", range(3))
def test_several_kinds_on_a_dish_are_all_within_its_edges(dish, counts, seed):
    kinds = ("apple", "bread", "cheese")[: len(counts)]
    things = tuple(Thing(kind, count) for kind, count in zip(kinds, counts, strict=True))
    on_it = tuple(Relation(index, "on", (len(things),)) for index in range(len(things)))
    scene = Scene((*things, Thing(dish)), on_it)
    sprites = load_collage().layout.arrange(scene, random.Random(seed))
    (below,) = (sprite for sprite in sprites if sprite.thing == len(things))
    served = [sprite for sprite in sprites if sprite is not below]
    assert all(below.left <= s.left and s.box[2] <= below.box[2] for s in served)
    assert below.width >= 14
    assert all(max(s.width, s.height) >= 6 for s in served)


@pytest.mark.parametrize("text", ["a tiger walking through tall grass", "a lion in the long grass"])
@pytest.mark.parametrize("seed", range(3))
def test_high_grass_is_before_and_behind_who_is_in_it(text, seed):
    scene = somewhere(read_scene(text).scene)
    sprites = load_collage().layout.arrange(scene, random.Random(seed))
    at = next(place for place, sprite in enumerate(sprites) if sprite.thing == 0)
    beast = sprites[at]
    assert [s.thing for s in sprites[:at]] == [1, 1]
    assert [s.thing for s in sprites[at + 1 :]] == [1, 1]
    assert all(s.bottom < beast.bottom for s in sprites[:at])
    assert all(s.bottom > beast.bottom for s in sprites[at + 1 :])
    assert all(overlap(s, beast) > 0 for s in sprites if s is not beast)
    assert scene.setting in ("jungle", "savanna")


@pytest.mark.parametrize("board", ["skateboard", "surfboard", "snowboard", "sled"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_who_rides_a_board_stands_on_it_and_is_before_it(board, count, seed):
    scene = Scene((Thing("girl", count), Thing(board, count)), (Relation(0, "riding", (1,)),))
    sprites = Layout(aspect).arrange(scene, random.Random(seed))
    girls, boards = ([s for s in sprites if s.thing == thing] for thing in (0, 1))
    for girl in girls:
        under = min(boards, key=lambda each: abs(each.middle - girl.middle))
        assert under.bottom - under.height < girl.bottom < under.bottom
        assert sprites.index(under) < sprites.index(girl)
        assert abs(under.middle - girl.middle) <= 1


def test_several_skaters_have_a_board_each():
    scene = read_scene("three skaters").scene
    assert [(each.noun, each.count) for each in scene.things] == [("boy", 3), ("skateboard", 3)]


@pytest.mark.parametrize("item", ["backpack", "umbrella", "red flag"])
@pytest.mark.parametrize("seed", range(3))
def test_whose_hands_are_full_is_at_the_middle_of_the_board(item, seed):
    girl, board, _ = arranged(
        ["girl", "skateboard", item], [(0, "holding", 2), (0, "riding", 1)], seed
    )
    assert abs(girl.middle - board.middle) <= 1


@pytest.mark.parametrize("seed", range(3))
def test_several_on_a_board_are_over_it(seed):
    *girls, sled = arranged_many([("girl", 2), ("sled", 1)], [(0, "riding", 1)], seed)
    for girl in girls:
        assert sled.left <= girl.middle <= sled.left + sled.width
        assert sled.bottom - sled.height < girl.bottom < sled.bottom


@pytest.mark.parametrize("worn", ["", " with red hats"])
@pytest.mark.parametrize("who", ["three cats", "five pigeons", "two dogs"])
@pytest.mark.parametrize(("what", "steep"), [("house", True), ("barn", True), ("rock", False)])
def test_several_on_a_roof_are_where_its_edge_is(who, worn, what, steep):
    layout = load_collage().layout
    for seed in range(4):
        sprites = layout.arranged(read_scene(f"{who}{worn} on a {what}").scene, seed)[1]
        under = next(s for s in sprites if noun(what).art[0] == s.code)
        first = next(s for s in sprites if s.thing == 0)
        row = [s for s in sprites if s.code == first.code]
        edge = edge_of(under, what)
        for one in row:
            assert under.left <= one.middle <= under.left + under.width
            at = int((one.middle - under.left) / under.width * len(edge))
            near = edge[max(0, at - 1) : at + 2]
            foot = (one.bottom - under.bottom + under.height) / under.height
            assert min(near) <= foot <= max(near) + 0.1
        assert not steep or len(row) < 3 or len({one.bottom for one in row}) > 1


def test_two_who_sleep_on_a_sofa_are_no_farther_apart_than_it_is_wide():
    layout = load_collage().layout
    for seed in range(4):
        sprites = layout.arranged(read_scene("two cats sleeping on a sofa").scene, seed)[1]
        cats, sofa = ([s for s in sprites if s.thing == n] for n in (0, 1))
        left, _, right, _ = extent(cats)
        assert sofa[0].left - 1 <= left and right <= sofa[0].left + sofa[0].width + 1


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("state", [None, "lying"])
def test_who_is_under_a_blanket_has_it_over_them_and_looks_out(seed, state):
    scene = Scene((Thing("cat", state=state), Thing("blanket")), (Relation(0, "under", (1,)),))
    cat, blanket = load_collage().layout.arrange(scene, random.Random(seed))
    assert (blanket.left, blanket.width, blanket.bottom) == (cat.left, cat.width, cat.bottom)
    assert 0 < blanket.height <= cat.height / 2 + 1


@pytest.mark.parametrize("who", ["a man", "three men", "a cat"])
def test_who_is_under_a_spotlight_stands_in_its_light(who):
    scene = read_scene(f"{who} under a spotlight").scene
    for seed in range(4):
        sprites = Layout(lambda code: 0.5 if "man" in code else 1.0).arranged(scene, seed)[1]
        men, light = ([s for s in sprites if s.thing == n] for n in (0, 1))
        assert light[0].code == "svg:spotlight" and all(s.thing == 0 for s in sprites[1:])
        for man in men:
            assert man.bottom == light[0].bottom and man.height < light[0].height
            assert light[0].left <= man.middle <= light[0].left + light[0].width


@pytest.mark.parametrize("who", ["train", "car", "man"])
def test_who_is_in_a_tunnel_is_no_wider_than_its_mountain(who):
    scene = read_scene(f"a {who} in a tunnel").scene
    for seed in range(4):
        sprites = Layout(lambda code: 1.0).arranged(scene, seed)[1]
        inner, tunnel = (next(s for s in sprites if s.thing == n) for n in (0, 1))
        assert inner.width <= 0.7 * tunnel.width and abs(inner.middle - tunnel.middle) <= 2


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a cat jumping out of a box", 0.7),
        ("a clown leaping out of a box", 0.7),
        ("a goldfish jumping out of a bowl", 1.0),
        ("a bird flying out of a cage", 1.0),
    ],
)
def test_who_jumps_or_flies_out_of_something_is_hardly_in_it_any_more(text, seen):
    found = read_scene(text)
    assert found.left_out == () and found.scene.things[0].state in ("jumping", "flying")
    for seed in range(6):
        _, sprites = load_collage().renderer.layout.arranged(found.scene, seed)
        who = next(s for s in sprites if s.thing == 0)
        whole = next(s for s in sprites if s.thing == 1 and s.part == (0.0, 1.0))
        assert who.part[1] >= seen
        assert (who.box[1] + who.bottom) / 2 < (whole.box[1] + whole.bottom) / 2


@pytest.mark.parametrize(
    "text", ["a hiker on the top of a mountain", "a flag on the summit of a mountain",
             "a goat on a mountain peak"],
)  # fmt: skip
def test_what_is_on_a_summit_stands_on_it(text):
    scene = read_scene(text).scene
    assert scene.setting == "mountain top" and {each.name for each in scene.relations} <= {
        "wearing"
    }
    for seed in range(6):
        _, sprites = load_collage().renderer.layout.arranged(scene, seed)
        assert next(s for s in sprites if s.thing == 0).bottom in (18, 19)


@pytest.mark.parametrize(("vessel", "turned"), [("bowl of soup", True), ("drawer", False)])
def test_a_spoon_stands_handle_up_in_soup(vessel, turned):
    scene = Scene((Thing("spoon"), Thing(vessel)), (Relation(0, "in", (1,)),))
    sprites = Layout(aspect).arrange(scene, random.Random(0))
    assert any(sprite.code.endswith("|turned") for sprite in sprites) == turned


def test_a_bird_sits_in_its_nest_whose_rim_is_before_it():
    scene = read_scene("a bird sitting on its nest").scene
    nest, bird, rim = load_collage().layout.arrange(scene, random.Random(0))
    assert nest.code == rim.code == "svg:nest-2" and rim.part[0] > 0
    assert nest.box[1] < bird.bottom < nest.bottom


def test_what_a_waiter_has_on_the_tray_is_on_the_one_of_the_drawing():
    scene = read_scene("a waiter carrying a tray with three glasses").scene
    waiter, *glasses = load_collage().layout.arrange(scene, random.Random(0))
    assert waiter.code == "svg:waiter-3" and len(glasses) == 3
    assert all(glass.bottom < waiter.bottom - waiter.height / 2 for glass in glasses)


def test_what_is_in_a_pan_on_a_stove_stays_in_it():
    scene = read_scene("a cook frying an egg").scene
    sprites = load_collage().layout.arrange(scene, random.Random(0))
    pan, egg = (next(s for s in sprites if s.code == f"svg:{n}") for n in ("pan-2", "fried-egg"))
    assert pan.box[0] - 1 <= egg.box[0] and egg.box[2] <= pan.box[2] + 1


@pytest.mark.parametrize("seed", range(3))
def test_who_is_on_a_swing_sits_on_its_seat_in_the_middle(seed):
    scene = read_scene("a girl on a swing").scene
    swing, girl = load_collage().layout.arrange(scene, random.Random(seed))
    assert abs(girl.middle - swing.middle) <= 1
    assert girl.bottom < swing.bottom
