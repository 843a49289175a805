"""Several things told in one utterance, of what stands and of what is new."""

import pytest

from maskgil.nano.dialogue.fragments import roles_at
from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.reader.lexicon import lexicon
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from tests.maskgil.nano.dialogue.stands import check, outcome_of

ORCHARD = "a baker and a hut in a garden"


@pytest.mark.parametrize(
    ("said", "stands", "moved"),
    [
        ("the baker on the left and a goat on the right",
         "a baker, a hut and a goat in a garden", -12),
        ("the baker is on the right, two goats on the left",
         "a baker, a hut and two goats in a garden", 12),
        ("move the baker to the left and a goat to the right",
         "a baker, a hut and a goat in a garden", -4),
        ("the hut red and a goat next to it", "a baker and a goat next to a red hut in a garden",
         None),
        ("turn the hut orange and the goat white", "a baker, an orange hut and a white goat in a "
         "garden", None),
    ],
)  # fmt: skip
def test_what_stands_is_told_anew_and_what_is_new_comes_too(said, stands, moved):
    check(ORCHARD, [said], stands)
    shifts = outcome_of(ORCHARD, said)[0].change.shifts
    assert shifts.get(0) == (moved and (moved, 0))


def test_what_is_spoken_of_as_known_and_is_not_there_is_another_picture():
    outcome, _ = outcome_of("a cat in the kitchen", "the baker on the left and a goat on the right")
    assert outcome.action == "new"
    assert {thing.noun for thing in read_scene(outcome.wish).scene.things} == {"goat", "baker"}


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a hut on a farm at night", "snow instead of night",
         "a hut on a farm while it is snowing"),
        ("a hut on a farm at night", "instead of the night a sunset", "a hut on a farm at sunset"),
        ("a hut on a farm at night", "day rather than night", "a hut on a farm"),
        ("a hut on a farm at night", "a goat instead of the night", "a hut and a goat on a farm"),
        ("a hut on a farm in the rain", "sun rather than rain", "a hut on a farm"),
        ("a hut on a farm in the rain", "night in place of rain", "a hut on a farm at night"),
        ("a hut on a farm", "fog rather than sun", "a hut on a farm in the fog"),
        ("a hut and a sun on a farm", "a cloud instead of the sun", "a hut and a cloud on a farm"),
        ("a hut and a goat on a farm", "fog instead of the goat", "a hut on a farm in the fog"),
        ("a goat on a beach", "instead of the beach a desert", "a goat in the desert"),
    ],
)  # fmt: skip
def test_what_comes_instead_of_weather_time_and_place(wish, said, stands):
    check(wish, [said], stands)


def test_what_several_stand_to_is_one():
    check("a robot and a clown", ["put them all next to a tree and a pond"],
          "a robot next to a tree, a clown next to the tree and a pond")  # fmt: skip


BENCH = "a goat on a bench in the park"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (BENCH, "put the goat not on the bench but under it", "a goat under a bench in the park"),
        (BENCH, "the goat is next to the bench instead of on it",
         "a goat next to a bench in the park"),
        (BENCH, "under the bench, not on it", "a goat under a bench in the park"),
        (BENCH, "not a goat but a pig", "a pig on a bench in the park"),
        (BENCH, "I want not a goat but a pig", "a pig on a bench in the park"),
        (BENCH, "not in the park but on a farm", "a goat on a bench on a farm"),
        (BENCH, "not only a goat but also a pig", "a goat on a bench and a pig in the park"),
        ("a red bus and a hut", "make the bus not red but blue", "a blue bus and a hut"),
        ("a red bus", "blue, not red", "a blue bus"),
        ("two goats", "not two goats but three", "three goats"),
        ("a goat on a farm at night", "it should not be night but sunset",
         "a goat on a farm at sunset"),
        ("a goat and a pig", "not the pig but the goat bigger", "a big goat and a pig"),
    ],
)  # fmt: skip
def test_not_this_but_that(wish, said, stands):
    check(wish, [said], stands)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("two boats", "the boats should not be red", "two blue boats"),
        ("two boats", "I don't want them red", "two blue boats"),
        ("two boats", "paint them anything but red", "two blue boats"),
        ("two boats", "not red please", "two blue boats"),
        ("two boats", "don't paint the boats red", "two blue boats"),
        ("two blue boats", "the boats shouldn't be blue", "two boats"),
        ("two boats", "add a car, but not red", "two boats and a blue car"),
        ("two boats", "add a car but not a red one", "two boats and a car"),
        ("a dog and a cat", "a wolf, not a dog", "a wolf and a cat"),
        ("a dog and a cat", "I said a wolf, not a dog", "a wolf and a cat"),
        ("a dog and a cat", "that's not a dog, that's a wolf", "a wolf and a cat"),
        ("two dogs", "not dogs, wolves", "two wolves"),
        ("two dogs", "three wolves, not dogs", "three wolves"),
        ("a dog and a cat", "not the dog, is the wolf", "a wolf and a cat"),
        ("a dog and a cat", "not a dog, is a wolf", "a wolf and a cat"),
        ("a dog and a cat", "not a dog a wolf", "a wolf and a cat"),
        ("a red apple and a cat", "not red, green", "a green apple and a cat"),
        ("a red apple and a cat", "not red, I want blue", "a blue apple and a cat"),
        (
            "a cat and two red apples",
            "the apples should not be red, green",
            "a cat and two green apples",
        ),
        ("a girl holding a red balloon", "not red but blue", "a girl holding a blue balloon"),
    ],
)
def test_not_so_but_otherwise(wish, said, stands):
    check(wish, [said], stands)


@pytest.mark.parametrize(
    ("wish", "text", "copy"),
    [
        ("two huts in a field", "the second hut blue", 1),
        ("two huts in a field", "make the first hut blue", 0),
        ("three dogs", "the second dog black", 1),
        ("three dogs", "the last dog is bigger", 2),
    ],
)
def test_copies_are_told_apart_by_their_number(wish, text, copy):
    scene = somewhere(read_scene(wish).scene)
    change = interpret(text, scene, ()).change
    assert [thing.count for thing in change.after.things] == [scene.things[0].count - 1, 1]
    assert change.copies == {1: (copy,)}


def test_a_phrase_is_looked_for_no_farther_than_the_longest_reaches(monkeypatch):
    """999 characters took 25 s."""
    words = ["hot", "air", "balloon"] + ["cat"] * 300
    looked_up = []
    match = lexicon().match
    monkeypatch.setattr(
        lexicon(),
        "match",
        lambda texts, at, end: looked_up.append(len(texts)) or match(texts, at, end),
    )
    assert roles_at(words, 0)[0] == 3 and roles_at(words, 2)[0] == 3
    assert max(looked_up) <= lexicon().longest < 20


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a cat", ["draw a dog instead"], "a dog"),
        ("a cat and a tree", ["draw rather a dog"], "a dog and a tree"),
        ("a cat and a tree", ["rather a dog"], "a dog and a tree"),
        ("a cat", ["make it a dog instead"], "a dog"),
        ("a cat", ["add a dog", "make it a wolf instead"], "a cat and a wolf"),
        ("a house and a car", ["draw a bus instead"], "a house and a bus"),
        ("a cat", ["draw a lion rather than a cat"], "a lion"),
        ("a cat", ["turn it into a black lion"], "a black lion"),
        ("a cat", ["turn it into two lions"], "two lions"),
        ("a bench in the park", ["turn the bench into some chairs"], "three chairs in the park"),
        ("a house and two children", ["no children, rather a dog"], "a house and a dog"),
        ("a house and two children", ["remove the children, draw a dog"], "a house and a dog"),
        ("a house and two children", ["they shouldn't be there"], "a house"),
        ("a monkey and a tree", ["make the monkey smaller, no, bigger"], "a big monkey and a tree"),
        ("a man with a cap", ["the man should be bigger"], "a big man with a cap"),
        ("two balloons in the sky", ["some yellow balloons"], "two yellow balloons in the sky"),
        ("a cat and a box", ["put the cat into the box"], "a cat in a box"),
        ("a cat", ["put the cat into a box"], "a cat in a box"),
        ("a cat", ["change it to a lion"], "a lion"),
        ("a frog", ["it turns into a prince"], "a prince"),
    ],
)
def test_what_is_drawn_instead(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize(
    "said", ["open the door", "close the window", "flip the picture", "mow the lawn", "mirror it"]
)
def test_orders_that_no_picture_shows_are_no_wishes(said):
    outcome, _ = outcome_of("a house and a dog", said)
    assert (outcome.action, len(outcome.left_out)) == ("none", 1)


@pytest.mark.parametrize(("said", "count"), [("count the ducks", 3), ("count them", 3)])
def test_things_are_counted_and_no_more_drawn(said, count):
    outcome, _ = outcome_of("three ducks", said)
    assert (outcome.action, outcome.remarks[0].kind, outcome.remarks[0].count) == (
        "none", "counted", count,
    )  # fmt: skip


def test_nobody_becomes_what_several_are_to_each_other():
    outcome, _ = outcome_of("a lion and a mouse", "make them friends")
    assert (outcome.action, outcome.left_out) == ("none", ("friends",))


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a blue car", "another red car", "a blue car and a red car"),
        ("a blue car", "one more, a red one", "a blue car and a red car"),
        ("a blue car", "one more, but red", "a blue car and a red car"),
        ("two red cars", "one more, but blue", "two red cars and a blue car"),
        ("a blue car", "another car, red", "a blue car and a red car"),
        ("a blue car in the street", "another car behind it, red",
         "a red car behind a blue car in the street"),
        ("an apple on a table", "two more green apples",
         "an apple on a table and two green apples on the table"),
        ("a girl holding a red balloon", "another blue balloon",
         "a girl holding a red balloon and a blue balloon"),
    ],
)  # fmt: skip
def test_another_that_looks_otherwise_comes_beside_the_first(wish, said, stands):
    check(wish, [said], stands)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a man and three pigeons", "make them white, and he should wear a blue coat",
         "a man wearing a blue coat and three white pigeons"),
        ("a girl and a cat", "the cat is black and she wears a red hat",
         "a girl wearing a red hat and a black cat"),
    ],
)  # fmt: skip
def test_what_is_told_of_two_is_told_of_each(wish, said, stands):
    check(wish, [said], stands)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("five candles and a cake", ["the cake should be pink", "remove two"],
         "three candles and a pink cake"),
        ("five candles and a cake", ["the cake should be pink", "only two"],
         "two candles and a pink cake"),
        ("a boat on a lake", ["two more, but smaller"], "a boat and two small boats on a lake"),
        ("a robot and a teddy bear", ["remove the robot", "put a doll there instead"],
         "a doll and a teddy bear"),
        ("a robot and a teddy bear", ["remove the robot", "a doll instead"],
         "a doll and a teddy bear"),
        ("a pirate and a parrot", ["on the left there should be a chest"],
         "a pirate, a parrot and a chest"),
        ("a girl wearing a red hat next to a fire truck", ["not red, green"],
         "a girl wearing a green hat next to a fire truck"),
    ],
)  # fmt: skip
def test_what_is_meant_is_what_can_be(wish, said, stands):
    check(wish, said, stands)
