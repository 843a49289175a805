"""How people talk to a picture: amounts, containers, comparisons, corrections, colloquial words."""

import pytest

from tests.maskgil.nano.dialogue.editing.test_having import pairs_of
from tests.maskgil.nano.dialogue.stands import check, outcome_of


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a dog in a garden", ["put 3 more"], "four dogs in a garden"),
        ("a dog in a garden", ["add 2 cats", "remove 1 cat"], "a dog and a cat in a garden"),
        ("a tree in a field", ["add a sheep", "another one"], "a tree and two sheep in a field"),
        ("a tree in a field", ["add a sheep", "another", "another"],
         "a tree and three sheep in a field"),
        ("two sheep on a farm", ["another sheep, but black"],
         "two sheep and a black sheep on a farm"),
        ("two dogs in a park", ["another dog, a black one"], "two dogs and a black dog in a park"),
        ("two dogs in a park", ["one more dog, only black"], "two dogs and a black dog in a park"),
        ("a house by a lake", ["another one next to it, but smaller"],
         "a small house next to a house by a lake"),
        ("three apples on a table", ["one more banana next to it"],
         "three apples on a table, a banana next to the apples"),
        ("a house", ["one more, smaller"], "a house and a small house"),
        ("a house by a lake", ["a second one beside it, but smaller"],
         "a small house next to a house by a lake"),
        ("a cat and a dog", ["another one in front of the dog"],
         "a cat in front of a dog and a cat"),
        ("a horse in a field", ["a baby one"], "a horse and a foal in a field"),
        ("a cow in a field", ["add a baby one next to it"], "a calf next to a cow in a field"),
        ("a dog in a park", ["same but with a cat"], "a cat in a park"),
        ("a dog in a park", ["the same with two dogs instead"], "two dogs in a park"),
        ("a dog in a park", ["give him a hat", "same but with a cat"],
         "a cat wearing a hat in a park"),
        ("a dog in a park", ["the same picture, but at night"], "a dog in a park at night"),
        ("a girl and a dog in a park", ["make the dog red", "the same but with a bird"],
         "a girl and a bird in a park"),
        ("a dog and a cat", ["make the dog red", "the same for the cat"],
         "a red dog and a red cat"),
        ("a house and two trees", ["they're too big"], "a house and two small trees"),
        ("three dogs and a house", ["there are too many dogs"], "two dogs and a house"),
        ("four birds", ["too many, two only"], "two birds"),
        ("a dog on a beach", ["put a ball next to it"], "a ball next to a dog on a beach"),
        ("a girl holding a red balloon", ["change the balloon to a hat", "change it into the kite"],
         "a girl holding a kite on plain paper"),
        ("three chickens on a farm", ["without the chickens with a cow"], "a cow on a farm"),
        ("a garden", ["two cats, an orange and a white one"],
         "an orange cat and a white cat in a garden"),
        ("a beach", ["a boat on the sea"], "a boat on a beach"),
        ("a forest lake", ["a swan on the lake"], "a swan on a forest lake"),
        ("two cats on a sofa", ["another cat under the sofa"],
         "two cats on a sofa, a cat under the sofa"),
        ("a bird on a branch", ["another bird on the branch"], "two birds on a branch"),
        ("three cows on a farm", ["theres too many, just two please"], "two cows on a farm"),
        ("a boy", ["with a kite", "with a red hat"],
         "a boy holding a kite on plain paper, he wears a red hat"),
        ("an old man on a bench", ["sorry, an old woman"], "an old woman on a bench"),
        ("a boat", ["smaller, it's too big"], "a small boat"),
        ("a dog in a park", ["too bright"], "a dog in a park at sunset"),
        ("a dog in a park at sunset", ["it's too bright"], "a dog in a park at night"),
        ("a table in a kitchen", ["too bright, make it darker"], "a table in a kitchen at night"),
        ("a dog in a park in a storm", ["remove the clouds"], "a dog in a park"),
        ("a cow in a field", ["and another one behind it", "one is enough"], "a cow in a field"),
        ("three dogs", ["too many, leave two"], "two dogs"),
        ("two cats on a sofa", ["the left gray", "one cat only"], "a cat on a sofa"),
        ("two cats on a sofa", ["the left gray", "the other one white"],
         "a white cat on a sofa, a gray cat on the sofa"),
        ("a cat and a tree", ["make the cat black", "no, not the tree, remove it"], "a black cat"),
        ("a tree", ["that's boring, add a dog"], "a tree and a dog"),
        ("a cat on a sofa", ["give it a pillow next to it"],
         "a cat on a sofa and a pillow next to the cat"),
        ("a dog in a park", ["ahem, make the dog black"], "a black dog in a park"),
        ("a dog in a park", ["add a bird on its back"], "a bird on a dog in a park"),
        ("a blanket in a park", ["ants!"], "a blanket and two ants in a park"),
        ("a plate", ["some coffee"], "a plate and three cups of coffee"),
        ("a garden", ["a dog, but no wait, a cat"], "a cat in a garden"),
        ("a glass of milk", ["not milk, orange juice"], "a glass of orange juice"),
        ("a garden", ["kids, we want a bird"], "a bird in a garden"),
        ("a garden", ["i wanna have a horse"], "a horse in a garden"),
        ("a horse in a field", ["with wings"], "a pegasus in a field"),
        ("a horse in a field", ["give it wings"], "a pegasus in a field"),
        ("a cat and a dog", ["make the cat as big as the dog"], "a big cat and a dog"),
        ("a house", ["the house is on fire", "the house is no longer burning"], "a house"),
        ("a house", ["the house is on fire", "the fire is out"], "a house"),
        ("a living room", ["write hello on the wall"],
         "a picture frame that says hello in a living room"),
    ],
)  # fmt: skip
def test_plain_talk(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize(
    ("wish", "said", "has"),
    [
        ("a basket", "add bread with apples to the basket", ["apple in basket", "bread in basket"]),
        ("a vase", "add a rose and a lily to the vase", ["lily in vase", "rose in vase"]),
        ("a boy", "add a hat and a scarf to the boy", ["boy wearing hat", "boy wearing scarf"]),
    ],
)
def test_several_are_given_at_once(wish, said, has):
    assert pairs_of(outcome_of(wish, said)[1]) == has


@pytest.mark.parametrize(
    ("said", "action"),
    [
        (["remove the dog", "bring it back"], "undo"),
        (["make the dog red", "bring it back"], "redo"),
        (["replace the dog with a cat", "no, bring the dog back"], "undo"),
        (["replace the dog with a cat", "the dog was nicer"], "undo"),
        (["make the dog red", "make it blue", "I preferred it red"], "undo"),
        (["make it night", "another one"], "another"),
        (["add a cat", "lets make a new picture"], "restart"),
        (["make the dog red", "no"], "none"),
        (["a piano"], "question"),
    ],
)
def test_what_is_no_change(said, action):
    assert outcome_of("a dog in a park", *said)[0].action == action


@pytest.mark.parametrize("said", ["another car behind it", "a second car behind the first one"])
def test_another_is_where_it_is_told_to_be(said):
    assert pairs_of(outcome_of("a car on a road", said)[1]) == ["car behind car"]


def test_another_stands_apart_from_the_first():
    scene = outcome_of("a house and a tree", "another tree behind the house")[1]
    assert [(each.noun, each.count) for each in scene.things] == [
        ("house", 1), ("tree", 1), ("tree", 1),
    ]  # fmt: skip
    assert pairs_of(scene) == ["tree behind house"]


def test_what_it_has_is_its_own():
    assert pairs_of(outcome_of("a cake", "make it bigger", "with candles")[1]) == ["candle on cake"]
    outcome = outcome_of("a snowman", "make it bigger", "it needs a carrot nose")[0]
    assert [remark.kind for remark in outcome.remarks] == ["already"]
    assert outcome_of("a snowman", "that's boring, add a tree")[0].left_out == ()


@pytest.mark.parametrize(("wish", "said"), [
    ("a dog in a park", "it's too dark, make it brighter"),
    ("a boat on the sea at night", "too bright"),
])  # fmt: skip
def test_what_can_be_no_brighter_or_darker_is_told(wish, said):
    outcome, _ = outcome_of(wish, said)
    assert outcome.action == "none"
    assert [each.kind for each in outcome.remarks] == ["around"]
