"""How things stand to each other: faces are seen, and so is what is behind, in and around."""

import random

import pytest

from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing
from maskgil.nano.world.settings import place
from maskgil.presets.load import load_collage
from tests.helpers.arranged_scenes import arranged, arranged_many, aspect, overlap, shown


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


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "setting", ["lake", "pond", "river", "harbor", "waterfall", "swamp", "swimming pool"]
)
def test_swans_swim_where_there_is_water_and_stand_where_there_is_none(setting, seed):
    swans = {
        name: Layout(lambda code: 1.0).arrange(
            Scene((Thing("swan", 2),), (), name), random.Random(seed)
        )
        for name in (setting, "farm")
    }
    first, last = place(setting).water
    assert all(first - 1 <= swan.bottom <= last for swan in swans[setting])
    assert all(swan.bottom >= last for swan in swans["farm"])


@pytest.mark.parametrize("seed", range(4))
def test_three_stand_before_something_larger_than_each(seed):
    scene = Scene((Thing("tractor"), Thing("cow", 3)), setting="field")
    tractor, *cows = Layout(lambda code: 1.1).arrange(scene, random.Random(seed))
    assert tractor.thing == 0 and tractor.height >= 12
    assert len(cows) == 3 and all(max(cow.width, cow.height) >= 8 for cow in cows)


def test_a_castle_is_not_as_small_as_each_of_its_knights():
    scene = Scene((Thing("castle"), Thing("knight", 3)))
    for seed in range(4):
        castle, *knights = sorted(
            Layout(aspect).arrange(scene, random.Random(seed)), key=lambda s: s.thing
        )
        assert castle.height >= max(knight.height for knight in knights) >= 8
        assert all(knight.bottom >= castle.bottom for knight in knights)


@pytest.mark.parametrize("relation", ["in front of", "behind"])
@pytest.mark.parametrize("things", [("horse", "barn"), ("dog", "church"), ("cow", "tree")])
@pytest.mark.parametrize("seed", range(4))
def test_an_animal_before_or_behind_something_large_is_large_and_half_of_it_beside(
    relation, things, seed
):
    animal, large = arranged([*things], [(0, relation, 1)], seed)
    assert max(animal.width, animal.height) >= 10
    assert overlap(animal, large) <= animal.width * 0.7
    assert animal.bottom != large.bottom
    assert max(animal.bottom, large.bottom) < 24, "its feet are in the picture"


@pytest.mark.parametrize("seed", range(4))
def test_who_is_behind_a_fence_looks_over_it_and_is_not_seen_between_its_slats(seed):
    cat, fence = arranged(["cat", "fence"], [(0, "behind", 1)], seed)
    top = fence.bottom - fence.height
    assert top - (cat.bottom - cat.height) >= cat.height * 0.3
    assert top < shown(cat) <= top + 4


@pytest.mark.parametrize("seed", range(4))
def test_who_is_behind_a_table_is_at_its_middle_and_seen_above_it(seed):
    girl, table = arranged(["girl", "table"], [(0, "behind", 1)], seed)
    aside = girl.left + girl.width / 2 - table.left - table.width / 2
    assert abs(aside) <= 1 and girl.box[1] + 3 < table.box[1]
    assert girl.bottom < table.bottom


@pytest.mark.parametrize("seed", range(4))
def test_boats_are_on_the_water_behind_what_is_on_the_beach(seed):
    scene = Scene((Thing("palm tree", 2), Thing("sailboat")), setting="beach")
    sprites = Layout(aspect).arrange(scene, random.Random(seed))
    assert [sprite.thing for sprite in sprites] == [1, 0, 0]
    assert all(max(sprite.width, sprite.height) >= 10 for sprite in sprites)
    assert sprites[0].bottom < min(sprite.bottom for sprite in sprites[1:])


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("ashore", "afloat"), [("house", "duck"), ("castle", "boat")])
@pytest.mark.parametrize("frame", [(24, 24), (14, 24), (24, 14)])
def test_what_is_on_a_lake_is_seen_beside_what_is_before_it(frame, ashore, afloat, seed):
    scene = Scene((Thing(ashore), Thing(afloat)), setting="lake")
    behind, before = Layout(aspect, frame).arrange(scene, random.Random(seed))
    assert [behind.thing, before.thing] == [1, 0]
    across = min(behind.box[2], before.box[2]) - max(behind.box[0], before.box[0])
    down = min(behind.box[3], before.box[3]) - max(behind.box[1], before.box[1])
    hidden = max(0, across) * max(0, down)
    assert hidden <= 0.34 * behind.width * behind.height


@pytest.mark.parametrize("seed", range(4))
def test_stars_are_all_over_the_sky_and_take_no_room_from_what_is_under_them(seed):
    things = (Thing("tent"), Thing("campfire"), Thing("star", 3))
    scene = Scene(things, (Relation(1, "in front of", (0,)),), "forest", "night")
    sprites = Layout(aspect).arrange(scene, random.Random(seed))
    stars = [sprite for sprite in sprites if sprite.thing == 2]
    assert sprites[:3] == stars, "behind all else"
    lefts = sorted(star.left for star in stars)
    assert lefts[2] - lefts[0] >= 12 and max(star.bottom for star in stars) <= 12
    assert all(max(s.width, s.height) >= 10 for s in sprites if s.thing == 1)


@pytest.mark.parametrize("seed", range(4))
def test_what_swims_around_something_is_above_and_below_it_too(seed):
    *fish, boat = arranged_many([("fish", 5), ("submarine", 1)], [(0, "around", 1)], seed)
    assert min(each.bottom for each in fish) <= boat.bottom - boat.height / 2
    assert max(each.bottom for each in fish) > boat.bottom


@pytest.mark.parametrize("seed", range(4))
def test_three_kinds_of_things_of_which_two_belong_together_stand_in_two_rows(seed):
    things = [("child", 2), ("snowman", 1), ("dog", 1)]
    sprites = arranged_many(things, [(0, "next to", 1)], seed)
    assert all(sprite.height >= 10 for sprite in sprites if sprite.thing < 2)
    assert sprites[-1].bottom >= max(sprite.bottom for sprite in sprites[:-1]) + 4


@pytest.mark.parametrize("seed", range(4))
def test_the_arch_of_a_rainbow_is_over_who_is_before_it(seed):
    unicorn, rainbow = arranged(["unicorn", "rainbow"], [(0, "in front of", 1)], seed)
    top = unicorn.bottom - unicorn.height
    assert rainbow.bottom - rainbow.height < top < rainbow.bottom


@pytest.mark.parametrize("seed", range(4))
def test_a_teacher_stands_behind_a_row_of_children(seed):
    teacher, *children = arranged_many([("man", 1), ("child", 3)], [], seed)
    assert teacher.bottom < children[0].bottom and teacher.height > 12
    assert all(child.height >= 12 for child in children)
    *cats, dog = arranged_many([("cat", 4), ("dog", 1)], [], seed)
    assert all(overlap(cat, dog) == 0 for cat in cats), "more than a row of them is not hidden"


@pytest.mark.parametrize("seed", range(6))
def test_a_boat_is_where_what_is_on_the_shore_hides_least_of_it(seed):
    scene = Scene((Thing("mountain"), Thing("boat")), setting="lake")
    boat, mountain = Layout(aspect).arrange(scene, random.Random(seed))
    assert boat.thing == 1 and overlap(boat, mountain) <= 0.6 * boat.width


@pytest.mark.parametrize("seed", range(4))
def test_a_mill_stands_between_the_tulips_behind(seed):
    scene = Scene((Thing("windmill"), Thing("tulip", 5)), setting="field")
    mill, *tulips = Layout(lambda code: 0.75).arrange(scene, random.Random(seed))
    front = max(tulip.bottom for tulip in tulips)
    behind = [tulip for tulip in tulips if tulip.bottom < front]
    assert behind and all(overlap(tulip, mill) <= 2 for tulip in behind)


@pytest.mark.parametrize("seed", range(4))
def test_the_small_stand_before_the_large_each_on_a_line(seed):
    barn, horse, *chickens = arranged_many([("barn", 1), ("horse", 1), ("chicken", 3)], [], seed)
    assert {chicken.bottom for chicken in chickens} == {chickens[0].bottom}
    assert all(chicken.bottom > max(barn.bottom, horse.bottom) for chicken in chickens)
    assert overlap(barn, horse) == 0 and barn.height >= 12


@pytest.mark.parametrize("seed", range(8))
def test_balloons_in_the_sky_do_not_hide_each_other(seed):
    things = tuple(Thing("balloon", colour=c) for c in ("red", "blue", "yellow", "green"))
    scene = Scene(things, setting="sky")
    sprites = Layout(lambda code: 0.8).arrange(scene, random.Random(seed))
    pairs = [(a, b) for a in sprites for b in sprites if a.thing < b.thing]
    assert all(overlap(a, b) <= 2 or abs(a.bottom - b.bottom) >= a.height * 0.7 for a, b in pairs)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("names", [("fork", "knife", "spoon"), ("dog", "cat", "horse")])
def test_three_things_on_paper_hide_little_of_each_other(names, seed):
    sprites = arranged(list(names), [], seed)
    pairs = [(a, b) for a in sprites for b in sprites if a.thing < b.thing]
    assert all(overlap(a, b) == 0 or abs(a.bottom - b.bottom) >= a.height * 0.7 for a, b in pairs)
    assert min(sprite.height for sprite in sprites) >= 8


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_corn_stand_behind_a_farmer(seed):
    things = (Thing("farmer"), Thing("tractor"), Thing("corn", 5))
    scene = Scene(things, setting="field")
    sprites = Layout(aspect).arrange(scene, random.Random(seed))
    corn = max(sprite.bottom for sprite in sprites if sprite.thing == 2)
    assert all(sprite.bottom > corn for sprite in sprites if sprite.thing < 2)


@pytest.mark.parametrize("seed", range(4))
def test_trees_by_a_lake_stand_on_its_shore(seed):
    scene = Scene((Thing("tree", 4),), setting="lake")
    trees = Layout(aspect).arrange(scene, random.Random(seed))
    assert {tree.bottom for tree in trees} == {trees[0].bottom}
    assert trees[0].bottom > 19, "in no water"


@pytest.mark.parametrize("seed", range(2))
def test_stars_alone_are_strewn_over_the_sky(seed):
    scene = Scene((Thing("star", 5, size="tiny"),), setting="desert", time="night")
    stars = Layout(aspect).arrange(scene, random.Random(seed))
    assert max(star.bottom for star in stars) <= 12 and len({s.bottom for s in stars}) > 2


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_hidden_behind_a_row_of_what_is_wide(seed):
    things = (Thing("elephant", 2), Thing("monkey"), Thing("tree"))
    scene = Scene(things, (Relation(1, "next to", (2,)),), setting="river")
    sprites = Layout(lambda code: 1.2).arrange(scene, random.Random(seed))
    place = next(n for n, sprite in enumerate(sprites) if sprite.thing == 1)
    monkey, after = sprites[place], sprites[place + 1 :]
    left, top, right, bottom = map(int, monkey.box)
    hidden = sum(
        any(e.box[0] <= x < e.box[2] and e.box[1] <= y < e.box[3] for e in after if e.thing == 0)
        for x in range(left, right)
        for y in range(top, bottom)
    )
    assert hidden <= 0.7 * monkey.width * monkey.height


def test_what_is_by_a_lake_stands_otherwise_with_another_seed():
    scene = Scene((Thing("house"), Thing("boat")), setting="lake")
    layout = Layout(load_collage().renderer.aspect)
    found = [layout.arrange(scene, random.Random(seed)) for seed in range(24)]
    places = [sorted((sprite.thing, sprite.box) for sprite in each) for each in found]
    assert len({str(each) for each in places}) >= 4


@pytest.mark.parametrize("seed", range(4))
def test_smoke_is_one_heap_at_the_foot_of_a_rocket_and_behind_a_car(seed):
    layout = load_collage().layout
    for name, way in (("rocket", "below"), ("car", "next to")):
        scene = Scene((Thing(name), Thing("puff of smoke", 3)), (Relation(1, way, (0,)),))
        sprites = layout.arrange(scene, random.Random(seed))
        goes = next(sprite for sprite in sprites if sprite.thing == 0)
        puffs = [sprite for sprite in sprites if sprite.thing == 1]
        high, *low = sorted(puffs, key=lambda s: s.bottom)
        assert min(s.left for s in low) < high.left < max(s.left for s in low)
        rear = 1 if not goes.mirrored else -1
        middle = sum(s.middle for s in puffs) / 3
        assert (middle - goes.middle) * rear > 0
        assert (high.bottom - high.height >= goes.bottom - 2) == (way == "below")


@pytest.mark.parametrize("name", ["bubbles", "trumpet", "flute", "saxophone"])
@pytest.mark.parametrize("seed", range(2))
def test_what_is_blown_is_beside_the_mouth_not_at_the_hip(name, seed):
    layout = load_collage().layout
    scene = Scene((Thing("girl"), Thing(name)), (Relation(0, "holding", (1,)),))
    girl, blown = sorted(layout.arrange(scene, random.Random(seed)), key=lambda s: s.thing)
    mouth = girl.bottom - 0.66 * girl.height
    assert blown.bottom - blown.height <= mouth <= blown.bottom
    assert blown.bottom <= girl.bottom - 0.05 * girl.height
    assert abs(blown.middle - girl.middle) > 0.4 * girl.width


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("names", [("campfire", "tent"), ("elephant", "car"), ("boat", "bench")])
def test_what_is_behind_something_stands_no_farther_than_the_ground_reaches(names, seed):
    things = tuple(map(Thing, names))
    scene = Scene(things, (Relation(0, "in front of", (1,)),), "field")
    front, behind = (
        next(
            s for s in Layout(lambda code: 0.9).arrange(scene, random.Random(seed)) if s.thing == n
        )
        for n in (0, 1)
    )
    assert behind.bottom <= front.bottom <= behind.bottom + 8


@pytest.mark.parametrize("seed", range(6))
def test_the_head_of_who_hides_is_beside_what_hides_it(seed):
    hedgehog, mushroom = arranged(["hedgehog", "mushroom"], [(0, "behind", 1)], seed)
    assert hedgehog.mirrored == (hedgehog.middle > mushroom.middle), "it faces left unmirrored"
