"""Who has what: something new is one more, only what is known goes from one to another."""

import pytest

from maskgil.nano.dialogue.interpreter import interpret
from maskgil.nano.dialogue.pending import answered
from maskgil.nano.reader.reader import KINDS, read_scene
from tests.maskgil.nano.dialogue.stands import outcome_of

HATS = "a cat wearing a hat and a dog"
BALLS = "a girl holding a ball and a boy"
BOTH = "a cat wearing a hat, a dog wearing a hat and a bird"


def pairs_of(scene):
    """Who has what: "cat wearing hat"."""
    return sorted(
        f"{scene.things[each.subject].noun} {each.name} {scene.things[i].noun}"
        for each in scene.relations for i in each.objects
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "said", "has"),
    [
        (HATS, "the dog wears a hat", ["cat wearing hat", "dog wearing hat"]),
        (HATS, "the dog has a hat", ["cat wearing hat", "dog wearing hat"]),
        (HATS, "let the dog have a hat", ["cat wearing hat", "dog wearing hat"]),
        ("a dog and a cat", "give the dog boots", ["dog wearing boot"]),
        ("a dog and a cat", "give the dog some boots", ["dog wearing boot"]),
        ("a man wearing a hat", "give the girl a hat", ["girl wearing hat", "man wearing hat"]),
        ("a dog and a cat", "give the man sunglasses", ["man wearing sunglasses"]),
        (HATS, "the dog needs a hat", ["cat wearing hat", "dog wearing hat"]),
        ("a dog and a cat", "the dog needs boots", ["dog wearing boot"]),
        ("a dog and a cat", "the dog gets glasses", ["dog wearing glasses"]),
        (HATS, "the dog puts on a hat", ["cat wearing hat", "dog wearing hat"]),
        (HATS, "put a hat on the dog", ["cat wearing hat", "dog wearing hat"]),
        (HATS, "everyone wears a hat", ["cat wearing hat", "dog wearing hat"]),
        ("a cat wearing a crown and a dog", "everyone has a hat",
         ["cat wearing hat", "dog wearing hat"]),
        (BALLS, "the boy holds a ball", ["boy holding sports ball", "girl holding sports ball"]),
        (BALLS, "give the boy a ball", ["boy holding sports ball", "girl holding sports ball"]),
        ("a girl holding a balloon and a boy", "a boy with a balloon",
         ["boy holding balloon", "girl holding balloon"]),
        ("a girl riding a horse and a boy", "the boy rides a horse",
         ["boy riding horse", "girl riding horse"]),
        ("a girl reading a book and a boy", "the boy reads a book",
         ["boy reading book", "girl reading book"]),
        ("a man eating a pizza and a woman", "the woman eats a pizza",
         ["man eating pizza", "woman eating pizza"]),
        ("a girl sitting on a chair and a boy", "the boy sits on a chair",
         ["boy on chair", "girl on chair"]),
        ("a dog, a black dog and a cat", "put a hat on every dog",
         ["dog wearing hat", "dog wearing hat"]),
        (BOTH, "the bird wears a hat", ["bird wearing hat", "cat wearing hat", "dog wearing hat"]),
    ],
)  # fmt: skip
def test_something_new_is_one_more(wish, said, has):
    outcome, scene = outcome_of(wish, said)
    assert outcome.action == "change"
    assert pairs_of(scene) == has
    objects = [i for each in scene.relations for i in each.objects]
    assert len(set(objects)) == len(has)  # each has its own


@pytest.mark.parametrize(
    ("wish", "said", "has"),
    [
        (HATS, "the dog wears the hat", ["dog wearing hat"]),
        (HATS, "put the hat on the dog", ["dog wearing hat"]),
        (HATS, "give the dog the hat", ["dog wearing hat"]),
        (HATS, "give the dog the cat's hat", ["dog wearing hat"]),
        (BALLS, "give the boy the ball", ["boy holding sports ball"]),
        (BALLS, "give the ball to the boy", ["boy holding sports ball"]),
        (BALLS, "give him the ball", ["boy holding sports ball"]),
        ("a cat and a hat", "the cat wears a hat", ["cat wearing hat"]),
        (BOTH, "the dog takes off the hat", ["cat wearing hat"]),
        (BOTH, "remove the dog the hat", ["cat wearing hat"]),  # of other languages
        (BALLS, "give the ball the boy", ["boy holding sports ball"]),
        (BOTH, "remove everything except the dog", ["dog wearing hat"]),
    ],
)
def test_what_is_known_goes_from_one_to_another(wish, said, has):
    outcome, scene = outcome_of(wish, said)
    assert outcome.action == "change"
    assert pairs_of(scene) == has


@pytest.mark.parametrize(
    ("wish", "said", "has"),
    [
        ("a woman wearing a dress", "give her a coat", ["woman wearing coat"]),
        ("a woman wearing jeans and a shirt", "she wears a dress", ["woman wearing dress"]),
        ("a woman wearing jeans and a shirt", "give her a tutu",
         ["woman wearing shirt", "woman wearing tutu"]),
        ("a man wearing boots", "give him sandals", ["man wearing sandals"]),
        ("a man wearing a hat", "he puts on a crown", ["man wearing crown"]),
        ("a man wearing a crown", "he holds a hat", ["man holding hat", "man wearing crown"]),
        ("a man wearing a scarf", "he wears glasses", ["man wearing glasses", "man wearing scarf"]),
    ],
)  # fmt: skip
def test_clothes_take_the_place_of_what_was_worn_there(wish, said, has):
    outcome, scene = outcome_of(wish, said)
    assert outcome.action == "change"
    assert pairs_of(scene) == has


def test_who_dances_is_dressed_and_dances_still():
    _, scene = outcome_of("a woman dancing", "give her a red dress")
    assert pairs_of(scene) == ["woman wearing dress", "woman with musical notes"]
    assert scene.things[0].state == "dancing"


def test_what_is_given_is_no_hat_that_is_denied():
    _, scene = outcome_of("a dog and a cat", "give both animals a hat", "no hats")
    assert [one.noun for one in scene.things] == ["dog", "cat"]


def test_they_who_are_given_something_are_alive():
    _, scene = outcome_of("a boy and a girl", "give them an umbrella", "give them a ball")
    assert pairs_of(scene) == ["boy holding sports ball", "boy holding umbrella",
                               "girl holding sports ball", "girl holding umbrella"]  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "said", "sizes"),
    [
        ("a boy and a dog", "the dog is bigger than the boy", [None, "giant"]),
        ("a house and a tree", "make the tree taller than the house", [None, "big"]),
        ("an elephant and a mouse", "the elephant should be smaller than the mouse",
         ["tiny", None]),
    ],
)  # fmt: skip
def test_what_is_compared_is_resized_and_nothing_else(wish, said, sizes):
    _, scene = outcome_of(wish, said)
    assert [one.noun for one in scene.things] == [one.noun for one in read_scene(wish).scene.things]
    assert [one.size for one in scene.things] == sizes


def test_what_is_smaller_already_is_told():
    outcome, _ = outcome_of("a boy and a dog", "the dog is smaller than the boy")
    assert [each.kind for each in outcome.remarks] == ["already"]


def test_who_wears_a_hat_has_it_in_another_colour_and_no_second_one():
    _, scene = outcome_of("a cat wearing a hat", "the cat wears a red hat")
    assert [(thing.noun, thing.colour) for thing in scene.things] == [("cat", None), ("hat", "red")]


def test_clothes_that_take_a_place_need_no_room():
    wish = "a man, a dog, a cat, a cow, a pig, a duck and a horse"
    _, scene = outcome_of(wish, "the man wears a hat", "the man wears a crown")
    assert len(scene.things) == KINDS
    assert "man wearing crown" in pairs_of(scene)


@pytest.mark.parametrize(
    ("wish", "said", "choices", "answer", "meant"),
    [
        (BOTH, "make the hat red", ("the cat's hat", "the dog's hat"), "the dog", 3),
        (BOTH, "make the hat red", ("the cat's hat", "the dog's hat"), "the cat's hat", 1),
        ("a dog next to a tree and a dog on a bench", "make the dog black",
         ("the left dog", "the right dog"), "the left one", 2),
    ],
)  # fmt: skip
def test_two_alike_are_told_apart_where_it_is_asked_which(wish, said, choices, answer, meant):
    scene = read_scene(wish).scene
    backwards = [(index, 1 - index / 9) for index in reversed(range(len(scene.things)))]
    question = interpret(said, scene, row=backwards).question
    assert question.choices == choices
    after = answered(question, answer).change.after
    assert [index for index, one in enumerate(after.things) if one.colour] == [meant]


@pytest.mark.parametrize(
    "said", ["the cat is riding a bike", "the dog has a hat", "the cat holds a ball"]
)
def test_a_sentence_of_its_own_answers_no_question(said):
    question = interpret("make it smaller", read_scene("a dog and a cat").scene).question
    assert answered(question, said) is None
    assert answered(question, "the dog").action == answered(question, "the cat").action == "change"
