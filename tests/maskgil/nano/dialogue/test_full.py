"""A picture that has as many kinds of things as it can have, and wishes for another one."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.reader.reader import KINDS, read_scene

FULL = read_scene("a dog, a cat, a horse, a cow and a sheep on a farm").scene


@pytest.mark.parametrize(
    "said", ["a house", "three red balls in a row", "a girl holding a red balloon"]
)
def test_a_wish_that_has_no_room_is_another_picture(said):
    assert len(FULL.things) == KINDS
    assert interpret(said, FULL).action == "new"


@pytest.mark.parametrize("said", ["add a chair", "put a hat on the dog", "ten ducks"])
def test_a_change_that_has_no_room_says_why(said):
    outcome = interpret(said, FULL)
    assert outcome.action == "none"
    assert [remark.kind for remark in outcome.remarks] == ["full"]
    assert "no room for" in outcome.remarks[0].line


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
    ("said", "action"), [("add a picture on the wall", "none"), ("another picture", "another")]
)
def test_a_picture_is_a_thing_too_or_the_same_once_more(said, action):
    assert interpret(said, read_scene("a sofa in the living room").scene).action == action
