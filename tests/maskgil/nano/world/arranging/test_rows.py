"""Copies of one thing: each is seen, evenly spaced, on one of its own where there are as many."""

import itertools
import random

import pytest

from maskgil.nano.reader.reader import KINDS, read_scene
from maskgil.nano.world.arranging.rows import parted, ring, squeezed
from maskgil.nano.world.clusters import Sprite, extent
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.scene import Relation, Scene, Thing
from tests.helpers.arranged_scenes import aspect

FREE = 0.66  # of a copy's width, what the next one in its row leaves free
BUNCHED = 0.5  # the same where a line of so many would not fit into the picture
LONG = 7  # copies of which a line fits


def rows(sprites: list[Sprite]) -> list[list[Sprite]]:
    found = [[s for s in sprites if s.bottom == low] for low in {s.bottom for s in sprites}]
    return [sorted(row, key=lambda sprite: sprite.left) for row in found]


def least_free(sprites: list[Sprite]) -> float:
    """Of the copies of a row, the smallest share that the next one leaves free."""
    pairs = [pair for row in rows(sprites) for pair in itertools.pairwise(row)]
    return min(((b.left - a.left) / a.width for a, b in pairs), default=1.0)


@pytest.mark.parametrize("count", range(2, 11))
@pytest.mark.parametrize("aspect", [0.5, 0.8, 1.0, 1.7])
@pytest.mark.parametrize(
    ("relation", "other"),
    [
        (None, None),
        (None, "chicken"),
        (None, "house"),
        ("in front of", "chicken"),
        ("in front of", "tree"),
        ("around", "table"),
        ("around", "tree"),
        ("under", "chicken"),
        ("under", "tree"),
        ("on", "fence"),
        ("on", "table"),
        ("on", "iceberg"),
        ("behind", "fence"),
        ("next to", "house"),
    ],
)
def test_no_copy_is_half_over_the_next_one_in_its_row(relation, other, aspect, count):
    things = (Thing("chick", count), *([Thing(other)] if other else []))
    scene = Scene(things, (Relation(0, relation, (1,)),) if relation else ())
    for seed in range(2):
        sprites = Layout(lambda code: aspect).arrange(scene, random.Random(seed))
        chicks = [sprite for sprite in sprites if sprite.thing == 0]
        assert len(chicks) == count
        assert least_free(chicks) >= (FREE if count <= LONG or relation != "on" else BUNCHED)


@pytest.mark.parametrize("container", ["basket", "boat", "bowl", "bucket"])
@pytest.mark.parametrize("count", [2, 3])
def test_who_is_in_a_container_with_others_is_within_it_and_seen(container, count):
    scene = Scene((Thing("kitten", count), Thing(container)), (Relation(0, "in", (1,)),))
    for seed in range(4):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        kittens = [sprite for sprite in sprites if sprite.thing == 0]
        around = extent(sprite for sprite in sprites if sprite.thing == 1)
        assert least_free(kittens) >= FREE
        left, _, right, _ = extent(kittens)
        assert around[0] - 1 <= left and right <= around[2] + 1


@pytest.mark.parametrize("count", range(2, 11))
@pytest.mark.parametrize("width", [4, 6, 8])
@pytest.mark.parametrize("room", [6, 12, 18])
def test_what_is_squeezed_is_as_wide_as_the_room_and_evenly_spaced(count, width, room):
    line = [Sprite(0, "a", place * (width + 2), 0, width, width) for place in range(count)]
    closer = squeezed(line, room)
    steps = {b.left - a.left for a, b in itertools.pairwise(closer)}
    assert len(steps) == 1 and all(step.is_integer() for step in map(float, steps))
    assert steps.pop() >= BUNCHED * width
    if count * width <= room:
        left, _, right, _ = extent(closer)
        assert right - left <= room


def test_rows_that_are_squeezed_stay_rows():
    line = [Sprite(0, "a", place * 6, low, 4, 4) for low in (0, 4) for place in range(4)]
    closer = squeezed(line, 14)
    assert [len(row) for row in rows(closer)] == [4, 4]
    assert extent(closer)[2] - extent(closer)[0] <= 14


@pytest.mark.parametrize("across", [2, 3])
@pytest.mark.parametrize("width", [4, 6])
def test_who_is_before_something_leaves_it_free(across, width):
    front = [Sprite(0, "a", x * width, low, width, 6) for low in (20, 24) for x in range(across)]
    found = parted(front, (9, 8, 15, 20))
    assert found is not None and len(found) == len(front)
    for sprite in found:
        if sprite.bottom < 24:
            assert sprite.box[2] <= 9 + 2 or sprite.box[0] >= 15 - 2
    assert least_free(found) >= 1


def test_who_has_no_room_beside_what_they_are_before_stays_in_rows():
    front = [Sprite(0, "a", x * 6, low, 6, 6) for low in (20, 24) for x in range(4)]
    assert parted(front, (8, 8, 18, 20)) is None


@pytest.mark.parametrize("count", range(1, 11))
@pytest.mark.parametrize("floats", [False, True])
def test_all_of_a_ring_are_somewhere_else(count, floats):
    copies = [Sprite(0, "a", 0, 0, 4, 4)] * count
    back, front = ring(copies, (8, 8, 16, 18), 0.4, floats=floats)
    assert len({(sprite.left, sprite.bottom) for sprite in back + front}) == count
    assert all(sprite.bottom <= 18 for sprite in back)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "text", ["a house surrounded by trees", "a tower surrounded by wolves",
             "a windmill surrounded by red tulips", "a church surrounded by sunflowers"],
)  # fmt: skip
def test_what_surrounds_a_building_stands_on_the_ground_about_it(text: str, seed: int) -> None:
    found = _sprites(text, seed)
    (building,) = found[0]
    assert min(each.bottom for each in found[1]) >= building.bottom - 2
    assert min(each.left for each in found[1]) < building.left
    assert max(each.left + each.width for each in found[1]) > building.left + building.width
    places = sorted(each.middle for each in found[1])
    assert all(b - a >= 0.4 * found[1][0].width for a, b in itertools.pairwise(places))


@pytest.mark.parametrize(
    "text", ["four pigs in the mud", "five kittens on a rug", "three frogs in a puddle"]
)
def test_several_on_what_lies_flat_are_in_two_rows(text: str) -> None:
    found = _sprites(text)
    (ground,) = found[1]
    lower, upper = sorted({each.bottom for each in found[0]}, reverse=True)
    assert ground.bottom - ground.height < upper < lower <= ground.bottom
    assert len({each.middle for each in found[0]}) == len(found[0]), "none is behind another"


@pytest.mark.parametrize(
    ("what", "container", "least"),
    [
        ("cherries", "bowl", 0.7),
        ("apple", "bowl", 0.7),
        ("bread", "basket", 0.7),
        ("pencil", "cup", 0.7),
        ("puppy", "basket", 0.6),
        ("cactus", "flower pot", 0.7),
        ("rose", "vase", 0.7),
        ("sunflower", "bucket", 0.7),
    ],
)
def test_what_is_in_a_container_is_seen(what, container, least):
    scene = Scene((Thing(what), Thing(container)), (Relation(0, "in", (1,)),))
    for seed in range(4):
        sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(seed))
        inside = next(sprite for sprite in sprites if sprite.thing == 0)
        holder = max((s for s in sprites if s.thing == 1), key=lambda sprite: sprite.height)
        assert inside.part[1] >= least
        assert max(inside.width, inside.height) >= holder.width / 2


@pytest.mark.parametrize(("plant", "pot"), [("cactus", "flower pot"), ("tulip", "vase")])
def test_a_plant_is_about_as_large_as_its_pot(plant, pot):
    scene = Scene((Thing(plant), Thing(pot)), (Relation(0, "in", (1,)),))
    sprites = Layout(lambda code: 1.0).arrange(scene, random.Random(0))
    inside, holder = (next(s for s in sprites if s.thing == index) for index in (0, 1))
    assert 0.85 * holder.height <= inside.height <= 1.4 * holder.height


def _sprites(text: str, seed: int = 0) -> dict[int, list[Sprite]]:
    found: dict[int, list[Sprite]] = {}
    for sprite in Layout(aspect).arrange(read_scene(text).scene, random.Random(seed)):
        found.setdefault(sprite.thing, []).append(sprite)
    return found


@pytest.mark.parametrize(
    "text", ["three cats in three baskets", "five dogs on five chairs", "four eggs in four nests"]
)
def test_each_has_its_own(text: str) -> None:
    found = _sprites(text)
    for one in found[0]:
        under = {
            (each.left, each.bottom) for each in found[1]
            if each.left < one.middle < each.left + each.width
            and each.bottom - each.height <= one.bottom <= each.bottom
        }  # fmt: skip
        assert len(under) == 1
    assert len({(one.left, one.bottom) for one in found[0]}) == len(found[0])


def test_what_lies_on_a_desk_is_no_wider() -> None:
    found = _sprites("a desk with a laptop, a lamp, a cup of coffee, a book and an apple")
    desk = found.pop(0)[0]
    laid = [sprite for several in found.values() for sprite in several]
    assert min(s.left for s in laid) >= desk.left - 1
    assert max(s.left + s.width for s in laid) <= desk.left + desk.width + 1


def test_eight_kinds_of_things_are_drawn() -> None:
    reading = read_scene("a cat, a dog, a cow, a pig, a duck, a horse, a goat, a hen and a sheep")
    assert len(reading.scene.things) == KINDS == 8
    assert reading.left_out == ("sheep",)
