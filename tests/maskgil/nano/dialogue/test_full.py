"""A picture that has as many kinds of things as it can have, and wishes for another one."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.stage import Arrangement, Planner
from maskgil.nano.reader.reader import KINDS, read_scene
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import outcome_of

FULL = read_scene("a dog, a cat, a horse, a cow, a pig, a duck, a goat and a sheep on a farm").scene
MORE = ["add a chair", "add a cup", "add a kite"]


@pytest.mark.parametrize(
    "said", ["a house", "three red balls in a row", "a girl holding a red balloon", "ants"]
)
def test_a_wish_that_has_no_room_leaves_what_stands_and_says_so(said):
    assert len(FULL.things) == KINDS
    outcome = interpret(said, FULL)
    assert (outcome.action, {each.kind for each in outcome.remarks}) == ("none", {"full"})


@pytest.mark.parametrize(
    "said", ["add a chair", "put a ball on the dog", "ten rabbits", "a girl sleeps"]
)
def test_a_change_that_has_no_room_says_why(said):
    outcome = interpret(said, FULL)
    assert outcome.action == "none"
    assert [remark.kind for remark in outcome.remarks] == ["full"]
    assert "no room for" in outcome.remarks[0].line


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("a dog", ["it sleeps", "add a cat", "the cat cries", "add a bird", "add a tree",
                   "add a ball"]),
        ("a woman baking a cake", ["add a boy", "the boy cries", "add a dog", "the dog sleeps",
                                   "add a cat"]),
        ("a boy writing a letter", ["add a girl", "she reads a book", "add a cat"]),
        ("a cat with a hat", ["add a dog with a hat", "add a bird with a hat", "add a frog",
                              "add a mouse with a hat and glasses"]),
    ],
)  # fmt: skip
def test_what_nobody_asked_for_and_one_more_of_a_kind_need_no_room(wish, said):
    outcome, scene = outcome_of(wish, *said, *MORE)
    assert outcome.action == "change" and outcome.remarks == ()
    asked = {one.noun for one in scene.things if not one.unsaid}
    worn = {"hat", "glasses"}  # what somebody wears needs none, too
    assert len(scene.things) > KINDS == len(asked - worn)
    assert interpret("add a lamp", scene).remarks[0].kind == "full"


def test_what_nobody_asked_for_is_known_as_such_when_it_is_read_again():
    _, scene = outcome_of("a woman baking a cake", "she cries")
    arrangement = Planner(load_collage()).first(scene, 0).arrangement
    again = Arrangement.read(arrangement.text()).scene
    assert [one.noun for one in again.things if one.unsaid] == [
        "table", "rolling pin", "water drop"
    ]  # fmt: skip


def test_a_change_that_needs_no_room_is_made():
    outcome = interpret("make it night", FULL)
    assert outcome.action == "change" and outcome.remarks == ()


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("draw a new picture of a cat", "a cat"),
        ("make a completely new image with two dogs", "two dogs"),
        ("let's start a new drawing: a boat on a lake", "a boat on a lake"),
        ("now a new picture: a horse", "a horse"),
        ("another picture: a robot", "a robot"),
        ("I'd like a different picture of a ship", "a ship"),
        ("draw a new picture where a dog is sleeping", "a dog is sleeping"),
        ("draw a picture of a cow", "a cow"),
    ],
)
def test_another_picture_is_drawn_of_what_is_told(said, wish):
    outcome = interpret(said, FULL)
    assert (outcome.action, outcome.wish) == ("new", wish)


@pytest.mark.parametrize(
    "said",
    ["new picture", "a new picture please", "I want a new picture", "let's make a new one",
     "make a completely new drawing", "draw something else"],
)  # fmt: skip
def test_a_new_picture_of_nothing_is_a_new_start(said):
    assert interpret(said, FULL).action == "restart"
    assert interpret(said, None).action == "restart"


@pytest.mark.parametrize(
    ("said", "action"), [("add a picture on the wall", "change"), ("another picture", "another")]
)
def test_a_picture_is_a_thing_too_or_the_same_once_more(said, action):
    assert interpret(said, read_scene("a sofa in the living room").scene).action == action
