"""What is said in short, or corrected: "a black one", "no, a horse", "start over with a cat"."""

import pytest

from maskgil.nano.dialogue.edits import Edits
from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.dialogue.wording.ellipsis import with_nouns
from maskgil.nano.dialogue.wording.framing import asides_of
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import check, outcome_of

FARM = "a hut and two goats on a farm"
KITCHEN = "a cat and a lamp in the kitchen"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (FARM, ["add a pig", "no, a horse"], "a hut, two goats and a horse on a farm"),
        (FARM, ["a pig behind the hut", "hmm, no, I meant a horse"],
         "a hut, two goats and a horse behind the hut on a farm"),
        (FARM, ["add a pig", "a tractor instead"], "a hut, two goats and a tractor on a farm"),
        (FARM, ["add a pig", "no, three pigs"], "a hut, two goats and three pigs on a farm"),
        ("a pig on a farm", ["turn the pig into a cow", "no, a duck"], "a duck on a farm"),
        ("a pig on a chair", ["no, a duck"], "a duck on a chair"),
        (KITCHEN, ["give the cat a hat", "make the lamp red", "not the lamp, the hat"],
         "a cat wearing a red hat and a lamp in the kitchen"),
    ],
)  # fmt: skip
def test_a_correction_is_of_what_came_last(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a hut on a farm", ["I want four of those"], "four huts on a farm"),
        (FARM, ["one goat black"], "a hut, a goat and a black goat on a farm"),
        ("two fish", ["make one fish orange"], "a fish and an orange fish"),
        (FARM, ["the goats brown", "and let one be white"],
         "a hut, a brown goat and a white goat on a farm"),
        (FARM, ["the left goat should be black"], "a hut, a goat and a black goat on a farm"),
        (FARM, ["the hut in the middle should be red"], "a red hut and two goats on a farm"),
        (FARM, ["left goat black, right goat white"],
         "a hut, a black goat and a white goat on a farm"),
        (FARM, ["one goat black", "put them on a boat"],
         "a hut, a goat on a boat and a black goat on the boat on a farm"),
        ("three sheep in a field", ["a black sheep"], "two sheep and a black sheep in a field"),
        ("three people in a field", ["one of them is a pirate"],
         "two people and a pirate in a field"),
        (FARM, ["one black, one white"], "a hut, a black goat and a white goat on a farm"),
        (FARM, ["one goat black", "add a bench", "the black one bigger"],
         "a hut, a goat, a big black goat and a bench on a farm"),
        (FARM, ["it would be lovely if it were snowing, and throw in a bench"],
         "a hut, two goats and a bench on a farm while it is snowing"),
        (KITCHEN, ["cat black, lamp red"], "a black cat and a red lamp in the kitchen"),
        (KITCHEN, ["and a red next to the lamp"],
         "a cat and a red cat next to a lamp in the kitchen"),
        ("a king next to a queen", ["both with crowns"],
         "a king wearing a crown, a queen wearing a crown and the king next to the queen"),
        ("a cat in the kitchen", ["and one small next to it", "remove the big one"],
         "a small cat in the kitchen"),
        (KITCHEN, ["put a friend for the cat"], "two cats and a lamp in the kitchen"),
        ("a pig in the garden", ["give one friend"], "two pigs in the garden"),
        (KITCHEN, ["give the cat a friend"], "two cats and a lamp in the kitchen"),
    ],
)  # fmt: skip
def test_some_of_several(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a cat wearing a red hat", ["give it a black one"], "a cat wearing a black hat"),
        (KITCHEN, ["does the cat have a hat? then give it a red one"],
         "a cat wearing a red hat and a lamp in the kitchen"),
        (KITCHEN, ["where is the lamp? remove it"], "a cat in the kitchen"),
        (KITCHEN, ["she's got a hat and a scarf"],
         "a cat wearing a hat and the cat wearing a scarf and a lamp in the kitchen"),
        ("a cat in the kitchen", ["a chair too, a bit behind"],
         "a cat and a chair behind the cat in the kitchen"),
        ("a cat and two lamps in the kitchen", ["put it in the garden"],
         "a cat and two lamps in the garden"),
        (KITCHEN, ["way too big, that lamp"], "a cat and a small lamp in the kitchen"),
        ("a goat on a hill in the fog", ["clear the weather"], "a goat on a hill"),
        ("a goat on a hill in the rain", ["let it stop raining"], "a goat on a hill"),
        ("a goat on a hill", ["night with a full moon"], "a goat and a moon on a hill at night"),
        ("a goat on a hill", ["make it night with stars"], "a goat and stars on a hill at night"),
        ("an apple on a plate", ["three apples", "green ones"], "three green apples on a plate"),
        ("a cat in pencil", ["back to normal style"], "a cat"),
        ("a rose", ["in a vase"], "a rose in a vase on plain paper"),
        ("a cup on a chair", ["no wait, under the chair"], "a cup under a chair"),
        ("a red rose in a garden", ["yellow instead of red"], "a yellow rose in a garden"),
        ("a girl next to a tree", ["her hat purple"],
         "a girl wearing a purple hat and the girl next to a tree"),
        ("a goat on a hill", ["a kite in the sky"], "a goat and a kite on a hill"),
        ("a goat on a hill", ["rainbow"], "a goat and a rainbow on a hill"),
        ("a goat on a hill", ["on the left a tree"], "a goat and a tree on a hill"),
        ("a goat on a hill", ["mountains in the background"], "a goat and mountains on a hill"),
        (KITCHEN, ["the cat looks odd, make it a dog"], "a dog and a lamp in the kitchen"),
        (KITCHEN, ["there's no dog? ok add one"], "a cat, a lamp and a dog in the kitchen"),
        ("a tiger behind a bush in the jungle", ["swap bush and tiger"],
         "a bush behind a tiger in the jungle"),
        ("a frog on a hill", ["green hat"], "a frog wearing a green hat on a hill"),
        (KITCHEN, ["no rain please, only night"], "a cat and a lamp in the kitchen at night"),
        ("a goat on a hill in the rain", ["no rain please, only night"],
         "a goat on a hill at night"),
        ("a shop next to a baker", ["a goat next to him"],
         "a goat next to a baker and a shop next to the baker"),
        ("a goat on a hill", ["evening light"], "a goat on a hill at sunset"),
        ("a wizard in a castle", ["a cake in his hand"], "a wizard holding a cake in a castle"),
        ("a king and a queen in a garden", ["both of them should have hats"],
         "a king wearing a hat and a queen wearing a hat in a garden"),
        ("a cat and a skateboard in the city", ["the cat bigger", "put her on it"],
         "a big cat on a skateboard in the city"),
        ("an old man reading a newspaper", ["it isn't a newspaper, it's a book"],
         "an old man reading a book"),
        ("a goat on a hill", ["the goat is running off, take it out", "a hut"], "a hut on a hill"),
        ("a goat on a hill", ["goat should be black, and foggy weather"],
         "a black goat on a hill in the fog"),
        ("seven cups in a kitchen", ["too many"], "four cups in a kitchen"),
        ("a goat on a hill", ["plenty of umbrellas"], "a goat and seven umbrellas on a hill"),
        ("a goat", ["in a rocky desert with two cactuses"], "a goat and two cactuses in a desert"),
        (FARM, ["give the goats a friend, a white one"],
         "a hut, two goats and a white goat on a farm"),
        ("a turtle on a hill", ["with sunglasses"], "a turtle wearing sunglasses on a hill"),
        ("a cup on a table", ["two apples"], "a cup on a table and two apples"),
    ],
)  # fmt: skip
def test_what_is_said_in_short(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("start over with a dog", "a dog"), ("new picture: two birds", "two birds"),
        ("clear everything and draw a red car", "a red car"),
        ("I'd like a ship, you know, a small one, at night", "I'd like a small ship at night"),
    ],
)  # fmt: skip
def test_a_new_wish_is_what_is_told_behind(said, wish):
    scene = None if said.startswith("I'd") else read_scene(KITCHEN).scene
    outcome = interpret(said, scene)
    assert outcome.action == "new"
    assert read_scene(outcome.wish).scene == read_scene(wish).scene


@pytest.mark.parametrize("said", ["dog ball", "banana hat", "a dog and a ball", "car sky"])
def test_bare_nouns_never_replace_all_that_stands(said):
    outcome, _ = outcome_of(KITCHEN, said)
    assert outcome.action == "question"


@pytest.mark.parametrize("said", ["bring it all back", "I liked it better before",
                                  "remove the last thing"])  # fmt: skip
def test_other_words_for_undo(said):
    assert outcome_of(KITCHEN, said)[0].action == "undo"


def test_what_takes_away_is_no_correction():
    outcome, scene = outcome_of(FARM, "add a moon", "no goats")
    assert [thing.noun for thing in scene.things] == ["hut", "full moon"]
    outcome, scene = outcome_of(FARM, "that's a lot of goats")
    assert outcome.action == "none"


@pytest.mark.parametrize(
    "said",
    ["swap the lion and the giraffe", "swap the lion with the giraffe", "swap them around",
     "let the animals change places",
     "the other way round"],
)  # fmt: skip
def test_two_things_change_places(said):
    planner = Planner(load_collage())
    wish = "a lion and a giraffe in the savanna"
    arrangement = planner.first(read_scene(wish).scene, 1).arrangement
    outcome = interpret(said, arrangement.scene)
    swapped = planner.next(outcome.change, arrangement).arrangement
    middles = [
        [(box[0] + box[2]) / 2 for box in each.boxes()] for each in (arrangement, swapped)
    ]  # fmt: skip
    assert (middles[0][0] < middles[0][1]) != (middles[1][0] < middles[1][1])


def arranged(wish, *texts):
    """What lies where behind some utterances."""
    planner, focus, last = Planner(load_collage()), (), None
    arrangement = planner.first(somewhere(read_scene(wish).scene), 0).arrangement
    for text in texts:
        outcome = interpret(text, arrangement.scene, focus, last)
        last, focus = outcome.change, outcome.focus
        arrangement = planner.next(last, arrangement).arrangement
    return arrangement


def test_the_moon_rises_behind_all():
    arrangement = arranged("a house by a lake", "add a boat", "night with a full moon")
    assert arrangement.boxes()[2][3] <= 0.5
    assert arrangement.sprites[0].thing == 2


def test_what_comes_between_covers_neither_much():
    boxes = arranged("a king and a queen in a garden", "a fountain between them").boxes()
    left, right = sorted(boxes[:2])
    width = left[2] - left[0]
    assert left[2] - boxes[2][0] < width / 2 and boxes[2][2] - right[0] < width / 2
    assert abs(boxes[2][3] - left[3]) < 0.15, "on the same ground"


def test_the_one_at_a_side_is_taken_away():
    planner = Planner(load_collage())
    arrangement = planner.first(read_scene("three birds in the sky").scene, 3).arrangement
    stood = sorted(sprite.left for sprite in arrangement.sprites)
    outcome = interpret("remove the left one", arrangement.scene)
    left = planner.next(outcome.change, arrangement).arrangement.sprites
    assert sorted(sprite.left for sprite in left) == stood[1:]


def test_one_of_several_is_given_a_thing():
    _, scene = outcome_of(FARM, "the second one should wear a hat")
    assert sorted((t.noun, t.count) for t in scene.things) == [
        ("goat", 1), ("goat", 1), ("hat", 1), ("hut", 1)
    ]  # fmt: skip
    assert [each.name for each in scene.relations] == ["wearing"]


def test_who_rides_before_a_thing_rides_still():
    _, scene = outcome_of("a hut on a farm", "a knight on a horse in front of it")
    names = [thing.noun for thing in scene.things]
    told = {(r.name, names[r.subject], names[r.objects[0]]) for r in scene.relations}
    assert told == {("riding", "knight", "horse"), ("in front of", "horse", "hut")}


def test_nothing_stands_to_itself():
    edits = Edits(read_scene(KITCHEN).scene)
    edits.relate(0, "next to", [0])
    assert not edits.relations


def test_asides_and_nouns_of_one():
    assert asides_of(["is", "it", "big", "?", "yes"]) == (["is", "it", "big", "?"], ["yes"])
    assert with_nouns(["a", "dog", "and", "a", "black", "one"], ["cat"])[-1] == "dog"
    assert with_nouns(["two", "of", "one", "kind"], ["cat"]) == ["two", "of", "one", "kind"]


@pytest.mark.parametrize(("said", "place"), [("left", 0), ("right", 2), ("middle", 1)])
def test_the_one_at_a_side_is_the_one_that_stands_there(said, place):
    planner = Planner(load_collage())
    arrangement = planner.first(read_scene("three birds in the sky").scene, 3).arrangement
    stood = sorted(sprite.left for sprite in arrangement.sprites)
    outcome = interpret(f"make the {said} one red", arrangement.scene)
    arrangement = planner.next(outcome.change, arrangement).arrangement
    red = next(i for i, t in enumerate(arrangement.scene.things) if t.colour == "red")
    assert [s.left for s in arrangement.sprites if s.thing == red] == [stood[place]]


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (FARM, ["can the goats be black please"], "a hut and two black goats on a farm"),
        (FARM, ["make the hut red", "and could it be blue?"], "a blue hut and two goats on a farm"),
        (FARM, ["ugh, add a pig or something"], "a hut, two goats and a pig on a farm"),
        (FARM, ["let's have five goats actually"], "a hut and five goats on a farm"),
        ("two goats", ["that's too many, one is enough"], "a goat"),
        ("five kites and a drum", ["there are so many kites, two is enough"],
         "two kites and a drum"),
        ("two kites and a drum", ["make them all blue"], "two blue kites and a blue drum"),
        (FARM, ["it's a bit dull, could it be sunset"], "a hut and two goats on a farm at sunset"),
        (FARM, ["make it sunset, and the hut should be red"],
         "a red hut and two goats on a farm at sunset"),
        (FARM, ["make it night and the goats black"],
         "a hut and two black goats on a farm at night"),
        (FARM, ["add a boy", "make his hut green"],
         "a green hut, two goats and a boy on a farm"),
    ],
)  # fmt: skip
def test_wishes_are_said_loosely(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize("said", ["it's nice, thank you", "no, thanks", "that is dull, isn't it"])
def test_remarks_alone_change_nothing(said):
    outcome, scene = outcome_of(FARM, said)
    assert outcome.action not in ("change", "new")
    assert scene == somewhere(read_scene(FARM).scene)


def test_a_command_behind_a_remark_is_carried_out():
    assert outcome_of(FARM, "lol ok that's much better, can you save it")[0].action == "save"


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("0 goats", "a hut on a farm"),
        ("I want no goats", "a hut on a farm"),
        ("make it zero goats", "a hut on a farm"),
        ("-1 goat", "a hut and a goat on a farm"),
    ],
)
def test_none_and_fewer_than_none_take_away(said, stands):
    check(FARM, [said], stands)


@pytest.mark.parametrize(
    ("said", "left_out"),
    [("add -2 goats", "minus two goats"), ("add 2.5 pigs", "2.5"), ("make it 100 goats", "100"),
     ("make it no longer night", "no longer night")],
)  # fmt: skip
def test_amounts_that_cannot_be_are_said(said, left_out):
    outcome, _ = outcome_of(FARM, said)
    assert outcome.left_out == (left_out,)


@pytest.mark.parametrize(
    ("wish", "said", "pair"),
    [
        ("a house", "add a table and a cat under it", ("cat", "under", "table")),
        ("a cat and a sofa", "put a lamp next to the sofa and a dog under it",
         ("dog", "under", "sofa")),
        ("a cat and a table", "put a chair next to the table and a dog under it",
         ("dog", "under", "chair")),
        ("a cat and a tree", "put a bench next to the tree and a bird on it",
         ("bird", "on", "bench")),
        ("a house", "add a dog and a cow next to it", ("cow", "next to", "dog")),
    ],
)  # fmt: skip
def test_it_is_what_was_named_with_it(wish, said, pair):
    outcome, scene = outcome_of(wish, said)
    nouns = [thing.noun for thing in scene.things]
    pairs = [(nouns[r.subject], r.name, nouns[r.objects[0]]) for r in scene.relations]
    assert outcome.action == "change" and pair in pairs
    assert not any(pair[0] in each and each != pair for each in pairs)


SUNNY, RAIN = "a hut on a farm", "a hut on a farm in the rain"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (SUNNY, ["make the sky cloudy"], "a hut and two clouds on a farm"),
        (SUNNY, ["an overcast sky", "clear the sky"], SUNNY),
        (SUNNY, ["it should be cloudy"], "a hut and two clouds on a farm"),
        (SUNNY, ["I want a stormy sky"], "a hut on a farm in a storm"),
        (SUNNY, ["the sky should be foggy"], "a hut on a farm in the fog"),
        (SUNNY, ["make the weather bad"], RAIN),
        (SUNNY, ["darken the sky"], "a hut on a farm at night"),
        (SUNNY, ["the sky dark"], "a hut on a farm at night"),
        (SUNNY, ["let the sun go down"], "a hut on a farm at sunset"),
        (SUNNY, ["let fog roll in"], "a hut on a farm in the fog"),
        (RAIN, ["make the sky blue"], SUNNY),
        (RAIN, ["the sky should clear up"], SUNNY),
        (RAIN, ["make the rain stop"], SUNNY),
        (RAIN, ["clear the sky"], SUNNY),
        ("a hut on a farm at night", ["let the sun shine"], SUNNY),
        ("a hut on a farm at night", ["brighten the sky"], SUNNY),
    ],
)
def test_time_and_weather_are_told_of_the_sky(wish, said, stands):
    check(wish, said, stands)


def test_a_greeting_once_more_asks_for_nothing():
    assert outcome_of("a cat", "hello again")[0].action == "none"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a cat on a sofa and a dog", "swap the cat and the dog", "dog on sofa"),
        ("a boy riding a horse and a girl", "swap them", "girl riding horse"),
        ("a cat wearing a hat and a dog", "swap them", "cat wearing hat"),
    ],
)
def test_who_changes_places_is_where_the_other_was(wish, said, stands):
    planner = Planner(load_collage())
    arrangement = planner.first(somewhere(read_scene(wish).scene), 1).arrangement
    outcome = interpret(said, arrangement.scene)
    things, relations = outcome.change.after.things, outcome.change.after.relations
    assert [f"{things[each.subject].noun} {each.name} {things[each.objects[0]].noun}"
            for each in relations] == [stands]  # fmt: skip
    after = planner.next(outcome.change, arrangement).arrangement
    first, second = outcome.change.swapped
    assert after.boxes()[first] != arrangement.boxes()[first]
    assert after.boxes()[second] != arrangement.boxes()[second]


def test_two_colours_of_one_thing_are_no_two_things():
    assert with_nouns(["a", "black", "and", "yellow", "striped", "scarf"], []) == (
        ["a", "black", "and", "yellow", "striped", "scarf"]
    )
    assert with_nouns(["a", "dog", ",", "a", "black", "and", "a", "white", "one"], []) == (
        ["a", "dog", ",", "a", "black", "dog", "and", "a", "white", "dog"]
    )
