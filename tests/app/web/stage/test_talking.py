"""Talking to the picture on the stage, typed, spoken and clicked, with the real models."""

from dataclasses import replace
from functools import partial

import pytest

from app.errors import ForeignTextError
from app.i18n import Translations, tables
from app.imaging.outpaint import by_cell
from app.web.stage.drawing import failure
from tests.app.web.stage.conftest import details
from tests.helpers.page import page_requests
from tests.helpers.page.page_requests import (
    ONE_STEP,
    canvas_of,
    names,
    scenery,
    shown,
)

begin, drawn = (
    partial(each, knobs=ONE_STEP) for each in (page_requests.begin, page_requests.drawn)
)


@details
def test_what_is_added_leaves_the_rest_as_it_is(talk, tell, house):
    number, view = tell(house, "add a boat")
    assert names(view) == ["1 house", "1 boat"] and "Added a boat" in view["status"]
    assert view["prompt"] == "a house and a boat on the lake"
    old, new = canvas_of(talk, house), canvas_of(talk, number)
    changed = old.tokens != new.tokens
    assert 0.01 < changed.mean() < 0.5, "the house does not move"
    finer = by_cell(old.details, old.grid), by_cell(new.details, new.grid)
    assert 0.01 < (finer[0] != finer[1]).any(-1).mean() < 0.5, "nor is it drawn anew"


def test_a_conversation_of_several_turns(tell, house):
    number = house
    for text, things, told in [
        ("add a boat", ["1 house", "1 boat"], {}),
        ("make it night", ["1 house", "1 boat"], {"time": "night"}),
        ("the boat red, please", ["1 house", "1 red boat"], {"time": "night"}),
        ("two boats", ["1 house", "2 red boat"], {"time": "night"}),
        ("as a pencil drawing", ["1 house", "2 red boat"], {"style": "pencil sketch"}),
    ]:
        number, view = tell(number, text)
        assert names(view) == things and told.items() <= scenery(view).items(), text


def test_in_ones_own_language(talk, tell):
    talk.sessions.greet("ann", Translations("fr"))
    try:
        number, _ = drawn(talk, "une maison près d'un lac")
        number, view = tell(number, "ajoute deux bateaux rouges")
        assert names(view) == ["1 maison", "2 red bateau"]
        assert "Ajouté : bateau (rouge) ×2" in view["status"]
        _, view = tell(number, "un chien")
        assert view["question"]["choices"] == ["Changer cette image", "Nouvelle image"]
    finally:
        talk.sessions.greet("ann", Translations())


def test_in_doubt_the_page_asks_and_a_button_answers(tell, house):
    _, view = tell(house, "a cat")
    assert view["question"]["text"].startswith("Change this picture, or") and "stage" not in view
    _, added = tell(house, answer=0)
    assert names(added) == ["1 house", "1 cat"]
    _, late = tell(house, answer=0)
    assert "That question is over" in late["status"]
    tell(house, "a cat")
    _, new = tell(house, answer=1)
    assert new["prompt"] == "a cat" and names(new) == ["1 cat"]
    _, said = tell(house, "a cat")
    assert said["question"]
    _, new = tell(house, "a new picture")
    assert names(new) == ["1 cat"], "words answer as well"


def test_another_picture_is_drawn_as_if_it_were_typed_above(tell, house):
    _, view = tell(house, "two dogs on the beach")
    assert view["prompt"] == "two dogs on the beach" and "Done" in view["status"]


@pytest.mark.parametrize(
    ("text", "act"),
    [("undo", "undo"), ("redo", "redo"), ("start over", "restart"), ("save it", "save"),
     ("back", "undo")],
)  # fmt: skip
def test_what_the_page_does_itself(tell, house, text, act):
    _, view = tell(house, text)
    assert view["do"] == act and "stage" not in view and view["busy"] is False


def test_what_is_not_understood_changes_nothing(talk, tell, house):
    _, view = tell(house, "add a zorblax")
    assert "Nothing was changed" in view["status"] and "zorblax" in view["status"]
    assert "stage" not in view


@pytest.mark.parametrize("text", ["thank you", "hello!", "?", "!!!", "yes"])
def test_what_asks_for_nothing_changes_nothing(tell, house, text):
    _, view = tell(house, text)
    assert "Nothing was changed" in view["status"] and "do" not in view and "stage" not in view


def test_emoji_are_what_they_show(tell, house):
    _, view = tell(house, "add a 🚗")
    assert names(view) == ["1 house", "1 car"]
    _, view = tell(house, kind="draw", prompt="🐶 🌳")
    assert names(view) == ["1 dog", "1 tree"]


def test_a_prompt_that_begins_with_no_order_is_drawn(talk, tell):
    number, _ = drawn(talk, "a cat with a newspaper")
    _, view = tell(number, kind="draw", prompt="two cats, five dogs")
    assert names(view) == ["2 cat", "5 dog"] and view["prompt"] == "two cats, five dogs"


def test_an_order_is_no_answer(talk, tell):
    number, _ = drawn(talk, "a red cat and a blue cat")
    _, view = tell(number, "make the cat bigger")
    assert view["question"]
    _, view = tell(number, "add a house")
    assert "1 house" in names(view)


def test_as_far_as_it_goes(talk, tell, house):
    number = house
    for _ in range(6):
        number, view = tell(number, "the house bigger")
        if "stands" in view:
            break
    assert "as far as it can be drawn" in view["status"]
    assert view["stands"]["things"][0]["name"] == "house"
    _, view = tell(number, "make it night")
    assert scenery(view)["time"] == "night", "it can be talked to all the same"


@pytest.mark.parametrize(
    ("edit", "things"),
    [
        ({"thing": 0, "do": "colour", "value": "blue"}, ["1 blue house"]),
        ({"thing": 0, "do": "count", "value": 2}, ["2 house"]),
        ({"scenery": "weather", "value": "rain"}, ["1 house"]),
        ({"scenery": "setting", "value": ""}, ["1 house"]),
    ],
)
def test_clicks_on_the_graph(tell, house, edit, things):
    _, view = tell(house, edit=edit)
    assert names(view) == things
    if "scenery" in edit:
        assert scenery(view)[edit["scenery"]] == edit["value"]


@pytest.mark.parametrize(
    "edit",
    [
        {}, {"thing": 3, "do": "remove"}, {"thing": 0, "do": "explode"}, {"thing": True},
        {"thing": 0, "do": "colour", "value": "beige"}, {"scenery": "time", "value": "noon"},
        {"thing": 0, "do": "count", "value": 99}, {"thing": 0, "do": "size", "value": [1]},
        {"scenery": ["time"], "value": {}}, {"thing": 0, "do": "colour", "value": ["red"]},
    ],
)  # fmt: skip
def test_clicks_that_no_page_makes_are_refused_in_a_line(tell, house, edit):
    _, view = tell(house, edit=edit)
    assert "asks for a change that there is none of" in view["status"]


def test_the_last_thing_can_go_too(tell, house):
    _, view = tell(house, edit={"thing": 0, "do": "remove"})
    assert names(view) == [] and scenery(view)["setting"] == "lake"


def test_a_prompt_may_tell_the_picture_what_to_change(talk, tell, house):
    _, view = tell(house, kind="draw", prompt="add a boat")
    assert names(view) == ["1 house", "1 boat"]
    _, view = tell(house, kind="draw", prompt="It's night now.")
    assert (names(view)[0], scenery(view)["time"]) == ("1 house", "night"), "said of what stands"
    _, view = tell(house, kind="draw", prompt="a boat")
    assert names(view) == ["1 boat"], "a description is drawn"
    assert "question" not in view


def test_without_a_picture_what_is_told_is_drawn(tell):
    _, view = tell(None, "a cat")
    assert names(view) == ["1 cat"]
    _, view = tell(None, answer=1)
    assert "draw one first" in view["status"]


def test_several_pictures_are_not_talked_to_before_one_is_chosen(talk, tell):
    job, views = begin(talk, "draw", "a cat", knobs=replace(ONE_STEP, count=2))
    shown(views)
    _, view = tell(job.number, "add a red apple")
    assert "Choose one" in view["status"] and "stage" not in view
    _, view = tell(job.number, kind="draw", prompt="add a red apple")
    assert "Choose one" in view["status"] and "stage" not in view, "nor by the prompt"
    _, view = tell(job.number, kind="draw", prompt="a red apple")
    assert names(view) == ["1 red apple"], "a description is drawn"
    _, view = tell(job.number, "add a red apple", chosen=1)
    assert names(view) == ["1 cat", "1 red apple"]


def test_a_full_picture_says_that_there_is_no_room(talk, tell):
    number, view = drawn(
        talk, "a cat, a dog, a tree, a house, a duck, a goat, a pig and a ball in a park", who="ann"
    )
    assert len(names(view)) == 8
    _, view = tell(number, "add a horse")
    assert "no room for a horse" in view["status"] and "stage" not in view
    _, view = tell(number, "flurbify the gizmo")
    assert "no room" not in view["status"]


@pytest.mark.parametrize("language", sorted(tables()))
def test_a_text_in_no_language_that_is_read_is_refused_in_the_visitors_own(language):
    shown = failure(ForeignTextError("ⲟⲩϣⲁϫⲉ"), Translations(language))
    english = failure(ForeignTextError("ⲟⲩϣⲁϫⲉ"), Translations("en"))
    assert "ⲟⲩϣⲁϫⲉ" in shown and (shown == english) == (language == "en")


@pytest.mark.parametrize("language", tables())
def test_why_nothing_is_done_and_what_there_is_are_told_in_ones_own_language(
    talk, tell, house, language
):
    words = Translations(language)
    talk.sessions.greet("ann", words)
    try:
        _, view = tell(house, "what is this?")
        assert words("setting.lake") in view["status"]
        _, view = tell(house, "remove the rain")
        assert words("weather.rain") in view["status"] or language == "en"
        assert "{" not in view["status"] and "stage" not in view
    finally:
        talk.sessions.greet("ann", Translations("en"))


def test_what_of_a_change_cannot_be_is_told_under_the_picture(talk, tell):
    number, _ = drawn(talk, "two fish underwater", who="ann")
    _, view = tell(number, "add a crab and make it night")
    assert names(view) == ["2 fish", "1 crab"]
    assert "There is no night underwater." in view["status"]
    assert "Not drawn" not in view["status"]


def test_a_question_is_asked_in_the_visitors_words_where_its_own_language_has_none(talk, tell):
    number, _ = drawn(talk, "a red cat and a dog", who="ann")
    words = Translations("ar")
    talk.sessions.greet("ann", words)
    try:
        _, view = tell(number, "سيارة", languages=("ar",))
        assert view["question"]["text"] == words("ask.what")
        assert view["question"]["choices"] == [words("tell"), words("ask.new")]
    finally:
        talk.sessions.greet("ann", Translations("en"))


def test_what_the_page_asks_is_written_as_german_is(talk, tell):
    number, _ = drawn(talk, "a house by a lake", who="ann")
    _, view = tell(number, "eine Rakete", languages=("de",))
    assert view["question"]["choices"] == ["Dieses Bild ändern", "Neues Bild"]
