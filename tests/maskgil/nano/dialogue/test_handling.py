"""Who drops, picks up, puts on or takes off what is there."""

import pytest

from tests.maskgil.nano.dialogue.stands import check, outcome_of

BALL = "a man holding a ball"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        (BALL, ["he drops it"], "a ball next to a man"),
        (BALL, ["the man is dropping the ball"], "a ball next to a man"),
        (BALL, ["he drops it", "he picks it up"], BALL),
        (BALL, ["he puts the ball down"], "a ball next to a man"),
        (BALL, ["he lets go of the ball"], "a ball next to a man"),
        (BALL, ["he throws it away"], "a man"),
        (BALL, ["he drops the ball and runs"], "a ball next to a running man"),
        (BALL, ["he drops it", "he picks it up again"], BALL),
        (BALL, ["he lets the ball go"], "a ball next to a man"),
        ("a man", ["he puts his hat on"], "a man wearing a hat"),
        ("a child holding a balloon", ["she lets go of the balloon"], "a child and a balloon"),
        ("a dog holding a bone", ["the dog drops the bone"], "a bone next to a dog"),
        ("a cat", ["it picks up a fish", "it drops the fish"], "a fish next to a cat"),
        ("a man wearing a hat", ["he takes off the hat"], "a man"),
        ("a man wearing a hat", ["he takes his hat off"], "a man"),
        ("a woman wearing a red hat and holding a book", ["she takes it off"],
         "a woman holding a book"),
        ("a woman wearing a red hat and holding a book", ["she puts the book down"],
         "a book next to a woman wearing a red hat"),
        ("a woman and a hat", ["she puts the hat on"], "a woman wearing a hat"),
        ("a man", ["he puts on a hat"], "a man wearing a hat"),
        ("a man", ["he takes a photo"], "a man holding a camera"),
        ("a man wearing glasses", ["he takes his glasses off and puts on a coat"],
         "a man wearing a coat"),
        ("a boy holding a ball and a girl", ["the girl takes the ball"],
         "a girl holding a ball and a boy"),
    ],
)  # fmt: skip
def test_a_thing_is_where_it_is_put(wish, said, stands):
    check(wish, said, stands)


@pytest.mark.parametrize(
    ("wish", "said"),
    [("a man", "he drops the ball"), ("a man and a ball", "he drops the ball"),
     ("a man", "he takes off the hat"), ("a man", "he takes a bribe")],
)  # fmt: skip
def test_what_nobody_has_is_not_dropped(wish, said):
    outcome, _ = outcome_of(wish, said)
    assert outcome.action == "none"
    assert outcome.left_out or outcome.remarks


@pytest.mark.parametrize(
    ("wish", "said", "who", "how"),
    [
        ("a woman, a dog and a bench", ["she sits on the bench", "it sits next to her"],
         "dog", "next to"),
        ("a boy throwing a ball", ["a dog catches it"], "dog", "catching"),
        ("a boy", ["he sits down on a chair and reads a book"], "boy", "reading"),
        ("a boy on a chair", ["he reads a book"], "boy", "on"),
        ("a boy reading a book", ["he sits on a chair"], "boy", "reading"),
        ("a man and a woman", ["he gives her flowers"], "woman", "holding"),
        ("a man and a woman", ["add two flowers", "they kiss"], "man", "kissing"),
    ],
)  # fmt: skip
def test_who_does_something_is_who_can(wish, said, who, how):
    outcome, scene = outcome_of(wish, *said)
    assert outcome.action == "change"
    assert (who, how) in [(scene.things[each.subject].noun, each.name) for each in scene.relations]


@pytest.mark.parametrize(
    ("wish", "said", "who"),
    [
        ("a woman with a dog", ["she walks the dog", "it barks"], "dog"),
        ("a woman with a dog", ["he barks"], "dog"),
        ("a lion and a mouse", ["it roars"], "lion"),
    ],
)
def test_who_calls_is_who_can(wish, said, who):
    _, scene = outcome_of(wish, *said)
    assert [thing.noun for thing in scene.things if thing.state == "open mouthed"] == [who]


def test_who_calls_and_has_no_mouth_from_the_front_has_notes():
    _, scene = outcome_of("a rooster", "it crows")
    assert [thing.noun for thing in scene.things] == ["rooster", "musical notes"]


def test_what_melts_is_no_sun():
    _, scene = outcome_of("a snowman and a sun", "it melts")
    assert [thing.state for thing in scene.things] == ["melting", None]


def test_a_balloon_is_new_where_a_ball_stands():
    _, scene = outcome_of("a boy and a ball", "he gets a balloon")
    assert [thing.noun for thing in scene.things] == ["boy", "sports ball", "balloon"]


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a boy", ["he runs in the rain"], "a running boy in the park in the rain"),
        ("a boy", ["he is sitting in the forest"], "a sitting boy in the forest"),
        ("a man", ["give him some shoes"], "a man wearing two shoes"),
        ("a man", ["give him shoes", "give him glasses"],
         "a man wearing two shoes and wearing glasses"),
        ("a man and a dog", ["give it a bone"], "a man and a dog holding a bone"),
        ("a man", ["put an umbrella in one hand"], "a man holding an umbrella"),
        ("a girl", ["she holds a flower in her left hand"], "a girl holding a flower"),
        ("a girl holding a balloon", ["she lets go"], "a girl and a balloon"),
        ("a dog catching a ball", ["the dog brings it back"], "a dog holding a ball"),
        ("a house", ["a fire truck comes"], "a house and a fire truck"),
        ("a house", ["a dog comes to the house"], "a dog next to a house"),
    ],
)  # fmt: skip
def test_all_that_is_told_of_somebody_is_done(wish, said, stands):
    check(wish, said, stands)


def test_each_goes_where_the_other_stands_beside_it():
    outcome, scene = outcome_of("a tiny elephant next to a giant mouse", "swap them")
    assert outcome.change.swapped == (0, 1) and scene == outcome.change.before


@pytest.mark.parametrize("said", ["the balloon flies away", "she lets go", "she drops it"])
def test_what_flies_is_let_go_and_rises(said):
    outcome, scene = outcome_of("a girl holding a balloon", said)
    assert (scene.relations, len(scene.things)) == ((), 2)
    assert outcome.change.shifts[1][1] < 0


def test_it_is_who_sleeps_and_no_sign_of_it():
    _, scene = outcome_of("a dog", "it is sleeping", "replace it with a cat")
    assert [thing.noun for thing in scene.things] == ["cat", "sleep symbol"]


def test_somebody_is_not_told_to_be_what_stands_too():
    outcome, scene = outcome_of("a knight and a dragon", "the knight the dragon")
    assert outcome.action == "none" and [t.noun for t in scene.things] == ["knight", "dragon"]


def test_food_that_is_cut_does_not_go():
    outcome, scene = outcome_of("a birthday cake", "cut the cake")
    assert [thing.noun for thing in scene.things] == ["birthday cake"] and outcome.left_out


def test_nothing_is_put_on_each_part_that_is_not_known():
    outcome, _ = outcome_of("a horse", "put a hat on each leg")
    assert [each.kind for each in outcome.remarks] == ["part"]
