"""The world's scenes: drawn from their numbers, arranged as their relations say, captioned."""

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("resvg_py")

from maskgil.nano.dataset import WorldSource
from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.arranging.sizes.cell_sizes import SIZES, VAST
from maskgil.nano.world.arranging.views import views
from maskgil.nano.world.captions import canonical, caption
from maskgil.nano.world.clusters import GRID, SLOT
from maskgil.nano.world.inflection import plural
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import load_nouns
from maskgil.nano.world.sampler import GENEVAL, SceneSampler, is_held_out
from maskgil.nano.world.scene import WEATHERS, Relation, Scene, Thing
from maskgil.nano.world.settings import PLACES, place

ART = Path(__file__).parents[3] / "fixtures" / "art"
NAMES = ("table", "bench", "bowl", "willow", "lamp", "boat", "mug", "fork", "lighthouse")


@pytest.fixture(scope="module")
def source() -> WorldSource:
    sampler = SceneSampler(nouns=tuple(n.name for n in load_nouns() if _drawn_here(n)))
    return WorldSource(Renderer(Art(ART)), sampler, seed=3)


def _drawn_here(noun) -> bool:
    return all(code.startswith("svg:") for code in noun.art)


def boxes(scene: Scene, seed: int) -> dict[int, tuple[int, int, int, int]]:
    """The outline of each thing's sprites in cells."""
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
    found: dict[int, tuple[int, int, int, int]] = {}
    for sprite in sprites:
        a, b = found.get(sprite.thing, sprite.box), sprite.box
        found[sprite.thing] = (min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3]))
    return found


def test_the_world_is_large_and_knows_all_of_genevals_classes():
    nouns = load_nouns()
    assert len(nouns) >= 1000
    assert len(GENEVAL) == 80 and {noun.name for noun in nouns} >= GENEVAL
    words = [word for noun in nouns for word in (noun.name, *noun.synonyms)]
    assert len(words) == len(set(words))


def test_a_number_gives_the_same_scene_and_picture(source):
    alone = source.example(17)
    source.example(4)
    again = source.example(17)
    assert alone.scene == again.scene
    assert alone.caption == again.caption == source.caption(17)
    assert np.array_equal(alone.pixels, again.pixels)
    assert alone.pixels.shape == (192, 192, 3)


def test_another_seed_arranges_the_scene_anew(source):
    scene = Scene((Thing("bench"), Thing("willow")), (), "park")
    pictures = [source.renderer.draw(scene, seed) for seed in range(4)]
    differ = [np.abs(a.astype(int) - pictures[0]).mean() for a in pictures[1:]]
    assert min(differ) > 5


def test_things_stay_in_the_picture():
    sampler = SceneSampler()
    layout = Layout(lambda code: 0.4 + (len(code) % 5) * 0.4)
    for number in range(300):
        scene = sampler.scene(number)
        sprites = layout.arrange(scene, random.Random(number))
        shown = {sprite.thing for sprite in sprites}
        assert shown == set(range(len(scene.things)))
        for sprite in sprites:
            left, top, right, bottom = sprite.box
            assert left > -right + left and right > 0 and left < GRID and bottom > 0 and top < GRID


@pytest.mark.parametrize("frame", [(24, 16), (12, 24), (10, 10), (20, 7)])
def test_things_stay_in_the_frame_that_is_filled(frame):
    sampler, sizes = SceneSampler(), []
    layout = Layout(lambda code: 0.5 + (len(code) % 3) * 0.5, frame)
    for number in range(100):
        things = sampler.scene(number).things[:1]
        (first, *_), many = layout.arrange(Scene(things), random.Random(number)), things[0].count
        left, top, right, bottom = first.box
        assert (left >= 0 and right <= frame[0]) or first.width > frame[0]
        assert (top >= 0 and bottom <= frame[1]) or first.height > frame[1]
        sizes.append(max(first.width, first.height) if many == 1 else 0)
    assert max(sizes) >= 0.75 * min(frame)


@pytest.mark.parametrize(
    ("relation", "holds"),
    [
        ("left of", lambda a, b: a[2] <= b[0] + 1),
        ("right of", lambda a, b: a[0] >= b[2] - 1),
        ("above", lambda a, b: a[3] <= b[1] + 1),
        ("below", lambda a, b: a[1] >= b[3] - 1),
        ("on", lambda a, b: b[1] - 1 <= a[3] <= b[3]),
        ("under", lambda a, b: a[1] > b[1]),
        ("in", lambda a, b: a[0] >= b[0] - 2 and a[2] <= b[2] + 2 and a[3] <= b[3]),
    ],
)
def test_relations_hold(relation, holds):
    for seed in range(12):
        found = boxes(Scene((Thing("mug"), Thing("bowl")), (Relation(0, relation, (1,)),)), seed)
        assert holds(found[0], found[1]), (relation, seed, found)


def test_seeds_show_both_sides_of_what_faces_one():
    layout = Layout(lambda code: 1.0)
    scene = Scene((Thing("horse"), Thing("cat")), (Relation(0, "left of", (1,)),))
    sides = {name: set() for name in ("horse", "cat")}
    for seed in range(12):
        horse, cat = sorted(layout.arrange(scene, random.Random(seed)), key=lambda s: s.thing)
        assert horse.box[2] <= cat.box[0] + 1, "what is to the left stays there"
        sides["horse"].add(horse.mirrored)
        sides["cat"].add(cat.mirrored)
    assert sides == {"horse": {False, True}, "cat": {False, True}}
    clocks = [layout.arrange(Scene((Thing("clock"),)), random.Random(s))[0] for s in range(12)]
    assert not any(sprite.mirrored for sprite in clocks), "digits are never mirrored"


@pytest.mark.parametrize(
    ("worn", "first", "last"),
    [("hat", -0.5, 0.3), ("scarf", 0.25, 0.85), ("tie", 0.3, 0.95)],
)
def test_what_is_worn_is_where_it_is_worn(worn, first, last):
    scene = Scene((Thing("bear"), Thing(worn)), (Relation(0, "wearing", (1,)),))
    for seed in range(6):
        bear, item = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        middle = (item.box[1] + item.box[3]) / 2
        assert first <= (middle - bear.box[1]) / bear.height <= last
        assert all(float(side).is_integer() for side in item.box), "the tokens of its reference"


@pytest.mark.parametrize("relation", ["on", "in"])
def test_several_things_have_their_place_side_by_side(relation):
    things = (Thing("mug"), Thing("lamp"), Thing("apple", 2), Thing("basket"))
    scene = Scene(things, tuple(Relation(i, relation, (3,)) for i in range(3)))
    for seed in range(6):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        boxes = sorted(sprite.box for sprite in sprites if sprite.thing < 3)
        assert len(boxes) == 4
        for left, right in itertools.pairwise(boxes):
            assert left[2] <= right[0] + 1


@pytest.mark.parametrize("count", range(4, 11))
def test_what_is_heaped_on_a_plate_lies_on_it_and_is_seen(count):
    scene = Scene((Thing("apple", count), Thing("plate")), (Relation(0, "on", (1,)),))
    plate, *apples = Layout(lambda code: 1.0).arrange(scene, random.Random(count))
    assert len(apples) == count
    for number, apple in enumerate(apples):
        assert plate.box[0] - SLOT <= apple.box[0] and apple.box[2] <= plate.box[2] + SLOT
        cells = {(x, y) for x in range(24) for y in range(24) if _covers(apple, x, y)}
        hidden = {cell for cell in cells if any(_covers(a, *cell) for a in apples[number + 1 :])}
        assert len(hidden) <= 0.6 * len(cells)


def _covers(sprite, x: int, y: int) -> bool:
    left, top, right, bottom = sprite.box
    return left <= x < right and top <= y < bottom


@pytest.mark.parametrize("name", ["table", "dining table", "chair", "stool"])
def test_who_is_under_a_table_stands_whole_between_its_legs(name):
    scene = Scene((Thing("dog"), Thing(name)), (Relation(0, "under", (1,)),))
    for seed in range(6):
        table, dog = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        assert (table.thing, dog.thing) == (1, 0), "nothing of the table is before it"
        assert table.bottom == dog.bottom and table.stands
        assert table.box[0] <= dog.box[0] and dog.box[2] <= table.box[2]
        assert dog.height <= 0.7 * table.height


@pytest.mark.parametrize("roof", ["table", "bed", "tree", "umbrella", "bench", "sofa", "car"])
@pytest.mark.parametrize("counts", [{"dog": 1, "cat": 1}, {"dog": 3}, {"cat": 2, "gift": 1}])
def test_things_under_another_stand_abreast_and_are_whole(roof, counts):
    things = [Thing(name, count) for name, count in counts.items()]
    over = len(things)
    scene = Scene(
        (*things, Thing(roof)), tuple(Relation(index, "under", (over,)) for index in range(over))
    )
    for seed in range(6):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        shelter = next(sprite for sprite in sprites if sprite.thing == over)
        below = [sprite for sprite in sprites if sprite.thing != over]
        assert len(below) == sum(counts.values())
        assert sprites.index(shelter) == 0, "nothing of it is before what is under it"
        for left, right in itertools.pairwise(sorted(below, key=lambda sprite: sprite.left)):
            assert left.box[2] <= right.box[0]
        for sprite in below:
            assert max(sprite.width, sprite.height) >= 6
            assert shelter.box[1] + shelter.height * 0.25 <= sprite.box[1]
            assert sprite.bottom >= shelter.bottom
        middle = (min(s.box[0] for s in below) + max(s.box[2] for s in below)) / 2
        assert abs(middle - (shelter.box[0] + shelter.box[2]) / 2) <= SLOT


def test_gaps_are_given_up_before_drawings_are_small():
    scene = Scene((Thing("sheep"), Thing("cow", 2)), (Relation(0, "between", (1,)),))
    for seed in range(6):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        assert min(sprite.height for sprite in sprites) >= 6
        for left, right in itertools.pairwise(sorted(sprites, key=lambda sprite: sprite.left)):
            assert left.box[2] <= right.box[0]


def test_shoes_stand_on_both_feet_turned_outward():
    scene = Scene((Thing("bald man"), Thing("roller skate", 2)), (Relation(0, "wearing", (1,)),))
    girl, left, right = Layout(lambda code: 0.5 if "👨" in code else 1.6).arrange(
        scene, random.Random(0)
    )
    assert left.bottom == right.bottom == girl.bottom and left.box[2] <= right.box[0] + 1
    assert left.mirrored and not right.mirrored


@pytest.mark.parametrize("count", [6, 7, 8])
@pytest.mark.parametrize("setting", ["field", "pond", "farm"])
def test_crowds_are_large_enough_to_be_made_out_and_stand_on_the_ground(count, setting):
    for seed in range(6):
        scene = Scene((Thing("sheep", count),), setting=setting)
        crowd = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        assert {sprite.width for sprite in crowd} == {8}
        assert min(sprite.bottom for sprite in crowd) >= place(setting).horizon


@pytest.mark.parametrize(
    "scene",
    [
        Scene((Thing("hot air balloon", 2),), setting="lake"),
        Scene((Thing("helicopter"),), setting="city"),
        Scene((Thing("hot air balloon"), Thing("horse")), setting="field"),
    ],
)
def test_what_flies_is_over_the_horizon_or_little_below_it(scene):
    lowest = place(scene.setting).horizon + 2
    for seed in range(20):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        flying = [sprite.box for sprite in sprites if sprite.thing == 0]
        foot = max(box[3] for box in flying)
        assert foot <= lowest or min(box[1] for box in flying) <= 1, "no higher place"


def test_what_lies_in_two_rows_is_seen_in_both():
    scene = Scene((Thing("apple", 6), Thing("basket")), (Relation(0, "in", (1,)),))
    for seed in range(6):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        front = sprites[-1]  # the container's lower part
        rim = front.bottom - front.height * (1 - front.part[0])
        for apple in (sprite for sprite in sprites if sprite.thing == 0):
            assert rim - apple.box[1] >= 0.3 * apple.height


@pytest.mark.parametrize("count", range(1, 11))
def test_counts_are_drawn_apart(count):
    scene = Scene((Thing("mug", count),))
    for seed in range(5):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        assert len(sprites) == count
        cells: set[tuple[int, int]] = set()
        for sprite in sprites:
            left, top, right, bottom = sprite.box
            mine = {(x, y) for x in range(left, right) for y in range(top, bottom)}
            assert len(mine & cells) <= 0.2 * len(mine)
            cells |= mine


def test_a_drawing_always_has_the_same_tokens():
    sampler, shapes = SceneSampler(), set()
    for number in range(300):
        scene = sampler.scene(number, seed=9)
        carried = {r.objects[0] for r in scene.relations if r.name in ("wearing", "holding")}
        for sprite in Layout(lambda code: 1.0).arrange(scene, random.Random(number)):
            if sprite.thing not in carried and scene.things[sprite.thing].noun not in views():
                assert all(side % SLOT == 0 for side in (sprite.width, sprite.height)), scene
                assert all(corner == int(corner) for corner in (sprite.left, sprite.bottom))
                shapes.add((sprite.width, sprite.height))
    assert set(SIZES) <= {max(shape) for shape in shapes} <= {*SIZES, *VAST, GRID}


def test_styles_textures_and_weather_change_the_picture(source):
    things = (Thing("mug", colour="blue"),)
    plain = source.renderer.draw(Scene(things, (), "park"), 1).astype(int)
    for change in (
        {"style": "flat"}, {"style": "pencil sketch"}, {"style": "pixel art"},
        {"style": "watercolour"}, {"style": "silhouette"}, {"weather": "rain"},
        {"weather": "snow"}, {"weather": "fog"}, {"weather": "storm"}, {"time": "night"},
        {"things": (Thing("mug", texture="golden"),)}, {"things": (Thing("mug", texture="glass"),)},
    ):  # fmt: skip
        scene = Scene(**{"things": things, "setting": "park", **change})
        assert np.abs(source.renderer.draw(scene, 1) - plain).mean() > 1, change


def test_a_share_of_the_scenes_shows_places_alone_in_every_light_and_weather():
    whole, some = SceneSampler(scenery=1.0), SceneSampler(scenery=0.5)
    scenes = [whole.scene(number) for number in range(9000)]
    assert not any(scene.things for scene in scenes)
    seen = {(scene.setting, scene.time) for scene in scenes}
    assert seen == {(name, time) for name, where in PLACES.items() for time in where.times}
    assert {scene.weather for scene in scenes} == set(WEATHERS)
    bare = sum(not some.scene(number).things for number in range(1000))
    assert 430 < bare < 570
    assert all(SceneSampler().scene(number).things for number in range(200))


def test_held_out_scenes_are_never_sampled():
    assert not any(is_held_out(SceneSampler().scene(number)) for number in range(200))
    assert all(is_held_out(SceneSampler(held_out=True).scene(number)) for number in range(20))


def test_what_is_named_for_a_colour_keeps_its_name_in_another():
    assert canonical(Scene((Thing("orange", 1, "blue"),))) == "a blue orange"
    assert canonical(Scene((Thing("red flag", 1, "blue"),))) == "a blue flag"


def test_captions_say_things_colours_counts_and_setting():
    scene = Scene(
        (Thing("mug", 3, "red"), Thing("table")), (Relation(0, "on", (1,)),), "kitchen", "night",
        style="flat",
    )  # fmt: skip
    assert canonical(scene) == "three red mugs on a table in the kitchen at night, in flat style"
    for number in range(60):
        words = caption(scene, random.Random(number))
        assert "{" not in words and "  " not in words
        assert "3" in words or "three" in words.lower() or "hree" in words


def test_reader_and_writer_draw_the_same_scene():
    art = Art(ART)
    sampler = SceneSampler(nouns=NAMES, styles={"3d": 1.0})
    source = WorldSource(Renderer(art, size=384), sampler, reader=Renderer(art), seed=1)
    small, large = source.pictures(0, 2)
    assert small.shape == (2, 3, 192, 192) and large.shape == (2, 3, 384, 384)
    halved = large.reshape(2, 3, 192, 2, 192, 2).mean((3, 5))
    assert (halved - small).abs().mean() < 0.04


def test_everyday_things_are_drawn_oftener_than_oddities():
    sampler = SceneSampler(kinds={"single": 1.0})
    drawn = [sampler.scene(number).things[0].noun for number in range(2000)]
    shares = {noun.name: noun.share for noun in load_nouns()}
    common = sum(shares[name] >= 4 for name in drawn)
    odd = sum(shares[name] < 1 for name in drawn)
    assert common > 0.5 * len(drawn) and 0 < odd < 0.1 * len(drawn)


def test_the_plural_of_what_has_something_is_that_of_its_head():
    assert plural("window with a view") == "windows with a view"
