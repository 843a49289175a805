"""Utterances over a scene: what they change, what stays, what is asked."""

import pytest

from maskgil.nano.dialogue.editing.referents.classes import TABLE as CLASSES
from maskgil.nano.dialogue.editing.referents.classes import class_phrase
from maskgil.nano.dialogue.interpreter import ANSWERS, interpret
from maskgil.nano.dialogue.pending import answered
from maskgil.nano.dialogue.telling import actions_of, line_of
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.nano.world.captions import canonical
from maskgil.nano.world.nouns import load_nouns, noun
from tests.maskgil.nano.dialogue.stands import change_of

CAT = "an orange cat under a tree in the park"
FARM = "two cows and a pig on a farm"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (CAT, "add a bench", "an orange cat under a tree and a bench in the park"),
        (CAT, "Could you please remove the tree?", "an orange cat in the park"),
        (CAT, "the cat blue", "a blue cat under a tree in the park"),
        (CAT, "turn the cat into a dog", "a dog under a tree in the park"),
        (CAT, "replace the tree with a lamp", "an orange cat under a lamp in the park"),
        (CAT, "make the cat huge", "a huge orange cat under a tree in the park"),
        (CAT, "three cats", "three orange cats under a tree in the park"),
        (CAT, "put it in the forest at night", "an orange cat under a tree in the forest at night"),
        (CAT, "it should be snowing", f"{CAT} while it is snowing"),
        (CAT, "as a watercolour", f"{CAT}, in watercolour"),
        (CAT, "a bird above the tree", "an orange cat under a tree and a bird above the tree in "
                                       "the park"),
        (CAT, "the cat to the left of the tree", "an orange cat to the left of a tree in the park"),
        (CAT, "smaller, the tree", "an orange cat under a small tree in the park"),
        (CAT, "the cat is too big", "a small orange cat under a tree in the park"),
        (CAT, "instead of the cat, put a dog", "a dog under a tree in the park"),
        (CAT, "the tree can go", "an orange cat in the park"),
        (FARM, "I want three cows", "three cows and a pig on a farm"),
        (FARM, "another cow", "three cows and a pig on a farm"),
        (FARM, "one cow less", "a cow and a pig on a farm"),
        (FARM, "remove one cow and make it night", "a cow and a pig on a farm at night"),
        (FARM, "only one cow", "a cow and a pig on a farm"),
        (FARM, "give the pig a hat", "a pig wearing a hat and two cows on a farm"),
        (FARM, "a horse instead of the pig", "two cows and a horse on a farm"),
        (FARM, "remove everything except the pig", "a pig on a farm"),
        (FARM, "leave only the pig", "a pig on a farm"),
        (FARM, "in pencil style", "two cows and a pig on a farm, as a pencil sketch"),
        (FARM, "only the pig should be black", "two cows and a black pig on a farm"),
        (FARM, "I want nothing but the pig", "a pig on a farm"),
        ("a monkey holding an ice cream", "delete the monkey's ice cream",
         "a monkey in the jungle"),
        ("a girl wearing a red hat and a boy wearing a blue hat", "remove the boy's hat",
         "a girl wearing a red hat and a boy"),
    ],
)  # fmt: skip
def test_what_stands_behind_an_utterance(wish, said, stands):
    assert canonical(change_of(wish, said).after) == canonical(read_scene(stands).scene)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a cat in a field", ["make the background pink"], "a cat on a pink background"),
        ("a cat in a field", ["change the background to blue"], "a cat on a blue background"),
        ("a cat in a field", ["make the sky pink"], "a cat in a field at sunset"),
        ("a cat in a field", ["make the sky green"], None),
        ("a cat and a dog on a bed", ["paint both black"], "a black cat and a black dog on a bed"),
        ("a cat and a dog in a field", ["the cat red", "make them both green"],
         "a green cat and a green dog in a field"),
        ("a cat and a dog in a field", ["they are both too small"],
         "a big cat and a big dog in a field"),
        ("a cat and a dog", ["give the cat a hat", "a bit bigger"],
         "a big cat wearing a hat and a dog"),
        ("a cat wearing a hat", ["put a red hat on the cat"], "a cat wearing a red hat"),
        ("a cat wearing a hat", ["give the cat a hat"], None),
        ("a cat wearing a hat", ["another hat"], "a cat wearing a hat and a hat"),
        ("two horses on a farm", ["paint one of them black"],
         "a horse and a black horse on a farm"),
        ("three horses on a farm", ["get rid of one of the horses"], "two horses on a farm"),
        ("two cars on a road", ["one red and the other blue"],
         "a red car and a blue car on a road"),
        ("a boy and a girl", ["she is wearing a red hat", "him too"],
         "a boy wearing a red hat and a girl wearing a red hat"),
        ("a cat and a dog", ["make the cat black", "no, the other one"], "a cat and a black dog"),
        ("a cat and a dog", ["make the cat black", "the dog too"], "a black cat and a black dog"),
        ("a cat and a dog", ["remove the cat", "no, the dog"], "a cat"),
        ("a cat and a dog", ["put a hat on the cat", "no, on the dog"],
         "a dog wearing a hat and a cat"),
        ("a cat and a tree", ["make the tree bigger", "not the tree, the cat"],
         "a big cat and a tree"),
        ("a boat on the sea", ["add a dolphin, no, two dolphins"],
         "a boat and two dolphins on the sea"),
        ("a cat, a cup and a knife", ["replace the knife, i mean the cup, with an apple"],
         "a cat, an apple and a knife"),
        ("a house in a field", ["make it night, no, sunset"], "a house in a field at sunset"),
        ("a house on a lake", ["a boat"], "a house and a boat on a lake"),
        ("a house on a lake", ["how about a duck?"], "a house and a duck on a lake"),
        ("a taxi and a van on a road", ["paint both vehicles green"],
         "a green taxi and a green van on a road"),
        ("a cow, a duck and a tree", ["the animals can go"], "a tree"),
        ("a cow, a duck and a tree", ["the duck should go"], "a cow and a tree"),
        ("a cow, a duck and a tree", ["everything except the duck should go"], "a duck"),
        ("a cow, a duck and a tree", ["remove everything but the duck"], "a duck"),
        ("a cow, a duck and a tree", ["except the duck, remove everything"], "a duck"),
        ("a cow, a duck and a tree", ["just the duck please"], "a duck"),
        ("a cow, a duck and a tree", ["the duck yellow", "remove everything else"],
         "a yellow duck"),
        ("a cow, a duck and a tree", ["everything but the tree should be black"],
         "a black cow, a black duck and a tree"),
        ("a cow with a hat and a duck", ["remove everything except the cow"],
         "a cow wearing a hat"),
        ("a box and a dog", ["open the box"], "an open box and a dog"),
        ("an open box and a dog", ["close the box"], "a box and a dog"),
        ("a girl holding an umbrella", ["close the umbrella"],
         "a girl holding a closed umbrella"),
        ("a cow, a duck and a tree", ["all the animals smaller"],
         "a small cow, a small duck and a tree"),
        ("a pear, a lemon and a knife", ["without the fruit"], "a knife"),
        ("a pear, a lemon and a knife", ["replace the fruit with a cup"], "a cup and a knife"),
        ("a swan and a duck in the park", ["the duck yellow", "the other bird black"],
         "a black swan and a yellow duck in the park"),
        ("a cat and a dog", ["give both animals a hat"],
         "a cat wearing a hat and a dog wearing a hat"),
        ("a cat and a dog", ["a tree between them"], "a tree between a cat and a dog"),
        ("four pears", ["one green and the others red"], "a green pear and three red pears"),
        ("three pears", ["one bigger"], "two pears and a big pear"),
        ("six boats at sea", ["too many, just two"], "two boats at sea"),
        ("a dog and a house", ["the house's too small"], "a dog and a big house"),
        ("a dog and a house", ["the dog's gone"], "a house"),
        ("a unicorn and a castle", ["turn the castle into a forest"], "a unicorn in a forest"),
        ("a horse on a farm", ["i'd rather have a donkey"], "a donkey on a farm"),
        ("a horse on a farm", ["i'd rather have a car"], "a horse and a car on a farm"),
        ("a pear and a cup", ["change the pear into the lemon"], "a lemon and a cup"),
        ("a spoon on a dining table", ["put a fork on the table"],
         "a spoon on a dining table and a fork on the dining table"),
        ("a house on a beach", ["now a ship out on the water"], "a house and a ship on a beach"),
        ("a teddy bear on a chair", ["the teddy bear should be smaller"],
         "a small teddy bear on a chair"),
        ("a house on a hill", ["i want a boy and a girl in it, well just a boy"],
         "a house and a boy on a hill"),
    ],
)  # fmt: skip
def test_what_stands_behind_several_utterances(wish, said, stands):
    scene, focus, last = read_scene(wish).scene, (), None
    for text in said:
        outcome = interpret(text, scene, focus, last)
        if outcome.change is not None:
            last, focus, scene = outcome.change, outcome.focus, outcome.change.after
    assert outcome.action == ("change" if stands else "none"), outcome
    meant = read_scene(stands or wish).scene
    assert sorted(map(str, scene.things)) == sorted(map(str, meant.things)), canonical(scene)
    assert (scene.setting, scene.time) == (meant.setting, meant.time)
    pairs = [{(each.name, s.things[each.subject].noun) for each in s.relations if each.name != "on"}
             for s in (scene, meant)]  # fmt: skip
    assert pairs[0] == pairs[1]


def test_a_green_house_is_the_house_that_stands():
    house = change_of("a house in a field", "paint the green house").after.things[0]
    assert (house.noun, house.colour) == ("house", "green")


@pytest.mark.parametrize(
    ("wish", "said", "choices"),
    [
        ("a cow and a horse on a farm", "remove the animal", ("the cow", "the horse")),
        ("a taxi, a bus and a tree", "paint the vehicle red", ("the taxi", "the bus")),
    ],
)
def test_one_of_a_class_is_asked_for(wish, said, choices):
    question = interpret(said, read_scene(wish).scene).question
    assert question is not None and question.choices == choices


def test_classes_hold_nouns_alone():
    rows = [line.split("\t") for line in CLASSES.read_text().splitlines() if line[0] != "#"]
    for _, _, categories, *names in rows:
        assert {each.category for each in load_nouns()} >= set(categories.split())
        for cell in names:
            assert all(noun(name) for name in cell.split(", ") if name)
    assert not class_phrase(["animal"]) and class_phrase(["animals"])
    assert class_phrase(["all", "the", "red", "birds"]).looks == (("colour", "red"),)


@pytest.mark.parametrize("said", ["a rocket", "an elephant"])
def test_what_does_not_belong_there_is_asked(said):
    assert interpret(said, read_scene("a house on a lake").scene).action == "question"


def test_it_is_what_was_spoken_of_last():
    scene = change_of(CAT, "add a bench", "make it red", "and a dog", "bigger").after
    colours = {thing.noun: (thing.colour, thing.size) for thing in scene.things}
    assert colours["bench"] == ("red", None) and colours["dog"] == (None, "big")
    assert colours["cat"] == ("orange", None)


@pytest.mark.parametrize(
    ("said", "action"),
    [
        ("undo", "undo"), ("go back please", "undo"), ("redo", "redo"), ("start over", "restart"),
        ("save it", "save"), ("another one", "another"), ("a larger picture", "enlarge"),
        ("new picture", "restart"), ("draw a red car on a street", "new"),
        ("a red car and a bus in the city", "new"), ("a red car", "question"),
    ],
)  # fmt: skip
def test_words_to_the_program_and_new_wishes(said, action):
    assert interpret(said, read_scene(CAT).scene).action == action


@pytest.mark.parametrize("wish", [CAT, "three yellow stars in the night sky"])
def test_the_same_wish_again_is_drawn_again(wish):
    outcome = interpret(wish, somewhere(read_scene(wish).scene))
    assert (outcome.action, outcome.wish) == ("new", wish)


def test_a_doubt_is_a_question_of_two_choices():
    scene = read_scene(CAT).scene
    question = interpret("a red car", scene).question
    assert question.choices == ANSWERS
    added, new = (answered(question, choice) for choice in ANSWERS)
    assert [thing.noun for thing in added.change.after.things] == ["cat", "tree", "car"]
    assert new.action == "new" and new.wish == "a red car"
    assert answered(question, "make it night") is None
    which = interpret("make it blue", scene, ()).question
    cats = interpret("remove the cat", read_scene("a black cat and a white cat").scene).question
    assert which is None or len(which.choices) == 2
    assert cats.choices == ("the black cat", "the white cat")
    left = answered(cats, "the white one").change.after
    assert [thing.colour for thing in left.things] == ["black"]


def test_what_cannot_be_is_said():
    outcome = interpret("make the doctor green", read_scene("a doctor and a cat").scene)
    assert outcome.action == "none" and outcome.left_out == ("green",)
    crowd = read_scene("a cat, a dog, a cow, a pig, a duck, a goat, a hen and a horse").scene
    outcome = interpret("add a boat", crowd)
    assert outcome.action == "none" and outcome.left_out == ("a boat",)
    assert interpret("add a zorblax", crowd).left_out == ("zorblax",)


def test_a_change_is_told_in_one_line():
    change = change_of(CAT, "add a red bench and make it night")
    assert line_of(change) == "added a red bench; time: night"
    assert actions_of(change) == ["add", "time"]
