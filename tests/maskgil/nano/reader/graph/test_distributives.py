"""Each of several with its own, what one has in each hand, lists behind "with", members."""

import pytest

from maskgil.nano.reader.reader import read_scene
from maskgil.nano.world.captions import canonical


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("three boxes with a ball in each", "three sports balls in three boxes"),
        ("four plates with a pear on each of them", "four pears on four plates on the table"),
        ("two rabbits, each with a carrot", "two rabbits holding two carrots"),
        ("three girls each holding a balloon", "three girls holding three balloons"),
        ("a clown with a balloon in each hand", "a clown holding two balloons"),
        ("a house with a tree on each side", "a house between two trees"),
        # "it" behind a list is what has all of it
        (
            "a house with smoke coming out of the chimney and a cat in front of it",
            "a puff of smoke on the chimney of a house and a cat in front of the house in a field",
        ),
        # who has something in their hand, not where they are
        (
            "a witch in an old house with a candle in her hand",
            "a witch in an abandoned house and the witch holding a candle",
        ),
        (
            "a nurse looking at a boy in a bed",
            "a gazing nurse next to a boy and the boy in a bed in the bedroom",
        ),
        ("a boy swinging a bat", "a boy holding a baseball bat on the baseball field"),
        ("a witch holding a bat", "a witch holding a bat"),
        # the members of a family
        (
            "a family, a mum, a dad and a baby at the beach",
            "a woman, a man and a baby on the beach",
        ),
        ("a family and a dog", "a family and a dog"),
        (
            "a girl and her grandfather fishing from a pier",
            "an old man on a pier, a girl on the pier and the old man holding a fishing rod on the "
            "lake",
        ),
    ],
)
def test_who_has_what(text: str, drawn: str) -> None:
    assert canonical(read_scene(text).scene) == drawn


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a fox who is a king", "a fox wearing a crown and a cape"),
        ("two dog pirates", "two dogs wearing two pirate hats and two eye patches"),
        ("a mouse that's a wizard", "a mouse wearing a pointed hat and holding a magic wand"),
        ("a pig farmer", "a pig and a farmer"),
        ("a rabbit that is white", "a white rabbit"),
    ],
)
def test_animals_in_a_role(text: str, drawn: str) -> None:
    reading = read_scene(text)
    told = canonical(reading.scene)
    assert all(word in told for word in drawn.split()) and not reading.left_out


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a tree with no leaves", "a bare tree"),
        ("a man who is a chef", "a chef"),
        ("a man with no hair", "a bald man"),
        ("a street with no cars", "in the street"),
    ],
)
def test_one_noun_for_a_clause(text: str, drawn: str) -> None:
    assert canonical(read_scene(text).scene) == drawn
