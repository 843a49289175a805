"""What is to stay, what is to go, and what an order was meant of."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.outcome import ALL_STEPS
from maskgil.nano.reader.reader import read_scene
from tests.maskgil.nano.dialogue.stands import check, outcome_of

BARN = "a red barn, two white barns and a horse"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (BARN, "remove all barns except the red one", "a red barn and a horse"),
        ("a goat and a cow", "add another goat but black", "a goat, a black goat and a cow"),
        ("a goat in the stable", "bring back the cow", "a goat and a cow in the stable"),
        ("a sofa in the living room", "put a photo on the wall",
         "a sofa and a picture frame in the living room"),
        (BARN, "remove all the barns but the white ones", "two white barns and a horse"),
        ("five ducks and a frog", "delete all ducks but two", "two ducks and a frog"),
        ("three houses and a tree", "make the houses green", "three green houses and a tree"),
        ("three houses and a tree", "remove all houses except one", "a house and a tree"),
        (BARN, "keep only the white barns", "two white barns"),
        ("a swan and a duck on a lake", "keep just the lake", "a lake"),
        ("a swan and a duck on a lake", "leave only the lake", "a lake"),
        ("a cow and a goat", "put the goat away", "a cow"),
        ("a cow and a goat", "put away the cow", "a goat"),
        ("a cow and a goat", "send the cow away", "a goat"),
        ("a cow and a goat", "make the goat vanish", "a cow"),
        ("a cow and a goat", "make the cow be gone", "a goat"),
        ("a lamp and a book on a desk", "remove everything on the desk", "a desk in the office"),
        ("a lamp and a book on a desk", "everything on the desk should be blue",
         "a blue lamp and a blue book on a desk in the office"),
        ("a bus in the street", "make the left bus green", "a green bus in the street"),
        ("a bus in the street", "right bus yellow", "a yellow bus in the street"),
    ],
)  # fmt: skip
def test_what_stays_and_what_goes(wish, said, stands):
    check(wish, [said], stands)


@pytest.mark.parametrize(
    ("wish", "said", "missed"),
    [
        (BARN, "remove all barns except the blue one", "blue barn"),
        (BARN, "remove everything but the cow", "cow"),
        (BARN, "keep only the green barn", "green barn"),
        (BARN, "put the sheep away", "sheep"),
    ],
)
def test_what_is_to_be_spared_and_is_not_there_is_told_and_nothing_goes(wish, said, missed):
    outcome = interpret(said, read_scene(wish).scene)
    assert outcome.action == "none"
    assert [(each.kind, each.said) for each in outcome.remarks] == [("absent", missed)]


@pytest.mark.parametrize(
    "said",
    ["not the cow, silly, the goat", "no dummy, the goat", "I meant the goat, not the cow",
     "not the cow you fool, the goat", "the goat, not the cow"],
)  # fmt: skip
def test_the_last_change_is_of_what_was_meant(said):
    check("a cow and a goat", ["make the cow purple", said], "a cow and a purple goat")


@pytest.mark.parametrize("said", ["not the grass, silly, the cow", "not the grass, the cow"])
def test_what_was_meant_of_no_change_is_not_taken_away(said):
    outcome, scene = outcome_of("a cow in a field", "make the grass purple", said)
    assert (outcome.action, outcome.left_out != ()) == ("none", True)
    assert [thing.noun for thing in scene.things] == ["cow"] and scene.setting == "field"


def test_another_fruit_is_no_other_colour():
    check("a pear on a table", ["another banana"], "a pear on a table and a banana")
    check("a car", ["one more, but orange"], "a car and an orange car")


def test_what_is_eaten_is_no_name_of_who_is_spoken_to():
    assert interpret("a bear eating honey", None).wish == "a bear eating honey"
    check("a cow and a goat", ["remove the cow, honey"], "a goat")


@pytest.mark.parametrize(
    "said",
    ["back to the start", "as it was at the beginning", "undo everything please",
     "go back to the original picture"],
)  # fmt: skip
def test_all_steps_back(said):
    outcome = interpret(said, read_scene("a cow").scene)
    assert (outcome.action, outcome.steps) == ("undo", ALL_STEPS)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a boat on the sea in a storm", ["calm the sea"], "a boat on the sea"),
        ("a knight", ["the knight is sad", "cheer him up"], "a knight"),
        ("a cow and eight hens", ["too many hens"], "a cow and four hens"),
        ("a diver underwater", ["a seal swims next to the diver"],
         "a seal next to a diver underwater"),
        ("a tree in a field at night", ["add stars", "remove the stars"],
         "a tree in a field at night"),
    ],
)  # fmt: skip
def test_what_is_over_leaves_the_rest(wish, said, stands):
    check(wish, said, stands)


def test_who_has_no_room_leaves_no_mark():
    crowd = read_scene("a dog, a cow, a horse, a pig, a duck, a goat, a hen and a sheep").scene
    outcome = interpret("a cat is asleep", crowd)
    assert outcome.action == "none" and {each.kind for each in outcome.remarks} == {"full"}


def test_behind_them_is_behind_somebody():
    outcome, scene = outcome_of("a saddle on a horse and a goat", "a fence behind them")
    others = [scene.things[i].noun for each in scene.relations if each.name == "behind"
              for i in each.objects]  # fmt: skip
    assert outcome.action == "change" and others and "saddle" not in others
