"""What is at a part of another thing stands there; parts are painted where the drawing has them."""

import random

import numpy as np
import pytest

from maskgil.nano.rendering.art import Art
from maskgil.nano.rendering.renderer import Renderer
from maskgil.nano.world.arranging.spots import spot_of
from maskgil.nano.world.clusters import Sprite
from maskgil.nano.world.drawn.regions import parts_told, region_of
from maskgil.nano.world.nouns import noun
from maskgil.nano.world.scene import SPOTS, Relation, Scene, Thing
from maskgil.utils.assets import ASSETS

SEEDS = range(8)


@pytest.fixture(scope="module")
def renderer():
    return Renderer(Art(ASSETS / "nano"), size=192)


def placed(renderer, who, name, whole, seed, count=1):
    scene = Scene((Thing(who, count), Thing(whole)), (Relation(0, name, (1,)),))
    sprites = renderer.layout.arrange(scene, random.Random(seed))
    (target,) = (sprite for sprite in sprites if sprite.thing == 1)
    return [sprite for sprite in sprites if sprite.thing == 0], target


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("whole", ["pirate", "man", "wizard", "scarecrow"])
def test_who_is_on_a_shoulder_is_beside_the_head(renderer, whole, seed):
    (bird,), man = placed(renderer, "parrot", "on the shoulder of", whole, seed)
    assert abs(bird.middle - man.middle) > man.width / 5
    assert man.box[1] + 0.3 * man.height < bird.bottom < man.box[1] + 0.6 * man.height
    assert bird.height <= man.height / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_each_tower_has_a_flag(renderer, seed):
    flags, castle = placed(renderer, "red flag", "on the towers of", "castle", seed, count=3)
    assert len({flag.left for flag in flags}) == len(flags)
    assert all(flag.bottom < castle.box[1] + castle.height / 3 for flag in flags)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("whole", ["house", "cabin", "car", "bus"])
def test_of_who_looks_out_of_a_window_no_more_than_the_head_is_seen_there(renderer, whole, seed):
    (girl,), house = placed(renderer, "girl", "in the window of", whole, seed)
    assert girl.part[0] == 0
    assert girl.part[1] < 0.6
    assert girl.part[1] * girl.height + girl.box[1] < house.bottom - house.height / 5
    if whole in ("house", "cabin"):  # whose window is to the right of the door
        assert girl.middle > house.middle


@pytest.mark.parametrize("whole", ["tower", "lighthouse", "clock tower"])
def test_who_looks_out_of_a_tower_is_large_enough_to_be_known(renderer, whole):
    for seed in SEEDS:
        (looks,), tower = placed(renderer, "princess", "in the window of", whole, seed)
        assert tower.height >= 18
        assert looks.part[1] * looks.height >= 2.5


@pytest.mark.parametrize("seed", SEEDS)
def test_who_gets_in_stands_at_the_door(renderer, seed):
    (man,), house = placed(renderer, "man", "at the door of", "house", seed)
    assert man.middle < house.middle
    assert abs(man.bottom - house.bottom) <= 1


@pytest.mark.parametrize("seed", SEEDS)
def test_several_at_one_counter_are_apart(renderer, seed):
    things = (Thing("apple", 2), Thing("pear", 2), Thing("market stall"))
    told = tuple(Relation(n, "on the counter of", (2,)) for n in (0, 1))
    scene = Scene(things, told)
    sprites = renderer.layout.arrange(scene, random.Random(seed))
    fruit = [sprite for sprite in sprites if sprite.thing != 2]
    assert len({sprite.left for sprite in fruit}) == len(fruit)


@pytest.mark.parametrize("name", SPOTS)
def test_every_spot_is_on_some_drawing(name):
    wholes = (
        "man", "dog", "castle", "house", "bicycle", "market stall", "sailboat", "car", "staircase",
        "pickup truck", "branch", "whole pizza", "shirt",
    )  # fmt: skip
    assert any(spot_of(name, noun(whole)) for whole in wholes)


PAINTED = [
    ("house", "red doored"), ("dog", "black eared"), ("cupcake", "blue iced"),
    ("robot", "red eyed"), ("ambulance", "blue lit"), ("horse", "white maned"),
    ("house", "green shuttered"), ("boat", "blue hulled"), ("church", "green roofed"),
    ("horse", "rainbow maned"), ("unicorn", "green maned"), ("house", "blue chimneyed"),
    ("cabin", "blue chimneyed"), ("sandcastle", "yellow flagged"), ("castle", "green flagged"),
    ("tower", "green flagged"), ("sailboat", "blue sailed"), ("kite", "red tailed"),
    ("teapot", "blue lidded"), ("lighthouse", "green roofed"), ("scarecrow", "red hatted"),
    ("girl", "purple shoed"), ("ship", "yellow flagged"), ("boat", "blue flagged"),
    ("sailing ship", "red sailed"), ("pirate ship", "red sailed"), ("airplane", "green winged"),
    ("fairy", "red winged"), ("donkey", "red eared"), ("cup", "green handled"),
    ("axe", "yellow handled"), ("barn", "blue roofed"), ("basket", "blue handled"),
    ("bird", "red winged"), ("cat", "white breasted"), ("christmas tree", "blue baubled"),
    ("handbag", "green handled"), ("gift", "blue ribboned"), ("mosque", "red domed"),
    ("parrot", "blue winged"), ("scuba diver", "red tanked"), ("cake", "brown sponged"),
    ("swimmer", "red capped"),
    ("squirrel", "blue tailed"), ("sunflower", "blue centered"),
    ("teddy bear", "black eared"), ("tree", "white trunked"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "state"), PAINTED)
def test_a_part_alone_is_painted(renderer, name, state):
    sprite = Sprite(0, noun(name).art[0], 4, 20, *renderer.layout.nearest(noun(name).art[0], 16))
    plain, painted = (
        renderer.drawings(Scene((thing,)), [sprite], (24, 24)).astype(int)
        for thing in (Thing(name), Thing(name, state=state))
    )
    changed = np.abs(plain - painted).max(-1) > 40
    rows, columns = np.nonzero(changed)
    assert len(rows) > 8
    ((_, part),) = parts_told(state)
    region = region_of(name, part)
    boxes = (*region.boxes, *region.ovals)
    _, _, wide, tall = renderer._fitted(sprite)
    left = 4 * 8 + (sprite.width * 8 - wide) / 2
    top = 20 * 8 - tall
    lower, right = max(box[3] for box in boxes), max(box[2] for box in boxes)
    assert rows.min() > top + min(box[1] for box in boxes) * tall - 4
    assert rows.max() < top + lower * tall + 4
    assert columns.min() > left + min(box[0] for box in boxes) * wide - 4
    assert columns.max() < left + right * wide + 4


def test_a_part_goes_with_the_drawing_in_a_mirror(renderer):
    code = noun("horse").art[0]
    size = renderer.layout.nearest(code, 16)
    pictures = [
        renderer.drawings(
            Scene((Thing("horse", state="white maned"),)),
            [Sprite(0, code, 4, 20, *size, mirrored=turned)],
            (24, 24),
        )[:, 32 : 32 + size[0] * 8]
        for turned in (False, True)
    ]
    assert np.abs(pictures[0].astype(int) - pictures[1][:, ::-1]).mean() < 2


@pytest.mark.parametrize("seed", SEEDS)
def test_trees_and_lamps_stand_beside_a_road_and_who_drives_is_on_it(renderer, seed):
    things = (Thing("car"), Thing("tree", 3), Thing("street lamp"))
    sprites = renderer.layout.arrange(Scene(things, setting="road"), random.Random(seed))
    feet = {name: [s.bottom for s in sprites if s.thing == n] for n, name in enumerate("ctl")}
    assert max(feet["t"] + feet["l"]) <= 17 < min(feet["c"])


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_in_a_jar_is_seen_within_it(renderer, seed):
    scene = Scene((Thing("cookie", 5), Thing("jar")), (Relation(0, "in", (1,)),))
    sprites = renderer.layout.arrange(scene, random.Random(seed))
    (jar,) = (sprite for sprite in sprites if sprite.thing == 1)
    cookies = [sprite for sprite in sprites if sprite.thing == 0]
    assert sprites.index(jar) < min(map(sprites.index, cookies))
    assert all(jar.left <= s.left and s.left + s.width <= jar.left + jar.width for s in cookies)
    assert all(jar.box[1] < s.box[1] and s.bottom <= jar.bottom for s in cookies)


def test_two_parts_have_each_its_colour(renderer):
    code = noun("house").art[0]
    sprite = Sprite(0, code, 4, 20, *renderer.layout.nearest(code, 16))

    def changed(state: str) -> np.ndarray:
        told = [Scene((Thing("house", state=each),)) for each in (None, state)]
        plain, painted = (renderer.drawings(s, [sprite], (24, 24)).astype(int) for s in told)
        return np.abs(plain - painted).max(-1) > 40

    door, roof = changed("blue doored"), changed("green roofed")
    both = changed("blue doored green roofed")
    assert door.any() and roof.any() and not (door & roof).any()
    for part in (door, roof):
        assert (part & both).sum() > 0.9 * part.sum()
