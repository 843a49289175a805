"""What somebody does or is like: of some of several, as it begins, as it ends."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.arranging.carried.carrying import MARKS
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import outcome_of


def told(scene):
    """ "1 lying dog with sleep symbol", "1 man next to horse": each thing that is no mark."""
    found = []
    for index, thing in enumerate(scene.things):
        if thing.noun in MARKS:
            continue
        name = f"{thing.count} {' '.join((*thing.looks.values(), thing.noun))}"
        ways = [(each.name, scene.things[each.objects[0]]) for each in scene.relations
                if each.subject == index]  # fmt: skip
        assert all(other.count == thing.count for _, other in ways if other.noun in MARKS)
        found.append(" ".join([name, *(f"{way} {other.noun}" for way, other in ways)]))
    held = {i for each in scene.relations for i in each.objects}
    assert all(at in held for at, thing in enumerate(scene.things) if thing.noun in MARKS)
    return sorted(found)


def check(wish, said, *stands):
    outcome, scene = outcome_of(wish, *said)
    assert outcome.action == "change", outcome
    assert not outcome.left_out
    assert told(scene) == sorted(stands)


ASLEEP = "lying dog with sleep symbol"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("two dogs", ("one of the dogs is sleeping",), ("1 dog", f"1 {ASLEEP}")),
        ("two dogs", ("one of them sleeps",), ("1 dog", f"1 {ASLEEP}")),
        ("three dogs", ("two of them sleep",), ("1 dog", f"2 {ASLEEP}")),
        ("three dogs", ("two dogs are sleeping",), ("1 dog", f"2 {ASLEEP}")),
        ("three dogs", ("a sleeping dog",), ("2 dog", f"1 {ASLEEP}")),
        ("two dogs", ("one dog is running",), ("1 dog", "1 running dog")),
        ("three dogs", ("let one dog sleep",), ("2 dog", f"1 {ASLEEP}")),
        ("two children", ("one child is crying",), ("1 child", "1 child with water drop")),
        ("two children", ("one is crying",), ("1 child", "1 child with water drop")),
        ("two women", ("one of them is angry",), ("1 woman", "1 woman with storm cloud")),
        ("two dogs", ("one is wet and one is dry",), ("1 dog", "1 wet dog")),
        ("two dogs", ("one sleeps and the other runs",), ("1 running dog", f"1 {ASLEEP}")),
        ("three dogs", ("one runs, the others sleep",), ("1 running dog", f"2 {ASLEEP}")),
        ("three dogs", ("two of them sleep and one runs",), ("1 running dog", f"2 {ASLEEP}")),
        ("two dogs", ("one runs", "the other one is jumping"), ("1 jumping dog", "1 running dog")),
        ("two dogs", ("one runs", "the other dog jumps"), ("1 jumping dog", "1 running dog")),
        ("three dogs", ("one dog is running", "another dog is sleeping"),
         ("1 dog", "1 running dog", f"1 {ASLEEP}")),
        ("two sleeping dogs", ("one of them wakes up",), ("1 dog", f"1 {ASLEEP}")),
        ("two sleeping dogs", ("one of them is red",), (f"1 {ASLEEP}", f"1 red {ASLEEP}")),
        ("two dogs", ("one of them is running", "the running one is red"),
         ("1 dog", "1 red running dog")),
        ("two children", ("one of them is crying", "remove the crying child"), ("1 child",)),
        ("two children", ("one is crying", "the crying child is happy again"),
         ("1 child", "1 child")),
        ("two dogs and a cat", ("one dog sleeps and the cat runs",),
         ("1 dog", f"1 {ASLEEP}", "1 running cat")),
        ("two dogs and a cat", ("one of the dogs barks",),
         ("1 cat", "1 dog", "1 open mouthed dog")),
        ("two running dogs", ("stop one of the dogs",), ("1 dog", "1 running dog")),
        ("two cats on a sofa", ("one of them jumps off",),
         ("1 cat next to sofa", "1 cat on sofa", "1 sofa")),
    ],
)  # fmt: skip
def test_some_of_several_are_told_apart_by_what_they_do(wish, said, stands):
    check(wish, said, *stands)


def test_who_is_awake_already_is_told_to_be():
    outcome, scene = outcome_of("two dogs", "one dog is sleeping", "the other one is awake")
    assert outcome.action == "none"
    assert [each.kind for each in outcome.remarks] == ["already"]
    assert told(scene) == ["1 dog", f"1 {ASLEEP}"]


@pytest.mark.parametrize(
    "deed",
    ["dies", "leaves", "ducks", "bats", "drums", "dresses", "boats", "trains", "squashes", "rings"],
)
@pytest.mark.parametrize("who", ["she", "the woman"])
def test_what_somebody_does_makes_no_thing_of_that_name(who, deed):
    outcome, scene = outcome_of("a man and a woman", f"{who} {deed}")
    assert outcome.action == "none"
    assert outcome.left_out == (deed,)
    assert told(scene) == ["1 man", "1 woman"]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("she saws", "1 woman holding saw"),
        ("she fishes", "1 woman holding fishing rod"),
        ("the woman hammers", "1 woman holding hammer"),
        ("she waves", "1 waving woman"),
        ("she cries", "1 woman with water drop"),
        ("the woman flies", "1 flying woman"),
    ],
)
def test_what_somebody_does_is_shown_where_it_is_known(said, stands):
    outcome, scene = outcome_of("a man and a woman", said)
    assert outcome.action == "change"
    assert stands in told(scene)
    assert "1 man" in told(scene)


def test_who_does_something_becomes_a_drawing_of_it():
    check("a man and a woman", ("he surfs",), "1 surfer", "1 woman")
    check("a man and a woman", ("he boxes",), "1 boxer", "1 woman")


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a man riding a horse", "he falls off", ("1 falling man next to horse", "1 horse")),
        ("a man riding a horse", "the man falls off the horse",
         ("1 falling man next to horse", "1 horse")),
        ("a boy on a chair", "he jumps off the chair", ("1 boy next to chair", "1 chair")),
        ("a woman riding a bike", "she gets off the bike",
         ("1 bicycle", "1 woman next to bicycle")),
        ("a woman on a bike", "she gets off", ("1 bicycle", "1 woman next to bicycle")),
        ("a boy in a tree", "he climbs down from the tree", ("1 boy next to tree", "1 tree")),
        ("a cat in a box", "it gets out of the box", ("1 box", "1 cat next to box")),
        ("a dog in the water", "it gets out of the water", ("1 dog",)),
        ("a man on a horse", "he dismounts", ("1 horse", "1 man next to horse")),
        ("a sleeping cat on a chair", "it comes down", ("1 cat next to chair", "1 chair")),
        ("a cat on a chair", "it is no longer on the chair", ("1 cat next to chair", "1 chair")),
        ("a cat on a table", "the cat falls down", ("1 falling cat next to table", "1 table")),
        ("a man wearing a hat", "his hat falls off", ("1 falling hat next to man", "1 man")),
        ("a bird in a cage", "it flies out of the cage",
         ("1 birdcage", "1 flying bird")),
        ("a flying bird and a tree", "it sits on the tree", ("1 bird in tree", "1 tree")),
        ("a flying seagull", "it lands on a rock", ("1 rock", "1 seagull on rock")),
    ],
)  # fmt: skip
def test_who_gets_off_or_out_stands_beside_it(wish, said, stands):
    check(wish, (said,), *stands)


def test_who_is_on_nothing_gets_off_nothing():
    outcome, _ = outcome_of("a man and a horse", "he gets off the horse")
    assert outcome.action == "none"


@pytest.mark.parametrize(
    ("wish", "deed", "stands"),
    [
        ("a crying baby", "crying", "1 baby"),
        ("a sleeping cat", "sleeping", "1 cat"),
        ("a barking dog", "barking", "1 dog"),
        ("a woman singing", "singing", "1 woman"),
        ("a woman dreaming", "dreaming", "1 woman"),
        ("a running dog", "running", "1 dog"),
        ("a woman dancing", "dancing", "1 woman"),
        ("a wet dog", "wet", "1 dog"),
    ],
)
def test_what_is_over_is_no_more_seen(wish, deed, stands):
    who = stands.split()[1]
    for said in (f"it stopped {deed}", f"stop {deed}", f"it is not {deed} any more",
                 f"it isn't {deed} anymore", f"the {who} is no longer {deed}"):  # fmt: skip
        check(wish, (said,), stands)
    if deed != "wet":
        check(wish, (f"the {who} stops {deed}",), stands)


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a crying baby", "the baby is happy again", "1 baby"),
        ("a crying baby", "don't cry", "1 baby"),
        ("a crying baby", "the baby no longer cries", "1 baby"),
        ("a barking dog", "the dog is quiet again", "1 dog"),
        ("an angry man", "he is calm again", "1 man"),
        ("a wet dog", "it is dry again", "1 dog"),
        ("a man eating an apple", "he stopped eating", "1 man holding apple"),
    ],
)
def test_who_is_otherwise_is_no_more_so(wish, said, stands):
    outcome, scene = outcome_of(wish, said)
    assert outcome.action == "change"
    assert stands in told(scene)


def test_only_what_is_told_is_over():
    check("a crying child", ("the child is wet", "it stopped crying"), "1 wet child")
    check("a running dog and a cat", ("stop it",), "1 cat", "1 dog")
    outcome, _ = outcome_of("a running dog", "the dog is happy")
    assert outcome.action == "none"


@pytest.mark.parametrize("said", ["stop the dog", "stop it", "the dog stops", "halt the dog"])
def test_who_is_stopped_stands_at_rest(said):
    check("a running dog", (said,), "1 dog")
    outcome, scene = outcome_of("a dog and a cat", said)
    assert outcome.action in ("none", "question")
    assert told(scene) == ["1 cat", "1 dog"]


@pytest.mark.parametrize(
    "said",
    ["the boy throws a ball to the girl", "he throws her the ball", "the boy throws her a ball",
     "throw the ball to her", "he tosses the ball to her", "throw her a ball"],
)  # fmt: skip
@pytest.mark.parametrize("wish", ["a boy and a girl", "a girl and a boy with a ball"])
def test_what_is_thrown_is_in_the_air_toward_somebody(wish, said):
    check(wish, (said,), "1 boy throwing sports ball", "1 girl", "1 sports ball")


def test_what_is_given_or_caught_is_nobody_elses():
    thrown = "the boy throws a ball to the girl"
    check("a boy and a girl", (thrown, "she catches it"),
          "1 boy", "1 girl catching sports ball", "1 sports ball")  # fmt: skip
    for said in ("he gives it to her", "he hands her the ball", "the boy passes the ball to her"):
        check("a boy holding a ball and a girl", (said,),
              "1 boy", "1 girl holding sports ball", "1 sports ball")  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("wish", ["a boy and a girl", "a girl to the left of a boy"])
def test_a_thrown_ball_flies_between_the_two(wish, seed):
    planner = Planner(load_collage())
    before = planner.first(read_scene(wish).scene, seed).arrangement
    said = "the boy throws a ball to the girl"
    outcome = interpret(said, before.scene, (), None, before.row())
    after = planner.next(outcome.change, before).arrangement
    middles = dict[str, float]()
    for thing, box in zip(after.scene.things, after.boxes(), strict=True):
        middles[thing.noun] = (box[0] + box[2]) / 2
    assert middles["boy"] < middles["sports ball"] < middles["girl"]


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("two girls on a bench", ("two of them are sad",),
         ("1 bench", "2 girl on bench with water drop")),
        ("two dogs", ("one of them is wet", "two of them are jumping"),
         ("1 jumping dog", "1 jumping dog")),
        ("four dogs", ("half of the dogs are sleeping",), ("2 dog", f"2 {ASLEEP}")),
        ("three dogs", ("only one of them is running",), ("1 running dog", "2 dog")),
        ("three dogs", ("each of them is wet",), ("3 wet dog",)),
        ("two sleeping dogs", ("none of them is sleeping",), ("2 dog",)),
        ("two children", ("one is running and the other is eating an apple",),
         ("1 apple", "1 child eating apple", "1 running child")),
        ("four birds", ("they all fly",), ("4 flying bird",)),
        ("a boy and a girl", ("make the boy wave",), ("1 girl", "1 waving boy")),
    ],
)  # fmt: skip
def test_all_half_and_none_of_several(wish, said, stands):
    check(wish, said, *stands)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("it starts to cry", "1 dog with water drop"),
        ("it begins barking", "1 open mouthed dog"),
        ("it goes to sleep", f"1 {ASLEEP}"),
        ("the dog keeps running", "1 running dog"),
        ("I want it to run", "1 running dog"),
        ("the dog will sleep", f"1 {ASLEEP}"),
        ("it got wet", "1 wet dog"),
        ("it gets angry", "1 dog with storm cloud"),
    ],
)
def test_what_begins_and_goes_on_is_so(said, stands):
    check("a dog", (said,), stands)


def test_what_is_still_so_is_not_over():
    for said in ("it is still wet", "why is the dog drinking"):
        outcome, scene = outcome_of("a wet dog", said)
        assert outcome.action == "none"
        assert told(scene) == ["1 wet dog"]
    outcome, _ = outcome_of("a sleeping dog", "it is sleeping")
    assert [each.kind for each in outcome.remarks] == ["already"]


@pytest.mark.parametrize("said", ["he gets up", "the man stands up", "he jumps down"])
def test_who_gets_up_sits_no_more(said):
    check("a man sitting on a bench", (said,), "1 bench", "1 man next to bench")


def test_in_doubt_who_is_the_other_one_a_question_is_asked_once():
    outcome, _ = outcome_of("a man and a woman", "the other one is barking")
    assert outcome.question.choices == ("the man", "the woman")
    changes = [each.change.after for each in outcome.question.outcomes]
    assert told(changes[0]) == ["1 open mouthed man", "1 woman"]
    assert told(changes[1]) == ["1 man", "1 open mouthed woman"]


@pytest.mark.parametrize("said", ["it stops", "it stopped", "stop", "stop it", "stop that"])
def test_what_stops_is_still_there(said):
    check("a running dog in a park", (said,), "1 dog")


@pytest.mark.parametrize(
    ("said", "stands"),
    [("she jumps", "1 jumping girl with water drop"),
     ("she lies down", "1 lying girl with water drop"),
     ("she falls asleep", "1 lying girl with sleep symbol")],
)  # fmt: skip
def test_who_cries_does_so_whatever_she_does(said, stands):
    check("a crying girl and a boy", (said,), stands, "1 boy")


def test_nobody_runs_sitting():
    check("a man sitting on a bench", ("he runs away",), "1 bench", "1 running man next to bench")
    outcome, _ = outcome_of("a man sitting on a bench", "he sits down")
    assert [each.kind for each in outcome.remarks] == ["already"]


def test_they_all_are_those_that_were_told_apart_too():
    check(
        "four birds", ("half of them are wet", "they all walk"), "2 walking bird", "2 walking bird"
    )
    check(
        "a girl and a dog", ("she begins reading a book",), "1 book", "1 dog", "1 girl reading book"
    )


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("a red balloon and a blue balloon", "let the red one fly up"),
        ("a bird and a tree", "make the bird fly up"),
    ],
)
def test_who_flies_up_brings_no_fly(wish, said):
    outcome, scene = outcome_of(wish, said)
    assert scene.things[0].state == "flying"
    assert "fly" not in [thing.noun for thing in scene.things] and not outcome.left_out
