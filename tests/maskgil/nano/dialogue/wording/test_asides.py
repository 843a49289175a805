"""What is said in passing: denials inside a sentence, what is missing, what was better before."""

import pytest

from tests.maskgil.nano.dialogue.stands import check, outcome_of


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a cat in a field", ["there is no tree, add one"], "a cat and a tree in a field"),
        ("a cat in a field", ["there are no flowers, add some"],
         "a cat and three flowers in a field"),
        ("a cat and a dog", ["the dog, not the cat, should have a hat"],
         "a cat and a dog wearing a hat"),
        ("a cat and a dog", ["the cat and not the dog is black"], "a black cat and a dog"),
        ("a girl, a ball and a crab on the beach", ["empty the beach"], "the beach"),
        ("a girl, a man and a ball on the beach", ["nobody should be in the picture"],
         "a ball on the beach"),
        ("a boy and a dog", ["i want it without the dog"], "a boy"),
        ("a cat and a dog", ["kill the cat"], "a dog"),
        ("a house", ["twice as big"], "a big house"),
        ("a house in a field", ["make it darker"], "a house in a field at night"),
        ("two cats", ["one of them should be black", "the other white"],
         "a white cat and a black cat"),
        ("two dogs", ["add another dog, larger than the others"], "two dogs and a big dog"),
        ("a red car on a road", ["a second car, behind the first one, yellow"],
         "a yellow car behind a red car on a road"),
        ("two boys", ["one of them has a red shirt", "the other a blue one"],
         "a boy wearing a red shirt and a boy wearing a blue shirt"),
        ("a boy and a girl", ["the girl has a red shirt", "his too"],
         "a boy wearing a red shirt and a girl wearing a red shirt"),
        ("a girl and a boy", ["dress her in green"], "a girl wearing a green dress and a boy"),
        ("a cat and a boat", ["add three cherries", "all of them red"],
         "a cat, a boat and three red cherries"),
        ("a cat", ["write hello on a sign"], "a cat and a placard that says hello"),
    ],
)  # fmt: skip
def test_what_is_said_in_passing(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize(
    ("wish", "said", "action"),
    [
        ("a cat", ["not"], "none"),
        ("a cat and a tree", ["remove the cat", "hmm, I liked the cat better"], "undo"),
        ("a cat and a tree", ["remove the cat", "I liked the dog better"], "none"),
    ],
)
def test_what_changes_nothing_else(wish, said, action):
    assert outcome_of(wish, *said)[0].action == action


def test_a_question_is_about_the_thing_of_that_size():
    outcome, _ = outcome_of("a small red ship and a big blue ship", "what color is the big ship?")
    assert [(each.count, each.look) for each in outcome.remarks] == [(1, "blue")]
