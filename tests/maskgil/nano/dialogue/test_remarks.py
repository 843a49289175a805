"""What is not done is told why, and questions are answered: in one line."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.remarks import Remark
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.scene import TIMES, WEATHERS, Scene, Thing
from maskgil.nano.world.settings import PLACES
from tests.maskgil.nano.dialogue.stands import outcome_of

SAID = {
    "day": "make it day", "dawn": "make it dawn", "sunset": "make it sunset",
    "night": "make it night",
    "clear": "sunny weather please", "rain": "let it rain", "snow": "make it snow",
    "fog": "make it foggy", "storm": "a storm",
}  # fmt: skip


@pytest.mark.parametrize("setting", PLACES)
def test_every_time_and_weather_comes_or_is_told_why_not(setting):
    time = PLACES[setting].times[0]
    scene = Scene((Thing("cat"),), (), setting, time)
    for kind, values in (("time", TIMES), ("weather", WEATHERS)):
        for value in values:
            outcome = interpret(SAID[value], scene)
            if outcome.action == "change":
                assert getattr(outcome.change.after, kind) == value, SAID[value]
                assert outcome.change.after.setting == setting, SAID[value]
            else:
                kinds = {each.kind for each in outcome.remarks}
                is_so = getattr(scene, kind) == value
                assert kinds == {"already" if is_so else "not_here"}, SAID[value]


def line_of(wish, *said):
    outcome, _ = outcome_of(wish, *said)
    return "; ".join(each.line for each in outcome.remarks)


@pytest.mark.parametrize(
    ("wish", "said", "line"),
    [
        ("two fish underwater", "make it night", "there is no night underwater"),
        ("a pan in the kitchen", "let it snow", "there is no snow in the kitchen"),
        ("a rocket in space", "make it day", "there is no daylight in space"),
        ("two fish underwater", "add a crab and make it night", "there is no night underwater"),
        ("a dog in the park", "remove the rain", "there is no rain in the park"),
        ("a dog in the park at night", "make it night", "it is so already"),
        ("two fish underwater", "put them in the snow", ""),
        ("a rocket in space", "put it in a field at night", ""),
    ],
)
def test_what_cannot_be_is_told(wish, said, line):
    assert line_of(wish, said) == line


def test_night_that_is_told_is_kept_where_it_was_always_night():
    _, scene = outcome_of("a rocket in space", "put it in a field at night")
    assert (scene.setting, scene.time) == ("field", "night")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("what is this?", "it is a picture of two cats and a red car in the park"),
        ("who is that", "it is a picture of two cats and a red car in the park"),
        ("tell me what you see", "it is a picture of two cats and a red car in the park"),
        ("where is the car?", "the car is in the park"),
        ("where are the cats", "the two cats are in the park"),
        ("tell me where the car is", "the car is in the park"),
        ("where is the horse?", "there is no horse in the picture"),
        ("how many cats are there?", "there are two cats in the picture"),
        ("how many vehicles are there", "there is one car in the picture"),
        ("is there a horse?", "there is no horse in the picture"),
        ("what colour is the car?", "the car is red"),
        ("what can you do?", Remark("help").line),
        ("help", Remark("help").line),
    ],
)
def test_a_question_is_answered_from_the_scene(said, line):
    outcome, _ = outcome_of("two cats and a red car in the park", said)
    assert (outcome.action, outcome.left_out) == ("none", ())
    assert "; ".join(each.line for each in outcome.remarks) == line


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("what colour is the horse?", "the horse is brown"),
        (
            "what colours are the balls?",
            "in the picture: a green beach ball next to a horse and a red beach ball",
        ),
        ("how many red balls are there?", "there is one red beach ball in the picture"),
        ("how many blue ones are there?", "there is no blue thing in the picture"),
        ("which ball is green?", "in the picture: a green beach ball next to a horse"),
        ("are there any yellow things?", "there is no yellow thing in the picture"),
        ("is the horse bigger than the ball?", "the horse is bigger than the beach ball"),
        ("who is wearing the hat?", "in the picture: a boy wearing a hat"),
        ("what is next to the horse?", "in the picture: a green beach ball next to a horse"),
        ("does the boy have an umbrella?", "there is no umbrella in the picture"),
        ("how many animals are there", "there is one horse in the picture"),
        ("how many people do you see", "there is one boy in the picture"),
        ("where is the white horse?", "there is no white horse in the picture"),
        ("is it raining?", "the weather is snowy"),
        ("what time of day is it", "it is night"),
        ("where are we?", "it is on a farm"),
        ("is the horse left of the boy?", "from left to right: a horse, a boy"),
    ],
)
def test_a_question_is_answered_by_what_it_asks_for(said, line):
    scene = read_scene("a horse, a boy wearing a hat, a green ball next to the horse and a red "
                       "ball on a farm at night in the snow").scene  # fmt: skip
    row = [(at, 0.1 + 0.2 * at) for at in range(len(scene.things))]
    outcome = interpret(said, scene, (), None, row)
    assert (outcome.action, [each.line for each in outcome.remarks]) == ("none", [line])


def test_what_somebody_does_is_told_of_them_alone():
    outcome, _ = outcome_of("an old man in a boat and a swan on a lake", "what is the man doing?")
    assert [each.line for each in outcome.remarks] == ["in the picture: an old man in a boat"]


@pytest.mark.parametrize("said", ["what about a boat?", "how about two boats?"])
def test_a_wish_that_sounds_like_a_question_is_one(said):
    outcome, scene = outcome_of("a cat in the park", said)
    assert outcome.action == "change" and scene.things[-1].noun == "boat"


def test_praise_is_no_question():
    outcome, _ = outcome_of("a cat in the park", "what a nice picture")
    assert outcome.remarks == ()


@pytest.mark.parametrize(
    ("wish", "said", "line"),
    [
        ("a cat and a house", "remove the cheetah", "there is no cheetah in the picture"),
        ("a cat and a house", "make the cheetah red", "there is no cheetah in the picture"),
        ("a cat and a house", "move the horse to the left", "there is no horse in the picture"),
        ("a cat and a house", "the horse should be bigger", "there is no horse in the picture"),
        ("a cat and a house", "replace the horse with a dog", "there is no horse in the picture"),
        ("a cat and a house", "remove all the horses", "there are no horses in the picture"),
        ("a dog in the park", "make the sky green",
         "only what is told, place, time and weather can be changed, not the scenery: sky"),
        ("a dog in a field", "make the field yellow",
         "only what is told, place, time and weather can be changed, not the scenery: field"),
        ("a house", "open the window", "the drawing of the house cannot be changed like that"),
        ("a house", "close the door", "the drawing of the house cannot be changed like that"),
        ("a house and a dog", "open the dog",
         "the drawing of the dog cannot be changed like that"),
        ("a house", "open the box", "there is no box in the picture"),
        ("a dog in the park", "remove the trees",
         "only what is told, place, time and weather can be changed, not the scenery: trees"),
        ("two trees and three cats", "paint the third tree red", "there are only two trees"),
        ("two trees and three cats", "remove the 5th cat", "there are only three cats"),
        ("two trees and three cats", "make cat number five black", "there are only three cats"),
        ("a red car", "make the second car blue", "there is only one car"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_and_nothing_else_is_changed(wish, said, line):
    outcome, _ = outcome_of(wish, said)
    assert outcome.action == "none", outcome
    assert "; ".join(each.line for each in outcome.remarks) == line


@pytest.mark.parametrize(
    ("wish", "said", "count"),
    [
        ("five sheep", "make the third sheep black", 1),
        ("five sheep", "the fifth sheep should be black", 1),
        ("four cats", "cat number two black", 1),
        ("four cats", "the last cat is black", 1),
    ],
)
def test_one_of_several_is_told_by_its_number(wish, said, count):
    outcome, scene = outcome_of(wish, said)
    assert outcome.action == "change" and outcome.remarks == ()
    assert [thing.count for thing in scene.things if thing.colour == "black"] == [count]


def test_a_place_goes_when_it_is_taken_away():
    assert outcome_of("a boat on the lake", "remove the lake")[1].setting is None
    for said in ("remove the church", "no church"):
        assert outcome_of("a girl in the church", said)[1].setting is None
    scene = outcome_of("a girl and a church in the park", "remove the church")[1]
    assert (len(scene.things), scene.setting) == (1, "park")


@pytest.mark.parametrize(
    ("wish", "said", "line"),
    [
        ("a dog under a tree", "where is the dog?", "the dog is under the tree, on the left"),
        ("a cat wearing a hat", "where's the hat?", "the hat is worn by the cat, on the left"),
        ("a dog and a cat", "where is the cat?", "the cat is on the right"),
        ("a dog and a cat", "where is it?", "the dog is on the left"),
    ],
)
def test_where_a_thing_is_is_told_by_what_it_stands_to(wish, said, line):
    scene = read_scene(wish, imagine=False).scene
    outcome = interpret(said, scene, (0,), None, ((0, 0.2), (1, 0.8 if "and" in wish else 0.2)))
    assert [each.line for each in outcome.remarks] == [line]


def test_what_was_chosen_and_went_is_not_taken_away_twice():
    outcome, _ = outcome_of("a dog and a brown cat in the kitchen", "no and no")
    assert outcome.question is not None
    left = [each.change.after.things for each in outcome.question.outcomes]
    assert [[thing.noun for thing in things] for things in left] == [["cat"], ["dog"]]
