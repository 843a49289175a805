"""The other side, and the other way, of where something is or what was changed."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.reader.reader import read_scene
from tests.maskgil.nano.dialogue.editing.test_having import pairs_of
from tests.maskgil.nano.dialogue.stands import outcome_of


@pytest.mark.parametrize(
    ("wish", "said", "has"),
    [
        ("a tree", ["a dog to the left of it", "no the other side"], ["dog right of tree"]),
        ("a ship", ["a shark in front of it", "nah, on the other side"], ["shark behind ship"]),
        ("a tree to the left of a house", ["the tree on the other side"], ["tree right of house"]),
        ("a tree to the left of a house", ["put the tree on the other side of the house"],
         ["tree right of house"]),
        ("a tree to the left of a house", ["a dog on the other side"],
         ["dog right of house", "tree left of house"]),
    ],
)  # fmt: skip
def test_what_stands_on_the_other_side(wish, said, has):
    assert pairs_of(outcome_of(wish, *said)[1]) == has


def test_other_way_of_sizes_and_moves():
    (thing,) = outcome_of("a dog", "bigger", "no the other way")[1].things
    assert thing.size == "small"
    change = outcome_of("a dog", "move it to the left", "wrong way")[0].change
    assert change.shifts[0][0] > 0


def test_what_is_above_stays_so_on_the_other_side():
    told = ["a bird above it", "move the bird over to the other side"]
    outcome, scene = outcome_of("a tree", *told)
    assert pairs_of(scene) == ["bird above tree"] and outcome.change.shifts[1][0]


def test_what_stands_left_goes_right():
    scene, row = read_scene("a lion and a zebra").scene, ((0, 0.3), (1, 0.7))
    change = interpret("the zebra on the opposite side", scene, row=row).change
    assert change.shifts[1][0] < 0


@pytest.mark.parametrize(
    ("said", "size"),
    [
        (["bigger", "a bit more"], "huge"),
        (["smaller", "even more"], "tiny"),
        (["too small, bigger please"], "big"),  # once
    ],
)
def test_more_of_the_last_change(said, size):
    assert outcome_of("a dog", *said)[1].things[0].size == size


def test_more_of_a_move_and_of_a_count():
    change = outcome_of("a house", "move it left", "a bit more")[0].change
    assert change.shifts[0][0] < 0
    assert outcome_of("a tree", "add a bird", "another one", "even more")[1].things[1].count == 3
