"""Several things told in one utterance, of what stands and of what is new."""

import pytest

from maskgil.nano.reader.reader import read_scene
from tests.maskgil.nano.dialogue.stands import check, outcome_of

ORCHARD = "a baker and a hut in a garden"


@pytest.mark.parametrize(
    ("said", "stands", "moved"),
    [
        ("the baker on the left and a goat on the right",
         "a baker, a hut and a goat in a garden", -4),
        ("the baker is on the right, two goats on the left",
         "a baker, a hut and two goats in a garden", 4),
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
