"""Near and far: of the one who looks, and of each other."""

import pytest

from tests.maskgil.nano.dialogue.editing.test_having import pairs_of
from tests.maskgil.nano.dialogue.stands import outcome_of


@pytest.mark.parametrize(
    ("said", "size", "down"),
    [
        ("further away", "small", -1),
        ("put the dog farther away", "small", -1),
        ("a bit closer", "big", 1),
        ("bring it closer", "big", 1),
        ("the dog in the background", "small", -1),
    ],
)
def test_what_is_nearer_is_larger_and_lower(said, size, down):
    outcome, scene = outcome_of("a dog", said)
    assert scene.things[0].size == size
    assert outcome.change.shifts[0][1] * down > 0


@pytest.mark.parametrize(
    ("said", "things"),
    [
        ("another dragon, but further away", ["house", "small dragon"]),
        ("and a tractor in the background", ["house", "small tractor"]),
        ("add two trees but bigger", ["house", "big tree"]),
    ],
)
def test_what_comes_is_as_far_or_as_large_as_told(said, things):
    outcome, scene = outcome_of("a house", said)
    assert outcome.action == "change" and not outcome.left_out
    assert [" ".join(filter(None, (t.size, t.noun))) for t in scene.things] == things


@pytest.mark.parametrize(
    ("said", "has"),
    [
        (["move the dog closer to the tree"], ["dog next to tree"]),
        (["make them closer together"], ["cat next to dog"]),
        (["the dog next to the tree", "not that close"], []),
        (["the dog next to the tree", "the dog further away from the tree"], []),
    ],
)
def test_nearness_to_each_other(said, has):
    wish = "a dog and a cat" if "together" in said[0] else "a dog and a tree"
    assert pairs_of(outcome_of(wish, *said)[1]) == has


@pytest.mark.parametrize("said", ["a hat to the dog", "the dog a hat", "add a hat for the dog"])
def test_who_is_given_something_and_is_not_there_comes_with_it(said):
    assert pairs_of(outcome_of("a cat in a garden", said)[1]) == ["dog wearing hat"]
