"""States of things as a conversation tells, changes and ends them."""

import pytest

from maskgil.nano.dialogue.telling import actions_of, line_of
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from tests.maskgil.nano.dialogue.stands import check, outcome_of


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        (["make the dog run"], "a running dog, a red car and a boy"),
        (["the dog is jumping"], "a jumping dog, a red car and a boy"),
        (["the dog is running", "it is jumping"], "a jumping dog, a red car and a boy"),
        (["the car is broken"], "a dog, a broken red car and a boy"),
        (["make the car rusty"], "a dog, a rusty red car and a boy"),
        (["the dog lies down"], "a lying dog, a red car and a boy"),
        (["the car is muddy and the boy is wet"], "a dog, a muddy red car and a wet boy"),
        (["the boy and the dog are running"], "a running dog, a red car and a running boy"),
        (["the dog is asleep"], "a lying dog with a sleep symbol, a red car and a boy"),
        (["the boy is sad"], "a dog, a red car and a boy with a water drop"),
        (["the boy is sad", "the boy is happy"], "a dog, a red car and a boy"),
        (["let the boy dance"], "a dog, a red car and a dancing boy with musical notes"),
        (["the dog is running", "the dog stands still"], "a dog, a red car and a boy"),
        (["the dog is running", "the dog isn't running"], "a dog, a red car and a boy"),
        (["the dog is sleeping", "the dog is awake"], "a dog, a red car and a boy"),
        (
            ["the dog is sleeping", "the dog is chasing a cat"],
            "a running dog next to a cat, a red car and a boy",
        ),
        (["the dog is sleeping", "wake the dog up"], "a dog, a red car and a boy"),
        (["the dog is sleeping", "wake it up"], "a dog, a red car and a boy"),
        (["make the car muddy", "clean the car"], "a dog, a red car and a boy"),
        (["make the car broken", "please repair the car"], "a dog, a red car and a boy"),
        (["the dog is running", "stop"], "a dog, a red car and a boy"),
        (["the car is broken", "the car is not broken any more"], "a dog, a red car and a boy"),
        (["the car is broken", "it is no longer broken"], "a dog, a red car and a boy"),
        (["the dog is sleeping", "the dog is running"], "a running dog, a red car and a boy"),
        (["make the dog wet", "make the dog dry"], "a dog, a red car and a boy"),
        (["add a broken chair"], "a dog, a red car, a boy and a broken chair"),
    ],
)
def test_states_are_told_of_what_stands(said, stands):
    check("a dog, a red car and a boy", said, stands)


def test_a_state_is_told_of_as_what_it_is():
    change = outcome_of("a dog and a car", "the dog is running")[0].change
    assert (actions_of(change), line_of(change)) == (["pose"], "the dog is running now")
    both = outcome_of("a dog and a car", "make the car red and rusty")[0].change
    assert set(actions_of(both)) == {"recolour", "pose"}


@pytest.mark.parametrize(
    "said",
    ["the dog is angry with the boy", "the boy is happy with the dog", "stop", "stop it",
     "the boy is not happy any more"],
)  # fmt: skip
def test_nothing_else_is_made_of_what_is_not_understood(said):
    wish = "a dog, a red car and a boy"
    outcome, scene = outcome_of(wish, said)
    assert scene == somewhere(read_scene(wish).scene), outcome


def test_what_is_not_there_any_more_is_taken_away():
    scene = outcome_of("a dog, a red car and a boy", "the car is not there any more")[1]
    assert [thing.noun for thing in scene.things] == ["dog", "boy"]


def test_who_wakes_keeps_the_tears():
    scene = outcome_of("a dog and a car", "the dog is sad", "the dog is awake")[1]
    assert "water drop" in {thing.noun for thing in scene.things}


def test_who_does_not_run_does_not_stop():
    assert outcome_of("a dog and a car", "the dog stops running")[0].action == "none"
