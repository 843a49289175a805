"""Orders to write on things of the picture, and to wipe what is written there."""

import pytest

from tests.maskgil.nano.dialogue.stands import outcome_of

SIGN = "a sign that says OPEN and a cat in the park"


@pytest.mark.parametrize(
    ("wish", "said", "written"),
    [
        ("a sign in the park", "write hello on the sign", ["HELLO"]),
        ("a sign in the park", "Write “Keep out” on it, please.", ["Keep out"]),
        ("a cake and a dog", "put the words happy birthday on the cake", ["HAPPY BIRTHDAY"]),
        (SIGN, "make it say CLOSED", ["CLOSED"]),
        (SIGN, "change the text to back soon", ["BACK SOON"]),
        (SIGN, "change what it says to MAMA", ["MAMA"]),
        (SIGN, "the sign should say BYE", ["BYE"]),
        (SIGN, "remove the text", []),
        (SIGN, "the cat says hello", ["HELLO", "OPEN"]),
        ("a cat that says meow", "the cat says bye", ["BYE"]),
        ("a cat in the park", "add a sign that says DOGS", ["DOGS"]),
    ],
)
def test_what_is_written_changes_as_it_is_told(wish, said, written):
    outcome, scene = outcome_of(wish, said)
    assert outcome.action == "change"
    assert sorted(each.lettering for each in scene.things if each.lettering) == written


@pytest.mark.parametrize("said", ["the boy reads a book", "the boy reads the paper"])
def test_who_reads_is_not_written_on(said):
    _, scene = outcome_of("a boy in the park", said)
    assert not any(each.lettering for each in scene.things)


@pytest.mark.parametrize(
    "said", ["write привет on the sign", "write hello on the spoon", "write ICE on the spoon"]
)
def test_what_cannot_be_written_changes_nothing(said):
    outcome, scene = outcome_of("a sign and a spoon", said)
    assert outcome.action != "change"
    assert not any(each.lettering for each in scene.things)


def test_a_change_of_colour_keeps_what_is_written():
    _, scene = outcome_of(SIGN, "make the sign red")
    assert next((each.colour, each.lettering) for each in scene.things) == ("red", "OPEN")


def test_a_letter_on_a_table_is_no_order_to_write():
    _, scene = outcome_of("a table", "letter on the table")
    assert [each.noun for each in scene.things] == ["table", "envelope"]
    assert not any(each.lettering for each in scene.things)
