"""A picture that has as many kinds of things as a picture can have."""

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
