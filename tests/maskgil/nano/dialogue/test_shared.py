"""What another one has as well, said in the same breath."""

import pytest

from maskgil.nano.reader.reader import read_scene
from tests.maskgil.nano.dialogue.stands import check, outcome_of


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a boy and a dog", "the boy wears a red shirt and the dog wears a blue one",
         "a boy wearing a red shirt and a dog wearing a blue shirt"),
        ("a boy and a dog", "the boy wears a red shirt and the dog a blue one",
         "a boy wearing a red shirt and a dog wearing a blue shirt"),
        ("a cat and a dog", "the cat wears a hat and the dog wears one too",
         "a cat wearing a hat and a dog wearing a hat"),
        ("a man and a woman", "the man has an umbrella and the woman gets one as well",
         "a man holding an umbrella and a woman holding an umbrella"),
    ],
)  # fmt: skip
def test_one_is_what_the_other_has(wish, said, stands):
    check(wish, [said], stands)


def test_a_new_picture_is_of_nothing_that_stands():
    said = "new picture: a girl holding three balloons, a red one, a blue one and a green one"
    outcome, _ = outcome_of("an old man sleeping in a chair wearing glasses", said)
    assert outcome.action == "new"
    assert {thing.noun for thing in read_scene(outcome.wish).scene.things} == {"girl", "balloon"}
