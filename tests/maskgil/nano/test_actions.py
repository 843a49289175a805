"""What is done has its place: at the mouth, before the chest, in the air, at the feet; the sky."""

import random

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.carried.grips import grips
from maskgil.nano.world.arranging.drawn_by import code_of
from maskgil.nano.world.arranging.placing import EDGE
from maskgil.nano.world.clusters import GRID, Sprite
from maskgil.nano.world.layout import Layout
from maskgil.nano.world.nouns import ALIVE, noun
from maskgil.nano.world.scene import Scene

SEEDS = range(4)


def aspect(code: str) -> float:
    """People are tall, trains and bridges wide, all else is square."""
    tall = code[0] in "👦👧👨👩🧒" or code.startswith(
        ("svg:boy", "svg:girl", "svg:woman", "svg:man")
    )
    return 0.5 if tall else 2.0 if code == "svg:bridge" else 1.0


def arranged(text: str, seed: int) -> tuple[Scene, list[Sprite]]:
    scene = read_scene(text).scene
    return scene, Layout(aspect).arrange(scene, random.Random(seed))


def pair(text: str, seed: int) -> tuple[Sprite, Sprite, list[int]]:
    """The first thing, the second, and the order in which things are drawn."""
    _, sprites = arranged(text, seed)
    first, second = (next(s for s in sprites if s.thing == thing) for thing in (0, 1))
    return first, second, [sprite.thing for sprite in sprites]


def middle(sprite: Sprite) -> float:
    return sprite.left + sprite.width / 2


@pytest.mark.parametrize(
    "text",
    [
        "a bowl of soup with a spoon",
        "two cups and a teapot",
        "a fire truck with a ladder",
        "a bicycle next to a brick wall",
        "a girl with an umbrella",
        "a man, a dog and a cat",
        "two children flying a kite on the beach",
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_things_side_by_side_keep_clear_of_the_pictures_edges(text, seed):
    _, sprites = arranged(text, seed)
    assert all(s.left >= EDGE and s.left + s.width <= GRID - EDGE for s in sprites)
    assert max(max(s.width, s.height) for s in sprites) >= 8


@pytest.mark.parametrize("seed", SEEDS)
def test_an_umbrella_is_over_the_head_its_handle_in_the_hand(seed):
    girl, umbrella, order = pair("a girl holding an umbrella", seed)
    assert order.index(1) < order.index(0)  # no face is behind it
    assert umbrella.box[1] < girl.box[1]
    assert girl.box[1] < umbrella.bottom < girl.bottom
    assert umbrella.left <= middle(girl) <= umbrella.left + umbrella.width
    assert girl.left <= middle(umbrella) <= girl.left + girl.width + 1


@pytest.mark.parametrize(
    "text",
    [
        "a giraffe wearing a scarf",
        "a zebra with a hat",
        "a duck wearing sunglasses",
        "an elephant wearing a crown",
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_who_is_seen_from_the_side_wears_it_at_the_head_not_on_the_back(text, seed):
    animal, worn, _ = pair(text, seed)
    ahead = animal.left + animal.width * (0.65 if animal.mirrored else 0.35)
    assert (middle(worn) > ahead) if animal.mirrored else (middle(worn) < ahead)
    assert worn.width < 0.6 * animal.width
    assert worn.bottom < animal.bottom - 0.3 * animal.height


@pytest.mark.parametrize("seed", SEEDS)
def test_a_kite_flies_beside_and_above_the_heads(seed):
    _, sprites = arranged("two boys flying a kite", seed)
    (kite,) = (s for s in sprites if s.thing == 1)
    boys = [s for s in sprites if s.thing == 0]
    assert kite.box[1] < min(boy.box[1] for boy in boys)
    assert kite.bottom < min(boy.box[1] + boy.height / 2 for boy in boys)
    assert all(kite.left + kite.width <= b.left or b.left + b.width <= kite.left for b in boys)


@pytest.mark.parametrize("text", ["a dog catching a frisbee", "a boy throwing a ball"])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_caught_is_in_the_air_near_the_head(text, seed):
    doer, thing, _ = pair(text, seed)
    assert doer.box[1] <= thing.box[1] and thing.bottom < doer.bottom - doer.height * 0.3
    assert not thing.stands
    assert min(abs(thing.left - doer.box[2]), abs(thing.box[2] - doer.left)) <= 1


@pytest.mark.parametrize("text", ["a boy playing football", "a boy kicking a ball"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_football_is_at_the_feet_and_far_smaller_than_who_plays(text, seed):
    boy, ball, _ = pair(text, seed)
    assert ball.bottom == boy.bottom
    assert ball.height <= boy.height / 2


@pytest.mark.parametrize(
    "text", ["a woman hitting a volleyball", "a girl playing volleyball", "a boy hits a balloon"]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_ball_that_is_hit_is_higher_than_who_hits_it(text, seed):
    scene, sprites = arranged(text, seed)
    assert [each.name for each in scene.relations] == ["hitting"]
    doer, ball = (next(s for s in sprites if s.thing == n) for n in (0, 1))
    assert ball.box[1] < doer.box[1] and not ball.stands
    (grip,) = grips(scene, sprites)
    assert (sprites[grip[0]], sprites[grip[1]]) == (doer, ball)


@pytest.mark.parametrize(
    "text",
    ["two men playing volleyball", "two boys playing soccer", "two girls throwing a ball",
     "two children playing basketball",
        "two kittens playing with a ball of wool",
        "two puppies playing with a ball",],
)  # fmt: skip
@pytest.mark.parametrize("seed", SEEDS)
def test_two_who_play_have_the_ball_between_them(text, seed):
    _, sprites = arranged(text, seed)
    left, right = sorted((s for s in sprites if s.thing == 0), key=middle)
    (ball,) = (s for s in sprites if s.thing == 1)
    assert abs(middle(left) + middle(right) - 2 * middle(ball)) <= 1
    assert left.bottom == right.bottom and left.left + left.width < right.left


def test_a_batter_has_the_bat_that_is_drawn_and_the_ball_in_the_air():
    found = read_scene("a baseball player hitting a ball with a bat")
    assert found.left_out == ()
    player, ball = sorted(arranged("a baseball player hitting a ball with a bat", 0)[1],
                          key=lambda sprite: sprite.thing)  # fmt: skip
    assert player.code == "svg:baseball-player" and ball.bottom < player.bottom


@pytest.mark.parametrize("text", ["a dog catching a frisbee in the air", "a boy playing soccer"])
def test_what_is_in_the_air_tells_no_place(text):
    found = read_scene(text)
    assert found.scene.setting != "sky" and found.left_out == ()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_read_is_seen_before_the_chest(seed):
    woman, book, order = pair("a woman reading a book", seed)
    assert order.index(1) > order.index(0)
    assert woman.box[1] + woman.height * 0.3 < book.box[1] < book.bottom <= woman.bottom
    assert abs(middle(book) - middle(woman)) <= 1


@pytest.mark.parametrize("held", ["baby", "cat"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_baby_is_in_the_arms(held, seed):
    woman, baby, order = pair(f"a woman holding a {held}", seed)
    assert order.index(1) > order.index(0)
    assert abs(middle(baby) - middle(woman)) <= 1
    assert woman.box[1] + woman.height * 0.3 < baby.box[1] and baby.bottom < woman.bottom


@pytest.mark.parametrize("text", ["a woman eating a banana", "a rabbit eating a carrot"])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_eaten_is_at_the_mouth(text, seed):
    eater, food, order = pair(text, seed)
    assert order.index(1) > order.index(0)
    mouth = eater.box[1] + eater.height * (0.55 if "rabbit" in text else 0.36)
    assert food.box[1] - 2 <= mouth <= food.bottom + 1
    assert eater.left < food.box[2] and food.left < eater.box[2]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rainbow_is_whole_behind_what_it_is_with(seed):
    for text in ("a castle and a rainbow", "a castle on a hill with a rainbow"):
        castle, rainbow, order = pair(text, seed)
        assert order[0] == 1
        assert EDGE <= rainbow.box[1] < castle.box[1]
        assert rainbow.left >= EDGE and rainbow.box[2] <= GRID - EDGE
        assert rainbow.height >= 12


@pytest.mark.parametrize("seed", SEEDS)
def test_the_sun_is_high_in_a_corner_and_no_larger_than_a_house(seed):
    house, sun, _ = pair("a house and a sun", seed)
    assert sun.box[1] <= EDGE
    assert sun.left <= EDGE or sun.box[2] >= GRID - EDGE
    assert sun.height <= 8 < house.height


def test_candles_are_small_on_a_large_cake():
    for seed in SEEDS:
        cake, candle, _ = pair("a birthday cake with five candles", seed)
        assert cake.height >= 12
        assert candle.height <= cake.height / 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a man on a bench", "svg:man|seated"),
        ("a man next to a bench", "svg:man"),
        ("a train crossing a bridge", "🚂"),
        ("a train", "🚆"),
        ("a bird flying over a car", "svg:bird"),
        ("a bird in the sky", "svg:bird"),
        ("a bird on a car", "svg:bird-2"),
    ],
)
def test_a_drawing_is_chosen_by_how_its_thing_stands(text, code):
    scene = read_scene(text).scene
    assert code_of(scene.things[0], scene, 0) == code


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("a woman walking her dog", "next to"),
        ("a dragon breathing fire", "breathing"),
        ("a girl playing the guitar", "holding"),
        ("a girl playing tennis", "holding"),
        ("a boy flying an airplane", "in"),
        ("a bear eating a fish", "eating"),
    ],
)
def test_actions_are_read_as_what_a_picture_shows_of_them(text, relation):
    assert [each.name for each in read_scene(text).scene.relations] == [relation]


@pytest.mark.parametrize(
    ("text", "things", "relations"),
    [
        ("four boys on scooters", ["4 boy", "4 scooter"], ["0 riding 1"]),
        ("two women with umbrellas", ["2 woman", "2 umbrella"], ["0 holding 1"]),
        ("three men with two dogs", ["3 man", "2 dog"], []),
        ("a girl pulling her brother in a sled", ["1 girl", "1 boy", "1 sled"], ["1 in 2"]),
        ("a man pushing a dog in a stroller", ["1 man", "1 dog", "1 stroller"], ["1 in 2"]),
        ("a stork in the reeds", ["1 stork", "2 reed"], ["0 between 1"]),
        ("a dog in a bush", ["1 dog", "1 bush"], ["0 behind 1"]),
        ("a bee in a flower", ["1 bee", "1 flower"], ["0 in 1"]),
        ("a fireman spraying water on a bus", ["1 firefighter", "1 bus"], ["0 next to 1"]),
        ("a boy in a puddle", ["1 boy", "1 puddle"], ["0 on 1"]),
        ("a girl riding a horse through the flowers", ["1 girl", "1 horse", "2 flower"],
         ["0 riding 1"]),
        ("two men playing cricket", ["2 man", "1 cricket bat"], ["0 holding 1"]),
        ("a man sawing wood", ["1 man", "1 saw"], ["0 holding 1"]),
        ("the sun shines into the kitchen, and a cat", ["1 cat"], []),
        ("a dog in an armchair", ["1 dog", "1 armchair"], ["0 on 1"]),
        ("a woman at a bus stop with an umbrella", ["1 woman", "1 bus stop", "1 umbrella"],
         ["0 next to 1", "0 holding 2"]),
        ("a study that is empty except for a dog", ["1 dog", "1 bookshelf"], []),
        ("nobody is at the beach except two girls", ["2 girl"], []),
        ("a park except two girls", [], []),
        ("a man selling apples", ["1 man", "4 apple", "1 market stall"],
         ["0 behind 2", "1 on the counter of 2"]),
        ("a skater", ["1 boy", "1 skateboard"], ["0 riding 1"]),
        ("a skater on the ice", ["1 boy", "1 ice skate"], ["0 wearing 1"]),
        ("a cleaner", ["1 woman", "1 broom"], []),
        ("the evening train", ["1 train"], []),
    ],
)  # fmt: skip
def test_what_belongs_to_whom(text, things, relations):
    scene = read_scene(text).scene
    found = [f"{thing.count} {thing.noun}" for thing in scene.things]
    assert found[: len(things)] == things and (things or not found)
    told = {f"{r.subject} {r.name} {i}" for r in scene.relations for i in r.objects}
    assert set(relations) <= told and "0 riding 1" not in told - set(relations)


def test_what_is_snowy_and_what_is_flat():
    hill = read_scene("a sled on a snowy hill").scene
    assert "snow" in (hill.setting, hill.weather)
    assert read_scene("a sheep beside a snowy road").scene.weather == "snow"
    street = read_scene("a snowy street").scene
    assert (street.setting, street.weather) == ("street", "snow")
    assert read_scene("a car with a flat tyre").scene.style == "3d"
    assert read_scene("a car, flat").scene.style == "flat"


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_of_several_rides_one_of_their_own(count, seed):
    _, sprites = arranged(f"{count} boys on bicycles", seed)
    riders, mounts = ([s for s in sprites if s.thing == thing] for thing in (0, 1))
    assert len(riders) == len(mounts) == count
    own = {min(range(count), key=lambda n: abs(middle(mounts[n]) - middle(rider))
               + abs(mounts[n].bottom - rider.bottom)) for rider in riders}  # fmt: skip
    assert len(own) == count
    for rider in riders:
        near = min(
            mounts, key=lambda m: abs(middle(m) - middle(rider)) + abs(m.bottom - rider.bottom)
        )
        assert abs(middle(near) - middle(rider)) <= 2 and near.bottom - near.height < rider.bottom


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", ["an owl on a barn", "a dog on a house", "a star on a church"])
def test_what_is_on_a_building_is_small_and_over_its_gable(text, seed):
    upper, building, _ = pair(text, seed)
    assert max(upper.width, upper.height) <= 0.6 * max(building.width, building.height)
    assert abs(middle(upper) - middle(building)) <= 1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("text", ["five dogs on the beach", "six boys on the beach"])
def test_nobody_of_many_on_the_beach_stands_in_the_sea(text, seed):
    _, sprites = arranged(text, seed)
    assert min(sprite.bottom for sprite in sprites) > 14


@pytest.mark.parametrize(
    ("text", "held"),
    [("a boy catching a butterfly with a net", "fishing net"),
     ("a man catching a fish with a fishing rod", "fishing rod"),
     ("a boy kicking a ball with a hat", "hat")],
)  # fmt: skip
def test_what_goes_with_a_catch_is_the_catchers(text, held):
    scene = read_scene(text).scene
    (owner,) = (each.subject for each in scene.relations
                if scene.things[each.objects[0]].noun == held)  # fmt: skip
    assert owner == 0


@pytest.mark.parametrize(
    "text",
    ["a boy playing catch with his dog", "a boy playing football with his father",
     "a man playing volleyball with a woman", "a girl throwing a frisbee to a dog"],
)  # fmt: skip
@pytest.mark.parametrize("seed", SEEDS)
def test_who_plays_with_somebody_has_the_ball_between_them(text, seed):
    scene, sprites = arranged(text, seed)
    living = [n for n, thing in enumerate(scene.things) if noun(thing.noun).category in ALIVE]
    one, other = (next(s for s in sprites if s.thing == n) for n in living)
    ball = next(s for s in sprites if s.thing not in living)
    assert min(middle(one), middle(other)) < middle(ball) < max(middle(one), middle(other))


def test_two_who_play_with_rackets_have_one_each():
    scene = read_scene("a woman playing badminton with her daughter").scene
    held = [(each.subject, scene.things[each.objects[0]].noun) for each in scene.relations
            if each.name == "holding"]  # fmt: skip
    assert len({who for who, _ in held}) == len(held) == 2
    assert {what for _, what in held} == {"badminton racket"}
