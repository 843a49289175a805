"""Of several alike the one that is meant: "the second cat", "the tree on the left"."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.stage import Planner
from maskgil.nano.reader.reader import read_scene
from maskgil.nano.scene_prompts import somewhere
from maskgil.presets.load import load_collage
from tests.maskgil.nano.dialogue.stands import change_of, outcome_of

CATS = "three cats in a garden"
TREES = "three trees in a park"


def told(wish, *texts):
    """Count, noun and look of what stands behind some utterances, and how it stands."""
    outcome, scene = outcome_of(wish, *texts)
    assert outcome.action == "change", outcome
    things = [f"{t.count} {t.colour or t.size or ''} {t.noun}" for t in scene.things]
    pairs = sorted(
        f"{scene.things[r.subject].count} {scene.things[r.subject].noun} {r.name} "
        f"{scene.things[r.objects[0]].noun}"
        for r in scene.relations
    )
    return sorted(" ".join(each.split()) for each in things), pairs


@pytest.mark.parametrize(
    ("wish", "said", "things", "pairs"),
    [
        (CATS, "give the third cat a hat", ["1 cat", "1 hat", "2 cat"], ["1 cat wearing hat"]),
        (CATS, "put a hat on the left cat", ["1 cat", "1 hat", "2 cat"], ["1 cat wearing hat"]),
        (CATS, "the cat on the left wears a hat", ["1 cat", "1 hat", "2 cat"],
         ["1 cat wearing hat"]),
        (CATS, "the cat to the right wearing a hat", ["1 cat", "1 hat", "2 cat"],
         ["1 cat wearing hat"]),
        (CATS, "the cat to the left should be black", ["1 black cat", "2 cat"], []),
        (CATS, "I want the second cat to wear a hat", ["1 cat", "1 hat", "2 cat"],
         ["1 cat wearing hat"]),
        (CATS, "put hats on the first two cats", ["1 cat", "2 cat", "2 hat"],
         ["2 cat wearing hat"]),
        (CATS, "give one of the cats a hat", ["1 cat", "1 hat", "2 cat"], ["1 cat wearing hat"]),
        (CATS, "give one a hat", ["1 cat", "1 hat", "2 cat"], ["1 cat wearing hat"]),
        (CATS, "let the second one hold a flower", ["1 cat", "1 flower", "2 cat"],
         ["1 cat holding flower"]),
        (CATS, "enlarge the right cat", ["1 big cat", "2 cat"], []),
        (CATS, "the second cat from the right should be black", ["1 black cat", "2 cat"], []),
        (CATS, "the first and the third cat black", ["1 cat", "2 black cat"], []),
        (CATS, "paint the first blue and the second red",
         ["1 blue cat", "1 cat", "1 red cat"], []),
        (CATS, "turn the middle cat into a dog", ["1 dog", "2 cat"], []),
        (CATS, "replace the second cat with a dog", ["1 dog", "2 cat"], []),
        (CATS, "remove the first and the third cat", ["1 cat"], []),
        (CATS, "put the left cat on a chair", ["1 cat", "1 chair", "2 cat"], ["1 cat on chair"]),
        (TREES, "put a bird on the middle tree", ["1 bird", "1 tree", "2 tree"],
         ["1 bird in tree"]),
        (TREES, "put a ball to the left of the last tree", ["1 sports ball", "1 tree", "2 tree"],
         ["1 sports ball left of tree"]),
        (CATS, "put the left cat next to the right cat", ["1 cat", "1 cat", "1 cat"],
         ["1 cat next to cat"]),
        (CATS, "the first cat should be behind the last one", ["1 cat", "1 cat", "1 cat"],
         ["1 cat behind cat"]),
        ("two cats in a garden", "the cat on the left next to the cat on the right",
         ["1 cat", "1 cat"], ["1 cat next to cat"]),
        ("three cars on a road", "paint the second car blue", ["1 blue car", "2 car"], []),
        ("a red car and a blue car", "paint the second car green", ["1 green car", "1 red car"],
         []),
        ("a dog and a cat", "give the left animal a hat", ["1 cat", "1 dog", "1 hat"],
         ["1 dog wearing hat"]),
        ("two cats", "paint the first black and remove the second", ["1 black cat"], []),
        ("three cats wearing hats", "paint the second cat black",
         ["1 black cat", "1 hat", "2 cat", "2 hat"], ["1 cat wearing hat", "2 cat wearing hat"]),
        ("three cats wearing hats", "the left cat's hat should be green",
         ["1 cat", "1 green hat", "2 cat", "2 hat"], ["1 cat wearing hat", "2 cat wearing hat"]),
        ("three cats wearing hats", "take the hat off the second cat",
         ["1 cat", "2 cat", "2 hat"], ["2 cat wearing hat"]),
        ("a cat wearing a hat and a dog wearing a hat", "paint the hat of the dog red",
         ["1 cat", "1 dog", "1 hat", "1 red hat"], ["1 cat wearing hat", "1 dog wearing hat"]),
        ("three cats, a dog, a tree, a car and a house", "remove the second cat",
         ["1 car", "1 dog", "1 house", "1 tree", "2 cat"], []),
    ],
)  # fmt: skip
def test_one_of_several_alone_is_changed(wish, said, things, pairs):
    assert told(wish, said) == (sorted(things), sorted(pairs))


@pytest.mark.parametrize(
    ("wish", "said", "things", "pairs"),
    [
        (CATS, "move the cats to the left", ["3 cat"], []),
        (CATS, "put the cat on the left", ["3 cat"], []),
        (CATS, "give the cats hats", ["2 hat", "3 cat"], ["3 cat wearing hat"]),
        (CATS, "make the left cat grey and then the cats black", ["3 black cat"], []),
        ("a cat and a dog", "the cat and the dog should be black", ["1 black cat", "1 black dog"],
         []),
    ],
)  # fmt: skip
def test_all_of_them_are_changed(wish, said, things, pairs):
    assert told(wish, said) == (sorted(things), sorted(pairs))


@pytest.mark.parametrize(
    ("said", "count"), [("paint the fifth cat black", 3), ("the fourth one is red", 3)]
)
def test_there_are_not_so_many(said, count):
    outcome, scene = outcome_of(CATS, said)
    assert outcome.action == "none" and len(scene.things) == 1
    assert [(each.kind, each.count) for each in outcome.remarks] == [("only", count)]


def test_what_comes_to_nothing_tells_nothing_apart():
    outcome, scene = outcome_of(CATS, "let the second cat fribble")
    assert outcome.action == "none" and len(scene.things) == 1


def test_a_hat_is_handed_on_and_another_is_another():
    cat_and_dog = "a cat wearing a hat and a dog"
    assert told(cat_and_dog, "put the hat on the dog")[1] == ["1 dog wearing hat"]
    assert told(cat_and_dog, "give the dog a hat") == (
        ["1 cat", "1 dog", "1 hat", "1 hat"], ["1 cat wearing hat", "1 dog wearing hat"]
    )  # fmt: skip


@pytest.fixture(scope="module")
def planner():
    return Planner(load_collage())


def row_behind(planner, wish, *texts):
    """Noun and colour of all that stands, from left to right, and where that is."""
    arrangement = planner.first(somewhere(read_scene(wish).scene), 0).arrangement
    last, stood = None, sorted(s.middle for s in arrangement.sprites)
    for text in texts:
        outcome = interpret(text, arrangement.scene, (), last, arrangement.row())
        last = outcome.change
        arrangement = planner.next(last, arrangement).arrangement
    things = [arrangement.scene.things[index] for index, _ in arrangement.row()]
    return [t.colour or t.noun for t in things], stood, arrangement


@pytest.mark.parametrize(
    ("texts", "row"),
    [
        (["the fourth cat red"], ["cat", "cat", "cat", "red", "cat"]),
        (["the fourth cat red", "the second cat blue"], ["cat", "blue", "cat", "red", "cat"]),
        (["the fourth cat red", "the last one blue"], ["cat", "cat", "cat", "red", "blue"]),
        (["the second and the third cat red", "the third cat blue"],
         ["cat", "red", "blue", "cat", "cat"]),
        (["the first cat red", "remove the second cat"], ["red", "cat", "cat", "cat"]),
        (["give the second cat a hat", "the third cat red"],
         ["cat", "cat", "hat", "red", "cat", "cat"]),
    ],
)  # fmt: skip
def test_it_is_the_one_that_stands_there(planner, texts, row):
    assert row_behind(planner, "five cats", *texts)[0] == row


@pytest.mark.parametrize("said", ["remove the second cat", "take the second one away"])
def test_the_others_stay_where_they_stand(planner, said):
    _, stood, after = row_behind(planner, CATS, said)
    assert sorted(sprite.middle for sprite in after.sprites) == [stood[0], stood[2]]


def test_what_is_left_of_several_stays_where_it_stands(planner):
    text = "paint the first black and remove the second"
    _, stood, after = row_behind(planner, "two cats", text)
    assert [sprite.middle for sprite in after.sprites] == stood[:1]


CAR = "a red car on a road"


@pytest.mark.parametrize(
    ("wish", "said", "things", "pairs"),
    [
        (CAR, "add a blue car to the left of the red one and a green one to the right",
         ["1 blue car", "1 green car", "1 red car"], ["1 car left of car", "1 car right of car"]),
        (CAR, "put a blue one to the left of it and a green one to the right",
         ["1 blue car", "1 green car", "1 red car"], ["1 car left of car", "1 car right of car"]),
        (CAR, "a blue one on the left and a green one on the right",
         ["1 blue car", "1 green car", "1 red car"], ["1 car left of car"]),
        ("a tree", "put a dog to the left of the tree and one to the right",
         ["1 dog", "1 dog", "1 tree"], ["1 dog left of tree", "1 dog right of tree"]),
        ("a tree", "put a dog to the left of the tree and a cat to the right of it",
         ["1 cat", "1 dog", "1 tree"], ["1 cat right of tree", "1 dog left of tree"]),
        ("a tree", "add a white dog in front of the tree and a black one behind",
         ["1 black dog", "1 tree", "1 white dog"], ["1 dog behind tree", "1 dog in front of tree"]),
        ("two cats", "a black one and a white one", ["1 black cat", "1 white cat"], []),
    ],
)  # fmt: skip
def test_what_is_told_in_short_is_of_the_same_kind_and_place(wish, said, things, pairs):
    assert told(wish, said) == (sorted(things), sorted(pairs))


@pytest.mark.parametrize(
    ("wish", "said", "colours"),
    [
        ("three balls", "make the balls red, green and blue",
         [("red", 1), ("green", 1), ("blue", 1)]),
        ("five balls", "paint them red and blue", [("red", 3), ("blue", 2)]),
        ("a cat and a dog", "make them red and blue", [("red", 1), ("blue", 1)]),
        ("a clown and three balls", "the balls are red, green and blue",
         [(None, 1), ("red", 1), ("green", 1), ("blue", 1)]),
        ("three balls", "make every ball a different color",
         [("red", 1), ("yellow", 1), ("green", 1)]),
        ("ten ducks", "make every second duck blue", [(None, 5), ("blue", 5)]),
        ("ten ducks", "make every other duck blue", [(None, 5), ("blue", 5)]),
        ("nine ducks", "paint every third duck red", [(None, 6), ("red", 3)]),
        ("ten ducks", "make three ducks red", [(None, 7), ("red", 3)]),
    ],
)  # fmt: skip
def test_several_are_painted_in_several_colours(wish, said, colours):
    outcome, scene = outcome_of(wish, said)
    assert outcome.left_out == ()
    found = [(thing.colour, thing.count) for thing in scene.things]
    assert sorted(found, key=str) == sorted(colours, key=str)


def test_every_second_one_is_told_from_the_left():
    assert change_of("ten ducks", "make every second duck blue").copies == {1: (1, 3, 5, 7, 9)}
    assert change_of("four balls", "make them red and blue").copies == {1: (1, 3)}


def test_one_thing_is_of_two_colours_and_of_three_the_others_are_told():
    outcome, scene = outcome_of("a cat", "make it black and white")
    assert (scene.things[0].colour, scene.things[0].texture) == ("white", "half black")
    assert outcome.left_out == ()
    outcome, scene = outcome_of("a ball", "make it red, blue and green")
    assert (scene.things[0].colour, outcome.left_out) == ("red", ("blue", "green"))
    outcome, scene = outcome_of("a black and white cat", "make it orange")
    assert (scene.things[0].colour, scene.things[0].texture) == ("orange", None)


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (["half of them blue", "remove three ducks"], [2, 5]),
        (["half of them blue", "make two ducks red", "remove two ducks"], [1, 5, 2]),
        (["half of them blue", "make seven of them red"], [5, 3, 2]),
    ],
)
def test_so_many_of_several_are_meant_however_they_look(said, counts):
    _, scene = outcome_of("ten ducks", *said)
    assert sorted(thing.count for thing in scene.things) == sorted(counts)


@pytest.mark.parametrize(
    ("wish", "said", "things"),
    [
        ("a dog and a big dog", "make the largest dog blue", ["1 dog", "1 big blue dog"]),
        ("a dog and a big dog", "the smallest one should be red", ["1 red dog", "1 big dog"]),
        ("a dog and a big dog", "remove the smallest", ["1 big dog"]),
        ("a dog and a big dog", "remove the dog bigger", ["1 dog"]),  # as in Spanish
        ("a dog and a big dog", "make the smallest bigger", ["1 big dog", "1 big dog"]),
        ("a mouse, an elephant and a cat", "remove the largest animal", ["1 mouse", "1 cat"]),
        ("four trees", "the two tallest trees should be red", ["2 tree", "2 red tree"]),
        ("a dog", "the biggest dog should be black", ["1 black dog"]),
    ],
)  # fmt: skip
def test_superlatives_choose_among_several(wish, said, things):
    scene = outcome_of(wish, said)[1]
    looks = (map(str, filter(None, (t.count, t.size, t.colour, t.noun))) for t in scene.things)
    assert [" ".join(each) for each in looks] == things
