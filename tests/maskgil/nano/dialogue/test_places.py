"""Where a picture is, changed: rooms, and what is a thing too."""

import pytest

from tests.maskgil.nano.dialogue.stands import check, outcome_of

PARK = "a girl in the park"


@pytest.mark.parametrize(
    ("wish", "said", "stands"),
    [
        ("a girl and a dog", "make it a classroom", "a girl and a dog in the classroom"),
        ("a girl and a dog", "put them in a cave", "a girl and a dog in the cave"),
        ("a boat on the lake", "at the harbor instead", "a boat at the harbor"),
        (PARK, "put her in the church", "a girl in the church"),
        (PARK, "put in the church", "a girl in the church"),
        (PARK, "make it a hospital", "a girl in the hospital"),
        (PARK, "change it to a church", "a girl in the church"),
        (PARK, "turn the park into a church", "a girl in the church"),
        (PARK, "replace the park with a restaurant", "a girl in the restaurant"),
        (PARK, "instead of the park a playground", "a girl at the playground"),
        (PARK, "the background is a cave", "a girl in the cave"),
        (PARK, "take her to the library", "a girl in the library"),
        (PARK, "take her to the church", "a girl in the church"),
        (PARK, "go to the supermarket", "a girl in the shop"),
        (PARK, "in the swimming pool", "a girl at the swimming pool"),
        ("a girl in the church", "replace the church with a classroom", "a girl in the classroom"),
        ("a girl in the church", "change the church to a stage", "a girl on the stage"),
        ("a girl in the church", "put a dog in the church", "a girl and a dog in the church"),
        (PARK, "put her on the rooftop", "a girl on the rooftop"),
        (PARK, "make it a museum", "a girl in the museum"),
        (PARK, "make it autumn", "a girl in the autumn forest"),
        (PARK, "make it a barn", "a girl in the stable"),
        ("a girl in the attic", "replace the attic with a pier", "a girl on the pier"),
        ("a girl at the volcano", "take her to the campsite", "a girl at the campsite"),
        (PARK, "in a wheat field", "a girl in the wheat field"),
        # and what is a thing
        (PARK, "add a volcano", "a girl and a volcano in the park"),
        (PARK, "a pier next to her", "a pier next to a girl in the park"),
        (PARK, "add a church", "a girl and a church in the park"),
        (PARK, "a waterfall behind her", "a waterfall behind a girl in the park"),
        ("a house in the park", "make it a church", "a church in the park"),
        ("a forest with a cave", "put a bear in the cave", "a bear in a cave in the forest"),
        ("a dog and a stage in the park", "put a cat on the stage",
         "a cat on a stage and a dog in the park"),
        ("a boy and a pool in the garden", "put him in the pool",
         "a boy in a swimming pool in the garden"),
    ],
)  # fmt: skip
def test_a_place_is_changed_in_the_words_that_name_it(wish, said, stands):
    check(wish, [said], stands)


def test_the_church_that_a_scene_is_in_has_no_colour():
    outcome, scene = outcome_of("a girl in the church", "make the church red")
    assert (outcome.action, scene.setting) == ("none", "church")
    assert [each.kind for each in outcome.remarks] == ["scenery"]


def test_what_has_a_view_is_meant_by_its_plain_name():
    check(
        "a cat looking out of the window at the sea",
        ["remove the window"],
        "a gazing cat on the sea",
    )
    check("a woman in front of an open window", ["remove the window"], "a woman in a village")
